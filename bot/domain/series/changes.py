"""What a change of a series comes to: which of its sessions move, change, are cancelled or come anew. Pure.

A date that the new rule keeps stays one session. A date that it no longer has goes to the rule's new date in the same
week (in the same month, if one of the rules is monthly or yearly); what finds none is cancelled. What somebody set by
hand for one session, its time or another field, stays.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING, Any, Literal

from msgspec import Struct
from msgspec.structs import replace

from bot.domain.calendar import (
    Occurrence,
    Recurrence,
    day_bounds,
    first_date,
    local_day,
    next_occurrences,
    occurrences,
    rule_parts,
    to_instant,
)
from bot.domain.errors import StudyError, check_number, require_text
from bot.domain.series.values import LONGEST_NAME, MOST_COUNT, SeriesNeverMeets, SessionSeries
from bot.domain.sessions import (
    LONGEST_THEME,
    LONGEST_VENUE,
    MOST_PLACES,
    NothingToChange,
    Session,
    SessionChange,
    changed_values,
    check_duration,
    check_start,
    optional_text,
)
from bot.domain.zones import zone_of

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

Scope = Literal["one", "later", "all"]
SHOWN_AHEAD = 5
"""Dates in a preview."""
_SHARED = ("theme", "duration", "venue", "capacity")
"""What the sessions of a series have from it."""
_TIMES = frozenset({"rrule", "starts_on", "at", "until", "count"})


class SeriesChange(Struct, frozen=True):
    """What is to change: None leaves a field; "" clears a text, 0 the capacity, `no_until` the end.

    `rrule` and `at` go together. `scope` says of which sessions ahead: the one of `on` (a date of the rule), that and
    the later ones, or all (None: not said). A last day replaces a number of sessions, and `count` a last day; it counts
    from the first session that changes.
    """

    scope: Scope | None = None
    on: date | None = None
    name: str | None = None
    rrule: str | None = None
    at: time | None = None
    theme: str | None = None
    duration: int | None = None
    venue: str | None = None
    capacity: int | None = None
    until: date | None = None
    no_until: bool = False
    count: int | None = None
    reason: str = ""


class NotForOneDate(StudyError):
    """Name, rule and last day belong to the whole series `name`, so that they can't change for one date."""

    name: str


class SessionEdit(Struct, frozen=True):
    """A session as it is, and its fields that change, to what."""

    session: Session
    values: Mapping[str, object]

    @property
    def moves(self) -> bool:
        """Whether it starts at another time."""
        return "starts_at" in self.values

    @property
    def starts_at(self) -> datetime:
        """When it starts then."""
        starts_at = self.values.get("starts_at", self.session.starts_at)
        assert isinstance(starts_at, datetime)
        return starts_at


class SeriesEdit(Struct, frozen=True):
    """What a change comes to. `series` is as it will be, `values` are its fields that change.

    `edits` are by start; `cancelled` are sessions whose dates the rule no longer has, `added` its dates up to the
    horizon for which there is none yet; `kept` are sessions of which something stays as somebody set it by hand, or
    that are today, when the new time has passed. `ahead` are the next starts.
    """

    series: SessionSeries
    values: Mapping[str, object]
    edits: tuple[SessionEdit, ...]
    cancelled: tuple[Session, ...]
    added: tuple[Occurrence, ...]
    kept: tuple[Session, ...]
    ahead: tuple[datetime, ...]


