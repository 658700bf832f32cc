"""A beginning and an end in one phrase: "12/3 7:00-8:30", "tomorrow 7-8:30am", 「明日 夜7時〜9時」."""

import re
from itertools import product

from bot.domain.phrases.clock import CLOCK, clock_minutes
from bot.domain.phrases.hours import TO
from bot.domain.phrases.text import normalise, spoken

_NOON, _DAY = 12 * 60, 24 * 60
_BEGIN = rf"(?:(?P<rest>.+?)(?: ?, ?| )?)??(?<![a-z0-9:])(?:from )?(?P<clock>{CLOCK})"
_END = rf"(?:翌日? ?)?{CLOCK}(?: ?まで)?(?:(?: ?, ?| on | )(?P<rest>.+))?"
_MARKS = ("before", "after", "en_after", "past_after")
_OTHER_WORDS = ("at", "oclock", "ja_hour", "named", "past", *_MARKS)


def with_end(text: str) -> tuple[str, int] | None:
    """Split a phrase that names an end: into what says when it begins, and its length in minutes. None: it names none.

    Of several readings those are meant whose ends are closest together: "11-1pm" begins in the morning.
    """
    phrase = spoken(normalise(text) or "")
    for dash in re.finditer(TO, phrase):
        begin, end = re.fullmatch(_BEGIN, phrase[: dash.start()]), re.fullmatch(_END, phrase[dash.end() :])
        if begin is None or end is None or (begin["rest"] and end["rest"]):
            continue
        if _is_number(begin) and _is_number(end) and not (begin["rest"] or end["rest"]):
            continue  # "12-3" is as well a date.
        marked = any(found[mark] for found in (begin, end) for mark in _MARKS)
        both = product(_readings(begin, marked=marked), _readings(end, marked=marked))
        lengths = {(first, last): (last - first) % _DAY for first, last in both if (last - first) % _DAY}
        if lengths:
            length = min(lengths.values())
            begins = sorted({first for (first, _), each in lengths.items() if each == length})
            at = _clock(begins[0]) if len(begins) == 1 else _said(begin)
            return " ".join(filter(None, (begin["rest"] or end["rest"], at))), length
    return None


def _readings(found: re.Match[str], *, marked: bool) -> set[int]:
    """In minutes after midnight. If one of the two is `marked` as on the 12-hour clock, the other may be on it, too."""
    minutes = set(clock_minutes(found))
    hour = int(found["bare_hour"] or 24)
    if not minutes and hour <= 24:
        minutes = {hour * 60}
    if (_is_number(found) or marked) and not any(found[mark] for mark in _MARKS):
        minutes |= {each + _NOON for each in minutes if 60 <= each <= _NOON}
    return minutes


def _is_number(found: re.Match[str]) -> bool:
    return bool(found["bare_hour"]) and not any(found[word] for word in _OTHER_WORDS)


def _clock(minutes: int) -> str:
    return f"{minutes // 60}:{minutes % 60:02}"


def _said(found: re.Match[str]) -> str:
    return f"{found['clock']}時" if _is_number(found) else found["clock"]
