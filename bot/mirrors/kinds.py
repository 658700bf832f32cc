"""What is mirrored: a session's announcement, thread and native event, and the channels made by /setup."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any

import discord
from discord.http import handle_message_parameters
from msgspec import Struct

from bot.clock import Clock
from bot.domain.announcements import bid_farewell
from bot.domain.communities import MadeChannel
from bot.domain.mirrors import Mirror, Places
from bot.domain.sessions import SessionState, SessionView
from bot.domain.uow import UnitOfWork, Units
from bot.i18n import Words, words
from bot.mirrors.reconciler import NotYet
from bot.rendering.buttons import button_id, mark_of
from bot.rendering.content import Content, EventContent, WantedChannel
from bot.sight import is_public

MOST_EVENTS = 80
"""Native events we make in one server; Discord allows 100, and people want some of them."""
_ALL = 5000
_EARLIER = timedelta(minutes=5)
_THREAD_EXISTS = 160004
_UNKNOWN_EVENT = 10070
_NO_WAIT = timedelta(0)
_LATEST_EVENT_START = timedelta(minutes=1)
_FAR = timedelta(hours=1)
"""When an event that is not among the nearest is looked at again."""
_GIVING_WAY = timedelta(seconds=10)
"""When an event is looked at again that waits for another's place."""
_WEEK = 10080

View = Callable[[UnitOfWork, int], Awaitable[SessionView]]


class Remote:
    """What the kinds share: the client, and how a channel is reached without a cache."""

    def __init__(self, client: discord.Client) -> None:
        self.client = client

    def channel(self, guild_id: int, channel_id: int) -> discord.PartialMessageable:
        """A channel to send to and read from."""
        return self.client.get_partial_messageable(channel_id, guild_id=guild_id)

    def guild(self, guild_id: int) -> discord.Guild:
        """The server.

        Raises:
            NotYet: it is not in reach (an outage, or the bot was removed).
        """
        guild = self.client.get_guild(guild_id)
        if guild is None or guild.unavailable:
            raise NotYet(timedelta(minutes=10))
        return guild


class _Boundless:
    """What may be made at any time, and is nothing to press on unless it says so."""

    by_token = False

    async def begin(self, uow: UnitOfWork, mirror: Mirror) -> timedelta:
        """At once."""
        return _NO_WAIT

    async def left(self, uow: UnitOfWork, mirror: Mirror, remote_id: int) -> None:
        """It stays as it is, with what people wrote in it."""


class AnnouncementMirror(_Boundless):
    """The message that announces a session and carries its buttons."""

    by_token = True

    def __init__(self, remote: Remote, view: View, render: Callable[[SessionView, Words], Content]) -> None:
        self._remote = remote
        self._view = view
        self._render = render

    async def describe(self, uow: UnitOfWork, mirror: Mirror) -> Content | None:
        """The announcement as it should be now, in the community's language; none of what nobody could read in time."""
        view = await self._view(uow, mirror.subject_id)
        if view.session.state is not SessionState.SCHEDULED and not mirror.remote_id and mirror.begun_at is None:
            return None
        return self._render(view, words(view.community.language))

    async def find(self, mirror: Mirror, value: Content) -> int:
        """A message of ours since the attempt began whose buttons are this session's."""
        assert mirror.begun_at is not None
        # The answers' ids, whatever is to be shown now: a session cancelled meanwhile has no such buttons any more.
        ours = button_id("rsvp", mirror.subject_id) + ":"
        user = self._remote.client.user
        channel = self._remote.channel(mirror.guild_id, mirror.parent_id)
        async for message in channel.history(limit=None, after=mirror.begun_at - _EARLIER):
            if user is None or message.author.id != user.id:
                continue
            ids = _custom_ids(message)
            # A reminder and a morning post have the same buttons, but one of theirs has a mark.
            if any(i.startswith(ours) for i in ids) and all(mark_of(i) is None for i in ids):
                return message.id
        return 0

    async def make(self, mirror: Mirror, value: Content) -> int:
        """Sent silently; the nonce makes a second attempt within minutes harmless."""
        assert mirror.begun_at is not None
        nonce = f"m{mirror.id}-{int(mirror.begun_at.timestamp() * 1000):x}"[:25]
        view = value.view()
        with handle_message_parameters(
            content=value.text or None,
            embed=value.embed or discord.utils.MISSING,
            view=view if view is not None else discord.utils.MISSING,
            nonce=nonce,
            allowed_mentions=discord.AllowedMentions.none(),
            flags=discord.MessageFlags(suppress_notifications=True),
        ) as params:
            message = await self._remote.client.http.send_message(mirror.parent_id, params=params)
        return int(message["id"])

    async def edit(self, mirror: Mirror, value: Content, press: discord.Interaction | None) -> None:
        """Through a press's token if there is one, else by an ordinary edit."""
        parts: dict[str, Any] = {
            "content": value.text or None,
            "embed": value.embed,
            "view": value.view(),
            "allowed_mentions": discord.AllowedMentions.none(),
        }
        if press is not None:
            await press.edit_original_response(**parts)
            return
        channel = self._remote.channel(mirror.guild_id, mirror.parent_id)
        await channel.get_partial_message(mirror.remote_id).edit(**parts)

    async def remove(self, mirror: Mirror) -> None:
        """An announcement is never taken away: it says what became of the session."""

    async def left(self, uow: UnitOfWork, mirror: Mirror, remote_id: int) -> None:
        """It says no more of the session: its readers may not see where that is announced now."""
        await bid_farewell(uow, remote_id, mirror.parent_id)

    async def made(self, uow: UnitOfWork, mirror: Mirror, remote_id: int) -> None:
        """The thread and the event, which build on it, may be made now."""
        await uow.mirrors.hasten("thread", mirror.subject_id)
        await uow.mirrors.hasten("event", mirror.subject_id)


