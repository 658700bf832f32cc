"""What was typed into forms that were refused, in SQL."""

from __future__ import annotations

from typing import Any

import msgspec
from sqlalchemy import Column, Index, String, Table, UniqueConstraint, delete, insert, select, update

from bot.domain.forms import KEPT, Filled, KeptForm
from data.schema import Instant, Json, guild, load, member, metadata, row_id, words
from data.transaction import Transaction

kept_forms = Table(
    "kept_forms",
    metadata,
    row_id(),
    guild(),
    member("member_id", "erase", nullable=False),
    Column("custom_id", String(100), nullable=False),
    words("data", "erase", Json, nullable=False),
    Column("sent_at", Instant, nullable=False),
    UniqueConstraint("guild_id", "member_id", "custom_id"),
    Index(None, "guild_id", "sent_at"),
    # An old button must not open another form.
    sqlite_autoincrement=True,
)


class SqlForms:
    """The refused forms of one community; see `bot.domain.forms.FormRepository`."""

    def __init__(self, transaction: Transaction) -> None:
        self._tx = transaction

    async def keep(self, member_id: int, custom_id: str, data: Filled) -> KeptForm:
        """Keep a form; those older than a day go."""
        values = {"data": msgspec.to_builtins(data), "sent_at": self._tx.now}
        await self._tx.execute(
            delete(kept_forms).where(
                kept_forms.c.guild_id == self._tx.guild_id, kept_forms.c.sent_at < self._tx.now - KEPT
            )
        )
        mine = self._sent(member_id, custom_id)
        result = await self._tx.execute(update(kept_forms).where(*mine).values(**values))
        if not result.rowcount:
            new = values | {"guild_id": self._tx.guild_id, "member_id": member_id, "custom_id": custom_id}
            await self._tx.execute(insert(kept_forms).values(**new))
        kept = await self.find_sent(member_id, custom_id)
        assert kept is not None
        return kept

    async def find(self, kept_id: int) -> KeptForm | None:
        """The one with this id, if it is not too old."""
        return await self._one(kept_forms.c.id == kept_id)

    async def find_sent(self, member_id: int, custom_id: str) -> KeptForm | None:
        """What this person last sent of this form."""
        return await self._one(*self._sent(member_id, custom_id))

    async def forget(self, kept_id: int) -> None:
        """It goes."""
        await self._tx.execute(
            delete(kept_forms).where(kept_forms.c.guild_id == self._tx.guild_id, kept_forms.c.id == kept_id)
        )

    def _sent(self, member_id: int, custom_id: str) -> tuple[Any, ...]:
        mine = kept_forms.c.member_id == member_id, kept_forms.c.custom_id == custom_id
        return (kept_forms.c.guild_id == self._tx.guild_id, *mine)

    async def _one(self, *conditions: Any) -> KeptForm | None:
        fresh = kept_forms.c.guild_id == self._tx.guild_id, kept_forms.c.sent_at >= self._tx.now - KEPT
        row = (await self._tx.execute(select(kept_forms).where(*fresh, *conditions))).one_or_none()
        return None if row is None else load(KeptForm, row, data=lambda data: msgspec.convert(data, Filled))
