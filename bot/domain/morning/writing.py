"""The day's list: what follows from a session's life, and what happens when it falls due."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from msgspec.structs import replace

from bot.domain.calendar import day_bounds, local_day
from bot.domain.latecomers import mentioning
from bot.domain.memberships import unanswered
from bot.domain.mirrors import announcement_of, thread_of
from bot.domain.morning.planning import Ground, list_parts, on_the_list, parts_from, plan_day, replan
from bot.domain.morning.values import (
    KIND,
    MorningLine,
    MorningPost,
)
from bot.domain.own_reminders import tell, wanting, ways
from bot.domain.posts import NewPost, Post, again, may_be_read, next_revision, unsent
from bot.domain.quiet import early_step, in_peace, may_be_early
from bot.domain.readers import unnamed
from bot.domain.reminders import coming
from bot.domain.rsvps import Answer
from bot.domain.sessions import Session, SessionEvent, SessionState, lecture_of, present_host
from bot.domain.steps import StepState

if TYPE_CHECKING:
    from bot.clock import Clock
    from bot.domain.steps import Step
    from bot.domain.uow import UnitOfWork


class MorningWriter:
    """Writes the morning post, and keeps what is planned of it up to date."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock

    # What follows from a session's life; reminders come before it, since they cancel the dawn of the old time

    async def on_scheduled(self, uow: UnitOfWork, event: SessionEvent) -> None:
        """The day has one session more."""
        await plan_day(uow, await _day_of(uow, event.after), self._clock.now())

    async def on_moved(self, uow: UnitOfWork, event: SessionEvent) -> None:
        """Both days change. A list that was rendered with the old time is rendered anew, unless it has gone out."""
        assert event.before is not None
        old, new = await _day_of(uow, event.before), await _day_of(uow, event.after)
        await self._renew(uow, old, "moved")
        for day in sorted({old, new}):
            await plan_day(uow, day, self._clock.now())

    async def on_cancelled(self, uow: UnitOfWork, event: SessionEvent) -> None:
        """The day has one session less."""
        day = await _day_of(uow, event.after)
        await self._renew(uow, day, "cancelled")
        await plan_day(uow, day, self._clock.now())

    async def on_settings_changed(self, uow: UnitOfWork, before: object, after: object) -> None:
        """The zone, the quiet hours or a channel may have changed."""
        await replan(uow, self._clock.now())

    async def on_coming(self, uow: UnitOfWork, session: Session, member_id: int) -> None:
        """Somebody has got a place: a list that fell due and still waits to go out mentions them as well."""
        day = await _day_of(uow, session)
        written = await uow.posts.of_subject(KIND, day.toordinal())
        written = [post for post in written if post.revision == written[-1].revision]
        listed: list[int] = written[-1].data["sessions"] if written else []
        if session.id not in listed or written[-1].data["role"] or not any(unsent(post) for post in written):
            # Who has the role is pinged by it.
            return
        step = await uow.steps.find(KIND, day.toordinal())
        if step is None or step.state is not StepState.DONE:
            # It was written early, for the quiet hours: they are pinged when it falls due itself.
            return
        told = await ways(uow, "dawn", session, [member_id], written[-1].due_at, self._clock.now())
        new = await uow.pings.claim(session.id, day, "dawn", told.channel)
        for post in mentioning(written, new, lambda people, part: parts_from(part, people, len(listed))):
            claimed = {**post.data["claimed"]}
            claimed[str(session.id)] = [*claimed.get(str(session.id), ()), *new]
            await uow.posts.plan(replace(post, data={**post.data, "claimed": claimed}))

    # What falls due

    async def due(self, uow: UnitOfWork, step: Step) -> None:
        """The morning post is due: write its posts with those who come now."""
        await self._write(uow, step)

    async def early(self, uow: UnitOfWork, step: Step) -> None:
        """Quiet hours are about to begin, in which the morning post would fall due."""
        if await may_be_early(uow, KIND, step, self._clock.now()):
            await self._write(uow, step, is_early=True)

    async def dropped(self, uow: UnitOfWork, post: Post) -> None:
        """It was under way when a session on it changed, and came to nothing: it is said anew, as things are now."""
        now, day = self._clock.now(), date.fromordinal(post.subject_id)
        data = await self._struck(uow, post, await Ground.read(uow))
        if data["sessions"] and now < post.expires_at:
            revision = next_revision(await uow.posts.of_subject(KIND, post.subject_id))
            # If the channel was throttled, it still is.
            due_at = max(post.due_at, post.not_before)
            starts_at = await self._first_start(uow, data["sessions"])
            new = again(post, revision, due_at=due_at, data=data, starts_at=starts_at)
            await uow.posts.plan(await in_peace(uow, new, now))
        await plan_day(uow, day, now)

    async def describe(self, uow: UnitOfWork, post: Post) -> MorningPost | None:
        """What the post says now; None if none of its sessions is left."""
        now, day = self._clock.now(), date.fromordinal(post.subject_id)
        ground = await Ground.read(uow)
        left = [
            session
            for session_id in post.data["sessions"]
            if (session := await uow.sessions.get(session_id)).state is SessionState.SCHEDULED
            and session.ends_at > now
            and ground.day(session) == day
            and ground.may_list(session, post.channel_id)
        ]
        answers = [await uow.rsvps.of_session(session.id) for session in left if session.starts_at > now]
        here = {member_id for rsvps in answers for member_id in {*coming(rsvps)} - unnamed(rsvps)}
        wanted = await wanting(uow, here.intersection(post.data["mentions"]))
        mentions = tuple(m for m in post.data["mentions"] if m in wanted)
        if not left or (post.part and not mentions):
            return None
        left.sort(key=lambda s: (s.starts_at, s.id))
        lines = [await morning_line(uow, session) for session in left]
        tomorrow = local_day(now, ground.zone) < day
        return MorningPost(day, tuple(lines), mentions, post.data["role"], post.part, tomorrow)

    # Parts of the above

    async def _write(self, uow: UnitOfWork, step: Step, *, is_early: bool = False) -> None:
        now, day = self._clock.now(), date.fromordinal(step.subject_id)
        ground = await Ground.read(uow)
        expires_at = day_bounds(day, ground.zone)[1]
        listed = [s for s in await ground.sessions(uow, day) if ground.covers(s) and s.ends_at > now]
        if not listed or now >= expires_at:
            return
        # As a dawn reminder it serves only those whose session has not begun; the list is good all day.
        own = await uow.steps.find(KIND, step.subject_id) if is_early else step
        due_at = own.due_at if own is not None else step.due_at
        here = {
            s: await ways(uow, "dawn", s, coming(await uow.rsvps.of_session(s.id)), due_at, now)
            for s in listed
            if s.starts_at > now
        }
        if is_early and any(told.channel for told in here.values()):
            # No quiet hours hold theirs.
            return
        claimed: dict[int, list[int]] = {}
        for session, told in here.items():
            claimed[session.id] = await uow.pings.claim(session.id, day, "dawn", told.channel)
            if told.alone and not is_early:
                alone = told.of(await uow.pings.claim(session.id, day, "dawn", told.alone))
                await tell(uow, "dawn", session, alone, due_at=step.due_at, expires_at=session.starts_at, day=day)
            if not is_early:
                await uow.steps.cancel(["dawn", early_step("dawn")], session.id)
        people = list(dict.fromkeys(m for new in claimed.values() for m in new))
        if not people and {session.id for session in listed} <= await on_the_list(uow, day):
            # All was said before the quiet hours.
            return
        written = await uow.posts.of_subject(KIND, step.subject_id)
        read = [post for post in written if may_be_read(post)]
        if not read:
            # What was to be said early, and has not been, this says as well.
            await uow.posts.cancel([KIND], step.subject_id, "overtaken")
        # A role gets no second ping: whoever has said since the first one that they come is mentioned alone.
        role = 0 if any(post.data["role"] for post in read) else ground.settings.mention_role
        for number, mentions in enumerate(list_parts([] if role else people, len(listed))):
            post = NewPost(
                KIND,
                step.subject_id,
                step.due_at,
                expires_at,
                ground.settings.channel_id,
                revision=next_revision(written),
                part=number,
                starts_at=min((session.starts_at for session in here), default=None),
                quiet=not people,
                silent=not (mentions or role),
                data={
                    "sessions": [session.id for session in listed],
                    "mentions": list(mentions),
                    "role": role,
                    "claimed": {str(session_id): new for session_id, new in claimed.items()},
                },
            )
            await uow.posts.plan(await in_peace(uow, post, now))

    async def _renew(self, uow: UnitOfWork, day: date, reason: str) -> None:
        """A session on the day's list has changed: as long as nobody can have read it, it is brought up to date."""
        await uow.posts.renew(KIND, day.toordinal(), reason)
        ground, now = await Ground.read(uow), self._clock.now()
        for post in await uow.posts.of_subject(KIND, day.toordinal()):
            if unsent(post):
                data = await self._struck(uow, post, ground)
                starts_at = await self._first_start(uow, data["sessions"])
                new = again(post, post.revision, data=data, starts_at=starts_at)
                await uow.posts.plan(await in_peace(uow, new, now))

    async def _struck(self, uow: UnitOfWork, post: Post, ground: Ground) -> dict[str, Any]:
        """What the post says without the sessions that have left its day; those it would have pinged may be pinged."""
        data, day = dict(post.data), date.fromordinal(post.subject_id)
        for session_id in post.data["sessions"]:
            session = await uow.sessions.get(session_id)
            if session.state is SessionState.CANCELLED or ground.day(session) != day:
                data["sessions"] = [i for i in data["sessions"] if i != session_id]
                new = data["claimed"].get(str(session_id), [])
                data["claimed"] = {key: ids for key, ids in data["claimed"].items() if key != str(session_id)}
                theirs = [m for m in new if data["role"] or m in data["mentions"]]
                await uow.pings.release(session_id, day, "dawn", theirs)
        return data

    async def _first_start(self, uow: UnitOfWork, session_ids: Sequence[int]) -> datetime | None:
        """When the first of these sessions begins that has not begun."""
        starts = [(await uow.sessions.get(session_id)).starts_at for session_id in session_ids]
        return min((at for at in starts if at > self._clock.now()), default=None)


async def morning_line(uow: UnitOfWork, session: Session) -> MorningLine:
    """A session as it stands on its day's list."""
    rsvps = await uow.rsvps.of_session(session.id)
    maybe = sum(r.answer is Answer.MAYBE for r in rsvps)
    group = await uow.groups.get(session.group_id)
    silent = unanswered(await uow.memberships.of_group(group.id), rsvps)
    thread_id, host_id = await thread_of(uow, session.id), present_host(session, rsvps)
    announced = await announcement_of(uow, session.id)
    lecture = await lecture_of(uow, session)
    return MorningLine(session, group, len(coming(rsvps)), maybe, thread_id, silent, host_id, announced, lecture)


async def _day_of(uow: UnitOfWork, session: Session) -> date:
    return local_day(session.starts_at, ZoneInfo((await uow.communities.get()).time_zone))
