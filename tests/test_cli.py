"""The command line as a person meets it: real processes, real files, and what they print."""

from __future__ import annotations

import asyncio
import os
import shutil
import signal
import sqlite3
import sys
from asyncio.subprocess import PIPE, Process
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import pytest

import bot
from bot.__main__ import _while_alone
from data.locks import InstanceLock, instance_lock
from data.upgrade import revisions, upgrade
from tests.data.servers import KINDS, postgres_database
from tests.test_config import EXAMPLE, TOKEN

HEAD = revisions()[-1]
NEXT = f"{int(HEAD) + 1:04d}"
AFTER_NEXT = f"{int(HEAD) + 2:04d}"


@dataclass(frozen=True)
class Ended:
    code: int
    out: str
    err: str

    @property
    def refusal(self) -> str:
        """The one line a refusal consists of."""
        assert self.code == 2, self
        assert "Traceback" not in self.err
        assert self.out == ""
        assert self.err.count("\n") == 1, self.err
        return self.err.strip()


async def started(folder: Path, *words: str, **environment: str) -> Process:
    ours = ("DISCORD_TOKEN", "BENKYOKAI_DATABASE_URL")
    inherited = {key: value for key, value in os.environ.items() if key not in ours}
    return await asyncio.create_subprocess_exec(
        sys.executable, "-m", "bot", *words, cwd=folder, env=inherited | environment, stdout=PIPE, stderr=PIPE
    )


async def benkyokai(folder: Path, *words: str, **environment: str) -> Ended:
    process = await started(folder, *words, **environment)
    async with asyncio.timeout(30):
        out, err = await process.communicate()
    assert process.returncode is not None
    return Ended(process.returncode, out.decode(), err.decode())


def configured(folder: Path, text: str) -> None:
    (folder / "config.toml").write_text(text, encoding="utf-8")


def query(file: Path, statement: str) -> list[tuple[object, ...]]:
    with closing(sqlite3.connect(file)) as connection:
        rows = connection.execute(statement).fetchall()
        connection.commit()
        return rows


def damage(file: Path) -> None:
    with file.open("rb+") as raw:
        raw.seek(4096)
        raw.write(b"\xff" * 4096)


async def made(file: Path) -> Path:
    await upgrade(f"sqlite:///{file}", copy_first=False)
    return file


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


# What a person gets wrong


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[dispatch]\nrat = 4", "config.toml: dispatch.rat: unknown key; did you mean dispatch.rate?"),
        ("[dispatch]\nrate = 0", "config.toml: dispatch.rate: must be a whole number from 1 to 490, not 0"),
        ("[dispatch]\nrate 45", "config.toml: line 2: is not valid TOML"),
        ('[defaults]\ntime_zone = "Asia/Tokio"', "config.toml: defaults.time_zone: is not an IANA time zone"),
        ('[database]\nurl = "sqlite:///file/bot.db"', "config.toml: database.url: the folder"),
        ('[database]\nurl = "sqlite:///file"', "config.toml: database.url: "),
        ('[database]\nurl = "postgresql://me:hunter2@127.0.0.1:1/x"', "config.toml: database.url: PostgreSQL"),
    ],
)
async def test_a_bot_that_cannot_start_says_why_in_one_line(tmp_path: Path, text: str, said: str) -> None:
    (tmp_path / "file").write_text("no database, and no folder either")
    configured(tmp_path, text)
    refusal = (await benkyokai(tmp_path, "run", DISCORD_TOKEN=TOKEN)).refusal
    assert refusal.startswith(said)
    assert "hunter2" not in refusal


@pytest.mark.parametrize("command", ["run", "migrate", "backup"])
async def test_a_settings_file_that_was_asked_for_must_exist(tmp_path: Path, command: str) -> None:
    ended = await benkyokai(tmp_path, command, "--config", "mine.toml", DISCORD_TOKEN=TOKEN)
    assert ended.refusal.startswith("mine.toml: --config: there is no such file")
    assert names(tmp_path) == []


