"""What a database offers of the questions of one community."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from bot.domain.questions.values import Question, QuestionState, Remark, Tag


class QuestionRepository(Protocol):
    """The questions of one community."""

    async def add(self, question: Question) -> Question:
        """Write a new one; returns it with its id."""
        ...

    async def store(self, question: Question) -> None:
        """Write it as it is now."""
        ...

    async def find(self, question_id: int) -> Question | None:
        """The one with this id, also a draft."""
        ...

    async def some(self, question_ids: Collection[int]) -> dict[int, Question]:
        """Those with these ids that were posted, by id."""
        ...

    async def posted(
        self,
        *,
        channel_ids: Collection[int] | None = None,
        states: Collection[QuestionState] = (),
        industry: str = "",
        asker_id: int = 0,
        limit: int = 200,
    ) -> list[Question]:
        """Those that were posted, the newest first; what is left out does not matter.

        Hidden ones are only among those of one asker.
        """
        ...

    async def merged_into(self, question_id: int) -> list[Question]:
        """Those that were closed for this one."""
        ...

    async def channels(self) -> list[int]:
        """The forums in which questions stand."""
        ...

    async def of_message(self, message_id: int) -> Question | None:
        """The posted question that this message was made."""
        ...

    async def watched(
        self, kinds: Sequence[str], *, until: datetime | None = None, question_id: int = 0
    ) -> dict[int, datetime]:
        """When a planned step of these kinds is due, by question; `until`: only those due by then."""
        ...

    async def unwatched(self, kinds: Sequence[str]) -> list[Question]:
        """The open questions without a planned step of these kinds."""
        ...

    async def used_industries(self) -> list[str]:
        """The industries by how many questions are put to them, then by how many people work in them."""
        ...

    async def possible_askers(self) -> list[int]:
        """Who uses the bot in this community, by id."""
        ...

    async def add_remark(self, remark: Remark) -> Remark:
        """Write one; returns it with its id."""
        ...

    async def remark(self, remark_id: int) -> Remark | None:
        """The one with this id."""
        ...

    async def remarks(self, question_id: int) -> list[Remark]:
        """What was said in its thread through the bot, oldest first."""
        ...

    async def active(self, since: datetime, limit: int) -> list[Question]:
        """Those that were posted in which something has happened since then, the latest first."""
        ...

    async def drop(self, question_id: int) -> None:
        """A draft goes, and nothing is left of it."""
        ...

    async def tags(self, channel_id: int) -> list[Tag]:
        """What the forum's tags stand for."""
        ...

    async def put_tags(self, channel_id: int, tags: Sequence[Tag]) -> None:
        """Replace what the forum's tags stand for."""
        ...
