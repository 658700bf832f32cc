"""What came out of the meetings, in SQL."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from typing import Any

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    ForeignKey,
    Index,
    String,
    Table,
    UniqueConstraint,
    delete,
    insert,
    select,
    update,
)

from bot.domain.spinoffs import Spinoff
from data.schema import Instant, guild, load, member, metadata, row_id, words
from data.transaction import Repository, batches

_RECORD = "keep:the community's record of what came out of its meetings"
spinoffs = Table(
    "spinoffs",
    metadata,
    row_id(),
    guild(),
    words("name", _RECORD, nullable=False),
    Column("kind", String(10), nullable=False),
    Column("state", String(10), nullable=False),
    words("about", _RECORD, nullable=False),
    # The session at which it began.
    Column("session_id", BigInteger, ForeignKey("sessions.id")),
    member("adder_id", "anonymise", nullable=False),
    Column("added_at", Instant, nullable=False),
    Column("state_since", Instant, nullable=False),
    Index(None, "guild_id", "added_at"),
)
spinoff_members = Table(
    "spinoff_members",
    metadata,
    row_id(),
    guild(),
    Column("spinoff_id", BigInteger, ForeignKey("spinoffs.id"), nullable=False),
    member("member_id", "erase", nullable=False),
    # Until they say so, nobody but whoever asked them knows of them.
    Column("agreed", Boolean, nullable=False),
    UniqueConstraint("spinoff_id", "member_id"),
    Index(None, "guild_id", "member_id"),
)
_columns = [spinoffs.c[name] for name in Spinoff.__struct_fields__]


class SqlSpinoffs(Repository):
    """The spin-offs of one community; see `bot.domain.spinoffs.SpinoffRepository`."""

    async def add(self, **values: Any) -> Spinoff:
        """Write a new one."""
        added = await self._tx.execute(insert(spinoffs).values(guild_id=self._tx.guild_id, **values))
        assert added.inserted_primary_key is not None
        return Spinoff(id=added.inserted_primary_key[0], **values)

    async def get(self, spinoff_id: int) -> Spinoff | None:
        """The one with this id."""
        where = (spinoffs.c.guild_id == self._tx.guild_id, spinoffs.c.id == spinoff_id)
        row = (await self._tx.execute(select(*_columns).where(*where))).one_or_none()
        return None if row is None else load(Spinoff, row)

    async def all(self) -> list[Spinoff]:
        """All of them, the latest first."""
        found = select(*_columns).where(spinoffs.c.guild_id == self._tx.guild_id)
        rows = await self._tx.execute(found.order_by(spinoffs.c.added_at.desc(), spinoffs.c.id.desc()))
        return [load(Spinoff, row) for row in rows]

    async def change(self, spinoff_id: int, **values: Any) -> Spinoff:
        """Set columns; returns it as changed."""
        where = (spinoffs.c.guild_id == self._tx.guild_id, spinoffs.c.id == spinoff_id)
        await self._tx.execute(update(spinoffs).where(*where).values(**values))
        changed = await self.get(spinoff_id)
        assert changed is not None
        return changed

    async def people(self, spinoff_ids: Collection[int]) -> dict[int, dict[int, bool]]:
        """Of each of these, who was asked, and whether they are in it."""
        of, found = spinoff_members.c, defaultdict[int, dict[int, bool]](dict)
        for some in batches(sorted(spinoff_ids)):
            rows = await self._tx.execute(
                select(of.spinoff_id, of.member_id, of.agreed)
                .where(of.guild_id == self._tx.guild_id, of.spinoff_id.in_(some))
                .order_by(of.id)
            )
            for row in rows:
                found[row.spinoff_id][row.member_id] = row.agreed
        return dict(found)

    async def put(self, spinoff_id: int, member_id: int, *, agreed: bool) -> None:
        """Somebody is in it, or is asked."""
        of = spinoff_members.c
        where = (of.guild_id == self._tx.guild_id, of.spinoff_id == spinoff_id, of.member_id == member_id)
        changed = await self._tx.execute(update(spinoff_members).where(*where).values(agreed=agreed))
        if not changed.rowcount:
            values = {"spinoff_id": spinoff_id, "member_id": member_id, "agreed": agreed}
            await self._tx.execute(insert(spinoff_members).values(guild_id=self._tx.guild_id, **values))

    async def remove(self, spinoff_id: int, member_id: int) -> None:
        """Somebody is not in it."""
        of = spinoff_members.c
        where = (of.guild_id == self._tx.guild_id, of.spinoff_id == spinoff_id, of.member_id == member_id)
        await self._tx.execute(delete(spinoff_members).where(*where))

    async def leave(self, member_id: int) -> None:
        """Somebody is there no more."""
        of, own = spinoff_members.c, spinoffs.c
        theirs = (of.guild_id == self._tx.guild_id, of.member_id == member_id)
        await self._tx.execute(delete(spinoff_members).where(*theirs))
        added = (own.guild_id == self._tx.guild_id, own.adder_id == member_id)
        await self._tx.execute(update(spinoffs).where(*added).values(adder_id=0))
