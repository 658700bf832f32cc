"""Whose message it is that stands in a question's thread: a member's, or somebody's who said it through the bot."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from msgspec import Struct

from bot.domain.errors import NotAllowed, StudyError, Unknown
from bot.domain.questions.reading import looks_after, visible
from bot.domain.questions.values import QUESTION, REMARK

if TYPE_CHECKING:
    from bot.domain.actors import Actor
    from bot.domain.questions.values import Question, Remark
    from bot.domain.uow import UnitOfWork

_LINK = re.compile(r"<?https://(?:\w+\.)?discord(?:app)?\.com/channels/\d{1,20}/(\d{1,20})/(\d{1,20})/?>?", re.ASCII)


class Message(Struct, frozen=True):
    """A message as Discord tells of it.

    `author_id` is who wrote it (0: no person), and with `here` they are still a member. `ours`: the bot wrote it.
    """

    id: int
    channel_id: int
    author_id: int
    text: str
    here: bool = True
    ours: bool = False


class Speaker(Struct, frozen=True):
    """Who said something in a question's thread; `by_asker`: whoever asked it, without their name (`member_id` 0).

    `text` is what they said through the bot; "": their message says it.
    """

    member_id: int
    by_asker: bool = False
    text: str = ""


class NotInThread(StudyError):
    """The message stands in no question's thread, or in none that exists for the actor."""


class QuestionItself(StudyError):
    """The message is the question, and can't be its answer."""


class SaidByNobody(StudyError):
    """The message is a bot's, and nobody speaks in it."""


class MessageGone(StudyError):
    """There is no such message in the question's thread (any more)."""


class MessageUnreadable(StudyError):
    """Discord does not let the bot look at the message."""


def message_ids(text: str) -> tuple[int, int] | None:
    """The channel (0: not said) and the message that a link or an id names; None: it is neither."""
    typed = text.strip()
    if found := _LINK.fullmatch(typed):
        return int(found[1]), int(found[2])
    return (0, int(typed)) if re.fullmatch("[0-9]{15,20}", typed) else None


async def question_of(uow: UnitOfWork, actor: Actor, message: Message) -> Question:
    """The question in whose thread a message stands.

    Raises:
        NotInThread: there is none that exists for the actor.
        QuestionItself: it is the question's own message.
    """
    standing = await uow.mirrors.standing([message.channel_id, message.id])
    posts = {mirror.remote_id: mirror.subject_id for mirror in standing if mirror.kind == QUESTION}
    question_id = posts.get(message.id) or posts.get(message.channel_id)
    if not question_id:
        raise NotInThread
    try:
        question = await visible(uow, actor, question_id)
    except Unknown:
        raise NotInThread from None
    if message.id in posts:
        raise QuestionItself
    return question


async def said_by(uow: UnitOfWork, question: Question, message: Message) -> Speaker:
    """Whose words a message of the question's thread holds.

    Raises:
        SaidByNobody: the words are no person's.
    """
    if message.ours:
        remark = await remark_of(uow, message.id)
        if remark is not None and remark.question_id == question.id:
            return Speaker(remark.member_id, by_asker=not remark.member_id, text=remark.text)
    if message.ours or not message.author_id:
        raise SaidByNobody
    return Speaker(message.author_id)


async def remark_of(uow: UnitOfWork, message_id: int) -> Remark | None:
    """What somebody said through the bot in this message of its own; None: nothing that is known of."""
    for post in await uow.posts.standing([REMARK], [message_id]):
        return await uow.questions.remark(post.subject_id)
    return None


async def require_theirs(uow: UnitOfWork, actor: Actor, question: Question) -> None:
    """Raise NotAllowed unless the actor asked the question or looks after the community's questions."""
    if question.asker_id != actor.member_id and not await looks_after(uow, actor):
        raise NotAllowed(("asker", "any_organizer", "moderator"))
