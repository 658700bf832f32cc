"""A person's own coming sessions, in all groups that they can see."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot.domain.groups import visible_groups
from bot.domain.rsvps import Answer, Rsvp

if TYPE_CHECKING:
    from bot.clock import Clock
    from bot.domain.actors import Actor
    from bot.domain.groups import StudyGroup
    from bot.domain.sessions import Session
    from bot.domain.uow import UnitOfWork, Units

PAGE = 8
"""Sessions on one screen: so many of the longest themes and group names fit."""
_MOST = 2000
"""So many coming sessions are looked through."""


@dataclass(frozen=True, slots=True)
class OwnSession:
    """A session that somebody said they (may) come to; `position` counts from 1 on the waitlist, 0: not on it."""

    session: Session
    group: StudyGroup
    mine: Rsvp
    position: int


@dataclass(frozen=True, slots=True)
class OwnSessions:
    """One screen of them, the next first; `page` counts from 0, `pages` is at least 1."""

    guild_id: int
    lines: tuple[OwnSession, ...]
    page: int
    pages: int


class OwnSessionService:
    """What people ask about their own sessions."""

    def __init__(self, units: Units, clock: Clock) -> None:
        self._units = units
        self._clock = clock

    async def list(self, guild_id: int, actor: Actor, page: int = 0) -> OwnSessions:
        """The sessions to come that this person has answered and not declined; a page that is gone shows the last."""
        async with self._units.reading(guild_id) as uow:
            groups = await visible_groups(uow, actor)
            ahead = await uow.sessions.upcoming(self._clock.now(), limit=_MOST)
            answers = await uow.rsvps.of_member(actor.member_id, [s.id for s in ahead if s.group_id in groups])
            mine = [s for s in ahead if s.id in answers and answers[s.id].answer is not Answer.NOT_GOING]
            pages = max(1, -(-len(mine) // PAGE))
            page = min(max(page, 0), pages - 1)
            lines = [
                OwnSession(s, groups[s.group_id], answers[s.id], await _position(uow, answers[s.id]))
                for s in mine[page * PAGE :][:PAGE]
            ]
            return OwnSessions(guild_id, tuple(lines), page, pages)


async def _position(uow: UnitOfWork, mine: Rsvp) -> int:
    if not mine.waiting:
        return 0
    waiting = [rsvp.member_id for rsvp in await uow.rsvps.of_session(mine.session_id) if rsvp.waiting]
    return waiting.index(mine.member_id) + 1
