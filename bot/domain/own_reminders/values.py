"""What a person may choose of their reminders, and the rules that follow from it."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping
from datetime import datetime, time, timedelta
from itertools import pairwise
from typing import TYPE_CHECKING, Literal, Protocol, get_args

from msgspec import Struct

from bot.domain.calendar import local_day, to_instant
from bot.domain.communities import is_off
from bot.domain.errors import StudyError
from bot.domain.group_times import COMMUNITY_DEFAULT
from bot.domain.phrases import PhraseNotUnderstood, parse_clock, parse_duration
from bot.domain.phrases.text import normalise
from bot.domain.zones import zone_of

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

    from bot.domain.sessions import Session

Way = Literal["channel", "dm", "thread", "off"]
"""How somebody is told: mentioned in the group's channel as everybody is (their own times then come as a direct
message), all by direct message, all as a mention in the session's thread, or not at all."""
WAYS: tuple[Way, ...] = get_args(Way)
Usual = Literal["usual"]
Off = Literal["off"]

MOST_OFFSETS = 5
FARTHEST = 14 * 24 * 60
"""Minutes before a session, at most; at least one."""
_MINUTE = timedelta(minutes=1)
_DAY = timedelta(days=1)

_JA_DAYS = {"前日": 24 * 60, "前の日": 24 * 60, "前々日": 2 * 24 * 60}
_EN_DAYS = {"the day": 24 * 60, "a day": 24 * 60, "one day": 24 * 60, "a week": 7 * 24 * 60, "one week": 7 * 24 * 60}
"""Offsets that are no lengths of time for `parse_duration`; the Japanese ones have their "before" in them."""
# Patterns are texts here, as in `bot.domain.phrases`: `re` compiles each when it is first used.
_BEFORE = r" ?(?:before|earlier|前に?)$"
_SEPARATOR = r" ?[,;] ?"
_AND = r" and (?!a half)| ?& ?| ?と ?|・"
_COARSE = r"[0-9] ?(?:days?|d|日間?|weeks?|w|週間?)(?![a-z])|^前|^(?:the|a|one) (?:day|week)"
_FINE = r"(?:hours?|hrs?|h|時間|minutes?|mins?|m|分間?)(?![a-z])|[0-9]:[0-9]"


class OffsetsNotUnderstood(StudyError):
    """The text says no lengths of time before a session, or could be read in two ways."""

    text: str


class OffsetOutOfRange(StudyError):
    """A reminder is to come `minutes` before a session: less than one, or more than `most`."""

    minutes: int
    most: int


class TooManyOffsets(StudyError):
    """Somebody wants `number` reminders before each session, and `most` are possible."""

    number: int
    most: int


class OwnReminders(Struct, frozen=True):
    """What one person chose.

    `before` are minutes before a session, the longest first; None: never chosen, so they have none of their own.
    `evening` is their own time on the evening before (wall clock, None: as everybody); `evening_off`: none for them.
    `zone` is where that clock hangs (an IANA name, "": where the community's does); their profile says it.
    """

    member_id: int
    before: tuple[int, ...] | None = None
    evening: time | None = None
    evening_off: bool = False
    by: Way = "channel"
    zone: str = ""

    def clock_in(self, community: ZoneInfo) -> ZoneInfo:
        """The zone in which the evening is meant."""
        return zone_of(self.zone) if self.zone else community

    def way(self, *, alone: bool) -> Way:
        """How this person is told; `alone`: of a time of their own, which nobody else needs to read."""
        return "dm" if alone and self.by == "channel" else self.by


class OwnChange(Struct, frozen=True):
    """What is to change: None leaves a field; `before` () means none at all, "usual" unsets it."""

    before: tuple[int, ...] | Usual | None = None
    evening: time | Usual | Off | None = None
    by: Way | None = None


class OwnReminderRepository(Protocol):
    """What the people of one community chose."""

    async def find(self, member_id: int) -> OwnReminders | None:
        """What this person chose; None: nothing yet."""
        ...

    async def some(self, member_ids: Collection[int]) -> dict[int, OwnReminders]:
        """What these people chose, by id; who never chose is left out."""
        ...

    async def among(self, member_ids: tuple[int, ...]) -> Mapping[int, OwnReminders]:
        """As `some`; the same question is put to the database once in a view."""
        ...

    async def times(self) -> list[OwnReminders]:
        """Every distinct set of own times that anybody has who is told at all, once, with 0 for the person."""
        ...

    async def with_evening(self) -> list[OwnReminders]:
        """Those who have an own time on the evening before and are told at all, by id."""
        ...

    async def put(self, own: OwnReminders) -> None:
        """Write or replace what a person chose; their zone is written with their profile."""
        ...


# Reading what people write


