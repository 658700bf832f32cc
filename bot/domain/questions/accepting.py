"""Answers are accepted, taken back, and added to.

Whoever asked a question, or looks after the community's, accepts what answers it; so it is solved, and the answers
stand on top of its post. Who asked is told in private of what others accepted for them. An answer that somebody else
gave is thanked at the same time, for the topic of the question. Corrections and sources are added by whoever gave the
answer, asked the question or looks after it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct
from msgspec.structs import replace

from bot.domain.errors import NotAllowed, StudyError, Unknown, cleaned, require_text
from bot.domain.members import dm_readers
from bot.domain.questions.activity import opened
from bot.domain.questions.answers import (
    LONGEST_ADDITION,
    LONGEST_ANSWER,
    MOST_ADDITIONS,
    MOST_ANSWERS,
    Addition,
    Answer,
)
from bot.domain.questions.asking import record
from bot.domain.questions.gratitude import topic_key
from bot.domain.questions.indexing import indexed
from bot.domain.questions.news import tell_asker
from bot.domain.questions.reading import for_actor, looks_after, named, post_of, visible
from bot.domain.questions.speaking import question_of, require_theirs, said_by
from bot.domain.questions.thanked import forget_unthanked
from bot.domain.questions.thanking import THANKED, given, tell_soon, thank
from bot.domain.questions.values import QUESTION, NotPostedYet, QuestionState

if TYPE_CHECKING:
    from bot.clock import Clock
    from bot.domain.actors import Actor
    from bot.domain.questions.gratitude import Gratitude
    from bot.domain.questions.life import QuestionLifeService
    from bot.domain.questions.speaking import Message, Speaker
    from bot.domain.questions.thanking import TopicOf
    from bot.domain.questions.values import OwnQuestion, Question
    from bot.domain.uow import UnitOfWork, Units


class AnsweredEnough(StudyError):
    """So many answers of one question are accepted already; `most` are shown on top."""

    most: int


class AddedEnough(StudyError):
    """So much was added to the answer already; `most` are shown with it."""

    most: int


class NothingAccepted(StudyError):
    """No answer of the question was accepted, so there is nothing to add to."""

    text: str


class Accepted(Struct, frozen=True):
    """An answer is accepted. `new`: it is so from now on.

    `thanks` are those that came with it (None: it was their own, nobody knows whose, they have left, or for what is not
    known). `told`: who gave it is told; `mine`: the actor gave it.
    """

    own: OwnQuestion
    answer: Answer
    new: bool
    thanks: Gratitude | None = None
    told: bool = False
    mine: bool = False


class Adding(Struct, frozen=True):
    """The answers of a question to which the actor may add something; `hidden`: without their name."""

    question: Question
    answers: tuple[Answer, ...]
    hidden: bool = False


class Added(Struct, frozen=True):
    """Something was added to an answer."""

    own: OwnQuestion
    addition: Addition


class AcceptingService:
    """Accepts answers. `topic_of` says what a question is about ("": not known)."""

    def __init__(self, units: Units, clock: Clock, life: QuestionLifeService, topic_of: TopicOf) -> None:
        self._units = units
        self._clock = clock
        self._life = life
        self._topic_of = topic_of

    async def thread(self, guild_id: int, actor: Actor, text: str) -> int:
        """The thread of the question that is named by its words or its id.

        Raises:
            Unknown: there is no such question for the actor.
            NotPostedYet: its thread is not there.
        """
        async with self._units.reading(guild_id) as uow:
            question = await named(uow, actor, text)
            thread_id = await post_of(uow, question.id)
        if not thread_id:
            raise NotPostedYet(question.text)
        return thread_id

    async def accept(self, guild_id: int, actor: Actor, message: Message) -> Accepted:
        """A message answers the question in whose thread it stands; so the question is solved.

        Raises:
            NotInThread, QuestionItself, SaidByNobody: see `bot.domain.questions.speaking`.
            NotAllowed: the actor neither asked it nor looks after the community's questions.
            AnsweredEnough: see there.
        """
        now = self._clock.now()
        async with self._units(guild_id) as uow:
            question = await question_of(uow, actor, message)
            await require_theirs(uow, actor, question)
            speaker = await said_by(uow, question, message)
            mine = _is(actor, speaker, question)
            known = await uow.answers.of_message(message.id)
            if known is not None:
                return Accepted(await for_actor(uow, actor, question), known, new=False, mine=mine)
            if len((await uow.answers.of_questions([question.id])).get(question.id, ())) >= MOST_ANSWERS:
                raise AnsweredEnough(MOST_ANSWERS)
            hidden = question.anonymous and question.asker_id == actor.member_id
            text, by = cleaned(speaker.text or message.text)[:LONGEST_ANSWER], 0 if hidden else actor.member_id
            who = (speaker.member_id, speaker.by_asker)
            answer = await uow.answers.add(Answer(0, question.id, message.channel_id, message.id, *who, text, by, now))
            thanks = await self._thank(uow, actor, question, speaker, message)
            told = not mine and message.here and bool(await dm_readers(uow, THANKED, [speaker.member_id]))
            if told:
                await tell_soon(uow, question.id, now)
            solved = replace(question, state=QuestionState.SOLVED, reason="", closed_at=question.closed_at or now)
            if speaker.member_id != question.asker_id and not speaker.by_asker:
                solved = replace(solved, answered_at=question.answered_at or now)
            own = await self._life.changed(uow, actor, solved, "question.accept", answer=answer.id)
            if question.state is not QuestionState.SOLVED:
                await tell_asker(uow, solved, "accept", actor, now)
            return Accepted(own, answer, new=True, thanks=thanks, told=told, mine=mine)

    async def take_back(self, guild_id: int, actor: Actor, answer_id: int) -> OwnQuestion:
        """The answer is accepted no more, nor thanked; without any the question is open again.

        Raises:
            Unknown: it was taken back already, or does not exist for the actor.
            NotAllowed: as for `accept`.
        """
        async with self._units(guild_id) as uow:
            answer, question = await _answer(uow, actor, answer_id)
            await require_theirs(uow, actor, question)
            await uow.answers.remove(answer)
            for gratitude in await uow.gratitude.of_question(question.id):
                if gratitude.accepted and gratitude.message_id == answer.message_id:
                    await uow.gratitude.remove(gratitude.id)
            await forget_unthanked(uow, question, answer.message_id)
            left = (await uow.answers.of_questions([question.id])).get(question.id)
            if not left and question.state is QuestionState.SOLVED:
                question = opened(question)
            return await self._life.changed(uow, actor, question, "question.unaccept", answer=answer.id)

    # Corrections and sources

    async def adding(self, guild_id: int, actor: Actor, question_id: int) -> Adding:
        """The answers to which the actor may add something.

        Raises:
            Unknown: there is no such question for the actor.
            NothingAccepted: it has no answer.
            NotAllowed: the actor gave none of them, nor asked it, nor looks after it.
        """
        async with self._units.reading(guild_id) as uow:
            return await _adding(uow, actor, await visible(uow, actor, question_id))

    async def add(self, guild_id: int, actor: Actor, text: str, said: str, answer_id: int = 0) -> Added:
        """Add a correction or a source to an answer of the question; left out, it is the last one of the actor's.

        Raises:
            InvalidText: it is empty or too long.
            AddedEnough: see there. Else as `adding`; Unknown also: the answer is none of them.
        """
        said = require_text("addition", " ".join(said.split()), LONGEST_ADDITION)
        async with self._units(guild_id) as uow:
            question = await named(uow, actor, text)
            found = (await _adding(uow, actor, question)).answers
            own = [each for each in found if each.author_id == actor.member_id] or found
            answer = next((each for each in found if each.id == answer_id), None) if answer_id else own[-1]
            if answer is None:
                raise Unknown("answer", str(answer_id))
            if len((await uow.answers.additions([answer.id])).get(answer.id, ())) >= MOST_ADDITIONS:
                raise AddedEnough(MOST_ADDITIONS)
            hidden = question.anonymous and question.asker_id == actor.member_id
            member_id = 0 if hidden else actor.member_id
            addition = await uow.answers.add_addition(
                Addition(0, answer.id, member_id, hidden, said, self._clock.now())
            )
            await self._shown(uow, actor, question, "question.add", addition)
            return Added(await for_actor(uow, actor, question), addition)

    async def remove_addition(self, guild_id: int, actor: Actor, addition_id: int) -> OwnQuestion:
        """What was added is there no more: whoever added it may do that, and whoever may accept answers.

        Raises:
            Unknown: it was removed already, or does not exist for the actor.
            NotAllowed: the actor is none of them.
        """
        async with self._units(guild_id) as uow:
            addition = await uow.answers.addition(addition_id)
            if addition is None:
                raise Unknown("answer", str(addition_id))
            _answered, question = await _answer(uow, actor, addition.answer_id)
            if addition.member_id != actor.member_id:
                await require_theirs(uow, actor, question)
            await uow.answers.remove_addition(addition)
            await self._shown(uow, actor, question, "question.unadd", addition)
            return await for_actor(uow, actor, question)

    async def _shown(self, uow: UnitOfWork, actor: Actor, question: Question, action: str, addition: Addition) -> None:
        await indexed(uow, question)
        await uow.mirrors.refresh(QUESTION, question.id)
        await record(uow, action, question, actor.member_id, {"answer": addition.answer_id})

    async def _thank(
        self, uow: UnitOfWork, actor: Actor, question: Question, speaker: Speaker, message: Message
    ) -> Gratitude | None:
        """The thanks that come with an answer: the actor's, who accepts it.

        Of a question that was asked by name, what its asker found out themselves is thanked by nobody. Of one that was
        not, nothing may differ for them: it would tell whose question it is.
        """
        own = speaker.member_id == question.asker_id and not question.anonymous
        if not speaker.member_id or speaker.member_id == actor.member_id or own or not message.here:
            return None
        topic = await self._topic_of(uow, question)
        before = [each for each in await given(uow, actor, question) if each.to_id == speaker.member_id]
        same = next((each for each in before if each.key == topic_key(topic)), None)
        if not topic or same is not None:
            return same
        who = speaker.member_id
        return await thank(uow, actor, question, who, topic, message.id, self._clock.now(), accepted=True)


def _is(actor: Actor, speaker: Speaker, question: Question) -> bool:
    """Whether the actor said it."""
    return speaker.member_id == actor.member_id or (speaker.by_asker and question.asker_id == actor.member_id)


async def _answer(uow: UnitOfWork, actor: Actor, answer_id: int) -> tuple[Answer, Question]:
    answer = await uow.answers.find(answer_id)
    if answer is None:
        raise Unknown("answer", str(answer_id))
    return answer, await visible(uow, actor, answer.question_id)


async def _adding(uow: UnitOfWork, actor: Actor, question: Question) -> Adding:
    answers = (await uow.answers.of_questions([question.id])).get(question.id, [])
    if not answers:
        raise NothingAccepted(question.text)
    if question.asker_id == actor.member_id or await looks_after(uow, actor):
        return Adding(question, tuple(answers), question.anonymous and question.asker_id == actor.member_id)
    own = tuple(each for each in answers if each.author_id == actor.member_id)
    if not own:
        raise NotAllowed(("author", "asker", "any_organizer", "moderator"))
    return Adding(question, own)
