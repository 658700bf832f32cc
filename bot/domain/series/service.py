"""What people do with series, and the planning that follows from the rule."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING, Any

import msgspec
from msgspec.structs import asdict, replace

from bot.domain.calendar import (
    Occurrence,
    Recurrence,
    day_bounds,
    first_date,
    local_day,
    next_occurrences,
    occurrences,
)
from bot.domain.choices import chosen_id, has_part, only_fitting
from bot.domain.errors import Unknown, check_number, cleaned, require_text
from bot.domain.groups import ahead_of, folded, sounded, visible_groups
from bot.domain.phrases import Fork, kept, resumed
from bot.domain.series.asking import WhichRule, which_rule
from bot.domain.series.values import (
    LONGEST_NAME,
    MOST_COUNT,
    NewSeries,
    SeriesAmbiguous,
    SeriesEnded,
    SeriesNameTaken,
    SeriesNeverMeets,
    SeriesPreview,
    SeriesView,
    SessionSeries,
)
from bot.domain.sessions import (
    LONGEST_THEME,
    LONGEST_VENUE,
    MOST_PLACES,
    ChoosesGroup,
    Draft,
    Session,
    SessionHooks,
    announcement_channel,
    check_duration,
    check_start,
    optional_text,
    own_draft,
    schedule_sessions,
)
from bot.domain.zones import zone_of

if TYPE_CHECKING:
    from bot.clock import Clock
    from bot.domain.actors import Actor
    from bot.domain.communities import Community
    from bot.domain.groups import StudyGroup
    from bot.domain.uow import UnitOfWork, Units

SHOWN_AHEAD = 5
"""Dates in a preview."""
MOST_SHOWN = 10
"""Sessions of one series on one screen."""
_BEYOND = 100
"""Dates after the horizon that are tried before a series counts as having no next one."""
_ONE_DAY = timedelta(days=1)


class SeriesService(ChoosesGroup):
    """Standing series, and the sessions they plan. Features that follow from a session are `hooks`."""

    def __init__(self, units: Units, clock: Clock, hooks: SessionHooks, horizon_weeks: int = 8) -> None:
        super().__init__(units)
        self._clock = clock
        self._hooks = hooks
        self.horizon = timedelta(weeks=horizon_weeks)

    # Creating

    async def preview(self, guild_id: int, actor: Actor, new: NewSeries, said: str = "") -> SeriesPreview:
        """Check a new series and keep it as a draft with the rule as it was `said`; nothing is planned.

        Raises:
            NotAllowed, NoChannel, SeriesNameTaken, SeriesNeverMeets, RuleNotUnderstood, InvalidText, InvalidNumber.
        """
        async with self._units(guild_id) as uow:
            starts_on = new.starts_on.isoformat() if new.starts_on else None
            new, group, community = await self._checked(uow, actor, new)
            data = {"new": msgspec.to_builtins(new), "said": cleaned(said), "starts_on": starts_on}
            draft = await uow.sessions.drafts.add(actor.member_id, "series", data)
            ahead = next_occurrences(_recurrence(new, community), self._clock.now(), SHOWN_AHEAD)
            channel_id = announcement_channel(group, community)
            return SeriesPreview(draft.id, new, group, community, channel_id, ahead)

    async def propose(
        self, guild_id: int, actor: Actor, new: NewSeries, said: str, forks: Sequence[Fork]
    ) -> SeriesPreview | WhichRule:
        """As `preview`, but of a rule or a day with two readings first ask which is meant.

        Raises:
            As `preview`, of the first readings.
        """
        if not forks:
            return await self.preview(guild_id, actor, new, said)
        async with self._units(guild_id) as uow:
            starts_on = new.starts_on
            new, _group, community = await self._checked(uow, actor, new, days_known=False)
            data = kept(replace(new, starts_on=starts_on), forks) | {"said": cleaned(said)}
            draft = await uow.sessions.drafts.add(actor.member_id, "ask-series", data)
            now, zone = self._clock.now(), community.time_zone

            def since(rrule: str, at: time) -> date:
                return starts_on or _first_day(rrule, at, zone, now)

            return which_rule(draft.id, forks[0], new.name, since, zone, now, edits=False)

    async def choose(self, guild_id: int, actor: Actor, draft_id: int, place: int) -> SeriesPreview | WhichRule:
        """Go on with the reading that was chosen (0 the first, 1 the second). The question stays open for a day.

        Raises:
            Unknown: the question has gone, or was another's. Else as `propose`.
        """
        async with self._units.reading(guild_id) as uow:
            draft = await own_draft(uow, actor, draft_id, "ask-series")
            new, forks = resumed(draft.data, NewSeries, place)
        return await self.propose(guild_id, actor, new, draft.data["said"], forks)

    async def draft(self, guild_id: int, actor: Actor, draft_id: int) -> tuple[NewSeries, str, date | None]:
        """What the actor was shown, the rule as they said it, and the first day if they said one.

        Raises:
            Unknown: it was used already, has gone, or is another's.
        """
        async with self._units.reading(guild_id) as uow:
            draft = await own_draft(uow, actor, draft_id, "series")
            starts_on = draft.data.get("starts_on")
            return as_new(draft), draft.data["said"], date.fromisoformat(starts_on) if starts_on else None

    async def confirm(self, guild_id: int, actor: Actor, draft_id: int) -> SeriesView:
        """Create what was previewed. The second of two presses finds the draft used.

        Raises:
            Unknown: it was used already, has gone, or is another's. Else as `preview`.
        """
        async with self._units(guild_id) as uow:
            draft = await own_draft(uow, actor, draft_id, "series")
            await uow.sessions.drafts.remove(draft.id)
            return await self._create(uow, actor, as_new(draft))

    async def create(self, guild_id: int, actor: Actor, new: NewSeries) -> SeriesView:
        """Write a series and plan its sessions.

        Raises:
            As `preview`.
        """
        async with self._units(guild_id) as uow:
            return await self._create(uow, actor, new)

    async def _create(self, uow: UnitOfWork, actor: Actor, new: NewSeries) -> SeriesView:
        new, _group, community = await self._checked(uow, actor, new)
        series = await uow.series.add(
            **asdict(new),
            time_zone=community.time_zone,
            planned_until=None,
            created_by=actor.member_id,
            created_at=self._clock.now(),
        )
        await uow.record("series.create", actor.member_id, f"series:{series.id}", after=msgspec.to_builtins(new))
        await self.plan(uow, series)
        return await self.view_of(uow, series.id)

    async def _checked(
        self, uow: UnitOfWork, actor: Actor, new: NewSeries, *, days_known: bool = True
    ) -> tuple[NewSeries, StudyGroup, Community]:
        group = (await visible_groups(uow, actor)).get(new.group_id)
        if group is None:
            raise Unknown("group", str(new.group_id))
        actor.require_organizer(group)
        community = await uow.communities.get()
        announcement_channel(group, community)
        now = self._clock.now()
        check_number("count", new.count, 1, MOST_COUNT)
        new = replace(
            new,
            name=require_text("name", new.name, LONGEST_NAME),
            theme=optional_text("theme", new.theme, LONGEST_THEME),
            duration=check_duration(new.duration),
            venue=optional_text("venue", new.venue, LONGEST_VENUE),
            capacity=check_number("capacity", new.capacity, 1, MOST_PLACES),
            starts_on=new.starts_on or _first_day(new.rrule, new.at, community.time_zone, now),
        )
        running = [series for series in await uow.series.all() if series.group_id == group.id]
        if any(folded(series.name) == folded(new.name) for series in running):
            raise SeriesNameTaken(new.name, group.name)
        ahead = next_occurrences(_recurrence(new, community), now, 1)
        if not ahead and days_known:
            raise SeriesNeverMeets
        if ahead and days_known:
            check_start(ahead[0].starts_at, now)
        return new, group, community

    # Planning

    async def plan_all(self, guild_id: int) -> None:
        """Plan all series of a community up to the horizon, as the hourly job does; what stands already stays."""
        now = self._clock.now()
        async with self._units.reading(guild_id) as uow:
            # The horizon moves by a day once a day; in the other hours nothing is written.
            behind = [
                series.id
                for series in await uow.series.all()
                if series.planned_until != local_day(await self.horizon_of(uow, series), zone_of(series.time_zone))
                or not await uow.sessions.upcoming(now, series_id=series.id, limit=1)
            ]
        if not behind:
            return
        async with self._units(guild_id) as uow:
            for series_id in behind:
                await self.plan(uow, await uow.series.get(series_id))

    async def horizon_of(self, uow: UnitOfWork, series: SessionSeries) -> datetime:
        """Up to when the series is planned now."""
        return self._clock.now() + ahead_of(await uow.groups.get(series.group_id), self.horizon)

    async def on_group_changed(self, uow: UnitOfWork, before: StudyGroup, after: StudyGroup) -> None:
        """It looks farther ahead: more sessions are planned. Those that are planned already stay in any case."""
        if before.look_ahead != after.look_ahead:
            for series in await uow.series.all():
                if series.group_id == after.id:
                    await self.plan(uow, series)

    async def plan(self, uow: UnitOfWork, series: SessionSeries) -> list[Session]:
        """Write the sessions up to the horizon that are not there yet; at least the next one. Returns the new ones."""
        group = await uow.groups.get(series.group_id)
        if series.ended_at is not None or group.archived_at is not None:
            return []
        now = self._clock.now()
        recurrence = series.recurrence()
        zone = zone_of(series.time_zone)
        known = await uow.sessions.dates_of_series(series.id, local_day(now, zone) - _ONE_DAY)
        until = await self.horizon_of(uow, series)
        new = [o for o in occurrences(recurrence, now, until) if o.on not in known]
        if not new and not await uow.sessions.upcoming(now, series_id=series.id, limit=1):
            # A yearly rule, or every date within the horizon was called off: the next one is planned nevertheless.
            new = [o for o in next_occurrences(recurrence, until, _BEYOND) if o.on not in known][:1]
        planned = await schedule_sessions(uow, self._hooks, None, [self._session(series, each) for each in new])
        if series.planned_until != (day := local_day(until, zone)):
            await uow.series.change(series.id, planned_until=day)
        return planned

    def _session(self, series: SessionSeries, occurrence: Occurrence) -> dict[str, Any]:
        return {
            "group_id": series.group_id,
            "series_id": series.id,
            "occurrence_on": occurrence.on,
            "kind": "lecture",
            "theme": series.theme or series.name,
            "description": "",
            "starts_at": occurrence.starts_at,
            "duration": series.duration,
            "venue": series.venue,
            "link": "",
            "capacity": series.capacity,
            "deadline": None,
            "host_id": 0,
            "created_at": self._clock.now(),
        }

    # Changing

    async def changeable(self, uow: UnitOfWork, actor: Actor, name: str) -> SessionSeries:
        """The running series of this name, which the actor may change.

        Raises:
            Unknown, SeriesAmbiguous, NotAllowed, SeriesEnded.
        """
        series = await find_series(uow, actor, name)
        actor.require_organizer(await uow.groups.get(series.group_id))
        if series.ended_at is not None:
            raise SeriesEnded(series.name)
        return series

    # Looking

    async def show(self, guild_id: int, actor: Actor, name: str) -> SeriesView:
        """One series.

        Raises:
            Unknown: it does not exist for this person.
        """
        async with self._units.reading(guild_id) as uow:
            return await self.view_of(uow, (await find_series(uow, actor, name)).id)

    async def list(self, guild_id: int, actor: Actor) -> Sequence[SeriesView]:
        """The running series that exist for this person, in order of creation."""
        async with self._units.reading(guild_id) as uow:
            groups = await visible_groups(uow, actor)
            running = [series for series in await uow.series.all() if series.group_id in groups]
            return [await self.view_of(uow, series.id) for series in running]

    async def in_other_zones(self, guild_id: int, actor: Actor) -> Sequence[SessionSeries]:
        """The running series that keep another zone than the community's, of those that exist for this person."""
        async with self._units.reading(guild_id) as uow:
            groups = await visible_groups(uow, actor)
            zone = (await uow.communities.get()).time_zone
            return [s for s in await uow.series.all() if s.group_id in groups and s.time_zone != zone]

    async def suggest(
        self, guild_id: int, actor: Actor, text: str, limit: int = 25
    ) -> Sequence[tuple[str, SessionSeries]]:
        """Running series whose name contains the text, for autocompletion, each with what tells it from the others."""
        async with self._units.reading(guild_id) as uow:
            groups = await visible_groups(uow, actor)
            wanted = sounded(text)
            known = [series for series in await uow.series.all() if series.group_id in groups]
            shared = Counter(folded(series.name) for series in known)
            return [
                (_with_group(s, groups) if shared[folded(s.name)] > 1 else s.name, s)
                for s in known
                if wanted in sounded(_with_group(s, groups))
            ][:limit]

    async def view_of(self, uow: UnitOfWork, series_id: int) -> SeriesView:
        """The series as it is now, for rendering."""
        series = await uow.series.get(series_id)
        ahead = await uow.sessions.upcoming(self._clock.now(), series_id=series_id)
        group = await uow.groups.get(series.group_id)
        return SeriesView(series, group, await uow.communities.get(), tuple(ahead[:MOST_SHOWN]), len(ahead))


