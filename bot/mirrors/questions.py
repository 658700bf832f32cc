"""Questions as Discord shows them: a post in the forum, or a thread in a text channel, and the forum's tags.

A thread has the id of the message it begins with, in a forum as in a text channel, so one id finds both.
The bot never locks or archives a thread. One that sleeps it opens only when somebody has just done something, to show
what; what happened by itself is shown once somebody wakes the thread. One that moderators locked it leaves locked, and
asleep if it sleeps; its tags follow if the bot may manage threads.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Coroutine, Mapping, Sequence
from contextlib import suppress
from datetime import datetime, timedelta
from io import BytesIO
from typing import Any

import discord
from msgspec import Struct

from bot.clock import Clock
from bot.domain.mirrors import Mirror
from bot.domain.questions.files import QuestionFile, QuestionFileService
from bot.domain.questions.forum import Forum, QuestionPost
from bot.domain.questions.values import Tag, tag_plan
from bot.domain.uow import UnitOfWork, Units
from bot.i18n import Words, words
from bot.mirrors.kinds import Remote
from bot.mirrors.reconciler import NotYet
from bot.rendering.buttons import button_id
from bot.rendering.content import Content
from bot.rendering.questions import FEATURE
from bot.sight import TROUBLE

_log = logging.getLogger(__name__)

_EARLIER = timedelta(minutes=5)
_THREAD_EXISTS = 160004
_TOO_LARGE = 40005
_WEEK = 10080
_SECONDS = 60.0
"""So long a file may take to be read."""
_JUST_NOW = timedelta(days=1)
"""Of what somebody did within this time, people expect to see it."""
_NOBODY = discord.AllowedMentions.none()


class PostContent(Struct, frozen=True):
    """A question's post: the thread's name, its first message and the ids of its tags.

    `active_at` is when somebody wrote or did anything last; `file` comes with the first message when it is made.
    """

    name: str
    content: Content
    tags: tuple[int, ...]
    active_at: datetime
    file: QuestionFile | None = None


class QuestionMirror:
    """A question's post. It is known by its buttons, which name the question.

    `made` and `lost` are what follows once it has its thread, and once people have deleted that; `files` keeps the file
    of one that goes.
    """

    by_token = False

    def __init__(
        self,
        remote: Remote,
        value: Callable[[UnitOfWork, Mirror], Awaitable[QuestionPost | None]],
        render: Callable[[QuestionPost, Words], tuple[str, Content]],
        made: Callable[[UnitOfWork, Mirror, int], Awaitable[None]],
        lost: Callable[[UnitOfWork, Mirror], Awaitable[None]],
        files: QuestionFileService,
        clock: Clock,
    ) -> None:
        self._remote = remote
        self._value = value
        self._render = render
        self._made = made
        self._lost = lost
        self._files = files
        self._clock = clock

    async def describe(self, uow: UnitOfWork, mirror: Mirror) -> PostContent | None:
        """The post in the community's language.

        Raises:
            NotYet: the forum was deleted, and with it what stood there.
        """
        value = await self._value(uow, mirror)
        if value is None:
            return None
        if mirror.remote_id and self._remote.guild(mirror.guild_id).get_channel(mirror.parent_id) is None:
            raise NotYet(timedelta(hours=1), away=True)
        name, content = self._render(value, words((await uow.communities.get()).language))
        return PostContent(name, content, value.tags, value.view.question.last_active_at, value.file)

    async def begin(self, uow: UnitOfWork, mirror: Mirror) -> timedelta:
        """At once."""
        return timedelta(0)

    async def find(self, mirror: Mirror, value: PostContent) -> int:
        """What an attempt made since it began; a message that had no thread yet gets it."""
        assert mirror.begun_at is not None
        guild, since = self._remote.guild(mirror.guild_id), mirror.begun_at - _EARLIER
        user, place = self._remote.client.user, guild.get_channel(mirror.parent_id)
        if isinstance(place, discord.ForumChannel):
            for thread in await guild.active_threads():
                mine = thread.parent_id == place.id and user is not None and thread.owner_id == user.id
                if mine and thread.created_at is not None and thread.created_at >= since:
                    async for message in thread.history(limit=1, oldest_first=True):
                        if _is_of(message, mirror):
                            return thread.id
            return 0
        async for message in self._remote.channel(mirror.guild_id, mirror.parent_id).history(limit=None, after=since):
            if user is not None and message.author.id == user.id and _is_of(message, mirror):
                await self._thread(mirror, message.id, value)
                return message.id
        return 0

    async def make(self, mirror: Mirror, value: PostContent) -> int:
        """Needs Send Messages in a forum, and Create Public Threads in a text channel."""
        place = self._place(mirror)
        view = value.content.view()
        assert view is not None
        assert value.content.embed is not None
        shown: dict[str, Any] = {"embed": value.content.embed, "view": view, "allowed_mentions": _NOBODY}
        try:
            return await self._post(mirror, place, value, shown | _attached(value))
        except discord.HTTPException as refusal:
            if value.file is None or (refusal.status != 413 and refusal.code != _TOO_LARGE):
                raise
            # The server takes less than when it was asked: better without the file than never.
            _log.warning("the file of question %d is too large by now", mirror.subject_id)
            return await self._post(mirror, place, value, shown)

    async def _post(
        self, mirror: Mirror, place: discord.ForumChannel | discord.TextChannel, value: PostContent, shown: Any
    ) -> int:
        if isinstance(place, discord.ForumChannel):
            made = await place.create_thread(
                name=value.name, applied_tags=_applied(place, value), auto_archive_duration=_WEEK, **shown
            )
            return made.thread.id
        message = await place.send(**shown, silent=True)
        await self._thread(mirror, message.id, value)
        return message.id

    async def edit(self, mirror: Mirror, value: PostContent, press: discord.Interaction | None) -> None:
        """Show how the question stands, unless its thread is to be left alone."""
        place = self._place(mirror)
        try:
            thread = await self._thread_of(mirror)
        except discord.NotFound:
            if isinstance(place, discord.TextChannel):
                # People deleted the thread alone: the first message would stay beside the one that is posted again.
                await _gone(place.get_partial_message(mirror.remote_id).delete())
            raise
        channel_id = mirror.parent_id
        if isinstance(place, discord.ForumChannel):
            channel_id = thread.id
            if thread.archived and (thread.locked or self._clock.now() - value.active_at > _JUST_NOW):
                return
            tags = _applied(place, value)
            differ = {tag.id for tag in thread.applied_tags} != {tag.id for tag in tags}
            may = not thread.locked or place.permissions_for(place.guild.me).manage_threads
            if may and (thread.archived or differ):
                await thread.edit(archived=False, applied_tags=tags)
        message = self._remote.channel(mirror.guild_id, channel_id).get_partial_message(mirror.remote_id)
        await message.edit(embed=value.content.embed, view=value.content.view(), allowed_mentions=_NOBODY)

    async def remove(self, mirror: Mirror) -> None:
        """It was hidden: its thread goes, with what people wrote in it. Needs Manage Threads.

        In a text channel its first message, the bot's own, goes before.
        """
        client = self._remote.client
        place = self._remote.guild(mirror.guild_id).get_channel(mirror.parent_id)
        if place is None:
            # With the channel went what stood there.
            return
        await self._keep_file(mirror, place)
        if isinstance(place, discord.TextChannel):
            await _gone(place.get_partial_message(mirror.remote_id).delete())
        try:
            thread = await client.fetch_channel(mirror.remote_id)
        except discord.NotFound:
            return
        assert isinstance(thread, discord.Thread)
        try:
            await _gone(thread.delete())
        except discord.Forbidden:
            # As much of it as is the bot's own: the words of the question. Then moderators hear what is missing.
            if not isinstance(place, discord.TextChannel):
                await _gone(thread.get_partial_message(thread.id).delete())
            raise

    async def _keep_file(self, mirror: Mirror, place: discord.abc.GuildChannel) -> None:
        """Only the post has the file by now. That it can't be read delays nothing: it goes."""
        if not await self._files.is_wanted(mirror.guild_id, mirror.subject_id):
            return
        channel_id = place.id if isinstance(place, discord.TextChannel) else mirror.remote_id
        channel = self._remote.client.get_partial_messageable(channel_id, guild_id=mirror.guild_id)
        try:
            async with asyncio.timeout(_SECONDS):
                message = await channel.fetch_message(mirror.remote_id)
                content = await message.attachments[0].read() if message.attachments else None
        except TROUBLE as trouble:
            _log.warning("the file of question %d could not be kept: %r", mirror.subject_id, trouble)
            return
        if content is not None:
            await self._files.keep(mirror.guild_id, mirror.subject_id, content)

    async def left(self, uow: UnitOfWork, mirror: Mirror, remote_id: int) -> None:
        """It stays as it is."""

    async def made(self, uow: UnitOfWork, mirror: Mirror, remote_id: int) -> None:
        """From now on it is heard of what is written in it."""
        await self._files.made(uow, mirror.subject_id)
        await self._made(uow, mirror, remote_id)

    async def lost(self, uow: UnitOfWork, mirror: Mirror) -> None:
        """Whether it is posted again, its asker decides."""
        await self._lost(uow, mirror)

    def _place(self, mirror: Mirror) -> discord.ForumChannel | discord.TextChannel:
        place = self._remote.guild(mirror.guild_id).get_channel(mirror.parent_id)
        if not isinstance(place, discord.ForumChannel | discord.TextChannel):
            # It was deleted: what is asked there waits until a moderator has chosen another place.
            raise NotYet(timedelta(hours=1))
        return place

    async def _thread_of(self, mirror: Mirror) -> discord.Thread:
        """The thread as it is now; one that sleeps is in no cache."""
        client = self._remote.client
        found = client.get_channel(mirror.remote_id) or await client.fetch_channel(mirror.remote_id)
        assert isinstance(found, discord.Thread)
        return found

    async def _thread(self, mirror: Mirror, message_id: int, value: PostContent) -> None:
        message = self._remote.channel(mirror.guild_id, mirror.parent_id).get_partial_message(message_id)
        try:
            await message.create_thread(name=value.name, auto_archive_duration=_WEEK)
        except discord.HTTPException as refusal:
            if refusal.code != _THREAD_EXISTS:
                raise


