"""How people are asked, in rounds: a question begins a call, and whatever ends an ask lets it go on.

Everybody who is asked gets a direct message, or reads it in their private thread. It goes out in their waking hours:
when it is planned, and again at each attempt, it waits for them. The time to answer begins when it has arrived. Who
can't see the forum, has left or can't be reached is passed over, and the next in order takes their place.

When all asks of a round have ended, the next round begins; after two, or when nobody is left, the asker and those who
look after questions are told, and the call is over. Somebody who has said that they answer holds it up: no one else is
asked meanwhile. If nothing was written two days later they are reminded once, and a day after that it goes on.
An unanswered question gets a second call after three days; where there was nobody to ask, people are looked for once
a day for a week. Nobody is ever asked twice for one question.

Who passed or was silent is nobody's business. So a pass changes nothing: it is written nowhere, and the next are asked
when the time of the one who passed is over. If they were asked at once, whoever knows who works in "food" could tell a
pass from silence. For the same reason neither a restriction nor stopped messages end an ask that has arrived.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from msgspec.structs import replace

from bot.domain.members import dm_readers
from bot.domain.mirrors import MirrorState
from bot.domain.posts import NewPost, PostState, next_revision, unsent
from bot.domain.private_threads import has_thread
from bot.domain.questions.asks import Ask, AskState, Begun, Call, CallEnd
from bot.domain.questions.choosing import choose, first_of
from bot.domain.questions.nearest import nearest
from bot.domain.questions.reading import industry_of, post_of
from bot.domain.questions.routing import Candidate, Chosen, Round
from bot.domain.questions.telling import ASK, REMIND, TAKEN, tell_stuck
from bot.domain.questions.values import QUESTION, Question, QuestionState
from bot.domain.questions.waking import AT_MOST, ask_ends, wakes_at
from bot.domain.quiet import plan_in_peace
from bot.domain.readers import for_its_reader

if TYPE_CHECKING:
    from bot.clock import Clock
    from bot.domain.members import DmKind, MemberLeft
    from bot.domain.mirrors import Mirror
    from bot.domain.posts import Post, Settled
    from bot.domain.restrictions import Restriction
    from bot.domain.sessions import Session
    from bot.domain.steps import Step
    from bot.domain.uow import UnitOfWork

ENDS, ON_IT, UNANSWERED = "ask_ends", "ask_on_it", "question_unanswered"
"""The steps: nobody waits for an ask any more, somebody said that they answer, and three days without an answer."""

PATIENT = timedelta(days=2)
"""So long somebody who said that they answer has for it, before they are reminded."""
THEN = timedelta(days=1)
"""So long after that nothing is asked of others."""
UNANSWERED_AFTER = timedelta(days=3)
_LOOK_AGAIN = timedelta(days=1)
_LOOKED_FOR = timedelta(days=7)
"""So long after a question was asked people are looked for, where there was nobody to ask."""
_SOON, _AT_LAST = timedelta(seconds=2), timedelta(minutes=10)
"""So soon, and at the latest, a message looks again whether its question's thread is there."""
_THREAD_WITHIN = timedelta(hours=1)
"""So long it waits for its reader's private thread before it is given up; others for the question's."""
_ENDED = "nobody waits for it"


