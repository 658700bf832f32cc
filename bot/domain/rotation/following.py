"""What a session's life and a departure mean for the rotation: turns fall, are given, and count.

Nobody is asked or told anything here. What happens to a group without turns happens at the price of one look.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

from msgspec.structs import replace

from bot.domain.rotation.acts import change_turn, release_turns, save_roster, take_off
from bot.domain.rotation.asking import answer_by
from bot.domain.rotation.changing import come_back
from bot.domain.rotation.planning import settle
from bot.domain.rotation.reading import slot
from bot.domain.rotation.values import OPEN, Roster, Turn, TurnState

if TYPE_CHECKING:
    from bot.clock import Clock
    from bot.domain.members import MemberLeft
    from bot.domain.sessions import Session, SessionEvent
    from bot.domain.uow import UnitOfWork


class RotationService:
    """The rotation's part in other features' acts. Done twice, each does nothing more."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock

    async def on_cancelled(self, uow: UnitOfWork, event: SessionEvent) -> None:
        """Nobody lectures there any more, and nobody's turns change by it."""
        for turn in await _open_turns(uow, event.after):
            await change_turn(uow, turn, TurnState.RELEASED, event.actor_id, self._clock.now())

    async def on_moved(self, uow: UnitOfWork, event: SessionEvent) -> None:
        """Who is asked has as much time for an answer as if asked now: it is another question. A yes stands."""
        session = event.after
        asked = [turn for turn in await _turns(uow, session) if turn.state is TurnState.ASKED and turn.answer_due]
        if not asked:
            return
        settings = (await uow.rotation.roster(session.group_id)).settings
        due = answer_by(self._clock.now(), session.starts_at, settings)
        for turn in asked:
            await uow.rotation.put(replace(turn, answer_due=due))
            await uow.record("turn.wait", None, f"session:{session.id}", _answer_due(turn.answer_due), _answer_due(due))

    async def on_ended(self, uow: UnitOfWork, event: SessionEvent) -> None:
        """Turns that were confirmed are given and count for good; who has not answered until now was silent."""
        session, now = event.after, self._clock.now()
        turns = await _turns(uow, session)
        if not any(turn.state in OPEN for turn in turns):
            return
        turns = [
            await change_turn(uow, turn, TurnState.LAPSED, None, now) if turn.state is TurnState.ASKED else turn
            for turn in turns
        ]
        confirmed = [turn for turn in turns if turn.state is TurnState.CONFIRMED]
        before, after = await _settled(uow, session, turns, confirmed)
        industries = {member.id: member.industry for member in before.members}
        for turn in confirmed:
            industry = industries.get(turn.member_id, "")
            await change_turn(uow, turn, TurnState.GIVEN, None, now, industry=industry)
        if after != before:
            await save_roster(uow, session.group_id, before, after, "rotation.settle", f"session:{session.id}")

    async def on_member_left(self, uow: UnitOfWork, event: MemberLeft) -> None:
        """Whoever has left the server takes part in nothing, and when they are away is nobody's business any more.

        Their rows are kept, should they return.
        """
        member_id, now = event.member_id, self._clock.now()
        for group_id in await uow.rotation.groups_of(member_id):
            await take_off(uow, group_id, member_id, None)
        await release_turns(uow, member_id, None, now)
        await uow.rotation.remove_unavailable(member_id)


async def _turns(uow: UnitOfWork, session: Session) -> tuple[Turn, ...]:
    return (await uow.rotation.turns([session.id])).get(session.id, ())


async def _open_turns(uow: UnitOfWork, session: Session) -> list[Turn]:
    return [turn for turn in await _turns(uow, session) if turn.state in OPEN]


async def _settled(
    uow: UnitOfWork, session: Session, turns: Sequence[Turn], confirmed: Sequence[Turn]
) -> tuple[Roster, Roster]:
    """The roster before and after the date. Who left it while they lectured has lectured, and is on it for this once.

    A group with nobody on its roster has no rotation, whoever lectures there.
    """
    roster = await uow.rotation.roster(session.group_id)
    former = await uow.rotation.former(session.group_id, [turn.member_id for turn in confirmed])
    before = replace(roster, members=(*roster.members, *former))
    if not before.members:
        return before, before
    for row in former:
        roster = come_back(roster, row)
    return before, settle(roster, slot(session, roster.settings, turns))


def _answer_due(due: datetime | None) -> dict[str, Any]:
    return {"answer_due": None if due is None else due.isoformat()}
