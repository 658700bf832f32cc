"""Hears of what is deleted in Discord, so that what the bot had put there is made again, or asked about."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import discord
from discord.ext import commands

if TYPE_CHECKING:
    from bot.domain.deletions import DeletionService


class Deletions(commands.Cog):
    """It has no commands."""

    def __init__(self, deletions: DeletionService) -> None:
        self.deletions = deletions

    @commands.Cog.listener()
    async def on_raw_message_delete(self, event: discord.RawMessageDeleteEvent) -> None:
        """A message."""
        if event.guild_id is not None:
            await self.deletions.deleted(event.guild_id, [event.message_id])

    @commands.Cog.listener()
    async def on_raw_bulk_message_delete(self, event: discord.RawBulkMessageDeleteEvent) -> None:
        """Many messages at once, as moderation tools do it."""
        if event.guild_id is not None:
            await self.deletions.deleted(event.guild_id, event.message_ids)

    @commands.Cog.listener()
    async def on_raw_thread_delete(self, event: discord.RawThreadDeleteEvent) -> None:
        """A thread."""
        await self.deletions.deleted(event.guild_id, [event.thread_id])

    @commands.Cog.listener()
    async def on_guild_channel_delete(self, channel: discord.abc.GuildChannel) -> None:
        """A channel, and with it all that stood in it."""
        await self.deletions.deleted(channel.guild.id, [channel.id])

    @commands.Cog.listener()
    async def on_scheduled_event_delete(self, event: discord.ScheduledEvent) -> None:
        """An event of the server's calendar."""
        await self.deletions.deleted(event.guild_id, [event.id])


ITEMS: tuple[type[discord.ui.DynamicItem[Any]], ...] = ()
