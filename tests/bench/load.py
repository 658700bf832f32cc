"""The load of the dispatch benchmark: many due posts, some slash commands, and what came of them at the double."""

from __future__ import annotations

import asyncio
import math
import os
import time
from collections import Counter
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import insert

from bot.clock import SystemClock
from bot.domain.posts import PostState
from data.database import Database
from data.posts import posts
from tests.bench.tables import percentile
from tests.double import DoubleClient, running_double
from tests.force.running import Home, Study

CHANNELS_PER_GUILD = 500
"""Discord's limit."""
COMMAND = "session list"
SHARE = 0.95
"""Of the rate that is asked for."""
GRACE = 0.05
"""Seconds by which the k-th post may be later than its place at 0.95 R."""


@dataclass(frozen=True)
class Size:
    """What is run: posts due at one instant, the bot's rate and Discord's limit, and slash commands a second."""

    posts: int
    channels: int
    rate: int
    limit: int
    commands: int
    kind: str = "evening"


@dataclass(frozen=True)
class Measured:
    """What the double has seen. Times are in seconds.

    `off` is the 99th percentile of how late the k-th post was beyond k / (0.95 R) (below zero: earlier); `acknowledged`
    and `answered` are those of the commands, from their dispatch at the double to its receipt of the answer.
    """

    name: str
    size: Size
    arrived: int
    doubled: int
    limited: int
    per_second: float
    off: float
    commands: int = 0
    unanswered: int = 0
    acknowledged: float = math.nan
    answered: float = math.nan
    began: float = 0.0
    ended: float = 0.0
    double_load: float = math.nan

    @property
    def lost(self) -> int:
        return self.size.posts - self.arrived


class Used:
    """Processor time of another process, from its first look to the last."""

    def __init__(self, pid: int) -> None:
        self._stat = Path(f"/proc/{pid}/stat")
        self._first = self._read()

    def _read(self) -> tuple[float, float]:
        fields = self._stat.read_text().rpartition(")")[2].split()
        return time.monotonic(), (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    @property
    def load(self) -> float:
        """Processor seconds per second."""
        (began, before), (now, after) = self._first, self._read()
        return (after - before) / (now - began)


@asynccontextmanager
async def discord_for(size: Size) -> AsyncIterator[DoubleClient]:
    """A Discord with as many guilds as the channels need."""
    guilds = -(-size.channels // CHANNELS_PER_GUILD)
    async with running_double(guilds=guilds, channels=size.channels, members=2, global_limit=size.limit) as double:
        yield double


def monotonic_of(due_at: datetime) -> float:
    """An instant on the clock that all processes share."""
    return time.monotonic() + due_at.timestamp() - time.time()


async def sleep_until(at: float) -> None:
    """Until a `monotonic` time."""
    await asyncio.sleep(max(0.0, at - time.monotonic()))


async def seed(home: Home, size: Size, due_at: datetime) -> None:
    """Set every guild up and write one post for each channel in turn, all due at one instant."""
    guilds = (await home.double.info())["guilds"]
    studies: list[Study] = []
    places: list[tuple[int, int]] = []
    for number, guild in enumerate(guilds):
        study = Study(home, guild["id"], guild["members"][0], guild["channels"], guild["channels"][0])
        await study.make()
        studies.append(study)
        places += [(number, channel) for channel in guild["channels"]]
    rows: list[dict[str, Any]] = []
    for number in range(size.posts):
        owner, channel = places[number % len(places)]
        study = studies[owner]
        trouble = {"problem": "step", "subject_id": number, "cause": "bench", "channel_id": 0}
        rows.append(
            {
                "guild_id": study.guild_id,
                "kind": size.kind,
                "subject_id": number if size.kind == "notice" else study.session_id,
                "channel_id": channel,
                "target_id": channel,
                "member_id": 0,
                "revision": 0,
                "part": number,
                "due_at": due_at,
                "not_before": due_at,
                "expires_at": due_at + timedelta(days=1),
                "starts_at": study.starts_at,
                "quiet": False,
                "silent": False,
                "data": trouble if size.kind == "notice" else {"mentions": [study.person]},
                "state": PostState.PLANNED.value,
            }
        )
    database = Database(home.url, SystemClock())
    try:
        async with database.connections.writing() as connection:
            for begin in range(0, len(rows), 5000):
                await connection.execute(insert(posts), rows[begin : begin + 5000])
    finally:
        await database.close()


async def all_arrived(double: DoubleClient, wanted: int, *, patience: float) -> None:
    """Wait until all messages stand, or none has come for `patience` seconds."""
    last, since = -1, time.monotonic()
    while True:
        now = (await double.stats())["messages"]
        if now >= wanted:
            return
        if now > last:
            last, since = now, time.monotonic()
        elif time.monotonic() - since > patience:
            return
        await asyncio.sleep(0.5)


class Commands:
    """People who use a slash command at an even rate, in different guilds."""

    def __init__(self, double: DoubleClient, per_second: int) -> None:
        self._double = double
        self._per_second = per_second
        self.sent: list[int] = []
        self._task: asyncio.Task[None] | None = None

    async def begin(self) -> None:
        """Start, now."""
        if self._per_second:
            guilds = (await self._double.info())["guilds"]
            self._task = asyncio.create_task(self._run(guilds))

    async def end(self) -> None:
        """Stop, and give the last ones a second."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)
            await asyncio.sleep(1.0)

    async def _run(self, guilds: Sequence[Any]) -> None:
        began, number = time.monotonic(), 0
        while True:
            guild = guilds[number % len(guilds)]
            person = guild["members"][-1]
            self.sent.append(await self._double.slash(COMMAND, guild["channels"][0], person))
            number += 1
            await sleep_until(began + number / self._per_second)

    async def latencies(self) -> tuple[list[float], list[float], int]:
        """Seconds to the acknowledgement and to the answer, and how many were not answered."""
        found = [await self._double.interaction(each) for each in self.sent]
        acknowledged = [each["acknowledged"] - each["sent"] for each in found if each["acknowledged"] is not None]
        answered = [each["answered"] - each["sent"] for each in found if each["answered"] is not None]
        return acknowledged, answered, len(found) - len(answered)


async def measured(
    name: str,
    double: DoubleClient,
    size: Size,
    due: float,
    commands: Commands | None = None,
    load: float = math.nan,
) -> Measured:
    """What stands at the double; `due` is a `monotonic` time."""
    stats = await double.stats()
    log = await double.messages_log()
    nonces = Counter(each["nonce"] for each in log if each["nonce"] is not None)
    at = sorted(each["monotonic"] for each in log)
    pace = SHARE * size.rate
    off = [each - due - place / pace for place, each in enumerate(at, start=1)]
    acknowledged, answered, unanswered = ([], [], 0) if commands is None else await commands.latencies()
    return Measured(
        name=name,
        size=size,
        arrived=len(at) - sum(count - 1 for count in nonces.values()),
        doubled=sum(count - 1 for count in nonces.values()),
        limited=stats["rate_limited"]["global"],
        per_second=len(at) / (at[-1] - due) if at else 0.0,
        off=percentile(off, 0.99),
        commands=0 if commands is None else len(commands.sent),
        unanswered=unanswered,
        acknowledged=percentile(acknowledged, 0.99),
        answered=percentile(answered, 0.99),
        began=due,
        ended=at[-1] if at else due,
        double_load=load,
    )


def in_seconds(seconds: float) -> datetime:
    """The instant so many seconds from now, on a full second."""
    return datetime.fromtimestamp(int(time.time() + seconds) + 1, UTC)
