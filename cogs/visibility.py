"""Who can see which channel: looked at when it may have changed, so that nothing tells people of what is hidden."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import discord
from discord.ext import commands

from bot.domain.visibility import sees_both
from cogs.permissions import audience_of

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from bot.client import StudyBot
    from bot.domain.announcements import AnnouncementService
    from bot.domain.morning import MorningService


class Visibility(commands.Cog):
    """It has no commands."""

    def __init__(
        self,
        bot: StudyBot,
        morning: MorningService,
        announcements: AnnouncementService,
        is_public: Callable[[discord.abc.GuildChannel], bool],
    ) -> None:
        """`is_public` says whether everybody sees a channel."""
        self.bot = bot
        self.morning = morning
        self.announcements = announcements
        self.is_public = is_public

    async def look(self, guild: discord.Guild) -> None:
        """Tell the rules which channels all readers of the morning post can see, and which everybody can."""
        if guild.unavailable:
            # Its channels are not known now; once it is back, it is looked at again.
            return

        def sees(morning_channel: int, groups: Mapping[int, int]) -> dict[int, bool]:
            first = guild.get_channel(morning_channel)
            found: dict[int, bool] = {}
            for group_id, channel_id in groups.items():
                second = guild.get_channel(channel_id)
                found[group_id] = (
                    first is not None and second is not None and sees_both(audience_of(first), audience_of(second))
                )
            return found

        def all_see(channel_id: int) -> bool:
            channel = guild.get_channel(channel_id)
            return channel is not None and self.is_public(channel)

        await self.morning.look(guild.id, sees)
        await self.announcements.look(guild.id, all_see)

    @commands.Cog.listener()
    async def on_guild_available(self, guild: discord.Guild) -> None:
        """The server is back after an outage of Discord's; at our own start all are looked at when they are there."""
        if self.bot.is_ready():
            await self.look(guild)

    @commands.Cog.listener()
    async def on_channels_chosen(self, guild: discord.Guild) -> None:
        """A group, or the announcements of all, has another channel; our own commands say so."""
        await self.look(guild)

    @commands.Cog.listener()
    async def on_guild_channel_update(self, before: discord.abc.GuildChannel, after: discord.abc.GuildChannel) -> None:
        """A channel's overwrites changed."""
        if before.overwrites != after.overwrites:
            await self.look(after.guild)
            await self.announcements.permitted(after.guild.id, after.id)

    @commands.Cog.listener()
    async def on_guild_channel_create(self, channel: discord.abc.GuildChannel) -> None:
        """A group may be meant to be announced there, in a channel that was made by request."""
        await self.look(channel.guild)

    @commands.Cog.listener()
    async def on_guild_channel_delete(self, channel: discord.abc.GuildChannel) -> None:
        """Nobody sees what was announced there."""
        await self.look(channel.guild)

    @commands.Cog.listener()
    async def on_guild_role_update(self, before: discord.Role, after: discord.Role) -> None:
        """A role gained or lost View Channels."""
        if before.permissions.view_channel != after.permissions.view_channel:
            await self.look(after.guild)
        if before.permissions != after.permissions:
            await self.announcements.permitted(after.guild.id)


ITEMS: tuple[type[discord.ui.DynamicItem[Any]], ...] = ()