def series_edit(
    series: SessionSeries,
    change: SeriesChange,
    ahead: Sequence[Session],
    known: Collection[date],
    now: datetime,
    horizon: datetime,
    zone: ZoneInfo,
) -> SeriesEdit:
    """Work out a change. `ahead` are the series' sessions that have not begun, `known` all its dates with a session.

    `zone` is the community's, on whose clock deadlines are given; the series keeps its own.

    Raises:
        NothingToChange, NotForOneDate, SeriesNeverMeets, InvalidText, InvalidNumber, SessionTooFar.
    """
    affected = [s for s in ahead if s.occurrence_on is not None and _meant(s.occurrence_on, change)]
    if change.scope == "one":
        return _one(series, change, affected, now, zone)
    values = _series_values(series, change, now)
    after = replace(series, **values)
    kept: set[int] = set()
    edits = {session.id: _shared_values(series, after, session, kept) for session in affected}
    cancelled: list[Session] = []
    if _TIMES & values.keys():
        first = next_occurrences(after.recurrence(), now, 1)
        if not first:
            raise SeriesNeverMeets
        check_start(first[0].starts_at, now)
        others = frozenset(known) - {s.occurrence_on for s in affected}
        dates = _dates(after, affected, others, now, horizon)
        targets = _targets(affected, dates, now, _period(series, after))
        for session in affected:
            target = targets.get(session.id)
            if target is None:
                cancelled.append(session)
                continue
            if dates[target] <= now or not _as_planned(series, session):
                kept.add(session.id)
            elif dates[target] != session.starts_at:
                edits[session.id] |= changed_values(session, SessionChange(starts_at=dates[target]), now, zone)
            if target != session.occurrence_on:
                edits[session.id]["occurrence_on"] = target
        known = others | set(targets.values())
    gone = {session.id for session in cancelled}
    changed = [SessionEdit(s, edits[s.id]) for s in affected if s.id not in gone and edits[s.id]]
    added = [o for o in occurrences(after.recurrence(), now, horizon) if o.on not in known]
    if not values and not changed:
        raise NothingToChange
    starts = {s.id: s.starts_at for s in ahead if s.id not in gone} | {e.session.id: e.starts_at for e in changed}
    later = [o.starts_at for o in next_occurrences(after.recurrence(), horizon, SHOWN_AHEAD) if o.on not in known]
    return SeriesEdit(
        series=after,
        values=values,
        edits=tuple(sorted(changed, key=lambda edit: (edit.starts_at, edit.session.id))),
        cancelled=tuple(cancelled),
        added=tuple(added),
        kept=tuple(session for session in affected if session.id in kept and session.id not in gone),
        ahead=tuple(sorted([*starts.values(), *(o.starts_at for o in added), *later])[:SHOWN_AHEAD]),
    )


def _meant(on: date, change: SeriesChange) -> bool:
    if change.on is None:
        return True
    return on == change.on if change.scope == "one" else on >= change.on


def _one(
    series: SessionSeries, change: SeriesChange, affected: Sequence[Session], now: datetime, zone: ZoneInfo
) -> SeriesEdit:
    of_the_series = (change.name, change.rrule, change.until, change.count, change.no_until or None)
    if any(value is not None for value in of_the_series):
        raise NotForOneDate(series.name)
    (session,) = affected
    theme = change.theme or series.theme or series.name if change.theme is not None else None
    wanted = SessionChange(theme=theme, duration=change.duration, venue=change.venue, capacity=change.capacity)
    values = changed_values(session, wanted, now, zone)
    if not values:
        raise NothingToChange
    return SeriesEdit(series, {}, (SessionEdit(session, values),), (), (), (), (session.starts_at,))


def _series_values(series: SessionSeries, change: SeriesChange, now: datetime) -> dict[str, Any]:
    """The fields of the series that change, to what."""
    values: dict[str, Any] = {}
    if change.name is not None:
        values["name"] = require_text("name", change.name, LONGEST_NAME)
    if change.theme is not None:
        values["theme"] = optional_text("theme", change.theme, LONGEST_THEME)
    if change.duration is not None:
        values["duration"] = check_duration(change.duration)
    if change.venue is not None:
        values["venue"] = optional_text("venue", change.venue, LONGEST_VENUE)
    if change.capacity is not None:
        values["capacity"] = check_number("capacity", change.capacity, 0, MOST_PLACES) or None
    values |= _rule_values(series, change, now)
    if change.until is not None or change.no_until:
        values |= {"until": change.until, "count": None}
    if change.count is not None:
        values |= {"until": None, "count": check_number("count", change.count, 1, MOST_COUNT)}
    return {name: value for name, value in values.items() if getattr(series, name) != value}


