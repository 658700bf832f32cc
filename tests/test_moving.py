"""A group that moves to another channel takes along what stands and what waits, whatever is under way just then."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import select

from bot.domain.actors import Actor
from bot.domain.groups import GroupChange
from data.mirrors import mirrors
from tests.cogs.acts import announcements, at_rest, events, scheduled, told, with_group
from tests.cogs.permissions import forbid
from tests.world import World

GONE = "has moved to another channel"


@pytest.fixture
async def study(world: World) -> World:
    await with_group(world)
    return world


@pytest.fixture
def elsewhere(study: World) -> Any:
    return study.guild.create_text_channel("elsewhere")


async def to(study: World, channel: Any) -> None:
    """The group moves, beside whatever else is under way."""
    moderator = Actor(study.moderator.id, moderator=True, sees=lambda _channel: True)
    await study.app.services.groups.edit(study.guild.id, moderator, "Asakai", GroupChange(channel_id=channel.id))


def once_during(study: World, act: str, meanwhile: Callable[[], Any]) -> None:
    """Something happens while Discord works on the first request of this kind for an announcement."""
    kind: Any = study.app.reconciler._kinds["announcement"]
    original = getattr(kind, act)

    async def with_it(*given: Any) -> Any:
        setattr(kind, act, original)
        result = await original(*given)
        await meanwhile()
        return result

    setattr(kind, act, with_it)


def farewells(study: World) -> list[Any]:
    return [message for message in study.sim.messages(study.general) if GONE in study.sim.text(message)]


async def test_one_that_was_being_made_is_not_left_behind_with_its_buttons(study: World, elsewhere: Any):
    once_during(study, "make", lambda: to(study, elsewhere))
    await scheduled(study)
    await study.sim.advance(180)
    assert announcements(study) == []
    assert len(farewells(study)) == 1
    assert len(announcements(study, elsewhere)) == 1


async def test_one_that_comes_after_it_was_looked_for_says_no_more_either(study: World, elsewhere: Any):
    kind: Any = study.app.reconciler._kinds["announcement"]
    original = kind.make

    async def late(*given: Any) -> Any:
        kind.make = original
        await to(study, elsewhere)
        # Long enough for the search, which finds nothing yet.
        await asyncio.sleep(6)
        return await original(*given)

    kind.make = late
    await scheduled(study)
    await study.sim.advance(300)
    assert announcements(study) == []
    assert len(farewells(study)) == 1
    assert len(announcements(study, elsewhere)) == 1
    async with study.app.database.connections.reading() as connection:
        rebuilt = (await connection.execute(select(mirrors.c.rebuilt).where(mirrors.c.kind == "announcement"))).all()
    assert [row.rebuilt for row in rebuilt] == [0], "nobody deleted anything by hand"


async def test_an_edit_that_was_under_way_does_not_bring_the_old_text_back(study: World, elsewhere: Any):
    await scheduled(study)
    await at_rest(study, 10)

    async def move_and_be_read() -> None:
        await to(study, elsewhere)

    once_during(study, "edit", move_and_be_read)
    await told(study, study.moderator, "session edit", session="Logistics", venue="Room A")
    await study.sim.advance(300)
    assert announcements(study) == []
    assert len(farewells(study)) == 1
    assert "Room A" in study.sim.text(announcements(study, elsewhere)[0])


async def test_one_whose_making_was_never_heard_of_is_found_and_says_no_more(study: World, elsewhere: Any):
    async def cut() -> None:
        raise OSError("the answer was lost")

    once_during(study, "make", cut)
    await scheduled(study)
    await at_rest(study, 1)
    await study.sim.run(to(study, elsewhere))
    await study.sim.advance(300)
    assert announcements(study) == []
    assert len(farewells(study)) == 1
    assert len(announcements(study, elsewhere)) == 1


async def test_what_waits_to_be_said_is_said_in_the_new_channel(study: World, elsewhere: Any):
    await scheduled(study)
    await at_rest(study, 10)
    await study.member.click(announcements(study)[0], custom_id="bk:rsvp:1:going")
    await told(study, study.moderator, "settings set", quiet_hours="08:00-12:00")
    await told(study, study.moderator, "session edit", session="Logistics", venue="Room A")
    await at_rest(study, 10)
    before = len(study.sim.unprompted())
    await study.sim.run(to(study, elsewhere))
    await study.sim.advance(4 * 3600)
    said = [post for post in study.sim.unprompted()[before:] if "has changed" in post.content]
    assert [post.channel_id for post in said] == [elsewhere.id]


async def test_what_was_not_permitted_is_shown_soon_after_it_is(study: World, elsewhere: Any):
    forbid(study, elsewhere, send_messages=False)
    await scheduled(study)
    await at_rest(study, 10)
    await study.sim.run(to(study, elsewhere))
    await study.sim.advance(3600)
    assert announcements(study, elsewhere) == []
    forbid(study, elsewhere)
    await study.sim.advance(60)
    assert len(announcements(study, elsewhere)) == 1


async def test_the_event_of_a_group_whose_channel_is_deleted_goes(study: World, elsewhere: Any):
    await study.sim.run(to(study, elsewhere))
    await scheduled(study)
    await at_rest(study, 10)
    assert len(events(study)) == 1
    await study.sim.run(study.app.bot.get_channel(elsewhere.id).delete())
    await study.sim.advance(120)
    assert events(study) == []
