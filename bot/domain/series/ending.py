"""The end of a series: shown to its organizer with what stops and who will be told, then done."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct

from bot.domain.choices import choice_of
from bot.domain.series.acts import end_series
from bot.domain.sessions import LONGEST_REASON, optional_text, own_draft
from bot.domain.told import ToldTogether, may_come, told_of_cancellations

if TYPE_CHECKING:
    from bot.clock import Clock
    from bot.domain.actors import Actor
    from bot.domain.series.service import SeriesService
    from bot.domain.series.values import SeriesView, SessionSeries
    from bot.domain.sessions import Session, SessionHooks
    from bot.domain.uow import UnitOfWork, Units


class SeriesEndPreview(Struct, frozen=True):
    """What its organizer is shown before anything stops: confirming it needs only `draft_id`.

    `sessions` are those that have not begun, by start: all of them go. For `answered` of them somebody has said that
    they (may) come, `announced` of them have been announced. `running` is a session that goes on just now, and is left
    in peace. `again`: something has changed since they were shown it before.
    """

    draft_id: int
    view: SeriesView
    sessions: tuple[Session, ...]
    answered: int
    announced: int
    told: ToldTogether
    running: Session | None
    reason: str
    again: bool = False


class SeriesOver(Struct, frozen=True):
    """A series that has ended: how many sessions were cancelled with it, and who is told."""

    view: SeriesView
    called_off: int
    told: ToldTogether


class SeriesEndService:
    """Ends series. What follows for their sessions are `hooks`, as ever."""

    def __init__(self, units: Units, clock: Clock, hooks: SessionHooks, series: SeriesService) -> None:
        self._units = units
        self._clock = clock
        self._hooks = hooks
        self._series = series

    async def preview(self, guild_id: int, actor: Actor, name: str, reason: str = "") -> SeriesEndPreview:
        """What would stop, kept as a draft; nothing stops yet, and nobody is told.

        Raises:
            Unknown, SeriesAmbiguous, NotAllowed, SeriesEnded, InvalidText: the reason is too long.
        """
        async with self._units(guild_id) as uow:
            series = await self._series.changeable(uow, actor, name)
            reason = optional_text("reason", reason, LONGEST_REASON)
            return await self._preview(uow, actor, series, reason)

    async def confirm(self, guild_id: int, actor: Actor, draft_id: int) -> SeriesOver | SeriesEndPreview:
        """End what was shown, or show it again if a session was planned or moved since. The second of two presses finds
        the draft used.

        Raises:
            Unknown: it was used already, has gone, or is another's. Else as `preview`.
        """
        async with self._units(guild_id) as uow:
            draft = await own_draft(uow, actor, draft_id, "end")
            await uow.sessions.drafts.remove(draft.id)
            series = await self._series.changeable(uow, actor, choice_of(draft.subject_id))
            _running, sessions = await self._ahead(uow, series)
            seen = {(shown, revision) for shown, revision in draft.data["sessions"]}
            # What was cancelled or has begun since makes the end smaller, and nobody is told what they were not shown.
            if any((session.id, session.revision) not in seen for session in sessions):
                return await self._preview(uow, actor, series, draft.data["reason"], again=True)
            return await self._end(uow, actor, series, draft.data["reason"])

    async def keep(self, guild_id: int, actor: Actor, draft_id: int) -> SessionSeries:
        """The series goes on; the draft is gone.

        Raises:
            Unknown: it was used already, has gone, or is another's.
        """
        async with self._units(guild_id) as uow:
            draft = await own_draft(uow, actor, draft_id, "end")
            await uow.sessions.drafts.remove(draft.id)
            return await uow.series.get(draft.subject_id)

    async def _ahead(self, uow: UnitOfWork, series: SessionSeries) -> tuple[Session | None, list[Session]]:
        """The session that goes on now, and those that have not begun, by start."""
        now = self._clock.now()
        planned = await uow.sessions.upcoming(now, series_id=series.id)
        running = next((session for session in planned if session.starts_at <= now), None)
        return running, [session for session in planned if session.starts_at > now]

    async def _preview(
        self, uow: UnitOfWork, actor: Actor, series: SessionSeries, reason: str, *, again: bool = False
    ) -> SeriesEndPreview:
        running, sessions = await self._ahead(uow, series)
        data = {"reason": reason, "sessions": [(session.id, session.revision) for session in sessions]}
        draft = await uow.sessions.drafts.add(actor.member_id, "end", data, series.id)
        answers = [await uow.rsvps.of_session(session.id) for session in sessions]
        return SeriesEndPreview(
            draft_id=draft.id,
            view=await self._series.view_of(uow, series.id),
            sessions=tuple(sessions),
            answered=sum(bool(may_come(rsvps)) for rsvps in answers),
            announced=sum(session.announced_at is not None for session in sessions),
            told=await told_of_cancellations(uow, sessions, actor.member_id, self._clock.now()),
            running=running,
            reason=reason,
            again=again,
        )

    async def _end(self, uow: UnitOfWork, actor: Actor, series: SessionSeries, reason: str) -> SeriesOver:
        now = self._clock.now()
        _running, sessions = await self._ahead(uow, series)
        told = await told_of_cancellations(uow, sessions, actor.member_id, now)
        called_off = await end_series(uow, self._hooks, series, actor.member_id, reason, now)
        return SeriesOver(await self._series.view_of(uow, series.id), called_off, told)
