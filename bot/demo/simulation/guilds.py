"""Discord's rules for what a community has: channels, forums, threads, scheduled events, commands."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import discord
from simcord.backend import Backend, serializers
from simcord.backend.errors import BackendError, invalid_form_body, missing_permissions
from simcord.backend.models import Channel
from simcord.backend.ops.channels import ChannelMixin
from simcord.enums import ChannelType
from simcord.http.router import RequestContext

from bot.demo.simulation.commands import command_problems, refuse
from bot.demo.simulation.messages import MANAGE_THREADS, thread_is_archived
from bot.demo.simulation.patching import Route, around, bot_may, requiring, swap, with_body
from bot.demo.simulation.rules import rules_of

MAX_NAME = 100
MAX_EVENTS = 100
MAX_TAGS = 20
ARCHIVE_MINUTES = (60, 1440, 4320, 10080)

_FORUM = ChannelType.FORUM
_HYPHENATED = (ChannelType.TEXT, ChannelType.NEWS, ChannelType.FORUM)

# What simcord's channels don't have: (the field, the values it may take or None for any).
_CHANNEL_FIELDS: dict[str, tuple[object, ...] | None] = {
    "nsfw": (True, False),
    "flags": None,
    "default_auto_archive_duration": (None, *ARCHIVE_MINUTES),
    "default_thread_rate_limit_per_user": None,
    "default_sort_order": (None, 0, 1),
    "default_forum_layout": (0, 1, 2),
    "video_quality_mode": (None, 1, 2),
}


def install() -> None:
    """Apply the rules to the process."""
    around("POST", "/guilds/{guild_id}/channels", _create_channel)
    around("PATCH", "/channels/{channel_id}", _edit_channel)
    around("DELETE", "/channels/{channel_id}", _delete_channel)
    around("POST", "/channels/{channel_id}/threads", _create_thread)
    around("POST", "/channels/{channel_id}/messages/{message_id}/threads", _create_thread)
    around("PUT", "/channels/{channel_id}/thread-members/@me", _join_thread)
    around("PUT", "/channels/{channel_id}/thread-members/{user_id}", _join_thread)
    around("POST", "/guilds/{guild_id}/scheduled-events", _create_event)
    around("PATCH", "/guilds/{guild_id}/scheduled-events/{event_id}", _change_event)
    around("DELETE", "/guilds/{guild_id}/scheduled-events/{event_id}", _change_event)
    around("PUT", "/applications/{application_id}/commands", _sync)
    around("PUT", "/applications/{application_id}/guilds/{guild_id}/commands", _sync)
    _remember_channel_fields()
    _number_forum_posts()


def _sync(original: Route, request: RequestContext) -> Any:
    refuse(command_problems(request.json or []))
    return original(request)


# Channels and forums


def _create_channel(original: Route, request: RequestContext) -> Any:
    body = request.body()
    kind = int(body.get("type", ChannelType.TEXT))
    name = _checked_name(body.get("name"))
    fields = _checked_fields(request, body)
    rest = {key: value for key, value in body.items() if key not in fields}
    rest["name"] = "-".join(name.lower().split()) if kind in _HYPHENATED else name
    rules = rules_of(request.backend)
    rules.fields_of_next = fields
    try:
        return original(with_body(request, rest))
    finally:
        rules.fields_of_next = {}


def _edit_channel(original: Route, request: RequestContext) -> Any:
    channel = request.backend.get_channel(request.int_arg("channel_id"))
    body = request.body()
    if "name" in body:
        _checked_name(body["name"])
    if channel.is_thread:
        return original(requiring(_checked_thread_edit(request, channel), {"manage_channels": None}))
    request.require_channel_permissions(channel.id, "manage_channels")
    fields = _checked_fields(request, body)
    _set_fields(request.backend, channel, fields)
    return original(with_body(request, {key: body[key] for key in body if key not in fields}))


def _checked_name(name: Any) -> str:
    if not isinstance(name, str) or not 1 <= len(name) <= MAX_NAME:
        raise invalid_form_body(f"name: Must be between 1 and {MAX_NAME} in length.")
    return name


def _checked_fields(request: RequestContext, body: dict[str, Any]) -> dict[str, Any]:
    """The fields that simcord doesn't know, each with a value that Discord accepts."""
    fields = {key: body[key] for key in (*_CHANNEL_FIELDS, "default_reaction_emoji") if key in body}
    for key, values in _CHANNEL_FIELDS.items():
        if key in fields and values is not None and fields[key] not in values:
            raise invalid_form_body(f"{key}: Value must be one of {values}.")
    if "available_tags" in body:
        tags = body["available_tags"]
        names = [tag["name"] for tag in tags]
        if len(tags) > MAX_TAGS or len(set(names)) < len(names):
            raise invalid_form_body(f"available_tags: Must be {MAX_TAGS} or fewer, with unique names.")
        if not all(1 <= len(name) <= 20 for name in names):
            raise invalid_form_body("available_tags: Names must be between 1 and 20 in length.")
        new = {"moderated": False, "emoji_id": None, "emoji_name": None}
        fields["available_tags"] = [
            {**new, **tag, "id": str(tag.get("id") or request.backend.snowflake())} for tag in tags
        ]
    return fields


def _set_fields(backend: Backend, channel: Channel, fields: dict[str, Any]) -> None:
    for key, value in fields.items():
        if key in _CHANNEL_FIELDS:
            rules_of(backend).channel_fields[channel.id][key] = value
        else:
            setattr(channel, key, value)


