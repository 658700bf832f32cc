"""Thanks by topic, in SQL."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from typing import Any

from msgspec.structs import asdict, replace
from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    ForeignKey,
    Index,
    String,
    Table,
    and_,
    case,
    cast,
    delete,
    func,
    insert,
    literal,
    select,
)

from bot.domain.questions.gratitude import Gratitude, KnownFor, in_order
from data.industries import profile_industries
from data.questions import questions
from data.schema import Instant, guild, load, member, metadata, row_id, words
from data.transaction import Repository, batches

gratitudes = Table(
    "gratitudes",
    metadata,
    row_id(),
    guild(),
    Column("question_id", BigInteger, ForeignKey("questions.id"), nullable=False),
    Column("message_id", BigInteger, nullable=False),
    # NULL also: whoever asked the question without their name, see by_asker.
    member("from_id", "erase"),
    Column("by_asker", Boolean, nullable=False),
    member("to_id", "erase", nullable=False),
    words("topic", "erase", nullable=False),
    # All spellings of a topic have the same.
    words("topic_key", "erase", nullable=False),
    Column("accepted", Boolean, nullable=False),
    Column("thanked_at", Instant, nullable=False),
    Index(None, "guild_id", "to_id", "topic_key"),
    Index(None, "guild_id", "question_id"),
    # The id stands in buttons that outlive the row.
    sqlite_autoincrement=True,
)
_of = gratitudes.c
_gratitude = [_of[name] for name in Gratitude.__struct_fields__]


class SqlGratitude(Repository):
    """The thanks of one community; see `bot.domain.questions.gratitude.GratitudeRepository`."""

    async def add(self, gratitude: Gratitude) -> Gratitude:
        """Write new thanks."""
        values = {name: value for name, value in asdict(gratitude).items() if name != "id"}
        values |= {"from_id": gratitude.from_id or None, "topic_key": gratitude.key}
        added = await self._tx.execute(insert(gratitudes).values(guild_id=self._tx.guild_id, **values))
        assert added.inserted_primary_key is not None
        return replace(gratitude, id=added.inserted_primary_key[0])

    async def remove(self, gratitude_id: int) -> None:
        """Forget them."""
        await self._tx.execute(delete(gratitudes).where(*self._own(_of.id == gratitude_id)))

    async def find(self, gratitude_id: int) -> Gratitude | None:
        """Those with this id."""
        return next(iter(await self._some(_of.id == gratitude_id)), None)

    async def of_question(self, question_id: int) -> list[Gratitude]:
        """All thanks in the thread of a question, oldest first."""
        return await self._some(_of.question_id == question_id)

    async def to_member(self, member_id: int) -> list[Gratitude]:
        """All thanks to this person, oldest first."""
        return await self._some(_of.to_id == member_id)

    async def thanked(
        self, member_ids: Collection[int] | None = None, channels: Collection[int] | None = None
    ) -> dict[int, list[KnownFor]]:
        """For what these people were thanked, by their id."""
        found = defaultdict[int, list[KnownFor]](list)
        for some in [None] if member_ids is None else batches(list(member_ids)):
            for row in await self._tx.execute(_counted(self._tx.guild_id, some, channels)):
                found[row.to_id].append(KnownFor(row.topic, row.people, row.industries))
        return {member_id: in_order(each) for member_id, each in found.items()}

    async def _some(self, *where: Any) -> list[Gratitude]:
        rows = await self._tx.execute(select(*_gratitude).where(*self._own(*where)).order_by(_of.id))
        return [load(Gratitude, row, from_id=_or_nobody) for row in rows]

    def _own(self, *where: Any) -> tuple[Any, ...]:
        return (_of.guild_id == self._tx.guild_id, *where)


def _counted(guild_id: int, member_ids: Collection[int] | None, channels: Collection[int] | None) -> Any:
    """Each person and topic, with how many distinct people thanked them, and of how many industries these are.

    Whoever asked without their name counts as a person of their own for each question: an id below zero, which nobody
    has. Whose thanks were erased with their name counts no more.
    """
    work = profile_industries.c
    # An industry that a community has added is no bundled one: a number, and never the same as a name.
    own = literal("own-") + cast(work.own_id, String)
    industry = case((work.bundled.is_not(None), work.bundled), else_=own)
    theirs = and_(
        work.guild_id == _of.guild_id, work.member_id == _of.from_id, work.until.is_(None), work.position == 0
    )
    where = [_of.guild_id == guild_id, _of.by_asker | _of.from_id.is_not(None)]
    if member_ids is not None:
        where.append(_of.to_id.in_(member_ids))
    if channels is not None:
        asked = (questions.c.guild_id == guild_id, questions.c.channel_id.in_(sorted(channels)))
        where.append(_of.question_id.in_(select(questions.c.id).where(*asked)))
    return (
        select(
            _of.to_id,
            # Of several spellings always the same one is shown.
            func.min(_of.topic).label("topic"),
            func.count(func.distinct(case((_of.by_asker, -_of.question_id), else_=_of.from_id))).label("people"),
            func.count(func.distinct(industry)).label("industries"),
        )
        .select_from(gratitudes.outerjoin(profile_industries, theirs))
        .where(*where)
        .group_by(_of.to_id, _of.topic_key)
    )


def _or_nobody(member_id: int | None) -> int:
    return member_id or 0
