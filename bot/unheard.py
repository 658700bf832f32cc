"""What was written in the threads of questions while the bot was away: nobody tells it afterwards, so it looks.

Discord says of each thread that is awake which message was its last. Only where that is later than what is known, the
thread is read from there on, and of each message who wrote it and when.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from datetime import datetime

import discord

from bot.domain.questions.activity import ActivityService
from bot.domain.questions.idle import IdleService
from bot.domain.uow import refuse_inside
from bot.pacer import Pacer
from bot.sight import TROUBLE

_log = logging.getLogger(__name__)

_SECONDS = 30.0
_MOST_MESSAGES = 100
"""Messages read of one thread; more of them would tell nothing new."""


class Unheard:
    """Catches up with one server after the other. `is_persons` says whether a person wrote a message."""

    def __init__(
        self,
        client: discord.Client,
        pacer: Pacer,
        activity: ActivityService,
        idle: IdleService,
        is_persons: Callable[[discord.Message], bool],
    ) -> None:
        self._client = client
        self._pacer = pacer
        self._activity = activity
        self._idle = idle
        self._is_persons = is_persons

    async def look(self, guild: discord.Guild) -> None:
        """Note what was written in the threads of this server's questions; until then none is closed for silence."""
        refuse_inside("a look at threads")
        if guild.unavailable:
            return
        latest = {
            thread.id: discord.utils.snowflake_time(thread.last_message_id)
            for thread in guild.threads
            if thread.last_message_id
        }
        # A thread that sleeps is not among them; it may have been written in, and have gone to sleep again.
        for thread_id in await self._idle.about_to_be_closed(guild.id):
            if guild.get_thread(thread_id) is None and (at := await self._latest(thread_id)):
                latest[thread_id] = at
        for thread_id, since in (await self._activity.unheard(guild.id, latest)).items():
            await self._hear(guild.id, thread_id, since)
        self._idle.looked(guild.id)

    async def _latest(self, thread_id: int) -> datetime | None:
        """When something was written last in a thread that is in no cache; None: it is gone, or can't be seen."""
        try:
            await self._pacer.mirror()
            async with asyncio.timeout(_SECONDS):
                thread = await self._client.fetch_channel(thread_id)
        except TROUBLE as trouble:
            _log.info("thread %d can't be looked at: %r", thread_id, trouble)
            return None
        last = getattr(thread, "last_message_id", None)
        return discord.utils.snowflake_time(last) if last else None

    async def _hear(self, guild_id: int, thread_id: int, since: datetime) -> None:
        thread = self._client.get_partial_messageable(thread_id, guild_id=guild_id)
        try:
            await self._pacer.mirror()
            async with asyncio.timeout(_SECONDS):
                found = [each async for each in thread.history(limit=_MOST_MESSAGES, after=since)]
        except TROUBLE as trouble:
            _log.info("thread %d can't be read: %r", thread_id, trouble)
            return
        for message in found:
            if self._is_persons(message):
                await self._activity.said(guild_id, thread_id, message.author.id, message.created_at)
