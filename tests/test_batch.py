from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence

import pytest

from bot.batch import Batch


class Ledger:
    """Writes one batch when it is let, and remembers what came together."""

    def __init__(self) -> None:
        self.written: list[list[int]] = []
        self.open = asyncio.Event()
        self.batch: Batch[int, str] = Batch(self.write)

    async def write(self, items: Sequence[int]) -> Mapping[int, str]:
        await self.open.wait()
        self.written.append(list(items))
        if -1 in items:
            raise ZeroDivisionError
        return {item: f"<{item}>" for item in items if item != 3}


async def test_what_comes_while_one_batch_is_written_goes_together_into_the_next():
    ledger = Ledger()
    tasks = [asyncio.create_task(ledger.batch.put(1, 1))]
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    tasks += [asyncio.create_task(ledger.batch.put(number, number)) for number in (2, 3, 4)]
    await asyncio.sleep(0)
    ledger.open.set()
    assert await asyncio.gather(*tasks) == ["<1>", "<2>", None, "<4>"]
    assert ledger.written == [[1], [2, 3, 4]]


async def test_everybody_in_a_failed_batch_hears_of_it_and_the_next_is_written():
    ledger = Ledger()
    ledger.open.set()
    results = await asyncio.gather(ledger.batch.put(-1, 1), ledger.batch.put(2, 2), return_exceptions=True)
    assert [type(each) for each in results] == [ZeroDivisionError, ZeroDivisionError]
    assert await ledger.batch.put(5, 5) == "<5>"


async def test_whoever_stops_waiting_does_not_stop_the_others():
    ledger = Ledger()
    impatient = asyncio.create_task(ledger.batch.put(1, 1))
    patient = asyncio.create_task(ledger.batch.put(2, 2))
    await asyncio.sleep(0)
    impatient.cancel()
    with pytest.raises(asyncio.CancelledError):
        await impatient
    ledger.open.set()
    assert await patient == "<2>"


async def test_closing_lets_a_write_end_that_can_and_gives_up_one_that_cannot():
    ledger = Ledger()
    await ledger.batch.close()
    first = asyncio.create_task(ledger.batch.put(1, 1))
    await asyncio.sleep(0)
    asyncio.get_running_loop().call_later(0.05, ledger.open.set)
    async with asyncio.timeout(1):
        await ledger.batch.close(grace=2)
    assert await first == "<1>"
    ledger.open.clear()
    stuck = asyncio.create_task(ledger.batch.put(2, 2))
    await asyncio.sleep(0)
    async with asyncio.timeout(1):
        await ledger.batch.close(grace=0.01)
    assert ledger.written == [[1]]
    stuck.cancel()
