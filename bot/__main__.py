"""The command line: run, check, migrate, backup, demo.

Exit codes: 0 is fine; 1 means that something went wrong at work, and a restart may help; 2 means that a
person has to change something first, and one line on standard error says what.
"""

from __future__ import annotations

import argparse
import asyncio
import logging
import os
import signal
import sys
from collections.abc import Coroutine, Generator, Sequence
from contextlib import contextmanager
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bot import config as configuration
from bot import logs, process
from bot.config import Config, ConfigError, LogSettings

if TYPE_CHECKING:
    from data.locks import InstanceLock
    from data.upgrade import UpgradeReport

_log = logging.getLogger("bot")

_RESTART_MAY_HELP = 1
_PERSON_NEEDED = 2
_INTERRUPTED = 130


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command line; returns the exit code."""
    arguments = _parser().parse_args(argv)
    try:
        return int(arguments.act(arguments))
    except ConfigError as error:
        print(error, file=sys.stderr)
        return _PERSON_NEEDED
    except KeyboardInterrupt:
        return _INTERRUPTED
    except asyncio.CancelledError:
        # Told to stop before the bot was up.
        return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="benkyokai", description="A Discord bot for study groups (勉強会).")
    parser.add_argument("--version", action="version", version=f"benkyokai {version('benkyokai')}")
    commands = parser.add_subparsers(title="commands", required=True, metavar="COMMAND")
    configured = argparse.ArgumentParser(add_help=False)
    configured.add_argument(
        "--config",
        type=Path,
        metavar="PATH",
        help="the settings' file; without it ./config.toml, or the built-in defaults if there is none",
    )
    for name, act, words in (
        ("run", _run, f"run the bot; its token comes from {configuration.TOKEN_VARIABLE} in the environment"),
        ("check", _check, "check settings, token and database, and say what to fix"),
        ("migrate", _migrate, "bring the database to this release's schema, after a copy of a SQLite file"),
        ("backup", _backup, "copy the SQLite file, also while the bot runs"),
    ):
        commands.add_parser(name, parents=[configured], help=words, description=words).set_defaults(act=act)
    words = "watch a study group's six weeks on a simulated Discord; needs no token"
    demo = commands.add_parser("demo", help=words, description=words)
    demo.add_argument("--tour", action="store_true", required=True, help="print it as a transcript")
    demo.add_argument("--language", choices=("en", "ja"), default="en", help="the language it is told in; replies stay")
    demo.set_defaults(act=_demo)
    return parser


def _run(arguments: argparse.Namespace) -> int:
    config = configuration.load(_file(arguments), os.environ)
    token = configuration.token(os.environ)
    logs.configure(config.log, sys.stderr, configuration.secrets_of(config, token))
    try:
        with asyncio.Runner(loop_factory=process.new_loop) as runner:
            return runner.run(_start(config, token))
    except ConfigError:
        raise
    except Exception:
        # Through the log and not the interpreter, which would print whatever the error quotes.
        _log.critical("the bot broke", exc_info=True)
        return _RESTART_MAY_HELP


async def _start(config: Config, token: str) -> int:
    with process.loading():
        from data.backup import prepare_folder
        from data.locks import instance_lock, sqlite_file
        from data.upgrade import require_schema, upgrade

    # As process 1 of a container, a signal without a handler does nothing; the bot sets its own once it is
    # up.
    task = asyncio.current_task()
    assert task is not None
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, task.cancel)

    url = config.database.url
    file = sqlite_file(url)
    with _naming(config):
        if file:
            prepare_folder(file)
        async with instance_lock(url) as lock:
            if file:
                report = await upgrade(url, copy_first=True, keep=config.database.backups)
                for line in _told(report) if report.applied else ():
                    _log.info(line)
            else:
                await require_schema(url)
            _log.info("settings: %s", config.origin)
            with process.loading():
                from bot import running

            return await _while_alone(running.run(config, token), lock)


async def _while_alone(bot: Coroutine[Any, Any, int], lock: InstanceLock) -> int:
    """The bot's exit code; it is stopped if another process could take its place."""
    running = asyncio.create_task(bot, name="bot")
    lost = asyncio.create_task(lock.lost.wait(), name="lock lost")
    try:
        await asyncio.wait({running, lost}, return_when=asyncio.FIRST_COMPLETED)
        if running.done():
            return await running
        _log.critical("the database no longer answers, and with it the lock is gone; stopping")
        return _RESTART_MAY_HELP
    finally:
        running.cancel()
        lost.cancel()
        await asyncio.gather(running, lost, return_exceptions=True)


