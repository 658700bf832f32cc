"""Who was pinged for what, in SQL."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlalchemy import BigInteger, Column, ForeignKey, Integer, String, Table, UniqueConstraint, delete, insert, select

from bot.domain.reminders import Moment
from data.schema import Instant, guild, member, metadata, row_id
from data.transaction import Transaction, batches

pings = Table(
    "pings",
    metadata,
    row_id(),
    guild(),
    Column("session_id", BigInteger, ForeignKey("sessions.id"), nullable=False),
    # The local day of the session: a session moved within the day pings nobody again.
    Column("day", Integer, nullable=False),
    Column("moment", String(10), nullable=False),
    member("member_id", "erase", nullable=False),
    Column("at", Instant, nullable=False),
    UniqueConstraint("session_id", "day", "moment", "member_id"),
)


class SqlPings:
    """The pings of one community; see `bot.domain.reminders.PingRepository`."""

    def __init__(self, transaction: Transaction) -> None:
        self._tx = transaction

    async def claim(self, session_id: int, on: date, moment: Moment, member_ids: Sequence[int]) -> list[int]:
        """Remember these pings; returns those that are new, in the given order."""
        rows = await self._tx.execute(select(pings.c.member_id).where(*self._about(session_id, on, moment)))
        known = {row.member_id for row in rows}
        new = [member_id for member_id in dict.fromkeys(member_ids) if member_id not in known]
        if new:
            await self._tx.execute(
                insert(pings),
                [
                    {
                        "guild_id": self._tx.guild_id,
                        "session_id": session_id,
                        "day": on.toordinal(),
                        "moment": moment,
                        "member_id": member_id,
                        "at": self._tx.now,
                    }
                    for member_id in new
                ],
            )
        return new

    async def release(self, session_id: int, on: date, moment: Moment, member_ids: Sequence[int]) -> None:
        """Forget these pings."""
        for some in batches(member_ids):
            await self._tx.execute(
                delete(pings).where(*self._about(session_id, on, moment), pings.c.member_id.in_(some))
            )

    def _about(self, session_id: int, on: date, moment: Moment) -> tuple[Any, ...]:
        return (
            pings.c.guild_id == self._tx.guild_id,
            pings.c.session_id == session_id,
            pings.c.day == on.toordinal(),
            pings.c.moment == moment,
        )
