"""Who is meant by a name: in a direct message nobody can choose a member from a list, so they type one."""

from __future__ import annotations

import asyncio
import re

import discord

from bot.domain.questions.answering import WhichMember
from bot.domain.uow import refuse_inside

_NAMED = r"\s*(?:<@!?)?([0-9]{15,20})>?\s*"
"""Somebody's id, or a mention."""
_MOST = 10
_SECONDS = 5.0
"""Somebody waits for the answer."""


class People:
    """Asks Discord who is called so: without the members intent, it alone knows."""

    def __init__(self, client: discord.Client) -> None:
        self._client = client

    async def meant(self, guild_id: int, typed: str) -> int:
        """The member of a server with this id or name, or whose name alone begins so.

        Raises:
            WhichMember: several are called so, or nobody.
        """
        if found := re.fullmatch(_NAMED, typed):
            return int(found[1])
        name, guild = typed.strip().removeprefix("@")[:100], self._client.get_guild(guild_id)
        refuse_inside("a question about members")
        people: list[discord.Member] = []
        if name and guild is not None:
            async with asyncio.timeout(_SECONDS):
                people = await guild.query_members(query=name, limit=_MOST, cache=False)
        people = [member for member in people if not member.bot]
        same = [each for each in people if name.casefold() in (each.name.casefold(), each.display_name.casefold())]
        fitting = same or people
        if len(fitting) != 1:
            raise WhichMember(name, tuple(f"{each.display_name} (@{each.name})" for each in fitting))
        return fitting[0].id
