from __future__ import annotations

import ast
import asyncio
import os
import re
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager, closing
from pathlib import Path
from subprocess import PIPE
from typing import Any, TypeVar

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, inspect, make_url, text
from sqlalchemy.ext.asyncio import create_async_engine

import data
import data.database  # every table is defined by importing it
from data.locks import StorageError
from data.schema import metadata
from data.upgrade import WrongSchema, _alembic, is_compared, plain, require_schema, revisions, schema_state, upgrade
from tests.data.servers import KINDS, postgres_database

FOLDER = Path(data.__file__).parent / "migrations"
MIGRATIONS = sorted(FOLDER.glob("versions/[0-9]*.py"))
T = TypeVar("T")


@asynccontextmanager
async def new_database(kind: str, folder: Path) -> AsyncGenerator[str]:
    if kind == "sqlite":
        yield f"sqlite:///{folder / 'bot.db'}"
    else:
        async with postgres_database() as url:
            yield url


@pytest.fixture(params=KINDS)
async def url(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncGenerator[str]:
    async with new_database(request.param, tmp_path) as name:
        yield name


async def on(url: str, act: Callable[[Connection], T]) -> T:
    """Run `act` on a plain connection, and keep what it did."""
    driver = "sqlite+aiosqlite" if url.startswith("sqlite") else "postgresql+asyncpg"
    engine = create_async_engine(make_url(url).set(drivername=driver))
    try:
        async with engine.begin() as connection:
            return await connection.run_sync(act)
    finally:
        await engine.dispose()


async def execute(url: str, *statements: str) -> None:
    def act(connection: Connection) -> None:
        for statement in statements:
            connection.execute(text(statement))

    await on(url, act)


def description(connection: Connection) -> dict[str, Any]:
    """All that a database knows of its tables, without the order in which it came to know it."""
    inspector = inspect(connection)

    def told(items: list[Any]) -> list[str]:
        return sorted(repr(sorted((key, str(value)) for key, value in item.items())) for item in items)

    return {
        table: {
            "columns": told(list(inspector.get_columns(table))),
            "primary key": told([inspector.get_pk_constraint(table)]),
            "foreign keys": told(list(inspector.get_foreign_keys(table))),
            "unique": told(list(inspector.get_unique_constraints(table))),
            "checks": told(list(inspector.get_check_constraints(table))),
            "indexes": told(list(inspector.get_indexes(table))),
        }
        for table in inspector.get_table_names()
        if table != "alembic_version"
    }


async def test_an_empty_database_gets_every_table(url: str) -> None:
    assert (await schema_state(url)).kind == "empty"
    report = await upgrade(url, copy_first=True)
    assert report.before is None
    assert (report.applied, report.after, report.copy) == (revisions(), revisions()[-1], None)
    tables = await on(url, lambda connection: set(inspect(connection).get_table_names()))
    assert {name for name in tables if is_compared(name, "table", {})} == set(metadata.tables) | {"alembic_version"}
    assert (await schema_state(url)).kind == "current"
    await require_schema(url)


async def test_the_migrations_lead_to_what_the_tables_definitions_say(url: str) -> None:
    await upgrade(url, copy_first=False)

    def difference(connection: Connection) -> list[Any]:
        opts = {"compare_type": True, "compare_server_default": True, "include_name": is_compared}
        context = MigrationContext.configure(connection, opts=opts)
        return compare_metadata(context, plain(metadata))

    assert await on(url, difference) == []


@pytest.mark.parametrize("kind", KINDS)
async def test_a_migrated_database_is_in_every_detail_like_one_made_from_the_definitions(
    kind: str, tmp_path: Path
) -> None:
    (tmp_path / "made").mkdir()
    async with new_database(kind, tmp_path) as migrated, new_database(kind, tmp_path / "made") as made:
        await upgrade(migrated, copy_first=False)
        await on(made, metadata.create_all)
        assert await on(migrated, description) == await on(made, description)


async def test_upgrading_again_does_nothing(url: str) -> None:
    await upgrade(url, copy_first=True)
    report = await upgrade(url, copy_first=True)
    assert (report.before, report.applied, report.copy) == (revisions()[-1], (), None)


async def test_nobody_becomes_a_host_in_public_by_an_upgrade(url: str) -> None:
    # Before schema 0005 the column said who had scheduled a session.
    await on(url, lambda connection: command.upgrade(_alembic(connection), "0004"))
    await execute(
        url,
        "insert into communities (guild_id, language, time_zone, announcements_channel, log_channel, moderator_role,"
        " evening_before, native_events, setup_step) values (1, 'ja', 'UTC', 0, 0, 0, '20:00', true, '')",
        "insert into study_groups (id, guild_id, name, name_key, description, channel_id, announce_days_before,"
        " open_to_morning, created_at) values (1, 1, 'Tea', 'tea', '', 0, 7, true, 0)",
        "insert into sessions (id, guild_id, group_id, kind, theme, description, starts_at, duration, ends_at, venue,"
        " link, host_id, state, revision, created_at)"
        " values (1, 1, 1, 'lecture', 'Tea', '', 0, 60, 0, '', '', 5, 'scheduled', 0, 0)",
    )
    await upgrade(url, copy_first=False)

    def hosts(connection: Connection) -> list[Any]:
        return [
            tuple(row)
            for row in connection.execute(text("select host_id, members_may_host from sessions, communities"))
        ]

    assert await on(url, hosts) == [(0, True)]


async def test_who_never_answered_themselves_is_named_no_more_after_an_upgrade(url: str) -> None:
    # Before schema 0010 only the audit told whose answer it was.
    await on(url, lambda connection: command.upgrade(_alembic(connection), "0009"))
    # Members, and who answered for them; what the audit has forgotten stays as it is.
    yes, no = "going", "not_going"
    answers = {
        5: [(1, yes)],
        6: [(6, yes)],
        7: [(1, yes), (7, yes)],
        8: [(7, yes), (1, yes)],
        9: [],
        10: [(10, no), (1, yes)],
        11: [(11, yes), (1, no), (11, yes)],
        12: [(12, yes), (1, "late")],
    }
    await execute(
        url,
        "insert into communities (guild_id, language, time_zone, announcements_channel, log_channel, moderator_role,"
        " evening_before, native_events, setup_step) values (1, 'ja', 'UTC', 0, 0, 0, '20:00', true, '')",
        "insert into study_groups (id, guild_id, name, name_key, description, channel_id, announce_days_before,"
        " open_to_morning, created_at) values (1, 1, 'Tea', 'tea', '', 0, 7, true, 0)",
        *(
            "insert into sessions (id, guild_id, group_id, kind, theme, description, starts_at, duration, ends_at,"
            " venue, link, host_id, state, revision, created_at)"
            f" values ({session}, 1, 1, 'lecture', 'Tea', '', 0, 60, 0, '', '', 0, 'scheduled', 0, 0)"
            for session in (1, 2)
        ),
        *(
            "insert into rsvps (guild_id, session_id, member_id, answer, waiting, place, answered_at)"
            f" values (1, {session}, {member}, 'going', false, {member}, 0)"
            for session, member in [*((1, member) for member in answers), (2, 5)]
        ),
        *(
            "insert into audit (guild_id, at, actor_id, action, subject, after) values"
            f""" (1, 0, {actor}, 'rsvp.answer', 'session:1', '{{"member"\\: {member}, "answer"\\: "{answer}"}}')"""
            for member, given in answers.items()
            for actor, answer in given
        ),
    )
    await upgrade(url, copy_first=False)

    def own(connection: Connection) -> list[Any]:
        rows = connection.execute(text("select session_id, member_id, own from rsvps order by session_id, member_id"))
        return [(row.session_id, row.member_id, bool(row.own)) for row in rows]

    apart = {5, 8, 10}
    assert await on(url, own) == [(1, member, member not in apart) for member in answers] + [(2, 5, True)]


async def test_of_two_upgrades_at_once_one_does_the_work_and_both_succeed(url: str) -> None:
    await asyncio.gather(upgrade(url, copy_first=False), upgrade(url, copy_first=False))
    assert (await schema_state(url)).kind == "current"


async def test_a_newer_schema_is_refused_and_left_alone(url: str) -> None:
    await upgrade(url, copy_first=False)
    await execute(url, "update alembic_version set version_num = '9999'")
    state = await schema_state(url)
    assert (state.kind, state.found, state.wanted) == ("newer", "9999", revisions()[-1])
    for attempt in (upgrade(url, copy_first=True), require_schema(url)):
        with pytest.raises(WrongSchema, match="9999, newer than"):
            await attempt
    assert (await schema_state(url)).found == "9999"


async def test_somebody_elses_tables_are_refused(url: str) -> None:
    await execute(url, "create table wordpress (id integer)")
    assert (await schema_state(url)).kind == "foreign"
    for attempt in (upgrade(url, copy_first=True), require_schema(url)):
        with pytest.raises(WrongSchema, match="none of Benkyokai's"):
            await attempt


async def test_a_schema_that_is_not_ours_yet_names_the_command_that_helps(url: str) -> None:
    with pytest.raises(WrongSchema, match=r"no tables yet.*`benkyokai migrate`"):
        await require_schema(url)


def contents(folder: Path) -> list[Path]:
    return list(folder.iterdir())


async def test_looking_at_the_state_creates_no_file(tmp_path: Path) -> None:
    await schema_state(f"sqlite:///{tmp_path}/bot.db")
    await schema_state(f"sqlite:///{tmp_path}/a/bot.db")
    assert contents(tmp_path) == []


async def test_what_is_no_database_is_said_in_one_line(tmp_path: Path) -> None:
    (tmp_path / "bot.db").write_text("hello " * 1000)
    with pytest.raises(StorageError, match=r"bot\.db can't be read: file is not a database"):
        await upgrade(f"sqlite:///{tmp_path}/bot.db", copy_first=True)


async def test_an_upgrade_of_a_file_that_someone_holds_too_long_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("data.upgrade.BUSY_SECONDS", 0.05)
    file = tmp_path / "bot.db"
    with closing(sqlite3.connect(file, isolation_level=None)) as holder:
        holder.execute("pragma journal_mode=wal")
        holder.execute("begin immediate")
        with pytest.raises(StorageError, match="locked"):
            await upgrade(f"sqlite:///{file}", copy_first=True)
        holder.execute("rollback")
    await upgrade(f"sqlite:///{file}", copy_first=True)


def test_a_drafted_migration_is_all_the_database_needs(tmp_path: Path) -> None:
    for package in ("bot", "data"):
        source = FOLDER.parent.parent / package
        ignored = shutil.ignore_patterns("__pycache__", "[0-9]*.py")
        shutil.copytree(source, tmp_path / package, ignore=ignored)

    def python(code: str) -> str:
        environment = os.environ | {"PYTHONPATH": str(tmp_path)}
        command = [sys.executable, "-c", code]
        return subprocess.run(command, cwd=tmp_path, env=environment, check=True, text=True, stdout=PIPE).stdout

    assert "done" in python("from data.upgrade import draft; draft('first tables')")
    (path,) = tmp_path.glob("data/migrations/versions/0*.py")
    assert path.name == "0001_first_tables.py"
    text = path.read_text()
    assert "data." not in text
    assert "###" not in text
    # Running it leaves nothing to draft: neither a table nor a custom type is seen as a difference.
    python("from data.upgrade import draft; draft('nothing')")
    (path,) = tmp_path.glob("data/migrations/versions/0002*.py")
    assert path.read_text().endswith("def upgrade() -> None:\n    pass\n")


def test_the_files_numbers_are_the_chain_of_revisions() -> None:
    config = Config()
    config.set_main_option("script_location", str(FOLDER))
    config.set_main_option("path_separator", "os")
    chain = [script.revision for script in ScriptDirectory.from_config(config).walk_revisions()]
    assert tuple(reversed(chain)) == revisions()
    assert revisions() == tuple(f"{number:04d}" for number in range(1, len(MIGRATIONS) + 1))


@pytest.mark.parametrize("path", MIGRATIONS, ids=lambda path: path.stem)
def test_a_migration_goes_forward_only_and_stands_alone(path: Path) -> None:
    tree = ast.parse(path.read_text())
    functions = [node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)]
    assert "upgrade" in functions
    assert "downgrade" not in functions
    imported = {
        name.partition(".")[0]
        for node in ast.walk(tree)
        for name in (
            [alias.name for alias in node.names]
            if isinstance(node, ast.Import)
            else [node.module or ""]
            if isinstance(node, ast.ImportFrom)
            else []
        )
    }
    # What the code says tomorrow must not change what a migration did yesterday.
    assert not imported & {"bot", "cogs", "data"}
    assert re.fullmatch(r"\d{4}_[a-z0-9_]+", path.stem)