class TagsMirror:
    """The bot's tags in a forum. People's tags are never touched; a text channel has none."""

    by_token = False

    def __init__(
        self,
        remote: Remote,
        units: Units,
        value: Callable[[UnitOfWork, Mirror], Awaitable[Forum]],
        render: Callable[[Forum, Words], Sequence[tuple[str, str]]],
        tagged: Callable[[UnitOfWork, int, Sequence[Tag]], Awaitable[None]],
    ) -> None:
        self._remote = remote
        self._units = units
        self._value = value
        self._render = render
        self._tagged = tagged

    async def describe(self, uow: UnitOfWork, mirror: Mirror) -> tuple[Sequence[tuple[str, str]], Sequence[Tag]]:
        """The keys and names of its tags in the community's language, and what they stood for last."""
        value = await self._value(uow, mirror)
        return self._render(value, words((await uow.communities.get()).language)), value.known

    async def begin(self, uow: UnitOfWork, mirror: Mirror) -> timedelta:
        """At once."""
        return timedelta(0)

    async def find(self, mirror: Mirror, value: Any) -> int:
        """Looked for by `make`: a tag that is there already is not made again."""
        return 0

    async def make(self, mirror: Mirror, value: Any) -> int:
        """The forum is there already; its tags become as they should be."""
        await self.edit(mirror, value, None)
        return mirror.subject_id

    async def edit(self, mirror: Mirror, value: Any, press: discord.Interaction | None) -> None:
        """Needs Manage Channels in the forum; without it the questions carry no tags, which `/settings show` tells."""
        guild = self._remote.guild(mirror.guild_id)
        forum = guild.get_channel(mirror.subject_id)
        if not isinstance(forum, discord.ForumChannel) or not forum.permissions_for(guild.me).manage_channels:
            return
        wanted, known = value
        there = {tag.id: tag for tag in forum.available_tags}
        plan = tag_plan(wanted, known, [(tag.id, tag.name) for tag in there.values()])
        if [(tag.id, tag.name) for tag in plan] != [(tag.id, tag.name) for tag in there.values()]:
            tags = [_named(there.get(tag.id), tag.name) for tag in plan]
            edited = await forum.edit(available_tags=tags)
            there = {tag.id: tag for tag in (edited or forum).available_tags}
        ids: Mapping[str, int] = {tag.name: tag.id for tag in there.values()}
        now = [Tag(tag.key, ids[tag.name], tag.ours) for tag in plan if tag.key and tag.name in ids]
        if list(known) != now:
            async with self._units(mirror.guild_id) as uow:
                await self._tagged(uow, mirror.subject_id, now)

    async def remove(self, mirror: Mirror) -> None:
        """Posts carry them still."""

    async def left(self, uow: UnitOfWork, mirror: Mirror, remote_id: int) -> None:
        """They stay."""

    async def made(self, uow: UnitOfWork, mirror: Mirror, remote_id: int) -> None:
        """Nothing waits for them."""


