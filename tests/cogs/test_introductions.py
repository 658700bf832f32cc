"""/introduce as people use it: the question to both, the thread of three, and what is never said."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import discord
import pytest
from simcord.builders import ChannelHandle

from bot.demo.simulation import close_dms, set_locale
from tests.cogs.acts import at_rest, told
from tests.cogs.permissions import forbid
from tests.forged import press, stored
from tests.pseudo import controls
from tests.world import START, World

REASON = "Both keep things cold: food here, vaccines there."
TWO_WEEKS = timedelta(days=14)


@pytest.fixture(autouse=True)
async def all_have_used_the_bot(world: World) -> None:
    for who in (world.moderator, world.member, world.other):
        await who.slash(world.general, "me introductions")


async def propose(world: World) -> str:
    given = {"person": world.member, "to": world.other, "reason": REASON}
    return await told(world, world.moderator, "introduce", **given)


async def press_in_dm(world: World, who: Any, label: str) -> str:
    """Press a button of the newest direct message; what it answers."""
    message = world.sim.messages(who.user.dm_channel)[-1]
    return world.sim.private_replies(await who.user.click(message, label=label))[-1]


def threads(world: World) -> list[discord.Thread]:
    found = world.app.bot.get_guild(world.guild.id).threads
    return [thread for thread in found if thread.is_private()]


def messages(world: World, thread: discord.Thread) -> list[discord.Message]:
    """What stands in a thread."""
    env = world.sim.env
    return world.sim.messages(ChannelHandle(env, world.guild, env.backend.get_channel(thread.id)))


def members(world: World, thread: discord.Thread) -> set[int]:
    return {int(each) for each in world.sim.env.backend.get_channel(thread.id).thread_members}


def dms(world: World, who: Any) -> list[discord.Message]:
    return [] if who.user.dm_channel is None else world.sim.messages(who.user.dm_channel)


async def test_two_yeses_in_two_languages_open_one_thread_of_three_that_survives_a_restart(world: World):
    text = await propose(world)
    assert "unless somebody takes no such questions" in text
    (to_member,), (to_other,) = dms(world, world.member), dms(world, world.other)
    assert "ご紹介したいとのことです" in to_member.content
    assert REASON in to_member.content
    assert f"would like to introduce you and {world.member.mention}" in to_other.content
    assert "会ってみたい、と記録しました" in await press_in_dm(world, world.member, "会ってみたい")
    await world.sim.restart()
    assert "both would like to meet" in await press_in_dm(world, world.other, "I'd like that")
    await world.sim.restart()
    await at_rest(world, 60)
    (thread,) = threads(world)
    assert thread.name == "Introduction [1]"
    assert members(world, thread) >= {world.moderator.id, world.member.id, world.other.id}
    (message,) = messages(world, thread)
    assert "has proposed it" in message.content
    assert REASON in message.content
    assert "Three questions to begin with" in message.content
    (post,) = [each for each in world.sim.unprompted() if each.channel_id == thread.id]
    assert post.pinged == {world.moderator.id, world.member.id, world.other.id}
    # Each says for themselves whether they met, and nobody else reads it.
    result = await world.member.click(message, label="We met")
    assert "何よりです" in world.sim.private_replies(result)[-1]
    result = await world.moderator.click(message, label="We met")
    assert "only they can say" in world.sim.private_replies(result)[-1]
    assert "会いました" in await told(world, world.member, "me introductions")
    assert "(you met)" not in await told(world, world.other, "me introductions")


async def test_nobody_is_told_of_a_no_and_the_other_side_reads_what_they_would_anyway(world: World):
    await propose(world)
    assert "誰にも伝わりません" in await press_in_dm(world, world.member, "見送る")
    before = await told(world, world.moderator, "me introductions")
    answer = await press_in_dm(world, world.other, "I'd like that")
    assert "You hear from me if both of you would like it" in answer
    posted = len(world.sim.unprompted())
    await world.sim.advance_to(START + TWO_WEEKS - timedelta(hours=1))
    assert await told(world, world.moderator, "me introductions") == before
    await world.sim.advance_to(START + 3 * TWO_WEEKS)
    assert threads(world) == []
    assert len(world.sim.unprompted()) == posted
    assert "no longer open" in await press_in_dm(world, world.other, "I'd like that")
    assert dms(world, world.moderator) == []
    assert world.sim.messages(world.log) == []


async def test_two_yeses_at_the_same_moment_make_one_thread(world: World):
    await propose(world)
    acts: list[Any] = []
    for who in (world.member, world.other):
        (message,) = dms(world, who)
        (yes,) = [part["custom_id"] for part in controls(message, world) if ":yes:" in part["custom_id"]]
        acts += [who.user.click(message, custom_id=yes) for _twice in range(2)]
    results = await world.sim.simultaneous(*acts)
    assert all(len(world.sim.private_replies(result)) == 1 for result in results)
    await at_rest(world, 60)
    (thread,) = threads(world)
    assert len(messages(world, thread)) == 1


async def test_without_the_permission_all_three_are_told_by_direct_message(world: World):
    for channel in (world.general, world.log):
        forbid(world, channel, create_private_threads=False)
    await propose(world)
    await press_in_dm(world, world.member, "会ってみたい")
    await press_in_dm(world, world.other, "I'd like that")
    await world.sim.advance_to(START + timedelta(minutes=40))
    assert threads(world) == []
    assert world.other.mention in dms(world, world.member)[-1].content
    assert "Please write to each other" in dms(world, world.other)[-1].content
    assert "I have told them to write" in dms(world, world.moderator)[-1].content


async def test_whose_direct_messages_are_closed_is_asked_in_a_private_thread_of_their_own(world: World):
    close_dms(world.other)
    await propose(world)
    await at_rest(world, 60)
    (thread,) = threads(world)
    assert not {world.moderator.id, world.member.id} & members(world, thread)
    (message,) = messages(world, thread)
    assert "would like to introduce you" in message.content
    assert world.other.id in {each.id for each in message.mentions}
    result = await world.other.click(message, label="Rather not")
    assert "Nobody learns of it" in world.sim.private_replies(result)[0]


async def test_the_list_has_the_buttons_too_and_a_proposal_can_be_taken_back_in_it(world: World):
    await propose(world)
    shown = (await world.other.slash(world.general, "me introductions")).response
    assert "You are asked" in world.sim.text(shown)
    await world.other.click(shown, label="1. Rather not")
    assert "Your answer: rather not." in await told(world, world.other, "me introductions")
    shown = (await world.moderator.slash(world.general, "me introductions")).response
    assert "rather not" not in world.sim.text(shown)
    await world.moderator.click(shown, label="1. Take it back")
    assert "There is nothing yet" in await told(world, world.moderator, "me introductions")
    assert "no longer open" in await press_in_dm(world, world.other, "I'd like that")
    # In a direct message the list is there, too.
    result = await world.other.user.slash("me introductions")
    assert "There is nothing yet" in world.sim.private_replies(result)[-1]


async def test_stopping_such_messages_is_a_secret_too(world: World):
    first = await propose(world)
    await press_in_dm(world, world.other, "Stop messages of this kind")
    shown = (await world.moderator.slash(world.general, "me introductions")).response
    await world.moderator.click(shown, label="1. Take it back")
    asked = len(dms(world, world.member)), len(dms(world, world.other))
    assert await propose(world) == first.replace("2 more introductions", "1 more introduction")
    assert (len(dms(world, world.member)), len(dms(world, world.other))) == asked


async def test_a_profile_has_a_button_to_meet_its_owner_with_a_form_for_the_reason(world: World):
    await told(world, world.other, "profile edit", industry="#medical", topics="shifts")
    set_locale(world.member, "en")
    shown = (await world.member.slash(world.general, "profile show", member=world.other)).response
    await world.sim.restart()
    opened = await world.member.click(shown, label="I'd like to meet")
    assert opened.modal["title"] == "I'd like to meet"
    sent = await world.member.submit_modal(opened, {"reason": REASON})
    assert f"You would like to meet {world.other.mention}" in world.sim.private_replies(sent)[-1]
    (message,) = dms(world, world.other)
    assert f"{world.member.mention} would like to meet you" in message.content
    assert world.sim.private_replies(await world.other.user.click(message, label="I'd like that"))
    await at_rest(world, 60)
    (thread,) = threads(world)
    assert world.moderator.id not in members(world, thread)
    # A second time there is nothing to fill in; and nobody meets themselves.
    again = await world.member.click(shown, label="I'd like to meet")
    assert again.modal is None
    assert "Please write to them" in world.sim.private_replies(again)[-1]
    own = (await world.other.slash(world.general, "profile show")).response
    assert "I'd like to meet" not in world.sim.text(own)


async def test_a_refused_reason_is_kept_in_the_form(world: World):
    await told(world, world.other, "profile edit", topics="shifts")
    set_locale(world.member, "en")
    shown = (await world.member.slash(world.general, "profile show", member=world.other)).response
    opened = await world.member.click(shown, label="I'd like to meet")
    refused = await world.member.submit_modal(opened, {"reason": " \n "})
    text = world.sim.private_replies(refused)[-1]
    assert "“Reason” is empty" in text
    assert dms(world, world.other) == []


@pytest.mark.parametrize("number", ["0", "9" * 19, "1"])
async def test_a_forged_person_is_nobody(world: World, number: str):
    await told(world, world.other, "profile edit", topics="shifts")
    set_locale(world.member, "en")
    shown = (await world.member.slash(world.general, "profile show", member=world.other)).response
    result = await press(world, world.member, stored(world, shown), f"bk:meet:{number}")
    text = world.sim.private_replies(result)[-1]
    assert "has not used me" in text or "There is no" in text or "member" in text
    assert result.modal is None


async def test_bots_and_strangers_are_refused_with_what_to_do(world: World):
    robot = world.guild.add_member(world.sim.env.create_user("robot", bot=True))
    new = world.guild.add_member(world.sim.env.create_user("newcomer"))
    given = {"person": world.member, "to": robot, "reason": REASON}
    assert "is a bot" in await told(world, world.moderator, "introduce", **given)
    text = await told(world, world.moderator, "introduce", **given | {"to": new})
    assert f"{new.mention} has not used me on this server yet" in text
    assert dms(world, world.member) == []


async def test_who_leaves_before_answering_leaves_nothing_behind(world: World):
    await propose(world)
    await press_in_dm(world, world.other, "I'd like that")
    world.guild.remove_member(world.member)
    await world.sim.env.settle()
    await world.sim.run(world.app.services.members.left(world.guild.id, world.member.id))
    await world.sim.advance_to(START + 2 * TWO_WEEKS)
    assert threads(world) == []
    assert len(dms(world, world.other)) == 1
    assert "no longer open" in await press_in_dm(world, world.other, "Rather not")
