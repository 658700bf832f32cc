"""The gate, on a clock that a test moves, with requests that take their time on the way."""

from __future__ import annotations

import asyncio
import heapq
import random
from bisect import bisect_left

import pytest

from bot.gate import Gate

STEP = 0.005
OUT, BACK = 0.02, 0.03
"""Seconds that the way takes at least, there and back."""


class Line:
    """As many requests as the gate lets through, and when each arrived."""

    def __init__(self, most: int) -> None:
        self.now = 100.0
        self.gate = Gate(most, lambda: self.now)
        self.arrived: list[float] = []
        self.answers: list[tuple[float, int, object]] = []

    async def let_go(self, *, out: float = OUT, back: float = BACK) -> bool:
        """Send one if it may leave now."""
        if self.gate.wait() > 0:
            return False
        request = await self.gate.leave()
        self.arrived.append(self.now + out)
        heapq.heappush(self.answers, (self.now + out + back, len(self.arrived), request))
        return True

    def pass_time(self, seconds: float) -> None:
        self.now += seconds
        while self.answers and self.answers[0][0] <= self.now:
            self.gate.answered(heapq.heappop(self.answers)[2])

    def most_in_a_second(self) -> int:
        times = sorted(self.arrived)
        return max(bisect_left(times, at + 1.0) - number for number, at in enumerate(times))


async def test_as_many_as_may_arrive_in_a_second_leave_at_once_and_the_next_a_second_later():
    line = Line(3)
    assert [await line.let_go() for _ in range(4)] == [True, True, True, False]
    line.pass_time(0.99)
    assert not await line.let_go()
    line.pass_time(0.02)
    assert await line.let_go()


@pytest.mark.parametrize("seed", range(12))
async def test_however_late_requests_arrive_no_second_has_more_than_it_may(seed: int):
    chance = random.Random(seed)
    line = Line(20)
    await line.let_go()
    for _ in range(3000):
        line.pass_time(STEP)
        held_up = 0.4 if chance.random() < 0.05 else 0.0
        while await line.let_go(out=OUT + held_up + chance.random() * 0.05, back=BACK + chance.random() * 0.05):
            pass
    assert line.most_in_a_second() <= 20
    assert len(line.arrived) > 15 * 3000 * STEP


async def test_on_an_even_way_it_costs_nothing_of_the_rate():
    line = Line(20)
    for _ in range(4000):
        line.pass_time(STEP)
        await line.let_go()
    assert len(line.arrived) >= 20 * 4000 * STEP * 0.98


async def test_what_hangs_holds_a_place_for_two_seconds_at_most():
    line = Line(2)
    await line.let_go(back=60)
    await line.let_go(back=60)
    line.pass_time(1.9)
    assert not await line.let_go()
    line.pass_time(0.2)
    assert await line.let_go()


async def test_what_never_left_gives_its_place_back():
    gate = Gate(1)
    gate.unsent(await gate.leave())
    assert gate.wait() == 0


async def test_whoever_waits_goes_as_soon_as_there_is_a_place_in_the_order_of_asking():
    gate = Gate(1)
    first = await gate.leave()
    order: list[str] = []

    async def ask(name: str) -> None:
        request = await gate.leave()
        order.append(name)
        gate.unsent(request)

    tasks = [asyncio.create_task(ask(name)) for name in "abc"]
    await asyncio.sleep(0.02)
    assert order == []
    gate.unsent(first)
    async with asyncio.timeout(5):
        await asyncio.gather(*tasks)
    assert order == ["a", "b", "c"]


async def test_whoever_gives_up_while_waiting_takes_no_place():
    gate = Gate(1)
    first = await gate.leave()
    impatient = asyncio.create_task(gate.leave())
    await asyncio.sleep(0.02)
    impatient.cancel()
    with pytest.raises(asyncio.CancelledError):
        await impatient
    gate.unsent(first)
    async with asyncio.timeout(5):
        await gate.leave()
