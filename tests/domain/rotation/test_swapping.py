"""Turns change hands: who is asked, what they give for it, and what becomes of an offer that nobody takes."""

from __future__ import annotations

from asyncio import gather
from datetime import timedelta

import pytest

from bot.domain.errors import NotAllowed, Unknown
from bot.domain.posts import PostState
from bot.domain.rotation.requests import NotAsked
from bot.domain.rotation.saying import NUDGE as REQUEST_NUDGE
from bot.domain.rotation.saying import REQUEST
from bot.domain.rotation.swap_news import Offer, SwapNews
from bot.domain.rotation.swapping import (
    CannotTakeTurn,
    NobodyToTakeTurn,
    NotAbleToTake,
    NoTurnToSwap,
    SwapAskedBefore,
    SwapOver,
    SwapTooLate,
    Taken,
)
from bot.domain.rotation.swaps import DONE, FOR, NUDGE, OFFER, STAYS
from bot.domain.rotation.values import OPEN, Turn, TurnState
from bot.domain.sessions import Session, SessionNotOpen
from tests.domain.reminding import GUILD, Club, Sent, at
from tests.domain.rotation.taking_turns import DAY, join, members, one, take, turns
from tests.domain.study import MODERATOR

HOUR = timedelta(hours=1)
FIRST = at(29, 7) + 14 * DAY
"""A session in a month; the second one is a week later."""


@pytest.fixture
async def dates(club: Club) -> tuple[Session, Session, Session]:
    """Three dates for which nobody is asked yet; 11, 12 and 13 take part in the rotation."""
    await join(club, 11, 12, 13)
    first, second, third = [await club.schedule(FIRST + 7 * n * DAY, f"{n}") for n in range(3)]
    return first, second, third


def to(sent: list[Sent], kind: str) -> list[int]:
    return sorted(each.member_id for each in sent if each.kind == kind)


async def holders(club: Club, *sessions: Session) -> list[list[tuple[int, str]]]:
    """Who has the turns of these sessions, and in what state."""
    return [[(t.member_id, t.state.value) for t in await turns(club, each) if t.is_standing] for each in sessions]


async def suggest(club: Club, turn: Turn, to_id: int = 0) -> int:
    """Whoever has the turn offers it; the offer's id."""
    return (await club.services.swaps.suggest(GUILD, one(turn.member_id), turn.id, to_id)).swap.id


async def accept(club: Club, member_id: int, swap_id: int, gives: int = 0) -> Taken:
    done = await club.services.swaps.take(GUILD, one(member_id), swap_id, gives)
    assert isinstance(done, Taken)
    return done


async def offer_to(club: Club, member_id: int) -> Offer:
    """What somebody was asked last."""
    value = [each.value for each in club.sent if each.member_id == member_id and isinstance(each.value, Offer)][-1]
    assert isinstance(value, Offer)
    return value


async def test_two_turns_change_hands_once_the_other_accepts(club: Club, dates: tuple[Session, ...]):
    first, second, _third = dates
    mine, theirs = await take(club, first, 11), await take(club, second, 12)
    before = await members(club)
    swap_id = await suggest(club, mine, 12)
    assert to(await club.until(club.clock.at), OFFER) == [12]
    shown = await offer_to(club, 12)
    assert (shown.giver_id, shown.session.id, shown.gives, shown.at and shown.at.id) == (
        11,
        first.id,
        theirs,
        second.id,
    )
    assert await holders(club, first, second) == [[(11, "confirmed")], [(12, "confirmed")]]
    done = await accept(club, 12, swap_id, theirs.id)
    assert (done.turn.slot_id, done.gave and done.gave.id, done.new) == (first.id, second.id, True)
    assert await holders(club, first, second) == [[(12, "confirmed")], [(11, "confirmed")]]
    assert await members(club) == before
    (told,) = [each for each in await club.until(club.clock.at) if each.kind == DONE]
    assert (told.member_id, told.value.swap.taken_by, told.value.at.id) == (11, 12, second.id)


