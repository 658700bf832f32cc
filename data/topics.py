"""Topics that people wish for, in SQL."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, ForeignKey, Index, Table, UniqueConstraint, delete, func, insert, select

from bot.domain.sessions import Session
from bot.domain.topics import Wish
from data.schema import Instant, guild, member, metadata, row_id, words
from data.transaction import Repository

topics = Table(
    "topics",
    metadata,
    row_id(),
    guild(),
    Column("group_id", BigInteger, ForeignKey("study_groups.id"), nullable=False),
    # The lecture of which somebody wants to hear more.
    Column("session_id", BigInteger, ForeignKey("sessions.id")),
    words("title", "keep:the community's record of its meetings", nullable=False),
    Column("proposed_at", Instant, nullable=False),
    UniqueConstraint("session_id"),
    Index(None, "guild_id", "group_id"),
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


class SqlTopics(Repository):
    """The topics of one community; see `bot.domain.topics.TopicRepository`."""

    async def toggle(self, session: Session, title: str, member_id: int) -> Wish:
        """This person wishes to hear more of a lecture, or no more."""
        of, topic_id = topic_wishes.c, await self._of_lecture(session, title)
        theirs = (of.guild_id == self._tx.guild_id, of.topic_id == topic_id, of.member_id == member_id)
        wanted = not (await self._tx.execute(delete(topic_wishes).where(*theirs))).rowcount
        if wanted:
            values = {"topic_id": topic_id, "member_id": member_id, "wished_at": self._tx.now}
            await self._tx.execute(insert(topic_wishes).values(guild_id=self._tx.guild_id, **values))
        counted = select(func.count()).where(of.guild_id == self._tx.guild_id, of.topic_id == topic_id)
        return Wish(wanted, (await self._tx.execute(counted)).scalar_one())

    async def leave(self, member_id: int) -> None:
        """Somebody is there no more: they wish for nothing."""
        of = topic_wishes.c
        await self._tx.execute(delete(topic_wishes).where(of.guild_id == self._tx.guild_id, of.member_id == member_id))

    async def _of_lecture(self, session: Session, title: str) -> int:
        where = (topics.c.guild_id == self._tx.guild_id, topics.c.session_id == session.id)
        found = (await self._tx.execute(select(topics.c.id).where(*where))).scalar()
        if found is not None:
            return found
        values = {
            "group_id": session.group_id,
            "session_id": session.id,
            "title": title,
            "proposed_at": self._tx.now,
        }
        added = await self._tx.execute(insert(topics).values(guild_id=self._tx.guild_id, **values))
        assert added.inserted_primary_key is not None
        return added.inserted_primary_key[0]
