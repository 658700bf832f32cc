"""Who comes, in SQL."""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    ForeignKey,
    Index,
    Integer,
    String,
    Table,
    UniqueConstraint,
    func,
    insert,
    select,
    update,
)

from bot.domain.rsvps import COMING, Answer, Rsvp
from data.schema import Instant, guild, load, member, metadata, row_id
from data.transaction import Transaction

rsvps = Table(
    "rsvps",
    metadata,
    row_id(),
    guild(),
    Column("session_id", BigInteger, ForeignKey("sessions.id"), nullable=False),
    member("member_id", "erase", nullable=False),
    Column("answer", String(10), nullable=False),
    Column("waiting", Boolean, nullable=False),
    Column("place", Integer, nullable=False),
    Column("answered_at", Instant, nullable=False),
    UniqueConstraint("session_id", "member_id"),
    # Two people never have the same place in line.
    UniqueConstraint("session_id", "place"),
    Index(None, "guild_id", "member_id"),
)
_columns = [c for c in rsvps.c if c.name not in {"id", "guild_id"}]
_AT_ONCE = 500
"""Ids in one statement; databases limit how many values one may carry."""


class SqlRsvps:
    """The answers in one community; see `bot.domain.rsvps.RsvpRepository`."""

    def __init__(self, transaction: Transaction) -> None:
        self._tx = transaction

    async def of_session(self, session_id: int) -> list[Rsvp]:
        """All answers in order of place."""
        rows = await self._tx.execute(
            select(*_columns)
            .where(rsvps.c.guild_id == self._tx.guild_id, rsvps.c.session_id == session_id)
            .order_by(rsvps.c.place)
        )
        return [as_rsvp(row) for row in rows]

    async def find(self, session_id: int, member_id: int) -> Rsvp | None:
        """One person's answer."""
        return (await self.of_member(member_id, [session_id])).get(session_id)

    async def put(self, rsvp: Rsvp) -> None:
        """Write or replace one person's answer."""
        values = {
            "answer": rsvp.answer.value,
            "waiting": rsvp.waiting,
            "place": rsvp.place,
            "answered_at": rsvp.answered_at,
        }
        changed = await self._tx.execute(
            update(rsvps)
            .where(
                rsvps.c.guild_id == self._tx.guild_id,
                rsvps.c.session_id == rsvp.session_id,
                rsvps.c.member_id == rsvp.member_id,
            )
            .values(**values)
        )
        if not changed.rowcount:
            await self._tx.execute(
                insert(rsvps).values(
                    guild_id=self._tx.guild_id, session_id=rsvp.session_id, member_id=rsvp.member_id, **values
                )
            )

    async def of_member(self, member_id: int, session_ids: list[int]) -> dict[int, Rsvp]:
        """One person's answers to these sessions, by session id."""
        found: dict[int, Rsvp] = {}
        for first in range(0, len(session_ids), _AT_ONCE):
            rows = await self._tx.execute(
                select(*_columns).where(
                    rsvps.c.guild_id == self._tx.guild_id,
                    rsvps.c.member_id == member_id,
                    rsvps.c.session_id.in_(session_ids[first : first + _AT_ONCE]),
                )
            )
            found |= {row.session_id: as_rsvp(row) for row in rows}
        return found

    async def count_coming(self, session_id: int) -> int:
        """How many have a place."""
        rows = await self._tx.execute(
            select(func.count())
            .select_from(rsvps)
            .where(
                rsvps.c.guild_id == self._tx.guild_id,
                rsvps.c.session_id == session_id,
                rsvps.c.answer.in_(sorted(answer.value for answer in COMING)),
                rsvps.c.waiting.is_(False),
            )
        )
        return rows.scalar_one()

    async def last_place(self, session_id: int) -> int:
        """The highest place given so far, 0 if none."""
        rows = await self._tx.execute(
            select(func.max(rsvps.c.place)).where(
                rsvps.c.guild_id == self._tx.guild_id, rsvps.c.session_id == session_id
            )
        )
        return rows.scalar_one() or 0


def as_rsvp(row: object) -> Rsvp:
    """An answer from its row."""
    rsvp = load(Rsvp, row)
    object.__setattr__(rsvp, "answer", Answer(rsvp.answer))
    return rsvp
