"""`python -m tests.bench.watched OUT run --config PATH`: the bot as it is, with a heartbeat on its event loop.

The bot's event loop gets a timer that should fire every 5 ms; OUT receives how late it was and how much
processor time the process had used by then. Nothing else differs from `python -m bot`.
"""

from __future__ import annotations

import asyncio
import cProfile
import os
import sys
import time
from pathlib import Path

import msgspec

BEAT = 0.005
NOTICED = 0.005
"""Shorter delays are not kept one by one."""


class Heart(msgspec.Struct):
    """The beats of one process. `late` holds (monotonic, seconds too late), `used` (monotonic, processor seconds)."""

    beats: int = 0
    late: list[tuple[float, float]] = []
    used: list[tuple[float, float]] = []
    expected: float = 0.0

    def begin(self, loop: asyncio.AbstractEventLoop) -> None:
        """Beat for as long as the loop runs."""
        self.expected = time.monotonic() + BEAT
        loop.call_later(BEAT, self._beat, loop)

    def _beat(self, loop: asyncio.AbstractEventLoop) -> None:
        now = time.monotonic()
        self.beats += 1
        if (late := now - self.expected) > NOTICED:
            self.late.append((now, late))
        if not self.used or now - self.used[-1][0] > 0.25:
            self.used.append((now, time.process_time()))
        self.expected = now + BEAT
        loop.call_later(BEAT, self._beat, loop)

    def longest(self, begins: float, ends: float) -> float:
        """The longest stall between two `monotonic` times, in seconds."""
        return max((late for at, late in self.late if begins <= at <= ends), default=0.0)

    def load(self, begins: float, ends: float) -> float:
        """Processor seconds per second between two `monotonic` times."""
        within = [(at, used) for at, used in self.used if begins <= at <= ends]
        if len(within) < 2:
            return float("nan")
        (first, before), (last, after) = within[0], within[-1]
        return (after - before) / (last - first)


def main() -> int:
    """Run the bot's own command line and write down how its loop did."""
    out = Path(sys.argv[1])
    heart = Heart()
    from bot import process
    from bot.__main__ import main as benkyokai

    new_loop = process.new_loop

    def beating() -> asyncio.AbstractEventLoop:
        made = new_loop()
        heart.begin(made)
        return made

    process.new_loop = beating
    profile = cProfile.Profile() if os.environ.get("BENCH_PROFILE") else None
    try:
        if profile is not None:
            return profile.runcall(benkyokai, sys.argv[2:])
        return benkyokai(sys.argv[2:])
    finally:
        out.write_bytes(msgspec.json.encode(heart))
        if profile is not None:
            profile.dump_stats(os.environ["BENCH_PROFILE"])


if __name__ == "__main__":
    sys.exit(main())
