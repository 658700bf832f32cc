"""「7時」 as the usual start: a moderator is asked which is meant, and whatever was given beside it waits meanwhile."""

from __future__ import annotations

from datetime import time
from typing import Any

import pytest

from bot.demo.simulation import set_locale
from tests.cogs.acts import previewed, told
from tests.cogs.permissions import withhold
from tests.forged import nothing_written, press, refusal, rows, stored
from tests.world import World


async def settings(world: World) -> Any:
    return await world.sim.run(world.app.database.settings(world.guild.id))


async def asked(world: World, **options: Any) -> Any:
    """The question that /settings answers."""
    return await previewed(world, "settings set", **options)


async def changes(world: World) -> list[Any]:
    return [row for row in (await rows(world))["audit"] if "community.change" in row]


@pytest.mark.parametrize("text", ["7時", "7", "７", "at 7"])
async def test_both_readings_are_offered_and_nothing_has_changed_yet(world: World, text: str):
    before = await settings(world)
    message = await asked(world, usual_start=text, native_events="off")
    shown = world.sim.text(message)
    for part in (
        f"“{text}” can mean two times. When do your sessions usually start?",
        "1. **07:00**, in the morning",
        "2. **19:00**, in the evening",
        "Nothing has changed yet.",
        "[1. 07:00]",
        "[2. 19:00]",
    ):
        assert part in shown
    assert await settings(world) == before
    assert await changes(world) == []


async def test_the_press_changes_all_that_was_given_even_after_a_restart(world: World):
    role = world.guild.create_role("Helpers")
    message = await asked(
        world,
        usual_start="7時",
        time_zone="New York",
        introductions=world.log,
        moderator_role=role,
        quiet_hours="22:00-06:00",
        native_events="off",
        members_may_host="off",
        clear="log_channel",
    )
    await world.sim.restart()
    await world.moderator.click(message, label="2. 19:00")
    text = world.sim.text(message)
    assert "Saved." in text
    assert "**Usual start**: not set → 19:00" in text
    after = await settings(world)
    assert (after.usual_start, after.time_zone, after.moderator_role) == (time(19), "America/New_York", role.id)
    assert (after.introductions_channel, after.log_channel) == (world.log.id, 0)
    assert (after.native_events, after.members_may_host) == (False, False)
    assert (after.quiet_begin, after.quiet_end) == (time(22), time(6))
    assert len(await changes(world)) == 1, "in one change"


async def test_it_is_asked_in_japanese(world: World):
    set_locale(world.moderator, "ja")
    message = await asked(world, usual_start="7時")
    text = world.sim.text(message)
    for part in ("「7時」は二通りに読めます。", "1. **07:00**(朝)", "2. **19:00**(夜)", "まだ何も変更していません。"):
        assert part in text
    await world.moderator.click(message, label="1. 07:00")
    assert (await settings(world)).usual_start == time(7)


async def test_of_two_presses_at_once_one_counts(world: World):
    message = await asked(world, usual_start="7時")
    ids = [row["components"][0]["custom_id"] for row in message.components]
    await world.sim.simultaneous(*(world.moderator.click(message, custom_id=each) for each in ids))
    assert len(await changes(world)) == 1
    result = await press(world, world.moderator, stored(world, message), ids[0])
    assert world.sim.private_replies(result)[-1].startswith("This button no longer works")


async def test_nobody_else_answers_it_and_who_is_no_moderator_any_more_does_not_either(world: World):
    second = world.guild.add_member(world.sim.env.create_user("second"), roles=[world.guild.roles["Managers"]])
    await told(world, world.other, "session list")
    message = await asked(world, usual_start="7時")
    custom_id = message.components[0]["components"][0]["custom_id"]
    public = await world.sim.run(world.sim.bot.get_channel(world.general.id).send("x"))
    async with nothing_written(world):
        text = refusal(world, await press(world, second, stored(world, public), custom_id))
        assert text.startswith("This button no longer works")
        text = refusal(world, await press(world, world.other, stored(world, public), custom_id))
        assert text.startswith("Only moderators")
    withhold(world, "manage_guild")
    result = await world.moderator.click(message, custom_id=custom_id)
    assert world.sim.private_replies(result)[-1].startswith("Only moderators")
    assert (await settings(world)).usual_start is None


async def test_a_question_expires_after_a_day(world: World):
    message = await asked(world, usual_start="7時")
    await world.sim.advance(24 * 3600 + 60)
    result = await world.moderator.click(message, label="1. 07:00")
    assert "more than a day old" in world.sim.private_replies(result)[-1]
    assert (await settings(world)).usual_start is None


async def test_it_works_before_the_setup_is_finished(bare_world: World):
    message = await asked(bare_world, usual_start="7時")
    await bare_world.moderator.click(message, label="1. 07:00")
    assert (await settings(bare_world)).usual_start == time(7)
