"""Quiet hours, applied when something is planned and again before each attempt.

They never hold what pings people who said that they come. A message that pings nobody waits for their end or, if that
is too late, goes out shortly before they begin. When a reminder falls due that moment has passed, so a step of its own
looks then whether there is something to say early.
"""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from msgspec.structs import replace

from bot.domain.calendar import Held, hold
from bot.domain.communities import Community, quiet_hours
from bot.domain.posts import NewPost, Post, PostState, again, next_revision, unsent
from bot.domain.readers import reader_of, reader_zone
from bot.domain.steps import StepState
from bot.domain.zones import zone_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.domain.sessions import Session
    from bot.domain.steps import Step
    from bot.domain.uow import UnitOfWork

QUIET = "quiet hours"
"""Why a post waits, or can't be a direct message."""


def held(post: NewPost | Post, community: Community, now: datetime, own_zone: str = "") -> Held:
    """When a post may go out, at its time or from now on; asked when it is planned and before each attempt.

    Of what one person alone reads, the hours are those on that person's clock: `own_zone` ("": the community's).
    """
    due_at = max(post.due_at, now)
    if not post.quiet:
        return Held(due_at)
    zone = zone_of(own_zone or community.time_zone)
    return hold(due_at, quiet_hours(community), zone, post.starts_at, now, post.expires_at)


def is_quiet(community: Community, instant: datetime) -> bool:
    """Whether the instant lies in the community's quiet hours."""
    quiet = quiet_hours(community)
    return quiet is not None and quiet.contains(instant, ZoneInfo(community.time_zone))


def early_step(kind: str) -> str:
    """The step in which a reminder of this kind is looked at before the quiet hours."""
    return f"{kind}_early"


async def in_peace(uow: UnitOfWork, post: NewPost, now: datetime) -> NewPost:
    """The post to be planned, with the time to which quiet hours hold it."""
    if not post.quiet:
        return post
    return _in_peace(post, await uow.communities.get(), now, await reader_zone(uow, post))


async def plan_in_peace(uow: UnitOfWork, posts: Sequence[NewPost], now: datetime) -> None:
    """Plan posts as `in_peace` has them, in as few statements for many people as for one."""
    if posts:
        community = await uow.communities.get()
        zones = await uow.profiles.time_zones({reader_of(post) for post in posts} - {0})
        held_posts = [_in_peace(post, community, now, zones.get(reader_of(post), "")) for post in posts]
        await uow.posts.plan_all(held_posts)


async def renew_in_peace(uow: UnitOfWork, kind: str, session: Session, now: datetime) -> None:
    """After a move: what is about to be said of the session tells its new time, and lives to its start."""
    await uow.posts.renew(kind, session.id, "moved")
    waiting = [post for post in await uow.posts.of_subject(kind, session.id) if unsent(post)]
    times = {"expires_at": session.starts_at, "starts_at": session.starts_at}
    await plan_in_peace(uow, [again(post, post.revision, **times) for post in waiting], now)


async def anew_in_peace(uow: UnitOfWork, post: Post, session: Session, now: datetime, *, key: str = "") -> None:
    """What a change of the session overtook under way has never arrived: it is said anew, unless a later post says it.

    `key`: in their data, posts that say the same have the same value of this.
    """
    written = await uow.posts.of_subject(post.kind, session.id)
    to, about = reader_of(post) or post.channel_id, post.data.get(key)
    later = [
        each
        for each in written
        if each.revision > post.revision
        and (reader_of(each) or each.channel_id) == to
        and each.data.get(key) == about
        and each.state is not PostState.CANCELLED
    ]
    if not later:
        times = {"expires_at": session.starts_at, "starts_at": session.starts_at}
        await uow.posts.plan(await in_peace(uow, again(post, next_revision(written), **times), now))


def _in_peace(post: NewPost, community: Community, now: datetime, own_zone: str) -> NewPost:
    at = held(post, community, now, own_zone).at
    return replace(post, not_before=at) if at > max(post.due_at, now) else post


async def plan_early(
    uow: UnitOfWork,
    community: Community,
    kind: str,
    subject_id: int,
    due_at: datetime,
    now: datetime,
    *,
    starts_at: datetime | None,
    expires_at: datetime | None = None,
    revision: int = 0,
) -> None:
    """Look at a reminder early if quiet hours would hold it until it is too late, and else no more.

    The other arguments are those of its own step, which stays as it is: people who come by then are reminded in time.
    """
    zone = ZoneInfo(community.time_zone)
    at = hold(due_at, quiet_hours(community), zone, starts_at, now, expires_at).at
    if at < due_at:
        await uow.steps.plan(early_step(kind), subject_id, at, revision=revision)
        return
    found = await uow.steps.find(early_step(kind), subject_id, revision)
    if found is not None and found.state is StepState.PLANNED and found.due_at > now:
        await uow.steps.cancel([early_step(kind)], subject_id)


async def may_be_early(uow: UnitOfWork, kind: str, step: Step, now: datetime) -> bool:
    """Whether an early step comes in time: the reminder's own is still ahead, and it is not quiet yet."""
    own = await uow.steps.find(kind, step.subject_id, step.revision)
    ahead = own is not None and own.state is StepState.PLANNED and own.due_at > now
    return ahead and not is_quiet(await uow.communities.get(), now)


async def hold_again(uow: UnitOfWork, now: datetime, reader: int = 0) -> None:
    """After a change of quiet hours or of a zone: what waits, waits for their new end; `reader`: only this person's."""
    community = await uow.communities.get()
    for post in await uow.posts.held_back():
        if reader and reader_of(post) != reader:
            continue
        at = held(post, community, now, await reader_zone(uow, post)).at
        if at != max(post.not_before, now):
            await uow.posts.postpone(post, at)
