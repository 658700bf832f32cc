"""The end of a series, be it by its organizer or with its group: no more dates, and its sessions ahead are off."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from bot.domain.sessions import SessionHooks, cancel_session

if TYPE_CHECKING:
    from bot.domain.series.values import SessionSeries
    from bot.domain.uow import UnitOfWork


async def end_series(
    uow: UnitOfWork, hooks: SessionHooks, series: SessionSeries, actor_id: int, reason: str, now: datetime
) -> int:
    """End a running series; a session that has begun goes on. Returns how many sessions were cancelled."""
    await uow.series.change(series.id, ended_at=now)
    await uow.record(
        "series.end",
        actor_id,
        f"series:{series.id}",
        {"ended_at": None},
        {"ended_at": now.isoformat(), "reason": reason},
    )
    ahead = [s for s in await uow.sessions.upcoming(now, series_id=series.id) if s.starts_at > now]
    # The last one first, so that none of the series is announced only to be called off.
    for session in reversed(ahead):
        await cancel_session(uow, hooks, session, actor_id, reason, now)
    return len(ahead)
