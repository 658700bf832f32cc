"""Asking people of other industries: by command and by button, with and without a name, and the post in the forum."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from pathlib import Path
from typing import Any

import discord
import pytest
from simcord.builders import ChannelHandle
from sqlalchemy import select

from bot.domain.members import Member
from bot.domain.questions.values import LONGEST_REMARK, SMALL_CIRCLE
from cogs.questions.forms import QuestionForm
from data.schema import metadata
from tests.cogs.acts import at_rest, told, with_group
from tests.cogs.permissions import forbid, hide
from tests.forged import forget_limits, nothing_written, press, rows, stored
from tests.world import World, a_world

LONG = "なぜ" * 2500
"""5,000 characters."""


@pytest.fixture
async def forum(tmp_path: Path) -> AsyncGenerator[World]:
    """A server with a forum for questions, where enough people may have asked one; `member` reads Japanese."""
    async with a_world(tmp_path) as world:
        await with_forum(world)
        await many(world)
        yield world


async def with_forum(world: World, **settings: Any) -> None:
    """A forum is made by hand, and given."""
    await world.set_up(**settings)
    guild = world.app.bot.get_guild(world.guild.id)
    await world.sim.run(guild.create_forum("questions"))
    await world.moderator.slash(world.general, "settings set", questions=channel(world))
    await at_rest(world)


async def many(world: World, people: int = SMALL_CIRCLE) -> None:
    """So many people use the bot here."""

    async def write() -> None:
        async with world.app.database(world.guild.id) as uow:
            for member_id in range(1, people + 1):
                await uow.members.put(Member(member_id, used_at=world.sim.now()))

    await world.sim.run(write())


def channel(world: World, name: str = "questions") -> Any:
    return world.guild.channels[name]


def threads(world: World) -> list[discord.Thread]:
    """The threads of the server, in order of making."""
    return sorted(world.app.bot.get_guild(world.guild.id).threads, key=lambda thread: thread.id)


def messages(world: World, thread: discord.Thread) -> list[discord.Message]:
    """What stands in a thread, oldest first."""
    env = world.sim.env
    return world.sim.messages(ChannelHandle(env, world.guild, env.backend.get_channel(thread.id)))


def said_in(world: World, thread: discord.Thread) -> list[str]:
    return [world.sim.text(message) for message in messages(world, thread)]


def first_of(world: World, thread: discord.Thread) -> Any:
    """The question itself."""
    return messages(world, thread)[0]


def tags(world: World, thread: discord.Thread) -> list[str]:
    """The tags of a post, as they are now."""
    now = world.app.bot.get_guild(world.guild.id).get_thread(thread.id)
    return sorted(tag.name for tag in now.applied_tags)


async def asked(world: World, who: Any, question: str = "Who sets the price?", **options: Any) -> discord.Thread:
    """A question that somebody has asked; its thread."""
    await who.slash(world.general, "ask", question=question, **options)
    await at_rest(world)
    return threads(world)[-1]


async def posted(world: World) -> list[Any]:
    """The questions in the database."""

    async def read() -> list[Any]:
        async with world.app.database.reading(world.guild.id) as uow:
            return await uow.questions.posted()

    return await world.sim.run(read())


async def where_it_is_known(world: World, member_id: int) -> set[str]:
    """The tables with this person's id, drafts among them, but for the list of those who use the bot."""

    async def read() -> set[str]:
        async with world.app.database.connections.reading() as connection:
            tables = {table.name: await connection.execute(select(table)) for table in metadata.sorted_tables}
            return {name for name, found in tables.items() if any(str(member_id) in str(row) for row in found)}

    return await world.sim.run(read()) - {"members"}


# Asking


