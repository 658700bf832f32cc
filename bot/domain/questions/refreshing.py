"""Keeping step with messages whose text is kept, when their authors edit or delete them.

These are accepted answers, messages for which somebody was thanked, and those that were made a question. Without the
optional intent the bot is not told of edits, and reads no message of somebody else's. So a text is read again from the
menu of its message, which brings it along; with the intent, whenever it is edited. That a message was deleted is always
told: what it said goes.

A question that its author has put in other words than their message keeps those words.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from typing import TYPE_CHECKING

from msgspec import Struct
from msgspec.structs import replace

from bot.domain.errors import InvalidText, NotAllowed, StudyError, cleaned
from bot.domain.questions.answers import LONGEST_ANSWER, Answer
from bot.domain.questions.asking import record
from bot.domain.questions.converting import as_question
from bot.domain.questions.indexing import indexed
from bot.domain.questions.reading import for_actor, looks_after, named, visible
from bot.domain.questions.speaking import remark_of
from bot.domain.questions.thanked import ThankedMessage
from bot.domain.questions.values import LONGEST_DETAILS, QUESTION, UNSEEN, OwnQuestion, Question, Source

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.domain.actors import Actor
    from bot.domain.uow import UnitOfWork, Units

Kept = Answer | ThankedMessage | Question
"""What has the text of a message: an answer, what somebody was thanked for, or the question that it was made."""


ReadByAll = Callable[[int], bool]
"""Whether everybody who sees the forum with this id may read where a message stands."""


class NotKept(StudyError):
    """No text of this message is kept, or it has none now."""


class NotForAll(StudyError):
    """Not everybody who sees the question can see its message, so only its author brings new words there."""


class Refreshed(Struct, frozen=True):
    """How many of a question's messages say something else now, how many have gone, and how many could not be read.

    `worded`: the message was made a question in other words, which stay.
    """

    own: OwnQuestion
    changed: int = 0
    gone: int = 0
    unread: int = 0
    worded: bool = False


class RefreshService:
    """Brings what is kept of messages up to date."""

    def __init__(self, units: Units) -> None:
        self._units = units

    async def refresh(self, guild_id: int, actor: Actor, message_id: int, text: str, public: ReadByAll) -> Refreshed:
        """The actor has shown what a message says now.

        Raises:
            NotForAll: it was made a question, and stands where not everybody may read it who reads that.
            NotKept: nothing is kept of it, or it says nothing.
            Unknown: its question does not exist for the actor.
            NotAllowed: the actor neither wrote it nor asked the question, nor looks after the community's questions.
            InvalidText: it was made a question, and is too long for one now.
        """
        text = cleaned(text)[:LONGEST_ANSWER]
        async with self._units(guild_id) as uow:
            found = await _of_message(uow, message_id)
            if not found or not text:
                raise NotKept
            question = await visible(uow, actor, _question_id(found[0]))
            await _require(uow, actor, question, found)
            if any(not _may_follow(each, public, actor.member_id) for each in found):
                raise NotForAll
            changed = [await _changed(uow, each, text, actor.member_id) for each in found]
            worded = any(isinstance(each, Question) and not _is_verbatim(each) for each in found)
            return Refreshed(await for_actor(uow, actor, question), changed=int(any(changed)), worded=worded)

    async def messages(self, guild_id: int, actor: Actor, text: str) -> tuple[Question, Sequence[tuple[int, int]]]:
        """The question that is meant, and the channels and ids of the messages that are to be read again.

        Raises:
            Unknown, NotAllowed: as `refresh`.
        """
        async with self._units.reading(guild_id) as uow:
            question = await named(uow, actor, text)
            found = await _of_question(uow, question)
            await _require(uow, actor, question, found)
            return question, list(dict.fromkeys(map(_place, found)))

    async def read_again(
        self, guild_id: int, actor: Actor, question_id: int, texts: Mapping[int, str | None]
    ) -> Refreshed:
        """What the messages with these ids say now: "" could not be read, None was deleted.

        Raises:
            Unknown, NotAllowed: as `refresh`.
        """
        async with self._units(guild_id) as uow:
            question = await visible(uow, actor, question_id)
            found = await _of_question(uow, question)
            await _require(uow, actor, question, found)
            changed, gone, unread = set[int](), set[int](), set[int]()
            for each in found:
                _channel, message_id = _place(each)
                now = texts.get(message_id, "")
                if now is None:
                    gone.add(message_id)
                    await _removed(uow, each, actor.member_id)
                elif text := cleaned(now)[:LONGEST_ANSWER]:
                    try:
                        if await _changed(uow, each, text, actor.member_id):
                            changed.add(message_id)
                    except InvalidText:
                        # It is too long for a question by now, whose words stay.
                        continue
                else:
                    unread.add(message_id)
            question = await visible(uow, actor, question_id)
            return Refreshed(await for_actor(uow, actor, question), len(changed), len(gone), len(unread))

    async def edited(self, guild_id: int, message_id: int, text: str, public: ReadByAll) -> None:
        """Discord tells of an edit, which it does only with the intent. Of most messages nothing is kept.

        What stands where not everybody may read it comes into the forum only by its author's own act.
        """
        text = cleaned(text)[:LONGEST_ANSWER]
        async with self._units.reading(guild_id) as uow:
            if not text or all(_text(each) == text for each in await _of_message(uow, message_id)):
                return
        async with self._units(guild_id) as uow:
            for each in await _of_message(uow, message_id):
                if not _may_follow(each, public, 0):
                    continue
                try:
                    await _changed(uow, each, text, None)
                except InvalidText:
                    continue

    async def deleted(self, guild_id: int, message_ids: Collection[int]) -> None:
        """These messages were deleted: what they said goes. Most of them are none of which anything is kept."""
        async with self._units.reading(guild_id) as uow:
            found = [each for each in message_ids if await _of_message(uow, each)]
        if found:
            async with self._units(guild_id) as uow:
                for message_id in found:
                    for each in await _of_message(uow, message_id):
                        await _removed(uow, each, None)


# What has the text of a message


async def _of_message(uow: UnitOfWork, message_id: int) -> list[Kept]:
    found = (
        await uow.answers.of_message(message_id),
        await uow.thanked.of_message(message_id),
        await uow.questions.of_message(message_id),
    )
    return [each for each in found if each is not None]


async def _of_question(uow: UnitOfWork, question: Question) -> list[Kept]:
    answers = (await uow.answers.of_questions([question.id])).get(question.id, [])
    thanked = (await uow.thanked.of_questions([question.id])).get(question.id, [])
    return [*answers, *thanked, *([question] if question.source_message else [])]


def _question_id(kept: Kept) -> int:
    return kept.id if isinstance(kept, Question) else kept.question_id


def _place(kept: Kept) -> tuple[int, int]:
    """The channel and the id of its message."""
    if isinstance(kept, Question):
        return kept.source_channel, kept.source_message
    return kept.channel_id, kept.message_id


def _text(kept: Kept) -> str:
    return kept.source_text if isinstance(kept, Question) else kept.text


def _may_follow(kept: Kept, public: ReadByAll, member_id: int) -> bool:
    """Whether a question may say what its message says now: answers stand below the question itself."""
    return not isinstance(kept, Question) or public(kept.channel_id) or member_id == kept.asker_id


def _is_verbatim(question: Question) -> bool:
    """Whether the question says what its message said, as far as that is known."""
    return bool(question.source_text) and as_question(question.source_text) == (question.text, question.details)


async def _require(uow: UnitOfWork, actor: Actor, question: Question, kept: Sequence[Kept]) -> None:
    """Raise NotAllowed unless the actor may have these texts read again."""
    authors = {
        each.author_id
        for each in kept
        if isinstance(each, ThankedMessage) or (isinstance(each, Answer) and not each.by_asker)
    }
    if actor.member_id not in {question.asker_id, *authors} and not await looks_after(uow, actor):
        raise NotAllowed(("author", "asker", "any_organizer", "moderator"))


async def _changed(uow: UnitOfWork, kept: Kept, text: str, actor_id: int | None) -> bool:
    """Note what the message says now; whether anything that people read has changed.

    Raises:
        InvalidText: it is too long for the question that it is.
    """
    if text == _text(kept):
        return False
    if isinstance(kept, Answer):
        if kept.by_asker or await remark_of(uow, kept.message_id) is not None:
            # It was said through the bot, whose message adds who said it and is edited by nobody.
            return False
        await uow.answers.store(replace(kept, text=text))
    elif isinstance(kept, ThankedMessage):
        await uow.thanked.store(replace(kept, text=text))
    else:
        return await _reworded(uow, kept, text, actor_id)
    await _follow(uow, _question_id(kept), "answer.refresh", actor_id)
    return True


async def _reworded(uow: UnitOfWork, question: Question, text: str, actor_id: int | None) -> bool:
    """The message that was made a question says something else: so does the question, if it said the same."""
    now = replace(question, source_text=text)
    if verbatim := _is_verbatim(question):
        words, details = as_question(text)
        if len(details) > LONGEST_DETAILS:
            raise InvalidText("details", len(details), LONGEST_DETAILS)
        now = replace(now, text=words, details=details)
    await uow.questions.store(now)
    await _follow(uow, question.id, "question.refresh", actor_id)
    return verbatim


async def _removed(uow: UnitOfWork, kept: Kept, actor_id: int | None) -> None:
    """The message is there no more: of an answer nothing is left, and a question stays without a link to it."""
    if isinstance(kept, Answer):
        await uow.answers.remove(kept)
    elif isinstance(kept, ThankedMessage):
        await uow.thanked.remove(kept.message_id)
    else:
        await uow.questions.store(Source(0, 0, "").of(kept))
    await _follow(uow, _question_id(kept), "answer.forget", actor_id)


async def _follow(uow: UnitOfWork, question_id: int, action: str, actor_id: int | None) -> None:
    """What is found and shown of the question follows. Who asks anonymously is recorded nowhere."""
    question = await uow.questions.find(question_id)
    assert question is not None
    await indexed(uow, question)
    if question.state not in UNSEEN:
        await uow.mirrors.refresh(QUESTION, question.id)
    if actor_id is None:
        await uow.record(action, None, f"question:{question.id}")
    else:
        await record(uow, action, question, actor_id, {})
