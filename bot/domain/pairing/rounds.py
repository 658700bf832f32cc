"""What happens by itself: a round is made, the next one is planned, and who has no thread is told otherwise.

A round is a step with its date as its subject: it is made once, also after a day of downtime, and whoever was paused
when it was due sits it out however late it comes. In the same transaction the meetings are written, each with a private
thread that is to be made, and the next round is planned. The date stays in step; what weeks of downtime have missed is
made good by the one round that comes late.

Everybody is told once: in the thread as soon as that is there, or by direct message if there is none half an hour
later, because a permission is missing or somebody can't be let in.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import TYPE_CHECKING

from msgspec.structs import replace

from bot.domain.mirrors import MirrorState
from bot.domain.pairing.hours import free, week_from
from bot.domain.pairing.matching import Person, make_round
from bot.domain.pairing.service import plan_round
from bot.domain.pairing.telling import still_there, tell_alone, tell_of
from bot.domain.pairing.values import (
    ASK,
    ASK_AFTER,
    ASKED,
    FALLBACK,
    ROUND,
    THREAD,
    THREAD_WITHIN,
    TOLD,
    Habits,
    PairThread,
    following,
)
from bot.domain.posts import PostState, may_be_read, unsent
from bot.domain.readers import reader_of
from bot.domain.steps import StepState
from bot.domain.zones import zone_of

if TYPE_CHECKING:
    from bot.clock import Clock
    from bot.domain.communities import Community
    from bot.domain.meetings import Meeting
    from bot.domain.members import MemberLeft
    from bot.domain.mirrors import Mirror
    from bot.domain.pairing.values import Partaker
    from bot.domain.posts import Post, Settled
    from bot.domain.steps import Step
    from bot.domain.uow import UnitOfWork, Units


class PairingRoundService:
    """Makes the rounds."""

    def __init__(self, units: Units, clock: Clock) -> None:
        self._units = units
        self._clock = clock

    # Parts in other features

    async def on_settings_changed(self, uow: UnitOfWork, before: Community, after: Community) -> None:
        """The time of a round is one of the community's clock."""
        settings = await uow.pairing.settings()
        if before.time_zone != after.time_zone and settings.is_on:
            await plan_round(uow, settings, self._clock.now())

    async def on_member_left(self, uow: UnitOfWork, event: MemberLeft) -> None:
        """They take part no more; who has nobody left to meet is told, and comes first next time.

        Until all are asked whether they met: after that it is too late to be told.
        """
        await uow.pairing.remove(event.member_id)
        last_on = (await uow.pairing.settings()).last_on
        asking = None if last_on is None else await uow.steps.find(ASK, last_on.toordinal())
        if asking is None or asking.state is not StepState.PLANNED:
            return
        for meeting in await _round_of(uow, asking):
            if event.member_id not in meeting.people or any(meeting.met.values()):
                continue
            there = await still_there(uow, meeting.others(event.member_id))
            if len(there) == 1:
                await uow.posts.cancel([TOLD], meeting.id, "somebody has left")
                if (mine := await uow.pairing.find(there[0])) is not None:
                    await uow.pairing.waited({mine.member_id: mine.waited + 1})
                await tell_alone(uow, there, asking.subject_id, self._clock.now(), left=True)

    async def resume(self, guild_id: int) -> None:
        """Plan the next round where none is: the step of the last one has failed too often, and was reported."""
        async with self._units.reading(guild_id) as uow:
            settings = await uow.pairing.settings()
            if not settings.is_on or settings.next_on is None:
                return
            step = await uow.steps.find(ROUND, settings.next_on.toordinal())
            if step is not None and step.state == "planned":
                return
        async with self._units(guild_id) as uow:
            settings = await uow.pairing.settings()
            if settings.is_on and settings.next_on is not None:
                await self._plan_next(uow, settings.next_on)

    # Steps

    async def make(self, uow: UnitOfWork, step: Step) -> None:
        """Make the round that is due, and plan the next one."""
        day = date.fromordinal(step.subject_id)
        people = await self._free(uow, step.due_at)
        met = {key: (step.due_at - at).days for key, at in (await uow.meetings.last_together()).items()}
        waited = {person.member_id: person.waited for person in people}
        found = make_round(people, met, await uow.pairing.avoided(), step.subject_id)
        for group in found.groups:
            await self._bring_together(uow, step.due_at, group)
        await uow.pairing.waited({each: waited[each] + 1 if each in found.alone else 0 for each in waited})
        await tell_alone(uow, found.alone, step.subject_id, self._clock.now())
        counts = {"pairs": len(found.groups), "alone": len(found.alone)}
        await uow.record("pairing.round", None, f"pairing:{step.subject_id}", after=counts)
        if found.groups:
            await uow.steps.plan(FALLBACK, step.subject_id, self._clock.now() + THREAD_WITHIN)
            await uow.steps.plan(ASK, step.subject_id, self._clock.now() + ASK_AFTER)
        await self._plan_next(uow, day)

    async def fall_back(self, uow: UnitOfWork, step: Step) -> None:
        """Who meets and has no thread is told by direct message, unless they were told before it was deleted."""
        for meeting in await _round_of(uow, step):
            mirror = await uow.mirrors.find(THREAD, meeting.id)
            if mirror is not None and mirror.state is MirrorState.LIVE:
                if mirror.remote_id:
                    continue
                await uow.mirrors.store(mirror, state=MirrorState.GONE, shown=mirror.wanted)
            if not any(map(_tells, await uow.posts.of_subject(TOLD, meeting.id))):
                await tell_of(uow, TOLD, meeting, self._clock.now())

    async def ask(self, uow: UnitOfWork, step: Step) -> None:
        """Ask those of whom nobody has said so yet whether they met."""
        for meeting in await _round_of(uow, step):
            if not any(meeting.met.values()):
                mirror = await uow.mirrors.find(THREAD, meeting.id)
                there = mirror is not None and mirror.state is MirrorState.LIVE
                thread_id = mirror.remote_id if mirror is not None and there else 0
                await tell_of(uow, ASKED, meeting, self._clock.now(), thread_id)

    # The threads

    async def describe_thread(self, uow: UnitOfWork, mirror: Mirror) -> PairThread | None:
        """Whose thread it is."""
        meeting = await uow.meetings.get(mirror.subject_id)
        if meeting is None or len(meeting.people) < 2:
            return None
        return PairThread(meeting.id, meeting.people, await uow.communities.get())

    async def thread_made(self, uow: UnitOfWork, mirror: Mirror, thread_id: int) -> None:
        """They are told in it, unless they were told otherwise by now."""
        current = await uow.mirrors.find(THREAD, mirror.subject_id)
        meeting = await uow.meetings.get(mirror.subject_id)
        if meeting is not None and current is not None and current.state is MirrorState.LIVE:
            await tell_of(uow, TOLD, meeting, self._clock.now(), thread_id)

    async def undelivered(self, uow: UnitOfWork, result: Settled) -> None:
        """What could not be said in the thread of those who meet is said to each alone."""
        post = result.post
        meeting = await uow.meetings.get(post.subject_id)
        if result.state is PostState.UNDELIVERABLE and meeting is not None and not reader_of(post):
            await tell_of(uow, post.kind, meeting, self._clock.now())

    # How a round is made

    async def _free(self, uow: UnitOfWork, due_at: datetime) -> list[Person]:
        """Who is paired: all who take part, are not paused, and are not kept from meeting people here."""
        kept = {each.member_id for each in await uow.restrictions.all(self._clock.now()) if each.part == "sessions"}
        there = [each for each in await uow.pairing.all() if each.member_id not in kept and _awake(each, due_at)]
        ids = [each.member_id for each in there]
        community, habits = await uow.communities.get(), await uow.pairing.habits(ids)
        known, industries = await uow.members.some(ids), await uow.profiles.main_industries(ids)
        week = week_from(max(due_at, self._clock.now()))
        people: list[Person] = []
        for each in there:
            own = habits.get(each.member_id, Habits())
            member, industry = known.get(each.member_id), industries.get(each.member_id)
            language = own.language or (member.language if member is not None else None) or community.language
            hours = free(own.ask_hours, zone_of(own.time_zone or community.time_zone), week)
            key = industry.key if industry is not None else ""
            people.append(Person(each.member_id, key, language, hours, each.waited, own.language is not None))
        return people

    async def _bring_together(self, uow: UnitOfWork, at: datetime, group: Sequence[int]) -> None:
        meeting = await uow.meetings.add("pairing", at, group)
        channel_id = (await uow.communities.get()).announcements_channel
        await uow.mirrors.want(THREAD, meeting.id, parent_id=channel_id)

    async def _plan_next(self, uow: UnitOfWork, made_on: date) -> None:
        settings, now = await uow.pairing.settings(), self._clock.now()
        zone = zone_of((await uow.communities.get()).time_zone)
        settings = replace(settings, next_on=None, last_on=made_on)
        if settings.is_on:
            settings = replace(settings, next_on=following(settings, made_on, now, zone))
        await plan_round(uow, settings, now)


def _awake(partaker: Partaker, due_at: datetime) -> bool:
    return partaker.snoozed_until is None or partaker.snoozed_until <= due_at


def _tells(post: Post) -> bool:
    return may_be_read(post) or unsent(post)


async def _round_of(uow: UnitOfWork, step: Step) -> list[Meeting]:
    """The meetings of the round whose date is the step's subject."""
    made = await uow.steps.find(ROUND, step.subject_id)
    return [] if made is None else await uow.meetings.of_round("pairing", made.due_at)
