"""aiosqlite with one trip to the connection's thread for each statement, where SQLAlchemy's adapter makes four.

A trip wakes two threads that want the same interpreter lock, and costs several times what a small statement does.
SQLAlchemy reads all rows of a result at once in any case, so a cursor here executes, reads and closes in one go. The
statement that begins a transaction travels with the first one inside it.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterable, Sequence
from typing import Any, NamedTuple

import aiosqlite


class _Result(NamedTuple):
    description: Any = None
    rowcount: int = -1
    lastrowid: int | None = None
    rows: Sequence[Any] = ()


class OneTripCursor:
    """What aiosqlite's cursor offers, as far as SQLAlchemy uses it."""

    def __init__(self, connection: OneTripConnection) -> None:
        self._owner = connection
        self._result = _Result()
        self.arraysize = 1

    async def __aenter__(self) -> OneTripCursor:
        return self

    async def execute(self, sql: str, parameters: Iterable[Any] | None = None) -> OneTripCursor:
        """Run the statement and read all its rows."""
        self._result = await self._owner.trip(_execute, sql, parameters or ())
        return self

    async def executemany(self, sql: str, parameters: Iterable[Iterable[Any]]) -> OneTripCursor:
        """Run the statement once for each of the parameters."""
        self._result = await self._owner.trip(_execute_many, sql, parameters)
        return self

    async def fetchall(self) -> Sequence[Any]:
        """The rows."""
        return self._result.rows

    async def close(self) -> None:
        """It was closed as soon as the rows were read."""

    @property
    def description(self) -> Any:
        """The columns; None for a statement without rows."""
        return self._result.description

    @property
    def rowcount(self) -> int:
        """How many rows were changed."""
        return self._result.rowcount

    @property
    def lastrowid(self) -> int | None:
        """The key of the row that was written last."""
        return self._result.lastrowid


class OneTripConnection(aiosqlite.Connection):
    """A connection whose cursors and beginnings cost nothing, nor its ends where there is nothing to end."""

    _begin: str | None = None
    _open = False
    """Whether a transaction may be open: something was run since the last end, perhaps for a task that is gone."""

    def cursor(self) -> Any:
        """A new cursor."""
        return OneTripCursor(self)

    def begin_with(self, sql: str) -> None:
        """Begin a transaction by this statement as soon as there is another one to run in it."""
        self._begin = sql

    async def trip(self, act: Callable[..., _Result], *arguments: Any) -> _Result:
        """Do something with the connection in its thread."""
        begin, self._begin = self._begin, None
        self._open = True
        return await self._execute(  # pyright: ignore[reportUnknownMemberType]
            _within, self._conn, begin, act, *arguments
        )

    async def commit(self) -> None:
        """Commit what was run, if anything was."""
        self._begin = None
        if self._open:
            await super().commit()
            self._open = False

    async def rollback(self) -> None:
        """Roll back what was run, if anything was."""
        self._begin = None
        if self._open:
            await super().rollback()
            self._open = False


def connect(path: str) -> OneTripConnection:
    """A connection to the file, to be awaited. Its thread does not keep a process alive that is done."""

    def connector() -> sqlite3.Connection:
        return sqlite3.connect(path, check_same_thread=False)

    connection = OneTripConnection(connector, iter_chunk_size=64)
    connection._thread.daemon = True  # pyright: ignore[reportPrivateUsage]  # as SQLAlchemy does by itself
    return connection


def _within(connection: sqlite3.Connection, begin: str | None, act: Callable[..., _Result], *arguments: Any) -> _Result:
    if begin is not None:
        connection.execute(begin)
    return act(connection, *arguments)


def _execute(connection: sqlite3.Connection, sql: str, parameters: Any) -> _Result:
    cursor = connection.execute(sql, parameters)
    try:
        # Read before it is asked how many rows were changed: "returning" changes them as it is read.
        rows = cursor.fetchall() if cursor.description else ()
        return _Result(cursor.description, cursor.rowcount, cursor.lastrowid, rows)
    finally:
        cursor.close()


def _execute_many(connection: sqlite3.Connection, sql: str, parameters: Any) -> _Result:
    cursor = connection.executemany(sql, parameters)
    try:
        return _Result(None, cursor.rowcount, cursor.lastrowid)
    finally:
        cursor.close()
