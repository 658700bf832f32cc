"""Copies of the SQLite file, taken while the bot writes, and its health.

A copy is made with SQLite's own backup interface (copying the file would miss what still lies in the write-
ahead log), checked, and only then given its name; so a file with a copy's name is always whole.
"""

from __future__ import annotations

import asyncio
import os
import re
import sqlite3
import tempfile
from collections.abc import Generator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path

from data.locks import StorageError, postgres_engine, sqlite_file, unreachable

# How long to wait for another connection's transaction, in seconds.
BUSY_SECONDS = 30.0


def backups_folder(file: Path) -> Path:
    """Where the copies of the database `file` lie."""
    return file.parent / "backups"


async def backup(url: str, folder: Path, *, at: datetime, keep: int) -> Path:
    """Copy a live SQLite database into `folder` and remove all but the newest `keep` such copies.

    Args:
        url: the database's "sqlite:///path".
        folder: where the copy goes; made if it is missing.
        at: the present instant, for the name "benkyokai-20261203T070000Z.db".
        keep: how many copies stay, this one included.

    Returns:
        The copy: one self-contained file, whose integrity was checked.

    Raises:
        StorageError: if it can't be done; earlier copies are untouched then.
    """
    file = sqlite_file(url)
    if file is None:
        raise StorageError("only a SQLite file can be copied; for PostgreSQL use pg_dump")
    name = f"{file.stem}-{at.astimezone(UTC):%Y%m%dT%H%M%SZ}{file.suffix}"

    def work() -> Path:
        made = copy(file, folder / name)
        rotate(folder, re.compile(rf"{re.escape(file.stem)}-\d{{8}}T\d{{6}}Z{re.escape(file.suffix)}"), keep)
        return made

    return await asyncio.to_thread(work)


def copy(file: Path, target: Path) -> Path:
    """Copy the SQLite database `file` to `target` in one step, in place of an older `target`; blocks."""
    if not file.exists():
        raise StorageError(f"there is no {file} yet to copy")
    partial = target.with_name(f"{target.name}.partial")
    try:
        # Members' words lie in it: nobody else on the machine need read them.
        target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        partial.unlink(missing_ok=True)
        with connect(file) as source, connect(partial, create=True) as copied:
            # One step holds one snapshot; writers go on beside it. In several steps it would begin anew at
            # each write.
            source.backup(copied)
            copied.execute("pragma journal_mode=delete")
            _must_be_sound(copied, "integrity_check", file)
        with partial.open("rb+") as written:
            os.fsync(written.fileno())
        partial.replace(target)
    except sqlite3.Error as error:
        raise StorageError(f"{file} can't be copied to {target}: {error}") from error
    except OSError as error:
        raise StorageError(f"{target} can't be written: {error.strerror}") from error
    finally:
        with suppress(OSError):
            partial.unlink(missing_ok=True)
    return target


def rotate(folder: Path, name: re.Pattern[str], keep: int) -> None:
    """Remove the files in `folder` whose whole name matches, but for the last `keep` in the names' order."""
    copies = sorted(path for path in folder.iterdir() if name.fullmatch(path.name))
    for path in copies[:-keep]:
        path.unlink(missing_ok=True)


async def health(url: str) -> str:
    """What answers at `url`, such as "SQLite 3.40.1, 2.1 MB": it can be read and written and is sound.

    Nothing is created: of a SQLite file that doesn't exist yet, only its folder is looked at.

    Raises:
        StorageError: if it can't be used.
    """
    if file := sqlite_file(url):
        return await asyncio.to_thread(_file_health, file)
    from sqlalchemy import text

    engine = postgres_engine(url)
    try:
        async with engine.connect() as connection:
            version = (await connection.execute(text("show server_version"))).scalar_one()
            rights = text("select has_schema_privilege(current_schema(), 'create')")
            may_create = (await connection.execute(rights)).scalar_one()
            read_only = (await connection.execute(text("show transaction_read_only"))).scalar_one()
    except Exception as error:
        raise unreachable(error) from error
    finally:
        await engine.dispose()
    if not may_create:
        raise StorageError("this PostgreSQL user may not create tables; make it the database's owner")
    if read_only == "on":
        raise StorageError("this PostgreSQL server is read-only; name the primary instead")
    return f"PostgreSQL {version}"


def prepare_folder(file: Path) -> None:
    """Make the folder of the database `file`, so that SQLite can keep its files there.

    Raises:
        StorageError: if it can't be made or written.
    """
    try:
        file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=file.parent):
            pass
    except OSError as error:
        raise StorageError(f"the folder {file.parent} can't be written: {error.strerror}") from error


@contextmanager
def connect(file: Path, create: bool = False) -> Generator[sqlite3.Connection]:
    """A plain connection to `file` without implicit transactions, closed at the end; blocks."""
    mode = "rwc" if create else "rw"
    connection = sqlite3.connect(
        f"{file.absolute().as_uri()}?mode={mode}", uri=True, timeout=BUSY_SECONDS, isolation_level=None
    )
    try:
        yield connection
    finally:
        connection.close()


def _file_health(file: Path) -> str:
    if not file.exists():
        # It is made at the first start, together with what is missing of the way to it.
        place = next((parent for parent in file.parents if parent.exists()), file.parent)
        if not place.is_dir() or not os.access(place, os.W_OK | os.X_OK):
            raise StorageError(f"the folder {place} can't be written")
        return f"SQLite {sqlite3.sqlite_version}, a new file"
    try:
        with connect(file) as connection:
            connection.execute("begin immediate")
            # Without a change SQLite would not notice that the file can't be written.
            (version,) = connection.execute("pragma user_version").fetchone()
            connection.execute(f"pragma user_version={int(version)}")
            connection.execute("rollback")
            _must_be_sound(connection, "quick_check", file)
    except sqlite3.Error as error:
        raise StorageError(f"{file} can't be used: {error}") from error
    return f"SQLite {sqlite3.sqlite_version}, {file.stat().st_size / 1e6:.1f} MB"


def _must_be_sound(connection: sqlite3.Connection, check: str, file: Path) -> None:
    (verdict,) = connection.execute(f"pragma {check}(1)").fetchone()
    if verdict != "ok":
        raise StorageError(f"{file} is damaged ({' '.join(str(verdict).split())}); go back to a copy of it")
