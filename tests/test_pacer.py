from __future__ import annotations

import asyncio
import time
from bisect import bisect_left
from contextlib import suppress
from datetime import UTC, datetime, timedelta

from bot.pacer import MIRROR_SHARE, Pacer

NOW = datetime(2026, 11, 2, tzinfo=UTC)


class Line:
    """Requests that wait for a place, and when each got it."""

    def __init__(self, rate: float) -> None:
        self.pacer = Pacer(rate)
        self.order: list[str] = []
        self.times: list[float] = []
        self.tasks: list[asyncio.Task[None]] = []

    def post(self, name: str, deadline: int = 0) -> asyncio.Task[None]:
        return self._join(name, lambda: self.pacer.post(NOW + timedelta(seconds=deadline)))

    def mirror(self, name: str = "mirror") -> asyncio.Task[None]:
        return self._join(name, self.pacer.mirror)

    def _join(self, name, place) -> asyncio.Task[None]:
        async def wait() -> None:
            await place()
            self.order.append(name)
            self.times.append(time.monotonic())

        self.tasks.append(asyncio.create_task(wait()))
        return self.tasks[-1]

    async def served(self) -> None:
        async with asyncio.timeout(10):
            await asyncio.gather(*self.tasks)

    def most_in(self, seconds: float) -> int:
        """The most places given within any stretch of so many seconds."""
        return max(bisect_left(self.times, at + seconds) - number for number, at in enumerate(self.times))


async def test_the_first_request_does_not_wait():
    line = Line(rate=0.1)
    line.post("a")
    async with asyncio.timeout(1):
        await line.served()


async def test_places_are_spaced_evenly_and_never_come_in_a_burst():
    line = Line(rate=200)
    began = time.monotonic()
    for number in range(100):
        line.post(str(number))
    await line.served()
    assert time.monotonic() - began >= (99 - 4) / 200
    # The places of 0.1 s, those given out together, those that make up for a late timer, and the very first.
    assert line.most_in(0.1) <= 20 + 4 + 8 + 1


async def test_a_pause_leaves_no_credit():
    line = Line(rate=50)
    line.post("a")
    await line.served()
    await asyncio.sleep(0.2)
    began = time.monotonic()
    for name in "bcd":
        line.post(name)
    await line.served()
    assert time.monotonic() - began >= 2 / 50


async def test_at_a_high_rate_those_given_out_together_are_given_out_at_once():
    line = Line(rate=400)
    began = time.monotonic()
    for number in range(16):
        line.post(str(number))
    await line.served()
    # The places of 20 ms and no more; the rest at the rate.
    assert line.order == [str(number) for number in range(16)]
    assert line.times[-1] - began >= 8 / 400
    assert line.pacer._next - began >= (16 - 8) / 400


async def test_a_stalled_loop_is_made_up_for_by_very_few_places():
    line = Line(rate=100)
    for number in range(40):
        line.post(str(number))
    await asyncio.sleep(0.05)
    stalled = len(line.order)
    time.sleep(0.2)  # noqa: ASYNC251  # this is the stall
    resumed = time.monotonic()
    await line.served()
    at_once = sum(at < resumed + 0.005 for at in line.times[stalled:])
    assert at_once <= 5


async def test_the_earliest_deadline_goes_first_and_equal_ones_in_order_of_asking():
    line = Line(rate=50)
    line.post("first come")
    await asyncio.sleep(0)
    for name, deadline in (("late", 9), ("b", 5), ("c", 5), ("early", 1)):
        line.post(name, deadline)
    await line.served()
    assert line.order == ["first come", "early", "b", "c", "late"]


async def test_while_posts_wait_one_place_in_five_goes_to_a_mirror():
    line = Line(rate=50)
    for _ in range(16):
        line.post("post")
        line.mirror()
    await line.served()
    contested = line.order[: 16 + 16 // (MIRROR_SHARE - 1)]
    assert contested.count("mirror") == 4
    for begin in range(0, len(contested) - MIRROR_SHARE, MIRROR_SHARE):
        assert contested[begin : begin + MIRROR_SHARE].count("mirror") == 1
    assert line.order[len(contested) :] == ["mirror"] * 12


async def test_without_posts_mirrors_have_all_places_in_order_of_asking():
    line = Line(rate=500)
    for number in range(10):
        line.mirror(str(number))
    await line.served()
    assert line.order == [str(number) for number in range(10)]


async def test_whoever_gives_up_while_waiting_takes_no_place():
    line = Line(rate=20)
    line.post("first")
    await asyncio.sleep(0)
    gone = [line.post("gone") for _ in range(30)] + [line.mirror("gone") for _ in range(30)]
    line.post("last", deadline=9)
    await asyncio.sleep(0)
    for task in gone:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task
        line.tasks.remove(task)
    async with asyncio.timeout(0.5):
        await line.served()
    assert line.order == ["first", "last"]
