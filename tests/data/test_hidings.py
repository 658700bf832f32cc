"""Hidden questions, and people restricted through one, in both databases."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from datetime import timedelta
from pathlib import Path

import pytest
from msgspec.structs import replace

from bot.domain.questions.answers import Addition
from bot.domain.questions.hiding import Hiding
from bot.domain.questions.values import QuestionState, Remark
from bot.domain.restrictions import Restriction
from data.database import Database
from tests.data.files import NOW
from tests.data.rows import GUILD, MovingClock, database_of
from tests.data.servers import KINDS
from tests.data.test_answers import answer
from tests.data.test_questions import added

ELSEWHERE = GUILD + 1


@pytest.fixture(params=KINDS)
async def database(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncGenerator[Database]:
    async with database_of(request.param, tmp_path, MovingClock()) as opened:
        yield opened


async def test_what_it_takes_to_bring_a_question_back_is_kept_once(database: Database):
    question = await added(database)
    hiding = Hiding(question.id, QuestionState.SOLVED, "理由", NOW)
    async with database(GUILD) as uow:
        await uow.hidings.put(replace(hiding, reason=""))
        await uow.hidings.put(hiding)
        assert await uow.hidings.find(question.id) == hiding
    async with database(ELSEWHERE) as uow:
        assert await uow.hidings.find(question.id) is None
        await uow.hidings.remove(question.id)
    async with database(GUILD) as uow:
        assert await uow.hidings.find(question.id) == hiding
        await uow.hidings.remove(question.id)
        assert await uow.hidings.find(question.id) is None


async def test_the_texts_of_one_question_go_and_no_others(database: Database):
    one, other = await added(database), await added(database)
    async with database(GUILD) as uow:
        for each in (one, other):
            await uow.questions.add_remark(Remark(0, each.id, 0, "補足", NOW))
            given = await uow.answers.add(answer(each.id, 70 + each.id))
            await uow.answers.add_addition(Addition(0, given.id, 12, False, "出典", NOW))
    async with database(ELSEWHERE) as uow:
        await uow.hidings.erase_texts(one.id)
    async with database(GUILD) as uow:
        assert await uow.questions.find(one.id) == one
        await uow.hidings.erase_texts(one.id)
        assert await uow.questions.find(one.id) == replace(one, text="", details="", topic="")
        assert await uow.questions.find(other.id) == other
        assert await uow.questions.remarks(one.id) == []
        assert len(await uow.questions.remarks(other.id)) == 1
        left = await uow.answers.of_questions([one.id, other.id])
        assert list(left) == [other.id]
        assert len(await uow.answers.additions([left[other.id][0].id])) == 1


async def test_a_restriction_through_a_question_finds_who_asked_it_and_names_nobody(database: Database):
    question = await added(database, asker_id=11, anonymous=True)
    second = await added(database, asker_id=11, anonymous=True)
    async with database(GUILD) as uow:
        unseen = await uow.restrictions.put(Restriction(0, "asking", NOW + timedelta(days=1), "x", 0, question.id))
        again = await uow.restrictions.put(replace(unseen, reason="y"))
        also = await uow.restrictions.put(Restriction(0, "asking", None, "", 0, second.id))
        named = await uow.restrictions.put(Restriction(11, "asking"))
        assert await uow.restrictions.all(NOW) == [named, again, also]
        assert await uow.restrictions.in_force(11, "asking", NOW) == [named, again, also]
        assert await uow.restrictions.in_force(12, "asking", NOW) == []
        assert await uow.restrictions.in_force(11, "answering", NOW) == []
        assert await uow.restrictions.find(11, "asking", NOW) == named
        assert await uow.restrictions.find(0, "asking", NOW) is None
        assert await uow.restrictions.through(question.id, NOW) == again
        assert await uow.restrictions.through(question.id, NOW + timedelta(days=1)) is None
        assert await uow.restrictions.through(0, NOW) is None
        assert await uow.restrictions.get(unseen.id) is None
        await uow.restrictions.lift(named)
        assert await uow.restrictions.all(NOW) == [again, also]
        await uow.restrictions.lift(again)
        assert await uow.restrictions.all(NOW) == [also]
    async with database(ELSEWHERE) as uow:
        assert await uow.restrictions.in_force(11, "asking", NOW) == []
        assert await uow.restrictions.through(second.id, NOW) is None


async def test_hidden_questions_are_only_among_those_of_their_asker(database: Database):
    question, same = await added(database, asker_id=11), await added(database, asker_id=12)
    async with database(GUILD) as uow:
        await uow.questions.store(replace(question, state=QuestionState.HIDDEN))
        await uow.questions.store(replace(same, merged_into=question.id))
        assert [each.id for each in await uow.questions.posted()] == [same.id]
        assert [each.id for each in await uow.questions.posted(asker_id=11)] == [question.id]
        assert [each.id for each in await uow.questions.merged_into(question.id)] == [same.id]
        assert await uow.questions.merged_into(same.id) == []
        assert question.id not in await uow.search.lacking(0, 10)
