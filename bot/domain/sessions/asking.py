"""A time with two readings: its author is asked which one is meant, privately and with a button for each."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Literal, TypeVar

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from bot.domain.phrases import Fork, Reading, taking
from bot.domain.sessions.limits import deadline_along
from bot.domain.sessions.values import NewSession, SessionChange

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

    from bot.domain.communities import Community
    from bot.domain.groups import StudyGroup
    from bot.domain.sessions.values import Draft

TimeField = Literal["starts_at", "deadline"]
V = TypeVar("V", NewSession, SessionChange)
_DAY = timedelta(days=1)


class WhichTime(Struct, frozen=True):
    """What its author is asked before anything is shown: `text`, said of `field`, has two `readings` (UTC).

    `day_only`: it names only a day, or a `part` of one, and the readings, one to four, are its usual times, or its end.

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
    part: str = ""


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
    return WhichTime(draft.id, field, fork.text, readings, theme, moves, community, fork.day_only, fork.part)


def sensible(value: V, forks: Sequence[Fork], starts_at: datetime, now: datetime) -> tuple[V, tuple[Fork, ...]]:
    """Settle a deadline of which not several readings lie between now and the start, once the start is known.

    A day alone means its end, and on the day of the start the start. What was said of the start is meant of the one
    that is known by now.
    """
    if any(fork.field == "starts_at" for fork in forks):
        return value, tuple(forks)
    left: list[Fork] = []
    for fork in forks:
        places = [place for place, of in enumerate(fork.starts) if of == starts_at] or range(len(fork.readings))
        said = [taking(value, fork, place).deadline for place in places]
        readings = [_before_start(each, starts_at) if fork.day_only else each for each in said if each is not None]
        fitting = [each for each in readings if now < each <= starts_at]
        if len(fitting) > 1:
            left.append(replace(fork, readings=tuple({"deadline": each.isoformat()} for each in fitting), starts=()))
        else:
            # Of several that don't fit, the first one says why not.
            value = replace(value, deadline=(fitting or readings)[0])
    return value, tuple(left)


def taking_deadline(
    value: V, forks: Sequence[Fork], old_start: datetime, now: datetime, zone: ZoneInfo
) -> tuple[V, tuple[Fork, ...]]:
    """A draft whose start was changed takes its deadline along, and so does each reading of the new start."""
    deadline = value.deadline
    if deadline is None or value.starts_at is None:
        return value, tuple(forks)

    def along(start: datetime) -> dict[str, Any]:
        moved = deadline_along(deadline, old_start, start, now, zone)
        # To a change, None alone would leave the deadline that the session has. Said in each reading, since the one
        # that is chosen takes the place of the first, which may have dropped it.
        removed = {"no_deadline": moved is None} if isinstance(value, SessionChange) else {}
        return {"deadline": moved, **removed}

    def reading(said: Reading) -> Reading:
        return {**said, **msgspec.to_builtins(along(msgspec.convert(said["starts_at"], datetime)))}

    taken = (
        replace(fork, readings=tuple(reading(said) for said in fork.readings)) if fork.field == "starts_at" else fork
        for fork in forks
    )
    return replace(value, **along(value.starts_at)), tuple(taken)


def _before_start(day_end: datetime, starts_at: datetime) -> datetime:
    """The start, if it comes within the day that ends then."""
    return starts_at if day_end - _DAY < starts_at < day_end else day_end
