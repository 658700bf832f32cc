from __future__ import annotations

from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from bot.domain.steps import retry_after


def test_the_wait_after_a_failure_doubles_from_two_seconds():
    assert [retry_after(tries).total_seconds() for tries in range(1, 6)] == [2, 4, 8, 16, 32]


@given(st.integers(1, 1000))
def test_the_wait_never_shrinks_and_never_passes_an_hour(tries: int):
    assert timedelta(seconds=2) <= retry_after(tries) <= retry_after(tries + 1) <= timedelta(hours=1)
