"""The messages that people thanked for, in SQL."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from msgspec.structs import asdict
from sqlalchemy import BigInteger, Column, ForeignKey, Index, Table, UniqueConstraint, delete, insert, select, update

from bot.domain.questions.thanked import ThankedMessage
from data.schema import guild, load, member, metadata, row_id, words
from data.transaction import Repository, batches

thanked_messages = Table(
    "thanked_messages",
    metadata,
    row_id(),
    guild(),
    Column("question_id", BigInteger, ForeignKey("questions.id"), nullable=False),
    Column("channel_id", BigInteger, nullable=False),
    Column("message_id", BigInteger, nullable=False),
    member("author_id", "erase"),
    words("text", "erase", nullable=False),
    UniqueConstraint("guild_id", "message_id"),
    Index(None, "guild_id", "question_id"),
)
_of = thanked_messages.c
_columns = [_of[name] for name in ThankedMessage.__struct_fields__]


class SqlThanked(Repository):
    """The thanked messages of one community; see `bot.domain.questions.thanked.ThankedRepository`."""

    async def add(self, message: ThankedMessage) -> None:
        """Write a new one."""
        await self._tx.execute(insert(thanked_messages).values(guild_id=self._tx.guild_id, **_row(message)))

    async def store(self, message: ThankedMessage) -> None:
        """Write it as it is now."""
        await self._tx.execute(update(thanked_messages).where(*self._own(_of.id == message.id)).values(**_row(message)))

    async def of_message(self, message_id: int) -> ThankedMessage | None:
        """What is kept of this message."""
        return next(iter(await self._some(_of.message_id == message_id)), None)

    async def of_questions(self, question_ids: Sequence[int]) -> dict[int, list[ThankedMessage]]:
        """Those of these questions, oldest first."""
        found = defaultdict[int, list[ThankedMessage]](list)
        for some in batches(list(question_ids)):
            for message in await self._some(_of.question_id.in_(some)):
                found[message.question_id].append(message)
        return dict(found)

    async def remove(self, message_id: int) -> None:
        """Forget what it says."""
        await self._tx.execute(delete(thanked_messages).where(*self._own(_of.message_id == message_id)))

    async def remove_all(self, question_id: int) -> None:
        """Forget what all those of a question say."""
        await self._tx.execute(delete(thanked_messages).where(*self._own(_of.question_id == question_id)))

    async def _some(self, *where: Any) -> list[ThankedMessage]:
        rows = await self._tx.execute(select(*_columns).where(*self._own(*where)).order_by(_of.id))
        return [load(ThankedMessage, row, author_id=lambda member_id: member_id or 0) for row in rows]

    def _own(self, *where: Any) -> tuple[Any, ...]:
        return (_of.guild_id == self._tx.guild_id, *where)


def _row(message: ThankedMessage) -> dict[str, Any]:
    values = {name: value for name, value in asdict(message).items() if name != "id"}
    return values | {"author_id": message.author_id or None}
