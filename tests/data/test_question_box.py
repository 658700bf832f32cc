"""Questions to lecturers, in both databases."""

from __future__ import annotations

from collections import Counter
from collections.abc import AsyncGenerator
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy.exc import DBAPIError

from bot.domain.question_box import Question
from bot.domain.rsvps import Answer, Rsvp
from bot.domain.sessions import SessionState
from data.database import Database
from data.housekeeping import KEPT, sweep
from tests.data.files import NOW
from tests.data.rows import GUILD, MovingClock, database_of
from tests.data.servers import KINDS
from tests.data.test_rotation import a_group, a_session

DAY, HOUR = timedelta(days=1), timedelta(hours=1)


@pytest.fixture(params=KINDS)
async def database(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncGenerator[Database]:
    async with database_of(request.param, tmp_path, MovingClock()) as opened:
        yield opened


async def add(database: Database, session_id: int, member_id: int, text: str = "?") -> Question:
    async with database(GUILD) as uow:
        return await uow.question_box.add(Question(0, session_id, member_id, text, True, NOW))


async def of_session(database: Database, session_id: int, guild_id: int = GUILD) -> list[Question]:
    async with database.reading(guild_id) as uow:
        return await uow.question_box.of_session(session_id)


async def test_questions_are_read_back_in_order_of_asking_and_only_in_their_community(database: Database):
    session_id = await a_session(database, await a_group(database))
    first, second = await add(database, session_id, 11, "一"), await add(database, session_id, 12, "二")
    assert await of_session(database, session_id) == [first, second]
    assert await of_session(database, session_id, GUILD + 1) == []
    async with database.reading(GUILD) as uow:
        assert await uow.question_box.find(second.id) == second
    async with database(GUILD + 1) as uow:
        assert await uow.question_box.find(second.id) is None
        await uow.question_box.remove(second.id)
        await uow.question_box.remove_all(11)
    assert len(await of_session(database, session_id)) == 2


async def test_sessions_that_were_asked_about_are_named_once_while_they_are_ahead(database: Database):
    group_id = await a_group(database)
    first, second, _silent = [await a_session(database, group_id, days) for days in (1, 2, 3)]
    for session_id in (first, second, second):
        await add(database, session_id, 11)
    async with database.reading(GUILD) as uow:
        begins = [(await uow.sessions.get(each)).starts_at for each in (first, second)]
        assert await uow.question_box.asked_about(begins[0] - HOUR) == [first, second]
        assert await uow.question_box.asked_about(begins[0]) == [second]
    async with database.reading(GUILD + 1) as uow:
        assert await uow.question_box.asked_about(begins[0] - HOUR) == []


async def test_an_error_of_the_database_does_not_tell_what_was_asked_nor_by_whom(database: Database):
    with pytest.raises(DBAPIError) as error:
        await add(database, 404, 424242, "恥ずかしい質問")
    assert "恥ずかしい質問" not in str(error.value)
    assert "424242" not in str(error.value)


async def test_questions_are_forgotten_one_by_one_or_all_of_a_person(database: Database):
    session_id = await a_session(database, await a_group(database))
    first, second, third = [await add(database, session_id, who) for who in (11, 11, 12)]
    async with database(GUILD) as uow:
        await uow.question_box.remove(first.id)
    assert await of_session(database, session_id) == [second, third]
    async with database(GUILD) as uow:
        await uow.question_box.remove_all(11)
    assert await of_session(database, session_id) == [third]


async def test_lectures_are_heard_by_who_came_to_those_that_are_over(database: Database):
    group_id = await a_group(database)
    over, ahead, talk = [await a_session(database, group_id, days) for days in (1, 2, 3)]
    async with database(GUILD) as uow:
        await uow.sessions.change(over, state=SessionState.ENDED)
        await uow.sessions.change(talk, state=SessionState.ENDED, kind="discussion")
        answers = {11: Answer.GOING, 12: Answer.LATE, 13: Answer.MAYBE, 14: Answer.NOT_GOING}
        for session_id in (over, ahead, talk):
            for place, (member_id, answer) in enumerate(answers.items()):
                await uow.rsvps.put(Rsvp(session_id, member_id, answer, False, place, NOW))
            await uow.rsvps.put(Rsvp(session_id, 15, Answer.GOING, True, 9, NOW))
    async with database.reading(GUILD) as uow:
        assert await uow.question_box.lectures_heard([11, 12, 13, 14, 15]) == Counter({11: 1, 12: 1})
        assert await uow.question_box.lectures_heard([]) == Counter()


async def test_questions_go_ninety_days_after_their_session(database: Database):
    group_id = await a_group(database)
    old, later = await a_session(database, group_id, 1), await a_session(database, group_id, 3)
    for session_id in (old, later):
        await add(database, session_id, 11)
    assert await sweep(database.connections, NOW + KEPT + 2 * DAY) == 1
    assert (await of_session(database, old), len(await of_session(database, later))) == ([], 1)
