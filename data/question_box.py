"""The questions for lecturers, in SQL."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection
from datetime import datetime
from typing import Any

from msgspec.structs import asdict, replace
from sqlalchemy import BigInteger, Boolean, Column, ForeignKey, Index, Table, delete, func, insert, select

from bot.domain.question_box import Question
from bot.domain.rsvps import COMING
from bot.domain.sessions import SessionState
from data.rsvps import rsvps
from data.schema import Instant, guild, load, member, metadata, row_id, words
from data.sessions import sessions
from data.transaction import Repository

lecture_questions = Table(
    "lecture_questions",
    metadata,
    row_id(),
    guild(),
    Column("session_id", BigInteger, ForeignKey("sessions.id"), nullable=False),
    # Of an anonymous question this is the only place that knows who asked it.
    member("member_id", "erase", nullable=False),
    words("text", "erase", nullable=False),
    Column("anonymous", Boolean, nullable=False),
    Column("asked_at", Instant, nullable=False),
    Index(None, "guild_id", "session_id"),
    Index(None, "guild_id", "member_id"),
    # The id stands in buttons that outlive the row.
    sqlite_autoincrement=True,
)
_of = lecture_questions.c
_question = [column for column in _of if column.name != "guild_id"]


class SqlQuestionBox(Repository):
    """The questions of one community; see `bot.domain.question_box.QuestionBoxRepository`."""

    async def add(self, question: Question) -> Question:
        """Put a question into its session's box."""
        values = {name: value for name, value in asdict(question).items() if name != "id"}
        added = await self._tx.execute(insert(lecture_questions).values(guild_id=self._tx.guild_id, **values))
        assert added.inserted_primary_key is not None
        return replace(question, id=added.inserted_primary_key[0])

    async def find(self, question_id: int) -> Question | None:
        """The question with this id."""
        return next(iter(await self._questions(_of.id == question_id)), None)

    async def of_session(self, session_id: int) -> list[Question]:
        """All questions of a session."""
        return await self._questions(_of.session_id == session_id)

    async def asked_about(self, now: datetime) -> list[int]:
        """The sessions ahead at which something was asked."""
        rows = await self._tx.execute(
            select(_of.session_id)
            .distinct()
            .join(sessions, sessions.c.id == _of.session_id)
            .where(
                _of.guild_id == self._tx.guild_id,
                sessions.c.state == SessionState.SCHEDULED.value,
                sessions.c.starts_at > now,
            )
            .order_by(_of.session_id)
        )
        return list(rows.scalars())

    async def remove(self, question_id: int) -> None:
        """Forget a question."""
        await self._tx.execute(
            delete(lecture_questions).where(_of.guild_id == self._tx.guild_id, _of.id == question_id)
        )

    async def remove_all(self, member_id: int) -> None:
        """Forget all questions of a person."""
        await self._tx.execute(
            delete(lecture_questions).where(_of.guild_id == self._tx.guild_id, _of.member_id == member_id)
        )

    async def lectures_heard(self, member_ids: Collection[int]) -> Counter[int]:
        """To how many lectures that are over each of these people came."""
        rows = await self._tx.execute(
            select(rsvps.c.member_id, func.count().label("n"))
            .join(sessions, sessions.c.id == rsvps.c.session_id)
            .where(
                rsvps.c.guild_id == self._tx.guild_id,
                rsvps.c.member_id.in_(member_ids),
                rsvps.c.answer.in_(sorted(answer.value for answer in COMING)),
                rsvps.c.waiting.is_(False),
                sessions.c.kind == "lecture",
                sessions.c.state == SessionState.ENDED.value,
            )
            .group_by(rsvps.c.member_id)
        )
        return Counter({row.member_id: row.n for row in rows})

    async def _questions(self, *where: Any) -> list[Question]:
        own = (_of.guild_id == self._tx.guild_id, *where)
        rows = await self._tx.execute(select(*_question).where(*own).order_by(_of.id))
        return [load(Question, row) for row in rows]
