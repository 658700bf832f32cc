"""Dates with a time: "2026-12-03 07:00", "next week Tue 7am", 「来週火曜の朝7時」, 「12月3日(木) 7:30」.

A phrase is a day (see `days`) and a time of day, in either order, or a time of day alone (see `alone`).
"""

import re
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from bot.domain.calendar.instants import local_day, require_aware, to_instant, to_local
from bot.domain.errors import StudyError
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
from bot.domain.phrases.days import LAST_YEAR, LONGEST_AHEAD, DayForms, days_passed, is_no_day, named_days
from bot.domain.phrases.errors import (
    ClockMissing,
    DayAmbiguous,
    DayOfNothing,
    NoSuchDay,
    PhraseAmbiguous,
    PhraseInThePast,
    PhraseNotUnderstood,
    PhraseRepeats,
    WeekdayContradicts,
)
from bot.domain.phrases.relative import MOVED_FORMS, RELATIVE_FORMS
from bot.domain.phrases.rules import is_rule
from bot.domain.phrases.spans import clock_span
from bot.domain.phrases.text import normalise, spoken, without_bound

_NOON = time(12)


def parse_when(
    text: str, *, now: datetime, zone: ZoneInfo, usual: time | None = None, day: date | None = None
) -> datetime:
    """Read a phrase that names a future moment; return its instant (UTC).

    `now` is aware; `zone` is the wall clock the writer looks at. With `usual` a phrase that names only a day means
    that time of it. `day` is that of what moves: a time of day alone is on it, and else the next one; 「翌日」 is
    counted from it; and a weekday alone is that of its week as well as the next one from now.

    Raises:
        PhraseNotUnderstood: not the whole text is understood, or it has too many readings.
        ClockMissing: it names only a day, or a part of one ("tonight").
        NoSuchDay: its day is on no calendar.
        DayOfNothing: its day is counted from another one, and there is no `day`.
        PhraseRepeats: it is a rule for more than one date.
        PhraseInThePast: it is understood and not ahead of `now`.
        PhraseAmbiguous: it has two readings that are ahead, or of a `day` up to four.
        WeekdayContradicts: it names a date and another weekday.
    """
    try:
        return read_when(text, now=now, zone=zone, usual=usual, day=day)
    except PhraseNotUnderstood as error:
        raise why_not(error, text, now, zone) from None


def read_when(
    text: str, *, now: datetime, zone: ZoneInfo, usual: time | None = None, day: date | None = None
) -> datetime:
    """As `parse_when`, but of what is not understood it is not looked for why (see `why_not`)."""
    now = require_aware(now)
    plain = normalise(text)
    if plain is None:
        raise PhraseNotUnderstood(text[:100])
    instants = _exact_instant(plain, now) or (
        next_such_time(text, now, zone) if day is None else such_time_on(text, day, zone)
    )
    if not instants:
        try:
            instants = _on_day(text, spoken(plain), now, zone, usual) if day is None else _moved(text, day, now, zone)
        except ClockMissing as error:
            raise _still_missing(error, now, zone) from None
    return _only_reading(text, sorted(instants), now, 2 if day is None else 4)


def parse_day(text: str, *, now: datetime, zone: ZoneInfo) -> date:
    """Read a phrase that names a day without a time ("12/3", "next Friday", 「明日」); it may lie in the past.

    Raises:
        PhraseNotUnderstood: not the whole text is understood.
        NoSuchDay, DayOfNothing: it is on no calendar, or counted from another day.
        DayAmbiguous: it has two readings.
        WeekdayContradicts: it names a date and another weekday.
    """
    plain = without_bound(normalise(text) or "")
    today = local_day(now, zone)
    days = named_days(text, spoken(plain), today) if plain else ()
    if len(days) == 1:
        return days[0]
    if len(days) == 2:
        raise DayAmbiguous(text, (days[0], days[1]))
    phrase = spoken(plain)
    if is_no_day(phrase, today):
        raise NoSuchDay(text[:100], "day")
    raise (DayOfNothing if _is_relative(phrase, today) else PhraseNotUnderstood)(text[:100], "day")


def days_meant(text: str, today: date) -> tuple[frozenset[date], frozenset[date]]:
    """The readings of a text that names nothing but a day, and of a date without a year the last one that has passed.

    Both are empty if it names none.
    """
    phrase = spoken(normalise(text) or "")
    try:
        days = frozenset(named_days(text, phrase, today)) if phrase else frozenset[date]()
    except WeekdayContradicts:
        # The year before it may have been that weekday.
        days = frozenset[date]()
    return days, days_passed(phrase, today)


def _on_day(text: str, phrase: str, now: datetime, zone: ZoneInfo, usual: time | None) -> set[datetime]:
    days, minutes = day_and_clock(text, phrase, local_day(now, zone), usual=usual)
    return {to_instant(moment_of(each, minute), zone) for each in days for minute in minutes}


def _moved(text: str, day: date, now: datetime, zone: ZoneInfo) -> set[datetime]:
    """The readings of a day with a time to which something of that `day` moves, counted from it and from today."""
    phrase, found, refusals = spoken(normalise(text) or ""), set[datetime](), list[StudyError]()
    for counted_from, forms in ((day, MOVED_FORMS), (local_day(now, zone), None)):
        try:
            days, minutes = day_and_clock(text, phrase, counted_from, forms)
        except (PhraseNotUnderstood, WeekdayContradicts) as error:
            refusals.append(error)
            continue
        # Today's weekday may be today or in a week: beside the one of the session's own week the first is enough.
        only_first = bool(found)
        for minute in minutes:
            moments = [to_instant(moment_of(each, minute), zone) for each in days]
            found.update([each for each in moments if each > now][:1] if only_first else moments)
    if found:
        return found
    if len(missing := [each for each in refusals if isinstance(each, ClockMissing)]) == 2:
        raise missing[0].but(days=tuple(sorted({each for error in missing for each in error.days})))
    # The more telling one of the two.
    raise next((each for each in refusals if type(each) is not PhraseNotUnderstood), refusals[-1])


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


def why_not(error: PhraseNotUnderstood, text: str, now: datetime, zone: ZoneInfo) -> PhraseNotUnderstood:
    """The error, or a more telling one: the day is on no calendar or counted from another, or the text is a rule."""
    if type(error) is not PhraseNotUnderstood or error.kind != "when":
        return error
    phrase, today = spoken(normalise(text) or ""), local_day(now, zone)
    apart = [found["day"] for pattern in (_TIME_LAST, _TIME_FIRST) if (found := re.fullmatch(pattern, phrase))]
    if any(is_no_day(day, today) for day in (phrase, *apart)):
        return NoSuchDay(error.text, error.kind)
    if _is_relative(phrase, today):
        return DayOfNothing(error.text, error.kind)
    return PhraseRepeats(error.text, error.kind) if is_rule(text, zone) else error


def _is_relative(phrase: str, today: date) -> bool:
    """Whether its day, with a time or without one, can only be counted from another one."""
    try:
        day_and_clock(phrase, phrase, today, RELATIVE_FORMS)
    except (ClockMissing, WeekdayContradicts):
        return True
    except PhraseNotUnderstood:
        return False
    return True


def _only_reading(text: str, instants: list[datetime], now: datetime, most: int) -> datetime:
    ahead = tuple(instant for instant in instants if instant > now)
    if len(ahead) == 1:
        return ahead[0]
    if 1 < len(ahead) <= most:
        raise PhraseAmbiguous(text, ahead)
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
