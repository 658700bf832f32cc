"""A private thread of one person or of some: made once, with them in it, and found again after a crash in between."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Generic, Protocol, TypeVar

import discord
from msgspec import Struct

from bot.domain.communities import Community
from bot.domain.mirrors import Mirror
from bot.domain.uow import UnitOfWork
from bot.i18n import Words, words
from bot.mirrors.kinds import Remote
from bot.mirrors.reconciler import NotYet

_WEEK = 10080


class _Thread(Protocol):
    """What the domain says of such a thread: who belongs to it, and in which community."""

    @property
    def members(self) -> tuple[int, ...]: ...

    @property
    def community(self) -> Community: ...


T = TypeVar("T", bound=_Thread)


class _Wanted(Struct, frozen=True):
    """The thread's name, the mark in it, and who belongs to it."""

    name: str
    mark: str
    members: tuple[int, ...]


class PrivateThreadMirror(Generic[T]):
    """A private thread with these people and the bot. What was written in it stays when it is no longer wanted."""

    by_token = False

    def __init__(
        self,
        remote: Remote,
        describe: Callable[[UnitOfWork, Mirror], Awaitable[T | None]],
        name: Callable[[T, Words], tuple[str, str]],
        made: Callable[[UnitOfWork, Mirror, int], Awaitable[None]],
    ) -> None:
        self._remote = remote
        self._describe = describe
        self._name = name
        self._made = made

    async def describe(self, uow: UnitOfWork, mirror: Mirror) -> _Wanted | None:
        """Its name in the community's language; None if the person has left."""
        value = await self._describe(uow, mirror)
        if value is None:
            return None
        name, mark = self._name(value, words(value.community.language))
        return _Wanted(name, mark, value.members)

    async def begin(self, uow: UnitOfWork, mirror: Mirror) -> timedelta:
        """At once."""
        return timedelta(0)

    async def find(self, mirror: Mirror, value: _Wanted) -> int:
        """A thread of ours with the person's mark; whether they were let in is not known, so they are.

        One that was made before a long outage may be archived by now.
        """
        guild = self._remote.guild(mirror.guild_id)
        for thread in await guild.active_threads():
            if self._is_ours(thread, value):
                return await self._let_in(thread, value)
        channel = self._parent(guild, mirror)
        async for thread in channel.archived_threads(private=True, joined=True, limit=None):
            if self._is_ours(thread, value):
                return await self._let_in(thread, value)
        return 0

    async def make(self, mirror: Mirror, value: _Wanted) -> int:
        """Needs Create Private Threads. The thread is there before the person is in it: see `find`."""
        channel = self._parent(self._remote.guild(mirror.guild_id), mirror)
        thread = await channel.create_thread(
            name=value.name,
            type=discord.ChannelType.private_thread,
            invitable=False,
            auto_archive_duration=_WEEK,
        )
        return await self._let_in(thread, value)

    async def edit(self, mirror: Mirror, value: _Wanted, press: discord.Interaction | None) -> None:
        """Whoever has left it is let in again, because there is something to read."""
        client = self._remote.client
        thread = client.get_channel(mirror.remote_id) or await client.fetch_channel(mirror.remote_id)
        if isinstance(thread, discord.Thread):
            await self._let_in(thread, value)

    async def remove(self, mirror: Mirror) -> None:
        """What was written in it stays."""

    async def left(self, uow: UnitOfWork, mirror: Mirror, remote_id: int) -> None:
        """It stays as it is."""

    async def made(self, uow: UnitOfWork, mirror: Mirror, remote_id: int) -> None:
        """What waits for the thread is said in it."""
        await self._made(uow, mirror, remote_id)

    def _is_ours(self, thread: discord.Thread, value: _Wanted) -> bool:
        user = self._remote.client.user
        mine = user is not None and thread.owner_id == user.id and thread.is_private()
        return mine and re.search(rf"{re.escape(value.mark)}(?![0-9])", thread.name) is not None

    async def _let_in(self, thread: discord.Thread, value: _Wanted) -> int:
        if thread.archived:
            # Nobody can be added to one that sleeps.
            await thread.edit(archived=False)
        for member_id in value.members:
            await thread.add_user(discord.Object(member_id))
        return thread.id

    def _parent(self, guild: discord.Guild, mirror: Mirror) -> discord.TextChannel:
        """The channel wanted, unless it can't have private threads: then one that everybody sees.

        Raises:
            NotYet: there is none.
        """
        for channel in (guild.get_channel(mirror.parent_id), *guild.text_channels):
            if not isinstance(channel, discord.TextChannel) or channel.is_news():
                continue
            seen = channel.permissions_for(guild.default_role).view_channel
            if channel.id == mirror.parent_id or (seen and channel.permissions_for(guild.me).create_private_threads):
                return channel
        raise NotYet(timedelta(hours=1))
