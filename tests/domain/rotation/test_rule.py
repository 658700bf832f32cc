"""The propositions of the rule on random histories with churn, absence and declines, and the rule by its text."""

import os
import subprocess
import sys
from datetime import timedelta
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from bot.domain.rotation import (
    OPEN,
    Away,
    Member,
    Roster,
    RotationSettings,
    Slot,
    Turn,
    TurnState,
    cover,
    plan,
    settle,
    swap,
)
from tests.domain.rotation import by_the_text as text
from tests.domain.rotation.by_the_text import START, WEEK
from tests.domain.rotation.lives import DAY, Asked, Life, Moment, a_calendar, a_roster, one_by_one

many = settings(max_examples=100, deadline=None)
some = settings(max_examples=100, deadline=None)
seeds = st.integers(0, 10**9)
lecturers = st.integers(1, 3)
spreads = st.integers(0, 4)


def fairness(k: int = 1, **more) -> RotationSettings:
    return RotationSettings("fairness", k, **more)


def diversity(k: int = 1, **more) -> RotationSettings:
    return RotationSettings("diversity", k, **more)


def members(roster: Roster) -> dict[int, Member]:
    return {member.id: member for member in roster.members}


def widest(story: list[Moment], begin: int, together: set[int], *, owed_off: bool = False) -> int:
    """The widest gap between the loads of those of `together` who were in E at every date since `begin`."""
    gap = 0
    for moment in story[begin:]:
        together = together & moment.able
        if len(together) < 2:
            break
        after = members(moment.after)
        loads = [after[i].load - (owed_off and after[i].owes) for i in together]
        gap = max(gap, max(loads) - min(loads))
    return gap


def groups_within(standing: dict[int, int], gap: int) -> list[set[int]]:
    """The sets of members whose numbers are within `gap` of each other, as large as they can be."""
    return [{i for i, n in standing.items() if low <= n <= low + gap} for low in sorted(set(standing.values()))]


@many
@given(seeds, lecturers, st.sampled_from((fairness, diversity)), st.sampled_from((14, 70)))
def test_p1_the_chosen_are_eligible_distinct_and_as_many_as_can_be(seed, k, priority, grace):
    for moment in one_by_one(Random(seed), priority(k, grace_days=grace), 25):
        assert set(moment.chosen) <= moment.able
        assert len(set(moment.chosen)) == len(moment.chosen) == min(moment.slot.places, len(moment.able))


@many
@given(seeds, lecturers)
def test_p2_fairness_first_keeps_loads_within_one_for_whoever_was_always_there(seed, k):
    story = one_by_one(Random(seed), fairness(k), 30)
    for begin, moment in enumerate(story):
        free_of_debt = {i: m.load for i, m in members(moment.before).items() if not m.owes}
        for together in groups_within(free_of_debt, 1):
            assert widest(story, begin, together) <= 1


@many
@given(seeds, lecturers)
def test_p2_holds_with_owed_turns_counted_off(seed, k):
    story = one_by_one(Random(seed), fairness(k), 30)
    for begin, moment in enumerate(story):
        taken = {i: m.load - m.owes for i, m in members(moment.before).items()}
        for together in groups_within(taken, 1):
            assert widest(story, begin, together, owed_off=True) <= 1


@many
@given(seeds)
def test_p2_holds_with_owed_turns_as_they_are_where_one_person_lectures(seed):
    story = one_by_one(Random(seed), fairness(), 30)
    for begin, moment in enumerate(story):
        alone = next((n for n, later in enumerate(story[begin:], begin) if later.slot.places > 1), len(story))
        for together in groups_within({i: m.load for i, m in members(moment.before).items()}, 1):
            assert widest(story[:alone], begin, together) <= 1


def test_two_lecturers_show_why_a_turn_owed_is_counted_off():
    owing = Member(1, START - WEEK, load=4, owes=True)
    roster = Roster((owing, Member(2, START - WEEK, load=5)), base=4, settings=fairness(2))
    slot = Slot(1, START + 4 * WEEK, 2)
    after = members(settle(roster, confirmed(slot, *plan(roster, [slot], START).turns)))
    assert (after[1].load, after[1].owes, after[2].load) == (4, False, 6)


