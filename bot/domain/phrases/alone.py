"""A time of day alone: "18:00", "7pm", 「夜7時」. Which day it belongs to depends on what it is said of.

Said of something new it is the next such time; of something that has its day, that day's; of what has to be done before
something begins, the last one before it. None of the functions here finds anything in a text that says more.
"""

import re
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from bot.domain.calendar.instants import local_day, to_instant
from bot.domain.phrases.clock import CLOCK, clock_minutes
from bot.domain.phrases.text import normalise, spoken


def next_such_time(text: str, now: datetime, zone: ZoneInfo) -> set[datetime]:
    """For each reading the instant (UTC) today if that is still ahead, else tomorrow's."""
    today = local_day(now, zone)
    found: set[datetime] = set()
    for minutes in _minutes(text):
        both = (to_instant(moment_of(today + timedelta(step), minutes), zone) for step in (0, 1))
        found.update([each for each in both if each > now][:1])
    return found


def such_time_on(text: str, day: date, zone: ZoneInfo) -> set[datetime]:
    """For each reading the instant (UTC) on that day."""
    return {to_instant(moment_of(day, minutes), zone) for minutes in _minutes(text)}


def last_such_time(text: str, before: datetime, zone: ZoneInfo) -> set[datetime]:
    """For each reading the last instant (UTC) that is not after `before`."""
    day = local_day(before, zone)
    found: set[datetime] = set()
    for minutes in _minutes(text):
        # "25:00" of the day before yesterday may be it.
        back = (to_instant(moment_of(day - timedelta(step), minutes), zone) for step in range(3))
        found.update([each for each in back if each <= before][:1])
    return found


def moment_of(day: date, minutes: int) -> datetime:
    """So many minutes after a day's midnight, on the wall clock (naive)."""
    return datetime.combine(day, time()) + timedelta(minutes=minutes)


def _minutes(text: str) -> tuple[int, ...]:
    found = re.fullmatch(CLOCK, spoken(normalise(text) or ""))
    return clock_minutes(found) if found else ()
