"""The index of questions follows the rows, and says nothing of who wrote what."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace

from bot.domain.actors import Actor
from bot.domain.industries import Vocabulary
from bot.domain.mirrors import MirrorState
from bot.domain.questions.asking import AskingService
from bot.domain.questions.forum import QuestionForumService
from bot.domain.questions.indexing import IndexingService, document, in_channel, in_industry, in_state, on_topic
from bot.domain.questions.life import QuestionLifeService
from bot.domain.questions.values import QUESTION, Asked, NewQuestion, Question, QuestionState
from bot.domain.search import Document
from data.database import Database
from tests.data.files import NOW
from tests.data.rows import GUILD, MovingClock, database_of
from tests.data.servers import KINDS

FORUM, NEXT_FORUM = 50, 60
ASKER = Actor(11, sees=lambda channel_id: True)
ANSWERER = Actor(12, sees=lambda channel_id: True)
MODERATOR = Actor(13, moderator=True, sees=lambda channel_id: True)


@dataclass
class Forum:
    """A community with a forum, and what asks, changes and indexes questions there."""

    database: Database
    clock: MovingClock

    def __post_init__(self) -> None:
        self.asking = AskingService(self.database, self.clock, lambda: Vocabulary({}))
        self.life = QuestionLifeService(self.database, self.clock)
        self.index = IndexingService(self.database, self.clock)

    async def ask(self, text: str, **options: Any) -> int:
        """A posted question with a thread; its id."""
        result = await self.asking.ask(GUILD, ASKER, NewQuestion(text, **options))
        assert isinstance(result, Asked)
        question_id = result.view.question.id
        async with self.database(GUILD) as uow:
            mirror = await uow.mirrors.find(QUESTION, question_id)
            assert mirror is not None
            await uow.mirrors.store(mirror, remote_id=500 + question_id, state=MirrorState.LIVE)
        return question_id

    async def found(self, typed: str, *labels: str, **more: Any) -> list[int]:
        async with self.database.reading(GUILD) as uow:
            return [each.question_id for each in await uow.search.find(typed, labels, **more)]

    async def question(self, question_id: int) -> Question:
        async with self.database.reading(GUILD) as uow:
            found = await uow.questions.find(question_id)
        assert found is not None
        return found


@pytest.fixture(params=KINDS)
async def forum(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Forum]:
    clock = MovingClock()
    async with database_of(request.param, tmp_path, clock) as database:
        async with database(GUILD) as uow:
            await uow.communities.change(questions_channel=FORUM, set_up_at=NOW)
        yield Forum(database, clock)


async def test_what_is_asked_is_found_at_once_by_each_of_its_texts(forum: Forum):
    asked = await forum.ask("魚の値段は誰が決める？", topic="cold chains", details="競りの前に。")
    await forum.ask("How are taxes spent?")
    for typed in ("値段", "COLD chain", "競り", "ｾﾘ", "誰"):
        assert await forum.found(typed) == ([] if typed == "ｾﾘ" else [asked]), typed


async def test_remarks_are_found_whoever_says_them_and_nothing_says_who(forum: Forum):
    asked = await forum.ask("魚の値段は誰が決める？")
    await forum.life.reply(GUILD, ANSWERER, str(asked), "卸売市場の仲買人です")
    assert await forum.found("仲買人") == [asked]
    async with forum.database.reading(GUILD) as uow:
        found = await uow.search.get(asked)
    assert found is not None
    assert not {str(ASKER.member_id), str(ANSWERER.member_id)} & set(map(str, _values(found)))


def _values(found: Document) -> list[object]:
    return [*found.labels, *(value for piece in found.pieces for value in (piece.text, piece.source_id))]


async def test_labels_follow_how_a_question_stands_and_where(forum: Forum):
    asked = await forum.ask("魚の値段は？", topic="水産物流")
    assert await forum.found("", in_state(QuestionState.OPEN)) == [asked]
    await forum.life.close(GUILD, ASKER, str(asked))
    assert await forum.found("", in_state(QuestionState.OPEN)) == []
    assert await forum.found("", in_state(QuestionState.SOLVED)) == [asked]
    await forum.life.reopen(GUILD, ASKER, str(asked))
    assert await forum.found("魚", in_state(QuestionState.OPEN)) == [asked]
    assert await forum.found("", any_of=[in_channel(FORUM), in_channel(NEXT_FORUM)]) == [asked]
    assert await forum.found("", any_of=[in_channel(NEXT_FORUM)]) == await forum.found("", any_of=[]) == []
    async with forum.database(GUILD) as uow:
        mirror = await uow.mirrors.find(QUESTION, asked)
        assert mirror is not None
        await uow.mirrors.store(mirror, remote_id=0)
        before = await uow.communities.get()
        after = await uow.communities.change(questions_channel=NEXT_FORUM)
        await QuestionForumService().on_settings_changed(uow, before, after)
    assert await forum.found("", any_of=[in_channel(FORUM)]) == []
    assert await forum.found("魚", any_of=[in_channel(NEXT_FORUM)]) == [asked]


@pytest.mark.parametrize(
    ("typed", "fits"),
    [
        *(("物流", True), ("水産物流", True), ("水", True), ("ぶつ", False), ("流物", False)),
        *(("cold chain", False), ("Chains", True), ("ＣＨＡＩＮ", True), ("chai", False)),
    ],
)
async def test_a_part_of_a_topic_narrows_what_is_found_in_any_spelling(forum: Forum, typed: str, fits: bool):
    asked = await forum.ask("魚の値段は？", topic="水産物流 supply chain")
    assert await forum.found("", *on_topic(typed)) == [asked] * fits


async def test_drafts_are_never_in_the_index(forum: Forum):
    kept = await forum.asking.keep(GUILD, ASKER, NewQuestion("魚の値段は？"))
    assert await forum.found("魚") == []
    await forum.index.catch_up(GUILD)
    assert await forum.found("") == []
    await forum.asking.confirm(GUILD, ASKER, kept)
    assert await forum.found("魚") == [kept]


async def test_the_index_catches_up_with_what_was_asked_before_there_was_one_and_forgets_what_is_gone(forum: Forum):
    first, second, third = [await forum.ask(text) for text in ("魚の値段は？", "茶の値段は？", "株の値段は？")]
    async with forum.database(GUILD) as uow:
        await uow.search.remove(first)
        await uow.search.put(document(replace(await forum_question(uow, second), state=QuestionState.CLOSED)))
        await uow.search.put(Document(999, document(await forum_question(uow, third)).pieces))
    for _ in range(2):
        await forum.index.catch_up(GUILD)
        assert await forum.found("値段", in_state(QuestionState.OPEN)) == [third, second, first]
        assert await forum.found("値段") == [third, second, first]


async def forum_question(uow: Any, question_id: int) -> Question:
    found = await uow.questions.find(question_id)
    assert found is not None
    return found


async def test_many_questions_are_indexed_a_few_at_a_time(forum: Forum):
    ids = [await forum.ask(f"{n}番の値段は？") for n in range(120)]
    async with forum.database(GUILD) as uow:
        for question_id in ids:
            await uow.search.remove(question_id)
    await forum.index.catch_up(GUILD)
    assert await forum.found("値段", limit=200) == ids[::-1]


async def test_industries_narrow_what_is_found(forum: Forum):
    asked = await forum.ask("値段は？", industry="#retail")
    await forum.ask("値段は？", industry="#finance")
    assert await forum.found("値段", in_industry((await forum.question(asked)).industry)) == [asked]
