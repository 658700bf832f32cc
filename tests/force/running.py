"""The bot as its own process, started again and again on one folder, and what stands in its database."""

from __future__ import annotations

import asyncio
import os
import re
import signal
import sqlite3
import subprocess
import sys
from collections import Counter
from collections.abc import Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from bot.clock import SystemClock
from bot.domain.posts import NewPost
from bot.domain.rsvps import Answer, Rsvp
from data.database import Database
from data.upgrade import upgrade
from tests.double import DoubleClient, eventually
from tests.double.settings import bot_token

OURS = ("DISCORD_TOKEN", "BENKYOKAI_DATABASE_URL")
UNFINISHED = frozenset({"planned", "claimed", "sending", "retry"})
KIND = "evening"
"""The reminder of the evening before: it names its session, and asks for nothing else to be there."""

_MARK = re.compile(r"~(\d+)-")


@dataclass(frozen=True)
class Row:
    """A post as it stands in the file."""

    id: int
    kind: str
    subject_id: int
    channel_id: int
    state: str
    in_doubt: bool
    attempts: int
    data: str
    sent_at: int


class Running:
    """One process of the bot; what it says goes to a file of its own."""

    def __init__(self, process: subprocess.Popen[bytes], log: Path) -> None:
        self.process = process
        self._log = log

    @property
    def log(self) -> str:
        """What it has said so far."""
        return self._log.read_text(encoding="utf-8", errors="replace")

    def kill(self) -> None:
        """SIGKILL: nothing of it runs after this."""
        self.process.kill()
        self.process.wait()

    async def ended(self, seconds: float = 20.0) -> int:
        """Wait for its end; its exit code."""
        return await asyncio.to_thread(self.process.wait, seconds)

    async def terminate(self, seconds: float = 20.0) -> int:
        """SIGTERM; its exit code."""
        self.process.send_signal(signal.SIGTERM)
        return await self.ended(seconds)


class Home:
    """A folder with settings and a database, pointed at a double."""

    def __init__(
        self, folder: Path, double: DoubleClient, *, dispatch: Mapping[str, int], tick_seconds: int = 60
    ) -> None:
        self.folder = folder
        self.double = double
        self.file = folder / "bot.db"
        self.logs: list[Path] = []
        self._running: list[Running] = []
        settings = "\n".join(f"{key} = {value}" for key, value in dispatch.items())
        (folder / "config.toml").write_text(
            f'[discord]\napi_url = "{double.api_url}"\ngateway_url = "{double.gateway_url}"\n'
            f'[database]\nurl = "sqlite:///bot.db"\n[dispatch]\n{settings}\n'
            f"[scheduler]\ntick_seconds = {tick_seconds}\n",
            encoding="utf-8",
        )

    @property
    def url(self) -> str:
        """The database's address."""
        return f"sqlite:///{self.file}"

    def start(self, *, token: str | None = None, module: Sequence[str] = ("bot",)) -> Running:
        """Start the real process; `module` and its options come before `run`."""
        log = self.folder / f"log-{len(self.logs) + 1}.txt"
        self.logs.append(log)
        inherited = {key: value for key, value in os.environ.items() if key not in OURS}
        with log.open("wb") as target:
            process = subprocess.Popen(
                [sys.executable, "-m", *module, "run", "--config", "config.toml"],
                cwd=self.folder,
                env=inherited | {"DISCORD_TOKEN": token or bot_token()},
                stdin=subprocess.DEVNULL,
                stdout=target,
                stderr=target,
            )
        running = Running(process, log)
        self._running.append(running)
        return running

    def close(self) -> None:
        """End whatever still runs."""
        for running in self._running:
            if running.process.poll() is None:
                running.kill()

    def said(self) -> str:
        """The logs of all its processes, in order."""
        return "".join(log.read_text(encoding="utf-8", errors="replace") for log in self.logs)

    def rows(self, kind: str | None = KIND) -> list[Row]:
        """The posts of one kind (None: all) as they stand now."""
        columns = "id, kind, subject_id, channel_id, state, in_doubt, attempts, data, coalesce(sent_at, 0)"
        with closing(sqlite3.connect(f"file:{self.file}?mode=ro", uri=True)) as connection:
            found = connection.execute(f"select {columns} from posts order by id").fetchall()
        return [Row(*each) for each in found if kind in (None, each[1])]

    def states(self, kind: str | None = KIND) -> Counter[str]:
        """How many posts are in each state."""
        return Counter(row.state for row in self.rows(kind))

    async def all_final(self, *, seconds: float = 30.0, kind: str | None = None) -> None:
        """Wait until every post has ended."""

        def unfinished() -> bool:
            return not UNFINISHED & self.states(kind).keys()

        try:
            await eventually(unfinished, seconds=seconds, every=0.1)
        except TimeoutError:
            last = self.said()[-4000:]
            raise AssertionError(f"still unfinished: {self.states(kind)}\n{last}") from None


