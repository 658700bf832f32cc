"""The SQLite driver's short cuts: how often the connection's thread is asked, and what becomes of a transaction."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select, text, update
from sqlalchemy.exc import DatabaseError, OperationalError

from data.communities import communities
from data.database import Database
from data.sqlite_driver import OneTripConnection
from tests.data.rows import GUILD, MovingClock, database_of


@pytest.fixture
async def database(tmp_path: Path) -> AsyncGenerator[Database]:
    async with database_of("sqlite", tmp_path, MovingClock()) as opened:
        async with opened(GUILD) as uow:
            await uow.communities.change(log_channel=1)
        # So that both kinds of connections are open.
        assert await log_channel(opened) == 1
        yield opened


@contextmanager
def trips(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    """What the connections' threads are asked meanwhile."""
    found: list[str] = []
    real = OneTripConnection._execute

    async def counted(self: Any, act: Any, *arguments: Any, **options: Any) -> Any:
        found.append(act.__name__)
        return await real(self, act, *arguments, **options)

    with monkeypatch.context() as patched:
        patched.setattr(OneTripConnection, "_execute", counted)
        yield found


async def log_channel(database: Database) -> int:
    async with database.reading(GUILD) as uow:
        return (await uow.communities.get()).log_channel


async def test_a_transaction_takes_a_trip_for_each_statement_and_one_for_its_end(
    database: Database, monkeypatch: pytest.MonkeyPatch
):
    with trips(monkeypatch) as asked:
        async with database.connections.writing() as connection:
            await connection.execute(update(communities).values(log_channel=2))
            await connection.execute(select(communities))
    assert len(asked) == 3
    assert await log_channel(database) == 2


async def test_a_transaction_in_which_nothing_is_run_takes_no_trip(database: Database, monkeypatch: pytest.MonkeyPatch):
    for opened in (database.connections.writing, database.connections.reading):
        with trips(monkeypatch) as asked:
            async with opened():
                pass
        assert asked == []


async def test_the_first_statement_is_within_the_transaction(database: Database):
    async def change_and_fail() -> None:
        async with database.connections.writing() as connection:
            await connection.execute(update(communities).values(log_channel=2))
            raise RuntimeError

    with pytest.raises(RuntimeError):
        await change_and_fail()
    assert await log_channel(database) == 1


async def test_a_first_statement_that_fails_leaves_no_transaction_open(database: Database):
    with pytest.raises(OperationalError):
        async with database.connections.writing() as connection:
            await connection.execute(text("select nothing from nowhere"))
    async with database.connections.writing() as connection:
        await connection.execute(update(communities).values(log_channel=3))
    assert await log_channel(database) == 3


async def test_a_transaction_that_can_not_begin_says_so_and_the_next_one_can(database: Database, tmp_path: Path):
    async with database.connections.writing() as connection:
        # Instead of five seconds.
        await connection.execute(text("pragma busy_timeout=1"))
    other = Database(f"sqlite:///{tmp_path / 'bot.db'}", MovingClock())
    try:
        async with other.connections.writing() as first:
            await first.execute(update(communities).values(log_channel=4))
            with pytest.raises(DatabaseError, match="locked"):
                async with database.connections.writing() as connection:
                    await connection.execute(update(communities).values(log_channel=5))
        async with database.connections.writing() as connection:
            await connection.execute(update(communities).values(log_channel=6))
        assert await log_channel(database) == 6
    finally:
        await other.close()


async def test_a_transaction_whose_task_is_cancelled_is_rolled_back_though_its_statement_still_runs(database: Database):
    columns = [column.name for column in communities.c]
    copied = ", ".join("guild_id + 1" if name == "guild_id" else name for name in columns)
    slow = text(
        f"insert into communities ({', '.join(columns)}) select {copied} from communities where "
        "(with recursive n(i) as (select 1 union all select i + 1 from n limit 300000) select count(*) from n) > 0"
    )

    async def insert() -> None:
        async with database.connections.writing() as connection:
            await connection.execute(slow)

    task = asyncio.create_task(insert())
    await asyncio.sleep(0.01)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    async with database.connections.writing() as connection:
        await connection.execute(update(communities).values(log_channel=7))
    async with database.connections.reading() as connection:
        assert len((await connection.execute(select(communities))).all()) == 1
    assert await log_channel(database) == 7
