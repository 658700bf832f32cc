"""Times before something begins: 「前日の20時」, "2 days before", "the evening before at 8", 「1時間前」.

A weekday alone is said of what begins, too: the last one before it, and not the next one from today.
"""

import re
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from bot.domain.calendar.instants import local_day, to_instant
from bot.domain.phrases.alone import moment_of
from bot.domain.phrases.clock import EXAMPLES, example_in
from bot.domain.phrases.days import DayForms
from bot.domain.phrases.errors import ClockMissing, PhraseNotUnderstood
from bot.domain.phrases.relative import BACK_FORMS
from bot.domain.phrases.spans import clock_span
from bot.domain.phrases.text import EN_WEEKDAY, normalise, spoken, weekday_number
from bot.domain.phrases.when import day_and_clock

_LAST_MINUTE = 24 * 60 - 1
_START = "(?:the )?(?:start|session|meeting|event)|it (?:starts|begins)"

_CONTRACTIONS = (
    (rf"(?<=before) (?:{_START})\b", ""),
    (rf"\bday of (?:{_START})\b", "day"),
    (r"^(?:the )?(morning|afternoon|evening|night) before\b", r"the day before \1"),
    (r"^(?:開始|開催|始まる) ?日? ?(?=[^ ].*)", ""),
    (r"^前夜|^前の?晩", "前日 夜"),
    (r"(?:いっぱい|中)$", ""),
)
_SPAN = r"(?P<span>.+?) (?:before|earlier)|(?P<ja_span>.+?)前"


def _last_weekday(found: re.Match[str], start: date) -> tuple[date, ...]:
    """On the weekday of the start that day or the one a week before: it depends on the time of day."""
    back = (start.weekday() - weekday_number(found["weekday"])) % 7
    return (start - timedelta(back),) if back else (start, start - timedelta(7))


BEFORE_FORMS: DayForms = (
    *BACK_FORMS,
    (rf"(?P<weekday>{EN_WEEKDAY}|[月火水木金土日]曜日?)", _last_weekday),
)
"""Ways of naming a day by that of the start, as `days.DAY_FORMS`."""


def before_start(text: str, start: datetime, zone: ZoneInfo) -> set[datetime]:
    """For each reading the instant (UTC) before the `start`; none if the text is not said of a start.

    A day alone means its last minute, and that of the start the start. A weekday with a time is the last such moment;
    that of the start alone is also the one a week before.

    Raises:
        ClockMissing: it names only a part of a day (「前日の夜」).
    """
    phrase = spoken(normalise(text) or "")
    for pattern, spelled in _CONTRACTIONS:
        phrase = re.sub(pattern, spelled, phrase)
    if (found := re.fullmatch(_SPAN, phrase)) and (span := clock_span(found["span"] or found["ja_span"])):
        return {start - span}
    try:
        days, minutes = day_and_clock(text, phrase, local_day(start, zone), BEFORE_FORMS)
    except ClockMissing as error:
        if error.part:
            raise error.but(example=example_in(error.part, None) or EXAMPLES[0]) from None
        return {min(to_instant(moment_of(day, _LAST_MINUTE), zone), start) for day in error.days}
    except PhraseNotUnderstood:
        return set()
    last: set[datetime] = set()
    for minute in minutes:
        moments = sorted(to_instant(moment_of(day, minute), zone) for day in days)
        last.update([each for each in moments if each <= start][-1:] or moments[:1])
    return last
