"""Asks Discord who has left: without the members intent nobody tells us, and with it not what we slept through."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Iterable, Sequence

import discord

from bot.domain.members import MemberService
from bot.domain.uow import refuse_inside
from bot.pacer import Pacer

_log = logging.getLogger(__name__)

A_NIGHT = 200
"""People of one community asked about in one night, those first who were not seen for the longest."""
_AT_ONCE = 25
"""So many who are still there are written down together."""
_MOST_FAILURES = 3
"""After so many failures in one community, the rest of it waits for the next night."""
_SECONDS = 30.0
_NO_MEMBER = frozenset({10007, 10013})
"""Discord's codes for who is no member, and for who does not even exist."""


class Departures:
    """Looks for people who have left without a word. It asks one at a time, in the places that posts leave."""

    def __init__(self, client: discord.Client, pacer: Pacer, members: MemberService) -> None:
        self._client = client
        self._pacer = pacer
        self._members = members

    async def is_member(self, guild_id: int, member_id: int) -> bool:
        """Whether Discord knows this person as a member.

        Raises:
            discord.DiscordException, aiohttp.ClientError, OSError: Discord could not be asked.
        """
        refuse_inside("a question about a member")
        await self._pacer.mirror()
        try:
            async with asyncio.timeout(_SECONDS):
                await self._client.http.get_member(guild_id, member_id)
        except discord.NotFound as error:
            if error.code not in _NO_MEMBER:
                raise
            return False
        return True

    async def still_here(self, guild_id: int, member_id: int) -> bool:
        """Whether somebody who is about to be asked for something is still a member; lets them go if they are not.

        Raises:
            discord.DiscordException, aiohttp.ClientError, OSError: Discord could not be asked.
        """
        guild = self._client.get_guild(guild_id)
        if guild is None or (self._client.intents.members and guild.get_member(member_id) is not None):
            return True
        if await self.is_member(guild_id, member_id):
            return True
        await self._members.left(guild_id, member_id)
        return False

    async def sweep(self, guild_ids: Iterable[int]) -> int:
        """Let everybody go who has left these communities; returns how many. What fails is left to the next night."""
        gone = 0
        for guild_id in guild_ids:
            if self._client.get_guild(guild_id) is None:
                continue
            try:
                gone += await self._sweep(guild_id, await self._members.to_check(guild_id, A_NIGHT))
            except Exception:
                _log.exception("who has left server %d could not be found out; again tomorrow", guild_id)
        return gone

    async def _sweep(self, guild_id: int, member_ids: Sequence[int]) -> int:
        gone, failures, there = 0, 0, list[int]()
        for member_id in member_ids:
            try:
                still_there = await self.is_member(guild_id, member_id)
            except Exception as error:
                failures += 1
                _log.warning("a member of server %d could not be asked about: %r", guild_id, error)
                if failures >= _MOST_FAILURES:
                    break
                continue
            if not still_there:
                gone += await self._members.left(guild_id, member_id)
                continue
            there.append(member_id)
            if len(there) >= _AT_ONCE:
                await self._members.seen(guild_id, there)
                there = []
        await self._members.seen(guild_id, there)
        return gone