class Thread(Struct, frozen=True):
    """A thread's name, and the announcement it hangs from."""

    name: str
    announcement_id: int
    over: bool


class ThreadMirror(_Boundless):
    """The thread under an announcement. It has the announcement's id."""

    def __init__(self, remote: Remote, view: View, name: Callable[[SessionView, Words], str]) -> None:
        self._remote = remote
        self._view = view
        self._name = name

    async def describe(self, uow: UnitOfWork, mirror: Mirror) -> Thread | None:
        """Its name; None if the session was over before a thread was made."""
        view = await self._view(uow, mirror.subject_id)
        over = view.session.state is not SessionState.SCHEDULED
        if over and not mirror.remote_id:
            return None
        announcement = await uow.mirrors.find("announcement", mirror.subject_id)
        announced = announcement.remote_id if announcement else 0
        return Thread(self._name(view, words(view.community.language)), announced, over)

    async def find(self, mirror: Mirror, value: Thread) -> int:
        """Looked for by `make`: the server refuses a second thread on a message."""
        return 0

    async def make(self, mirror: Mirror, value: Thread) -> int:
        """Raises NotYet while there is no announcement."""
        if not value.announcement_id:
            raise NotYet
        message = self._remote.channel(mirror.guild_id, mirror.parent_id).get_partial_message(value.announcement_id)
        try:
            thread = await message.create_thread(name=value.name, auto_archive_duration=_WEEK)
        except discord.HTTPException as refusal:
            if refusal.code == _THREAD_EXISTS:
                return value.announcement_id
            raise
        return thread.id

    async def edit(self, mirror: Mirror, value: Thread, press: discord.Interaction | None) -> None:
        """Rename it if the name differs: Discord allows two renames in ten minutes. An old one is left alone."""
        if value.over:
            return
        channel = self._remote.client.get_channel(mirror.remote_id)
        thread = channel or await self._remote.client.fetch_channel(mirror.remote_id)
        if isinstance(thread, discord.Thread) and thread.name != value.name and not thread.archived:
            await thread.edit(name=value.name)

    async def remove(self, mirror: Mirror) -> None:
        """What people wrote in it stays."""

    async def made(self, uow: UnitOfWork, mirror: Mirror, remote_id: int) -> None:
        """The announcement links to it."""
        await uow.mirrors.refresh("announcement", mirror.subject_id)


class Event(Struct, frozen=True):
    """A native event's contents and times; `marker` is a link in its description that no other event has."""

    content: EventContent
    view: SessionView
    marker: str


