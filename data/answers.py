"""The answers that were accepted, and what was added to them, in SQL."""

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
    Table,
    UniqueConstraint,
    delete,
    func,
    insert,
    select,
    update,
)

from bot.domain.questions.answers import Addition, Answer
from data.questions import questions
from data.schema import Instant, guild, load, member, metadata, row_id, words
from data.transaction import Repository, batches

answers = Table(
    "answers",
    metadata,
    row_id(),
    guild(),
    Column("question_id", BigInteger, ForeignKey("questions.id"), nullable=False),
    Column("channel_id", BigInteger, nullable=False),
    Column("message_id", BigInteger, nullable=False),
    member("author_id", "erase"),
    # Said through the bot by whoever asked without their name; author_id is NULL then.
    Column("by_asker", Boolean, nullable=False),
    words("text", "erase", nullable=False),
    # NULL also: whoever asked without their name.
    member("accepted_by", "erase"),
    Column("accepted_at", Instant, nullable=False),
    UniqueConstraint("guild_id", "message_id"),
    Index(None, "guild_id", "question_id"),
    Index(None, "guild_id", "author_id"),
    # The id stands in buttons that outlive the row.
    sqlite_autoincrement=True,
)
answer_additions = Table(
    "answer_additions",
    metadata,
    row_id(),
    guild(),
    Column("answer_id", BigInteger, ForeignKey("answers.id"), nullable=False),
    member("member_id", "erase"),
    Column("by_asker", Boolean, nullable=False),
    words("text", "erase", nullable=False),
    Column("added_at", Instant, nullable=False),
    Index(None, "guild_id", "answer_id"),
    # The id stands in buttons that outlive the row.
    sqlite_autoincrement=True,
)
_of, _more = answers.c, answer_additions.c
_answer = [column for column in _of if column.name != "guild_id"]
_addition = [column for column in _more if column.name != "guild_id"]


class SqlAnswers(Repository):
    """The accepted answers of one community; see `bot.domain.questions.answers.AnswerRepository`."""

    async def add(self, answer: Answer) -> Answer:
        """Write a new one."""
        added = await self._tx.execute(insert(answers).values(guild_id=self._tx.guild_id, **_row(answer)))
        assert added.inserted_primary_key is not None
        return replace(answer, id=added.inserted_primary_key[0])

    async def store(self, answer: Answer) -> None:
        """Write it as it is now."""
        await self._tx.execute(update(answers).where(*self._own(_of.id == answer.id)).values(**_row(answer)))

    async def remove(self, answer: Answer) -> None:
        """Forget it, and what was added to it."""
        more = (_more.guild_id == self._tx.guild_id, _more.answer_id == answer.id)
        await self._tx.execute(delete(answer_additions).where(*more))
        await self._tx.execute(delete(answers).where(*self._own(_of.id == answer.id)))

    async def find(self, answer_id: int) -> Answer | None:
        """The one with this id."""
        return next(iter(await self._some(_of.id == answer_id)), None)

    async def of_message(self, message_id: int) -> Answer | None:
        """The one that this message is."""
        return next(iter(await self._some(_of.message_id == message_id)), None)

    async def of_questions(self, question_ids: Collection[int]) -> dict[int, list[Answer]]:
        """Those of these questions, in order of acceptance."""
        found = defaultdict[int, list[Answer]](list)
        for some in batches(list(question_ids)):
            for answer in await self._some(_of.question_id.in_(some)):
                found[answer.question_id].append(answer)
        return dict(found)

    async def of_author(self, member_id: int) -> list[Answer]:
        """All that this person gave, in order of acceptance."""
        return await self._some(_of.author_id == member_id)

    async def number_of(self, member_id: int, channels: Collection[int]) -> int:
        """How many answers this person gave to questions in these forums."""
        asked = (questions.c.guild_id == self._tx.guild_id, questions.c.channel_id.in_(sorted(channels)))
        theirs = self._own(_of.author_id == member_id, _of.question_id.in_(select(questions.c.id).where(*asked)))
        return (await self._tx.execute(select(func.count()).select_from(answers).where(*theirs))).scalar_one()

    async def add_addition(self, addition: Addition) -> Addition:
        """Write a correction or source."""
        values = asdict(addition) | {"member_id": addition.member_id or None}
        del values["id"]
        added = await self._tx.execute(insert(answer_additions).values(guild_id=self._tx.guild_id, **values))
        assert added.inserted_primary_key is not None
        return replace(addition, id=added.inserted_primary_key[0])

    async def addition(self, addition_id: int) -> Addition | None:
        """The one with this id."""
        mine = (_more.guild_id == self._tx.guild_id, _more.id == addition_id)
        rows = await self._tx.execute(select(*_addition).where(*mine))
        return next((load(Addition, row, member_id=_or_nobody) for row in rows), None)

    async def remove_addition(self, addition: Addition) -> None:
        """Forget it."""
        mine = (_more.guild_id == self._tx.guild_id, _more.id == addition.id)
        await self._tx.execute(delete(answer_additions).where(*mine))

    async def additions(self, answer_ids: Collection[int]) -> dict[int, list[Addition]]:
        """What was added to these answers, oldest first."""
        found = defaultdict[int, list[Addition]](list)
        for some in batches(list(answer_ids)):
            mine = (_more.guild_id == self._tx.guild_id, _more.answer_id.in_(some))
            for row in await self._tx.execute(select(*_addition).where(*mine).order_by(_more.id)):
                found[row.answer_id].append(load(Addition, row, member_id=_or_nobody))
        return dict(found)

    async def _some(self, *where: Any) -> list[Answer]:
        rows = await self._tx.execute(select(*_answer).where(*self._own(*where)).order_by(_of.id))
        return [load(Answer, row, author_id=_or_nobody, accepted_by=_or_nobody) for row in rows]

    def _own(self, *where: Any) -> tuple[Any, ...]:
        return (_of.guild_id == self._tx.guild_id, *where)


def _row(answer: Answer) -> dict[str, Any]:
    values = {name: value for name, value in asdict(answer).items() if name != "id"}
    return values | {"author_id": answer.author_id or None, "accepted_by": answer.accepted_by or None}


def _or_nobody(member_id: int | None) -> int:
    return member_id or 0
