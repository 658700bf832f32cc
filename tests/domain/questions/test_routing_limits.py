"""The propositions of `bot.domain.questions.routing`, on random communities in which questions come for weeks."""

from __future__ import annotations

import os
import subprocess
import sys
from collections import defaultdict
from datetime import UTC, datetime, time, timedelta
from random import Random
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from bot.domain.calendar import QuietHours, local_day
from bot.domain.profiles import parse_ask_hours
from bot.domain.questions.routing import (
    AT_ONCE,
    ROUNDS,
    SMALL,
    USUAL_LIMIT,
    Candidate,
    Lecture,
    NoMore,
    Reason,
    Thanked,
    Wanted,
    may_be_asked,
    next_round,
)
from bot.domain.questions.waking import WakingHours, wakes_at

BEGIN = datetime(2026, 10, 20, 3, tzinfo=UTC)
WEEK = timedelta(days=7)
ZONES = [ZoneInfo(key) for key in ("Asia/Tokyo", "America/New_York", "Europe/London")]
INDUSTRIES = st.sampled_from(["food", "logistics", "finance", "retail"])
TOPICS = st.sampled_from(["統計", "統計学", "cold chains", "金融", "tea"])
HOURS = st.sampled_from(
    [
        WakingHours(),
        WakingHours(parse_ask_hours("weekdays 9:00-18:00")),
        WakingHours(parse_ask_hours("Sundays 9:00-10:00"), QuietHours(time(22), time(6))),
    ]
)


def some(each: st.SearchStrategy, most: int = 2) -> st.SearchStrategy:
    return st.lists(each, max_size=most, unique=True).map(tuple)


def seldom() -> st.SearchStrategy[bool]:
    return st.integers(0, 7).map(lambda n: n == 0)


people = st.builds(
    Candidate,
    st.integers(1, 10**18),
    industries=some(INDUSTRIES),
    topics=some(TOPICS),
    thanked=some(TOPICS).map(lambda topics: tuple(map(Thanked, topics))),
    lectures=some(TOPICS).map(lambda themes: tuple(Lecture(theme, BEGIN - WEEK) for theme in themes)),
    ask_limit=st.none() | st.integers(0, 4),
    agreed=seldom().map(lambda kept: not kept),
    restricted=seldom(),
    on_leave=seldom(),
    hours=HOURS,
    zone=st.sampled_from(ZONES),
)
communities = st.lists(people, min_size=1, max_size=14, unique_by=lambda each: each.id)
questions = st.builds(
    Wanted,
    asker_id=st.just(0),
    words=some(st.sampled_from(["統計", "cold chain", "金融", "tea"]), 1),
    industry=INDUSTRIES | st.just(""),
    asker_industries=some(INDUSTRIES),
)
lives = st.lists(st.tuples(questions, st.integers(0, 30 * 60), st.integers(0, 13)), min_size=1, max_size=12)


def told(one: Candidate, wanted: Wanted, reason: Reason) -> bool:
    """Whether a reason is true."""
    match reason.kind:
        case "taught":
            assert reason.at is not None
            return Lecture(reason.about, reason.at) in one.lectures
        case "thanked":
            return Thanked(reason.about, reason.people) in one.thanked
        case "topic":
            return reason.about in one.topics
        case "industry":
            return reason.about == wanted.industry and reason.about in one.industries


def knows(one: Candidate, wanted: Wanted) -> tuple[bool, ...]:
    """What speaks for somebody, found in the plainest way: the topics differ in the plural and 学 only."""
    stems = [word.removesuffix("s").removesuffix("学") for word in wanted.words]

    def fits(text: str) -> bool:
        return text.removesuffix("s").removesuffix("学") in stems

    return (
        any(fits(topic) for topic in one.topics),
        any(fits(each.topic) for each in one.thanked),
        any(fits(each.theme) for each in one.lectures),
        wanted.industry != "" and wanted.industry in one.industries,
    )