def _check(arguments: argparse.Namespace) -> int:
    logs.configure(LogSettings(level="ERROR"), sys.stderr)
    fixes = 0
    for problem, line in asyncio.run(_findings(_file(arguments))):
        print(f"{'fix' if problem else 'ok'}: {line}")
        fixes += problem
    return _PERSON_NEEDED if fixes else 0


async def _findings(file: Path | None) -> list[tuple[bool, str]]:
    """Each thing looked at: whether it is a problem, and a line about it."""
    config, errors = configuration.examine(file, os.environ)
    found = [(True, str(error)) for error in errors]
    if not errors:
        found.append((False, f"{config.origin}: every setting is valid"))
    try:
        configuration.token(os.environ)
        found.append((False, f"environment: {configuration.TOKEN_VARIABLE}: has the shape of a bot token"))
    except ConfigError as error:
        found.append((True, str(error)))
    # A wrong address has been reported; looking at the default instead would only confuse.
    if not any(error.key in ("database.url", configuration.URL_VARIABLE) for error in errors):
        try:
            with _naming(config):
                found += [(False, str(config.database_error(line))) for line in await _database(config)]
        except ConfigError as error:
            found.append((True, str(error)))
    return found


async def _database(config: Config) -> list[str]:
    from data.backup import health
    from data.locks import sqlite_file
    from data.upgrade import require_schema, schema_state

    url = config.database.url
    lines = [await health(url)]
    state = await schema_state(url)
    if sqlite_file(url) and state.kind == "empty":
        lines.append(f"no tables yet; `run` makes them (schema {state.wanted})")
    elif sqlite_file(url) and state.kind == "older":
        lines.append(f"has schema {state.found}; `run` copies the file and upgrades it to {state.wanted}")
    else:
        await require_schema(url)
        lines.append(f"has schema {state.found}, as it should")
    return lines


def _migrate(arguments: argparse.Namespace) -> int:
    from data.upgrade import upgrade

    config = _quietly(arguments)
    with _naming(config):
        report = asyncio.run(upgrade(config.database.url, copy_first=True, keep=config.database.backups))
    print(*_told(report), sep="\n")
    if report.applied and report.before:
        print("a bot that runs on this database must be restarted")
    return 0


def _backup(arguments: argparse.Namespace) -> int:
    from bot.clock import SystemClock
    from data.backup import backup, backups_folder
    from data.locks import sqlite_file

    config = _quietly(arguments)
    url = config.database.url
    folder = backups_folder(sqlite_file(url) or Path())
    with _naming(config):
        print(asyncio.run(backup(url, folder, at=SystemClock().now(), keep=config.database.backups)))
    return 0


def _demo(arguments: argparse.Namespace) -> int:
    try:
        from bot.demo import tour
    except ModuleNotFoundError as error:
        if error.name != "simcord":
            raise
        problem = "is not installed; use `uv run --extra demo benkyokai demo --tour`"
        raise ConfigError("simcord", "demo", problem) from error
    return asyncio.run(tour.main(arguments.language))


def _file(arguments: argparse.Namespace) -> Path | None:
    """The settings' file: the one asked for, else ./config.toml if it is there."""
    usual = Path("config.toml")
    return arguments.config or (usual if usual.exists() else None)


def _quietly(arguments: argparse.Namespace) -> Config:
    """The settings of a command whose answer is on standard output."""
    config = configuration.load(_file(arguments), os.environ)
    logs.configure(LogSettings(level="WARNING"), sys.stderr, configuration.secrets_of(config))
    return config


def _told(report: UpgradeReport) -> list[str]:
    if not report.applied:
        return [f"the database has schema {report.after} already; nothing to do"]
    lines = [f"copied the database to {report.copy}"] if report.copy else []
    return [*lines, f"brought the database from {report.before or 'nothing'} to schema {report.after}"]


@contextmanager
def _naming(config: Config) -> Generator[None]:
    """Say which setting chose a database that can't be used."""
    from data.locks import StorageError

    try:
        yield
    except StorageError as error:
        raise config.database_error(str(error)) from error


if __name__ == "__main__":
    sys.exit(main())
