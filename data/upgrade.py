"""The schema's version, and the way from an older one to ours.

Migrations are numbered files in `data/migrations/versions` (0001, 0002, ...) and go forward only: the way
back is the copy taken before. All that are due run in one transaction, so an upgrade happens whole or not
at all.
"""

from __future__ import annotations

import asyncio
import re
import sqlite3
import tempfile
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from msgspec import Struct

from data.backup import BUSY_SECONDS, backups_folder, connect, copy, prepare_folder, rotate
from data.locks import MIGRATION_KEY, StorageError, postgres_engine, sqlite_file, unreachable

if TYPE_CHECKING:
    from alembic.config import Config
    from sqlalchemy import Connection, MetaData

_NUMBERED = re.compile(r"(\d{4})_\w+\.py")
_VERSION = "select version_num from alembic_version"


class SchemaState(Struct, frozen=True):
    """Which schema a database has.

    Attributes:
        kind: "empty" has no tables; "newer" was written by a later release; "foreign" has tables, but not
            ours.
        found: the database's revision, such as "0003"; None if empty or foreign.
        wanted: this release's revision.
    """

    kind: Literal["empty", "current", "older", "newer", "foreign"]
    found: str | None
    wanted: str


class UpgradeReport(Struct, frozen=True):
    """What an upgrade did: the revisions applied in order and the copy made first, if any."""

    before: str | None
    after: str
    applied: tuple[str, ...]
    copy: Path | None


class WrongSchema(StorageError):
    """The database's schema isn't one that this release can work with."""


def revisions() -> tuple[str, ...]:
    """This release's revisions, oldest first; read from the files' names: a start needs no Alembic."""
    found = (_NUMBERED.fullmatch(path.name) for path in files("data.migrations.versions").iterdir())
    return tuple(sorted(match[1] for match in found if match))


async def schema_state(url: str) -> SchemaState:
    """Which schema the database at `url` has; reads only, and never creates a file.

    Raises:
        StorageError: if it can't be read.
    """
    if file := sqlite_file(url):
        return await asyncio.to_thread(_file_state, file)
    from sqlalchemy import text

    engine = postgres_engine(url)
    try:
        async with engine.connect() as connection:
            tables = "select table_name from information_schema.tables where table_schema = current_schema()"
            names = set((await connection.execute(text(tables))).scalars())
            found = (await connection.execute(text(_VERSION))).scalar() if "alembic_version" in names else None
    except Exception as error:
        raise unreachable(error) from error
    finally:
        await engine.dispose()
    return _state(names, found)


async def require_schema(url: str) -> None:
    """Refuse a database whose schema isn't exactly ours.

    Raises:
        WrongSchema: if it is empty, older, newer or somebody else's.
    """
    state = await schema_state(url)
    _refuse_unknown(state)
    if state.kind != "current":
        has = f"schema {state.found}" if state.found else "no tables yet"
        raise WrongSchema(f"the database has {has}, this release needs {state.wanted}; run `benkyokai migrate`")


async def upgrade(url: str, *, copy_first: bool, keep: int = 7) -> UpgradeReport:
    """Bring the database at `url` to this release's schema; an empty one gets all of it.

    Args:
        url: "sqlite:///path" or "postgresql://...".
        copy_first: whether a SQLite file that needs it is copied before, to "benkyokai-schema-0003.db" in
            the folder `backups` beside it.
        keep: how many such copies stay.

    Raises:
        WrongSchema: if it is newer or somebody else's.
        StorageError: if it can't be done; nothing has changed then.
    """
    state = await schema_state(url)
    _refuse_unknown(state)
    if state.kind == "current":
        return UpgradeReport(state.found, state.wanted, (), None)
    copied = None
    if file := sqlite_file(url):
        if copy_first and state.kind == "older":
            copied = await asyncio.to_thread(_copy_before, file, state, keep)
        await asyncio.to_thread(_upgrade_file, file)
    else:
        await _upgrade_server(url)
    applied = tuple(revision for revision in revisions() if revision > (state.found or ""))
    return UpgradeReport(state.found, state.wanted, applied, copied)


def draft(message: str) -> Path:
    """Write the next migration: what the tables' definitions have and the migrations lack. For developers.

    Custom types are written as the plain types they are stored as, since a migration must not change with
    the code. What it wrote is to be read and corrected before it is kept.
    """
    from alembic import command
    from alembic.script import Script

    from data import database, schema

    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "draft.db"
        # Importing the database has defined every table.
        assert database.Database
        if revisions():
            _upgrade_file(file)
        engine = _file_engine(file)
        try:
            with engine.begin() as connection:
                config = _alembic(connection, plain(schema.metadata))
                number = f"{int(max(revisions(), default='0')) + 1:04d}"
                script = command.revision(config, message, autogenerate=True, rev_id=number)
        finally:
            engine.dispose()
    assert isinstance(script, Script)
    path = Path(script.path)
    lines = path.read_text().splitlines(keepends=True)
    path.write_text("".join(line for line in lines if not line.lstrip().startswith("# ###")))
    return path


