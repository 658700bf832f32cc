"""Pinned messages, as Discord shows them: the one for newcomers, and the lists of coming sessions."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable, Collection
from datetime import timedelta
from typing import Any

import discord
from discord.http import handle_message_parameters

from bot.domain.mirrors import Mirror
from bot.domain.uow import UnitOfWork
from bot.i18n import Words, words
from bot.mirrors.kinds import Remote
from bot.rendering.content import Content

_log = logging.getLogger(__name__)

_EARLIER = timedelta(minutes=5)


class PinnedMirror:
    """A message that is sent silently and pinned. Without the permission to pin it stands there all the same.

    It is known by its buttons, or only by those in `known_by` if others change.
    """

    by_token = False

    def __init__(
        self,
        remote: Remote,
        value: Callable[[UnitOfWork, Mirror], Awaitable[Any]],
        render: Callable[[Any, Words], Content],
        known_by: Collection[str] = (),
    ) -> None:
        self._remote = remote
        self._value = value
        self._render = render
        self._known_by = frozenset(known_by)

    async def describe(self, uow: UnitOfWork, mirror: Mirror) -> Content | None:
        """The message in the community's language; None where it should no longer be."""
        value = await self._value(uow, mirror)
        return None if value is None else self._render(value, words((await uow.communities.get()).language))

    async def begin(self, uow: UnitOfWork, mirror: Mirror) -> timedelta:
        """At once."""
        return timedelta(0)

    async def find(self, mirror: Mirror, value: Content) -> int:
        """A message of ours since the attempt began that has these buttons."""
        assert mirror.begun_at is not None
        user = self._remote.client.user
        ours = self._marks(value)
        channel = self._remote.channel(mirror.guild_id, mirror.parent_id)
        async for message in channel.history(limit=None, after=mirror.begun_at - _EARLIER):
            if user is None or message.author.id != user.id:
                continue
            ids = {
                getattr(part, "custom_id", None) for row in message.components for part in getattr(row, "children", ())
            }
            if ids.issuperset(ours):
                await self._pin(mirror, message.id)
                return message.id
        return 0

    async def make(self, mirror: Mirror, value: Content) -> int:
        """Send and pin it; the nonce makes a second attempt within minutes harmless."""
        assert mirror.begun_at is not None
        nonce = f"s{mirror.id}-{int(mirror.begun_at.timestamp() * 1000):x}"[:25]
        view = value.view()
        assert view is not None
        with handle_message_parameters(
            embed=value.embed or discord.utils.MISSING,
            view=view,
            nonce=nonce,
            allowed_mentions=discord.AllowedMentions.none(),
            flags=discord.MessageFlags(suppress_notifications=True),
        ) as params:
            message = await self._remote.client.http.send_message(mirror.parent_id, params=params)
        await self._pin(mirror, int(message["id"]))
        return int(message["id"])

    async def edit(self, mirror: Mirror, value: Content, press: discord.Interaction | None) -> None:
        """Show it as it should be now, and pin it if that was not allowed before."""
        message = self._message(mirror, mirror.remote_id)
        await message.edit(embed=value.embed, view=value.view(), allowed_mentions=discord.AllowedMentions.none())
        await self._pin(mirror, mirror.remote_id)

    async def remove(self, mirror: Mirror) -> None:
        """It stands in another channel now, or is wanted no more."""
        try:
            await self._message(mirror, mirror.remote_id).delete()
        except (discord.NotFound, discord.Forbidden) as refusal:
            _log.info("the %s message in channel %d stays: %s", mirror.kind, mirror.parent_id, refusal)

    async def left(self, uow: UnitOfWork, mirror: Mirror, remote_id: int) -> None:
        """It stays as it is."""

    async def made(self, uow: UnitOfWork, mirror: Mirror, remote_id: int) -> None:
        """Nothing builds on it."""

    def _marks(self, value: Content) -> Collection[str]:
        """The buttons by which it is known."""
        return self._known_by or {button.custom_id for row in value.rows for button in row}

    async def _pin(self, mirror: Mirror, message_id: int) -> None:
        # Pinning twice does nothing. What is refused is told by /settings show, and is no reason to send it again.
        try:
            await self._message(mirror, message_id).pin()
        except discord.HTTPException as refusal:
            _log.warning("the %s message in channel %d is not pinned: %s", mirror.kind, mirror.parent_id, refusal)

    def _message(self, mirror: Mirror, message_id: int) -> discord.PartialMessage:
        return self._remote.channel(mirror.guild_id, mirror.parent_id).get_partial_message(message_id)


class TopicBoardMirror(PinnedMirror):
    """The themes in a group's channel. It is known by its last button, which names the group; the others come and go.

    People press on it, so it is edited through their tokens: the votes stand there at once, however old it is.
    """

    by_token = True

    def _marks(self, value: Content) -> Collection[str]:
        return {value.rows[-1][-1].custom_id}

    async def edit(self, mirror: Mirror, value: Content, press: discord.Interaction | None) -> None:
        """Through a press's token if there is one, else by an ordinary edit."""
        if press is None:
            await super().edit(mirror, value, None)
            return
        nobody = discord.AllowedMentions.none()
        await press.edit_original_response(embed=value.embed, view=value.view(), allowed_mentions=nobody)
