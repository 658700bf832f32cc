"""What people write in the threads of questions: heard while the bot is there, and found out when it was away."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from datetime import timedelta
from pathlib import Path
from typing import Any

import discord
import pytest
from simcord.builders import ChannelHandle

from bot.domain.questions.values import NO_ACTIVITY, Question, QuestionState
from tests.cogs.acts import at_rest, told
from tests.cogs.test_questions import asked, first_of, many, posted, said_in, tags, threads, with_forum
from tests.cogs.test_requests import direct
from tests.forged import nothing_written, press, rows, stored
from tests.world import World, a_world

PUBLIC = discord.ChannelType.public_thread


@pytest.fixture
async def forum(tmp_path: Path) -> AsyncGenerator[World]:
    """A server with a forum for questions; `other` asks."""
    async with a_world(tmp_path) as world:
        await with_forum(world)
        await many(world)
        yield world


def place(world: World, thread: discord.Thread) -> ChannelHandle:
    """The thread, to write in."""
    env = world.sim.env
    return ChannelHandle(env, world.guild, env.backend.get_channel(thread.id))


def just_now(world: World, at: Any) -> bool:
    return world.sim.now() - at < timedelta(seconds=1)


async def test_who_writes_first_has_answered_it_and_nothing_says_who_that_was(forum: World):
    thread = await asked(forum, forum.other)
    (before,) = await posted(forum)
    await forum.sim.advance(timedelta(hours=1))
    await forum.other.send(place(forum, thread), "anybody?")
    (question,) = await posted(forum)
    assert question.answered_at is None
    assert just_now(forum, question.last_active_at)
    await forum.sim.advance(timedelta(hours=1))
    known = await rows(forum)
    await forum.member.send(place(forum, thread), "競りで決まります")
    (question,) = await posted(forum)
    assert question.answered_at == question.last_active_at
    assert just_now(forum, question.answered_at)
    after = await rows(forum)
    assert {table for table in after if after[table] != known[table]} == {"questions"}
    assert str(forum.member.id) not in str(after["questions"])
    assert before.asked_at == question.asked_at


async def test_what_is_written_elsewhere_or_by_bots_is_none_of_its_business(forum: World):
    thread = await asked(forum, forum.other)
    async with nothing_written(forum):
        await forum.sim.advance(timedelta(hours=1))
        await forum.member.send(forum.general, "good morning")
        other = await forum.sim.run(forum.app.bot.get_channel(forum.general.id).create_thread(name="x", type=PUBLIC))
        await forum.member.send(place(forum, other), "good morning")
        robot = forum.guild.add_member(forum.sim.env.create_user("robot", bot=True))
        await robot.send(place(forum, thread), "beep")


async def test_a_reply_through_the_bot_answers_it_too_but_not_the_askers_own(forum: World):
    await asked(forum, forum.other, "Is it fresh?", anonymous=True)
    await forum.other.slash(forum.general, "question reply", question="#1", text="Today, I mean.")
    assert (await posted(forum))[0].answered_at is None
    await forum.member.slash(forum.general, "question reply", question="#1", text="Yes.")
    assert just_now(forum, (await posted(forum))[0].answered_at)


async def test_who_asked_opens_a_closed_question_by_writing_on(forum: World):
    thread = await asked(forum, forum.other, "Is it fresh?")
    await forum.other.slash(forum.general, "question close", question="#1", reason="I know")
    await at_rest(forum)
    assert tags(forum, thread) == ["Other", "Solved"]
    assert (await posted(forum))[0].closed_at is not None
    await forum.member.send(place(forum, thread), "本当に？")
    await at_rest(forum)
    assert tags(forum, thread) == ["Other", "Solved"], "somebody else's does not"
    await forum.other.send(place(forum, thread), "wait, one more thing")
    await at_rest(forum)
    assert tags(forum, thread) == ["Other", "Unsolved"]
    (question,) = await posted(forum)
    assert (question.is_open, question.reason, question.closed_at) == (True, "", None)
    assert "I know" not in said_in(forum, thread)[0]
    (act,) = [row for row in (await rows(forum))["audit"] if "question.reopen" in row]
    assert forum.other.id in act


async def opened_by_writing(world: World, thread: discord.Thread) -> Any:
    """`other`, who asked it, says thanks in a closed question; the last message that they get."""
    await at_rest(world)
    await world.other.send(place(world, thread), "Thanks!")
    await at_rest(world)
    return direct(world, world.other)[-1]


async def test_whoever_only_said_thanks_closes_it_again_with_one_press(forum: World):
    thread = await asked(forum, forum.other, "Is it fresh?")
    await forum.other.slash(forum.general, "question close", question="#1")
    message = await opened_by_writing(forum, thread)
    assert "“Is it fresh?” is open again, because you wrote in its thread" in message.content
    assert message.flags.suppress_notifications
    assert tags(forum, thread) == ["Other", "Unsolved"]
    await forum.sim.restart()
    done = await forum.other.user.click(message, label="Close it again")
    assert "closed again, as it was" in forum.sim.private_replies(done)[-1]
    await at_rest(forum)
    assert tags(forum, thread) == ["Other", "Solved"]
    # Pressed once more it makes no difference; written once more it is told once more.
    async with nothing_written(forum):
        await forum.other.user.click(message, label="Close it again")
    assert (await opened_by_writing(forum, thread)).id != message.id


async def test_what_was_closed_for_the_same_question_or_for_silence_is_so_again(forum: World):
    thread = await asked(forum, forum.other, "Is it fresh?")
    await asked(forum, forum.member, "Is the fish fresh?")
    merge = {"question": "#1", "action": "merge", "into": "#2"}
    await forum.moderator.slash(forum.general, "mod question", **merge)
    message = await opened_by_writing(forum, thread)
    assert not (await first_question(forum)).merged_into
    await forum.other.user.click(message, label="Close it again")
    question = await first_question(forum)
    assert (question.state, question.merged_into) == (QuestionState.CLOSED, 2)
    await forum.other.slash(forum.general, "question reopen", question="#1")
    await forum.sim.advance(timedelta(days=29))
    assert (await first_question(forum)).reason == NO_ACTIVITY
    await forum.other.user.click(await opened_by_writing(forum, thread), label="Close it again")
    question = await first_question(forum)
    assert (question.state, question.reason, question.merged_into) == (QuestionState.CLOSED, NO_ACTIVITY, 0)


async def first_question(world: World) -> Question:
    return min(await posted(world), key=lambda each: each.id)


async def test_nobody_else_closes_it_with_that_button(forum: World):
    thread = await asked(forum, forum.other, "Is it fresh?")
    await forum.other.slash(forum.general, "question close", question="#1")
    await opened_by_writing(forum, thread)
    async with nothing_written(forum):
        await press(
            forum, forum.member, stored(forum, first_of(forum, thread)), f"bk:care:1:closeagain:{forum.guild.id}"
        )


async def test_who_asked_anonymously_opens_nothing_by_writing_with_their_name_but_is_asked_as_of_anybody(forum: World):
    thread = await asked(forum, forum.other, "Is it fresh?", anonymous=True)
    await forum.other.slash(forum.general, "question close", question="#1", reason="I know")
    await at_rest(forum)
    for who in (forum.member, forum.other):
        await who.send(place(forum, thread), "wait, one more thing")
        await at_rest(forum)
        assert tags(forum, thread) == ["Other", "Solved"], "all would read whose question it is"
    assert not [row for row in (await rows(forum))["audit"] if "question.reopen" in row]


async def test_a_reply_through_the_bot_opens_it_for_who_asked(forum: World):
    thread = await asked(forum, forum.other, "Is it fresh?", anonymous=True)
    await forum.other.click(first_of(forum, thread), label="It is solved")
    text = await told(forum, forum.other, "question reply", question="#1", text="No, it is not.")
    assert "open again, because you wrote" in text
    assert (await posted(forum))[0].is_open
    assert direct(forum, forum.other) == [], "they have read it"
    assert "open again" not in await told(forum, forum.other, "question reply", question="#1", text="Or is it?")


async def test_who_is_restricted_opens_nothing_by_writing(forum: World):
    thread = await asked(forum, forum.other)
    await forum.moderator.slash(forum.general, "question close", question="#1")
    await forum.moderator.slash(forum.general, "mod restrict", member=forum.other, **{"from": "asking", "reason": "x"})
    await forum.other.send(place(forum, thread), "but")
    assert not (await posted(forum))[0].is_open


async def test_what_was_written_while_the_bot_was_away_is_found_out(forum: World):
    thread = await asked(forum, forum.other)
    quiet = await asked(forum, forum.other, "Is it fresh?")
    shut = await asked(forum, forum.other, "And tomorrow?")
    await forum.other.slash(forum.general, "question close", question="#3")
    await at_rest(forum)
    asked_at = {each.id: each.asked_at for each in await posted(forum)}
    await forum.sim.stop()
    env = forum.sim.env
    at: dict[int, Any] = {}

    def written(where: discord.Thread, who: Any) -> None:
        message = env.backend.create_message(where.id, who.id, "hello")
        at[where.id] = message

    env.backend.clock.advance(7200)
    written(thread, forum.member)
    written(shut, forum.other)
    env.backend.clock.advance(7200)
    await forum.sim.restart()
    await at_rest(forum)
    first, second, third = sorted(await posted(forum), key=lambda each: each.id)
    assert first.answered_at == first.last_active_at
    assert first.last_active_at - asked_at[1] >= timedelta(hours=2)
    assert (second.answered_at, second.last_active_at) == (None, asked_at[2])
    assert third.is_open
    assert third.answered_at is None
    assert len(threads(forum)) == 3
    assert quiet is not None
