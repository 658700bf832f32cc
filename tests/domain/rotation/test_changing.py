"""Joining, leaving and coming back; swaps, covers, skipped turns, and what a turn may become."""

from datetime import UTC, datetime

import pytest
from msgspec.structs import replace

from bot.domain.rotation import Member, Roster, Slot, Turn, TurnState, come_back, cover, excuse, join, settle, swap
from tests.domain.rotation.by_the_text import START, WEEK, with_turn

ENDS = (TurnState.DECLINED, TurnState.LAPSED, TurnState.SWAPPED, TurnState.RELEASED)
ROSTER = Roster(tuple(Member(n, START - 9 * WEEK, load=4) for n in (1, 2)), base=4)


def turn(slot_id: int, member_id: int, state: TurnState = TurnState.CONFIRMED) -> Turn:
    return Turn(slot_id, 0, member_id, state, START)


def test_who_joins_begins_with_the_least_load_and_owes_nothing():
    new = join(ROSTER, 3, START, "medical").members[-1]
    assert (new.id, new.joined, new.industry, new.load, new.owes) == (3, START, "medical", 4, False)


@pytest.mark.parametrize(
    ("load", "owed", "load_after", "owes"),
    [(2, False, 4, True), (2, True, 4, True), (4, False, 4, False), (5, False, 5, False)],
)
def test_who_comes_back_has_their_row_as_if_they_had_been_away(load, owed, load_after, owes):
    row = Member(3, START - 9 * WEEK, "medical", load, owed, START - 5 * WEEK, given=7)
    back = come_back(ROSTER, row).members[-1]
    assert back == replace(row, load=load_after, owes=owes)


def test_a_skipped_turn_that_is_not_owed_counts_as_taken():
    member = Member(1, START, load=4)
    assert excuse(member).load == 5
    assert excuse(replace(member, owes=True)) == member


def test_a_turn_goes_its_way_and_no_other():
    asked = turn(1, 1, TurnState.PLANNED).become(TurnState.ASKED, START)
    given = asked.become(TurnState.CONFIRMED, START).become(TurnState.GIVEN, START)
    for end in ENDS:
        for state in (TurnState.ASKED, TurnState.CONFIRMED):
            fallen = turn(1, 1, state).become(end, START + WEEK)
            assert (fallen.state, fallen.closed_at, fallen.is_standing) == (end, START + WEEK, False)
            with pytest.raises(ValueError, match="can't become"):
                fallen.become(TurnState.ASKED, START)
        with pytest.raises(ValueError, match="can't become"):
            given.become(end, START)
    with pytest.raises(ValueError, match="can't become"):
        asked.become(TurnState.GIVEN, START)


def test_a_swap_needs_two_people_two_dates_and_two_open_turns():
    for one, other in ((turn(1, 1), turn(1, 2)), (turn(1, 1), turn(2, 1)), (turn(1, 1), turn(2, 2, TurnState.GIVEN))):
        with pytest.raises(ValueError, match=r"swap|turn"):
            swap(one, other, START)
    exchange = swap(turn(1, 1, TurnState.ASKED), turn(2, 2), START)
    assert [(t.slot_id, t.member_id, t.state) for t in exchange.begun] == [(1, 2, "confirmed"), (2, 1, "confirmed")]


def test_a_cover_needs_an_open_turn_of_somebody_else():
    for one in (turn(1, 2), turn(1, 1, TurnState.DECLINED)):
        with pytest.raises(ValueError, match="turn"):
            cover(one, 2, START)


def test_who_swapped_may_be_asked_again_and_misses_nothing_by_it():
    slot = Slot(1, START + 4 * WEEK, 1, (turn(1, 1, TurnState.SWAPPED), turn(1, 2)))
    assert slot.not_again == frozenset()
    assert replace(slot, turns=(turn(1, 1, TurnState.RELEASED), turn(1, 2))).not_again == {1}


def test_what_nobody_confirmed_changes_nothing():
    slot = with_turn(Slot(1, START + 4 * WEEK), 0, 1, START, TurnState.ASKED)
    assert settle(ROSTER, slot) == ROSTER


def test_a_lecture_counts_and_is_remembered():
    after = settle(ROSTER, with_turn(Slot(1, START + 4 * WEEK), 0, 1, START)).members[0]
    assert (after.load, after.given, after.last_turn) == (5, 1, START + 4 * WEEK)


def test_a_restriction_without_end_never_ends():
    member = Member(1, START, restricted_until=datetime.max.replace(tzinfo=UTC))
    assert not member.is_available(START + 5000 * WEEK)
    assert replace(member, restricted_until=START).is_available(START)
