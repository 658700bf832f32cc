"""What happens by itself after a lecture, and what each message says when it goes out.

An hour after the end the lecturer is thanked in private, and the group is asked silently what it took home. A week
later those who wrote something are asked in private whether they used it; the lecturer hears a few days later of how
many, and of nobody's name. The lecturer is told in private who wants to take it further.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from msgspec.structs import replace

from bot.domain.members import dm_readers
from bot.domain.posts import NewPost, PostState, next_revision
from bot.domain.quiet import plan_in_peace
from bot.domain.readers import for_its_reader, reader_of
from bot.domain.rotation.lecturing import lecturing_of
from bot.domain.sessions import SessionState
from bot.domain.takeaways.values import (
    AFTER,
    AFTER_END,
    ASK_USED,
    FOLLOW_UP,
    TAKE_HOME,
    TELL_USED,
    THANKS,
    TOLD_AFTER,
    USED_AFTER,
    Asked,
    Counted,
    Followed,
    Thanks,
    own,
    title_of,
)

if TYPE_CHECKING:
    from bot.clock import Clock
    from bot.domain.groups import StudyGroup
    from bot.domain.members import MemberLeft
    from bot.domain.posts import Post
    from bot.domain.sessions import Session, SessionEvent
    from bot.domain.steps import Step
    from bot.domain.uow import UnitOfWork

LIVES = timedelta(days=3)
"""So long each of these messages is worth saying."""


class AfterLectureService:
    """Thanks, asks and tells after lectures."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock

    # Parts in other features

    async def on_ended(self, uow: UnitOfWork, event: SessionEvent) -> None:
        """Something follows if somebody lectured."""
        session = event.after
        if (await lecturing_of(uow, session)).given:
            await uow.steps.plan(AFTER, session.id, max(session.ends_at, self._clock.now()) + AFTER_END)

    async def on_member_left(self, uow: UnitOfWork, event: MemberLeft) -> None:
        """They follow nothing up and wish for nothing; what they took home stays without their name."""
        await uow.takeaways.leave(event.member_id)
        await uow.topics.leave(event.member_id)

    # Steps

    async def after(self, uow: UnitOfWork, step: Step) -> None:
        """Thank the lecturer, ask the group, and ask again in a week."""
        session = await uow.sessions.get(step.subject_id)
        group = await uow.groups.get(session.group_id)
        # A guest is thanked by their host, who gets the words for it from `bot.domain.rotation.guests`.
        await self._write(uow, THANKS, session, (await lecturing_of(uow, session)).members)
        channel_id = group.channel_id or (await uow.communities.get()).announcements_channel
        if channel_id and group.archived_at is None:
            now = self._clock.now()
            post = NewPost(TAKE_HOME, session.id, now, now + LIVES, channel_id=channel_id, quiet=True, silent=True)
            await plan_in_peace(uow, [post], now)
        await uow.steps.plan(ASK_USED, session.id, session.ends_at + USED_AFTER)

    async def ask_used(self, uow: UnitOfWork, step: Step) -> None:
        """Ask those who took something home whether they used it."""
        session = await uow.sessions.get(step.subject_id)
        writers = [takeaway.member_id for takeaway in await uow.takeaways.of_session(session.id)]
        if writers:
            await self._write(uow, ASK_USED, session, writers)
            await uow.steps.plan(TELL_USED, session.id, self._clock.now() + TOLD_AFTER)

    async def tell_used(self, uow: UnitOfWork, step: Step) -> None:
        """Tell the lecturer how many used it; nothing goes out if nobody did, see `counted`."""
        session = await uow.sessions.get(step.subject_id)
        await self._write(uow, TELL_USED, session, await self._readers(uow, session))

    async def tell_follow_ups(self, uow: UnitOfWork, step: Step) -> None:
        """Tell the lecturer of those who want to take it further and of whom they were not told."""
        session = await uow.sessions.get(step.subject_id)
        posts = await uow.posts.of_subject(FOLLOW_UP, session.id)
        for reader in await self._readers(uow, session):
            theirs = [post for post in posts if reader_of(post) == reader and post.state is not PostState.CANCELLED]
            known = {each for post in theirs for each in post.data["follow_ups"]}
            new = [each.id for each in await uow.takeaways.follow_ups(session.id) if each.id not in known]
            if new:
                await self._write(uow, FOLLOW_UP, session, [reader], {"follow_ups": new}, next_revision(posts))

    async def _readers(self, uow: UnitOfWork, session: Session) -> Sequence[int]:
        """Who gave the lecture; for a guest the host. Also those who take no messages: `_write` leaves them out."""
        return (await lecturing_of(uow, session)).readers

    async def _write(
        self,
        uow: UnitOfWork,
        kind: str,
        session: Session,
        member_ids: Sequence[int],
        data: Mapping[str, Any] | None = None,
        revision: int = 0,
    ) -> None:
        """Plan a private message about a lecture to each of these people, as far as they take such messages."""
        now = self._clock.now()
        posts = [
            NewPost(
                kind, session.id, now, now + LIVES, member_id=reader, revision=revision, quiet=True, data=data or {}
            )
            for reader in await dm_readers(uow, kind, member_ids)
        ]
        await plan_in_peace(uow, [for_its_reader(post) for post in posts], now)

    # What each message says

    async def thanks(self, uow: UnitOfWork, post: Post) -> Thanks | None:
        """To the lecturer: how many came, from how many industries."""
        session, group = await _about(uow, post)
        lecturing = (await lecturing_of(uow, session)).readers
        came = [rsvp.member_id for rsvp in await uow.rsvps.of_session(session.id) if rsvp.coming]
        others = [member_id for member_id in came if member_id not in lecturing]
        industries = await uow.profiles.main_industries(others)
        different = {industry.key for industry in industries.values()}
        return Thanks(session, group, len(others), len(different), _in_thread(post))

    async def take_home(self, uow: UnitOfWork, post: Post) -> Asked | None:
        """To the group's channel."""
        session, group = await _about(uow, post)
        return Asked(session, group) if session.state is SessionState.ENDED else None

    async def asked_used(self, uow: UnitOfWork, post: Post) -> Asked | None:
        """To who took something home; None once they have taken it back, or have said so already."""
        session, group = await _about(uow, post)
        takeaway = own(await uow.takeaways.of_session(session.id), reader_of(post))
        if takeaway is None or takeaway.used == "yes":
            return None
        return Asked(session, group, takeaway, _in_thread(post))

    async def counted(self, uow: UnitOfWork, post: Post) -> Counted | None:
        """To the lecturer, as a number."""
        session, group = await _about(uow, post)
        takeaways = await uow.takeaways.of_session(session.id)
        used = sum(takeaway.used == "yes" for takeaway in takeaways)
        return Counted(session, group, used, len(takeaways), _in_thread(post)) if used else None

    async def followed(self, uow: UnitOfWork, post: Post) -> Followed | None:
        """To the lecturer: who wants to take it further; None if all have thought better of it."""
        session, group = await _about(uow, post)
        wanted = post.data["follow_ups"]
        found = [each for each in await uow.takeaways.follow_ups(session.id) if each.id in wanted]
        named = tuple(each.member_id for each in found if each.named)
        return Followed(session, group, named, len(found) - len(named), _in_thread(post)) if found else None


async def _about(uow: UnitOfWork, post: Post) -> tuple[Session, StudyGroup]:
    """The session, called by what was lectured about: all dates of a series have the same name."""
    session = await uow.sessions.get(post.subject_id)
    return replace(session, theme=await title_of(uow, session)), await uow.groups.get(session.group_id)


def _in_thread(post: Post) -> int:
    """The reader's id where it stands in their private thread; 0: in a direct message."""
    return 0 if post.member_id else reader_of(post)
