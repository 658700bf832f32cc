"""The pinned list of coming sessions, in the channel where a group's sessions are announced.

It is a mirror: one for each channel it ever stood in. Groups that share a channel share the list, and nobody who sees
the channel reads of a group whose channel they can't see. A session is on it from so far ahead as its group looks
(`look_ahead`); one planned earlier has a step for the moment at which it comes onto the list.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from msgspec import Struct

from bot.domain.groups import ahead_of

if TYPE_CHECKING:
    from bot.clock import Clock
    from bot.domain.communities import Community
    from bot.domain.groups import StudyGroup
    from bot.domain.mirrors import Mirror
    from bot.domain.sessions import Session, SessionEvent
    from bot.domain.steps import Step
    from bot.domain.uow import UnitOfWork

UPCOMING = "upcoming"
"""The mirror's kind; its subject is the channel's id."""
LISTED = "listed"
"""The step at which a session comes onto the list."""
MOST = 12
"""Sessions on the list: so many of the longest themes, groups and places fit."""
_ALL = 5000
_WIDTH = 256
"""More than the days that a group may look ahead."""


class Upcoming(Struct, frozen=True):
    """The list in one channel: its groups by id, the next sessions by start, and how many more there are."""

    groups: dict[int, StudyGroup]
    sessions: tuple[Session, ...]
    more: int


def place_of(group: StudyGroup, community: Community) -> int:
    """The channel in which the group's sessions are listed; 0: in none."""
    if not group.upcoming or group.archived_at is not None:
        return 0
    return group.channel_id or community.announcements_channel


class UpcomingService:
    """Keeps the lists where they should be, and what is on them up to date. `horizon_weeks` is the usual look ahead."""

    def __init__(self, clock: Clock, horizon_weeks: int = 8) -> None:
        self._clock = clock
        self._horizon = timedelta(weeks=horizon_weeks)

    async def on_session(self, uow: UnitOfWork, event: SessionEvent) -> None:
        """A session is planned, changed, off or over: the list of its group follows."""
        group = await uow.groups.get(event.after.group_id)
        place = place_of(group, await uow.communities.get()) if group.upcoming else 0
        if place:
            await uow.mirrors.refresh(UPCOMING, place)
            await self._plan(uow, group, event.after)

    async def on_group_changed(self, uow: UnitOfWork, before: StudyGroup, after: StudyGroup) -> None:
        """The list appears, goes, moves with the channel, or has another name or end."""
        community = await uow.communities.get()
        await self._move(uow, place_of(before, community), place_of(after, community), after)
        if place_of(after, community) and (before.upcoming, before.look_ahead) != (after.upcoming, after.look_ahead):
            for session in await uow.sessions.upcoming(self._clock.now(), group_id=after.id, limit=_ALL):
                await self._plan(uow, after, session)

    async def on_settings_changed(self, uow: UnitOfWork, before: Community, after: Community) -> None:
        """Groups without a channel of their own follow the announcements; all lists speak the community's language."""
        if (before.announcements_channel, before.language) == (after.announcements_channel, after.language):
            return
        for group in await uow.groups.all():
            if group.upcoming:
                await self._move(uow, place_of(group, before), place_of(group, after), group)

    async def listed(self, uow: UnitOfWork, step: Step) -> None:
        """A session that was planned long ago is near enough for the list now."""
        group = await uow.groups.get((await uow.sessions.get(step.subject_id)).group_id)
        await uow.mirrors.refresh(UPCOMING, place_of(group, await uow.communities.get()))

    async def describe(self, uow: UnitOfWork, mirror: Mirror) -> Upcoming | None:
        """What is on the list in this channel now; None where no group wants one any more."""
        now, community = self._clock.now(), await uow.communities.get()
        here = {g.id: g for g in await uow.groups.all() if place_of(g, community) == mirror.subject_id}
        if not here:
            return None
        ahead = [
            session
            for session in await uow.sessions.upcoming(now, limit=_ALL)
            if session.group_id in here and session.starts_at <= now + ahead_of(here[session.group_id], self._horizon)
        ]
        return Upcoming(here, tuple(ahead[:MOST]), max(0, len(ahead) - MOST))

    async def _move(self, uow: UnitOfWork, old: int, new: int, group: StudyGroup) -> None:
        if old:
            await uow.mirrors.refresh(UPCOMING, old)
        if new and new != old:
            await uow.mirrors.want(UPCOMING, new, parent_id=new)

    async def _plan(self, uow: UnitOfWork, group: StudyGroup, session: Session) -> None:
        ahead = ahead_of(group, self._horizon)
        due_at = session.starts_at - ahead
        if due_at > self._clock.now():
            # Moved, or looked at from another distance, it comes onto the list at another moment.
            await uow.steps.plan(LISTED, session.id, due_at, revision=session.revision * _WIDTH + ahead.days)