async def test_who_has_no_turn_to_give_covers_and_it_counts_for_them(club: Club, dates: tuple[Session, ...]):
    first, *_ = dates
    swap_id = await suggest(club, await take(club, first, 11), 12)
    done = await accept(club, 12, swap_id)
    assert done.gave is None
    assert await holders(club, first) == [[(12, "confirmed")]]
    loads = {member.id: member.load for member in (await members(club)).values()}
    await club.until(first.ends_at)
    after = {member.id: member.load for member in (await members(club)).values()}
    assert {member_id: after[member_id] - loads[member_id] for member_id in loads} == {11: 0, 12: 1, 13: 0}


async def test_offered_to_all_it_goes_to_everybody_who_can_and_the_first_press_has_it(
    club: Club, dates: tuple[Session, ...]
):
    first, *_ = dates
    await join(club, 14)
    await club.services.unavailability.add(GUILD, one(14), FIRST - DAY, FIRST + DAY)
    swap_id = await suggest(club, await take(club, first, 11))
    assert to(await club.until(club.clock.at), OFFER) == [12, 13]
    assert (await offer_to(club, 12)).giver_id == 0
    await accept(club, 12, swap_id)
    with pytest.raises(SwapOver):
        await accept(club, 13, swap_id)
    assert (await accept(club, 12, swap_id)).new is False
    assert await holders(club, first) == [[(12, "confirmed")]]
    with pytest.raises(Unknown):
        await accept(club, 99, swap_id)


async def test_what_somebody_gives_is_their_nearest_later_turn_at_which_the_other_can_lecture(
    club: Club, dates: tuple[Session, ...]
):
    first, second, third = dates
    earlier = await take(club, first, 12)
    mine = await take(club, second, 11)
    await suggest(club, mine, 12)
    await club.until(club.clock.at)
    assert (await offer_to(club, 12)).gives == earlier
    later = await take(club, third, 12)
    swap_id = await suggest(club, mine)
    await club.until(club.clock.at)
    assert (await offer_to(club, 12)).gives == later
    # What has changed since is shown before anything is done.
    await club.services.unavailability.add(GUILD, one(11), third.starts_at - DAY, third.starts_at + DAY)
    again = await club.services.swaps.take(GUILD, one(12), swap_id, later.id)
    assert isinstance(again, Offer)
    assert (again.anew, again.gives) == (True, earlier)
    assert await holders(club, second) == [[(11, "confirmed")]]
    await accept(club, 12, swap_id, earlier.id)
    assert await holders(club, first, second, third) == [[(11, "confirmed")], [(12, "confirmed")], [(12, "confirmed")]]


async def test_what_somebody_will_tell_of_goes_with_them_and_not_with_the_date(club: Club, dates: tuple[Session, ...]):
    first, second, _third = dates
    mine, theirs = await take(club, first, 11), await take(club, second, 12)
    await club.services.requests.confirm(GUILD, one(11), mine.id, "魚の流通", "卸から店まで", "市場の本")
    swap_id = await suggest(club, mine, 12)
    await accept(club, 12, swap_id, theirs.id)
    said = {
        t.member_id: (t.slot_id, t.theme, t.outline, t.reading)
        for s in (first, second)
        for t in await turns(club, s)
        if t.is_standing
    }
    assert said == {12: (first.id, "", "", ""), 11: (second.id, "魚の流通", "卸から店まで", "市場の本")}


async def test_those_who_are_asked_are_reminded_once_half_way_and_nobody_long_before(
    club: Club, dates: tuple[Session, ...]
):
    first, *_ = dates
    far = await club.schedule(FIRST + 60 * DAY, "far")
    begin = club.clock.at
    await suggest(club, await take(club, first, 11), 12)
    await suggest(club, await take(club, far, 13), 12)
    sent = await club.until(far.starts_at - 20 * DAY)
    closes = FIRST - 12 * HOUR
    nudges = {each.value.session.id: each.at for each in sent if each.kind == NUDGE}
    # In the quiet hours they wait for the morning.
    assert timedelta(0) <= nudges[first.id] - (begin + (closes - begin) / 2) < 10 * HOUR
    assert timedelta(0) <= nudges[far.id] - (far.starts_at - 28 * DAY) < 10 * HOUR
    assert sorted(each.kind for each in sent if each.kind in (OFFER, NUDGE)) == sorted([OFFER, OFFER, NUDGE, NUDGE])


