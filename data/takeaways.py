"""What stays of lectures, in SQL."""

from __future__ import annotations

from typing import Any

from msgspec.structs import asdict, replace
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

from bot.domain.takeaways import FollowUp, Notes, Takeaway
from data.schema import Instant, guild, load, member, metadata, row_id, words
from data.transaction import Repository

_RECORD = "keep:the community's record of its meetings"
takeaways = Table(
    "takeaways",
    metadata,
    row_id(),
    guild(),
    Column("session_id", BigInteger, ForeignKey("sessions.id"), nullable=False),
    member("member_id", "erase", nullable=False),
    words("text", "erase", nullable=False),
    Column("named", Boolean, nullable=False),
    Column("written_at", Instant, nullable=False),
    words("used", "erase", String(10)),
    UniqueConstraint("session_id", "member_id"),
    Index(None, "guild_id", "member_id"),
)
follow_ups = Table(
    "follow_ups",
    metadata,
    row_id(),
    guild(),
    Column("session_id", BigInteger, ForeignKey("sessions.id"), nullable=False),
    member("member_id", "erase", nullable=False),
    Column("named", Boolean, nullable=False),
    Column("pressed_at", Instant, nullable=False),
    UniqueConstraint("session_id", "member_id"),
    Index(None, "guild_id", "member_id"),
    # Posts carry the ids, also of those that were taken back.
    sqlite_autoincrement=True,
)
session_notes = Table(
    "session_notes",
    metadata,
    row_id(),
    guild(),
    Column("session_id", BigInteger, ForeignKey("sessions.id"), nullable=False),
    words("text", _RECORD, nullable=False),
    words("link", _RECORD, nullable=False),
    member("member_id", "anonymise", nullable=False),
    Column("changed_at", Instant, nullable=False),
    UniqueConstraint("session_id"),
)


class SqlTakeaways(Repository):
    """What stays of the lectures of one community; see `bot.domain.takeaways.TakeawayRepository`."""

    async def of_session(self, session_id: int) -> list[Takeaway]:
        """What people took home."""
        return [load(Takeaway, row) for row in await self._rows(takeaways, session_id, "id")]

    async def put(self, takeaway: Takeaway) -> None:
        """Write it, or replace what the same person took home before."""
        await self._put(takeaways, asdict(takeaway), "session_id", "member_id")

    async def remove(self, session_id: int, member_id: int) -> None:
        """Forget what somebody took home."""
        of = takeaways.c
        await self._tx.execute(
            delete(takeaways).where(*self._own(takeaways), of.session_id == session_id, of.member_id == member_id)
        )

    async def follow_ups(self, session_id: int) -> list[FollowUp]:
        """Who wants to take it further."""
        return [load(FollowUp, row) for row in await self._rows(follow_ups, session_id)]

    async def put_follow_up(self, follow_up: FollowUp) -> FollowUp:
        """Write it: a new row if it has no id; else what it has become."""
        values = {name: value for name, value in asdict(follow_up).items() if name != "id"}
        if follow_up.id:
            where = (*self._own(follow_ups), follow_ups.c.id == follow_up.id)
            await self._tx.execute(update(follow_ups).where(*where).values(**values))
            return follow_up
        added = await self._tx.execute(insert(follow_ups).values(guild_id=self._tx.guild_id, **values))
        assert added.inserted_primary_key is not None
        return replace(follow_up, id=added.inserted_primary_key[0])

    async def remove_follow_up(self, follow_up_id: int) -> None:
        """Forget it."""
        await self._tx.execute(delete(follow_ups).where(*self._own(follow_ups), follow_ups.c.id == follow_up_id))

    async def notes(self, session_id: int) -> Notes | None:
        """What is kept with a session."""
        return next((load(Notes, row) for row in await self._rows(session_notes, session_id, "id")), None)

    async def put_notes(self, notes: Notes) -> None:
        """Write or replace what is kept with a session."""
        await self._put(session_notes, asdict(notes), "session_id")

    async def leave(self, member_id: int) -> None:
        """Somebody is there no more."""
        await self._tx.execute(delete(follow_ups).where(*self._own(follow_ups), follow_ups.c.member_id == member_id))
        theirs = (*self._own(takeaways), takeaways.c.member_id == member_id)
        await self._tx.execute(update(takeaways).where(*theirs).values(named=False))

    def _own(self, table: Table) -> tuple[Any, ...]:
        return (table.c.guild_id == self._tx.guild_id,)

    async def _rows(self, table: Table, session_id: int, *without: str) -> Any:
        columns = [column for column in table.c if column.name not in ("guild_id", *without)]
        where = (*self._own(table), table.c.session_id == session_id)
        return await self._tx.execute(select(*columns).where(*where).order_by(table.c.id))

    async def _put(self, table: Table, values: dict[str, Any], *key: str) -> None:
        """Write a row, or change the one with this key."""
        where = (*self._own(table), *(table.c[name] == values[name] for name in key))
        changed = await self._tx.execute(update(table).where(*where).values(**values))
        if not changed.rowcount:
            await self._tx.execute(insert(table).values(guild_id=self._tx.guild_id, **values))
