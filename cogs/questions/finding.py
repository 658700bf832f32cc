"""Finding questions: the pages of what was found. The commands stand with the others of /question."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import discord
from discord.ext import commands

from bot.client import Caller, StudyBot
from bot.rendering import questions as rendering
from bot.rendering.buttons import template
from bot.rendering.content import Content
from cogs.presses import cog_of, pressed, turn

if TYPE_CHECKING:
    from bot.domain.questions.finding import FindingService, Search


class Finding(commands.Cog):
    """Finds questions for one reader."""

    def __init__(self, bot: StudyBot, finding: FindingService) -> None:
        self.bot = bot
        self.finding = finding

    async def search(self, caller: Caller, wanted: Search) -> Content:
        """The first screen of what is found."""
        found = await self.finding.search(caller.guild.id, caller.actor, wanted)
        return rendering.found(found, caller.guild.id, caller.words)

    async def page(self, caller: Caller, kept_id: int, number: int) -> Content:
        """A further screen of it."""
        found = await self.finding.page(caller.guild.id, caller.actor, kept_id, number)
        return rendering.found(found, caller.guild.id, caller.words)


class FoundPageButton(
    discord.ui.DynamicItem[discord.ui.Item[Any]],
    template=template(rendering.FOUND_PAGES, r"(?P<search>\d{1,18})", r"(?P<page>\d{1,4})", "(?:back|next)"),
):
    """Turns a page of what was found; what was looked for is kept for a day, and is nobody else's."""

    def __init__(self, item: discord.ui.Item[Any], search: int, page: int) -> None:
        super().__init__(item)
        self.search = search
        self.page = page

    @classmethod
    async def from_custom_id(
        cls, interaction: discord.Interaction, item: discord.ui.Item[Any], match: re.Match[str], /
    ) -> FoundPageButton:
        """Whose search it is, and what is found now, is asked of the rows."""
        return cls(item, int(match["search"]), int(match["page"]))

    async def callback(self, interaction: discord.Interaction) -> None:
        """Turn the page in place."""

        async def act(caller: Caller) -> None:
            await turn(caller, await cog_of(interaction, Finding).page(caller, self.search, self.page))

        await pressed(interaction, act)


ITEMS: tuple[type[discord.ui.DynamicItem[Any]], ...] = (FoundPageButton,)
