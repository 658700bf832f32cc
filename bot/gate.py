"""The gate: the last place before the wire, where no second gets more requests than it may.

The pacer spaces requests well, but a request that has had its place may be held up, by a slow disk or a busy loop, and
come to Discord together with later ones. So what counts here is not when requests were let go but when they can have
arrived.
"""

from __future__ import annotations

import asyncio
import math
import time
from collections import deque
from collections.abc import Callable
from contextlib import suppress

_SECOND = 1.0
_ARRIVED = 1.0
"""Seconds after which a request that has no answer yet is taken to have arrived."""


class Gate:
    """Lets at most `most` requests arrive within any second, in the order in which they ask.

    An answer that comes at c says that its request arrived by then; so did all the others, each by its own answer. The
    shortest round trip r that was ever seen is taken off: arrivals are only compared with each other, and what the way
    takes at least, it takes for all. A request leaves if fewer than `most` are under way or have c - r less than a
    second ago. Of any requests that arrive within a second, the last to leave has seen all the others in that count.
    """

    def __init__(self, most: int, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._most = most
        self._monotonic = monotonic
        self._away: dict[object, float] = {}
        self._arrived: deque[float] = deque()
        self._round_trip = math.inf
        self._turn = asyncio.Lock()
        self._answer = asyncio.Event()

    async def leave(self) -> object:
        """Wait until a request may leave, now; returns what `answered` or `unsent` is told."""
        # asyncio.Lock wakes its waiters in the order in which they came.
        async with self._turn:
            while (wait := self.wait()) > 0:
                self._answer.clear()
                with suppress(TimeoutError):
                    async with asyncio.timeout(wait):
                        await self._answer.wait()
            request = object()
            self._away[request] = self._monotonic()
            return request

    def answered(self, request: object) -> None:
        """It was answered, or cut: it has arrived by now, if at all."""
        left = self._away.pop(request, None)
        if left is None:
            return
        now = self._monotonic()
        self._round_trip = min(self._round_trip, now - left)
        self._arrived.append(now - self._round_trip)
        self._answer.set()

    def unsent(self, request: object) -> None:
        """It never left: there was no connection."""
        self._away.pop(request, None)
        self._answer.set()

    def wait(self) -> float:
        """Seconds until the next one may leave, unless an answer comes before; 0: it may."""
        now = self._monotonic()
        while self._arrived and self._arrived[0] <= now - _SECOND:
            self._arrived.popleft()
        for request, left in list(self._away.items()):
            if left > now - _ARRIVED:
                break
            # Without an answer for so long it is there by now, or will never be.
            del self._away[request]
            self._arrived.append(left + _ARRIVED)
        if len(self._arrived) + len(self._away) < self._most:
            return 0.0
        ends = [self._arrived[0] + _SECOND] if self._arrived else []
        ends += [next(iter(self._away.values())) + _ARRIVED] if self._away else []
        return max(min(ends) - now, 0.001)
