"""/who: who knows something, and who works in an industry."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import discord
from discord import app_commands
from discord.ext import commands

from bot.client import AnyInteraction, Caller, StudyBot
from bot.i18n import _
from bot.rendering import industries
from bot.rendering import who as rendering
from bot.rendering.buttons import template
from bot.rendering.content import Content
from cogs.presses import PageTurn, cog_of

if TYPE_CHECKING:
    from bot.domain.profiles import ProfileService
    from bot.domain.questions.who import WhoService

_Name = app_commands.Range[str, 1, 100]


class Who(commands.Cog):
    """Finds people."""

    def __init__(self, bot: StudyBot, who: WhoService, profiles: ProfileService) -> None:
        self.bot = bot
        self.who = who
        self.profiles = profiles

    group = app_commands.Group(name="who", description=_("Find the people who know"), guild_only=True)

    @group.command(name="knows", description=_("See who knows something, and why I think so; only you see it"))
    @app_commands.describe(topic=_("What it is about, such as “cold chains”"))
    async def knows_(self, interaction: AnyInteraction, topic: _Name) -> None:
        """The first screen of them."""
        caller = await self.bot.begin(interaction)
        value = await self.who.knows(caller.guild.id, caller.actor, topic)
        await caller.reply(rendering.knows(value, caller.words))

    @group.command(name="in", description=_("See who works in an industry; only you see it"))
    @app_commands.describe(industry=_("The industry"))
    async def in_(self, interaction: AnyInteraction, industry: _Name) -> None:
        """The first screen of them."""
        caller = await self.bot.begin(interaction)
        await caller.reply(await self.works(caller, industry, 0))

    @knows_.autocomplete("topic")
    async def suggest_topics(self, interaction: AnyInteraction, current: str) -> list[app_commands.Choice[str]]:
        """Topics that people here know."""
        caller = await self.bot.caller(interaction, set_up=False)
        found = await self.who.suggest(caller.guild.id, caller.actor, current)
        return [app_commands.Choice(name=each[:100], value=each[:100]) for each in found]

    @in_.autocomplete("industry")
    async def suggest_industries(self, interaction: AnyInteraction, current: str) -> list[app_commands.Choice[str]]:
        """Industries that there are."""
        caller = await self.bot.caller(interaction, set_up=False)
        found = await self.profiles.suggest_industries(caller.guild.id, current)
        choices = [industries.choice(each, caller.words) for each in found if len(each) == 1 and each[-1].key]
        return [app_commands.Choice(name=name[:100], value=value[:100]) for name, value in choices]

    async def works(self, caller: Caller, industry: str, page: int) -> Content:
        """A screen of those who work in an industry."""
        return rendering.works(await self.who.works_in(caller.guild.id, caller.actor, industry, page), caller.words)

    async def page(self, caller: Caller, query_id: int, page: int) -> Content:
        """A screen of those who know."""
        return rendering.knows(await self.who.page(caller.guild.id, caller.actor, query_id, page), caller.words)


class KnowsPage(
    PageTurn,
    discord.ui.DynamicItem[discord.ui.Item[Any]],
    template=template(rendering.KNOWS, r"(?P<draft>\d{1,18})", r"(?P<page>\d{1,4})", "(?:back|next)"),
):
    """Turns a page of those who know. The topic stands in a draft, which only its author finds."""

    def __init__(self, item: discord.ui.Item[Any], page: int, draft: int = 0) -> None:
        super().__init__(item, page)
        self.draft = draft

    @classmethod
    async def from_custom_id(
        cls, interaction: discord.Interaction, item: discord.ui.Item[Any], match: re.Match[str], /
    ) -> KnowsPage:
        """What is on the page is read anew."""
        return cls(item, int(match["page"]), int(match["draft"]))

    async def shown(self, caller: Caller) -> Content:
        """The presser's own query."""
        return await cog_of(caller.interaction, Who).page(caller, self.draft, self.page)


class WorksPage(
    PageTurn,
    discord.ui.DynamicItem[discord.ui.Item[Any]],
    template=template(rendering.WORKS, "(?P<industry>[a-z0-9_-]{1,24})", r"(?P<page>\d{1,4})", "(?:back|next)"),
):
    """Turns a page of those who work in an industry."""

    def __init__(self, item: discord.ui.Item[Any], page: int, industry: str = "") -> None:
        super().__init__(item, page)
        self.industry = industry

    @classmethod
    async def from_custom_id(
        cls, interaction: discord.Interaction, item: discord.ui.Item[Any], match: re.Match[str], /
    ) -> WorksPage:
        """What is on the page is read anew."""
        return cls(item, int(match["page"]), match["industry"])

    async def shown(self, caller: Caller) -> Content:
        """An industry that has gone is none."""
        return await cog_of(caller.interaction, Who).works(caller, f"#{self.industry}", self.page)


ITEMS: tuple[type[discord.ui.DynamicItem[Any]], ...] = (KnowsPage, WorksPage)