async def test_a_question_becomes_a_post_in_the_forum_in_its_askers_words(forum: World):
    await forum.other.slash(forum.general, "profile edit", industry="#finance", about="x")
    answer = await told(
        forum,
        forum.other,
        "ask",
        question="Who sets the price?",
        industry="logistics",
        topic="fish",
        details="At dawn.",
    )
    assert "Your question is on its way to <#" in answer
    assert "anonym" not in answer
    await at_rest(forum)
    (thread,) = threads(forum)
    assert (thread.name, thread.parent_id) == ("Who sets the price?", channel(forum).id)
    (text,) = said_in(forum, thread)
    for part in ("**Who sets the price?**", "At dawn.", "Transport and logistics", "fish", "open"):
        assert part in text, part
    assert f"{forum.other.mention} (Finance and insurance)" in text
    assert tags(forum, thread) == ["Logistics", "Unsolved"]
    assert not forum.sim.env.backend.get_message(thread.id, thread.id).ping_user_ids


async def test_one_required_field_is_enough_and_the_post_speaks_the_communitys_language(forum: World):
    await forum.moderator.slash(forum.general, "settings set", language="ja")
    thread = await asked(forum, forum.member, "鮮魚の値段は誰が決めますか？")
    (text,) = said_in(forum, thread)
    assert "**鮮魚の値段は誰が決めますか？**" in text
    assert "回答受付中" in text
    assert tags(forum, thread) == ["その他", "未解決"]


async def test_who_asks_anonymously_stands_in_one_column_and_nowhere_else(forum: World, caplog: Any):
    await forum.other.slash(forum.general, "profile edit", industry="#finance", about="x")
    before = await where_it_is_known(forum, forum.other.id)
    thread = await asked(forum, forum.other, "Is it fresh?", anonymous=True)
    await forum.other.slash(forum.general, "question reply", question="Is it fresh?", text="At noon, I mean.")
    await forum.other.slash(forum.general, "question close", question="Is it fresh?", reason="I know now")
    await at_rest(forum, 10)
    assert await where_it_is_known(forum, forum.other.id) - before == {"questions"}
    (question,) = await posted(forum)
    assert question.asker_id == forum.other.id
    said = "\n".join(said_in(forum, thread))
    assert "somebody anonymous" in said
    assert "Who asked says:\n>>> At noon, I mean." in said
    assert str(forum.other.id) not in said
    assert "Finance" not in said
    acts = [row for row in (await rows(forum))["audit"] if f"question:{question.id}" in row]
    assert len(acts) == 3
    assert not [row for row in acts if forum.other.id in row]
    assert str(forum.other.id) not in caplog.text


async def test_where_few_may_have_asked_who_asks_anonymously_is_warned_first(tmp_path: Path):
    async with a_world(tmp_path) as world:
        await with_forum(world)
        result = await world.other.slash(world.general, "ask", question="Is it fresh?", anonymous=True)
        assert "Only 2 people here may have asked this" in world.sim.private_replies(result)[-1]
        await at_rest(world)
        assert threads(world) == []
        assert await where_it_is_known(world, world.other.id) == {"questions"}
        # Nobody else can do anything with it.
        custom_id = "bk:newquestion:1:confirm"
        carrier = (await world.member.slash(world.general, "help")).response
        foreign = await press(world, world.member, stored(world, carrier), custom_id)
        assert "このボタンはもう使えません" in world.sim.private_replies(foreign)[-1]
        form = await world.other.click(result.response, label="Change first")
        sent = {"question": "Is it really fresh?", "industry": "", "topic": "", "details": "", "name": ["anonymous"]}
        await world.other.submit_modal(form, sent)
        assert "Only 3 people" in world.sim.text(result.response)
        await world.other.click(result.response, label="Post")
        await at_rest(world)
        (thread,) = threads(world)
        assert thread.name == "Is it really fresh?"
        again = await press(world, world.other, stored(world, result.response), custom_id)
        assert "no longer work" in world.sim.private_replies(again)[-1]
        await at_rest(world)
        assert len(threads(world)) == 1


