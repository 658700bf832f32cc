"""The communities' settings in SQL."""

from __future__ import annotations

from datetime import time
from typing import Any

from sqlalchemy import BigInteger, Boolean, Column, String, Table, select, true, update

from bot.domain.communities import Community
from data.schema import Instant, WallClock, load, metadata
from data.transaction import Repository, Transaction, once_in_a_view

communities = Table(
    "communities",
    metadata,
    Column("guild_id", BigInteger, primary_key=True, autoincrement=False),
    Column("language", String(10), nullable=False),
    Column("time_zone", String(60), nullable=False),
    Column("announcements_channel", BigInteger, nullable=False),
    Column("log_channel", BigInteger, nullable=False),
    Column("introductions_channel", BigInteger, nullable=False, server_default="0"),
    Column("questions_channel", BigInteger, nullable=False, server_default="0"),
    Column("moderator_role", BigInteger, nullable=False),
    Column("quiet_begin", WallClock),
    Column("quiet_end", WallClock),
    Column("usual_start", WallClock),
    Column("evening_before", WallClock, nullable=False),
    Column("native_events", Boolean, nullable=False),
    Column("members_may_host", Boolean, nullable=False, server_default=true()),
    Column("setup_step", String(20), nullable=False),
    Column("set_up_at", Instant),
)

DEFAULTS: dict[str, Any] = {
    "language": "en",
    "time_zone": "UTC",
    "announcements_channel": 0,
    "log_channel": 0,
    "introductions_channel": 0,
    "questions_channel": 0,
    "moderator_role": 0,
    "quiet_begin": None,
    "quiet_end": None,
    "usual_start": None,
    "evening_before": time(20, 0),
    "native_events": True,
    "members_may_host": True,
    "setup_step": "",
    "set_up_at": None,
}
"""What a community begins with."""


class SqlCommunities(Repository):
    """The settings of one community; see `bot.domain.communities.CommunityRepository`."""

    alone = True

    def __init__(self, transaction: Transaction, known: Community | None = None) -> None:
        super().__init__(transaction)
        self._known = known

    async def exists(self) -> bool:
        """Whether the community has a row."""
        own = select(communities.c.guild_id).where(communities.c.guild_id == self._tx.guild_id)
        return (await self._tx.execute(own)).one_or_none() is not None

    @once_in_a_view
    async def get(self) -> Community:
        """The settings; the defaults for a community that has written nothing yet."""
        if self._known is not None:
            return self._known
        found = select(communities).where(communities.c.guild_id == self._tx.guild_id)
        row = (await self._tx.execute(found)).one_or_none()
        return Community(guild_id=self._tx.guild_id, **DEFAULTS) if row is None else load(Community, row)

    async def change(self, **values: Any) -> Community:
        """Set fields; returns the settings as changed."""
        own = communities.c.guild_id == self._tx.guild_id
        await self._tx.execute(update(communities).where(own).values(**values))
        self._tx.settings_changed = True
        self.forget()
        return await self.get()
