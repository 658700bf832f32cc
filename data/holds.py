"""Holds in SQL."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Column, String, Table, UniqueConstraint, delete, insert, or_, select

from bot.domain.holds import Hold
from data.schema import Instant, guild, load, metadata, row_id
from data.transaction import Transaction

holds = Table(
    "holds",
    metadata,
    row_id(),
    guild(),
    Column("kind", String(30), nullable=False),
    Column("until", Instant),
    UniqueConstraint("guild_id", "kind"),
)


class SqlHolds:
    """The holds of one community; see `bot.domain.holds.HoldRepository`."""

    def __init__(self, transaction: Transaction) -> None:
        self._tx = transaction

    async def put(self, kind: str, until: datetime | None) -> None:
        """Hold this kind; a second hold replaces the first."""
        await self._delete(kind)
        await self._tx.execute(insert(holds).values(guild_id=self._tx.guild_id, kind=kind, until=until))
        if until is not None:
            self._tx.falls_due(until)

    async def lift(self, kind: str) -> bool:
        """Release this kind; what waited is due now."""
        self._tx.falls_due(self._tx.now)
        return await self._delete(kind)

    async def find(self, kind: str, now: datetime) -> Hold | None:
        """The hold on exactly this kind that is in force at `now`."""
        row = (
            await self._tx.execute(
                select(holds.c.kind, holds.c.until).where(
                    holds.c.guild_id == self._tx.guild_id,
                    holds.c.kind == kind,
                    or_(holds.c.until.is_(None), holds.c.until > now),
                )
            )
        ).one_or_none()
        return None if row is None else load(Hold, row)

    async def _delete(self, kind: str) -> bool:
        result = await self._tx.execute(
            delete(holds).where(holds.c.guild_id == self._tx.guild_id, holds.c.kind == kind)
        )
        return result.rowcount > 0
