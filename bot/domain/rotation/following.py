"""What a session's life and a departure mean for the rotation: turns fall, are given, and count.

What happens to a group without a rotation happens at the price of one question to the database.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

from msgspec.structs import replace

from bot.domain.rotation.acts import change_turn, release_turns, save_roster, take_off, turns_ahead
from bot.domain.rotation.asking import answer_by
from bot.domain.rotation.changing import come_back
from bot.domain.rotation.planning import settle
from bot.domain.rotation.reading import slot
from bot.domain.rotation.running import look_soon
from bot.domain.rotation.saying import ALL as SAID
from bot.domain.rotation.saying import say_anew, withdraw
from bot.domain.rotation.values import OPEN, Roster, Turn, TurnState

if TYPE_CHECKING:
    from bot.clock import Clock
    from bot.domain.members import MemberLeft
    from bot.domain.restrictions import Restriction
    from bot.domain.sessions import Session, SessionEvent
    from bot.domain.uow import UnitOfWork


class RotationService:
    """The rotation's part in other features' acts. Done twice, each does nothing more."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock

    async def on_scheduled(self, uow: UnitOfWork, event: SessionEvent) -> None:
        """A lecture more that somebody is to be found for."""
        if event.after.kind == "lecture":
            await look_soon(uow, event.after.group_id, self._clock.now())

    async def on_cancelled(self, uow: UnitOfWork, event: SessionEvent) -> None:
        """Nobody lectures there any more, and nobody's turns change by it."""
        turns, now = await _turns(uow, event.after), self._clock.now()
        if not turns:
            return
        for turn in turns:
            if turn.state in OPEN:
                await change_turn(uow, turn, TurnState.RELEASED, event.actor_id, now)
        await uow.posts.cancel(SAID, event.after.id, "cancelled")
        await look_soon(uow, event.after.group_id, now)

    async def on_moved(self, uow: UnitOfWork, event: SessionEvent) -> None:
        """Who is asked has as much time for an answer as if asked now: it is another question. A yes stands.

        Who has said that they can't at the new time is not asked for it, unless an organizer asks them all the same.
        """
        session, now = event.after, self._clock.now()
        if not await uow.rotation.is_kept(session.group_id):
            return
        roster = await uow.rotation.roster(session.group_id)
        unable = {member.id for member in roster.members if not member.is_available(session.starts_at)}
        due, turns = answer_by(now, session.starts_at, roster.settings), list(await _turns(uow, session))
        for place, turn in enumerate(turns):
            if turn.state is TurnState.ASKED and turn.member_id in unable and not turn.by_hand:
                turns[place] = await change_turn(uow, turn, TurnState.RELEASED, event.actor_id, now)
            elif turn.state is TurnState.ASKED and turn.answer_due:
                turns[place] = await uow.rotation.put(replace(turn, answer_due=due))
                before, after = _answer_due(turn.answer_due), _answer_due(due)
                await uow.record("turn.wait", None, f"session:{session.id}", before, after)
        await say_anew(uow, session, turns, now)
        await look_soon(uow, session.group_id, now)

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
        await look_soon(uow, session.group_id, now)

    async def on_restricted(self, uow: UnitOfWork, restriction: Restriction, actor_id: int) -> list[Session]:
        """Somebody is kept from the rotation, or no longer: their turns meanwhile go to others, and the plan changes.

        Returns the sessions at which they had one.
        """
        now = self._clock.now()
        freed: list[Session] = []
        for turn, session in await turns_ahead(uow, restriction.member_id, now):
            if restriction.covers(session.starts_at):
                await change_turn(uow, turn, TurnState.RELEASED, actor_id, now)
                await withdraw(uow, turn, "restricted")
                await uow.mirrors.refresh("announcement", session.id)
                freed.append(session)
        groups = await uow.rotation.groups_of(restriction.member_id)
        for group_id in sorted({*groups, *(session.group_id for session in freed)}):
            await look_soon(uow, group_id, now)
        return freed

    async def on_member_left(self, uow: UnitOfWork, event: MemberLeft) -> None:
        """Whoever has left the server takes part in nothing, and when they are away is nobody's business any more.

        Their rows are kept, should they return.
        """
        member_id, now = event.member_id, self._clock.now()
        groups = await uow.rotation.groups_of(member_id)
        for group_id in groups:
            await take_off(uow, group_id, member_id, None, now)
        freed = await release_turns(uow, member_id, None, now)
        # Nobody need do anything: somebody else is asked at once.
        for group_id in sorted({*groups, *(session.group_id for session in freed)}):
            await look_soon(uow, group_id, now)
        await uow.rotation.remove_unavailable(member_id)


async def _turns(uow: UnitOfWork, session: Session) -> tuple[Turn, ...]:
    return (await uow.rotation.turns([session.id])).get(session.id, ())


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
