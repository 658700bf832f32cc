"""Times of day: "19:00", "7:30 pm", "朝7時", "午後7時半", "noon", "25時".

A bare hour (7時, "at 7") is in the morning or in the evening: two readings. Written with minutes after a
colon it is on the 24-hour clock. Hours past 24 belong to the night of the day that is named.
"""

import re
from datetime import time

from bot.domain.phrases.errors import ClockAmbiguous, ClockPastMidnight, PhraseNotUnderstood
from bot.domain.phrases.text import normalise

EXAMPLES = (time(7), time(20), time(23, 30))
"""Times of day as examples of what to write."""
_DAY = 24 * 60
# A part of the day, which says no hour.
_JA_PARTS = "午前|午後|早朝|朝|お昼|昼|夕方|夕|深夜|未明|夜|晩"
_EN_PARTS = "morning|afternoon|evening|night"
DAY_PARTS = f"{_JA_PARTS}|{_EN_PARTS}"
AND_PART = rf"(?: ?, ?| )?(?:in the |at )?(?P<part>{DAY_PARTS})"
"""A part of the day behind what names the day."""
_AFTER = r"(?P<after>[ap]m|[ap]\.m\.|in the (?:morning|afternoon|evening)|at night)"

CLOCK = (
    # Not the end of "Sat ".
    r"(?P<at>(?<![a-z])at |@ ?)?"
    rf"(?:(?P<before>{_JA_PARTS}|{_EN_PARTS}|[ap]m) ?[,の]? ?(?:at )?)?"
    r"(?:"
    rf"(?P<hour>[0-9]{{1,2}}):(?P<minute>[0-5][0-9])(?::00)?(?: ?{_AFTER})?"
    r"|(?P<ja_hour>[0-9]{1,2})時(?: ?(?P<ja_minute>[0-5]?[0-9])分|(?P<half>半))?"
    rf"|(?P<en_hour>[0-9]{{1,2}}) ?{_AFTER.replace('<after>', '<en_after>')}"
    r"|(?P<bare_hour>[0-9]{1,2})(?P<oclock> ?o'clock)?"
    r"|(?P<named>noon|midday|正午|midnight)"
    r"|(?P<past>half past|quarter past|quarter to) (?P<past_hour>1[0-2]|[1-9])"
    rf"(?: ?{_AFTER.replace('<after>', '<past_after>')})?"
    r")"
)
"""A time of day at the end or the beginning of a normalised phrase; `clock_minutes` reads the match."""

# For a part of the day: which hours it may be said with, and what they then are on the 24-hour clock.
_HOURS: dict[str, dict[int, tuple[int, ...]]] = {
    "am": {12: (0,)} | {hour: (hour,) for hour in range(12)},
    "pm": {12: (12,)} | {hour: (hour + 12,) for hour in range(1, 12)},
    "午前": {12: (0, 12)} | {hour: (hour,) for hour in range(12)},
    "午後": {12: (12, 24)} | {hour: (hour + 12,) for hour in range(12)} | {hour: (hour,) for hour in range(13, 24)},
    "朝": {hour: (hour,) for hour in range(4, 12)},
    "昼": {hour: (hour,) for hour in range(10, 16)} | {hour: (hour + 12,) for hour in range(1, 5)},
    "夕": {hour: (hour,) for hour in range(15, 20)} | {hour: (hour + 12,) for hour in range(3, 8)},
    "夜": {12: (24,)}
    | {hour: (hour,) for hour in (*range(17, 24), *range(24, 30))}
    | {hour: (hour + 12,) for hour in range(5, 12)}
    | {hour: (hour, hour + 24) for hour in range(5)},
    "深夜": {12: (24,)}
    | {hour: (hour,) for hour in range(22, 30)}
    | {hour: (hour + 12,) for hour in (10, 11)}
    | {hour: (hour, hour + 24) for hour in range(6)},
    "未明": {hour: (hour,) for hour in range(6)},
    "morning": {hour: (hour,) for hour in range(1, 12)},
    "afternoon": {hour: (hour,) for hour in range(12, 19)} | {hour: (hour + 12,) for hour in range(1, 7)},
    "evening": {hour: (hour,) for hour in range(16, 24)} | {hour: (hour + 12,) for hour in range(4, 12)},
}
_SAME_AS = {"早朝": "朝", "お昼": "昼", "夕方": "夕", "晩": "夜", "night": "夜", "a.m.": "am", "p.m.": "pm"}
_EXAMPLE_HOURS = {
    "午前": 10,
    "朝": 7,
    "昼": 12,
    "午後": 14,
    "夕": 18,
    "夜": 20,
    "深夜": 23,
    "未明": 4,
    "morning": 7,
    "afternoon": 14,
    "evening": 19,
}
_PAST = {"half past": 30, "quarter past": 15, "quarter to": -15}
_NAMED = {"noon": (12 * 60,), "midday": (12 * 60,), "正午": (12 * 60,), "midnight": (0, _DAY)}


