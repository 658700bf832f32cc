"""Restrictions in SQL."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from msgspec.structs import replace
from sqlalchemy import Column, String, Table, UniqueConstraint, delete, insert, or_, select

from bot.domain.restrictions import Part, Restriction
from data.schema import Instant, guild, load, member, metadata, row_id, words
from data.transaction import Repository

restrictions = Table(
    "restrictions",
    metadata,
    row_id(),
    guild(),
    member("member_id", "keep:or else to be forgotten would lift it", nullable=False),
    Column("part", String(10), nullable=False),
    Column("until", Instant),
    words("reason", "keep:as long as the restriction it explains", nullable=False),
    UniqueConstraint("guild_id", "member_id", "part"),
    # The id stands in messages that outlive the row.
    sqlite_autoincrement=True,
)
_of = restrictions.c
_columns = [_of[name] for name in Restriction.__struct_fields__]


class SqlRestrictions(Repository):
    """The restrictions in one community; see `bot.domain.restrictions.RestrictionRepository`."""

    async def find(self, member_id: int, part: Part, now: datetime) -> Restriction | None:
        """This person's, if there is one."""
        return next(iter(await self._select(_of.member_id == member_id, _of.part == part, _in_force(now))), None)

    async def get(self, restriction_id: int) -> Restriction | None:
        """The one with this id; None: it was lifted."""
        return next(iter(await self._select(_of.id == restriction_id)), None)

    async def all(self, now: datetime) -> list[Restriction]:
        """Everybody's, by person."""
        return await self._select(_in_force(now))

    async def put(self, restriction: Restriction) -> Restriction:
        """Write one; it replaces that of the same person and part. Returns it with its id."""
        await self.lift(restriction.member_id, restriction.part)
        values = {name: getattr(restriction, name) for name in Restriction.__struct_fields__ if name != "id"}
        added = await self._tx.execute(insert(restrictions).values(guild_id=self._tx.guild_id, **values))
        assert added.inserted_primary_key is not None
        return replace(restriction, id=added.inserted_primary_key[0])

    async def lift(self, member_id: int, part: Part) -> None:
        """Remove this person's."""
        where = (_of.guild_id == self._tx.guild_id, _of.member_id == member_id, _of.part == part)
        await self._tx.execute(delete(restrictions).where(*where))

    async def _select(self, *where: Any) -> list[Restriction]:
        own = (_of.guild_id == self._tx.guild_id, *where)
        rows = await self._tx.execute(select(*_columns).where(*own).order_by(_of.member_id, _of.part))
        return [load(Restriction, row) for row in rows]


def _in_force(now: datetime) -> Any:
    return or_(_of.until.is_(None), _of.until > now)