async def test_nobody_takes_it_so_it_stays_and_they_are_told(club: Club, dates: tuple[Session, ...]):
    first, *_ = dates
    swap_id = await suggest(club, await take(club, first, 11))
    sent = await club.until(FIRST - HOUR)
    (told,) = [each for each in sent if each.kind == STAYS]
    assert (told.member_id, told.at, told.value.swap.state) == (11, FIRST - 12 * HOUR, "expired")
    assert await holders(club, first) == [[(11, "confirmed")]]
    with pytest.raises(SwapOver):
        await accept(club, 12, swap_id)


async def test_the_one_who_was_asked_says_no_and_the_other_is_told_at_once(club: Club, dates: tuple[Session, ...]):
    first, *_ = dates
    mine = await take(club, first, 11)
    swap_id = await suggest(club, mine, 12)
    await club.until(club.clock.at)
    assert (await club.services.swaps.refuse(GUILD, one(12), swap_id)).alone
    (told,) = [each for each in await club.until(club.clock.at) if each.kind == STAYS]
    assert (told.member_id, told.value.swap.state, told.value.own) == (11, "refused", True)
    with pytest.raises(SwapAskedBefore):
        await suggest(club, mine, 12)
    await suggest(club, mine)
    assert to(await club.until(club.clock.at), OFFER) == [12, 13]


async def test_who_refuses_what_all_were_asked_is_not_reminded_and_nobody_is_told(
    club: Club, dates: tuple[Session, ...]
):
    first, *_ = dates
    swap_id = await suggest(club, await take(club, first, 11))
    await club.until(club.clock.at)
    assert not (await club.services.swaps.refuse(GUILD, one(12), swap_id)).alone
    sent = await club.until(FIRST - DAY)
    assert (to(sent, NUDGE), to(sent, STAYS)) == ([13], [])


async def test_an_offer_is_withdrawn_by_whose_turn_it_is_at_any_time(club: Club, dates: tuple[Session, ...]):
    first, *_ = dates
    mine = await take(club, first, 11)
    swap_id = await suggest(club, mine)
    withdraw = club.services.swaps.withdraw
    with pytest.raises(Unknown):
        await withdraw(GUILD, one(12), swap_id)
    assert (await withdraw(GUILD, one(11), swap_id)).new
    assert not (await withdraw(GUILD, one(11), swap_id)).new
    with pytest.raises(SwapOver):
        await accept(club, 12, swap_id)
    with pytest.raises(SwapAskedBefore):
        await suggest(club, mine)
    sent = await club.until(FIRST)
    assert [each.kind for each in sent if each.kind in (OFFER, NUDGE, STAYS)] == []


async def test_an_offer_is_made_once_and_to_somebody_else_instead(club: Club, dates: tuple[Session, ...]):
    first, *_ = dates
    mine = await take(club, first, 11)
    old = await suggest(club, mine, 12)
    assert await suggest(club, mine, 12) == old
    new = await suggest(club, mine, 13)
    with pytest.raises(SwapOver):
        await accept(club, 12, old)
    await accept(club, 13, new)


@pytest.mark.parametrize("act", ["decline", "leave roster", "leave server", "cancel", "yes", "unavailable"])
async def test_an_offer_falls_with_the_turn(club: Club, dates: tuple[Session, ...], act: str):
    first, *_ = dates
    asked = act == "yes"
    mine = await take(
        club, first, 11, TurnState.ASKED if asked else TurnState.CONFIRMED, due=FIRST - DAY if asked else None
    )
    swap_id = await suggest(club, mine)
    services = club.services
    if act == "decline":
        await services.requests.decline(GUILD, one(11), mine.id)
    elif act == "yes":
        await services.requests.confirm(GUILD, one(11), mine.id)
    elif act == "leave roster":
        shown = await services.roster.leave(GUILD, one(11), None)
        await services.roster.confirm(GUILD, one(11), shown.draft_id)
    elif act == "leave server":
        await services.members.left(GUILD, 11)
    elif act == "unavailable":
        await services.unavailability.add(GUILD, one(11), FIRST - DAY, FIRST + DAY)
    else:
        await club.cancel(first)
    before = await turns(club, first)
    with pytest.raises((SwapOver, SessionNotOpen)):
        await accept(club, 12, swap_id)
    assert await turns(club, first) == before
    sent = await club.until(FIRST)
    assert [each.kind for each in sent if each.kind in (OFFER, NUDGE, STAYS)] == []


