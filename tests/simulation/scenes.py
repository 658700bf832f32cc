"""What the tests of the simulation share."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import discord
import simcord
from discord.ext import commands

from bot.demo.simulation import Simulation, install
from bot.demo.simulation.patching import simcord_alone

install()

Scene = Callable[[Simulation], Awaitable[Any]]


class Little(commands.Bot):
    """A bot with nothing but a clock and what a test hangs on it."""

    def __init__(self, clock: Any) -> None:
        super().__init__("!", intents=discord.Intents.default())
        self.clock = clock
        self.heard: list[Any] = []

    async def on_message(self, message: discord.Message) -> None:
        self.heard.append((message.content, message.nonce))


class Going(discord.ui.DynamicItem[discord.ui.Button[Any]], template=r"going:(?P<place>\d+)"):
    def __init__(self, place: int) -> None:
        super().__init__(discord.ui.Button(label="Going", custom_id=f"going:{place}"))
        self.place = place

    @classmethod
    async def from_custom_id(cls, interaction: discord.Interaction[Any], item: Any, match: Any) -> Going:
        return cls(int(match["place"]))

    async def callback(self, interaction: discord.Interaction[Any]) -> None:
        free = interaction.client.free  # check, then wait, then act: what a race needs
        await asyncio.sleep(0)
        interaction.client.free = free - 1
        await interaction.response.send_message(f"place {free}", ephemeral=True)


async def with_and_without(
    scene: Scene, make_bot: Any = Little, *, pace: bool = False, **options: Any
) -> tuple[Any, Any]:
    with simcord_alone(pace=pace):
        async with Simulation(make_bot, **options) as sim:
            without = await scene(sim)
    async with Simulation(make_bot, **options) as sim:
        return without, await scene(sim)


async def outcome(work: Awaitable[Any]) -> Any:
    """What Discord answered: the error's code, or None where it agreed."""
    try:
        await work
    except (discord.HTTPException, simcord.BackendError) as error:
        return error.code
    except simcord.UnsupportedField:
        return "unsupported"
    return None


def place(sim: Simulation, **guild: Any) -> tuple[simcord.GuildHandle, simcord.ChannelHandle, simcord.MemberActor]:
    community = sim.env.create_guild(**guild)
    channel = community.create_text_channel("hall")
    return community, channel, community.add_member(sim.env.create_user("yuki"))


def seen_by_bot(sim: Simulation, channel: simcord.ChannelHandle) -> Any:
    return sim.bot.get_channel(channel.id)


def forbid(sim: Simulation, channel: simcord.ChannelHandle, **permissions: bool) -> None:
    """Take permissions from the bot in a channel, as a moderator would."""
    allow, deny = discord.PermissionOverwrite(**permissions).pair()
    overwrite = simcord.backend.models.Overwrite(
        sim.env.backend.bot_user.id, simcord.enums.OverwriteType.MEMBER, allow.value, deny.value
    )
    sim.env.backend.set_overwrite(channel.id, overwrite)


def buttons(number: int) -> discord.ui.View:
    view = discord.ui.View(timeout=None)
    view.add_item(Going(number))
    return view
