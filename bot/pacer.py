"""The pacer: all of the bot's own REST requests in one line, at an even rate.

Discord allows a bot 50 requests a second. Even spacing, instead of bursts, keeps every window of a second at the rate;
only at high rates are the places of 20 ms given out together, since what follows from them then shares a transaction.
Posts go by deadline; mirrors get at most every fifth place while posts are waiting. Answers to interactions are not
counted by Discord and never wait here.
"""

from __future__ import annotations

import asyncio
import heapq
import time
from collections import deque
from datetime import datetime
from itertools import count

MIRROR_SHARE = 5
"""While posts wait, one place in so many may go to a mirror."""
_TOGETHER = 0.02
"""Seconds: what falls into so long is given out at once."""
_MADE_UP = 2 * _TOGETHER
"""Seconds: a timer that rings late is made up for by the places of so long; the gate sees to it that no second has
more than it may."""


class _Waiter:
    """Somebody in the line; `gave_up` if their task was cancelled meanwhile."""

    def __init__(self) -> None:
        self.called = asyncio.Event()
        self.gave_up = False


class Pacer:
    """Hands out places for requests, `rate` a second."""

    def __init__(self, rate: float) -> None:
        self._gap = 1.0 / rate
        self._next = 0.0
        self._due = 0.0
        self._posts: list[tuple[datetime, int, _Waiter]] = []
        self._mirrors: deque[_Waiter] = deque()
        self._order = count()
        self._since_mirror = 0
        self._timer: asyncio.TimerHandle | None = None

    async def post(self, deadline: datetime) -> None:
        """Wait for a place for a post that must be out by `deadline`."""
        waiter = _Waiter()
        heapq.heappush(self._posts, (deadline, next(self._order), waiter))
        await self._wait(waiter)

    async def mirror(self) -> None:
        """Wait for a place for a mirror's request."""
        waiter = _Waiter()
        self._mirrors.append(waiter)
        await self._wait(waiter)

    async def _wait(self, waiter: _Waiter) -> None:
        if self._timer is None:
            # A pause leaves no credit for a burst, only for what is given out together anyway.
            now = time.monotonic()
            self._next = max(self._next, now - max(0.0, _TOGETHER - self._gap))
            self._serve(now)
        try:
            await waiter.called.wait()
        except asyncio.CancelledError:
            waiter.gave_up = True
            raise

    def _ring(self) -> None:
        # A timer may ring a hair early; the place it was set for is due all the same.
        self._serve(max(time.monotonic(), self._due))

    def _serve(self, now: float) -> None:
        """Give out the places whose time has come by `now`, and come back for the next."""
        self._timer = None
        self._next = max(self._next, now - _MADE_UP)
        while self._next <= now:
            waiter = self._take()
            if waiter is None:
                return
            waiter.called.set()
            self._next += self._gap
        if self._posts or self._mirrors:
            self._due = max(self._next, now + _TOGETHER)
            self._timer = asyncio.get_running_loop().call_later(max(0.0, self._due - time.monotonic()), self._ring)

    def _take(self) -> _Waiter | None:
        """Whose turn it is; who gave up while waiting takes no place."""
        while self._posts and self._posts[0][2].gave_up:
            heapq.heappop(self._posts)
        while self._mirrors and self._mirrors[0].gave_up:
            self._mirrors.popleft()
        if self._mirrors and (not self._posts or self._since_mirror >= MIRROR_SHARE - 1):
            self._since_mirror = 0
            return self._mirrors.popleft()
        if not self._posts:
            return None
        self._since_mirror += 1
        return heapq.heappop(self._posts)[2]
