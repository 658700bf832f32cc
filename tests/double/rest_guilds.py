"""Routes of the login, of users and guilds, of scheduled events and of command registration."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tests.double.http import ApiError, Call, invalid_form, route, unknown
from tests.double.settings import APPLICATION_ID
from tests.double.world import BOT_USER, CATEGORY, FORUM, TEXT, VOICE, Json, user

if TYPE_CHECKING:
    from tests.double.server import DiscordDouble

MOST_EVENTS = 100


@route("GET", "/users/@me")
def me(double: DiscordDouble, call: Call) -> Json:
    return {**BOT_USER, "verified": True, "mfa_enabled": False, "locale": "en-US", "email": None}


@route("GET", "/users/@me/guilds")
def my_guilds(double: DiscordDouble, call: Call) -> list[Json]:
    return [{**guild.fields(), "owner": False, "permissions": "0"} for guild in double.world.guilds.values()]


@route("GET", "/users/{user_id}")
def get_user(double: DiscordDouble, call: Call) -> Json:
    if (found := double.world.users.get(call.number(0))) is None:
        raise unknown(10013, "User")
    return found


@route("POST", "/users/@me/channels")
def direct_messages(double: DiscordDouble, call: Call) -> Json:
    return double.world.direct_channel(int(call.fields()["recipient_id"]))


@route("GET", "/oauth2/applications/@me")
@route("GET", "/applications/@me")
def application(double: DiscordDouble, call: Call) -> Json:
    return {
        "id": str(APPLICATION_ID),
        "name": "benkyokai",
        "icon": None,
        "description": "",
        "bot_public": False,
        "bot_require_code_grant": False,
        "verify_key": "0" * 64,
        "owner": user(APPLICATION_ID + 1, "maintainer"),
        "team": None,
        "flags": 0,
        "bot": BOT_USER,
        "approximate_guild_count": len(double.world.guilds),
    }


@route("GET", "/gateway/bot")
def gateway_bot(double: DiscordDouble, call: Call) -> Json:
    start = {"total": 1000, "remaining": 1000, "reset_after": 0, "max_concurrency": 1}
    return {"url": double.gateway_url, "shards": double.settings.shards, "session_start_limit": start}


@route("GET", "/gateway", public=True)
def gateway(double: DiscordDouble, call: Call) -> Json:
    return {"url": double.gateway_url}


@route("GET", "/guilds/{guild_id}")
def get_guild(double: DiscordDouble, call: Call) -> Json:
    guild = double.world.guild(call.number(0))
    return {**guild.fields(), "approximate_member_count": len(guild.members), "approximate_presence_count": 1}


@route("GET", "/guilds/{guild_id}/channels")
def get_channels(double: DiscordDouble, call: Call) -> list[Json]:
    return list(double.world.guild(call.number(0)).channels.values())


@route("POST", "/guilds/{guild_id}/channels")
def make_channel(double: DiscordDouble, call: Call) -> tuple[int, Json]:
    guild, fields = double.world.guild(call.number(0)), call.fields()
    kind = fields.get("type", TEXT)
    name = fields.get("name") or ""
    if not 1 <= len(name) <= 100:
        raise invalid_form("name", "BASE_TYPE_BAD_LENGTH", "Must be between 1 and 100 in length.")
    if kind not in (TEXT, VOICE, CATEGORY, FORUM, 5, 13):
        raise ApiError(400, 50024, "Cannot execute action on this channel type")
    if kind != CATEGORY and kind != VOICE:
        # Discord writes names of text channels small and with hyphens.
        name = name.strip().lower().replace(" ", "-")
    more = {key: value for key, value in fields.items() if key not in ("name", "type")}
    for tag in more.get("available_tags") or ():
        tag.setdefault("id", str(double.ids.next()))
    channel_id = double.ids.next()
    channel = guild.add_channel(channel_id, name, kind, **more)
    double.world.channels[channel_id] = channel
    double.gateway.dispatch("CHANNEL_CREATE", channel, guild_id=guild.id)
    return 201, channel


@route("GET", "/guilds/{guild_id}/threads/active")
def active_threads(double: DiscordDouble, call: Call) -> Json:
    threads = double.world.guild(call.number(0)).threads.values()
    return {
        "threads": [each for each in threads if not each["thread_metadata"]["archived"]],
        "members": [],
        "has_more": False,
    }


@route("GET", "/guilds/{guild_id}/roles")
def get_roles(double: DiscordDouble, call: Call) -> list[Json]:
    return list(double.world.guild(call.number(0)).roles.values())


@route("POST", "/guilds/{guild_id}/roles")
def make_role(double: DiscordDouble, call: Call) -> Json:
    guild, fields = double.world.guild(call.number(0)), call.fields()
    known = {key: fields[key] for key in ("hoist", "mentionable", "color", "colors") if key in fields}
    permissions = int(fields.get("permissions") or 0)
    role = guild.add_role(double.ids.next(), fields.get("name") or "new role", permissions, **known)
    double.gateway.dispatch("GUILD_ROLE_CREATE", {"guild_id": str(guild.id), "role": role}, guild_id=guild.id)
    return role


@route("DELETE", "/guilds/{guild_id}/roles/{role_id}")
def delete_role(double: DiscordDouble, call: Call) -> None:
    guild = double.world.guild(call.number(0))
    if guild.roles.pop(call.number(1), None) is None:
        raise unknown(10011, "Role")
    data = {"guild_id": str(guild.id), "role_id": call.ids[1]}
    double.gateway.dispatch("GUILD_ROLE_DELETE", data, guild_id=guild.id)


@route("GET", "/guilds/{guild_id}/members")
def get_members(double: DiscordDouble, call: Call) -> list[Json]:
    after, limit = int(call.query.get("after", 0)), int(call.query.get("limit", 1))
    members = double.world.guild(call.number(0)).members
    return [members[each] for each in sorted(members) if each > after][:limit]


@route("GET", "/guilds/{guild_id}/members/{user_id}")
def get_member(double: DiscordDouble, call: Call) -> Json:
    return double.world.guild(call.number(0)).member(call.number(1))


@route("PUT", "/guilds/{guild_id}/members/{user_id}/roles/{role_id}")
def give_role(double: DiscordDouble, call: Call) -> None:
    _change_roles(double, call, add=True)


@route("DELETE", "/guilds/{guild_id}/members/{user_id}/roles/{role_id}")
def take_role(double: DiscordDouble, call: Call) -> None:
    _change_roles(double, call, add=False)


def _change_roles(double: DiscordDouble, call: Call, *, add: bool) -> None:
    guild = double.world.guild(call.number(0))
    member = guild.member(call.number(1))
    if call.number(2) not in guild.roles:
        raise unknown(10011, "Role")
    others = [each for each in member["roles"] if each != call.ids[2]]
    member["roles"] = [*others, call.ids[2]] if add else others
    data = {**member, "guild_id": str(guild.id)}
    double.gateway.dispatch("GUILD_MEMBER_UPDATE", data, guild_id=guild.id)


@route("GET", "/guilds/{guild_id}/scheduled-events")
def get_events(double: DiscordDouble, call: Call) -> list[Json]:
    return list(double.world.guild(call.number(0)).events.values())


@route("POST", "/guilds/{guild_id}/scheduled-events")
def make_event(double: DiscordDouble, call: Call) -> Json:
    guild, fields = double.world.guild(call.number(0)), call.fields()
    if len(guild.events) >= MOST_EVENTS:
        raise ApiError(400, 30038, "Maximum number of uncompleted guild scheduled events reached (100)")
    _check_event(fields, new=True)
    event_id = double.ids.next()
    event: Json = {
        "channel_id": None,
        "description": None,
        "scheduled_end_time": None,
        "entity_metadata": None,
        "image": None,
        **{key: value for key, value in fields.items() if key != "image"},
        "id": str(event_id),
        "guild_id": str(guild.id),
        "creator_id": BOT_USER["id"],
        "creator": BOT_USER,
        "status": 1,
        "entity_id": None,
        "user_count": 0,
    }
    guild.events[event_id] = event
    double.gateway.dispatch("GUILD_SCHEDULED_EVENT_CREATE", event, guild_id=guild.id)
    return event


def _check_event(fields: Json, *, new: bool) -> None:
    required = ("name", "privacy_level", "scheduled_start_time", "entity_type") if new else ()
    for key in required:
        if key not in fields:
            raise invalid_form(key, "BASE_TYPE_REQUIRED", "This field is required")
    for key, most in (("name", 100), ("description", 1000)):
        if len(fields.get(key) or "") > most:
            raise invalid_form(key, "BASE_TYPE_MAX_LENGTH", f"Must be {most} or fewer in length.")
    if new and fields["entity_type"] == 3 and not fields.get("scheduled_end_time"):
        raise invalid_form("scheduled_end_time", "BASE_TYPE_REQUIRED", "This field is required")


def _event(double: DiscordDouble, call: Call) -> Json:
    found = double.world.guild(call.number(0)).events.get(call.number(1))
    if found is None:
        raise unknown(10070, "Guild Scheduled Event")
    return found


@route("GET", "/guilds/{guild_id}/scheduled-events/{event_id}")
def get_event(double: DiscordDouble, call: Call) -> Json:
    return _event(double, call)


@route("PATCH", "/guilds/{guild_id}/scheduled-events/{event_id}")
def edit_event(double: DiscordDouble, call: Call) -> Json:
    event, fields = _event(double, call), call.fields()
    _check_event(fields, new=False)
    event.update({key: value for key, value in fields.items() if key != "image"})
    double.gateway.dispatch("GUILD_SCHEDULED_EVENT_UPDATE", event, guild_id=call.number(0))
    if event["status"] in (3, 4):
        # Completed and cancelled events leave the list.
        del double.world.guild(call.number(0)).events[call.number(1)]
    return event


@route("DELETE", "/guilds/{guild_id}/scheduled-events/{event_id}")
def delete_event(double: DiscordDouble, call: Call) -> None:
    event = _event(double, call)
    del double.world.guild(call.number(0)).events[call.number(1)]
    double.gateway.dispatch("GUILD_SCHEDULED_EVENT_DELETE", event, guild_id=call.number(0))


@route("GET", "/applications/{application_id}/commands")
def get_commands(double: DiscordDouble, call: Call) -> list[Json]:
    return double.world.commands


@route("PUT", "/applications/{application_id}/commands")
def put_commands(double: DiscordDouble, call: Call) -> list[Json]:
    double.world.commands = [_command(double, each) for each in call.body]
    return double.world.commands


@route("GET", "/applications/{application_id}/guilds/{guild_id}/commands")
def get_guild_commands(double: DiscordDouble, call: Call) -> list[Json]:
    return double.world.guild(call.number(1)).commands


@route("PUT", "/applications/{application_id}/guilds/{guild_id}/commands")
def put_guild_commands(double: DiscordDouble, call: Call) -> list[Json]:
    guild = double.world.guild(call.number(1))
    guild.commands = [{**_command(double, each), "guild_id": call.ids[1]} for each in call.body]
    return guild.commands


def _command(double: DiscordDouble, fields: Any) -> Json:
    known = next((each for each in double.world.commands if each["name"] == fields["name"]), None)
    return {
        "description": "",
        **fields,
        "id": known["id"] if known else str(double.ids.next()),
        "application_id": str(APPLICATION_ID),
        "version": str(double.ids.next()),
        "type": fields.get("type", 1),
    }
