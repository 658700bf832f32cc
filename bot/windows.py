"""How long Discord has known a nonce, by a clock that nobody can set."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import datetime, timedelta

from bot.clock import Clock
from bot.domain.posts import Post


class Windows:
    """Tells the time to the rules of a post that may be in doubt.

    Within the nonce's life a doubtful post is sent again, which would double it if that life were over in truth while a
    clock that was set back says otherwise. For what this process itself has attempted, the time is therefore never
    earlier than the attempt's own age allows; what an older process left is judged by the wall clock alone.
    """

    def __init__(self, clock: Clock, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._monotonic = monotonic
        self._opened: dict[int, float] = {}

    def open(self, post: Post) -> None:
        """An attempt begins; if none before it is in doubt, the nonce's life begins with it."""
        if not post.in_doubt:
            self._opened[post.id] = self._monotonic()

    def close(self, post: Post) -> None:
        """The post has ended."""
        self._opened.pop(post.id, None)

    def now(self, post: Post) -> datetime:
        """The wall clock's time, or how late it must be at least."""
        now = self._clock.now()
        opened = self._opened.get(post.id)
        if opened is None or post.window_at is None:
            return now
        return max(now, post.window_at + timedelta(seconds=self._monotonic() - opened))
