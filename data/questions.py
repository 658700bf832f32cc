"""Questions to people of other industries, what is said in their threads, and the tags of their forums, in SQL."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
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
    UniqueConstraint,
    delete,
    false,
    func,
    insert,
    literal_column,
    select,
    update,
)

from bot.domain.industries import own_key
from bot.domain.questions.values import UNSEEN, Question, QuestionState, Remark, Tag
from bot.domain.steps import StepState
from data.industries import profile_industries
from data.members import members
from data.schema import Instant, guild, load, member, metadata, row_id, words
from data.steps import steps
from data.transaction import Repository, batches

questions = Table(
    "questions",
    metadata,
    row_id(),
    guild(),
    # Of an anonymous question this is the only place that knows who asked it.
    member("asker_id", "erase"),
    Column("anonymous", Boolean, nullable=False),
    words("text", "erase", nullable=False),
    words("details", "erase", nullable=False),
    # A draft's may be anything that somebody typed.
    words("industry", "erase", nullable=False),
    words("topic", "erase", nullable=False),
    Column("channel_id", BigInteger, nullable=False),
    Column("state", String(10), nullable=False),
    words("reason", "erase", nullable=False),
    Column("asked_at", Instant, nullable=False),
    Column("last_active_at", Instant, nullable=False),
    Column("merged_into", BigInteger),
    Column("answered_at", Instant),
    Column("closed_at", Instant),
    Column("source_channel", BigInteger, nullable=False, server_default="0"),
    Column("source_message", BigInteger, nullable=False, server_default="0"),
    words("source_text", "erase", nullable=False, server_default=literal_column("''")),
    Index(None, "guild_id", "state", "id"),
    Index(None, "guild_id", "asker_id"),
    Index(None, "guild_id", "merged_into"),
    Index(None, "guild_id", "source_message"),
    # The id stands in buttons that outlive the row.
    sqlite_autoincrement=True,
)
question_remarks = Table(
    "question_remarks",
    metadata,
    row_id(),
    guild(),
    Column("question_id", BigInteger, ForeignKey("questions.id"), nullable=False),
    # NULL, too, of whoever asked the question, without their name.
    member("member_id", "erase"),
    words("text", "erase", nullable=False),
    Column("said_at", Instant, nullable=False),
    # Whoever asked says it: a name that was forgotten must not become theirs.
    Column("unnamed", Boolean, nullable=False, server_default=false()),
    Index(None, "guild_id", "question_id"),
    # The id stands in posts that outlive the row.
    sqlite_autoincrement=True,
)
question_tags = Table(
    "question_tags",
    metadata,
    row_id(),
    guild(),
    Column("channel_id", BigInteger, nullable=False),
    Column("tag", String(30), nullable=False),
    Column("tag_id", BigInteger, nullable=False),
    Column("ours", Boolean, nullable=False),
    UniqueConstraint("guild_id", "channel_id", "tag"),
)
_of = questions.c
_UNSEEN = sorted(state.value for state in UNSEEN)
_question = [column for column in _of if column.name != "guild_id"]
_remark = [column for column in question_remarks.c if column.name != "guild_id"]


class SqlQuestions(Repository):
    """The questions of one community; see `bot.domain.questions.repository.QuestionRepository`."""

    async def add(self, question: Question) -> Question:
        """Write a new one."""
        return replace(question, id=await self._insert(questions, _row(question)))

    async def store(self, question: Question) -> None:
        """Write it as it is now."""
        await self._tx.execute(update(questions).where(*self._own(_of.id == question.id)).values(**_row(question)))

    async def find(self, question_id: int) -> Question | None:
        """The one with this id, also a draft."""
        rows = await self._tx.execute(select(*_question).where(*self._own(_of.id == question_id)))
        return next(map(_as_question, rows), None)

    async def some(self, question_ids: Collection[int]) -> dict[int, Question]:
        """Those with these ids that were posted, by id."""
        found: dict[int, Question] = {}
        for part in batches(list(question_ids)):
            own = self._own(_of.id.in_(part), _of.state != QuestionState.DRAFT.value)
            found |= {row.id: _as_question(row) for row in await self._tx.execute(select(*_question).where(*own))}
        return found

    async def posted(
        self,
        *,
        channel_ids: Collection[int] | None = None,
        states: Collection[QuestionState] = (),
        industry: str = "",
        asker_id: int = 0,
        limit: int = 200,
    ) -> list[Question]:
        """Those that were posted, the newest first; hidden ones only among those of one asker."""
        where = [_of.state != QuestionState.DRAFT.value if asker_id else _of.state.not_in(_UNSEEN)]
        if channel_ids is not None:
            where.append(_of.channel_id.in_(sorted(channel_ids)))
        if states:
            where.append(_of.state.in_(sorted(state.value for state in states)))
        if industry:
            where.append(_of.industry == industry)
        if asker_id:
            where.append(_of.asker_id == asker_id)
        rows = await self._tx.execute(select(*_question).where(*self._own(*where)).order_by(_of.id.desc()).limit(limit))
        return [_as_question(row) for row in rows]

    async def merged_into(self, question_id: int) -> list[Question]:
        """Those that were closed for this one, in order."""
        same = self._own(_of.merged_into == question_id)
        rows = await self._tx.execute(select(*_question).where(*same).order_by(_of.id))
        return [_as_question(row) for row in rows]

    async def channels(self) -> list[int]:
        """The forums in which questions stand."""
        posted = self._own(_of.state != QuestionState.DRAFT.value)
        rows = await self._tx.execute(select(_of.channel_id).distinct().where(*posted).order_by(_of.channel_id))
        return list(rows.scalars())

    async def of_message(self, message_id: int) -> Question | None:
        """The posted question that this message was made."""
        where = self._own(_of.source_message == message_id, _of.state != QuestionState.DRAFT.value)
        rows = await self._tx.execute(select(*_question).where(*where).order_by(_of.id).limit(1))
        return next(map(_as_question, rows), None)

    async def watched(
        self, kinds: Sequence[str], *, until: datetime | None = None, question_id: int = 0
    ) -> dict[int, datetime]:
        """When a planned step of these kinds is due, by question."""
        of = steps.c
        where = [of.guild_id == self._tx.guild_id, of.kind.in_(kinds), of.state == StepState.PLANNED.value]
        if until is not None:
            where.append(of.due_at <= until)
        if question_id:
            where.append(of.subject_id == question_id)
        rows = await self._tx.execute(select(of.subject_id, of.due_at).where(*where).order_by(of.due_at.desc()))
        return {row.subject_id: row.due_at for row in rows}

    async def unwatched(self, kinds: Sequence[str]) -> list[Question]:
        """The open questions without a planned step of these kinds."""
        of, here = steps.c, steps.c.guild_id == self._tx.guild_id
        planned = select(of.subject_id).where(here, of.kind.in_(kinds), of.state == StepState.PLANNED.value)
        where = self._own(_of.state == QuestionState.OPEN.value, _of.id.not_in(planned))
        rows = await self._tx.execute(select(*_question).where(*where).order_by(_of.id))
        return [_as_question(row) for row in rows]

    async def used_industries(self) -> list[str]:
        """By how many questions are put to them, then by how many people work in them, then by name."""
        asked = await self._tx.execute(
            select(_of.industry, func.count().label("n"))
            .where(*self._own(_of.state.not_in(_UNSEEN), _of.industry != ""))
            .group_by(_of.industry)
        )
        work = profile_industries.c
        people = await self._tx.execute(
            select(work.bundled, work.own_id, func.count().label("n"))
            .where(work.guild_id == self._tx.guild_id, work.until.is_(None))
            .group_by(work.bundled, work.own_id)
        )
        questions_of = {row.industry: row.n for row in asked}
        people_of = {row.bundled or own_key(row.own_id): row.n for row in people}
        return sorted(
            questions_of.keys() | people_of.keys(),
            key=lambda key: (-questions_of.get(key, 0), -people_of.get(key, 0), key),
        )

    async def possible_askers(self) -> list[int]:
        """Who uses the bot in this community."""
        using = (members.c.guild_id == self._tx.guild_id, members.c.used_at.is_not(None))
        rows = await self._tx.execute(select(members.c.member_id).where(*using).order_by(members.c.member_id))
        return list(rows.scalars())

    async def add_remark(self, remark: Remark) -> Remark:
        """Write one."""
        values = {name: value for name, value in asdict(remark).items() if name != "id"}
        values["member_id"] = remark.member_id or None
        return replace(remark, id=await self._insert(question_remarks, values))

    async def remark(self, remark_id: int) -> Remark | None:
        """The one with this id."""
        of = question_remarks.c
        rows = await self._tx.execute(select(*_remark).where(of.guild_id == self._tx.guild_id, of.id == remark_id))
        return next((load(Remark, row, member_id=_or_nobody) for row in rows), None)

    async def remarks(self, question_id: int) -> list[Remark]:
        """What was said in its thread through the bot, oldest first."""
        of = question_remarks.c
        own = (of.guild_id == self._tx.guild_id, of.question_id == question_id)
        rows = await self._tx.execute(select(*_remark).where(*own).order_by(of.id))
        return [load(Remark, row, member_id=_or_nobody) for row in rows]

    async def active(self, since: datetime, limit: int) -> list[Question]:
        """Those that were posted in which something has happened since then, the latest first."""
        own = self._own(_of.state != QuestionState.DRAFT.value, _of.last_active_at >= since)
        latest = select(*_question).where(*own).order_by(_of.last_active_at.desc(), _of.id.desc()).limit(limit)
        return [_as_question(row) for row in await self._tx.execute(latest)]

    async def drop(self, question_id: int) -> None:
        """A draft goes, and nothing is left of it."""
        draft = self._own(_of.id == question_id, _of.state == QuestionState.DRAFT.value)
        await self._tx.execute(delete(questions).where(*draft))

    async def tags(self, channel_id: int) -> list[Tag]:
        """What the forum's tags stand for."""
        of = question_tags.c
        rows = await self._tx.execute(
            select(of.tag, of.tag_id, of.ours)
            .where(of.guild_id == self._tx.guild_id, of.channel_id == channel_id)
            .order_by(of.id)
        )
        return [Tag(row.tag, row.tag_id, row.ours) for row in rows]

    async def put_tags(self, channel_id: int, tags: Sequence[Tag]) -> None:
        """Replace what the forum's tags stand for."""
        own = (question_tags.c.guild_id == self._tx.guild_id, question_tags.c.channel_id == channel_id)
        await self._tx.execute(delete(question_tags).where(*own))
        if tags:
            place = {"guild_id": self._tx.guild_id, "channel_id": channel_id}
            rows = [place | {"tag": tag.key, "tag_id": tag.id, "ours": tag.ours} for tag in tags]
            await self._tx.execute(insert(question_tags), rows)

    async def _insert(self, table: Table, values: dict[str, Any]) -> int:
        added = await self._tx.execute(insert(table).values(guild_id=self._tx.guild_id, **values))
        assert added.inserted_primary_key is not None
        return added.inserted_primary_key[0]

    def _own(self, *where: Any) -> tuple[Any, ...]:
        return (_of.guild_id == self._tx.guild_id, *where)


def _row(question: Question) -> dict[str, Any]:
    values = {name: value for name, value in asdict(question).items() if name != "id"}
    none = {name: values[name] or None for name in ("asker_id", "merged_into")}
    return values | none | {"state": question.state.value}


def _as_question(row: Any) -> Question:
    return load(Question, row, asker_id=_or_nobody, merged_into=_or_nobody, state=QuestionState)


def _or_nobody(member_id: int | None) -> int:
    return member_id or 0
