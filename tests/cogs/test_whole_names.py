"""Where a command acts at once, a part of a name is only asked about: nobody answers for what they did not mean."""

from __future__ import annotations

from typing import Any

import pytest

from tests.cogs.acts import previewed, scheduled, told, with_group
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
