"""TOML into frozen, validated settings.

A file may leave out any key; `config.example.toml` shows them all with these defaults. What is unknown,
misspelt or out of range is refused with one line that names the file and the key. Nothing here is read at
import, and no error repeats a value that may hold a secret.
"""

from __future__ import annotations

import base64
import binascii
import difflib
import json
import re
import tomllib
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Annotated, Any, Literal, get_args, get_type_hints
from urllib.parse import unquote, urlsplit
from zoneinfo import ZoneInfo

import msgspec
from msgspec import Meta, Struct

TOKEN_VARIABLE = "DISCORD_TOKEN"
URL_VARIABLE = "BENKYOKAI_DATABASE_URL"
_ENVIRONMENT = "environment"


class ConfigError(Exception):
    """A setting that can't be used; `str` is one line for the person who runs the bot.

    Attributes:
        key: what to change, such as "dispatch.rate".
        file: where it stands: a file's path, "environment" or "built-in defaults".
        problem: what is wrong and what would be right.
    """

    def __init__(self, key: str, file: str, problem: str) -> None:
        self.key, self.file, self.problem = key, file, " ".join(problem.split())
        super().__init__(f"{file}: {key}: {self.problem}")


class DiscordSettings(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`[discord]`: which API the bot talks to and what it may see."""

    api_url: str = "https://discord.com/api/v10"
    gateway_url: str = ""
    members_intent: bool = False
    message_content_intent: bool = False
    shards: Annotated[int, Meta(ge=0, le=4096)] = 0
    sync_commands: bool = True


class DatabaseSettings(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`[database]`: where everything is kept. After `load`, a SQLite `url` holds an absolute path."""

    url: str = "sqlite:///var/benkyokai.db"
    backups: Annotated[int, Meta(ge=1, le=1000)] = 7


class DispatchSettings(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`[dispatch]`: how fast and how carefully posts go out; seconds, and requests per second."""

    rate: Annotated[int, Meta(ge=1, le=490)] = 45
    nonce_seconds: Annotated[int, Meta(ge=1, le=120)] = 120
    lease_seconds: Annotated[int, Meta(ge=1, le=120)] = 120
    attempt_seconds: Annotated[int, Meta(ge=1, le=60)] = 60
    batch: Annotated[int, Meta(ge=1, le=1000)] = 100


class SchedulerSettings(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`[scheduler]`: the safety tick and how far ahead sessions are planned."""

    tick_seconds: Annotated[int, Meta(ge=1, le=600)] = 60
    horizon_weeks: Annotated[int, Meta(ge=1, le=26)] = 8


class DefaultSettings(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`[defaults]`: what `/setup` offers first; each community then has its own."""

    language: Literal["en", "ja"] = "en"
    time_zone: str = "UTC"


class LogSettings(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`[log]`: what is written to standard error."""

    level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = "INFO"
    format: Literal["text", "json"] = "text"


class Config(Struct, frozen=True, kw_only=True):
    """All settings, and where they came from."""

    discord: DiscordSettings = DiscordSettings()
    database: DatabaseSettings = DatabaseSettings()
    dispatch: DispatchSettings = DispatchSettings()
    scheduler: SchedulerSettings = SchedulerSettings()
    defaults: DefaultSettings = DefaultSettings()
    log: LogSettings = LogSettings()
    origin: str = "built-in defaults"
    url_from_environment: bool = False

    def database_error(self, problem: str) -> ConfigError:
        """The refusal for a `problem` with the database, naming the setting that chose it."""
        if self.url_from_environment:
            return ConfigError(URL_VARIABLE, _ENVIRONMENT, problem)
        return ConfigError("database.url", self.origin, problem)


SECTIONS: Mapping[str, type[Struct]] = {
    "discord": DiscordSettings,
    "database": DatabaseSettings,
    "dispatch": DispatchSettings,
    "scheduler": SchedulerSettings,
    "defaults": DefaultSettings,
    "log": LogSettings,
}
KEYS = tuple(f"{name}.{key}" for name, section in SECTIONS.items() for key in section.__struct_fields__)


def load(path: Path | None, environ: Mapping[str, str]) -> Config:
    """The settings of the file at `path`, or the built-in ones.

    `environ`'s `BENKYOKAI_DATABASE_URL` wins over `database.url`. A relative SQLite path starts at the file's
    folder, or at the current one without a file.

    Raises:
        ConfigError: for the first thing that is wrong.
    """
    config, errors = examine(path, environ)
    if errors:
        raise errors[0]
    return config


def examine(path: Path | None, environ: Mapping[str, str]) -> tuple[Config, list[ConfigError]]:
    """As `load`, but with every error; a setting in error has its default."""
    origin = str(path) if path else Config().origin
    if path is None:
        tables, errors = {}, []
    else:
        try:
            tables, errors = _parse(path), []
        except ConfigError as error:
            tables, errors = {}, [error]
    errors += _strangers(tables, origin)
    sections: dict[str, Any] = {name: _section(name, tables.get(name, {}), origin, errors) for name in SECTIONS}
    config = Config(origin=origin, **sections)

    if url := environ.get(URL_VARIABLE, "").strip():
        if problem := _database_url(url):
            errors.append(ConfigError(URL_VARIABLE, _ENVIRONMENT, problem))
        else:
            database = msgspec.structs.replace(config.database, url=url)
            config = msgspec.structs.replace(config, database=database, url_from_environment=True)
    folder = path.absolute().parent if path else Path.cwd()
    if file := sqlite_file(config.database.url):
        database = msgspec.structs.replace(config.database, url=f"sqlite:///{folder / file}")
        config = msgspec.structs.replace(config, database=database)
        if "?" in str(folder):
            errors.append(config.database_error("a folder on the way to the file has a question mark in its name"))
    return config, errors


def token(environ: Mapping[str, str]) -> str:
    """The bot's token from `DISCORD_TOKEN`, its shape checked.

    Raises:
        ConfigError: if it is missing or can't be a bot token; the message never contains it.
    """
    value = environ.get(TOKEN_VARIABLE, "").strip()
    hint = "copy it from the Bot page of your application in Discord's developer portal"
    if not value:
        raise ConfigError(TOKEN_VARIABLE, _ENVIRONMENT, f"is not set; {hint}")
    if not _is_token(value):
        problem = f"is not a bot token (three parts joined by dots, the first naming the bot); {hint}"
        raise ConfigError(TOKEN_VARIABLE, _ENVIRONMENT, problem)
    return value


def sqlite_file(url: str) -> Path | None:
    """The file a SQLite `url` names; None for any other database."""
    scheme, _, path = url.partition(":///")
    return Path(path) if scheme == "sqlite" else None


def secrets_of(config: Config, token: str = "") -> list[str]:
    """What must never be logged, word for word: the token and the database's password."""
    password = urlsplit(config.database.url).password or ""
    return [text for text in {token, password, unquote(password)} if text]


def _is_token(value: str) -> bool:
    parts = value.split(".")
    if len(parts) != 3 or not all(re.fullmatch(r"[A-Za-z0-9_-]+", part) for part in parts):
        return False
    try:
        bot_id = base64.urlsafe_b64decode(parts[0] + "=" * (-len(parts[0]) % 4))
    except (binascii.Error, ValueError):
        return False
    return bot_id.isdigit() and 0 < int(bot_id) < 2**63


def _parse(path: Path) -> dict[str, Any]:
    """The file's tables as they stand."""
    origin = str(path)
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except FileNotFoundError:
        raise ConfigError("--config", origin, "there is no such file; copy config.example.toml to it") from None
    except OSError as error:
        raise ConfigError("--config", origin, f"can't be read: {error.strerror}") from None
    except UnicodeDecodeError:
        raise ConfigError("--config", origin, "is not UTF-8 text; save it again as UTF-8") from None
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise ConfigError(_place(text, str(error)), origin, f"is not valid TOML: {error}") from None


def _place(text: str, message: str) -> str:
    """Where the parser stopped: the line and, if it is one of ours, the key on it."""
    found = re.search(r"at line (\d+)", message)
    number = int(found[1]) if found else max(1, len(text.splitlines()))
    line = text.splitlines()[number - 1] if text.strip() else ""
    key = line.split("=")[0].strip()
    # Anything else on the line might be a secret pasted into the wrong place.
    known = any(name.endswith(f".{key}") for name in KEYS)
    return f"line {number}, {key}" if known else f"line {number}"


def _strangers(tables: dict[str, Any], origin: str) -> Iterator[ConfigError]:
    """An error for each table and key that isn't ours."""
    for name, value in tables.items():
        section = SECTIONS.get(name)
        if section is None:
            yield ConfigError(name, origin, _unknown(name, isinstance(value, dict)))
        elif not isinstance(value, dict):
            yield ConfigError(name, origin, f"must be a table: put its keys below a line [{name}]")
        else:
            for key in value:
                if key not in section.__struct_fields__:
                    yield ConfigError(f"{name}.{key}", origin, _unknown(f"{name}.{key}", table=False))


def _unknown(name: str, table: bool) -> str:
    section, _, leaf = name.rpartition(".")
    if "token" in leaf.lower():
        return f"the token doesn't belong in a file; set {TOKEN_VARIABLE} in the environment"
    if table:
        candidates = {known: known for known in SECTIONS}
    else:
        # A key of the same table is likelier meant than one of the same name elsewhere.
        ours = sorted(KEYS, key=lambda key: key.startswith(f"{section}."))
        candidates = {key.rpartition(".")[2]: key for key in ours}
    kind = "table" if table else "key"
    for match in difflib.get_close_matches(leaf, candidates, n=1, cutoff=0.6):
        return f"unknown {kind}; did you mean {candidates[match]}?"
    return f"unknown {kind}; config.example.toml lists them all"


def _section(name: str, table: Any, origin: str, errors: list[ConfigError]) -> Struct:
    """One table's settings; what is wrong is added to `errors` and left at its default."""
    section = SECTIONS[name]
    if not isinstance(table, dict):
        return section()
    values: dict[str, Any] = {}
    for key, hint in get_type_hints(section, include_extras=True).items():
        if key not in table:
            continue
        full = f"{name}.{key}"
        try:
            value = msgspec.convert(table[key], hint)
        except msgspec.ValidationError:
            errors.append(ConfigError(full, origin, _expected(hint, table[key])))
            continue
        rule = _RULES.get(full)
        if rule and (problem := rule(value)):
            errors.append(ConfigError(full, origin, problem))
        else:
            values[key] = value
    return section(**values)


def _expected(hint: Any, value: Any) -> str:
    """What a key takes, in words."""
    # Only short plain values are repeated: a pasted secret is neither.
    said = f", not {json.dumps(value)}" if isinstance(value, (bool, int, float)) else ""
    match msgspec.inspect.type_info(hint):
        case msgspec.inspect.IntType(ge=int(low), le=int(high)):
            return f"must be a whole number from {low} to {high}{said}"
        case msgspec.inspect.BoolType():
            return f"must be true or false{said}"
        case msgspec.inspect.LiteralType():
            return f"must be {' or '.join(json.dumps(choice) for choice in get_args(hint))}"
        case _:
            return f"must be text in quotes{said}"


def _api_url(value: str) -> str | None:
    return _address(value, ("https", "http"), "https://discord.com/api/v10")


def _gateway_url(value: str) -> str | None:
    return _address(value, ("wss", "ws"), "wss://gateway.discord.gg") if value else None


def _address(value: str, schemes: tuple[str, ...], example: str) -> str | None:
    try:
        parts = urlsplit(value)
        sound = parts.scheme in schemes and parts.hostname and parts.port != 0
    except ValueError:
        sound = False
    if not sound or value.endswith("/") or re.search(r"\s", value):
        return f"must be an address such as {example}, without a slash at the end"
    return None


def _database_url(value: str) -> str | None:
    example = "sqlite:///var/benkyokai.db or postgresql://user:password@host/name"
    try:
        parts = urlsplit(value)
        _ = parts.port
    except ValueError:
        return f"is not a database's address; write it as {example}"
    if parts.scheme == "postgresql" and parts.path.strip("/") and (parts.hostname or "host=" in parts.query):
        # The word of another driver, which hosters print; ours would fail at it.
        return "takes ssl=require instead of sslmode=require" if "sslmode=" in parts.query else None
    if parts.scheme == "sqlite" and value.startswith("sqlite:///"):
        path = value.removeprefix("sqlite:///")
        if not path or path == ":memory:" or path.endswith("/"):
            return "must name a file: what is kept in memory is gone at the next start"
        if "?" in path:
            return "takes no options after a question mark"
        return None
    if parts.scheme == "postgres":
        return "begins with postgres://; write postgresql://"
    return f"must be an address such as {example}"


_NO_PLACES = ("EST", "MST", "HST", "Etc/GMT+", "Etc/GMT-")
"""Ids of a fixed distance from UTC, which has no summer time."""


def _time_zone(value: str) -> str | None:
    try:
        ZoneInfo(value)
        is_place = not value.startswith(_NO_PLACES)
    except (KeyError, ValueError, OSError):
        is_place = False
    if not is_place:
        meant = _zone_meant(value)
        return f"is not an IANA time zone of a place{f'; did you mean {meant}?' if meant else ', such as Asia/Tokyo'}"
    return None


def _zone_meant(value: str) -> str | None:
    """The id of the zone that somebody means who writes "JST", 「東京」 or "Asia/Tokio"."""
    from bot.domain import zones  # only for a mistake: its names take a moment to read

    try:
        return zones.parse_zone(value).key
    except zones.ZoneUnknown:
        close = zones.close_zones(value, locale="en")
        return close[0].id if close else None


_RULES: Mapping[str, Callable[[Any], str | None]] = {
    "discord.api_url": _api_url,
    "discord.gateway_url": _gateway_url,
    "database.url": _database_url,
    "defaults.time_zone": _time_zone,
}
