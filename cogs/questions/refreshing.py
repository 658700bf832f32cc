"""Reading again what is kept of messages: from the menu of a message, by command, and as they are edited."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import discord
from discord import app_commands
from discord.ext import commands

from bot.client import AnyInteraction, Caller, StudyBot
from bot.i18n import _
from bot.rendering import questions as rendering
from bot.rendering.content import Content
from cogs.permissions import readable_by_all

if TYPE_CHECKING:
    from bot.domain.questions.refreshing import RefreshService
    from bot.domain.questions.values import Question

_MENU = _("Refresh")


class Refreshing(commands.Cog):
    """Keeps step with messages whose text is kept. The command stands with the others of /question."""

    def __init__(self, bot: StudyBot, refreshing: RefreshService) -> None:
        self.bot = bot
        self.refreshing = refreshing
        self.menu = app_commands.ContextMenu(name=_MENU, callback=self.refresh_this)
        self.menu.guild_only = True

    async def cog_load(self) -> None:
        """The entry in the menu of a message; a cog takes only slash commands along by itself."""
        self.bot.tree.add_command(self.menu)

    async def cog_unload(self) -> None:
        """Take the entry back."""
        self.bot.tree.remove_command(self.menu.name, type=self.menu.type)

    async def refresh_this(self, interaction: AnyInteraction, message: discord.Message) -> None:
        """The menu brings along what the message says now, whatever else the bot may read."""
        caller = await self.bot.begin(interaction)
        public = partial(readable_by_all, message.channel)
        done = await self.refreshing.refresh(caller.guild.id, caller.actor, message.id, message.content, public)
        await caller.reply(rendering.refreshed(done, caller.words))

    async def refresh(self, caller: Caller, text: str) -> Content:
        """Read again all messages of a question whose text is kept."""
        question, messages = await self.refreshing.messages(caller.guild.id, caller.actor, text)
        texts = {
            message_id: await self._read(caller.guild, place, message_id, question) for place, message_id in messages
        }
        done = await self.refreshing.read_again(caller.guild.id, caller.actor, question.id, texts)
        return rendering.refreshed(done, caller.words)

    async def _read(self, guild: discord.Guild, channel_id: int, message_id: int, question: Question) -> str | None:
        """What a message says; "": it can't be read, as of others without the intent; None: it was deleted.

        What not everybody who sees the forum may read, only its author brings into it, with the menu.
        """
        place = self.bot.get_partial_messageable(channel_id, guild_id=guild.id)
        known = guild.get_channel_or_thread(channel_id)
        public = message_id != question.source_message or readable_by_all(known, question.channel_id)
        try:
            said = (await place.fetch_message(message_id)).content
            return said if public else ""
        except discord.NotFound:
            return None
        except discord.HTTPException:
            return ""

    @commands.Cog.listener()
    async def on_raw_message_edit(self, event: discord.RawMessageUpdateEvent) -> None:
        """A message was edited; what it says is told only with the intent."""
        if event.guild_id is not None and self.bot.intents.message_content and event.data.get("content"):
            guild = self.bot.get_guild(event.guild_id)
            public = partial(readable_by_all, guild and guild.get_channel_or_thread(event.channel_id))
            await self.refreshing.edited(event.guild_id, event.message_id, event.data["content"], public)

    @commands.Cog.listener()
    async def on_raw_message_delete(self, event: discord.RawMessageDeleteEvent) -> None:
        """A message was deleted, by its author or by moderators."""
        if event.guild_id is not None:
            await self.refreshing.deleted(event.guild_id, [event.message_id])

    @commands.Cog.listener()
    async def on_raw_bulk_message_delete(self, event: discord.RawBulkMessageDeleteEvent) -> None:
        """Many messages at once, as moderation tools do it."""
        if event.guild_id is not None:
            await self.refreshing.deleted(event.guild_id, event.message_ids)