def _rule_values(series: SessionSeries, change: SeriesChange, now: datetime) -> dict[str, Any]:
    """Another rule counts from its first date; of a number of sessions those that were before are taken off."""
    rrule, at, on = change.rrule or series.rrule, series.at if change.at is None else change.at, change.on
    if rrule == series.rrule and change.count is None:
        return {"at": at}
    zone = zone_of(series.time_zone)
    starts_on = begins(series, rrule, at, on, now)
    values: dict[str, Any] = {"rrule": rrule, "at": at, "starts_on": starts_on}
    if series.count is not None:
        every = replace(series, except_on=frozenset()).recurrence()
        begin, end = day_bounds(series.starts_on, zone)[0], day_bounds(on, zone)[0] if on else now
        values["count"] = max(1, series.count - sum(1 for _ in occurrences(every, begin, max(begin, end))))
    return values


def begins(series: SessionSeries, rrule: str, at: time, on: date | None, now: datetime) -> date:
    """The date from which the changed rule counts: its first one ahead, and not before `on`.

    So today's, of which the time has passed, is not one of a number of sessions. A rule that stays keeps its rhythm.
    """
    zone = zone_of(series.time_zone)
    since = max(now, day_bounds(on, zone)[0]) if on else now
    if rrule == series.rrule:
        kept = next_occurrences(Recurrence(rrule, series.starts_on, at, series.time_zone), since, 1)
        first = kept[0].on if kept else None
    else:
        first = first_date(rrule, at, series.time_zone, since)
    return first or on or local_day(now, zone)


def _shared_values(before: SessionSeries, after: SessionSeries, session: Session, kept: set[int]) -> dict[str, object]:
    """What a session takes over from the series; one that has something of its own is noted in `kept`."""
    values: dict[str, object] = {}
    for name in _SHARED:
        old, new, own = _shared(before, name), _shared(after, name), getattr(session, name)
        if old == new or own == new:
            continue
        if own == old:
            values[name] = new
        else:
            kept.add(session.id)
    return values


def _shared(series: SessionSeries, name: str) -> object:
    return series.theme or series.name if name == "theme" else getattr(series, name)


def _as_planned(series: SessionSeries, session: Session) -> bool:
    """Whether it starts when the rule says, and was not moved by hand."""
    assert session.occurrence_on is not None
    planned = to_instant(datetime.combine(session.occurrence_on, series.at), zone_of(series.time_zone))
    return session.starts_at == planned


def _dates(
    after: SessionSeries, affected: Sequence[Session], others: Collection[date], now: datetime, horizon: datetime
) -> dict[date, datetime]:
    """The new rule's dates that sessions may take, from today on; at today's, the time may have passed already."""
    zone = zone_of(after.time_zone)
    begin = day_bounds(local_day(now, zone), zone)[0]
    end = max([horizon, *(session.starts_at + timedelta(days=31) for session in affected)])
    return {o.on: o.starts_at for o in occurrences(after.recurrence(), begin, end) if o.on not in others}


def _period(before: SessionSeries, after: SessionSeries) -> Literal["week", "month"]:
    """Within what a date that falls away finds another."""
    frequencies = {rule_parts(series.rrule).frequency for series in (before, after)}
    return "month" if frequencies & {"MONTHLY", "YEARLY"} else "week"


def _targets(
    affected: Sequence[Session], dates: Mapping[date, datetime], now: datetime, period: Literal["week", "month"]
) -> dict[int, date]:
    """The date of the new rule for each session, by its id: its own, or the nearest free one of its week or month."""
    targets = {s.id: s.occurrence_on for s in affected if s.occurrence_on in dates}
    free = {day for day, starts_at in dates.items() if starts_at > now} - set(targets.values())
    for session in affected:
        on = session.occurrence_on
        if session.id in targets or on is None:
            continue
        near = [day for day in free if _within(day, period) == _within(on, period)]
        if near:
            nearest = min((abs(day - on), day) for day in near)[1]
            targets[session.id] = nearest
            free.discard(nearest)
    return {session_id: day for session_id, day in targets.items() if day is not None}


def _within(day: date, period: Literal["week", "month"]) -> tuple[int, int]:
    if period == "month":
        return day.year, day.month
    year, week, _weekday = day.isocalendar()
    return year, week
