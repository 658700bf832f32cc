"""Questions that moderators hid, and what goes with their texts, in SQL."""

from __future__ import annotations

from msgspec.structs import asdict
from sqlalchemy import BigInteger, Column, ForeignKey, String, Table, UniqueConstraint, delete, insert, select, update

from bot.domain.posts import FINAL
from bot.domain.questions.activity import REOPENED, WROTE
from bot.domain.questions.converting import POSTED
from bot.domain.questions.hiding import Hiding
from bot.domain.questions.idle import IDLE, LOST, TEND_IDLE, TEND_WROTE
from bot.domain.questions.news import ABOUT
from bot.domain.questions.telling import ASK, REMIND, STUCK, TAKEN, UNHEARD
from bot.domain.questions.thanking import THANKED
from bot.domain.questions.values import REMARK, QuestionState
from bot.domain.restricting import KIND as RESTRICTED
from data.answers import answer_additions, answers
from data.asks import asks
from data.posts import posts
from data.question_files import question_files
from data.questions import question_remarks, questions
from data.restrictions import restrictions
from data.schema import Instant, guild, load, metadata, row_id, words
from data.thanked import thanked_messages
from data.transaction import Repository

question_hidings = Table(
    "question_hidings",
    metadata,
    row_id(),
    guild(),
    Column("question_id", BigInteger, ForeignKey("questions.id"), nullable=False),
    Column("state", String(10), nullable=False),
    words("reason", "erase", nullable=False),
    Column("hidden_at", Instant, nullable=False),
    UniqueConstraint("guild_id", "question_id"),
)
_OF_ASKS = (ASK, REMIND, TAKEN)
"""Messages about somebody who was asked."""
_OF_QUESTIONS = (STUCK, UNHEARD, IDLE, TEND_IDLE, WROTE, TEND_WROTE, LOST, REOPENED, POSTED, THANKED)
"""Messages about a question that say its words."""
_of = question_hidings.c
_columns = [_of[name] for name in Hiding.__struct_fields__]


class SqlHidings(Repository):
    """The hidden questions of one community; see `bot.domain.questions.hiding.HidingRepository`."""

    async def put(self, hiding: Hiding) -> None:
        """Write one."""
        await self.remove(hiding.question_id)
        values = asdict(hiding) | {"state": hiding.state.value}
        await self._tx.execute(insert(question_hidings).values(guild_id=self._tx.guild_id, **values))

    async def find(self, question_id: int) -> Hiding | None:
        """That of this question; None: its texts have gone, or it is not hidden."""
        mine = (_of.guild_id == self._tx.guild_id, _of.question_id == question_id)
        rows = await self._tx.execute(select(*_columns).where(*mine))
        return next((load(Hiding, row, state=QuestionState) for row in rows), None)

    async def remove(self, question_id: int) -> None:
        """It can't be brought back any more, or was."""
        mine = (_of.guild_id == self._tx.guild_id, _of.question_id == question_id)
        await self._tx.execute(delete(question_hidings).where(*mine))

    async def erase_texts(self, question_id: int) -> None:
        """All that was written of it goes, also what messages about it said; that it was asked stays."""
        guild_id = self._tx.guild_id
        of, said, more = questions.c, question_remarks.c, answer_additions.c
        remarks = select(said.id).where(said.guild_id == guild_id, said.question_id == question_id)
        accepted = select(answers.c.id).where(answers.c.guild_id == guild_id, answers.c.question_id == question_id)
        through = select(restrictions.c.id).where(
            restrictions.c.guild_id == guild_id, restrictions.c.question_id == question_id
        )
        finished = (posts.c.guild_id == guild_id, posts.c.state.in_([state.value for state in FINAL]))
        asked = select(asks.c.id).where(asks.c.guild_id == guild_id, asks.c.question_id == question_id)
        for about in (
            posts.c.kind.in_(_OF_ASKS) & posts.c.subject_id.in_(asked),
            posts.c.kind.in_((*ABOUT, *_OF_QUESTIONS)) & (posts.c.subject_id == question_id),
            (posts.c.kind == REMARK) & posts.c.subject_id.in_(remarks),
            (posts.c.kind == RESTRICTED) & posts.c.subject_id.in_(through),
        ):
            await self._tx.execute(update(posts).where(*finished, about).values(payload=None))
        await self._tx.execute(delete(answer_additions).where(more.guild_id == guild_id, more.answer_id.in_(accepted)))
        for table in (answers, question_remarks, question_files, thanked_messages):
            await self._tx.execute(
                delete(table).where(table.c.guild_id == guild_id, table.c.question_id == question_id)
            )
        gone = dict.fromkeys(("text", "details", "topic", "source_text"), "")
        nowhere = dict.fromkeys(("source_channel", "source_message"), 0)
        await self._tx.execute(
            update(questions).where(of.guild_id == guild_id, of.id == question_id).values(**gone, **nowhere)
        )