def parse_clock(text: str, *, evening: bool = False) -> time:
    """Read a time of day ("20:00", "8pm", "夜8時", "20"), naive.

    `evening`: of two readings only the later one makes sense, and midnight is the end of that evening.

    Raises:
        PhraseNotUnderstood: it is none.
        ClockPastMidnight: it belongs to the next day ("25:00", 「26時」).
        ClockAmbiguous: "8時" is in the morning or in the evening.
    """
    plain = normalise(text) or ""
    # Where nothing but a time of day can be meant, a number alone is an hour.
    found = re.fullmatch(CLOCK, f"{plain}時" if re.fullmatch("[0-9]{1,2}", plain) else plain)
    said = clock_minutes(found) if found else ()
    minutes = sorted({minute % _DAY for minute in said})
    if len(minutes) not in (1, 2):
        raise PhraseNotUnderstood(text, "clock")
    readings = [time(*divmod(minute, 60)) for minute in minutes]
    if min(said) >= _DAY or (evening and len(readings) == 1 and max(said) >= _DAY):
        raise ClockPastMidnight(text, readings[0])
    if len(readings) == 2 and evening:
        return readings[1]
    if len(readings) == 2:
        raise ClockAmbiguous(text, (readings[0], readings[1]))
    return readings[0]


def example_after(at: time) -> time:
    """A time of day to give as an example, later than `at` wherever there is one."""
    return next((each for each in EXAMPLES if each > at), EXAMPLES[-1])


def example_in(part: str, after: time | None) -> time | None:
    """A time of day to give as an example for "tonight" or 「明日の朝」, later than `after` if that is given.

    `part` is one of `DAY_PARTS`. None: that part of the day is over by then.
    """
    part = _SAME_AS.get(part, part)
    hours = {hour for readings in _HOURS[part].values() for hour in readings if hour < 24}
    candidates = [time(hour) for hour in (_EXAMPLE_HOURS[part], *sorted(hours))]
    return next((each for each in candidates if after is None or each > after), None)


def lies_in(at: time, part: str) -> bool:
    """Whether a time of day lies in that part of its own day; 2:00 belongs to the night of the day before."""
    readings = _HOURS[_SAME_AS.get(part, part)].get(at.hour, ())
    return readings[:1] == (at.hour,) and at.hour + 24 not in readings


def clock_minutes(found: re.Match[str]) -> tuple[int, ...]:
    """Return the readings of a match of `CLOCK` in minutes after the named day's midnight, ascending, up to 29:59.

    A contradiction such as "19:00 am" has none.
    """
    if found["named"]:
        return _NAMED[found["named"]] if not found["before"] else ()
    hour = int(found["hour"] or found["ja_hour"] or found["en_hour"] or found["bare_hour"] or found["past_hour"])
    minute = 30 if found["half"] else int(found["minute"] or found["ja_minute"] or _PAST.get(found["past"], 0))
    after = found["after"] or found["en_after"] or found["past_after"]
    if after and found["before"] in ("am", "pm"):
        return ()
    parts = [part for part in (found["before"], after and after.rpartition(" ")[2]) if part]
    hours = set(_hours_alone(found, hour))
    if parts:
        readings = [_HOURS[_SAME_AS.get(part, part)].get(hour, ()) for part in parts]
        hours = set(readings[0]).intersection(*readings[1:])
    return tuple(sorted(each * 60 + minute for each in hours if each < 30 and each * 60 + minute >= 0))


def bare_minutes(found: re.Match[str]) -> tuple[int, ...]:
    """Return both readings of an hour that stands alone behind a day ("Fri 7"), in minutes after midnight.

    From 12 on there are none: "Fri 13" is rather a date.
    """
    alone = found["bare_hour"] and not (found["at"] or found["before"] or found["oclock"])
    hour = int(found["bare_hour"]) if alone else 0
    return (hour * 60, (hour + 12) * 60) if 1 <= hour <= 11 else ()


def _hours_alone(found: re.Match[str], hour: int) -> tuple[int, ...]:
    """Return the readings of an hour that is said without a part of the day."""
    if found["bare_hour"] and (hour > 23 or not (found["at"] or found["oclock"])):
        return ()
    if found["hour"] or not 1 <= hour <= 11:
        return (hour,)
    return (hour, hour + 12)
