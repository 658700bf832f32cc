"""What people do about introductions: propose one, answer, take it back, and see their own."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from msgspec.structs import replace

from bot.domain.errors import Unknown, require_text
from bot.domain.introductions.asking import begin, hand_over, settle, take_back_yes
from bot.domain.introductions.values import (
    ASKED,
    ENDS,
    LATELY,
    LIVES,
    LONGEST_REASON,
    MOST,
    MOST_SHOWN,
    SHOWN,
    AlreadyIntroduced,
    AlreadyProposed,
    AlreadyTogether,
    Answer,
    Answered,
    Introduction,
    IntroductionClosed,
    IntroductionState,
    IntroductionsView,
    NoIntroductionsLeft,
    NotHereYet,
    OnlyTheTwo,
    OnOwnList,
    Proposed,
    SamePerson,
    month_of,
)
from bot.domain.restrictions import require_free
from bot.domain.zones import zone_of

if TYPE_CHECKING:
    from datetime import datetime

    from bot.clock import Clock
    from bot.domain.actors import Actor
    from bot.domain.meetings import Meeting
    from bot.domain.members import MemberLeft
    from bot.domain.uow import UnitOfWork, Units

_INSTANT = timedelta(microseconds=1)


class IntroductionService:
    """Lets people propose introductions and answer them."""

    def __init__(self, units: Units, clock: Clock) -> None:
        self._units = units
        self._clock = clock

    async def check(self, guild_id: int, actor: Actor, person_id: int, to_id: int) -> None:
        """Whether the actor may propose this now.

        Raises:
            As `propose`, but for the reason.
        """
        async with self._units.reading(guild_id) as uow:
            await self._check(uow, actor, *_in_order(actor, person_id, to_id))

    async def propose(self, guild_id: int, actor: Actor, person_id: int, to_id: int, reason: str) -> Proposed:
        """Propose that two people meet; one of them may be the actor. What follows, the answer does not tell.

        Raises:
            SamePerson: it is one person twice.
            NotHereYet: one of them has never used the bot here.
            AlreadyProposed, AlreadyIntroduced, AlreadyTogether, OnOwnList: the actor knows why it needs no proposal.
            NoIntroductionsLeft: they have proposed as many as they may.
            Restricted: they are kept from sessions, and so from bringing people together here.
            InvalidText: the reason is empty or too long.
        """
        reason = require_text("reason", reason, LONGEST_REASON)
        person_id, to_id = _in_order(actor, person_id, to_id)
        async with self._units(guild_id) as uow:
            now = self._clock.now()
            before = await self._check(uow, actor, person_id, to_id)
            introduction = await uow.introductions.add(
                Introduction(0, actor.member_id, person_id, to_id, reason, proposed_at=now)
            )
            # Whom it is about stands in the introduction alone: moderators read the audit.
            await uow.record("introduction.propose", actor.member_id, f"introduction:{introduction.id}")
            await begin(uow, introduction, now)
            return Proposed(introduction, MOST - before - 1)

    async def _check(self, uow: UnitOfWork, actor: Actor, person_id: int, to_id: int) -> int:
        """How many others the actor has proposed this month, if they may propose this one."""
        me, now = actor.member_id, self._clock.now()
        if person_id == to_id:
            raise SamePerson
        await require_free(uow, me, "sessions", now, now, me)
        known = await uow.members.some((person_id, to_id))
        for each in (person_id, to_id):
            if each != me and (each not in known or known[each].used_at is None):
                raise NotHereYet(each)
        if me == person_id:
            await _check_own(uow, me, to_id, now)
        for each in await uow.introductions.between(person_id, to_id, now - LATELY):
            if each.proposer_id == me and each.is_open(now):
                raise AlreadyProposed(person_id, to_id, each.ends_at)
            if each.proposer_id == me and each.meeting_id is not None:
                meeting = await uow.meetings.get(each.meeting_id)
                if meeting is not None:
                    raise AlreadyIntroduced(person_id, to_id, meeting.at)
        number, next_month = await _this_month(uow, me, now)
        if number >= MOST:
            raise NoIntroductionsLeft(MOST, next_month)
        return number

    async def answer(self, guild_id: int, actor: Actor, introduction_id: int, answer: Answer) -> Answered:
        """The actor says whether they would like to meet; the last word counts until both would.

        Raises:
            Unknown: they are not asked about it.
            IntroductionClosed: it can't be answered any more.
            Restricted: they are kept from sessions, and so from meeting people here.
        """
        async with self._units(guild_id) as uow:
            me, now = actor.member_id, self._clock.now()
            introduction = await uow.introductions.find(introduction_id)
            answers = await uow.introductions.answers_to([introduction_id])
            if introduction is None or me not in introduction.asked or me not in answers.get(introduction_id, {}):
                raise Unknown("button", str(introduction_id))
            if introduction.state is IntroductionState.MET:
                return Answered(introduction, guild_id, me, "yes", agreed=True)
            if not introduction.is_open(now):
                raise IntroductionClosed
            if answer == "yes":
                await require_free(uow, me, "sessions", now, now, me)
            else:
                # The last word counts: neither does what they have proposed themselves wait for its turn.
                for each in await uow.introductions.between(*introduction.two, now - LIVES):
                    if each.proposer_id == me and each.is_open(now):
                        await _close(uow, each, IntroductionState.WITHDRAWN, "withdrawn")
            await uow.introductions.ask(introduction, me, answer)
            introduction = await settle(uow, introduction, now)
            agreed = introduction.state is IntroductionState.MET
            return Answered(introduction, guild_id, me, answer, agreed)

    async def withdraw(self, guild_id: int, actor: Actor, introduction_id: int) -> Introduction:
        """The actor takes back what they have proposed.

        Raises:
            Unknown: it is not theirs.
            IntroductionClosed: both have agreed by now, or it is over.
        """
        async with self._units(guild_id) as uow:
            now, introduction = self._clock.now(), await uow.introductions.find(introduction_id)
            if introduction is None or introduction.proposer_id != actor.member_id:
                raise Unknown("button", str(introduction_id))
            if introduction.state is IntroductionState.WITHDRAWN:
                return introduction
            if not introduction.is_open(now):
                raise IntroductionClosed
            introduction = await _close(uow, introduction, IntroductionState.WITHDRAWN, "withdrawn")
            await uow.record("introduction.withdraw", actor.member_id, f"introduction:{introduction.id}")
            if introduction.is_own:
                await take_back_yes(uow, introduction, now)
            await hand_over(uow, introduction, now)
            return introduction

    async def mine(self, guild_id: int, actor: Actor) -> IntroductionsView:
        """The actor's own: what they have proposed, what they are asked, and whom it has brought together."""
        async with self._units.reading(guild_id) as uow:
            return await self._mine(uow, actor.member_id)

    async def _mine(self, uow: UnitOfWork, me: int) -> IntroductionsView:
        now = self._clock.now()
        current = [each for each in await uow.introductions.open_of(me) if each.is_open(now)]
        answers = await uow.introductions.answers_to([each.id for each in current])
        waiting: list[tuple[Introduction, Answer | None]] = [
            (each, answers[each.id][me]) for each in current if me in each.asked and me in answers.get(each.id, {})
        ]
        together: dict[int, tuple[Introduction, Meeting]] = {}
        for each in await uow.introductions.of_member(me, MOST_SHOWN * 3):
            if each.meeting_id is not None and each.meeting_id not in together and len(together) < MOST_SHOWN:
                meeting = await uow.meetings.get(each.meeting_id)
                if meeting is not None:
                    together[meeting.id] = (each, meeting)
        number, next_month = await _this_month(uow, me, now)
        return IntroductionsView(
            guild_id=uow.guild_id,
            reader=me,
            proposed=tuple(each for each in current if each.proposer_id == me),
            waiting=tuple(waiting[:SHOWN]),
            together=tuple(together.values()),
            left=max(MOST - number, 0),
            next_at=next_month if number >= MOST else None,
        )

    async def say(self, guild_id: int, actor: Actor, introduction_id: int, *, met: bool) -> Answered:
        """One of the two says whether they met; the last word counts.

        Raises:
            Unknown: the introduction is not one of theirs, or brought nobody together.
            OnlyTheTwo: the actor has proposed it.
        """
        async with self._units(guild_id) as uow:
            introduction = await uow.introductions.find(introduction_id)
            if introduction is None or introduction.meeting_id is None:
                raise Unknown("button", str(introduction_id))
            meeting = await uow.meetings.get(introduction.meeting_id)
            if meeting is None or actor.member_id not in introduction.everybody:
                raise Unknown("button", str(introduction_id))
            if actor.member_id not in introduction.two:
                raise OnlyTheTwo
            if meeting.met.get(actor.member_id) is not met:
                await uow.meetings.say(meeting, actor.member_id, met=met)
                await uow.record("meeting.say", actor.member_id, f"meeting:{meeting.id}")
            return Answered(introduction, guild_id, actor.member_id, "yes" if met else "no", agreed=True)

    # Its part in a departure

    async def on_member_left(self, uow: UnitOfWork, event: MemberLeft) -> None:
        """What is open and needs them ends, without a word to anybody."""
        theirs = await uow.introductions.open_of(event.member_id)
        ended = [await _close(uow, each, IntroductionState.GONE, "somebody has left") for each in theirs]
        for each in ended:
            if event.member_id not in each.two:
                await hand_over(uow, each, self._clock.now())


def _in_order(actor: Actor, person_id: int, to_id: int) -> tuple[int, int]:
    """Whoever would like to meet somebody themselves comes first."""
    return (to_id, person_id) if to_id == actor.member_id else (person_id, to_id)


async def _this_month(uow: UnitOfWork, me: int, now: datetime) -> tuple[int, datetime]:
    """How many somebody has proposed in this month of the community's calendar, and when the next month begins."""
    begin, end = month_of(now, zone_of((await uow.communities.get()).time_zone))
    return len(await uow.introductions.proposed_by(me, begin - _INSTANT)), end


async def _check_own(uow: UnitOfWork, me: int, other: int, now: datetime) -> None:
    if other in await uow.pairing.avoided_by(me):
        raise OnOwnList(other)
    before = await uow.meetings.together_before(me, other, now + _INSTANT)
    if before is not None and before > now - LATELY:
        raise AlreadyTogether(other, before)


async def _close(uow: UnitOfWork, introduction: Introduction, state: IntroductionState, reason: str) -> Introduction:
    closed = replace(introduction, state=state)
    await uow.introductions.store(closed)
    await uow.posts.cancel([ASKED], introduction.id, reason)
    await uow.steps.cancel([ENDS], introduction.id)
    return closed
