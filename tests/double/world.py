"""The double's guilds: channels, roles, members, events, as the JSON objects that Discord sends."""

from __future__ import annotations

from typing import Any

from tests.double.http import unknown
from tests.double.settings import APPLICATION_ID, DoubleSettings, Snowflakes, fixed_id, iso

Json = dict[str, Any]

TEXT, DIRECT, VOICE, CATEGORY, PUBLIC_THREAD, FORUM = 0, 1, 2, 4, 11, 15
THREADS = frozenset({10, 11, 12})

EVERYONE_PERMISSIONS = (
    (1 << 6)  # add reactions
    | (1 << 10)  # view channel
    | (1 << 11)  # send messages
    | (1 << 14)  # embed links
    | (1 << 15)  # attach files
    | (1 << 16)  # read message history
    | (1 << 18)  # use external emojis
    | (1 << 20)  # connect
    | (1 << 21)  # speak
    | (1 << 31)  # use application commands
    | (1 << 35)  # create public threads
    | (1 << 38)  # send messages in threads
)
BOT_PERMISSIONS = EVERYONE_PERMISSIONS | (
    (1 << 4)  # manage channels
    | (1 << 13)  # manage messages
    | (1 << 17)  # mention everyone
    | (1 << 28)  # manage roles
    | (1 << 33)  # manage events
    | (1 << 34)  # manage threads
    | (1 << 36)  # create private threads
    | (1 << 44)  # create events
    | (1 << 51)  # pin messages
)
OWNER_PERMISSIONS = (1 << 52) - 1

BOT_USER: Json = {
    "id": str(APPLICATION_ID),
    "username": "benkyokai",
    "discriminator": "0000",
    "global_name": None,
    "avatar": None,
    "bot": True,
    "flags": 0,
    "public_flags": 0,
}


def user(user_id: int, name: str) -> Json:
    return {
        "id": str(user_id),
        "username": name,
        "discriminator": "0",
        "global_name": name.title(),
        "avatar": None,
        "bot": False,
        "public_flags": 0,
    }


class Guild:
    """One guild; `payload()` is its GUILD_CREATE."""

    def __init__(self, guild_id: int, name: str, locale: str) -> None:
        self.id = guild_id
        self.name = name
        self.locale = locale
        self.owner_id = 0
        self.joined_at = iso()
        self.roles: dict[int, Json] = {}
        self.channels: dict[int, Json] = {}
        self.threads: dict[int, Json] = {}
        self.members: dict[int, Json] = {}
        self.events: dict[int, Json] = {}
        self.commands: list[Json] = []

    def add_role(self, role_id: int, name: str, permissions: int, **more: Any) -> Json:
        role = {
            "id": str(role_id),
            "name": name,
            "color": 0,
            "colors": {"primary_color": 0, "secondary_color": None, "tertiary_color": None},
            "hoist": False,
            "position": len(self.roles),
            "permissions": str(permissions),
            "managed": False,
            "mentionable": False,
            "flags": 0,
            **more,
        }
        self.roles[role_id] = role
        return role

    def add_channel(self, channel_id: int, name: str, kind: int, **more: Any) -> Json:
        channel = {
            "id": str(channel_id),
            "guild_id": str(self.id),
            "type": kind,
            "name": name,
            "position": len(self.channels),
            "permission_overwrites": [],
            "parent_id": None,
            "nsfw": False,
            "topic": None,
            "rate_limit_per_user": 0,
            "last_message_id": None,
            "flags": 0,
            **more,
        }
        if kind == VOICE:
            channel.update({"bitrate": 64000, "user_limit": 0, "rtc_region": None})
        self.channels[channel_id] = channel
        return channel

    def add_member(self, about: Json, roles: list[int], *, nick: str | None = None) -> Json:
        member = {
            "user": about,
            "nick": nick,
            "avatar": None,
            "roles": [str(role) for role in roles],
            "joined_at": iso(),
            "premium_since": None,
            "deaf": False,
            "mute": False,
            "flags": 0,
            "pending": False,
        }
        self.members[int(about["id"])] = member
        return member

    def member(self, user_id: int) -> Json:
        if (found := self.members.get(user_id)) is None:
            raise unknown(10007, "Member")
        return found

    def fields(self) -> Json:
        """The guild without what only GUILD_CREATE has."""
        return {
            "id": str(self.id),
            "name": self.name,
            "icon": None,
            "splash": None,
            "owner_id": str(self.owner_id),
            "afk_timeout": 300,
            "afk_channel_id": None,
            "verification_level": 0,
            "default_message_notifications": 0,
            "explicit_content_filter": 0,
            "roles": list(self.roles.values()),
            "emojis": [],
            "stickers": [],
            "features": [],
            "mfa_level": 0,
            "system_channel_id": None,
            "system_channel_flags": 0,
            "rules_channel_id": None,
            "public_updates_channel_id": None,
            "description": None,
            "banner": None,
            "premium_tier": 0,
            "preferred_locale": self.locale,
            "nsfw_level": 0,
            "premium_progress_bar_enabled": False,
        }

    def payload(self, *, all_members: bool) -> Json:
        """GUILD_CREATE; without the members intent Discord sends only the bot."""
        bot_only = [self.members[APPLICATION_ID]] if APPLICATION_ID in self.members else []
        return {
            **self.fields(),
            "joined_at": self.joined_at,
            "large": False,
            "member_count": len(self.members),
            "members": list(self.members.values()) if all_members else bot_only,
            "channels": list(self.channels.values()),
            "threads": [each for each in self.threads.values() if not each["thread_metadata"]["archived"]],
            "guild_scheduled_events": list(self.events.values()),
            "voice_states": [],
            "presences": [],
            "stage_instances": [],
            "soundboard_sounds": [],
        }


