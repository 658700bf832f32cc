"""A session has another time: what becomes of those who were asked for the old one.

Who is asked has as much time for an answer as if asked now. A yes stands; but whoever has noted that they can't lecture
then is told so in private, and may give the turn back. Who has not answered yet is not waited for then. On another date
a no, or a silence, holds no more: it was said to the old one.
"""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

from msgspec.structs import replace

from bot.domain.posts import may_be_read, unsent
from bot.domain.rotation.acts import change_turn
from bot.domain.rotation.asking import answer_by
from bot.domain.rotation.concerned import tell_taken_off
from bot.domain.rotation.saying import AWAY, REQUEST, of_turn, say_anew, say_to
from bot.domain.rotation.swaps import FAR
from bot.domain.rotation.values import OPEN, REFUSED, Member, Turn, TurnState

if TYPE_CHECKING:
    from bot.domain.sessions import Session
    from bot.domain.uow import UnitOfWork


async def follow_move(uow: UnitOfWork, before: Session, session: Session, now: datetime) -> None:
    """All turns of the session, which was as `before`, after its move."""
    roster, turns = await uow.rotation.roster(session.group_id), list[Turn]()
    people = {member.id: member for member in roster.members}
    due = answer_by(now, session.starts_at, roster.settings)
    away: list[Turn] = []
    for turn in (await uow.rotation.turns([session.id])).get(session.id, ()):
        after, member = turn, people.get(turn.member_id)
        if turn.state in REFUSED and abs(session.starts_at - before.starts_at) >= FAR:
            await change_turn(uow, turn, TurnState.WITHDRAWN, None, now)
        elif turn.state in OPEN and member is not None and member.is_restricted(session.starts_at):
            after = await _release(uow, session, turn, now)
        elif turn.state in OPEN and member is not None and await _is_news(uow, member, turn, before, session):
            if turn.state is TurnState.CONFIRMED or any(map(may_be_read, await of_turn(uow, REQUEST, turn))):
                away.append(turn)
            if turn.state is TurnState.ASKED:
                after = await change_turn(uow, turn, TurnState.DECLINED, None, now)
        elif turn.state is TurnState.ASKED and turn.answer_due:
            after = await _give_time(uow, turn, due)
        turns.append(after)
    await say_anew(uow, session, turns, now)
    for turn in away:
        await say_to(uow, AWAY, session, turn.member_id, now, {"turn": turn.id})


async def _is_news(uow: UnitOfWork, member: Member, turn: Turn, before: Session, session: Session) -> bool:
    """Whether somebody can't lecture at the new time, and has not chosen the old one although they could not either."""
    if not member.is_away(session.starts_at):
        return False
    return not member.is_away(before.starts_at) or any(map(unsent, await of_turn(uow, AWAY, turn)))


async def _release(uow: UnitOfWork, session: Session, turn: Turn, now: datetime) -> Turn:
    """Somebody who is kept from lecturing at the new time does not."""
    after = await change_turn(uow, turn, TurnState.RELEASED, None, now)
    await tell_taken_off(uow, session, turn, turn.state, now)
    return after


async def _give_time(uow: UnitOfWork, turn: Turn, due: datetime) -> Turn:
    after = await uow.rotation.put(replace(turn, answer_due=due))
    was, wait = _answer_due(turn), _answer_due(after)
    await uow.record("turn.wait", None, f"session:{turn.slot_id}", was, wait)
    return after


def _answer_due(turn: Turn) -> dict[str, Any]:
    return {"answer_due": None if turn.answer_due is None else turn.answer_due.isoformat()}
