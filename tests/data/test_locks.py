from __future__ import annotations

import asyncio
import os
import signal
import sys
from asyncio.subprocess import Process
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from pathlib import Path

import asyncpg
import pytest

from data import locks
from data.locks import SecondInstance, StorageError, instance_lock, lock_file
from tests.data.servers import KINDS, postgres_database

HOLDER = """
import asyncio, sys
from data.locks import instance_lock

async def main():
    async with instance_lock(sys.argv[1]):
        print("held", flush=True)
        await asyncio.to_thread(sys.stdin.readline)

asyncio.run(main())
"""


@pytest.fixture(params=KINDS)
async def url(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncGenerator[str]:
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'bot.db'}"
    else:
        async with postgres_database() as server:
            yield server


@asynccontextmanager
async def holder(url: str) -> AsyncGenerator[Process]:
    pipe = asyncio.subprocess.PIPE
    process = await asyncio.create_subprocess_exec(sys.executable, "-c", HOLDER, url, stdin=pipe, stdout=pipe)
    try:
        assert process.stdout is not None
        assert await process.stdout.readline() == b"held\n"
        yield process
    finally:
        if process.returncode is None:
            process.kill()
        await process.communicate()


async def taken_within(seconds: float, url: str) -> None:
    async with asyncio.timeout(seconds):
        while True:
            try:
                async with instance_lock(url):
                    return
            except SecondInstance:
                await asyncio.sleep(0.02)


async def test_a_second_process_is_refused_at_once_and_the_first_is_unharmed(url: str) -> None:
    async with holder(url) as first:
        with pytest.raises(SecondInstance) as refusal:
            async with instance_lock(url):
                pass
        assert "\n" not in str(refusal.value)
        assert first.returncode is None
        if url.startswith("sqlite"):
            assert f"process {first.pid}" in str(refusal.value)


async def test_the_lock_vanishes_with_kill_nine(url: str) -> None:
    async with holder(url) as first:
        os.kill(first.pid, signal.SIGKILL)
        await first.wait()
        await taken_within(5, url)


async def test_the_lock_is_free_after_an_orderly_end(url: str) -> None:
    async with holder(url) as first:
        await first.communicate(b"\n")
        assert first.returncode == 0
        await taken_within(5, url)


async def test_the_lock_is_released_when_its_holder_fails(url: str) -> None:
    with pytest.raises(RuntimeError, match="boom"):
        async with instance_lock(url):
            raise RuntimeError("boom")
    async with instance_lock(url) as lock:
        assert not lock.lost.is_set()


async def test_two_instances_in_one_process_exclude_each_other_too(url: str) -> None:
    async with instance_lock(url):
        with pytest.raises(SecondInstance):
            async with instance_lock(url):
                pass


async def test_a_link_to_the_database_leads_to_the_same_lock(tmp_path: Path) -> None:
    real, link = tmp_path / "real.db", tmp_path / "link.db"
    link.symlink_to(real)
    async with instance_lock(f"sqlite:///{real}"):
        with pytest.raises(SecondInstance):
            async with instance_lock(f"sqlite:///{link}"):
                pass
    assert lock_file(link) == lock_file(real)


async def test_a_folder_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(StorageError, match=r"file/bot\.db\.lock"):
        async with instance_lock(f"sqlite:///{tmp_path}/file/bot.db"):
            pass


async def test_an_unreachable_server_is_a_problem_told_without_the_password() -> None:
    with pytest.raises(StorageError) as refusal:
        async with instance_lock("postgresql://me:hunter2hunter2@127.0.0.1:1/nowhere"):
            pass
    assert "hunter2" not in str(refusal.value)
    assert "\n" not in str(refusal.value)


@pytest.mark.postgres
@pytest.mark.parametrize("url", KINDS[1:], indirect=True)
async def test_a_dead_connection_is_noticed_because_its_lock_is_gone(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(locks, "_HEARTBEAT", 0.05)
    async with instance_lock(url) as lock:
        await asyncio.sleep(0.2)
        assert not lock.lost.is_set()
        other = await asyncpg.connect(url)
        holders = (
            "select pg_terminate_backend(pid) from pg_locks where locktype = 'advisory'"
            " and database = (select oid from pg_database where datname = current_database())"
        )
        assert len(await other.fetch(holders)) == 1
        await asyncio.wait_for(lock.lost.wait(), 5)
        await taken_within(5, url)
        await other.close()
