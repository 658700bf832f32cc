"""What people do about asks: those who are asked answer them, and whoever asked has further people asked.

A press long after the time is over still counts as long as the question is open and nobody else is on it: somebody who
wants to answer is never too late.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from msgspec import Struct
from msgspec.structs import replace

from bot.domain import industries
from bot.domain.errors import NotAllowed, StudyError, Unknown
from bot.domain.members import dm_readers
from bot.domain.posts import NewPost, next_revision
from bot.domain.questions.asks import Ask, AskState, Begun
from bot.domain.questions.choosing import may_ask, wanted_of
from bot.domain.questions.indexing import indexed
from bot.domain.questions.reading import looks_after, named, seen, visible
from bot.domain.questions.rounds import ON_IT, PATIENT, THEN, RoundService, is_answered
from bot.domain.questions.routing import Chosen, Reason, Wanted
from bot.domain.questions.telling import TAKEN, for_asker
from bot.domain.questions.values import QUESTION, TAGS, Question, QuestionView
from bot.domain.quiet import in_peace
from bot.domain.restrictions import require_free

if TYPE_CHECKING:
    from bot.clock import Clock
    from bot.domain.actors import Actor
    from bot.domain.uow import UnitOfWork, Units

COOLDOWN = timedelta(hours=24)
"""So long after people began to be asked nobody can have further ones asked."""
_TOLD_FOR = timedelta(days=3)


class Taking(Struct, frozen=True):
    """Somebody answers a question, or may still do so: the ask, and the question with its thread.

    `others` were asked as well and need not answer any more.
    """

    ask_id: int
    view: QuestionView
    others: int = 0


class Passing(Struct, frozen=True):
    """Somebody does not answer; `gave_back`: they had said that they would."""

    ask_id: int
    view: QuestionView
    gave_back: bool = False


class Referring(Struct, frozen=True):
    """Somebody named another who may know; `asked`: who is asked now. If not, nobody reads why."""

    ask_id: int
    view: QuestionView
    member_id: int
    asked: bool


class Again(Struct, frozen=True):
    """Further people are asked; see `Begun`."""

    view: QuestionView
    begun: Begun


class NoLongerAsked(StudyError):
    """The question was closed, or taken away: nobody has to answer it. `post_id` is its thread (0: there is none)."""

    text: str
    post_id: int


class SomebodyOnIt(StudyError):
    """Somebody has said that they answer the question: nobody else is asked meanwhile."""

    text: str
    member_id: int
    post_id: int


class StillAsked(StudyError):
    """So many people are being asked just now, and have until then for an answer at the latest."""

    people: int
    until: datetime


class AgainTooSoon(StudyError):
    """People were asked a short time ago; from then on further ones can be."""

    at: datetime


class WhichMember(StudyError):
    """What somebody typed is the name of nobody here, or of all these."""

    name: str
    fitting: tuple[str, ...]


class AskService:
    """Takes what people say to asks."""

    def __init__(self, units: Units, clock: Clock, rounds: RoundService) -> None:
        self._units = units
        self._clock = clock
        self._rounds = rounds

    async def take(self, guild_id: int, actor: Actor, ask_id: int) -> Taking:
        """The actor answers: their name stands on the post, the asker is told, and nobody else has to.

        Raises:
            Unknown: they are not asked this, or can't see the forum any more.
            NoLongerAsked, SomebodyOnIt.
            Restricted: they are kept from answering.
        """
        async with self._units(guild_id) as uow:
            ask, question = await self._theirs(uow, actor, ask_id)
            now = self._clock.now()
            if ask.state is AskState.TAKEN:
                return Taking(ask.id, (await seen(uow, [question]))[0])
            await require_free(uow, actor.member_id, "answering", now, now, actor.member_id)
            others = 0
            for other in await uow.asks.of_question(question.id):
                if other.id != ask.id and other.is_waiting:
                    others += other.delivered_at is not None
                    await self._rounds.end(uow, other, AskState.OVER)
            ask = await self._rounds.end(uow, ask, AskState.TAKEN, arrived=True)
            await uow.asks.store(replace(ask, taken_at=now))
            await uow.steps.again(ON_IT, ask.id, now + PATIENT)
            await uow.mirrors.refresh(QUESTION, question.id)
            await self._tell_asker(uow, question, ask, now)
            # Who it is stands on the post; what stays here must not say so once they have given it back.
            await uow.record("question.take", None, f"question:{question.id}")
            return Taking(ask.id, (await seen(uow, [question]))[0], others)

    async def decline(self, guild_id: int, actor: Actor, ask_id: int) -> Passing:
        """The actor does not answer, or not after all; nobody learns of it.

        A pass changes nothing, so that it is silence to everybody else: their place is kept until their time is over.

        Raises:
            Unknown, NoLongerAsked: as `take`.
        """
        async with self._units(guild_id) as uow:
            ask, question = await self._theirs(uow, actor, ask_id, others=True)
            gave_back = ask.state is AskState.TAKEN
            if gave_back:
                await self._rounds.give_back(uow, ask)
            return Passing(ask.id, (await seen(uow, [question]))[0], gave_back)

    async def may_refer(self, guild_id: int, actor: Actor, ask_id: int) -> QuestionView:
        """The question for which the actor may name somebody.

        Raises:
            Unknown, NoLongerAsked, SomebodyOnIt: as `take`.
        """
        async with self._units.reading(guild_id) as uow:
            _ask, question = await self._theirs(uow, actor, ask_id)
            return (await seen(uow, [question]))[0]

    async def refer(self, guild_id: int, actor: Actor, ask_id: int, member_id: int) -> Referring:
        """The actor knows who may know: that person is asked in their place, without their name, if they may be.

        Raises:
            Unknown, NoLongerAsked, SomebodyOnIt: as `take`.
        """
        async with self._units(guild_id) as uow:
            ask, question = await self._theirs(uow, actor, ask_id)
            now, asks = self._clock.now(), await uow.asks.of_question(question.id)
            wanted = await wanted_of(uow, question, asks, 0, now)
            # They take the actor's place, so that no more people are asked at once.
            room = ask.is_waiting or not any(each.is_waiting for each in asks)
            one = await may_ask(uow, wanted, member_id, now) if room else None
            veiled = one is None and room and await _is_veiled(uow, question, wanted, member_id, now)
            if one is None and not veiled:
                return Referring(ask.id, (await seen(uow, [question]))[0], member_id, False)
            if ask.state is AskState.TAKEN:
                await self._rounds.let_name_go(uow, ask)
            else:
                await self._rounds.end(uow, ask, AskState.PASSED, arrived=True)
            call = max(each.call for each in asks)
            if one is None:
                # A refusal would tell whose question it is, and so would a place that stays empty: it goes on as with
                # anybody who then can't be reached.
                await self._rounds.instead(uow, question.id, call, ask.number)
            else:
                chosen = Chosen(member_id, Reason("named", ""))
                await self._rounds.put(uow, question, chosen, one, call, ask.number)
            return Referring(ask.id, (await seen(uow, [question]))[0], member_id, True)

    async def again(self, guild_id: int, actor: Actor, text: str) -> Again:
        """Ask further people, who were not asked before.

        Raises:
            Unknown: there is no such question for the actor.
            NotAllowed: the actor neither asked it nor looks after questions.
            NoLongerAsked, SomebodyOnIt, StillAsked, AgainTooSoon.
            Restricted: the asker is kept from asking.
        """
        async with self._units(guild_id) as uow:
            question = await self._own(uow, actor, text)
            await self._cooled(uow, question)
            return await self._again(uow, actor, question)

    async def put_to(self, guild_id: int, actor: Actor, question_id: int, industry: str) -> Again:
        """Put a question for which there was nobody to another industry, by its key.

        Raises:
            As `again`, and Unknown: there is no such industry.
        """
        async with self._units(guild_id) as uow:
            question = await self._own(uow, actor, str(question_id))
            known = industry in industries.DIVISIONS or await uow.industries.get(industry) is not None
            if not known:
                raise Unknown("industry", industry)
            # Once it has gone to somebody, it is asking again.
            await self._cooled(uow, question)
            question = replace(question, industry=industry)
            await uow.questions.store(question)
            await indexed(uow, question)
            await uow.mirrors.refresh(QUESTION, question.id)
            await uow.mirrors.want(TAGS, question.channel_id, parent_id=question.channel_id)
            return await self._again(uow, actor, question)

    async def _again(self, uow: UnitOfWork, actor: Actor, question: Question) -> Again:
        now, view = self._clock.now(), (await seen(uow, [question]))[0]
        for ask in await uow.asks.of_question(question.id):
            if ask.is_waiting:
                waiting = [each for each in await uow.asks.of_question(question.id) if each.is_waiting]
                raise StillAsked(len(waiting), max(each.ends_at for each in waiting))
            if ask.state is AskState.TAKEN:
                assert ask.taken_at is not None
                if is_answered(question) or now >= ask.taken_at + PATIENT + THEN:
                    # They have had their time: what they said keeps nobody else from being asked.
                    await uow.asks.store(replace(ask, state=AskState.OVER))
                    await uow.mirrors.refresh(QUESTION, question.id)
                else:
                    raise SomebodyOnIt(question.text, ask.member_id, view.post_id)
        begun = await self._rounds.begin(uow, question, actor.member_id)
        return Again((await seen(uow, [question]))[0], begun)

    async def _cooled(self, uow: UnitOfWork, question: Question) -> None:
        """People were asked long enough ago, or none could be: who has found nobody may try again at any time."""
        reached = {ask.call for ask in await uow.asks.of_question(question.id) if ask.state is not AskState.SKIPPED}
        began = [call.began_at for call in await uow.asks.calls(question.id) if call.number in reached]
        if began and self._clock.now() < max(began) + COOLDOWN:
            raise AgainTooSoon(max(began) + COOLDOWN)

    async def _own(self, uow: UnitOfWork, actor: Actor, text: str) -> Question:
        question, now = await named(uow, actor, text), self._clock.now()
        mine = question.asker_id == actor.member_id
        if not mine and not await looks_after(uow, actor):
            raise NotAllowed(("asker", "any_organizer", "moderator"))
        if mine:
            await require_free(uow, actor.member_id, "asking", now, now, actor.member_id)
        if not question.is_open:
            raise NoLongerAsked(question.text, (await seen(uow, [question]))[0].post_id)
        return question

    async def _theirs(
        self, uow: UnitOfWork, actor: Actor, ask_id: int, *, others: bool = False
    ) -> tuple[Ask, Question]:
        """The ask of the actor, and its open question; `others`: even if somebody else is on it."""
        ask = await uow.asks.find(ask_id)
        if ask is None or ask.member_id != actor.member_id:
            raise Unknown("button", str(ask_id))
        question = await visible(uow, actor, ask.question_id)
        view = (await seen(uow, [question]))[0]
        if not question.is_open:
            raise NoLongerAsked(question.text, view.post_id)
        on_it = view.asked.on_it
        if on_it and on_it != actor.member_id and not others:
            raise SomebodyOnIt(question.text, on_it, view.post_id)
        return ask, question

    async def _tell_asker(self, uow: UnitOfWork, question: Question, ask: Ask, now: datetime) -> None:
        if question.asker_id and await dm_readers(uow, TAKEN, [question.asker_id]):
            revision = next_revision(await uow.posts.of_subject(TAKEN, ask.id))
            post = NewPost(
                TAKEN, ask.id, now, now + _TOLD_FOR, member_id=question.asker_id, revision=revision, quiet=True
            )
            await uow.posts.plan(await in_peace(uow, for_asker(post, question), now))


async def _is_veiled(uow: UnitOfWork, question: Question, wanted: Wanted, member_id: int, now: datetime) -> bool:
    """Whether somebody could be asked if they had not asked it themselves, without their name."""
    if not question.anonymous or member_id != question.asker_id:
        return False
    return await may_ask(uow, replace(wanted, asker_id=0), member_id, now) is not None
