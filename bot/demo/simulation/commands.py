"""Discord's limits for application commands, checked when they are synced; simcord accepts anything.

The limits are those of Discord's "Application Commands" documentation: names, descriptions, options and choices,
100 slash commands, 15 user and 15 message commands, 8,000 characters a command.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import discord
from simcord.backend.errors import BackendError

MAX_COMMANDS = {1: 100, 2: 15, 3: 15}
MAX_CHARACTERS = 8000
MAX_OPTIONS = 25
MAX_CHOICES = 25

_SLASH = 1
_SUBCOMMAND, _GROUP = 1, 2
_STRING = 3
_WITH_CHOICES = (3, 4, 10)

# Combining marks of Thai and Devanagari are letters of a name, though not of `\w`.
_NAME = re.compile(r"[-'\w\u0900-\u097F\u0E00-\u0E7F]{1,32}")
_LOCALES = frozenset(str(locale) for locale in discord.Locale)

Command = Mapping[str, Any]
Path = tuple[str, ...]
Problem = tuple[Path, str]


def command_problems(commands: Sequence[Command]) -> list[Problem]:
    """What Discord would refuse: where (a path into the payload, such as "0", "options", "1", "name") and why."""
    problems: list[Problem] = []
    for kind, most in MAX_COMMANDS.items():
        if sum(_kind(command) == kind for command in commands) > most:
            problems.append(((), f"Maximum number of application commands reached ({most})."))
    if problems:
        return problems  # what is wrong with the whole is told alone
    seen: set[tuple[int, str]] = set()
    for index, command in enumerate(commands):
        path = (str(index),)
        identity = (_kind(command), command["name"])
        if identity in seen:
            problems.append(((*path, "name"), "Application command names must be unique."))
        seen.add(identity)
        if _kind(command) == _SLASH:
            problems += _named(command, path, slash=True)
            problems += _options(command, path, depth=0)
        else:
            problems += _named(command, path, slash=False)
            if command.get("description"):
                problems.append(((*path, "description"), "Context menu commands cannot have descriptions."))
        if _size(command) > MAX_CHARACTERS:
            problems.append((path, f"Command exceeds maximum size ({MAX_CHARACTERS})."))
    return problems


def refuse(problems: Sequence[Problem]) -> None:
    """Raise what Discord answers to these problems, if any: 400, code 50035, with each under its place."""
    if not problems:
        return
    tree: dict[str, Any] = {}
    for path, why in problems:
        node = tree
        for step in path:
            node = node.setdefault(step, {})
        node.setdefault("_errors", []).append({"code": "INVALID", "message": why})
    raise BackendError(400, 50035, "Invalid Form Body", errors=tree)


def _kind(command: Command) -> int:
    return int(command.get("type", _SLASH))


def _named(item: Command, path: Path, *, slash: bool) -> Iterator[Problem]:
    """Problems of the name and description of a command or an option, and of their translations."""
    for field in ("name", "description"):
        given = [((*path, field), item.get(field, ""))]
        for locale, text in (item.get(f"{field}_localizations") or {}).items():
            where = (*path, f"{field}_localizations", locale)
            if locale not in _LOCALES:
                yield where, f"{locale!r} is not a locale of Discord."
            given.append((where, text))
        for where, text in given:
            if field == "description":
                if slash and not 1 <= len(text) <= 100:
                    yield where, "Must be between 1 and 100 in length."
            elif slash and (_NAME.fullmatch(text) is None or text != text.lower()):
                yield where, "Command name is invalid."
            elif not 1 <= len(text) <= 32:
                yield where, "Must be between 1 and 32 in length."


def _options(parent: Command, path: Path, *, depth: int) -> Iterator[Problem]:
    options = parent.get("options") or []
    here = (*path, "options")
    if len(options) > MAX_OPTIONS:
        yield path, f"Must have {MAX_OPTIONS} or fewer options."
    nested = [option["type"] in (_SUBCOMMAND, _GROUP) for option in options]
    if any(nested) and not all(nested):
        yield path, "Sub-command and sub-command group option types are mutually exclusive to all other types."
    names: set[str] = set()
    optional_before = False
    for index, option in enumerate(options):
        where = (*here, str(index))
        yield from _named(option, where, slash=True)
        if option["name"] in names:
            yield (*where, "name"), "Option names must be unique."
        names.add(option["name"])
        if nested[index]:
            if depth == 2 or (depth == 1 and option["type"] == _GROUP):
                yield where, "Sub-commands and groups cannot be nested any deeper."
            yield from _options(option, where, depth=depth + 1)
        else:
            if option.get("required") and optional_before:
                yield (*where, "required"), "Required options must be placed before non-required options."
            optional_before = optional_before or not option.get("required")
            yield from _choices(option, where)


def _choices(option: Command, path: Path) -> Iterator[Problem]:
    choices = option.get("choices") or []
    here = (*path, "choices")
    if not choices:
        return
    if option["type"] not in _WITH_CHOICES:
        yield here, "This type of option cannot have choices."
    if option.get("autocomplete"):
        yield here, "An option with autocomplete cannot have choices."
    names = [choice["name"] for choice in choices]
    if len(set(names)) < len(names):
        yield here, "Choice names must be unique."
    yield from choice_problems(choices, here)


def choice_problems(choices: Sequence[Command], path: Path = ("data", "choices")) -> Iterator[Problem]:
    """Problems of the choices of an option, or of those offered by an autocomplete."""
    if len(choices) > MAX_CHOICES:
        yield path, f"Must be {MAX_CHOICES} or fewer in length."
    for index, choice in enumerate(choices):
        where = (*path, str(index))
        translated = (choice.get("name_localizations") or {}).items()
        for locale, _ in translated:
            if locale not in _LOCALES:
                yield (*where, "name_localizations", locale), f"{locale!r} is not a locale of Discord."
        if not all(1 <= len(name) <= 100 for name in (choice["name"], *(name for _, name in translated))):
            yield (*where, "name"), "Must be between 1 and 100 in length."
        if isinstance(choice["value"], str) and len(choice["value"]) > 100:
            yield (*where, "value"), "Must be 100 or fewer in length."


def _size(item: Command) -> int:
    """The characters that count: of every text its longest translation, and the values of choices."""
    size = 0
    for field in ("name", "description"):
        texts = [item.get(field) or "", *(item.get(f"{field}_localizations") or {}).values()]
        size += max(len(text) for text in texts)
    if isinstance(item.get("value"), str):
        size += len(item["value"])
    return size + sum(_size(inner) for key in ("options", "choices") for inner in item.get(key) or [])