def _remember_channel_fields() -> None:
    create = ChannelMixin.create_channel
    payload_of = serializers.channel_payload

    def create_channel(
        self: Backend, guild_id: int | None, name: str | None, *, announce: bool = True, **fields: Any
    ) -> Channel:
        rules = rules_of(self)
        extra, rules.fields_of_next = rules.fields_of_next, {}
        channel = create(self, guild_id, name, announce=announce and not extra, **fields)
        if extra:  # announced only when it is complete
            _set_fields(self, channel, extra)
            if announce:
                self.emit("CHANNEL_CREATE", serializers.channel_payload(self, channel))
        return channel

    def channel_payload(backend: Any, channel: Channel) -> Any:
        payload: Any = payload_of(backend, channel)
        payload.update(rules_of(backend).channel_fields.get(channel.id, {}))
        return payload

    swap(ChannelMixin, "create_channel", create_channel)
    swap(serializers, "channel_payload", channel_payload)


# Threads


def _create_thread(original: Route, request: RequestContext) -> Any:
    body = request.body()
    _checked_name(body.get("name"))
    if body.get("auto_archive_duration") not in (None, *ARCHIVE_MINUTES):
        raise invalid_form_body(f"auto_archive_duration: Value must be one of {ARCHIVE_MINUTES}.")
    if "message_id" in request.args and request.int_arg("message_id") in request.backend.channels:
        raise BackendError(400, 160004, "A thread has already been created for this message")
    return original(request)


def _number_forum_posts() -> None:
    create = ChannelMixin.create_forum_post

    def create_forum_post(self: Any, forum_id: int, name: str, starter: Any, **options: Any) -> Any:
        """A forum's thread has the id of the message it begins with."""
        number, first = self.snowflake, [starter.id]
        self.snowflake = lambda: first.pop() if first else number()
        try:
            return create(self, forum_id, name, starter, **options)
        finally:
            del self.snowflake

    swap(ChannelMixin, "create_forum_post", create_forum_post)


def _checked_thread_edit(request: RequestContext, thread: Channel) -> RequestContext:
    """Discord's rules instead of Manage Channels: who manages threads may all, who made one some."""
    state, body = thread.thread_metadata, request.body()
    assert state is not None
    if state.archived and body.get("archived") is not False:
        raise thread_is_archived()
    if not bot_may(request, thread, MANAGE_THREADS):
        moderators_only = state.locked or not body.keys().isdisjoint(("locked", "rate_limit_per_user"))
        if moderators_only or thread.owner_id != request.backend.bot_user.id:
            raise missing_permissions()
    if not body.keys().isdisjoint(("archived", "auto_archive_duration")):
        state.archive_timestamp = request.backend.now_iso()
    return request


def _delete_channel(original: Route, request: RequestContext) -> Any:
    channel = request.backend.get_channel(request.int_arg("channel_id"))
    return original(requiring(request, {"manage_channels": "manage_threads"} if channel.is_thread else {}))


def _join_thread(original: Route, request: RequestContext) -> Any:
    thread = request.backend.get_thread(request.int_arg("channel_id"))
    if thread.thread_metadata is not None and thread.thread_metadata.archived:
        raise thread_is_archived()
    return original(request)


# Scheduled events


def _create_event(original: Route, request: RequestContext) -> Any:
    guild = request.backend.get_guild(request.int_arg("guild_id"))
    body = request.body()
    _check_event(request, body, start=body["scheduled_start_time"], end=body.get("scheduled_end_time"))
    if sum(event.status in (1, 2) for event in guild.scheduled_events.values()) >= MAX_EVENTS:
        text = f"Maximum number of uncompleted guild scheduled events reached ({MAX_EVENTS})"
        raise BackendError(400, 30038, text)
    return original(requiring(request, {"manage_events": "create_events"}))


def _change_event(original: Route, request: RequestContext) -> Any:
    backend, guild_id = request.backend, request.int_arg("guild_id")
    event = backend.get_scheduled_event(guild_id, request.int_arg("event_id"))
    body = request.body()
    if request.method == "PATCH":
        end = body.get("scheduled_end_time", event.scheduled_end_time)
        _check_event(request, {"name": event.name, **body}, start=body.get("scheduled_start_time"), end=end)
    permissions = backend.compute_permissions(guild_id, backend.bot_user.id)
    own = event.creator_id == backend.bot_user.id and permissions & discord.Permissions.create_events.flag
    return original(requiring(request, {"manage_events": None} if own else {}))


def _check_event(request: RequestContext, body: dict[str, Any], *, start: str | None, end: str | None) -> None:
    _checked_name(body.get("name"))
    if len(body.get("description") or "") > 1000:
        raise invalid_form_body("description: Must be 1000 or fewer in length.")
    if len((body.get("entity_metadata") or {}).get("location") or "") > MAX_NAME:
        raise invalid_form_body(f"entity_metadata.location: Must be {MAX_NAME} or fewer in length.")
    if start is None:
        return
    if _instant(start) <= request.backend.clock.now():
        raise invalid_form_body("scheduled_start_time: Cannot schedule event in the past.")
    if end is not None and _instant(end) <= _instant(start):
        raise invalid_form_body("scheduled_end_time: Cannot schedule event to end before it starts.")


def _instant(text: str) -> datetime:
    moment = datetime.fromisoformat(text)
    return moment if moment.tzinfo is not None else moment.replace(tzinfo=UTC)
