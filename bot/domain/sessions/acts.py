"""What every change of a session comes with: its row, its last step, an audit row, and the features' part in it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime, time
from typing import TYPE_CHECKING, Any

from bot.domain.sessions.values import Session, SessionEvent, SessionHook, SessionHooks, SessionState

if TYPE_CHECKING:
    from bot.domain.uow import UnitOfWork

ENDED = "ended"
"""The step at a session's end."""


async def schedule_sessions(
    uow: UnitOfWork, hooks: SessionHooks, actor_id: int | None, new: Sequence[Mapping[str, Any]]
) -> list[Session]:
    """Write sessions and what follows from them; `new` as for `SessionRepository.add`. `actor_id` None: a rule."""
    sessions = await uow.sessions.add_all(new)
    kept = ("theme", "group_id", "series_id", "kind", "host_id", "starts_at", "duration", "capacity")
    for session in sessions:
        await uow.steps.plan(ENDED, session.id, session.ends_at, revision=session.revision)
        await uow.record(
            "session.schedule",
            actor_id,
            f"session:{session.id}",
            after={name: as_plain(getattr(session, name)) for name in kept},
        )
        await run(hooks.on_scheduled, uow, SessionEvent(None, session, actor_id))
    return sessions


async def change_session(
    uow: UnitOfWork,
    hooks: SessionHooks,
    before: Session,
    values: Mapping[str, object],
    actor_id: int | None,
    reason: str,
) -> Session:
    """Set fields of a scheduled session to something new; with a new start it moves, and `revision` rises."""
    moved = "starts_at" in values
    wanted = {**values, "revision": before.revision + 1} if moved else dict(values)
    after = await uow.sessions.change(before.id, **wanted)
    if moved:
        await uow.steps.cancel([ENDED], after.id)
    await uow.steps.plan(ENDED, after.id, after.ends_at, revision=after.revision)
    await uow.record(
        "session.move" if moved else "session.edit",
        actor_id,
        f"session:{after.id}",
        {name: as_plain(getattr(before, name)) for name in wanted},
        {name: as_plain(value) for name, value in wanted.items()} | ({"reason": reason} if reason else {}),
    )
    await run(hooks.on_moved if moved else hooks.on_edited, uow, SessionEvent(before, after, actor_id, reason))
    return after


async def cancel_session(
    uow: UnitOfWork, hooks: SessionHooks, session: Session, actor_id: int | None, reason: str, now: datetime
) -> Session:
    """Cancel a scheduled session and what was planned for it."""
    after = await uow.sessions.change(
        session.id, state=SessionState.CANCELLED, cancelled_at=now, cancelled_because=reason
    )
    await uow.steps.cancel([ENDED], session.id)
    await uow.record(
        "session.cancel",
        actor_id,
        f"session:{session.id}",
        {"state": session.state.value},
        {"state": after.state.value, "reason": reason},
    )
    await run(hooks.on_cancelled, uow, SessionEvent(session, after, actor_id, reason))
    return after


async def run(hooks: Sequence[SessionHook], uow: UnitOfWork, event: SessionEvent) -> None:
    """Let the features take part, in order."""
    for hook in hooks:
        await hook(uow, event)


def as_plain(value: object) -> object:
    """A field's value as JSON."""
    return value.isoformat() if isinstance(value, date | time) else value