async def test_with_ten_people_nobody_is_warned_and_with_a_name_never(tmp_path: Path):
    async with a_world(tmp_path) as world:
        await with_forum(world)
        assert "on its way" in await told(world, world.other, "ask", question="One?")
        await many(world, SMALL_CIRCLE - 1)
        assert "10" not in await told(world, world.member, "ask", question="二つ？")
        await many(world)
        assert "on its way" in await told(world, world.other, "ask", question="Three?", anonymous=True)


@pytest.mark.parametrize("anonymous", [False, True])
async def test_what_is_refused_is_kept_and_corrected(forum: World, monkeypatch: Any, anonymous: bool):
    forget_limits(monkeypatch)
    before = await where_it_is_known(forum, forum.other.id)
    options = {"details": "Why?", "topic": LONG, "anonymous": anonymous}
    result = await forum.other.slash(forum.general, "ask", question=LONG, **options)
    text = forum.sim.private_replies(result)[-1]
    assert "has 5000 characters, and 300 fit" in text
    assert await where_it_is_known(forum, forum.other.id) - before == {"questions"}
    await forum.sim.restart()
    form = await forum.other.click(result.response, label="Correct it")
    boxes = {part["component"]["custom_id"]: part["component"] for part in form.modal["components"]}
    assert boxes["question"]["value"] + boxes["details"]["value"] == f"{LONG}\nWhy?"
    assert LONG.startswith(boxes["topic"]["value"])
    chosen = [each["value"] for each in boxes["name"]["options"] if each.get("default")]
    assert chosen == ["anonymous" if anonymous else "named"]
    sent = {"question": "Why?", "industry": "Wizards", "topic": "", "details": "", "name": chosen}
    await forum.other.submit_modal(form, sent)
    assert "There is no industry “Wizards”" in forum.sim.text(result.response)
    form = await forum.other.click(result.response, label="Correct it")
    await forum.other.submit_modal(form, sent | {"industry": "Finance"})
    assert "on its way" in forum.sim.text(result.response)
    await at_rest(forum)
    (thread,) = threads(forum)
    assert (thread.name, tags(forum, thread)) == ("Why?", ["Finance", "Unsolved"])
    assert len(await posted(forum)) == 1


async def test_an_empty_question_is_refused_with_a_way_to_correct_it(forum: World):
    result = await forum.other.slash(forum.general, "ask", question=" ", topic="fish")
    assert "`question` is empty" in forum.sim.private_replies(result)[-1]
    form = await forum.other.click(result.response, label="Correct it")
    boxes = {part["component"]["custom_id"]: part["component"] for part in form.modal["components"]}
    assert boxes["topic"]["value"] == "fish"


async def test_where_there_is_no_forum_or_it_was_deleted_the_answer_says_what_to_do(tmp_path: Path):
    async with a_world(tmp_path) as world:
        await world.set_up()
        text = await told(world, world.other, "ask", question="Why?")
        assert "There is no place for questions here yet" in text
        assert "not lost" in text
        await with_forum(world)
        await world.sim.run(world.app.bot.get_channel(channel(world).id).delete())
        text = await told(world, world.other, "ask", question="Why?")
        assert "The channel for questions was deleted" in text
        assert await posted(world) == []


async def test_whoever_cannot_see_the_forum_is_told_of_none(forum: World):
    await asked(forum, forum.other)
    hide(forum, channel(forum))
    for person in (forum.other, forum.member):
        text = await told(forum, person, "ask", question="Why?")
        assert "`/settings set questions:`" in text
        for command in ("show", "close", "reopen", "reply"):
            options = {"text": "x"} if command == "reply" else {}
            shown = await told(forum, person, f"question {command}", question="#1", **options)
            assert "Who sets the price?" not in shown
        assert "Who sets the price?" not in await told(forum, person, "question list")
        assert await person.autocomplete(forum.general, "question show", "question", "Who") == []
    # What one has asked oneself is one's own.
    assert "Who sets the price?" in await told(forum, forum.other, "me questions")


