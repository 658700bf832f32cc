"""One date of a series that is skipped: shown to its organizer with who will be told, then done."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from msgspec import Struct

from bot.domain.calendar import local_day, next_occurrences, to_instant
from bot.domain.choices import choice_of
from bot.domain.series.asking import WhichRule
from bot.domain.series.changes import SHOWN_AHEAD
from bot.domain.series.service import meets_on
from bot.domain.series.values import NoSuchDate
from bot.domain.sessions import (
    LONGEST_REASON,
    Standing,
    cancel_session,
    optional_text,
    own_draft,
    standing,
)
from bot.domain.told import Told, told_of_cancellation
from bot.domain.zones import zone_of

if TYPE_CHECKING:
    from bot.clock import Clock
    from bot.domain.actors import Actor
    from bot.domain.phrases import DayAmbiguous
    from bot.domain.series.service import SeriesService
    from bot.domain.series.values import SeriesView, SessionSeries
    from bot.domain.sessions import Session, SessionHooks
    from bot.domain.uow import UnitOfWork, Units


class SkipPreview(Struct, frozen=True):
    """What its organizer is shown before a date is skipped: confirming it needs only `draft_id`.

    `on` is the date as the rule has it, `starts_at` (UTC) when the series would meet: its `session` may have been
    moved. With a session come who is `told` and what Discord shows of it; without one the date is too far ahead to be
    planned.
    `again`: the session was planned or moved since they were shown it before.
    """

    draft_id: int
    view: SeriesView
    on: date
    starts_at: datetime
    session: Session | None
    told: Told | None
    standing: Standing | None
    reason: str
    again: bool = False


class Skipped(Struct, frozen=True):
    """A date that the series does not meet on, and who is told (None: no session was planned for it)."""

    view: SeriesView
    on: date
    told: Told | None


class SeriesSkipService:
    """Skips single dates of series. What follows for a session that was planned are `hooks`, as ever."""

    def __init__(self, units: Units, clock: Clock, hooks: SessionHooks, series: SeriesService) -> None:
        self._units = units
        self._clock = clock
        self._hooks = hooks
        self._series = series

    async def preview(self, guild_id: int, actor: Actor, name: str, on: date, reason: str = "") -> SkipPreview:
        """What would become of a date, kept as a draft; nothing is skipped yet, and nobody is told.

        `on` is a date of the rule, or the local day to which one of its sessions was moved.

        Raises:
            Unknown, SeriesAmbiguous, NotAllowed, SeriesEnded.
            NoSuchDate: it does not meet then, or it is skipped already.
            InvalidText: the reason is too long.
        """
        async with self._units(guild_id) as uow:
            series = await self._series.changeable(uow, actor, name)
            return await self._preview(uow, actor, series, on, optional_text("reason", reason, LONGEST_REASON))

    async def preview_one_of(
        self, guild_id: int, actor: Actor, name: str, said: DayAmbiguous, reason: str = ""
    ) -> SkipPreview | WhichRule:
        """As `preview`, of a day that can mean two: a question only if the series meets on both of them."""
        async with self._units(guild_id) as uow:
            series = await self._series.changeable(uow, actor, name)
            reason = optional_text("reason", reason, LONGEST_REASON)
            ahead, now = await self._ahead(uow, series), self._clock.now()
            meeting = [on for on in said.readings if on in ahead or meets_on(series, on, now)]
            if len(meeting) < 2:
                return await self._preview(uow, actor, series, (meeting or said.readings)[0], reason)
            data = {"days": [on.isoformat() for on in meeting], "reason": reason}
            draft = await uow.sessions.drafts.add(actor.member_id, "ask-skip", data, series.id)
            return WhichRule(draft.id, "skip", said.text, said.readings, series.name, series.time_zone, edits=False)

    async def choose(self, guild_id: int, actor: Actor, draft_id: int, place: int) -> SkipPreview:
        """As `preview`, of the day that was chosen (0 the first, 1 the second).

        Raises:
            Unknown: the question has gone, or was another's. Else as `preview`.
        """
        async with self._units(guild_id) as uow:
            draft = await own_draft(uow, actor, draft_id, "ask-skip")
            series = await self._series.changeable(uow, actor, choice_of(draft.subject_id))
            on = date.fromisoformat(draft.data["days"][place])
            return await self._preview(uow, actor, series, on, draft.data["reason"])

    async def confirm(self, guild_id: int, actor: Actor, draft_id: int) -> Skipped | SkipPreview:
        """Skip the date that was shown. The second of two presses finds the draft used.

        If its session was planned or moved meanwhile it is shown anew, and nothing is skipped: perhaps it suits by now.

        Raises:
            Unknown: it was used already, has gone, or is another's. Else as `preview`.
        """
        async with self._units(guild_id) as uow:
            draft = await own_draft(uow, actor, draft_id, "skip")
            await uow.sessions.drafts.remove(draft.id)
            series = await self._series.changeable(uow, actor, choice_of(draft.subject_id))
            on, reason = date.fromisoformat(draft.data["on"]), draft.data["reason"]
            on, session = await self._find(uow, series, on)
            if session is not None and _seen(session) != draft.data["session"]:
                return await self._preview(uow, actor, series, on, reason, again=True)
            return await self._skip(uow, actor, series, on, session, reason)

    async def keep(self, guild_id: int, actor: Actor, draft_id: int) -> tuple[SessionSeries, date]:
        """The series meets on that date as planned; the draft is gone.

        Raises:
            Unknown: it was used already, has gone, or is another's.
        """
        async with self._units(guild_id) as uow:
            draft = await own_draft(uow, actor, draft_id, "skip")
            await uow.sessions.drafts.remove(draft.id)
            return await uow.series.get(draft.subject_id), date.fromisoformat(draft.data["on"])

    async def _ahead(self, uow: UnitOfWork, series: SessionSeries) -> Mapping[date, Session]:
        """The sessions that have not begun, by their date in the rule and by the local day on which they are by now."""
        now, zone = self._clock.now(), zone_of(series.time_zone)
        ahead = [s for s in await uow.sessions.upcoming(now, series_id=series.id) if s.starts_at > now]
        by_day = {local_day(session.starts_at, zone): session for session in reversed(ahead)}
        return by_day | {session.occurrence_on: session for session in ahead if session.occurrence_on is not None}

    async def _find(self, uow: UnitOfWork, series: SessionSeries, on: date) -> tuple[date, Session | None]:
        """The date as the rule has it, and its session, if one is planned.

        Raises:
            NoSuchDate: the series does not meet then.
        """
        now, session = self._clock.now(), (await self._ahead(uow, series)).get(on)
        if session is not None and session.occurrence_on is not None:
            return session.occurrence_on, session
        if not meets_on(series, on, now):
            dates = next_occurrences(series.recurrence(), now, SHOWN_AHEAD)
            raise NoSuchDate(series.name, on, tuple(each.on for each in dates))
        return on, None

    async def _preview(
        self, uow: UnitOfWork, actor: Actor, series: SessionSeries, on: date, reason: str, *, again: bool = False
    ) -> SkipPreview:
        on, session = await self._find(uow, series, on)
        data: dict[str, Any] = {"on": on.isoformat(), "reason": reason, "session": session and _seen(session)}
        draft = await uow.sessions.drafts.add(actor.member_id, "skip", data, series.id)
        usual = to_instant(datetime.combine(on, series.at), zone_of(series.time_zone))
        return SkipPreview(
            draft_id=draft.id,
            view=await self._series.view_of(uow, series.id),
            on=on,
            starts_at=session.starts_at if session else usual,
            session=session,
            told=await self._told(uow, actor, session),
            standing=await standing(uow, session.id) if session else None,
            reason=reason,
            again=again,
        )

    async def _skip(
        self, uow: UnitOfWork, actor: Actor, series: SessionSeries, on: date, session: Session | None, reason: str
    ) -> Skipped:
        told = await self._told(uow, actor, session)
        await uow.series.skip(series.id, [on], reason)
        after = {"on": on.isoformat(), "reason": reason}
        await uow.record("series.skip", actor.member_id, f"series:{series.id}", after=after)
        if session is not None:
            await cancel_session(uow, self._hooks, session, actor.member_id, reason, self._clock.now())
        await self._series.plan(uow, await uow.series.get(series.id))
        return Skipped(await self._series.view_of(uow, series.id), on, told)

    async def _told(self, uow: UnitOfWork, actor: Actor, session: Session | None) -> Told | None:
        if session is None:
            return None
        return await told_of_cancellation(uow, session, actor.member_id, self._clock.now())


def _seen(session: Session) -> list[int]:
    return [session.id, session.revision]
