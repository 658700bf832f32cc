"""Keeping step with messages whose text is kept: accepted answers that their authors edit or delete.

Without the optional intent the bot is not told of edits, and reads no message of somebody else's. So a text is read
again from the menu of its message, which brings it along; with the intent, whenever it is edited.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from msgspec import Struct
from msgspec.structs import replace

from bot.domain.errors import NotAllowed, StudyError, cleaned
from bot.domain.questions.answers import LONGEST_ANSWER
from bot.domain.questions.asking import record
from bot.domain.questions.indexing import indexed
from bot.domain.questions.reading import for_actor, looks_after, named, visible
from bot.domain.questions.values import QUESTION, OwnQuestion, Question

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.domain.actors import Actor
    from bot.domain.questions.answers import Answer
    from bot.domain.uow import UnitOfWork, Units


class NotKept(StudyError):
    """No text of this message is kept, or it has none now."""


class Refreshed(Struct, frozen=True):
    """How many of a question's answers have another text now, how many have gone, and how many could not be read."""

    own: OwnQuestion
    changed: int = 0
    gone: int = 0
    unread: int = 0


class RefreshService:
    """Brings what is kept of messages up to date."""

    def __init__(self, units: Units) -> None:
        self._units = units

    async def refresh(self, guild_id: int, actor: Actor, message_id: int, text: str) -> Refreshed:
        """The actor has shown what a message says now.

        Raises:
            NotKept: it is no accepted answer, or says nothing.
            Unknown: its question does not exist for the actor.
            NotAllowed: the actor neither wrote it nor asked the question, nor looks after the community's questions.
        """
        text = cleaned(text)[:LONGEST_ANSWER]
        async with self._units(guild_id) as uow:
            answer = await uow.answers.of_message(message_id)
            if answer is None or not text:
                raise NotKept
            question = await visible(uow, actor, answer.question_id)
            await _require(uow, actor, question, [answer])
            changed = await _changed(uow, question, answer, text, actor.member_id)
            return Refreshed(await for_actor(uow, actor, question), changed=int(changed))

    async def answers(self, guild_id: int, actor: Actor, text: str) -> tuple[Question, Sequence[Answer]]:
        """The answers of a question whose messages are to be read again.

        Raises:
            Unknown, NotAllowed: as `refresh`.
        """
        async with self._units.reading(guild_id) as uow:
            question = await named(uow, actor, text)
            found = (await uow.answers.of_questions([question.id])).get(question.id, [])
            await _require(uow, actor, question, found)
            return question, found

    async def read_again(
        self, guild_id: int, actor: Actor, question_id: int, texts: Mapping[int, str | None]
    ) -> Refreshed:
        """What the messages with these ids say now: "" could not be read, None was deleted.

        Raises:
            Unknown, NotAllowed: as `refresh`.
        """
        async with self._units(guild_id) as uow:
            question = await visible(uow, actor, question_id)
            found = (await uow.answers.of_questions([question.id])).get(question.id, [])
            await _require(uow, actor, question, found)
            changed = gone = unread = 0
            for answer in found:
                now = texts.get(answer.message_id, "")
                if now is None:
                    gone += 1
                    await _removed(uow, question, answer, actor.member_id)
                elif text := cleaned(now)[:LONGEST_ANSWER]:
                    changed += await _changed(uow, question, answer, text, actor.member_id)
                else:
                    unread += 1
            return Refreshed(await for_actor(uow, actor, question), changed, gone, unread)

    async def edited(self, guild_id: int, message_id: int, text: str) -> None:
        """Discord tells of an edit, which it does only with the intent. Most messages are no answers."""
        text = cleaned(text)[:LONGEST_ANSWER]
        async with self._units.reading(guild_id) as uow:
            answer = await uow.answers.of_message(message_id)
        if answer is None or not text or answer.text == text:
            return
        async with self._units(guild_id) as uow:
            answer = await uow.answers.of_message(message_id)
            question = None if answer is None else await uow.questions.find(answer.question_id)
            if answer is not None and question is not None:
                await _changed(uow, question, answer, text, None)


async def _require(uow: UnitOfWork, actor: Actor, question: Question, answers: Sequence[Answer]) -> None:
    """Raise NotAllowed unless the actor may have these texts read again."""
    authors = {answer.author_id for answer in answers if not answer.by_asker}
    if actor.member_id not in {question.asker_id, *authors} and not await looks_after(uow, actor):
        raise NotAllowed(("author", "asker", "any_organizer", "moderator"))


async def _changed(uow: UnitOfWork, question: Question, answer: Answer, text: str, actor_id: int | None) -> bool:
    if text == answer.text:
        return False
    await uow.answers.store(replace(answer, text=text))
    await _follow(uow, question, "answer.refresh", actor_id)
    return True


async def _removed(uow: UnitOfWork, question: Question, answer: Answer, actor_id: int) -> None:
    await uow.answers.remove(answer)
    await _follow(uow, question, "answer.forget", actor_id)


async def _follow(uow: UnitOfWork, question: Question, action: str, actor_id: int | None) -> None:
    """What is found and shown of the question follows. Who asks anonymously is recorded nowhere."""
    await indexed(uow, question)
    await uow.mirrors.refresh(QUESTION, question.id)
    if actor_id is None:
        await uow.record(action, None, f"question:{question.id}")
    else:
        await record(uow, action, question, actor_id, {})
