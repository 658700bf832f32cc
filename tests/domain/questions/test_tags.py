"""Which tags a forum has, whatever people do with theirs."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from bot.domain.questions.values import (
    MOST_TAGS,
    OTHER,
    ROOM_FOR_TAGS,
    SOLVED,
    UNSOLVED,
    Question,
    QuestionState,
    Tag,
    WantedTag,
    tag_plan,
    tags_of,
    wanted_keys,
)

WANTED = [("unsolved", "Unsolved"), ("solved", "Solved"), ("finance", "Finance")]


def question(**values: Any) -> Question:
    at = datetime(2026, 7, 13, tzinfo=UTC)
    known: dict[str, Any] = {"industry": "finance", "state": QuestionState.OPEN} | values
    return Question(1, 2, False, "?", "", topic="", channel_id=5, reason="", asked_at=at, last_active_at=at, **known)


def test_a_new_forum_gets_all_of_them_in_order():
    assert tag_plan(WANTED, [], []) == [WantedTag(key, 0, name, ours=True) for key, name in WANTED]


def test_peoples_tags_stay_where_they_are_and_serve_where_they_have_the_name():
    plan = tag_plan(WANTED, [], [(1, "Gossip"), (2, "SOLVED")])
    assert plan[:2] == [WantedTag("", 1, "Gossip", ours=False), WantedTag("solved", 2, "SOLVED", ours=False)]
    assert [tag.key for tag in plan[2:]] == ["unsolved", "finance"]


def test_our_own_are_renamed_and_go_when_they_are_not_wanted_any_more():
    known = [Tag("unsolved", 1, True), Tag("medical", 2, True), Tag("solved", 3, True)]
    there = [(1, "未解決"), (2, "医療"), (3, "解決済み"), (4, "雑談")]
    plan = tag_plan(WANTED, known, there)
    assert [(tag.id, tag.name) for tag in plan] == [(1, "Unsolved"), (3, "Solved"), (4, "雑談"), (0, "Finance")]


def test_what_people_have_made_serves_instead_of_ours_of_the_same_name():
    plan = tag_plan(WANTED[:1], [Tag("unsolved", 1, True)], [(1, "Unsolved"), (2, "unsolved")])
    assert plan == [WantedTag("unsolved", 2, "unsolved", ours=False)]


def test_a_post_carries_its_state_and_its_industry_or_other():
    tags = [Tag(UNSOLVED, 1, True), Tag(SOLVED, 2, True), Tag(OTHER, 3, True), Tag("finance", 4, True)]
    assert tags_of(question(), tags) == (1, 4)
    assert tags_of(question(state=QuestionState.SOLVED), tags) == (2, 4)
    assert tags_of(question(state=QuestionState.CLOSED, industry=""), tags) == (1, 3)
    assert tags_of(question(industry="medical"), tags) == (1, 3)
    assert tags_of(question(), []) == ()


def test_at_most_sixteen_are_the_bots():
    keys = wanted_keys([f"own-{number}" for number in range(1, 40)])
    assert len(keys) == MOST_TAGS
    assert keys[:4] == (UNSOLVED, SOLVED, OTHER, "own-1")


names = st.text("abcABC", min_size=1, max_size=3)


@st.composite
def forums(draw: st.DrawFn) -> tuple[list[tuple[str, str]], list[Tag], list[tuple[int, str]]]:
    """What is wanted, known and there; Discord lets no two tags have one name."""
    wanted = draw(st.lists(names, unique_by=str.casefold, max_size=MOST_TAGS))
    there = list(enumerate(draw(st.lists(names, unique=True, max_size=ROOM_FOR_TAGS)), 1))
    keys = draw(st.lists(st.sampled_from([f"k{n}" for n in range(30)]), unique=True, max_size=len(there)))
    known = [Tag(key, tag_id, draw(st.booleans())) for key, (tag_id, _name) in zip(keys, there, strict=False)]
    return [(f"k{number}", name) for number, name in enumerate(wanted)], known, there


@given(forums())
def test_whatever_is_there_peoples_stay_none_is_too_many_and_each_stands_for_one_thing(
    forum: tuple[list[tuple[str, str]], list[Tag], list[tuple[int, str]]],
):
    wanted, known, there = forum
    plan = tag_plan(wanted, known, there)
    ours = {tag.id for tag in known if tag.ours}
    assert [(tag.id, tag.name) for tag in plan if tag.id and tag.id not in ours] == [
        tag for tag in there if tag[0] not in ours
    ]
    assert len(plan) <= ROOM_FOR_TAGS
    keys = [tag.key for tag in plan if tag.key]
    assert len(keys) == len(set(keys))
    assert set(keys) <= {key for key, _name in wanted}
    after = [Tag(tag.key, tag.id or 100 + place, tag.ours) for place, tag in enumerate(plan) if tag.key]
    now = [(tag.id or 100 + place, tag.name) for place, tag in enumerate(plan)]
    # Once it is so, nothing is to be done.
    assert [(tag.id, tag.name) for tag in tag_plan(wanted, after, now)] == now
