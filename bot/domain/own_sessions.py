"""A person's own coming sessions, in all groups that they can see."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct

from bot.domain.actors import Actor
from bot.domain.groups import visible_groups
from bot.domain.rsvps import Answer
from bot.domain.sessions import is_own

if TYPE_CHECKING:
    from bot.clock import Clock
    from bot.domain.groups import StudyGroup
    from bot.domain.rsvps import Rsvp, RsvpService
    from bot.domain.sessions import Session
    from bot.domain.uow import UnitOfWork, Units

PAGE = 8
"""Sessions on one screen: so many of the longest themes and group names fit."""
_MOST = 2000
"""So many coming sessions are looked through."""


class OwnSession(Struct, frozen=True):
    """A session that somebody hosts or said they (may) come to; `mine` None: they host it and have said nothing.

    `position` counts from 1 on the waitlist, 0: not on it.
    """

    session: Session
    group: StudyGroup
    mine: Rsvp | None
    position: int
    hosting: bool


class OwnSessions(Struct, frozen=True):
    """One screen of them, the next first; `page` counts from 0, `pages` is at least 1.

    `unseen` is to how many sessions more they said that they (may) come whose groups do not exist for them any more:
    of those they learn nothing else, but may withdraw what they said themselves.
    """

    guild_id: int
    lines: tuple[OwnSession, ...]
    page: int
    pages: int
    unseen: int = 0


class OwnSessionService:
    """What people ask about their own sessions."""

    def __init__(self, units: Units, clock: Clock, rsvps: RsvpService) -> None:
        self._units = units
        self._clock = clock
        self._rsvps = rsvps

    async def list(self, guild_id: int, actor: Actor, page: int = 0) -> OwnSessions:
        """The sessions to come that this person hosts or may come to; a page that is gone shows the last."""
        async with self._units.reading(guild_id) as uow:
            groups = await visible_groups(uow, actor)
            ahead = await uow.sessions.upcoming(self._clock.now(), limit=_MOST)
            ahead = [s for s in ahead if s.group_id in groups]
            answers = await uow.rsvps.of_member(actor.member_id, [s.id for s in ahead])
            mine = [s for s in ahead if is_own(s, actor.member_id, answers)]
            pages = max(1, -(-len(mine) // PAGE))
            page = min(max(page, 0), pages - 1)
            lines = [
                OwnSession(
                    session=s,
                    group=groups[s.group_id],
                    mine=answers.get(s.id),
                    position=await _position(uow, answers.get(s.id)),
                    hosting=s.host_id == actor.member_id,
                )
                for s in mine[page * PAGE :][:PAGE]
            ]
            return OwnSessions(guild_id, tuple(lines), page, pages, len(await self._unseen(uow, actor)))

    async def withdraw_unseen(self, guild_id: int, actor: Actor) -> int:
        """The actor comes to none of the sessions whose groups do not exist for them any more; how many those were."""
        async with self._units(guild_id) as uow:
            unseen = await self._unseen(uow, actor)
            for session_id in unseen:
                # They see nothing of it, and answer for themselves alone.
                await self._rsvps.take(uow, Actor(actor.member_id, sees=_anything), session_id, Answer.NOT_GOING)
            return len(unseen)

    async def _unseen(self, uow: UnitOfWork, actor: Actor) -> list[int]:
        """The ids of the sessions ahead to which they said that they (may) come, and can't see any more."""
        groups, now = await visible_groups(uow, actor), self._clock.now()
        ahead = await uow.sessions.upcoming(now, limit=_MOST)
        ids = [s.id for s in ahead if s.group_id not in groups and s.starts_at > now]
        answers = await uow.rsvps.of_member(actor.member_id, ids)
        return [each for each in ids if each in answers and answers[each].answer is not Answer.NOT_GOING]


def _anything(channel_id: int) -> bool:
    return True


async def _position(uow: UnitOfWork, mine: Rsvp | None) -> int:
    if mine is None or not mine.waiting:
        return 0
    waiting = [rsvp.member_id for rsvp in await uow.rsvps.of_session(mine.session_id) if rsvp.waiting]
    return waiting.index(mine.member_id) + 1
