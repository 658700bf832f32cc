"""Looking for a turn to take: what is offered is found by whom it is offered to, and by nobody else."""

from __future__ import annotations

import pytest

from bot.domain.rotation import RotationSettings
from bot.domain.sessions import Session
from tests.domain.reminding import GUILD, Club, at
from tests.domain.rotation.taking_turns import DAY, choose, join, one, take

FIRST = at(29, 7) + 14 * DAY


@pytest.fixture
async def date(club: Club) -> Session:
    """In a month; 11, 12 and 13 take part in the rotation."""
    await join(club, 11, 12, 13)
    return await club.schedule(FIRST)


async def found(club: Club, session: Session) -> dict[int, int]:
    """Who finds a turn to take, and whose they read it is (0: not told)."""
    offers = {each: await club.services.swaps.to_take(GUILD, one(each), session.id) for each in (11, 12, 13, 99)}
    return {member_id: offer.giver_id for member_id, offer in offers.items() if offer is not None}


@pytest.mark.parametrize(("to_id", "who"), [(0, {12: 0, 13: 0}), (12, {12: 11})])
async def test_what_is_offered_is_found_by_those_to_whom_it_is(club: Club, date: Session, to_id, who):
    mine = await take(club, date, 11)
    assert await found(club, date) == {}
    offered = await club.services.swaps.suggest(GUILD, one(11), mine.id, to_id)
    assert await found(club, date) == who
    await club.services.swaps.withdraw(GUILD, one(11), offered.swap.id)
    assert await found(club, date) == {}


async def test_not_by_who_can_not_lecture_then_nor_once_it_is_too_late(club: Club, date: Session):
    mine = await take(club, date, 11)
    offered = await club.services.swaps.suggest(GUILD, one(11), mine.id)
    await club.services.unavailability.add(GUILD, one(12), FIRST - DAY, FIRST + DAY)
    assert await found(club, date) == {13: 0}
    club.clock.at = offered.swap.closes_at
    assert await found(club, date) == {}


async def test_an_open_place_goes_first(club: Club, date: Session):
    await choose(club, RotationSettings(per_session=2))
    mine = await take(club, date, 11)
    await club.services.swaps.suggest(GUILD, one(11), mine.id)
    assert await found(club, date) == {}
