"""What becomes of a question that nobody looks after any more.

After three quiet weeks its asker is asked privately whether it is solved, and a week later it is closed, unless they
answer or somebody writes on. When somebody else writes on in a closed one, its asker is asked whether it is to be
opened again, and a day later, if they have not said, those who look after questions are: once for each time that it
was closed, however much is written. Where the asker has left, those others are asked in their place; but of an
anonymous question nothing that they are told, nor when, says whether its asker is here, or is one of them. Where nobody
can be asked (the asker has left and no group has an organizer, or the asker wants no such messages), it is closed after
the same time: its post says why, `/mod log` that nobody did it, and whoever writes there or opens it again finds it as
it was. When people delete a question's thread, its asker may have it posted again. When they have opened it by writing,
they are told so, and can close it again.

Nothing is closed before it is known what was written while the bot was away. What has to be looked at is found in the
night by itself, so a question may come to be open in any way.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Literal

from msgspec import Struct
from msgspec.structs import replace

from bot.domain.errors import NotAllowed
from bot.domain.members import dm_readers
from bot.domain.posts import NewPost, next_revision, unsent
from bot.domain.questions.activity import REOPENED, WROTE, closing, opened
from bot.domain.questions.asking import record
from bot.domain.questions.files import lost_file
from bot.domain.questions.indexing import indexed
from bot.domain.questions.reading import for_actor, looks_after, named, post_of, seen
from bot.domain.questions.standing import stand_again
from bot.domain.questions.values import (
    CLOSED,
    NO_ACTIVITY,
    QUESTION,
    OwnQuestion,
    Question,
    QuestionState,
    QuestionView,
)
from bot.domain.quiet import plan_in_peace
from bot.domain.readers import for_its_reader, reader_of, to_asker
from bot.domain.restrictions import require_free

if TYPE_CHECKING:
    from bot.clock import Clock
    from bot.domain.actors import Actor
    from bot.domain.mirrors import Mirror
    from bot.domain.posts import Post
    from bot.domain.questions.life import ClosedHook
    from bot.domain.steps import Step
    from bot.domain.uow import UnitOfWork, Units

IDLE, LOST = "question_idle", "question_lost"
"""The step three weeks later, and the post to the asker; and the post that tells them that the thread was deleted."""
CLOSE = "question_close"
"""The step that closes it."""
TEND_IDLE, TEND_WROTE = "tend_idle", "tend_wrote"
"""What those are asked who look after questions, in the asker's place or after them."""
_TEND = frozenset({TEND_IDLE, TEND_WROTE})
QUIET_FOR = timedelta(days=21)
CLOSED_AFTER = timedelta(days=7)
TENDED_AFTER = timedelta(days=1)
LIVES = timedelta(days=7)
_NOT_LOOKED = timedelta(hours=1)
_SOON = timedelta(hours=26)
"""What is closed within this time is looked at in the night before: a day, and two hours for the clocks."""
Why = Literal["idle", "wrote", "lost", "reopened"]
_WHY: dict[str, Why] = {
    IDLE: "idle",
    TEND_IDLE: "idle",
    WROTE: "wrote",
    TEND_WROTE: "wrote",
    LOST: "lost",
    REOPENED: "reopened",
}


class Care(Struct, frozen=True):
    """What somebody is asked about a question; `mine`: they asked it themselves.

    `closes_at` is when it is closed if nobody says anything; `without_file`: it had a file, which is lost. `reader` is
    in whose private thread it stands, 0: in a DM.
    """

    view: QuestionView
    guild_id: int
    why: Why
    mine: bool
    closes_at: datetime
    reader: int = 0
    without_file: bool = False