async def test_who_is_restricted_from_asking_is_told_so_and_may_do_all_else(forum: World):
    await forum.moderator.slash(forum.general, "mod restrict", member=forum.other, **{"from": "asking", "reason": "x"})
    text = await told(forum, forum.other, "ask", question="Why?")
    assert "You can't ask questions with `/ask`, until a moderator lifts that" in text
    await with_group(forum)
    assert "Welcome" in await told(forum, forum.other, "group join", group="Asakai")
    assert await posted(forum) == []


# The button, and the form


async def test_start_here_has_a_button_to_ask_once_there_is_a_place_for_it(bare_world: World):
    world = bare_world
    result = await world.moderator.slash(world.general, "setup")
    for step in ("language", "time_zone", "moderator_role"):
        await world.moderator.click(result.response, custom_id=f"bk:setup:skip:{step}")
    await world.moderator.select(result.response, [world.general], custom_id="bk:setup:set:announcements_channel")
    for step in ("channels", "usual_start"):
        await world.moderator.click(result.response, custom_id=f"bk:setup:skip:{step}")
    await at_rest(world)
    (message,) = [each for each in world.sim.messages(world.general) if "Start here" in world.sim.text(each)]
    assert "Ask a question" not in world.sim.text(message)
    questions = world.guild.create_text_channel("questions")
    await world.moderator.slash(world.general, "settings set", questions=questions)
    await at_rest(world)
    (message,) = [each for each in world.sim.messages(world.general) if "Start here" in world.sim.text(each)]
    assert "Ask a question" in world.sim.text(message)
    form = await world.other.click(message, custom_id="bk:ask")
    await world.sim.restart()
    sent = await world.other.submit_modal(form, {"question": "Why?", "name": ["named"]})
    assert "on its way" in world.sim.private_replies(sent)[-1]
    await at_rest(world)
    (thread,) = threads(world)
    (post,) = [each for each in world.sim.messages(questions) if "Why?" in world.sim.text(each)]
    assert (thread.id, thread.parent_id, thread.name) == (post.id, questions.id, "Why?")
    assert world.other.mention in world.sim.text(post)


async def test_the_form_without_a_choice_asks_anonymously(forum: World):
    post = first_of(forum, await asked(forum, forum.member))
    form = await press(forum, forum.other, stored(forum, post), "bk:ask")
    await forum.other.submit_modal(form, {"question": "Is it fresh?", "name": []})
    await at_rest(forum)
    assert "somebody anonymous" in said_in(forum, threads(forum)[-1])[0]


async def test_nothing_of_the_forms_is_kept_under_somebodys_name(forum: World):
    assert not QuestionForm.kept
    thread = await asked(forum, forum.other, "Is it fresh?", anonymous=True)
    form = await forum.other.click(first_of(forum, thread), label="Reply anonymously")
    sent = await forum.other.submit_modal(form, {"text": "   "})
    assert "is empty" in forum.sim.private_replies(sent)[-1]
    assert (await rows(forum))["kept_forms"] == []


# Its life


async def test_who_asked_closes_and_opens_it_again_by_button_and_by_command(forum: World):
    thread = await asked(forum, forum.other)
    done = await forum.other.click(first_of(forum, thread), label="It is solved")
    assert "Closed as solved" in forum.sim.private_replies(done)[-1]
    await at_rest(forum)
    assert "solved" in said_in(forum, thread)[0]
    assert tags(forum, thread) == ["Other", "Solved"]
    await forum.sim.restart()
    done = await forum.other.click(first_of(forum, thread), label="Open it again")
    assert "open again" in forum.sim.private_replies(done)[-1]
    await at_rest(forum)
    assert tags(forum, thread) == ["Other", "Unsolved"]
    text = await told(forum, forum.other, "question close", question="price", solved=False, reason="Nobody knew")
    assert "Closed without an answer" in text
    await at_rest(forum)
    assert "closed without an answer: Nobody knew" in said_in(forum, thread)[0]
    assert tags(forum, thread) == ["Other", "Unsolved"]
    assert "is closed already" in await told(forum, forum.other, "question close", question="price", solved=False)
    assert "open again" in await told(forum, forum.other, "question reopen", question="#1")
    assert "is open already" in await told(forum, forum.other, "question reopen", question="1")