def is_free(one: Candidate, wanted: Wanted, now: datetime) -> bool:
    """The limits, one by one."""
    limit = USUAL_LIMIT if one.ask_limit is None else one.ask_limit
    return (
        one.agreed
        and not (one.restricted or one.on_leave)
        and one.id not in {wanted.asker_id, *wanted.asked}
        and sum(at > now - WEEK for at in one.asked) < limit
        and local_day(now, one.zone) not in {local_day(at, one.zone) for at in one.asked}
        and wakes_at(now, one.hours, one.zone) is not None
    )


@given(communities, lives)
def test_every_limit_holds_in_every_round_of_every_question(community: list[Candidate], life: list[tuple]):
    now, members = BEGIN, {one.id: one for one in community}
    asks: dict[int, list[datetime]] = defaultdict(list)
    for question, minutes, asker in life:
        now += timedelta(minutes=minutes)
        wanted = replace(question, asker_id=community[asker % len(community)].id)
        for number in range(1, ROUNDS + 2):
            present = [replace(one, asked=tuple(asks[one.id])) for one in members.values()]
            free = [one for one in present if is_free(one, wanted, now)]
            assert [one for one in present if may_be_asked(one, wanted, now)] == free  # P3
            found = next_round(wanted, present, now)
            knowing = [one for one in free if any(knows(one, wanted))]
            if isinstance(found, NoMore):
                assert found.why == ("rounds" if number > ROUNDS else "nobody")  # P8
                assert number > ROUNDS or not knowing
                break
            chosen = [each.member_id for each in found.people]
            few = len(free) + len(wanted.asked) < SMALL
            assert found.number == number
            assert len(chosen) == min(1 if few else AT_ONCE, len(knowing))  # P1
            assert len({*chosen} | wanted.asked) == len(chosen) + len(wanted.asked)
            assert {*chosen} <= {one.id for one in knowing}
            assert all(told(members[each.member_id], wanted, each.reason) for each in found.people)  # P4
            in_order(wanted, [one for one in knowing if one.id not in chosen], [members[id] for id in chosen], asks)
            for member_id in chosen:
                asks[member_id].append(now)
            wanted = replace(wanted, rounds=number, asked=wanted.asked | {*chosen})
            now += timedelta(hours=5)
    for member_id, times in asks.items():  # P2
        one = members[member_id]
        limit = USUAL_LIMIT if one.ask_limit is None else one.ask_limit
        assert all(sum(since <= at < since + WEEK for at in times) <= limit for since in times)
        assert len({local_day(at, one.zone) for at in times}) == len(times)


def in_order(wanted: Wanted, others: list[Candidate], chosen: list[Candidate], asks: dict[int, list[datetime]]) -> None:
    """P5 and P6: nobody who was left out, or comes later, should have come first."""
    for place, one in enumerate(chosen):
        for other in [*chosen[place + 1 :], *others]:
            same, sames = ({*each.industries[:1]} & {*wanted.asker_industries} for each in (one, other))
            assert not same or sames
            if bool(same) == bool(sames) and knows(one, wanted) == knows(other, wanted):
                mine, theirs = (max(asks[each.id], default=datetime.min.replace(tzinfo=UTC)) for each in (one, other))
                assert (mine, one.id) < (theirs, other.id)


@given(communities, questions, st.randoms(use_true_random=False))
def test_the_order_of_what_is_given_does_not_matter(community: list[Candidate], wanted: Wanted, random: Random):
    shuffled = random.sample(community, len(community))
    assert next_round(wanted, shuffled, BEGIN) == next_round(wanted, community, BEGIN)


def test_hashes_do_not_matter():
    code = (
        "from datetime import datetime, UTC; from bot.domain.questions.routing import *\n"
        "topics = [f'topic {n}' for n in range(20)]\n"
        "people = [Candidate(n * 7919 % 101, ('food', 'tea'), tuple({*topics}), tuple(map(Thanked, {*topics})))\n"
        "          for n in range(100)]\n"
        "print(next_round(Wanted(0, ('topic 3', 'topic 4')), people, datetime(2026, 12, 3, tzinfo=UTC)))"
    )
    shown = set()
    for seed in "123":
        environment = os.environ | {"PYTHONHASHSEED": seed}
        run = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=True)
        shown.add(run.stdout)
    assert len(shown) == 1
    assert "Round" in shown.pop()
