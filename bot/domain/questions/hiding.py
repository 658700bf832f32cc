"""Taking a question away, and bringing it back: for a day its texts are kept for that, then they go for good.

What hides it is its state: the post's mirror shows nothing for it, so the thread is deleted, and nobody finds it.
Whoever asked it finds it among their own, with the moderators' reason.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Protocol

from msgspec import Struct
from msgspec.structs import replace

from bot.domain.errors import StudyError
from bot.domain.questions.indexing import indexed
from bot.domain.questions.news import log, taken_back, tell_asker
from bot.domain.questions.values import QUESTION, TAGS, Question, QuestionState

if TYPE_CHECKING:
    from bot.domain.actors import Actor
    from bot.domain.steps import Step
    from bot.domain.uow import UnitOfWork

FORGET = "question_forget"
"""The step in which the texts of a hidden question go; its subject is the question."""
KEPT = timedelta(hours=24)
"""So long a hidden question can be brought back."""


class Hiding(Struct, frozen=True):
    """What it takes to bring a question back: its state and the reason of that, and when it was hidden."""

    question_id: int
    state: QuestionState
    reason: str
    hidden_at: datetime


class HidingRepository(Protocol):
    """The hidden questions of one community whose texts are still there."""

    async def put(self, hiding: Hiding) -> None:
        """Write one."""
        ...

    async def find(self, question_id: int) -> Hiding | None:
        """That of this question; None: its texts have gone, or it is not hidden."""
        ...

    async def remove(self, question_id: int) -> None:
        """It can't be brought back any more, or was."""
        ...

    async def erase_texts(self, question_id: int) -> None:
        """All that was written of it goes, also what messages about it said; that it was asked stays."""
        ...


class Hidden(Struct, frozen=True):
    """A question was hidden: until when it can be brought back, and in which channel its copy goes (0: none)."""

    question: Question
    until: datetime
    log_channel: int


class NotHidden(StudyError):
    """The question can't be brought back: it is not hidden, or its texts are `erased` already."""

    erased: bool


async def hide(uow: UnitOfWork, actor: Actor, question: Question, reason: str, now: datetime) -> Hidden:
    """Take a question away; who asked it is told."""
    await uow.hidings.put(Hiding(question.id, question.state, question.reason, now))
    hidden = replace(question, state=QuestionState.HIDDEN, reason=reason)
    await uow.questions.store(hidden)
    await uow.mirrors.refresh(QUESTION, question.id)
    await _show_around(uow, question)
    await indexed(uow, hidden)
    await uow.steps.again(FORGET, question.id, now + KEPT)
    before, after = {"state": question.state.value}, {"state": hidden.state.value}
    await uow.record("question.hide", actor.member_id, f"question:{question.id}", before, after)
    await tell_asker(uow, hidden, "hide", actor, now, reason)
    return Hidden(hidden, now + KEPT, await log(uow, hidden, "hide", actor, now, reason))


async def bring_back(uow: UnitOfWork, actor: Actor, question: Question, now: datetime) -> Question:
    """The question is what it was; it gets a post anew if the old one is gone already.

    Raises:
        NotHidden: it is not hidden, or was for too long.
    """
    hiding = await uow.hidings.find(question.id)
    if question.state is not QuestionState.HIDDEN:
        raise NotHidden(erased=False)
    if hiding is None or now >= hiding.hidden_at + KEPT:
        raise NotHidden(erased=True)
    back = replace(question, state=hiding.state, reason=hiding.reason)
    await uow.hidings.remove(question.id)
    await uow.questions.store(back)
    await uow.steps.cancel([FORGET], question.id)
    await uow.mirrors.want(QUESTION, question.id, parent_id=question.channel_id)
    await _show_around(uow, question)
    await indexed(uow, back)
    before, after = {"state": question.state.value}, {"state": back.state.value}
    await uow.record("question.unhide", actor.member_id, f"question:{question.id}", before, after)
    if await taken_back(uow, question.id):
        await tell_asker(uow, back, "back", actor, now)
    await log(uow, back, "back", actor, now)
    return back


async def forget(uow: UnitOfWork, step: Step, now: datetime) -> None:
    """Its texts go, unless it was brought back meanwhile."""
    hiding = await uow.hidings.find(step.subject_id)
    if hiding is not None and now >= hiding.hidden_at + KEPT:
        await uow.hidings.erase_texts(step.subject_id)
        await uow.hidings.remove(step.subject_id)
        await uow.record("question.erase", None, f"question:{step.subject_id}")


async def _show_around(uow: UnitOfWork, question: Question) -> None:
    """The forum's tags, and the posts that link to it, follow."""
    await uow.mirrors.refresh(TAGS, question.channel_id)
    for same in await uow.questions.merged_into(question.id):
        await uow.mirrors.refresh(QUESTION, same.id)
