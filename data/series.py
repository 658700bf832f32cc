"""Standing series in SQL."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from datetime import date
from typing import Any

from sqlalchemy import (
    BigInteger,
    Column,
    Date,
    ForeignKey,
    Integer,
    String,
    Table,
    UniqueConstraint,
    insert,
    select,
    update,
)

from bot.domain.errors import Unknown
from bot.domain.series import SessionSeries
from data.schema import Instant, WallClock, guild, member, metadata, row_id, words
from data.session_names import NAMES_SESSIONS
from data.transaction import Transaction

_RECORD = "keep:the community's record of its meetings"

series = Table(
    "series",
    metadata,
    row_id(),
    guild(),
    Column("group_id", BigInteger, ForeignKey("study_groups.id"), nullable=False),
    words("name", _RECORD, nullable=False),
    Column("rrule", String(200), nullable=False),
    Column("starts_on", Date, nullable=False),
    Column("at", WallClock, nullable=False),
    Column("time_zone", String(60), nullable=False),
    Column("until", Date),
    Column("count", Integer),
    words("theme", _RECORD, nullable=False),
    Column("duration", Integer, nullable=False),
    words("venue", _RECORD, nullable=False),
    Column("capacity", Integer),
    Column("planned_until", Date),
    member("created_by", "anonymise", nullable=False),
    Column("created_at", Instant, nullable=False),
    Column("ended_at", Instant),
    sqlite_autoincrement=True,
    info=NAMES_SESSIONS,
)

series_skips = Table(
    "series_skips",
    metadata,
    row_id(),
    guild(),
    Column("series_id", BigInteger, ForeignKey("series.id"), nullable=False),
    Column("on", Date, nullable=False),
    words("reason", _RECORD, nullable=False),
    UniqueConstraint("series_id", "on"),
)


class SqlSeries:
    """The series of one community; see `bot.domain.series.SeriesRepository`."""

    def __init__(self, transaction: Transaction) -> None:
        self._tx = transaction

    async def add(self, **values: Any) -> SessionSeries:
        """Write a new series."""
        result = await self._tx.execute(insert(series).values(guild_id=self._tx.guild_id, **values))
        assert result.inserted_primary_key is not None
        return await self.get(result.inserted_primary_key[0])

    async def get(self, series_id: int) -> SessionSeries:
        """The series with this id."""
        found = await self._list(series.c.id == series_id)
        if not found:
            raise Unknown("series", str(series_id))
        return found[0]

    async def all(self, *, ended: bool = False) -> list[SessionSeries]:
        """The series in order of creation; ended ones only if asked for."""
        return await self._list(*(() if ended else (series.c.ended_at.is_(None),)))

    async def change(self, series_id: int, **values: Any) -> SessionSeries:
        """Set columns; returns the series as changed."""
        await self._tx.execute(
            update(series).where(series.c.guild_id == self._tx.guild_id, series.c.id == series_id).values(**values)
        )
        return await self.get(series_id)

    async def skip(self, series_id: int, on: Collection[date], reason: str) -> None:
        """Add dates on which the series does not meet; those it has already stay as they are."""
        known = (await self.get(series_id)).except_on
        for day in sorted(set(on) - known):
            await self._tx.execute(
                insert(series_skips).values(guild_id=self._tx.guild_id, series_id=series_id, on=day, reason=reason)
            )

    async def _list(self, *where: Any) -> list[SessionSeries]:
        rows = await self._tx.execute(
            select(series).where(series.c.guild_id == self._tx.guild_id, *where).order_by(series.c.id)
        )
        found = rows.mappings().all()
        skips: defaultdict[int, set[date]] = defaultdict(set)
        if found:
            for row in await self._tx.execute(
                select(series_skips.c.series_id, series_skips.c.on).where(
                    series_skips.c.guild_id == self._tx.guild_id,
                    series_skips.c.series_id.in_([row["id"] for row in found]),
                )
            ):
                skips[row.series_id].add(row.on)
        return [SessionSeries(**row, except_on=frozenset(skips[row["id"]])) for row in found]