@many
@given(seeds, lecturers, spreads)
def test_p3_diversity_first_keeps_equal_loads_within_d(seed, k, d):
    story = one_by_one(Random(seed), diversity(k, spread=d), 30)
    for begin, moment in enumerate(story):
        free_of_debt = {i: m.load for i, m in members(moment.before).items() if not m.owes}
        for together in groups_within(free_of_debt, 0):
            assert widest(story, begin, together) <= max(1, d)


@many
@given(seeds, spreads)
def test_p3_holds_with_owed_turns_as_they_are_where_one_person_lectures(seed, d):
    story = one_by_one(Random(seed), diversity(spread=d), 30)
    for begin, moment in enumerate(story):
        alone = next((n for n, later in enumerate(story[begin:], begin) if later.slot.places > 1), len(story))
        for together in groups_within({i: m.load for i, m in members(moment.before).items()}, 0):
            assert widest(story[:alone], begin, together) <= max(1, d)


@many
@given(seeds, lecturers, spreads)
def test_p4_diversity_first_repeats_an_industry_only_if_all_others_are_far_ahead(seed, k, d):
    repeated = 0
    for moment in one_by_one(Random(seed), diversity(k, spread=d), 25):
        before = members(moment.before)
        for one, pool, same in zip(moment.chosen, moment.pools, moment.same, strict=True):
            if before[one].industry in same:
                least = min(before[i].load for i in pool)
                assert all(before[i].load > least + d - 1 for i in pool if before[i].industry not in same)
                repeated += 1


@many
@given(seeds, lecturers, st.sampled_from((fairness, diversity)))
def test_p5_nobody_owes_more_than_one_turn(seed, k, priority):
    for moment in one_by_one(Random(seed), priority(k), 30):
        base = moment.after.base
        assert all(m.load >= base and (not m.owes or m.load == base) for m in moment.after.members)


@pytest.mark.parametrize("weeks", [4, 40])
def test_p5_an_absence_costs_one_turn_however_long_it_was(weeks):
    away = Away(START, START + weeks * WEEK)
    roster = Roster(tuple(Member(n, START - 9 * WEEK, away=(away,) if n == 1 else ()) for n in (1, 2, 3)))
    counts = []
    for n in range(weeks + 9):
        slot = Slot(n, START + n * WEEK)
        turn = plan(roster, [slot], slot.starts_at - 10 * DAY).turns[0]
        roster = settle(roster, confirmed(slot, turn))
        counts.append(turn.member_id)
    assert 1 not in counts[:weeks]
    assert counts[weeks] == 1
    assert [counts[weeks + 1 :].count(n) for n in (1, 2, 3)] in ([2, 3, 3], [3, 3, 2], [3, 2, 3])


def confirmed(slot: Slot, *turns) -> Slot:
    for turn in turns:
        slot = text.with_turn(slot, turn.place, turn.member_id, turn.asked_at)
    return slot


@some
@given(seeds, lecturers)
def test_p6_a_swap_exchanges_two_turns_and_changes_nothing_else(seed, k):
    random = Random(seed)
    roster = a_roster(random, fairness(k))
    slots = {slot.id: slot for slot in a_calendar(random, roster.settings, 12)}
    for planned in plan(roster, slots.values(), START).turns:
        slots[planned.slot_id] = confirmed(slots[planned.slot_id], planned)
    turns = [t for slot in slots.values() for t in slot.turns if t.member_id and t.state in OPEN]
    pairs = [(a, b) for a in turns for b in turns if a.slot_id < b.slot_id and a.member_id != b.member_id]
    pairs = [(a, b) for a, b in pairs if not held(slots[a.slot_id], b) and not held(slots[b.slot_id], a)]
    if not pairs:
        return
    one, other = random.choice(pairs)
    exchange = swap(one, other, START)
    after = dict(slots)
    for ended, begun in zip(exchange.ended, exchange.begun, strict=True):
        slot = after[ended.slot_id]
        kept = tuple(t for t in slot.turns if t not in (one, other))
        after[ended.slot_id] = replace(slot, turns=(*kept, ended, begun))

    def holders(slots: dict[int, Slot]) -> dict[tuple[int, int], int]:
        return {(t.slot_id, t.place): t.member_id for slot in slots.values() for t in slot.standing}

    expected = holders(slots)
    here, there = (one.slot_id, one.place), (other.slot_id, other.place)
    expected[here], expected[there] = expected[there], expected[here]
    assert holders(after) == expected
    assert {t.state for t in exchange.ended} == {TurnState.SWAPPED}


