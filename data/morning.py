"""The morning settings in SQL."""

from __future__ import annotations

from typing import Any

from sqlalchemy import BigInteger, Column, ForeignKey, Integer, String, Table, insert, select, update

from bot.domain.morning import MorningSettings
from data.schema import metadata
from data.transaction import Repository, once_in_a_view

morning_settings = Table(
    "morning_settings",
    metadata,
    Column("guild_id", BigInteger, ForeignKey("communities.guild_id"), primary_key=True, autoincrement=False),
    Column("channel_id", BigInteger, nullable=False),
    Column("minutes_before", Integer, nullable=False),
    # Weekdays as digits, "0123456" for every day (0 = Monday).
    Column("days", String(7), nullable=False),
    Column("mention_role", BigInteger, nullable=False),
)
DEFAULT = MorningSettings(channel_id=0, minutes_before=60, days=frozenset(range(7)), mention_role=0)


class SqlMorning(Repository):
    """The morning settings of one community; see `bot.domain.morning.MorningRepository`."""

    alone = True

    @once_in_a_view
    async def get(self) -> MorningSettings:
        """The settings, defaults if never set."""
        table = morning_settings
        row = (
            await self._tx.execute(
                select(table.c.channel_id, table.c.minutes_before, table.c.days, table.c.mention_role).where(
                    table.c.guild_id == self._tx.guild_id
                )
            )
        ).one_or_none()
        if row is None:
            return DEFAULT
        return MorningSettings(row.channel_id, row.minutes_before, frozenset(map(int, row.days)), row.mention_role)

    async def change(self, **values: Any) -> MorningSettings:
        """Set fields; returns them as changed."""
        table = morning_settings
        if "days" in values:
            values["days"] = "".join(map(str, sorted(values["days"])))
        result = await self._tx.execute(update(table).where(table.c.guild_id == self._tx.guild_id).values(**values))
        if not result.rowcount:
            first: dict[str, Any] = {
                "channel_id": DEFAULT.channel_id,
                "minutes_before": DEFAULT.minutes_before,
                "days": "".join(map(str, sorted(DEFAULT.days))),
                "mention_role": DEFAULT.mention_role,
            }
            await self._tx.execute(insert(table).values(guild_id=self._tx.guild_id, **(first | values)))
        self.forget()
        return await self.get()