class RoundService:
    """Lets questions go their way. Everything is rows: it has no state."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock

    # What begins and ends it

    async def on_posted(self, uow: UnitOfWork, question: Question) -> Begun:
        """A question was posted: people are asked."""
        begun = await self.begin(uow, question, question.asker_id)
        after = UNANSWERED_AFTER if begun.people else _LOOK_AGAIN
        await uow.steps.plan(UNANSWERED, question.id, self._clock.now() + after)
        if not begun.people:
            # Its asker reads it at once.
            await tell_stuck(uow, question, "nobody", self._clock.now(), asker=False)
        return begun

    async def begin(self, uow: UnitOfWork, question: Question, reader_id: int = 0) -> Begun:
        """Begin a call. Where there is nobody to ask, there is none; who is told that is for the caller.

        `reader_id` is who reads how many people work there (0: nobody).
        """
        now, calls = self._clock.now(), await uow.asks.calls(question.id)
        for call in calls:
            if call.ended_at is None:
                await uow.asks.put_call(replace(call, ended_at=now, why="rounds"))
        people = await self._next(uow, question, Call(question.id, len(calls) + 1, now), tell=False)
        if people:
            return Begun(people)
        at_work = await uow.knowing.at_work()
        # Nobody asks themselves; but beside /who in, one less would tell others in which industry the asker works.
        left_out = [question.asker_id] if not question.anonymous or reader_id == question.asker_id else []
        for one in await uow.knowing.people(now, left_out) if left_out else []:
            at_work |= {key: at_work.get(key, 1) - 1 for key in one.industries}
        near = nearest(question.industry, [key for key, people in at_work.items() if people])
        return Begun(
            0,
            await industry_of(uow, question.industry),
            at_work.get(question.industry, 0),
            await industry_of(uow, near),
        )

    async def on_closed(self, uow: UnitOfWork, question: Question) -> None:
        """It was closed, solved or taken away: nobody is asked any more, and nobody has to answer."""
        for ask in await uow.asks.of_question(question.id):
            if ask.is_waiting or ask.state is AskState.TAKEN:
                await self.end(uow, ask, AskState.OVER)
        for call in await uow.asks.calls(question.id):
            if call.ended_at is None:
                await uow.asks.put_call(replace(call, ended_at=self._clock.now(), why="closed"))

    async def on_member_left(self, uow: UnitOfWork, event: MemberLeft) -> None:
        """Somebody has left: others are asked in their place, and nobody any more what only they wanted to know.

        What they asked without their name goes on: if it ended now, it would be theirs for all to see.
        """
        for ask in await uow.asks.live_of(event.member_id):
            if ask.state is AskState.TAKEN:
                await self.give_back(uow, ask)
            elif ask.state is AskState.PLANNED:
                await self._skip(uow, ask)
            else:
                await self.end(uow, ask, AskState.OVER)
                await self.go_on(uow, ask.question_id)
        for question in await uow.questions.posted(asker_id=event.member_id, states=[QuestionState.OPEN]):
            if not question.anonymous:
                await self.on_closed(uow, question)

    async def on_restricted(self, uow: UnitOfWork, restriction: Restriction, actor_id: int) -> Sequence[Session]:
        """Somebody is kept from answering: what has not reached them won't, and what they took is given back."""
        if restriction.covers(self._clock.now()):
            for ask in await uow.asks.live_of(restriction.member_id):
                if ask.state is AskState.TAKEN:
                    await self.give_back(uow, ask)
                elif ask.state is AskState.PLANNED:
                    await self._skip(uow, ask)
        return ()

    async def on_stopped(self, uow: UnitOfWork, member_id: int, kind: DmKind) -> None:
        """Somebody wants no such messages any more: others get those that have not reached them yet."""
        if kind == "asks":
            for ask in await uow.asks.live_of(member_id):
                if ask.state is AskState.PLANNED:
                    await self._skip(uow, ask)

    # What becomes of the messages

    async def waits(self, uow: UnitOfWork, post: Post, now: datetime) -> datetime:
        """Until when a message has to wait: for its reader's waking hours, and for the thread that it leads to."""
        ask = await uow.asks.find(post.subject_id)
        if ask is None:
            return now
        if not await post_of(uow, ask.question_id) and await _is_coming(uow, ask.question_id):
            # Most often in a moment; where the forum is gone, not for hours.
            return now + min(max(now - ask.asked_at, _SOON), _AT_LAST)
        people = await uow.knowing.people(now, [ask.member_id])
        return (wakes_at(now, people[0].hours, people[0].zone) or post.expires_at) if people else now

    async def waits_for_thread(self, uow: UnitOfWork, post: Post, now: datetime) -> datetime:
        """Until when a message about a question has to wait for the thread that it leads to."""
        waited = now - post.due_at
        if waited >= _THREAD_WITHIN or await post_of(uow, post.subject_id):
            return now
        return now + min(max(waited, _SOON), _AT_LAST) if await _is_coming(uow, post.subject_id) else now

    async def thread_made(self, uow: UnitOfWork, mirror: Mirror, thread_id: int) -> None:
        """A question has its thread: who is to be asked can be led there."""
        now = self._clock.now()
        for ask in await uow.asks.of_question(mirror.subject_id):
            if ask.state is AskState.PLANNED:
                for post in await uow.posts.of_subject(ASK, ask.id):
                    if unsent(post) and post.not_before <= now + _AT_LAST:
                        await uow.posts.postpone(post, now)

    async def settled(self, uow: UnitOfWork, step: Step) -> None:
        """A message has arrived, or came to nothing unseen."""
        post = await uow.posts.find(step.subject_id)
        ask = None if post is None else await uow.asks.find(post.subject_id)
        if post is None or ask is None:
            return
        if post.state is PostState.SENT:
            await self._delivered(uow, ask, post.sent_at or self._clock.now())
        elif not [each for each in await uow.posts.of_subject(ASK, ask.id) if each.state not in _NOTHING]:
            await self._skip(uow, ask)

    async def undelivered(self, uow: UnitOfWork, result: Settled, *, elsewhere: bool) -> None:
        """A message could not be delivered; `elsewhere`: it is told in a private thread, if there is one in time.

        Of one that is in doubt it is taken that it was.
        """
        ask, now = await uow.asks.find(result.post.subject_id), self._clock.now()
        if ask is None:
            return
        if result.state is PostState.UNCONFIRMED:
            await self._delivered(uow, ask, now)
        elif not elsewhere or not await has_thread(uow, ask.member_id):
            await self._skip(uow, ask)
        elif ask.state is AskState.PLANNED:
            # Their private thread may not be there yet; whether it ever will is not known.
            ends_at = min(ask.ends_at, now + _THREAD_WITHIN)
            await uow.asks.store(replace(ask, ends_at=ends_at))
            await uow.steps.plan(ENDS, ask.id, ends_at)

    # Steps

    async def ends(self, uow: UnitOfWork, step: Step) -> None:
        """Nobody waits for somebody any more; what never arrived is as if it had never been."""
        ask = await uow.asks.find(step.subject_id)
        if ask is None or not ask.is_waiting or ask.ends_at > self._clock.now():
            return
        if ask.state is AskState.PLANNED:
            await self._skip(uow, ask)
            return
        await self.end(uow, ask, AskState.OVER)
        await self.go_on(uow, ask.question_id)

    async def on_it(self, uow: UnitOfWork, step: Step) -> None:
        """Some time ago somebody said that they answer: remind them once if nothing was written, then ask others."""
        ask, now = await uow.asks.find(step.subject_id), self._clock.now()
        question = None if ask is None else await uow.questions.find(ask.question_id)
        if ask is None or question is None or ask.state is not AskState.TAKEN:
            return
        if not question.is_open or is_answered(question):
            return
        assert ask.taken_at is not None
        if now < ask.taken_at + PATIENT + THEN:
            if await dm_readers(uow, REMIND, [ask.member_id]):
                revision = next_revision(await uow.posts.of_subject(REMIND, ask.id))
                post = NewPost(REMIND, ask.id, now, now + THEN, member_id=ask.member_id, revision=revision, quiet=True)
                await plan_in_peace(uow, [for_its_reader(post)], now)
            await uow.steps.again(ON_IT, ask.id, now + THEN)
            return
        await self.give_back(uow, ask)

    async def unanswered(self, uow: UnitOfWork, step: Step) -> None:
        """For three days nobody has answered, or a day ago there was nobody to ask: others are asked."""
        question = await uow.questions.find(step.subject_id)
        if question is None or not question.is_open or is_answered(question):
            return
        asks, calls = await uow.asks.of_question(question.id), await uow.asks.calls(question.id)
        if any(ask.state is AskState.TAKEN for ask in asks):
            return
        if any(call.ended_at is None for call in calls):
            # Others are being asked as it is.
            await uow.steps.again(UNANSWERED, question.id, self._clock.now() + _LOOK_AGAIN)
        elif len(calls) < 2:
            # Where nobody is left, they were told when the first call was over.
            begun = await self.begin(uow, question)
            if not begun.people and self._clock.now() < question.asked_at + _LOOKED_FOR:
                # Who may know was asked something else today, or is away; and others join.
                await uow.steps.again(UNANSWERED, question.id, self._clock.now() + _LOOK_AGAIN)

    # How it goes on

    async def end(self, uow: UnitOfWork, ask: Ask, state: AskState, *, arrived: bool = False) -> Ask:
        """Let an ask end; `arrived`: its reader has just shown that they have it."""
        now = self._clock.now()
        if arrived and ask.delivered_at is None:
            ask = replace(ask, delivered_at=now)
        if state is AskState.OVER and ask.state is AskState.PLANNED and ask.delivered_at is None:
            state = AskState.SKIPPED
        ask = replace(ask, state=state, ends_at=min(ask.ends_at, now))
        await uow.asks.store(ask)
        await uow.steps.cancel([ENDS, ON_IT], ask.id)
        await uow.posts.cancel([ASK, REMIND], ask.id, _ENDED)
        return ask

    async def let_name_go(self, uow: UnitOfWork, ask: Ask) -> None:
        """Somebody does not answer after all: their name goes."""
        await uow.asks.store(replace(ask, state=AskState.BACK))
        await uow.steps.cancel([ON_IT], ask.id)
        for kind in (TAKEN, REMIND):
            await uow.posts.cancel([kind], ask.id, _ENDED)
        await uow.mirrors.refresh(QUESTION, ask.question_id)

    async def give_back(self, uow: UnitOfWork, ask: Ask) -> None:
        """Somebody does not answer after all: their name goes, and others are asked."""
        await self.let_name_go(uow, ask)
        question = await uow.questions.find(ask.question_id)
        calls = await uow.asks.calls(ask.question_id)
        unheard = question is not None and question.is_open and not is_answered(question)
        if question is not None and unheard and calls and calls[-1].ended_at is not None:
            # They took it when nobody was asked any more, and somebody counted on them.
            if not (await self.begin(uow, question)).people:
                await tell_stuck(uow, question, "nobody", self._clock.now())
        else:
            await self.go_on(uow, ask.question_id)

    async def go_on(self, uow: UnitOfWork, question_id: int) -> None:
        """Begin the next round if nobody is waited for any more."""
        question, calls = await uow.questions.find(question_id), await uow.asks.calls(question_id)
        if question is None or not calls or calls[-1].ended_at is not None:
            return
        asks = await uow.asks.of_question(question_id)
        if any(ask.is_waiting or ask.state is AskState.TAKEN for ask in asks):
            return
        if not question.is_open or is_answered(question):
            why: CallEnd = "answered" if question.is_open else "closed"
            await uow.asks.put_call(replace(calls[-1], ended_at=self._clock.now(), why=why))
            return
        await self._next(uow, question, calls[-1], tell=True)

    async def put(
        self, uow: UnitOfWork, question: Question, chosen: Chosen, one: Candidate, call: int, number: int
    ) -> Ask:
        """Ask somebody."""
        now = self._clock.now()
        ends_at = now + AT_MOST
        new = Ask(
            id=0,
            question_id=question.id,
            member_id=one.id,
            call=call,
            number=number,
            reason=chosen.reason,
            state=AskState.PLANNED,
            asked_at=now,
            ends_at=ends_at,
        )
        ask = await uow.asks.add(new)
        at = wakes_at(now, one.hours, one.zone) or now
        post = NewPost(ASK, ask.id, now, ends_at, member_id=one.id, not_before=at)
        await uow.posts.plan(for_its_reader(post))
        await uow.steps.plan(ENDS, ask.id, ends_at)
        return ask

    async def _next(self, uow: UnitOfWork, question: Question, call: Call, *, tell: bool) -> int:
        """Begin the next round of a call, or end the call; how many people are asked."""
        now, asks = self._clock.now(), await uow.asks.of_question(question.id)
        rounds = max((ask.number for ask in asks if ask.call == call.number), default=0)
        choice = await choose(uow, question, asks, rounds, now)
        if isinstance(choice.found, Round):
            await uow.asks.put_call(call)
            for chosen in choice.found.people:
                one = choice.people[chosen.member_id]
                await self.put(uow, question, chosen, one, call.number, choice.found.number)
            after = {"people": len(choice.found.people)}
            await uow.record("question.call", None, f"question:{question.id}", after=after)
            return len(choice.found.people)
        if tell:
            await uow.asks.put_call(replace(call, ended_at=now, why=choice.found.why))
            await tell_stuck(uow, question, choice.found.why, now)
        return 0

    async def _delivered(self, uow: UnitOfWork, ask: Ask, at: datetime) -> None:
        """The message has arrived: from now on their time runs, while they are awake."""
        if ask.delivered_at is not None and ask.state is not AskState.PLANNED:
            return
        people = await uow.knowing.people(at, [ask.member_id])
        if ask.state is AskState.PLANNED:
            ends_at = ask_ends(at, people[0].hours, people[0].zone) if people else at + AT_MOST
            ask = replace(ask, state=AskState.OPEN, ends_at=ends_at)
            await uow.steps.plan(ENDS, ask.id, ends_at)
        await uow.asks.store(replace(ask, delivered_at=at))
        await uow.mirrors.refresh(QUESTION, ask.question_id)

    async def _skip(self, uow: UnitOfWork, ask: Ask) -> None:
        """They can't be asked: the next in order is, in the same round."""
        if ask.state is not AskState.PLANNED:
            return
        await self.end(uow, ask, AskState.SKIPPED)
        await self.instead(uow, ask.question_id, ask.call, ask.number)

    async def instead(self, uow: UnitOfWork, question_id: int, call: int, number: int) -> None:
        """A place in this round of this call has come free: the next in order takes it, if anybody does."""
        question, calls = await uow.questions.find(question_id), await uow.asks.calls(question_id)
        asks = await uow.asks.of_question(question_id)
        going = bool(calls) and calls[-1].ended_at is None and calls[-1].number == call
        if question is None or not question.is_open or not going:
            return
        if not await post_of(uow, question.id) and not await _is_coming(uow, question.id):
            # There is no thread to answer in.
            await self.on_closed(uow, question)
            return
        if not any(each.state is AskState.TAKEN for each in asks) and not is_answered(question):
            choice = await choose(uow, question, asks, number - 1, self._clock.now())
            waiting = any(each.is_waiting for each in asks)
            chosen = first_of(choice)
            if chosen is not None and not (choice.few and waiting):
                await self.put(uow, question, chosen, choice.people[chosen.member_id], call, number)
                return
        await self.go_on(uow, question.id)


_NOTHING = frozenset({PostState.CANCELLED, PostState.EXPIRED, PostState.UNDELIVERABLE, PostState.FAILED})


def is_answered(question: Question) -> bool:
    """Whether somebody else than the asker has written in its thread, or said something through the bot."""
    return question.answered_at is not None


async def _is_coming(uow: UnitOfWork, question_id: int) -> bool:
    """Whether its thread is still to be made."""
    mirror = await uow.mirrors.find(QUESTION, question_id)
    return mirror is not None and mirror.state is MirrorState.LIVE and not mirror.remote_id
