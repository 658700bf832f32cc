"""What waits for its author's confirmation, in SQL."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from sqlalchemy import BigInteger, Column, Index, String, Table, delete, insert, select

from bot.domain.sessions import Draft, DraftKind
from data.schema import Instant, Json, guild, load, member, metadata, row_id, words
from data.transaction import Transaction

KEPT = timedelta(days=1)

drafts = Table(
    "drafts",
    metadata,
    row_id(),
    guild(),
    member("member_id", "erase", nullable=False),
    Column("kind", String(10), nullable=False),
    Column("subject_id", BigInteger, nullable=False),
    words("data", "erase", Json, nullable=False),
    Column("created_at", Instant, nullable=False),
    Index(None, "guild_id", "created_at"),
    # An old button must not confirm a new draft.
    sqlite_autoincrement=True,
)


class SqlDrafts:
    """The drafts of one community; see `bot.domain.sessions.DraftRepository`."""

    def __init__(self, transaction: Transaction) -> None:
        self._tx = transaction

    async def add(self, member_id: int, kind: DraftKind, data: Mapping[str, Any], subject_id: int = 0) -> Draft:
        """Keep a draft; those older than a day go."""
        await self._tx.execute(
            delete(drafts).where(drafts.c.guild_id == self._tx.guild_id, drafts.c.created_at < self._tx.now - KEPT)
        )
        result = await self._tx.execute(
            insert(drafts).values(
                guild_id=self._tx.guild_id,
                member_id=member_id,
                kind=kind,
                subject_id=subject_id,
                data=dict(data),
                created_at=self._tx.now,
            )
        )
        assert result.inserted_primary_key is not None
        draft = await self.find(result.inserted_primary_key[0])
        assert draft is not None
        return draft

    async def find(self, draft_id: int) -> Draft | None:
        """The draft with this id, if it is not too old."""
        row = (
            await self._tx.execute(
                select(drafts).where(
                    drafts.c.guild_id == self._tx.guild_id,
                    drafts.c.id == draft_id,
                    drafts.c.created_at >= self._tx.now - KEPT,
                )
            )
        ).one_or_none()
        return None if row is None else load(Draft, row)

    async def remove(self, draft_id: int) -> bool:
        """Use it up; False if somebody was first."""
        result = await self._tx.execute(
            delete(drafts).where(drafts.c.guild_id == self._tx.guild_id, drafts.c.id == draft_id)
        )
        return result.rowcount > 0

    async def remove_all(self, member_id: int, kind: DraftKind) -> None:
        """What one person was shown of this kind can't be answered any more."""
        await self._tx.execute(
            delete(drafts).where(
                drafts.c.guild_id == self._tx.guild_id, drafts.c.member_id == member_id, drafts.c.kind == kind
            )
        )
