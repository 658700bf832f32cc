"""What people are told about asks: those who are asked, the asker, and those who look after questions.

The question's asker is told by direct message alone, whoever they are; where they asked without their name, nothing
that others are told leads to them.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Literal

from msgspec import Struct

from bot.domain.members import dm_readers
from bot.domain.posts import NewPost, next_revision
from bot.domain.questions.asks import AskState
from bot.domain.questions.reading import industry_of, seen
from bot.domain.quiet import plan_in_peace
from bot.domain.readers import for_its_reader, reader_of, to_asker

if TYPE_CHECKING:
    from bot.clock import Clock
    from bot.domain.industries import Industry
    from bot.domain.posts import Post
    from bot.domain.questions.asks import Ask
    from bot.domain.questions.routing import Reason
    from bot.domain.questions.values import Question, QuestionView
    from bot.domain.uow import UnitOfWork

ASK, REMIND = "question_ask", "question_remind"
"""The messages to somebody who is asked: the question, and that they wanted to answer it. Their subject is the ask."""
TAKEN, STUCK, UNHEARD = "question_taken", "question_stuck", "tend_unheard"
"""What the asker is told: somebody is on it (the subject is the ask), nobody is left (it is the question); and what
those who look after questions are told then."""
Why = Literal["rounds", "nobody"]
"""Why nobody is asked any more, see `bot.domain.questions.routing.NoMore`."""
_TOLD_FOR = timedelta(days=7)


class AskTold(Struct, frozen=True):
    """What somebody is asked, or reminded of: the question, and why they are.

    `industry` is the one that the reason is about, `time_zone` that in which its time is meant. In their private thread
    `in_own_thread` names them.
    """

    ask_id: int
    view: QuestionView
    reason: Reason
    industry: Industry | None
    guild_id: int
    reader: int
    in_own_thread: bool
    time_zone: str


class TakenTold(Struct, frozen=True):
    """What the asker is told: `member_id` answers their question."""

    view: QuestionView
    member_id: int
    guild_id: int
    reader: int
    in_own_thread: bool


class StuckTold(Struct, frozen=True):
    """Nobody is asked any more: both rounds are over, or nobody is left; `people` were asked in all.

    `reader` is who alone reads it, 0 for the moderators in their log.
    """

    view: QuestionView
    why: Why
    people: int
    guild_id: int
    reader: int
    in_own_thread: bool


async def tell_stuck(uow: UnitOfWork, question: Question, why: Why, now: datetime, *, asker: bool = True) -> None:
    """The asker, and those who look after questions, are told that nobody is asked any more."""
    earlier = [*await uow.posts.of_subject(STUCK, question.id), *await uow.posts.of_subject(UNHEARD, question.id)]
    revision, until = next_revision(earlier), now + _TOLD_FOR

    def post(kind: str, *, member_id: int = 0, channel_id: int = 0) -> NewPost:
        data = {"why": why}
        return NewPost(kind, question.id, now, until, channel_id, member_id, revision, quiet=bool(member_id), data=data)

    posts: list[NewPost] = []
    if asker and question.asker_id:
        mine = await dm_readers(uow, STUCK, [question.asker_id])
        posts += [for_asker(post(STUCK, member_id=one), question) for one in mine]
    organizers = {one for group in await uow.groups.all() for one in group.organizers}
    if not question.anonymous:
        # Of who asks anonymously the others would notice that they alone were told nothing.
        organizers -= {question.asker_id}
    posts += [
        for_its_reader(post(UNHEARD, member_id=one)) for one in await dm_readers(uow, UNHEARD, sorted(organizers))
    ]
    await plan_in_peace(uow, posts, now)
    log = (await uow.communities.get()).log_channel
    if log:
        await uow.posts.plan(post(UNHEARD, channel_id=log))


def for_asker(post: NewPost, question: Question) -> NewPost:
    """A message to who asked: moderators can open private threads, and must not learn who asks anonymously."""
    return to_asker(post, question.id) if question.anonymous else for_its_reader(post)


async def place_of(uow: UnitOfWork, post: Post) -> int:
    """The forum: who can't see it is told nothing of what stands there."""
    ask = await uow.asks.find(post.subject_id) if post.kind in (ASK, REMIND, TAKEN) else None
    question = await uow.questions.find(post.subject_id if ask is None else ask.question_id)
    return 0 if question is None else question.channel_id


class AskWords:
    """What each message says when it goes out."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock

    async def asked(self, uow: UnitOfWork, post: Post) -> AskTold | None:
        """The question; None once nobody waits for its reader, or they must not be asked any more."""
        found = await _of(uow, post)
        if found is None or not found[0].is_waiting:
            return None
        ask, view = found
        people = await uow.knowing.people(self._clock.now(), [ask.member_id])
        if not people or not people[0].agreed or people[0].restricted or people[0].on_leave:
            return None
        return await self._told(uow, post, ask, view)

    async def reminded(self, uow: UnitOfWork, post: Post) -> AskTold | None:
        """That they wanted to answer; None once somebody did, or they don't any more."""
        found = await _of(uow, post)
        if found is None or found[0].state is not AskState.TAKEN or found[1].question.answered_at is not None:
            return None
        return await self._told(uow, post, *found)

    async def taken(self, uow: UnitOfWork, post: Post) -> TakenTold | None:
        """That somebody answers; None if they have given it back."""
        found = await _of(uow, post)
        if found is None or found[0].state is not AskState.TAKEN:
            return None
        return TakenTold(found[1], found[0].member_id, uow.guild_id, reader_of(post), not post.member_id)

    async def stuck(self, uow: UnitOfWork, post: Post) -> StuckTold | None:
        """That nobody is asked any more; None once it is answered, closed, or somebody is on it."""
        question = await uow.questions.find(post.subject_id)
        if question is None or not question.is_open or question.answered_at is not None:
            return None
        view = (await seen(uow, [question]))[0]
        if view.asked.on_it:
            return None
        reader = reader_of(post)
        own = bool(reader) and not post.member_id
        return StuckTold(view, post.data["why"], view.asked.people, uow.guild_id, reader, own)

    async def _told(self, uow: UnitOfWork, post: Post, ask: Ask, view: QuestionView) -> AskTold:
        industry = await industry_of(uow, ask.reason.about) if ask.reason.kind == "industry" else None
        zone, own = (await uow.communities.get()).time_zone, not post.member_id
        return AskTold(ask.id, view, ask.reason, industry, uow.guild_id, reader_of(post), own, zone)


async def _of(uow: UnitOfWork, post: Post) -> tuple[Ask, QuestionView] | None:
    """The ask of a post, and its question with a thread, if that is open."""
    ask = await uow.asks.find(post.subject_id)
    question = None if ask is None else await uow.questions.find(ask.question_id)
    if ask is None or question is None or not question.is_open:
        return None
    view = (await seen(uow, [question]))[0]
    return (ask, view) if view.post_id else None
