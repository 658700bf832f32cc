"""Reminders: the evening before, dawn and the start of a session.

A due reminder is a step that reads who comes and writes posts of limited mentions, so an answer given a minute before
counts. Going and Late are mentioned, Maybe is counted, decliners are neither. Nobody is pinged twice for one moment of
one session on one day: what was pinged is a row.

Quiet hours hold a reminder only if nobody comes who would miss it. One that can't wait for their end is said before
they begin, in a step of its own; whoever says later that they come is pinged when the reminder is due all the same.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Literal, Protocol
from zoneinfo import ZoneInfo

from msgspec import Struct

from bot.domain.calendar import local_day
from bot.domain.latecomers import mentioning
from bot.domain.memberships import unanswered
from bot.domain.mirrors import thread_of
from bot.domain.own_reminders import OWN, Ways, gives_up, is_near, named_people, tell, wanting, ways
from bot.domain.own_reminders import plan as plan_own
from bot.domain.posts import NewPost, Post, PostState, Settled, again, parts, unsent
from bot.domain.quiet import early_step, hold_again, in_peace, is_quiet, may_be_early, plan_early
from bot.domain.readers import reader_of, reader_zone, unnamed
from bot.domain.rsvps import COMING, Answer, Rsvp
from bot.domain.sessions import Session, SessionEvent, SessionState, present_host
from bot.domain.steps import StepState
from bot.domain.usual_times import dawn_of, evening_at, evening_of, own_dawn_of
from bot.domain.zones import zone_of

if TYPE_CHECKING:
    from bot.clock import Clock
    from bot.domain.groups import StudyGroup
    from bot.domain.steps import Step
    from bot.domain.uow import UnitOfWork

Moment = Literal["evening", "dawn"]
MOMENTS = ("evening", "dawn", "before", "start")
"""The kinds of posts that remind of a session; `before` are those at times of people's own."""
MENTIONS = 60
"""People in one reminder: beside so many mentions the longest theme, group and place still fit into a message."""
START_LIVES = timedelta(minutes=10)
"""How long after the start "it begins now" is still worth saying."""
FARTHEST_EVENING = timedelta(days=3)
"""The evening before a session is never farther from its start, in whatever zone."""
MOST_AHEAD = 5000
"""So many coming sessions are planned anew when settings change."""
STEPS = ("evening", "dawn", "start", OWN, early_step("evening"), early_step("dawn"))
"""Every step of a session's reminders."""


NoChannel = Callable[["UnitOfWork"], Awaitable[None]]
"""Tells the moderators that something could not be said because there is no channel for it."""


class PingRepository(Protocol):
    """Who was pinged for what: the proof that nobody is pinged twice for one thing."""

    async def claim(self, session_id: int, on: date, moment: Moment, member_ids: Sequence[int]) -> list[int]:
        """Remember these pings; returns those that are new, in the given order. `on`: the session's local day."""
        ...

    async def release(self, session_id: int, on: date, moment: Moment, member_ids: Sequence[int]) -> None:
        """Forget these pings: what should have carried them never left."""
        ...


class Reminder(Struct, frozen=True):
    """What a reminder says: `coming`, `maybe` and `unanswered` are counts, `mentions` the members pinged by this
    part; `unanswered` are members of the group who have said nothing.

    `thread_id` is the session's thread (0: none); `tomorrow` is whether the session is on a later day than its reader;
    `private` is whether it is a direct message, to somebody who comes; `host_id` is who is shown as its host (0:
    nobody); `together` whether it is said at one of the group's own times, to all who come.
    """

    moment: Literal["evening", "dawn", "before", "start"]
    session: Session
    group: StudyGroup
    coming: int
    maybe: int
    mentions: tuple[int, ...]
    thread_id: int
    tomorrow: bool = False
    private: bool = False
    unanswered: int = 0
    host_id: int = 0
    together: bool = False


def coming(rsvps: Sequence[Rsvp]) -> list[int]:
    """Who has a place, in order of place."""
    return [r.member_id for r in rsvps if r.answer in COMING and not r.waiting]


async def plan_step(
    uow: UnitOfWork,
    kind: str,
    subject_id: int,
    due_at: datetime,
    now: datetime,
    revision: int = 0,
    owed: datetime | None = None,
) -> None:
    """Plan a reminder's step if it is still ahead.

    One that is planned already is never dropped, at worst it is due now; nor is one that was to be told in another way
    until now, at `owed`.
    """
    found = await uow.steps.find(kind, subject_id, revision)
    planned = found.due_at if found is not None and found.state is StepState.PLANNED else owed
    if planned is not None:
        await uow.steps.plan(kind, subject_id, max(due_at, min(planned, now)), revision=revision)
    elif due_at > now:
        await uow.steps.plan(kind, subject_id, due_at, revision=revision)


