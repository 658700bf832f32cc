"""What people choose of their reminders, and what happens at a time of their own."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from msgspec import Struct
from msgspec.structs import replace

from bot.domain.calendar import local_day
from bot.domain.communities import differences
from bot.domain.groups import StudyGroup, visible_groups
from bot.domain.latecomers import mentioning
from bot.domain.members import Member, closed, kind_of, note_use
from bot.domain.own_reminders.nearness import gives_up, named_people, nearby, times_of
from bot.domain.own_reminders.outlook import Outlook, outlook
from bot.domain.own_reminders.planning import is_planned, plan, read_key
from bot.domain.own_reminders.telling import (
    PEOPLE,
    OwnMoment,
    as_everybody,
    discreet,
    mention,
    tell,
    tell_together,
    told_alone,
)
from bot.domain.own_reminders.values import (
    OwnChange,
    OwnReminders,
    changed,
    evening_before,
    evening_lead,
    lead,
    leads,
    own_evening,
)
from bot.domain.posts import Post, PostState, Settled, parts
from bot.domain.readers import unnamed
from bot.domain.reminders import FARTHEST_EVENING, MOST_AHEAD, Moment, channel_of, coming
from bot.domain.sessions import Session, SessionState
from bot.domain.usual_times import dawn_of, evening_at, evening_of, own_dawn_of

if TYPE_CHECKING:
    from bot.clock import Clock
    from bot.domain.actors import Actor
    from bot.domain.communities import Community
    from bot.domain.steps import Step
    from bot.domain.uow import UnitOfWork, Units


class OwnState(Struct, frozen=True):
    """What holds for one person now.

    `usual_evening` is the community's time, on its clock in `time_zone`; `usual_before` is how many minutes before a
    session all are reminded, or with the morning post if there is one (`with_morning_post`); `evening_lead` is how many
    minutes before a session the evening comes: before their next one, else one at this time of day.
    `closed`: their direct messages are known to be closed; `stopped`: they have stopped direct messages of this kind;
    `groups` are those that they can see which have times of their own; `next` is what they will be told of next.
    """

    guild_id: int
    own: OwnReminders
    usual_evening: time
    time_zone: str
    usual_before: int
    with_morning_post: bool
    evening_lead: int
    closed: bool
    stopped: bool
    groups: tuple[StudyGroup, ...] = ()
    next: Outlook | None = None


class OwnReminderService:
    """Own reminders: choosing them, and telling each person at the time they chose."""

    def __init__(self, units: Units, clock: Clock) -> None:
        self._units = units
        self._clock = clock

    # What people do

    async def show(self, guild_id: int, actor: Actor) -> OwnState:
        """What holds for this person now."""
        async with self._units.reading(guild_id) as uow:
            return await self._state(uow, actor)

    async def choose(self, guild_id: int, actor: Actor, change: OwnChange) -> OwnState:
        """Change what is given; what is planned follows in the same transaction.

        Who chooses direct messages has them again, should they have stopped them. An evening that was still ahead and
        is made earlier than now is told now.

        Raises:
            OffsetOutOfRange, TooManyOffsets: the times before a session are not possible.
        """
        now = self._clock.now()
        async with self._units(guild_id) as uow:
            member = await note_use(uow, actor.member_id, now)
            before = await _own(uow, actor.member_id)
            after = changed(before, change)
            if change.by == "dm" and kind_of("before") in member.stopped:
                wanted = replace(member, stopped=member.stopped - {kind_of("before")})
                await uow.members.put(wanted)
                old, new = ({"stopped_dms": sorted(each.stopped)} for each in (member, wanted))
                await uow.record("member.choose_dms", actor.member_id, f"community:{guild_id}", old, new)
            if after != before:
                known = await uow.own_reminders.times()
                await uow.own_reminders.put(after)
                old, new = differences(before, after)
                await uow.record("member.choose_reminders", actor.member_id, f"community:{guild_id}", old, new)
                if after.by != "off":
                    await self._plan(uow, after, known, now)
                await self._catch_up(uow, before, after, now)
            return await self._state(uow, actor)

    async def _plan(self, uow: UnitOfWork, own: OwnReminders, known: list[OwnReminders], now: datetime) -> None:
        """Plan what nobody else has asked for yet."""
        zone = ZoneInfo((await uow.communities.get()).time_zone)
        evenings = [(None, own.zone), *((each.evening, each.zone) for each in known)]
        if set(own.before or ()) <= {m for each in known for m in each.before or ()} and (
            (own.evening, own.zone) in evenings
        ):
            return
        ahead = await uow.sessions.upcoming(now, limit=MOST_AHEAD)
        new = [session for session in ahead if not leads(session, [own], zone) <= leads(session, known, zone)]
        await uow.steps.prepare([session.id for session in new])
        for session in new:
            await plan(uow, session, now, [own])

    async def _catch_up(self, uow: UnitOfWork, before: OwnReminders, after: OwnReminders, now: datetime) -> None:
        """Tell of what was ahead until now, and has passed as this person has it from now on.

        Those are evenings made earlier, and usual reminders that stood back for a time which is given up.
        """
        ahead = await uow.sessions.starting(now, now + FARTHEST_EVENING)
        answers = await uow.rsvps.of_member(after.member_id, [session.id for session in ahead])
        for session in ahead:
            if session.id not in answers or not answers[session.id].coming:
                continue
            until_now = await self._evening(uow, before, session)
            from_now = await self._evening(uow, after, session)
            if until_now is not None and from_now is not None and from_now <= now < until_now:
                await self._tell_evening(uow, session, {after.member_id: after}, from_now)
            await self._catch_up_usual(uow, session, before, after, now)

    async def _catch_up_usual(
        self, uow: UnitOfWork, session: Session, before: OwnReminders, after: OwnReminders, now: datetime
    ) -> None:
        group = await uow.groups.get(session.group_id)
        old, new = times_of(before, group), times_of(after, group)
        usual: tuple[tuple[Moment, datetime | None], ...] = (
            ("dawn", await dawn_of(uow, session)),
            ("evening", await self._evening(uow, after, session)),
        )
        for moment, at in usual:
            if at is not None and gives_up(session, at, old, new, now):
                alone = moment != "dawn" or await own_dawn_of(uow, session) is not None
                if not alone and not await named_people(uow, session, now):
                    continue
                others = await nearby(uow, moment, session, group, {after.member_id: after}, at, at)
                if not others.stands_in(after.member_id, after, group):
                    await self._tell_if_past(uow, session, moment, {after.member_id: after})

    async def on_settings_changed(self, uow: UnitOfWork, before: Community, after: Community) -> None:
        """In another zone an evening that was ahead may have passed: it is told now."""
        if before.time_zone == after.time_zone:
            return
        now, old, new = self._clock.now(), ZoneInfo(before.time_zone), ZoneInfo(after.time_zone)
        owners = await uow.own_reminders.with_evening()
        for session in await uow.sessions.starting(now, now + FARTHEST_EVENING) if owners else []:
            here = set(coming(await uow.rsvps.of_session(session.id)))
            for own in owners:
                until_now, at = (own_evening(own, session.starts_at, zone) for zone in (old, new))
                passed = until_now is not None and at is not None and at <= now < until_now
                if passed and at is not None and own.member_id in here:
                    await self._tell_evening(uow, session, {own.member_id: own}, at)

    async def on_zone_changed(self, uow: UnitOfWork, member_id: int, before: str) -> None:
        """Somebody's clock hangs in another zone: their evenings are planned anew, and one that has passed is told."""
        own = await uow.own_reminders.find(member_id)
        if own is None or own.evening is None or own.by == "off":
            return
        now = self._clock.now()
        ahead = await uow.sessions.upcoming(now, limit=MOST_AHEAD)
        await uow.steps.prepare([session.id for session in ahead])
        for session in ahead:
            await plan(uow, session, now, [own])
        await self._catch_up(uow, replace(own, zone=before), own, now)

    async def _evening(self, uow: UnitOfWork, own: OwnReminders, session: Session) -> datetime | None:
        """When this person is told of the evening before; None: never."""
        if own.by == "off" or own.evening_off:
            return None
        community = await uow.communities.get()
        if own.evening is not None:
            return own_evening(own, session.starts_at, ZoneInfo(community.time_zone))
        # It stays when it was, also if another time is set for it once it has been told.
        usual = await evening_of(uow, session)
        return usual.due_at if usual else evening_at(session, await uow.groups.get(session.group_id), community)

    async def _state(self, uow: UnitOfWork, actor: Actor) -> OwnState:
        member_id = actor.member_id
        own = await _own(uow, member_id)
        member = await uow.members.find(member_id) or Member(member_id)
        is_closed = member.dms_closed_at is not None and closed(
            member, await uow.members.reached_at(member_id), self._clock.now()
        )
        community, morning, now = await uow.communities.get(), await uow.morning.get(), self._clock.now()
        groups = (await visible_groups(uow, actor)).values()
        found = await outlook(uow, actor, own, member, now)
        return OwnState(
            guild_id=uow.guild_id,
            own=own,
            usual_evening=community.evening_before,
            time_zone=community.time_zone,
            usual_before=morning.minutes_before,
            with_morning_post=bool(morning.channel_id),
            evening_lead=_evening_lead(own, community, found.session.starts_at if found else now),
            closed=is_closed,
            stopped=kind_of("before") in member.stopped,
            groups=tuple(g for g in groups if g.reminders or g.evening_off or g.evening_before is not None),
            next=found,
        )

    # What falls due

    async def due(self, uow: UnitOfWork, step: Step) -> None:
        """A lead is due: tell those who come and have it, now, as their evening or as a time of their own."""
        now, session = self._clock.now(), await uow.sessions.get(step.subject_id)
        revision, minutes = read_key(step.revision)
        if session.state is not SessionState.SCHEDULED or session.revision != revision or now >= session.starts_at:
            return
        zone = ZoneInfo((await uow.communities.get()).time_zone)
        here = coming(await uow.rsvps.of_session(session.id))
        chosen = await uow.own_reminders.some(here)
        evening = {m: own for m, own in chosen.items() if evening_lead(own, session, zone) == minutes}
        told = await self._tell_evening(uow, session, evening, step.due_at)
        people = [
            member_id
            for member_id, own in chosen.items()
            if member_id not in told and await self._newest(uow, own.before or (), session, now) == minutes
        ]
        known = await uow.members.some(people)
        await tell(
            uow,
            "before",
            session,
            await discreet(uow, session, told_alone(chosen, known, people)),
            due_at=step.due_at,
            expires_at=session.starts_at,
            day=local_day(session.starts_at, zone),
            minutes=minutes,
        )
        rest = [m for m in here if m not in told and (m not in chosen or chosen[m].before is None)]
        await self._tell_of_the_groups(uow, session, rest, chosen, step.due_at, minutes)

    async def _tell_of_the_groups(
        self,
        uow: UnitOfWork,
        session: Session,
        people: Sequence[int],
        chosen: Mapping[int, OwnReminders],
        due_at: datetime,
        minutes: int,
    ) -> None:
        """If the group has this time for all, tell these people, who have none of their own."""
        group, now = await uow.groups.get(session.group_id), self._clock.now()
        if not people or await self._newest(uow, group.reminders, session, now) != minutes:
            return
        evening = await evening_of(uow, session)
        if due_at in (await dawn_of(uow, session), evening.due_at if evening is not None else None):
            # All are told at this very minute anyway.
            return
        known = await uow.members.some([m for m in people if m in chosen])
        told = await discreet(uow, session, as_everybody(chosen, known, people))
        day = await _day_of(uow, session)
        await tell(uow, "before", session, told, due_at=due_at, expires_at=session.starts_at, day=day, minutes=minutes)
        channel_id = await channel_of(uow, group)
        await tell_together(uow, session, told.channel, channel_id, due_at=due_at, day=day, minutes=minutes)

    async def _newest(self, uow: UnitOfWork, offsets: Sequence[int], session: Session, now: datetime) -> int | None:
        """Of the offsets that have come, the nearest to the start: after an outage only that one is worth saying."""
        for minutes in reversed(offsets):
            come = session.starts_at - timedelta(minutes=minutes) <= now
            if come and await is_planned(uow, session, minutes):
                return minutes
        return None

    async def _tell_evening(
        self, uow: UnitOfWork, session: Session, chosen: dict[int, OwnReminders], due_at: datetime
    ) -> set[int]:
        """One ping for the evening before, and only until dawn is due; who is told."""
        expires_at = await dawn_of(uow, session)
        if not chosen or self._clock.now() >= expires_at:
            return set()
        day = await _day_of(uow, session)
        told = await discreet(uow, session, told_alone(chosen, await uow.members.some(list(chosen)), list(chosen)))
        new = told.of(await uow.pings.claim(session.id, day, "evening", told.alone))
        await tell(uow, "evening", session, new, due_at=due_at, expires_at=expires_at, day=day)
        return set(new.alone)

    async def on_coming(self, uow: UnitOfWork, session: Session, member_id: int) -> None:
        """Somebody has got a place: what all are told at the group's times and still waits mentions them as well."""
        group = await uow.groups.get(session.group_id)
        own = await uow.own_reminders.find(member_id) if group.reminders else None
        if not group.reminders or (own is not None and (own.before is not None or own.by != "channel")):
            return
        if member_id in unnamed(await uow.rsvps.of_session(session.id)):
            return
        written: dict[int, list[Post]] = {}
        for post in await uow.posts.of_subject("before", session.id):
            if post.revision == session.revision and (post.data.get("together") or member_id in post.data["mentions"]):
                written.setdefault(post.data["minutes"], []).append(post)
        for posts in written.values():
            # Whoever was told alone, since an organizer had answered for them, is not told again.
            some = [post for post in posts if post.data.get("together")]
            if not any(member_id in post.data["mentions"] for post in posts):
                for post in mentioning(some, [member_id], lambda people, _part: parts(people, PEOPLE)):
                    await uow.posts.plan(post)

    # What could not be told

    async def undelivered(self, uow: UnitOfWork, result: Settled) -> None:
        """Who could not be told alone is told elsewhere, in the transaction that ends it.

        Closed or paused direct messages: mentioned in the session's thread. A closed thread: in the group's channel.
        """
        post = result.post
        if result.state is not PostState.UNDELIVERABLE or not post.data.get("alone"):
            return
        session, now = await uow.sessions.get(post.subject_id), self._clock.now()
        if session.state is not SessionState.SCHEDULED or session.revision != post.revision or now >= post.expires_at:
            return
        elsewhere = 0 if post.member_id else await channel_of(uow, await uow.groups.get(session.group_id))
        if elsewhere and elsewhere == post.channel_id:
            return
        await mention(
            uow,
            _moment(post),
            session,
            post.data["mentions"],
            due_at=now,
            expires_at=post.expires_at,
            day=date.fromordinal(post.data["day"]),
            minutes=post.data.get("minutes", 0),
            channel_id=elsewhere,
        )

    async def dropped(self, uow: UnitOfWork, post: Post) -> None:
        """It was under way when its session moved, and came to nothing: whom it would have told may be told.

        If the time of the new evening or dawn has come meanwhile, they are told now. A time of their own needs nothing:
        the step of the new time tells of it.
        """
        moment, session = _moment(post), await uow.sessions.get(post.subject_id)
        if moment == "before":
            return
        people = [int(member_id) for member_id in post.data["mentions"]]
        await uow.pings.release(session.id, date.fromordinal(post.data["day"]), moment, people)
        if session.state is not SessionState.SCHEDULED:
            return
        here = set(coming(await uow.rsvps.of_session(session.id)))
        chosen = {m: own for m, own in (await uow.own_reminders.some(people)).items() if m in here}
        for member_id, own in chosen.items():
            await self._tell_if_past(uow, session, moment, {member_id: own})

    async def _tell_if_past(self, uow: UnitOfWork, session: Session, moment: str, one: dict[int, OwnReminders]) -> None:
        now, (own,) = self._clock.now(), one.values()
        if moment == "evening":
            at = await self._evening(uow, own, session)
            if at is not None and at <= now:
                await self._tell_evening(uow, session, one, at)
            return
        at = await dawn_of(uow, session)
        if not at <= now < session.starts_at:
            return
        day = await _day_of(uow, session)
        told = await discreet(uow, session, told_alone(one, await uow.members.some(list(one)), list(one)))
        new = told.of(await uow.pings.claim(session.id, day, "dawn", told.alone))
        await tell(uow, "dawn", session, new, due_at=at, expires_at=session.starts_at, day=day)


async def _own(uow: UnitOfWork, member_id: int) -> OwnReminders:
    """What this person chose; nothing yet, but their clock has a zone all the same."""
    found = await uow.own_reminders.find(member_id)
    return found or OwnReminders(member_id, zone=await uow.profiles.time_zone(member_id))


def _evening_lead(own: OwnReminders, community: Community, starts_at: datetime) -> int:
    """How many minutes before a session at this time somebody hears on the evening before, be it as everybody does."""
    zone = ZoneInfo(community.time_zone)
    at = own_evening(own, starts_at, zone) or evening_before(community.evening_before, starts_at, zone)
    return lead(at, starts_at)


async def _day_of(uow: UnitOfWork, session: Session) -> date:
    return local_day(session.starts_at, ZoneInfo((await uow.communities.get()).time_zone))


def _moment(post: Post) -> OwnMoment:
    match post.kind:
        case "dawn" | "evening":
            return post.kind
        case _:
            return "before"
