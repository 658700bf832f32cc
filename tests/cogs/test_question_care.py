"""Quiet questions are asked about and closed, closed ones opened again, and deleted threads posted again."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from datetime import timedelta
from pathlib import Path
from typing import Any

import discord
import pytest

from bot.demo.simulation import close_dms
from tests.cogs.acts import at_rest, told, with_group
from tests.cogs.permissions import forbid, hide
from tests.cogs.test_question_activity import place
from tests.cogs.test_questions import asked, channel, first_of, many, posted, said_in, tags, threads, with_forum
from tests.forged import press, rows, stored
from tests.test_private_threads import private_threads
from tests.world import World, a_world

QUIET, WEEK, HOUR = timedelta(days=21, hours=12), timedelta(days=7, hours=1), timedelta(hours=1)
"""The usual step is found in the night; so half a day more than three weeks."""


@pytest.fixture
async def forum(tmp_path: Path) -> AsyncGenerator[World]:
    """A server with a forum for questions; `other` asks, `member` reads Japanese and organizes a group."""
    async with a_world(tmp_path) as world:
        await with_forum(world)
        await many(world)
        await with_group(world, organizer=world.member)
        await world.member.slash(world.general, "help")
        yield world


def dms(who: Any, world: World) -> list[discord.Message]:
    """What they were told of the life of questions; that nobody is left to ask is said in `test_asks`."""
    everything = world.sim.messages(who.user.dm_channel) if who.user.dm_channel is not None else []
    return [each for each in everything if not any(":askagain:" in custom_id for custom_id in custom_ids(each))]


def custom_ids(message: discord.Message) -> list[str]:
    parts = [part for row in message.components for part in getattr(row, "children", ())]
    return [part.custom_id for part in parts if getattr(part, "custom_id", None)]


def dm_texts(who: Any, world: World) -> list[str]:
    return [world.sim.text(message) for message in dms(who, world)]


async def state(world: World, number: int = 0) -> tuple[str, str]:
    question = sorted(await posted(world), key=lambda each: each.id)[number]
    return question.state.value, question.reason


async def test_after_three_quiet_weeks_its_asker_is_asked_and_a_week_later_it_is_closed_by_nobody(forum: World):
    thread = await asked(forum, forum.other)
    await forum.sim.advance(timedelta(days=20, hours=23))
    assert dms(forum.other, forum) == []
    await forum.sim.advance(HOUR * 13)
    (text,) = dm_texts(forum.other, forum)
    assert "Your question “Who sets the price?” has been quiet for three weeks" in text
    assert f"<#{thread.id}>" in text
    assert dms(forum.member, forum) == [], "it is the asker's"
    assert await state(forum) == ("open", "")
    seen = len(said_in(forum, thread))
    await forum.sim.advance(WEEK)
    assert await state(forum) == ("closed", "no activity")
    assert tags(forum, thread) == ["Other", "Unsolved"]
    await at_rest(forum, 90)
    said = said_in(forum, thread)
    assert "closed without an answer: nobody wrote any more" in said[0]
    assert len(said) == seen, "nobody is mentioned, and nothing is said"
    assert len(dms(forum.other, forum)) == 1
    (act,) = [row for row in (await rows(forum))["audit"] if "question.close" in row]
    assert None in act
    now = forum.app.bot.get_guild(forum.guild.id).get_thread(thread.id)
    assert (now.archived, now.locked) == (False, False)


@pytest.mark.parametrize(
    ("label", "after"),
    [("Yes, solved", ("solved", "")), ("Close it", ("closed", "")), ("Still open", ("open", ""))],
)
async def test_one_press_answers_it(forum: World, label: str, after: tuple[str, str]):
    await asked(forum, forum.other)
    await forum.sim.advance(QUIET)
    await forum.sim.restart()
    (message,) = dms(forum.other, forum)
    done = await forum.other.user.click(message, label=label)
    assert "Who sets the price?" in forum.sim.text(done.followups[-1] if done.followups else done.response)
    await forum.sim.advance(WEEK)
    assert await state(forum) == after
    again = 2 if label == "Still open" else 1
    await forum.sim.advance(timedelta(days=16))
    assert len(dms(forum.other, forum)) == again


async def test_whoever_writes_in_time_keeps_it_open(forum: World):
    thread = await asked(forum, forum.other)
    await forum.sim.advance(timedelta(days=20))
    await forum.member.send(place(forum, thread), "どうなりましたか？")
    await forum.sim.advance(timedelta(days=20))
    assert dms(forum.other, forum) == []
    await forum.sim.advance(timedelta(days=2))
    assert len(dms(forum.other, forum)) == 1
    await forum.sim.advance(timedelta(days=5))
    await forum.member.send(place(forum, thread), "まだ？")
    await forum.sim.advance(timedelta(days=10))
    assert await state(forum) == ("open", "")


async def test_what_was_written_while_the_bot_was_away_keeps_it_open_also_in_a_thread_that_slept_again(forum: World):
    thread = await asked(forum, forum.other)
    await forum.sim.advance(QUIET)
    await forum.sim.stop()
    env = forum.sim.env
    env.backend.clock.advance(timedelta(days=2).total_seconds())
    env.backend.create_message(thread.id, forum.member.id, "はい")
    env.backend.clock.advance(timedelta(days=10).total_seconds())
    env.backend.get_channel(thread.id).thread_metadata.archived = True
    await forum.sim.restart()
    await at_rest(forum)
    assert await state(forum) == ("open", "")
    (question,) = await posted(forum)
    assert question.answered_at is not None


async def test_a_thread_that_sleeps_is_not_woken_to_close_it_and_shows_it_once_somebody_wakes_it(forum: World):
    thread = await asked(forum, forum.other)
    await forum.sim.run(thread.edit(archived=True))
    await forum.sim.advance(QUIET + WEEK)
    assert (await state(forum))[0] == "closed"
    await at_rest(forum, 90)
    backend = forum.sim.env.backend
    assert backend.get_channel(thread.id).thread_metadata.archived
    woken = await forum.sim.run(forum.app.bot.fetch_channel(thread.id))
    await forum.sim.run(woken.edit(archived=False))
    await at_rest(forum, 90)
    assert "nobody wrote any more" in said_in(forum, thread)[0]


async def test_a_thread_that_moderators_locked_is_left_as_it_is_until_they_unlock_it(forum: World):
    thread = await asked(forum, forum.other)
    await forum.sim.run(thread.edit(archived=True, locked=True))
    await forum.other.slash(forum.general, "question close", question="#1")
    text = await told(forum, forum.other, "question reopen", question="#1")
    assert "open again" in text
    assert "locked its thread" in text
    await forum.other.slash(forum.general, "question close", question="#1")
    await at_rest(forum, 90)
    there = forum.sim.env.backend.get_channel(thread.id).thread_metadata
    assert (there.archived, there.locked) == (True, True)
    locked = await forum.sim.run(forum.app.bot.fetch_channel(thread.id))
    await forum.sim.run(locked.edit(archived=False, locked=False))
    await at_rest(forum, 90)
    assert tags(forum, thread) == ["Other", "Solved"]


@pytest.mark.parametrize("may", [True, False])
async def test_the_tags_of_a_thread_that_is_locked_but_awake_follow_if_the_bot_may_manage_it(forum: World, may: bool):
    thread = await asked(forum, forum.other)
    await forum.sim.run(thread.edit(locked=True))
    if not may:
        forbid(forum, channel(forum), manage_threads=False)
    await forum.other.slash(forum.general, "question close", question="#1")
    await at_rest(forum, 90)
    assert tags(forum, thread) == ["Other", "Solved" if may else "Unsolved"]
    there = forum.sim.env.backend.get_channel(thread.id).thread_metadata
    assert (there.archived, there.locked) == (False, True)
    assert "Open it again" in forum.sim.text(first_of(forum, thread)), "the post itself says it in any case"


async def test_where_nobody_is_left_to_be_asked_it_is_closed_after_the_same_time_and_says_why(forum: World):
    await forum.member.slash(forum.general, "group edit", name="Asakai")
    await forum.moderator.slash(forum.general, "group edit", name="Asakai", remove_organizer=forum.member)
    thread = await asked(forum, forum.other)
    await forum.sim.run(forum.app.services.members.left(forum.guild.id, forum.other.id))
    await forum.sim.advance(QUIET)
    assert await state(forum) == ("open", "")
    await forum.sim.advance(WEEK)
    assert await state(forum) == ("closed", "no activity")
    await at_rest(forum, 90)
    assert "nobody wrote any more" in said_in(forum, thread)[0]
    assert dms(forum.member, forum) == []
    (act,) = [row for row in (await rows(forum))["audit"] if "question.close" in row]
    assert forum.other.id not in act


# Somebody writes in a closed one


async def test_its_asker_is_asked_once_for_each_closing_and_a_day_later_who_looks_after_questions(forum: World):
    thread = await asked(forum, forum.other)
    await forum.other.slash(forum.general, "question close", question="#1")
    for _again in range(3):
        await forum.member.send(place(forum, thread), "ありがとう")
        await forum.sim.advance(timedelta(minutes=10))
    assert dms(forum.other, forum) == [], "what is said at once is mostly thanks"
    await forum.sim.advance(HOUR)
    (text,) = dm_texts(forum.other, forum)
    assert "Somebody wrote in your closed question “Who sets the price?”" in text
    await forum.member.send(place(forum, thread), "それは違います")
    await forum.sim.advance(timedelta(hours=22))
    assert dms(forum.member, forum) == []
    await forum.sim.advance(timedelta(hours=3))
    (text,) = dm_texts(forum.member, forum)
    assert "終了した質問「Who sets the price?」に書き込みがありました" in text
    assert len(dms(forum.other, forum)) == 1
    done = await forum.member.user.click(dms(forum.member, forum)[0], label="受付を再開する")
    assert "受付を再開しました" in forum.sim.private_replies(done)[-1]
    await at_rest(forum)
    assert tags(forum, thread) == ["Other", "Unsolved"]
    # Closed once more, it is asked once more.
    await forum.other.slash(forum.general, "question close", question="#1")
    await forum.sim.advance(HOUR * 2)
    await forum.member.send(place(forum, thread), "もう一つ")
    await forum.sim.advance(HOUR)
    assert len(dms(forum.other, forum)) == 2


async def test_left_closed_by_its_asker_nobody_else_is_asked(forum: World):
    thread = await asked(forum, forum.other)
    await forum.other.slash(forum.general, "question close", question="#1")
    await forum.member.send(place(forum, thread), "どうも")
    await forum.sim.advance(HOUR * 2)
    done = await forum.other.user.click(dms(forum.other, forum)[0], label="Leave it closed")
    assert "It stays closed" in forum.sim.private_replies(done)[-1]
    await forum.sim.advance(timedelta(days=2))
    assert dms(forum.member, forum) == []
    assert (await state(forum))[0] == "solved"


async def test_where_the_asker_has_left_those_who_look_after_questions_are_asked(forum: World):
    thread = await asked(forum, forum.other)
    left = forum.app.services.members.left
    await forum.sim.run(left(forum.guild.id, forum.other.id))
    await forum.sim.advance(QUIET)
    (text,) = dm_texts(forum.member, forum)
    assert "質問した方はもうこのサーバーにいません" in text
    await forum.member.user.click(dms(forum.member, forum)[0], label="はい、解決しました")
    assert (await state(forum))[0] == "solved"
    await forum.moderator.send(place(forum, thread), "one more thing")
    await forum.sim.advance(HOUR * 2)
    assert "書き込みがありました" in dm_texts(forum.member, forum)[-1]
    assert dms(forum.other, forum) == []


@pytest.mark.parametrize("anonymous", [False, True])
async def test_who_asked_hears_that_somebody_else_closed_it_and_opens_it_again_there(forum: World, anonymous: bool):
    thread = await asked(forum, forum.other, anonymous=anonymous)
    before = len(dms(forum.other, forum))
    # Organizes a group, and reads Japanese; who asked reads English.
    await told(forum, forum.member, "question close", question="#1", solved=False, reason="Nobody knew")
    await at_rest(forum)
    (message,) = dms(forum.other, forum)[before:]
    text = forum.sim.text(message)
    assert "“Who sets the price?” was closed for you, without an answer" in text
    assert "Reason: Nobody knew" in text
    done = await forum.other.user.click(message, label="Open it again")
    assert "open again" in forum.sim.private_replies(done)[-1]
    await at_rest(forum)
    assert "Unsolved" in tags(forum, thread)
    await told(forum, forum.member, "question close", question="#1")
    await at_rest(forum)
    assert "was closed for you, since it is solved" in dm_texts(forum.other, forum)[-1]
    # What they close themselves they know.
    heard = len(dms(forum.other, forum))
    await told(forum, forum.other, "question reopen", question="#1")
    await told(forum, forum.other, "question close", question="#1")
    await at_rest(forum)
    assert len(dms(forum.other, forum)) == heard


async def test_closed_direct_messages_become_a_private_thread_but_never_for_who_asked_anonymously(forum: World):
    await forum.other.slash(forum.general, "help")
    await asked(forum, forum.other)
    await asked(forum, forum.other, "Is it fresh?", anonymous=True)
    close_dms(forum.other)
    await forum.sim.advance(QUIET)
    await at_rest(forum, 90)
    (thread,) = private_threads(forum)
    (text,) = said_in(forum, thread)
    assert "“Who sets the price?” has been quiet" in text
    everything = [post.content for post in forum.sim.unprompted() if "Is it fresh?" in post.content]
    assert everything == []
    await forum.sim.advance(WEEK)
    assert await state(forum, 1) == ("closed", "no activity")


async def test_an_anonymous_asker_is_asked_by_direct_message_and_answers_as_nobody(forum: World):
    await asked(forum, forum.other, "Is it fresh?", anonymous=True)
    await forum.sim.advance(QUIET)
    (message,) = dms(forum.other, forum)
    await forum.other.user.click(message, label="Still open")
    (act,) = [row for row in (await rows(forum))["audit"] if "question.keep" in row]
    assert forum.other.id not in act
    others = [who for who in (forum.moderator, forum.member) if dms(who, forum)]
    assert others == []


async def test_whoever_stopped_such_messages_is_not_asked_and_it_is_closed_all_the_same(forum: World):
    await asked(forum, forum.other)
    await asked(forum, forum.other, "Another?")
    await forum.sim.advance(QUIET)
    first = dms(forum.other, forum)[0]
    await forum.other.user.click(first, label="Stop messages of this kind")
    await asked(forum, forum.other, "A third?")
    seen = len(dms(forum.other, forum))
    await forum.sim.advance(QUIET + WEEK)
    assert len(dms(forum.other, forum)) == seen
    assert await state(forum, 2) == ("closed", "no activity")


async def test_whoever_cannot_see_the_forum_any_more_is_told_of_nothing_in_it(forum: World):
    await asked(forum, forum.other)
    hide(forum, channel(forum))
    await forum.sim.advance(QUIET)
    assert dms(forum.other, forum) == []


async def test_a_stranger_answers_nothing_for_others(forum: World):
    await asked(forum, forum.other)
    carrier = stored(forum, (await forum.moderator.slash(forum.general, "help")).response)
    stranger = forum.guild.add_member(forum.sim.env.create_user("stranger"))
    before = await rows(forum)
    for act in ("solve", "keep", "close", "reopen", "leave", "post"):
        result = await press(forum, stranger, carrier, f"bk:care:1:{act}:{forum.guild.id}")
        assert "who asked" in forum.sim.private_replies(result)[-1], act
    after = await rows(forum)
    assert after["questions"] == before["questions"]
    assert after["audit"] == before["audit"]


# A thread, or the forum, is deleted


async def test_a_deleted_thread_is_posted_again_only_if_its_asker_wants_it(forum: World):
    thread = await asked(forum, forum.other)
    await forum.sim.run(thread.delete())
    await at_rest(forum, 90)
    assert threads(forum) == []
    (message,) = dms(forum.other, forum)
    assert "The thread of your question “Who sets the price?” was deleted" in forum.sim.text(message)
    assert not any("deleted" in forum.sim.text(each) for each in forum.sim.messages(forum.log))
    done = await forum.other.user.click(message, label="Post it again")
    assert "posting it again" in forum.sim.private_replies(done)[-1]
    await at_rest(forum, 10)
    (again,) = threads(forum)
    assert (again.name, again.id != thread.id) == ("Who sets the price?", True)
    done = await forum.other.user.click(message, label="Post it again")
    assert "Its thread is there" in forum.sim.private_replies(done)[-1]
    await at_rest(forum, 10)
    assert len(threads(forum)) == 1
    await forum.member.send(place(forum, again), "はい")
    assert (await posted(forum))[0].answered_at is not None


async def test_of_a_closed_question_whose_thread_is_deleted_nobody_is_told_and_to_open_it_makes_another(forum: World):
    thread = await asked(forum, forum.other)
    await forum.other.slash(forum.general, "question close", question="#1")
    await at_rest(forum)
    await forum.sim.run(thread.delete())
    await at_rest(forum, 90)
    assert dms(forum.other, forum) == []
    assert "open again" in await told(forum, forum.other, "question reopen", question="#1")
    await at_rest(forum, 10)
    assert [each.name for each in threads(forum)] == ["Who sets the price?"]


async def test_in_a_deleted_forum_a_question_is_still_its_askers_and_comes_to_the_next_one(forum: World):
    await asked(forum, forum.other)
    await asked(forum, forum.member, "鮮度は？")
    await forum.sim.run(forum.app.bot.get_channel(channel(forum).id).delete())
    await at_rest(forum, 90)
    stranger = forum.guild.add_member(forum.sim.env.create_user("stranger"))
    assert "Who sets the price?" in await told(forum, forum.other, "question show", question="price")
    assert "鮮度は？" not in await told(forum, stranger, "question list")
    assert await stranger.autocomplete(forum.general, "question show", "question", "") == []
    found = await forum.other.autocomplete(forum.general, "question close", "question", "")
    assert [each["name"] for each in found] == ["Who sets the price?"]
    assert "Who sets the price?" in await told(forum, forum.moderator, "question list")
    assert "Closed as solved" in await told(forum, forum.other, "question close", question="price")
    another = forum.guild.create_text_channel("questions-2")
    await forum.moderator.slash(forum.general, "settings set", questions=another)
    await at_rest(forum, 30)
    assert [(each.name, each.parent_id) for each in threads(forum)] == [("鮮度は？", another.id)]
    await forum.other.slash(forum.general, "question reopen", question="#1")
    await at_rest(forum, 30)
    assert sorted(each.name for each in threads(forum)) == ["Who sets the price?", "鮮度は？"]


async def test_in_a_text_channel_a_deleted_thread_is_noticed_too(tmp_path: Path):
    async with a_world(tmp_path) as world:
        await world.set_up()
        await world.moderator.slash(world.general, "settings set", questions=world.general)
        await world.other.slash(world.general, "ask", question="Why?")
        await at_rest(world)
        (thread,) = threads(world)
        await world.sim.run(thread.delete())
        await at_rest(world, 90)
        assert "was deleted" in dm_texts(world.other, world)[-1]
        # Nor is its first message left beside the one that follows.
        assert world.sim.messages(world.general) == []