def held(slot: Slot, turn: Turn) -> bool:
    return any(t.member_id == turn.member_id for t in slot.standing)


def test_p6_a_cover_counts_for_who_takes_it_and_not_for_who_gave_it():
    roster = Roster((Member(1, START - 9 * WEEK), Member(2, START - 9 * WEEK, load=1)))
    slot = confirmed(Slot(1, START + 4 * WEEK), plan(roster, [Slot(1, START + 4 * WEEK)], START).turns[0])
    assert slot.turns[0].member_id == 1
    exchange = cover(slot.turns[0], 2, START)
    after = members(settle(roster, replace(slot, turns=(*exchange.ended, *exchange.begun))))
    assert (after[1].load, after[1].given, after[2].load, after[2].given) == (0, 0, 2, 1)


@some
@given(seeds, lecturers, st.sampled_from((fairness, diversity)))
def test_p6_a_cover_counts_as_if_its_taker_had_been_chosen(seed, k, priority):
    random = Random(seed)
    for moment in one_by_one(random, priority(k), 12):
        others = sorted(members(moment.before).keys() - set(moment.chosen))
        if not moment.chosen or not others:
            continue
        giver, taker = random.choice(moment.chosen), random.choice(others)
        slot = confirmed(moment.slot, *plan(moment.before, [moment.slot], moment.slot.starts_at - 10 * DAY).turns)
        turn = next(turn for turn in slot.standing if turn.member_id == giver)
        exchange, kept = cover(turn, taker, START), tuple(each for each in slot.turns if each is not turn)
        covered = settle(moment.before, replace(slot, turns=(*kept, *exchange.ended, *exchange.begun)))
        assert covered == settle(moment.before, replace(slot, turns=(*kept, *exchange.begun)))
        before, after = members(moment.before), members(covered)
        assert after[taker].given == before[taker].given + 1
        assert after[giver].given == before[giver].given
        assert after[giver].load in (before[giver].load, covered.base)
        assert before[taker].owes or after[taker].load in (before[taker].load + 1, covered.base)


@some
@given(seeds, lecturers)
def test_p7_a_guests_date_changes_nobodys_turns(seed, k):
    random = Random(seed)
    for moment in one_by_one(random, diversity(k), 12):
        guests = tuple(Turn(99, n, 0, TurnState.CONFIRMED, START, industry="i9") for n in range(k))
        after = settle(moment.after, Slot(99, START + 90 * WEEK, k, guests))
        assert (after.members, after.base) == (moment.after.members, moment.after.base)
        assert after.previous == {"i9"}


@some
@given(seeds, lecturers, st.sampled_from((fairness, diversity)))
def test_p8_the_order_of_what_is_given_makes_no_difference(seed, k, priority):
    random = Random(seed)
    roster = a_roster(random, priority(k))
    slots = a_calendar(random, roster.settings, 15)
    expected = plan(roster, slots, START)
    mixed = replace(roster, members=tuple(random.sample(roster.members, len(roster.members))))
    assert plan(mixed, random.sample(slots, len(slots)), START) == expected


def test_p8_hashes_make_no_difference():
    code = (
        "from random import Random\n"
        "from bot.domain.rotation import RotationSettings, plan\n"
        "from tests.domain.rotation.lives import START, a_calendar, a_roster\n"
        "for seed in range(20):\n"
        "    random = Random(seed)\n"
        "    roster = a_roster(random, RotationSettings('diversity', 3))\n"
        "    print(plan(roster, a_calendar(random, roster.settings, 15), START))\n"
    )
    shown = {
        subprocess.run(
            [sys.executable, "-c", code], env={**os.environ, "PYTHONHASHSEED": seed}, capture_output=True, check=True
        ).stdout
        for seed in ("0", "1", "2")
    }
    assert len(shown) == 1


