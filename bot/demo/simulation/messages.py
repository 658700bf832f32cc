"""Discord's rules for messages: nonces, closed direct messages, archived threads, edits of old messages."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import discord
from simcord.backend import Backend, serializers
from simcord.backend.errors import BackendError, cannot_dm_bot, invalid_form_body
from simcord.backend.models import Channel, Message
from simcord.backend.ops.messages import MessageMixin
from simcord.enums import CallbackType, ChannelType
from simcord.http._helpers import message_response
from simcord.http.router import RequestContext

from bot.demo.simulation.commands import choice_problems, refuse
from bot.demo.simulation.patching import Route, around, may, requiring, swap
from bot.demo.simulation.rules import Posted, rules_of

MAX_NONCE = 25
MAX_ALLOWED_MENTIONS = 100
OLD_AFTER_SECONDS = 3600
EDIT_WINDOW_SECONDS = 60

MANAGE_THREADS = discord.Permissions.manage_threads.flag
SILENT = discord.MessageFlags.suppress_notifications.flag


def install() -> None:
    """Apply the rules to the process."""
    around("POST", "/channels/{channel_id}/messages", _send)
    around("PATCH", "/channels/{channel_id}/messages/{message_id}", _edit)
    around("PUT", "/channels/{channel_id}/messages/pins/{message_id}", _pin)
    around("DELETE", "/channels/{channel_id}/messages/pins/{message_id}", _pin)
    around("POST", "/interactions/{interaction_id}/{token}/callback", _answer)
    _watch_commits()
    _show_nonces()


def thread_is_archived(status: int = 400) -> BackendError:
    """What Discord answers to a change in an archived thread, or in a locked one without Manage Threads."""
    return BackendError(status, 50083, "Thread is archived")


def _send(original: Route, request: RequestContext) -> Any:
    backend, body = request.backend, request.body()
    rules = rules_of(backend)
    channel = backend.get_channel(request.int_arg("channel_id"))
    if channel.type == ChannelType.DM and rules.closed_dms.intersection(channel.recipient_ids):
        raise cannot_dm_bot()
    allowed = body.get("allowed_mentions") or {}
    if any(len(allowed.get(kind) or ()) > MAX_ALLOWED_MENTIONS for kind in ("users", "roles")):
        raise invalid_form_body(f"allowed_mentions: Must be {MAX_ALLOWED_MENTIONS} or fewer in length.")
    nonce = body.get("nonce")
    if nonce is None:
        return original(request)
    if len(str(nonce)) > MAX_NONCE:
        raise invalid_form_body(f"nonce: Must be {MAX_NONCE} or fewer in length.")
    if body.get("enforce_nonce"):
        first = _sent_with(backend, channel.id, str(nonce))
        if first is not None:
            return message_response(request, first)
    rules.nonce_of_next = str(nonce)
    try:
        return original(request)
    finally:
        rules.nonce_of_next = None


def _sent_with(backend: Backend, channel_id: int, nonce: str) -> Message | None:
    message_id = rules_of(backend).by_nonce.get((channel_id, nonce))
    if message_id is None or _fresh_nonce(backend, message_id) is None:
        return None
    return backend.messages[channel_id].get(message_id)


def _fresh_nonce(backend: Any, message_id: int) -> str | None:
    """The nonce of a message for as long as Discord remembers it."""
    rules = rules_of(backend)
    nonce, at = rules.nonces.get(message_id, (None, 0.0))
    return nonce if backend.clock.elapsed - at < rules.nonce_seconds else None


def _edit(original: Route, request: RequestContext) -> Any:
    backend = request.backend
    channel = backend.get_channel(request.int_arg("channel_id"))
    if channel.thread_metadata is not None and channel.thread_metadata.archived:
        raise thread_is_archived()
    rules = rules_of(backend)
    if rules.old_edits_per_minute is not None:
        message = backend.get_message(channel.id, request.int_arg("message_id"))
        now = backend.clock.now()
        if (now - datetime.fromisoformat(message.timestamp)).total_seconds() > OLD_AFTER_SECONDS:
            edits = rules.old_edits[message.id]
            while edits and backend.clock.elapsed - edits[0] >= EDIT_WINDOW_SECONDS:
                edits.popleft()
            if len(edits) >= rules.old_edits_per_minute:
                text = "Maximum number of edits to messages older than 1 hour reached. Try again later."
                raise BackendError(429, 30046, text)
            edits.append(backend.clock.elapsed)
    return original(request)


def _pin(original: Route, request: RequestContext) -> Any:
    return original(requiring(request, {"manage_messages": "pin_messages"}))


def _answer(original: Route, request: RequestContext) -> Any:
    body = request.body()
    if body.get("type") == CallbackType.APPLICATION_COMMAND_AUTOCOMPLETE_RESULT:
        refuse(list(choice_problems(body["data"]["choices"])))
    return original(request)


def _watch_commits() -> None:
    original = MessageMixin.commit_message

    def commit_message(self: Backend, message: Message, *, broadcast: bool = True) -> Message:
        channel = self.get_channel(message.channel_id)
        rules = rules_of(self)
        if message.system_metadata is not None:
            return original(self, message, broadcast=broadcast)
        if channel.is_thread and not message.is_ephemeral:
            _speak_in(self, channel, message)
        if rules.nonce_of_next is not None:  # known before the gateway tells of the message
            rules.nonces[message.id] = (rules.nonce_of_next, self.clock.elapsed)
            rules.by_nonce[channel.id, rules.nonce_of_next] = message.id
        stored = original(self, message, broadcast=broadcast)
        if stored is message:
            rules.posted[message.id] = _as_posted(self, channel, message)
        return stored

    swap(MessageMixin, "commit_message", commit_message)


def _speak_in(backend: Backend, thread: Channel, message: Message) -> None:
    """A message reopens an archived thread; in a locked one only those may speak who manage threads."""
    state = thread.thread_metadata
    assert state is not None
    trusted = message.webhook_id is not None or may(backend, thread, message.author_id, MANAGE_THREADS)
    if state.locked and not trusted:
        raise thread_is_archived(403)
    if state.archived:
        state.archived = False
        state.archive_timestamp = backend.now_iso()
        backend.announce_channel_update(thread.id)


def _as_posted(backend: Backend, channel: Channel, message: Message) -> Posted:
    silent = bool(message.flags & SILENT)
    pinged: set[int] = set()
    if not silent and channel.guild_id is None:
        pinged.update(channel.recipient_ids)
    elif not silent and channel.guild_id is not None:
        members = backend.get_guild(channel.guild_id).members
        pinged.update(members.keys() & message.ping_user_ids)
        for member in members.values():
            if message.mention_everyone or not set(message.ping_role_ids).isdisjoint(member.role_ids):
                pinged.add(member.user_id)
    return Posted(
        at=backend.clock.now(),
        channel_id=channel.id,
        message_id=message.id,
        author_id=message.author_id,
        content=message.content,
        pinged=frozenset(pinged - {message.author_id}),
        silent=silent,
        prompted=message.interaction_metadata is not None,
    )


def _show_nonces() -> None:
    original = serializers.message_payload

    def message_payload(backend: Any, message: Message, *, for_user: int | None = None) -> Any:
        payload: Any = original(backend, message, for_user=for_user)
        payload["nonce"] = _fresh_nonce(backend, message.id)
        return payload

    swap(serializers, "message_payload", message_payload)
