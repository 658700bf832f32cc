"""Log lines: text for people, JSON for collectors, and never a secret in either.

Secrets are removed from the finished message and traceback, since a library's own words or an exception may
carry one.
"""

from __future__ import annotations

import json
import logging
import re
import secrets
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, TextIO

if TYPE_CHECKING:
    from bot.config import LogSettings

# Crockford's base32: I, L, O and U are missing, so that a code read aloud or copied by hand stays itself.
_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_HIDDEN = "***"

_TOKEN = re.compile(r"[\w-]{17,}\.[\w-]{5,}\.[\w-]{25,}")
_URL_PASSWORD = re.compile(r"(\w://[^\s/:@]*:)[^\s@]+(?=@)")
# An interaction's or webhook's address is enough to write in its name.
_CALLBACK = re.compile(r"(/(?:webhooks|interactions)/\d+/)[\w-]+")

# A literal secret shorter than this would blot out ordinary words.
_SHORTEST_LITERAL = 8

_STANDARD = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime", "taskName"}


def reference() -> str:
    """A short code such as "K7M2QX" that ties a reply "something went wrong" to its traceback in the log."""
    return "".join(secrets.choice(_ALPHABET) for _ in range(6))


def redact(text: str, literals: Iterable[str] = ()) -> str:
    """`text` without bot tokens, passwords in URLs, interaction tokens and the given `literals`."""
    for literal in literals:
        if len(literal) >= _SHORTEST_LITERAL:
            text = text.replace(literal, _HIDDEN)
    text = _TOKEN.sub(_HIDDEN, text)
    text = _URL_PASSWORD.sub(rf"\g<1>{_HIDDEN}", text)
    return _CALLBACK.sub(rf"\g<1>{_HIDDEN}", text)


def configure(settings: LogSettings, stream: TextIO, literals: Iterable[str] = ()) -> None:
    """Send all log records to `stream` as `settings` say; a second call replaces the first.

    Args:
        settings: the `[log]` table.
        stream: where the lines go; standard error in `run`.
        literals: secrets to remove word for word, such as the token and the database's password.
    """
    formatter = (_JsonLines if settings.format == "json" else _TextLines)(tuple(literals))
    handler = logging.StreamHandler(stream)
    handler.setFormatter(formatter)
    logging.basicConfig(level=settings.level, handlers=[handler], force=True)
    # At DEBUG these write every statement with its parameters, which are members' words.
    for name in ("aiosqlite", "sqlalchemy"):
        logging.getLogger(name).setLevel(logging.WARNING)
    # At DEBUG these write whole events and requests: members' words, and the tokens of their presses.
    for name in ("discord.gateway", "discord.http", "discord.webhook"):
        logging.getLogger(name).setLevel(max(logging.INFO, logging.getLevelName(settings.level)))
    # A line for each wake-up or each step of a migration is no news.
    for name in ("apscheduler", "alembic"):
        logging.getLogger(name).setLevel(logging.DEBUG if settings.level == "DEBUG" else logging.WARNING)


class _Lines(logging.Formatter):
    def __init__(self, literals: tuple[str, ...]) -> None:
        super().__init__()
        self._literals = literals

    def clean(self, text: str) -> str:
        return redact(text, self._literals)

    def traceback(self, record: logging.LogRecord) -> str:
        parts = [self.formatException(record.exc_info)] if record.exc_info and record.exc_info[0] else []
        if record.stack_info:
            parts.append(self.formatStack(record.stack_info))
        return self.clean("\n".join(parts))


class _TextLines(_Lines):
    def format(self, record: logging.LogRecord) -> str:
        # A name with a line break in it must not be able to forge a line.
        message = self.clean(record.getMessage()).replace("\r", "\\r").replace("\n", "\\n")
        extras = "".join(f" {key}={self.clean(str(value))!r}" for key, value in _extras(record))
        line = f"{_instant(record)} {record.levelname} {record.name}: {message}{extras}"
        traceback = self.traceback(record)
        return f"{line}\n{traceback}" if traceback else line


class _JsonLines(_Lines):
    def format(self, record: logging.LogRecord) -> str:
        fields: dict[str, Any] = {
            "at": _instant(record),
            "level": record.levelname,
            "logger": record.name,
            "message": self.clean(record.getMessage()),
        }
        for key, value in _extras(record):
            fields.setdefault(key, value if isinstance(value, (int, float, bool)) else self.clean(str(value)))
        if traceback := self.traceback(record):
            fields["traceback"] = traceback
        return json.dumps(fields, ensure_ascii=False)


def _extras(record: logging.LogRecord) -> list[tuple[str, Any]]:
    """What the caller passed as `extra=`."""
    return [(key, value) for key, value in vars(record).items() if key not in _STANDARD]


def _instant(record: logging.LogRecord) -> str:
    return datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
