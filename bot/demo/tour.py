"""The tour: four weeks of a bilingual community of seven, played in seconds against the simulated Discord.

People act through real slash commands and presses on the real bot; what it did by itself is read from what arrived.
At the end the rows and the messages are compared: the exit code is 1 if anything was lost or doubled.
"""

from __future__ import annotations

import asyncio
import logging
import re
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import discord
import msgspec
import simcord
from discord import app_commands
from sqlalchemy import select

from bot.app import App
from bot.config import Config, load
from bot.demo.narrator import Narrator
from bot.demo.scenes import play
from bot.demo.simulation import Simulation
from bot.domain.errors import StudyError
from bot.domain.posts import FINAL, PostState
from bot.rendering.buttons import mark_of
from data.database import Database
from data.posts import posts
from data.steps import due_steps
from data.upgrade import upgrade

BEGINS = datetime(2026, 1, 5, 0, 0, tzinfo=UTC)
"""Monday, 09:00 in Tokyo."""
ZONE = ZoneInfo("Asia/Tokyo")
_CHANNEL = re.compile(r"<#(\d+)>")
_KINDS = {
    "cancelled": "notice: called off",
    "dawn": "reminder: dawn",
    "edited": "notice: changed",
    "evening": "reminder: evening",
    "introduction": "introduction",
    "morning": "morning post",
    "moved": "notice: new time",
    "notice": "notice to moderators",
    "promotion": "notice: place is free",
    "start": "reminder: start",
    "welcome": "welcome",
}
_EXPECTED = (StudyError, app_commands.CheckFailure, app_commands.TransformerError)


