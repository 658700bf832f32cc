"""The database's connections: one writer and some readers on SQLite, a pool on PostgreSQL.

SQLite has one writer connection behind a first-in-first-out lock, and every writing transaction begins with BEGIN
IMMEDIATE: the driver's default takes the write lock only at the first change, after the reading that the change was
decided on, and so loses updates. PostgreSQL locks the community's row first, which gives the same guarantee.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager
from typing import Any

from sqlalchemy import Table, event, select
from sqlalchemy.engine import make_url
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine

from data import sqlite_driver

READERS = 4


class Connections:
    """Opens transactions on the database at a `url` like "sqlite:///var/benkyokai.db" or "postgresql://host/name".

    What it raises goes to the log, so no error carries the values of its statement: who asks anonymously is one.
    """

    def __init__(self, url: str) -> None:
        parsed = make_url(url)
        self.sqlite = parsed.get_backend_name() == "sqlite"
        if self.sqlite:
            parsed = parsed.set(drivername="sqlite+aiosqlite")
            self._writer = _sqlite_engine(parsed, 1, "BEGIN IMMEDIATE")
            self._reader = _sqlite_engine(parsed, READERS, "BEGIN")
        else:
            parsed = parsed.set(drivername="postgresql+asyncpg")
            self._writer = self._reader = create_async_engine(
                parsed, pool_size=10, max_overflow=0, hide_parameters=True
            )
        # asyncio.Lock wakes its waiters in the order in which they came.
        self._turn = asyncio.Lock()

    @asynccontextmanager
    async def writing(self) -> AsyncGenerator[AsyncConnection]:
        """One writing transaction: committed on a clean exit, rolled back on an exception."""
        if not self.sqlite:
            async with self._writer.begin() as connection:
                yield connection
            return
        async with self._turn, self._writer.begin() as connection:
            yield connection

    @asynccontextmanager
    async def reading(self) -> AsyncGenerator[AsyncConnection]:
        """A consistent view that waits for no writer; whatever is done in it is rolled back."""
        async with self._reader.connect() as connection:
            if not self.sqlite:
                await connection.execution_options(isolation_level="REPEATABLE READ")
            yield connection

    async def lock_owners(self, connection: AsyncConnection, table: Table, ids: Sequence[int]) -> None:
        """Lock the communities that these rows belong to, in order, so that two batches never wait for each other."""
        if self.sqlite:
            return
        communities = table.metadata.tables["communities"]
        owners = select(table.c.guild_id).where(table.c.id.in_(ids))
        await connection.execute(
            select(communities.c.guild_id)
            .where(communities.c.guild_id.in_(owners))
            .order_by(communities.c.guild_id)
            .with_for_update()
        )

    async def close(self) -> None:
        """Close all connections."""
        await self._writer.dispose()
        if self._reader is not self._writer:
            await self._reader.dispose()


def _sqlite_engine(url: Any, size: int, begin: str) -> AsyncEngine:
    engine = create_async_engine(
        url,
        pool_size=size,
        max_overflow=0,
        async_creator=lambda: sqlite_driver.connect(url.database),
        # The log of an error must not tell what somebody wrote, nor who asked anonymously.
        hide_parameters=True,
    )

    @event.listens_for(engine.sync_engine, "connect")
    def configure(connection: Any, record: Any) -> None:
        # None stops the driver from opening transactions by itself; `begin` below does it.
        connection.isolation_level = None
        cursor = connection.cursor()
        cursor.execute("PRAGMA journal_mode=WAL")
        # NORMAL could forget at a power cut that an attempt had begun, and so double a message.
        cursor.execute("PRAGMA synchronous=FULL")
        cursor.execute("PRAGMA foreign_keys=ON")
        cursor.execute("PRAGMA busy_timeout=5000")
        cursor.close()

    @event.listens_for(engine.sync_engine, "begin")
    def start(connection: Any) -> None:
        connection.connection.driver_connection.begin_with(begin)

    return engine
