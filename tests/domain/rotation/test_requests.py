"""Answers to a question that somebody was asked earlier: what counts is the turn that they have by now."""

from __future__ import annotations

from bot.domain.rotation import RotationSettings, Turn
from bot.domain.sessions import Session
from tests.domain.reminding import GUILD, Club, at
from tests.domain.rotation.taking_turns import DAY, choose, join, one, turns

FAR = at(29, 7) + 14 * DAY


async def asked_and_declined(club: Club, places: int = 1) -> tuple[Session, Turn]:
    """The only one who takes part has said no; the old message, with its buttons, is still there."""
    await choose(club, RotationSettings(per_session=places))
    await join(club, 11)
    session = await club.schedule(FAR)
    await club.until(FAR - 21 * DAY)
    (turn,) = await turns(club, session)
    await club.services.requests.decline(GUILD, one(11), turn.id)
    return session, turn


async def states(club: Club, session: Session) -> list[str]:
    return [turn.state.value for turn in await turns(club, session)]


async def test_who_thinks_better_of_it_and_presses_twice_lectures_once(club: Club):
    session, turn = await asked_and_declined(club)
    first = await club.services.requests.confirm(GUILD, one(11), turn.id)
    second = await club.services.requests.confirm(GUILD, one(11), turn.id)
    assert (first.new, second.new, second.turn.id) == (True, False, first.turn.id)
    assert await states(club, session) == ["declined", "confirmed"]


async def test_an_old_message_gives_nobody_a_second_place(club: Club):
    session, turn = await asked_and_declined(club, places=2)
    taken = await club.services.requests.take(GUILD, one(11), session.id)
    again = await club.services.requests.confirm(GUILD, one(11), turn.id, "魚の流通")
    assert (again.new, again.turn.id, again.turn.theme) == (False, taken.turn.id, "魚の流通")
    assert await states(club, session) == ["declined", "confirmed"]


async def test_a_no_under_an_old_message_gives_back_the_turn_that_they_have(club: Club):
    session, turn = await asked_and_declined(club)
    taken = await club.services.requests.take(GUILD, one(11), session.id)
    shown = await club.services.requests.give_back(GUILD, one(11), turn.id)
    assert shown is not None
    assert shown.turn.id == taken.turn.id
    done = await club.services.requests.decline(GUILD, one(11), turn.id)
    assert (done.new, done.sure) == (True, True)
    assert await states(club, session) == ["declined", "declined"]
