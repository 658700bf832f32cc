"""Changing a series: asked about if it has two readings, shown to its author with who will be told, then saved."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, time
from typing import TYPE_CHECKING, cast

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from bot.domain.calendar import local_day, next_occurrences
from bot.domain.choices import choice_of
from bot.domain.errors import StudyError, cleaned
from bot.domain.groups import folded
from bot.domain.phrases import Fork, kept, resumed, taking
from bot.domain.series.asking import WhichRule, which_rule
from bot.domain.series.changes import SHOWN_AHEAD, Scope, SeriesChange, SeriesEdit, begins, series_edit
from bot.domain.series.service import meets_on
from bot.domain.series.values import NoSuchDate, SeriesNameTaken
from bot.domain.sessions import (
    LONGEST_REASON,
    SessionEvent,
    as_plain,
    cancel_session,
    change_session,
    optional_text,
    own_draft,
)
from bot.domain.told import told_of_cancellation, told_of_edit, told_of_move
from bot.domain.zones import zone_of

if TYPE_CHECKING:
    from bot.clock import Clock
    from bot.domain.actors import Actor
    from bot.domain.communities import Community
    from bot.domain.groups import StudyGroup
    from bot.domain.series.service import SeriesService
    from bot.domain.series.values import SeriesView, SessionSeries
    from bot.domain.sessions import Draft, Session, SessionHooks
    from bot.domain.uow import UnitOfWork, Units


class DateNotNeeded(StudyError):
    """A date was given for a change of all sessions of the series `name`."""

    name: str


class DateNotPlanned(StudyError):
    """The series `name` meets `on` this day, but no session stands for it yet; they stand up to `until`."""

    name: str
    on: date
    until: date


class SeriesEditPreview(Struct, frozen=True):
    """What its author is shown before anybody is told: confirming it needs only `draft_id`.

    `before` is the series as it is; `told` counts those who answered for sessions that change, and will hear of it. In
    so many sessions more people have a place than there will be: `crowded`.
    """

    draft_id: int
    before: SessionSeries
    change: SeriesChange
    edit: SeriesEdit
    group: StudyGroup
    community: Community
    told: int
    crowded: int = 0


class SeriesEditDraft(Struct, frozen=True):
    """A change to be changed: the series as it is, the change, its rule as it was `said`.

    `session` is the one that alone changes, if it is one.
    """

    series: SessionSeries
    change: SeriesChange
    said: str
    session: Session | None


class SeriesEdited(Struct, frozen=True):
    """What a change has come to; `before` is the series as it was."""

    before: SessionSeries
    change: SeriesChange
    edit: SeriesEdit
    view: SeriesView
    told: int


class SeriesEditService:
    """The change of a standing series and of its sessions ahead. Features that follow are `hooks`, as ever."""

    def __init__(self, units: Units, clock: Clock, hooks: SessionHooks, series: SeriesService) -> None:
        self._units = units
        self._clock = clock
        self._hooks = hooks
        self._series = series

    async def propose(
        self,
        guild_id: int,
        actor: Actor,
        name: str,
        change: SeriesChange,
        *,
        said: str = "",
        forks: Sequence[Fork] = (),
    ) -> SeriesEditPreview | WhichRule:
        """Check a change and keep it as a draft, with the rule as it was `said`; nobody is told.

        Without a scope, a date means that date only, and none means all. Of a phrase with two readings it is first
        asked which is meant.

        Raises:
            Unknown, NotAllowed, SeriesEnded, SeriesNameTaken, NoSuchDate, DateNotNeeded, DateNotPlanned and what
            `series_edit` raises.
        """
        async with self._units(guild_id) as uow:
            series = await self._series.changeable(uow, actor, name)
            scope: Scope = change.scope or ("all" if change.on is None else "one")
            texts = {name: getattr(change, name) for name in ("name", "theme", "venue")}
            change = replace(
                change,
                **{name: cleaned(text) for name, text in texts.items() if text is not None},
                scope=scope,
                reason=optional_text("reason", change.reason, LONGEST_REASON),
            )
            ahead = await self._ahead(uow, series)
            change, forks = _sensible(series, change, forks, ahead)
            on, now = self._date(series, change, ahead), self._clock.now()
            if forks:

                def since(rrule: str, at: time) -> date:
                    return begins(series, rrule, at, on, now)

                data = kept(change, forks) | {"said": cleaned(said)}
                draft = await uow.sessions.drafts.add(actor.member_id, "ask-edit", data, series.id)
                return which_rule(draft.id, forks[0], series.name, since, series.time_zone, now, edits=True)
            change = replace(change, on=on)
            edit = await self._edit(uow, series, change)
            data = {"change": msgspec.to_builtins(change), "said": cleaned(said)}
            draft = await uow.sessions.drafts.add(actor.member_id, "reseries", data, series.id)
            group, community = await uow.groups.get(series.group_id), await uow.communities.get()
            told = await _told(uow, actor, edit, change.reason, now)
            crowded = await _crowded(uow, edit)
            return SeriesEditPreview(draft.id, series, change, edit, group, community, len(told), crowded)

    async def choose(self, guild_id: int, actor: Actor, draft_id: int, place: int) -> SeriesEditPreview | WhichRule:
        """Go on with the reading that was chosen (0 the first, 1 the second). The question stays open for a day.

        Raises:
            Unknown: the question has gone, or was another's. Else as `propose`.
        """
        async with self._units.reading(guild_id) as uow:
            draft = await own_draft(uow, actor, draft_id, "ask-edit")
            change, forks = resumed(draft.data, SeriesChange, place)
        name, said = choice_of(draft.subject_id), draft.data["said"]
        return await self.propose(guild_id, actor, name, change, said=said, forks=forks)

    async def draft(self, guild_id: int, actor: Actor, draft_id: int) -> SeriesEditDraft:
        """The change that the actor was shown, beside what is.

        Raises:
            Unknown: it was used already, has gone, or is another's.
            NoSuchDate: the date that it is for was called off.
        """
        async with self._units.reading(guild_id) as uow:
            draft = await own_draft(uow, actor, draft_id, "reseries")
            series = await self._series.changeable(uow, actor, choice_of(draft.subject_id))
            change, session = _as_change(draft), None
            if change.scope == "one":
                dates = {session.occurrence_on: session for session in await self._ahead(uow, series)}
                if (session := dates.get(change.on)) is None:
                    raise self._no_such_date(series, cast(date, change.on))
            return SeriesEditDraft(series, change, draft.data["said"], session)

    async def confirm(self, guild_id: int, actor: Actor, draft_id: int) -> SeriesEdited:
        """Save what was shown. The second of two presses finds the draft used.

        Raises:
            Unknown: it was used already, has gone, or is another's. Else as `propose`.
        """
        async with self._units(guild_id) as uow:
            draft = await own_draft(uow, actor, draft_id, "reseries")
            await uow.sessions.drafts.remove(draft.id)
            series = await self._series.changeable(uow, actor, choice_of(draft.subject_id))
            change = _as_change(draft)
            edit = await self._edit(uow, series, change)
            told = len(await _told(uow, actor, edit, change.reason, self._clock.now()))
            await self._save(uow, actor, series, change, edit)
            return SeriesEdited(series, change, edit, await self._series.view_of(uow, series.id), told)

    async def _edit(self, uow: UnitOfWork, series: SessionSeries, change: SeriesChange) -> SeriesEdit:
        ahead = await self._ahead(uow, series)
        if change.scope == "one" and all(session.occurrence_on != change.on for session in ahead):
            raise self._no_such_date(series, cast(date, change.on))
        now = self._clock.now()
        known = await uow.sessions.dates_of_series(series.id, local_day(now, zone_of(series.time_zone)))
        horizon, zone = await self._series.horizon_of(uow, series), zone_of((await uow.communities.get()).time_zone)
        edit = series_edit(series, change, ahead, known, now, horizon, zone)
        if "name" in edit.values:
            running = [each for each in await uow.series.all() if each.group_id == series.group_id]
            if any(folded(each.name) == folded(edit.series.name) for each in running if each.id != series.id):
                raise SeriesNameTaken(edit.series.name, (await uow.groups.get(series.group_id)).name)
        return edit

    async def _ahead(self, uow: UnitOfWork, series: SessionSeries) -> list[Session]:
        """Its sessions that have not begun; one that goes on is left in peace."""
        now = self._clock.now()
        return [s for s in await uow.sessions.upcoming(now, series_id=series.id) if s.starts_at > now]

    def _date(self, series: SessionSeries, change: SeriesChange, ahead: Sequence[Session]) -> date | None:
        """The rule's date from which (or on which) the change holds; the next one if none was said."""
        if change.scope == "all":
            if change.on is not None:
                raise DateNotNeeded(series.name)
            return None
        if change.on is None:
            dates = [session.occurrence_on for session in ahead if session.occurrence_on is not None]
            if not dates:
                raise self._no_such_date(series, local_day(self._clock.now(), zone_of(series.time_zone)))
            return dates[0]
        if (session := _on(series, change.on, ahead)) is not None:
            return session.occurrence_on
        raise self._no_such_date(series, change.on)

    def _no_such_date(self, series: SessionSeries, on: date) -> StudyError:
        now = self._clock.now()
        if series.planned_until is not None and on > series.planned_until and meets_on(series, on, now):
            return DateNotPlanned(series.name, on, series.planned_until)
        ahead = next_occurrences(series.recurrence(), now, SHOWN_AHEAD)
        return NoSuchDate(series.name, on, tuple(occurrence.on for occurrence in ahead))

    async def _save(
        self, uow: UnitOfWork, actor: Actor, series: SessionSeries, change: SeriesChange, edit: SeriesEdit
    ) -> None:
        if edit.values:
            await uow.series.change(series.id, **edit.values)
            await uow.record(
                "series.edit",
                actor.member_id,
                f"series:{series.id}",
                {name: as_plain(getattr(series, name)) for name in edit.values},
                {name: as_plain(value) for name, value in edit.values.items()}
                | {"scope": change.scope, "on": as_plain(change.on), "reason": change.reason},
            )
        # The last one first, and before any moves, so that none is announced only to be called off.
        for session in reversed(edit.cancelled):
            # It stands for no date any more: should the rule come back to that date, it is planned again.
            gone = await uow.sessions.change(session.id, occurrence_on=None)
            await cancel_session(uow, self._hooks, gone, actor.member_id, change.reason, self._clock.now())
        for each in edit.edits:
            session, values = each.session, dict(each.values)
            if "occurrence_on" in values:
                session = await uow.sessions.change(session.id, occurrence_on=values.pop("occurrence_on"))
            # What came before may have announced it.
            session = await uow.sessions.get(session.id)
            if values:
                await change_session(uow, self._hooks, session, values, actor.member_id, change.reason)
        await self._series.plan(uow, await uow.series.get(series.id))


