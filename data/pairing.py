"""Pairing in SQL: its rule, who takes part, and who is not to be paired with whom."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from msgspec.structs import asdict
from sqlalchemy import (
    BigInteger,
    Column,
    Date,
    ForeignKey,
    Integer,
    Table,
    UniqueConstraint,
    delete,
    insert,
    select,
    update,
)

from bot.domain.pairing import Habits, Pair, PairingSettings, Partaker, pair
from bot.domain.profiles import AskHours
from data.profiles import profiles
from data.schema import Instant, WallClock, guild, load, member, metadata, row_id, words
from data.transaction import Repository, batches

pairing_settings = Table(
    "pairing_settings",
    metadata,
    Column("guild_id", BigInteger, ForeignKey("communities.guild_id"), primary_key=True, autoincrement=False),
    Column("every_weeks", Integer, nullable=False),
    Column("weekday", Integer, nullable=False),
    Column("at", WallClock, nullable=False),
    Column("next_on", Date),
    Column("last_on", Date),
)
pairing_members = Table(
    "pairing_members",
    metadata,
    row_id(),
    guild(),
    member("member_id", "erase", nullable=False),
    Column("joined_at", Instant, nullable=False),
    words("snoozed_until", "erase", Instant),
    words("waited", "erase", Integer, nullable=False),
    UniqueConstraint("guild_id", "member_id"),
)
pairing_avoided = Table(
    "pairing_avoided",
    metadata,
    row_id(),
    guild(),
    member("member_id", "erase", nullable=False),
    member("other_id", "erase", nullable=False),
    UniqueConstraint("guild_id", "member_id", "other_id"),
)
_members, _avoided = pairing_members.c, pairing_avoided.c
_partaker = [_members[name] for name in Partaker.__struct_fields__]


class SqlPairing(Repository):
    """The pairing of one community; see `bot.domain.pairing.PairingRepository`."""

    async def settings(self) -> PairingSettings:
        """The settings; pairing is off if never set."""
        columns = [pairing_settings.c[name] for name in PairingSettings.__struct_fields__]
        rows = await self._tx.execute(select(*columns).where(pairing_settings.c.guild_id == self._tx.guild_id))
        row = rows.one_or_none()
        return PairingSettings() if row is None else load(PairingSettings, row)

    async def set(self, settings: PairingSettings) -> None:
        """Write or replace the settings."""
        values = asdict(settings)
        mine = pairing_settings.c.guild_id == self._tx.guild_id
        changed = await self._tx.execute(update(pairing_settings).where(mine).values(**values))
        if not changed.rowcount:
            await self._tx.execute(insert(pairing_settings).values(guild_id=self._tx.guild_id, **values))

    async def find(self, member_id: int) -> Partaker | None:
        """This person, if they take part."""
        where = (_members.guild_id == self._tx.guild_id, _members.member_id == member_id)
        row = (await self._tx.execute(select(*_partaker).where(*where))).one_or_none()
        return None if row is None else load(Partaker, row)

    async def all(self) -> list[Partaker]:
        """All who take part, by id."""
        mine = _members.guild_id == self._tx.guild_id
        rows = await self._tx.execute(select(*_partaker).where(mine).order_by(_members.member_id))
        return [load(Partaker, row) for row in rows]

    async def put(self, partaker: Partaker) -> None:
        """Write or replace how somebody takes part."""
        values = asdict(partaker)
        where = (_members.guild_id == self._tx.guild_id, _members.member_id == partaker.member_id)
        changed = await self._tx.execute(update(pairing_members).where(*where).values(**values))
        if not changed.rowcount:
            await self._tx.execute(insert(pairing_members).values(guild_id=self._tx.guild_id, **values))

    async def remove(self, member_id: int) -> None:
        """Somebody takes part no more."""
        where = (_members.guild_id == self._tx.guild_id, _members.member_id == member_id)
        await self._tx.execute(delete(pairing_members).where(*where))

    async def waited(self, counts: Mapping[int, int]) -> None:
        """Write of these people how many rounds they have waited."""
        for count in sorted(set(counts.values())):
            for some in batches([member_id for member_id, each in counts.items() if each == count]):
                where = (_members.guild_id == self._tx.guild_id, _members.member_id.in_(some))
                await self._tx.execute(update(pairing_members).where(*where).values(waited=count))

    async def habits(self, member_ids: Collection[int]) -> dict[int, Habits]:
        """What the profiles of these people say of when and how they talk, by id."""
        of, found = profiles.c, dict[int, Habits]()
        for some in batches(list(member_ids)):
            rows = await self._tx.execute(
                select(of.member_id, of.time_zone, of.language, of.ask_days, of.ask_begin, of.ask_end).where(
                    of.guild_id == self._tx.guild_id, of.member_id.in_(some)
                )
            )
            for row in rows:
                days = frozenset(map(int, row.ask_days or ""))
                hours = AskHours(days, row.ask_begin, row.ask_end) if days else None
                found[row.member_id] = Habits(row.time_zone, row.language, hours)
        return found

    async def avoided_by(self, member_id: int) -> tuple[int, ...]:
        """Who is on this person's list, by id."""
        where = (_avoided.guild_id == self._tx.guild_id, _avoided.member_id == member_id)
        rows = await self._tx.execute(select(_avoided.other_id).where(*where).order_by(_avoided.other_id))
        return tuple(rows.scalars())

    async def avoid(self, member_id: int, other_id: int, *, remove: bool = False) -> None:
        """Put somebody on a list, or take them off it."""
        where = (_avoided.guild_id == self._tx.guild_id, _avoided.member_id == member_id)
        if remove:
            await self._tx.execute(delete(pairing_avoided).where(*where, _avoided.other_id == other_id))
        elif other_id not in await self.avoided_by(member_id):
            values = {"guild_id": self._tx.guild_id, "member_id": member_id, "other_id": other_id}
            await self._tx.execute(insert(pairing_avoided).values(**values))

    async def avoided(self) -> frozenset[Pair]:
        """Each two people of whom one is on the other's list."""
        mine = _avoided.guild_id == self._tx.guild_id
        rows = await self._tx.execute(select(_avoided.member_id, _avoided.other_id).where(mine))
        return frozenset(pair(row.member_id, row.other_id) for row in rows)
