"""Hours of a day: "22:00-06:00", "10pm to 7am", "22-7", 「夜10時から翌朝7時まで」, "weekdays 9:00-21:00".

Quiet hours and the hours in which somebody may be asked are read by the same patterns. An hour without 朝 or "pm" is on
the 24-hour clock; what then has two sensible readings is refused, since nobody is asked about it.
"""

import re
from collections.abc import Iterator
from datetime import time
from typing import NamedTuple

from bot.domain.calendar.quiet import QuietHours
from bot.domain.errors import StudyError
from bot.domain.phrases.clock import CLOCK, clock_minutes
from bot.domain.phrases.text import normalise

_NOON, _DAY = 12 * 60, 24 * 60
_LEAST_OPEN = 60
TO = r" ?(?:-|~|から| to | until | till ) ?"
"""What stands between two times of day."""
# What stands before is as short as can be, so that the "1" of "19:00" is none of it.
_BEGIN = rf"(?:(?P<rest>.+?)(?: ?の ?| ?, ?| )?)??(?<![a-z])(?:from )?(?P<clock>{CLOCK})"
_END = rf"(?P<next>翌日の?|翌(?=朝|[0-9]|午前))? ?{CLOCK}(?: ?(?:まで|the next (?:day|morning)))?"
_NUMBERS = rf"(?<![0-9:])(?P<first>[0-9]{{1,2}}){TO}(?P<second>[0-9]{{1,2}})(?: ?まで)?$"
_SPELLED = (
    (r"\bbetween (.+) and (.+)", r"\1-\2"),
    # 「22〜7時」, and "22:00-7", which is on the same clock.
    (r"(?<![0-9:])([0-9]{1,2}) ?([-~]) ?(?=(?:翌[日朝]?の?)?[0-9]{1,2}時)", r"\1時\2"),
    (rf"([0-9]{{1,2}}:[0-9]{{2}}{TO}[0-9]{{1,2}})(?: ?まで)?$", r"\1:00"),
    # "10pm-7", as 「夜10時から7時」.
    (rf"([ap](?:m|\.m\.){TO}[0-9]{{1,2}})$", r"\1 o'clock"),
)


class QuietHoursNotUnderstood(StudyError):
    """Quiet hours that are not two times ("22:00-06:00"), or that leave less than an hour of the day."""

    text: str


class Hours(NamedTuple):
    """Two times of day as they were said, each with its readings in minutes after midnight, ascending.

    `rest` is what stands before them. `numbers`: they are two numbers alone ("22-7"); `next_day`: the end is said to be
    on the next day; `by_part`: the begin is on the 12-hour clock, with 夜 or "pm"; `bare`: it is an hour on
    either clock.
    """

    rest: str
    begin: tuple[int, ...]
    end: tuple[int, ...]
    numbers: bool = False
    next_day: bool = False
    by_part: bool = False
    bare: bool = False


def hours_said(text: str) -> Iterator[Hours]:
    """Every way in which the text is two times of day, the first dash first; none if it is not."""
    plain = normalise(text) or ""
    spoken = re.sub(_NUMBERS, r"\g<first>:00-\g<second>:00", plain)
    numbers = spoken != plain
    for pattern, spelled in _SPELLED:
        spoken = re.sub(pattern, spelled, spoken)
    for dash in re.finditer(TO, spoken):
        begin, end = re.fullmatch(_BEGIN, spoken[: dash.start()]), re.fullmatch(_END, spoken[dash.end() :])
        if begin and end and (begins := clock_minutes(begin)) and (ends := _ends(end)):
            by_part = bool(begin["before"] or begin["after"] or begin["en_after"] or begin["past_after"])
            next_day = bool(end["next"]) or "the next" in end[0]
            bare = numbers or not (by_part or begin["hour"] or begin["named"])
            yield Hours(begin["rest"] or "", begins, ends, numbers, next_day, by_part, bare)


def _ends(end: re.Match[str]) -> tuple[int, ...]:
    """As `clock_minutes`; twelve alone is noon or midnight."""
    said = "before", "hour", "after", "en_after", "named", "past"
    minutes = clock_minutes(end)
    return (_NOON, _DAY) if minutes == (_NOON,) and not any(end[part] for part in said) else minutes


def parse_quiet_hours(text: str) -> QuietHours:
    """Read quiet hours, without days: they are those of every day.

    Raises:
        QuietHoursNotUnderstood: it is something else, less than an hour a day stays open, or it can mean two things:
            "10-7" may begin at 10:00 or at 22:00, "12-6" at noon or at midnight, and 「夜7時から9時」 end at 21:00 or
            at 9:00.
    """
    found = next(hours_said(text), None)
    if found is None or found.rest:
        raise QuietHoursNotUnderstood(text[:100])
    begin, end = min(found.begin), min(found.end)
    if found.by_part and begin == _DAY:
        begin = 0  # 夜12時 begins the night's hours.
    two_begins = found.bare and 0 < begin <= _NOON and end <= begin
    two_ends = found.by_part and max(found.end) - end == _NOON and end <= begin < max(found.end)
    same_day = found.next_day and end > min(found.begin)
    if begin >= _DAY or two_begins or two_ends or same_day or (begin - end) % _DAY < _LEAST_OPEN:
        raise QuietHoursNotUnderstood(text[:100])
    return QuietHours(time(*divmod(begin, 60)), time(*divmod(end % _DAY, 60)))
