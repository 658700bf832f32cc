"""A private thread with one person: where they are told what is theirs alone when no direct message can tell them.

A person has at most one in a community; it is a mirror, made when it is first needed. What waits for it is the direct
message that could not be delivered: the row stays, and is said anew in the thread, in the transaction that stores its
id. Never in a public place: that somebody declined is nobody else's business.

Their direct messages are closed, or Discord takes none; or it is night, and what they come to can't wait for the
morning. Then the thread tells them silently, as a channel tells those who are named there.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct

from bot.domain.members import DM_POSTS, DMS_CLOSED
from bot.domain.mirrors import MirrorState
from bot.domain.patience import PAUSED
from bot.domain.posts import PostState, Settled, again
from bot.domain.quiet import QUIET, in_peace
from bot.domain.readers import READER, is_by_dm_only, is_for_its_reader, reader_of
from bot.domain.restricting import KIND as RESTRICTED
from bot.domain.rsvps import ANSWERED_FOR, Answer
from bot.domain.told import CHANGES

if TYPE_CHECKING:
    from bot.clock import Clock
    from bot.domain.communities import Community
    from bot.domain.mirrors import Mirror
    from bot.domain.posts import Post
    from bot.domain.uow import UnitOfWork

KIND = "private"
"""The kind of these mirrors; their subject is the person's number in the community."""
_LECTURES = (*DM_POSTS["turns"], *DM_POSTS["arranging"], *DM_POSTS["guests"], *DM_POSTS["box"], *DM_POSTS["after"])
_OF_THE_COMMUNITY = (
    RESTRICTED,
    *DM_POSTS["pairing"],
    *DM_POSTS["introductions"],
    *DM_POSTS["year"],
    *DM_POSTS["questions"],
    *DM_POSTS["tending"],
    *DM_POSTS["thanks"],
    *DM_POSTS["spinoffs"],
    *DM_POSTS["asks"],
)
"""The kinds that are about no session: their threads stand where the community's announcements do."""
PERSONAL = (*CHANGES, *DM_POSTS["hosts"], *_LECTURES, ANSWERED_FOR, *_OF_THE_COMMUNITY)
"""The kinds of direct messages that are told in private only."""
_AT_TIMES = ("promotion", "evening", "dawn", "before")
"""The kinds that are told in private only to those who are not to be named where others read."""
_GONE = "404 10003"
"""Why a post ends whose thread no longer exists."""


class PrivateThread(Struct, frozen=True):
    """The thread of one person: `number` marks it, so that one made just before a crash is found again."""

    number: int
    member_id: int
    community: Community

    @property
    def members(self) -> tuple[int, ...]:
        """Who belongs to it."""
        return (self.member_id,)


class PrivateThreadService:
    """Tells people in their private threads."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock

    async def undelivered(self, uow: UnitOfWork, result: Settled) -> bool:
        """Say it in the private thread, in the transaction that ends the post; True if nothing else is to be done."""
        post = result.post
        if result.state is not PostState.UNDELIVERABLE or not _is_personal(post) or not reader_of(post):
            return False
        if not post.member_id:
            return result.reason == _GONE and await self._lost(uow, post)
        by_night = result.reason == QUIET and await _is_for_the_night(uow, post)
        if result.reason not in (DMS_CLOSED, PAUSED) and not by_night:
            return False
        number = await uow.members.number_of(post.member_id)
        mirror = await uow.mirrors.find(KIND, number)
        if mirror is not None and mirror.state is MirrorState.LIVE and mirror.remote_id:
            # Whoever has left the thread is let in again.
            await uow.mirrors.refresh(KIND, number)
            await self._say(uow, post, mirror.remote_id, silent=by_night)
        elif number and (mirror is None or mirror.state is not MirrorState.LIVE):
            parent_id = await _parent_of(uow, post)
            if parent_id:
                await uow.mirrors.want(KIND, number, parent_id=parent_id)
        return True

    async def describe(self, uow: UnitOfWork, mirror: Mirror) -> PrivateThread | None:
        """Whose thread it is; None: they have left."""
        member = await uow.members.numbered(mirror.subject_id)
        if member is None or member.used_at is None:
            return None
        return PrivateThread(mirror.subject_id, member.member_id, await uow.communities.get())

    async def made(self, uow: UnitOfWork, mirror: Mirror, thread_id: int) -> None:
        """What could not be told by direct message is told in the thread, as long as it is still worth telling."""
        member = await uow.members.numbered(mirror.subject_id)
        if member is not None:
            for post in await uow.members.undelivered(member.member_id, (*PERSONAL, *_AT_TIMES)):
                if _is_personal(post) and not await self._told(uow, post):
                    await self._say(uow, post, thread_id, silent=post.reason == QUIET)

    async def _say(self, uow: UnitOfWork, post: Post, thread_id: int, *, silent: bool) -> None:
        now = self._clock.now()
        if now >= post.expires_at:
            return
        data = {**post.data, READER: post.member_id}
        new = again(post, post.revision, due_at=now, channel_id=thread_id, member_id=0, silent=silent, data=data)
        await uow.posts.plan(await in_peace(uow, new, now))

    async def _told(self, uow: UnitOfWork, post: Post) -> bool:
        """Whether an earlier private thread said it, which somebody has deleted since."""
        return any(
            each.state is PostState.SENT and each.revision == post.revision and reader_of(each) == post.member_id
            for each in await uow.posts.of_subject(post.kind, post.subject_id)
        )

    async def _lost(self, uow: UnitOfWork, post: Post) -> bool:
        """Somebody deleted the thread just now: it is made again, since there is something to say in it."""
        number = await uow.members.number_of(reader_of(post))
        mirror = await uow.mirrors.find(KIND, number)
        if mirror is None or mirror.remote_id != post.channel_id:
            return False
        await uow.mirrors.want(KIND, number, parent_id=mirror.parent_id, anew=True)
        return True


async def has_thread(uow: UnitOfWork, member_id: int) -> bool:
    """Whether this person's private thread is there, or to be made."""
    mirror = await uow.mirrors.find(KIND, await uow.members.number_of(member_id))
    return mirror is not None and mirror.state is MirrorState.LIVE


async def _parent_of(uow: UnitOfWork, post: Post) -> int:
    """In which channel the thread is made, 0 if there is none."""
    community = await uow.communities.get()
    if post.kind in _OF_THE_COMMUNITY:
        return community.announcements_channel
    session = await uow.sessions.get(post.subject_id)
    return (await uow.groups.get(session.group_id)).channel_id or community.announcements_channel


def _is_personal(post: Post) -> bool:
    return not is_by_dm_only(post) and (post.kind in PERSONAL or is_for_its_reader(post))


async def _is_for_the_night(uow: UnitOfWork, post: Post) -> bool:
    """Whether it is for somebody who comes, or who was put down, and so can't be left unsaid.

    Whoever declined need not hear at night of what they don't come to.
    """
    if is_for_its_reader(post) or post.kind == ANSWERED_FOR:
        return True
    theirs = await uow.rsvps.find(post.subject_id, post.member_id) if post.kind in CHANGES else None
    return theirs is not None and theirs.answer is not Answer.NOT_GOING
