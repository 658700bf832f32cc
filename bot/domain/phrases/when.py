"""Dates with a time: "2026-12-03 07:00", "next week Tue 7am", 「来週火曜の朝7時」, 「12月3日(木) 7:30」.

A phrase is a day (see `days`) and a time of day, in either order, or a time of day alone (see `alone`).
"""

import re
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from bot.domain.calendar.instants import local_day, require_aware, to_instant, to_local
from bot.domain.calendar.rules import RuleNotUnderstood
from bot.domain.phrases.alone import moment_of, next_such_time, such_time_on
from bot.domain.phrases.clock import (
    AND_PART,
    CLOCK,
    EXAMPLES,
    bare_minutes,
    clock_minutes,
    example_after,
    example_in,
)
from bot.domain.phrases.days import LAST_YEAR, LONGEST_AHEAD, DayForms, is_no_day, named_days
from bot.domain.phrases.errors import (
    ClockMissing,
    DayAmbiguous,
    NoSuchDay,
    PhraseAmbiguous,
    PhraseInThePast,
    PhraseNotUnderstood,
    PhraseRepeats,
    RuleTimeMissing,
)
from bot.domain.phrases.rules import RuleAmbiguous, parse_rule
from bot.domain.phrases.spans import clock_span
from bot.domain.phrases.text import normalise, spoken

_NOON = time(12)


def parse_when(
    text: str, *, now: datetime, zone: ZoneInfo, usual: time | None = None, day: date | None = None
) -> datetime:
    """Read a phrase that names a future moment; return its instant (UTC).

    `now` is aware; `zone` is the wall clock the writer looks at. With `usual` a phrase that names only a day means
    that time of it; with `day` a time of day alone is that day's, and else the next one.

    Raises:
        PhraseNotUnderstood: not the whole text is understood, or it has more than two readings.
        ClockMissing: it names only a day, or a part of one ("tonight").
        NoSuchDay: its day is on no calendar.
        PhraseRepeats: it is a rule for more than one date.
        PhraseInThePast: it is understood and not ahead of `now`.
        PhraseAmbiguous: it has exactly two readings that are ahead.
        WeekdayContradicts: it names a date and another weekday.
    """
    now = require_aware(now)
    plain = normalise(text)
    if plain is None:
        raise PhraseNotUnderstood(text[:100])
    instants = _exact_instant(plain, now) or (
        next_such_time(text, now, zone) if day is None else such_time_on(text, day, zone)
    )
    if not instants:
        try:
            days, minutes = day_and_clock(text, spoken(plain), local_day(now, zone), usual=usual)
        except ClockMissing as error:
            raise _still_missing(error, now, zone) from None
        except PhraseNotUnderstood as error:
            raise _why_not(error, text, now, zone) from None
        instants = {to_instant(moment_of(each, minute), zone) for each in days for minute in minutes}
    return _only_reading(text, sorted(instants), now)


def parse_day(text: str, *, now: datetime, zone: ZoneInfo) -> date:
    """Read a phrase that names a day without a time ("12/3", "next Friday", 「明日」); it may lie in the past.

    Raises:
        PhraseNotUnderstood: not the whole text is understood.
        NoSuchDay: it is on no calendar.
        DayAmbiguous: it has two readings.
        WeekdayContradicts: it names a date and another weekday.
    """
    plain = re.sub(" ?(?:から|まで)$", "", normalise(text) or "")
    today = local_day(now, zone)
    days = named_days(text, spoken(plain), today) if plain else ()
    if len(days) == 1:
        return days[0]
    if len(days) == 2:
        raise DayAmbiguous(text, (days[0], days[1]))
    raise (NoSuchDay if is_no_day(spoken(plain), today) else PhraseNotUnderstood)(text[:100], "day")


def _still_missing(error: ClockMissing, now: datetime, zone: ZoneInfo) -> ClockMissing | PhraseInThePast:
    """What there is to say of days alone: a time of day is asked only for one that is not over."""
    today, clock = local_day(now, zone), to_local(now, zone).time()
    is_over = error.part and example_in(error.part, clock) is None
    days = tuple(day for day in error.days if day > today or (day == today and not is_over))
    if not days:
        return PhraseInThePast(error.text, to_instant(datetime.combine(error.days[-1], _NOON), zone), day_only=True)
    after = clock if days[0] == today else None
    if error.part:
        example = example_in(error.part, after) or EXAMPLES[0]
    else:
        example = example_after(after) if after else EXAMPLES[0]
    return ClockMissing(error.text, error.kind, days, example, error.part)


