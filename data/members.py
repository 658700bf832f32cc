"""The people of a community in SQL."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Any

from sqlalchemy import (
    Index,
    String,
    Table,
    UniqueConstraint,
    and_,
    case,
    func,
    insert,
    literal,
    or_,
    select,
    true,
    union,
    union_all,
    update,
)
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.members import Member
from bot.domain.posts import Post, PostState
from bot.domain.questions.values import QuestionState
from bot.domain.sessions import SessionState
from bot.domain.topics import TopicState
from data.groups import group_organizers
from data.memberships import group_members
from data.pairing import pairing_members
from data.posts import posts
from data.posts.table import COLUMNS, UNFINISHED, as_post, of_member
from data.profiles import profiles
from data.rotation import rotation_members
from data.rsvps import rsvps
from data.schema import Instant, Json, guild, load, member, metadata, row_id, words
from data.sessions import sessions
from data.spinoffs import spinoff_members
from data.topics import topic_wishes, topics
from data.transaction import Repository, batches

members = Table(
    "members",
    metadata,
    row_id(),
    guild(),
    member("member_id", "erase", nullable=False),
    words("used_at", "erase", Instant),
    words("seen_at", "erase", Instant),
    words("dms_closed_at", "erase", Instant),
    words("hinted_at", "erase", Instant),
    words("stopped", "erase", Json, nullable=False),
    words("language", "erase", String(10)),
    UniqueConstraint("guild_id", "member_id"),
    # In a direct message nobody says which community they mean.
    Index(None, "member_id"),
)
_columns = [c for c in members.c if c.name not in {"id", "guild_id"}]


class SqlMembers(Repository):
    """The people of one community; see `bot.domain.members.MemberRepository`."""

    async def find(self, member_id: int) -> Member | None:
        """What is known of this person."""
        return (await self.some([member_id])).get(member_id)

    async def some(self, member_ids: Collection[int]) -> dict[int, Member]:
        """What is known of these people, by id."""
        ids, found = list(member_ids), dict[int, Member]()
        for some in batches(ids):
            rows = await self._tx.execute(
                select(*_columns).where(members.c.guild_id == self._tx.guild_id, members.c.member_id.in_(some))
            )
            found |= {row.member_id: as_member(row) for row in rows}
        return found

    async def put(self, member: Member) -> None:
        """Write or replace what is known of a person."""
        values = {
            "used_at": member.used_at,
            "seen_at": member.seen_at,
            "dms_closed_at": member.dms_closed_at,
            "hinted_at": member.hinted_at,
            "stopped": sorted(member.stopped),
            "language": member.language,
        }
        key = (members.c.guild_id == self._tx.guild_id, members.c.member_id == member.member_id)
        changed = await self._tx.execute(update(members).where(*key).values(**values))
        if not changed.rowcount:
            await self._tx.execute(
                insert(members).values(guild_id=self._tx.guild_id, member_id=member.member_id, **values)
            )

    async def reached_at(self, member_id: int) -> datetime | None:
        """When a direct message last arrived."""
        rows = await self._tx.execute(
            select(func.max(posts.c.sent_at)).where(
                posts.c.guild_id == self._tx.guild_id,
                of_member(self._tx.guild_id, member_id),
                posts.c.state == PostState.SENT.value,
            )
        )
        return rows.scalar_one()

    async def cancel_dms(self, member_id: int, kinds: Collection[str], reason: str) -> None:
        """Cancel what has not begun; ask for the cancellation of what is in doubt."""
        doubtful = or_(posts.c.state == PostState.SENDING.value, posts.c.in_doubt)
        await self._tx.execute(
            update(posts)
            .where(
                posts.c.guild_id == self._tx.guild_id,
                of_member(self._tx.guild_id, member_id),
                posts.c.kind.in_(kinds),
                posts.c.state.in_(UNFINISHED),
            )
            .values(
                state=case((doubtful, posts.c.state), else_=PostState.CANCELLED.value),
                cancel_wanted=case((doubtful, true()), else_=posts.c.cancel_wanted),
                reason=reason,
            )
        )

    async def number_of(self, member_id: int) -> int:
        """The number of this person's row."""
        where = (members.c.guild_id == self._tx.guild_id, members.c.member_id == member_id)
        return (await self._tx.execute(select(members.c.id).where(*where))).scalar() or 0

    async def numbered(self, number: int) -> Member | None:
        """The person whose row has this number."""
        where = (members.c.guild_id == self._tx.guild_id, members.c.id == number)
        row = (await self._tx.execute(select(*_columns).where(*where))).one_or_none()
        return None if row is None else as_member(row)

    async def undelivered(self, member_id: int, kinds: Collection[str]) -> list[Post]:
        """The direct messages of these kinds that could not be delivered and have not expired."""
        rows = await self._tx.execute(
            select(*COLUMNS)
            .where(
                posts.c.guild_id == self._tx.guild_id,
                of_member(self._tx.guild_id, member_id),
                posts.c.kind.in_(kinds),
                posts.c.state == PostState.UNDELIVERABLE.value,
                posts.c.expires_at > self._tx.now,
            )
            .order_by(posts.c.id)
        )
        return [as_post(row) for row in rows]

    async def has_part(self, member_id: int, now: datetime) -> bool:
        """Whether this person uses the bot, told of themselves, has a part in a group, or answered for what begins."""
        using = select(members.c.member_id).where(
            members.c.guild_id == self._tx.guild_id, members.c.used_at.is_not(None)
        )
        people = union(using, *self._told(), *self._taking_part(now)).subquery()
        rows = await self._tx.execute(select(people.c.member_id).where(people.c.member_id == member_id))
        return rows.first() is not None

    async def to_check(self, now: datetime, seen_before: datetime, limit: int) -> list[int]:
        """Those who have a part in something, then who told of themselves; in each turn the longest unseen first."""
        turns = (self._taking_part(now), self._told())
        parts = [part.add_columns(literal(turn).label("turn")) for turn, some in enumerate(turns) for part in some]
        each = union_all(*parts).subquery()
        turn = func.min(each.c.turn).label("turn")
        people = select(each.c.member_id, turn).group_by(each.c.member_id).subquery()
        known = and_(members.c.guild_id == self._tx.guild_id, members.c.member_id == people.c.member_id)
        rows = await self._tx.execute(
            select(people.c.member_id)
            .select_from(people.outerjoin(members, known))
            .where(or_(members.c.seen_at.is_(None), members.c.seen_at < seen_before))
            .order_by(people.c.turn, members.c.seen_at.nulls_first(), people.c.member_id)
            .limit(limit)
        )
        return list(rows.scalars())

    def _told(self) -> tuple[Any, ...]:
        belong = (group_members.c.guild_id == self._tx.guild_id, group_members.c.until.is_(None))
        return (
            select(profiles.c.member_id).where(profiles.c.guild_id == self._tx.guild_id),
            select(group_members.c.member_id).where(*belong),
        )

    def _taking_part(self, now: datetime) -> tuple[Any, ...]:
        rotating = (rotation_members.c.guild_id == self._tx.guild_id, rotation_members.c.left_at.is_(None))
        # By its name: its file uses the table of this one.
        asked = metadata.tables["questions"].c
        return (
            select(group_organizers.c.member_id).where(group_organizers.c.guild_id == self._tx.guild_id),
            select(rotation_members.c.member_id).where(*rotating),
            select(pairing_members.c.member_id).where(pairing_members.c.guild_id == self._tx.guild_id),
            select(spinoff_members.c.member_id).where(spinoff_members.c.guild_id == self._tx.guild_id),
            select(topic_wishes.c.member_id)
            .join(topics, topics.c.id == topic_wishes.c.topic_id)
            .where(topic_wishes.c.guild_id == self._tx.guild_id, topics.c.state == TopicState.OPEN.value),
            select(asked.asker_id.label("member_id")).where(
                asked.guild_id == self._tx.guild_id,
                asked.state == QuestionState.OPEN.value,
                asked.asker_id.is_not(None),
            ),
            select(rsvps.c.member_id)
            .join(sessions, sessions.c.id == rsvps.c.session_id)
            .where(
                rsvps.c.guild_id == self._tx.guild_id,
                sessions.c.state == SessionState.SCHEDULED.value,
                sessions.c.starts_at > now,
            ),
        )


def as_member(row: object) -> Member:
    """A member from their row."""
    return load(Member, row, stopped=frozenset)


async def used_in(connection: AsyncConnection, member_id: int) -> list[int]:
    """The communities in which this person uses the bot, by when they last did."""
    where = (members.c.member_id == member_id, members.c.used_at.is_not(None))
    rows = await connection.execute(
        select(members.c.guild_id).where(*where).order_by(members.c.used_at.desc(), members.c.guild_id)
    )
    return list(rows.scalars())
