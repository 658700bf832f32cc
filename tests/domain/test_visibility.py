"""Held against Discord's own order of permissions, for every small server."""

from __future__ import annotations

from itertools import chain, combinations, product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.domain.visibility import Audience, audience, sees_both

ROLES = (1, 2, 3)
PEOPLE = (11, 12)
SAYS = (None, True, False)
Channel = tuple[bool | None, tuple[bool | None, ...], tuple[bool | None, ...]]
"""What a channel says of everybody, of each role and of each person."""


def subsets(roles: tuple[int, ...]) -> list[frozenset[int]]:
    return [frozenset(chosen) for chosen in chain.from_iterable(combinations(roles, n) for n in range(len(roles) + 1))]


def sees(person: int, roles: frozenset[int], base: bool, seeing: frozenset[int], channel: Channel) -> bool:
    """What Discord documents: the server's roles, then the channel's word on everybody, on roles, on the member."""
    everyone, of_roles, of_people = channel
    view = base or bool(roles & seeing)
    if everyone is not None:
        view = everyone
    said = {says for role, says in zip(ROLES, of_roles, strict=True) if role in roles and says is not None}
    if said:
        view = True in said
    own = dict(zip(PEOPLE, of_people, strict=True))[person]
    return view if own is None else own


def of(channel: Channel, base: bool, seeing: frozenset[int]) -> Audience:
    everyone, of_roles, of_people = channel
    here = dict(zip(ROLES, of_roles, strict=True)) | dict(zip(PEOPLE, of_people, strict=True))
    return audience(base, everyone, {key: says for key, says in here.items() if says is not None}, seeing)


channels = st.tuples(
    st.sampled_from(SAYS),
    st.tuples(*(st.sampled_from(SAYS) for _ in ROLES)),
    st.tuples(*(st.sampled_from(SAYS) for _ in PEOPLE)),
)


@settings(max_examples=2000, deadline=None)
@given(first=channels, second=channels, base=st.booleans(), seeing=st.frozensets(st.sampled_from(ROLES)))
def test_a_yes_means_that_nobody_who_sees_the_first_misses_the_second(
    first: Channel, second: Channel, base: bool, seeing: frozenset[int]
):
    if not sees_both(of(first, base, seeing), of(second, base, seeing)):
        return
    for person, roles in product(PEOPLE, subsets(ROLES)):
        if sees(person, roles, base, seeing, first):
            assert sees(person, roles, base, seeing, second), (person, roles)


def test_a_role_let_into_one_channel_and_shut_out_of_both_by_another_role_is_a_no():
    seeing = frozenset({1})
    first: Channel = (None, (True, False, None), (None, None))
    second: Channel = (None, (None, False, None), (None, None))
    assert sees(11, frozenset({1, 2}), False, seeing, first)
    assert not sees(11, frozenset({1, 2}), False, seeing, second)
    assert not sees_both(of(first, False, seeing), of(second, False, seeing))


OPEN, PRIVATE = Audience(True), Audience(False, frozenset({5}))


@pytest.mark.parametrize(
    ("first", "second", "both"),
    [
        (OPEN, OPEN, True),
        (PRIVATE, OPEN, True),
        (OPEN, PRIVATE, False),
        (PRIVATE, PRIVATE, True),
        (PRIVATE, Audience(False, frozenset({5, 6})), True),
        (Audience(False, frozenset({5, 6})), PRIVATE, False),
        (OPEN, Audience(True, denied=frozenset({7})), False),
        (Audience(True, denied=frozenset({7})), OPEN, True),
        (Audience(True, denied=frozenset({7})), Audience(True, denied=frozenset({7})), True),
        (Audience(False, ordinary=frozenset({5})), PRIVATE, True),
        (Audience(False, ordinary=frozenset({5, 6})), PRIVATE, False),
    ],
)
def test_the_usual_channels_are_told_apart(first: Audience, second: Audience, both: bool):
    assert sees_both(first, second) is both
