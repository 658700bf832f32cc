"""A time with two readings: its author is asked which one is meant, privately and with a button for each."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Literal, TypeVar

from msgspec import Struct
from msgspec.structs import replace

from bot.domain.phrases import Fork, taking
from bot.domain.sessions.values import NewSession, SessionChange

if TYPE_CHECKING:
    from bot.domain.communities import Community
    from bot.domain.groups import StudyGroup
    from bot.domain.sessions.values import Draft

TimeField = Literal["starts_at", "deadline"]
V = TypeVar("V", NewSession, SessionChange)
_DAY = timedelta(days=1)


class WhichTime(Struct, frozen=True):
    """What its author is asked before anything is shown: `text`, said of `field`, has two `readings` (UTC).

    `day_only`: it names only a day, and the readings, one to four, are the usual times of it, or its end.

    Choosing needs only `draft_id` and the place of a reading. `theme` is what the session is called.
    """

    draft_id: int
    field: TimeField
    text: str
    readings: tuple[datetime, ...]
    theme: str
    moves: bool
    community: Community
    day_only: bool = False


class WhichGroup(Struct, frozen=True):
    """What its author is asked before anything is shown: in which of these `groups` the session is to be.

    Choosing needs only `draft_id` and the place of a group, from 1; a group that has gone meanwhile leaves its place.
    """

    draft_id: int
    theme: str
    groups: Mapping[int, StudyGroup]


def which_time(
    draft: Draft, value: NewSession | SessionChange, fork: Fork, theme: str, community: Community
) -> WhichTime:
    """The question that a draft with an open fork puts to its author."""
    field: TimeField = "deadline" if fork.field == "deadline" else "starts_at"
    readings = tuple(getattr(taking(value, fork, place), field) for place in range(len(fork.readings)))
    moves = isinstance(value, SessionChange)
    return WhichTime(draft.id, field, fork.text, readings, theme, moves, community, fork.day_only)


def sensible(value: V, forks: Sequence[Fork], starts_at: datetime, now: datetime) -> tuple[V, tuple[Fork, ...]]:
    """Settle a deadline of which not several readings lie between now and the start, once the start is known.

    A day alone means its end, and on the day of the start the start. A time of day alone is the last one before the
    start.
    """
    if any(fork.field == "starts_at" for fork in forks):
        return value, tuple(forks)
    left: list[Fork] = []
    for fork in forks:
        said = [taking(value, fork, place).deadline for place in range(len(fork.readings))]
        readings = [_before_start(each, starts_at) if fork.day_only else each for each in said if each is not None]
        if fork.time_only:
            readings = [each for each in readings if starts_at - _DAY < each <= starts_at] or readings
        fitting = [each for each in readings if now < each <= starts_at]
        if len(fitting) > 1:
            left.append(replace(fork, readings=tuple({"deadline": each.isoformat()} for each in fitting)))
        else:
            # Of several that don't fit, the first one says why not.
            value = replace(value, deadline=(fitting or readings)[0])
    return value, tuple(left)


def _before_start(day_end: datetime, starts_at: datetime) -> datetime:
    """The start, if it comes within the day that ends then."""
    return starts_at if day_end - _DAY < starts_at < day_end else day_end
