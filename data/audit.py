"""The audit: what was done by whom. Written in the transaction of the act itself."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from sqlalchemy import Column, Index, String, Table, insert, select

from bot.domain.uow import Recorded
from data.schema import Instant, Json, guild, member, metadata, row_id, words
from data.transaction import Repository, Transaction, batches

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
_of = audit.c


class SqlAudit(Repository):
    """What is done in one transaction; its rows are written together, at its end."""

    def __init__(self, transaction: Transaction) -> None:
        super().__init__(transaction)
        self._new: list[dict[str, Any]] = []

    def record(
        self,
        action: str,
        actor_id: int | None,
        subject: str,
        before: Mapping[str, Any] | None,
        after: Mapping[str, Any] | None,
    ) -> None:
        """Add one row; see `UnitOfWork.record` for the fields."""
        self._new.append(
            {
                "guild_id": self._tx.guild_id,
                "at": self._tx.now,
                "action": action,
                "actor_id": actor_id,
                "subject": subject,
                "before": before,
                "after": after,
            }
        )

    async def last(self, action: str, subjects: Collection[str]) -> dict[str, Recorded]:
        """The latest such act on each of these subjects, as far as it is written."""
        found: dict[str, Recorded] = {}
        for some in batches(sorted(subjects)):
            here = (_of.guild_id == self._tx.guild_id, _of.subject.in_(some), _of.action == action)
            rows = await self._tx.execute(select(_of.subject, _of.at, _of.after).where(*here).order_by(_of.id))
            found |= {row.subject: Recorded(row.at, row.after or {}) for row in rows}
        return found

    async def flush(self) -> None:
        """Write the rows, in the order of what they tell."""
        if self._new:
            await self._tx.execute(insert(audit), self._new)
            self._new = []