class World:
    """All guilds, and the direct messages."""

    def __init__(self, settings: DoubleSettings, ids: Snowflakes) -> None:
        self.ids = ids
        self.settings = settings
        self.guilds: dict[int, Guild] = {}
        self.channels: dict[int, Json] = {}
        """Every channel that messages can go to: guild channels, threads, direct messages."""
        self.users: dict[int, Json] = {APPLICATION_ID: BOT_USER}
        self.direct: dict[int, int] = {}
        self.closed_direct: set[int] = set()
        self.commands: list[Json] = []
        self._made_channels = 0
        self._made_users = 0
        for number in range(settings.guilds):
            share = settings.channels // settings.guilds + (number < settings.channels % settings.guilds)
            self.make_guild(share, settings.members)

    def make_guild(self, channels: int, members: int) -> Guild:
        """A new guild with text channels `c-1`, `c-2`, ..., the bot and some people."""
        number = len(self.guilds) + 1
        guild = Guild(fixed_id("guild", number), f"Guild {number}", self.settings.locale)
        guild.add_role(guild.id, "@everyone", EVERYONE_PERMISSIONS)
        bot_role = fixed_id("role", number)
        guild.add_role(bot_role, "benkyokai", BOT_PERMISSIONS, managed=True, tags={"bot_id": str(APPLICATION_ID)})
        guild.add_member(BOT_USER, [bot_role])
        self.guilds[guild.id] = guild
        for _ in range(members):
            self.make_member(guild)
        for place in range(channels):
            self._made_channels += 1
            channel_id = fixed_id("channel", self._made_channels)
            self.channels[channel_id] = guild.add_channel(channel_id, f"c-{place + 1}", TEXT)
        return guild

    def make_member(self, guild: Guild) -> Json:
        """A new person in a guild; a guild's first person owns it."""
        self._made_users += 1
        about = user(fixed_id("user", self._made_users), f"person{self._made_users}")
        self.users[int(about["id"])] = about
        if guild.owner_id == 0:
            guild.owner_id = int(about["id"])
        return guild.add_member(about, [])

    def guild(self, guild_id: int) -> Guild:
        if (found := self.guilds.get(guild_id)) is None:
            raise unknown(10004, "Guild")
        return found

    def channel(self, channel_id: int) -> Json:
        if (found := self.channels.get(channel_id)) is None:
            raise unknown(10003, "Channel")
        return found

    def guild_of(self, channel: Json) -> Guild | None:
        """The guild of a channel; None for direct messages."""
        guild_id = channel.get("guild_id")
        return None if guild_id is None else self.guilds.get(int(guild_id))

    def forget_channel(self, channel_id: int) -> Json:
        """Delete a channel, and a channel's threads with it."""
        channel = self.channel(channel_id)
        guild = self.guild_of(channel)
        del self.channels[channel_id]
        if guild is not None:
            guild.channels.pop(channel_id, None)
            guild.threads.pop(channel_id, None)
            for thread_id in [key for key, each in guild.threads.items() if each["parent_id"] == str(channel_id)]:
                del guild.threads[thread_id]
                self.channels.pop(thread_id, None)
        return channel

    def direct_channel(self, user_id: int) -> Json:
        """The channel of direct messages with a user."""
        about = self.users.get(user_id)
        if about is None or user_id == APPLICATION_ID:
            raise unknown(10013, "User")
        if user_id not in self.direct:
            channel_id = self.ids.next()
            self.direct[user_id] = channel_id
            self.channels[channel_id] = {
                "id": str(channel_id),
                "type": DIRECT,
                "last_message_id": None,
                "flags": 0,
                "recipients": [about],
            }
        return self.channels[self.direct[user_id]]

    def permissions(self, guild: Guild, user_id: int) -> int:
        """A member's permissions in a guild; overwrites of channels are kept but not applied."""
        if user_id == guild.owner_id:
            return OWNER_PERMISSIONS
        member = guild.members.get(user_id)
        total = int(guild.roles[guild.id]["permissions"])
        for role in member["roles"] if member else ():
            if (known := guild.roles.get(int(role))) is not None:
                total |= int(known["permissions"])
        return total
