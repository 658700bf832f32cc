"""What Discord's permissions allow: read from what discord.py knows, and told to moderators before it is missed."""

from __future__ import annotations

from typing import TYPE_CHECKING

import discord
from msgspec.structs import replace

from bot.domain.communities import CHANNEL_FIELDS, FORUM, Community
from bot.domain.questions.values import ROOM_FOR_TAGS
from bot.domain.roles import TO_GIVE_ROLES, RoleProblem
from bot.domain.setup import MORNING, NEEDED, TO_POST, ChannelCheck, NoTags, PermissionReport, needed_on_server
from bot.domain.visibility import Audience, audience, sees_both
from bot.i18n import words
from bot.rendering.questions.forum import state_tags

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.domain.morning import MorningSettings


def missing_permissions(guild: discord.Guild, channel_id: int, needed: Sequence[str]) -> tuple[str, ...]:
    """Which of these the bot lacks in a channel; all of them if it does not exist."""
    channel = guild.get_channel(channel_id)
    if channel is None:
        return tuple(needed)
    allowed = channel.permissions_for(guild.me)
    return tuple(name for name in needed if not getattr(allowed, name))


def to_announce(guild: discord.Guild, channel_id: int) -> tuple[str, ...]:
    """What the bot lacks to announce a session in this channel."""
    return missing_permissions(guild, channel_id, TO_POST)


def lacking(guild: discord.Guild, channel_id: int, needed: Sequence[str]) -> tuple[int, tuple[str, ...]]:
    """Where these permissions are granted, and which of them the bot lacks there.

    That is the channel, a thread's own channel, or for channel 0 the server as a whole (0).
    """
    thread = guild.get_thread(channel_id)
    if thread is not None:
        channel_id = thread.parent_id
        needed = ["send_messages_in_threads" if name == "send_messages" else name for name in needed]
    if not channel_id:
        return 0, missing_on_server(guild, needed)
    return channel_id, missing_permissions(guild, channel_id, needed)


def missing_on_server(guild: discord.Guild, needed: Sequence[str]) -> tuple[str, ...]:
    """Which of these the bot lacks on the server as a whole."""
    allowed = guild.me.guild_permissions
    return tuple(name for name in needed if not getattr(allowed, name))


def permission_report(guild: discord.Guild, community: Community, morning: MorningSettings) -> PermissionReport:
    """What the bot may not do on the server, in the channels of the community, and with the morning post's role."""
    used = [(which, getattr(community, field)) for which, field in CHANNEL_FIELDS.items()]
    if morning.channel_id not in [channel_id for _which, channel_id in used]:
        used.append((MORNING, morning.channel_id))
    checks = (_check(guild, which, channel_id) for which, channel_id in used if channel_id)
    return PermissionReport(
        tuple(
            replace(check, no_tags=no_tags(guild, check.channel_id, community)) if check.which == FORUM else check
            for check in checks
        ),
        missing_on_server(guild, needed_on_server(community)),
        morning.mention_role,
        role_problems(guild, community, morning),
    )


def channel_check(guild: discord.Guild, community: Community, which: int) -> ChannelCheck | None:
    """The community's channel for one of the uses in `CHANNEL_FIELDS`; None if none is chosen."""
    channel_id = getattr(community, CHANNEL_FIELDS[which])
    return _check(guild, which, channel_id) if channel_id else None


def morning_report(guild: discord.Guild, community: Community, morning: MorningSettings) -> PermissionReport:
    """The part of it that concerns the morning post."""
    checks = (_check(guild, MORNING, morning.channel_id),) if morning.channel_id else ()
    return PermissionReport(checks, (), morning.mention_role, role_problems(guild, community, morning))


def _check(guild: discord.Guild, which: int, channel_id: int) -> ChannelCheck:
    exists = guild.get_channel(channel_id) is not None
    return ChannelCheck(
        which, channel_id, missing_permissions(guild, channel_id, NEEDED[which] if exists else ()), exists
    )


def no_tags(guild: discord.Guild, channel_id: int, community: Community) -> NoTags | None:
    """Why questions in this channel go without the bot's tags; None: they have them, or it is no forum."""
    forum = guild.get_channel(channel_id)
    if not isinstance(forum, discord.ForumChannel):
        return None
    there = {tag.name.casefold() for tag in forum.available_tags}
    lacking = [name for name in state_tags(words(community.language)) if name.casefold() not in there]
    if lacking and not forum.permissions_for(guild.me).manage_channels:
        return "permission"
    return "full" if len(lacking) > ROOM_FOR_TAGS - len(there) else None


def missing_to_ask(guild: discord.Guild, channel_id: int, *, file: bool = False) -> tuple[str, ...]:
    """What the bot lacks to post a question in this channel, with a `file` if one comes with it."""
    threads = () if isinstance(guild.get_channel(channel_id), discord.ForumChannel) else ("create_public_threads",)
    attaching = ("attach_files",) if file else ()
    return missing_permissions(guild, channel_id, (*TO_POST, *threads, *attaching))


def role_problems(guild: discord.Guild, community: Community, morning: MorningSettings) -> tuple[RoleProblem, ...]:
    """What keeps the role that the morning post mentions from being pinged, taken and left."""
    if not morning.mention_role:
        return ()
    role, me = guild.get_role(morning.mention_role), guild.me
    if role is None:
        return ("gone",)
    if not only_pings(role, community.moderator_role):
        return ("grants_more",)
    channel = guild.get_channel(morning.channel_id)
    pings = channel.permissions_for(me) if channel is not None else me.guild_permissions
    found: dict[RoleProblem, bool] = {
        "no_pings": not (role.mentionable or pings.mention_everyone),
        "permission": bool(missing_on_server(guild, (TO_GIVE_ROLES,))),
        "order": not role.is_assignable(),
    }
    return tuple(problem for problem, there in found.items() if there)


def only_pings(role: discord.Role, moderator_role: int) -> bool:
    """Whether having the role gives nothing but its pings: members take it by a button."""
    more = role.permissions.value & ~role.guild.default_role.permissions.value
    opens = any(channel.overwrites_for(role).pair()[0].value for channel in role.guild.channels)
    return not (more or opens or role.managed or role.id == moderator_role)


def audience_of(channel: discord.abc.GuildChannel) -> Audience:
    """Who sees a channel, from its overwrites and the server's roles."""
    guild = channel.guild
    everyone = channel.overwrites_for(guild.default_role).view_channel
    here = {
        target.id: overwrite.view_channel
        for target, overwrite in channel.overwrites.items()
        if target.id != guild.id and overwrite.view_channel is not None
    }
    seeing = [role.id for role in guild.roles if role.permissions.view_channel and role.id != guild.id]
    return audience(guild.default_role.permissions.view_channel, everyone, here, seeing)


def readable_by_all(place: object, forum_id: int) -> bool:
    """Whether everybody who sees this forum surely sees this channel or thread."""
    if isinstance(place, discord.Thread):
        # Whoever may see the channel of an open thread may read it.
        place = None if place.is_private() else place.parent
    if not isinstance(place, discord.abc.GuildChannel):
        return False
    forum = place.guild.get_channel(forum_id)
    return forum is not None and sees_both(audience_of(forum), audience_of(place))


def place_to_say_hello(guild: discord.Guild) -> int:
    """The channel for system messages or else the first text channel where the bot may write; 0 if there is none."""
    needed = ("view_channel", "send_messages")
    candidates = [guild.system_channel, *guild.text_channels]
    for channel in candidates:
        if channel is not None and not missing_permissions(guild, channel.id, needed):
            return channel.id
    return 0
