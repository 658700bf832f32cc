"""Why somebody was chosen and how the turns lie, as counts and dates; and that nobody else is named."""

from random import Random

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from bot.domain.rotation import Away, Member, Reason, Roster, RotationSettings, Slot, TurnState, explain, plan, spread
from tests.domain.rotation.by_the_text import START, WEEK, with_turn
from tests.domain.rotation.lives import a_calendar, a_roster

OLD = START - 9 * WEEK
SLOT = Slot(1, START + 4 * WEEK)


def why(*members: Member, previous: str = "", slot: Slot = SLOT, others: tuple[Slot, ...] = ()):
    base = min(member.load for member in members)
    roster = Roster(members, base, frozenset({previous} - {""}))
    return explain(roster, [slot, *others], START, slot.id)[0]


@pytest.mark.parametrize(
    ("other", "reason"),
    [
        ({"owes": False}, Reason.OWES),
        ({"load": 3}, Reason.LOAD),
        ({"last_turn": START - WEEK}, Reason.LAST_TURN),
        ({"joined": START - 8 * WEEK}, Reason.JOINED),
        ({}, Reason.ID),
    ],
)
def test_what_set_the_chosen_one_apart(other, reason):
    one = Member(1, OLD, load=2, owes=reason is Reason.OWES, last_turn=START - 2 * WEEK)
    found = why(replace(one, **{"id": 2, **other}), one)
    assert (found.member_id, found.reason, found.compared, found.passed_over) == (1, reason, 2, 0)


def test_another_industry_and_being_the_only_one():
    found = why(Member(1, OLD, "finance"), Member(2, OLD, "medical", load=1), previous="finance")
    assert (found.member_id, found.reason, found.passed_over, found.least, found.most) == (2, Reason.INDUSTRY, 1, 0, 1)
    assert why(Member(1, OLD)).reason is Reason.ONLY


def test_those_who_could_not_be_chosen_are_counted_and_no_reason_is_told():
    members = (
        Member(1, OLD, load=2, given=3, last_turn=START - WEEK),
        Member(2, OLD, load=2, last_turn=START - WEEK),
        Member(3, OLD, away=(Away(START, START + 9 * WEEK),)),
        Member(4, OLD, restricted_until=START + 9 * WEEK),
        Member(5, OLD),
        Member(6, START + 3 * WEEK),
        Member(7, OLD),
    )
    slot = with_turn(SLOT, 0, 5, START, TurnState.DECLINED)
    other = with_turn(Slot(2, START + 5 * WEEK), 0, 7, START)
    found = why(*members, slot=slot, others=(other,))
    assert (found.member_id, found.load, found.given, found.last_turn) == (1, 2, 3, START - WEEK)
    assert (found.compared, found.as_few) == (2, 1)
    assert (found.not_available, found.newcomers, found.busy) == (3, 1, 1)


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 10**9), st.integers(1, 3), st.sampled_from(("fairness", "diversity")))
def test_every_planned_turn_can_be_explained_and_everybody_is_counted_once(seed, k, priority):
    random = Random(seed)
    roster = a_roster(random, RotationSettings(priority, k))
    slots = a_calendar(random, roster.settings, 10)
    planned = plan(roster, slots, START).turns
    told = [
        each for slot in sorted(slots, key=lambda s: s.starts_at) for each in explain(roster, slots, START, slot.id)
    ]
    assert [(t.slot_id, t.place, t.member_id) for t in told] == [(t.slot_id, t.place, t.member_id) for t in planned]
    for each in told:
        assert each.compared + each.not_available + each.newcomers + each.busy == len(roster.members)
        assert each.least <= each.load <= each.most
        assert each.passed_over == 0 or each.reason is Reason.INDUSTRY
        assert msgspec.json.decode(msgspec.json.encode(each), type=type(each)) == each


def test_nothing_to_explain_where_nobody_is_chosen():
    assert explain(Roster(), [SLOT], START, SLOT.id) == ()
    assert explain(Roster((Member(1, OLD),)), [SLOT], START, 99) == ()


def test_the_spread_tells_loads_lectures_and_industries():
    members = (
        Member(1, OLD, "finance", load=2, given=2),
        Member(2, OLD, "medical", load=1, owes=True, given=1),
        Member(3, OLD, "", load=1, given=0),
    )
    found = spread(Roster(members), ["finance", "energy", ""], ("finance", "medical", "energy", "retail"))
    assert (found.members, found.least_load, found.most_load, found.least_given, found.most_given) == (3, 1, 2, 0, 2)
    assert (found.owing, found.covered, found.waiting, found.missing) == (
        1,
        ("energy", "finance"),
        ("medical",),
        ("retail",),
    )
    assert spread(Roster(), []) is None
    assert len(spread(Roster(members), []).missing) == 18
