"""Whether people can see a channel, before they are told alone of what belongs to it, or mentioned there."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence

import aiohttp
import discord

from bot.domain.uow import refuse_inside

_SECONDS = 30.0
TROUBLE = (discord.DiscordException, aiohttp.ClientError, OSError, TimeoutError)
"""How a question to Discord fails."""


class Sight:
    """Asks Discord only where not everybody sees the channel: who a member is now, nobody tells us by itself."""

    def __init__(self, client: discord.Client) -> None:
        self._client = client

    async def sees(self, guild_id: int, member_id: int, channel_id: int, turn: Callable[[], Awaitable[None]]) -> bool:
        """Whether this person can see it; `turn` waits for the turn of a request, should one be needed.

        A channel that was deleted hides nothing. Who is no member sees nothing.

        Raises:
            discord.DiscordException, aiohttp.ClientError, OSError: Discord could not be asked.
        """
        guild = self._client.get_guild(guild_id)
        channel = guild and guild.get_channel(channel_id)
        if guild is None or channel is None or is_public(channel):
            return True
        # Without the members intent nobody tells us of roles given and taken, so what is cached may be outdated.
        member = guild.get_member(member_id) if self._client.intents.members else None
        if member is None:
            refuse_inside("a question about a member")
            await turn()
            try:
                async with asyncio.timeout(_SECONDS):
                    member = await guild.fetch_member(member_id)
            except discord.NotFound:
                return False
        return channel.permissions_for(member).view_channel

    async def seeing(
        self, guild_id: int, member_ids: Sequence[int], channel_id: int, turn: Callable[[], Awaitable[None]]
    ) -> frozenset[int]:
        """Who of these people can see it; they are asked for together, at most 100. Otherwise as `sees`."""
        guild = self._client.get_guild(guild_id)
        channel = guild and guild.get_channel(channel_id)
        if guild is None or channel is None or is_public(channel):
            return frozenset(member_ids)
        if self._client.intents.members:
            members = [member for each in member_ids if (member := guild.get_member(each))]
        else:
            refuse_inside("a question about members")
            await turn()
            async with asyncio.timeout(_SECONDS):
                members = await guild.query_members(user_ids=list(member_ids), limit=len(member_ids), cache=False)
        return frozenset(member.id for member in members if channel.permissions_for(member).view_channel)


def is_public(channel: discord.abc.GuildChannel) -> bool:
    """Whether everybody sees it, and it shuts out no other role or person. Who is known to be a bot does not count."""
    shut_out = (target for target, overwrite in channel.overwrites.items() if overwrite.view_channel is False)
    return channel.permissions_for(channel.guild.default_role).view_channel and all(map(_is_bot, shut_out))


def _is_bot(target: object) -> bool:
    """Whether an overwrite is about a bot only."""
    return target.is_bot_managed() if isinstance(target, discord.Role) else bool(getattr(target, "bot", False))
