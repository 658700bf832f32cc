"""Guests: lecturers without an account, each looked after by a member, their host.

A guest has a turn with member id 0, and what the turn does not say stands here. Their name, affiliation, topic and a
few words about them stand in the announcement; the fee is for their host and the organizers alone. The host is told
what is to be done, two days before and afterwards, and of whatever the guest has to hear.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Literal, Protocol

from msgspec import Struct
from msgspec.structs import asdict, replace

from bot.domain.members import dm_readers
from bot.domain.posts import NewPost, PostState, next_revision
from bot.domain.quiet import in_peace
from bot.domain.readers import reader_of
from bot.domain.rotation.saying import MATERIALS_BEFORE, say_to
from bot.domain.sessions import SessionState

if TYPE_CHECKING:
    from bot.clock import Clock
    from bot.domain.communities import Community
    from bot.domain.groups import StudyGroup
    from bot.domain.members import MemberLeft
    from bot.domain.posts import Post
    from bot.domain.sessions import Session, SessionEvent
    from bot.domain.uow import UnitOfWork

NEWS = "guest_news"
"""To the host: they look after the guest, or the guest is to be told of something."""
PREPARE = "guest_prepare"
"""To the host two days before: who meets the guest, and when."""
THANKS = "guest_thanks"
"""To the host when the session is over: a text to thank with."""
KINDS = (NEWS, PREPARE, THANKS)
ARRIVAL = timedelta(minutes=15)
"""A guest is asked to be there so long before the start."""
THANKS_LIVE = timedelta(days=7)

Title = Literal["様", "先生"]
"""How the guest is addressed in Japanese."""
News = Literal["host", "changed", "another", "moved", "edited", "cancelled", "off"]
"""What the host hears: they look after the guest; what is said of the guest has changed; somebody else looks after them
now; the session has another time; something else of it has changed; it is called off; the guest is not to lecture."""
_TELLS_ALL = ("host", "changed", "moved", "edited")
"""News with the invitation, which says all that holds when it goes out."""
_MATTERS = ("theme", "venue", "link", "duration")
"""What a guest has to know of a session beside its time."""


class Guest(Struct, frozen=True):
    """Who lectures at a session without an account, as the organizers wrote it; "" where they wrote nothing.

    `host_id` is the member who looks after them.
    """

    session_id: int
    host_id: int
    name: str
    title: Title = "様"
    affiliation: str = ""
    topic: str = ""
    bio: str = ""
    fee: str = ""


class GuestRepository(Protocol):
    """The guests of one community."""

    async def of(self, session_id: int) -> Guest | None:
        """The guest of a session."""
        ...

    async def hosted_by(self, member_id: int) -> list[Guest]:
        """The guests whom this member looks after, in order of their sessions' ids."""
        ...

    async def put(self, guest: Guest) -> None:
        """Write or replace what is known of a session's guest."""
        ...

    async def remove(self, session_id: int) -> None:
        """Forget a session's guest."""
        ...


class ForHost(Struct, frozen=True):
    """What a host is told of their guest; `news` where it is news.

    `reader` is the host's id where it stands in their private thread (0: in a direct message).
    """

    kind: str
    session: Session
    group: StudyGroup
    community: Community
    guest: Guest
    news: News | None = None
    reader: int = 0


async def look_after(
    uow: UnitOfWork, session: Session, guest: Guest, before: Guest | None, actor_id: int | None, now: datetime
) -> bool:
    """A guest comes, or is written of anew: it is kept, and their host hears of it; False if the host can't be told."""
    await uow.guests.put(guest)
    if before is None or before.host_id != guest.host_id:
        if before is not None:
            await _tell(uow, session, before, "another", actor_id, now)
        await _plan_ahead(uow, session, guest, now)
        return await _tell(uow, session, guest, "host", actor_id, now)
    return await _tell_change(uow, session, guest, "changed", actor_id, now)


async def forget_guest(uow: UnitOfWork, session: Session, guest: Guest, actor_id: int, now: datetime) -> bool:
    """A guest does not come: nothing is kept of them, and their host hears of it; False if the host can't be told."""
    await uow.guests.remove(session.id)
    await uow.posts.cancel(KINDS, session.id, "taken off")
    return await _tell(uow, session, guest, "off", actor_id, now)


async def _tell(
    uow: UnitOfWork, session: Session, guest: Guest, news: News, actor_id: int | None, now: datetime
) -> bool:
    """Tell the host, unless it is their own act. What they are told of outlives the guest's row."""
    if guest.host_id == actor_id:
        return True
    data = {"news": news, "guest": asdict(guest)}
    return await say_to(uow, NEWS, session, guest.host_id, now, data)


