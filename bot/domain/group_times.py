"""Times that moderators set for a group in words: how far it looks ahead, and its evening before."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from bot.domain.communities import is_off
from bot.domain.errors import StudyError
from bot.domain.phrases import PhraseNotUnderstood, parse_clock, parse_duration

LEAST_AHEAD, MOST_AHEAD = 7, 26 * 7
"""Days that a group may look ahead."""
COMMUNITY_DEFAULT = frozenset({"default", "standard", "標準", "既定"})
"""What people write to let a group follow the community's setting again."""
_DAY = timedelta(days=1)


class GroupEveningNotUnderstood(PhraseNotUnderstood):
    """The text is no time of day for the evening before, nor "none", nor "default"."""


class LookAheadNotPossible(StudyError):
    """The text is no length of time in days or weeks, or too short or long to look ahead."""

    text: str


def parse_look_ahead(text: str) -> int:
    """Read "6 weeks", 「10日」 or "default" to days; 0: as everywhere.

    Raises:
        LookAheadNotPossible: it is none of these, or not within 1 and 26 weeks.
    """
    if text.strip().casefold() in COMMUNITY_DEFAULT:
        return 0
    try:
        days, rest = divmod(parse_duration(text), _DAY)
    except PhraseNotUnderstood as error:
        raise LookAheadNotPossible(text[:100]) from error
    if rest or not LEAST_AHEAD <= days <= MOST_AHEAD:
        raise LookAheadNotPossible(text[:100])
    return days


def parse_group_evening(text: str) -> dict[str, Any]:
    """Read when a group's reminder on the evening before goes out: a time of day, "none", or "default" (also "-").

    Raises:
        GroupEveningNotUnderstood: it is none of these.
        ClockAmbiguous, ClockPastMidnight: as `parse_clock`.
    """
    if text.strip().casefold() in COMMUNITY_DEFAULT | {"-"}:
        return {"evening_before": None, "evening_off": False}
    if is_off(text):
        return {"evening_before": None, "evening_off": True}
    try:
        return {"evening_before": parse_clock(text, evening=True), "evening_off": False}
    except PhraseNotUnderstood as error:
        raise GroupEveningNotUnderstood(error.text, "clock") from error
