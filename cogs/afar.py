"""Commands that also work in a direct message, where nobody says which server they mean."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence

import discord
from discord import app_commands

from bot.client import AnyInteraction, Caller
from bot.domain.errors import Unknown
from bot.i18n import words
from bot.rendering import own_sessions as rendering
from bot.rendering.content import Content
from cogs.presses import caller_from_afar

EVERYWHERE = app_commands.AppCommandContext(guild=True, dm_channel=True, private_channel=False)
"""On servers and in direct messages with the bot."""
UsedIn = Callable[[int], Awaitable[Sequence[int]]]
"""The servers on which somebody uses the bot, the latest first."""


async def begin_anywhere(
    interaction: AnyInteraction, used_in: UsedIn, act: Sequence[str], *, set_up: bool = True
) -> Caller | None:
    """Acknowledge a command, and say who calls; None: they were asked which server they mean, or that none is known.

    `act` is the feature of the button that goes on with the command on the chosen server, and its parts before the id.

    Raises:
        NotSetUp: `set_up` is asked for, and /setup has not been run on the server on which the command was given.
    """
    bot = interaction.client
    if interaction.guild is not None:
        return await bot.begin(interaction, set_up=set_up)
    await interaction.response.defer(ephemeral=True, thinking=True)
    known: list[discord.Guild] = []
    for guild_id in await used_in(interaction.user.id):
        guild = bot.get_guild(guild_id)
        if guild is not None and (await bot.settings(guild_id)).is_set_up:
            known.append(guild)
    w = words(interaction.locale)
    if len(known) == 1:
        try:
            return await caller_from_afar(interaction, known[0].id)
        except Unknown:
            # They have left it, and it has not been noticed yet.
            known = []
    shown = rendering.which_server([(guild.id, guild.name) for guild in known], act, w)
    if not known:
        shown = Content(rendering.no_server(w))
    view = shown.view()
    await interaction.followup.send(
        shown.text,
        view=discord.utils.MISSING if view is None else view,
        ephemeral=True,
        allowed_mentions=discord.AllowedMentions.none(),
    )
    return None
