"""Guests who lecture without an account, in SQL: one at most at a session. See `data.housekeeping` for how long."""

from __future__ import annotations

from msgspec.structs import asdict
from sqlalchemy import BigInteger, Column, ForeignKey, Table, UniqueConstraint, delete, insert, select, update

from bot.domain.rotation.guests import Guest
from data.schema import guild, load, member, metadata, row_id, words
from data.transaction import Repository

guests = Table(
    "guests",
    metadata,
    row_id(),
    guild(),
    Column("session_id", BigInteger, ForeignKey("sessions.id"), nullable=False),
    member("host_id", "anonymise", nullable=False),
    *(words(name, "erase", nullable=False) for name in ("name", "title", "affiliation", "topic", "bio", "fee")),
    UniqueConstraint("session_id"),
)
_columns = [c for c in guests.c if c.name not in {"id", "guild_id"}]


class SqlGuests(Repository):
    """The guests of one community; see `bot.domain.rotation.guests.GuestRepository`."""

    async def of(self, session_id: int) -> Guest | None:
        """The guest of a session."""
        where = (guests.c.guild_id == self._tx.guild_id, guests.c.session_id == session_id)
        row = (await self._tx.execute(select(*_columns).where(*where))).one_or_none()
        return None if row is None else load(Guest, row)

    async def hosted_by(self, member_id: int) -> list[Guest]:
        """The guests whom this member looks after."""
        where = (guests.c.guild_id == self._tx.guild_id, guests.c.host_id == member_id)
        rows = await self._tx.execute(select(*_columns).where(*where).order_by(guests.c.session_id))
        return [load(Guest, row) for row in rows]

    async def put(self, guest: Guest) -> None:
        """Write or replace what is known of a session's guest."""
        where = (guests.c.guild_id == self._tx.guild_id, guests.c.session_id == guest.session_id)
        changed = await self._tx.execute(update(guests).where(*where).values(**asdict(guest)))
        if not changed.rowcount:
            await self._tx.execute(insert(guests).values(guild_id=self._tx.guild_id, **asdict(guest)))

    async def remove(self, session_id: int) -> None:
        """Forget a session's guest."""
        where = (guests.c.guild_id == self._tx.guild_id, guests.c.session_id == session_id)
        await self._tx.execute(delete(guests).where(*where))