async def _tell_change(
    uow: UnitOfWork, session: Session, guest: Guest, news: News, actor_id: int | None, now: datetime
) -> bool:
    """Tell the host of a change, unless what is about to be said tells it."""
    for post in await uow.posts.of_subject(NEWS, session.id):
        waits = post.state is PostState.PLANNED and reader_of(post) == guest.host_id
        if waits and post.data["news"] in _TELLS_ALL:
            return True
    return await _tell(uow, session, guest, news, actor_id, now)


async def _plan_ahead(uow: UnitOfWork, session: Session, guest: Guest, now: datetime) -> None:
    """What the host is told two days before, and when it is over; what was planned before no longer holds."""
    await uow.posts.cancel([PREPARE, THANKS], session.id, "planned anew")
    if not await dm_readers(uow, PREPARE, [guest.host_id]):
        return
    prepare_at = session.starts_at - MATERIALS_BEFORE
    times = ((PREPARE, prepare_at, session.starts_at), (THANKS, session.ends_at, session.ends_at + THANKS_LIVE))
    for kind, due_at, expires_at in times:
        if due_at > now:
            revision = next_revision(await uow.posts.of_subject(kind, session.id))
            post = NewPost(kind, session.id, due_at, expires_at, member_id=guest.host_id, revision=revision, quiet=True)
            await uow.posts.plan(await in_peace(uow, post, now))


async def _guest_of(uow: UnitOfWork, session: Session) -> Guest | None:
    """The guest of a session; where nobody was ever put down to lecture, nothing is asked for it."""
    return await uow.guests.of(session.id) if await uow.rotation.is_kept(session.group_id) else None


class GuestService:
    """The guests' part in a session's life, and what their hosts are told."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock

    async def on_moved(self, uow: UnitOfWork, event: SessionEvent) -> None:
        """The guest has to hear of it, and what is to be done is due at other times."""
        session, now = event.after, self._clock.now()
        if (guest := await _guest_of(uow, session)) is not None:
            await _plan_ahead(uow, session, guest, now)
            await _tell(uow, session, guest, "moved", event.actor_id, now)

    async def on_edited(self, uow: UnitOfWork, event: SessionEvent) -> None:
        """The guest has to hear where they are to go, or how long they have."""
        before, session, now = event.before, event.after, self._clock.now()
        if all(getattr(before, name, None) == getattr(session, name) for name in _MATTERS):
            return
        if (guest := await _guest_of(uow, session)) is not None:
            await _plan_ahead(uow, session, guest, now)
            await _tell_change(uow, session, guest, "edited", event.actor_id, now)

    async def on_cancelled(self, uow: UnitOfWork, event: SessionEvent) -> None:
        """The guest has to hear of it."""
        session = event.after
        if (guest := await _guest_of(uow, session)) is not None:
            await uow.posts.cancel(KINDS, session.id, "cancelled")
            await _tell(uow, session, guest, "cancelled", event.actor_id, self._clock.now())

    async def on_member_left(self, uow: UnitOfWork, event: MemberLeft) -> None:
        """Whoever invited a guest, or another organizer, looks after the guest from now on, and is told."""
        now = self._clock.now()
        for guest in await uow.guests.hosted_by(event.member_id):
            session = await uow.sessions.get(guest.session_id)
            if session.state is not SessionState.SCHEDULED or session.starts_at <= now:
                continue
            turns = (await uow.rotation.turns([session.id])).get(session.id, ())
            inviters = [turn.asked_by for turn in turns if turn.is_standing and not turn.member_id]
            organizers = sorted((await uow.groups.get(session.group_id)).organizers)
            others = [each for each in (*inviters, *organizers) if each != event.member_id]
            if heirs := await dm_readers(uow, NEWS, others):
                await look_after(uow, session, replace(guest, host_id=heirs[0]), guest, None, now)

    async def told(self, uow: UnitOfWork, post: Post) -> ForHost | None:
        """What a host is told; None if it no longer holds."""
        session, reader = await uow.sessions.get(post.subject_id), reader_of(post)
        news, guest = post.data.get("news"), await uow.guests.of(session.id)
        called_off = session.state is SessionState.CANCELLED
        if called_off is not (news == "cancelled") or (post.kind != THANKS and session.starts_at <= self._clock.now()):
            return None
        if news in ("another", "off"):
            if guest is not None and guest.host_id == reader:
                return None
            guest = Guest(**post.data["guest"])
        if guest is None or guest.host_id != reader:
            return None
        group, community = await uow.groups.get(session.group_id), await uow.communities.get()
        return ForHost(post.kind, session, group, community, guest, news, 0 if post.member_id else reader)
