"""The age of a nonce, whatever the wall clock says."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from msgspec.structs import replace

from bot.domain.posts import Post
from bot.windows import Windows
from tests.domain.test_posts import BEGUN

NOON = datetime(2026, 7, 13, 3, 0, tzinfo=UTC)
POST = replace(BEGUN, in_doubt=False, window_at=NOON)


class Clocks:
    """The wall clock, which anybody can set, and the one that only runs."""

    def __init__(self) -> None:
        self.wall = NOON
        self.age = 1000.0
        self.windows = Windows(self, lambda: self.age)

    def now(self) -> datetime:
        return self.wall

    def late(self, post: Post = POST) -> float:
        """Seconds since the window began, as the rules see it."""
        return (self.windows.now(post) - NOON).total_seconds()


def test_a_clock_that_is_right_is_believed():
    clocks = Clocks()
    clocks.windows.open(POST)
    clocks.wall, clocks.age = NOON + timedelta(seconds=50), 1050.0
    assert clocks.late() == 50


def test_a_clock_that_was_set_back_is_not_believed():
    clocks = Clocks()
    clocks.windows.open(POST)
    clocks.wall, clocks.age = NOON - timedelta(hours=1), 1130.0
    assert clocks.late() == 130


def test_a_second_attempt_in_doubt_does_not_begin_the_window_anew():
    clocks = Clocks()
    clocks.windows.open(POST)
    clocks.age = 1100.0
    clocks.windows.open(replace(POST, in_doubt=True))
    clocks.age = 1130.0
    assert clocks.late() == 130


def test_an_attempt_without_a_doubt_begins_it_anew():
    clocks = Clocks()
    clocks.windows.open(POST)
    clocks.age = 1100.0
    clocks.windows.open(POST)
    assert clocks.late() == 0


def test_what_an_older_process_left_is_judged_by_the_wall_clock():
    clocks = Clocks()
    clocks.wall = NOON + timedelta(seconds=7)
    assert clocks.late(replace(POST, in_doubt=True)) == 7


def test_a_post_that_has_ended_is_forgotten():
    clocks = Clocks()
    clocks.windows.open(POST)
    clocks.windows.close(POST)
    clocks.age = 5000.0
    assert clocks.late() == 0
