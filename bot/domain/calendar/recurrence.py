"""Standing dates: a rule, its anchor and its exceptions, expanded to dates and instants.

`dateutil` lays out the frequency; the limits (months and their interval, days of the month, weekdays) are applied
here and the expansion begins near the day that is asked for. Given the whole rule, `dateutil` walks from the anchor
and, for a rule that never matches, on to the year 9999, which holds up everything else for seconds.
"""

import calendar
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from itertools import islice
from zoneinfo import ZoneInfo

from msgspec import Struct, field
from msgspec.structs import replace

from bot.domain.calendar.instants import local_day, require_aware, to_instant
from bot.domain.calendar.rules import RuleNotUnderstood, RuleParts, rule_parts
from bot.domain.zones import zone_of

MOST_COUNTED = 1000
"""Highest `count`: a counted rule has to be walked from its beginning."""

# 29 February can be eight years away (2096 to 2104). What is silent for longer does not occur.
_LONGEST_SILENCE = timedelta(days=9 * 366)
_ONE_DAY = timedelta(days=1)
_LEAP_YEAR = 2000


class Recurrence(Struct, frozen=True):
    """A standing wall-clock time.

    `rrule` is an RFC 5545 RRULE value without COUNT and UNTIL ("FREQ=WEEKLY;BYDAY=WE"). `starts_on` is the
    first possible date; an interval counts from its day, week, month or year. `at` is naive, `zone` an IANA
    id. `until` is the last possible date. `count` limits the dates from `starts_on`; those in `except_on`, on
    which nothing happens, count too (RFC 5545, EXDATE).

    Raises:
        RuleNotUnderstood: the rule is not one, is not supported, or never occurs.
        ZoneUnknown: there is no such zone.
        ValueError: `at` has a zone, or `count` is not between 1 and 1000.
    """

    rrule: str
    starts_on: date
    at: time
    zone: str
    until: date | None = None
    count: int | None = None
    except_on: frozenset[date] = field(default_factory=frozenset[date])

    def __post_init__(self) -> None:
        parts = rule_parts(self.rrule)
        zone_of(self.zone)
        if self.at.tzinfo is not None:
            raise ValueError("a recurrence's time of day carries no zone of its own")
        if self.count is not None and not 1 <= self.count <= MOST_COUNTED:
            raise ValueError(f"count is between 1 and {MOST_COUNTED}: {self.count}")
        if _no_such_day(parts) or (not _certain_to_occur(parts) and next(_dates(self, self.starts_on), None) is None):
            raise RuleNotUnderstood(self.rrule, "never")


class Occurrence(Struct, frozen=True):
    """One date of a recurrence: `on` as the rule gives it, `starts_at` the instant (UTC). Never stored."""

    on: date
    starts_at: datetime


def occurrences(recurrence: Recurrence, after: datetime, before: datetime) -> Iterator[Occurrence]:
    """Yield the occurrences that start at or after `after` and earlier than `before`, in order.

    The interval is half-open, so that adjoining intervals neither share nor lose an occurrence. Raises
    ValueError if a bound is naive.
    """
    end = require_aware(before)
    for occurrence in _from(recurrence, require_aware(after), local_day(end, zone_of(recurrence.zone))):
        if occurrence.starts_at >= end:
            return
        yield occurrence


def next_occurrences(recurrence: Recurrence, after: datetime, n: int) -> tuple[Occurrence, ...]:
    """Return the first `n` occurrences that start at or after `after`, or as many as there are."""
    return tuple(islice(_from(recurrence, require_aware(after), None), n))


def first_date(rrule: str, at: time, zone: str, after: datetime) -> date | None:
    """Return the day of the rule's first time at or after `after`, whatever its interval; None: there is none.

    It is where a rule begins of which nobody said from when: its interval counts from there, so that "every other
    Monday" said on a Tuesday, or on a Monday after its time, begins on the next Monday and not on that after.

    Raises:
        RuleNotUnderstood, ZoneUnknown: see `Recurrence`.
    """
    each = replace(rule_parts(rrule), interval=1).to_rrule()
    found = next_occurrences(Recurrence(each, local_day(after, zone_of(zone)), at, zone), after, 1)
    return found[0].on if found else None


def _from(recurrence: Recurrence, after: datetime, last: date | None) -> Iterator[Occurrence]:
    zone = zone_of(recurrence.zone)
    # A day early, since a time that clocks skip moves later and could cross midnight.
    first = recurrence.starts_on if recurrence.count else local_day(after, zone) - _ONE_DAY
    counted = 0
    for day in _dates(recurrence, first):
        counted += 1
        if (
            (last is not None and day > last)
            or (recurrence.until is not None and day > recurrence.until)
            or (recurrence.count is not None and counted > recurrence.count)
        ):
            return
        if day in recurrence.except_on:
            continue
        starts_at = to_instant(datetime.combine(day, recurrence.at), zone)
        if starts_at >= after and not _skipped_altogether(day, zone):
            yield Occurrence(day, starts_at)


