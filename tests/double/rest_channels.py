"""Routes of channels: messages, threads, pins, reactions."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tests.double.http import ApiError, Call, invalid_form, route
from tests.double.messages import HAS_THREAD, check_message, new_thread
from tests.double.settings import iso
from tests.double.world import BOT_USER, DIRECT, FORUM, PUBLIC_THREAD, THREADS, Json

if TYPE_CHECKING:
    from tests.double.server import DiscordDouble

_THREAD_FIELDS = ("archived", "auto_archive_duration", "locked", "invitable")
_CHANNEL_FIELDS = (
    "name", "topic", "position", "nsfw", "rate_limit_per_user", "permission_overwrites", "parent_id", "flags",
    "applied_tags", "available_tags", "default_auto_archive_duration", "default_thread_rate_limit_per_user",
    "default_forum_layout", "default_sort_order", "default_reaction_emoji", "bitrate", "user_limit",
)  # fmt: skip


def guild_id_of(channel: Json) -> int | None:
    found = channel.get("guild_id")
    return None if found is None else int(found)


def with_guild(message: Json, channel: Json) -> Json:
    """A message as the gateway sends it."""
    return {**message, "guild_id": channel["guild_id"]} if "guild_id" in channel else message


@route("POST", "/channels/{channel_id}/messages")
def post_message(double: DiscordDouble, call: Call) -> Json:
    channel = double.world.channel(call.number(0))
    fields = call.fields()
    if channel["type"] == FORUM:
        raise ApiError(400, 50008, "Cannot send messages in a non-text channel")
    if channel["type"] == DIRECT and int(channel["recipients"][0]["id"]) in double.world.closed_direct:
        raise ApiError(403, 50007, "Cannot send messages to this user")
    check_message(fields, files=bool(call.files))
    if (first := double.messages.seen(int(channel["id"]), fields, double.settings)) is not None:
        return first
    message = double.messages.make(channel, fields, call.files, author=BOT_USER)
    double.keep(channel, message, fields, kind="message")
    return message


@route("GET", "/channels/{channel_id}/messages")
def get_messages(double: DiscordDouble, call: Call) -> list[Json]:
    channel_id = call.number(0)
    double.world.channel(channel_id)
    double.faults.check_readable(channel_id)
    try:
        named = {key: int(call.query[key]) for key in ("limit", "before", "after", "around") if key in call.query}
    except ValueError:
        raise invalid_form("limit", "NUMBER_TYPE_COERCE", "Value is not a number.") from None
    return double.messages.history(channel_id, **named)


@route("GET", "/channels/{channel_id}/messages/pins")
def get_pins(double: DiscordDouble, call: Call) -> Json:
    items = [{"message": each, "pinned_at": iso()} for each in double.messages.pinned(call.number(0))]
    return {"items": items, "has_more": False}


@route("GET", "/channels/{channel_id}/messages/{message_id}")
def get_message(double: DiscordDouble, call: Call) -> Json:
    double.world.channel(call.number(0))
    double.faults.check_readable(call.number(0))
    return double.messages.get(call.number(0), call.number(1))


@route("PATCH", "/channels/{channel_id}/messages/{message_id}")
def edit_message(double: DiscordDouble, call: Call) -> Json:
    channel = double.world.channel(call.number(0))
    message = double.messages.get(call.number(0), call.number(1))
    if message["author"]["id"] != BOT_USER["id"]:
        raise ApiError(403, 50005, "Cannot edit a message authored by another user")
    edited = double.messages.edit(message, call.fields(), call.files)
    double.gateway.dispatch("MESSAGE_UPDATE", with_guild(edited, channel), guild_id=guild_id_of(channel))
    return edited


@route("DELETE", "/channels/{channel_id}/messages/{message_id}")
def delete_message(double: DiscordDouble, call: Call) -> None:
    double.forget_message(call.number(0), call.number(1))


@route("POST", "/channels/{channel_id}/messages/bulk-delete")
def delete_messages(double: DiscordDouble, call: Call) -> None:
    for each in call.fields()["messages"]:
        double.forget_message(call.number(0), int(each))


@route("PUT", "/channels/{channel_id}/messages/pins/{message_id}")
def pin(double: DiscordDouble, call: Call) -> None:
    double.messages.get(call.number(0), call.number(1))["pinned"] = True


@route("DELETE", "/channels/{channel_id}/messages/pins/{message_id}")
def unpin(double: DiscordDouble, call: Call) -> None:
    double.messages.get(call.number(0), call.number(1))["pinned"] = False


# The addresses of pins before they moved below /messages.
route("PUT", "/channels/{channel_id}/pins/{message_id}")(pin)
route("DELETE", "/channels/{channel_id}/pins/{message_id}")(unpin)


@route("PUT", "/channels/{channel_id}/messages/{message_id}/reactions/{emoji}/@me")
@route("DELETE", "/channels/{channel_id}/messages/{message_id}/reactions/{emoji}/@me")
def react(double: DiscordDouble, call: Call) -> None:
    double.messages.get(call.number(0), call.number(1))


@route("POST", "/channels/{channel_id}/typing")
def typing(double: DiscordDouble, call: Call) -> None:
    double.world.channel(call.number(0))


@route("GET", "/channels/{channel_id}")
def get_channel(double: DiscordDouble, call: Call) -> Json:
    return double.world.channel(call.number(0))


@route("PATCH", "/channels/{channel_id}")
def edit_channel(double: DiscordDouble, call: Call) -> Json:
    channel, fields = double.world.channel(call.number(0)), call.fields()
    name = fields.get("name")
    if name is not None and not 1 <= len(name) <= 100:
        raise invalid_form("name", "BASE_TYPE_BAD_LENGTH", "Must be between 1 and 100 in length.")
    channel.update({key: fields[key] for key in _CHANNEL_FIELDS if key in fields})
    if is_thread := channel["type"] in THREADS:
        about = channel["thread_metadata"]
        if "archived" in fields and fields["archived"] != about["archived"]:
            about["archive_timestamp"] = iso()
        about.update({key: fields[key] for key in _THREAD_FIELDS if key in fields})
    event = "THREAD_UPDATE" if is_thread else "CHANNEL_UPDATE"
    double.gateway.dispatch(event, channel, guild_id=guild_id_of(channel))
    return channel


@route("DELETE", "/channels/{channel_id}")
def delete_channel(double: DiscordDouble, call: Call) -> Json:
    return double.forget_channel(call.number(0))


@route("PUT", "/channels/{channel_id}/permissions/{target_id}")
def set_overwrite(double: DiscordDouble, call: Call) -> None:
    channel, fields = double.world.channel(call.number(0)), call.fields()
    others = [each for each in channel["permission_overwrites"] if each["id"] != call.ids[1]]
    made = {"id": call.ids[1], "type": fields["type"]}
    made |= {key: str(fields.get(key) or 0) for key in ("allow", "deny")}
    channel["permission_overwrites"] = [*others, made]
    double.gateway.dispatch("CHANNEL_UPDATE", channel, guild_id=guild_id_of(channel))


@route("DELETE", "/channels/{channel_id}/permissions/{target_id}")
def delete_overwrite(double: DiscordDouble, call: Call) -> None:
    channel = double.world.channel(call.number(0))
    kept = [each for each in channel["permission_overwrites"] if each["id"] != call.ids[1]]
    channel["permission_overwrites"] = kept
    double.gateway.dispatch("CHANNEL_UPDATE", channel, guild_id=guild_id_of(channel))


@route("POST", "/channels/{channel_id}/messages/{message_id}/threads")
def thread_of_message(double: DiscordDouble, call: Call) -> tuple[int, Json]:
    channel, fields = double.world.channel(call.number(0)), call.fields()
    message = double.messages.get(call.number(0), call.number(1))
    if message["flags"] & HAS_THREAD:
        raise ApiError(400, 160004, "A thread has already been created for this message")
    thread = new_thread(double.world, channel, int(message["id"]), fields.get("name") or "", fields, kind=PUBLIC_THREAD)
    message["flags"] |= HAS_THREAD
    message["thread"] = thread
    _announce(double, thread)
    return 201, thread


@route("POST", "/channels/{channel_id}/threads")
def start_thread(double: DiscordDouble, call: Call) -> tuple[int, Json]:
    channel, fields = double.world.channel(call.number(0)), call.fields()
    first: Json | None = fields.get("message")
    if channel["type"] == FORUM:
        check_message(first or {}, files=bool(call.files))
    kind = PUBLIC_THREAD if channel["type"] == FORUM else fields.get("type", 12)
    thread = new_thread(double.world, channel, double.ids.next(), fields.get("name") or "", fields, kind=kind)
    _announce(double, thread)
    if channel["type"] != FORUM or first is None:
        return 201, thread
    # The first message of a forum's post has the post's id.
    message = double.messages.make(thread, first, call.files, author=BOT_USER)
    message["id"] = thread["id"]
    double.keep(thread, message, first, kind="message")
    return 201, {**thread, "message": message}


def _announce(double: DiscordDouble, thread: Json) -> None:
    data = {**thread, "newly_created": True}
    double.gateway.dispatch("THREAD_CREATE", data, guild_id=guild_id_of(thread))


@route("PUT", "/channels/{channel_id}/thread-members/{user_id}")
@route("DELETE", "/channels/{channel_id}/thread-members/{user_id}")
def thread_member(double: DiscordDouble, call: Call) -> None:
    double.world.channel(call.number(0))


@route("GET", "/channels/{channel_id}/thread-members")
def thread_members(double: DiscordDouble, call: Call) -> list[Json]:
    return [double.world.channel(call.number(0))["member"]]


def _archived(double: DiscordDouble, channel_id: int, *, private: bool) -> Json:
    channel = double.world.channel(channel_id)
    guild = double.world.guild_of(channel)
    found: list[Json] = [
        each
        for each in (guild.threads.values() if guild else ())
        if each["parent_id"] == channel["id"]
        and each["thread_metadata"]["archived"]
        and (each["type"] == 12) is private
    ]
    return {"threads": found[::-1], "members": [], "has_more": False}


@route("GET", "/channels/{channel_id}/threads/archived/public")
def archived_public(double: DiscordDouble, call: Call) -> Any:
    return _archived(double, call.number(0), private=False)


@route("GET", "/channels/{channel_id}/threads/archived/private")
@route("GET", "/channels/{channel_id}/users/@me/threads/archived/private")
def archived_private(double: DiscordDouble, call: Call) -> Any:
    return _archived(double, call.number(0), private=True)
