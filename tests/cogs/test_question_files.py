"""The file that comes with a question: from the command to its post, whatever happens on the way."""

from __future__ import annotations

import re
from collections.abc import AsyncGenerator
from pathlib import Path
from typing import Any

import discord
import pytest
from sqlalchemy import select

from bot.demo.simulation import set_locale
from data.question_files import question_files as table
from tests.cogs.acts import at_rest, told
from tests.cogs.permissions import forbid
from tests.cogs.test_answers import accepted, said
from tests.cogs.test_moderated_questions import dms, hidden
from tests.cogs.test_questions import asked, channel, first_of, many, posted, threads, with_forum
from tests.forged import forget_limits
from tests.world import World, a_world

PICTURE = ("Lager Halle 3.PNG", b"not really a picture")


@pytest.fixture
async def forum(tmp_path: Path) -> AsyncGenerator[World]:
    """A server with a forum for questions, where enough people may have asked one."""
    async with a_world(tmp_path) as world:
        await with_forum(world)
        await many(world)
        yield world


async def files_of(world: World, thread: Any) -> list[tuple[str, bytes]]:
    """What is attached to a question's first message."""
    attachments: list[discord.Attachment] = first_of(world, thread).attachments

    async def read() -> list[tuple[str, bytes]]:
        return [(each.filename, await each.read()) for each in attachments]

    return await world.sim.run(read())


async def kept(world: World) -> list[tuple[str, bytes | None]]:
    """The names and contents of the files in the database."""

    async def read() -> list[tuple[str, bytes | None]]:
        async with world.app.database.connections.reading() as connection:
            rows = await connection.execute(select(table.c.name, table.c.content).order_by(table.c.id))
            return [(row.name, row.content) for row in rows]

    return await world.sim.run(read())


async def test_a_file_comes_with_the_post_stays_there_and_is_not_kept(forum: World):
    thread = await asked(forum, forum.other, file=PICTURE)
    assert await files_of(forum, thread) == [PICTURE]
    assert await kept(forum) == [(PICTURE[0], None)]
    # The first message is edited again and again, and has it still.
    answer = await said(forum, forum.member, thread, "The auction.")
    await accepted(forum, forum.other, thread, answer)
    await forum.other.slash(forum.general, "question close", question="1")
    await at_rest(forum)
    assert await files_of(forum, thread) == [PICTURE]


async def test_in_a_text_channel_it_comes_with_the_message(tmp_path: Path):
    async with a_world(tmp_path) as world:
        await world.set_up()
        await world.moderator.slash(world.general, "settings set", questions=world.general)
        await at_rest(world)
        await world.other.slash(world.general, "ask", question="Tea?", file=PICTURE)
        await at_rest(world)
        (message,) = [each for each in world.sim.messages(world.general) if each.attachments]
        assert [each.filename for each in message.attachments] == [PICTURE[0]]


async def test_after_a_crash_before_the_post_was_made_it_has_its_file(forum: World):
    env = forum.sim.env
    env.inject_error("POST", f"/channels/{channel(forum).id}/threads", status=500, code=0)
    await forum.other.slash(forum.general, "ask", question="Tea?", file=PICTURE)
    assert threads(forum) == []
    assert await kept(forum) == [PICTURE]
    await forum.sim.restart()
    await at_rest(forum, 30)
    (thread,) = threads(forum)
    assert await files_of(forum, thread) == [PICTURE]
    assert await kept(forum) == [(PICTURE[0], None)]


async def test_who_asks_anonymously_is_warned_first_and_its_name_tells_nothing(forum: World):
    result = await forum.other.slash(forum.general, "ask", question="Tea?", anonymous=True, file=PICTURE)
    (text,) = forum.sim.private_replies(result)
    assert "Your file may tell who you are" in text
    assert "Only" not in text
    await at_rest(forum)
    assert threads(forum) == []
    await forum.other.click(result.response, label="Post")
    await at_rest(forum)
    (thread,) = threads(forum)
    assert await files_of(forum, thread) == [("file.png", PICTURE[1])]
    assert await kept(forum) == [("file.png", None)]


async def test_without_the_file_it_is_posted_all_the_same(forum: World):
    options: dict[str, Any] = {"question": "Tea?", "anonymous": True, "file": PICTURE}
    result = await forum.other.slash(forum.general, "ask", **options)
    await forum.other.click(result.response, label="Post without the file")
    await at_rest(forum)
    (thread,) = threads(forum)
    assert await files_of(forum, thread) == []
    assert await kept(forum) == []


