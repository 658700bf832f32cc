"""Mirrors: what Discord shows of the database.

A change does `wanted += 1` in its own transaction; the reconciler reads `wanted`, renders the current state, acts, then
writes what it had read as `shown`. Any number of changes makes one edit; the promise is eventual equality.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Protocol

from msgspec import Struct

if TYPE_CHECKING:
    from bot.domain.uow import UnitOfWork

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


class Mirror(Struct, frozen=True):
    """One object in Discord. Unique per `(guild_id, kind, subject_id)`.

    `parent_id` is the channel (or 0 for the server) it lives in; `remote_id` is 0 until it was made; `made_at` is when.
    `begun_at` is when its making was first tried: from then on it is looked for before it is made. It is touched from
    `not_before` on, and through the token of a press on it already from `by_token_from` on: that costs nothing of the
    rate of ordinary edits, so it need not wait for their time (None: there is nothing to press, or not yet).
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
    by_token_from: datetime | None
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

    async def standing(self, discord_ids: Collection[int]) -> list[Mirror]:
        """Those that are kept equal and are one of these objects (by Discord's id), or stand in one."""
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

    async def remote_ids(self, kind: str) -> list[int]:
        """The ids of all objects of a kind that are kept equal."""
        ...

    async def lagging(self) -> list[Mirror]:
        """Those that are kept equal and show less than is wanted."""
        ...

    async def live(self, kind: str) -> list[Mirror]:
        """All of a kind that are kept equal, made or not."""
        ...


class MirrorBoard(Protocol):
    """The mirrors of all communities, as the reconciler sees them. Each method is one transaction."""

    async def unequal(self, now: datetime, limit: int, avoid: Collection[int]) -> list[Mirror]:
        """Live mirrors whose object shows less than is wanted and may be touched now, oldest wait first."""
        ...

    async def pressed(
        self, now: datetime, limit: int, avoid: Collection[int], remote_ids: Collection[int]
    ) -> list[Mirror]:
        """Of the objects with these ids, those that lag and that a press's token may edit now, oldest wait first."""
        ...

    async def next_due(self, now: datetime, avoid: Collection[int], remote_ids: Collection[int]) -> datetime | None:
        """The first time after `now` at which a mirror that lags may be touched.

        Those in `avoid` are left out; on the objects with these `remote_ids` there is a press at hand.
        """
        ...

    async def write_if_unchanged(self, mirror: Mirror, **values: Any) -> bool:
        """As `write`, unless something has changed since it was read; whether it was written."""
        ...

    async def write(self, mirror: Mirror, **values: Any) -> bool:
        """Set fields of one mirror after the reconciler has acted.

        False, and nothing is set, if it was to be made anew meanwhile, elsewhere or as another object.
        """
        ...


def next_edits(mirror: Mirror, now: datetime, *, by_token: bool) -> tuple[datetime, datetime]:
    """The earliest times for the next ordinary edit and for the next through a token, after an edit made now.

    2 s, or 60 s between ordinary edits of an old object; an edit through a token neither shortens these nor begins them
    anew.
    """
    soon = now + EDIT_EVERY
    if by_token:
        return max(mirror.not_before, soon), soon
    old = mirror.made_at is not None and now - mirror.made_at >= OLD_AFTER
    return now + (EDIT_OLD_EVERY if old else EDIT_EVERY), soon


class Places(Struct, frozen=True):
    """The `most` places for objects of which a server may have only so many; the nearest have a right to them.

    `line` are the subjects that want one, nearest first; `taken` those that have one, or whose making has begun.
    """

    line: Sequence[int]
    taken: Collection[int]
    most: int

    def near(self, subject_id: int) -> bool:
        """Whether it is among those that have a right to a place."""
        return subject_id in self.line[: self.most]

    def free_for(self, subject_id: int) -> bool:
        """Whether there is a place that nobody else has."""
        return len(set(self.taken) - {subject_id}) < self.most

    def gives_way(self, subject_id: int) -> bool:
        """Whether it stands where a nearer one should: all places are taken, and it has no right to its own."""
        return len(self.taken) >= self.most and subject_id in self.taken and not self.near(subject_id)

    def farthest(self) -> int | None:
        """Who gives way first; None if all who have a place have a right to it."""
        return next((each for each in reversed(self.line) if self.gives_way(each)), None)


class Spot(Struct, frozen=True):
    """Where a message stands: the ids of its channel and its own."""

    channel_id: int
    message_id: int


async def announcement_of(uow: UnitOfWork, session_id: int) -> Spot | None:
    """Where the session's announcement stands; None: there is none (yet, or because people deleted it)."""
    mirror = await uow.mirrors.find("announcement", session_id)
    if mirror is None or mirror.state is not MirrorState.LIVE or not mirror.remote_id:
        return None
    return Spot(mirror.parent_id, mirror.remote_id)


async def thread_of(uow: UnitOfWork, session_id: int) -> int:
    """The session's thread, 0 if it has none (yet, or because people deleted it)."""
    mirror = await uow.mirrors.find("thread", session_id)
    return mirror.remote_id if mirror is not None and mirror.state is MirrorState.LIVE else 0
