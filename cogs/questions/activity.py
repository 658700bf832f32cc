"""Hears that something was written in a question's thread. Of what was written, nothing is read."""

from __future__ import annotations

from typing import TYPE_CHECKING

import discord
from discord.ext import commands

if TYPE_CHECKING:
    from bot.domain.questions.activity import ActivityService

_WRITTEN = (discord.MessageType.default, discord.MessageType.reply)
"""Other messages are Discord's own: somebody came, something was pinned, the thread was renamed."""


class QuestionActivity(commands.Cog):
    """It has no commands."""

    def __init__(self, activity: ActivityService) -> None:
        self.activity = activity

    @commands.Cog.listener()
    async def on_message(self, message: discord.Message) -> None:
        """Somebody wrote something somewhere."""
        if message.guild is None or not is_persons(message) or isinstance(message.channel, discord.abc.GuildChannel):
            # A thread that slept is no thread to the library yet when the message comes that wakes it.
            return
        await self.activity.said(message.guild.id, message.channel.id, message.author.id, message.created_at)

    @commands.Cog.listener()
    async def on_raw_thread_update(self, event: discord.RawThreadUpdateEvent) -> None:
        """One that slept is in no cache; if it is open now, somebody woke it."""
        if event.thread is None and not event.data["thread_metadata"]["archived"]:
            await self.activity.awoke(event.guild_id, event.thread_id)

    @commands.Cog.listener()
    async def on_thread_update(self, before: discord.Thread, after: discord.Thread) -> None:
        """Moderators unlocked it."""
        if before.locked and not after.locked:
            await self.activity.awoke(after.guild.id, after.id)


def is_persons(message: discord.Message) -> bool:
    """Whether a person wrote it, and not a bot, a webhook or Discord itself."""
    return message.type in _WRITTEN and not message.author.bot and message.webhook_id is None
