"""Takeaways, follow-ups, notes and wishes, in both databases."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from datetime import timedelta
from pathlib import Path

import pytest
from msgspec.structs import replace
from sqlalchemy import select

from bot.domain.takeaways import FollowUp, Notes, Takeaway
from bot.domain.topics import Wish
from bot.domain.topics.wishes import wish
from data.database import Database
from data.housekeeping import KEPT, sweep
from data.topics import topics
from tests.data.files import NOW
from tests.data.rows import GUILD, MovingClock, database_of
from tests.data.servers import KINDS
from tests.data.test_rotation import a_group, a_session

ELSEWHERE = GUILD + 1


@pytest.fixture(params=KINDS)
async def database(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncGenerator[Database]:
    async with database_of(request.param, tmp_path, MovingClock()) as opened:
        yield opened


@pytest.fixture
async def session_id(database: Database) -> int:
    return await a_session(database, await a_group(database))


async def test_each_person_has_one_takeaway_a_session_which_the_newest_replaces(database: Database, session_id: int):
    first, second = (Takeaway(session_id, who, "茶", False, NOW) for who in (11, 12))
    changed = replace(first, text="緑茶", named=True, used="yes")
    async with database(GUILD) as uow:
        for each in (first, second, changed):
            await uow.takeaways.put(each)
    async with database(ELSEWHERE) as uow:
        assert await uow.takeaways.of_session(session_id) == []
        await uow.takeaways.remove(session_id, 11)
        await uow.takeaways.leave(11)
    async with database(GUILD) as uow:
        assert await uow.takeaways.of_session(session_id) == [changed, second]
        await uow.takeaways.leave(11)
        assert await uow.takeaways.of_session(session_id) == [replace(changed, named=False), second]
        await uow.takeaways.remove(session_id, 11)
        assert await uow.takeaways.of_session(session_id) == [second]


async def test_follow_ups_are_kept_changed_and_forgotten(database: Database, session_id: int):
    async with database(GUILD) as uow:
        first, second = [await uow.takeaways.put_follow_up(FollowUp(0, session_id, who, True, NOW)) for who in (11, 12)]
        unnamed = await uow.takeaways.put_follow_up(replace(first, named=False))
        assert await uow.takeaways.follow_ups(session_id) == [unnamed, second]
    async with database(ELSEWHERE) as uow:
        await uow.takeaways.remove_follow_up(first.id)
        assert await uow.takeaways.follow_ups(session_id) == []
    async with database(GUILD) as uow:
        await uow.takeaways.remove_follow_up(first.id)
        await uow.takeaways.leave(12)
        assert await uow.takeaways.follow_ups(session_id) == []


async def test_a_session_has_one_set_of_notes(database: Database, session_id: int):
    notes = Notes(session_id, "まとめ", "", 11, NOW)
    async with database(GUILD) as uow:
        assert await uow.takeaways.notes(session_id) is None
        await uow.takeaways.put_notes(notes)
        await uow.takeaways.put_notes(replace(notes, link="https://example.org", member_id=12))
        assert await uow.takeaways.notes(session_id) == replace(notes, link="https://example.org", member_id=12)
    async with database.reading(ELSEWHERE) as uow:
        assert await uow.takeaways.notes(session_id) is None


async def test_wishes_for_one_lecture_are_one_topic_counted_by_people(database: Database, session_id: int):
    async with database(GUILD) as uow:
        session = await uow.sessions.get(session_id)
        wishes = [await wish(uow, session, "魚", who) for who in (11, 12, 11)]
        assert wishes == [Wish(True, 1), Wish(True, 2), Wish(False, 1)]
        await uow.topics.leave(12)
        assert await wish(uow, session, "魚", 13) == Wish(True, 1)
    async with database.connections.reading() as connection:
        rows = (await connection.execute(select(topics.c.title, topics.c.session_id))).all()
    assert [tuple(row) for row in rows] == [("魚", session_id)]


async def test_follow_ups_go_after_ninety_days_and_takeaways_stay(database: Database, session_id: int):
    async with database(GUILD) as uow:
        await uow.takeaways.put_follow_up(FollowUp(0, session_id, 11, True, NOW))
        await uow.takeaways.put(Takeaway(session_id, 11, "茶", False, NOW))
    assert await sweep(database.connections, NOW + KEPT) == 0
    assert await sweep(database.connections, NOW + KEPT + timedelta(minutes=1)) == 1
    async with database.reading(GUILD) as uow:
        assert len(await uow.takeaways.of_session(session_id)) == 1
