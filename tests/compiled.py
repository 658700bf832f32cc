"""Statements are compiled once for all tests of a process, and not anew for each test's database.

That is a sixth of the time of a test of the whole bot. It holds for SQLite alone: PostgreSQL's dialect learns from the
server what it has to compile.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import Engine, event
from sqlalchemy.dialects.sqlite.aiosqlite import SQLiteDialect_aiosqlite
from sqlalchemy.util import LRUCache

MOST = 2_000
"""So many statements are kept."""


def keep() -> None:
    """From now on keep what is compiled."""
    kept: LRUCache[Any, Any] = LRUCache(MOST)
    # A statement is found by its dialect, too: all are made with the same settings, so what one compiled fits all.
    alike: dict[str, Any] = {"__hash__": lambda _: 1, "__eq__": lambda one, other: type(one) is type(other)}
    for name, compared in alike.items():
        setattr(SQLiteDialect_aiosqlite, name, compared)

    @event.listens_for(Engine, "engine_connect")
    def share(connection: Any) -> None:
        if connection.dialect.name == "sqlite":
            connection.execution_options(compiled_cache=kept)
