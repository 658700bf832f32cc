"""Introductions in SQL: who is to meet whom, why, and what each has answered."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from datetime import datetime
from typing import Any

from msgspec.structs import asdict, replace
from sqlalchemy import (
    BigInteger,
    Column,
    ForeignKey,
    Index,
    String,
    Table,
    UniqueConstraint,
    and_,
    insert,
    or_,
    select,
    update,
)

from bot.domain.introductions import Answer, Introduction, IntroductionState
from data.schema import Instant, guild, load, member, metadata, row_id, words
from data.transaction import Repository, batches

introductions = Table(
    "introductions",
    metadata,
    row_id(),
    guild(),
    member("proposer_id", "erase", nullable=False),
    member("person_id", "erase", nullable=False),
    member("to_id", "erase", nullable=False),
    words("reason", "erase", nullable=False),
    Column("proposed_at", Instant, nullable=False),
    Column("state", String(10), nullable=False),
    Column("meeting_id", BigInteger, ForeignKey("meetings.id")),
    Index(None, "guild_id", "proposer_id", "proposed_at"),
    Index(None, "guild_id", "person_id", "to_id"),
    Index(None, "guild_id", "to_id", "person_id"),
    # The id stands in buttons and in the names of threads, so it is never given again.
    sqlite_autoincrement=True,
)
introduction_answers = Table(
    "introduction_answers",
    metadata,
    row_id(),
    guild(),
    Column("introduction_id", BigInteger, ForeignKey("introductions.id"), nullable=False),
    member("member_id", "erase", nullable=False),
    words("answer", "erase", String(10)),
    UniqueConstraint("introduction_id", "member_id"),
    Index(None, "guild_id", "member_id"),
)
_of, _answers = introductions.c, introduction_answers.c
_columns = [_of[name] for name in Introduction.__struct_fields__]


class SqlIntroductions(Repository):
    """The introductions of one community; see `bot.domain.introductions.IntroductionRepository`."""

    async def add(self, introduction: Introduction) -> Introduction:
        """Write a new one."""
        added = await self._tx.execute(
            insert(introductions).values(guild_id=self._tx.guild_id, **_values(introduction))
        )
        assert added.inserted_primary_key is not None
        return replace(introduction, id=added.inserted_primary_key[0])

    async def store(self, introduction: Introduction) -> None:
        """Write how it stands now."""
        where = (_of.guild_id == self._tx.guild_id, _of.id == introduction.id)
        values = {"state": introduction.state.value, "meeting_id": introduction.meeting_id}
        await self._tx.execute(update(introductions).where(*where).values(**values))

    async def find(self, introduction_id: int) -> Introduction | None:
        """The one with this id."""
        return next(iter(await self._some(_of.id == introduction_id)), None)

    async def proposed_by(self, member_id: int, since: datetime) -> list[Introduction]:
        """This person's proposals after that time."""
        return await self._some(_of.proposer_id == member_id, _of.proposed_at > since)

    async def between(self, one: int, other: int, since: datetime) -> list[Introduction]:
        """Those of these two to each other, whoever proposed them."""
        there, back = (and_(_of.person_id == a, _of.to_id == b) for a, b in ((one, other), (other, one)))
        return await self._some(or_(there, back), _of.proposed_at > since)

    async def of_member(self, member_id: int, limit: int) -> list[Introduction]:
        """Those in which somebody has a part, the latest first."""
        return await self._some(_part(member_id), order=_of.id.desc(), limit=limit)

    async def open_of(self, member_id: int) -> list[Introduction]:
        """Those in which somebody has a part and whose state is open."""
        return await self._some(_part(member_id), _of.state == IntroductionState.OPEN.value)

    async def ask(self, introduction: Introduction, member_id: int, answer: Answer | None = None) -> None:
        """Write that somebody is asked, or what they answer."""
        key = {"guild_id": self._tx.guild_id, "introduction_id": introduction.id, "member_id": member_id}
        where = [introduction_answers.c[name] == value for name, value in key.items()]
        changed = await self._tx.execute(update(introduction_answers).where(*where).values(answer=answer))
        if not changed.rowcount:
            await self._tx.execute(insert(introduction_answers).values(**key, answer=answer))

    async def answers_to(self, introduction_ids: Collection[int]) -> dict[int, dict[int, Answer | None]]:
        """Who is asked about each of these, and what they have answered."""
        found = defaultdict[int, dict[int, Answer | None]](dict)
        for some in batches(list(introduction_ids)):
            rows = await self._tx.execute(
                select(_answers.introduction_id, _answers.member_id, _answers.answer)
                .where(_answers.guild_id == self._tx.guild_id, _answers.introduction_id.in_(some))
                .order_by(_answers.id)
            )
            for row in rows:
                found[row.introduction_id][row.member_id] = row.answer
        return dict(found)

    async def _some(self, *where: Any, order: Any = _of.id, limit: int | None = None) -> list[Introduction]:
        found = select(*_columns).where(_of.guild_id == self._tx.guild_id, *where).order_by(order).limit(limit)
        return [load(Introduction, row, state=IntroductionState) for row in await self._tx.execute(found)]


def _part(member_id: int) -> Any:
    return or_(_of.proposer_id == member_id, _of.person_id == member_id, _of.to_id == member_id)


def _values(introduction: Introduction) -> dict[str, Any]:
    values = {name: value for name, value in asdict(introduction).items() if name != "id"}
    return values | {"state": introduction.state.value}
