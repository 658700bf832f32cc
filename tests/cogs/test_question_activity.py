"""What people write in the threads of questions: heard while the bot is there, and found out when it was away."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from datetime import timedelta
from pathlib import Path
from typing import Any

import discord
import pytest
from simcord.builders import ChannelHandle

from tests.cogs.acts import at_rest
from tests.cogs.test_questions import asked, first_of, many, posted, said_in, tags, threads, with_forum
from tests.forged import nothing_written, rows
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
    await forum.other.slash(forum.general, "question reply", question="#1", text="No, it is not.")
    assert (await posted(forum))[0].is_open


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
