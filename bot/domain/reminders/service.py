"""What happens when a reminder falls due, and what follows from a session's life."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import date, datetime
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from bot.domain.calendar import local_day
from bot.domain.latecomers import mentioning
from bot.domain.memberships import unanswered
from bot.domain.mirrors import thread_of
from bot.domain.own_reminders import Ways, gives_up, is_near, named_people, tell, wanting, ways
from bot.domain.posts import NewPost, Post, PostState, Settled, again, parts, unsent
from bot.domain.quiet import hold_again, in_peace, may_be_early
from bot.domain.readers import reader_of, reader_zone, unnamed
from bot.domain.reminders.planning import (
    FARTHEST_EVENING,
    MENTIONS,
    MOMENTS,
    START_LIVES,
    STEPS,
    channel_of,
    coming,
    plan,
    plan_all,
)
from bot.domain.reminders.values import Moment, Reminder
from bot.domain.rsvps import Answer
from bot.domain.sessions import Session, SessionEvent, SessionState, lecture_of, present_host
from bot.domain.steps import StepState
from bot.domain.usual_times import dawn_of, evening_of, own_dawn_of
from bot.domain.zones import zone_of

if TYPE_CHECKING:
    from bot.clock import Clock
    from bot.domain.groups import StudyGroup
    from bot.domain.steps import Step
    from bot.domain.uow import UnitOfWork

NoChannel = Callable[["UnitOfWork"], Awaitable[None]]
"""Tells the moderators that something could not be said because there is no channel for it."""


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
            lecture=await lecture_of(uow, session),
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
