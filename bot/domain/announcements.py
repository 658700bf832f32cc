"""Which sessions are announced, and when.

A session of a series is announced some days ahead, the next one always, and no more than two of a series are opened; a
one-off session is announced at once. An announcement is three mirrors: the message, its thread and the native event.
What opens is decided from the rows alone, so planning again or starting anew opens nothing twice.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from bot.domain.calendar import to_instant, to_local
from bot.domain.mirrors import MirrorState, thread_of
from bot.domain.posts import again, unsent
from bot.domain.sessions import Session, SessionEvent, SessionState
from bot.domain.zones import zone_of

if TYPE_CHECKING:
    from bot.clock import Clock
    from bot.domain.communities import Community
    from bot.domain.groups import StudyGroup
    from bot.domain.steps import Step
    from bot.domain.uow import UnitOfWork, Units

ANNOUNCE = "announce"
"""The step at which a session of a series may be announced."""
ANNOUNCEMENT, THREAD, EVENT = "announcement", "thread", "event"
MIRRORS = (ANNOUNCEMENT, THREAD, EVENT)
FAREWELL = "farewell"
"""The mirror of a message that announced a session until its group moved to another channel; its subject is its id."""
_ALL = 5000
CHECKED = timedelta(days=2)
"""Announcements of sessions that begin within this time are looked at every night."""
SAID = ("evening", "dawn", "before", "start", "moved", "edited", "promotion")
"""What is said of a coming session in its channel or thread."""
MOST_OPEN = 2
"""Open announcements of one series."""


async def bid_farewell(
    uow: UnitOfWork,
    message_id: int,
    channel_id: int,
    made_at: datetime | None = None,
    *,
    session_id: int = 0,
    begun_at: datetime | None = None,
) -> None:
    """Have a message say no more of the session that it announced until it was to be announced elsewhere.

    If its id is not known (0), since its making had only begun at `begun_at`, it is looked for by the session's.
    """
    subject_id = message_id or -session_id
    await uow.mirrors.want(FAREWELL, subject_id, parent_id=channel_id, anew=not message_id)
    farewell = await uow.mirrors.find(FAREWELL, subject_id)
    assert farewell is not None
    await uow.mirrors.store(farewell, remote_id=message_id, made_at=made_at, begun_at=begun_at)


def announce_at(session: Session, days_before: int, zone: ZoneInfo) -> datetime:
    """When a session of a series may be announced: at the same time on the clock, so many days before (UTC)."""
    local = to_local(session.starts_at, zone).replace(tzinfo=None)
    return to_instant(local - timedelta(days=days_before), zone)


def to_announce(
    sessions: Sequence[Session], now: datetime, days_before: int, zone: ZoneInfo, most: int = MOST_OPEN
) -> list[Session]:
    """Which of these sessions, all of one series or one-offs, are to be announced now, by start.

    Only sessions that are scheduled and not over count. The next of a series is always open, and at most `most` are:
    only a move that puts an unannounced one before those that stand adds to them, since nobody could answer otherwise.
    """
    ahead = sorted(
        (s for s in sessions if s.state is SessionState.SCHEDULED and s.ends_at > now),
        key=lambda s: (s.starts_at, s.id),
    )
    opened = sum(s.announced_at is not None for s in ahead if s.series_id is not None)
    result: list[Session] = []
    for place, session in enumerate(ahead):
        if session.announced_at is not None:
            continue
        if session.series_id is None:
            result.append(session)
        elif place == 0 or (opened < most and announce_at(session, days_before, zone) <= now):
            result.append(session)
            opened += 1
    return result


class AnnouncementService:
    """Opens announcements and keeps them up to date, as hooks of a session's life."""

    def __init__(self, units: Units, clock: Clock) -> None:
        self._units = units
        self._clock = clock

    async def on_scheduled(self, uow: UnitOfWork, event: SessionEvent) -> None:
        """Open it if its time has come, else plan the step."""
        await self._plan(uow, event.after)
        if await self._may_open(uow, event.after):
            await self._open(uow, event.after)

    async def on_moved(self, uow: UnitOfWork, event: SessionEvent) -> None:
        """Its announcement follows; an unannounced one may be due at another time, or be the next now."""
        await uow.steps.cancel([ANNOUNCE], event.after.id)
        await self._plan(uow, event.after)
        await self.refresh(uow, event.after.id)
        await self._open(uow, event.after)

    async def on_edited(self, uow: UnitOfWork, event: SessionEvent) -> None:
        """Its announcement follows."""
        await self.refresh(uow, event.after.id)

    async def on_cancelled(self, uow: UnitOfWork, event: SessionEvent) -> None:
        """Its announcement says so, and the next of the series may open."""
        await uow.steps.cancel([ANNOUNCE], event.after.id)
        await self.refresh(uow, event.after.id)
        await self._open(uow, event.after)

    async def on_ended(self, uow: UnitOfWork, event: SessionEvent) -> None:
        """As `on_cancelled`."""
        await self.on_cancelled(uow, event)

    async def announce(self, uow: UnitOfWork, step: Step) -> None:
        """The step's handler."""
        await self._open(uow, await uow.sessions.get(step.subject_id))

    async def open_due(self, guild_id: int) -> None:
        """Open whatever is due in a community.

        The steps do this in time; here is caught what no step can know: another number of days, a channel set later.
        """
        async with self._units(guild_id) as uow:
            await self._open_all(uow)

    async def on_settings_changed(self, uow: UnitOfWork, before: Community, after: Community) -> None:
        """Another channel opens what waited for one; another language or zone shows in all that is announced."""
        if before.announcements_channel != after.announcements_channel:
            await self._open_all(uow)
        renamed = (before.language, before.time_zone) != (after.language, after.time_zone)
        switched = before.native_events != after.native_events
        for session in await uow.sessions.upcoming(self._clock.now(), limit=_ALL):
            if session.announced_at is None:
                continue
            if renamed:
                await self.refresh(uow, session.id)
            if switched:
                # Wanted either way: what it should show, or that it should go, is read when it is reconciled.
                await uow.mirrors.want(EVENT, session.id)

    async def on_group_changed(self, uow: UnitOfWork, before: StudyGroup, after: StudyGroup) -> None:
        """Another name shows in what is announced; other days ahead, or another channel, change what opens when."""
        ahead = await uow.sessions.upcoming(self._clock.now(), group_id=after.id, limit=_ALL)
        for session in ahead:
            if before.name != after.name:
                await self.refresh(uow, session.id)
            if before.announce_days_before != after.announce_days_before:
                await uow.steps.cancel([ANNOUNCE], session.id)
                await self._plan(uow, session)
        if before.announce_days_before != after.announce_days_before or before.channel_id != after.channel_id:
            await self._open_all(uow, after.id)

    async def _open_all(self, uow: UnitOfWork, group_id: int | None = None) -> None:
        seen: set[int] = set()
        for session in await uow.sessions.upcoming(self._clock.now(), group_id=group_id, limit=_ALL):
            if session.announced_at is not None:
                await self._rehome(uow, session)
            if session.series_id is None and session.announced_at is None:
                await self._open(uow, session)
            elif session.series_id is not None and session.series_id not in seen:
                seen.add(session.series_id)
                await self._open(uow, session)

    async def _rehome(self, uow: UnitOfWork, session: Session) -> None:
        """An announcement goes where its group's announcements go now; the old message says no more of the session.

        Who reads the old channel may not see the new one. What people wrote in the old thread is left to them.
        """
        group = await uow.groups.get(session.group_id)
        channel_id = group.channel_id or (await uow.communities.get()).announcements_channel
        shown = await uow.mirrors.find(ANNOUNCEMENT, session.id)
        if shown is None or not channel_id or shown.parent_id == channel_id:
            return
        if shown.remote_id:
            await bid_farewell(uow, shown.remote_id, shown.parent_id, shown.made_at)
        elif shown.begun_at is not None:
            # It may stand already: that is looked for under the session's negative id.
            await bid_farewell(uow, 0, shown.parent_id, session_id=session.id, begun_at=shown.begun_at)
        await self._take_along(uow, session.id, {shown.parent_id, await thread_of(uow, session.id)}, channel_id)
        for kind in (ANNOUNCEMENT, THREAD):
            await uow.mirrors.want(kind, session.id, parent_id=channel_id, anew=True)
        await uow.mirrors.refresh(EVENT, session.id)

    async def _take_along(self, uow: UnitOfWork, session_id: int, old: Collection[int], channel_id: int) -> None:
        """What waits to be said of the session where it was announced is said where it is announced now."""
        for kind in SAID:
            for post in await uow.posts.of_subject(kind, session_id):
                if unsent(post) and not post.member_id and post.channel_id in old:
                    await uow.posts.cancel([kind], session_id, "moved away", only=[post.id])
                    new = again(post, post.revision, channel_id=channel_id, not_before=post.not_before)
                    await uow.posts.plan(new)

    async def permitted(self, guild_id: int, channel_id: int | None = None) -> None:
        """The bot may do more in a channel now, or in all of them (None): what could not be shown is tried again."""
        async with self._units.reading(guild_id) as uow:
            if not await uow.mirrors.lagging():
                return
        async with self._units(guild_id) as uow:
            for mirror in await uow.mirrors.lagging():
                if channel_id is None or mirror.parent_id in (0, channel_id):
                    await uow.mirrors.hasten(mirror.kind, mirror.subject_id)

    async def check(self, guild_id: int) -> None:
        """Look whether the announcements of the next days still stand: nobody says what was deleted in our absence."""
        async with self._units(guild_id) as uow:
            now = self._clock.now()
            for session in await uow.sessions.starting(now, now + CHECKED):
                await uow.mirrors.refresh(ANNOUNCEMENT, session.id)

    async def look(self, guild_id: int, is_public: Callable[[int], bool]) -> None:
        """Events go and come with the channels of their groups: they show to the whole server what they are about.

        `is_public` says of a channel's id whether everybody sees it.
        """
        async with self._units.reading(guild_id) as uow:
            if not await self._misplaced(uow, is_public):
                return
        async with self._units(guild_id) as uow:
            for session in await self._misplaced(uow, is_public):
                await uow.mirrors.want(EVENT, session.id)

    async def _misplaced(self, uow: UnitOfWork, is_public: Callable[[int], bool]) -> list[Session]:
        """The announced sessions that have an event and should have none, or the other way round."""
        community = await uow.communities.get()
        if not community.native_events:
            return []
        channels = {g.id: g.channel_id or community.announcements_channel for g in await uow.groups.all(archived=True)}
        public = {group_id: is_public(channel_id) for group_id, channel_id in channels.items()}
        wanted = {mirror.subject_id for mirror in await uow.mirrors.live(EVENT)}
        found: list[Session] = []
        now = self._clock.now()
        for session in await uow.sessions.upcoming(now, limit=_ALL):
            begun = session.starts_at <= now and session.id not in wanted
            if session.announced_at is None or begun or (session.id in wanted) == public[session.group_id]:
                continue
            mirror = await uow.mirrors.find(EVENT, session.id)
            # One that people deleted by hand stays away.
            if mirror is None or mirror.state is not MirrorState.ASKED:
                found.append(session)
        return found

    async def refresh(self, uow: UnitOfWork, session_id: int) -> None:
        """Have all that Discord shows of a session brought up to date."""
        for kind in MIRRORS:
            await uow.mirrors.refresh(kind, session_id)

    async def _plan(self, uow: UnitOfWork, session: Session) -> None:
        if session.series_id is None or session.announced_at is not None:
            return
        group = await uow.groups.get(session.group_id)
        zone = zone_of((await uow.communities.get()).time_zone)
        due_at = announce_at(session, group.announce_days_before, zone)
        if due_at > self._clock.now():
            await uow.steps.plan(ANNOUNCE, session.id, due_at, revision=session.revision)

    async def _may_open(self, uow: UnitOfWork, session: Session) -> bool:
        """Whether a new session can be one to open now; of a hundred planned at once, few look at the whole series."""
        now = self._clock.now()
        if session.series_id is None:
            return True
        group = await uow.groups.get(session.group_id)
        if announce_at(session, group.announce_days_before, zone_of((await uow.communities.get()).time_zone)) <= now:
            return True
        return [s.id for s in await uow.sessions.upcoming(now, series_id=session.series_id, limit=1)] == [session.id]

    async def _open(self, uow: UnitOfWork, session: Session) -> None:
        """Announce what is due of this session's series, or this one-off session."""
        now = self._clock.now()
        group = await uow.groups.get(session.group_id)
        community = await uow.communities.get()
        channel_id = group.channel_id or community.announcements_channel
        if not channel_id or group.archived_at is not None:
            return
        if session.series_id is None:
            sessions = [await uow.sessions.get(session.id)]
        else:
            sessions = await uow.sessions.upcoming(now, series_id=session.series_id)
        for due in to_announce(sessions, now, group.announce_days_before, zone_of(community.time_zone)):
            await uow.sessions.change(due.id, announced_at=now)
            await uow.steps.cancel([ANNOUNCE], due.id)
            await uow.mirrors.want(ANNOUNCEMENT, due.id, parent_id=channel_id)
            await uow.mirrors.want(THREAD, due.id, parent_id=channel_id)
            if community.native_events:
                await uow.mirrors.want(EVENT, due.id)
