"""The messages that people thank for: what they say is kept, so that it is found again.

They stand in the thread of a question, so whoever sees the question may read them. A text is kept as long as somebody
thanks for the message. What stands in an accepted answer, or was said through the bot, is kept there.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Protocol

from msgspec import Struct
from msgspec.structs import replace

from bot.domain.errors import cleaned
from bot.domain.questions.answers import LONGEST_ANSWER

if TYPE_CHECKING:
    from bot.domain.questions.speaking import Message
    from bot.domain.questions.values import Question
    from bot.domain.uow import UnitOfWork


class ThankedMessage(Struct, frozen=True):
    """A message in a question's thread (`channel_id`), by `author_id` (0: no longer known), and what it says."""

    id: int
    question_id: int
    channel_id: int
    message_id: int
    author_id: int
    text: str


class ThankedRepository(Protocol):
    """The messages of one community for which somebody was thanked."""

    async def add(self, message: ThankedMessage) -> None:
        """Write a new one."""
        ...

    async def store(self, message: ThankedMessage) -> None:
        """Write it as it is now."""
        ...

    async def of_message(self, message_id: int) -> ThankedMessage | None:
        """What is kept of this message."""
        ...

    async def of_questions(self, question_ids: Sequence[int]) -> dict[int, list[ThankedMessage]]:
        """Those of these questions, by the question's id, oldest first; none: left out."""
        ...

    async def remove(self, message_id: int) -> None:
        """Forget what it says."""
        ...

    async def remove_all(self, question_id: int) -> None:
        """Forget what all those of a question say."""
        ...


async def keep(uow: UnitOfWork, question: Question, message: Message, author_id: int) -> bool:
    """Keep what a message says for which somebody was just thanked; whether there is anything new in it."""
    text = cleaned(message.text)[:LONGEST_ANSWER]
    if message.ours or not text:
        return False
    known = await uow.thanked.of_message(message.id)
    if known is not None:
        if known.text != text:
            await uow.thanked.store(replace(known, text=text))
        return known.text != text
    await uow.thanked.add(ThankedMessage(0, question.id, message.channel_id, message.id, author_id, text))
    return True


async def forget_unthanked(uow: UnitOfWork, question: Question, message_id: int) -> None:
    """Thanks were taken back: what the message says is kept only if somebody else thanks for it still."""
    if not any(each.message_id == message_id for each in await uow.gratitude.of_question(question.id)):
        await uow.thanked.remove(message_id)
