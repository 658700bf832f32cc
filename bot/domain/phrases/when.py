"""Dates with a time: "2026-12-03 07:00", "next week Tue 7am", 「来週火曜の朝7時」, 「12月3日(木) 7:30」.

A phrase is a day and a time of day, in either order, or a time of day alone (see `alone`). Weeks begin on Monday: 今週,
来週 and "next week" are calendar weeks. A date without a year is the next such date, today included.
"""

import re
from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from bot.domain.calendar.instants import local_day, require_aware, to_instant, to_local
from bot.domain.phrases.alone import moment_of, next_such_time, such_time_on
from bot.domain.phrases.clock import (
    CLOCK,
    DAY_PARTS,
    EXAMPLES,
    bare_minutes,
    clock_minutes,
    example_after,
    example_in,
)
from bot.domain.phrases.errors import (
    ClockMissing,
    DayAmbiguous,
    PhraseAmbiguous,
    PhraseInThePast,
    PhraseNotUnderstood,
    WeekdayContradicts,
)
from bot.domain.phrases.spans import clock_span
from bot.domain.phrases.text import (
    EN_MONTH,
    EN_ORDINAL,
    EN_WEEKDAY,
    JA_WEEKDAY,
    WEEKDAY,
    month_number,
    normalise,
    ordinal_number,
    spoken,
    weekday_number,
)

_FIRST_YEAR, _LAST_YEAR = 2000, 2199
_LONGEST_AHEAD = 1100
"""Days, weeks or hours that "in 3 days" may count."""

_NOON = time(12)

DayReader = Callable[[re.Match[str], date], tuple[date, ...]]
"""From a matched form and the local today to its readings: none if there is no such date."""


def parse_when(
    text: str, *, now: datetime, zone: ZoneInfo, usual: time | None = None, day: date | None = None
) -> datetime:
    """Read a phrase that names a future moment; return its instant (UTC).

    `now` is aware; `zone` is the wall clock the writer looks at. With `usual` a phrase that names only a day means
    that time of it; with `day` a time of day alone is that day's, and else the next one.

    Raises:
        PhraseNotUnderstood: not the whole text is understood, or it has more than two readings.
        ClockMissing: it names only a day, or a part of one ("tonight").
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
            days, minutes = _day_and_clock(text, spoken(plain), local_day(now, zone), usual)
        except ClockMissing as error:
            raise _still_missing(error, now, zone) from None
        instants = {to_instant(moment_of(each, minute), zone) for each in days for minute in minutes}
    return _only_reading(text, sorted(instants), now)


def parse_day(text: str, *, now: datetime, zone: ZoneInfo) -> date:
    """Read a phrase that names a day without a time ("12/3", "next Friday", 「明日」); it may lie in the past.

    Raises:
        PhraseNotUnderstood: not the whole text is understood.
        DayAmbiguous: it has two readings.
        WeekdayContradicts: it names a date and another weekday.
    """
    plain = re.sub(" ?(?:から|まで)$", "", normalise(text) or "")
    days = _days(text, spoken(plain), local_day(now, zone)) if plain else ()
    if len(days) == 1:
        return days[0]
    if len(days) == 2:
        raise DayAmbiguous(text, (days[0], days[1]))
    raise PhraseNotUnderstood(text[:100], "day")


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
_ISO_OFFSET = r"(20[0-9]{2}-[0-9]{2}-[0-9]{2})[t ]([0-9]{2}:[0-9]{2})(?::00(?:\.0+)?)? ?(z|[+-][0-9]{2}:?[0-9]{2})"
_FROM_NOW = r"in (?P<span>.+)|(?P<ja_span>.+)後"


def _exact_instant(plain: str, now: datetime) -> set[datetime]:
    """Read a Discord timestamp, an ISO time with its offset, or a distance from now in hours or minutes."""
    if found := re.fullmatch(_DISCORD, plain):
        seconds = int(found[1])
        within = datetime(_LAST_YEAR, 1, 1, tzinfo=UTC).timestamp()
        return {datetime.fromtimestamp(seconds, UTC)} if seconds <= within else set()
    if found := re.fullmatch(_ISO_OFFSET, plain):
        try:
            return {datetime.fromisoformat(f"{found[1]}T{found[2]}{found[3].upper()}").astimezone(UTC)}
        except ValueError:
            return set()
    if found := re.fullmatch(_FROM_NOW, plain):
        span = clock_span(found["span"] or found["ja_span"])
        if span is not None and timedelta(0) < span <= timedelta(hours=_LONGEST_AHEAD):
            return {now.replace(second=0, microsecond=0) + span}
    return set()


# --- A day and a time of day ------------------------------------------------------------------------------

_TIME_LAST = rf"(?P<day>.+?)(?:t(?=[0-9])|,? ?)(?<![0-9]){CLOCK}"
_DAY_AND_PART = rf"(?P<day>.+?)(?: ?, ?| )?(?:in the |at )?(?P<part>{DAY_PARTS})"
_TIME_FIRST = rf"{CLOCK}(?: ?, ?| on | )(?P<day>.+)"


def _day_and_clock(text: str, phrase: str, today: date, usual: time | None) -> tuple[tuple[date, ...], tuple[int, ...]]:
    for pattern in (_TIME_LAST, _TIME_FIRST):
        found = re.fullmatch(pattern, phrase)
        minutes = clock_minutes(found) if found else ()
        if found and minutes and (days := _days(text, found["day"], today)):
            return days, minutes
    if days := _days(text, phrase, today):
        if usual is None:
            raise ClockMissing(text[:100], "when", days)
        return days, (usual.hour * 60 + usual.minute,)
    found = re.fullmatch(_DAY_AND_PART, phrase)
    if found and (days := _days(text, found["day"], today)):
        raise ClockMissing(text[:100], "when", days, part=found["part"])
    # Last of all, since "Dec 7" is a day.
    found = re.fullmatch(_TIME_LAST, phrase)
    minutes = bare_minutes(found) if found else ()
    if found and minutes and (days := _days(text, found["day"], today)):
        return days, minutes
    raise PhraseNotUnderstood(text[:100])


# --- Days -------------------------------------------------------------------------------------------------

_WITH_WEEKDAY = (
    rf"(?P<said>{EN_WEEKDAY}|[月火水木金土日]曜日?),? (?P<rest>.*[0-9].*)",
    rf"\( ?(?P<said>{WEEKDAY}) ?\) ?(?P<rest>.*[0-9].*)",
    rf"(?P<rest>.+?) ?\( ?(?P<said>{WEEKDAY}) ?\)",
    rf"(?P<rest>.*[0-9].*?),? ?(?P<said>{WEEKDAY})",
)


def _days(text: str, phrase: str, today: date) -> tuple[date, ...]:
    """Return the readings of a day, ascending; none if it isn't one. A weekday beside a date has to agree."""
    phrase = phrase.strip(" ,").removeprefix("on ")
    for pattern, reader in DAY_FORMS:
        if found := re.fullmatch(pattern, phrase):
            return tuple(sorted(set(reader(found, today))))
    for pattern in _WITH_WEEKDAY:
        if found := re.fullmatch(pattern, phrase):
            said = weekday_number(found["said"])
            days = _days(text, found["rest"], today)
            if days and all(day.weekday() != said for day in days):
                raise WeekdayContradicts(text, days[0], said)
            return tuple(day for day in days if day.weekday() == said)
    return ()


