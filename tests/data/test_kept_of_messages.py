"""What is kept of messages and files of questions: the rows, in both databases."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from datetime import timedelta
from pathlib import Path

import pytest
from msgspec.structs import replace

from bot.domain.questions.files import QuestionFile
from bot.domain.questions.thanked import ThankedMessage
from bot.domain.questions.values import Question, QuestionState
from data.database import Database
from data.housekeeping import sweep
from tests.data.files import NOW
from tests.data.rows import GUILD, MovingClock, database_of
from tests.data.servers import KINDS


@pytest.fixture(params=KINDS)
async def database(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncGenerator[Database]:
    async with database_of(request.param, tmp_path, MovingClock()) as opened:
        yield opened


async def a_question(database: Database, guild_id: int = GUILD, state: QuestionState = QuestionState.OPEN) -> int:
    async with database(guild_id) as uow:
        new = Question(0, 7, False, "Why?", "", "", "", 70, state, "", NOW, NOW)
        return (await uow.questions.add(new)).id


async def test_a_file_is_kept_named_emptied_and_filled_again(database: Database):
    number = await a_question(database)
    async with database(GUILD) as uow:
        files = uow.question_files
        assert (await files.get(number), await files.name(number), await files.is_kept(number)) == (None, "", False)
        await files.put(number, QuestionFile("a.txt", b"\x00\xff" * 1000))
        await files.put(number, QuestionFile("図.png", b"\x00\xff"))
        assert await files.get(number) == QuestionFile("図.png", b"\x00\xff")
        await files.rename(number, "file.png")
        await files.empty(number)
        assert (await files.get(number), await files.name(number), await files.is_kept(number)) == (
            None,
            "file.png",
            False,
        )
        await files.fill(number, b"x")
        assert await files.get(number) == QuestionFile("file.png", b"x")
    async with database.reading(GUILD + 1) as uow:
        assert await uow.question_files.name(number) == ""
    async with database(GUILD) as uow:
        await uow.question_files.remove(number)
        assert await uow.question_files.name(number) == ""


async def test_the_file_of_a_draft_goes_with_it(database: Database):
    draft, posted = await a_question(database, state=QuestionState.DRAFT), await a_question(database)
    async with database(GUILD) as uow:
        for number in (draft, posted):
            await uow.question_files.put(number, QuestionFile("a.txt", b"x"))
    await sweep(database.connections, NOW + timedelta(days=2))
    async with database.reading(GUILD) as uow:
        assert await uow.questions.find(draft) is None
        assert await uow.question_files.name(draft) == ""
        assert await uow.question_files.get(posted) == QuestionFile("a.txt", b"x")


async def test_thanked_messages_are_found_by_question_and_by_message_within_their_community(database: Database):
    first, second = await a_question(database), await a_question(database)
    there = await a_question(database, GUILD + 1)
    async with database(GUILD) as uow:
        for n, number in enumerate((first, first, second)):
            await uow.thanked.add(ThankedMessage(0, number, 70, 900 + n, 5 + n, f"text {n}"))
    async with database(GUILD + 1) as uow:
        await uow.thanked.add(ThankedMessage(0, there, 70, 900, 0, "elsewhere"))
        (found,) = (await uow.thanked.of_questions([first, there]))[there]
        assert (found.author_id, found.text) == (0, "elsewhere")
    async with database(GUILD) as uow:
        found = await uow.thanked.of_questions([first, second, there])
        assert {number: [each.text for each in some] for number, some in found.items()} == {
            first: ["text 0", "text 1"],
            second: ["text 2"],
        }
        await uow.thanked.store(replace(found[first][0], text="new"))
        message = await uow.thanked.of_message(900)
        assert message is not None
        assert message.text == "new"
        await uow.thanked.remove(900)
        await uow.thanked.remove_all(second)
        left = await uow.thanked.of_questions([first, second])
        assert [each.message_id for some in left.values() for each in some] == [901]
    async with database.reading(GUILD + 1) as uow:
        assert await uow.thanked.of_message(900) is not None
