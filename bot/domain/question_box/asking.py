"""What people do with a question box: ask, look at what they asked, and take it back."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec.structs import replace

from bot.domain.errors import Unknown, require_text
from bot.domain.posts import may_be_read
from bot.domain.question_box.reading import as_read, box_posts, in_line, next_handing
from bot.domain.question_box.values import (
    BOX,
    LONGEST_QUESTION,
    MOST_QUESTIONS,
    AlreadyBegun,
    AlreadyRead,
    AskedEnough,
    AskingOneself,
    FullBox,
    NoLecturerYet,
    OwnQuestions,
    Question,
    carried,
    is_ahead,
)
from bot.domain.restrictions import require_free
from bot.domain.rotation.lecturing import Lecturing, lecturing_of
from bot.domain.sessions import open_session, visible_session

if TYPE_CHECKING:
    from bot.clock import Clock
    from bot.domain.actors import Actor
    from bot.domain.sessions import Session
    from bot.domain.uow import UnitOfWork, Units


class QuestionBoxService:
    """Takes questions for lecturers."""

    def __init__(self, units: Units, clock: Clock) -> None:
        self._units = units
        self._clock = clock

    async def look(self, guild_id: int, actor: Actor, session_id: int) -> OwnQuestions | FullBox:
        """The actor's own questions at a session; all of them for whoever gets them.

        Raises:
            Unknown: the session does not exist for the actor.
            SessionNotOpen, AlreadyBegun, NoLecturerYet: nothing can be asked there, and the actor has asked nothing.
        """
        async with self._units.reading(guild_id) as uow:
            session, _group = await visible_session(uow, actor, session_id)
            lecture = await lecturing_of(uow, session)
            if actor.member_id in lecture.readers:
                questions = await in_line(uow, session, lecture, actor.member_id)
                return FullBox(session, await as_read(uow, questions))
            own = await self._own(uow, actor, session, lecture)
            if not own.questions:
                self._require_open(session, lecture)
            return own

    async def require_room(self, guild_id: int, actor: Actor, session_id: int) -> None:
        """Raise as `ask` would, whatever is asked."""
        async with self._units.reading(guild_id) as uow:
            await self._with_room(uow, actor, session_id)

    async def ask(
        self, guild_id: int, actor: Actor, session_id: int, text: str, *, anonymous: bool = False
    ) -> OwnQuestions:
        """Put a question into the box of a lecture.

        Raises:
            Unknown: the session does not exist for the actor.
            SessionNotOpen, AlreadyBegun, NoLecturerYet: nothing can be asked there.
            AskingOneself: the actor is who gets the questions.
            AskedEnough: they have asked as many as one person may.
            InvalidText: it is empty or too long.
        """
        text = require_text("question", text, LONGEST_QUESTION)
        async with self._units(guild_id) as uow:
            own = await self._with_room(uow, actor, session_id)
            session = own.session
            question = Question(0, session.id, actor.member_id, text, anonymous, self._clock.now())
            question = await uow.question_box.add(question)
            await _record(uow, "question.ask", actor, session, anonymous=anonymous)
            assert own.handed_at is not None, "who may ask is handed on"
            await uow.steps.again(BOX, session.id, own.handed_at)
            return replace(own, questions=(*own.questions, question), asked=True)

    async def withdraw(self, guild_id: int, actor: Actor, question_id: int) -> OwnQuestions:
        """Take an own question back that the lecturer has not read yet.

        Raises:
            Unknown: it is another's, was taken back, or its session does not exist for the actor.
            AlreadyRead: the lecturer may have read it.
        """
        async with self._units(guild_id) as uow:
            question = await uow.question_box.find(question_id)
            if question is None or question.member_id != actor.member_id:
                raise Unknown("button", str(question_id))
            session, _group = await visible_session(uow, actor, question.session_id)
            lecture = await lecturing_of(uow, session)
            if question.id in (await self._own(uow, actor, session, lecture)).read:
                raise AlreadyRead(session)
            await uow.question_box.remove(question.id)
            # A message that was written with it and has not gone out is written anew without it.
            await uow.posts.renew(BOX, session.id, "withdrawn")
            await _record(uow, "question.withdraw", actor, session, anonymous=question.anonymous)
            return replace(await self._own(uow, actor, session, lecture), withdrawn=True)

    async def _with_room(self, uow: UnitOfWork, actor: Actor, session_id: int) -> OwnQuestions:
        """The actor's questions at a session where they can ask one more."""
        session, _group = await visible_session(uow, actor, session_id)
        lecture = await lecturing_of(uow, session)
        self._require_open(session, lecture)
        await require_free(uow, actor.member_id, "sessions", session.starts_at, self._clock.now(), actor.member_id)
        if actor.member_id in lecture.readers:
            raise AskingOneself(session)
        own = await self._own(uow, actor, session, lecture)
        if not own.may_ask:
            raise AskedEnough(session, MOST_QUESTIONS)
        return own

    def _require_open(self, session: Session, lecture: Lecturing) -> None:
        """Raise unless the session takes questions."""
        now = self._clock.now()
        open_session(session, now)
        if session.starts_at <= now:
            raise AlreadyBegun(session)
        if not lecture.readers:
            raise NoLecturerYet(session)

    async def _own(self, uow: UnitOfWork, actor: Actor, session: Session, lecture: Lecturing) -> OwnQuestions:
        mine = [each for each in await uow.question_box.of_session(session.id) if each.member_id == actor.member_id]
        read = carried(post for post in await box_posts(uow, session) if may_be_read(post))
        now = self._clock.now()
        takes_more = is_ahead(session, now) and lecture.readers
        return OwnQuestions(session, tuple(mine), read, await next_handing(uow, session, now) if takes_more else None)


async def _record(uow: UnitOfWork, action: str, actor: Actor, session: Session, *, anonymous: bool) -> None:
    """The audit does not know who asks anonymously."""
    actor_id = None if anonymous else actor.member_id
    await uow.record(action, actor_id, f"session:{session.id}", after={"anonymous": anonymous})
