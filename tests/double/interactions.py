"""Interactions: what people do (commands, presses, forms) and what the bot has answered."""

from __future__ import annotations

import secrets
import time
from typing import TYPE_CHECKING, Any

import msgspec

from tests.double.http import ApiError, unknown
from tests.double.messages import EPHEMERAL
from tests.double.settings import APPLICATION_ID
from tests.double.world import Json

if TYPE_CHECKING:
    from tests.double.server import DiscordDouble

COMMAND, COMPONENT, AUTOCOMPLETE, FORM = 2, 3, 4, 5
_SUBCOMMAND, _GROUP, _STRING, _USER, _CHANNEL, _ROLE = 1, 2, 3, 6, 7, 8


class Interaction(msgspec.Struct, kw_only=True):
    """One interaction and its answers.

    Attributes:
        sent, acknowledged: `time.monotonic()` of its dispatch and of the first answer (None: none yet).
        callback: Type of the first answer: 4 message, 5 deferred, 6 deferred update, 7 update, 8 choices,
            9 form.
        data: Data of the first answer.
        messages: Its messages as they are now, ephemeral ones too; the first is `@original`, unless the answer
            was a (deferred) update, whose `@original` is the pressed message and not in this list.
        loading: The bot is "thinking": deferred, and not filled yet.
        answered: `time.monotonic()` of the first thing to read: a message, a filled deferral, an update.
    """

    id: int
    token: str
    kind: int
    guild_id: int | None
    channel_id: int
    user_id: int
    message_id: int | None = None
    sent: float
    acknowledged: float | None = None
    callback: int | None = None
    data: Any = None
    messages: list[Json] = []
    loading: bool = False
    answered: float | None = None

    def check_alive(self, seconds: float) -> None:
        if time.monotonic() - self.sent > seconds:
            raise ApiError(401, 50027, "Invalid Webhook Token")


