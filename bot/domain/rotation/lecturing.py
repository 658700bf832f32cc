"""Who lectures at a session, as other features need to know it: who reads what people have for the lecturers."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from msgspec import Struct

from bot.domain.rotation.values import Turn, TurnState

if TYPE_CHECKING:
    from bot.domain.sessions import Session
    from bot.domain.uow import UnitOfWork


class Lecture(Struct, frozen=True):
    """Who reads what others have for the lecturers of a session, and on which industries it is.

    `given`: it was given already.
    """

    readers: tuple[int, ...]
    industries: frozenset[str]
    given: bool


def lecture(session: Session, turns: Iterable[Turn]) -> Lecture:
    """Who lectures, of these turns: whoever has confirmed, or did. For a guest, who has no account, the host reads."""
    sure = [turn for turn in turns if turn.state in (TurnState.CONFIRMED, TurnState.GIVEN)]
    people = [turn.member_id or session.host_id for turn in sure]
    return Lecture(
        readers=tuple(dict.fromkeys(person for person in people if person)),
        industries=frozenset(turn.industry for turn in sure) - {""},
        given=any(turn.state is TurnState.GIVEN for turn in sure),
    )


async def lecture_of(uow: UnitOfWork, session: Session) -> Lecture:
    """Who lectures at a session, and who gets the questions."""
    turns = (await uow.rotation.turns([session.id])).get(session.id, ()) if session.kind == "lecture" else ()
    return lecture(session, turns)