def is_compared(name: str | None, _kind: str, _parents: object) -> bool:
    """Whether something in a database has to be in the tables' definitions: the index for searches can't be."""
    from data.search import SEARCH_INDEX

    return not (name or "").startswith(SEARCH_INDEX)


def plain(metadata: MetaData) -> MetaData:
    """A copy of `metadata` whose custom types are the plain SQL types they are stored as."""
    from sqlalchemy import MetaData, TypeDecorator

    result = MetaData(naming_convention=metadata.naming_convention)
    for table in metadata.sorted_tables:
        for column in table.to_metadata(result).columns:
            if isinstance(column.type, TypeDecorator):
                column.type = column.type.impl_instance
    return result


def _file_state(file: Path) -> SchemaState:
    if not file.exists():
        return _state(set(), None)
    try:
        with connect(file) as connection:
            tables = "select name from sqlite_master where type = 'table' and name not like 'sqlite_%'"
            names = {str(name) for (name,) in connection.execute(tables)}
            row = connection.execute(_VERSION).fetchone() if "alembic_version" in names else None
    except sqlite3.Error as error:
        raise StorageError(f"{file} can't be read: {error}") from error
    return _state(names, str(row[0]) if row else None)


def _state(tables: set[str], found: str | None) -> SchemaState:
    known = revisions()
    wanted = known[-1] if known else ""
    if found is None:
        return SchemaState("foreign" if tables - {"alembic_version"} else "empty", None, wanted)
    if found == wanted:
        return SchemaState("current", found, wanted)
    return SchemaState("older" if found in known else "newer", found, wanted)


def _refuse_unknown(state: SchemaState) -> None:
    if state.kind == "newer":
        raise WrongSchema(
            f"the database has schema {state.found}, newer than this release's {state.wanted};"
            " install the release that wrote it, or a later one"
        )
    if state.kind == "foreign":
        raise WrongSchema("the database has tables, but none of Benkyokai's; name one of its own")


def _copy_before(file: Path, state: SchemaState, keep: int) -> Path:
    # Named after the schema and not the time: a start that fails again and again leaves one copy, not a
    # full disk.
    folder = backups_folder(file)
    made = copy(file, folder / f"{file.stem}-schema-{state.found}{file.suffix}")
    rotate(folder, re.compile(rf"{re.escape(file.stem)}-schema-\d{{4}}{re.escape(file.suffix)}"), keep)
    return made


def _upgrade_file(file: Path) -> None:
    from sqlalchemy.exc import SQLAlchemyError

    prepare_folder(file)
    engine = _file_engine(file)
    try:
        with engine.begin() as connection:
            _apply(connection)
            # Foreign keys are off meanwhile, since changing a table means to copy and drop it.
            if broken := connection.exec_driver_sql("pragma foreign_key_check").fetchone():
                raise StorageError(f"the upgrade would leave rows without their parents in table {broken[0]}")
    except SQLAlchemyError as error:
        raise StorageError(f"{file} can't be upgraded: {error.__cause__ or error}") from error
    finally:
        engine.dispose()


async def _upgrade_server(url: str) -> None:
    from sqlalchemy import text

    engine = postgres_engine(url)
    try:
        async with engine.begin() as connection:
            # Whoever comes second waits here, and then finds nothing to do.
            await connection.execute(text("select pg_advisory_xact_lock(:key)"), {"key": MIGRATION_KEY})
            await connection.run_sync(_apply)
    except Exception as error:
        raise unreachable(error) from error
    finally:
        await engine.dispose()


def _apply(connection: Connection) -> None:
    from alembic import command

    command.upgrade(_alembic(connection), "head")


def _alembic(connection: Connection, metadata: MetaData | None = None) -> Config:
    from alembic.config import Config

    config = Config(attributes={"connection": connection, "metadata": metadata})
    config.set_main_option("script_location", "data:migrations")
    config.set_main_option("path_separator", "os")
    config.set_main_option("file_template", "%%(rev)s_%%(slug)s")
    return config


def _file_engine(file: Path) -> Any:
    """A synchronous engine whose transactions hold the write lock from their first moment."""
    from sqlalchemy import URL, create_engine, event
    from sqlalchemy.pool import NullPool

    def opened() -> sqlite3.Connection:
        # The driver must not open or end transactions by itself: it would commit before each change of a
        # table.
        connection = sqlite3.connect(file, timeout=BUSY_SECONDS, isolation_level=None, check_same_thread=False)
        connection.execute("pragma foreign_keys=off")
        return connection

    def begin(connection: Connection) -> None:
        connection.exec_driver_sql("begin immediate")

    engine = create_engine(URL.create("sqlite+pysqlite"), creator=opened, poolclass=NullPool)
    event.listen(engine, "begin", begin)
    return engine
