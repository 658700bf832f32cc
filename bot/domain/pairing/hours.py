"""When people are free in the week after a round: half hours as the bits of a number, which are soon compared."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime, time, timedelta
from functools import reduce
from zoneinfo import ZoneInfo

from bot.domain.calendar import local_day, to_instant
from bot.domain.pairing.matching import SLOTS
from bot.domain.profiles import AskHours

SLOT = timedelta(minutes=30)
USUAL = AskHours(frozenset(range(7)), time(8), time(22))
"""The hours of who has said none."""
_DAY = timedelta(days=1)
_LEAST = 2
"""Half hours in a row that are worth being proposed."""
_NOTICE = 48
"""Half hours of a day."""


def week_from(instant: datetime) -> datetime:
    """Where the week begins whose half hours are counted: at the next full half hour."""
    late = timedelta(minutes=instant.minute % 30, seconds=instant.second, microseconds=instant.microsecond)
    return instant + (SLOT - late if late else timedelta())


def free(hours: AskHours | None, zone: ZoneInfo, week: datetime) -> int:
    """The half hours, from `week` on, that lie wholly in somebody's hours on their own clock; bit 0 is the first."""
    found, said = 0, hours or USUAL
    day = local_day(week, zone) - _DAY
    for _ in range(9):
        if day.weekday() in said.days:
            begin = to_instant(datetime.combine(day, said.begin), zone)
            last = day if said.end > said.begin else day + _DAY
            end = to_instant(datetime.combine(last, said.end), zone)
            first = max(-((week - begin) // SLOT), 0)
            after = min((end - week) // SLOT, SLOTS)
            if first < after:
                found |= (1 << after) - (1 << first)
        day += _DAY
    return found


def common(hours: Iterable[int], week: datetime, zone: ZoneInfo, most: int) -> tuple[datetime, ...]:
    """Begins of at least an hour in which all are free: at most one on a day of this zone, the first ones.

    A day ahead and while people are awake, if there are such hours.
    """
    shared = reduce(int.__and__, hours)
    shared = shared >> _NOTICE << _NOTICE or shared
    shared = shared & free(None, zone, week) or shared
    found: dict[object, datetime] = {}
    for slot in _begins(shared):
        at = week + slot * SLOT
        found.setdefault(local_day(at, zone), at)
    return tuple(found.values())[:most]


def _begins(hours: int) -> Iterator[int]:
    """The half hours that begin a span which is long enough."""
    slot = 0
    while hours >> slot:
        length = 0
        while hours >> slot + length & 1:
            length += 1
        if length >= _LEAST:
            yield slot
        slot += length + 1
