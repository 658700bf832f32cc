"""What each of them reads, and what follows by itself: the thread of those who meet, or a direct message instead.

Those who meet are told once: in their thread as soon as that is there, or by direct message if there is none half an
hour later, because a permission is missing or somebody can't be let in.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from bot.domain.introductions.asking import hand_over, may_be_asked
from bot.domain.introductions.values import (
    AGREED,
    MET,
    THREAD,
    TOPICS,
    WORTH_SAYING,
    AskedOfTwo,
    AskedToMeet,
    Introduction,
    IntroductionState,
    IntroductionThread,
    ToldOfMeeting,
)
from bot.domain.members import dm_readers
from bot.domain.mirrors import MirrorState
from bot.domain.posts import NewPost, PostState
from bot.domain.questions.recognition import PublicPlaces, all_public, introduced_with
from bot.domain.quiet import plan_in_peace
from bot.domain.readers import for_its_reader, reader_of

if TYPE_CHECKING:
    from bot.clock import Clock
    from bot.domain.mirrors import Mirror
    from bot.domain.posts import Post, Settled
    from bot.domain.steps import Step
    from bot.domain.uow import UnitOfWork


class IntroductionWords:
    """What each message says when it goes out, and what is done by itself."""

    def __init__(self, clock: Clock, is_public: PublicPlaces = all_public) -> None:
        self._clock = clock
        self._is_public = is_public

    # Posts

    async def asked(self, uow: UnitOfWork, post: Post) -> AskedToMeet | None:
        """Would they like to meet? None if that is answered, over, or no longer to be asked."""
        now, reader = self._clock.now(), reader_of(post)
        introduction = await uow.introductions.find(post.subject_id)
        if introduction is None or not introduction.is_open(now) or not await may_be_asked(uow, introduction, now):
            return None
        answers = (await uow.introductions.answers_to([introduction.id])).get(introduction.id, {})
        if answers.get(reader, "none") is not None:
            return None
        other = introduction.other(reader)
        profile = await uow.profiles.find(other)
        return AskedToMeet(
            introduction=introduction,
            guild_id=uow.guild_id,
            reader=reader,
            industry=next(iter(profile.industries), None) if profile is not None else None,
            topics=profile.topics[:TOPICS] if profile is not None else (),
            known_for=await self._known_for(uow, other),
            before=await uow.meetings.together_before(reader, other, now),
            in_own_thread=not post.member_id,
        )

    async def _known_for(self, uow: UnitOfWork, member_id: int) -> tuple[str, ...]:
        """What others thanked somebody for where everybody can read it, if they let others see it."""
        known = await introduced_with(uow, member_id, self._is_public)
        return tuple(each.topic for each in known.known_for[:TOPICS])

    async def agreed(self, uow: UnitOfWork, post: Post) -> ToldOfMeeting | None:
        """To those who meet: who, why, and how to begin."""
        introduction = await uow.introductions.find(post.subject_id)
        if introduction is None or not await _both_there(uow, introduction):
            return None
        profiles = {each: await uow.profiles.find(each) for each in introduction.two}
        return ToldOfMeeting(
            introduction=introduction,
            guild_id=uow.guild_id,
            industries=await uow.profiles.main_industries(introduction.two),
            topics={each: of.topics for each, of in profiles.items() if of is not None and of.topics},
            reader=reader_of(post),
            in_own_thread=not post.member_id,
        )

    async def met(self, uow: UnitOfWork, post: Post) -> AskedOfTwo | None:
        """To the two; None once one of them has said that they met, or if only one of them is there."""
        introduction = await uow.introductions.find(post.subject_id)
        if introduction is None or not await _both_there(uow, introduction) or await _have_met(uow, introduction):
            return None
        return AskedOfTwo(introduction, uow.guild_id, reader_of(post), not post.member_id)

    async def undelivered(self, uow: UnitOfWork, result: Settled) -> None:
        """What could not be said in the thread of those who meet is said to each alone."""
        post = result.post
        introduction = await uow.introductions.find(post.subject_id)
        if result.state is PostState.UNDELIVERABLE and introduction is not None and not reader_of(post):
            await self._tell(uow, post.kind, introduction)

    # Steps

    async def ends(self, uow: UnitOfWork, step: Step) -> None:
        """The time for an answer is over, and nobody is told."""
        introduction = await uow.introductions.find(step.subject_id)
        if introduction is not None and introduction.state is IntroductionState.OPEN:
            await hand_over(uow, introduction, self._clock.now())

    async def fall_back(self, uow: UnitOfWork, step: Step) -> None:
        """Who meets and has no thread is told by direct message."""
        introduction = await uow.introductions.find(step.subject_id)
        mirror = await uow.mirrors.find(THREAD, step.subject_id)
        if introduction is None or mirror is None or mirror.state is not MirrorState.LIVE or mirror.remote_id:
            return
        await uow.mirrors.store(mirror, state=MirrorState.GONE, shown=mirror.wanted)
        await self._tell(uow, AGREED, introduction)

    async def ask_met(self, uow: UnitOfWork, step: Step) -> None:
        """Ask the two whether they met, unless one of them has said so."""
        introduction = await uow.introductions.find(step.subject_id)
        if introduction is None or await _have_met(uow, introduction):
            return
        mirror = await uow.mirrors.find(THREAD, step.subject_id)
        there = mirror is not None and mirror.state is MirrorState.LIVE
        await self._tell(uow, MET, introduction, mirror.remote_id if mirror is not None and there else 0)

    # The threads

    async def describe_thread(self, uow: UnitOfWork, mirror: Mirror) -> IntroductionThread | None:
        """Whose thread it is; None if one of the two has left."""
        introduction = await uow.introductions.find(mirror.subject_id)
        if introduction is None or not await _both_there(uow, introduction):
            return None
        there = await _there(uow, introduction.everybody)
        return IntroductionThread(introduction.id, there, await uow.communities.get())

    async def thread_made(self, uow: UnitOfWork, mirror: Mirror, thread_id: int) -> None:
        """They are told in it, unless they were told otherwise by now."""
        current = await uow.mirrors.find(THREAD, mirror.subject_id)
        introduction = await uow.introductions.find(mirror.subject_id)
        if introduction is not None and current is not None and current.state is MirrorState.LIVE:
            await self._tell(uow, AGREED, introduction, thread_id)

    async def _tell(self, uow: UnitOfWork, kind: str, introduction: Introduction, thread_id: int = 0) -> None:
        """Plan a message about a meeting: one in its thread, or without one for each alone."""
        now: datetime = self._clock.now()
        if thread_id:
            posts = [NewPost(kind, introduction.id, now, now + WORTH_SAYING, thread_id, quiet=True)]
        else:
            people: Sequence[int] = introduction.two if kind == MET else introduction.everybody
            posts = [
                for_its_reader(NewPost(kind, introduction.id, now, now + WORTH_SAYING, member_id=each, quiet=True))
                for each in await dm_readers(uow, kind, people)
            ]
        await plan_in_peace(uow, posts, now)


async def _there(uow: UnitOfWork, people: Sequence[int]) -> tuple[int, ...]:
    """Those of these people who are still members of the server, as far as is known."""
    known = await uow.members.some(people)
    return tuple(
        each
        for each in people
        if each in known and (known[each].used_at is not None or known[each].seen_at is not None)
    )


async def _both_there(uow: UnitOfWork, introduction: Introduction) -> bool:
    return len(await _there(uow, introduction.two)) == 2


async def _have_met(uow: UnitOfWork, introduction: Introduction) -> bool:
    meeting = None if introduction.meeting_id is None else await uow.meetings.get(introduction.meeting_id)
    return meeting is None or any(meeting.met.values())
