"""What moderators and members do with the morning post."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, datetime
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from bot.domain.calendar import local_day
from bot.domain.communities import differences, parse_usual_evening
from bot.domain.errors import Unknown, check_number
from bot.domain.morning.planning import Ground, list_parts, replan
from bot.domain.morning.values import (
    KIND,
    LONGEST_NOTICE,
    SHORTEST_NOTICE,
    EveryoneMentioned,
    MorningLine,
    MorningPost,
    MorningSettings,
    MorningState,
    NoMorningPost,
    NoMorningRole,
    NotPaused,
)
from bot.domain.morning.writing import morning_line
from bot.domain.own_reminders import ways
from bot.domain.posts import unsent
from bot.domain.reminders import MOST_AHEAD, coming, plan_all
from bot.domain.steps import StepState

if TYPE_CHECKING:
    from bot.clock import Clock
    from bot.domain.actors import Actor
    from bot.domain.uow import UnitOfWork, Units


class MorningService:
    """The morning post, for people."""

    def __init__(self, units: Units, clock: Clock) -> None:
        self._units = units
        self._clock = clock

    # What a moderator does

    async def set(
        self,
        guild_id: int,
        actor: Actor,
        *,
        channel_id: int | None = None,
        minutes_before: int | None = None,
        days: frozenset[int] | None = None,
        mention_role: int | None = None,
        evening_before: str | None = None,
    ) -> MorningState:
        """Change what is given; what is planned follows in the same transaction.

        A channel or role of 0 unsets it; `evening_before` is a time of day as the moderator wrote it.

        Raises:
            NotAllowed: the actor is not a moderator.
            InvalidNumber: minutes_before is not within 5 to 720.
            EveryoneMentioned: the role is @everyone.
            PhraseNotUnderstood, ClockPastMidnight, EveningNeeded: `evening_before` is no time of day.
        """
        actor.require_moderator()
        check_number("minutes_before", minutes_before, SHORTEST_NOTICE, LONGEST_NOTICE)
        # The role that everybody has bears the guild's own id.
        if mention_role == guild_id:
            raise EveryoneMentioned
        evening = parse_usual_evening(evening_before) if evening_before is not None else None
        given = {
            "channel_id": channel_id,
            "minutes_before": minutes_before,
            "days": days,
            "mention_role": mention_role,
        }
        values = {name: value for name, value in given.items() if value is not None}
        async with self._units(guild_id) as uow:
            if evening is not None:
                await self._change(uow, actor, "community", uow.communities, {"evening_before": evening})
                await plan_all(uow, self._clock.now())
            if values:
                before = await uow.morning.get()
                await self._change(uow, actor, "morning", uow.morning, values)
                if channel_id is not None and channel_id != before.channel_id:
                    # No group may be named there before it is known who sees the new channel.
                    await self._hide_all(uow)
                await replan(uow, self._clock.now())
            return await self._state(uow)

    async def show(self, guild_id: int, actor: Actor) -> MorningState:
        """The settings and what comes next."""
        actor.require_moderator()
        async with self._units.reading(guild_id) as uow:
            return await self._state(uow)

    async def preview(self, guild_id: int, actor: Actor) -> MorningPost | None:
        """The next morning post as it would be now, its first part; None if no coming day has one.

        It leaves out what the actor can't see, should they moderate without seeing every channel.

        Raises:
            NoMorningPost: no channel is set.
        """
        actor.require_moderator()
        async with self._units.reading(guild_id) as uow:
            ground = await Ground.read(uow)
            if not ground.settings.channel_id:
                raise NoMorningPost
            found = await self._next(uow)
            if found is None:
                return None
            day, due_at = found
            listed = [s for s in await ground.sessions(uow, day) if ground.covers(s) and ground.shows(s, actor)]
            if not listed:
                return None
            people: list[int] = []
            for session in listed:
                here = coming(await uow.rsvps.of_session(session.id))
                people += (await ways(uow, "dawn", session, here, due_at, self._clock.now())).channel
            role = ground.settings.mention_role
            mentions = list_parts([] if role else list(dict.fromkeys(people)), len(listed))[0]
            lines = [await morning_line(uow, session) for session in listed]
            return MorningPost(day, tuple(lines), mentions, role, 0, local_day(due_at, ground.zone) < day)

    async def pause(self, guild_id: int, actor: Actor, until: datetime | None) -> MorningState:
        """Hold the morning post; what is due meanwhile is released or expires by its day's end."""
        actor.require_moderator()
        async with self._units(guild_id) as uow:
            await uow.holds.put(KIND, until)
            await uow.record(
                "morning.pause", actor.member_id, "morning:0", after={"until": until.isoformat() if until else None}
            )
            return await self._state(uow)

    async def resume(self, guild_id: int, actor: Actor) -> MorningState:
        """Release it.

        Raises:
            NotPaused: it is not held.
        """
        actor.require_moderator()
        async with self._units(guild_id) as uow:
            if await uow.holds.find(KIND, self._clock.now()) is None:
                raise NotPaused
            await uow.holds.lift(KIND)
            await uow.record("morning.resume", actor.member_id, "morning:0")
            return await self._state(uow)

    async def look(self, guild_id: int, sees: Callable[[int, Mapping[int, int]], Mapping[int, bool]]) -> None:
        """Ask which groups' channels everybody sees who sees the morning post; plan anew if that changed.

        `sees(morning channel, {group: its channel})` answers for each group.
        """
        async with self._units.reading(guild_id) as uow:
            ground = await Ground.read(uow)
        if not ground.settings.channel_id:
            return
        elsewhere = ground.community.announcements_channel
        channels = {group.id: group.channel_id or elsewhere for group in ground.groups.values()}
        seen = sees(ground.settings.channel_id, channels)
        changed = {i: visible for i, visible in seen.items() if visible != ground.groups[i].open_to_morning}
        if not changed:
            return
        async with self._units(guild_id) as uow:
            for group_id, visible in changed.items():
                await self._open(uow, group_id, visible)
            await replan(uow, self._clock.now())

    # What members do

    async def today(self, guild_id: int, actor: Actor, day: int) -> tuple[MorningLine, ...]:
        """The sessions of a day, given by its ordinal, that the actor can see, as they are now or were held.

        Raises:
            Unknown: it is no day of ours.
        """
        if not date(2000, 1, 1).toordinal() <= day <= date(2200, 1, 1).toordinal():
            raise Unknown("button", str(day))
        async with self._units.reading(guild_id) as uow:
            ground = await Ground.read(uow)
            sessions = await ground.sessions(uow, date.fromordinal(day), over=True)
            return tuple([await morning_line(uow, session) for session in sessions if ground.shows(session, actor)])

    async def role(self, guild_id: int) -> int:
        """The role that the morning post mentions, which members take and give back by themselves.

        Raises:
            NoMorningRole: it mentions none.
        """
        async with self._units.reading(guild_id) as uow:
            role = (await uow.morning.get()).mention_role
        if not role:
            raise NoMorningRole
        return role

    async def settings(self, guild_id: int) -> MorningSettings:
        """When and where the morning post goes out, and which role it mentions."""
        async with self._units.reading(guild_id) as uow:
            return await uow.morning.get()

    # Parts of the above

    async def _change(self, uow: UnitOfWork, actor: Actor, noun: str, settings: Any, values: Mapping[str, Any]) -> None:
        before = await settings.get()
        old, new = differences(before, await settings.change(**values))
        if new:
            verb = "set" if noun == "morning" else "change"
            subject = f"{noun}:{0 if noun == 'morning' else uow.guild_id}"
            await uow.record(f"{noun}.{verb}", actor.member_id, subject, old, new)

    async def _hide_all(self, uow: UnitOfWork) -> None:
        for group in await uow.groups.all(archived=True):
            if group.open_to_morning:
                await self._open(uow, group.id, False)

    async def _open(self, uow: UnitOfWork, group_id: int, visible: bool) -> None:
        await uow.groups.change(group_id, open_to_morning=visible)
        await uow.record("group.edit", None, f"group:{group_id}", after={"open_to_morning": visible})

    async def _next(self, uow: UnitOfWork) -> tuple[date, datetime] | None:
        """The next day with a morning post that has not gone out, and when that is due."""
        zone = ZoneInfo((await uow.communities.get()).time_zone)
        ahead = await uow.sessions.upcoming(self._clock.now(), limit=MOST_AHEAD)
        for day in sorted({local_day(session.starts_at, zone) for session in ahead}):
            step = await uow.steps.find(KIND, day.toordinal())
            if step is None or step.state is StepState.CANCELLED:
                continue
            if step.state is StepState.PLANNED or await self._waits(uow, day):
                return day, step.due_at
        return None

    async def _waits(self, uow: UnitOfWork, day: date) -> bool:
        """Whether the day's post has fallen due and waits to go out."""
        return any(unsent(post) for post in await uow.posts.of_subject(KIND, day.toordinal()))

    async def _state(self, uow: UnitOfWork) -> MorningState:
        day, due_at = await self._next(uow) or (None, None)
        hold = await uow.holds.find(KIND, self._clock.now())
        community = await uow.communities.get()
        waits = day is not None and await self._waits(uow, day)
        evening, zone = community.evening_before, community.time_zone
        return MorningState(await uow.morning.get(), hold, due_at, day, evening, zone, waits)
