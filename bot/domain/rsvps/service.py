"""Taking answers and giving places."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from msgspec.structs import replace

from bot.domain.actors import Actor
from bot.domain.groups import is_visible
from bot.domain.members import MemberLeft, dm_readers, note_use, plan_dm
from bot.domain.posts import NewPost, again
from bot.domain.quiet import in_peace, renew_in_peace
from bot.domain.readers import for_its_reader, reader_of
from bot.domain.restrictions import require_free
from bot.domain.rsvps.values import (
    ANSWERED_FOR,
    PROMOTION,
    Answer,
    AnswerHook,
    CannotSeeGroup,
    DeadlinePassed,
    Promotion,
    Rsvp,
    RsvpResult,
    answered,
    facts,
    is_own,
    joins,
    promoted,
)
from bot.domain.sessions import Session, SessionEvent, SessionState, open_session, view, visible_session
from bot.domain.sessions.hosts import may_change

if TYPE_CHECKING:
    from bot.clock import Clock
    from bot.domain.groups import StudyGroup
    from bot.domain.posts import Post
    from bot.domain.restrictions import Restriction
    from bot.domain.uow import UnitOfWork, Units
_ALL = 5000


async def tells(uow: UnitOfWork, session: Session, member_id: int, now: datetime) -> bool:
    """Whether this person is told that somebody else has answered for them."""
    return session.starts_at > now and bool(await dm_readers(uow, ANSWERED_FOR, [member_id]))


async def _check_sight(uow: UnitOfWork, group: StudyGroup, member: Actor) -> None:
    """Raise CannotSeeGroup unless the group exists for this member."""
    community = await uow.communities.get()
    if not is_visible(group, member, community):
        raise CannotSeeGroup(member.member_id, group.name, group.channel_id or community.announcements_channel)


Sees = Callable[[int], bool]
"""Whether somebody can see the channel with this id."""
ComingHook = Callable[["UnitOfWork", Session, int], Awaitable[None]]
"""What else happens when a person (the last argument) has got a place in a session, or made it their own."""


class RsvpService:
    """Takes answers and gives places.

    `on_answered` are other features' parts in an answer, `on_coming` in a place that is given, `on_lost` in one that a
    moderator takes, in order.
    """

    def __init__(
        self,
        units: Units,
        clock: Clock,
        *,
        on_answered: Sequence[AnswerHook] = (),
        on_coming: Sequence[ComingHook] = (),
        on_lost: Sequence[AnswerHook] = (),
    ) -> None:
        self._units = units
        self._clock = clock
        self._hooks = tuple(on_answered)
        self._on_coming = tuple(on_coming)
        self._on_lost = tuple(on_lost)

    async def answer(
        self,
        guild_id: int,
        actor: Actor,
        session_id: int,
        answer: Answer,
        *,
        member_id: int | None = None,
        sees: Sees | None = None,
    ) -> RsvpResult:
        """Take the actor's answer, or an organizer's for `member_id`; `sees` says which channels that person can see.

        Raises:
            Unknown: the session does not exist for the actor.
            SessionNotOpen: it was cancelled or is over.
            DeadlinePassed: it is too late to join.
            NotAllowed: only organizers answer for others.
            Restricted: a moderator keeps that person from sessions then.
            CannotSeeGroup: the group does not exist for that person, so that they can't come; they may still be taken
                off its list.
        """
        async with self._units(guild_id) as uow:
            return await self.take(uow, actor, session_id, answer, member_id=member_id, sees=sees)

    async def take(
        self,
        uow: UnitOfWork,
        actor: Actor,
        session_id: int,
        answer: Answer,
        *,
        member_id: int | None = None,
        sees: Sees | None = None,
        lectures: bool = False,
    ) -> RsvpResult:
        """As `answer`, within a unit of work. Who `lectures` has a place, though all are taken or it is too late."""
        session, group = await visible_session(uow, actor, session_id)
        if member_id is None:
            member_id = actor.member_id
        elif member_id != actor.member_id:
            actor.require_organizer(group)
            if answer is not Answer.NOT_GOING and sees is not None:
                await _check_sight(uow, group, Actor(member_id, sees=sees))
        now = self._clock.now()
        open_session(session, now)
        if answer is not Answer.NOT_GOING:
            await require_free(uow, member_id, "sessions", session.starts_at, now, actor.member_id)
        if member_id == actor.member_id:
            await note_use(uow, member_id, now)
        before = await uow.rsvps.find(session_id, member_id)
        if session.deadline is not None and now >= session.deadline and not lectures and joins(before, answer):
            raise DeadlinePassed(session, session.deadline, may_change(actor, session, group))
        coming = (await uow.rsvps.count_coming(session_id))[session_id]
        others = coming - (before is not None and before.coming)
        last = await uow.rsvps.last_place(session_id)
        after = answered(before, answer, session, member_id, others, last, now)
        if lectures:
            after = replace(after, waiting=False)
        if (own := is_own(before, member_id, actor.member_id)) != after.own:
            after = replace(after, own=own, answered_at=now)
        if after != before:
            await uow.rsvps.put(after)
            await self._record(uow, actor.member_id, before, after)
            if after.coming and not (before is not None and before.coming and before.own == after.own):
                await self._comes(uow, session, member_id)
            await self._fill(uow, session)
            await uow.mirrors.refresh("announcement", session_id)
            for hook in self._hooks:
                await hook(uow, session, before, after, actor.member_id)
        shown = await view(uow, session_id)
        waiting = [r.member_id for r in shown.waiting]
        position = waiting.index(member_id) + 1 if after.waiting else 0
        told = after != before and after.member_id != actor.member_id and await tells(uow, session, member_id, now)
        if told and sees is not None:
            # What is told belongs to the group's channel, and is kept from those who can't see that.
            told = is_visible(group, Actor(member_id, sees=sees), shown.community)
        return RsvpResult(shown, before, after, position, after != before, told)

    async def _record(self, uow: UnitOfWork, actor_id: int, before: Rsvp | None, after: Rsvp) -> None:
        await uow.record(
            "rsvp.answer",
            actor_id,
            f"session:{after.session_id}",
            facts(before) if before is not None else None,
            facts(after),
        )

    async def _fill(self, uow: UnitOfWork, session: Session) -> None:
        """Give free places to those who wait, and plan to tell them."""
        now = self._clock.now()
        for rsvp in promoted(await uow.rsvps.of_session(session.id), session.capacity):
            await uow.rsvps.put(replace(rsvp, waiting=False))
            await uow.record("rsvp.promote", None, f"session:{session.id}", after={"member": rsvp.member_id})
            await self._comes(uow, session, rsvp.member_id)
            if session.starts_at > now:
                post = NewPost(
                    PROMOTION,
                    session.id,
                    now,
                    session.starts_at,
                    member_id=rsvp.member_id,
                    # Places and these revisions are one sequence, so that neither is ever given twice.
                    revision=await uow.rsvps.last_place(session.id) + 1,
                    starts_at=session.starts_at,
                    quiet=True,
                    data={"place": rsvp.place},
                )
                await self._plan(uow, await in_peace(uow, post, now), rsvp)

    async def _plan(self, uow: UnitOfWork, post: NewPost, rsvp: Rsvp | None) -> None:
        """As `plan_dm`, but in no thread to somebody who is not to be named there: the moderators tell them instead."""
        if rsvp is not None and not rsvp.own:
            if await dm_readers(uow, post.kind, [post.member_id]):
                await uow.posts.plan(for_its_reader(post))
            elif log_channel := (await uow.communities.get()).log_channel:
                data = {**post.data, "untold": post.member_id}
                await uow.posts.plan(for_its_reader(replace(post, channel_id=log_channel, member_id=0, data=data)))
        else:
            await plan_dm(uow, post)

    async def _comes(self, uow: UnitOfWork, session: Session, member_id: int) -> None:
        for hook in self._on_coming:
            await hook(uow, session, member_id)

    # Parts in a session's life

    async def on_scheduled(self, uow: UnitOfWork, event: SessionEvent) -> None:
        """Its host comes from the start, and has the first place."""
        session = event.after
        if session.host_id:
            host = answered(None, Answer.GOING, session, session.host_id, 0, 0, self._clock.now())
            await uow.rsvps.put(host)
            await self._record(uow, session.host_id, None, host)

    async def on_changed(self, uow: UnitOfWork, event: SessionEvent) -> None:
        """After an edit or a move: who has a place hears the new time, and more places let those in who wait."""
        assert event.before is not None
        if event.before.starts_at != event.after.starts_at:
            await renew_in_peace(uow, PROMOTION, event.after, self._clock.now())
        if event.before.capacity != event.after.capacity:
            await self._fill(uow, event.after)

    async def on_cancelled(self, uow: UnitOfWork, event: SessionEvent) -> None:
        """Nobody is told of a place in what does not take place."""
        await uow.posts.cancel([PROMOTION], event.after.id, "cancelled")

    async def dropped(self, uow: UnitOfWork, post: Post) -> None:
        """It was under way when its session moved, and came to nothing: it is said anew, if it is still wanted."""
        if await self.describe(uow, post) is None:
            return
        revision = await uow.rsvps.last_place(post.subject_id) + 1
        starts_at = (await uow.sessions.get(post.subject_id)).starts_at
        new = await in_peace(uow, again(post, revision, expires_at=starts_at, starts_at=starts_at), self._clock.now())
        theirs = await uow.rsvps.find(post.subject_id, post.member_id)
        await (self._plan(uow, new, theirs) if post.member_id else uow.posts.plan(new))

    async def on_member_left(self, uow: UnitOfWork, event: MemberLeft) -> None:
        """Their answers for what is to begin are withdrawn, and their places go to those who wait."""
        now = self._clock.now()
        ahead = {s.id: s for s in await uow.sessions.upcoming(now, limit=_ALL) if s.starts_at > now}
        for session_id, rsvp in (await uow.rsvps.of_member(event.member_id, list(ahead))).items():
            await uow.rsvps.remove(session_id, event.member_id)
            await uow.record("rsvp.withdraw", None, f"session:{session_id}", before=facts(rsvp))
            await self._fill(uow, ahead[session_id])
            await uow.mirrors.refresh("announcement", session_id)

    async def on_restricted(self, uow: UnitOfWork, restriction: Restriction, actor_id: int) -> list[Session]:
        """Who is kept from sessions does not come to those in that time; returns them, by start.

        It is the moderator's act, so it is told as such, and not as an answer that somebody gave for them.
        """
        now = self._clock.now()
        ahead = {s.id: s for s in await uow.sessions.upcoming(now, limit=_ALL) if s.starts_at > now}
        theirs = await uow.rsvps.of_member(
            restriction.member_id, [i for i, s in ahead.items() if restriction.covers(s.starts_at)]
        )
        lost = [ahead[session_id] for session_id, rsvp in theirs.items() if rsvp.answer is not Answer.NOT_GOING]
        for session in lost:
            before = theirs[session.id]
            last = await uow.rsvps.last_place(session.id)
            after = replace(answered(before, Answer.NOT_GOING, session, before.member_id, 0, last, now), own=before.own)
            await uow.rsvps.put(after)
            await self._record(uow, actor_id, before, after)
            await self._fill(uow, session)
            await uow.mirrors.refresh("announcement", session.id)
            for hook in self._on_lost:
                await hook(uow, session, before, after, actor_id)
        return sorted(lost, key=lambda session: (session.starts_at, session.id))

    async def describe(self, uow: UnitOfWork, post: Post) -> Promotion | None:
        """What a promotion tells now; None if the person left again or there is nothing left to come to.

        Where a person's DMs are closed, the post goes to the session's thread and names them in its data.
        """
        shown = await view(uow, post.subject_id)
        untold = post.data.get("untold", 0)
        member_id = reader_of(post) or untold or next(iter(post.data.get("mentions", ())), 0)
        mine = shown.of(member_id)
        session = shown.session
        if session.state is not SessionState.SCHEDULED or session.starts_at <= self._clock.now():
            return None
        if mine is None or not mine.coming or mine.place != post.data["place"]:
            return None
        return Promotion(shown, member_id, bool(post.member_id), bool(untold))
