"""The three layers, held by reading the imports."""

from __future__ import annotations

import ast
import sys
from pathlib import Path

import pytest

import bot
import cogs
import data

PACKAGES = {package.__name__: Path(package.__file__ or "").parent for package in (bot, cogs, data)}


def modules() -> dict[str, Path]:
    """Every module of the three folders, by its dotted name."""
    found: dict[str, Path] = {}
    for name, folder in PACKAGES.items():
        for path in folder.rglob("*.py"):
            parts = (name, *path.relative_to(folder).with_suffix("").parts)
            found[".".join(part for part in parts if part != "__init__")] = path
    return found


def imports(path: Path) -> set[str]:
    """The dotted names that a module imports, wherever in the file; type checking counts too."""
    names: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            names |= {node.module} | {f"{node.module}.{alias.name}" for alias in node.names}
    return names


def touches(names: set[str], *packages: str) -> set[str]:
    """Those of the names that lie in one of the packages."""
    return {name for name in names if any(name == p or name.startswith(p + ".") for p in packages)}


ALL = modules()


def under(prefix: str) -> list[str]:
    return [name for name in ALL if name == prefix or name.startswith(prefix + ".")]


@pytest.mark.parametrize("name", under("bot.domain"))
def test_the_domain_imports_nothing_outward(name: str) -> None:
    found = imports(ALL[name])
    assert not touches(found, "discord", "sqlalchemy", "apscheduler", "cogs", "data", "simcord", "alembic", "aiosqlite")
    # Of the rest of the bot, only the clock's type.
    inner = {n for n in touches(found, "bot") if not n.startswith(("bot.domain", "bot.clock")) and n != "bot"}
    assert not inner


@pytest.mark.parametrize("name", under("cogs"))
def test_cogs_know_the_domain_rendering_words_and_the_client_and_no_storage(name: str) -> None:
    found = imports(ALL[name])
    assert not touches(found, "data", "sqlalchemy", "apscheduler", "simcord")
    allowed = ("bot.domain", "bot.rendering", "bot.i18n", "bot.client", "bot.clock")
    assert not {n for n in touches(found, "bot") if n != "bot" and not n.startswith(allowed)}


@pytest.mark.parametrize("name", under("data"))
def test_the_data_layer_knows_neither_discord_nor_the_commands(name: str) -> None:
    found = imports(ALL[name])
    assert not touches(found, "discord", "cogs", "apscheduler", "simcord")
    assert not {n for n in touches(found, "bot") if not n.startswith(("bot.domain", "bot.clock")) and n != "bot"}


CHANGES_DISCORD = frozenset(
    [
        "add_roles",
        "remove_roles",
        "create_role",
        "create_text_channel",
        "create_thread",
        "create_scheduled_event",
        "set_permissions",
        "delete",
        "purge",
        "pin",
        "unpin",
        "kick",
        "ban",
        "unban",
        "timeout",
        "move_to",
        "add_reaction",
        "create_dm",
    ]
)
"""Methods of discord.py's that make, change or delete something; answers to an interaction have names of their own."""


@pytest.mark.parametrize("name", [*under("cogs"), "bot.client"])
def test_cogs_answer_and_change_nothing_else_in_discord(name: str) -> None:
    tree = ast.parse(ALL[name].read_text(encoding="utf-8"))
    used = {node.attr for node in ast.walk(tree) if isinstance(node, ast.Attribute)}
    assert not used & CHANGES_DISCORD


def importers(package: str) -> set[str]:
    return {name for name, path in ALL.items() if touches(imports(path), package)}


def test_apscheduler_has_one_importer() -> None:
    assert importers("apscheduler") == {"bot.scheduling"}


def test_simcord_is_imported_by_the_demo_only() -> None:
    assert all(name.startswith("bot.demo.") for name in importers("simcord"))


def test_only_the_composition_root_knows_cogs_and_data() -> None:
    outside = {name for name in importers("cogs") if not name.startswith("cogs")}
    assert outside == {"bot.app.features"}
    storage = {name for name in importers("data") if not name.startswith("data")}
    assert storage <= {
        "bot.app",
        "bot.app.features",
        "bot.app.kinds",
        "bot.app.services",
        "bot.__main__",
        "bot.demo.tour",
        "bot.demo.scenes",
    }


def test_only_the_clock_reads_the_time() -> None:
    for name, path in ALL.items():
        if name == "bot.clock":
            continue
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            called = node.func if isinstance(node, ast.Call) else None
            if isinstance(called, ast.Attribute) and called.attr in {"now", "utcnow", "today"}:
                owner = called.value.id if isinstance(called.value, ast.Name) else ""
                assert owner not in {"datetime", "date"}, f"{name} reads the system's time in line {node.lineno}"


DRIVERS = ("data.upgrade", "data.backup", "data.connections", "data.locks", "data.migrations", "data.sqlite_driver")


def test_sql_is_written_with_the_statement_builder_only() -> None:
    for name, path in ALL.items():
        if name.startswith(DRIVERS):
            continue  # pragmas, locks, and the migrations' own tools
        assert not touches(imports(path), "sqlite3", "asyncpg"), name
        assert "sqlalchemy.text" not in imports(path), name


@pytest.mark.parametrize("name", sorted(ALL))
def test_no_file_grows_beyond_what_one_can_read(name: str) -> None:
    lines = len(ALL[name].read_text(encoding="utf-8").splitlines())
    assert lines <= 450 or ".migrations." in name, f"{name} has {lines} lines; make it a folder"


def test_every_module_says_what_it_is_for() -> None:
    silent = [
        name
        for name, path in ALL.items()
        if path.stat().st_size and not ast.get_docstring(ast.parse(path.read_text(encoding="utf-8")))
    ]
    assert not silent


def test_each_feature_has_the_same_name_in_every_layer() -> None:
    """A stranger who knows a feature's name finds its rules, its storage and its commands."""
    for feature in [
        "communities",
        "groups",
        "members",
        "profiles",
        "industries",
        "series",
        "sessions",
        "rsvps",
        "morning",
        "reminders",
        "own_reminders",
        "rotation",
        "posts",
        "mirrors",
    ]:
        assert f"bot.domain.{feature}" in ALL, feature
        assert f"data.{feature}" in ALL, feature
    for feature in ("groups", "members", "profiles", "series", "sessions", "morning", "setup", "settings"):
        assert f"cogs.{feature}" in ALL, feature
        assert feature in {"settings"} or f"bot.rendering.{feature}" in ALL or feature == "series", feature


def test_the_heavy_modules_are_left_out_of_the_start() -> None:
    import subprocess

    heavy = "alembic dateutil holidays icalendar PIL rustworkx numpy aiohttp.web babel simcord"
    heavy += " sqlalchemy.dialects.postgresql"
    code = f"import sys, bot.app; print([m for m in '{heavy}'.split() if m in sys.modules])"
    shown = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert shown.stdout.strip() == "[]"
