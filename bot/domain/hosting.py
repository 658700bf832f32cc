"""A session whose host is no longer there: those who look after its group are told, once.

A host is there as long as they belong to the group and may come. The organizers hear of it by direct message, as far as
they may be written to; if none may, the moderators do in their log channel. It is said nowhere else: that somebody does
not come is not the group's business. The session itself stays as it is until somebody changes or cancels it. Whoever
has read that the host does not come hears as well that they (may) come after all, and nobody else does.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from msgspec import Struct

from bot.domain.members import dm_readers
from bot.domain.mirrors import announcement_of
from bot.domain.posts import NewPost, PostState, Settled, again, may_be_read, next_revision
from bot.domain.private_threads import reader_of
from bot.domain.quiet import anew_in_peace, in_peace, renew_in_peace
from bot.domain.rsvps import Answer
from bot.domain.sessions import SessionState

if TYPE_CHECKING:
    from bot.clock import Clock
    from bot.domain.groups import StudyGroup
    from bot.domain.members import MemberLeft
    from bot.domain.mirrors import Spot
    from bot.domain.posts import Post
    from bot.domain.rsvps import Rsvp
    from bot.domain.sessions import Session, SessionEvent
    from bot.domain.uow import UnitOfWork

KIND = "hostless"
"""The posts that tell of it; their subject is the session."""
Why = Literal["declined", "left group", "left server", "may come", "back"]
"""What the host did; "back": they come after all."""
_HERE = frozenset({"may come", "back"})
"""After these the host is no longer missed."""


class HostGone(Struct, frozen=True):
    """What organizers or moderators are told.

    `reader` is the organizer in whose private thread it stands (0: elsewhere); `private` is whether one organizer alone
    reads it, there or in a direct message; `announced` is where the session's announcement stands, if it has one.
    """

    session: Session
    group: StudyGroup
    host_id: int
    why: Why
    private: bool
    reader: int
    announced: Spot | None = None


class HostingService:
    """Tells of hosts who are no longer there, as a part of answers and departures."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock

    # Parts in other features

    async def on_answered(
        self, uow: UnitOfWork, session: Session, before: Rsvp | None, after: Rsvp, actor_id: int
    ) -> None:
        """A host who does not come is missed, unless that was known already; one who may come no longer is."""
        if after.member_id != session.host_id:
            return
        if after.answer is not Answer.NOT_GOING:
            if not after.coming:
                await self._tell_back(uow, session, "may come")
        elif (before is None or before.answer is not Answer.NOT_GOING) and await _belongs(uow, session):
            await self._tell(uow, session, after.member_id, "declined", actor_id)

    async def on_coming(self, uow: UnitOfWork, session: Session, member_id: int) -> None:
        """A host who was missed has a place again."""
        if member_id == session.host_id:
            await self._tell_back(uow, session, "back")

    async def on_joined(self, uow: UnitOfWork, group: StudyGroup, member_id: int) -> None:
        """Somebody belongs to the group again; what they host there they come to, if their answer still says so."""
        for session in await uow.sessions.hosted_by(member_id, self._clock.now()):
            theirs = await uow.rsvps.find(session.id, member_id)
            if session.group_id == group.id and theirs is not None and theirs.answer is not Answer.NOT_GOING:
                await self._tell_back(uow, session, "back" if theirs.coming else "may come")

    async def on_left(self, uow: UnitOfWork, group: StudyGroup, member_id: int) -> None:
        """Somebody has left the group; what they host there is still theirs, if they said that they come."""
        for session in await uow.sessions.hosted_by(member_id, self._clock.now()):
            if session.group_id == group.id and await _comes(uow, session):
                await self._tell(uow, session, member_id, "left group")

    async def on_member_left(self, uow: UnitOfWork, event: MemberLeft) -> None:
        """Whoever has left the server hosts nothing of what is to begin, also should they return.

        To be asked before the answers and memberships of that person are gone.
        """
        now = self._clock.now()
        for session in await uow.sessions.hosted_by(event.member_id, now):
            if session.starts_at <= now:
                continue
            missed = await _belongs(uow, session) and await _comes(uow, session)
            await uow.sessions.change(session.id, host_id=0)
            await uow.record(
                "session.unhost", None, f"session:{session.id}", {"host_id": event.member_id}, {"host_id": 0}
            )
            await uow.mirrors.refresh("announcement", session.id)
            if missed:
                await self._tell(uow, session, event.member_id, "left server")

    async def on_moved(self, uow: UnitOfWork, event: SessionEvent) -> None:
        """What is about to be said tells the session's time too, and lives to its start."""
        await renew_in_peace(uow, KIND, event.after, self._clock.now())

    async def dropped(self, uow: UnitOfWork, post: Post) -> None:
        """It was under way when its session changed, and came to nothing: it is said anew, if it is still wanted."""
        if await self.describe(uow, post) is not None:
            await anew_in_peace(uow, post, await uow.sessions.get(post.subject_id), self._clock.now())

    # What is told

    async def describe(self, uow: UnitOfWork, post: Post) -> HostGone | None:
        """What the post says now; None if it no longer holds, or is none of its reader's business any more."""
        session, host_id, why = await uow.sessions.get(post.subject_id), post.data["host"], post.data["why"]
        group, reader = await uow.groups.get(session.group_id), reader_of(post)
        if session.state is not SessionState.SCHEDULED or session.starts_at <= self._clock.now():
            return None
        here = session.host_id == host_id and await _belongs(uow, session) and await _comes(uow, session)
        if here != (why in _HERE):
            return None
        if reader and reader not in group.organizers:
            return None
        announced = await announcement_of(uow, session.id)
        return HostGone(session, group, host_id, why, bool(reader), 0 if post.member_id else reader, announced)

    async def undelivered(self, uow: UnitOfWork, result: Settled) -> None:
        """Whom it can't reach: the moderators are told instead, in the transaction that ends the post.

        Not of a host's return: if they had heard that the host is missed, they are told of that themselves.
        """
        post = result.post
        if result.state is PostState.UNDELIVERABLE and reader_of(post) and post.data["why"] not in _HERE:
            session = await uow.sessions.get(post.subject_id)
            await self._tell_moderators(uow, session, post.data["host"], post.data["why"], post.revision)

    async def _tell(self, uow: UnitOfWork, session: Session, host_id: int, why: Why, actor_id: int = 0) -> None:
        """Each organizer but the host and whoever did it for them, who knows."""
        now = self._clock.now()
        if session.starts_at <= now:
            return
        organizers = (await uow.groups.get(session.group_id)).organizers - {host_id, actor_id}
        readers = await dm_readers(uow, KIND, sorted(organizers))
        earlier = await uow.posts.of_subject(KIND, session.id)
        # The host was back before it was said: now it is said once, as it is.
        await uow.posts.cancel([KIND], session.id, "overtaken")
        revision = next_revision(earlier)
        for member_id in readers:
            post = NewPost(
                KIND,
                session.id,
                now,
                session.starts_at,
                member_id=member_id,
                revision=revision,
                starts_at=session.starts_at,
                quiet=True,
                data={"host": host_id, "why": why},
            )
            await uow.posts.plan(await in_peace(uow, post, now))
        if not readers and actor_id in (0, host_id):
            await self._tell_moderators(uow, session, host_id, why, revision)

    async def _tell_back(self, uow: UnitOfWork, session: Session, why: Literal["may come", "back"]) -> None:
        """Whoever has read that the host does not come is told, in the same place."""
        now = self._clock.now()
        if session.starts_at <= now or not await _belongs(uow, session):
            return
        earlier = await uow.posts.of_subject(KIND, session.id)
        await uow.posts.cancel([KIND], session.id, "overtaken")
        last = {(post.channel_id, post.member_id): post for post in earlier if may_be_read(post)}
        readers = await dm_readers(uow, KIND, sorted(reader for _channel, reader in last if reader))
        for post in last.values():
            if post.data["why"] not in ("back", why) and (not post.member_id or post.member_id in readers):
                changes = {"due_at": now, "expires_at": session.starts_at, "starts_at": session.starts_at}
                new = again(post, next_revision(earlier), data={**post.data, "why": why}, **changes)
                await uow.posts.plan(await in_peace(uow, new, now))

    async def _tell_moderators(self, uow: UnitOfWork, session: Session, host_id: int, why: Why, revision: int) -> None:
        now, log_channel = self._clock.now(), (await uow.communities.get()).log_channel
        if not log_channel or session.starts_at <= now:
            return
        post = NewPost(
            KIND,
            session.id,
            now,
            session.starts_at,
            log_channel,
            revision=revision,
            starts_at=session.starts_at,
            quiet=True,
            data={"host": host_id, "why": why},
        )
        await uow.posts.plan(await in_peace(uow, post, now))


async def _belongs(uow: UnitOfWork, session: Session) -> bool:
    """Whether the session's host belongs to its group."""
    return session.group_id in await uow.memberships.of_member(session.host_id)


async def _comes(uow: UnitOfWork, session: Session) -> bool:
    """Whether the session's host may come, also if only an organizer says so and nothing public names them."""
    theirs = await uow.rsvps.find(session.id, session.host_id)
    return theirs is not None and theirs.answer is not Answer.NOT_GOING
