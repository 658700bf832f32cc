"""A database in a file of its own, and a clock that stands until it is set."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import msgspec
from sqlalchemy import select

from data.audit import audit
from data.database import Database
from data.schema import metadata

NOW = datetime(2026, 11, 2, 3, 4, 5, tzinfo=UTC)


class StandingClock:
    def __init__(self, now: datetime = NOW) -> None:
        self.instant = now

    def now(self) -> datetime:
        return self.instant


@asynccontextmanager
async def file_database(folder: Path, clock: StandingClock | None = None) -> AsyncGenerator[Database]:
    """All tables, no rows."""
    database = Database(f"sqlite:///{folder / 'bot.db'}", clock or StandingClock())
    try:
        async with database.connections.writing() as connection:
            await connection.run_sync(metadata.create_all)
        yield database
    finally:
        await database.close()


async def audit_rows(database: Database, guild_id: int) -> list[tuple[str, int | None, str, Any, Any]]:
    """(action, actor, subject, before, after) in the order in which they were written."""
    async with database.connections.reading() as connection:
        found = select(audit.c.action, audit.c.actor_id, audit.c.subject, audit.c.before, audit.c.after)
        rows = (await connection.execute(found.where(audit.c.guild_id == guild_id).order_by(audit.c.id))).all()
    return msgspec.convert([tuple(row) for row in rows], list[tuple[str, int | None, str, Any, Any]])