class EventMirror:
    """The native scheduled event of a session, the nearest 80 of a server.

    Discord takes 100, so we count by ourselves. If all places are taken when a nearer session is announced, the
    farthest that stands gives way: people look for the next sessions, and it comes back before it is one of those. As
    long as nobody needs its place an event stays, so none comes and goes without a reason. A place is taken from the
    beginning of the making, written down in the transaction that counts, so two at once can't take the last.
    """

    by_token = False

    def __init__(
        self,
        remote: Remote,
        units: Units,
        view: View,
        render: Callable[[SessionView, Words], EventContent],
        clock: Clock,
    ) -> None:
        self._remote = remote
        self._units = units
        self._view = view
        self._render = render
        self._clock = clock

    async def describe(self, uow: UnitOfWork, mirror: Mirror) -> Event | None:
        """The event; None when the session is off or over, or the community wants no events."""
        view = await self._view(uow, mirror.subject_id)
        begun = view.session.starts_at <= self._clock.now() + _LATEST_EVENT_START
        if (
            view.session.state is not SessionState.SCHEDULED
            or not view.community.native_events
            or (begun and not mirror.remote_id)
        ):
            return None
        # Of the channel where the group is now: the announcement may still stand where it was before.
        if not self._is_public(mirror.guild_id, view.group.channel_id or view.community.announcements_channel):
            return None
        announcement = await uow.mirrors.find("announcement", mirror.subject_id)
        if announcement is None or not announcement.remote_id:
            raise NotYet
        places = await self._places(uow)
        # One whose making has begun may stand already; it is looked for first, and gives way when that is known.
        if mirror.remote_id and places.gives_way(mirror.subject_id):
            raise NotYet(_FAR, away=True)
        if not mirror.remote_id and mirror.begun_at is None and not places.near(mirror.subject_id):
            raise NotYet(_FAR)
        marker = f"https://discord.com/channels/{mirror.guild_id}/{announcement.parent_id}/{announcement.remote_id}"
        return Event(self._render(view, words(view.community.language)), view, marker)

    def _is_public(self, guild_id: int, channel_id: int) -> bool:
        """Whether everybody sees the session's channel: an event shows to the whole server what it is about."""
        channel = self._remote.guild(guild_id).get_channel(channel_id)
        return channel is not None and is_public(channel)

    async def _places(self, uow: UnitOfWork) -> Places:
        mirrors = await uow.mirrors.live("event")
        line = [mirror.subject_id for mirror in mirrors]
        if len(line) > MOST_EVENTS:
            # Only now does it matter who is nearer.
            wanting = set(line)
            ahead = await uow.sessions.upcoming(self._clock.now(), limit=_ALL)
            line = [session.id for session in ahead if session.id in wanting]
        return Places(line, {m.subject_id for m in mirrors if m.remote_id or m.begun_at is not None}, MOST_EVENTS)

    async def begin(self, uow: UnitOfWork, mirror: Mirror) -> timedelta:
        """No wait if there is a place; else the farthest that stands is asked to give way to it."""
        places = await self._places(uow)
        if not places.near(mirror.subject_id):
            return _FAR
        if places.free_for(mirror.subject_id):
            return _NO_WAIT
        farthest = places.farthest()
        if farthest is not None:
            await uow.mirrors.refresh("event", farthest)
        return _GIVING_WAY

    async def find(self, mirror: Mirror, value: Event) -> int:
        """An event with our marker."""
        for event in await self._remote.guild(mirror.guild_id).fetch_scheduled_events(with_counts=False):
            if value.marker in (event.description or ""):
                return event.id
        return 0

    async def make(self, mirror: Mirror, value: Event) -> int:
        """Needs Create Events."""
        guild = self._remote.guild(mirror.guild_id)
        event = await guild.create_scheduled_event(
            **self._parts(value),
            start_time=value.view.session.starts_at,
            entity_type=discord.EntityType.external,
            privacy_level=discord.PrivacyLevel.guild_only,
        )
        return event.id

    async def edit(self, mirror: Mirror, value: Event, press: discord.Interaction | None) -> None:
        """An event that has begun is no longer edited."""
        guild = self._remote.guild(mirror.guild_id)
        event = guild.get_scheduled_event(mirror.remote_id) or await guild.fetch_scheduled_event(mirror.remote_id)
        if event.status is not discord.EventStatus.scheduled:
            return
        parts = self._parts(value)
        start = value.view.session.starts_at
        same = (
            event.name == parts["name"]
            and event.description == parts["description"]
            and event.location == parts["location"]
            and event.start_time == start
            and event.end_time == parts["end_time"]
        )
        if not same:
            await event.edit(start_time=start, **parts)

    async def remove(self, mirror: Mirror) -> None:
        """Cancelled before its start; one that has begun ends by itself."""
        guild = self._remote.guild(mirror.guild_id)
        try:
            event = await guild.fetch_scheduled_event(mirror.remote_id)
            if event.status is discord.EventStatus.scheduled:
                await event.delete()
        except discord.NotFound as missing:
            if missing.code != _UNKNOWN_EVENT:
                raise

    async def made(self, uow: UnitOfWork, mirror: Mirror, remote_id: int) -> None:
        """Nothing else depends on it."""

    async def left(self, uow: UnitOfWork, mirror: Mirror, remote_id: int) -> None:
        """An event stands on no channel, so it is never made anew elsewhere."""

    def _parts(self, value: Event) -> dict[str, Any]:
        return {
            "name": value.content.name,
            "description": f"{value.content.description}\n{value.marker}".strip()[:1000],
            "location": value.content.location,
            "end_time": value.view.session.ends_at,
        }


