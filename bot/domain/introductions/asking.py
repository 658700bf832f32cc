"""Who is asked about an introduction, and what follows from the answers; always inside a unit of work."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from msgspec.structs import replace

from bot.domain.introductions.values import (
    ASK_AFTER,
    ASK_MET,
    ASKED,
    ENDS,
    FALLBACK,
    LIVES,
    REST,
    THREAD,
    THREAD_WITHIN,
    Introduction,
    IntroductionState,
    both_agree,
)
from bot.domain.members import dm_readers
from bot.domain.posts import NewPost
from bot.domain.quiet import plan_in_peace
from bot.domain.readers import for_its_reader

if TYPE_CHECKING:
    from bot.domain.uow import UnitOfWork


async def begin(uow: UnitOfWork, introduction: Introduction, now: datetime) -> None:
    """Ask both at the same time, or the one whom the proposer would like to meet; or nobody, and nobody learns why.

    Of two proposals of the same two, people are asked about the first; who proposes the second and is one of them has
    thereby answered it. The second has its turn when the first is over, see `hand_over`.
    """
    first = await _asked_about(uow, introduction, now)
    if first is not None:
        if introduction.is_own:
            await uow.introductions.ask(first, introduction.proposer_id, "yes")
            await settle(uow, first, now)
        return
    if not await may_be_asked(uow, introduction, now):
        return
    for each in introduction.two:
        await uow.introductions.ask(introduction, each, "yes" if each == introduction.proposer_id else None)
    posts = [
        NewPost(ASKED, introduction.id, now, introduction.ends_at, member_id=each, quiet=True)
        for each in introduction.asked
    ]
    await plan_in_peace(uow, [for_its_reader(post) for post in posts], now)
    await uow.steps.plan(ENDS, introduction.id, introduction.ends_at)


async def take_back_yes(uow: UnitOfWork, introduction: Introduction, now: datetime) -> None:
    """Who has answered another's proposal by their own, and takes that back, has not answered any more."""
    first = await _asked_about(uow, introduction, now)
    if first is not None and introduction.proposer_id in first.asked:
        await uow.introductions.ask(first, introduction.proposer_id)


async def hand_over(uow: UnitOfWork, introduction: Introduction, now: datetime) -> None:
    """An introduction of two people is over without a meeting: the next open proposal of the same two has its turn."""
    for each in await uow.introductions.between(*introduction.two, now - LIVES):
        if each.id != introduction.id and each.is_open(now):
            await begin(uow, each, now)


async def settle(uow: UnitOfWork, introduction: Introduction, now: datetime) -> Introduction:
    """Bring the two together if both would like that by now, and still can."""
    answers = (await uow.introductions.answers_to([introduction.id])).get(introduction.id, {})
    if not both_agree(introduction.two, answers) or not await _can_meet(uow, introduction, now):
        return introduction
    meeting = await uow.meetings.add("introduction", now, introduction.two)
    introduction = replace(introduction, state=IntroductionState.MET, meeting_id=meeting.id)
    await uow.introductions.store(introduction)
    for each in await uow.introductions.between(*introduction.two, now - LIVES):
        # What one of the two has proposed besides has come true, too. Others need not know that they met.
        if each.is_open(now) and each.is_own:
            await uow.introductions.store(replace(each, state=IntroductionState.MET, meeting_id=meeting.id))
    channel_id = (await uow.communities.get()).announcements_channel
    await uow.steps.cancel([ENDS], introduction.id)
    await uow.mirrors.want(THREAD, introduction.id, parent_id=channel_id)
    await uow.steps.plan(FALLBACK, introduction.id, now + THREAD_WITHIN)
    await uow.steps.plan(ASK_MET, introduction.id, now + ASK_AFTER)
    await uow.record("introduction.meet", None, f"introduction:{introduction.id}")
    return introduction


async def may_be_asked(uow: UnitOfWork, introduction: Introduction, now: datetime) -> bool:
    """Whether those who would be asked take such questions, and the two may meet at all.

    Not so if one has said no to the other lately, or if an introduction has brought them together.
    """
    if len(await dm_readers(uow, ASKED, introduction.asked)) < len(introduction.asked):
        return False
    if not await _can_meet(uow, introduction, now):
        return False
    earlier = [
        each for each in await uow.introductions.between(*introduction.two, now - REST) if each.id != introduction.id
    ]
    if any(each.state is IntroductionState.MET for each in earlier):
        return False
    answers = await uow.introductions.answers_to([each.id for each in earlier])
    return not any(said.get(each) == "no" for said in answers.values() for each in introduction.asked)


async def _can_meet(uow: UnitOfWork, introduction: Introduction, now: datetime) -> bool:
    """Whether nobody of the two is kept from sessions, or has one of the others on their private list."""
    for each in introduction.two:
        restriction = await uow.restrictions.find(each, "sessions", now)
        if restriction is not None and restriction.covers(now):
            return False
        if {*introduction.everybody} & {*await uow.pairing.avoided_by(each)}:
            return False
    return True


async def _asked_about(uow: UnitOfWork, introduction: Introduction, now: datetime) -> Introduction | None:
    """The open introduction of the same two about which people are asked."""
    others = [
        each
        for each in await uow.introductions.between(*introduction.two, now - LIVES)
        if each.id != introduction.id and each.is_open(now)
    ]
    answers = await uow.introductions.answers_to([each.id for each in others])
    return next((each for each in others if each.id in answers), None)