def _skipped_altogether(day: date, zone: ZoneInfo) -> bool:
    """Whether the zone left this date out, as Samoa did with 30 December 2011 on crossing the date line."""
    noon = datetime.combine(day, time(12))
    return to_instant(noon, zone).astimezone(zone).date() != day


def _no_such_day(parts: RuleParts) -> bool:
    """Whether none of the rule's months ever has one of its days (30 February), known without expanding it."""
    longest = max((calendar.monthrange(_LEAP_YEAR, month)[1] for month in parts.months), default=31)
    return bool(parts.month_days) and all(abs(day) > longest for day in parts.month_days)


def _certain_to_occur(parts: RuleParts) -> bool:
    """Whether the rule occurs from any start, known without expanding it: the rules people actually make."""
    if parts.months or (parts.month_days and parts.weekdays) or parts.positions:
        return False
    if parts.frequency == "DAILY":
        return not parts.weekdays and not parts.month_days
    return parts.frequency == "WEEKLY" or (parts.frequency == "MONTHLY" and parts.interval == 1)


def _dates(recurrence: Recurrence, first: date) -> Iterator[date]:
    """Yield the rule's dates from `first` (or `starts_on`, if later), before until, count and exceptions."""
    from dateutil.rrule import DAILY, MONTHLY, WEEKLY, rrule, weekday

    parts = _anchored(rule_parts(recurrence.rrule), recurrence.starts_on)
    first = max(first, recurrence.starts_on)
    begin = datetime.combine(_period_of(parts, recurrence.starts_on, first), time())
    match parts.frequency:
        case "DAILY":
            layout = rrule(DAILY, dtstart=begin, interval=parts.interval)
        case "WEEKLY":
            layout = rrule(
                WEEKLY,
                dtstart=begin,
                interval=parts.interval,
                wkst=parts.week_start,
                byweekday=parts.weekdays,
            )
        case "MONTHLY" | "YEARLY":
            by_day = None if parts.month_days else parts.weekdays or None
            layout = rrule(
                MONTHLY,
                dtstart=begin,
                bymonthday=parts.month_days or None,
                byweekday=[weekday(day, nth) for nth, day in parts.nth_weekdays] or by_day,
                bysetpos=parts.positions or None,
            )
    # Laid out like this every rule yields something within months, so that the loop comes to its own end.
    silent_since = first
    for moment in layout:
        day = moment.date()
        if day - silent_since > _LONGEST_SILENCE:
            return
        if day >= first and _within_limits(parts, recurrence.starts_on, day):
            silent_since = day
            yield day


def _anchored(parts: RuleParts, starts_on: date) -> RuleParts:
    """Fill in from the anchor what the rule leaves open: weekly on its weekday, monthly on its day."""
    if parts.frequency == "WEEKLY":
        return replace(parts, weekdays=parts.weekdays or (starts_on.weekday(),))
    if parts.frequency == "YEARLY":
        parts = replace(parts, months=parts.months or (starts_on.month,))
    if parts.frequency != "DAILY" and not (parts.weekdays or parts.nth_weekdays or parts.month_days):
        return replace(parts, month_days=(starts_on.day,))
    return parts


def _period_of(parts: RuleParts, starts_on: date, first: date) -> date:
    """Return where the last counted period (day, week, month, year) not after `first` begins."""
    match parts.frequency:
        case "DAILY":
            return first - timedelta(days=(first - starts_on).days % parts.interval)
        case "WEEKLY":
            week = starts_on - timedelta(days=(starts_on.weekday() - parts.week_start) % 7)
            return first - timedelta(days=(first - week).days % (7 * parts.interval))
        case "MONTHLY":
            months = (first.year - starts_on.year) * 12 + first.month - starts_on.month
            year, month = divmod(first.year * 12 + first.month - 1 - months % parts.interval, 12)
            return date(year, month + 1, 1)
        case "YEARLY":
            return date(first.year - (first.year - starts_on.year) % parts.interval, 1, 1)


def _within_limits(parts: RuleParts, starts_on: date, day: date) -> bool:
    if parts.months and day.month not in parts.months:
        return False
    years = day.year - starts_on.year
    if parts.frequency == "YEARLY" and years % parts.interval:
        return False
    if parts.frequency == "MONTHLY" and (years * 12 + day.month - starts_on.month) % parts.interval:
        return False
    if parts.month_days:
        from_end = day.day - calendar.monthrange(day.year, day.month)[1] - 1
        if day.day not in parts.month_days and from_end not in parts.month_days:
            return False
    return not parts.weekdays or day.weekday() in parts.weekdays
