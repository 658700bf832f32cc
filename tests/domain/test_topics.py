"""Which themes are taken for one, as rules."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.topics.likeness import MOST_ALIKE, alike, compared, nearness

TITLES = st.text(min_size=1, max_size=40)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("お茶のはなし", "オ茶のハナシ！"),
        ("Fish  prices", "fish-prices?"),
        ("ＡＩとは", "AIとは"),
        ("物流の基礎", "物流の基礎と未来"),
        ("How prices come about", "How the prices come about"),
    ],
)
def test_what_people_write_for_the_same_is_near(one: str, other: str) -> None:
    assert alike(one, [(other, 1)]) == [1]
    assert alike(other, [(one, 1)]) == [1]


@pytest.mark.parametrize(
    ("one", "other"), [("お茶の話", "お金の話"), ("茶", "茶道の心"), ("Steel", "Honey"), ("統計", "統治"), ("!", "?")]
)
def test_what_is_something_else_is_not(one: str, other: str) -> None:
    assert alike(one, [(other, 1)]) == []


@given(TITLES)
def test_a_title_is_the_same_as_itself_in_whatever_width_and_case(title: str) -> None:
    assert nearness(title, title) == 1
    wide = unicodedata.normalize("NFKC", title)
    assert compared(wide) == compared(title)


@given(TITLES, TITLES)
def test_nearness_has_no_direction_and_only_the_same_is_one(one: str, other: str) -> None:
    near = nearness(one, other)
    assert near == nearness(other, one)
    assert 0 <= near <= 1
    assert (near == 1) == (compared(one) == compared(other))


@given(TITLES, st.lists(TITLES, max_size=12))
def test_the_nearest_come_first_and_few_are_asked_about(title: str, others: list[str]) -> None:
    found = alike(title, [(other, other) for other in others])
    assert len(found) <= MOST_ALIKE
    ranks = [nearness(title, other) for other in found]
    assert ranks == sorted(ranks, reverse=True)
    assert all(ranks)
    if compared(title) in map(compared, others):
        assert compared(found[0]) == compared(title)