def _why_not(error: PhraseNotUnderstood, text: str, now: datetime, zone: ZoneInfo) -> PhraseNotUnderstood:
    """The error, or a more telling one: the day is on no calendar, or the text is a rule."""
    phrase, today = spoken(normalise(text) or ""), local_day(now, zone)
    apart = [found["day"] for pattern in (_TIME_LAST, _TIME_FIRST) if (found := re.fullmatch(pattern, phrase))]
    if any(is_no_day(day, today) for day in (phrase, *apart)):
        return NoSuchDay(error.text, error.kind)
    try:
        parse_rule(text, now=now, zone=zone, usual=EXAMPLES[0])
    except (RuleAmbiguous, RuleTimeMissing):
        pass
    except RuleNotUnderstood as no_rule:
        if no_rule.problem in ("unreadable", "too_long"):
            return error
    return PhraseRepeats(error.text, error.kind)


def _only_reading(text: str, instants: list[datetime], now: datetime) -> datetime:
    ahead = [instant for instant in instants if instant > now]
    if len(ahead) == 1:
        return ahead[0]
    if len(ahead) == 2:
        raise PhraseAmbiguous(text, (ahead[0], ahead[1]))
    if instants and not ahead:
        raise PhraseInThePast(text, instants[-1])
    raise PhraseNotUnderstood(text[:100], "several")


# --- Instants that need no zone ---------------------------------------------------------------------------

_DISCORD = r"<t:([0-9]{1,11})(?::[a-z])?>"
_ISO_OFFSET = (
    # Behind a blank a minus is rather a dash: "2026-12-03 07:00-08:30" names the end.
    r"(20[0-9]{2}-[0-9]{2}-[0-9]{2})(?:t| (?!.*:[0-9]{2} ?-))"
    r"([0-9]{2}:[0-9]{2})(?::00(?:\.0+)?)? ?(z|[+-][0-9]{2}:?[0-9]{2})"
)
_FROM_NOW = r"in (?P<span>.+)|(?P<ja_span>.+)後"


def _exact_instant(plain: str, now: datetime) -> set[datetime]:
    """Read a Discord timestamp, an ISO time with its offset, or a distance from now in hours or minutes."""
    if found := re.fullmatch(_DISCORD, plain):
        seconds = int(found[1])
        within = datetime(LAST_YEAR, 1, 1, tzinfo=UTC).timestamp()
        return {datetime.fromtimestamp(seconds, UTC)} if seconds <= within else set()
    if found := re.fullmatch(_ISO_OFFSET, plain):
        try:
            return {datetime.fromisoformat(f"{found[1]}T{found[2]}{found[3].upper()}").astimezone(UTC)}
        except ValueError:
            return set()
    if found := re.fullmatch(_FROM_NOW, plain):
        span = clock_span(found["span"] or found["ja_span"])
        if span is not None and timedelta(0) < span <= timedelta(hours=LONGEST_AHEAD):
            return {now.replace(second=0, microsecond=0) + span}
    return set()


# --- A day and a time of day ------------------------------------------------------------------------------

_TIME_LAST = rf"(?P<day>.+?)(?:t(?=[0-9])|,? ?)(?<![0-9]){CLOCK}"
_DAY_AND_PART = rf"(?P<day>.+?){AND_PART}"
_TIME_FIRST = rf"{CLOCK}(?: ?, ?| on | )(?P<day>.+)"


def day_and_clock(
    text: str, phrase: str, today: date, forms: DayForms | None = None, *, usual: time | None = None
) -> tuple[tuple[date, ...], tuple[int, ...]]:
    """Read a day in one of the `forms`, counted from `today`, and its times in minutes after its midnight.

    Raises:
        ClockMissing: it names only a day, and there is no `usual` time of it, or a part of one.
        PhraseNotUnderstood: it is something else.
        WeekdayContradicts: it names a date and another weekday.
    """
    for pattern in (_TIME_LAST, _TIME_FIRST):
        found = re.fullmatch(pattern, phrase)
        minutes = clock_minutes(found) if found else ()
        if found and minutes and (days := named_days(text, found["day"], today, forms)):
            return days, minutes
    if days := named_days(text, phrase, today, forms):
        if usual is None:
            raise ClockMissing(text[:100], "when", days)
        return days, (usual.hour * 60 + usual.minute,)
    found = re.fullmatch(_DAY_AND_PART, phrase)
    if found and (days := named_days(text, found["day"], today, forms)):
        raise ClockMissing(text[:100], "when", days, part=found["part"])
    # Last of all, since "Dec 7" is a day.
    found = re.fullmatch(_TIME_LAST, phrase)
    minutes = bare_minutes(found) if found else ()
    if found and minutes and (days := named_days(text, found["day"], today, forms)):
        return days, minutes
    raise PhraseNotUnderstood(text[:100])
