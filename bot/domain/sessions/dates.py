"""Sessions called by their date: "1/27", 「来週水曜」, "Visit Jan 27", 「1月27日の物流の話」, in either language."""

from __future__ import annotations

import re
import unicodedata
from datetime import datetime, time
from functools import lru_cache
from typing import TYPE_CHECKING

from msgspec import Struct
from msgspec.structs import replace

from bot.domain.calendar import day_bounds, local_day, to_local
from bot.domain.choices import has_part
from bot.domain.groups import folded, sounded
from bot.domain.phrases import days_meant

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

    from bot.domain.sessions.values import SessionName

_CUT = (
    # What stands between a date and a name, or nothing: 「1/27物流の話」, 「物流の話(1/27)」.
    r"[\s,、の]+"
    r"|(?<=[0-9日曜)])(?=[^\s0-9日曜/月年時:.()\-])"
    r"|(?<=[^\s0-9/\-.:(月年])(?=[0-9(])"
)
_HOUR = r"((?:[01]?[0-9]|2[0-3]):[0-5][0-9])"
_CLOCK = _HOUR + r"(?:\s+(.*))?"
_LONGEST_DATE = 40
"""Characters of what is tried as a date: "Wednesday, September 30th, 2026" has 31."""
_MOST_WORDS = 6
"""So many words it has at most: "Monday of the week after next". Each key that somebody presses tries them all."""


class Dated(Struct, frozen=True):
    """One way to take apart what somebody typed: the `days` that its date may mean, the time and the `name` beside it.

    Each day is told by its begin and its end (UTC). `name` is "" for a date alone, `at` None without a time of day, on
    the clock of `zone`. `sure`: the date has one reading.
    """

    days: tuple[tuple[datetime, datetime], ...]
    name: str
    at: time | None
    zone: ZoneInfo
    sure: bool

    def is_of(self, session: SessionName) -> bool:
        """Whether the session is of that day and time, and called exactly so if a name is given."""
        return self._on_day(session) and (not self.name or folded(self.name) in _names(session))

    def has_part(self, session: SessionName) -> bool:
        """Whether it is of that day and time, and what is given as its name stands in its own."""
        if not self._on_day(session):
            return False
        part = sounded(self.name)
        return any(has_part(sounded(name), part) for name in _names(session))

    def _on_day(self, session: SessionName) -> bool:
        # Compared with thousands of sessions for each key that is pressed, so no session's own day is worked out.
        at = session.starts_at
        if not [day for day in self.days if day[0] <= at < day[1]]:
            return False
        return self.at is None or to_local(at, self.zone).time() == self.at


def dated(text: str, now: datetime, zone: ZoneInfo) -> tuple[Dated, ...]:
    """All ways to find a date in what somebody typed for a session, with or without its name; none: it has no date."""
    plain = " ".join(unicodedata.normalize("NFKC", text).split())
    if (late := re.fullmatch(rf"(.+?) {_HOUR}", plain)) is not None:
        # Name, date and time, as somebody reads them from a list.
        at = time.fromisoformat(f"{late[2]:0>5}")
        return tuple(replace(way, at=at) for way in dated(late[1], now, zone) if way.at is None)
    today = local_day(now, zone)
    cuts = [(found.start(), found.end()) for found in re.finditer(_CUT, plain)]
    ways = [(plain, ""), *((plain[:end], plain[begin:]) for end, begin in cuts[:_MOST_WORDS])]
    ways += [(plain[begin:], plain[:end]) for end, begin in cuts[-_MOST_WORDS:]]
    if (article := re.match(r"(?i)the ", plain)) is not None:
        ways += [(plain[article.end() : end], plain[begin:]) for end, begin in cuts[1 : _MOST_WORDS + 1]]
    found: dict[tuple[str, str], Dated] = {}
    for said, rest in ways:
        said = re.sub(r"^\((.+)\)$", r"\1", said)
        if not 0 < len(said) <= _LONGEST_DATE:
            continue
        meant, passed = _days_meant(said, today)
        if days := meant | passed:
            at, name = _time_and_name(rest.strip())
            bounds = tuple(day_bounds(day, zone) for day in sorted(days))
            found[said, rest] = Dated(bounds, name, at, zone, len(meant or passed) == 1)
    return tuple(found.values())


def _time_and_name(rest: str) -> tuple[time | None, str]:
    found = re.fullmatch(_CLOCK, rest)
    return (time.fromisoformat(f"{found[1]:0>5}"), found[2] or "") if found else (None, rest)


def _names(session: SessionName) -> tuple[str, ...]:
    return tuple(folded(name) for name in (session.theme, session.series) if name)


_days_meant = lru_cache(maxsize=1024)(days_meant)
"""Of the words of one text, which are read anew with every key that is pressed."""