def _full_date(found: re.Match[str], today: date) -> tuple[date, ...]:
    return _date(int(found["year"]), int(found["month"]), int(found["day"]))


def _year_last(found: re.Match[str], today: date) -> tuple[date, ...]:
    """12/3/2026 is in December for some and in March for others."""
    year, first, second = int(found["year"]), int(found["first"]), int(found["second"])
    return _date(year, first, second) + _date(year, second, first)


def _month_and_day(found: re.Match[str], today: date) -> tuple[date, ...]:
    """Return the date; without a year the next such date, so that 2/29 finds its leap year."""
    parts = found.groupdict()
    month = int(parts["month"]) if parts.get("month") else month_number(found["name"])
    day = int(found["day"])
    if parts.get("year"):
        return _date(int(found["year"]), month, day)
    if parts.get("reiwa"):
        return _date(2018 + (1 if found["reiwa"] == "元" else int(found["reiwa"])), month, day)
    if parts.get("relative"):
        return _date(today.year + ("今年", "来年", "再来年").index(found["relative"]), month, day)
    candidates = (each for year in range(today.year, today.year + 9) for each in _date(year, month, day))
    return tuple(each for each in candidates if each >= today)[:1]


def _date(year: int, month: int, day: int) -> tuple[date, ...]:
    if not _FIRST_YEAR <= year <= _LAST_YEAR:
        return ()
    try:
        return (date(year, month, day),)
    except ValueError:
        return ()


_NAMED_DAYS = {
    -1: "yesterday|昨日|きのう",
    0: "today|今日|きょう|本日",
    1: "tomorrow|明日|あした|あす",
    2: "the day after tomorrow|day after tomorrow|明後日|あさって",
    3: "明々後日|明明後日|しあさって",
}


def _named_day(found: re.Match[str], today: date) -> tuple[date, ...]:
    word = found[0]
    return tuple(today + timedelta(step) for step, words in _NAMED_DAYS.items() if word in words.split("|"))


def _days_ahead(found: re.Match[str], today: date) -> tuple[date, ...]:
    digits = next((group for group in found.groups() if group), "1")
    number = int(digits) if digits.isdecimal() else 1
    weeks = any(unit in found[0] for unit in ("week", "週"))
    return (today + timedelta(number * (7 if weeks else 1)),) if 0 < number <= _LONGEST_AHEAD else ()


