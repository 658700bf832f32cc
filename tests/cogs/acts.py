"""What people do with sessions in a simulated server."""

from __future__ import annotations

from typing import Any

import discord
import simcord

from tests.world import World


async def told(world: World, who: Any, command: str, /, **options: Any) -> str:
    """What a command answers, privately."""
    result = await who.slash(world.general, command, **options)
    assert result.ephemeral
    return world.sim.private_replies(result)[-1]


async def with_group(world: World, name: str = "Asakai", **options: Any) -> None:
    """A study group, made by the moderator."""
    await world.moderator.slash(world.general, "group create", name=name, **options)


async def previewed(world: World, command: str, who: Any = None, /, **options: Any) -> simcord.ResponseMessage:
    """The private preview that a command answers."""
    result = await (who or world.moderator).slash(world.general, command, **options)
    assert result.ephemeral
    assert result.response is not None
    return result.response


async def called_off(world: World, who: Any = None, /, **options: Any) -> str:
    """Cancels a session, as its author does after what they are shown; what they are answered in the end."""
    message = await previewed(world, "session cancel", who, **options)
    await (who or world.moderator).click(message, label="Cancel the session")
    return world.sim.text(message)


async def series_ended(world: World, **options: Any) -> str:
    """Ends a series, as a moderator does after what they are shown; what they are answered in the end."""
    message = await previewed(world, "series end", **options)
    await world.moderator.click(message, label="End it")
    return world.sim.text(message)


async def date_skipped(world: World, **options: Any) -> str:
    """Skips a date of a series, as a moderator does after what they are shown; what they are answered in the end."""
    message = await previewed(world, "series skip", **options)
    await world.moderator.click(message, label="Skip this date")
    return world.sim.text(message)


def button(message: Any, label: str) -> str:
    """The custom_id of the button with this label."""
    for row in message.components:
        for part in row["components"] if isinstance(row, dict) else row.to_dict()["components"]:
            if part.get("label") == label:
                return part["custom_id"]
    raise AssertionError(f"no button {label}")


def events(world: World) -> list[discord.ScheduledEvent]:
    """The server's native events that are still to come."""
    found = world.app.bot.get_guild(world.guild.id).scheduled_events
    return [event for event in found if event.status is discord.EventStatus.scheduled]


async def scheduled(world: World, theme: str = "Logistics", when: str = "2026-01-07 07:00", **options: Any) -> int:
    """A session that the moderator has scheduled and posted; its id."""
    message = await previewed(world, "session schedule", theme=theme, when=when, **options)
    await world.moderator.click(message, label="Post")
    return (await sessions(world))[-1].id


async def in_series(world: World, **options: Any) -> None:
    """A weekly series that the moderator has created."""
    options = {"name": "朝の会", "rule": "every Wednesday 07:00"} | options
    message = await previewed(world, "series create", **options)
    await world.moderator.click(message, label="Create")


async def sessions(world: World) -> list[Any]:
    """All sessions ahead, in order of id."""

    async def read() -> list[Any]:
        async with world.app.database.reading(world.guild.id) as uow:
            return await uow.sessions.upcoming(world.sim.now())

    return sorted(await world.sim.run(read()), key=lambda session: session.id)


def announcements(world: World, channel: Any = None) -> list[discord.Message]:
    """The messages with the buttons of a session, or what is left of them, oldest first."""
    me = world.app.bot.user.id
    found = [m for m in world.sim.messages(channel or world.general) if m.embeds and m.author.id == me]
    return [m for m in found if "はじめに" not in (m.embeds[0].title or "")]


async def at_rest(world: World, seconds: float = 3) -> None:
    """Let the announcement catch up."""
    await world.sim.advance(seconds)
