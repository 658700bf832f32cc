"""What is told of what others do to a question, moderators and organizers: to who asked it in private, and in the log.

Who asked anonymously is written to by direct message or not at all: a private thread with them would show moderators
who they are. The log channel names who acted, and never who asked.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Literal

from msgspec import Struct

from bot.domain.members import dm_readers
from bot.domain.posts import NewPost, may_be_read, next_revision
from bot.domain.questions.reading import seen
from bot.domain.questions.values import QuestionState, QuestionView
from bot.domain.quiet import in_peace
from bot.domain.readers import for_its_reader, reader_of, to_asker

if TYPE_CHECKING:
    from bot.domain.actors import Actor
    from bot.domain.posts import Post
    from bot.domain.questions.values import Question
    from bot.domain.uow import UnitOfWork

Told = Literal["accept", "solve", "end", "close", "merge", "hide", "back", "reveal"]
"""What who asked is told of: "solve" and "end" are closing by organizers, "close" is by moderation."""
Logged = Literal["hide", "back", "reveal"]
"""What stands in the log channel."""
MODERATED = "question_moderated"
"""The direct message to who asked; its subject is the question."""
LOGGED = "question_logged"
"""The post in the log channel; its subject is the question."""
ABOUT = (MODERATED, LOGGED)
"""Both may hold the question's words."""
_LIVES = timedelta(days=7)


class AskerTold(Struct, frozen=True):
    """What who asked is told, and in which community; `reader` is their id in a private thread, else 0."""

    act: Told
    view: QuestionView
    reason: str
    guild_id: int
    reader: int


class LogEntry(Struct, frozen=True):
    """What stands in the log channel: what the moderator `actor_id` did to the question, and why.

    `hidden_at` is since when it is hidden, None if it is not.
    """

    act: Logged
    view: QuestionView
    actor_id: int
    reason: str
    hidden_at: datetime | None


class QuestionNews:
    """What each message says when it goes out. It has no state but the rows."""

    async def told(self, uow: UnitOfWork, post: Post) -> AskerTold | None:
        """To who asked; None if somebody has undone it since."""
        act: Told = post.data["act"]
        question = await uow.questions.find(post.subject_id)
        if question is None or not _holds(act, question):
            return None
        view = (await seen(uow, [question]))[0]
        reader = 0 if post.member_id else reader_of(post)
        return AskerTold(act, view, post.data["reason"], uow.guild_id, reader)

    async def logged(self, uow: UnitOfWork, post: Post) -> LogEntry | None:
        """To the moderators; None if it was brought back before it was said, or its words have gone."""
        act: Logged = post.data["act"]
        question = await uow.questions.find(post.subject_id)
        hiding = await uow.hidings.find(post.subject_id)
        if question is None or not _holds(act, question) or (act == "hide" and hiding is None):
            return None
        hidden_at = None if hiding is None else hiding.hidden_at
        return LogEntry(act, (await seen(uow, [question]))[0], post.data["actor"], post.data["reason"], hidden_at)


async def tell_asker(
    uow: UnitOfWork, question: Question, act: Told, actor: Actor, now: datetime, reason: str = ""
) -> None:
    """Plan the message to who asked, unless they did it themselves."""
    asker = question.asker_id
    if not asker or asker == actor.member_id or not await dm_readers(uow, MODERATED, [asker]):
        return
    revision = next_revision(await uow.posts.of_subject(MODERATED, question.id))
    data = {"act": act, "reason": reason}
    post = NewPost(MODERATED, question.id, now, now + _LIVES, member_id=asker, revision=revision, quiet=True, data=data)
    post = to_asker(post, question.id) if question.anonymous else for_its_reader(post)
    await uow.posts.plan(await in_peace(uow, post, now))


async def taken_back(uow: UnitOfWork, question_id: int) -> bool:
    """Nobody is told any more that it was hidden; whether who asked has read of it, or may have."""
    of_hiding = [post for post in await uow.posts.of_subject(MODERATED, question_id) if post.data["act"] == "hide"]
    await uow.posts.cancel([MODERATED], question_id, "brought back", only=[post.id for post in of_hiding])
    return any(map(may_be_read, of_hiding))


async def log(uow: UnitOfWork, question: Question, act: Logged, actor: Actor, now: datetime, reason: str = "") -> int:
    """Plan the post in the log channel; returns that channel, 0 if there is none."""
    channel_id = (await uow.communities.get()).log_channel
    if channel_id:
        revision = next_revision(await uow.posts.of_subject(LOGGED, question.id))
        data: dict[str, Any] = {"act": act, "actor": actor.member_id, "reason": reason}
        post = NewPost(LOGGED, question.id, now, now + _LIVES, channel_id, revision=revision, silent=True, data=data)
        await uow.posts.plan(post)
    return channel_id


def _holds(act: Told | Logged, question: Question) -> bool:
    """Whether what was done is still so."""
    match act:
        case "accept" | "solve":
            return question.state is QuestionState.SOLVED
        case "end" | "close":
            return question.state is QuestionState.CLOSED
        case "merge":
            return question.state is QuestionState.CLOSED and bool(question.merged_into)
        case "hide":
            return question.state is QuestionState.HIDDEN
        case "back":
            return question.state is not QuestionState.HIDDEN
        case "reveal":
            return True
