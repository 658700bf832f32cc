"""What a moderator grants the bot, and takes from it."""

from __future__ import annotations

from typing import Any

import discord
import simcord

from tests.world import World


def forbid(world: World, channel: Any, **permissions: bool) -> None:
    """Set the bot's own overwrites in a channel: `send_messages=False`; none given takes them all away."""
    allowed, denied = discord.PermissionOverwrite(**permissions).pair()
    overwrite = simcord.backend.models.Overwrite(
        world.sim.env.backend.bot_user.id, simcord.enums.OverwriteType.MEMBER, allowed.value, denied.value
    )
    world.sim.env.backend.set_overwrite(channel.id, overwrite)


def hide(world: World, channel: Any) -> None:
    """Hide a channel from everybody but the bot and those who may manage the server."""
    backend = world.sim.env.backend
    for target, allowed, denied in (
        (world.guild.id, 0, discord.Permissions(view_channel=True).value),
        (world.guild.roles["Managers"].id, discord.Permissions(view_channel=True).value, 0),
    ):
        role = simcord.enums.OverwriteType.ROLE
        backend.set_overwrite(channel.id, simcord.backend.models.Overwrite(target, role, allowed, denied))
    forbid(world, channel, view_channel=True)


def shut_out(world: World, channel: Any, who: Any) -> None:
    """Hide a channel from one person."""
    denied = discord.Permissions(view_channel=True).value
    overwrite = simcord.backend.models.Overwrite(who.id, simcord.enums.OverwriteType.MEMBER, 0, denied)
    world.sim.env.backend.set_overwrite(channel.id, overwrite)


def unhide(world: World, channel: Any) -> None:
    """Show everybody a channel that was hidden."""
    role, everyone = simcord.enums.OverwriteType.ROLE, world.guild.id
    world.sim.env.backend.set_overwrite(channel.id, simcord.backend.models.Overwrite(everyone, role, 0, 0))


def withhold(world: World, *names: str) -> None:
    """Take permissions on the whole server from the bot."""
    backend = world.sim.env.backend
    taken = discord.Permissions(**dict.fromkeys(names, True)).value
    for role in list(backend.get_guild(world.guild.id).roles.values()):
        backend.edit_role(world.guild.id, role.id, {"permissions": role.permissions & ~taken})