class Stage:
    """What a scene acts on: people, channels, the clock, and a narrator who writes it down."""

    def __init__(self, sim: Simulation, apps: list[App], names: dict[int, str], narrator: Narrator) -> None:
        self.sim = sim
        self.names = names
        self.narrator = narrator
        self._apps = apps
        self._told = 0

    @property
    def app(self) -> App:
        """The bot that runs now."""
        return self._apps[-1]

    def name(self, thing: Any, name: str) -> None:
        """Call a person, role or channel by this name from now on."""
        self.names[thing.id] = name

    async def wait_until(self, local: str) -> None:
        """Let time pass until a time on the wall clock in Tokyo, such as "2026-01-07 06:30"."""
        at = datetime.fromisoformat(local).replace(tzinfo=ZONE).astimezone(UTC)
        await self.sim.advance_to(at)
        self.tell()

    async def wait(self, seconds: float) -> None:
        """Let a moment pass."""
        await self.sim.advance(seconds)
        self.tell()

    def tell(self) -> None:
        """Write down what the bot posted since the last time."""
        new = self.sim.unprompted()[self._told :]
        self._told += len(new)
        for post in new:
            where = self.names.get(post.channel_id) or self._place(post.channel_id)
            text = post.content or self._shown(post.channel_id, post.message_id)
            for mentioned in _CHANNEL.findall(text):
                if int(mentioned) not in self.names:
                    self._place(int(mentioned))
            pinged = [self.names.get(i, str(i)) for i in post.pinged]
            self.narrator.posted(post.at, where, text, pinged, silent=post.silent)

    async def command(
        self, who: simcord.MemberActor, where: simcord.ChannelHandle, command: str, /, **options: Any
    ) -> Any:
        """Somebody uses a slash command; what only they are told is written beneath."""
        shown = " ".join(f"{key}:{self._option(value)}" for key, value in options.items())
        result = await who.slash(where, command, **options)
        self.act(who, f"/{command} {shown}".strip(), result)
        return result

    async def press(self, who: simcord.MemberActor, message: Any, custom_id: str) -> Any:
        """Somebody presses the first button whose id has this in it."""
        stored = self.sim.env.backend.get_message(_channel_of(message), message.id)
        button = next(b for b in _buttons(stored.components) if custom_id in b["custom_id"])
        result = await who.click(message, custom_id=button["custom_id"])
        self.act(who, f"presses [{button['label']}]", result)
        return result

    async def fill_in(self, who: simcord.MemberActor, shown: Any, text: str) -> Any:
        """Somebody writes into the one box of a form and sends it."""
        box = next(iter(_buttons(shown.modal["components"])))
        result = await who.submit_modal(shown, {box["custom_id"]: text})
        self.act(who, f"writes {text}", result)
        return result

    async def complete(self, who: simcord.MemberActor, shown: Any, values: dict[str, Any]) -> Any:
        """Somebody fills in the boxes and lists of a form, by their names, and sends it."""
        result = await who.submit_modal(shown, values)
        boxes = {box["custom_id"]: box for box in _buttons(shown.modal["components"])}
        written = [_written(boxes[name], value) for name, value in values.items()]
        self.act(who, f"fills in {', '.join(written)}", result)
        return result

    async def choose(self, who: simcord.MemberActor, message: Any, custom_id: str, value: Any, shown: str) -> Any:
        """Somebody chooses from a list."""
        result = await who.select(message, [value], custom_id=custom_id)
        self.act(who, f"chooses {shown}", result)
        return result

    def act(self, who: Any, what: str, result: Any) -> None:
        """Write down an act and its private answers."""
        self.tell()
        self.narrator.act(self.sim.now(), self.names[who.id], what, self.sim.private_replies(result))

    def happens(self, what: str) -> None:
        """Something that nobody of the community does."""
        self.narrator.happened(self.sim.now(), what)

    async def joins(self, guild_id: int) -> None:
        """The bot is told that it was invited to a server."""

        async def tell() -> None:
            self.sim.bot.dispatch("guild_join", self.sim.bot.get_guild(guild_id))

        await self.sim.run(tell())
        await self.wait(1)

    async def channel(self, guild: simcord.GuildHandle, setting: str) -> simcord.ChannelHandle:
        """The channel that a community's setting points to."""
        community = await self.sim.run(self.app.database.settings(guild.id))
        found = next(c for c in guild.channels.values() if c.id == getattr(community, setting))
        self.name(found, f"#{found.name}")
        return found

    async def newest_session(self, guild: simcord.GuildHandle) -> int:
        """The id of the session that was planned last."""

        async def read() -> int:
            async with self.app.database.reading(guild.id) as uow:
                return max(session.id for session in await uow.sessions.upcoming(self.sim.now()))

        return await self.sim.run(read())

    def announcement(self, channel: simcord.ChannelHandle, session_id: int) -> discord.Message:
        """The message that announces a session."""
        wanted = f"bk:rsvp:{session_id}:going"
        for message in reversed(self.sim.messages(channel)):
            if wanted in _custom_ids(message.components):
                return message
        raise LookupError(f"session {session_id} was not announced")

    def start_here(self, channel: simcord.ChannelHandle) -> discord.Message:
        """The pinned message for newcomers."""
        return next(m for m in self.sim.messages(channel) if "bk:introduce" in _custom_ids(m.components))

    def _option(self, value: Any) -> str:
        known = self.names.get(getattr(value, "id", 0))
        return known or str(value)

    def _place(self, channel_id: int) -> str:
        channel = self.sim.env.backend.get_channel(channel_id)
        people = [self.names[i] for i in channel.recipient_ids if i in self.names]
        self.names[channel_id] = f"a direct message to {', '.join(people)}" if people else f"#{channel.name}"
        return self.names[channel_id]

    def _shown(self, channel_id: int, message_id: int) -> str:
        stored = self.sim.env.backend.get_message(channel_id, message_id)
        lines = [line for embed in stored.embeds for line in (embed.get("title"), embed.get("description")) if line]
        return "\n".join(lines)


@dataclass(frozen=True, slots=True)
class Delivery:
    """What became of the rows: counts by kind and state, and what should not be."""

    by_kind: Counter[tuple[str, str]]
    lost: list[str]
    doubled: list[str]
    latest: timedelta


