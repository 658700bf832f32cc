"""Joining a rotation, leaving it and coming back."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest

from bot.domain.actors import Actor
from bot.domain.errors import Unknown
from bot.domain.rotation import RotationSettings, TurnState
from bot.domain.rotation.roster import LeavePreview, NotOnRoster, OffRoster, OnRoster, RosterService
from bot.domain.rotation.settings import RotationChange
from data.database import Database
from tests.data.files import NOW, audit_rows
from tests.data.rows import MovingClock, database_of
from tests.data.servers import KINDS
from tests.domain.reminding import GUILD, Club, at
from tests.domain.rotation.taking_turns import DAY, choose, done, join, members, one, rotation, take, turns, work_in
from tests.domain.study import MODERATOR


async def test_who_joins_is_on_the_roster_with_the_load_of_the_others_and_owes_nothing(club: Club):
    await join(club, 11)
    await choose(club, RotationSettings(), base=4)
    await work_in(club, 12, "medical")
    club.clock.at += DAY
    joined = await club.services.roster.join(GUILD, one(12), None)
    assert (joined.group.id, joined.new, joined.back) == (club.group.id, True, False)
    assert joined.member == (await members(club))[12]
    stands = joined.member
    assert (stands.joined, stands.industry, stands.load, stands.owes) == (club.clock.at, "medical", 4, False)
    assert await done(club) == [("rotation.join", 11), ("rotation.join", 12)]


async def test_who_joins_again_changes_nothing(club: Club):
    await join(club, 11)
    before = await rotation(club)
    club.clock.at += DAY
    again = await club.services.roster.join(GUILD, one(11), None)
    assert (again.new, again.member) == (False, before.roster.members[0])
    assert await rotation(club) == before
    assert await done(club) == [("rotation.join", 11)]


async def test_who_leaves_gives_back_what_has_not_begun_and_keeps_what_is_going_on(club: Club):
    await join(club, 11, 12)
    running, later, soon = [await club.schedule(at(day, 7)) for day in (15, 29, 22)]
    other = await club.add_group("Other")
    elsewhere = await club.schedule(at(23, 7), group_id=other.id)
    for session, state in ((running, TurnState.CONFIRMED), (later, TurnState.ASKED), (soon, TurnState.CONFIRMED)):
        await take(club, session, 11, state)
    await take(club, elsewhere, 11)
    await take(club, later, 12, place=1)
    club.clock.at = at(15, 7) + timedelta(minutes=5)
    shown = await club.services.roster.leave(GUILD, one(11), club.group.name)
    assert isinstance(shown, LeavePreview)
    assert (shown.sessions, shown.again) == ((soon, later), False)
    assert list(await members(club)) == [11, 12]
    left = await club.services.roster.confirm(GUILD, one(11), shown.draft_id)
    assert isinstance(left, OffRoster)
    assert left.sessions == (soon, later)
    assert list(await members(club)) == [12]
    states = [[turn.state for turn in await turns(club, each)] for each in (running, soon, later, elsewhere)]
    assert states == [["confirmed"], ["released"], ["released", "confirmed"], ["confirmed"]]
    assert (await turns(club, soon))[0].closed_at == club.clock.at
    assert (await done(club))[2:] == [("rotation.leave", 11), ("turn.release", 11), ("turn.release", 11)]


async def test_who_got_another_turn_since_they_were_shown_theirs_is_shown_them_again(club: Club):
    await join(club, 11)
    soon, later = [await club.schedule(at(day, 7)) for day in (22, 29)]
    roster = club.services.roster
    await take(club, soon, 11)
    shown = await roster.leave(GUILD, one(11), None)
    assert isinstance(shown, LeavePreview)
    await take(club, later, 11, TurnState.ASKED)
    again = await roster.confirm(GUILD, one(11), shown.draft_id)
    assert isinstance(again, LeavePreview)
    assert (again.sessions, again.again) == ((soon, later), True)
    assert [turn.state for turn in await turns(club, soon)] == ["confirmed"]
    assert isinstance(await roster.confirm(GUILD, one(11), again.draft_id), OffRoster)


async def test_what_is_shown_to_who_leaves_is_theirs_and_used_up_by_one_press(club: Club):
    await join(club, 11, 12)
    roster = club.services.roster
    await take(club, await club.schedule(at(22, 7)), 11)
    shown = await roster.leave(GUILD, one(11), None)
    assert isinstance(shown, LeavePreview)
    for act in (roster.confirm, roster.keep):
        with pytest.raises(Unknown):
            await act(GUILD, one(12), shown.draft_id)
        with pytest.raises(Unknown):
            await act(GUILD, Actor(11, sees=lambda channel_id: False), shown.draft_id)
    assert (await roster.keep(GUILD, one(11), shown.draft_id)).id == club.group.id
    for act in (roster.confirm, roster.keep):
        with pytest.raises(Unknown):
            await act(GUILD, one(11), shown.draft_id)
    assert list(await members(club)) == [11, 12]


async def test_who_comes_back_has_their_row_and_owes_one_turn_if_the_others_went_on(club: Club):
    await join(club, 11, 12)
    joined = (await members(club))[11].joined
    await club.services.roster.leave(GUILD, one(11), None)
    await choose(club, RotationSettings(), base=3)
    club.clock.at += 90 * DAY
    back = await club.services.roster.join(GUILD, one(11), None)
    assert (back.new, back.back) == (True, True)
    stands = (await members(club))[11]
    assert (stands.joined, stands.load, stands.owes) == (joined, 3, True)


async def test_who_does_not_take_part_can_not_leave(club: Club):
    with pytest.raises(NotOnRoster):
        await club.services.roster.leave(GUILD, one(11), None)
    await join(club, 11)
    await club.services.roster.leave(GUILD, one(11), None)
    with pytest.raises(NotOnRoster):
        await club.services.roster.leave(GUILD, one(11), None)
    assert await done(club) == [("rotation.join", 11), ("rotation.leave", 11)]


async def test_a_group_that_one_can_not_see_has_no_rotation_for_them(club: Club):
    blind = Actor(11, moderator=True, sees=lambda channel_id: False)
    for act in (club.services.roster.join, club.services.roster.leave):
        for named in (club.group.name, club.group.id):
            with pytest.raises(Unknown):
                await act(GUILD, blind, named)
    assert await members(club) == {}


async def test_the_audit_knows_where_somebody_stood(club: Club):
    await join(club, 11)
    await club.services.roster.leave(GUILD, one(11), None)
    stood = {"member": 11, "load": 0, "owes": False, "last_turn": None, "given": 0}
    rows = [row for row in await audit_rows(club.db, GUILD) if row[0].startswith("rotation.")]
    assert rows == [
        ("rotation.join", 11, f"group:{club.group.id}", None, stood),
        ("rotation.leave", 11, f"group:{club.group.id}", stood, None),
    ]


# At the same instant


@pytest.fixture(params=KINDS)
async def database(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Database]:
    async with database_of(request.param, tmp_path, MovingClock()) as opened:
        async with opened(GUILD) as uow:
            await uow.communities.change(set_up_at=NOW)
            await uow.groups.add(name="g", description="", channel_id=0, announce_days_before=7)
        yield opened


async def test_of_two_who_join_at_once_both_are_on_the_roster_and_of_two_presses_of_one_the_first_counts(
    database: Database,
):
    service = RosterService(database, MovingClock())
    people = [*range(11, 19)] * 2
    joined = await asyncio.gather(*(service.join(GUILD, one(n), None) for n in people))
    assert sum(each.new for each in joined) == 8
    assert sorted(each.member.id for each in joined if each.new) == people[:8]
    async with database.reading(GUILD) as uow:
        (group,) = await uow.groups.all()
        roster = await uow.rotation.roster(group.id)
    assert [member.id for member in roster.members] == people[:8]
    assert len(await audit_rows(database, GUILD)) == 8


async def test_of_two_presses_that_leave_at_once_one_leaves_and_the_other_is_told(database: Database):
    service = RosterService(database, MovingClock())
    await asyncio.gather(*(service.join(GUILD, one(n), None) for n in (11, 12)))
    acts = [service.leave(GUILD, one(n), None) for n in (11, 12, 11, 12)]
    ends = await asyncio.gather(*acts, return_exceptions=True)
    assert sorted(type(end).__name__ for end in ends) == ["NotOnRoster"] * 2 + ["OffRoster"] * 2
    async with database.reading(GUILD) as uow:
        (group,) = await uow.groups.all()
        assert (await uow.rotation.roster(group.id)).members == ()
        assert [row.id for row in await uow.rotation.former(group.id, [11, 12])] == [11, 12]


async def test_who_joins_and_leaves_at_once_is_on_the_roster_or_off_it_as_the_later_press_says(database: Database):
    service = RosterService(database, MovingClock())
    await service.join(GUILD, one(11), None)
    await service.leave(GUILD, one(11), None)
    joined, left = await asyncio.gather(
        service.join(GUILD, one(11), None), service.leave(GUILD, one(11), None), return_exceptions=True
    )
    assert isinstance(joined, OnRoster)
    assert joined.back
    async with database.reading(GUILD) as uow:
        on_it = await uow.rotation.groups_of(11)
    assert bool(on_it) is isinstance(left, NotOnRoster)
    assert isinstance(left, NotOnRoster | OffRoster)


async def test_announcements_say_at_once_whether_and_how_many_lecturers_are_looked_for(club: Club):
    session = await club.schedule(at(15, 7))

    async def wanted() -> int:
        async with club.db.reading(GUILD) as uow:
            mirror = await uow.mirrors.find("announcement", session.id)
        assert mirror is not None
        return mirror.wanted

    before = await wanted()
    change = RotationChange(per_session=2)
    for what in (
        club.services.roster.join(GUILD, one(11), None),
        club.services.rotation_settings.change(GUILD, MODERATOR, None, change),
        club.services.roster.leave(GUILD, one(11), None),
    ):
        await what
        assert await wanted() == before + 1
        before += 1