class Interactions:
    """Builds interactions as Discord sends them and keeps what comes back."""

    def __init__(self, double: DiscordDouble) -> None:
        self._double = double
        self.by_id: dict[int, Interaction] = {}
        self.by_token: dict[str, Interaction] = {}
        self.ephemeral: dict[int, Json] = {}

    def send(
        self,
        kind: int,
        data: Json,
        *,
        channel_id: int,
        user_id: int,
        locale: str,
        message: Json | None = None,
    ) -> Interaction:
        """Dispatch an INTERACTION_CREATE and remember it."""
        double = self._double
        channel = double.world.channel(channel_id)
        guild = double.world.guild_of(channel)
        made = Interaction(
            id=double.ids.next(),
            token=secrets.token_urlsafe(48),
            kind=kind,
            guild_id=guild.id if guild else None,
            channel_id=channel_id,
            user_id=user_id,
            message_id=int(message["id"]) if message else None,
            sent=time.monotonic(),
        )
        payload: Json = {
            "id": str(made.id),
            "application_id": str(APPLICATION_ID),
            "type": kind,
            "token": made.token,
            "version": 1,
            "data": data,
            "channel_id": channel["id"],
            "channel": channel,
            "locale": locale,
            "entitlements": [],
            "attachment_size_limit": 10_485_760,
            "context": 1 if guild is None else 0,
        }
        if message is not None:
            payload["message"] = message
        if guild is None:
            payload["user"] = double.world.users[user_id]
            payload["app_permissions"] = "0"
            payload["authorizing_integration_owners"] = {"0": "0"}
        else:
            payload["guild_id"] = str(guild.id)
            payload["guild"] = {"id": str(guild.id), "locale": guild.locale, "features": []}
            payload["guild_locale"] = guild.locale
            permissions = str(double.world.permissions(guild, user_id))
            payload["member"] = {**guild.member(user_id), "permissions": permissions}
            payload["channel"] = {**channel, "permissions": permissions}
            payload["app_permissions"] = str(double.world.permissions(guild, APPLICATION_ID))
            payload["authorizing_integration_owners"] = {"0": str(guild.id)}
        self.by_id[made.id] = self.by_token[made.token] = made
        double.gateway.dispatch("INTERACTION_CREATE", payload, guild_id=made.guild_id)
        return made

    def find(self, token: str) -> Interaction:
        """The interaction of a webhook's token."""
        if (found := self.by_token.get(token)) is None:
            raise unknown(10015, "Webhook")
        found.check_alive(self._double.settings.interaction_seconds)
        return found

    def command_data(self, path: str, options: Json, channel: Json) -> Json:
        """The data of a slash command, from the commands that the bot has registered.

        Args:
            path: The command's words, e.g. `session list`.
            options: Values by option name; members, channels and roles are given by id.
            channel: Where it is run; its guild resolves the ids.
        """
        words = path.split()
        guild = self._double.world.guild_of(channel)
        registered = [*(guild.commands if guild else ()), *self._double.world.commands]
        command = next((each for each in registered if each["name"] == words[0] and each["type"] == 1), None)
        if command is None:
            raise LookupError(f"no command {words[0]!r} is registered")
        resolved: dict[str, Json] = {}
        data = {"id": command["id"], "name": words[0], "type": 1, "resolved": resolved}
        level, place = command, data
        for word in words[1:]:
            child = next((each for each in level.get("options") or () if each["name"] == word), None)
            if child is None or child["type"] not in (_SUBCOMMAND, _GROUP):
                raise LookupError(f"{path!r} is no command: no {word!r}")
            inner: Json = {"name": word, "type": child["type"]}
            place["options"] = [inner]
            level, place = child, inner
        kinds = {each["name"]: each["type"] for each in level.get("options") or ()}
        if strange := options.keys() - kinds.keys():
            raise LookupError(f"{path!r} has no option {', '.join(sorted(strange))}")
        place["options"] = []
        for name, value in options.items():
            if kinds[name] in (_USER, _CHANNEL, _ROLE):
                self._resolve(kinds[name], int(value), channel, resolved)
                value = str(value)
            place["options"].append({"name": name, "type": kinds[name], "value": value})
        return data

    def _resolve(self, kind: int, wanted: int, channel: Json, into: dict[str, Json]) -> None:
        world = self._double.world
        guild = world.guild_of(channel)
        if kind == _USER:
            into.setdefault("users", {})[str(wanted)] = world.users[wanted]
            if guild is not None and wanted in guild.members:
                member = {key: value for key, value in guild.members[wanted].items() if key != "user"}
                member["permissions"] = str(world.permissions(guild, wanted))
                into.setdefault("members", {})[str(wanted)] = member
        elif kind == _CHANNEL:
            about = {**world.channel(wanted), "permissions": "0"}
            into.setdefault("channels", {})[str(wanted)] = about
        elif guild is not None:
            into.setdefault("roles", {})[str(wanted)] = guild.roles[wanted]

    def new_message(self, made: Interaction, fields: Json, files: list[tuple[str, str, bytes]]) -> Json:
        """An answer's message; what is ephemeral stands only in the interaction, the rest in the channel."""
        double = self._double
        channel = double.world.channel(made.channel_id)
        message = double.messages.make(channel, fields, files, author=double.world.users[APPLICATION_ID])
        message["webhook_id"] = message["application_id"] = str(APPLICATION_ID)
        message["interaction_metadata"] = {
            "id": str(made.id),
            "type": made.kind,
            "user": double.world.users[made.user_id],
            "authorizing_integration_owners": {},
        }
        if message["flags"] & EPHEMERAL:
            self.ephemeral[int(message["id"])] = message
        else:
            double.keep(channel, message, fields, kind="interaction")
        made.messages = [*made.messages, message]
        return message

    def pressed(self, channel_id: int, message_id: int) -> Json | None:
        """The message that bears a pressed button, ephemeral or not."""
        return self._double.messages.find(channel_id, message_id) or self.ephemeral.get(message_id)

    def original(self, made: Interaction) -> Json:
        """The message that `@original` names."""
        if made.callback in (6, 7) and made.message_id is not None:
            if (found := self.pressed(made.channel_id, made.message_id)) is not None:
                return found
        elif made.messages:
            return made.messages[0]
        raise unknown(10008, "Message")

    def message(self, made: Interaction, which: str) -> Json:
        """A message of an interaction by `@original` or id."""
        if which == "@original":
            return self.original(made)
        if made.message_id is not None and which == str(made.message_id) and made.callback in (6, 7):
            return self.original(made)
        found = next((each for each in made.messages if each["id"] == which), None)
        if found is None:
            raise unknown(10008, "Message")
        return found
