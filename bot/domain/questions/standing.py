"""Whether a question has a thread, and how it gets one again after people have deleted it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec.structs import replace

from bot.domain.mirrors import MirrorState
from bot.domain.questions.indexing import indexed
from bot.domain.questions.values import QUESTION, TAGS, NoForum, Question

if TYPE_CHECKING:
    from bot.domain.uow import UnitOfWork


async def put_into(uow: UnitOfWork, question: Question, forum: int) -> Question:
    """From now on the question stands in this forum; returns it as it is now."""
    if question.channel_id != forum:
        # Not everybody who sees this forum saw what others said in the thread that has gone.
        await uow.thanked.remove_all(question.id)
    question = replace(question, channel_id=forum)
    await uow.questions.store(question)
    await indexed(uow, question)
    return question


async def stand_again(uow: UnitOfWork, question: Question) -> Question:
    """Give a question whose thread is gone another, in the forum of today; returns it as it is now.

    Raises:
        NoForum: there is no place for questions. One that waits for its thread only goes on waiting.
    """
    mirror, forum = await uow.mirrors.find(QUESTION, question.id), (await uow.communities.get()).questions_channel
    live = mirror is not None and mirror.state is MirrorState.LIVE
    if live and mirror is not None and (mirror.remote_id or question.channel_id == forum):
        return question
    if not forum:
        raise NoForum
    question = await put_into(uow, question, forum)
    await uow.mirrors.want(QUESTION, question.id, parent_id=forum, anew=True)
    await uow.mirrors.want(TAGS, forum, parent_id=forum)
    return question
