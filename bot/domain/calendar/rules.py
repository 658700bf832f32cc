"""The part of RFC 5545 recurrence rules that a study group needs, taken apart and written back.

Accepted are DAILY, WEEKLY, MONTHLY and YEARLY with INTERVAL, BYDAY, BYMONTHDAY, BYMONTH, BYSETPOS and WKST,
in the combinations that can be said in words to the person who confirms the rule. COUNT and UNTIL belong to
the `Recurrence`, the time of day to its `at`; BYWEEKNO, BYYEARDAY and anything sub-daily is refused. So are
BYDAY values with and without an ordinal in one rule: RFC 5545 means their union, `dateutil` their (empty)
intersection.
"""

import re
from collections.abc import Iterable
from functools import lru_cache
from typing import Literal, cast, get_args

from msgspec import Struct

from bot.domain.errors import StudyError

Frequency = Literal["DAILY", "WEEKLY", "MONTHLY", "YEARLY"]
RuleProblem = Literal["unreadable", "several", "unsupported", "never", "too_long"]

LONGEST_RULE = 200
"""Characters of a rule, so that no rule is unreadably long or slow to take apart."""

WEEKDAY_CODES = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
EVERY_DAY = tuple(range(7))

# Sane intervals keep the longest silence of a rule below the horizon in which it has to occur at all.
_LONGEST_INTERVAL: dict[Frequency, int] = {"DAILY": 366, "WEEKLY": 53, "MONTHLY": 24, "YEARLY": 4}
_BYDAY = r"([+-]?[1-5])?(MO|TU|WE|TH|FR|SA|SU)"
_KNOWN = frozenset({"FREQ", "INTERVAL", "BYDAY", "BYMONTHDAY", "BYMONTH", "BYSETPOS", "WKST"})


class RuleNotUnderstood(StudyError):
    """A recurrence rule that is not one, says more than we support, or never occurs.

    `text` is what was given. `problem` is "unreadable", "several" (it has more than two readings), "unsupported"
    (RFC 5545, but not one we can say in words), "never" (no date fits) or "too_long".
    """

    text: str
    problem: RuleProblem = "unreadable"


class RuleParts(Struct, frozen=True):
    """A rule taken apart, for expanding it and for saying it in words.

    `weekdays` are 0 (Monday) to 6, ascending. `nth_weekdays` are (ordinal, weekday) with ordinals 1 to 5 and -1
    (the last) to -5, as in "first and third Tuesday". `month_days` are 1 to 31 and -1 (the last) to -31.
    `positions` pick from a month's `weekdays` taken together: (-1,) with Monday to Friday is a month's last
    working day. What is empty is not restricted, or taken from the date on which the recurrence starts.
    """

    frequency: Frequency
    interval: int = 1
    weekdays: tuple[int, ...] = ()
    nth_weekdays: tuple[tuple[int, int], ...] = ()
    month_days: tuple[int, ...] = ()
    months: tuple[int, ...] = ()
    positions: tuple[int, ...] = ()
    week_start: int = 0

    def to_rrule(self) -> str:
        """Return the RFC 5545 RRULE value, without name, COUNT or UNTIL: "FREQ=WEEKLY;BYDAY=WE"."""
        days = [WEEKDAY_CODES[day] for day in self.weekdays]
        days += [f"{ordinal}{WEEKDAY_CODES[day]}" for ordinal, day in self.nth_weekdays]
        values = {
            "FREQ": self.frequency,
            "INTERVAL": "" if self.interval == 1 else str(self.interval),
            "BYMONTH": _joined(self.months),
            "BYMONTHDAY": _joined(self.month_days),
            "BYDAY": ",".join(days),
            "BYSETPOS": _joined(self.positions),
            "WKST": WEEKDAY_CODES[self.week_start] if self.week_start else "",
        }
        return ";".join(f"{name}={value}" for name, value in values.items() if value)


