"""A turn is offered to somebody, and then something happens to them or to the date."""

from __future__ import annotations

from datetime import time, timedelta

import pytest

from bot.domain.posts import PostState, Settled
from bot.domain.restrictions import Restricted, Restriction
from bot.domain.rotation.swapping import SwapOver
from bot.domain.rotation.swaps import DONE, OFFER, STAYS
from bot.domain.sessions import Session
from tests.domain.limbo import comes_to_nothing, read_up, under_way
from tests.domain.reminding import GUILD, Club, at
from tests.domain.rotation.taking_turns import DAY, join, one, take, turns
from tests.domain.study import MODERATOR

HOUR = timedelta(hours=1)
FIRST = at(29, 7) + 14 * DAY


@pytest.fixture
async def date(club: Club) -> Session:
    """In a month; 11, 12 and 13 take part in the rotation, and nobody is asked yet."""
    await join(club, 11, 12, 13)
    return await club.schedule(FIRST)


async def suggest(club: Club, session: Session, to_id: int = 0) -> int:
    """11 lectures there, and offers the turn; the offer's id."""
    mine = await take(club, session, 11)
    offered = await club.services.swaps.suggest(GUILD, one(11), mine.id, to_id)
    await club.until(club.clock.at)
    return offered.swap.id


async def restrict(club: Club, member_id: int) -> None:
    await club.services.restricting.restrict(
        GUILD, MODERATOR, one(member_id), Restriction(member_id, "rotation", reason="無断欠席")
    )


@pytest.mark.parametrize("why", ["restricted", "away"])
async def test_the_one_who_was_asked_can_not_lecture_then_and_the_other_is_told(club: Club, date: Session, why: str):
    swap_id = await suggest(club, date, 12)
    if why == "restricted":
        await restrict(club, 12)
    else:
        await club.services.unavailability.add(GUILD, one(12), FIRST - DAY, FIRST + DAY, "旅行")
    (told,) = [each for each in await club.until(club.clock.at) if each.kind == STAYS]
    assert (told.member_id, told.value.swap.state) == (11, "refused")
    with pytest.raises(SwapOver):
        await club.services.swaps.take(GUILD, one(12), swap_id, 0)
    assert [(turn.member_id, turn.state) for turn in await turns(club, date)] == [(11, "confirmed")]


async def test_the_one_who_was_asked_will_never_read_it_and_the_other_is_told(club: Club, date: Session):
    mine = await take(club, date, 11)
    await club.services.swaps.suggest(GUILD, one(11), mine.id, 12)
    for post in await club.claim():
        # They can't see the group's channel any more.
        await club.db.outbox.settle([Settled(post, PostState.CANCELLED, "overtaken")], club.clock.at)
    (told,) = [each for each in await club.until(club.clock.at + HOUR) if each.kind == STAYS]
    assert (told.member_id, told.value.swap.state) == (11, "refused")


async def test_an_offer_that_waits_for_the_morning_is_waited_for(club: Club, date: Session):
    mine = await take(club, date, 11)
    async with club.db(GUILD) as uow:
        await uow.communities.change(quiet_begin=time(21), quiet_end=time(7))
    club.clock.at = at(14, 23)
    await club.services.swaps.suggest(GUILD, one(11), mine.id, 12)
    sent = await club.until(at(15, 8))
    assert [(each.kind, each.member_id, each.at) for each in sent] == [(OFFER, 12, at(15, 7))]


async def test_an_absence_on_another_date_leaves_the_offer_open(club: Club, date: Session):
    swap_id = await suggest(club, date, 12)
    await club.services.unavailability.add(GUILD, one(12), FIRST + 2 * HOUR, FIRST + DAY)
    assert [each for each in await club.until(club.clock.at) if each.kind == STAYS] == []
    await club.services.swaps.take(GUILD, one(12), swap_id, 0)


async def test_who_is_kept_from_lecturing_reads_why_the_turn_is_not_theirs_to_take(club: Club, date: Session):
    swap_id = await suggest(club, date)
    await restrict(club, 12)
    with pytest.raises(Restricted) as refused:
        await club.services.swaps.take(GUILD, one(12), swap_id, 0)
    assert refused.value.reason == "無断欠席"


# Under way while the session moves


async def test_an_offer_that_was_under_way_as_the_session_moved_is_said_anew_if_it_did_not_arrive(
    club: Club, date: Session
):
    mine = await take(club, date, 11)
    await club.services.swaps.suggest(GUILD, one(11), mine.id)
    posts = await under_way(club, OFFER)
    await club.move(date, FIRST + HOUR)
    for post in posts:
        await comes_to_nothing(club, post, "absent")
    sent = [each for each in await club.until(club.clock.at) if each.kind == OFFER]
    assert [(each.member_id, each.value.session.starts_at) for each in sent] == [(12, FIRST + HOUR), (13, FIRST + HOUR)]


async def test_so_is_what_has_become_of_it(club: Club, date: Session):
    swap_id = await suggest(club, date, 12)
    await club.services.swaps.take(GUILD, one(12), swap_id, 0)
    (post,) = await under_way(club, DONE)
    await club.move(date, FIRST + HOUR)
    await comes_to_nothing(club, post, "absent")
    (told,) = [each for each in await club.until(club.clock.at) if each.kind == DONE]
    assert (told.member_id, told.value.session.starts_at) == (11, FIRST + HOUR)


async def test_not_so_if_it_arrived_or_holds_no_more(club: Club, date: Session):
    mine = await take(club, date, 11)
    swap_id = (await club.services.swaps.suggest(GUILD, one(11), mine.id)).swap.id
    first, second = await under_way(club, OFFER)
    await club.move(date, FIRST + HOUR)
    await read_up(club, first, 1)
    await club.services.swaps.withdraw(GUILD, one(11), swap_id)
    await comes_to_nothing(club, second, "absent")
    assert [each for each in await club.until(club.clock.at) if each.kind == OFFER] == []
