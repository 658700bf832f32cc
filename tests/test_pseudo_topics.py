"""The list of themes in a channel, in the pseudo-locale: plain letters escaped translation."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from pathlib import Path

import pytest

from tests.cogs.acts import at_rest, previewed, with_group
from tests.pseudo import BOARD_BUTTONS, DATE_BUTTONS, Ear, Hand, an_odd_world, controls, let_it_be_chosen, shape, shapes
from tests.world import World


@pytest.fixture
async def odd_world(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncGenerator[World]:
    """A server where all is said in the pseudo-locale."""
    let_it_be_chosen(monkeypatch)
    async with an_odd_world(tmp_path) as world:
        yield world


async def test_the_list_of_themes_in_a_channel_is_translated_with_all_that_it_answers(odd_world: World):
    world, mod, other = odd_world, odd_world.moderator, odd_world.other
    await with_group(world)
    ear = Ear(world)
    hand = Hand(world, ear)
    result = await mod.slash(world.general, "topic list")
    await mod.click(result.response, custom_id="bk:themeboard:1:post")
    await at_rest(world)
    ear.listen("an empty list")
    for theme in ("Tea", "Storm", "Trucks"):
        await mod.slash(world.general, "topic propose", theme=theme)
    result = await mod.slash(world.general, "topic schedule", topic="Storm", when="2026-01-09 07:00")
    await mod.click(result.response, custom_id="bk:newsession:1:confirm")
    await at_rest(world)
    ear.listen("themes, one of which has its date")
    (message,) = [each for each in world.sim.messages(world.general) if "bk:propose:#" in shapes(each, world)]
    await hand.use_all(other, message, "the list in the channel")
    await at_rest(world)
    ear.listen("the list after that")
    preview = await previewed(world, "series create", name="Weekly", rule="every Wednesday 07:00")
    (create,) = [each["custom_id"] for each in controls(preview, world) if each["custom_id"].endswith(":confirm")]
    await mod.click(preview, custom_id=create)
    ear.listen("a series")
    for custom_id in ("bk:theme:#:when", "bk:theme:#:own", "bk:themedate:#:confirm"):
        result = await mod.slash(world.general, "topic schedule", topic="Tea")
        assert result.response is not None
        ear.listen("a session is offered for it")
        (part,) = [each for each in controls(result.response, world) if shape(each["custom_id"]) == custom_id]
        await hand.use(mod, result.response, part, "a session is offered for it")
    await at_rest(world)
    ear.listen("it has its date")
    assert ear.escapes == {}
    assert hand.used == BOARD_BUTTONS | DATE_BUTTONS | {"bk:theme:#:own"}