async def test_the_one_who_was_asked_leaves_and_the_other_is_told(club: Club, dates: tuple[Session, ...]):
    first, *_ = dates
    await suggest(club, await take(club, first, 11), 12)
    await club.until(club.clock.at)
    await club.services.members.left(GUILD, 12)
    (told,) = [each for each in await club.until(club.clock.at) if each.kind == STAYS]
    assert (told.member_id, told.value.swap.state) == (11, "refused")
    assert await holders(club, first) == [[(11, "confirmed")]]


@pytest.mark.parametrize("end", [PostState.UNDELIVERABLE, PostState.FAILED])
async def test_the_one_who_was_asked_can_not_be_reached_and_the_other_is_told(
    club: Club, dates: tuple[Session, ...], end: PostState
):
    first, *_ = dates
    await suggest(club, await take(club, first, 11), 12)
    await club.deliver(end)
    assert to(await club.until(club.clock.at), STAYS) == [11]


async def test_a_session_that_moves_to_another_day_is_another_date(club: Club, dates: tuple[Session, ...]):
    first, *_ = dates
    swap_id = await suggest(club, await take(club, first, 11))
    await club.move(first, FIRST + 2 * HOUR)
    sent = await club.until(club.clock.at)
    assert {each.value.session.starts_at for each in sent if each.kind == OFFER} == {FIRST + 2 * HOUR}
    await club.move(first, FIRST - 10 * HOUR)
    async with club.db.reading(GUILD) as uow:
        (still,) = await uow.swaps.open_at([first.id])
    assert still.closes_at == FIRST - 22 * HOUR
    await club.move(first, FIRST + DAY)
    (told,) = [each for each in await club.until(club.clock.at) if each.kind == STAYS]
    assert (told.member_id, told.value.swap.state) == (11, "moved")
    with pytest.raises(SwapOver):
        await accept(club, 12, swap_id)


# Before there is an answer


async def asked(club: Club, session: Session) -> Turn:
    """Who is asked for the date in the usual way."""
    await club.until(session.starts_at - 21 * DAY)
    (turn,) = [turn for turn in await turns(club, session) if turn.state is TurnState.ASKED]
    return turn


async def test_who_is_asked_and_offers_the_turn_has_time_to_answer_afterwards(club: Club, dates: tuple[Session, ...]):
    first, *_ = dates
    turn = await asked(club, first)
    assert turn.answer_due == FIRST - 17 * DAY
    await suggest(club, turn)
    sent = await club.until(FIRST - 17 * DAY)
    (told,) = [each for each in sent if each.kind == STAYS]
    assert (told.member_id, told.at, told.value.turn.state) == (turn.member_id, FIRST - 17 * DAY, "asked")
    assert told.value.turn.answer_due == FIRST - 13 * DAY
    assert [each.kind for each in sent if each.kind == REQUEST_NUDGE and each.value.session.id == first.id] == []
    assert await holders(club, first) == [[(turn.member_id, "asked")]]
    # Offered once more, there is no more time than that.
    await suggest(club, turn, 13 if turn.member_id != 13 else 12)
    await club.until(FIRST - 13 * DAY)
    assert (turn.member_id, "lapsed") in [(t.member_id, t.state.value) for t in await turns(club, first)]


async def test_a_turn_that_nobody_has_confirmed_is_confirmed_by_whoever_takes_it(
    club: Club, dates: tuple[Session, ...]
):
    first, *_ = dates
    turn = await asked(club, first)
    taker = 12 if turn.member_id != 12 else 13
    swap_id = await suggest(club, turn)
    await accept(club, taker, swap_id)
    assert await holders(club, first) == [[(taker, "confirmed")]]
    sent = await club.until(FIRST - 13 * DAY)
    assert [each.member_id for each in sent if each.kind == REQUEST and each.value.session.id == first.id] == []


# For somebody absent


