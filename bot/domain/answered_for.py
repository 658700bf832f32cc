"""Somebody for whom an organizer has answered: they are told in private, and confirm the answer or change it.

Nothing public names or mentions them until they do (see `bot.domain.rsvps.Rsvp.own`). Who may not be written to is not
told; the organizer learns that at once, and can tell them in person.
"""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from msgspec import Struct

from bot.domain.posts import NewPost, next_revision
from bot.domain.quiet import anew_in_peace, in_peace, renew_in_peace
from bot.domain.readers import reader_of
from bot.domain.rsvps import ANSWERED_FOR, Rsvp, tells
from bot.domain.sessions import SessionState, view

if TYPE_CHECKING:
    from bot.clock import Clock
    from bot.domain.posts import Post
    from bot.domain.sessions import Session, SessionEvent, SessionView
    from bot.domain.uow import UnitOfWork


class AnsweredFor(Struct, frozen=True):
    """What the person is told: the session, their answer, and which organizer gave it.

    `reader` is the person if it stands in their private thread (0: it is a direct message).
    """

    view: SessionView
    rsvp: Rsvp
    organizer_id: int
    reader: int


class AnsweredForService:
    """Tells people what organizers have answered for them, as a part of answers."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock

    # Parts in other features

    async def on_answered(
        self, uow: UnitOfWork, session: Session, before: Rsvp | None, after: Rsvp, actor_id: int
    ) -> None:
        """What was to be told of an earlier answer no longer holds; one by somebody else is told."""
        now, member_id = self._clock.now(), after.member_id
        earlier = await uow.posts.of_subject(ANSWERED_FOR, session.id)
        theirs = [post.id for post in earlier if reader_of(post) == member_id]
        await uow.posts.cancel([ANSWERED_FOR], session.id, "overtaken", only=theirs)
        if actor_id != member_id and await tells(uow, session, member_id, now):
            post = NewPost(
                ANSWERED_FOR,
                session.id,
                now,
                session.starts_at,
                member_id=member_id,
                revision=next_revision(earlier),
                starts_at=session.starts_at,
                quiet=True,
                data={"by": actor_id, "at": after.answered_at.isoformat()},
            )
            await uow.posts.plan(await in_peace(uow, post, now))

    async def on_moved(self, uow: UnitOfWork, event: SessionEvent) -> None:
        """What is about to be said tells the session's time too, and lives to its start."""
        await renew_in_peace(uow, ANSWERED_FOR, event.after, self._clock.now())

    async def dropped(self, uow: UnitOfWork, post: Post) -> None:
        """It was under way when its session changed, and came to nothing: it is said anew, if it is still true."""
        if await self.describe(uow, post) is not None:
            await anew_in_peace(uow, post, await uow.sessions.get(post.subject_id), self._clock.now())

    # What is told

    async def describe(self, uow: UnitOfWork, post: Post) -> AnsweredFor | None:
        """What the post says now; None if the answer is another by now, or the session nothing to come to."""
        shown = await view(uow, post.subject_id)
        rsvp, session = shown.of(reader_of(post)), shown.session
        if session.state is not SessionState.SCHEDULED or session.starts_at <= self._clock.now():
            return None
        if rsvp is None or rsvp.answered_at != datetime.fromisoformat(post.data["at"]):
            return None
        return AnsweredFor(shown, rsvp, post.data["by"], 0 if post.member_id else reader_of(post))
