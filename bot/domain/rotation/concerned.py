"""Who is told of what an organizer does to a turn by hand: whose turn it is, and later the organizer themselves.

Each is told alone. Why somebody was taken off a date is told to nobody but them; who declines after an organizer has
asked them by hand falls back into nobody's lap unnoticed: that organizer hears of it.
"""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from msgspec import Struct

from bot.domain.members import dm_readers
from bot.domain.posts import may_be_read
from bot.domain.readers import reader_of
from bot.domain.rotation.saying import REQUEST, prepare, request_from, say_to, withdraw
from bot.domain.rotation.values import FALLEN, REFUSED, Turn, TurnState
from bot.domain.sessions import SessionState

if TYPE_CHECKING:
    from bot.clock import Clock
    from bot.domain.groups import StudyGroup
    from bot.domain.posts import Post
    from bot.domain.sessions import Session
    from bot.domain.uow import UnitOfWork

TAKEN_OFF = "turn_released"
"""To whoever was asked or had confirmed: they are to lecture there no more."""
BACK = "turn_back"
"""To whoever has read that: they lecture there after all."""
FELL = "turn_fell"
"""To the organizer who asked by hand: the person does not lecture."""
KINDS = (TAKEN_OFF, BACK, FELL)


class Concerned(Struct, frozen=True):
    """What somebody is told of a `turn`, which is their own but for `FELL`.

    `counts`: it counts as taken; `undone`: they were asked, and it was taken back. Only its reader is told the
    `reason`. `reader` is their id where it stands in their private thread (0: in a direct message).
    """

    kind: str
    session: Session
    group: StudyGroup
    turn: Turn
    reason: str = ""
    counts: bool = False
    undone: bool = False
    reader: int = 0


async def tell_taken_off(
    uow: UnitOfWork,
    session: Session,
    turn: Turn,
    was: TurnState,
    now: datetime,
    *,
    reason: str = "",
    counts: bool = False,
    undone: bool = False,
) -> bool:
    """Tell somebody that a turn of theirs, which `was` asked or confirmed, is theirs no more.

    Returns False if they can't be told. Who has not read yet that they are asked has nothing to be told.
    """
    asked = await _about(uow, REQUEST, turn)
    await withdraw(uow, turn, "taken off")
    await _take_back(uow, BACK, turn)
    if was is TurnState.ASKED and asked and not any(map(may_be_read, asked)):
        return True
    data = {"turn": turn.id, "reason": reason, "counts": counts, "undone": undone}
    return await say_to(uow, TAKEN_OFF, session, turn.member_id, now, data)


async def tell_back(uow: UnitOfWork, session: Session, turn: Turn, now: datetime) -> None:
    """A turn is somebody's again: who has read the contrary is told, or asked again; who has not, never will."""
    told = await _take_back(uow, TAKEN_OFF, turn)
    if turn.state is TurnState.CONFIRMED:
        await prepare(uow, session, turn, now)
        if told:
            await say_to(uow, BACK, session, turn.member_id, now, {"turn": turn.id})
        return
    knows = not told and any(map(may_be_read, await _about(uow, REQUEST, turn)))
    if not knows and await dm_readers(uow, REQUEST, [turn.member_id]):
        await request_from(uow, session, turn, now)


async def tell_of_fall(uow: UnitOfWork, turn: Turn, actor_id: int | None, now: datetime) -> None:
    """Tell the organizer who asked somebody by hand that it came to nothing, unless they did that themselves."""
    missed = turn.state in REFUSED or turn.state is TurnState.RELEASED
    if not (missed and turn.asked_by and turn.member_id) or turn.asked_by in (actor_id, turn.member_id):
        return
    session = await uow.sessions.get(turn.slot_id)
    if session.state is SessionState.SCHEDULED and session.starts_at > now:
        await say_to(uow, FELL, session, turn.asked_by, now, {"turn": turn.id})


async def _about(uow: UnitOfWork, kind: str, turn: Turn) -> list[Post]:
    return [post for post in await uow.posts.of_subject(kind, turn.slot_id) if post.data["turn"] == turn.id]


async def _take_back(uow: UnitOfWork, kind: str, turn: Turn) -> bool:
    """What was to be said of a turn no longer holds; whether somebody may have read it."""
    posts = await _about(uow, kind, turn)
    if posts:
        await uow.posts.cancel([kind], turn.slot_id, "overtaken", only=[post.id for post in posts])
    return any(map(may_be_read, posts))


class ConcernedService:
    """What each of these posts says when it goes out; None where it no longer holds."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock

    async def told(self, uow: UnitOfWork, post: Post) -> Concerned | None:
        """To one person."""
        session, turn = await uow.sessions.get(post.subject_id), await uow.rotation.turn(post.data["turn"])
        if session.state is not SessionState.SCHEDULED or session.starts_at <= self._clock.now() or turn is None:
            return None
        if (turn.state in FALLEN) is (post.kind == BACK):
            return None
        if post.kind == TAKEN_OFF and await _stands(uow, turn):
            return None
        return Concerned(
            post.kind,
            session,
            await uow.groups.get(session.group_id),
            turn,
            reason=post.data.get("reason", ""),
            counts=post.data.get("counts", False),
            undone=post.data.get("undone", False),
            reader=0 if post.member_id else reader_of(post),
        )


async def _stands(uow: UnitOfWork, turn: Turn) -> bool:
    """Whether whoever had this turn has another one at the same date by now."""
    turns = (await uow.rotation.turns([turn.slot_id])).get(turn.slot_id, ())
    return any(each.is_standing and each.member_id == turn.member_id for each in turns)
