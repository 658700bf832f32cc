"""Who may schedule what, and who is named as a session's host.

Organizers and moderators schedule in the group's name: such a session has no host. Any member of a group may schedule
a discussion, visit or social in it and is its host: named in the announcement, as they are shown beforehand, and coming
from the start. A host may change and cancel that session and no other.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

from bot.domain.errors import NotAllowed, StudyError
from bot.domain.groups import GroupNeeded, find_group, is_visible, visible_groups
from bot.domain.restrictions import require_free
from bot.domain.sessions.values import Session, SessionKind, SessionName

if TYPE_CHECKING:
    from datetime import datetime

    from bot.domain.actors import Actor
    from bot.domain.groups import StudyGroup
    from bot.domain.rsvps import Rsvp
    from bot.domain.uow import UnitOfWork

MOST_HOSTED = 2
"""Sessions that one person may host at a time in a community: scheduled and not over."""
USUAL_KIND: SessionKind = "discussion"
"""What a member hosts unless they say otherwise."""


class JoinToHost(StudyError):
    """Who wants to host a session in the group does not belong to it."""

    group: str


class JoinFirst(StudyError):
    """Who wants to host a session, in whatever group, belongs to none yet."""


class LectureNotHosted(StudyError):
    """Lectures are the organizers' to schedule; a member of the group hosts the other kinds."""

    group: str


class HostsEnough(StudyError):
    """The actor hosts as many sessions as one may: these, by start. They are over or cancelled before the next."""

    sessions: tuple[Session, ...]


def usual_kind(actor: Actor, group: StudyGroup) -> SessionKind:
    """What a session is of which nobody said the kind."""
    return "lecture" if actor.organizes(group) else USUAL_KIND


def host_for(actor: Actor, group: StudyGroup) -> int:
    """Who hosts what the actor schedules: they themselves, or nobody (0) if they do it in the group's name."""
    return 0 if actor.organizes(group) else actor.member_id


def may_change(actor: Actor, session: Session | SessionName, group: StudyGroup) -> bool:
    """Whether the actor may edit and cancel the session, if it is still ahead."""
    return actor.organizes(group) or session.host_id == actor.member_id


def require_change(actor: Actor, session: Session, group: StudyGroup) -> None:
    """Raise NotAllowed unless the actor may edit and cancel the session; it names its host only if it has one."""
    if not may_change(actor, session, group):
        raise NotAllowed(("host", "organizer", "moderator") if session.host_id else ("organizer", "moderator"))


def present_host(session: Session, rsvps: Iterable[Rsvp]) -> int:
    """Who is shown as the session's host; 0: it has none, or they said that they don't come.

    If only an organizer says that they come after all, they are not named.
    """
    here = (r for r in rsvps if r.member_id == session.host_id and r.answer != "not_going" and r.own)
    return session.host_id if session.host_id and any(here) else 0


def is_own(session: Session, member_id: int, answers: Mapping[int, Rsvp]) -> bool:
    """Whether the session is one of this person's own: they host it or said that they (may) come.

    `answers` are theirs, by session id. A host who does not come still has to see to it.
    """
    mine = answers.get(session.id)
    return session.host_id == member_id or (mine is not None and mine.answer != "not_going")


async def group_meant(uow: UnitOfWork, actor: Actor, text: str | None) -> StudyGroup:
    """As `find_group`; with nothing named and several to see, the only one in which the actor has a part.

    Raises:
        Unknown, GroupNeeded: it is not clear which.
    """
    try:
        return await find_group(uow, actor, text)
    except GroupNeeded:
        groups, mine = await visible_groups(uow, actor), await uow.memberships.of_member(actor.member_id)
        own = [g for g in groups.values() if g.id in mine or actor.member_id in g.organizers]
        if actor.moderator or len(own) != 1:
            raise
        return own[0]


async def check_scheduler(uow: UnitOfWork, actor: Actor, group: StudyGroup) -> None:
    """Whether the actor may schedule anything in the group.

    Raises:
        NotAllowed: only organizers may here.
        JoinToHost: members may, and the actor is none.
    """
    if actor.organizes(group):
        return
    if not (await uow.communities.get()).members_may_host:
        raise NotAllowed(("organizer", "moderator"))
    if group.id not in await uow.memberships.of_member(actor.member_id):
        raise JoinToHost(group.name)


async def check_any(uow: UnitOfWork, actor: Actor) -> None:
    """Whether there is a group in which the actor may schedule anything, if there are groups at all.

    Raises:
        NotAllowed: only organizers may here.
        JoinFirst: members may, and the actor is one nowhere.
    """
    groups = (await visible_groups(uow, actor)).values()
    if not groups or any(actor.organizes(group) for group in groups):
        return
    if not (await uow.communities.get()).members_may_host:
        raise NotAllowed(("organizer", "moderator"))
    if not {group.id for group in groups} & await uow.memberships.of_member(actor.member_id):
        raise JoinFirst


async def check_host(uow: UnitOfWork, actor: Actor, group: StudyGroup, kind: SessionKind, now: datetime) -> None:
    """Whether the actor may host one more session, of this kind, in the group; organizers always may.

    Raises:
        NotAllowed, JoinToHost: see `check_scheduler`.
        LectureNotHosted: that takes an organizer.
        Restricted: a moderator keeps them from sessions.
        HostsEnough: they host as many as one may.
    """
    if actor.organizes(group):
        return
    await check_scheduler(uow, actor, group)
    if kind == "lecture":
        raise LectureNotHosted(group.name)
    await require_free(uow, actor.member_id, "sessions", now, now, actor.member_id)
    open_ones = await hosted(uow, actor, now)
    if len(open_ones) >= MOST_HOSTED:
        raise HostsEnough(tuple(open_ones))


async def hosted(uow: UnitOfWork, actor: Actor, now: datetime) -> list[Session]:
    """What the actor hosts and can see, scheduled and not over, by start.

    What they can't see any more does not exist for them, and they could not cancel it to make room.
    """
    community = await uow.communities.get()
    ahead = await uow.sessions.hosted_by(actor.member_id, now)
    return [s for s in ahead if is_visible(await uow.groups.get(s.group_id), actor, community)]
