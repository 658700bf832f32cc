"""Mirrors: what Discord shows of the database.

A change does `wanted += 1` in its own transaction; the reconciler reads `wanted`, renders the current state, acts, then
writes what it had read as `shown`. Any number of changes makes one edit; the promise is eventual equality.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, Protocol

EDIT_EVERY = timedelta(seconds=2)
"""At most one edit of one object in this time."""
EDIT_OLD_EVERY = timedelta(seconds=60)
"""Discord limits edits of messages older than an hour (error 30046)."""
OLD_AFTER = timedelta(hours=1)
TOKEN_LIFE = timedelta(minutes=14)
"""An interaction's token lives 15 minutes; one minute is left for the request."""
MOST_REBUILDS = 1
"""How often an object that somebody deleted by hand is made again before the moderators are asked."""


class MirrorState(StrEnum):
    """`live`: kept equal. `asked`: deleted by hand twice, moderators were asked. `gone`: no longer wanted."""

    LIVE = "live"
    ASKED = "asked"
    GONE = "gone"


@dataclass(frozen=True, slots=True)
class Mirror:
    """One object in Discord. Unique per `(guild_id, kind, subject_id)`.

    `parent_id` is the channel (or 0 for the server) it lives in; `remote_id` is 0 until it was made; `made_at` is when.
    `begun_at` is when its making was first tried: from then on it is looked for before it is made.
    """

    id: int
    guild_id: int
    kind: str
    subject_id: int
    parent_id: int
    remote_id: int
    wanted: int
    shown: int
    not_before: datetime
    begun_at: datetime | None
    made_at: datetime | None
    rebuilt: int
    tries: int
    state: MirrorState


class MirrorRepository(Protocol):
    """The mirrors of one community, inside a unit of work."""

    async def want(self, kind: str, subject_id: int, *, parent_id: int = 0, anew: bool = False) -> None:
        """Make it, or show the newest state of it: `wanted += 1`.

        One that has gone, or that people deleted by hand, is made again; `anew`: so is one that seems to be there.
        """
        ...

    async def refresh(self, kind: str, subject_id: int) -> None:
        """As `want`, but only if it already exists as a row."""
        ...

    async def hasten(self, kind: str, subject_id: int) -> None:
        """As `refresh`, and what it waited for is there: it may be touched now."""
        ...

    async def store(self, mirror: Mirror, **values: Any) -> None:
        """Set fields of one mirror after it was made."""
        ...

    async def find(self, kind: str, subject_id: int) -> Mirror | None:
        """The mirror with this key."""
        ...


class MirrorBoard(Protocol):
    """The mirrors of all communities, as the reconciler sees them. Each method is one transaction."""

    async def unequal(self, now: datetime, limit: int, avoid: Collection[int]) -> list[Mirror]:
        """Live mirrors whose object shows less than is wanted and may be touched now, oldest wait first."""
        ...

    async def next_due(self, avoid: Collection[int]) -> datetime | None:
        """When the next mirror that lags may be touched; those in `avoid` are left out."""
        ...

    async def postpone(self, mirror: Mirror, until: datetime) -> None:
        """Look again later, unless something has changed since it was read."""
        ...

    async def write(self, mirror: Mirror, **values: Any) -> None:
        """Set fields of one mirror after the reconciler has acted."""
        ...


def next_edit_at(mirror: Mirror, now: datetime, *, by_token: bool) -> datetime:
    """The earliest time for the edit after one made now: 2 s, or 60 s for an ordinary edit of an old one."""
    old = mirror.made_at is not None and now - mirror.made_at >= OLD_AFTER
    return now + (EDIT_OLD_EVERY if old and not by_token else EDIT_EVERY)
