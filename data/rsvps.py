"""Who comes, in SQL."""

from __future__ import annotations

from collections import Counter
from datetime import datetime

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
    bindparam,
    delete,
    func,
    insert,
    select,
    true,
    update,
)

from bot.domain.rsvps import COMING, PROMOTION, Answer, Rsvp
from data.posts import posts
from data.schema import Instant, guild, load, member, metadata, row_id
from data.sessions import ahead, ids_ahead
from data.transaction import Repository, batches, once_in_a_view

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
    Column("own", Boolean, nullable=False, server_default=true()),
    UniqueConstraint("session_id", "member_id"),
    # Two people never have the same place in line.
    UniqueConstraint("session_id", "place"),
    Index(None, "guild_id", "member_id"),
)
_columns = [c for c in rsvps.c if c.name not in {"id", "guild_id"}]
_own = rsvps.c.guild_id == bindparam("guild")
_these = rsvps.c.session_id.in_(bindparam("sessions", expanding=True))
_of_session = select(*_columns).where(_own, rsvps.c.session_id == bindparam("session")).order_by(rsvps.c.place)
_of_member = select(*_columns).where(_own, _these, rsvps.c.member_id == bindparam("member"))
_chosen_ahead = select(rsvps.c.session_id).where(
    _own,
    # From the sessions to the answers: a member of many years has more answers than there are sessions ahead.
    rsvps.c.session_id.in_(ids_ahead),
    rsvps.c.member_id == bindparam("member"),
    rsvps.c.answer != Answer.NOT_GOING.value,
)
_coming = (
    select(rsvps.c.session_id, func.count().label("coming"))
    .where(
        _own,
        _these,
        rsvps.c.answer.in_(sorted(answer.value for answer in COMING)),
        rsvps.c.waiting.is_(False),
    )
    .group_by(rsvps.c.session_id)
)


class SqlRsvps(Repository):
    """The answers in one community; see `bot.domain.rsvps.RsvpRepository`."""

    @once_in_a_view
    async def of_session(self, session_id: int) -> list[Rsvp]:
        """All answers in order of place."""
        rows = await self._tx.execute(_of_session, {"guild": self._tx.guild_id, "session": session_id})
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
            "own": rsvp.own,
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

    async def remove(self, session_id: int, member_id: int) -> None:
        """Forget one person's answer."""
        await self._tx.execute(
            delete(rsvps).where(
                rsvps.c.guild_id == self._tx.guild_id,
                rsvps.c.session_id == session_id,
                rsvps.c.member_id == member_id,
            )
        )

    async def of_member(self, member_id: int, session_ids: list[int]) -> dict[int, Rsvp]:
        """One person's answers to these sessions, by session id."""
        found: dict[int, Rsvp] = {}
        for some in batches(session_ids):
            values = {"guild": self._tx.guild_id, "member": member_id, "sessions": some}
            rows = await self._tx.execute(_of_member, values)
            found |= {row.session_id: as_rsvp(row) for row in rows}
        return found

    async def chosen_ahead(self, member_id: int, now: datetime, limit: int) -> frozenset[int]:
        """Of the next `limit` sessions, those to which one person has answered and not said no."""
        values = ahead(self._tx.guild_id, now, limit) | {"member": member_id}
        rows = await self._tx.execute(_chosen_ahead, values)
        return frozenset(rows.scalars().all())

    async def count_coming(self, *session_ids: int) -> Counter[int]:
        """How many have a place in each of these sessions."""
        rows = await self._tx.execute(_coming, {"guild": self._tx.guild_id, "sessions": session_ids})
        return Counter({row.session_id: row.coming for row in rows})

    async def last_place(self, session_id: int) -> int:
        """The highest place given so far, 0 if none; also one that is told of by the post of somebody who left."""
        standing = select(func.max(rsvps.c.place)).where(
            rsvps.c.guild_id == self._tx.guild_id, rsvps.c.session_id == session_id
        )
        told = select(func.max(posts.c.revision)).where(
            posts.c.guild_id == self._tx.guild_id, posts.c.kind == PROMOTION, posts.c.subject_id == session_id
        )
        places = (standing.scalar_subquery().label("standing"), told.scalar_subquery().label("told"))
        row = (await self._tx.execute(select(*places))).one()
        return max(row.standing or 0, row.told or 0)


def as_rsvp(row: object) -> Rsvp:
    """An answer from its row."""
    return load(Rsvp, row, answer=Answer)