async def test_a_missing_or_malformed_token_is_refused_and_not_shown(tmp_path: Path) -> None:
    assert (await benkyokai(tmp_path, "run")).refusal.startswith("environment: DISCORD_TOKEN: is not set")
    wrong = TOKEN.replace(".", ",")
    refusal = (await benkyokai(tmp_path, "run", DISCORD_TOKEN=wrong)).refusal
    assert refusal.startswith("environment: DISCORD_TOKEN: is not a bot token")
    assert "GabcdE" not in refusal
    assert names(tmp_path) == []


async def test_a_newer_schema_is_refused(tmp_path: Path) -> None:
    file = await made(tmp_path / "var" / "benkyokai.db")
    query(file, "update alembic_version set version_num = '9999'")
    for command in ("run", "migrate"):
        refusal = (await benkyokai(tmp_path, command, DISCORD_TOKEN=TOKEN)).refusal
        assert refusal.startswith("built-in defaults: database.url: the database has schema 9999, newer than")
    assert names(file.parent) == ["benkyokai.db", "benkyokai.db.lock"]


async def test_a_second_instance_is_refused(tmp_path: Path) -> None:
    file = await made(tmp_path / "var" / "benkyokai.db")
    async with instance_lock(f"sqlite:///{file}"):
        refusal = (await benkyokai(tmp_path, "run", DISCORD_TOKEN=TOKEN)).refusal
        assert f"another instance (process {os.getpid()}) already runs" in refusal
        # What only looks or copies is welcome beside it.
        assert (await benkyokai(tmp_path, "migrate")).code == 0
        assert (await benkyokai(tmp_path, "backup")).code == 0
        assert (await benkyokai(tmp_path, "check", DISCORD_TOKEN=TOKEN)).code == 0


# check


async def test_check_finds_a_copied_example_in_order_and_leaves_no_trace(tmp_path: Path) -> None:
    shutil.copy(EXAMPLE, tmp_path / "config.toml")
    ended = await benkyokai(tmp_path, "check", DISCORD_TOKEN=TOKEN)
    assert (ended.code, ended.err) == (0, "")
    assert [line.split(": ")[0] for line in ended.out.splitlines()] == ["ok"] * 4
    assert f"`run` makes them (schema {HEAD})" in ended.out
    assert names(tmp_path) == ["config.toml"]