async def test_a_question_that_becomes_anonymous_in_the_form_has_no_name_in_its_file(forum: World):
    set_locale(forum.other, "ja")
    result = await forum.other.slash(forum.general, "ask", question=" ", file=("SPOILER_私の工場.jpg", b"x"))
    assert "直す" in forum.sim.text(result.response) or "修正" in forum.sim.text(result.response)
    assert await kept(forum) == [("SPOILER_私の工場.jpg", b"x")]
    opened = await forum.other.click(result.response, custom_id="bk:newquestion:1:change")
    sent = await forum.other.submit_modal(opened, {"question": "お茶は？", "name": ["anonymous"]})
    assert await kept(forum) == [("SPOILER_file.jpg", b"x")]
    assert "ファイルから、質問したのが誰か" in forum.sim.private_replies(sent)[-1]
    await forum.other.click(result.response, custom_id="bk:newquestion:1:confirm")
    await at_rest(forum)
    (thread,) = threads(forum)
    assert await files_of(forum, thread) == [("SPOILER_file.jpg", b"x")]
    assert first_of(forum, thread).attachments[0].is_spoiler()


async def test_a_refused_question_keeps_its_file_and_one_that_was_answered_before_loses_it(forum: World):
    before = await asked(forum, forum.member, "Who sets the price of fish in the morning?")
    answer = await said(forum, forum.other, before, "The auction.")
    await accepted(forum, forum.member, before, answer)
    same = {"question": "Who sets the price of fish in the morning?", "file": PICTURE}
    result = await forum.other.slash(forum.general, "ask", **same)
    assert "Does one of these answer it?" in forum.sim.private_replies(result)[-1]
    assert await kept(forum) == [PICTURE]
    await forum.other.click(result.response, label="That answers it")
    assert await kept(forum) == []
    result = await forum.other.slash(forum.general, "ask", **same)
    await forum.other.click(result.response, label="Post my question")
    await at_rest(forum)
    assert await files_of(forum, threads(forum)[-1]) == [PICTURE]


@pytest.mark.parametrize(
    ("file", "why"), [(("a.txt", b""), "nothing in the file"), (("a.txt", b"x" * 2000), "too large")]
)
async def test_what_cant_be_posted_is_refused_and_the_words_are_kept(
    forum: World, monkeypatch: pytest.MonkeyPatch, file: Any, why: str
):
    monkeypatch.setattr("bot.domain.questions.files.LARGEST", 1999)
    result = await forum.other.slash(forum.general, "ask", question="Tea?", details="Green", file=file)
    text = forum.sim.text(result.response)
    assert why in text
    assert "not lost" in text
    await at_rest(forum)
    assert (await posted(forum), await kept(forum)) == ([], [])
    opened = await forum.other.click(result.response, label="Correct it")
    assert opened.modal is not None
    assert {"Tea?", "Green"} <= set(re.findall(r"'value': '([^']*)'", str(opened.modal)))
    await forum.other.submit_modal(opened, {"question": "Tea?", "details": "Green", "name": ["named"]})
    await at_rest(forum)
    (question,) = await posted(forum)
    assert (question.text, question.details) == ("Tea?", "Green")


async def test_a_file_that_discord_does_not_hand_over_is_asked_for_again(forum: World, monkeypatch: Any):
    async def read(attachment: Any, **_: Any) -> bytes:
        raise TimeoutError

    monkeypatch.setattr(discord.Attachment, "read", read)
    assert "did not hand me" in await told(forum, forum.other, "ask", question="Tea?", file=PICTURE)
    await at_rest(forum)
    assert threads(forum) == []


async def test_without_the_permission_it_is_said_which_and_moderators_see_it_in_the_settings(forum: World):
    forbid(forum, channel(forum), attach_files=False)
    assert "Attach Files" in await told(forum, forum.other, "ask", question="Tea?", file=PICTURE)
    await at_rest(forum)
    assert threads(forum) == []
    assert "Attach Files" in await told(forum, forum.moderator, "settings show")
    assert "on its way" in await told(forum, forum.other, "ask", question="Tea?")


async def test_who_may_not_ask_is_told_so_before_the_file_is_taken(forum: World, monkeypatch: Any):
    async def read(attachment: Any, **_: Any) -> bytes:
        raise AssertionError

    monkeypatch.setattr(discord.Attachment, "read", read)
    await forum.moderator.slash(forum.general, "mod restrict", member=forum.other, **{"from": "asking"})
    text = await told(forum, forum.other, "ask", question="Tea?", file=PICTURE)
    assert "can't ask questions" in text
    assert await kept(forum) == []


