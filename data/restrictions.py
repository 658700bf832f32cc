"""Restrictions in SQL."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from msgspec.structs import replace
from sqlalchemy import BigInteger, Column, ForeignKey, String, Table, UniqueConstraint, delete, insert, or_, select

from bot.domain.restrictions import Part, Restriction
from data.schema import Instant, guild, load, member, metadata, row_id, words
from data.transaction import Repository

restrictions = Table(
    "restrictions",
    metadata,
    row_id(),
    guild(),
    # NULL: whoever asked the question, of whom nothing else than their question may know.
    member("member_id", "keep:or else to be forgotten would lift it"),
    Column("part", String(10), nullable=False),
    Column("until", Instant),
    words("reason", "keep:as long as the restriction it explains", nullable=False),
    Column("question_id", BigInteger, ForeignKey("questions.id")),
    UniqueConstraint("guild_id", "member_id", "part"),
    UniqueConstraint("guild_id", "question_id"),
    # The id stands in messages that outlive the row.
    sqlite_autoincrement=True,
)
_of = restrictions.c
_columns = [_of[name] for name in Restriction.__struct_fields__]


class SqlRestrictions(Repository):
    """The restrictions in one community; see `bot.domain.restrictions.RestrictionRepository`."""

    async def find(self, member_id: int, part: Part, now: datetime) -> Restriction | None:
        """This person's, if there is one that was set by their name."""
        return next(iter(await self._select(_of.member_id == member_id, _of.part == part, _in_force(now))), None)

    async def in_force(self, member_id: int, part: Part, now: datetime) -> list[Restriction]:
        """All that keep this person from the part, also unseen."""
        # Questions need rotations, and those this file.
        of = metadata.tables["questions"].c
        asked = select(of.id).where(of.guild_id == self._tx.guild_id, of.asker_id == member_id)
        theirs = or_(_of.member_id == member_id, _of.question_id.in_(asked))
        return await self._select(theirs, _of.part == part, _in_force(now))

    async def through(self, question_id: int, now: datetime) -> Restriction | None:
        """That of whoever asked this question without their name."""
        return next(iter(await self._select(_of.question_id == question_id, _in_force(now))), None)

    async def get(self, restriction_id: int) -> Restriction | None:
        """The one with this id; None: it was lifted."""
        return next(iter(await self._select(_of.id == restriction_id)), None)

    async def all(self, now: datetime) -> list[Restriction]:
        """Everybody's, by person; those of people nobody is to know last, by question."""
        return await self._select(_in_force(now))

    async def put(self, restriction: Restriction) -> Restriction:
        """Write one; it replaces that of the same person and part, or question. Returns it with its id."""
        await self.lift(restriction)
        values = {name: getattr(restriction, name) for name in Restriction.__struct_fields__ if name != "id"}
        values |= {name: values[name] or None for name in ("member_id", "question_id")}
        added = await self._tx.execute(insert(restrictions).values(guild_id=self._tx.guild_id, **values))
        assert added.inserted_primary_key is not None
        return replace(restriction, id=added.inserted_primary_key[0])

    async def lift(self, restriction: Restriction) -> None:
        """Remove it."""
        theirs = (_of.member_id == restriction.member_id, _of.part == restriction.part)
        through = (_of.question_id == restriction.question_id,)
        where = (_of.guild_id == self._tx.guild_id, *(through if restriction.question_id else theirs))
        await self._tx.execute(delete(restrictions).where(*where))

    async def _select(self, *where: Any) -> list[Restriction]:
        own = (_of.guild_id == self._tx.guild_id, *where)
        order = (_of.member_id.is_(None), _of.member_id, _of.question_id, _of.part)
        rows = await self._tx.execute(select(*_columns).where(*own).order_by(*order))
        return [load(Restriction, row, member_id=_or_none, question_id=_or_none) for row in rows]


def _or_none(number: int | None) -> int:
    return number or 0


def _in_force(now: datetime) -> Any:
    return or_(_of.until.is_(None), _of.until > now)
