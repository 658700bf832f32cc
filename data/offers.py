"""Offers to make messages questions, in SQL."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Any

from msgspec.structs import asdict, replace
from sqlalchemy import BigInteger, Boolean, Column, Index, Table, delete, func, insert, or_, select, update

from bot.domain.questions.converting import Offer
from data.schema import Instant, guild, load, member, metadata, row_id, words
from data.transaction import Repository

question_offers = Table(
    "question_offers",
    metadata,
    row_id(),
    guild(),
    member("proposer_id", "erase", nullable=False),
    member("author_id", "erase", nullable=False),
    Column("channel_id", BigInteger, nullable=False),
    Column("message_id", BigInteger, nullable=False),
    words("text", "erase", nullable=False),
    Column("answered", Boolean, nullable=False),
    Column("made_at", Instant, nullable=False),
    Index(None, "guild_id", "message_id"),
    # The id stands in buttons that outlive the row.
    sqlite_autoincrement=True,
)
_of = question_offers.c
_columns = [column for column in _of if column.name != "guild_id"]


class SqlOffers(Repository):
    """The offers of one community; see `bot.domain.questions.converting.OfferRepository`."""

    async def add(self, offer: Offer) -> Offer:
        """Write a new one."""
        added = await self._tx.execute(insert(question_offers).values(guild_id=self._tx.guild_id, **_row(offer)))
        assert added.inserted_primary_key is not None
        return replace(offer, id=added.inserted_primary_key[0])

    async def store(self, offer: Offer) -> None:
        """Write it as it is now."""
        await self._tx.execute(update(question_offers).where(*self._own(_of.id == offer.id)).values(**_row(offer)))

    async def find(self, offer_id: int) -> Offer | None:
        """The one with this id."""
        rows = await self._tx.execute(select(*_columns).where(*self._own(_of.id == offer_id)))
        return next((load(Offer, row) for row in rows), None)

    async def of_messages(self, message_ids: Collection[int]) -> list[Offer]:
        """Those of these messages."""
        where = self._own(_of.message_id.in_(sorted(message_ids)))
        rows = await self._tx.execute(select(*_columns).where(*where).order_by(_of.id))
        return [load(Offer, row) for row in rows]

    async def made_by(self, proposer_id: int, since: datetime) -> int:
        """How many this person has made since then."""
        where = self._own(_of.proposer_id == proposer_id, _of.made_at > since)
        return (await self._tx.execute(select(func.count()).select_from(question_offers).where(*where))).scalar_one()

    async def remove(self, offer_id: int) -> None:
        """Forget it."""
        await self._tx.execute(delete(question_offers).where(*self._own(_of.id == offer_id)))

    async def leave(self, member_id: int) -> None:
        """Somebody is there no more."""
        theirs = or_(_of.proposer_id == member_id, _of.author_id == member_id)
        await self._tx.execute(delete(question_offers).where(*self._own(theirs)))

    def _own(self, *where: Any) -> tuple[Any, ...]:
        return (_of.guild_id == self._tx.guild_id, *where)


def _row(offer: Offer) -> dict[str, Any]:
    return {name: value for name, value in asdict(offer).items() if name != "id"}
