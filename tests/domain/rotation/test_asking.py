"""When people are asked, by when they answer, and what happens if nobody takes a turn."""

from datetime import datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from bot.domain.rotation import (
    Member,
    Roster,
    RotationSettings,
    Slot,
    Turn,
    TurnState,
    answer_by,
    discuss_at,
    latest_ask,
    nudge_at,
    offer_at,
    offered_to,
    plan,
    tell_at,
    usual_ask,
)
from tests.domain.rotation.by_the_text import START, WEEK, with_turn

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
USUAL = RotationSettings()
ROSTER = Roster(tuple(Member(n, START - 9 * WEEK) for n in range(1, 9)))


def series(first: timedelta, step: timedelta, dates: int, places: int = 1) -> list[Slot]:
    return [Slot(n + 1, START + first + n * step, places) for n in range(dates)]


def asked_days(slots: list[Slot], now: datetime = START, roster: Roster = ROSTER) -> dict[int, list[float]]:
    """After how many days from START each date's places are asked for."""
    found: dict[int, list[float]] = {}
    for turn in plan(roster, slots, now).turns:
        found.setdefault(turn.slot_id, []).append((turn.asked_at - START) / DAY)
    return found


@pytest.mark.parametrize(
    ("left", "hours"),
    [(30 * DAY, 96), (12 * DAY, 96), (9 * DAY, 72), (3 * DAY, 24), (18 * HOUR, 6), (10 * HOUR, 6), (4 * HOUR, 4)],
)
def test_an_answer_is_due_within_a_third_of_what_is_left(left, hours):
    due = answer_by(START, START + left, USUAL)
    assert due == START + hours * HOUR
    assert nudge_at(START, due) == START + hours * HOUR / 2


def test_each_date_is_asked_for_three_weeks_before():
    assert asked_days(series(30 * DAY, WEEK, 4)) == {1: [9], 2: [16], 3: [23], 4: [30]}
    assert asked_days(series(30 * DAY, WEEK, 2, places=3)) == {1: [9, 9, 9], 2: [16, 16, 16]}


def test_a_new_series_asks_for_one_turn_a_day_the_nearest_first():
    assert asked_days(series(8 * DAY, 3 * DAY, 4)) == {1: [0], 2: [1], 3: [2], 4: [3]}
    assert asked_days(series(20 * DAY, 2 * WEEK, 2, places=3)) == {1: [0, 1, 2], 2: [13, 13, 13]}


def test_the_next_day_is_counted_from_what_was_asked():
    slots = series(8 * DAY, 3 * DAY, 4)
    slots[0] = with_turn(slots[0], 0, 1, START, TurnState.ASKED)
    assert asked_days(slots, START + HOUR) == {2: [1], 3: [2], 4: [3]}


def test_a_turn_that_somebody_gave_by_hand_does_not_use_up_the_day():
    slots = series(8 * DAY, 3 * DAY, 3)
    slots[0] = replace(slots[0], turns=(Turn(1, 0, 1, TurnState.ASKED, START, by_hand=True),))
    assert asked_days(slots) == {2: [0], 3: [1]}


@pytest.mark.parametrize("state", [TurnState.RELEASED, TurnState.WITHDRAWN])
@pytest.mark.parametrize("slot", [0, 1])
def test_who_is_taken_off_before_they_were_asked_neither_uses_up_the_day_nor_hurries_the_next(slot, state):
    slots = series(8 * DAY, 3 * DAY, 3)
    slots[slot] = replace(slots[slot], turns=(Turn(slot + 1, 0, 1, state, START, START),))
    assert asked_days(slots) == {1: [0], 2: [1], 3: [2]}


def test_a_near_date_of_a_new_series_is_never_starved():
    """Those that can't wait are asked for at once, even if somebody was asked today."""
    found = asked_days(series(3 * DAY, DAY, 14))
    assert [found[n] for n in range(1, 5)] == [[0], [0], [0], [0]]
    assert [found[n] for n in range(5, 15)] == [[n - 4] for n in range(5, 15)]


