"""What a test can ask of the double and do to it.

The same methods serve both ways: `DiscordDouble` has them as they are, `DoubleClient` calls them over
`/__double__/<name>`. So arguments and results are plain JSON; ids are whole numbers.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec

from tests.double.faults import Fault
from tests.double.interactions import AUTOCOMPLETE, COMMAND, COMPONENT, FORM, Interaction
from tests.double.settings import APPLICATION_ID
from tests.double.world import TEXT, Json

if TYPE_CHECKING:
    from tests.double.faults import Faults
    from tests.double.gateway import Gateway
    from tests.double.interactions import Interactions
    from tests.double.log import Log
    from tests.double.messages import Messages
    from tests.double.settings import DoubleSettings
    from tests.double.world import World


class Controls:
    """Mixed into `DiscordDouble`, which has what is only declared here."""

    if TYPE_CHECKING:
        settings: DoubleSettings
        world: World
        log: Log
        messages: Messages
        interactions: Interactions
        gateway: Gateway
        faults: Faults
        errors: list[str]
        api_url: str
        gateway_url: str

        def keep(self, channel: Json, message: Json, fields: Json, *, kind: str) -> None: ...
        def forget_message(self, channel_id: int, message_id: int) -> None: ...
        def forget_channel(self, channel_id: int) -> Json: ...

    # Looking

    def info(self) -> Json:
        """Addresses, the application's id, and the guilds with the ids of channels and members."""
        guilds = [
            {
                "id": guild.id,
                "owner_id": guild.owner_id,
                "channels": [key for key, each in guild.channels.items() if each["type"] == TEXT],
                "members": [each for each in guild.members if each != APPLICATION_ID],
            }
            for guild in self.world.guilds.values()
        ]
        return {
            "api_url": self.api_url,
            "gateway_url": self.gateway_url,
            "application_id": APPLICATION_ID,
            "guilds": guilds,
        }

    def stats(self) -> Json:
        """Counts: requests by route and status, 429s, messages, repetitions answered, unknown routes."""
        log = self.log
        return {
            "requests": sum(sum(each.values()) for each in log.counts.values()),
            "by_route": {name: {str(k): v for k, v in each.items()} for name, each in log.counts.items()},
            "rate_limited": {"global": log.limited_globally, "by_route": dict(log.limited)},
            "messages": sum(each.kind == "message" for each in log.messages.values()),
            "deduplicated": log.deduplicated,
            "unknown_routes": log.unknown_routes,
            "errors": self.errors,
            "gateway_sessions": len(self.gateway.sessions),
            "gateway_connections": sum(each.session is not None for each in self.gateway.connections),
        }

    def messages_log(self, channel: int | None = None, kind: str | None = "message") -> list[Json]:
        """Records of stored messages, oldest first (see `log.MessageRecord`); `kind` None gives all kinds."""
        return [
            msgspec.to_builtins(each)
            for each in self.log.messages.values()
            if channel in (None, each.channel_id) and kind in (None, each.kind)
        ]

    def history(self, channel: int, limit: int = 100) -> list[Json]:
        """A channel's messages as they stand now, newest first, as the API would give them."""
        return self.messages.history(channel, limit=limit)

    def doubles(self, pattern: str | None = None) -> list[Json]:
        """Messages that stand twice: same nonce in a channel, or same match of the pattern in a custom_id."""
        return self.log.doubles(pattern)

    def requests_log(self, route: str | None = None, since: float = 0.0) -> list[Json]:
        """Records of requests (see `log.RequestRecord`); `since` is a `monotonic` time."""
        return [
            msgspec.to_builtins(each)
            for each in self.log.requests
            if route in (None, each.route) and each.monotonic >= since
        ]

    def gateway_log(self) -> list[Json]:
        """What happened on the gateway (see `log.GatewayRecord`)."""
        return [msgspec.to_builtins(each) for each in self.log.gateway]

    def commands(self) -> list[Json]:
        """The commands that the bot has registered globally."""
        return self.world.commands

    def interaction(self, interaction_id: int) -> Json:
        """An interaction and its answers (see `interactions.Interaction`)."""
        return msgspec.to_builtins(self.interactions.by_id[interaction_id])

    def channel(self, channel: int) -> Json:
        """A channel or thread as the API gives it."""
        return self.world.channel(channel)

    def events(self, guild: int) -> list[Json]:
        """The scheduled events of a guild."""
        return list(self.world.guild(guild).events.values())

    # Faults

    def fail(self, status: int, code: int = 0, **where: Any) -> None:
        """Answer the next posts with an error; `where` are the fields of `faults.Fault`.

        `fail(403)` is a missing permission, `fail(404)` an unknown channel, `fail(500, store=True)` an error
        although the message stands, `fail(429, retry_after=2)` a shared limit.
        """
        self.faults.ordered.append(msgspec.convert({"kind": "status", "status": status, "code": code, **where}, Fault))

    def cut(self, store: bool = True, **where: Any) -> None:
        """Close the connection of the next posts without an answer, after or before storing."""
        self.faults.ordered.append(msgspec.convert({"kind": "cut", "store": store, **where}, Fault))

    def hang(self, seconds: float, store: bool = True, **where: Any) -> None:
        """Let the next posts wait for their answer; without `store` the message stands only after the wait."""
        self.faults.ordered.append(
            msgspec.convert({"kind": "hang", "seconds": seconds, "store": store, **where}, Fault)
        )

    def faults_log(self) -> list[Json]:
        """The ordered faults; `struck` counts what each has hit."""
        return [msgspec.to_builtins(each) for each in self.faults.ordered]

    def clear_faults(self) -> None:
        """Forget all ordered faults, and make every channel readable; who hangs goes on hanging."""
        self.faults.ordered.clear()
        self.faults.unreadable.clear()

    def unreadable(self, channel: int | None = None, code: int = 50001) -> None:
        """Answer 403 to whoever reads this channel's messages, or any channel's."""
        self.faults.unreadable.add(channel)
        self.faults.unreadable_code = code

    def readable(self, channel: int | None = None) -> None:
        """Undo `unreadable` with the same argument."""
        self.faults.unreadable.discard(channel)

    def close_direct_messages(self, user: int) -> None:
        """Answer 50007 to direct messages to this user."""
        self.world.closed_direct.add(user)

    def configure(self, **changes: Any) -> None:
        """Change settings, e.g. `global_limit`, `channel_limit`, `nonce_seconds`."""
        known = msgspec.to_builtins(self.settings)
        self.settings = msgspec.convert({**known, **changes}, type(self.settings))

    def clear_log(self) -> None:
        """Forget all records and counts; messages and nonces stay."""
        self.log.clear()

    # The gateway

    def drop_gateway(self, code: int = 4000, shard: int | None = None, pause: float = 0.0) -> int:
        """Close connections; the client is expected to RESUME. 1006 cuts without a close frame.

        For `pause` seconds new connections wait for HELLO: what is dispatched then is surely missed and
        replayed. Returns how many connections were closed.
        """
        return self.gateway.drop(code, shard, pause)

    def invalidate_session(self, shard: int | None = None) -> int:
        """Send INVALID_SESSION with `d` false; the client is expected to IDENTIFY anew."""
        return self.gateway.invalidate(shard)

    def forget_sessions(self) -> None:
        """Forget the lost sessions, so that their RESUME is answered with INVALID_SESSION."""
        for lost in [each for each in self.gateway.sessions.values() if each.connection is None]:
            del self.gateway.sessions[lost.id]

    def ask_reconnect(self, shard: int | None = None) -> int:
        """Send RECONNECT; the client is expected to come back with a RESUME."""
        return self.gateway.ask_reconnect(shard)

    def dispatch(self, event: str, data: Json, guild: int | None = None, shard: int | None = None) -> int:
        """Send any event as it is to a guild's shard, or to the given one. Returns how many sessions get it."""
        return self.gateway.dispatch(event, data, guild_id=guild, shard=shard)

    # People

    def say(self, channel: int, user: int, content: str) -> int:
        """A person writes a message; its id. Without the intent the bot does not see the content."""
        place = self.world.channel(channel)
        fields: Json = {"content": content}
        message = self.messages.make(place, fields, [], author=self.world.users[user])
        self.keep(place, message, fields, kind="user")
        return int(message["id"])

    def slash(
        self,
        path: str,
        channel: int,
        user: int,
        options: Json | None = None,
        locale: str = "en-US",
    ) -> int:
        """A person runs a registered slash command, e.g. `slash("session list", channel, user)`; its id."""
        data = self.interactions.command_data(path, options or {}, self.world.channel(channel))
        return self.interactions.send(COMMAND, data, channel_id=channel, user_id=user, locale=locale).id

    def complete(
        self,
        path: str,
        channel: int,
        user: int,
        option: str,
        typed: str,
        options: Json | None = None,
        locale: str = "en-US",
    ) -> int:
        """A person types into an option with autocomplete; the interaction's id."""
        chosen = {**(options or {}), option: typed}
        data = self.interactions.command_data(path, chosen, self.world.channel(channel))
        level = data
        while level["options"] and level["options"][0]["type"] in (1, 2):
            level = level["options"][0]
        for each in level["options"]:
            if each["name"] == option:
                each["focused"] = True
        return self.interactions.send(AUTOCOMPLETE, data, channel_id=channel, user_id=user, locale=locale).id

    def press(
        self,
        message: int,
        channel: int,
        user: int,
        custom_id: str,
        values: list[str] | None = None,
        component_type: int | None = None,
        locale: str = "en-US",
    ) -> int:
        """A person presses a button (or picks `values` in a select); the interaction's id."""
        if (found := self.interactions.pressed(channel, message)) is None:
            raise LookupError(f"no message {message} in channel {channel}")
        kind = component_type or (2 if values is None else 3)
        data: Json = {"custom_id": custom_id, "component_type": kind}
        if values is not None:
            data["values"] = values
        return self.interactions.send(
            COMPONENT, data, channel_id=channel, user_id=user, locale=locale, message=found
        ).id

    def submit(self, opened_by: int, fields: dict[str, str | list[str]], locale: str | None = None) -> int:
        """A person sends the form with which the bot answered an interaction; the new interaction's id."""
        opener: Interaction = self.interactions.by_id[opened_by]
        if opener.callback != 9:
            raise LookupError("the bot has not answered that interaction with a form")
        inner = [_filled(each, fields) for each in opener.data["components"]]
        data = {"custom_id": opener.data["custom_id"], "components": inner}
        pressed = None if opener.message_id is None else self.interactions.pressed(opener.channel_id, opener.message_id)
        return self.interactions.send(
            FORM,
            data,
            channel_id=opener.channel_id,
            user_id=opener.user_id,
            locale=locale or self.settings.locale,
            message=pressed,
        ).id

    def add_member(self, guild: int) -> int:
        """Somebody joins; their id."""
        place = self.world.guild(guild)
        member = self.world.make_member(place)
        self.gateway.dispatch("GUILD_MEMBER_ADD", {**member, "guild_id": str(guild)}, guild_id=guild)
        return int(member["user"]["id"])

    def remove_member(self, guild: int, user: int) -> None:
        """Somebody leaves."""
        member = self.world.guild(guild).member(user)
        del self.world.guild(guild).members[user]
        data = {"guild_id": str(guild), "user": member["user"]}
        self.gateway.dispatch("GUILD_MEMBER_REMOVE", data, guild_id=guild)

    def join_guild(self, channels: int = 3, members: int = 3) -> int:
        """The bot is added to a new guild; its id."""
        made = self.world.make_guild(channels, members)
        self.gateway.dispatch("GUILD_CREATE", made.payload(all_members=True), guild_id=made.id)
        return made.id

    def remove_channel(self, channel: int) -> None:
        """A moderator deletes a channel or thread."""
        self.forget_channel(channel)

    def remove_message(self, channel: int, message: int) -> None:
        """A moderator deletes a message."""
        self.forget_message(channel, message)

    def edit_guild(self, guild: int, name: str) -> None:
        """A moderator renames the guild."""
        place = self.world.guild(guild)
        place.name = name
        self.gateway.dispatch("GUILD_UPDATE", place.fields(), guild_id=guild)


def _filled(component: Json, fields: dict[str, str | list[str]]) -> Json:
    """A form's component with what was typed or chosen."""
    made = {key: component[key] for key in ("type", "id", "custom_id") if key in component}
    if "components" in component:
        made["components"] = [_filled(each, fields) for each in component["components"]]
    if "component" in component:
        made["component"] = _filled(component["component"], fields)
    if (own := component.get("custom_id")) is not None:
        given = fields.get(own, "" if component["type"] == 4 else [])
        made["values" if isinstance(given, list) else "value"] = given
    return made


CONTROLS = frozenset(name for name in vars(Controls) if not name.startswith("_"))
