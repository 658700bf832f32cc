"""How a theme gets its date.

Without a time given, an organizer is offered the group's next planned session of a series that has no theme of its own
yet and for which nobody was asked to lecture; one press makes the theme its theme. Else, and for members, who host a
session of their own, a free date is proposed: the weekday and hour of the group's latest session that was no series',
or the usual start, a week ahead or later, on a day on which the group does not meet and that none of its series skips.
Everything is shown with its date before anybody is told, and nobody plans what somebody else has planned meanwhile.

A session of its own is scheduled as by `/session schedule`, whose preview carries the theme's id; `planned` then links
the two in the transaction that writes the session.
"""

from __future__ import annotations

from datetime import datetime, time, timedelta
from typing import TYPE_CHECKING

from msgspec import Struct
from msgspec.structs import replace

from bot.domain.calendar import local_day, to_instant, to_local
from bot.domain.errors import StudyError, Unknown
from bot.domain.rotation.lecturing import lecturing_of
from bot.domain.rotation.values import OPEN, TurnState
from bot.domain.sessions import Session, SessionEvent, SessionState, SessionView, change_session, own_draft, view
from bot.domain.sessions.hosts import check_scheduler
from bot.domain.sessions.lookup import MOST_LOOKED_BACK, visible_session
from bot.domain.told import Told, told_of_edit
from bot.domain.topics.boards import touch
from bot.domain.topics.finding import line_of, require_open, visible_topic
from bot.domain.topics.values import Topic, TopicLine, TopicState
from bot.domain.zones import zone_of

if TYPE_CHECKING:
    from bot.clock import Clock
    from bot.domain.actors import Actor
    from bot.domain.groups import StudyGroup
    from bot.domain.sessions import SessionHooks
    from bot.domain.uow import UnitOfWork, Units

AHEAD = timedelta(days=7)
"""A session of its own is proposed no earlier: as long before, people usually hear of one."""
_LATEST = 26
"""So many weeks are looked through for a free day."""
_TAKEN = OPEN | {TurnState.GIVEN}


class WhenNeeded(StudyError):
    """Nothing says when the group usually meets, so the date of `title` has to be given."""

    title: str


class Free(Struct, frozen=True):
    """A planned session without a theme of its own, offered for one: taking it needs only `draft_id`.

    `told` are those who will hear of it; `lecturers` gave the lecture of which it is more. `again`: what was offered
    before has changed meanwhile.
    """

    draft_id: int
    line: TopicLine
    view: SessionView
    told: Told
    lecturers: tuple[int, ...] = ()
    again: bool = False


class At(Struct, frozen=True):
    """A free date proposed for a session of its own; nothing is written yet."""

    line: TopicLine
    starts_at: datetime
    lecturers: tuple[int, ...] = ()


class Planned(Struct, frozen=True):
    """A theme that has its date now; `lecturers` gave the lecture of which it is more."""

    line: TopicLine
    view: SessionView
    told: Told
    lecturers: tuple[int, ...] = ()


