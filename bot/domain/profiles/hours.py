"""The hours in which a person may be asked: "weekdays 9:00-21:00", 「土日の9時から正午」, "any time", 「いつでも」."""

from __future__ import annotations

import re
from datetime import time

from msgspec import Struct

from bot.domain.errors import StudyError
from bot.domain.phrases import hours_said
from bot.domain.phrases.text import normalise, weekday_set

_DAY = 24 * 60
_ANY_TIME = r" ?(?:any ?time|at any time|all day(?: long)?|always|24 hours|いつでも(?:可|ok)?|常時|終日|1日中|24時間)$"


class AskHours(Struct, frozen=True):
    """On these weekdays (0 = Monday) from `begin` to `end`, wall clock in the person's zone.

    `end` is later than `begin`; 00:00 as an end is the midnight that ends the day, so both at 00:00 are all of it.
    """

    days: frozenset[int]
    begin: time
    end: time


class AskHoursNotUnderstood(StudyError):
    """Not days and two times within one of them."""

    text: str


def parse_ask_hours(text: str) -> AskHours:
    """Read days and hours; without days they are every day.

    An hour without 朝 or "pm" is on the 24-hour clock, unless only the evening comes after the begin: 「夜7時から9時」.

    Raises:
        AskHoursNotUnderstood: it is something else, or does not lie within one day.
    """
    plain = normalise(text) or ""
    if found := re.search(_ANY_TIME, plain):
        days = _days(plain[: found.start()].rstrip(" ,のは"))
        if days:
            return AskHours(days, time(), time())
    for said in hours_said(text):
        days, begin = _days(said.rest), min(said.begin)
        # Two numbers alone are on the 24-hour clock: "9-21" can be meant in one way only, and "9-5" in two.
        ends = said.end[:1] if said.numbers else said.end
        end = min((minute for minute in ends if begin < minute <= _DAY), default=0)
        if days and end and not said.next_day:
            return AskHours(days, time(*divmod(begin, 60)), time(*divmod(end % _DAY, 60)))
    raise AskHoursNotUnderstood(text[:100])


def _days(text: str) -> frozenset[int] | None:
    """The weekdays that are said before the hours: none said are all."""
    return weekday_set(text) if text else frozenset(range(7))
