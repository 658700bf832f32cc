"""Gives members the role of the morning post, and takes it: the only place that changes anything about a person."""

from __future__ import annotations

import asyncio

import discord

from bot.domain.roles import RoleNotGiven
from bot.domain.uow import refuse_inside
from bot.pacer import Pacer

_SECONDS = 60.0


class MemberRoles:
    """See `bot.domain.roles.Roles`. Its requests take the places that posts leave."""

    def __init__(self, client: discord.Client, pacer: Pacer) -> None:
        self._client = client
        self._pacer = pacer

    async def change(self, guild_id: int, member_id: int, role_id: int, *, give: bool, reason: str) -> None:
        """Give a member the role, or take it."""
        refuse_inside("a member's role")
        await self._pacer.mirror()
        act = self._client.http.add_role if give else self._client.http.remove_role
        try:
            async with asyncio.timeout(_SECONDS):
                await act(guild_id, member_id, role_id, reason=reason)
        except (discord.Forbidden, discord.NotFound) as error:
            raise RoleNotGiven(role_id) from error
