"""What becomes of a question: somebody says more, it is closed, and opened again."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from datetime import timedelta
from typing import TYPE_CHECKING

from msgspec import Struct
from msgspec.structs import replace

from bot.domain.errors import NotAllowed, require_text
from bot.domain.posts import NewPost
from bot.domain.questions.activity import noted, opened
from bot.domain.questions.asking import record
from bot.domain.questions.circle import require_writing
from bot.domain.questions.indexing import indexed
from bot.domain.questions.news import tell_asker
from bot.domain.questions.reading import for_actor, looks_after, named, post_of
from bot.domain.questions.standing import stand_again
from bot.domain.questions.values import (
    LONGEST_REASON,
    LONGEST_REMARK,
    QUESTION,
    REMARK,
    ClosedAlready,
    NotAnonymous,
    NotPostedYet,
    OpenAlready,
    OwnQuestion,
    Question,
    QuestionState,
    Remark,
)
from bot.domain.restrictions import require_free
from bot.domain.sessions import optional_text

if TYPE_CHECKING:
    from bot.clock import Clock
    from bot.domain.actors import Actor
    from bot.domain.posts import Post
    from bot.domain.uow import UnitOfWork, Units

_SAID_FOR = timedelta(days=7)


class Said(Struct, frozen=True):
    """A remark as it is read; `by_asker`: whoever asked says it. `member_id` 0: unnamed, or forgotten."""

    question_id: int
    text: str
    member_id: int
    by_asker: bool


ClosedHook = Callable[["UnitOfWork", Question], Awaitable[None]]
"""A feature's part in a question that was closed, run in the same transaction."""


class QuestionLifeService:
    """Changes questions that were posted. A question is named by its words, or by its id as text."""

    def __init__(self, units: Units, clock: Clock, on_closed: Sequence[ClosedHook] = ()) -> None:
        self._units = units
        self._clock = clock
        self._on_closed = tuple(on_closed)

    async def close(
        self, guild_id: int, actor: Actor, text: str, *, solved: bool = True, reason: str = ""
    ) -> OwnQuestion:
        """No more answers are looked for; `solved`: there is one. People can go on writing in its thread.

        If it is not who asked that closes it, they are told in private.

        Raises:
            Unknown: there is no such question for the actor.
            NotAllowed: the actor neither asked it nor looks after the community's questions.
            ClosedAlready: it is closed in this way.
            InvalidText: the reason is too long.
        """
        reason = optional_text("reason", reason, LONGEST_REASON)
        state = QuestionState.SOLVED if solved else QuestionState.CLOSED
        async with self._units(guild_id) as uow:
            question = await self._theirs(uow, actor, text)
            if question.state is state:
                raise ClosedAlready(question.text)
            now = self._clock.now()
            closed = replace(question, state=state, reason=reason, closed_at=now)
            await tell_asker(uow, closed, "solve" if solved else "end", actor, now, reason)
            return await self._change(uow, actor, closed, "question.close")

    async def reopen(self, guild_id: int, actor: Actor, text: str) -> OwnQuestion:
        """Answers are looked for again.

        Raises:
            OpenAlready: it is open. Else as `close`.
        """
        async with self._units(guild_id) as uow:
            question = await self._theirs(uow, actor, text)
            if question.is_open:
                raise OpenAlready(question.text)
            question = opened(question)
            if (await uow.communities.get()).questions_channel:
                # Where its thread was deleted, there would be no place for an answer.
                question = await stand_again(uow, question)
            return await self._change(uow, actor, question, "question.reopen")

    async def reply(
        self, guild_id: int, actor: Actor, text: str, said: str, *, anonymous: bool | None = None
    ) -> OwnQuestion:
        """Say something in the question's thread; left out, `anonymous` is as the actor asked the question.

        Raises:
            Unknown: there is no such question for the actor.
            NotAnonymous: the actor is not who asked it anonymously.
            NotPostedYet: its thread is not there.
            MayNotWrite: the actor may not write there themselves.
            Restricted: who asked it is kept from asking, or anybody else from answering.
            InvalidText: it is empty or too long.
        """
        said = require_text("text", said, LONGEST_REMARK)
        async with self._units(guild_id) as uow:
            question = await named(uow, actor, text)
            require_writing(actor, question.channel_id)
            mine, now = question.asker_id == actor.member_id, self._clock.now()
            hidden = mine and question.anonymous if anonymous is None else anonymous
            if hidden and not (mine and question.anonymous):
                raise NotAnonymous
            # Where all can read who speaks, who asked without their name is to be like anybody else.
            as_asker = hidden or question.asked_openly_by(actor.member_id)
            await require_free(uow, actor.member_id, "asking" if as_asker else "answering", now, now, actor.member_id)
            thread_id = await post_of(uow, question.id)
            if not thread_id:
                raise NotPostedYet(question.text)
            remark = Remark(0, question.id, 0 if hidden else actor.member_id, said, now, unnamed=hidden)
            remark = await uow.questions.add_remark(remark)
            await uow.posts.plan(NewPost(REMARK, remark.id, now, now + _SAID_FOR, channel_id=thread_id))
            # Beside a name in the thread, a row without an actor would tell that whoever asked bears that name.
            await uow.record("question.reply", None if hidden else actor.member_id, f"question:{question.id}")
            after = await noted(uow, question, now, by_asker=as_asker)
            await indexed(uow, after)
            reopened = after.is_open and not question.is_open
            return replace(await for_actor(uow, actor, after), reopened=reopened)

    async def require_reply(self, guild_id: int, actor: Actor, question_id: int) -> Question:
        """The question whose anonymous asker the actor is.

        Raises:
            Unknown, NotAnonymous, MayNotWrite, Restricted: as `reply`.
        """
        now = self._clock.now()
        async with self._units.reading(guild_id) as uow:
            question = await named(uow, actor, str(question_id))
            require_writing(actor, question.channel_id)
            if not question.anonymous or question.asker_id != actor.member_id:
                raise NotAnonymous
            await require_free(uow, actor.member_id, "asking", now, now, actor.member_id)
            return question

    async def describe(self, uow: UnitOfWork, post: Post) -> Said | None:
        """What is said in the thread; None: it was forgotten meanwhile."""
        remark = await uow.questions.remark(post.subject_id)
        question = None if remark is None else await uow.questions.find(remark.question_id)
        if remark is None or question is None:
            return None
        named_asker = remark.member_id == question.asker_id != 0 and not question.anonymous
        by_asker = remark.unnamed or named_asker
        return Said(question.id, remark.text, remark.member_id, by_asker)

    async def changed(
        self, uow: UnitOfWork, actor: Actor, question: Question, action: str, **after: object
    ) -> OwnQuestion:
        """The question stands as it is given now, since an answer to it was accepted or is so no more."""
        return await self._change(uow, actor, question, action, **after)

    async def _theirs(self, uow: UnitOfWork, actor: Actor, text: str) -> Question:
        question = await named(uow, actor, text)
        if question.asker_id != actor.member_id and not await looks_after(uow, actor):
            raise NotAllowed(("asker", "any_organizer", "moderator"))
        return question

    async def _change(
        self, uow: UnitOfWork, actor: Actor, question: Question, action: str, **after: object
    ) -> OwnQuestion:
        question = replace(question, last_active_at=self._clock.now())
        await uow.questions.store(question)
        await indexed(uow, question)
        await uow.mirrors.refresh(QUESTION, question.id)
        for hook in () if question.is_open else self._on_closed:
            await hook(uow, question)
        await record(uow, action, question, actor.member_id, {"state": question.state.value, **after})
        return await for_actor(uow, actor, question)
