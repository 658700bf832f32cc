"""Who was pinged, in both databases."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from datetime import date, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError

from data.database import Database
from data.reminders import pings
from tests.data.files import NOW
from tests.data.rows import GUILD, MovingClock, database_of
from tests.data.servers import KINDS
from tests.data.test_sessions import a_group, values

DAY = date(2026, 11, 3)
OTHER = GUILD + 1


@pytest.fixture(params=KINDS)
async def database(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncGenerator[Database]:
    async with database_of(request.param, tmp_path, MovingClock()) as opened:
        yield opened


@pytest.fixture
async def session(database: Database) -> int:
    return await a_session(database)


async def a_session(database: Database, guild_id: int = GUILD) -> int:
    group_id = await a_group(database, guild_id)
    async with database(guild_id) as uow:
        return (await uow.sessions.add(**values(group_id))).id


async def claim(database: Database, session: int, *member_ids: int, on: date = DAY, guild_id: int = GUILD) -> list[int]:
    async with database(guild_id) as uow:
        return await uow.pings.claim(session, on, "dawn", member_ids)


async def test_a_ping_is_new_once_and_the_order_is_kept(database: Database, session: int):
    assert await claim(database, session, 3, 1, 2) == [3, 1, 2]
    assert await claim(database, session, 1, 4, 3, 4) == [4]
    assert await claim(database, session) == []


async def test_another_session_moment_or_day_is_another_ping(database: Database, session: int):
    await claim(database, session, 1)
    async with database(GUILD) as uow:
        second = (await uow.sessions.add(**values((await uow.groups.all())[0].id, days=2))).id
        assert await uow.pings.claim(session, DAY, "evening", [1]) == [1]
    assert await claim(database, session, 1, on=DAY + timedelta(days=1)) == [1]
    assert await claim(database, second, 1) == [1]


async def test_a_released_ping_is_new_again_and_only_that_one(database: Database, session: int):
    people = list(range(1, 1202))
    await claim(database, session, *people)
    await claim(database, session, 1, on=DAY + timedelta(days=1))
    async with database(GUILD) as uow:
        await uow.pings.release(session, DAY, "dawn", people[:-1])
        await uow.pings.release(session, DAY, "dawn", [])
    assert await claim(database, session, *people) == people[:-1]
    assert await claim(database, session, 1, on=DAY + timedelta(days=1)) == []


async def test_another_community_neither_sees_nor_releases_them(database: Database, session: int):
    await claim(database, session, 1)
    async with database(OTHER) as uow:
        await uow.pings.release(session, DAY, "dawn", [1])
    assert await claim(database, session, 1) == []


async def test_the_database_itself_refuses_the_same_ping_twice(database: Database, session: int):
    assert await claim(database, session, 1, 2) == [1, 2]
    with pytest.raises(IntegrityError):
        async with database.connections.writing() as connection:
            await connection.execute(update(pings).where(pings.c.member_id == 2).values(member_id=1))


async def test_a_ping_that_is_rolled_back_was_never_made(database: Database, session: int):
    async def claim_and_fail() -> None:
        async with database(GUILD) as uow:
            await uow.pings.claim(session, DAY, "dawn", [1])
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await claim_and_fail()
    assert await claim(database, session, 1) == [1]
    async with database.connections.reading() as connection:
        assert [row.at for row in await connection.execute(select(pings.c.at))] == [NOW]