def _with_group(series: SessionSeries, groups: Mapping[int, StudyGroup]) -> str:
    """As "Morning circle (Finance)": groups may have series of the same name."""
    return f"{series.name} ({groups[series.group_id].name})"


async def find_series(uow: UnitOfWork, actor: Actor, text: str) -> SessionSeries:
    """The series chosen from a list, of this name or id, or the only one with this in its name.

    A running one comes before one that has ended.

    Raises:
        SeveralFit: it is a part of several names.
        Unknown: there is none for this person.
        SeriesAmbiguous: several groups have a running one of this name.
    """
    groups = await visible_groups(uow, actor)
    known = [series for series in await uow.series.all(ended=True) if series.group_id in groups]
    known.sort(key=lambda series: (series.ended_at is not None, -series.id))
    if (chosen := next((series for series in known if series.id == chosen_id(text)), None)) is not None:
        return chosen
    wanted = folded(text)
    named = [s for s in known if wanted in (folded(s.name), folded(_with_group(s, groups)))]
    running = [series for series in named if series.ended_at is None]
    if len(running) > 1:
        names = tuple(group.name for group in groups.values() if any(s.group_id == group.id for s in running))
        raise SeriesAmbiguous(running[0].name, names)
    if named:
        return named[0]
    for series in known:
        if str(series.id) == wanted:
            return series
    fitting = [s for s in known if has_part(sounded(_with_group(s, groups)), sounded(text))]
    running = [s for s in fitting if s.ended_at is None]
    found = only_fitting("series", text[:100], [(_with_group(s, groups), s) for s in running or fitting])
    if found is None:
        raise Unknown("series", text[:100])
    return found


def meets_on(series: SessionSeries, on: date, now: datetime) -> bool:
    """Whether the rule has this date, ahead of `now`."""
    begin, end = day_bounds(on, zone_of(series.time_zone))
    # A time that clocks skip is later than written, and so may lie beyond midnight.
    return any(o.on == on for o in occurrences(series.recurrence(), max(begin, now), max(end + _ONE_DAY, now)))


def as_new(draft: Draft) -> NewSeries:
    """What a draft holds."""
    return msgspec.convert(draft.data["new"], NewSeries)


def _first_day(rrule: str, at: time, zone: str, now: datetime) -> date:
    return first_date(rrule, at, zone, now) or local_day(now, zone_of(zone))


def _recurrence(new: NewSeries, community: Community) -> Recurrence:
    assert new.starts_on is not None
    return Recurrence(new.rrule, new.starts_on, new.at, community.time_zone, new.until, new.count)