async def delivered(stage: Stage) -> Delivery:
    """Compare what the rows say with what stands in the channels."""
    marks: Counter[str] = Counter()
    for post in stage.sim.unprompted():
        stored = stage.sim.env.backend.get_message(post.channel_id, post.message_id)
        marks.update(mark for mark in _marks(stored.components))
    async with stage.app.database.connections.reading() as connection:
        rows = (await connection.execute(select(posts))).all()
        steps = await due_steps(connection, stage.sim.now(), 100)
    by_kind: Counter[tuple[str, str]] = Counter()
    lost = [f"{step.kind} of {step.subject_id}: the step was due and did not run" for step in steps]
    late = timedelta()
    for row in rows:
        by_kind[row.kind, row.state] += 1
        named = f"{row.kind} of {row.subject_id} due {row.due_at:%d %b %H:%M}"
        if row.state == PostState.SENT.value:
            late = max(late, row.sent_at - row.due_at)
            if not marks[row.nonce]:
                lost.append(f"{named}: the row says sent, no message is there")
        elif row.not_before <= stage.sim.now() and PostState(row.state) not in FINAL:
            lost.append(f"{named}: due, but {row.state}")
    doubled = [mark for mark, number in marks.items() if number > 1]
    return Delivery(by_kind, lost, doubled, late)


def summarise(stage: Stage, found: Delivery, seconds: float, write: Any) -> int:
    """Print the summary; returns the exit code."""
    posted = stage.sim.unprompted()
    write("\n== What was delivered ==")
    for (kind, state), number in sorted(found.by_kind.items()):
        write(f"  {_KINDS.get(kind, kind):<22} {state:<14} {number:>3}")
    write(f"  messages the bot sent by itself: {len(posted)}, of them silent: {sum(p.silent for p in posted)}")
    write(f"  people pinged: {sum(len(p.pinged) for p in posted)} times")
    write(f"  latest delivery: {found.latest.total_seconds() / 60:.0f} minutes after it was due (the machine was off)")
    write(f"  lost: {len(found.lost)}   doubled: {len(found.doubled)}")
    for line in (*found.lost, *found.doubled):
        write(f"    ! {line}")
    write(f"  four weeks in {seconds:.1f} seconds")
    return 1 if found.lost or found.doubled else 0


async def main() -> int:
    """Play the tour to standard output; returns the exit code."""
    logging.disable(logging.INFO)
    begun = time.monotonic()
    with tempfile.TemporaryDirectory() as folder:
        return await _play(Path(folder), _print, begun)


async def _play(folder: Path, write: Any, begun: float) -> int:
    url = f"sqlite:///{folder / 'tour.db'}"
    await upgrade(url, copy_first=False)
    config = _config()
    apps: list[App] = []

    def make_bot(clock: Any) -> discord.Client:
        apps.append(App(config, Database(url, clock), clock))
        return apps[-1].bot

    names: dict[int, str] = {}
    async with Simulation(make_bot, start=BEGINS, expected=_EXPECTED, settle_seconds=60) as sim:
        stage = Stage(sim, apps, names, Narrator(write, ZONE, names))
        await play(stage)
        stage.tell()
        return summarise(stage, await delivered(stage), time.monotonic() - begun, write)


def _config() -> Config:
    config = load(None, {})
    # Every tick costs real time, and the alarm does without them: the tour would show it if it did not.
    return msgspec.structs.replace(config, scheduler=msgspec.structs.replace(config.scheduler, tick_seconds=86_400))


def _print(line: str) -> None:
    print(line, file=sys.stdout, flush=True)


def _custom_ids(components: Any) -> set[str]:
    return {child.custom_id for row in components for child in getattr(row, "children", ()) if child.custom_id}


def _buttons(components: Any) -> Iterator[dict[str, Any]]:
    for component in components:
        if component.get("custom_id"):
            yield component
        inner = component.get("components") or ()
        yield from _buttons(inner if not component.get("component") else (*inner, component["component"]))


def _written(box: dict[str, Any], value: str | list[str]) -> str:
    """What somebody wrote into a box, or the labels of what they chose from its list."""
    if isinstance(value, str):
        return value
    return ", ".join(option["label"] for option in box["options"] if option["value"] in value)


def _marks(components: Any) -> list[str]:
    return [mark for button in _buttons(components) if (mark := mark_of(str(button["custom_id"])))]


def _channel_of(message: Any) -> int:
    return message.channel_id if isinstance(message, simcord.ResponseMessage) else message.channel.id


if __name__ == "__main__":
    sys.exit(asyncio.run(main()))