async def test_organizers_and_moderators_may_close_it_and_nobody_else(forum: World):
    thread = await asked(forum, forum.other)
    async with nothing_written(forum):
        refused = await forum.member.click(first_of(forum, thread), label="It is solved")
        assert "質問した本人" in forum.sim.private_replies(refused)[-1]
    await with_group(forum, organizer=forum.member)
    assert "解決済みとして終了" in await told(forum, forum.member, "question close", question="#1")
    assert "open again" in await told(forum, forum.moderator, "question reopen", question="#1")


async def test_a_post_that_sleeps_is_woken_to_show_how_it_stands_and_never_locked(forum: World):
    thread = await asked(forum, forum.other)
    await forum.sim.run(thread.edit(archived=True))
    await forum.other.slash(forum.general, "question close", question="#1")
    await at_rest(forum)
    now = forum.app.bot.get_guild(forum.guild.id).get_thread(thread.id)
    assert (now.archived, now.locked) == (False, False)
    assert tags(forum, thread) == ["Other", "Solved"]


async def test_only_who_asked_anonymously_replies_anonymously(forum: World):
    thread = await asked(forum, forum.other, "Is it fresh?", anonymous=True)
    refused = await forum.member.click(first_of(forum, thread), label="Reply anonymously")
    assert "匿名で質問した本人だけ" in forum.sim.private_replies(refused)[-1]
    text = await told(forum, forum.member, "question reply", question="#1", text="Secret!", anonymous=True)
    assert "Secret!" in text  # nothing is lost
    form = await forum.other.click(first_of(forum, thread), label="Reply anonymously")
    await forum.other.submit_modal(form, {"text": "Yes.\nReally."})
    await forum.member.slash(forum.general, "question reply", question="#1", text="Every morning.")
    await at_rest(forum)
    said = said_in(forum, thread)[1:]
    assert said[0].startswith("Who asked says:\n>>> Yes.\nReally.")
    assert said[1].startswith(f"{forum.member.mention} says:\n>>> Every morning.")
    assert not any("Secret!" in each for each in said)


async def test_a_named_remark_does_not_tell_that_its_author_asked_anonymously(forum: World):
    await asked(forum, forum.other, "Is it fresh?", anonymous=True)
    for who in (forum.other, forum.member):
        await who.slash(forum.general, "question reply", question="#1", text="At noon.", anonymous=False)
    recorded = [row[4] for row in (await rows(forum))["audit"] if "question.reply" in row]
    assert recorded == [forum.other.id, forum.member.id]


async def test_who_is_restricted_from_asking_is_told_so_before_they_write_more(forum: World):
    thread = await asked(forum, forum.other, "Is it fresh?", anonymous=True)
    await forum.moderator.slash(forum.general, "mod restrict", member=forum.other, **{"from": "asking", "reason": "x"})
    refused = await forum.other.click(first_of(forum, thread), label="Reply anonymously")
    assert refused.modal is None
    assert "You can't ask questions" in forum.sim.private_replies(refused)[-1]