@lru_cache(maxsize=1024)
def rule_parts(rrule: str) -> RuleParts:
    """Take an RRULE value ("FREQ=WEEKLY;BYDAY=WE") apart; different ways to say the same become one.

    Raises:
        RuleNotUnderstood: it is no rule, or one outside the supported part of RFC 5545.
    """
    if len(rrule) > LONGEST_RULE:
        raise RuleNotUnderstood(rrule[:LONGEST_RULE], "too_long")
    values: dict[str, str] = {}
    for pair in rrule.upper().split(";"):
        name, equals, value = pair.partition("=")
        if not (equals and name and value) or name in values:
            raise RuleNotUnderstood(rrule)
        values[name] = value
    if values.get("FREQ") not in get_args(Frequency):
        raise RuleNotUnderstood(rrule, "unsupported" if "FREQ" in values else "unreadable")
    if not _KNOWN.issuperset(values):
        raise RuleNotUnderstood(rrule, "unsupported")
    frequency = cast(Frequency, values["FREQ"])
    weekdays, nth_weekdays = _byday(rrule, values.get("BYDAY"))
    parts = RuleParts(
        frequency=frequency,
        interval=_numbers(rrule, values.get("INTERVAL", "1"), _LONGEST_INTERVAL[frequency], signed=False)[0],
        weekdays=weekdays,
        nth_weekdays=nth_weekdays,
        month_days=_numbers(rrule, values.get("BYMONTHDAY"), 31),
        months=_numbers(rrule, values.get("BYMONTH"), 12, signed=False),
        positions=_numbers(rrule, values.get("BYSETPOS"), 31),
        week_start=_week_start(rrule, values.get("WKST", "MO")),
    )
    if "," in values.get("INTERVAL", ""):
        raise RuleNotUnderstood(rrule)
    parts = _simplest(parts)
    if not _supported(parts):
        raise RuleNotUnderstood(rrule, "unsupported")
    return parts


def _simplest(parts: RuleParts) -> RuleParts:
    """Rewrite what calendars write in several ways into the one that people say."""
    frequency, weekdays, nth, positions = parts.frequency, parts.weekdays, parts.nth_weekdays, parts.positions
    if positions and len(weekdays) == 1 and not parts.month_days and set(positions) <= set(range(-5, 6)):
        # "The third Tuesday", as several calendars export it: BYDAY=TU;BYSETPOS=3. A year of several months
        # has more Tuesdays to choose from, so there it is something else.
        if frequency == "MONTHLY" or (frequency == "YEARLY" and len(parts.months) == 1):
            nth, weekdays, positions = tuple((place, weekdays[0]) for place in positions), (), ()
    elif frequency == "DAILY" and parts.interval == 1 and weekdays and not parts.month_days and not positions:
        frequency = "WEEKLY"
    if frequency == "WEEKLY" and parts.interval == 1 and weekdays == EVERY_DAY:
        frequency, weekdays = "DAILY", ()
    week_start = parts.week_start if frequency == "WEEKLY" and parts.interval > 1 else 0
    return RuleParts(frequency, parts.interval, weekdays, nth, parts.month_days, parts.months, positions, week_start)


def _supported(parts: RuleParts) -> bool:
    if parts.weekdays and parts.nth_weekdays:
        return False
    if parts.frequency in ("DAILY", "WEEKLY"):
        if parts.nth_weekdays or parts.positions:
            return False
        return parts.frequency == "DAILY" or not parts.month_days
    if parts.month_days and (parts.nth_weekdays or parts.positions):
        return False
    if parts.frequency == "YEARLY":
        # Without months these count through the whole year; nobody says that.
        days = parts.weekdays or parts.nth_weekdays or parts.month_days
        return not parts.positions and bool(parts.months or not days)
    # Every month has each weekday four times; a place beyond that would be there in some months only.
    return all(abs(place) <= 4 * len(parts.weekdays) for place in parts.positions)


def _byday(rrule: str, value: str | None) -> tuple[tuple[int, ...], tuple[tuple[int, int], ...]]:
    plain: set[int] = set()
    nth: set[tuple[int, int]] = set()
    for item in value.split(",") if value is not None else ():
        found = re.fullmatch(_BYDAY, item)
        if found is None:
            raise RuleNotUnderstood(rrule)
        day = WEEKDAY_CODES.index(found[2])
        if found[1]:
            nth.add((int(found[1]), day))
        else:
            plain.add(day)
    return tuple(sorted(plain)), tuple(sorted(nth, key=lambda pair: (_in_month(pair[0]), pair[1])))


def _numbers(rrule: str, value: str | None, highest: int, *, signed: bool = True) -> tuple[int, ...]:
    numbers: set[int] = set()
    for item in value.split(",") if value is not None else ():
        if not re.fullmatch(r"[+-]?[0-9]{1,3}", item):
            raise RuleNotUnderstood(rrule)
        number = int(item)
        if not (1 <= abs(number) <= highest) or (number < 0 and not signed):
            raise RuleNotUnderstood(rrule)
        numbers.add(number)
    return tuple(sorted(numbers, key=_in_month))


def _in_month(number: int) -> tuple[bool, int]:
    """Order first to last as people say them: 1, 3, then -1."""
    return number < 0, number


def _week_start(rrule: str, value: str) -> int:
    if value not in WEEKDAY_CODES:
        raise RuleNotUnderstood(rrule)
    return WEEKDAY_CODES.index(value)


def _joined(numbers: Iterable[int]) -> str:
    return ",".join(str(number) for number in numbers)
