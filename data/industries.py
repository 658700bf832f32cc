"""The industries that the people of a community have added, and what they work in and worked in, in SQL."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    ForeignKey,
    Index,
    Integer,
    String,
    Table,
    UniqueConstraint,
    exists,
    func,
    insert,
    select,
)

from bot.domain.groups import folded
from bot.domain.industries import Industry, own_id, own_key
from data.schema import Instant, guild, member, metadata, row_id, words
from data.transaction import Repository

industries = Table(
    "industries",
    metadata,
    row_id(),
    guild(),
    words("name", "keep:the community's own list of industries", nullable=False),
    # The name as it is compared, so that the database itself refuses a second spelling.
    words("name_key", "keep:the community's own list of industries", nullable=False),
    member("added_by", "anonymise", nullable=False),
    Column("added_at", Instant, nullable=False),
    UniqueConstraint("guild_id", "name_key"),
)
profile_industries = Table(
    "profile_industries",
    metadata,
    row_id(),
    guild(),
    member("member_id", "erase", nullable=False),
    # One of the two: a bundled one, or one that was added in the community.
    words("bundled", "erase", String(20)),
    Column("own_id", BigInteger, ForeignKey("industries.id")),
    Column("position", Integer, nullable=False),
    Column("since", Instant, nullable=False),
    Column("until", Instant),
    CheckConstraint("(bundled IS NULL) <> (own_id IS NULL)", name="one_industry"),
    Index(None, "guild_id", "member_id"),
    Index(None, "guild_id", "bundled", "until"),
    Index(None, "guild_id", "own_id", "until"),
)


class SqlIndustries(Repository):
    """The industries added in one community; see `bot.domain.industries.IndustryRepository`."""

    async def get(self, key: str) -> Industry | None:
        """The one with this key."""
        found = await self._find(industries.c.id == own_id(key))
        return found[0] if found else None

    async def named(self, names: Sequence[str]) -> dict[str, Industry]:
        """Those with one of these folded names, by it."""
        if not names:
            return {}
        found = await self._find(industries.c.name_key.in_(names))
        return {folded(industry.name): industry for industry in found}

    async def in_use(self, *, besides: int = 0) -> list[Industry]:
        """Those that somebody has now: a slip of the keyboard goes out of the list with who corrects it."""
        used = exists().where(
            profile_industries.c.guild_id == industries.c.guild_id,
            profile_industries.c.own_id == industries.c.id,
            profile_industries.c.until.is_(None),
            profile_industries.c.member_id != besides,
        )
        return await self._find(used)

    async def added_by(self, member_id: int) -> int:
        """How many this person has added."""
        of = industries.c
        rows = await self._tx.execute(
            select(func.count()).where(of.guild_id == self._tx.guild_id, of.added_by == member_id)
        )
        return rows.scalar_one()

    async def add(self, name: str, member_id: int) -> Industry:
        """Write a new one."""
        result = await self._tx.execute(
            insert(industries).values(
                guild_id=self._tx.guild_id,
                name=name,
                name_key=folded(name),
                added_by=member_id,
                added_at=self._tx.now,
            )
        )
        assert result.inserted_primary_key is not None
        return Industry(own_key(result.inserted_primary_key[0]), name)

    async def _find(self, *where: Any) -> list[Industry]:
        rows = await self._tx.execute(
            select(industries.c.id, industries.c.name)
            .where(industries.c.guild_id == self._tx.guild_id, *where)
            .order_by(industries.c.id)
        )
        return [Industry(own_key(row.id), row.name) for row in rows]
