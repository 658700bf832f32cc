"""A client that checks nothing: it presses what is not there and sends what Discord's own app would refuse."""

from __future__ import annotations

import logging
from collections.abc import AsyncGenerator, Mapping
from contextlib import asynccontextmanager
from typing import Any

import discord
import pytest
import simcord
from simcord.actors import _dispatch_actor_interaction
from simcord.backend import serializers
from simcord.builders import ChannelHandle
from simcord.enums import InteractionType
from sqlalchemy import select

from data.schema import metadata
from tests.cogs.acts import announcements, at_rest, in_series, scheduled, with_group
from tests.world import World

BUTTON, TEXT_SELECT = 2, 3


def forget_limits(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let people send command options of any length and value."""
    monkeypatch.setattr(simcord.interactions, "validate_option_value", lambda command, option, value: value)


def stored(world: World, message: Any) -> Any:
    """What the simulated Discord keeps of a message; it outlives the message's deletion."""
    channel_id = message.channel_id if isinstance(message, simcord.ResponseMessage) else message.channel.id
    return world.sim.env.backend.get_message(channel_id, message.id)


async def press(
    world: World, who: Any, carrier: Any, custom_id: str, *, values: list[str] | None = None
) -> simcord.InteractionResult:
    """Press a button with this id, or choose `values` from a list, as if the message `carrier` bore it."""
    kind = BUTTON if values is None else TEXT_SELECT
    part: dict[str, Any] = {"type": kind, "custom_id": custom_id, "id": 2}
    part |= {"label": "forged", "style": 2} if values is None else {"options": [{"label": "x", "value": "x"}]}
    message = dict(serializers.message_payload(world.sim.env.backend, carrier))
    message["components"] = [{"type": 1, "id": 1, "components": [part]}]
    data: dict[str, Any] = {"custom_id": custom_id, "component_type": kind}
    if values is not None:
        data["values"] = values
    return await _send(world, who, InteractionType.MESSAGE_COMPONENT, data, carrier, {"message": message})


async def send_form(
    world: World, who: Any, carrier: Any, custom_id: str, written: Mapping[str, str]
) -> simcord.InteractionResult:
    """Send a form that was never opened, from a button of the message `carrier`."""
    boxes = [
        {"type": 18, "id": 10 + n, "component": {"type": 4, "id": 30 + n, "custom_id": key, "value": value}}
        for n, (key, value) in enumerate(written.items())
    ]
    message = dict(serializers.message_payload(world.sim.env.backend, carrier))
    data = {"custom_id": custom_id, "components": boxes}
    return await _send(world, who, InteractionType.MODAL_SUBMIT, data, carrier, {"message": message})


async def _send(
    world: World, who: Any, kind: int, data: dict[str, Any], carrier: Any, extra: dict[str, Any]
) -> simcord.InteractionResult:
    env = world.sim.env
    channel = ChannelHandle(env, getattr(who, "guild", None), env.backend.get_channel(carrier.channel_id))
    return await _dispatch_actor_interaction(who, kind, channel, data, extra=extra, source_message_id=carrier.id)


async def rows(world: World) -> dict[str, list[Any]]:
    """Everything in the database but refused commands and questions, kept for their authors whatever they said."""

    async def read() -> dict[str, list[Any]]:
        async with world.app.database.connections.reading() as connection:
            return {
                table.name: [
                    tuple(row)
                    for row in await connection.execute(select(table).order_by(*table.primary_key))
                    if row._mapping.get("kind") != "said" and row._mapping.get("state") != "draft"
                ]
                for table in metadata.sorted_tables
            }

    return await world.sim.run(read())


@asynccontextmanager
async def nothing_written(world: World) -> AsyncGenerator[None]:
    """What happens inside leaves every table as it was, and posts nothing.

    That they have used the bot is noted, and what they typed into a form that was refused is kept for them.
    """
    before, posted = await rows(world), len(world.sim.unprompted())
    yield
    after = await rows(world)
    noted = ("members", "kept_forms")
    assert {name: after[name] for name in after if after[name] != before[name] and name not in noted} == {}
    assert len(world.sim.unprompted()) == posted


def refusal(world: World, result: simcord.InteractionResult) -> str:
    """The one private answer."""
    replies = [reply for reply in (result.response, *result.followups) if reply is not None]
    texts = world.sim.private_replies(result)
    assert texts, "no answer"
    assert len([reply for reply in replies if reply.ephemeral]) == len(texts) == 1
    return texts[0]


# What the tests of bad input begin with


VALID: dict[str, dict[str, Any]] = {
    "ask": {"question": "Tea?"},
    "group archive": {"name": "Asakai"},
    "group create": {"name": "Tea"},
    "group edit": {"name": "Asakai"},
    "help": {},
    "introduce": {"reason": "Tea"},
    "group join": {},
    "group leave": {},
    "group list": {},
    "group show": {},
    "me introductions": {},
    "me ledger": {"year": 2026},
    "me privacy": {},
    "me questions": {},
    "me reminders": {},
    "me sessions": {},
    "mod question": {"question": "1", "action": "close"},
    "mod restrict": {"from": "rotation"},
    "mod restrictions": {},
    "mod unrestrict": {},
    "morning pause": {},
    "morning preview": {},
    "morning resume": {},
    "morning set": {},
    "morning show": {},
    "pairing avoid": {},
    "pairing join": {},
    "pairing leave": {},
    "pairing settings": {},
    "pairing show": {},
    "pairing snooze": {},
    "profile edit": {"about": "Tea"},
    "profile show": {},
    "question accept": {"question": "1", "answer": "1"},
    "question add": {"question": "1", "text": "Tea"},
    "question again": {"question": "1"},
    "question close": {"question": "1"},
    "question list": {},
    "question reopen": {"question": "1"},
    "question reply": {"question": "1", "text": "Tea"},
    "question refresh": {"question": "1"},
    "question search": {},
    "question show": {"question": "1"},
    "question thank": {"question": "1", "answer": "1"},
    "rotation assign": {"session": "Logistics"},
    "rotation available": {},
    "rotation confirm": {"session": "Logistics"},
    "rotation decline": {"session": "Logistics"},
    "rotation guest": {"session": "Logistics", "name": "Tea"},
    "rotation join": {},
    "rotation leave": {},
    "rotation settings": {"group": "Asakai"},
    "rotation show": {},
    "rotation swap": {"session": "Logistics"},
    "rotation skip": {"session": "Logistics"},
    "rotation unavailable": {"from": "2026-01-14"},
    "rotation volunteer": {"session": "Logistics"},
    "rotation why": {"session": "Logistics"},
    "series create": {"name": "Tea", "rule": "every Wednesday 07:00"},
    "series edit": {"series": "朝の会"},
    "series end": {"series": "朝の会"},
    "series list": {},
    "series show": {"series": "朝の会"},
    "series skip": {"series": "朝の会", "on": "2026-01-14"},
    "session ask": {"session": "Logistics"},
    "session cancel": {"session": "Logistics"},
    "session edit": {"session": "Logistics"},
    "session list": {},
    "session notes": {"session": "Logistics"},
    "session rsvp": {"session": "Logistics", "answer": "going"},
    "session schedule": {"theme": "Tea", "when": "2026-01-07 07:00"},
    "session show": {"session": "Logistics"},
    "settings set": {},
    "settings show": {},
    "setup": {},
    "spinoff add": {"name": "Tea"},
    "spinoff list": {},
    "spinoff update": {"name": "Sencha"},
    "topic close": {"topic": "Fish prices"},
    "topic list": {},
    "topic propose": {"theme": "Fish prices"},
    "topic schedule": {"topic": "Fish prices"},
    "topic vote": {"topic": "Fish prices"},
    "who in": {"industry": "retail"},
    "who knows": {"topic": "Tea"},
}
"""Options with which each command works in `study`, see `valid`; bad values are tried one at a time."""
OF_SOMEBODY = ("mod restrict", "mod unrestrict", "pairing avoid", "rotation assign")
"""The commands that need a member."""
OF_TWO = ("introduce",)
"""Those that need two."""
NAMING = {
    "session": (
        *("session show", "session edit", "session cancel", "session rsvp"),
        *("session ask", "session notes"),
        *("rotation confirm", "rotation decline", "rotation swap", "rotation volunteer", "rotation why"),
        *("rotation assign", "rotation skip", "rotation guest"),
    ),
    "series": ("series show", "series edit", "series skip", "series end"),
    "group": (
        *("group show", "group join", "group leave", "session list", "session schedule", "series create"),
        *("rotation join", "rotation leave", "rotation show", "rotation settings"),
        *("topic list", "topic propose"),
    ),
    "name": ("group edit", "group archive"),
    "topic": ("topic close", "topic schedule", "topic vote"),
}
"""The commands that name one of our things, by the option that does."""


def valid(world: World, command: str) -> dict[str, Any]:
    """Options with which a command works, the person among them if it needs one."""
    one = {"member": world.other} if command in OF_SOMEBODY else {}
    two = {"person": world.member, "to": world.other} if command in OF_TWO else {}
    return VALID[command] | one | two


def mistakes(caplog: pytest.LogCaptureFixture) -> list[str]:
    """What the bot logged as errors: its own mistakes, which what people get wrong never is."""
    return [
        record.getMessage()
        for when in ("setup", "call")
        for record in caplog.get_records(when)
        if record.levelno >= logging.ERROR
    ]


async def furnish(world: World) -> None:
    """A study group, a theme, a session that is announced, and a series; in a new database their ids are 1."""
    await with_group(world)
    await world.moderator.slash(world.general, "topic propose", theme="Fish prices")
    await scheduled(world)
    await in_series(world, count=2)
    await at_rest(world)


class Elsewhere:
    """Another server with the same bot: the ids of its things, and one of its people."""

    def __init__(self, world: World) -> None:
        env = world.sim.env
        self.guild = env.create_guild("Elsewhere")
        self.channel = self.guild.create_text_channel("general")
        manager = self.guild.create_role("Managers", permissions=discord.Permissions(manage_guild=True))
        self.moderator = self.guild.add_member(env.create_user("boss"), roles=[manager])

    async def furnish(self, world: World) -> None:
        """Set it up, with a group, an announced session and a series of its own."""
        here = world.guild, world.general, world.moderator
        world.guild, world.general, world.moderator = self.guild, self.channel, self.moderator
        try:
            await world.set_up(log_channel=0)
            await with_group(world, "Secret group")
            await scheduled(world, "Secret session")
            await in_series(world, name="Secret series", count=2)
            await world.moderator.slash(world.general, "topic propose", theme="Secret topic")
            await at_rest(world)
        finally:
            world.guild, world.general, world.moderator = here


async def strangers(world: World) -> dict[str, tuple[str, str]]:
    """The name and the id of each thing of the other server."""
    everything = await rows(world)
    tables = {"session": "sessions", "series": "series", "group": "study_groups", "topic": "topics"}
    found = {
        noun: (f"Secret {noun}", str(next(row[0] for row in everything[table] if f"Secret {noun}" in row)))
        for noun, table in tables.items()
    }
    return found | {"name": found["group"]}


def carrier(world: World) -> Any:
    """A message of the bot's that can bear forged buttons: the first announcement."""
    return stored(world, announcements(world)[0])


def boxes(**changed: str) -> dict[str, str]:
    """The boxes of all forms, with sound values but for these."""
    sound = {"theme": "Tea", "when": "2026-01-08 07:00", "duration": "60", "venue": "", "description": ""}
    sound |= {"before": "30 min", "evening": "21:00"}
    return sound | {"reason": "", "name": "Tea", "rule": "every Friday 07:00", "text": "Tokyo"} | changed