async def test_an_organizer_offers_the_turn_of_somebody_absent_who_is_asked_whether_they_take_the_other(
    club: Club, dates: tuple[Session, ...]
):
    first, second, _third = dates
    mine, theirs = await take(club, first, 11), await take(club, second, 12)
    swaps = club.services.swaps
    await club.services.members.used(GUILD, MODERATOR.member_id, may_hint=False)
    turn_id = await swaps.turn_at(GUILD, MODERATOR, first.id, 11)
    assert turn_id == mine.id
    swap_id = (await swaps.suggest(GUILD, MODERATOR, turn_id, 12)).swap.id
    sent = await club.until(club.clock.at)
    assert (to(sent, OFFER), to(sent, FOR)) == ([12], [11])
    await accept(club, 12, swap_id, theirs.id)
    assert await holders(club, first, second) == [[(12, "confirmed")], [(11, "asked")]]
    sent = await club.until(club.clock.at)
    assert to(sent, DONE) == sorted([MODERATOR.member_id, 11])
    assert to(sent, REQUEST) == [11]
    news = {each.member_id: each.value for each in sent if each.kind == DONE}
    assert all(isinstance(value, SwapNews) for value in news.values())
    assert (news[11].own, news[MODERATOR.member_id].own) == (True, False)


async def test_whose_turn_an_organizer_offers_can_keep_it(club: Club, dates: tuple[Session, ...]):
    first, *_ = dates
    mine = await take(club, first, 11)
    swap_id = (await club.services.swaps.suggest(GUILD, MODERATOR, mine.id)).swap.id
    assert (await club.services.swaps.withdraw(GUILD, one(11), swap_id)).new
    with pytest.raises(SwapOver):
        await accept(club, 12, swap_id)


async def test_only_organizers_act_for_others(club: Club, dates: tuple[Session, ...]):
    first, *_ = dates
    mine = await take(club, first, 11)
    with pytest.raises(NotAllowed):
        await club.services.swaps.turn_at(GUILD, one(12), first.id, 11)
    for act in (club.services.swaps.choice, club.services.swaps.suggest):
        with pytest.raises(Unknown):
            await act(GUILD, one(12), mine.id)
    with pytest.raises(NoTurnToSwap):
        await club.services.swaps.turn_at(GUILD, MODERATOR, first.id, 12)
    with pytest.raises(NotAsked):
        await club.services.swaps.turn_at(GUILD, one(12), first.id, 12)


# What is refused


async def test_nobody_is_asked_who_can_not_take_it(club: Club, dates: tuple[Session, ...]):
    first, *_ = dates
    mine = await take(club, first, 11)
    await club.services.unavailability.add(GUILD, one(12), FIRST - DAY, FIRST + DAY)
    await club.services.members.choose(GUILD, 13, "turns", wanted=False)
    for to_id in (11, 12, 13, 99):
        with pytest.raises(CannotTakeTurn):
            await suggest(club, mine, to_id)
    with pytest.raises(NobodyToTakeTurn):
        await suggest(club, mine)


async def test_who_can_not_lecture_then_any_more_can_not_take_it(club: Club, dates: tuple[Session, ...]):
    first, *_ = dates
    swap_id = await suggest(club, await take(club, first, 11))
    await club.services.unavailability.add(GUILD, one(12), FIRST - DAY, FIRST + DAY)
    assert to(await club.until(club.clock.at), OFFER) == [13]
    with pytest.raises(NotAbleToTake):
        await accept(club, 12, swap_id)


async def test_twelve_hours_before_nothing_changes_hands_any_more(club: Club, dates: tuple[Session, ...]):
    first, *_ = dates
    mine = await take(club, first, 11)
    club.clock.at = FIRST - 12 * HOUR
    with pytest.raises(SwapTooLate):
        await suggest(club, mine)
    with pytest.raises(SwapTooLate):
        await club.services.swaps.choice(GUILD, one(11), mine.id)


async def test_of_two_who_accept_at_the_same_instant_one_has_it_and_the_other_is_told(
    club: Club, dates: tuple[Session, ...]
):
    first, *_ = dates
    swap_id = await suggest(club, await take(club, first, 11))
    press = club.services.swaps.take
    results = await gather(*(press(GUILD, one(who), swap_id, 0) for who in (12, 13)), return_exceptions=True)
    assert sorted(type(result).__name__ for result in results) == ["SwapOver", "Taken"]
    assert len([turn for turn in await turns(club, first) if turn.state in OPEN]) == 1
