"""What people do about pairing: each says of themselves whether they take part, moderators say when rounds are made."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from msgspec import Struct
from msgspec.structs import replace

from bot.domain.communities import plain
from bot.domain.errors import Unknown, check_number
from bot.domain.pairing.values import (
    MOST_AVOIDED,
    MOST_WEEKS,
    ROUND,
    SHOWN,
    Avoided,
    AvoidsSelf,
    NotAvoided,
    NotInPairing,
    PairingOff,
    PairingSettings,
    PairingView,
    Partaker,
    SnoozeEnds,
    TooManyAvoided,
    WhichSnooze,
    first_after,
    first_date,
)
from bot.domain.phrases import Fork, kept, parse_clock, resumed, taking
from bot.domain.restrictions import require_free
from bot.domain.sessions import own_draft
from bot.domain.zones import zone_of

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

    from bot.clock import Clock
    from bot.domain.actors import Actor
    from bot.domain.meetings import Meeting
    from bot.domain.uow import UnitOfWork, Units

_DRAFT = "ask-snooze"
_SUBJECT = "pairing:0"


class Snooze(Struct, frozen=True):
    """Until when somebody wants to sit out; None: the next round only."""

    until: datetime | None = None


class PairingService:
    """Lets people take part, pause, and keep from being paired with somebody."""

    def __init__(self, units: Units, clock: Clock) -> None:
        self._units = units
        self._clock = clock

    # Taking part

    async def show(self, guild_id: int, actor: Actor) -> PairingView:
        """What the actor sees of pairing: of others only whom they met themselves."""
        async with self._units.reading(guild_id) as uow:
            return await self._view(uow, actor)

    async def join(self, guild_id: int, actor: Actor) -> PairingView:
        """The actor takes part from the next round on; whoever has paused is back.

        Raises:
            PairingOff: the moderators have not turned it on.
            Restricted: they are kept from sessions, and so from meeting people here.
        """
        async with self._units(guild_id) as uow:
            settings, now = await _settings(uow), self._clock.now()
            at = settings.next_at(await _zone(uow)) or now
            await require_free(uow, actor.member_id, "sessions", at, now, actor.member_id)
            mine = await uow.pairing.find(actor.member_id)
            if mine is None or mine.snoozed_until is not None:
                await uow.pairing.put(replace(mine or Partaker(actor.member_id, now), snoozed_until=None))
                await uow.record("pairing.join", actor.member_id, _SUBJECT)
            return await self._view(uow, actor)

    async def leave(self, guild_id: int, actor: Actor) -> PairingView:
        """The actor takes part no more. Whom they were to meet already, they can meet still.

        Raises:
            NotInPairing: they don't take part.
        """
        async with self._units(guild_id) as uow:
            await _mine(uow, actor)
            await uow.pairing.remove(actor.member_id)
            await uow.record("pairing.leave", actor.member_id, _SUBJECT)
            return await self._view(uow, actor)

    async def snooze(
        self, guild_id: int, actor: Actor, until: datetime | None = None, forks: Sequence[Fork] = ()
    ) -> PairingView | WhichSnooze:
        """The actor sits out the rounds that are due before `until`, or the next one only (None).

        Raises:
            NotInPairing: they don't take part.
            PairingOff: there is no next round.
            SnoozeEnds: that time has passed already.
        """
        async with self._units(guild_id) as uow:
            return await self._snooze(uow, actor, Snooze(until), forks)

    async def choose(self, guild_id: int, actor: Actor, draft_id: int, place: int) -> PairingView | WhichSnooze:
        """Go on with the end that was chosen (0 the first, 1 the second).

        Raises:
            Unknown: the question was answered, has gone, or was another's. Else as `snooze`.
        """
        async with self._units(guild_id) as uow:
            draft = await own_draft(uow, actor, draft_id, _DRAFT)
            await uow.sessions.drafts.remove(draft.id)
            return await self._snooze(uow, actor, *resumed(draft.data, Snooze, place))

    async def _snooze(
        self, uow: UnitOfWork, actor: Actor, new: Snooze, forks: Sequence[Fork]
    ) -> PairingView | WhichSnooze:
        mine, zone = await _mine(uow, actor), await _zone(uow)
        if forks:
            fork = forks[0]
            draft = await uow.sessions.drafts.add(actor.member_id, _DRAFT, kept(new, forks))
            ends = [taking(new, fork, place).until for place in range(len(fork.readings))]
            return WhichSnooze(draft.id, fork.text, tuple(end for end in ends if end is not None), zone.key)
        until = new.until
        if until is None:
            next_at = (await _settings(uow)).next_at(zone)
            assert next_at is not None
            until = next_at + timedelta(minutes=1)
        if until <= self._clock.now():
            raise SnoozeEnds(until)
        await uow.pairing.put(replace(mine, snoozed_until=until))
        await uow.record("pairing.snooze", actor.member_id, _SUBJECT, after={"until": until.isoformat()})
        return await self._view(uow, actor)

    async def say(self, guild_id: int, actor: Actor, meeting_id: int, *, met: bool) -> Meeting:
        """The actor says whether they met; the last word counts.

        Raises:
            Unknown: the meeting is not one of theirs.
        """
        async with self._units(guild_id) as uow:
            meeting = await uow.meetings.get(meeting_id)
            if meeting is None or actor.member_id not in meeting.people:
                raise Unknown("button", str(meeting_id))
            if meeting.met.get(actor.member_id) is not met:
                await uow.meetings.say(meeting, actor.member_id, met=met)
                await uow.record("meeting.say", actor.member_id, f"meeting:{meeting.id}")
            return replace(meeting, met={**meeting.met, actor.member_id: met})

    # Whom somebody does not want to meet

    async def avoid(self, guild_id: int, actor: Actor, member_id: int, *, remove: bool = False) -> Avoided:
        """Put somebody on the actor's own list, or take them off it. Nobody else ever learns of it.

        The audit knows only that the list was changed: moderators read it.

        Raises:
            AvoidsSelf: it is the actor.
            TooManyAvoided: the list is full.
            NotAvoided: who is to be taken off is not on it.
        """
        if member_id == actor.member_id:
            raise AvoidsSelf
        async with self._units(guild_id) as uow:
            known = await uow.pairing.avoided_by(actor.member_id)
            if remove and member_id not in known:
                raise NotAvoided(member_id)
            if not remove and member_id not in known and len(known) >= MOST_AVOIDED:
                raise TooManyAvoided(MOST_AVOIDED)
            await uow.pairing.avoid(actor.member_id, member_id, remove=remove)
            await uow.record("pairing.avoid", actor.member_id, _SUBJECT)
            return Avoided(member_id, remove, await uow.pairing.avoided_by(actor.member_id))

    # Moderators

    async def set(
        self,
        guild_id: int,
        actor: Actor,
        *,
        every_weeks: int | None = None,
        weekday: int | None = None,
        at: str | None = None,
    ) -> PairingView:
        """Change what is given: 0 weeks turn it off, `at` is a time of day as the moderator wrote it.

        The round that is planned moves, unless it still fits.

        Raises:
            NotAllowed: the actor is not a moderator.
            InvalidNumber: a number is out of its range.
            PhraseNotUnderstood, ClockPastMidnight, ClockAmbiguous: `at` is no time of day, or two.
        """
        actor.require_moderator()
        check_number("every_weeks", every_weeks, 0, MOST_WEEKS)
        check_number("weekday", weekday, 0, 6)
        given = {"every_weeks": every_weeks, "weekday": weekday, "at": parse_clock(at) if at else None}
        async with self._units(guild_id) as uow:
            before = await uow.pairing.settings()
            after = replace(before, **{name: value for name, value in given.items() if value is not None})
            if after != before:
                anew = (after.weekday, after.every_weeks) != (before.weekday, before.every_weeks)
                after = await plan_round(uow, after, self._clock.now(), anew=anew)
                await uow.record("pairing.set", actor.member_id, _SUBJECT, _as_plain(before), _as_plain(after))
            return await self._view(uow, actor)

    async def _view(self, uow: UnitOfWork, actor: Actor) -> PairingView:
        settings, zone = await uow.pairing.settings(), await _zone(uow)
        meetings = await uow.meetings.of_member(actor.member_id, SHOWN, "pairing")
        last, next_at, mine = settings.last_on, settings.next_at(zone), await uow.pairing.find(actor.member_id)
        until = None if mine is None else mine.snoozed_until
        pauses = next_at is not None and until is not None and next_at < until
        return PairingView(
            settings=settings,
            next_at=next_at,
            mine=mine,
            meetings=tuple(meetings),
            current=bool(meetings) and last is not None and meetings[0].at.astimezone(zone).date() == last,
            avoided=await uow.pairing.avoided_by(actor.member_id),
            reader=actor.member_id,
            back_at=first_after(settings, until, zone) if pauses and until is not None else None,
        )


async def plan_round(
    uow: UnitOfWork, settings: PairingSettings, now: datetime, *, anew: bool = False
) -> PairingSettings:
    """Store the settings, with the next round planned as a step; returns them.

    One that is planned keeps its date while that is ahead, unless all is planned `anew`.
    """
    zone, planned = await _zone(uow), settings.next_on
    if planned is not None:
        await uow.steps.cancel([ROUND], planned.toordinal())
    if not settings.is_on:
        settings = replace(settings, next_on=None)
    else:
        stays = planned is not None and not anew and settings.instant(planned, zone) > now
        day = planned if planned is not None and stays else first_date(settings, now, zone)
        settings = replace(settings, next_on=day)
        await uow.steps.plan(ROUND, day.toordinal(), settings.instant(day, zone))
    await uow.pairing.set(settings)
    return settings


async def _settings(uow: UnitOfWork) -> PairingSettings:
    settings = await uow.pairing.settings()
    if not settings.is_on:
        raise PairingOff
    return settings


async def _mine(uow: UnitOfWork, actor: Actor) -> Partaker:
    mine = await uow.pairing.find(actor.member_id)
    if mine is None:
        raise NotInPairing
    return mine


async def _zone(uow: UnitOfWork) -> ZoneInfo:
    return zone_of((await uow.communities.get()).time_zone)


def _as_plain(settings: PairingSettings) -> dict[str, Any]:
    return {"every_weeks": settings.every_weeks, "weekday": settings.weekday, "at": plain(settings.at)}
