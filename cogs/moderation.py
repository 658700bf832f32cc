"""/mod: what moderators do about people."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

import discord
from discord import app_commands
from discord.ext import commands

from bot.client import AnyInteraction, Caller, StudyBot, actor_of
from bot.domain.phrases import PhraseReader
from bot.domain.restricting import LONGEST_REASON, Restricting, RestrictionService, WhichEnd
from bot.domain.restrictions import Part, Restriction
from bot.domain.zones import zone_of
from bot.i18n import _
from bot.rendering import restrictions as rendering
from bot.rendering.buttons import template
from bot.rendering.content import Content
from cogs.presses import OneReading, PageTurn, cog_of
from cogs.sessions.options import person_id

if TYPE_CHECKING:
    from bot.clock import Clock

_PARTS = [app_commands.Choice(name=name, value=part) for part, name in rendering.PARTS.items()]


class Moderation(commands.Cog):
    """The acts of moderators."""

    def __init__(self, bot: StudyBot, restricting: RestrictionService, clock: Clock) -> None:
        self.bot = bot
        self.restricting = restricting
        self.clock = clock

    group = app_commands.Group(
        name="mod",
        description=_("For moderators: restrictions of members"),
        default_permissions=discord.Permissions(manage_guild=True),
        guild_only=True,
    )

    @group.command(
        name="restrict", description=_("Keep a member from sessions, the rotation, or asking or answering questions")
    )
    @app_commands.rename(part="from")
    @app_commands.describe(
        member=_("Who is restricted"),
        part=_("What they are kept from"),
        until=_("Until when, such as “12/3” (to its end) or “in 2 weeks”; without it, until it is lifted"),
        reason=_("The reason; moderators and the member read it"),
    )
    @app_commands.choices(part=_PARTS)
    async def restrict(
        self,
        interaction: AnyInteraction,
        member: discord.Member,
        part: str,
        until: app_commands.Range[str, 1, 100] | None = None,
        reason: app_commands.Range[str, 1, LONGEST_REASON] | None = None,
    ) -> None:
        """At once; or ask first which of two times is meant."""
        caller = await self.bot.begin(interaction)
        caller.actor.require_moderator()
        person = actor_of(member, member.guild_permissions, caller.community)
        reader = PhraseReader(self.clock.now(), zone_of(caller.community.time_zone))
        end = reader.edge("until", until, last=True) if until else None
        new = Restriction(cast("int", person_id(member)), cast("Part", part), end, reason or "")
        result = await self.restricting.restrict(caller.guild.id, caller.actor, person, new, reader.forks)
        await caller.reply(said(result, caller))

    @group.command(name="unrestrict", description=_("Lift the restrictions of a member"))
    @app_commands.rename(part="from")
    @app_commands.describe(member=_("Whose restriction is lifted"), part=_("Which one; without it, all"))
    @app_commands.choices(part=_PARTS)
    async def unrestrict(self, interaction: AnyInteraction, member: discord.User, part: str | None = None) -> None:
        """Also of somebody who has left the server."""
        caller = await self.bot.begin(interaction)
        lifted = await self.restricting.lift(caller.guild.id, caller.actor, member.id, cast("Part | None", part))
        await caller.reply(rendering.lifted(lifted, caller.words))

    @group.command(name="restrictions", description=_("See who is restricted, from what and until when"))
    async def restrictions(self, interaction: AnyInteraction) -> None:
        """The first screen of them."""
        caller = await self.bot.begin(interaction)
        await caller.reply(await self.page(caller, 0))

    async def page(self, caller: Caller, number: int) -> Content:
        """One screen of the restrictions."""
        return rendering.listed(await self.restricting.list(caller.guild.id, caller.actor, number), caller.words)


def said(result: Restricting | WhichEnd, caller: Caller) -> Content:
    """What a restriction has come to, or which of two ends is meant."""
    if isinstance(result, WhichEnd):
        return rendering.which(result, caller.words)
    return rendering.restricted(result, caller.words)


class WhichButton(
    OneReading,
    discord.ui.DynamicItem[discord.ui.Item[Any]],
    template=template(rendering.WHICH, r"(?P<draft>\d{1,18})", "(?P<number>[12])"),
):
    """One of the two times at which a restriction can be meant to end; its author has to be a moderator still."""

    async def chosen(self, caller: Caller) -> Content:
        """Restrict until then."""
        restricting = cog_of(caller.interaction, Moderation).restricting
        return said(await restricting.choose(caller.guild.id, caller.actor, self.draft, self.place), caller)


class PageButton(
    PageTurn,
    discord.ui.DynamicItem[discord.ui.Item[Any]],
    template=template(rendering.PAGES, r"(?P<page>\d{1,4})", "(?:back|next)"),
):
    """Turns a page of the restrictions."""

    async def shown(self, caller: Caller) -> Content:
        """For moderators alone."""
        return await cog_of(caller.interaction, Moderation).page(caller, self.page)


ITEMS: tuple[type[discord.ui.DynamicItem[Any]], ...] = (WhichButton, PageButton)
