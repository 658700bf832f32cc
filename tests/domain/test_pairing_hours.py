"""When people are free in the week after a round."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.calendar import to_local
from bot.domain.pairing.hours import SLOT, USUAL, common, free, week_from
from bot.domain.pairing.matching import SLOTS
from bot.domain.profiles import AskHours

TOKYO, NEW_YORK = ZoneInfo("Asia/Tokyo"), ZoneInfo("America/New_York")
MONDAY = datetime(2026, 7, 13, 3, tzinfo=UTC)
"""Noon in Tokyo."""
EVERY_DAY = frozenset(range(7))


def begins(hours: int) -> list[datetime]:
    return [MONDAY + slot * SLOT for slot in range(SLOTS) if hours >> slot & 1]


def test_a_week_begins_at_the_next_half_hour():
    assert week_from(MONDAY) == MONDAY
    assert week_from(MONDAY + timedelta(microseconds=1)) == MONDAY + SLOT
    assert week_from(MONDAY + timedelta(minutes=44)) == MONDAY + timedelta(hours=1)


def test_hours_are_those_of_somebodys_own_clock():
    found = begins(free(AskHours(frozenset({2}), time(9), time(10)), TOKYO, MONDAY))
    assert found == [datetime(2026, 7, 15, 0, tzinfo=UTC), datetime(2026, 7, 15, 0, 30, tzinfo=UTC)]
    assert begins(free(AskHours(frozenset({2}), time(9), time(10)), NEW_YORK, MONDAY))[0].hour == 13


def test_a_half_hour_that_is_only_partly_free_does_not_count():
    assert len(begins(free(AskHours(frozenset({2}), time(9, 10), time(10, 50)), TOKYO, MONDAY))) == 2


def test_midnight_ends_a_day_and_the_whole_day_is_free_from_one_to_the_next():
    assert len(begins(free(AskHours(frozenset({2}), time(23), time(0)), TOKYO, MONDAY))) == 2
    assert free(AskHours(EVERY_DAY, time(), time()), TOKYO, MONDAY) == (1 << SLOTS) - 1


def test_who_has_said_nothing_is_free_while_people_are_awake():
    local = {to_local(each, TOKYO).hour for each in begins(free(None, TOKYO, MONDAY))}
    assert local == set(range(USUAL.begin.hour, USUAL.end.hour))


@given(st.integers(0, 366 * 24 * 60), st.sampled_from([TOKYO, NEW_YORK]))
def test_each_free_half_hour_lies_in_the_hours_also_across_daylight_saving(minutes: int, zone: ZoneInfo):
    week = week_from(MONDAY + timedelta(minutes=minutes))
    hours = AskHours(frozenset({0, 6}), time(1), time(3, 30))
    found = free(hours, zone, week)
    assert found
    for slot in range(SLOTS):
        at = to_local(week + slot * SLOT, zone)
        if found >> slot & 1:
            assert at.weekday() in hours.days
            assert hours.begin <= at.time() < hours.end


@pytest.mark.parametrize(
    ("shared", "slots"),
    [(0, []), (0b1, []), (0b11, [0]), (0b111_0_11, [0]), (0b11 << 3 | 0b1, [3]), (0b11 << 50 | 0b11 << 100, [50, 100])],
)
def test_times_are_proposed_where_there_is_an_hour_at_most_one_on_a_day(shared: int, slots: list[int]):
    assert common([shared, (1 << SLOTS) - 1], MONDAY, TOKYO, 3) == tuple(MONDAY + slot * SLOT for slot in slots)


def test_a_day_ahead_and_while_people_are_awake_is_better_than_now_or_at_night():
    night, now, tomorrow = 0b11 << 28, 0b11, 0b11 << 48
    for shared, slot in ((night | now, 0), (night | tomorrow, 48), (night, 28), (now | tomorrow, 48)):
        assert common([shared], MONDAY, TOKYO, 3) == (MONDAY + slot * SLOT,)


def test_only_the_first_times_are_proposed():
    assert len(common([(1 << SLOTS) - 1], MONDAY, TOKYO, 3)) == 3