async def test_a_remark_of_many_lines_is_said_whole(forum: World):
    thread = await asked(forum, forum.other)
    lines = "\n".join("a" * (LONGEST_REMARK // 2))
    await forum.other.slash(forum.general, "question reply", question="#1", text=lines)
    await at_rest(forum, 10)
    assert lines in said_in(forum, thread)[-1]


async def test_what_waits_for_a_post_gets_it_in_the_forum_that_is_chosen_next(forum: World):
    there = await asked(forum, forum.member, "A first one?")
    forum.sim.env.inject_error("POST", f"/channels/{channel(forum).id}/threads", status=403, code=50013, times=None)
    await forum.other.slash(forum.general, "ask", question="Who sets the price?")
    await at_rest(forum)
    assert threads(forum) == [there]
    await forum.sim.run(forum.app.bot.get_channel(channel(forum).id).delete())
    await at_rest(forum, 10)
    another = forum.guild.create_text_channel("questions-2")
    await forum.moderator.slash(forum.general, "settings set", questions=another)
    await at_rest(forum, 30)
    # Both are made at once, so either may be there first.
    assert sorted((each.name, each.parent_id) for each in threads(forum)) == [
        ("A first one?", another.id),
        ("Who sets the price?", another.id),
    ]
    assert "is open already" in await told(forum, forum.other, "question reopen", question="#2")


async def test_a_post_that_stands_stays_where_it_is_when_another_forum_is_chosen(forum: World):
    thread = await asked(forum, forum.other)
    another = forum.guild.create_text_channel("questions-2")
    await forum.moderator.slash(forum.general, "settings set", questions=another)
    await at_rest(forum, 30)
    assert threads(forum) == [thread]


async def test_a_post_deleted_by_hand_is_told_of_and_nothing_is_lost(forum: World):
    thread = await asked(forum, forum.other)
    await forum.sim.run(thread.delete())
    await at_rest(forum, 10)
    text = await told(forum, forum.other, "question reply", question="#1", text="Anybody?")
    assert "If it was deleted" in text
    assert "Anybody?" in text
    assert "Its thread is not there" in await told(forum, forum.other, "question show", question="#1")
    assert threads(forum) == []


async def test_questions_are_listed_shown_and_turned_over(forum: World):
    for number in range(10):
        options = {"industry": "Finance"} if number % 2 else {}
        await forum.other.slash(forum.general, "ask", question=f"Question {number}?", **options)
    await at_rest(forum)
    await forum.other.slash(forum.general, "question close", question="Question 9?")
    result = await forum.member.slash(forum.general, "question list")
    text = forum.sim.private_replies(result)[-1]
    assert [f"Question {n}?" in text for n in (9, 2, 1)] == [True, True, False]
    await forum.member.click(result.response, custom_id="bk:questions:all:any:1:next")
    assert "Question 1?" in forum.sim.text(result.response)
    shown = await told(forum, forum.member, "question list", industry="Finance", open=True)
    assert [f"Question {n}?" in shown for n in (9, 8, 7, 1)] == [False, False, True, True]
    assert "There is no industry" not in shown
    assert "という業界は" in await told(forum, forum.member, "question list", industry="Wizards")
    choices = await forum.other.autocomplete(forum.general, "question close", "question", "9")
    assert [each["name"] for each in choices] == ["Question 9? (closed)"]


async def test_ones_own_questions_are_ones_own_also_from_a_direct_message(forum: World):
    for number in range(9):
        await forum.other.slash(forum.general, "ask", question=f"Mine {number}?", anonymous=bool(number % 2))
    await at_rest(forum)
    assert "まだ質問していません" in await told(forum, forum.member, "me questions")
    result = await forum.other.slash(forum.general, "me questions")
    assert "Mine 8?" in forum.sim.private_replies(result)[-1]
    await forum.other.click(result.response, label="Next")
    assert "Mine 0?" in forum.sim.text(result.response)
    # Which of them stand there without one's name is seen by oneself alone.
    await forum.other.click(result.response, label="Previous")
    assert forum.sim.text(result.response).count("asked anonymously") == 4
    assert "asked anonymously" not in await told(forum, forum.other, "question list")


# The forum


async def test_setup_makes_the_forum_or_a_channel_where_none_can_be_made(bare_world: World):
    world = bare_world
    await world.set_up(setup_step="channels", announcements_channel=0, log_channel=0)
    result = await world.moderator.slash(world.general, "setup")
    await world.moderator.click(result.response, custom_id="bk:setup:make")
    await at_rest(world)
    made = world.app.bot.get_guild(world.guild.id)
    (questions,) = [each for each in made.channels if each.name == "study-questions"]
    assert isinstance(questions, discord.ForumChannel)
    assert [tag.name for tag in questions.available_tags] == ["Unsolved", "Solved", "Other"]
    assert f"<#{questions.id}>" in await told(world, world.moderator, "settings show")


async def test_where_a_forum_cannot_be_made_a_text_channel_serves(bare_world: World):
    world = bare_world
    await world.set_up(setup_step="channels")
    world.sim.env.inject_error("POST", f"/guilds/{world.guild.id}/channels", status=400, code=50035)
    await world.moderator.slash(world.general, "settings set", introductions=world.general)
    result = await world.moderator.slash(world.general, "setup")
    await world.moderator.click(result.response, custom_id="bk:setup:make")
    await at_rest(world, 10)
    made = world.app.bot.get_guild(world.guild.id)
    (questions,) = [each for each in made.channels if each.name == "study-questions"]
    assert isinstance(questions, discord.TextChannel)
    await world.other.slash(world.general, "ask", question="Why?")
    await at_rest(world)
    assert [thread.name for thread in threads(world)] == ["Why?"]


async def test_peoples_tags_are_never_touched(tmp_path: Path):
    async with a_world(tmp_path) as world:
        await world.set_up()
        guild = world.app.bot.get_guild(world.guild.id)
        theirs = [discord.ForumTag(name="Gossip"), discord.ForumTag(name="Solved", emoji="🙋")]
        forum = await world.sim.run(guild.create_forum("questions", available_tags=theirs))
        await world.moderator.slash(world.general, "settings set", questions=channel(world))
        await at_rest(world)
        assert [tag.name for tag in forum.available_tags] == ["Gossip", "Solved", "Unsolved", "Other"]
        thread = await asked(world, world.other)
        await world.other.slash(world.general, "question close", question="#1")
        await at_rest(world)
        assert tags(world, thread) == ["Other", "Solved"]
        await world.moderator.slash(world.general, "settings set", language="ja")
        await at_rest(world)
        names = [tag.name for tag in guild.get_channel(forum.id).available_tags]
        assert names[:2] == ["Gossip", "Solved"]
        assert set(names[2:]) == {"未解決", "その他", "解決済み"}


async def test_without_the_right_to_change_the_forum_questions_are_posted_without_tags(tmp_path: Path):
    async with a_world(tmp_path) as world:
        await world.set_up()
        guild = world.app.bot.get_guild(world.guild.id)
        await world.sim.run(guild.create_forum("questions"))
        forbid(world, channel(world), manage_channels=False)
        await world.moderator.slash(world.general, "settings set", questions=channel(world))
        thread = await asked(world, world.other)
        assert (thread.name, tags(world, thread)) == ("Who sets the price?", [])


async def test_after_a_crash_while_it_was_posted_there_is_one_post(forum: World):
    env = forum.sim.env
    env.inject_error("POST", f"/channels/{channel(forum).id}/threads", status=500, code=0)
    thread = await asked(forum, forum.other)
    await at_rest(forum, 30)
    assert [each.name for each in threads(forum)] == ["Who sets the price?"]

    async def forget() -> None:
        async with forum.app.database(forum.guild.id) as uow:
            mirror = await uow.mirrors.find("question", 1)
            assert mirror is not None
            await uow.mirrors.store(mirror, remote_id=0)
            await uow.mirrors.refresh("question", 1)

    await forum.sim.run(forget())
    await at_rest(forum, 30)
    assert len(threads(forum)) == 1
    async with forum.app.database.reading(forum.guild.id) as uow:
        mirror = await uow.mirrors.find("question", 1)
    assert mirror is not None
    assert mirror.remote_id == threads(forum)[0].id
    assert thread is not None
