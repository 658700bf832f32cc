"""Themes before they have a date, in SQL: who wants them, and where their lists stand."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

from msgspec.structs import replace
from sqlalchemy import (
    BigInteger,
    Column,
    ForeignKey,
    Index,
    String,
    Table,
    UniqueConstraint,
    case,
    delete,
    func,
    insert,
    select,
    update,
)

from bot.domain.topics import Topic, TopicState
from data.groups import study_groups
from data.schema import Instant, guild, load, member, metadata, row_id, words
from data.transaction import Repository, batches

topics = Table(
    "topics",
    metadata,
    row_id(),
    guild(),
    Column("group_id", BigInteger, ForeignKey("study_groups.id"), nullable=False),
    # The lecture of which somebody wants to hear more.
    Column("session_id", BigInteger, ForeignKey("sessions.id")),
    words("title", "keep:the community's record of its meetings", nullable=False),
    member("proposer_id", "anonymise", nullable=False, server_default="0"),
    Column("proposed_at", Instant, nullable=False),
    Column("state", String(10), nullable=False, server_default=TopicState.OPEN.value),
    Column("planned_session_id", BigInteger, ForeignKey("sessions.id")),
    UniqueConstraint("session_id"),
    Index(None, "guild_id", "group_id"),
    Index(None, "guild_id", "proposer_id"),
    Index(None, "planned_session_id"),
)
topic_wishes = Table(
    "topic_wishes",
    metadata,
    row_id(),
    guild(),
    Column("topic_id", BigInteger, ForeignKey("topics.id"), nullable=False),
    member("member_id", "erase", nullable=False),
    Column("wished_at", Instant, nullable=False),
    UniqueConstraint("topic_id", "member_id"),
    Index(None, "guild_id", "member_id"),
)
topic_boards = Table(
    "topic_boards",
    metadata,
    row_id(),
    guild(),
    Column("group_id", BigInteger, ForeignKey("study_groups.id"), nullable=False),
    Column("channel_id", BigInteger, nullable=False),
    Index(None, "guild_id", "group_id"),
    # A mirror has the id for its subject, also of a board that was taken down.
    sqlite_autoincrement=True,
)
_columns = [topics.c[name] for name in Topic.__struct_fields__]
_STANDING = (TopicState.OPEN.value, TopicState.PLANNED.value)


class SqlTopics(Repository):
    """The topics of one community; see `bot.domain.topics.TopicRepository`."""

    async def of_lecture(self, session_id: int) -> Topic | None:
        """The one that stands for more of this session."""
        return next(iter(await self._some(topics.c.session_id == session_id)), None)

    async def add(self, group_id: int, title: str, proposer_id: int, session_id: int | None = None) -> Topic:
        """Write a new one, proposed now."""
        topic = Topic(0, group_id, session_id, title, proposer_id, self._tx.now, TopicState.OPEN, None)
        values = {name: getattr(topic, name) for name in Topic.__struct_fields__ if name != "id"}
        added = await self._tx.execute(insert(topics).values(guild_id=self._tx.guild_id, **values))
        assert added.inserted_primary_key is not None
        return replace(topic, id=added.inserted_primary_key[0])

    async def get(self, topic_id: int) -> Topic | None:
        """The one with this id."""
        return next(iter(await self._some(topics.c.id == topic_id)), None)

    async def of_groups(self, group_ids: Collection[int]) -> list[Topic]:
        """Those of these groups that are open or planned."""
        found: list[Topic] = []
        for some in batches(sorted(group_ids)):
            found += await self._some(topics.c.group_id.in_(some), topics.c.state.in_(_STANDING))
        return sorted(found, key=lambda topic: topic.id)

    async def planned_as(self, session_id: int) -> list[Topic]:
        """Those that are the theme of this session."""
        return await self._some(topics.c.planned_session_id == session_id, topics.c.state == TopicState.PLANNED.value)

    async def open_of(self, proposer_id: int) -> list[Topic]:
        """What this person has proposed and is open, in groups that are not archived."""
        here = select(study_groups.c.id).where(
            study_groups.c.guild_id == self._tx.guild_id, study_groups.c.archived_at.is_(None)
        )
        return await self._some(
            topics.c.proposer_id == proposer_id,
            topics.c.state == TopicState.OPEN.value,
            topics.c.group_id.in_(here),
        )

    async def change(self, topic: Topic, **values: Any) -> Topic:
        """Set columns; returns the topic as changed."""
        of = topics.c
        where = (of.guild_id == self._tx.guild_id, of.id == topic.id)
        await self._tx.execute(update(topics).where(*where).values(**values))
        changed = await self.get(topic.id)
        assert changed is not None
        return changed

    async def vote(self, topic_id: int, member_id: int, *, wanted: bool) -> bool:
        """This person votes for a topic, or no more; False if it stood so already."""
        of = topic_wishes.c
        theirs = (of.guild_id == self._tx.guild_id, of.topic_id == topic_id, of.member_id == member_id)
        if not wanted:
            return bool((await self._tx.execute(delete(topic_wishes).where(*theirs))).rowcount)
        if (await self._tx.execute(select(of.id).where(*theirs))).one_or_none() is not None:
            return False
        values = {"topic_id": topic_id, "member_id": member_id, "wished_at": self._tx.now}
        await self._tx.execute(insert(topic_wishes).values(guild_id=self._tx.guild_id, **values))
        return True

    async def votes(self, topic_ids: Sequence[int], member_id: int) -> dict[int, tuple[int, bool]]:
        """How many vote for each of these, and whether this person does."""
        of, found = topic_wishes.c, dict[int, tuple[int, bool]]()
        mine = func.max(case((of.member_id == member_id, 1), else_=0)).label("mine")
        for some in batches(topic_ids):
            rows = await self._tx.execute(
                select(of.topic_id, func.count().label("people"), mine)
                .where(of.guild_id == self._tx.guild_id, of.topic_id.in_(some))
                .group_by(of.topic_id)
            )
            found |= {row.topic_id: (row.people, bool(row.mine)) for row in rows}
        return found

    async def leave(self, member_id: int) -> None:
        """Somebody is there no more."""
        of, own = topic_wishes.c, topics.c
        await self._tx.execute(delete(topic_wishes).where(of.guild_id == self._tx.guild_id, of.member_id == member_id))
        theirs = (own.guild_id == self._tx.guild_id, own.proposer_id == member_id)
        await self._tx.execute(update(topics).where(*theirs).values(proposer_id=0))

    async def post(self, group_id: int, channel_id: int) -> int:
        """The group's channel is to show the list; the id of its board there."""
        values = {"guild_id": self._tx.guild_id, "group_id": group_id, "channel_id": channel_id}
        added = await self._tx.execute(insert(topic_boards).values(**values))
        assert added.inserted_primary_key is not None
        return added.inserted_primary_key[0]

    async def take_down(self, group_id: int) -> list[int]:
        """No channel is to show it any more; the ids of the boards."""
        of, standing = topic_boards.c, await self.boards([group_id])
        await self._tx.execute(delete(topic_boards).where(of.guild_id == self._tx.guild_id, of.group_id == group_id))
        return standing

    async def board(self, board_id: int) -> tuple[int, int] | None:
        """The group and the channel of a board."""
        of = topic_boards.c
        where = (of.guild_id == self._tx.guild_id, of.id == board_id)
        row = (await self._tx.execute(select(of.group_id, of.channel_id).where(*where))).one_or_none()
        return None if row is None else (row.group_id, row.channel_id)

    async def boards(self, group_ids: Collection[int] | None = None) -> list[int]:
        """The boards that stand, of these groups or of all."""
        of = topic_boards.c
        where = [of.guild_id == self._tx.guild_id]
        if group_ids is not None:
            where.append(of.group_id.in_(list(group_ids)))
        return list((await self._tx.execute(select(of.id).where(*where).order_by(of.id))).scalars())

    async def _some(self, *where: Any) -> list[Topic]:
        found = select(*_columns).where(topics.c.guild_id == self._tx.guild_id, *where).order_by(topics.c.id)
        return [load(Topic, row, state=TopicState) for row in await self._tx.execute(found)]
