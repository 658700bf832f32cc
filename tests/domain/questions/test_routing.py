"""Who is asked first, and the reason they are given."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from msgspec.structs import replace

from bot.domain.calendar import QuietHours
from bot.domain.profiles import parse_ask_hours
from bot.domain.questions.routing import (
    Candidate,
    Chosen,
    Lecture,
    NoMore,
    Reason,
    Round,
    Thanked,
    Wanted,
    may_be_asked,
    next_round,
)
from bot.domain.questions.waking import WakingHours

NOW = datetime(2026, 12, 3, 3, tzinfo=UTC)
MAY = datetime(2026, 5, 20, 22, tzinfo=UTC)
DAY = timedelta(days=1)
COLD = Wanted(99, ("cold chain", "統計"), "logistics", ("food",))


def idle(number: int = 8) -> list[Candidate]:
    """So many who may be asked and know nothing."""
    return [Candidate(1000 + n, ("finance",)) for n in range(number)]


def asked(wanted: Wanted, *candidates: Candidate) -> list[int]:
    found = next_round(wanted, [*candidates, *idle()], NOW)
    return [each.member_id for each in found.people] if isinstance(found, Round) else []


def reason(candidate: Candidate, wanted: Wanted = COLD) -> Reason:
    found = next_round(wanted, [candidate], NOW)
    assert isinstance(found, Round)
    return found.people[0].reason


def test_the_reason_is_the_most_telling_that_there_is():
    one = Candidate(
        1,
        ("logistics",),
        topics=("Tea", "Cold chains"),
        thanked=(Thanked("cold chains"), Thanked("Cold Chain", 3), Thanked("tea", 9)),
        lectures=(
            Lecture("Cold chains", MAY - 300 * DAY),
            Lecture("Cold chains for beginners", MAY),
            Lecture("Tea", NOW),
        ),
    )
    assert reason(one) == Reason("taught", "Cold chains for beginners", MAY)
    one = replace(one, lectures=())
    assert reason(one) == Reason("thanked", "Cold Chain", people=3)
    one = replace(one, thanked=())
    assert reason(one) == Reason("topic", "Cold chains")
    assert reason(replace(one, topics=())) == Reason("industry", "logistics")


@pytest.mark.parametrize(
    ("topic", "words", "fits"),
    [
        ("統計学", ("統計",), True),
        ("統計", ("統計の見方を教えてください",), True),
        ("コールドチェーン", ("ｺｰﾙﾄﾞﾁｪｰﾝ",), True),
        ("AIの基礎", ("AI",), True),
        ("Cold chains", ("COLD CHAIN",), True),
        ("TCP/IP", ("tcp-ip",), True),
        ("cold chains", ("How do you keep cold chains?",), True),
        ("cold chains", ("冷凍の cold chains？",), True),
        ("cold chain", ("Of “cold chains”, (frozen) what breaks first?",), True),
        ("cold chains", ("cold_chain, and the rest",), True),
        ("「統計」", ("統計、どう読む？",), True),
        ("C++", ("Why C++?",), True),
        ("C#", ("C++",), False),
        ("#tea", ("Is tea dear?",), True),
        ("？", ("How?",), False),
        ("paint", ("AI",), False),
        ("お茶の歴史", ("茶",), False),
        ("茶", ("茶",), True),
        ("物流", ("金融",), False),
        ("物流", (), False),
        ("物流", ("",), False),
    ],
)
def test_a_topic_fits_if_one_stands_in_the_other_however_it_is_written(topic: str, words: tuple[str, ...], fits: bool):
    for one in (
        Candidate(1, topics=(topic,)),
        Candidate(1, thanked=(Thanked(topic),)),
        Candidate(1, lectures=(Lecture(topic, MAY),)),
    ):
        assert asked(Wanted(99, words), one) == [1] * fits


def test_who_knows_the_topic_goes_before_who_only_works_in_the_industry():
    works, declares = Candidate(1, ("logistics",)), Candidate(2, ("retail",), topics=("統計",))
    both = Candidate(3, ("logistics",), topics=("統計",))
    thanked_too = Candidate(4, ("retail",), topics=("統計",), thanked=(Thanked("統計"),))
    assert asked(COLD, works, declares, both) == [3, 2, 1]
    assert asked(COLD, works, declares, both, thanked_too) == [4, 3, 2]


def test_what_speaks_for_somebody_is_counted_by_its_kind_so_that_asks_go_round():
    often = Candidate(1, topics=("統計", "統計学", "cold chain"), asked=(NOW - 3 * DAY,))
    once = Candidate(2, topics=("統計",), asked=(NOW - 4 * DAY,))
    never = Candidate(3, topics=("統計",))
    assert asked(COLD, often, once, never) == [3, 2, 1]


def test_other_industries_come_before_the_askers_own_which_is_the_main_one():
    own = Candidate(1, ("food", "logistics"), topics=("統計",), lectures=(Lecture("cold chain", MAY),))
    second = Candidate(2, ("retail", "food"), topics=("統計",))
    untold = Candidate(3, topics=("統計",))
    assert asked(COLD, own, second, untold) == [2, 3, 1]


def test_an_industry_that_is_not_the_main_one_is_worked_in_as_well():
    assert asked(COLD, Candidate(1, ("retail", "logistics"))) == [1]


def test_without_a_reason_nobody_is_asked():
    assert next_round(COLD, idle(), NOW) == NoMore("nobody")
    assert next_round(Wanted(99), [Candidate(1, ("",))], NOW) == NoMore("nobody")


def test_fewer_than_eight_are_asked_one_at_a_time_whatever_they_know():
    three = [Candidate(n, topics=("統計",)) for n in (3, 1, 2)]
    seven, eight = next_round(COLD, [*three, *idle(4)], NOW), next_round(COLD, [*three, *idle(5)], NOW)
    assert seven == Round(1, (Chosen(1, Reason("topic", "統計")),))
    assert isinstance(eight, Round)
    assert [each.member_id for each in eight.people] == [1, 2, 3]
    # One who may not be asked is none of the eight, but whoever was asked for this question still is.
    assert next_round(COLD, [*three, *idle(4), Candidate(7, restricted=True)], NOW) == seven
    later = next_round(replace(COLD, rounds=1, asked=frozenset({7})), [*three, *idle(4), Candidate(7)], NOW)
    assert later == replace(eight, number=2)


def test_the_next_round_asks_others_and_after_two_it_is_over():
    six = [Candidate(n, topics=("統計",)) for n in range(1, 7)]
    second = replace(COLD, rounds=1, asked=frozenset({1, 2, 3}))
    assert asked(second, *six) == [4, 5, 6]
    assert next_round(replace(second, asked=frozenset(range(7))), [*six, *idle()], NOW) == NoMore("nobody")
    assert next_round(replace(second, rounds=2), [*six, *idle()], NOW) == NoMore("rounds")


@pytest.mark.parametrize(
    "kept",
    [
        {"agreed": False},
        {"restricted": True},
        {"on_leave": True},
        {"id": COLD.asker_id},
        {"ask_limit": 0},
        {"asked": (NOW - 2 * DAY, NOW - 6 * DAY)},
        {"asked": (NOW - timedelta(minutes=1),), "ask_limit": 10},
        {"asked": tuple(NOW - n * DAY for n in range(1, 6)), "ask_limit": 5},
        {"hours": WakingHours(parse_ask_hours("Mondays 9:00-10:00"))},
    ],
)
def test_who_may_not_be_asked_is_not(kept: dict[str, object]):
    one = Candidate(1, topics=("統計",), lectures=(Lecture("統計", MAY),))
    assert asked(COLD, one) == [1]
    assert asked(COLD, replace(one, **kept)) == []


def test_a_week_is_seven_days_and_a_day_is_that_of_ones_own_clock():
    one = Candidate(1, topics=("統計",), zone=ZoneInfo("Asia/Tokyo"))
    # It is noon in Tokyo: the midnight before was twelve hours ago, and yesterday in London was three hours ago.
    night, morning = NOW - timedelta(hours=12, minutes=1), NOW - timedelta(hours=11)
    assert may_be_asked(replace(one, asked=(night,)), COLD, NOW)
    assert not may_be_asked(replace(one, asked=(morning,)), COLD, NOW)
    assert may_be_asked(replace(one, asked=(night, NOW - 7 * DAY)), COLD, NOW)
    assert not may_be_asked(replace(one, asked=(night, NOW - 7 * DAY + timedelta(minutes=1))), COLD, NOW)


def test_quiet_hours_keep_nobody_from_being_asked_later():
    sleeping = WakingHours(parse_ask_hours("weekdays 20:00-21:00"), QuietHours(time(22), time(19)))
    assert asked(COLD, Candidate(1, topics=("統計",), hours=sleeping)) == [1]