@many
@given(seeds, lecturers, st.sampled_from((fairness, diversity)), st.sampled_from((3, 7, 21, 40)), st.booleans())
def test_p9_what_is_planned_is_what_is_asked_if_nothing_changes(seed, k, priority, ask_days, by_hand):
    random = Random(seed)
    roster = a_roster(random, priority(k, ask_days_before=ask_days))
    slots = a_calendar(random, roster.settings, 14)
    if by_hand and roster.members:  # a turn given by hand, far ahead of all others
        turn = Turn(14, 0, random.choice(roster.members).id, TurnState.CONFIRMED, START, by_hand=True)
        slots[13] = replace(slots[13], turns=(turn,))
    planned = {(t.slot_id, t.place): t.member_id for t in plan(roster, slots, START).turns}
    life = Life(random, roster, slots, trouble=0)
    life.run()
    fixed = {(t.slot_id, t.place): t.member_id for slot in slots for t in slot.turns}
    assert life.gave == planned | fixed


@some
@given(seeds, lecturers, st.sampled_from((fairness, diversity)))
def test_p10_planning_again_leaves_what_was_asked_and_confirmed(seed, k, priority):
    random = Random(seed)
    roster = a_roster(random, priority(k))
    slots = a_calendar(random, roster.settings, 14)
    for n, slot in enumerate(slots):
        for place in slot.open_places:
            if roster.members and random.random() < 0.4:
                who, state = random.choice(roster.members).id, random.choice(list(OPEN))
                slots[n] = text.with_turn(slots[n], place, who, START, state)
    again = plan(roster, slots, START)
    for turn in again.turns:
        kept = slots[turn.slot_id - 1].turns
        assert turn.place not in {t.place for t in kept}
        assert turn.member_id not in {t.member_id for t in kept}


@many
@given(seeds, lecturers, st.sampled_from((fairness, diversity)), st.sampled_from((3, 21, 40)))
def test_the_plan_is_the_one_of_the_text(seed, k, priority, ask_days):
    random = Random(seed)
    roster = a_roster(random, priority(k, ask_days_before=ask_days))
    slots = a_calendar(random, roster.settings, 12)
    for n, slot in enumerate(slots):
        for place in slot.open_places:
            if roster.members and random.random() < 0.2:
                who = random.choice(
                    [m.id for m in roster.members if m.id not in {t.member_id for t in slots[n].turns}] or [0]
                )
                slots[n] = text.with_turn(slots[n], place, who, START, random.choice(list(TurnState)[1:3]))
    found = [(t.slot_id, t.place, t.member_id) for t in plan(roster, slots, START).turns]
    assert found == text.plan(roster, slots, START)


@many
@given(seeds, lecturers, st.sampled_from((fairness, diversity)))
def test_what_a_date_changes_is_what_the_text_says(seed, k, priority):
    for moment in one_by_one(Random(seed), priority(k), 20):
        slot = confirmed(moment.slot, *plan(moment.before, [moment.slot], moment.slot.starts_at - 10 * DAY).turns)
        by_text = text.after(moment.before, slot, moment.chosen)
        assert [(m.id, m.load, m.owes, m.last_turn) for m in moment.after.members] == [
            (m.id, m.load, m.owes, m.last_turn) for m in by_text.members
        ]
        assert (moment.after.base, moment.after.previous) == (by_text.base, by_text.previous)