_WEEKS_AHEAD = {
    **dict.fromkeys(("this week", "今週"), 0),
    **dict.fromkeys(("next week", "来週"), 1),
    **dict.fromkeys(("the week after next", "week after next", "再来週"), 2),
}


def _day_of_week(found: re.Match[str], today: date) -> tuple[date, ...]:
    """The weekday of the calendar week that is named; weeks begin on Monday."""
    monday = today - timedelta(today.weekday())
    weeks = _WEEKS_AHEAD[found["week"].replace("'s", "")]
    return (monday + timedelta(7 * weeks + weekday_number(found["weekday"])),)


def _weeks_ahead(found: re.Match[str], today: date) -> tuple[date, ...]:
    """The weekday of the calendar week that lies so many weeks ahead."""
    digits = found["n"]
    number = int(digits) if digits.isdecimal() else 1
    monday = today - timedelta(today.weekday())
    weekday = weekday_number(found["weekday"])
    return (monday + timedelta(7 * number + weekday),) if 0 < number <= _LONGEST_AHEAD else ()


def _weekend(found: re.Match[str], today: date) -> tuple[date, ...]:
    """Saturday or Sunday."""
    saturday = today - timedelta(today.weekday()) + timedelta(7 * _WEEKENDS[found[0]] + 5)
    return saturday, saturday + timedelta(1)


_WEEKENDS = {**dict.fromkeys(("this weekend", "the weekend", "今週末"), 0), "来週末": 1, "再来週末": 2}


def _coming_weekday(found: re.Match[str], today: date) -> tuple[date, ...]:
    """The weekday alone: the coming one; on that weekday itself either today or in a week."""
    ahead = (weekday_number(found["weekday"]) - today.weekday()) % 7
    return (today + timedelta(ahead),) if ahead else (today, today + timedelta(7))


def _this_weekday(found: re.Match[str], today: date) -> tuple[date, ...]:
    return (today + timedelta(weekday_number(found["weekday"]) - today.weekday()),)


def _next_weekday(found: re.Match[str], today: date) -> tuple[date, ...]:
    """Next week's; while this week's is still to come, some mean that one: "next Tuesday" said on a Monday."""
    this_week = today + timedelta(weekday_number(found["weekday"]) - today.weekday())
    next_week = this_week + timedelta(7)
    return (this_week, next_week) if this_week > today else (next_week,)


_MONTHS_AHEAD = {
    **dict.fromkeys(("this month", "今月"), 0),
    **dict.fromkeys(("next month", "来月"), 1),
    "再来月": 2,
}


