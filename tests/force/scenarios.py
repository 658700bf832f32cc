"""A bot that is killed with SIGKILL at random moments while hundreds of reminders are due, again and again."""

from __future__ import annotations

import asyncio
import random
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.double import eventually, running_double
from tests.force.running import Home, Row, Running, Study, a_study, assert_sound, copies

POSTS = 400
CHANNELS = 31
RATE = 60


@dataclass(frozen=True)
class Outcome:
    """How a scenario ended.

    `copies` counts the messages that stand for each row, `deduplicated` the repetitions that Discord answered with the
    first message; `said` is the log of all processes, `log_channel` what moderators have read.
    """

    rows: list[Row]
    notices: list[Row]
    copies: Counter[int]
    said: str
    kills: int
    deduplicated: int
    log_channel: list[str]

    @property
    def doubled(self) -> list[int]:
        """Rows for which more than one message stands."""
        return [row for row, count in self.copies.items() if count > 1]

    @property
    def missing(self) -> list[Row]:
        """Rows for which no message stands."""
        return [row for row in self.rows if not self.copies[row.id]]

    def rows_in(self, state: str) -> list[Row]:
        """The rows that ended so."""
        return [row for row in self.rows if row.state == state]


class Scenario:
    """One bot, its Discord, and somebody who kills the one and not the other."""

    def __init__(self, home: Home, study: Study, seed: int, window: int) -> None:
        self.home, self.study, self.double = home, study, home.double
        self.random = random.Random(seed)
        self.window = window
        self.kills = 0

    async def trouble(self) -> None:
        """Some answers are late or never come, so that a kill leaves doubts: half of them about messages that stand."""
        for store in (True, False):
            await self.double.cut(store=store, count=None, probability=0.05)
            await self.double.hang(1.0, store=store, count=None, probability=0.05)

    async def killed_at_start(self) -> None:
        """Kill a process somewhere between its first line and its first post."""
        running = self.home.start()
        await asyncio.sleep(self.random.uniform(0.2, 3.0))
        self._kill(running)

    async def killed_amid(self) -> None:
        """Kill a process that has begun to post."""
        before = (await self.double.stats())["messages"]
        running = self.home.start()

        async def posting() -> bool:
            assert running.process.poll() is None, running.log[-4000:]
            return (await self.double.stats())["messages"] > before + 3

        await eventually(posting, seconds=20)
        await asyncio.sleep(self.random.uniform(0.0, 1.0))
        self._kill(running)

    def _kill(self, running: Running) -> None:
        running.kill()
        self.kills += 1

    async def nonces_forgotten(self) -> None:
        """Wait until Discord no longer knows what the last process has sent; the next one takes 2 s to be ready."""
        await asyncio.sleep(self.window - 2)

    async def finished(self, *, readable: bool = True) -> Outcome:
        """Let a last process deliver what is left, with nobody to disturb it."""
        await self.double.clear_faults()
        if not readable:
            await self.double.unreadable()
        self.home.start()
        await self.home.all_final(seconds=40 + self.window)
        await assert_sound(self.double)
        return Outcome(
            rows=self.home.rows(),
            notices=self.home.rows("notice"),
            copies=await copies(self.double),
            said=self.home.said(),
            kills=self.kills,
            deduplicated=(await self.double.stats())["deduplicated"],
            log_channel=[each["content"] for each in await self.double.messages_log(channel=self.study.log_channel)],
        )


@asynccontextmanager
async def scenario(
    folder: Path, *, seed: int, window: int = 5, nonce: int = 2, lease: int = 2
) -> AsyncIterator[Scenario]:
    """A bot that has not started yet, with `POSTS` reminders due.

    `window` is for how many seconds the double knows a nonce, `nonce` for how many the bot relies on that.
    """
    limits = {"nonce_seconds": nonce, "lease_seconds": lease, "rate": RATE}
    async with running_double(nonce_seconds=window, channels=CHANNELS, global_limit=RATE + 5, seed=seed) as double:
        home = Home(folder, double, dispatch=limits)
        try:
            study = await a_study(home)
            await study.plan(POSTS)
            yield Scenario(home, study, seed, window)
        finally:
            home.close()


async def restarted_at_once(bot: Scenario) -> Outcome:
    """Killed five times, once before its first post."""
    await bot.trouble()
    await bot.killed_at_start()
    for _ in range(4):
        await bot.killed_amid()
    return await bot.finished()


async def restarted_later(bot: Scenario, kills: int = 3) -> Outcome:
    """Killed amid its posts, and started when the nonces are forgotten."""
    await bot.trouble()
    for _ in range(kills):
        await bot.killed_amid()
        await bot.nonces_forgotten()
    return await bot.finished()


async def unreadable(bot: Scenario) -> Outcome:
    """As `restarted_later`, and Discord does not let the bot read any history."""
    await bot.trouble()
    await bot.double.unreadable()
    for _ in range(3):
        await bot.killed_amid()
        await bot.nonces_forgotten()
    return await bot.finished(readable=False)


async def by_nonce_alone(bot: Scenario) -> Outcome:
    """Killed five times and started while the nonces are known; no history can be read."""
    await bot.trouble()
    await bot.double.unreadable()
    await bot.killed_at_start()
    for _ in range(4):
        await bot.killed_amid()
    return await bot.finished(readable=False)
