"""/mod: what moderators do about people and their questions."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

import discord
from discord import app_commands
from discord.ext import commands

from bot.client import AnyInteraction, Caller, StudyBot, actor_of
from bot.domain.choices import choice_of
from bot.domain.phrases import PhraseReader
from bot.domain.questions.reading import MOST_OFFERED
from bot.domain.restricting import LONGEST_REASON, RestrictionService
from bot.domain.restrictions import MemberOrQuestion, Part, Restriction
from bot.domain.zones import zone_of
from bot.i18n import _
from bot.rendering import industries
from bot.rendering import restrictions as rendering
from bot.rendering.buttons import template
from bot.rendering.content import Content
from bot.rendering.questions import label
from bot.rendering.questions.moderating import ACTIONS
from cogs.moderation.questions import ModeratedQuestions, Wanted, said
from cogs.presses import OneReading, PageTurn, cog_of
from cogs.questions import Questions
from cogs.sessions.options import person_id

if TYPE_CHECKING:
    from bot.clock import Clock
    from bot.domain.questions.moderating import Action

_Name = app_commands.Range[str, 1, 100]
_ACTIONS = [app_commands.Choice(name=name, value=action) for action, name in ACTIONS.items()]
_PARTS = [app_commands.Choice(name=name, value=part) for part, name in rendering.PARTS.items()]


class Moderation(commands.Cog):
    """The acts of moderators."""

    def __init__(self, bot: StudyBot, restricting: RestrictionService, clock: Clock) -> None:
        self.bot = bot
        self.restricting = restricting
        self.clock = clock

    group = app_commands.Group(
        name="mod",
        description=_("For moderators: restrictions of members, and questions"),
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
    @app_commands.describe(
        member=_("Whose restriction is lifted"),
        question=_("The question through which somebody was restricted, instead of the member"),
        part=_("Which one; without it, all"),
    )
    @app_commands.choices(part=_PARTS)
    async def unrestrict(
        self,
        interaction: AnyInteraction,
        member: discord.User | None = None,
        question: _Name | None = None,
        part: str | None = None,
    ) -> None:
        """Also of somebody who has left the server, or of whom nobody knows who they are."""
        caller = await self.bot.begin(interaction)
        caller.actor.require_moderator()
        if (member is None) is (question is None):
            raise MemberOrQuestion
        who, what = (caller.guild.id, caller.actor), cast("Part | None", part)
        if member is not None:
            lifted = await self.restricting.lift(*who, member.id, what)
        else:
            lifted = await self.restricting.lift_asker(*who, question or "", what)
        await caller.reply(rendering.lifted(lifted, caller.words))

    @unrestrict.autocomplete("question")
    async def suggest_restricted(self, interaction: AnyInteraction, current: str) -> list[app_commands.Choice[str]]:
        """The questions through which somebody is restricted."""
        caller = await self.bot.caller(interaction, set_up=False)
        found = await self.restricting.through_questions(caller.guild.id, caller.actor)
        labels = [(rendering.of_question(each, caller.words), choice_of(each.id)) for each in found]
        fitting = [each for each in labels if current.strip().casefold() in each[0].casefold()]
        return [app_commands.Choice(name=name[:100], value=value) for name, value in fitting[:MOST_OFFERED]]

    @group.command(name="question", description=_("Close, hide, move or merge a question, or act on who asked it"))
    @app_commands.describe(
        question=_("The question"),
        action=_("What is to be done"),
        into=_("To merge: the other question, which stays"),
        industry=_("To move: the industry it is put to"),
        until=_("To restrict: until when; without it, until it is lifted"),
        reason=_("The reason; who asked reads it. To reveal who asked it is needed"),
    )
    @app_commands.choices(action=_ACTIONS)
    async def question_(
        self,
        interaction: AnyInteraction,
        question: _Name,
        action: str,
        into: _Name | None = None,
        industry: _Name | None = None,
        until: app_commands.Range[str, 1, 100] | None = None,
        reason: app_commands.Range[str, 1, LONGEST_REASON] | None = None,
    ) -> None:
        """At once; or show first what it means, or ask which of two times is meant."""
        caller = await self.bot.begin(interaction)
        caller.actor.require_moderator()
        wanted = Wanted(cast("Action", action), question, into or "", industry or "", until or "", reason or "")
        reader = PhraseReader(self.clock.now(), zone_of(caller.community.time_zone))
        await caller.reply(await cog_of(interaction, ModeratedQuestions).act(caller, wanted, reader))

    @question_.autocomplete("question")
    @question_.autocomplete("into")
    async def suggest_questions(self, interaction: AnyInteraction, current: str) -> list[app_commands.Choice[str]]:
        """Questions that the caller can see, open ones first."""
        caller = await self.bot.caller(interaction, set_up=False)
        views = cog_of(interaction, Questions).views
        found = await views.suggest(caller.guild.id, caller.actor, current)
        return [app_commands.Choice(name=label(each, caller.words), value=choice_of(each.id)) for each in found]

    @question_.autocomplete("industry")
    async def suggest_industries(self, interaction: AnyInteraction, current: str) -> list[app_commands.Choice[str]]:
        """Industries that there are."""
        caller = await self.bot.caller(interaction, set_up=False)
        found = await cog_of(interaction, Questions).profiles.suggest_industries(caller.guild.id, current)
        choices = [industries.choice(each, caller.words) for each in found if each[-1].key]
        return [app_commands.Choice(name=name[:100], value=value[:100]) for name, value in choices]

    @group.command(name="restrictions", description=_("See who is restricted, from what and until when"))
    async def restrictions(self, interaction: AnyInteraction) -> None:
        """The first screen of them."""
        caller = await self.bot.begin(interaction)
        await caller.reply(await self.page(caller, 0))

    async def page(self, caller: Caller, number: int) -> Content:
        """One screen of the restrictions."""
        return rendering.listed(await self.restricting.list(caller.guild.id, caller.actor, number), caller.words)


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
