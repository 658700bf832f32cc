"""How organizers set their group's rotation."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from bot.domain.errors import InvalidNumber, NotAllowed, Unknown
from bot.domain.rotation import RotationSettings
from bot.domain.rotation.settings import BOUNDS, RotationChange
from tests.data.files import audit_rows
from tests.domain.reminding import GUILD, Club
from tests.domain.rotation.taking_turns import join, one, rotation
from tests.domain.study import MODERATOR

GIVEN = RotationChange("fairness", 2, 14, 3, 0)


async def test_what_is_given_is_set_and_what_is_left_out_stays(club: Club):
    service = club.services.rotation_settings
    first = await service.change(GUILD, MODERATOR, None, GIVEN)
    assert (first.before, first.after) == (RotationSettings(), RotationSettings("fairness", 2, 14, 3, 0))
    assert first.people == 0
    await join(club, 11)
    second = await service.change(GUILD, MODERATOR, club.group.name, RotationChange(grace_days=7))
    assert (second.after, second.people) == (replace(first.after, grace_days=7), 1)
    assert (await rotation(club)).roster.settings == second.after
    rows = [row for row in await audit_rows(club.db, GUILD) if row[0] == "rotation.settings"]
    assert [row[1:3] for row in rows] == [(MODERATOR.member_id, f"group:{club.group.id}")] * 2
    assert rows[1][3:] == ({"grace_days": 0}, {"grace_days": 7})


async def test_who_asks_only_what_is_set_or_sets_what_is_set_leaves_no_trace(club: Club):
    service = club.services.rotation_settings
    await service.change(GUILD, MODERATOR, None, GIVEN)
    for change in (RotationChange(), GIVEN):
        seen = await service.change(GUILD, MODERATOR, None, change)
        assert seen.before == seen.after
    assert len([row for row in await audit_rows(club.db, GUILD) if row[0] == "rotation.settings"]) == 1


async def test_only_who_organizes_the_group_sees_and_sets_it(club: Club):
    service = club.services.rotation_settings
    async with club.db(GUILD) as uow:
        await uow.groups.add_organizer(club.group.id, 21)
    await service.change(GUILD, one(21), None, GIVEN)
    for change in (RotationChange(), GIVEN):
        with pytest.raises(NotAllowed):
            await service.change(GUILD, one(11), None, change)
        with pytest.raises(Unknown):
            await service.change(GUILD, replace(MODERATOR, sees=lambda channel_id: False), club.group.name, change)


@pytest.mark.parametrize("name", BOUNDS)
async def test_a_number_out_of_its_bounds_is_refused_and_nothing_of_it_is_set(club: Club, name: str):
    service, (least, most) = club.services.rotation_settings, BOUNDS[name]
    for value in (least - 1, most + 1):
        with pytest.raises(InvalidNumber):
            await service.change(GUILD, MODERATOR, None, replace(RotationChange("fairness"), **{name: value}))
    assert (await service.change(GUILD, MODERATOR, None, RotationChange())).after == RotationSettings()
    for value in (least, most):
        done = await service.change(GUILD, MODERATOR, None, RotationChange(**{name: value}))
        assert getattr(done.after, name) == value
