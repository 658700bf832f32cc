"""What a phrase can get wrong, as data; which example helps is the business of rendering."""

from datetime import date, datetime, time
from typing import Literal

from bot.domain.calendar.rules import RuleNotUnderstood
from bot.domain.errors import StudyError

PhraseKind = Literal["when", "several", "day", "clock", "duration", "days", "dates"]


class PhraseNotUnderstood(StudyError):
    """The text is not wholly understood as what was asked for (`kind`); "several": as more than two moments."""

    text: str
    kind: PhraseKind = "when"


class ClockMissing(PhraseNotUnderstood):
    """The text names only a day, in one or two readings (`days`), where a time of day is needed as well.

    `part` is the part of the day that it names beside ("morning", 「夜」; "": none), without an hour. `example` is a
    time of day at which it would still be ahead.
    """

    days: tuple[date, ...] = ()
    example: time = time(7)
    part: str = ""


class NoSuchDay(PhraseNotUnderstood):
    """The day that the text names is on no calendar: 2/30, 13/40."""


class DayOfNothing(PhraseNotUnderstood):
    """The day is counted from another one where there is none: "the next day", 「翌週の火曜」 of something new."""


class PhraseRepeats(PhraseNotUnderstood):
    """The text is a rule for dates that repeat, where one date is asked for: "every Wednesday 7:00"."""


class PhraseInThePast(StudyError):
    """The text is understood, but its only reading, `instant` (UTC), has passed; `day_only`: it is all of that day."""

    text: str
    instant: datetime
    day_only: bool = False


class PhraseAmbiguous(StudyError):
    """The text has two sensible `readings` (UTC, the earlier first): "7時" is in the morning or in the evening.

    Of what moves it may have up to four: "Thu 8" of its own week and of this one.
    """

    text: str
    readings: tuple[datetime, ...]


class DayAmbiguous(StudyError):
    """The day has two sensible `readings`, the earlier first: "next Friday" is this week's or the next one's."""

    text: str
    readings: tuple[date, date]


class ClockAmbiguous(StudyError):
    """The time of day has two sensible `readings`, the earlier first."""

    text: str
    readings: tuple[time, time]


class ClockPastMidnight(StudyError):
    """The text is a time after midnight, which is `at` on the next day: 「26時」 is 2 in the morning."""

    text: str
    at: time


class RuleTimeMissing(RuleNotUnderstood):
    """The rule has no time of day, or only a part of one (「毎週水曜の朝」); `example` is one that it may have."""

    example: time = time(7)


class RuleOnce(RuleNotUnderstood):
    """The text names a weekday without saying that it repeats; `repeated` is what to write instead.

    `missing` is an example of the time of day that it lacks as well (None: it has one).
    """

    repeated: str = ""
    missing: time | None = None


class WeekdayContradicts(StudyError):
    """The text names a date and a weekday that differ: `day` is no `said` (0 is Monday)."""

    text: str
    day: date
    said: int


class LengthsDiffer(StudyError):
    """With the end that is named beside the start it is `said` minutes long, but the length is `given` as others."""

    said: int
    given: int
