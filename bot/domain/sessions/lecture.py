"""Who lectures at a session, as everybody may read it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct

from bot.domain.industries import KEYS, Industry
from bot.domain.rotation.values import Turn, TurnState
from bot.domain.sessions.values import Session, SessionState

if TYPE_CHECKING:
    from bot.domain.rotation.guests import Guest
    from bot.domain.uow import UnitOfWork


class Lecture(Struct, frozen=True):
    """`lecturers` have confirmed, in order of place, each with their industry (None: not known), or the `guest`.

    `arranging` is whether the rotation looks for one more; whoever was only asked stays unnamed.
    """

    lecturers: tuple[tuple[Turn, Industry | None], ...] = ()
    arranging: bool = False
    guest: Guest | None = None

    def __bool__(self) -> bool:
        """Whether there is anything to say."""
        return bool(self.lecturers) or self.arranging


async def lecture_of(uow: UnitOfWork, session: Session) -> Lecture:
    """Who lectures there as things are; nobody at a session of another kind, or in a group without a rotation."""
    if session.kind != "lecture" or not await uow.rotation.is_kept(session.group_id):
        return Lecture()
    turns = (await uow.rotation.turns([session.id])).get(session.id, ())
    sure = sorted((t for t in turns if t.state in (TurnState.CONFIRMED, TurnState.GIVEN)), key=lambda turn: turn.place)
    open_still = session.state is SessionState.SCHEDULED and len(sure) < await uow.rotation.places(session.group_id)
    guest = await uow.guests.of(session.id) if any(not turn.member_id for turn in sure) else None
    return Lecture(tuple([(turn, await _industry(uow, turn.industry)) for turn in sure]), open_still, guest)


async def _industry(uow: UnitOfWork, key: str) -> Industry | None:
    return Industry(key) if key in KEYS else await uow.industries.get(key) if key else None
