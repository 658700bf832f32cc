"""Mirrors in SQL."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Any

from sqlalchemy import (
    BigInteger,
    Column,
    ColumnElement,
    Index,
    Integer,
    String,
    Table,
    UniqueConstraint,
    func,
    insert,
    or_,
    select,
    update,
)

from bot.domain.mirrors import Mirror, MirrorState
from data.connections import Connections
from data.schema import Instant, guild, load, metadata, row_id
from data.transaction import Repository, once_in_a_view

mirrors = Table(
    "mirrors",
    metadata,
    row_id(),
    guild(),
    Column("kind", String(30), nullable=False),
    Column("subject_id", BigInteger, nullable=False),
    Column("parent_id", BigInteger, nullable=False),
    Column("remote_id", BigInteger, nullable=False, server_default="0"),
    Column("wanted", Integer, nullable=False),
    Column("shown", Integer, nullable=False, server_default="0"),
    Column("not_before", Instant, nullable=False),
    Column("by_token_from", Instant),
    Column("begun_at", Instant),
    Column("made_at", Instant),
    Column("rebuilt", Integer, nullable=False, server_default="0"),
    Column("tries", Integer, nullable=False, server_default="0"),
    Column("state", String(10), nullable=False),
    UniqueConstraint("guild_id", "kind", "subject_id"),
    Index(None, "state", "not_before"),
    Index(None, "remote_id"),
)


_LAGS = (mirrors.c.state == MirrorState.LIVE.value, mirrors.c.shown < mirrors.c.wanted)


class SqlMirrors(Repository):
    """The mirrors of one community; see `bot.domain.mirrors.MirrorRepository`."""

    async def want(self, kind: str, subject_id: int, *, parent_id: int = 0, anew: bool = False) -> None:
        """Make it, or show the newest state of it."""
        found = await self.find(kind, subject_id)
        if found is not None and found.state is MirrorState.LIVE and not anew:
            await self._raise_wanted(kind, subject_id)
            return
        # What was made before, if anything, is nobody's concern any more: it is neither looked for nor edited.
        fresh: dict[str, Any] = {
            "parent_id": parent_id,
            "remote_id": 0,
            "not_before": self._tx.now,
            "by_token_from": None,
            "begun_at": None,
            "made_at": None,
            "rebuilt": 0,
            "tries": 0,
            "state": MirrorState.LIVE.value,
        }
        if found is None:
            key = {"guild_id": self._tx.guild_id, "kind": kind, "subject_id": subject_id}
            await self._tx.execute(insert(mirrors).values(**key, **fresh, wanted=1))
        else:
            where = self._key(kind, subject_id)
            await self._tx.execute(update(mirrors).where(*where).values(**fresh, wanted=mirrors.c.wanted + 1))
        self._tx.mirrors_changed = True

    async def refresh(self, kind: str, subject_id: int) -> None:
        """As `want`, but only if it already exists as a row."""
        await self._raise_wanted(kind, subject_id)

    async def hasten(self, kind: str, subject_id: int) -> None:
        """As `refresh`, and it may be touched now."""
        if await self._raise_wanted(kind, subject_id):
            await self._tx.execute(update(mirrors).where(*self._key(kind, subject_id)).values(not_before=self._tx.now))

    async def store(self, mirror: Mirror, **values: Any) -> None:
        """Set fields of one mirror after it was made."""
        await self._tx.execute(
            update(mirrors).where(mirrors.c.id == mirror.id, mirrors.c.guild_id == self._tx.guild_id).values(**values)
        )

    @once_in_a_view
    async def find(self, kind: str, subject_id: int) -> Mirror | None:
        """The mirror with this key."""
        row = (await self._tx.execute(select(mirrors).where(*self._key(kind, subject_id)))).one_or_none()
        return None if row is None else as_mirror(row)

    async def live(self, kind: str) -> list[Mirror]:
        """All of a kind that are kept equal, made or not."""
        rows = await self._tx.execute(
            select(mirrors)
            .where(
                mirrors.c.guild_id == self._tx.guild_id,
                mirrors.c.kind == kind,
                mirrors.c.state == MirrorState.LIVE.value,
            )
            .order_by(mirrors.c.id)
        )
        return [as_mirror(row) for row in rows]

    async def remote_ids(self, kind: str) -> list[int]:
        """The ids of all objects of a kind that are kept equal."""
        of = mirrors.c
        here = (of.guild_id == self._tx.guild_id, of.kind == kind)
        there = (of.state == MirrorState.LIVE.value, of.remote_id != 0)
        return list((await self._tx.execute(select(of.remote_id).where(*here, *there))).scalars())

    async def lagging(self) -> list[Mirror]:
        """Those that are kept equal and show less than is wanted."""
        rows = await self._tx.execute(
            select(mirrors).where(mirrors.c.guild_id == self._tx.guild_id, *_LAGS).order_by(mirrors.c.id)
        )
        return [as_mirror(row) for row in rows]

    async def standing(self, discord_ids: Collection[int]) -> list[Mirror]:
        """Those that are kept equal and are one of these objects, or stand in one."""
        rows = await self._tx.execute(
            select(mirrors)
            .where(
                mirrors.c.guild_id == self._tx.guild_id,
                mirrors.c.state == MirrorState.LIVE.value,
                mirrors.c.remote_id != 0,
                or_(mirrors.c.remote_id.in_(discord_ids), mirrors.c.parent_id.in_(discord_ids)),
            )
            .order_by(mirrors.c.id)
        )
        return [as_mirror(row) for row in rows]

    async def _raise_wanted(self, kind: str, subject_id: int) -> bool:
        result = await self._tx.execute(
            update(mirrors).where(*self._key(kind, subject_id)).values(wanted=mirrors.c.wanted + 1)
        )
        if result.rowcount:
            self._tx.mirrors_changed = True
        return result.rowcount > 0

    def _key(self, kind: str, subject_id: int) -> tuple[Any, ...]:
        return (
            mirrors.c.guild_id == self._tx.guild_id,
            mirrors.c.kind == kind,
            mirrors.c.subject_id == subject_id,
        )


def as_mirror(row: object) -> Mirror:
    """A mirror from its row."""
    return load(Mirror, row, state=MirrorState)


class SqlMirrorBoard:
    """The mirrors of all communities, for the reconciler; see `bot.domain.mirrors.MirrorBoard`."""

    def __init__(self, connections: Connections) -> None:
        self._connections = connections

    async def unequal(self, now: datetime, limit: int, avoid: Collection[int]) -> list[Mirror]:
        """Live mirrors whose object shows less than is wanted and may be touched now, oldest wait first."""
        return await self._lagging(mirrors.c.not_before, now, limit, avoid)

    async def pressed(
        self, now: datetime, limit: int, avoid: Collection[int], remote_ids: Collection[int]
    ) -> list[Mirror]:
        """Of the objects with these ids, those that lag and that a press's token may edit now, oldest wait first."""
        return await self._lagging(mirrors.c.by_token_from, now, limit, avoid, mirrors.c.remote_id.in_(remote_ids))

    async def _lagging(
        self, due: Column[datetime], now: datetime, limit: int, avoid: Collection[int], *where: ColumnElement[bool]
    ) -> list[Mirror]:
        async with self._connections.reading() as connection:
            rows = await connection.execute(
                select(mirrors)
                .where(*_LAGS, *where, due <= now, mirrors.c.id.not_in(avoid))
                .order_by(due, mirrors.c.id)
                .limit(limit)
            )
            return [as_mirror(row) for row in rows]

    async def next_due(self, now: datetime, avoid: Collection[int], remote_ids: Collection[int]) -> datetime | None:
        """The first time after `now` at which a mirror that lags may be touched."""
        lagging = (*_LAGS, mirrors.c.id.not_in(avoid))
        by_all, by_token = mirrors.c.not_before, mirrors.c.by_token_from
        waits = [select(func.min(by_all)).where(*lagging, by_all > now)]
        if remote_ids:
            pressed = mirrors.c.remote_id.in_(remote_ids)
            waits.append(select(func.min(by_token)).where(*lagging, pressed, by_token > now))
        async with self._connections.reading() as connection:
            found = [(await connection.execute(first)).scalar() for first in waits]
        return min((at for at in found if at is not None), default=None)

    async def write(self, mirror: Mirror, **values: Any) -> bool:
        """Set columns of one mirror after the reconciler has acted, unless it is made anew elsewhere by now."""
        same = (mirrors.c.remote_id == mirror.remote_id, mirrors.c.parent_id == mirror.parent_id)
        return await self._write(values, mirrors.c.id == mirror.id, *same)

    async def write_if_unchanged(self, mirror: Mirror, **values: Any) -> bool:
        """As `write`, unless something has changed since it was read."""
        return await self._write(values, mirrors.c.id == mirror.id, mirrors.c.wanted == mirror.wanted)

    async def _write(self, values: dict[str, Any], *where: ColumnElement[bool]) -> bool:
        if "state" in values:
            values["state"] = MirrorState(values["state"]).value
        async with self._connections.writing() as connection:
            return (await connection.execute(update(mirrors).where(*where).values(**values))).rowcount > 0