def _months(found: re.Match[str], today: date) -> list[date]:
    """Return the first days of the months a form may mean: the named one, or the next twelve."""
    parts = found.groupdict()
    first = today.year * 12 + today.month - 1
    if named := parts.get("which"):
        numbers = [first + _MONTHS_AHEAD[named]]
    elif parts.get("month") or parts.get("name"):
        month = int(parts["month"]) if parts.get("month") else month_number(found["name"])
        numbers = [number for number in range(first, first + 13) if number % 12 == month - 1]
    else:
        numbers = list(range(first, first + 13))
    return [date(number // 12, number % 12 + 1, 1) for number in numbers]


def _day_of_month(found: re.Match[str], today: date) -> tuple[date, ...]:
    """The 15th: of the named month, else the next one to come."""
    days = [each for first in _months(found, today) for each in _date(first.year, first.month, int(found["day"]))]
    return tuple(days) if found.groupdict().get("which") else tuple(day for day in days if day >= today)[:1]


def _nth_weekday(found: re.Match[str], today: date) -> tuple[date, ...]:
    """The first Tuesday: of the named month, else the next one to come."""
    nth, weekday = ordinal_number(found["nth"]), weekday_number(found["weekday"])
    days: list[date] = []
    for first in _months(found, today):
        all_days = [first + timedelta(step) for step in range(31)]
        fitting = [day for day in all_days if day.month == first.month and day.weekday() == weekday]
        days += fitting[-1:] if nth < 0 else fitting[nth - 1 : nth]
    return tuple(days) if found.groupdict().get("which") else tuple(day for day in days if day >= today)[:1]


def _last_of_month(found: re.Match[str], today: date) -> tuple[date, ...]:
    """The last day: of the named month, else the next one to come."""
    days = [(first + timedelta(31)).replace(day=1) - timedelta(1) for first in _months(found, today)]
    return tuple(day for day in days if day >= today)[:1] or tuple(days[:1])


_YEAR, _MONTH, _DAY = r"(?P<year>[0-9]{4})", r"(?P<month>[0-9]{1,2})", r"(?P<day>[0-9]{1,2})"
_TH = r"(?:st|nd|rd|th)"
_JA_NTH = r"(?P<nth>第 ?[1-5]|最終|最後)"
_EN_WHICH = r"(?P<which>this month|next month)"
_JA_WHICH = r"(?P<which>今月|来月|再来月)"
_EN_THE_WEEK = r"(?P<week>this week|next week|(?:the )?week after next)"

_JA_A_WEEKDAY = r"(?P<weekday>[月火水木金土日]曜日?|[月火水木金土])"
"""A weekday where a bare 日 would be a day: 次の日 is tomorrow, 最終日 the last day."""

DAY_FORMS: tuple[tuple[str, DayReader], ...] = (
    (rf"{_YEAR}(?P<separator>[-/.]){_MONTH}(?P=separator){_DAY}", _full_date),
    (rf"{_DAY}\.{_MONTH}\.{_YEAR}", _full_date),
    (rf"(?P<first>[0-9]{{1,2}})(?P<separator>[-/])(?P<second>[0-9]{{1,2}})(?P=separator){_YEAR}", _year_last),
    (rf"(?:令和|r)(?P<reiwa>[1-9][0-9]?|元)(?P<separator>[-/.]){_MONTH}(?P=separator){_DAY}", _month_and_day),
    (
        rf"(?:{_YEAR}年|令和(?P<reiwa>[1-9][0-9]?|元)年|(?P<relative>今年|来年|再来年))? ?{_MONTH}月 ?{_DAY}日",
        _month_and_day,
    ),
    (rf"{_MONTH}/{_DAY}", _month_and_day),
    (rf"(?P<name>{EN_MONTH}) (?:the )?{_DAY}{_TH}?(?:,? {_YEAR})?", _month_and_day),
    (rf"(?:the )?{_DAY}{_TH}?(?: of)? (?P<name>{EN_MONTH})(?:,? {_YEAR})?", _month_and_day),
    ("|".join(_NAMED_DAYS.values()), _named_day),
    (r"in ([0-9]{1,4}|an?) (?:days?|weeks?)|([0-9]{1,4}|an?) (?:days?|weeks?) from (?:now|today)", _days_ahead),
    (rf"in (?P<n>[0-9]{{1,4}}|a) weeks?,? (?:on )?(?P<weekday>{EN_WEEKDAY})", _weeks_ahead),
    (rf"(?P<weekday>{EN_WEEKDAY}),? in (?P<n>[0-9]{{1,4}}|a) weeks?", _weeks_ahead),
    (rf"(?P<n>[0-9]{{1,4}})週間?後 ?{_JA_A_WEEKDAY}", _weeks_ahead),
    ("|".join(_WEEKENDS), _weekend),
    (r"([0-9]{1,4}) ?(?:日|週間)後", _days_ahead),
    (rf"{_EN_THE_WEEK},? (?:on )?(?P<weekday>{EN_WEEKDAY})", _day_of_week),
    (rf"(?P<weekday>{EN_WEEKDAY}),? (?:of )?{_EN_THE_WEEK}", _day_of_week),
    (rf"(?P<week>今週|来週|再来週) ?\(?(?P<weekday>{JA_WEEKDAY})\)?", _day_of_week),
    (rf"(?:this |the )?coming (?P<weekday>{EN_WEEKDAY})", _coming_weekday),
    (rf"this (?P<weekday>{EN_WEEKDAY})", _this_weekday),
    (rf"next (?P<weekday>{EN_WEEKDAY})", _next_weekday),
    (rf"(?:今度|次) ?{_JA_A_WEEKDAY}", _next_weekday),
    (rf"(?P<weekday>{EN_WEEKDAY}|[月火水木金土日]曜日?)", _coming_weekday),
    (rf"{_JA_WHICH}? ?{_DAY}日", _day_of_month),
    (rf"(?:the )?{_DAY}{_TH}(?: (?:of )?{_EN_WHICH})?", _day_of_month),
    (rf"(?:{_JA_WHICH}|{_MONTH}月)? ?{_JA_NTH} ?{_JA_A_WEEKDAY}", _nth_weekday),
    (rf"(?:{_JA_WHICH}|{_MONTH}月)? ?(?:末日|月末|最終日|(?<=月)末)", _last_of_month),
    (rf"(?:the )?last day of (?:{_EN_WHICH}|(?P<name>{EN_MONTH}))", _last_of_month),
    (
        rf"(?:the )?(?P<nth>{EN_ORDINAL}) (?P<weekday>{EN_WEEKDAY})"
        rf"(?: (?:of |in )?(?:{_EN_WHICH}|(?P<name>{EN_MONTH})))?",
        _nth_weekday,
    ),
)
"""Every way of naming a day: the whole normalised text, and how it is read. The first form that fits counts."""