class Study:
    """A community that has been set up, and a session of it to remind somebody of."""

    def __init__(self, home: Home, guild_id: int, person: int, channels: Sequence[int], log_channel: int) -> None:
        self.home = home
        self.guild_id = guild_id
        self.person = person
        self.channels = channels
        self.log_channel = log_channel
        self.session_id = 0
        self.starts_at = SystemClock().now() + timedelta(days=2)
        self._parts = 0

    async def make(self) -> None:
        """Write the tables, the settings, a group and an announced session."""
        await upgrade(self.home.url, copy_first=False)
        database = Database(self.home.url, SystemClock())
        now = SystemClock().now()
        try:
            async with database(self.guild_id) as uow:
                await uow.communities.change(
                    set_up_at=now,
                    setup_step="done",
                    announcements_channel=self.channels[0],
                    log_channel=self.log_channel,
                    native_events=False,
                )
                group = await uow.groups.add(
                    name="Tea", description="", channel_id=self.channels[0], announce_days_before=7
                )
                session = await uow.sessions.add(
                    group_id=group.id,
                    series_id=None,
                    occurrence_on=None,
                    kind="lecture",
                    theme="Tea at dawn",
                    description="",
                    starts_at=self.starts_at,
                    duration=60,
                    venue="",
                    link="",
                    capacity=None,
                    deadline=None,
                    host_id=0,
                    announced_at=now,
                    created_at=now,
                )
                self.session_id = session.id
                await uow.rsvps.put(Rsvp(session.id, self.person, Answer.GOING, False, 1, now))
        finally:
            await database.close()

    async def plan(self, count: int, due_at: datetime | None = None, channels: Sequence[int] = ()) -> None:
        """Write reminders, due now or at `due_at`, evenly over the channels; they expire a day later."""
        at = due_at or SystemClock().now()
        places = channels or self.channels
        database = Database(self.home.url, SystemClock())
        try:
            async with database(self.guild_id) as uow:
                for number in range(self._parts, self._parts + count):
                    await uow.posts.plan(
                        NewPost(
                            KIND,
                            self.session_id,
                            at,
                            at + timedelta(days=1),
                            places[number % len(places)],
                            part=number,
                            starts_at=self.starts_at,
                            data={"mentions": [self.person]},
                        )
                    )
            self._parts += count
        finally:
            await database.close()


async def a_study(home: Home) -> Study:
    """The double's first guild, set up; its last channel is for notices."""
    (guild, *_) = (await home.double.info())["guilds"]
    channels = guild["channels"]
    study = Study(home, guild["id"], guild["members"][0], channels[:-1], channels[-1])
    await study.make()
    return study


def row_of(message: Mapping[str, Any]) -> int | None:
    """The row that a message of the double's log was sent for; None if it carries no mark."""
    marks = {int(found[1]) for each in message["custom_ids"] if (found := _MARK.search(each))}
    assert len(marks) <= 1, message
    return next(iter(marks), None)


async def copies(double: DoubleClient) -> Counter[int]:
    """How many messages stand for each row."""
    found = [row_of(message) for message in await double.messages_log()]
    return Counter(row for row in found if row is not None)


async def assert_sound(double: DoubleClient) -> None:
    """The double has understood everything it was asked."""
    stats = await double.stats()
    assert stats["unknown_routes"] == []
    assert stats["errors"] == []
    assert await double.doubles() == []
    assert await double.doubles(r"~\d+-") == []