@settings(max_examples=100, deadline=None)
@given(st.integers(3, 20), st.integers(1, 14), st.integers(1, 40), st.integers(1, 3), st.integers(3, 40))
def test_no_date_waits_beyond_its_latest_ask(first, step, dates, places, ask_days):
    roster = replace(ROSTER, settings=RotationSettings(ask_days_before=ask_days))
    slots = series(first * DAY, step * DAY, dates, places)
    turns = plan(roster, slots, START).turns
    assert len(turns) == dates * places
    for turn in turns:
        slot = slots[turn.slot_id - 1]
        last = max(latest_ask(slot, roster.settings), usual_ask(slot, roster.settings), START)
        assert max(usual_ask(slot, roster.settings), START) <= turn.asked_at <= last < offer_at(slot)
    assert [turn.asked_at for turn in turns] == sorted(turn.asked_at for turn in turns)


@pytest.mark.parametrize("by_hand", [True, False])
@pytest.mark.parametrize("state", [TurnState.ASKED, TurnState.CONFIRMED])
def test_a_turn_far_ahead_neither_hurries_nor_skips_the_dates_before_it(by_hand, state):
    slots = series(30 * DAY, WEEK, 12)
    expected = asked_days(slots)
    far = Turn(12, 0, 5, state, START - DAY, by_hand=by_hand)
    slots[11] = replace(slots[11], turns=(far,))
    del expected[12]
    assert asked_days(slots) == expected


def test_who_takes_the_place_of_somebody_who_declined_is_asked_at_once():
    slots = series(8 * DAY, 3 * DAY, 3)
    declined = Turn(1, 0, 1, TurnState.DECLINED, START, START + HOUR)
    slots[0] = replace(slots[0], turns=(declined,))
    now = START + HOUR
    turn = plan(ROSTER, slots, now).turns[0]
    assert (turn.slot_id, turn.asked_at) == (1, now)
    assert turn.member_id != 1


def test_a_place_for_which_nobody_can_be_found_makes_no_other_one_wait():
    slots = series(8 * DAY, 3 * DAY, 2, places=2)
    alone = Roster((Member(1, START - 9 * WEEK),))
    assert asked_days(slots, roster=alone) == {1: [0], 2: [1]}


def test_an_open_place_is_offered_two_days_before_to_all_who_can():
    slots = series(2 * DAY, WEEK, 2)
    assert offer_at(slots[0]) == START
    slots[0] = with_turn(slots[0], 0, 1, START - DAY, TurnState.DECLINED)
    slots[1] = with_turn(slots[1], 0, 2, START - DAY, TurnState.ASKED)
    assert offered_to(ROSTER, slots, slots[0]) == (3, 4, 5, 6, 7, 8)
    assert 1 not in asked_days(slots)


def refused(slot: Slot, *hours: int) -> Slot:
    turns = [Turn(slot.id, 0, n, TurnState.DECLINED, START, START + hour * HOUR) for n, hour in enumerate(hours, 1)]
    return replace(slot, turns=tuple(turns))


def test_organizers_are_told_at_the_third_refusal_or_three_days_before():
    slot = Slot(1, START + 10 * DAY)
    assert tell_at(slot) == tell_at(refused(slot, 1, 2)) == START + 7 * DAY
    assert tell_at(refused(slot, 1, 3, 2)) == tell_at(refused(slot, 1, 2, 3, 4)) == START + 3 * HOUR
    assert tell_at(refused(slot, 1, 2, 200)) == START + 7 * DAY
    assert tell_at(with_turn(slot, 0, 1, START, TurnState.ASKED)) == START + 7 * DAY
    assert tell_at(with_turn(slot, 0, 1, START)) is None
    assert tell_at(with_turn(replace(slot, places=2), 0, 1, START)) == START + 7 * DAY


def test_a_date_without_a_lecturer_becomes_a_discussion_a_day_before():
    slot = Slot(1, START + 10 * DAY, 2)
    assert discuss_at(slot) == discuss_at(refused(slot, 1)) == START + 9 * DAY
    assert discuss_at(with_turn(slot, 0, 1, START, TurnState.ASKED)) is None
    assert discuss_at(with_turn(slot, 0, 1, START)) is None