async def _told(uow: UnitOfWork, actor: Actor, edit: SeriesEdit, reason: str, now: datetime) -> frozenset[int]:
    """Everybody who is told of what becomes of the sessions, each counted once."""
    people: set[int] = set()
    for each in edit.edits:
        event = SessionEvent(each.session, replace(each.session, **each.values), actor.member_id, reason)
        people |= (await (told_of_move if each.moves else told_of_edit)(uow, event, now)).people
    for session in edit.cancelled:
        event = SessionEvent(session, session, actor.member_id, reason)
        people |= (await told_of_cancellation(uow, event.after, event.actor_id, now)).people
    return frozenset(people)


async def _crowded(uow: UnitOfWork, edit: SeriesEdit) -> int:
    """In how many sessions more people have a place than there are places from then on."""
    places = {each.session.id: each.values.get("capacity") for each in edit.edits}
    limited = {session_id: number for session_id, number in places.items() if isinstance(number, int)}
    coming = await uow.rsvps.count_coming(*limited)
    return sum(coming[session_id] > number for session_id, number in limited.items())


def _on(series: SessionSeries, on: date, ahead: Sequence[Session]) -> Session | None:
    """The session of the rule's date, or that was moved to this day."""
    zone = zone_of(series.time_zone)
    standing = [session for session in ahead if session.occurrence_on is not None]
    exact = next((session for session in standing if session.occurrence_on == on), None)
    return exact or next((session for session in standing if local_day(session.starts_at, zone) == on), None)


def _sensible(
    series: SessionSeries, change: SeriesChange, forks: Sequence[Fork], ahead: Sequence[Session]
) -> tuple[SeriesChange, tuple[Fork, ...]]:
    """Settle a date of which not both readings are the series'."""
    left: list[Fork] = []
    for fork in forks:
        settled = [taking(change, fork, place) for place in (0, 1)]
        fitting = [each for each in settled if each.on is not None and _on(series, each.on, ahead) is not None]
        if fork.field == "on" and len(fitting) < 2:
            change = (fitting or settled)[0]
        else:
            left.append(fork)
    return change, tuple(left)


def _as_change(draft: Draft) -> SeriesChange:
    return msgspec.convert(draft.data["change"], SeriesChange)
