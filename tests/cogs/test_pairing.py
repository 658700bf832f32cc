"""/pairing as people use it: joining, the thread of two, whether they met, pauses and the private list."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import discord
import pytest
from simcord.builders import ChannelHandle

from bot.demo.simulation import set_locale
from tests.cogs.acts import at_rest, previewed, told
from tests.cogs.permissions import forbid
from tests.cogs.test_forms import by_press, correct_id, refused, standing
from tests.pseudo import controls
from tests.world import World

ROUND = datetime(2026, 1, 9, 3, tzinfo=UTC)
"""The Friday of that week, 12:00 in Tokyo."""


@pytest.fixture(autouse=True)
async def pairing_is_on(world: World) -> None:
    text = await told(world, world.moderator, "pairing settings", every_weeks=2, weekday=4, time="12:00")
    assert "every 2 weeks, on Friday at 12:00" in text


async def both_join(world: World) -> None:
    for who in (world.member, world.other):
        await told(world, who, "pairing join")


def threads(world: World) -> list[discord.Thread]:
    found = world.app.bot.get_guild(world.guild.id).threads
    return [thread for thread in found if thread.is_private()]


def messages(world: World, thread: discord.Thread) -> list[discord.Message]:
    """What stands in a thread."""
    env = world.sim.env
    return world.sim.messages(ChannelHandle(env, world.guild, env.backend.get_channel(thread.id)))


def said_in(world: World, channel_id: int) -> list[Any]:
    return [post for post in world.sim.unprompted() if post.channel_id == channel_id]


async def test_two_people_meet_in_a_thread_of_their_own_and_say_that_they_did(world: World):
    await both_join(world)
    await world.sim.advance_to(ROUND + timedelta(minutes=1))
    (thread,) = threads(world)
    (post,) = said_in(world, thread.id)
    assert post.pinged == {world.member.id, world.other.id}
    assert "this time you two are paired" in post.content
    assert "Three questions to begin with" in post.content
    members = world.sim.env.backend.get_channel(thread.id).thread_members
    assert {int(each) for each in members} >= {world.member.id, world.other.id}
    assert world.moderator.id not in {int(each) for each in members}
    # Whoever presses is answered in their own language.
    (message,) = messages(world, thread)
    result = await world.member.click(message, label="We met")
    assert "何よりです" in world.sim.private_replies(result)[-1]
    assert "会いました" in await told(world, world.member, "pairing show")
    assert "(you met)" not in await told(world, world.other, "pairing show")


async def test_a_restart_at_the_time_of_the_round_neither_loses_nor_doubles_anything(world: World):
    await both_join(world)
    await world.sim.stop()
    await world.sim.advance_to(ROUND + timedelta(hours=20))
    await world.sim.restart()
    await at_rest(world, 60)
    (thread,) = threads(world)
    assert len(said_in(world, thread.id)) == 1
    await world.sim.restart()
    await at_rest(world, 3600)
    assert threads(world) == [thread]
    assert len(said_in(world, thread.id)) == 1


async def test_without_the_permission_each_is_told_by_direct_message(world: World):
    forbid(world, world.general, create_private_threads=False)
    forbid(world, world.log, create_private_threads=False)
    await both_join(world)
    await world.sim.advance_to(ROUND + timedelta(minutes=40))
    assert threads(world) == []
    for who, other in ((world.member, world.other), (world.other, world.member)):
        (message,) = world.sim.messages(who.user.dm_channel)
        assert other.mention in message.content
    result = await world.other.user.click(message, label="We met")
    assert "Good to hear!" in world.sim.private_replies(result)[-1]


async def test_a_week_later_they_are_asked_whether_they_met(world: World):
    await both_join(world)
    await world.sim.advance_to(ROUND + timedelta(days=7))
    (thread,) = threads(world)
    asked = messages(world, thread)[-1]
    assert "did you meet?" in asked.content
    result = await world.other.click(asked, label="Not yet")
    assert "you can still meet" in world.sim.private_replies(result)[-1]


async def test_a_pause_of_two_readings_is_chosen_by_a_press_that_outlives_a_restart(world: World):
    await both_join(world)
    shown = await previewed(world, "pairing snooze", world.other, until="1/20 8時")
    assert "can mean two times" in world.sim.text(shown)
    await world.sim.restart()
    (second,) = [part["custom_id"] for part in controls(shown, world) if part["label"].startswith("2.")]
    await world.other.click(shown, custom_id=second)
    assert "You pause" in world.sim.text(shown)
    assert "you pause: your next round is" in await told(world, world.other, "pairing show")
    await world.sim.advance_to(ROUND + timedelta(days=1))
    assert threads(world) == []
    (message,) = world.sim.messages(world.member.user.dm_channel)
    assert "お相手が見つかりませんでした" in message.content
    assert "pause" not in await told(world, world.other, "pairing join")


async def test_the_private_list_is_shown_to_its_author_alone(world: World):
    await both_join(world)
    text = await told(world, world.other, "pairing avoid", member=world.member.user)
    assert "Nobody else sees this" in text
    assert world.member.mention in await told(world, world.other, "pairing show")
    set_locale(world.member, "en")
    assert world.other.mention not in await told(world, world.member, "pairing show")
    await world.sim.advance_to(ROUND + timedelta(days=1))
    assert threads(world) == []
    said = {world.sim.messages(who.user.dm_channel)[-1].content for who in (world.member, world.other)}
    assert len(said) == 1
    assert "off your list" in await told(world, world.other, "pairing avoid", member=world.member.user, remove=True)


async def test_only_moderators_change_the_settings_and_can_turn_it_off(world: World):
    await both_join(world)
    assert "Manage Server" in await told(world, world.other, "pairing settings", every_weeks=0)
    assert "Pairing is off" in await told(world, world.moderator, "pairing settings", every_weeks=0)
    assert "not on in this server" in await told(world, world.other, "pairing join")
    assert "Pairing is off" in await told(world, world.other, "pairing show")
    await world.sim.advance_to(ROUND + timedelta(days=20))
    assert threads(world) == []


async def test_a_pause_that_was_refused_is_corrected_in_its_place(world: World):
    await both_join(world)
    message = refused(await world.other.slash(world.general, "pairing snooze", until="whenever"))
    assert "whenever" in world.sim.text(message)
    form = await by_press(world, message, correct_id(message), world.other)
    assert standing(form) == {"until": "whenever"}
    await world.other.submit_modal(form, {"until": "1/12"})
    assert "You pause" in world.sim.text(message)
    # Every two weeks from January 9 on: the round of the 9th is sat out, that of the 23rd is not.
    assert f"your next round is <t:{int((ROUND + timedelta(days=14)).timestamp())}" in world.sim.text(message)


async def test_a_pause_that_ends_before_the_next_round_says_that_it_skips_none(world: World):
    await both_join(world)
    for who, told_so in ((world.other, "you are in that one all the same"), (world.member, "次回には参加します")):
        text = await told(world, who, "pairing snooze", until="1/8")
        assert told_so in text
        assert "You pause" not in text
        assert "休みます" not in text
    await world.sim.advance_to(ROUND + timedelta(minutes=1))
    assert len(threads(world)) == 1
