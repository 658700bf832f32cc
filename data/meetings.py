"""Who met whom, in SQL."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    ForeignKey,
    Index,
    String,
    Table,
    UniqueConstraint,
    func,
    insert,
    select,
    update,
)

from bot.domain.meetings import Meeting, Occasion
from data.schema import Instant, guild, member, metadata, row_id, words
from data.transaction import Repository, batches

meetings = Table(
    "meetings",
    metadata,
    row_id(),
    guild(),
    Column("occasion", String(20), nullable=False),
    Column("at", Instant, nullable=False),
    Index(None, "guild_id", "occasion", "at"),
    # The id stands in buttons and in the names of threads, so it is never given again.
    sqlite_autoincrement=True,
)
meeting_people = Table(
    "meeting_people",
    metadata,
    row_id(),
    guild(),
    Column("meeting_id", BigInteger, ForeignKey("meetings.id"), nullable=False),
    member("member_id", "erase", nullable=False),
    words("met", "erase", Boolean),
    UniqueConstraint("meeting_id", "member_id"),
    Index(None, "guild_id", "member_id"),
)


class SqlMeetings(Repository):
    """The meetings of one community; see `bot.domain.meetings.MeetingRepository`."""

    async def add(self, occasion: Occasion, at: datetime, people: Sequence[int]) -> Meeting:
        """Write a new one."""
        added = await self._tx.execute(insert(meetings).values(guild_id=self._tx.guild_id, occasion=occasion, at=at))
        assert added.inserted_primary_key is not None
        meeting_id: int = added.inserted_primary_key[0]
        each = {"guild_id": self._tx.guild_id, "meeting_id": meeting_id}
        await self._tx.execute(insert(meeting_people), [{**each, "member_id": one} for one in sorted(people)])
        return Meeting(meeting_id, occasion, at, tuple(sorted(people)), {})

    async def get(self, meeting_id: int) -> Meeting | None:
        """The one with this id."""
        return next(iter(await self._some(meetings.c.id == meeting_id)), None)

    async def of_round(self, occasion: Occasion, at: datetime) -> list[Meeting]:
        """Those of one round, in order of id."""
        return await self._some(meetings.c.occasion == occasion, meetings.c.at == at)

    async def of_member(self, member_id: int, limit: int, occasion: Occasion | None = None) -> list[Meeting]:
        """This person's, the latest first."""
        theirs = (
            select(meetings.c.id)
            .join(meeting_people, meeting_people.c.meeting_id == meetings.c.id)
            .where(meeting_people.c.guild_id == self._tx.guild_id, meeting_people.c.member_id == member_id)
            .where(*_of_occasion(occasion))
            .order_by(meetings.c.at.desc(), meetings.c.id.desc())
            .limit(limit)
        )
        found = await self._some(meetings.c.id.in_((await self._tx.execute(theirs)).scalars().all()))
        return sorted(found, key=lambda meeting: (meeting.at, meeting.id), reverse=True)

    async def last_together(self) -> dict[tuple[int, int], datetime]:
        """When each two people were last brought together."""
        one, other = meeting_people.alias("one"), meeting_people.alias("other")
        same = (one.c.meeting_id == other.c.meeting_id, one.c.member_id < other.c.member_id)
        rows = await self._tx.execute(
            select(one.c.member_id, other.c.member_id.label("other_id"), func.max(meetings.c.at).label("at"))
            .select_from(meetings)
            .join(one, one.c.meeting_id == meetings.c.id)
            .join(other, same[0])
            .where(meetings.c.guild_id == self._tx.guild_id, same[1])
            .group_by(one.c.member_id, other.c.member_id)
        )
        return {(row.member_id, row.other_id): row.at for row in rows}

    async def together_before(
        self, one: int, other: int, at: datetime, occasion: Occasion | None = None
    ) -> datetime | None:
        """When these two were last brought together before that time."""
        first, second = meeting_people.alias("first"), meeting_people.alias("second")
        found = (
            select(func.max(meetings.c.at))
            .select_from(meetings)
            .join(first, first.c.meeting_id == meetings.c.id)
            .join(second, second.c.meeting_id == meetings.c.id)
            .where(meetings.c.guild_id == self._tx.guild_id, meetings.c.at < at)
            .where(first.c.member_id == one, second.c.member_id == other, *_of_occasion(occasion))
        )
        return (await self._tx.execute(found)).scalar()

    async def say(self, meeting: Meeting, member_id: int, *, met: bool) -> None:
        """Write whether this person says that they met."""
        of = meeting_people.c
        theirs = (of.guild_id == self._tx.guild_id, of.meeting_id == meeting.id, of.member_id == member_id)
        await self._tx.execute(update(meeting_people).where(*theirs).values(met=met))

    async def _some(self, *where: Any) -> list[Meeting]:
        rows = (
            await self._tx.execute(
                select(meetings.c.id, meetings.c.occasion, meetings.c.at)
                .where(meetings.c.guild_id == self._tx.guild_id, *where)
                .order_by(meetings.c.id)
            )
        ).all()
        people = await self._people([row.id for row in rows])
        return [Meeting(row.id, row.occasion, row.at, tuple(people[row.id]), _said(people[row.id])) for row in rows]

    async def _people(self, ids: Sequence[int]) -> dict[int, dict[int, bool | None]]:
        of, found = meeting_people.c, defaultdict[int, dict[int, bool | None]](dict)
        for some in batches(list(ids)):
            rows = await self._tx.execute(
                select(of.meeting_id, of.member_id, of.met)
                .where(of.guild_id == self._tx.guild_id, of.meeting_id.in_(some))
                .order_by(of.member_id)
            )
            for row in rows:
                found[row.meeting_id][row.member_id] = row.met
        return found


def _of_occasion(occasion: Occasion | None) -> tuple[Any, ...]:
    return () if occasion is None else (meetings.c.occasion == occasion,)


def _said(people: dict[int, bool | None]) -> dict[int, bool]:
    return {member_id: met for member_id, met in people.items() if met is not None}
