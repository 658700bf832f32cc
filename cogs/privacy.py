"""What /me privacy and its buttons do, on a server and in a direct message."""

from __future__ import annotations

import re
from typing import Any

import discord
from discord.ext import commands

from bot.client import Caller, StudyBot
from bot.domain.privacy import PrivacyChange, PrivacyService
from bot.rendering import privacy as rendering
from bot.rendering.buttons import template
from bot.rendering.content import Content
from cogs.presses import cog_of, pressed, turn


class PrivacyChoices(commands.Cog):
    """Everybody's own choices."""

    def __init__(self, bot: StudyBot, privacy: PrivacyService) -> None:
        self.bot = bot
        self.privacy = privacy

    async def choose(self, caller: Caller, change: PrivacyChange) -> Content:
        """Change what is given, and show what holds now."""
        if change == PrivacyChange():
            value = await self.privacy.show(caller.guild.id, caller.actor)
        else:
            value = await self.privacy.choose(caller.guild.id, caller.actor, change)
        return rendering.page(value, caller.guild.id, caller.guild.name, caller.words)


class PrivacyButton(
    discord.ui.DynamicItem[discord.ui.Item[Any]],
    template=template(
        rendering.FEATURE, "(?P<what>open|known_for:on|known_for:off|network:on|network:off)", r"(?P<guild>\d{1,20})"
    ),
):
    """Opens one's choices, or changes one of them."""

    def __init__(self, item: discord.ui.Item[Any], what: str, guild: int) -> None:
        super().__init__(item)
        self.what = what
        self.guild = guild

    @classmethod
    async def from_custom_id(
        cls, interaction: discord.Interaction, item: discord.ui.Item[Any], match: re.Match[str], /
    ) -> PrivacyButton:
        """The server in the id counts in a direct message only, and there it is asked whether one is its member."""
        return cls(item, match["what"], int(match["guild"]))

    async def callback(self, interaction: discord.Interaction) -> None:
        """Everybody changes their own."""

        async def act(caller: Caller) -> None:
            what, _colon, state = self.what.partition(":")
            change = PrivacyChange(**{what: state == rendering.ON} if state else {})
            await turn(caller, await cog_of(interaction, PrivacyChoices).choose(caller, change))

        await pressed(interaction, act, guild_id=self.guild)


ITEMS: tuple[type[discord.ui.DynamicItem[Any]], ...] = (PrivacyButton,)
