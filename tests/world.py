"""A small community in a simulated Discord, with the real bot on a real SQLite file."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from discord import Permissions, app_commands
from msgspec.structs import replace
from sqlalchemy import create_engine

from bot.app import App
from bot.config import Config, load
from bot.demo.simulation import SimulatedClock, Simulation, set_locale
from bot.domain.errors import StudyError
from data.database import Database
from data.schema import metadata

START = datetime(2026, 1, 5, 0, 0, tzinfo=UTC)
"""A Monday, 09:00 in Tokyo."""
EXPECTED = (StudyError, app_commands.CheckFailure, app_commands.TransformerError)


@cache
def no_rows() -> bytes:
    """A database file with all tables: made once, since tables take longer to make than most tests take."""
    with TemporaryDirectory() as folder:
        file = Path(folder) / "empty.db"
        engine = create_engine(f"sqlite:///{file}")
        metadata.create_all(engine)
        engine.dispose()
        return file.read_bytes()


def unhelped() -> Config:
    """The usual configuration, but nothing helps the alarm: without a safety tick days pass quickly."""
    config = load(None, {})
    return replace(config, scheduler=replace(config.scheduler, tick_seconds=86_400))


class World:
    """The simulation, the bot that runs in it now, and the people of one server.

    `moderator` may manage the server, `member` and `other` may not; `member` reads Japanese. `general` and `log`
    are text channels.
    """

    def __init__(self, folder: Path, config: Config | None = None) -> None:
        self.file = folder / "world.db"
        self.config = config or unhelped()
        self.file.write_bytes(no_rows())
        self.apps: list[App] = []
        self.sim: Simulation

    @property
    def app(self) -> App:
        """What runs now."""
        return self.apps[-1]

    def make_bot(self, clock: SimulatedClock) -> Any:
        """A new bot on the same file, as after a restart."""
        app = App(self.config, Database(f"sqlite:///{self.file}", clock), clock)
        self.apps.append(app)
        return app.bot

    def people(self) -> None:
        """Make the server and its people."""
        env = self.sim.env
        self.guild = env.create_guild("Asakai")
        self.general = self.guild.create_text_channel("general")
        self.log = self.guild.create_text_channel("log")
        manager = self.guild.create_role("Managers", permissions=Permissions(manage_guild=True))
        self.moderator = self.guild.add_member(env.create_user("mod"), roles=[manager])
        self.member = self.guild.add_member(env.create_user("yuki"))
        self.other = self.guild.add_member(env.create_user("alice"))
        set_locale(self.member, "ja")

    async def set_up(self, **settings: Any) -> None:
        """Settings as after /setup: English, Tokyo, announcements in `general`, notices in `log`.

        Written as they are, so that what follows from the setup itself is left to the tests of it.
        """
        values = {
            "language": "en",
            "time_zone": "Asia/Tokyo",
            "announcements_channel": self.general.id,
            "log_channel": self.log.id,
            "setup_step": "done",
            "set_up_at": self.sim.now(),
        } | settings

        async def write() -> None:
            async with self.app.database(self.guild.id) as uow:
                await uow.communities.change(**values)

        await self.sim.run(write())


@asynccontextmanager
async def a_world(folder: Path, *, start: datetime = START, config: Config | None = None) -> AsyncGenerator[World]:
    """A world that is closed, and checked for errors nobody looked at, at the end."""
    world = World(folder, config)
    async with Simulation(world.make_bot, start=start, expected=EXPECTED, settle_seconds=60) as sim:
        world.sim = sim
        world.people()
        yield world
