"""Lengths of time, sets of weekdays and dates of every year."""

import re
from datetime import date, timedelta
from typing import NamedTuple

from bot.domain.phrases.errors import PhraseNotUnderstood
from bot.domain.phrases.text import normalise, weekday_set

LONGEST_DURATION = timedelta(days=366)
MOST_DURATIONS = 10

_AND = r"(?: ?,? ?(?:and|と) ?| ?, ?| )?"
_DURATION = (
    rf"(?:(?P<weeks>[0-9]{{1,3}}) ?(?:weeks?|w|週間?))?{_AND}"
    rf"(?:(?P<days>[0-9]{{1,3}}) ?(?:days?|d|日間?))?{_AND}"
    rf"(?:(?P<hours>[0-9]{{1,3}}(?:\.[0-9]{{1,2}})?) ?(?:hours?|hrs?|h|時間)(?P<half>半)?)?{_AND}"
    r"(?:(?P<minutes>[0-9]{1,5}) ?(?P<unit>minutes?|mins?|m|分間?)?)?"
)
_COLON = r"(?P<hours>[0-9]{1,2}):(?P<minutes>[0-5][0-9])"
_IN_WORDS = {"an hour": 60, "half an hour": 30, "an hour and a half": 90, "半時間": 30, "半日": 12 * 60}


class MonthDay(NamedTuple):
    """A day of every year; 29 February is one of them."""

    month: int
    day: int


class YearlyDates(NamedTuple):
    """A stretch of days of every year, both ends included; it runs over new year if `last` is before `first`."""

    first: MonthDay
    last: MonthDay

    def covers(self, day: date) -> bool:
        """Say whether the day lies in the stretch."""
        given = MonthDay(day.month, day.day)
        if self.first <= self.last:
            return self.first <= given <= self.last
        return given >= self.first or given <= self.last


def parse_duration(text: str) -> timedelta:
    """Read "90" (minutes), "90 min", "1h30", "1:30", "1.5h", 「1時間半」, "2 days".

    Raises:
        PhraseNotUnderstood: it is no length of time, not in whole minutes, nothing, or longer than 366 days.
    """
    plain = normalise(text)
    duration = _duration(plain) if plain else None
    if duration is None or not timedelta(0) < duration <= LONGEST_DURATION:
        raise PhraseNotUnderstood(text[:100], "duration")
    return duration


def parse_durations(text: str) -> tuple[timedelta, ...]:
    """Read several lengths of time, "1 day, 30 min" or 「1日前、30分前」, longest first, without repetition.

    Raises:
        PhraseNotUnderstood: one of them is none, or they are more than 10.
    """
    items = re.split(r"[,、，]", text)
    if len(items) > MOST_DURATIONS:
        raise PhraseNotUnderstood(text[:100], "duration")
    lengths = {parse_duration(re.sub(r"\s*(?:before|前|まえ)\s*$", "", item)) for item in items}
    return tuple(sorted(lengths, reverse=True))


def clock_span(plain: str) -> timedelta | None:
    """Read hours and minutes that say their unit ("90 min", 「1時間半」) from a normalised text, else None."""
    if re.search(r"h|m|時間|分", plain) and not re.search(r"w|d|週|日", plain):
        return _duration(plain)
    return None


def _duration(plain: str) -> timedelta | None:
    if plain in _IN_WORDS:
        return timedelta(minutes=_IN_WORDS[plain])
    if found := re.fullmatch(_COLON, plain):
        return timedelta(hours=int(found["hours"]), minutes=int(found["minutes"]))
    found = re.fullmatch(_DURATION, plain)
    if found is None:
        return None
    if found["minutes"] and not found["unit"] and (found["weeks"] or found["days"]) and not found["hours"]:
        return None  # "1 day 30": of what?
    minutes = float(found["hours"] or 0) * 60 + (30 if found["half"] else 0) + int(found["minutes"] or 0)
    if minutes != int(minutes) or (found["half"] and found["minutes"]):
        return None
    return timedelta(weeks=int(found["weeks"] or 0), days=int(found["days"] or 0), minutes=minutes)


def parse_days(text: str) -> frozenset[int]:
    """Read a set of weekdays, 0 is Monday: "mon,wed", "Mon-Fri", 「月・水」, "weekdays", 「土日」.

    Raises:
        PhraseNotUnderstood: it is none.
    """
    plain = normalise(text)
    days = weekday_set(plain) if plain else None
    if days is None:
        raise PhraseNotUnderstood(text[:100], "days")
    return days


_MONTH_DAY = r"([0-9]{1,2})(?:/|-|月 ?)([0-9]{1,2})日?"
_DATES = rf"{_MONTH_DAY}(?: ?(?:~|-| to |から) ?(?:{_MONTH_DAY}|([0-9]{{1,2}})日?)(?: ?まで)?)?"


def parse_dates(text: str) -> tuple[YearlyDates, ...]:
    """Read dates of every year: "8/13-8/16, 12/29-1/3", 「8月13日〜16日、12月31日」; month before day, as written.

    Raises:
        PhraseNotUnderstood: one of them is no date.
    """
    plain = normalise(text)
    stretches = [_yearly(item.strip()) for item in plain.split(",")] if plain else [None]
    known = tuple(stretch for stretch in stretches if stretch is not None)
    if len(known) < len(stretches):
        raise PhraseNotUnderstood(text[:100], "dates")
    return known


def _yearly(item: str) -> YearlyDates | None:
    found = re.fullmatch(_DATES, item)
    if found is None:
        return None
    first = _month_day(found[1], found[2])
    last = first
    if found[3] or found[5]:
        last = _month_day(found[3] or found[1], found[4] or found[5])
    if first is None or last is None or (found[5] and last < first):
        return None
    return YearlyDates(first, last)


def _month_day(month: str, day: str) -> MonthDay | None:
    try:
        leap_day = date(2000, int(month), int(day))
    except ValueError:
        return None
    return MonthDay(leap_day.month, leap_day.day)
