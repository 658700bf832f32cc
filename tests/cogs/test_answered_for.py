"""An organizer answers for somebody, who hears of it alone and decides by one press whether their name is shown."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace

from bot.config import load
from bot.demo.simulation import Posted, close_dms
from tests.cogs.acts import announcements, at_rest, button, called_off, previewed, scheduled, told, with_group
from tests.cogs.permissions import hide, unhide
from tests.world import World, a_world

PROMISE, REQUEST = "I tell them in private, and they can change it.", "Please tell them yourself."
COUNTED = "1 person for whom an organizer answered"


@pytest.fixture
async def study(tmp_path: Path) -> AsyncGenerator[World]:
    """A session of a study group, announced, with its thread; everybody has used the bot. Days pass quickly."""
    config = load(None, {})
    config = replace(config, scheduler=replace(config.scheduler, tick_seconds=86_400))
    async with a_world(tmp_path, config=config) as world:
        await world.set_up()
        await with_group(world)
        await scheduled(world)
        await at_rest(world)
        for somebody in (world.member, world.other):
            await somebody.slash(world.general, "session list")
        yield world


async def put_down(world: World, who: Any, answer: str = "going") -> str:
    """The moderator answers for somebody; what they are told."""
    said = await told(world, world.moderator, "session rsvp", session="Logistics", answer=answer, member=who)
    await at_rest(world)
    return said


def direct(world: World, who: Any) -> list[Any]:
    """The bot's direct messages to somebody."""
    channel = who.user.dm_channel
    return world.sim.messages(channel) if channel is not None else []


def shown(world: World) -> str:
    return world.sim.text(announcements(world)[0])


def naming(world: World, who: Any) -> list[Posted]:
    """What the bot has posted by itself where others read, and that names or pings somebody."""
    own = {who.user.dm_channel.id} if who.user.dm_channel is not None else set()
    posts = [post for post in world.sim.unprompted() if post.channel_id not in own]
    return [post for post in posts if who.id in post.pinged or str(who.id) in post.content]


@pytest.mark.parametrize("press", ["Going", "Late"])
async def test_one_press_in_the_direct_message_makes_it_their_own_answer(study: World, press: str):
    said = await put_down(study, study.other)
    assert PROMISE in said
    assert "Until they answer themselves, only organizers see their name." in said
    assert COUNTED in shown(study)
    assert str(study.other.id) not in shown(study)
    (message,) = direct(study, study.other)
    text = study.sim.text(message)
    assert f"{study.moderator.mention} has answered for you at **Logistics** (Asakai): Going." in text
    assert "I don't show your name to the other members" in text
    await study.other.user.click(message, custom_id=button(message, press))
    await study.sim.advance(61)
    assert COUNTED not in shown(study)
    assert study.other.mention in shown(study)
    assert len(direct(study, study.other)) == 1


async def test_in_japanese_they_are_told_in_japanese(study: World):
    await put_down(study, study.member, "maybe")
    text = study.sim.text(direct(study, study.member)[-1])
    assert f"{study.moderator.mention}が、「Logistics」(Asakai)の出欠を代わりに回答しました：未定" in text
    assert "これでよろしければ同じ回答を、違う場合は別の回答を押してください。" in text


async def test_a_press_under_the_announcement_does_the_same(study: World):
    await put_down(study, study.other)
    await study.other.click(announcements(study)[0], label="Going")
    await at_rest(study)
    assert study.other.mention in shown(study)


async def test_the_buttons_of_the_direct_message_survive_a_restart(study: World):
    await put_down(study, study.other)
    (message,) = direct(study, study.other)
    await study.sim.restart()
    await study.other.user.click(message, custom_id=button(message, "Not going"))
    await study.sim.advance(61)
    assert "Nobody yet: be the first." in shown(study)


