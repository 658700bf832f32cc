"""What reading a time phrase costs: every phrase and rule of the tests' tables, understood or refused.

    python -m tests.bench.phrases              200 rounds over about 900 texts
    python -m tests.bench.phrases --rounds 20  smaller

What a command reads, with a `PhraseReader`, is timed as well: ends, moves, deadlines and days with a time or without.

Compared with a floor that understands one form only: `datetime.strptime`, and one pass of a compiled pattern. Before
the rounds each text is read once, in which `re` compiles the patterns; the slowest of these is told apart.
"""

from __future__ import annotations

import argparse
import re
import statistics
from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import UTC, datetime, time
from time import perf_counter
from zoneinfo import ZoneInfo

from bot.domain.errors import StudyError
from bot.domain.phrases import PhraseReader, parse_rule, parse_when
from tests.bench.tables import percentile, table, verdict
from tests.domain import (
    test_phrase_rules,
    test_phrases,
    test_phrases_before,
    test_phrases_in_places,
    test_phrases_moved,
)

MOST = 0.002
"""Seconds that reading a phrase may take at the 99th percentile."""
NOW = datetime(2026, 11, 18, 1, tzinfo=UTC)
TOKYO = ZoneInfo("Asia/Tokyo")
PHRASES = tuple(text for module in (test_phrases, test_phrases_in_places) for text, *_ in module.UNDERSTOOD)
NO_PHRASES = (*test_phrases.NOT_UNDERSTOOD, *test_phrases_in_places.NOT_UNDERSTOOD)
RULES = tuple(text for text, *_ in test_phrase_rules.UNDERSTOOD)
RANGES = tuple(text for text, *_ in test_phrases_before.WITH_END)
RULES_WITH_END = tuple(text for text, *_ in test_phrase_rules.WITH_END)
DEADLINES = tuple(text for text, *_ in test_phrases_before.BEFORE)
MOVES = tuple(text for text, *_ in test_phrases_moved.MOVED)
START = datetime(2026, 12, 2, 22, tzinfo=UTC)
USUAL = (time(7), time(19))
NO_RULES = tuple(text for text, *_ in test_phrase_rules.REFUSED)
_FLOOR = re.compile(r"(\d{4})-(\d{2})-(\d{2}) (\d{2}):(\d{2})")

Read = Callable[[str], object]


def when(text: str) -> object:
    """As `/session schedule` reads it; that it is refused is a result, too."""
    with suppress(StudyError):
        return parse_when(text, now=NOW, zone=TOKYO)
    return None


def rule(text: str) -> object:
    """As `/series create` reads it."""
    with suppress(StudyError):
        return parse_rule(text, now=NOW, zone=TOKYO)
    return None


def reading(read: Callable[[PhraseReader, str], object]) -> Read:
    """As a command reads it, which asks for what has several readings."""

    def read_it(text: str) -> object:
        with suppress(StudyError):
            return read(PhraseReader(NOW, TOKYO, USUAL[0]), text)
        return None

    return read_it


def by_strptime(text: str) -> object:
    """The library's own parser, given its one form."""
    return datetime.strptime("2026-12-03 07:00", "%Y-%m-%d %H:%M").replace(tzinfo=UTC)


def by_pattern(text: str) -> object:
    """One pass of one pattern."""
    return _FLOOR.fullmatch("2026-12-03 07:00")


def first(read: Read, texts: Sequence[str]) -> float:
    """Seconds of the slowest text at its first reading, for which patterns are compiled."""
    return max(seconds(read, texts, 1))


def seconds(read: Read, texts: Sequence[str], rounds: int) -> list[float]:
    """How long each reading took."""
    taken: list[float] = []
    for _ in range(rounds):
        for text in texts:
            began = perf_counter()
            read(text)
            taken.append(perf_counter() - began)
    return taken


def main(arguments: Sequence[str] | None = None) -> None:
    """The command line."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.phrases", description=__doc__)
    parser.add_argument("--rounds", type=int, default=200, help="how often each text is read")
    rounds = parser.parse_args(arguments).rounds
    start = reading(lambda reader, text: reader.when("starts_at", text, USUAL))
    move = reading(lambda reader, text: reader.moved("starts_at", text, START))
    deadline = reading(lambda reader, text: reader.until("deadline", text, START))
    standing = reading(lambda reader, text: reader.rule(text))
    kinds: list[tuple[str, Read, Sequence[str]]] = [
        ("floor: strptime", by_strptime, PHRASES),
        ("floor: one pattern", by_pattern, PHRASES),
        ("times, understood", when, PHRASES),
        ("times, refused", when, NO_PHRASES),
        ("rules, understood", rule, RULES),
        ("rules, refused", rule, NO_RULES),
        ("a reader: times", start, PHRASES),
        ("a reader: times, refused", start, NO_PHRASES),
        ("a reader: times with an end", start, RANGES),
        ("a reader: moves", move, MOVES),
        ("a reader: moves, refused", move, NO_PHRASES),
        ("a reader: deadlines", deadline, DEADLINES),
        ("a reader: deadlines, refused", deadline, NO_PHRASES),
        ("a reader: rules with an end", standing, RULES_WITH_END),
        ("a reader: rules, refused", standing, NO_RULES),
    ]
    lines: list[list[str]] = []
    checks: list[list[str]] = []
    for name, read, texts in kinds:
        cold = first(read, texts)
        taken = seconds(read, texts, rounds)
        slow = percentile(taken, 0.99)
        numbers = (statistics.median(taken), slow, max(taken), cold)
        lines.append([name, str(len(texts)), *(f"{each * 1e6:,.1f} µs" for each in numbers)])
        if not name.startswith("floor"):
            checks.append(
                [f"{name}: at most {MOST * 1e3:.0f} ms at p99", f"{slow * 1e3:.3f} ms", verdict(slow <= MOST)]
            )
    columns = ("", "texts", "median", "p99", "slowest", "slowest first time")
    print(table(f"Reading a text, {rounds} rounds", columns, lines))
    print()
    print(table("Targets", ("", "measured", "holds"), checks))


if __name__ == "__main__":
    main()
