"""Swaps in SQL: turns that are offered to others."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from msgspec.structs import asdict, replace
from sqlalchemy import BigInteger, Boolean, Column, ForeignKey, Index, String, Table, insert, select, update

from bot.domain.rotation.swaps import Swap, SwapState
from data.schema import Instant, guild, load, member, metadata, row_id
from data.transaction import Transaction

swaps = Table(
    "swaps",
    metadata,
    row_id(),
    guild(),
    Column("turn_id", BigInteger, ForeignKey("turns.id"), nullable=False),
    Column("session_id", BigInteger, ForeignKey("sessions.id"), nullable=False),
    member("by_id", "anonymise", nullable=False),
    # 0: everybody who can take it.
    member("to_id", "anonymise", nullable=False),
    # 0: nobody.
    member("taken_by", "anonymise", nullable=False),
    Column("sure", Boolean, nullable=False),
    Column("starts_at", Instant, nullable=False),
    Column("offered_at", Instant, nullable=False),
    Column("closes_at", Instant, nullable=False),
    Column("state", String(10), nullable=False),
    Index(None, "guild_id", "turn_id"),
    Index(None, "guild_id", "session_id", "state"),
    # The id stands in buttons that outlive the row.
    sqlite_autoincrement=True,
)
_swap = [swaps.c.session_id.label("slot_id")]
_swap += [swaps.c[name] for name in Swap.__struct_fields__ if name != "slot_id"]


class SqlSwaps:
    """The swaps of one community; see `bot.domain.rotation.swaps.SwapRepository`."""

    def __init__(self, transaction: Transaction) -> None:
        self._tx = transaction

    async def find(self, swap_id: int) -> Swap | None:
        """The one with this id."""
        return next(iter(await self._some(swaps.c.id == swap_id)), None)

    async def of_turn(self, turn_id: int) -> list[Swap]:
        """Every offer of this turn, in order of id."""
        return await self._some(swaps.c.turn_id == turn_id)

    async def open_at(self, session_ids: Collection[int]) -> list[Swap]:
        """Those that stand open at these sessions, in order of id."""
        if not session_ids:
            return []
        return await self._some(swaps.c.session_id.in_(session_ids), swaps.c.state == SwapState.OPEN.value)

    async def put(self, swap: Swap) -> Swap:
        """Write it: a new row if it has no id; else what it has become. Returns it with its id."""
        values = {name: value for name, value in asdict(swap).items() if name not in {"slot_id", "id"}}
        values |= {"session_id": swap.slot_id, "state": swap.state.value}
        if swap.id:
            where = (swaps.c.guild_id == self._tx.guild_id, swaps.c.id == swap.id)
            await self._tx.execute(update(swaps).where(*where).values(**values))
            return swap
        added = await self._tx.execute(insert(swaps).values(guild_id=self._tx.guild_id, **values))
        assert added.inserted_primary_key is not None
        return replace(swap, id=added.inserted_primary_key[0])

    async def _some(self, *where: Any) -> list[Swap]:
        own = (swaps.c.guild_id == self._tx.guild_id, *where)
        rows = await self._tx.execute(select(*_swap).where(*own).order_by(swaps.c.id))
        return [load(Swap, row, state=SwapState) for row in rows]