async def channel_of(uow: UnitOfWork, group: StudyGroup) -> int:
    """Where the group's sessions are announced; 0 if there is no such channel."""
    return group.channel_id or (await uow.communities.get()).announcements_channel


async def place_of(uow: UnitOfWork, post: Post) -> int:
    """The channel to which a post about a session belongs: what is told of it is for those who see that."""
    session = await uow.sessions.get(post.subject_id)
    return await channel_of(uow, await uow.groups.get(session.group_id))


async def plan_all(uow: UnitOfWork, now: datetime) -> None:
    """Plan the evening and the start of all coming sessions anew, after a zone or an evening has changed."""
    for session in await uow.sessions.upcoming(now, limit=MOST_AHEAD):
        await plan(uow, session, now)


async def plan(uow: UnitOfWork, session: Session, now: datetime) -> None:
    """Plan a session's evening and start and people's own times, or bring them up to date; idempotent."""
    await _plan_evening(uow, session, now)
    await plan_step(uow, "start", session.id, session.starts_at, now, session.revision)
    await plan_own(uow, session, now)


async def _plan_evening(uow: UnitOfWork, session: Session, now: datetime) -> None:
    community = await uow.communities.get()
    evening = evening_at(session, await uow.groups.get(session.group_id), community)
    if evening is None:
        await uow.steps.cancel(["evening", early_step("evening")], session.id)
        return
    await plan_step(uow, "evening", session.id, evening, now, session.revision)
    await plan_early(
        uow,
        community,
        "evening",
        session.id,
        evening,
        now,
        starts_at=session.starts_at,
        expires_at=await dawn_of(uow, session) if is_quiet(community, evening) else None,
        revision=session.revision,
    )


