"""Who lectures at a session, as other features need to know it: who reads what people have for the lecturers."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from msgspec import Struct

from bot.domain.rotation.values import Turn, TurnState

if TYPE_CHECKING:
    from bot.domain.sessions import Session
    from bot.domain.uow import UnitOfWork


class Lecturing(Struct, frozen=True):
    """Who lectures at a session, and on which industries.

    `readers` read what others have for the lecturers: these members, and for a guest the host. `given`: it was given.
    """

    members: tuple[int, ...]
    readers: tuple[int, ...]
    industries: frozenset[str]
    given: bool


def lecturing(turns: Iterable[Turn], host_id: int = 0) -> Lecturing:
    """Who lectures, of these turns: whoever has confirmed, or did. For a guest without an account their host reads."""
    sure = [turn for turn in turns if turn.state in (TurnState.CONFIRMED, TurnState.GIVEN)]
    people = [turn.member_id or host_id for turn in sure]
    return Lecturing(
        members=tuple(dict.fromkeys(turn.member_id for turn in sure if turn.member_id)),
        readers=tuple(dict.fromkeys(person for person in people if person)),
        industries=frozenset(turn.industry for turn in sure) - {""},
        given=any(turn.state is TurnState.GIVEN for turn in sure),
    )


async def lecturing_of(uow: UnitOfWork, session: Session) -> Lecturing:
    """Who lectures at a session, and who gets the questions."""
    turns = (await uow.rotation.turns([session.id])).get(session.id, ()) if session.kind == "lecture" else ()
    guest = None if all(turn.member_id for turn in turns) else await uow.guests.of(session.id)
    return lecturing(turns, 0 if guest is None else guest.host_id)
