"""What a series is: the values and the repository."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime, time
from typing import TYPE_CHECKING, Any, Protocol

from msgspec import Struct

from bot.domain.calendar import Occurrence, Recurrence
from bot.domain.errors import StudyError

if TYPE_CHECKING:
    from bot.domain.communities import Community
    from bot.domain.groups import StudyGroup
    from bot.domain.sessions import Session

LONGEST_NAME = 60
MOST_COUNT = 500


class SessionSeries(Struct, frozen=True):
    """A rule by which sessions recur, and what they have in common.

    `rrule` is RFC 5545 text without DTSTART; `at` is wall-clock time in `time_zone`; `duration` is in minutes;
    `except_on` are dates that were skipped; `planned_until` is the local date up to which sessions stand as rows.
    """

    id: int
    guild_id: int
    group_id: int
    name: str
    rrule: str
    starts_on: date
    at: time
    time_zone: str
    until: date | None
    count: int | None
    theme: str
    duration: int
    venue: str
    capacity: int | None
    except_on: frozenset[date]
    planned_until: date | None
    created_by: int
    created_at: datetime
    ended_at: datetime | None

    def recurrence(self) -> Recurrence:
        """Its dates."""
        return Recurrence(
            self.rrule, self.starts_on, self.at, self.time_zone, self.until, self.count, except_on=self.except_on
        )


class SeriesRepository(Protocol):
    """The series of one community."""

    async def add(self, **values: Any) -> SessionSeries:
        """Write a new series; the fields of `SessionSeries` but id, guild_id, except_on and ended_at."""
        ...

    async def get(self, series_id: int) -> SessionSeries:
        """The series with this id.

        Raises:
            Unknown: the community has none.
        """
        ...

    async def all(self, *, ended: bool = False) -> list[SessionSeries]:
        """The series in order of creation; ended ones only if asked for."""
        ...

    async def change(self, series_id: int, **values: Any) -> SessionSeries:
        """Set columns; returns the series as changed."""
        ...

    async def skip(self, series_id: int, on: Collection[date], reason: str) -> None:
        """Add dates on which the series does not meet."""
        ...


class NewSeries(Struct, frozen=True):
    """A series to be, as a person describes it; the rule is parsed. `starts_on` None: from the rule's first date ahead.

    `duration` is in minutes; `theme` "": sessions bear the series' name.
    """

    group_id: int
    name: str
    rrule: str
    at: time
    starts_on: date | None = None
    until: date | None = None
    count: int | None = None
    theme: str = ""
    duration: int = 60
    venue: str = ""
    capacity: int | None = None


class SeriesNameTaken(StudyError):
    """The group has a running series of this name already; other groups' names are nobody's concern."""

    name: str
    group: str


class SeriesAmbiguous(StudyError):
    """Several series that the caller can see bear this name, one in each of these groups."""

    name: str
    groups: tuple[str, ...]


class SeriesNeverMeets(StudyError):
    """The rule, with its first and last day, has no date ahead."""


class NoSuchDate(StudyError):
    """The series `name` does not meet `on` this day; `ahead` are its next dates."""

    name: str
    on: date
    ahead: tuple[date, ...]


class SeriesEnded(StudyError):
    """The series `name` has ended already."""

    name: str


class SeriesPreview(Struct, frozen=True):
    """What its author is shown first; `ahead` are the next five dates. Confirming it needs only `draft_id`."""

    draft_id: int
    new: NewSeries
    group: StudyGroup
    community: Community
    channel_id: int
    ahead: tuple[Occurrence, ...]


class SeriesView(Struct, frozen=True):
    """A series with the next sessions that stand as rows, by start; `planned` counts them all."""

    series: SessionSeries
    group: StudyGroup
    community: Community
    sessions: tuple[Session, ...]
    planned: int
