"""A very small bot for the double's own tests."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import discord
from discord import app_commands
from discord.ext import commands

from tests.double.client import discord_at, eventually
from tests.double.server import DiscordDouble
from tests.double.settings import DoubleSettings, bot_token, fixed_id

GUILD = fixed_id("guild", 1)
CHANNEL = fixed_id("channel", 1)
OTHER_CHANNEL = fixed_id("channel", 2)
PERSON = fixed_id("user", 1)


class TinyBot(commands.AutoShardedBot):
    """Counts what comes from the gateway; answers one command, one button and one form."""

    def __init__(self, **options):
        intents = discord.Intents(guilds=True, guild_messages=True, guild_scheduled_events=True)
        super().__init__("!", intents=intents, guild_ready_timeout=0.05, max_ratelimit_timeout=30, **options)
        self.seen: list[str] = []
        self.contents: list[str] = []
        self.tree.command(name="hello", description="Say hello")(hello)
        self.tree.add_command(Group())

    async def before_identify_hook(self, shard_id, *, initial=False):
        """Discord asks for five seconds between two IDENTIFY; the double does not."""

    async def on_ready(self):
        self.seen.append("ready")

    async def on_resumed(self):
        self.seen.append("resumed")

    async def on_message(self, message):
        self.contents.append(message.content)

    async def on_interaction(self, interaction):
        if interaction.type is discord.InteractionType.component:
            await interaction.response.edit_message(content="pressed")
            await interaction.followup.send("only you", ephemeral=True)


@app_commands.guild_only()
class Group(app_commands.Group, name="group", description="A group"):
    @app_commands.command(description="Greets slowly")
    async def greet(self, interaction: discord.Interaction, whom: discord.Member, times: int = 1):
        await interaction.response.defer(ephemeral=True)
        await interaction.followup.send(f"{whom.id} x{times}")


async def hello(interaction: discord.Interaction):
    await interaction.response.send_message("hello")


@asynccontextmanager
async def connected(double, **options) -> AsyncIterator[TinyBot]:
    """A bot that is ready, and closed at the end."""
    with discord_at(double.api_url, double.gateway_url):
        bot = TinyBot(**options)
        running = asyncio.create_task(bot.start(bot_token()))
        try:
            await eventually(lambda: "ready" in bot.seen or running.done())
            if running.done():
                running.result()
            yield bot
        finally:
            await bot.close()
            await asyncio.gather(running, return_exceptions=True)


@asynccontextmanager
async def double_with(**settings) -> AsyncIterator[DiscordDouble]:
    async with DiscordDouble(DoubleSettings(**settings)) as double:
        yield double
    assert double.errors == []
    assert double.log.unknown_routes == []


def button(custom_id: str) -> discord.ui.View:
    view = discord.ui.View(timeout=None)
    view.add_item(discord.ui.Button(label="Go", custom_id=custom_id))
    return view
