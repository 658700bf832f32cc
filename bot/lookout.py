"""Whether a message of ours still stands: what people deleted while the bot was away nobody tells it."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Collection

import discord

from bot.domain.uow import refuse_inside
from bot.pacer import Pacer
from bot.sight import TROUBLE

_log = logging.getLogger(__name__)

_SECONDS = 5.0
"""Somebody waits for the answer."""
_GONE = frozenset({10003, 10008})
"""Unknown channel, unknown message."""


class Lookout:
    """Asks Discord, and has it written down if a message is gone. `gone` is told the server and the messages."""

    def __init__(
        self, client: discord.Client, pacer: Pacer, gone: Callable[[int, Collection[int]], Awaitable[object]]
    ) -> None:
        self._client = client
        self._pacer = pacer
        self._gone = gone

    async def stands(self, guild_id: int, channel_id: int, message_id: int) -> bool:
        """Whether it is there; while Discord can't be asked, what is known holds."""
        refuse_inside("a look at a message")
        try:
            async with asyncio.timeout(_SECONDS):
                await self._pacer.mirror()
                await self._client.http.get_message(channel_id, message_id)
        except TROUBLE as trouble:
            if getattr(trouble, "code", 0) not in _GONE:
                _log.info("message %d can't be looked at: %r", message_id, trouble)
                return True
        else:
            return True
        await self._gone(guild_id, [message_id])
        return False