def parse_before(text: str) -> tuple[int, ...] | Usual:
    """Read "1 day, 30 min", 「前日、30分前」, "off" or "default" to minutes, the longest first, without repetition.

    A day and a shorter time that stand together without a comma ("1 day 30 min") have two readings and are refused.

    Raises:
        OffsetsNotUnderstood: it is none of these.
        OffsetOutOfRange, TooManyOffsets: see `checked_offsets`.
    """
    if is_off(text):
        return ()
    if text.strip().casefold() in COMMUNITY_DEFAULT:
        return "usual"
    plain = normalise(text)
    if plain is None:
        raise OffsetsNotUnderstood(text[:100])
    found = [_offset(item, text) for part in re.split(_SEPARATOR, plain) for item in _several(part, text)]
    return checked_offsets(found)


def _several(part: str, text: str) -> list[str]:
    """What is joined by "and" are several offsets, unless it may be one length: "1 hour and 30 minutes"."""
    items = re.split(_AND, part)
    for first, second in pairwise(items):
        if re.search(_FINE, first) and not re.search(_BEFORE, first) and not re.search(_COARSE, second):
            raise OffsetsNotUnderstood(text[:100])
    return items


def _offset(item: str, text: str) -> int:
    if item in _JA_DAYS:
        return _JA_DAYS[item]
    plain = re.sub(_BEFORE, "", item)
    if plain in _EN_DAYS:
        return _EN_DAYS[plain]
    try:
        if re.search(_COARSE, plain) and re.search(_FINE, plain):
            raise PhraseNotUnderstood(text, "duration")
        return parse_duration(plain) // _MINUTE
    except PhraseNotUnderstood as error:
        raise OffsetsNotUnderstood(text[:100]) from error


def parse_shared(text: str) -> tuple[int, ...]:
    """Read what a group has for all who come to its sessions, as `parse_before`; "default" is none, as everywhere.

    Raises:
        OffsetsNotUnderstood, OffsetOutOfRange, TooManyOffsets: see `parse_before`.
    """
    found = parse_before(text)
    return () if found == "usual" else found


def parse_evening(text: str) -> time | Usual | Off:
    """Read a time of day, "off" or "default".

    Raises:
        PhraseNotUnderstood, ClockPastMidnight: it is no time of day, or one of the session's day.
    """
    if is_off(text):
        return "off"
    return "usual" if text.strip().casefold() in COMMUNITY_DEFAULT else parse_clock(text, evening=True)


def checked_offsets(minutes: Iterable[int]) -> tuple[int, ...]:
    """The offsets, the longest first and each once.

    Raises:
        OffsetOutOfRange: one is not within 1 minute and 14 days.
        TooManyOffsets: they are more than 5.
    """
    offsets = tuple(sorted(set(minutes), reverse=True))
    for each in offsets:
        if not 1 <= each <= FARTHEST:
            raise OffsetOutOfRange(each, FARTHEST)
    if len(offsets) > MOST_OFFSETS:
        raise TooManyOffsets(len(offsets), MOST_OFFSETS)
    return offsets


def changed(own: OwnReminders, change: OwnChange) -> OwnReminders:
    """What this person has after the change.

    Raises:
        OffsetOutOfRange, TooManyOffsets: see `checked_offsets`.
    """
    before, evening, off, by = own.before, own.evening, own.evening_off, own.by
    if change.before is not None:
        before = None if change.before == "usual" else checked_offsets(change.before)
    if change.evening is not None:
        off = change.evening == "off"
        evening = change.evening if isinstance(change.evening, time) else None
    return OwnReminders(own.member_id, before, evening, off, change.by or by, own.zone)


# When


def evening_before(at: time, starts_at: datetime, zone: ZoneInfo) -> datetime:
    """That time of day on the local day before the session."""
    return to_instant(datetime.combine(local_day(starts_at, zone) - _DAY, at), zone)


def lead(instant: datetime, starts_at: datetime) -> int:
    """How many minutes before the start an instant lies."""
    return (starts_at - instant) // _MINUTE


def own_evening(own: OwnReminders, starts_at: datetime, zone: ZoneInfo) -> datetime | None:
    """When this person's own evening is, on the day before as their clock has it; None: they have none of their own.

    `zone` is the community's.
    """
    if own.evening is None or own.evening_off or own.by == "off":
        return None
    return evening_before(own.evening, starts_at, own.clock_in(zone))


def evening_lead(own: OwnReminders, session: Session, zone: ZoneInfo) -> int | None:
    """How many minutes before the session this person's own evening is; None: they have none of their own."""
    at = own_evening(own, session.starts_at, zone)
    return None if at is None else lead(at, session.starts_at)


def leads(session: Session, owners: Iterable[OwnReminders], zone: ZoneInfo) -> set[int]:
    """How many minutes before the session somebody is to be told alone: each distinct lead once.

    `zone` is the community's, where people's clocks hang who have said no other.
    """
    found: set[int] = set()
    for own in owners:
        found.update(own.before or ())
        evening = evening_lead(own, session, zone)
        if evening is not None:
            found.add(evening)
    return found
