"""The audit: what was done by whom. Written in the transaction of the act itself."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Column, Index, String, Table, insert
from sqlalchemy.ext.asyncio import AsyncConnection

from data.schema import Instant, Json, guild, member, metadata, row_id, words

audit = Table(
    "audit",
    metadata,
    row_id(),
    guild(),
    Column("at", Instant, nullable=False),
    Column("action", String(40), nullable=False),
    member("actor_id", "anonymise"),
    Column("subject", String(60), nullable=False),
    words("before", "anonymise", Json),
    words("after", "anonymise", Json),
    Index(None, "guild_id", "at"),
    Index(None, "guild_id", "subject"),
)


async def record(
    connection: AsyncConnection,
    guild_id: int,
    at: datetime,
    action: str,
    actor_id: int | None,
    subject: str,
    before: Mapping[str, Any] | None,
    after: Mapping[str, Any] | None,
) -> None:
    """Add one row; see `UnitOfWork.record` for the fields."""
    await connection.execute(
        insert(audit).values(
            guild_id=guild_id,
            at=at,
            action=action,
            actor_id=actor_id,
            subject=subject,
            before=before,
            after=after,
        )
    )
