"""The message that announced a session until its group moved to another channel: it says no more than that."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import discord
from msgspec.structs import replace

from bot.domain.mirrors import Mirror, MirrorState
from bot.domain.uow import UnitOfWork
from bot.i18n import Words, words
from bot.mirrors.kinds import AnnouncementMirror, Remote
from bot.rendering.content import Content


class FarewellMirror:
    """It was made as an announcement, so it is only ever edited; once deleted it is not made again."""

    by_token = False

    def __init__(self, remote: Remote, announcements: AnnouncementMirror, render: Callable[[Words], Content]) -> None:
        self._remote = remote
        self._announcements = announcements
        self._render = render

    async def describe(self, uow: UnitOfWork, mirror: Mirror) -> Content | None:
        """What it says, in the community's language; None if somebody has deleted it, or it was never made."""
        if not mirror.remote_id and mirror.begun_at is None:
            return None
        return self._render(words((await uow.communities.get()).language))

    async def find(self, mirror: Mirror, value: Content) -> int:
        """An announcement whose making had begun: its subject is the negative number of the session."""
        return await self._announcements.find(replace(mirror, subject_id=-mirror.subject_id), value)

    async def begin(self, uow: UnitOfWork, mirror: Mirror) -> timedelta:
        """It was not found, so it was never made, and nothing is left to do."""
        await uow.mirrors.store(mirror, state=MirrorState.GONE, shown=mirror.wanted)
        return timedelta(minutes=1)

    async def make(self, mirror: Mirror, value: Content) -> int:
        """Nothing is made."""
        raise NotImplementedError

    async def edit(self, mirror: Mirror, value: Content, press: discord.Interaction | None) -> None:
        """Without the session's name and without buttons."""
        channel = self._remote.channel(mirror.guild_id, mirror.parent_id)
        message = channel.get_partial_message(mirror.remote_id)
        await message.edit(content=value.text, embed=None, view=None, allowed_mentions=discord.AllowedMentions.none())

    async def remove(self, mirror: Mirror) -> None:
        """It is gone already."""

    async def made(self, uow: UnitOfWork, mirror: Mirror, remote_id: int) -> None:
        """It was found, and still says what it said."""
        await uow.mirrors.refresh(mirror.kind, mirror.subject_id)

    async def left(self, uow: UnitOfWork, mirror: Mirror, remote_id: int) -> None:
        """It never moves."""