def _named(tag: discord.ForumTag | None, name: str) -> discord.ForumTag:
    """The tag, called like this; one that is there keeps all else."""
    if tag is None:
        return discord.ForumTag(name=name)
    tag.name = name
    return tag


def _attached(value: PostContent) -> dict[str, Any]:
    """The file as it is sent."""
    return {} if value.file is None else {"file": discord.File(BytesIO(value.file.content), value.file.name)}


async def _gone(deletion: Coroutine[Any, Any, None]) -> None:
    """Delete something, unless people did so already."""
    with suppress(discord.NotFound):
        await deletion


def _applied(forum: discord.ForumChannel, value: PostContent) -> list[discord.ForumTag]:
    """The tags of the post that the forum still has; where each post must have one, any rather than none.

    Raises:
        NotYet: one is required, and there is none yet.
    """
    fitting = [tag for tag in forum.available_tags if tag.id in value.tags]
    if fitting or not forum.flags.require_tag:
        return fitting
    if not forum.available_tags:
        raise NotYet(timedelta(minutes=1))
    # One that anybody may give, if there is such a tag.
    return sorted(forum.available_tags, key=lambda tag: tag.moderated)[:1]


def _is_of(message: discord.Message, mirror: Mirror) -> bool:
    """Whether a message has the buttons of this question, whatever was to be shown when it was made."""
    ours = button_id(FEATURE, mirror.subject_id) + ":"
    ids = [getattr(part, "custom_id", None) for row in message.components for part in getattr(row, "children", ())]
    return any(each is not None and each.startswith(ours) for each in ids)
