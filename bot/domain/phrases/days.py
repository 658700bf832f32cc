"""Days as people name them: "12/3", "next week Tue", 「来週火曜」, 「12月3日(木)」.

Weeks begin on Monday: 今週, 来週 and "next week" are calendar weeks. A date without a year is the next such date, today
included.
"""

import re
from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import date, timedelta

from bot.domain.phrases.errors import WeekdayContradicts
from bot.domain.phrases.text import (
    EN_MONTH,
    EN_ORDINAL,
    EN_WEEKDAY,
    JA_WEEKDAY,
    WEEKDAY,
    month_number,
    ordinal_number,
    weekday_number,
)

FIRST_YEAR, LAST_YEAR = 2000, 2199
_LONGEST_MONTH, _LONGEST_YEAR = 31, 366
LONGEST_AHEAD = 1100
"""Days, weeks or hours that "in 3 days" may count."""

DayReader = Callable[[re.Match[str], date], tuple[date, ...]]
"""From a matched form and the day it is counted from, the local today, to its readings: none if there is no such date.
"""
DayForms = Sequence[tuple[str, DayReader]]
"""Ways of naming a day: the whole normalised text, and how it is read. The first form that fits counts."""

_WITH_WEEKDAY = (
    rf"(?P<said>{EN_WEEKDAY}|[月火水木金土日]曜日?),? (?P<rest>.*[0-9].*)",
    rf"\( ?(?P<said>{WEEKDAY}) ?\) ?(?P<rest>.*[0-9].*)",
    rf"(?P<rest>.+?) ?\( ?(?P<said>{WEEKDAY}) ?\)",
    rf"(?P<rest>.*[0-9].*?),? ?(?P<said>{WEEKDAY})",
)


def named_days(text: str, phrase: str, today: date, forms: DayForms | None = None) -> tuple[date, ...]:
    """The readings of a day, ascending; none if it isn't one. It is counted from `today`, in `DAY_FORMS` or other ones.

    Raises:
        WeekdayContradicts: a weekday stands beside a date that is another one.
    """
    phrase = phrase.strip(" ,").removeprefix("on ")
    for pattern, reader in forms or DAY_FORMS:
        if found := re.fullmatch(pattern, phrase):
            return tuple(sorted(set(reader(found, today))))
    for pattern in _WITH_WEEKDAY:
        if found := re.fullmatch(pattern, phrase):
            said = weekday_number(found["said"])
            days = named_days(text, found["rest"], today, forms)
            if days and all(day.weekday() != said for day in days):
                raise WeekdayContradicts(text, days[0], said)
            return tuple(day for day in days if day.weekday() == said)
    return ()


def is_no_day(phrase: str, today: date) -> bool:
    """Whether it names a day that is on no calendar: 2/30, 13/40, 「11月31日」."""
    if (form := _form(phrase)) is None:
        return False
    found, reader = form
    year = int(found.groupdict().get("year") or today.year)
    return reader in _DATES and FIRST_YEAR <= year <= LAST_YEAR and not reader(found, today)


def days_passed(phrase: str, today: date) -> frozenset[date]:
    """The last such day before `today`, of one that comes again by the calendar: "1/27", 「27日」; else none."""
    form = _form(phrase)
    if form is None or form[1] not in (_month_and_day, _day_of_month):
        return frozenset()
    if any(form[0].groupdict().get(fixed) for fixed in ("year", "reiwa", "relative", "which")):
        return frozenset()
    found: set[date] = set()
    for back in (_LONGEST_MONTH, _LONGEST_YEAR):
        with suppress(WeekdayContradicts):
            found.update(day for day in named_days(phrase, phrase, today - timedelta(back)) if day < today)
    return frozenset(sorted(found)[-1:])


def _form(phrase: str) -> tuple[re.Match[str], DayReader] | None:
    """The form in which it names a day, without a weekday that stands beside."""
    phrase = phrase.strip(" ,").removeprefix("on ")
    for pattern, reader in DAY_FORMS:
        if found := re.fullmatch(pattern, phrase):
            return found, reader
    found = next((found for pattern in _WITH_WEEKDAY if (found := re.fullmatch(pattern, phrase))), None)
    return _form(found["rest"]) if found else None


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
    if not FIRST_YEAR <= year <= LAST_YEAR:
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
    return (today + timedelta(number * (7 if weeks else 1)),) if 0 < number <= LONGEST_AHEAD else ()


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
    return (monday + timedelta(7 * number + weekday),) if 0 < number <= LONGEST_AHEAD else ()


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


_DATES: tuple[DayReader, ...] = (_full_date, _year_last, _month_and_day, _day_of_month)
"""Those that find nothing for a day which is on no calendar."""


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

JA_A_WEEKDAY = r"(?P<weekday>[月火水木金土日]曜日?|[月火水木金土])"
"""A weekday where a bare 日 would be a day: 次の日 is tomorrow, 最終日 the last day."""

DAY_FORMS: DayForms = (
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
    (rf"(?P<n>[0-9]{{1,4}})週間?後 ?{JA_A_WEEKDAY}", _weeks_ahead),
    ("|".join(_WEEKENDS), _weekend),
    (r"([0-9]{1,4}) ?(?:日|週間)後", _days_ahead),
    (rf"{_EN_THE_WEEK},? (?:on )?(?P<weekday>{EN_WEEKDAY})", _day_of_week),
    (rf"(?P<weekday>{EN_WEEKDAY}),? (?:of )?{_EN_THE_WEEK}", _day_of_week),
    (rf"(?P<week>今週|来週|再来週) ?\(?(?P<weekday>{JA_WEEKDAY})\)?", _day_of_week),
    (rf"(?:this |the )?coming (?P<weekday>{EN_WEEKDAY})", _coming_weekday),
    (rf"this (?P<weekday>{EN_WEEKDAY})", _this_weekday),
    (rf"next (?P<weekday>{EN_WEEKDAY})", _next_weekday),
    (rf"(?:今度|次) ?{JA_A_WEEKDAY}", _next_weekday),
    (rf"(?P<weekday>{EN_WEEKDAY}|[月火水木金土日]曜日?)", _coming_weekday),
    (rf"{_JA_WHICH}? ?{_DAY}日", _day_of_month),
    (rf"(?:the )?{_DAY}{_TH}(?: (?:of )?{_EN_WHICH})?", _day_of_month),
    (rf"(?:{_JA_WHICH}|{_MONTH}月)? ?{_JA_NTH} ?{JA_A_WEEKDAY}", _nth_weekday),
    (rf"(?:{_JA_WHICH}|{_MONTH}月)? ?(?:末日|月末|最終日|(?<=月)末)", _last_of_month),
    (rf"(?:the )?last day of (?:{_EN_WHICH}|(?P<name>{EN_MONTH}))", _last_of_month),
    (
        rf"(?:the )?(?P<nth>{EN_ORDINAL}) (?P<weekday>{EN_WEEKDAY})"
        rf"(?: (?:of |in )?(?:{_EN_WHICH}|(?P<name>{EN_MONTH})))?",
        _nth_weekday,
    ),
)
"""Every way of naming a day: the whole normalised text, and how it is read. The first form that fits counts."""