class ChannelMirror(_Boundless):
    """A channel made on request. Once made it belongs to the people: it is neither edited nor taken away."""

    def __init__(
        self,
        remote: Remote,
        describe: Callable[[UnitOfWork, Mirror], Awaitable[MadeChannel | None]],
        render: Callable[[MadeChannel, Words], WantedChannel],
        made: Callable[[UnitOfWork, int, int], Awaitable[None]],
    ) -> None:
        self._remote = remote
        self._describe = describe
        self._render = render
        self._made = made

    async def describe(self, uow: UnitOfWork, mirror: Mirror) -> WantedChannel | None:
        """Its name and topic in the community's language."""
        value = await self._describe(uow, mirror)
        return None if value is None else self._render(value, words(value.community.language))

    async def find(self, mirror: Mirror, value: WantedChannel) -> int:
        """A channel of that name that was made since we first tried."""
        assert mirror.begun_at is not None
        for channel in await self._remote.guild(mirror.guild_id).fetch_channels():
            if channel.name == value.name and channel.created_at >= mirror.begun_at - _EARLIER:
                return channel.id
        return 0

    async def make(self, mirror: Mirror, value: WantedChannel) -> int:
        """Needs Manage Channels."""
        guild = self._remote.guild(mirror.guild_id)
        overwrites: dict[discord.Role | discord.Member | discord.Object, discord.PermissionOverwrite] = {}
        if value.private:
            overwrites[guild.default_role] = discord.PermissionOverwrite(view_channel=False)
            overwrites[guild.me] = discord.PermissionOverwrite(
                view_channel=True, send_messages=True, embed_links=True, read_message_history=True
            )
            for role in guild.roles:
                if role.id == value.moderator_role or (role.permissions.manage_guild and not role.is_bot_managed()):
                    overwrites[role] = discord.PermissionOverwrite(view_channel=True)
        if value.forum:
            try:
                return (await guild.create_forum(value.name, topic=value.topic, overwrites=overwrites)).id
            except discord.HTTPException as refusal:
                if refusal.status != 400:
                    raise
                # Not every server can have a forum; a text channel with threads serves.
        channel = await guild.create_text_channel(value.name, topic=value.topic, overwrites=overwrites)
        return channel.id

    async def edit(self, mirror: Mirror, value: WantedChannel, press: discord.Interaction | None) -> None:
        """Left to the people."""

    async def remove(self, mirror: Mirror) -> None:
        """Left to the people."""

    async def made(self, uow: UnitOfWork, mirror: Mirror, remote_id: int) -> None:
        """The settings point to it from now on."""
        await self._made(uow, mirror.subject_id, remote_id)


def _custom_ids(message: discord.Message) -> set[str]:
    """The custom_ids of a message's buttons."""
    return {
        child.custom_id
        for row in message.components
        if isinstance(row, discord.ActionRow)
        for child in row.children
        if isinstance(child, discord.Button) and child.custom_id
    }
