"""Days counted from another day, that of a session: 「前日」, "same day", 「翌週の火曜」, "the Friday before".

Where there is no session to count from, such a day is refused as one. What is said of a session that moves is counted
from its day; a weekday alone and 「3日後」 from today as well, and whoever said it is asked (see `when.parse_when`).
"""

import re
from datetime import date, timedelta

from bot.domain.phrases.days import JA_A_WEEKDAY, DayForms, DayReader
from bot.domain.phrases.text import EN_WEEKDAY, weekday_number

_NUMBER = r"(?P<n>[1-9][0-9]{0,2}|an?)"
_JA_NUMBER = r"(?P<n>[1-9][0-9]{0,2})"
_EN_WEEKDAY = rf"(?P<weekday>{EN_WEEKDAY})"


def _days_on(days: int) -> DayReader:
    return lambda found, day: (day + timedelta(days),)


def _so_long(direction: int) -> DayReader:
    """So many days or weeks after the day (1) or before it (-1)."""

    def read(found: re.Match[str], day: date) -> tuple[date, ...]:
        number = int(found["n"]) if found["n"].isdecimal() else 1
        return (day + direction * timedelta(number * (7 if found["unit"] in ("week", "週", "週間") else 1)),)

    return read


def _in_week(weeks: int) -> DayReader:
    """The weekday in the calendar week of the day, or so many weeks later; if none is said, that of the day."""

    def read(found: re.Match[str], day: date) -> tuple[date, ...]:
        said = found.groupdict().get("weekday")
        weekday = weekday_number(said) if said else day.weekday()
        return (day + timedelta(7 * weeks + weekday - day.weekday()),)

    return read


def _weekday_before(found: re.Match[str], day: date) -> tuple[date, ...]:
    return (day - timedelta((day.weekday() - weekday_number(found["weekday"]) - 1) % 7 + 1),)


def _weekday_after(found: re.Match[str], day: date) -> tuple[date, ...]:
    return (day + timedelta((weekday_number(found["weekday"]) - day.weekday() - 1) % 7 + 1),)


def _week(weeks: int, en: str, ja: str) -> DayForms:
    """The ways of naming such a week with its weekday: "the week after, Tuesday", "Tuesday of the week after"."""
    return (
        (rf"(?:the )?(?:{en})(?:,? (?:on )?{_EN_WEEKDAY})?", _in_week(weeks)),
        (rf"(?:the )?{_EN_WEEKDAY},? (?:of |in )?(?:the )?(?:{en})", _in_week(weeks)),
        (rf"(?:{ja})(?: ?{JA_A_WEEKDAY})?", _in_week(weeks)),
    )


BACK_FORMS: DayForms = (
    (r"(?:the|that) (?:same )?day|same day|当日|同日|同じ日", _days_on(0)),
    (r"(?:the )?(?:day before|previous day)|前日", _days_on(-1)),
    (r"前々日|前前日", _days_on(-2)),
    (rf"{_NUMBER} (?P<unit>day|week)s? (?:before|earlier)", _so_long(-1)),
    (rf"{_JA_NUMBER} ?(?P<unit>日|週間?)前", _so_long(-1)),
    *_week(-1, "week before|previous week", "前週"),
    (rf"(?:the )?{_EN_WEEKDAY} before", _weekday_before),
    (rf"(?:直前|前) ?{JA_A_WEEKDAY}", _weekday_before),
)
"""That day and those before it; as `days.DAY_FORMS`, but counted from the session's day."""

AHEAD_FORMS: DayForms = (
    (r"(?:the )?(?:next|following) day|the day after|翌日", _days_on(1)),
    (r"翌々日|翌翌日", _days_on(2)),
    (rf"{_NUMBER} (?P<unit>day|week)s? (?:later|after)", _so_long(1)),
    *_week(0, "(?:same|that) week", "同じ週|同週"),
    *_week(1, "week after|following week", "翌週"),
    (rf"(?:翌々週|翌翌週)(?: ?{JA_A_WEEKDAY})?", _in_week(2)),
    (rf"(?:the )?{_EN_WEEKDAY} after", _weekday_after),
)
"""Those behind it."""

RELATIVE_FORMS: DayForms = (*BACK_FORMS, *AHEAD_FORMS)

MOVED_FORMS: DayForms = (
    *RELATIVE_FORMS,
    (rf"{_JA_NUMBER} ?(?P<unit>日|週間?)後", _so_long(1)),
    (rf"(?P<weekday>{EN_WEEKDAY}|[月火水木金土日]曜日?)", _in_week(0)),
)
"""Those to which a session can move; the last two are counted from today as well."""