async def test_who_has_never_used_the_bot_is_not_written_to_and_the_organizer_is_asked_to_tell_them(study: World):
    newcomer = study.guild.add_member(study.sim.env.create_user("newcomer"))
    said = await put_down(study, newcomer)
    assert REQUEST in said
    assert PROMISE not in said
    assert direct(study, newcomer) == []
    assert naming(study, newcomer) == []
    assert COUNTED in shown(study)


@pytest.mark.parametrize("answer", ["going", "late", "maybe"])
async def test_who_cannot_see_the_groups_channel_is_not_put_down_until_they_can(study: World, answer: str):
    hide(study, study.log)
    await with_group(study, "Board", channel=study.log)
    await scheduled(study, "Money", group="Board")
    options = {"session": "Money", "answer": answer, "member": study.other}
    said = await told(study, study.moderator, "session rsvp", **options)
    await at_rest(study)
    assert f"{study.other.mention} can't see <#{study.log.id}>, where “Board” meets" in said
    assert "Please let them see it first" in said
    assert direct(study, study.other) == []
    assert naming(study, study.other) == []
    assert str(study.other.id) not in await told(study, study.moderator, "session show", session="Money")
    unhide(study, study.log)
    assert PROMISE in await told(study, study.moderator, "session rsvp", **options)


async def test_from_whom_a_group_was_hidden_later_an_organizer_may_still_take_off_the_list(study: World):
    await with_group(study, "Board", channel=study.log)
    await scheduled(study, "Money", group="Board")
    options = {"session": "Money", "member": study.other}
    await told(study, study.moderator, "session rsvp", answer="going", **options)
    await at_rest(study)
    messages = len(direct(study, study.other))
    hide(study, study.log)
    said = await told(study, study.moderator, "session rsvp", answer="not_going", **options)
    await at_rest(study)
    assert REQUEST in said, "it is kept from them, so the organizer has to say it"
    assert len(direct(study, study.other)) == messages


async def test_with_closed_direct_messages_they_are_told_in_a_thread_of_their_own(study: World):
    close_dms(study.other)
    await put_down(study, study.other)
    await at_rest(study)
    (post,) = naming(study, study.other)
    (private,) = [thread for thread in study.app.bot.get_guild(study.guild.id).threads if thread.is_private()]
    assert post.channel_id == private.id
    assert "has answered for you" in post.content
    thread = next(each for each in study.general.threads if each.id == private.id)
    (message,) = study.sim.messages(thread)
    await study.other.click(message, custom_id=button(message, "Going"))
    await study.sim.advance(61)
    assert study.other.mention in shown(study)


async def test_nothing_public_names_them_up_to_the_start(study: World):
    await put_down(study, study.other)
    await study.member.click(announcements(study)[0], label="Going")
    await study.moderator.slash(study.general, "morning set", channel=study.general)
    await study.sim.advance(3 * 86_400)
    assert naming(study, study.other) == []
    assert naming(study, study.member), "the others are mentioned"
    texts = [study.sim.text(message) for message in direct(study, study.other)]
    assert ["answered for you" in text for text in texts] == [True, False, False]
    assert texts[1].startswith("Tomorrow: **Logistics**")
    assert texts[2].startswith("Today: **Logistics**")


async def test_a_cancellation_is_told_them_alone(study: World):
    await put_down(study, study.other)
    preview = study.sim.text(await previewed(study, "session cancel", session="Logistics"))
    assert "1 person for whom an organizer answered will be told in private." in preview
    await called_off(study, session="Logistics")
    await at_rest(study)
    assert naming(study, study.other) == []
    assert "is cancelled" in study.sim.text(direct(study, study.other)[-1])


async def test_only_organizers_see_for_whom_they_answered(study: World):
    await put_down(study, study.other)
    assert f"An organizer answered for: {study.other.mention}" in await details(study, study.moderator)
    assert str(study.other.id) not in await details(study, study.member)
    assert "An organizer answered for you; press a button to answer yourself." in await details(study, study.other)


async def details(world: World, who: Any) -> str:
    """What somebody reads in `/session show`."""
    return await told(world, who, "session show", session="Logistics")
