"""What people chose of their own reminders, in SQL."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from sqlalchemy import (
    Boolean,
    ColumnElement,
    String,
    Table,
    UniqueConstraint,
    and_,
    case,
    func,
    insert,
    or_,
    select,
    update,
)

from bot.domain.own_reminders import OwnReminders
from data.profiles import profiles
from data.schema import Json, WallClock, guild, load, member, metadata, row_id, words
from data.transaction import Repository, batches, once_in_a_view

own_reminders = Table(
    "own_reminders",
    metadata,
    row_id(),
    guild(),
    member("member_id", "erase", nullable=False),
    words("before", "erase", Json),
    words("evening", "erase", WallClock),
    words("evening_off", "erase", Boolean, nullable=False),
    words("by", "erase", String(10), nullable=False),
    UniqueConstraint("guild_id", "member_id"),
)
_table = own_reminders
_columns = [
    *(c for c in _table.c if c.name not in {"id", "guild_id"}),
    func.coalesce(profiles.c.time_zone, "").label("zone"),
]
_of_profile = and_(profiles.c.guild_id == _table.c.guild_id, profiles.c.member_id == _table.c.member_id)
_with_zone = _table.outerjoin(profiles, _of_profile)
"""The zone of somebody's clock stands in their profile."""


class SqlOwnReminders(Repository):
    """What the people of one community chose; see `bot.domain.own_reminders.OwnReminderRepository`."""

    alone = True

    async def find(self, member_id: int) -> OwnReminders | None:
        """What this person chose."""
        return (await self.some([member_id])).get(member_id)

    async def some(self, member_ids: Collection[int]) -> dict[int, OwnReminders]:
        """What these people chose, by id, in their order."""
        ids, found = list(member_ids), dict[int, OwnReminders]()
        for some in batches(ids):
            where = (_table.c.guild_id == self._tx.guild_id, _table.c.member_id.in_(some))
            rows = await self._tx.execute(select(*_columns).select_from(_with_zone).where(*where))
            found |= {row.member_id: as_own(row) for row in rows}
        return {member_id: found[member_id] for member_id in ids if member_id in found}

    @once_in_a_view
    async def times(self) -> list[OwnReminders]:
        """Every distinct set of own times that anybody has who is told at all."""
        # A zone is of no matter to who has no evening.
        zone = case((_table.c.evening.is_(None), ""), else_=func.coalesce(profiles.c.time_zone, ""))
        distinct = (_table.c.before, _table.c.evening, zone.label("zone"))
        some = or_(_table.c.before.is_not(None), _table.c.evening.is_not(None))
        query = select(*distinct).select_from(_with_zone).where(*self._told(), some).distinct().order_by(*distinct)
        rows = await self._tx.execute(query)
        return [OwnReminders(0, _as_before(row.before), row.evening, zone=row.zone) for row in rows]

    async def with_evening(self) -> list[OwnReminders]:
        """Those who have an own time on the evening before and are told at all."""
        where = (*self._told(), _table.c.evening.is_not(None))
        query = select(*_columns).select_from(_with_zone).where(*where).order_by(_table.c.member_id)
        rows = await self._tx.execute(query)
        return [as_own(row) for row in rows]

    @once_in_a_view
    async def among(self, member_ids: tuple[int, ...]) -> Mapping[int, OwnReminders]:
        """As `some`; many posts tell the same people of one session, and ask once."""
        return await self.some(member_ids) if member_ids else {}

    async def put(self, own: OwnReminders) -> None:
        """Write or replace what a person chose."""
        values: dict[str, Any] = {
            "before": None if own.before is None else list(own.before),
            "evening": own.evening,
            "evening_off": own.evening_off,
            "by": own.by,
        }
        key = (_table.c.guild_id == self._tx.guild_id, _table.c.member_id == own.member_id)
        changed = await self._tx.execute(update(_table).where(*key).values(**values))
        if not changed.rowcount:
            new = {"guild_id": self._tx.guild_id, "member_id": own.member_id}
            await self._tx.execute(insert(_table).values(**new, **values))
        self.forget()

    def _told(self) -> tuple[ColumnElement[bool], ...]:
        return (_table.c.guild_id == self._tx.guild_id, _table.c.by != "off")


def _as_before(minutes: list[int] | None) -> tuple[int, ...] | None:
    return None if minutes is None else tuple(minutes)


def as_own(row: object) -> OwnReminders:
    """A person's choice from their row."""
    return load(OwnReminders, row, before=_as_before)