@many
@given(seeds, lecturers, st.sampled_from((0, 2)), st.sampled_from((3, 10, 21)))
def test_loads_stay_together_in_a_life_with_declines_silence_and_churn(seed, k, d, ask_days):
    """P2 and P3 as they are lived: each ask counts at once, whatever becomes of others' turns in between."""
    rule = diversity(k, spread=d, ask_days_before=ask_days) if d else fairness(k, ask_days_before=ask_days)
    random = Random(seed)
    life = Life(random, a_roster(random, rule), a_calendar(random, rule, 20, first=60), trouble=0.3)
    life.run()
    asked = [n for n, entry in enumerate(life.log) if isinstance(entry, Asked)]
    for begin in asked:
        first = life.log[begin]
        free_of_debt = {i: load for i, (owes, load) in first.before.items() if not owes}
        for together in groups_within(free_of_debt, 0 if d else 1):
            for entry in life.log[begin:]:
                if not isinstance(entry, Asked):
                    together = together & entry
                    continue
                together = together & entry.pool & entry.able
                loads = [entry.loads[i] for i in together]
                assert not loads or max(loads) - min(loads) <= max(1, d)


@pytest.mark.parametrize("size", [1, 2, 3])
@pytest.mark.parametrize("rule", [fairness(), diversity()])
def test_a_group_of_one_two_or_three_takes_turns(size, rule):
    roster = Roster(tuple(Member(n + 1, START - 9 * WEEK, "finance") for n in range(size)), settings=rule)
    slots = [Slot(n, START + (4 + n) * WEEK) for n in range(6)]
    assert [turn.member_id for turn in plan(roster, slots, START).turns] == [n % size + 1 for n in range(6)]


def test_an_empty_roster_leaves_all_places_unfilled():
    slots = [Slot(n, START + (4 + n) * WEEK) for n in range(3)]
    found = plan(Roster(), slots, START)
    assert (found.turns, found.unfilled) == ((), ((0, 0), (1, 0), (2, 0)))


def test_a_newcomer_is_left_in_peace_unless_nobody_else_can():
    old, new = Member(1, START - 9 * WEEK, load=1), Member(2, START + 2 * WEEK)
    slots = [Slot(1, START + 3 * WEEK), Slot(2, START + 10 * WEEK)]
    assert [t.member_id for t in plan(Roster((old, new)), slots, START).turns] == [1, 2]
    slots[0] = text.with_turn(slots[0], 0, 1, START, TurnState.DECLINED)
    assert plan(Roster((old, new)), slots, START).turns[0].member_id == 2


def test_nobody_is_asked_twice_at_a_time_unless_everybody_is_busy():
    roster = Roster(tuple(Member(n, START - 9 * WEEK, load=load) for n, load in ((1, 0), (2, 3), (3, 3))))
    slots = [Slot(n, START + (4 + n) * WEEK) for n in range(4)]
    assert [t.member_id for t in plan(roster, slots, START).turns] == [1, 2, 3, 1]


def test_a_guests_industry_counts_as_heard():
    roster = Roster((Member(1, START - 9 * WEEK, "finance"), Member(2, START - 8 * WEEK, "medical")))
    guest = Turn(1, 0, 0, TurnState.CONFIRMED, START, industry="finance")
    slots = [Slot(1, START + 4 * WEEK, 1, (guest,)), Slot(2, START + 5 * WEEK)]
    assert [t.member_id for t in plan(roster, slots, START).turns] == [2]
    slots[0] = replace(slots[0], turns=(replace(guest, industry=""),))
    assert [t.member_id for t in plan(roster, slots, START).turns] == [1]


def test_diversity_goes_on_with_another_industry_up_to_two_turns_ahead():
    roster = Roster(
        (Member(1, START - 9 * WEEK, "finance"), Member(2, START - 9 * WEEK, "medical", load=2)),
        previous=frozenset({"finance"}),
    )
    slot = Slot(1, START + 4 * WEEK)
    assert plan(roster, [slot], START).turns[0].member_id == 2
    further = replace(roster, members=(roster.members[0], replace(roster.members[1], load=3)))
    assert plan(further, [slot], START).turns[0].member_id == 1
    fair = replace(roster, settings=fairness())
    assert plan(fair, [slot], START).turns[0].member_id == 1


def test_near_dates_are_left_to_the_open_offer():
    roster = Roster((Member(1, START - 9 * WEEK),))
    assert plan(roster, [Slot(1, START + timedelta(hours=48))], START).turns == ()
    assert len(plan(roster, [Slot(1, START + timedelta(hours=49))], START).turns) == 1
