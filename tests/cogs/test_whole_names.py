"""Where a command acts at once, a part of a name is only asked about: nobody answers for what they did not mean."""

from __future__ import annotations

from typing import Any

import pytest

from bot.demo.simulation import set_locale
from tests.cogs.acts import previewed, scheduled, sessions, told, with_group
from tests.world import World


@pytest.mark.parametrize(
    ("command", "options"),
    [
        ("session rsvp", {"session": "Logi", "answer": "going"}),
        ("session edit", {"session": "Logi", "venue": "Library"}),
        ("rotation confirm", {"session": "Logi"}),
        ("rotation decline", {"session": "Logi"}),
        ("rotation volunteer", {"session": "Logi"}),
        ("group leave", {"group": "Asa"}),
        ("group edit", {"name": "Asa", "description": "Tea"}),
        ("rotation leave", {"group": "Asa"}),
        ("rotation settings", {"group": "Asa", "per_session": 2}),
    ],
)
async def test_a_part_of_a_name_is_asked_about_before_something_is_done(
    world: World, command: str, options: dict[str, Any]
):
    await world.set_up()
    await with_group(world)
    await scheduled(world)
    text = await told(world, world.moderator, command, **options)
    assert "Do you mean “" in text
    assert ("Asakai”?" if {"group", "name"} & options.keys() else "Logistics”?") in text
    assert "type its whole name" in text


async def test_where_it_is_shown_first_a_part_is_enough(world: World):
    await world.set_up()
    await with_group(world)
    await scheduled(world)
    message = await previewed(world, "session edit", session="Logi", when="2026-01-08 19:00")
    assert "Logistics" in world.sim.text(message)
    for command, options in (("session show", {"session": "Logi"}), ("group show", {"group": "Asa"})):
        assert "Do you mean" not in await told(world, world.member, command, **options)


@pytest.mark.parametrize(
    ("locale", "typed"),
    [("en-US", "Logistics 1月14日"), ("en-US", "来週水曜"), ("ja", "Jan 14"), ("ja", "1/14のLogistics")],
)
async def test_a_date_is_as_good_as_a_name_whatever_the_callers_language(world: World, locale: str, typed: str):
    await world.set_up()
    await with_group(world)
    await scheduled(world, when="2026-01-07 07:00")
    later = await scheduled(world, when="2026-01-14 07:00")
    set_locale(world.moderator, locale)
    await told(world, world.moderator, "session rsvp", session=typed, answer="going")
    for session in await sessions(world):
        assert await coming_to(world, session.id) == (session.id == later)
    choices = await world.moderator.autocomplete(world.general, "session rsvp", "session", "Logistics")
    dates = ["1/14(水)", "1/7(水)"] if locale == "ja" else ["Jan 14 (Wed)", "Jan 7 (Wed)"]
    assert [choice["name"] for choice in choices] == [f"{day} 07:00 Logistics" for day in dates]


async def coming_to(world: World, session_id: int) -> int:
    """How many come to a session."""

    async def read() -> int:
        async with world.app.database.reading(world.guild.id) as uow:
            return sum(rsvp.coming for rsvp in await uow.rsvps.of_session(session_id))

    return await world.sim.run(read())
