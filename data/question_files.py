"""The files of questions while they wait for their post, in SQL."""

from __future__ import annotations

from typing import Any

from sqlalchemy import (
    BigInteger,
    Column,
    ForeignKey,
    LargeBinary,
    Table,
    UniqueConstraint,
    delete,
    insert,
    select,
    update,
)

from bot.domain.questions.files import QuestionFile
from data.schema import guild, metadata, row_id, words
from data.transaction import Repository

question_files = Table(
    "question_files",
    metadata,
    row_id(),
    guild(),
    Column("question_id", BigInteger, ForeignKey("questions.id"), nullable=False),
    words("name", "erase", nullable=False),
    # NULL: the question's post has it.
    words("content", "erase", LargeBinary),
    UniqueConstraint("guild_id", "question_id"),
)
_of = question_files.c


class SqlQuestionFiles(Repository):
    """The files of one community; see `bot.domain.questions.files.FileRepository`."""

    async def put(self, question_id: int, file: QuestionFile) -> None:
        """Keep it in the place of the one before."""
        await self.remove(question_id)
        values = {"question_id": question_id, "name": file.name, "content": file.content}
        await self._tx.execute(insert(question_files).values(guild_id=self._tx.guild_id, **values))

    async def get(self, question_id: int) -> QuestionFile | None:
        """The one that is kept."""
        found = select(_of.name, _of.content).where(*self._one(question_id), _of.content.is_not(None))
        return next((QuestionFile(row.name, row.content) for row in await self._tx.execute(found)), None)

    async def name(self, question_id: int) -> str:
        """What the question's file is called, wherever it is."""
        return (await self._tx.execute(select(_of.name).where(*self._one(question_id)))).scalar() or ""

    async def is_kept(self, question_id: int) -> bool:
        """Whether `get` would find it."""
        found = select(_of.id).where(*self._one(question_id), _of.content.is_not(None))
        return (await self._tx.execute(found)).scalar() is not None

    async def rename(self, question_id: int, name: str) -> None:
        """Call it so."""
        await self._tx.execute(update(question_files).where(*self._one(question_id)).values(name=name))

    async def fill(self, question_id: int, content: bytes) -> None:
        """Keep again what is in it."""
        await self._tx.execute(update(question_files).where(*self._one(question_id)).values(content=content))

    async def empty(self, question_id: int) -> None:
        """The question's post has it."""
        await self._tx.execute(update(question_files).where(*self._one(question_id)).values(content=None))

    async def remove(self, question_id: int) -> None:
        """Forget it."""
        await self._tx.execute(delete(question_files).where(*self._one(question_id)))

    def _one(self, question_id: int) -> tuple[Any, ...]:
        return (_of.guild_id == self._tx.guild_id, _of.question_id == question_id)
