"""What people tell of themselves, in SQL: their profiles, what they work in and worked in, and their topics."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from sqlalchemy import (
    Column,
    Index,
    Integer,
    String,
    Table,
    UniqueConstraint,
    delete,
    func,
    insert,
    select,
    update,
)

from bot.domain.communities import Language
from bot.domain.groups import folded
from bot.domain.industries import Industry, own_id, own_key
from bot.domain.profiles import AskHours, Profile
from data.industries import industries, profile_industries
from data.schema import Json, WallClock, guild, member, metadata, row_id, words
from data.transaction import Repository, batches

profiles = Table(
    "profiles",
    metadata,
    row_id(),
    guild(),
    member("member_id", "erase", nullable=False),
    words("occupation", "erase", nullable=False),
    words("employment", "erase", String(20)),
    words("hobbies", "erase", Json, nullable=False),
    words("about", "erase", nullable=False),
    words("reading", "erase", nullable=False),
    words("time_zone", "erase", String(60), nullable=False),
    words("language", "erase", String(10)),
    # Weekdays as digits, "01234" for Monday to Friday; all three are set or none.
    words("ask_days", "erase", String(7)),
    words("ask_begin", "erase", WallClock),
    words("ask_end", "erase", WallClock),
    words("ask_limit", "erase", Integer),
    UniqueConstraint("guild_id", "member_id"),
    # The id stands in the posts about it, so it is never given to somebody else.
    sqlite_autoincrement=True,
)
profile_topics = Table(
    "profile_topics",
    metadata,
    row_id(),
    guild(),
    member("member_id", "erase", nullable=False),
    Column("position", Integer, nullable=False),
    words("name", "erase", nullable=False),
    words("name_key", "erase", nullable=False),
    UniqueConstraint("guild_id", "member_id", "name_key"),
    Index(None, "guild_id", "name_key", "name"),
)


class SqlProfiles(Repository):
    """The profiles of one community; see `bot.domain.profiles.ProfileRepository`."""

    async def find(self, member_id: int) -> Profile | None:
        """This person's."""
        rows = await self._tx.execute(select(profiles).where(*self._of(profiles, member_id)))
        row = rows.one_or_none()
        if row is None:
            return None
        hours = None
        if row.ask_days:
            hours = AskHours(frozenset(map(int, row.ask_days)), row.ask_begin, row.ask_end)
        return Profile(
            id=row.id,
            member_id=member_id,
            industries=tuple(industry for industry, _id in await self._industries(member_id)),
            occupation=row.occupation,
            employment=row.employment,
            topics=await self._topics(member_id),
            hobbies=tuple(row.hobbies),
            about=row.about,
            reading=row.reading,
            time_zone=row.time_zone,
            language=row.language,
            ask_hours=hours,
            ask_limit=row.ask_limit,
        )

    async def put(self, profile: Profile) -> Profile:
        """Write or replace it."""
        hours = profile.ask_hours
        values: dict[str, Any] = {
            "occupation": profile.occupation,
            "employment": profile.employment,
            "hobbies": list(profile.hobbies),
            "about": profile.about,
            "reading": profile.reading,
            "time_zone": profile.time_zone,
            "language": profile.language,
            "ask_days": "".join(map(str, sorted(hours.days))) if hours else None,
            "ask_begin": hours.begin if hours else None,
            "ask_end": hours.end if hours else None,
            "ask_limit": profile.ask_limit,
        }
        key = self._of(profiles, profile.member_id)
        changed = await self._tx.execute(update(profiles).where(*key).values(**values))
        if not changed.rowcount:
            await self._tx.execute(
                insert(profiles).values(guild_id=self._tx.guild_id, member_id=profile.member_id, **values)
            )
        await self._work_in(profile.member_id, profile.industries)
        await self._tell(profile.member_id, profile.topics)
        stored = await self.find(profile.member_id)
        assert stored is not None
        return stored

    async def remove(self, profile: Profile) -> None:
        """Forget it; what they worked in ends."""
        await self._work_in(profile.member_id, ())
        await self._tell(profile.member_id, ())
        await self._tx.execute(delete(profiles).where(*self._of(profiles, profile.member_id)))

    async def language(self, member_id: int) -> Language | None:
        """The language in which this person wants direct messages."""
        rows = await self._tx.execute(select(profiles.c.language).where(*self._of(profiles, member_id)))
        return rows.scalar_one_or_none()

    async def time_zone(self, member_id: int) -> str:
        """The zone of this person's clock, "" if they have said none."""
        rows = await self._tx.execute(select(profiles.c.time_zone).where(*self._of(profiles, member_id)))
        return rows.scalar_one_or_none() or ""

    async def time_zones(self, member_ids: Collection[int]) -> dict[int, str]:
        """The zones of these people's clocks, by id, of those who have said one."""
        ids, found = list(member_ids), dict[int, str]()
        for some in batches(ids):
            theirs = profiles.c.member_id.in_(some)
            where = (profiles.c.guild_id == self._tx.guild_id, theirs, profiles.c.time_zone != "")
            rows = await self._tx.execute(select(profiles.c.member_id, profiles.c.time_zone).where(*where))
            found |= {row.member_id: row.time_zone for row in rows}
        return found

    async def main_industries(self, member_ids: Collection[int]) -> dict[int, Industry]:
        """The first industry of these people's profiles, by id."""
        of, found = profile_industries.c, dict[int, Industry]()
        for some in batches(list(member_ids)):
            rows = await self._tx.execute(
                select(of.member_id, of.bundled, of.own_id, industries.c.name)
                .select_from(profile_industries.outerjoin(industries, industries.c.id == of.own_id))
                .where(of.guild_id == self._tx.guild_id, of.member_id.in_(some))
                .where(of.until.is_(None))
                # The first one comes last, and stays.
                .order_by(of.position.desc(), of.id.desc())
            )
            found |= {row.member_id: _industry(row) for row in rows}
        return found

    async def topics(self, typed: str, limit: int) -> list[str]:
        """The topics with the folded text in them, those of most people first."""
        of = profile_topics.c
        where = [of.guild_id == self._tx.guild_id]
        if typed:
            where.append(of.name_key.contains(typed, autoescape=True))
        rows = await self._tx.execute(
            # Of several spellings always the same one is shown.
            select(func.min(of.name))
            .where(*where)
            .group_by(of.name_key)
            .order_by(func.count().desc(), of.name_key)
            .limit(limit)
        )
        return list(rows.scalars())

    def _of(self, table: Table, member_id: int) -> tuple[Any, Any]:
        return table.c.guild_id == self._tx.guild_id, table.c.member_id == member_id

    async def _industries(self, member_id: int) -> list[tuple[Industry, int]]:
        """What they work in now, the main one first, with the rows' ids."""
        of = profile_industries.c
        rows = await self._tx.execute(
            select(of.id, of.bundled, of.own_id, industries.c.name)
            .select_from(profile_industries.outerjoin(industries, industries.c.id == of.own_id))
            .where(*self._of(profile_industries, member_id), of.until.is_(None))
            .order_by(of.position, of.id)
        )
        return [(_industry(row), row.id) for row in rows]

    async def _work_in(self, member_id: int, chosen: tuple[Industry, ...]) -> None:
        """End what is no longer chosen, begin what is new, and keep the rest in its new place."""
        of = profile_industries.c
        now = {industry.key: row for industry, row in await self._industries(member_id)}
        ended = [row for key, row in now.items() if key not in {industry.key for industry in chosen}]
        if ended:
            await self._tx.execute(update(profile_industries).where(of.id.in_(ended)).values(until=self._tx.now))
        for position, industry in enumerate(chosen):
            if industry.key in now:
                kept = update(profile_industries).where(of.id == now[industry.key], of.position != position)
                await self._tx.execute(kept.values(position=position))
                continue
            added = own_id(industry.key)
            await self._tx.execute(
                insert(profile_industries).values(
                    guild_id=self._tx.guild_id,
                    member_id=member_id,
                    bundled=None if added else industry.key,
                    own_id=added or None,
                    position=position,
                    since=self._tx.now,
                )
            )

    async def _topics(self, member_id: int) -> tuple[str, ...]:
        of = profile_topics.c
        rows = await self._tx.execute(
            select(of.name).where(*self._of(profile_topics, member_id)).order_by(of.position, of.id)
        )
        return tuple(rows.scalars())

    async def _tell(self, member_id: int, topics: tuple[str, ...]) -> None:
        if await self._topics(member_id) == topics:
            return
        await self._tx.execute(delete(profile_topics).where(*self._of(profile_topics, member_id)))
        if topics:
            await self._tx.execute(
                insert(profile_topics),
                [
                    {
                        "guild_id": self._tx.guild_id,
                        "member_id": member_id,
                        "position": position,
                        "name": topic,
                        "name_key": folded(topic),
                    }
                    for position, topic in enumerate(topics)
                ],
            )


def _industry(row: Any) -> Industry:
    return Industry(own_key(row.own_id), row.name) if row.own_id else Industry(row.bundled)
