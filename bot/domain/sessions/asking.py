"""A time with two readings: its author is asked which one is meant, privately and with a button for each."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Literal, TypeVar

from msgspec import Struct

from bot.domain.phrases import Fork, taking
from bot.domain.sessions.values import NewSession, SessionChange

if TYPE_CHECKING:
    from bot.domain.communities import Community
    from bot.domain.groups import StudyGroup
    from bot.domain.sessions.values import Draft

TimeField = Literal["starts_at", "deadline"]
V = TypeVar("V", NewSession, SessionChange)


class WhichTime(Struct, frozen=True):
    """What its author is asked before anything is shown: `text`, said of `field`, has two `readings` (UTC).

    `day_only`: it names only a day, and the readings, one to four, are the usual times of it.

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

    Choosing needs only `draft_id` and the place of a group.
    """

    draft_id: int
    theme: str
    groups: tuple[StudyGroup, ...]


MOST_GROUPS = 25
"""So many buttons has a message."""


def which_time(
    draft: Draft, value: NewSession | SessionChange, fork: Fork, theme: str, community: Community
) -> WhichTime:
    """The question that a draft with an open fork puts to its author."""
    field: TimeField = "deadline" if fork.field == "deadline" else "starts_at"
    readings = tuple(getattr(taking(value, fork, place), field) for place in range(len(fork.readings)))
    moves = isinstance(value, SessionChange)
    return WhichTime(draft.id, field, fork.text, readings, theme, moves, community, fork.day_only)


def sensible(value: V, forks: Sequence[Fork], starts_at: datetime, now: datetime) -> tuple[V, tuple[Fork, ...]]:
    """Settle a deadline of which not both readings lie between now and the start, once the start is known."""
    if any(fork.field == "starts_at" for fork in forks):
        return value, tuple(forks)
    left: list[Fork] = []
    for fork in forks:
        settled = [taking(value, fork, place) for place in (0, 1)]
        fitting = [each for each in settled if each.deadline is not None and now < each.deadline <= starts_at]
        if len(fitting) == 2:
            left.append(fork)
        else:
            # Of two that don't fit, either one says why not.
            value = (fitting or settled)[0]
    return value, tuple(left)