class ReminderService:
    """Plans the reminders of a session and writes their posts when they fall due.

    Dawn is planned by `bot.domain.morning`, which knows whether a morning post stands for it.
    """

    def __init__(self, clock: Clock, no_channel: NoChannel) -> None:
        self._clock = clock
        self._no_channel = no_channel

    async def on_scheduled(self, uow: UnitOfWork, event: SessionEvent) -> None:
        """Plan the evening before and the start."""
        await plan(uow, event.after, self._clock.now())

    async def on_moved(self, uow: UnitOfWork, event: SessionEvent) -> None:
        """What was planned for the old time is cancelled in the transaction that moves it."""
        session = event.after
        await uow.steps.cancel(STEPS, session.id)
        await self._release(uow, session.id, "evening")
        await self._release(uow, session.id, "dawn")
        await uow.posts.cancel(MOMENTS, session.id, "moved", below=session.revision)
        await plan(uow, session, self._clock.now())

    async def on_cancelled(self, uow: UnitOfWork, event: SessionEvent) -> None:
        """Its reminders never fire."""
        await uow.steps.cancel(STEPS, event.after.id)
        await uow.posts.cancel(MOMENTS, event.after.id, "cancelled")

    async def on_settings_changed(self, uow: UnitOfWork, before: object, after: object) -> None:
        """The zone, the quiet hours or an evening may have changed: what is ahead is planned anew."""
        await plan_all(uow, self._clock.now())
        await hold_again(uow, self._clock.now())

    async def on_group_changed(self, uow: UnitOfWork, before: StudyGroup, after: StudyGroup) -> None:
        """The group gives up times: a usual reminder that stood back for one of them is told now.

        It is said to those who have no times of their own; the steps of the new times must be planned before.
        """
        now = self._clock.now()
        given_up = before.reminders != after.reminders
        for session in await uow.sessions.starting(now, now + FARTHEST_EVENING) if given_up else []:
            if session.group_id != after.id or session.starts_at <= now:
                continue
            dawn, evening = await dawn_of(uow, session), await evening_of(uow, session)
            if gives_up(session, dawn, before.reminders, after.reminders, now):
                if await own_dawn_of(uow, session) is None and not await named_people(uow, session, now):
                    continue
                await self._tell_again(uow, session, after, "dawn", dawn, session.starts_at)
            elif evening is not None and gives_up(session, evening.due_at, before.reminders, after.reminders, now):
                await self._tell_again(uow, session, after, "evening", evening.due_at, dawn)

    async def _tell_again(
        self,
        uow: UnitOfWork,
        session: Session,
        group: StudyGroup,
        moment: Moment,
        due_at: datetime,
        expires_at: datetime,
    ) -> None:
        """Tell of what was due then those who follow the group's times, and were told of nothing near it."""
        now, here = self._clock.now(), coming(await uow.rsvps.of_session(session.id))
        chosen = await uow.own_reminders.some(here)
        followers = [m for m in here if m not in chosen or chosen[m].before is None]
        told = await ways(uow, moment, session, followers, due_at, due_at)
        if now < expires_at and (told.channel or told.alone):
            await self._tell(uow, session, moment, told, now, expires_at)

    async def on_zone_changed(self, uow: UnitOfWork, member_id: int, before: str) -> None:
        """Their night is another one: what waits for its end waits for that of the new one."""
        await hold_again(uow, self._clock.now(), member_id)

    async def evening(self, uow: UnitOfWork, step: Step) -> None:
        """The evening before is due: it may be said until dawn is due."""
        await self._remind(uow, step, "evening")

    async def dawn(self, uow: UnitOfWork, step: Step) -> None:
        """A dawn of its own is due: it may be said until the start."""
        await self._remind(uow, step, "dawn")

    async def evening_early(self, uow: UnitOfWork, step: Step) -> None:
        """Quiet hours are about to begin, in which the evening before would fall due."""
        if await may_be_early(uow, "evening", step, self._clock.now()):
            await self._remind(uow, step, "evening", is_early=True)

    async def dawn_early(self, uow: UnitOfWork, step: Step) -> None:
        """Quiet hours are about to begin, in which a dawn of its own would fall due."""
        if await may_be_early(uow, "dawn", step, self._clock.now()):
            await self._remind(uow, step, "dawn", is_early=True)

    async def start(self, uow: UnitOfWork, step: Step) -> None:
        """The start is due: told in the thread, silently, mentioning nobody."""
        session = await uow.sessions.get(step.subject_id)
        expires_at = session.starts_at + START_LIVES
        if not _current(session, step) or self._clock.now() >= expires_at:
            return
        group = await uow.groups.get(session.group_id)
        channel_id = await thread_of(uow, session.id) or await channel_of(uow, group)
        if not channel_id:
            await self._no_channel(uow)
            return
        await uow.posts.plan(
            NewPost("start", session.id, step.due_at, expires_at, channel_id, revision=session.revision, silent=True)
        )

    async def undelivered(self, uow: UnitOfWork, result: Settled) -> bool:
        """The thread that was to be told of the start is gone or closed: its group's channel is; True if it will be."""
        post = result.post
        if post.kind != "start" or result.state is not PostState.UNDELIVERABLE:
            return False
        session = await uow.sessions.get(post.subject_id)
        channel_id = await channel_of(uow, await uow.groups.get(session.group_id))
        if not channel_id or channel_id == post.channel_id or self._clock.now() >= post.expires_at:
            return False
        await uow.posts.plan(again(post, post.revision, channel_id=channel_id, due_at=self._clock.now()))
        return True

    async def describe(self, uow: UnitOfWork, post: Post) -> Reminder | None:
        """What the post says now; None if its session is no longer what it was planned for."""
        session = await uow.sessions.get(post.subject_id)
        if session.state is not SessionState.SCHEDULED or session.revision != post.revision:
            return None
        rsvps = await uow.rsvps.of_session(session.id)
        here = set(coming(rsvps))
        # Whoever was to be mentioned may have left since, and stand on the list by an organizer's answer alone.
        apart = frozenset[int]() if reader_of(post) else unnamed(rsvps)
        wanted = await wanting(uow, here.intersection(post.data.get("mentions", ())) - apart)
        mentions = tuple(m for m in post.data.get("mentions", ()) if m in wanted)
        if (post.part or post.member_id) and not mentions:
            return None
        zone = zone_of(await reader_zone(uow, post) or (await uow.communities.get()).time_zone)
        return Reminder(
            moment=post.kind,  # pyright: ignore[reportArgumentType]  # only registered for these kinds
            session=session,
            group=await uow.groups.get(session.group_id),
            coming=len(here),
            maybe=sum(r.answer is Answer.MAYBE for r in rsvps),
            unanswered=unanswered(await uow.memberships.of_group(session.group_id), rsvps),
            mentions=() if post.member_id else mentions,
            thread_id=await thread_of(uow, session.id),
            tomorrow=local_day(self._clock.now(), zone) < local_day(session.starts_at, zone),
            private=bool(post.member_id),
            host_id=present_host(session, rsvps),
            together=bool(post.data.get("together")),
        )

    async def dropped(self, uow: UnitOfWork, post: Post) -> None:
        """It was under way when its session moved, and came to nothing: whom it would have pinged may be pinged.

        If the reminder of the new time has been due meanwhile, they are pinged now.
        """
        session, moment = await uow.sessions.get(post.subject_id), _moment(post.kind)
        await uow.pings.release(session.id, date.fromordinal(post.data["day"]), moment, post.data["mentions"])
        step = await uow.steps.find(moment, session.id, session.revision)
        if step is not None and step.state is StepState.DONE:
            await self._remind(uow, step, moment)

    async def on_coming(self, uow: UnitOfWork, session: Session, member_id: int) -> None:
        """Somebody has got a place: a reminder that fell due and still waits to go out mentions them as well."""
        zone = ZoneInfo((await uow.communities.get()).time_zone)
        for moment in ("evening", "dawn"):
            written = await self._in_channel(uow, session, moment)
            if not any(unsent(post) for post in written):
                continue
            step = await uow.steps.find(moment, session.id, session.revision)
            if step is None or step.state is not StepState.DONE:
                # It was written early, for the quiet hours: they are pinged when the reminder itself falls due.
                continue
            told = await ways(uow, moment, session, [member_id], written[-1].due_at, self._clock.now())
            new = await uow.pings.claim(session.id, local_day(session.starts_at, zone), moment, told.channel)
            for post in mentioning(written, new, lambda people, _part: parts(people, MENTIONS)):
                await uow.posts.plan(post)

    async def _remind(self, uow: UnitOfWork, step: Step, moment: Moment, *, is_early: bool = False) -> None:
        now, session = self._clock.now(), await uow.sessions.get(step.subject_id)
        expires_at = session.starts_at if moment == "dawn" else await dawn_of(uow, session)
        if not _current(session, step) or now >= expires_at:
            return
        if moment == "evening" and is_near(now, expires_at):
            # Dawn is about to tell the same people the same.
            return
        own = await uow.steps.find(moment, session.id, session.revision) if is_early else step
        due_at = own.due_at if own is not None else step.due_at
        told = await ways(uow, moment, session, coming(await uow.rsvps.of_session(session.id)), due_at, now)
        if is_early:
            if told.channel:
                # No quiet hours hold theirs.
                return
            # Nor those of whoever is told alone.
            told = Ways()
        await self._tell(uow, session, moment, told, step.due_at, expires_at)

    async def _tell(
        self, uow: UnitOfWork, session: Session, moment: Moment, told: Ways, due_at: datetime, expires_at: datetime
    ) -> None:
        """Write the posts to these people, each of whom is pinged once for this moment, and to the channel."""
        now, people = self._clock.now(), told.channel
        day = local_day(session.starts_at, ZoneInfo((await uow.communities.get()).time_zone))
        if told.alone:
            alone = told.of(await uow.pings.claim(session.id, day, moment, told.alone))
            await tell(uow, moment, session, alone, due_at=due_at, expires_at=expires_at, day=day)
        group = await uow.groups.get(session.group_id)
        channel_id = await channel_of(uow, group) or await thread_of(uow, session.id)
        if not channel_id:
            await self._no_channel(uow)
            return
        new = await uow.pings.claim(session.id, day, moment, people)
        written = await self._in_channel(uow, session, moment)
        if not new and (people or any(p.state is not PostState.CANCELLED for p in written)):
            # Everybody was told already: before the session was moved within its day, or before the quiet hours.
            return
        if written and all(unsent(p) and not p.data["mentions"] for p in written):
            # What was to be said early, and has not been, this says as well.
            await uow.posts.cancel([moment], session.id, "overtaken", only=[post.id for post in written])
        first = 1 + max((p.part for p in written if p.attempts or p.data["mentions"]), default=-1)
        for number, mentions in enumerate(parts(new, MENTIONS), first):
            post = NewPost(
                moment,
                session.id,
                due_at,
                expires_at,
                channel_id,
                revision=session.revision,
                part=number,
                starts_at=session.starts_at,
                # Quiet hours never hold a reminder of a session that its reader said they come to.
                quiet=not mentions,
                silent=not mentions,
                data={"mentions": list(mentions), "day": day.toordinal()},
            )
            await uow.posts.plan(await in_peace(uow, post, now))

    async def _in_channel(self, uow: UnitOfWork, session: Session, moment: Moment) -> list[Post]:
        """What was written for this moment of the session as it stands now, but for those who are told alone."""
        return [
            post
            for post in await uow.posts.of_subject(moment, session.id)
            if post.revision == session.revision and not post.member_id and not post.data.get("alone")
        ]

    async def _release(self, uow: UnitOfWork, session_id: int, moment: Moment) -> None:
        """Whoever would have been pinged by a post that never left may be pinged by the one for the new time."""
        waiting: dict[int, list[int]] = {}
        for post in await uow.posts.of_subject(moment, session_id):
            if unsent(post):
                waiting.setdefault(post.data["day"], []).extend(post.data["mentions"])
        for day, people in waiting.items():
            await uow.pings.release(session_id, date.fromordinal(day), moment, people)


def _current(session: Session, step: Step) -> bool:
    return session.state is SessionState.SCHEDULED and session.revision == step.revision


def _moment(kind: str) -> Moment:
    return "dawn" if kind == "dawn" else "evening"