class IdleService:
    """Asks whether questions are solved, and closes those of which nobody says anything."""

    def __init__(self, units: Units, clock: Clock, on_closed: Sequence[ClosedHook] = ()) -> None:
        self._units = units
        self._clock = clock
        self._on_closed = tuple(on_closed)
        self._looked: set[int] = set()

    # While the bot was away

    async def about_to_be_closed(self, guild_id: int) -> list[int]:
        """The threads of questions that are asked about, or closed, within a day, unless it is known that they live."""
        async with self._units.reading(guild_id) as uow:
            found = await uow.questions.watched((IDLE, CLOSE), until=self._clock.now() + _SOON)
            return [thread for each in found if (thread := await post_of(uow, each))]

    def looked(self, guild_id: int) -> None:
        """It is known what was written there while the bot was away."""
        self._looked.add(guild_id)

    async def watch(self, guild_id: int) -> None:
        """Have all open questions looked at in time."""
        async with self._units.reading(guild_id) as uow:
            if not await uow.questions.unwatched((IDLE, CLOSE)):
                return
        async with self._units(guild_id) as uow:
            for question in await uow.questions.unwatched((IDLE, CLOSE)):
                await uow.steps.again(IDLE, question.id, question.last_active_at + QUIET_FOR)

    # Steps

    async def idle(self, uow: UnitOfWork, step: Step) -> None:
        """Ask whether it is solved, if nobody has written for three weeks."""
        question, now = await uow.questions.find(step.subject_id), self._clock.now()
        if question is None or not question.is_open:
            return
        due = question.last_active_at + QUIET_FOR
        if uow.guild_id not in self._looked or now < due:
            await uow.steps.again(IDLE, question.id, max(due, now + _NOT_LOOKED))
            return
        left = not question.anonymous and await _has_left(uow, question)
        await self._ask(uow, question, IDLE, TEND_IDLE if left else "")
        await uow.steps.again(CLOSE, question.id, now + CLOSED_AFTER)

    async def close(self, uow: UnitOfWork, step: Step) -> None:
        """Close it, if nobody has written or said anything since; not before somebody could say something."""
        question, now = await uow.questions.find(step.subject_id), self._clock.now()
        if question is None or not question.is_open:
            return
        if now < question.last_active_at + QUIET_FOR + CLOSED_AFTER:
            await uow.steps.again(IDLE, question.id, question.last_active_at + QUIET_FOR)
            return
        if uow.guild_id not in self._looked:
            await uow.steps.again(CLOSE, question.id, now + _NOT_LOOKED)
            return
        if any(unsent(post) and post.expires_at > now for post in await _posts(uow, (IDLE, TEND_IDLE), question)):
            # It was held, by a pause or by quiet hours: they have the same week.
            await uow.steps.again(CLOSE, question.id, now + timedelta(days=1))
            return
        closed = replace(question, state=QuestionState.CLOSED, reason=NO_ACTIVITY, closed_at=now)
        await uow.questions.store(closed)
        await indexed(uow, closed)
        await uow.mirrors.refresh(QUESTION, question.id)
        for hook in self._on_closed:
            await hook(uow, closed)
        after = {"state": closed.state.value, "reason": NO_ACTIVITY}
        await uow.record("question.close", None, f"question:{question.id}", after=after)

    async def wrote(self, uow: UnitOfWork, step: Step) -> None:
        """Ask whether a closed question is to be opened again, since somebody wrote in it."""
        question = await uow.questions.find(step.subject_id)
        if question is not None and question.state in CLOSED and closing(question) == step.revision:
            await self._ask(uow, question, WROTE, TEND_WROTE)

    async def lost(self, uow: UnitOfWork, mirror: Mirror) -> None:
        """People have deleted the question's thread: its asker is told. In the transaction that notes it."""
        question = await uow.questions.find(mirror.subject_id)
        if question is not None and question.is_open:
            await self._ask(uow, question, LOST, "")

    async def _ask(self, uow: UnitOfWork, question: Question, kind: str, tend: str) -> None:
        """Ask the asker by a post of `kind`; and by one of `tend`, if that is set, those who look after questions.

        These are asked at once in the place of an asker who can't be, and else a day later.
        """
        now = self._clock.now()
        askers = await dm_readers(uow, kind, [question.asker_id] if question.asker_id else [])
        posts = [self._post(kind, question, now, asker, await _revision(uow, kind, question)) for asker in askers]
        if tend:
            later, revision = bool(askers) or question.anonymous, await _revision(uow, tend, question)
            due = now + TENDED_AFTER if later else now
            others = [each for each in await _organizers(uow) if not question.asked_openly_by(each)]
            for reader in await dm_readers(uow, tend, others):
                posts.append(self._post(tend, question, due, reader, revision))
        await plan_in_peace(uow, posts, now)

    def _post(self, kind: str, question: Question, due: datetime, reader: int, revision: int) -> NewPost:
        post = NewPost(kind, question.id, due, due + LIVES, member_id=reader, revision=revision, quiet=True)
        hidden = question.anonymous and reader == question.asker_id and kind not in _TEND
        return to_asker(post, question.id) if hidden else for_its_reader(post)

    # What each message says

    async def describe(self, uow: UnitOfWork, post: Post) -> Care | None:
        """What somebody is asked about a question; None once there is nothing to ask any more."""
        question, why = await uow.questions.find(post.subject_id), _WHY[post.kind]
        if question is None or not await _is_open_to(uow, question, why, post):
            return None
        reader = reader_of(post)
        view = (await seen(uow, [question]))[0]
        closes_at = question.last_active_at + QUIET_FOR + CLOSED_AFTER
        planned = await uow.questions.watched((CLOSE,), question_id=question.id)
        closes_at = max(closes_at, planned.get(question.id, closes_at))
        in_thread = 0 if post.member_id else reader
        mine = reader == question.asker_id and not (question.anonymous and post.kind in _TEND)
        return Care(view, uow.guild_id, why, mine, closes_at, in_thread, await lost_file(uow, question.id))

    async def place(self, uow: UnitOfWork, post: Post) -> int:
        """Who can't see the channel of a question is not told of it."""
        question = await uow.questions.find(post.subject_id)
        return question.channel_id if question is not None else 0

    # What they answer

    async def keep_open(self, guild_id: int, actor: Actor, question_id: int) -> OwnQuestion:
        """It is not solved: it stays open for three weeks more, and is opened again if it was closed.

        Raises:
            Unknown: there is no such question for the actor.
            NotAllowed: the actor neither asked it nor looks after the community's questions.
        """
        async with self._units(guild_id) as uow:
            question = await _theirs(uow, actor, question_id)
            now = self._clock.now()
            action = "question.keep" if question.is_open else "question.reopen"
            question = replace(opened(question), last_active_at=now)
            await uow.questions.store(question)
            await indexed(uow, question)
            await uow.mirrors.refresh(QUESTION, question.id)
            await uow.steps.cancel([CLOSE], question.id)
            await uow.steps.again(IDLE, question.id, now + QUIET_FOR)
            await record(uow, action, question, actor.member_id, {"state": question.state.value})
            return await for_actor(uow, actor, question)

    async def close_again(self, guild_id: int, actor: Actor, question_id: int) -> OwnQuestion:
        """What its asker wrote was not to open it: it is closed as it was before. One that is closed stays so.

        Raises:
            Unknown, NotAllowed: as `keep_open`.
        """
        async with self._units(guild_id) as uow:
            question, now = await _theirs(uow, actor, question_id), self._clock.now()
            if not question.is_open:
                return await for_actor(uow, actor, question)
            told = await uow.posts.of_subject(REOPENED, question.id)
            before: Mapping[str, Any] = max(told, key=lambda post: post.revision).data if told else {}
            state = QuestionState(before.get("state", QuestionState.SOLVED))
            closed = replace(question, state=state, reason=before.get("reason", ""), closed_at=now)
            other = await uow.questions.find(before.get("into", 0))
            # The other one may have been closed for this one meanwhile.
            if other is not None and not other.merged_into:
                closed = replace(closed, merged_into=other.id)
            await uow.questions.store(closed)
            await indexed(uow, closed)
            await uow.mirrors.refresh(QUESTION, closed.id)
            for hook in self._on_closed:
                await hook(uow, closed)
            await record(uow, "question.close", closed, actor.member_id, {"state": closed.state.value})
            return await for_actor(uow, actor, closed)

    async def leave_closed(self, guild_id: int, actor: Actor, question_id: int) -> OwnQuestion:
        """It stays closed, and nobody else is asked about it.

        Raises:
            Unknown, NotAllowed: as `keep_open`.
        """
        async with self._units(guild_id) as uow:
            question = await _theirs(uow, actor, question_id)
            await uow.posts.cancel([TEND_WROTE], question.id, "it stays closed")
            return await for_actor(uow, actor, question)

    async def post_again(self, guild_id: int, actor: Actor, question_id: int) -> OwnQuestion:
        """Its thread was deleted: it gets another. One that has its thread keeps it.

        Raises:
            Unknown, NotAllowed: as `keep_open`.
            NoForum: there is no place for questions.
            Restricted: the actor is kept from asking.
        """
        async with self._units(guild_id) as uow:
            question, now = await _theirs(uow, actor, question_id), self._clock.now()
            await require_free(uow, actor.member_id, "asking", now, now, actor.member_id)
            if not await post_of(uow, question.id):
                question = replace(await stand_again(uow, question), last_active_at=now)
                await uow.questions.store(question)
                await record(uow, "question.post_again", question, actor.member_id, {"state": question.state.value})
            return await for_actor(uow, actor, question)