async def test_a_hidden_question_comes_back_with_its_file_and_after_a_day_it_is_erased(forum: World):
    await asked(forum, forum.other, file=PICTURE)
    message = await hidden(forum)
    assert threads(forum) == []
    assert await kept(forum) == [PICTURE]
    result = await forum.moderator.click(message, label="Undo")
    assert "could not be kept" not in forum.sim.private_replies(result)[-1]
    await at_rest(forum)
    (thread,) = threads(forum)
    assert await files_of(forum, thread) == [PICTURE]
    assert await kept(forum) == [(PICTURE[0], None)]
    await hidden(forum)
    await at_rest(forum, 25 * 3600)
    assert await kept(forum) == []


async def test_a_file_that_could_not_be_kept_is_said_to_be_lost(forum: World, monkeypatch: Any):
    await asked(forum, forum.other, file=PICTURE)

    async def read(attachment: Any, **_: Any) -> bytes:
        raise TimeoutError

    monkeypatch.setattr(discord.Attachment, "read", read)
    message = await hidden(forum)
    assert threads(forum) == []
    result = await forum.moderator.click(message, label="Undo")
    assert "could not be kept" in forum.sim.private_replies(result)[-1]
    await at_rest(forum)
    assert [await files_of(forum, each) for each in threads(forum)] == [[]]
    assert await kept(forum) == []


async def test_with_a_thread_that_people_delete_its_file_goes_and_who_asked_is_told(forum: World):
    thread = await asked(forum, forum.other, file=PICTURE)
    await forum.sim.run(forum.app.bot.get_channel(thread.id).delete())
    await forum.other.slash(forum.general, "question close", question="1")
    await at_rest(forum, 10)
    await forum.other.slash(forum.general, "question reopen", question="1")
    await at_rest(forum, 10)
    assert any("Its file went with it" in text for text in dms(forum, forum.other)), dms(forum, forum.other)


async def asked_anonymously(world: World) -> str:
    """A question with a file, posted after the warning; what its author is answered."""
    result = await world.other.slash(world.general, "ask", question="Tea?", anonymous=True, file=PICTURE)
    await world.other.click(result.response, label="Post")
    await at_rest(world)
    return world.sim.text(result.response)


async def test_who_asked_anonymously_is_not_sent_to_the_thread_with_a_file_that_is_lost(forum: World, monkeypatch: Any):
    await asked_anonymously(forum)

    async def read(attachment: Any, **_: Any) -> bytes:
        raise TimeoutError

    monkeypatch.setattr(discord.Attachment, "read", read)
    message = await hidden(forum, "Tea?")
    result = await forum.moderator.click(message, label="Undo")
    text = forum.sim.private_replies(result)[-1]
    assert "could not be kept" in text
    assert "attach it again" not in text


async def test_who_asked_anonymously_is_told_what_attaching_a_lost_file_again_shows(forum: World):
    await asked_anonymously(forum)
    (thread,) = threads(forum)
    await forum.sim.run(forum.app.bot.get_channel(thread.id).delete())
    await at_rest(forum, 10)
    (text,) = [text for text in dms(forum, forum.other) if "Its file went with it" in text]
    assert "it shows your name" in text
    assert "please attach it again in the thread" not in text


async def test_a_file_that_may_not_be_attached_any_more_keeps_the_question_waiting_and_its_author_reads_why(
    forum: World,
):
    result = await forum.other.slash(forum.general, "ask", question="Tea?", anonymous=True, file=PICTURE)
    forbid(forum, channel(forum), attach_files=False)
    forum.sim.env.inject_error("POST", f"/channels/{channel(forum).id}/threads", status=403, code=50013, times=1)
    await forum.other.click(result.response, label="Post")
    text = forum.sim.text(result.response)
    assert "can't post your question yet" in text
    assert "Attach Files" in text
    assert threads(forum) == []
    forbid(forum, channel(forum))
    await at_rest(forum, 3700)
    (thread,) = threads(forum)
    assert await files_of(forum, thread) == [("file.png", PICTURE[1])]


async def test_what_the_server_takes_no_more_keeps_no_question_from_its_post(forum: World):
    # Such as one that was boosted when the file came, and is not when the post is made.
    forum.sim.env.inject_error("POST", f"/channels/{channel(forum).id}/threads", status=413, code=40005)
    thread = await asked(forum, forum.other, file=PICTURE)
    assert await files_of(forum, thread) == []
    assert await kept(forum) == [(PICTURE[0], None)]


async def test_a_name_that_is_a_path_or_turns_the_writing_is_made_harmless(forum: World, monkeypatch: Any):
    forget_limits(monkeypatch)
    thread = await asked(forum, forum.other, file=("..\\..\\evil\u202egpj.exe", b"x"))
    ((name, _content),) = await files_of(forum, thread)
    assert "\u202e" not in name
    assert not set(name) & set("\\/")
