"""What stands for the dawn of each session of a day: the morning post, or a reminder of its own."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from msgspec import Struct

from bot.domain.calendar import day_bounds, local_day
from bot.domain.groups import is_visible
from bot.domain.morning.values import KIND, MorningSettings
from bot.domain.posts import PostState, parts
from bot.domain.quiet import early_step, plan_early
from bot.domain.reminders import MENTIONS, MOST_AHEAD, plan_step
from bot.domain.steps import StepState
from bot.domain.usual_times import dawn_at

if TYPE_CHECKING:
    from bot.domain.actors import Actor
    from bot.domain.communities import Community
    from bot.domain.groups import StudyGroup
    from bot.domain.sessions import Session
    from bot.domain.uow import UnitOfWork

_FEWER_EACH, _LEAST = 23, 5


def covers(settings: MorningSettings, group: StudyGroup, channel_id: int, day: date) -> bool:
    """Whether the morning post of that day lists the sessions of this group, announced in this channel."""
    if not settings.channel_id or day.weekday() not in settings.days:
        return False
    return channel_id == settings.channel_id or group.open_to_morning


def post_due(
    covered: Sequence[Session], minutes_before: int, planned: datetime | None, now: datetime
) -> datetime | None:
    """When the day's post is due: before the first session it covers. None: there is nothing left for it to do.

    `planned` is when it was due until now (None: there was none). A session that came too late for a dawn brings no
    post forward, but is on one that is planned and still precedes it; and a post that is overdue is never dropped.
    """
    dawns = [(session, dawn_at(session, minutes_before)) for session in covered]
    due = [dawn for _, dawn in dawns if dawn > now]
    if planned is not None and any(dawn <= now and planned < session.starts_at for session, dawn in dawns):
        due.append(planned)
    return min(due, default=None)


def list_parts(member_ids: Sequence[int], sessions: int) -> list[tuple[int, ...]]:
    """Mentions split over messages; the first one, which lists so many sessions, has room for fewer of them."""
    first = max(MENTIONS - _FEWER_EACH * (sessions - 1), _LEAST)
    rest = parts(member_ids[first:]) if len(member_ids) > first else []
    return [tuple(member_ids[:first]), *rest]


def parts_from(part: int, member_ids: Sequence[int], sessions: int) -> list[tuple[int, ...]]:
    """As `list_parts`, where the first of these messages is the part with this number."""
    return parts(member_ids) if part else list_parts(member_ids, sessions)


class Ground(Struct, frozen=True):
    """What a day is planned on, read once: the settings, the community and its zone, its groups and their channels."""

    settings: MorningSettings
    community: Community
    zone: ZoneInfo
    groups: Mapping[int, StudyGroup]

    @classmethod
    async def read(cls, uow: UnitOfWork) -> Ground:
        """As it is now; archived groups may have sessions ahead too."""
        community = await uow.communities.get()
        groups = {group.id: group for group in await uow.groups.all(archived=True)}
        return cls(await uow.morning.get(), community, ZoneInfo(community.time_zone), groups)

    def day(self, session: Session) -> date:
        """The local day of a session."""
        return local_day(session.starts_at, self.zone)

    def channel(self, session: Session) -> int:
        """Where its group's sessions are announced, 0 if nowhere."""
        return self.groups[session.group_id].channel_id or self.community.announcements_channel

    def covers(self, session: Session) -> bool:
        """Whether the morning post of its day lists it."""
        return covers(self.settings, self.groups[session.group_id], self.channel(session), self.day(session))

    def shows(self, session: Session, actor: Actor) -> bool:
        """Whether its group exists for this member."""
        return is_visible(self.groups[session.group_id], actor, self.community)

    def may_list(self, session: Session, channel_id: int) -> bool:
        """Whether a list in this channel may still name the session: permissions and settings change."""
        open_there = channel_id == self.settings.channel_id and self.groups[session.group_id].open_to_morning
        return self.channel(session) == channel_id or open_there

    async def sessions(self, uow: UnitOfWork, day: date, *, over: bool = False) -> list[Session]:
        """The scheduled sessions of the day, by start; `over`: also those that are over."""
        return await uow.sessions.starting(*day_bounds(day, self.zone), over=over)


async def replan(uow: UnitOfWork, now: datetime) -> None:
    """Plan all coming days anew, after settings have changed."""
    ground = await Ground.read(uow)
    for day in sorted({ground.day(s) for s in await uow.sessions.upcoming(now, limit=MOST_AHEAD)}):
        await plan_day(uow, day, now, ground)


async def plan_day(uow: UnitOfWork, day: date, now: datetime, ground: Ground | None = None) -> None:
    """Bring the day's morning post and the dawns of its own up to date; idempotent."""
    ground = ground or await Ground.read(uow)
    minutes = ground.settings.minutes_before
    sessions = await ground.sessions(uow, day)
    step = await uow.steps.find(KIND, day.toordinal())
    owed: datetime | None = None
    if step is not None and step.state in (StepState.DONE, StepState.FAILED):
        # The list is written: a session that is not on it, because it came later, has a dawn of its own.
        told = await on_the_list(uow, day)
        own = [session for session in sessions if session.id not in told]
    else:
        planned = step.due_at if step is not None and step.state is StepState.PLANNED else None
        covered = [session for session in sessions if ground.covers(session)]
        due = post_due(covered, minutes, planned, now)
        if due is None:
            await uow.steps.cancel([KIND, early_step(KIND)], day.toordinal())
        else:
            await uow.steps.plan(KIND, day.toordinal(), due)
            first = min((s.starts_at for s in covered if s.starts_at > due), default=None)
            await plan_early(uow, ground.community, KIND, day.toordinal(), due, now, starts_at=first)
        listed = {session.id for session in covered if due is not None and due < session.starts_at}
        own = [session for session in sessions if session.id not in listed]
        # An overdue post may have been meant for sessions that it no longer covers: they are told alone.
        owed = planned if planned is not None and planned <= now else None
    own_ids = {session.id for session in own}
    for session in sessions:
        if session.id not in own_ids:
            await uow.steps.cancel(["dawn", early_step("dawn")], session.id)
    for session in own:
        late = owed if owed is not None and owed < session.starts_at else None
        dawn, at = dawn_at(session, minutes), session.starts_at
        await plan_step(uow, "dawn", session.id, dawn, now, session.revision, late)
        await plan_early(uow, ground.community, "dawn", session.id, dawn, now, starts_at=at, revision=session.revision)


async def on_the_list(uow: UnitOfWork, day: date) -> frozenset[int]:
    """The sessions on the day's list as it stands; what was cancelled nobody reads."""
    rows = await uow.posts.of_subject(KIND, day.toordinal())
    return frozenset(i for row in rows if row.state is not PostState.CANCELLED for i in row.data["sessions"])