async def _theirs(uow: UnitOfWork, actor: Actor, question_id: int) -> Question:
    question = await named(uow, actor, str(question_id))
    if question.asker_id != actor.member_id and not await looks_after(uow, actor):
        raise NotAllowed(("asker", "any_organizer", "moderator"))
    return question


async def _is_open_to(uow: UnitOfWork, question: Question, why: Why, post: Post) -> bool:
    """Whether what a post asks is still to be asked."""
    if why == "wrote":
        return question.state in CLOSED and (question.closed_at is None or post.due_at > question.closed_at)
    if why == "lost":
        return question.is_open and not await post_of(uow, question.id)
    if why == "reopened":
        return question.is_open
    return question.is_open and question.last_active_at + QUIET_FOR <= post.due_at


async def _has_left(uow: UnitOfWork, question: Question) -> bool:
    """Whether nobody is there any more who could say whether it is solved."""
    asker = await uow.members.find(question.asker_id) if question.asker_id else None
    return asker is None or asker.used_at is None


async def _organizers(uow: UnitOfWork) -> list[int]:
    """Those who organize a group, in the order of the groups; moderators are known only while they act."""
    return list(dict.fromkeys(each for group in await uow.groups.all() for each in sorted(group.organizers)))


async def _posts(uow: UnitOfWork, kinds: Sequence[str], question: Question) -> list[Post]:
    return [post for kind in kinds for post in await uow.posts.of_subject(kind, question.id)]


async def _revision(uow: UnitOfWork, kind: str, question: Question) -> int:
    return next_revision(await uow.posts.of_subject(kind, question.id))
