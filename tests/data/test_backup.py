from __future__ import annotations

import asyncio
import sqlite3
import threading
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from data.backup import backup, health, prepare_folder
from data.locks import StorageError

AT = datetime(2026, 12, 3, 7, 0, 0, tzinfo=UTC)


def new_database(file: Path, rows: int = 0) -> None:
    with closing(sqlite3.connect(file)) as connection:
        connection.execute("pragma journal_mode=wal")
        connection.execute("create table ledger (id integer primary key, amount integer, filler text)")
        pairs = [amount for _ in range(rows) for amount in (1, -1)]
        connection.executemany("insert into ledger (amount, filler) values (?, ?)", [(n, "x" * 500) for n in pairs])
        connection.commit()


@contextmanager
def busy_writer(file: Path) -> Iterator[list[int]]:
    """Writes pairs that add up to zero, one transaction each, until the block ends; yields the commits so far."""
    commits, stop = [0], threading.Event()

    def write() -> None:
        with closing(sqlite3.connect(file, timeout=10, isolation_level=None)) as connection:
            while not stop.is_set():
                connection.execute("begin immediate")
                connection.execute("insert into ledger (amount) values (1)")
                connection.execute("insert into ledger (amount) values (-1)")
                connection.execute("commit")
                commits[0] += 1
                # SQLite's waiting is not a queue: without a pause, nobody else would ever get a turn.
                time.sleep(0.001)

    thread = threading.Thread(target=write)
    thread.start()
    try:
        yield commits
    finally:
        stop.set()
        thread.join()


def wait_for(commits: list[int], number: int) -> None:
    until = time.monotonic() + 10
    while commits[0] < number:
        assert time.monotonic() < until
        time.sleep(0.001)


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


async def copy_of(file: Path, at: datetime = AT, keep: int = 7) -> Path:
    return await backup(f"sqlite:///{file}", file.parent / "copies", at=at, keep=keep)


async def test_a_copy_taken_while_the_bot_writes_is_one_consistent_moment(tmp_path: Path) -> None:
    file = tmp_path / "bot.db"
    new_database(file, rows=2000)
    with busy_writer(file) as commits:
        await asyncio.to_thread(wait_for, commits, 5)
        before = commits[0]
        copy = await copy_of(file)
        after = commits[0]
        await asyncio.to_thread(wait_for, commits, after + 1)
    # Nothing but the copy itself, read where nobody can help it with a log.
    assert names(copy.parent) == ["bot-20261203T070000Z.db"]
    alone = tmp_path / "elsewhere" / "alone.db"
    alone.parent.mkdir()
    copy.rename(alone)
    with closing(sqlite3.connect(alone)) as connection:
        rows, total = connection.execute("select count(*), sum(amount) from ledger").fetchone()
        assert connection.execute("pragma integrity_check").fetchone() == ("ok",)
    assert total == 0
    assert 4000 + 2 * before <= rows <= 4000 + 2 * (after + 1)


async def test_only_the_newest_copies_stay_and_other_files_are_left_alone(tmp_path: Path) -> None:
    file = tmp_path / "bot.db"
    new_database(file)
    folder = tmp_path / "copies"
    folder.mkdir()
    for other in ("notes.txt", "bot-schema-0001.db", "robot-20250101T000000Z.db"):
        (folder / other).touch()
    for day in range(5):
        await copy_of(file, at=AT + timedelta(days=day), keep=3)
    assert names(folder) == [
        "bot-20261205T070000Z.db",
        "bot-20261206T070000Z.db",
        "bot-20261207T070000Z.db",
        "bot-schema-0001.db",
        "notes.txt",
        "robot-20250101T000000Z.db",
    ]


async def test_a_copy_is_for_its_owner_only(tmp_path: Path) -> None:
    file = tmp_path / "bot.db"
    new_database(file)
    copy = await copy_of(file)
    assert copy.parent.stat().st_mode & 0o077 == 0


async def test_a_damaged_database_gives_no_copy_and_keeps_the_old_ones(tmp_path: Path) -> None:
    file = tmp_path / "bot.db"
    new_database(file, rows=200)
    good = await copy_of(file, keep=1)
    with closing(sqlite3.connect(file)) as connection:
        connection.execute("pragma journal_mode=delete")
    with file.open("rb+") as raw:
        raw.seek(4096 * 3)
        raw.write(b"\xff" * 4096)
    with pytest.raises(StorageError, match=r"bot\.db is damaged"):
        await copy_of(file, at=AT + timedelta(days=1), keep=1)
    assert names(good.parent) == [good.name]
    with pytest.raises(StorageError):
        await health(f"sqlite:///{file}")


async def test_what_is_no_database_or_not_there_is_said_in_one_line(tmp_path: Path) -> None:
    with pytest.raises(StorageError, match="to copy"):
        await copy_of(tmp_path / "none.db")
    text = tmp_path / "text.db"
    text.write_text("hello " * 1000)
    with pytest.raises(StorageError, match="not a database"):
        await copy_of(text)
    with pytest.raises(StorageError, match="not a database"):
        await health(f"sqlite:///{text}")
    with pytest.raises(StorageError, match="pg_dump"):
        await backup("postgresql://host/name", tmp_path, at=AT, keep=1)


async def test_a_folder_in_the_way_is_named(tmp_path: Path) -> None:
    file = tmp_path / "bot.db"
    new_database(file)
    (tmp_path / "copies").touch()
    with pytest.raises(StorageError, match="copies"):
        await copy_of(file)
    with pytest.raises(StorageError, match="copies"):
        prepare_folder(tmp_path / "copies" / "bot.db")


async def test_looking_after_the_health_of_a_missing_file_creates_nothing(tmp_path: Path) -> None:
    assert "a new file" in await health(f"sqlite:///{tmp_path}/a/b/bot.db")
    assert names(tmp_path) == []


async def test_health_is_read_beside_a_running_writer(tmp_path: Path) -> None:
    file = tmp_path / "bot.db"
    new_database(file)
    with busy_writer(file):
        assert (await health(f"sqlite:///{file}")).startswith("SQLite 3.")
