"""What a repository gets: one open transaction of one community."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import CursorResult, Executable
from sqlalchemy.ext.asyncio import AsyncConnection


class Transaction:
    """An open transaction: it runs statements and remembers what the rest of the bot must hear after the commit.

    `now` is the instant at which the unit of work was opened, so that all rows of one act carry the same time.
    """

    def __init__(self, connection: AsyncConnection, guild_id: int, now: datetime, *, writing: bool) -> None:
        self.connection = connection
        self.guild_id = guild_id
        self.now = now
        self.writing = writing
        self.earliest_due: datetime | None = None
        self.mirrors_changed = False
        self.settings_changed = False

    async def execute(
        self, statement: Executable, values: Sequence[Mapping[str, Any]] | None = None
    ) -> CursorResult[Any]:
        """Run one statement, or one for each of `values`."""
        if values is not None:
            return await self.connection.execute(statement, values)
        return await self.connection.execute(statement)

    def falls_due(self, at: datetime) -> None:
        """A row was written that is due then."""
        if self.earliest_due is None or at < self.earliest_due:
            self.earliest_due = at
