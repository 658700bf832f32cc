"""The hours in which a person may be asked: "weekdays 9:00-21:00", 「平日 9:00〜21:00」, 「土日の9時から正午」."""

from __future__ import annotations

import re
from datetime import time

from msgspec import Struct

from bot.domain.errors import StudyError
from bot.domain.phrases.clock import CLOCK, clock_minutes
from bot.domain.phrases.text import normalise, weekday_set

_DAY = 24 * 60
# Patterns are texts here, as in `bot.domain.phrases`: `re` compiles each when it is first used.
_TO = r" ?(?:-|~|から| to | until | till ) ?"
# The days are as short as can be, so that the "1" of "19:00" is none of them.
_BEGIN = rf"(?:(?P<days>.+?)(?: ?の ?| ?, ?| )?)??(?<![a-z])(?:from )?(?P<clock>{CLOCK})"
# "9-21" can only be meant in one way; "9-5" in two.
_BARE = r"(?<![0-9:])([0-9]{1,2}) ?[-~] ?(1[3-9]|2[0-4])(?![0-9:時])"
_END = rf"{CLOCK}(?: ?まで)?"


class AskHours(Struct, frozen=True):
    """On these weekdays (0 = Monday) from `begin` to `end`, wall clock in the person's zone.

    `end` is later than `begin`; 00:00 as an end is the midnight that ends the day.
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
    plain = re.sub(_BARE, r"\1:00-\2:00", normalise(text) or "")
    for dash in re.finditer(_TO, plain):
        begin, end = re.fullmatch(_BEGIN, plain[: dash.start()]), re.fullmatch(_END, plain[dash.end() :])
        if begin is None or end is None:
            continue
        days = weekday_set(begin["days"]) if begin["days"] else frozenset(range(7))
        begins = min(clock_minutes(begin), default=_DAY)
        ends = min((minute for minute in clock_minutes(end) if begins < minute <= _DAY), default=0)
        if days and ends:
            return AskHours(days, time(*divmod(begins, 60)), time(*divmod(ends % _DAY, 60)))
    raise AskHoursNotUnderstood(text[:100])
