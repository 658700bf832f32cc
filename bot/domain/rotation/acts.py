"""What every change of a turn or a roster comes with: its row, and an audit row."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any

from msgspec.structs import replace

from bot.domain.rotation.concerned import tell_of_fall
from bot.domain.rotation.values import Member, Roster, Turn, TurnState

if TYPE_CHECKING:
    from bot.domain.sessions import Session
    from bot.domain.uow import UnitOfWork

_VERBS: Mapping[TurnState, str] = {
    TurnState.CONFIRMED: "turn.confirm",
    TurnState.GIVEN: "turn.give",
    TurnState.DECLINED: "turn.decline",
    TurnState.LAPSED: "turn.lapse",
    TurnState.SWAPPED: "turn.swap",
    TurnState.RELEASED: "turn.release",
    TurnState.WITHDRAWN: "turn.withdraw",
}


async def change_turn(
    uow: UnitOfWork, turn: Turn, state: TurnState, actor_id: int | None, at: datetime, *, industry: str = ""
) -> Turn:
    """The turn reaches its next state; `actor_id` None: a rule did it. `industry` is kept if the turn has none.

    Raises:
        ValueError: it can't become that; whoever calls has to know.
    """
    after = replace(turn.become(state, at), industry=turn.industry or industry)
    await uow.rotation.put(after)
    before = {"member": turn.member_id, "place": turn.place, "state": turn.state.value}
    await uow.record(_VERBS[state], actor_id, f"session:{turn.slot_id}", before, {"state": state.value})
    await tell_of_fall(uow, after, actor_id, at)
    return after


async def turns_ahead(
    uow: UnitOfWork, member_id: int, now: datetime, *, group_id: int | None = None
) -> list[tuple[Turn, Session]]:
    """Somebody's open turns at dates that have not begun, in one group or all, by start. Who lectures now goes on."""
    found: list[tuple[Turn, Session]] = []
    for turn in await uow.rotation.open_turns(member_id):
        session = await uow.sessions.get(turn.slot_id)
        if session.starts_at > now and group_id in (None, session.group_id):
            found.append((turn, session))
    return sorted(found, key=lambda each: (each[1].starts_at, each[1].id))


async def release_turns(
    uow: UnitOfWork, member_id: int, actor_id: int | None, now: datetime, *, group_id: int | None = None
) -> list[Session]:
    """Take from somebody their open turns at dates that have not begun, in one group or all; returns those sessions."""
    freed = await turns_ahead(uow, member_id, now, group_id=group_id)
    for turn, session in freed:
        await change_turn(uow, turn, TurnState.RELEASED, actor_id, now)
        await uow.mirrors.refresh("announcement", session.id)
    return [session for _turn, session in freed]


async def show_places(uow: UnitOfWork, group_id: int, now: datetime) -> None:
    """How many lecturers are looked for has changed: the announcements of what is to come say so."""
    for session in await uow.sessions.upcoming(now, group_id=group_id):
        if session.kind == "lecture" and session.announced_at is not None:
            await uow.mirrors.refresh("announcement", session.id)


async def take_off(uow: UnitOfWork, group_id: int, member_id: int, actor_id: int | None, now: datetime) -> bool:
    """Somebody is on the group's roster no more, and their row is kept; False if they were not."""
    roster = await uow.rotation.roster(group_id)
    row = next((member for member in roster.members if member.id == member_id), None)
    if row is None:
        return False
    left = tuple(member for member in roster.members if member is not row)
    await uow.rotation.save(group_id, roster, replace(roster, members=left))
    await uow.record("rotation.leave", actor_id, f"group:{group_id}", before=where_they_stand(row))
    if not left:
        await show_places(uow, group_id, now)
    return True


async def save_roster(
    uow: UnitOfWork,
    group_id: int,
    before: Roster,
    after: Roster,
    action: str,
    subject: str,
    actor_id: int | None = None,
) -> None:
    """Write where the rotation and the same members stand now; the audit keeps what has changed, as it was and is."""
    await uow.rotation.save(group_id, before, after)
    stood = {member.id: where_they_stand(member) for member in before.members}
    stand = {member.id: where_they_stand(member) for member in after.members}
    changed = [member_id for member_id in stand if stand[member_id] != stood[member_id]]
    old, new = (
        {"base": roster.base, "previous": sorted(roster.previous), "members": [where[each] for each in changed]}
        for roster, where in ((before, stood), (after, stand))
    )
    await uow.record(action, actor_id, subject, old, new)


def where_they_stand(member: Member) -> dict[str, Any]:
    """A member's place in the rotation, as JSON."""
    last_turn = None if member.last_turn is None else member.last_turn.isoformat()
    return {
        "member": member.id,
        "load": member.load,
        "owes": member.owes,
        "last_turn": last_turn,
        "given": member.given,
    }