class TopicPlanningService:
    """Gives themes their date. What follows for the session are `hooks`, as ever."""

    def __init__(self, units: Units, clock: Clock, hooks: SessionHooks) -> None:
        self._units = units
        self._clock = clock
        self._hooks = hooks

    async def to_plan(self, guild_id: int, actor: Actor, topic_id: int) -> tuple[TopicLine, tuple[int, ...]]:
        """The theme that the actor is about to give a date, and who gave the lecture of which it is more.

        Raises:
            Unknown: it does not exist for the actor.
            NotAllowed, JoinToHost: they may plan nothing in its group.
            TopicNotOpen: it has its date already, took place, or was closed.
        """
        async with self._units.reading(guild_id) as uow:
            topic, _group = await self._plannable(uow, actor, topic_id)
            return await line_of(uow, topic, actor.member_id), await _lecturers(uow, topic)

    async def offer(self, guild_id: int, actor: Actor, topic_id: int, *, own: bool = False) -> Free | At:
        """A date for a theme: the next session that waits for one, or (`own`) a session of its own on a free date.

        Raises:
            As `to_plan`; WhenNeeded: there is none, and nothing says when the group usually meets.
        """
        async with self._units(guild_id) as uow:
            topic, group = await self._plannable(uow, actor, topic_id)
            if actor.organizes(group) and not own:
                session = await self._waiting(uow, group)
                if session is not None:
                    return await self._free(uow, actor, topic, session)
            starts_at = await self._free_date(uow, group)
            if starts_at is None:
                raise WhenNeeded(topic.title)
            line = await line_of(uow, topic, actor.member_id)
            return At(line, starts_at, await _lecturers(uow, topic))

    async def take(self, guild_id: int, actor: Actor, draft_id: int) -> Planned | Free:
        """Make the theme that of the session that was offered; if that has changed meanwhile, it is offered anew.

        Raises:
            Unknown: the offer was taken already, has gone, or was another's.
            NotAllowed: the actor does not organize the group.
            TopicNotOpen: somebody else has given the theme a date meanwhile.
            WhenNeeded: the session has got a theme meanwhile, and there is no other.
        """
        async with self._units(guild_id) as uow:
            draft = await own_draft(uow, actor, draft_id, "topic-date")
            await uow.sessions.drafts.remove(draft.id)
            topic, group = await self._plannable(uow, actor, int(draft.data["topic_id"]))
            actor.require_organizer(group)
            session, _group = await visible_session(uow, actor, draft.subject_id)
            if not await self._waits(uow, session):
                other = await self._waiting(uow, group)
                if other is None:
                    raise WhenNeeded(topic.title)
                return replace(await self._free(uow, actor, topic, other), again=True)
            if session.starts_at.isoformat() != draft.data["starts_at"]:
                return replace(await self._free(uow, actor, topic, session), again=True)
            told = await self._told(uow, actor, topic, session)
            values = {"theme": topic.title}
            after = await change_session(uow, self._hooks, session, values, actor.member_id, "")
            await self.planned(uow, actor, topic.id, after)
            known = await uow.topics.get(topic.id)
            assert known is not None
            line = await line_of(uow, known, actor.member_id)
            return Planned(line, await view(uow, after.id), told, await _lecturers(uow, topic))

    async def planned(self, uow: UnitOfWork, actor: Actor, topic_id: int, session: Session) -> None:
        """A session was written for a theme: it has its date now.

        Raises:
            Unknown: there is no such theme in the session's group.
            TopicNotOpen: it has another date already, took place, or was closed; nothing is written then.
        """
        topic, group = await visible_topic(uow, actor, topic_id)
        if group.id != session.group_id:
            raise Unknown("button", str(topic_id))
        await require_open(uow, topic)
        await uow.topics.change(topic, state=TopicState.PLANNED, planned_session_id=session.id)
        after = {"title": topic.title, "session_id": session.id}
        await uow.record("topic.plan", actor.member_id, f"topic:{topic.id}", after=after)
        await touch(uow, group.id)

    async def _plannable(self, uow: UnitOfWork, actor: Actor, topic_id: int) -> tuple[Topic, StudyGroup]:
        topic, group = await visible_topic(uow, actor, topic_id)
        await check_scheduler(uow, actor, group)
        return await require_open(uow, topic), group

    async def _free(self, uow: UnitOfWork, actor: Actor, topic: Topic, session: Session) -> Free:
        data = {"topic_id": topic.id, "group_id": topic.group_id, "starts_at": session.starts_at.isoformat()}
        draft = await uow.sessions.drafts.add(actor.member_id, "topic-date", data, session.id)
        line, told = await line_of(uow, topic, actor.member_id), await self._told(uow, actor, topic, session)
        return Free(draft.id, line, await view(uow, session.id), told, await _lecturers(uow, topic))

    async def _told(self, uow: UnitOfWork, actor: Actor, topic: Topic, session: Session) -> Told:
        event = SessionEvent(session, replace(session, theme=topic.title), actor.member_id)
        return await told_of_edit(uow, event, self._clock.now())

    # Looking for a date

    async def _waiting(self, uow: UnitOfWork, group: StudyGroup) -> Session | None:
        """The group's next session that waits for a theme."""
        for session in await uow.sessions.upcoming(self._clock.now(), group_id=group.id):
            if await self._waits(uow, session):
                return session
        return None

    async def _waits(self, uow: UnitOfWork, session: Session) -> bool:
        """Whether a session has no theme of its own, and nobody was asked to bring one."""
        if session.series_id is None or session.state is not SessionState.SCHEDULED:
            return False
        series = await uow.series.get(session.series_id)
        if session.starts_at <= self._clock.now() or session.theme != (series.theme or series.name):
            return False
        turns = (await uow.rotation.turns([session.id])).get(session.id, ())
        return not any(turn.state in _TAKEN for turn in turns) and not await uow.topics.planned_as(session.id)

    async def _free_date(self, uow: UnitOfWork, group: StudyGroup) -> datetime | None:
        """The first free date a week ahead or later at which the group usually meets; None: nothing says when."""
        now, community = self._clock.now(), await uow.communities.get()
        zone = zone_of(community.time_zone)
        ahead = [s for s in await uow.sessions.upcoming(now, limit=MOST_LOOKED_BACK) if s.group_id == group.id]
        behind = [
            name
            for name in await uow.sessions.names_behind(MOST_LOOKED_BACK)
            if name.group_id == group.id and name.state is SessionState.ENDED
        ]
        series = [each for each in await uow.series.all() if each.group_id == group.id]
        alone = [s.starts_at for s in ahead if s.series_id is None] + [s.starts_at for s in behind if not s.series]
        first = local_day(now + AHEAD, zone)
        weekday: int | None = None
        at: time | None
        if alone:
            local = to_local(max(alone), zone)
            weekday, at = local.weekday(), local.time()
        else:
            times = [each.at for each in series if each.time_zone == community.time_zone]
            at = next(iter([*times, *([community.usual_start] if community.usual_start else [])]), None)
        if at is None:
            return None
        # Somebody who skipped a date has said that it suits nobody.
        taken = {local_day(session.starts_at, zone) for session in ahead}.union(*(each.except_on for each in series))
        for days in range(7 * _LATEST):
            day = first + timedelta(days=days)
            starts_at = to_instant(datetime.combine(day, at), zone)
            fits = weekday is None or day.weekday() == weekday
            if fits and day not in taken and starts_at >= now + AHEAD - timedelta(days=1):
                return starts_at
        return None


async def _lecturers(uow: UnitOfWork, topic: Topic) -> tuple[int, ...]:
    """Who gave the lecture of which a theme is more."""
    if topic.session_id is None:
        return ()
    return (await lecturing_of(uow, await uow.sessions.get(topic.session_id))).members