async def test_check_names_everything_that_is_to_be_fixed(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    configured(tmp_path, '[log]\nlevel = "x"\n[dispatch]\nrate = 0\n[database]\nurl = "sqlite:///file/bot.db"')
    ended = await benkyokai(tmp_path, "check")
    assert (ended.code, ended.err) == (2, "")
    lines = ended.out.splitlines()
    assert all(line.startswith("fix: ") for line in lines)
    for key in ("log.level", "dispatch.rate", "DISCORD_TOKEN", "database.url"):
        assert sum(f": {key}: " in line for line in lines) == 1


async def test_check_looks_into_the_database(tmp_path: Path) -> None:
    file = await made(tmp_path / "var" / "benkyokai.db")
    ended = await benkyokai(tmp_path, "check", DISCORD_TOKEN=TOKEN)
    assert ended.code == 0
    assert f"has schema {HEAD}, as it should" in ended.out
    damage(file)
    ended = await benkyokai(tmp_path, "check", DISCORD_TOKEN=TOKEN)
    assert ended.code == 2
    assert "fix: built-in defaults: database.url: " in ended.out


# migrate and backup


async def test_migrate_makes_the_database_once(tmp_path: Path) -> None:
    first = await benkyokai(tmp_path, "migrate")
    assert (first.code, first.out) == (0, f"brought the database from nothing to schema {HEAD}\n")
    second = await benkyokai(tmp_path, "migrate")
    assert (second.code, second.out) == (0, f"the database has schema {HEAD} already; nothing to do\n")


async def test_backup_prints_where_the_copy_is_and_keeps_as_many_as_wished(tmp_path: Path) -> None:
    configured(tmp_path, '[database]\nurl = "sqlite:///bot.db"\nbackups = 2')
    await made(tmp_path / "bot.db")
    folder = tmp_path / "backups"
    folder.mkdir()
    for year in ("2024", "2025"):
        (folder / f"bot-{year}0101T000000Z.db").touch()
    ended = await benkyokai(tmp_path, "backup")
    assert ended.code == 0
    copy = Path(ended.out.strip())
    assert names(folder) == ["bot-20250101T000000Z.db", copy.name]
    assert query(copy, "select version_num from alembic_version") == [(HEAD,)]


async def test_backup_of_nothing_is_refused(tmp_path: Path) -> None:
    assert "benkyokai.db yet to copy" in (await benkyokai(tmp_path, "backup")).refusal
    assert names(tmp_path) == []


@pytest.mark.postgres
@pytest.mark.parametrize("_kind", KINDS[1:])
async def test_a_postgres_database_is_migrated_by_migrate_only(_kind: str, tmp_path: Path) -> None:
    async with postgres_database() as url:
        environment = {"BENKYOKAI_DATABASE_URL": url, "DISCORD_TOKEN": TOKEN}
        refusal = (await benkyokai(tmp_path, "run", **environment)).refusal
        assert refusal.startswith("environment: BENKYOKAI_DATABASE_URL: the database has no tables yet")
        assert "`benkyokai migrate`" in refusal
        assert (await benkyokai(tmp_path, "check", **environment)).code == 2
        assert (await benkyokai(tmp_path, "migrate", **environment)).code == 0
        checked = await benkyokai(tmp_path, "check", **environment)
        assert checked.code == 0
        assert "PostgreSQL 15" in checked.out
        assert "pg_dump" in (await benkyokai(tmp_path, "backup", **environment)).refusal


# A later release


class Release:
    """This release's code with more migrations, and an app that only says what it was given."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        source = Path(bot.__file__).parent.parent
        for package in ("bot", "cogs", "data"):
            shutil.copytree(source / package, folder / package, ignore=shutil.ignore_patterns("__pycache__", "*.po"))

    def add(self, revision: str, follows: str, *statements: str) -> None:
        body = "\n".join(f"    op.execute({statement!r})" for statement in statements)
        text = (
            f"from alembic import op\n\nrevision = {revision!r}\ndown_revision = {follows!r}\n\n\n"
            f"def upgrade():\n{body}\n"
        )
        (self.folder / "data/migrations/versions" / f"{revision}_later.py").write_text(text)

    def set_run(self, body: str) -> None:
        text = f"import asyncio\n\nasync def run(config, token):\n    {body}\n"
        (self.folder / "bot/running.py").write_text(text)

    async def __call__(self, place: Path, *words: str, **environment: str) -> Ended:
        return await benkyokai(place, *words, PYTHONPATH=str(self.folder), **environment)


@pytest.fixture
def release(tmp_path: Path) -> Release:
    return Release(tmp_path / "release")


@pytest.fixture
async def place(tmp_path: Path) -> Path:
    """Where this release has run: a database with one row."""
    folder = tmp_path / "place"
    file = await made(folder / "var" / "benkyokai.db")
    query(file, "insert into meta (key, value) values ('motto', '一期一会')")
    return folder


async def test_a_later_release_upgrades_after_a_copy_and_the_earlier_one_then_refuses(
    release: Release, place: Path
) -> None:
    release.add(NEXT, HEAD, "create table guest_books (id integer primary key)")
    ended = await release(place, "check", DISCORD_TOKEN=TOKEN)
    assert (ended.code, f"has schema {HEAD}; `run` copies the file" in ended.out) == (0, True)

    ended = await release(place, "migrate")
    assert ended.code == 0, ended.err
    copy = place / "var" / "backups" / f"benkyokai-schema-{HEAD}.db"
    assert ended.out.splitlines() == [
        f"copied the database to {copy}",
        f"brought the database from {HEAD} to schema {NEXT}",
        "a bot that runs on this database must be restarted",
    ]
    assert query(copy, "select version_num from alembic_version") == [(HEAD,)]
    file = place / "var" / "benkyokai.db"
    for database in (file, copy):
        assert query(database, "select value from meta where key = 'motto'") == [("一期一会",)]
    assert query(file, "select count(*) from guest_books") == [(0,)]

    assert f"schema {NEXT}, newer than" in (await benkyokai(place, "run", DISCORD_TOKEN=TOKEN)).refusal
    # The way back is the copy.
    copy.replace(file)
    assert (await benkyokai(place, "check", DISCORD_TOKEN=TOKEN)).code == 0


@pytest.mark.parametrize(
    ("statement", "said"),
    [
        ("insert into nowhere values (1)", "no such table: nowhere"),
        ("insert into children values (1, 7)", "rows without their parents in table children"),
    ],
)
async def test_an_upgrade_that_fails_half_way_changes_nothing(
    release: Release, place: Path, statement: str, said: str
) -> None:
    release.add(
        NEXT,
        HEAD,
        "delete from meta",
        "create table parents (id integer primary key)",
        "create table children (id integer primary key, parent integer references parents)",
    )
    release.add(AFTER_NEXT, NEXT, "alter table meta rename to other", statement)
    refusal = (await release(place, "migrate")).refusal
    assert refusal.startswith("built-in defaults: database.url: ")
    assert said in refusal
    file = place / "var" / "benkyokai.db"
    assert query(file, "select value from meta where key = 'motto'") == [("一期一会",)]
    assert query(file, "select version_num from alembic_version") == [(HEAD,)]
    assert (await benkyokai(place, "check", DISCORD_TOKEN=TOKEN)).code == 0


async def test_run_upgrades_the_file_says_what_it_did_and_returns_the_bots_exit_code(
    release: Release, place: Path
) -> None:
    release.add(NEXT, HEAD, "create table guest_books (id integer primary key)")
    release.set_run("print(config.database.url, len(token)); return 7")
    ended = await release(place, "run", DISCORD_TOKEN=TOKEN)
    assert (ended.code, ended.out) == (7, f"sqlite:///{place}/var/benkyokai.db {len(TOKEN)}\n")
    assert "copied the database to " in ended.err
    assert f"brought the database from {HEAD} to schema {NEXT}" in ended.err
    assert "settings: built-in defaults" in ended.err
    again = await release(place, "run", DISCORD_TOKEN=TOKEN)
    assert (again.code, "brought" in again.err) == (7, False)


async def test_a_start_with_nothing_to_upgrade_loads_no_alembic(release: Release, place: Path) -> None:
    release.set_run("import sys; print('alembic' in sys.modules); return 0")
    assert (await release(place, "run", DISCORD_TOKEN=TOKEN)).out == "False\n"


async def test_a_bot_that_breaks_leaves_its_traceback_in_the_log_without_the_token(
    release: Release, place: Path
) -> None:
    release.set_run("raise RuntimeError(f'boom with {token}')")
    ended = await release(place, "run", DISCORD_TOKEN=TOKEN)
    assert ended.code == 1
    assert "CRITICAL bot: the bot broke\nTraceback" in ended.err
    assert "boom with ***" in ended.err
    assert TOKEN not in ended.err


async def test_a_bot_told_to_stop_before_it_is_up_ends_well(release: Release, place: Path) -> None:
    release.set_run("print('coming', flush=True); await asyncio.sleep(60)")
    process = await started(place, "run", DISCORD_TOKEN=TOKEN, PYTHONPATH=str(release.folder))
    assert process.stdout is not None
    async with asyncio.timeout(20):
        assert await process.stdout.readline() == b"coming\n"
        process.send_signal(signal.SIGTERM)
        _, err = await process.communicate()
    assert (process.returncode, b"Traceback" in err) == (0, False)


# Losing the lock


async def test_a_bot_that_is_no_longer_alone_is_stopped_and_may_be_restarted() -> None:
    lock, stopped = InstanceLock(), asyncio.Event()

    async def bot() -> int:
        try:
            await asyncio.sleep(60)
        finally:
            stopped.set()
        return 0

    asyncio.get_running_loop().call_later(0.01, lock.lost.set)
    assert await asyncio.wait_for(_while_alone(bot(), lock), 5) == 1
    assert stopped.is_set()


async def test_while_alone_the_bots_end_is_the_end() -> None:
    async def ends(code: int) -> int:
        return code

    async def fails() -> int:
        raise RuntimeError("boom")

    assert await _while_alone(ends(2), InstanceLock()) == 2
    with pytest.raises(RuntimeError, match="boom"):
        await _while_alone(fails(), InstanceLock())
