"""One process owns one bot: a second on the same database would send everything twice.

SQLite: an exclusive `flock` on a file beside the database. PostgreSQL: a session-level advisory lock on a
    connection of its own. The system takes both back when the process dies, however it dies, so no stale
    lock needs cleaning up.
"""

from __future__ import annotations

import asyncio
import errno
import fcntl
import os
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

# Advisory locks are numbers in one PostgreSQL database; these spell our name and what they guard.
_INSTANCE_KEY = int.from_bytes(b"benkyok1")
MIGRATION_KEY = int.from_bytes(b"benkyok2")

# How often the lock's connection is tried, and how long an answer may take, in seconds. PostgreSQL is asked
# to drop a vanished client (power cut, lost network) after about a minute, so that a restart elsewhere need
# not wait for hours.
_HEARTBEAT = 5.0
_ANSWER = 10.0
_KEEPALIVE = {"tcp_keepalives_idle": "30", "tcp_keepalives_interval": "10", "tcp_keepalives_count": "3"}


class StorageError(Exception):
    """The database can't be used as it is; `str` says in one line what to do."""


class SecondInstance(StorageError):
    """Another process already runs this bot."""


class InstanceLock:
    """The proof of being alone.

    Attributes:
        lost: set when the lock is gone although the process lives (PostgreSQL restarted or out of reach);
            whoever holds it must stop sending at once. Never set on SQLite.
    """

    def __init__(self) -> None:
        self.lost = asyncio.Event()


def sqlite_file(url: str) -> Path | None:
    """The file that a SQLite `url` ("sqlite:///path") names; None for any other database."""
    scheme, _, path = url.partition(":///")
    return Path(path) if scheme == "sqlite" else None


def lock_file(database: Path) -> Path:
    """The file whose lock stands for `database`; the same one however a link leads there."""
    real = database.resolve()
    return real.with_name(f"{real.name}.lock")


@asynccontextmanager
async def instance_lock(url: str) -> AsyncGenerator[InstanceLock]:
    """Hold the database at `url` for this process.

    Raises:
        SecondInstance: at once, if another process holds it.
        StorageError: if it can't be locked at all.
    """
    if file := sqlite_file(url):
        descriptor = _lock(file)
        try:
            yield InstanceLock()
        finally:
            # The file stays: removing it would let two processes lock two different files of one name.
            os.close(descriptor)
    else:
        async with _advisory_lock(url) as lock:
            yield lock


def _lock(file: Path) -> int:
    """An open descriptor that holds the lock; closing it (or dying) lets go."""
    path = lock_file(file)
    try:
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o644)
    except OSError as error:
        raise StorageError(f"can't write {path}: {error.strerror}") from error
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        owner = os.read(descriptor, 20).decode(errors="replace").strip()
        os.close(descriptor)
        if error.errno in (errno.EAGAIN, errno.EACCES):
            process = f" (process {owner})" if owner.isdigit() else ""
            raise SecondInstance(f"another instance{process} already runs on {file}; stop it first") from None
        raise StorageError(f"can't lock {path}: {error.strerror}") from error
    # For people who wonder who it is; nothing reads it to decide.
    os.ftruncate(descriptor, 0)
    os.pwrite(descriptor, f"{os.getpid()}\n".encode(), 0)
    return descriptor


@asynccontextmanager
async def _advisory_lock(url: str) -> AsyncGenerator[InstanceLock]:
    from sqlalchemy import text

    engine = postgres_engine(url, settings=_KEEPALIVE)
    try:
        try:
            connection = await engine.connect()
            await connection.execution_options(isolation_level="AUTOCOMMIT")
            found = await connection.execute(text("select pg_try_advisory_lock(:key)"), {"key": _INSTANCE_KEY})
            alone = bool(found.scalar_one())
        except Exception as error:
            raise unreachable(error) from error
        if not alone:
            await connection.close()
            raise SecondInstance("another instance already runs on this PostgreSQL database; stop it first")
        lock = InstanceLock()
        heart = asyncio.create_task(_beat(connection, lock), name="instance lock")
        try:
            yield lock
        finally:
            heart.cancel()
            with suppress(asyncio.CancelledError):
                await heart
            with suppress(Exception):
                await connection.close()
    finally:
        await engine.dispose()


async def _beat(connection: AsyncConnection, lock: InstanceLock) -> None:
    """Notice a dead connection, whose lock the server has given away or will."""
    from sqlalchemy import text

    while True:
        await asyncio.sleep(_HEARTBEAT)
        try:
            async with asyncio.timeout(_ANSWER):
                await connection.execute(text("select 1"))
        except Exception:
            lock.lost.set()
            return


def postgres_engine(url: str, settings: dict[str, str] | None = None) -> AsyncEngine:
    """An engine that opens a connection when asked and keeps none.

    Raises:
        StorageError: if the driver isn't installed.
    """
    from sqlalchemy import make_url
    from sqlalchemy.ext.asyncio import create_async_engine
    from sqlalchemy.pool import NullPool

    try:
        return create_async_engine(
            make_url(url).set(drivername="postgresql+asyncpg"),
            poolclass=NullPool,
            connect_args={"timeout": _ANSWER, "server_settings": settings or {}},
        )
    except ModuleNotFoundError as error:
        raise StorageError("PostgreSQL needs a driver: pip install 'benkyokai[postgres]'") from error


def unreachable(error: Exception) -> StorageError:
    """A connection's failure in one line, without the address (which may hold a password)."""
    cause: BaseException = error
    while cause.__cause__ is not None:
        cause = cause.__cause__
    words = " ".join(str(cause).split()) or type(cause).__name__
    return StorageError(f"PostgreSQL can't be used: {words}")
