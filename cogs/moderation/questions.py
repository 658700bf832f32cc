"""/mod question: what moderators do about questions, and its buttons."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import discord
from discord.ext import commands
from msgspec import Struct

from bot.client import Caller, StudyBot, actor_of
from bot.domain.questions.hiding import Hidden
from bot.domain.questions.moderating import Action, Option, check_options
from bot.domain.restricting import Restricting, WhichEnd
from bot.rendering import restrictions as restriction_rendering
from bot.rendering.buttons import template
from bot.rendering.content import Content
from bot.rendering.questions import moderating as rendering
from cogs.presses import Decision, cog_of, pressed, turn
from cogs.questions import Questions

if TYPE_CHECKING:
    from bot.domain.actors import Actor
    from bot.domain.phrases import PhraseReader
    from bot.domain.questions.moderating import ModeratingService
    from bot.domain.restricting import RestrictionService


class Wanted(Struct, frozen=True):
    """What a moderator wants of a question, as they typed it; "" is left out."""

    action: Action
    question: str
    into: str = ""
    industry: str = ""
    until: str = ""
    reason: str = ""


class ModeratedQuestions(commands.Cog):
    """Lets moderators act on questions."""

    def __init__(self, bot: StudyBot, moderating: ModeratingService, restricting: RestrictionService) -> None:
        self.bot = bot
        self.moderating = moderating
        self.restricting = restricting

    async def act(self, caller: Caller, wanted: Wanted, reader: PhraseReader) -> Content:
        """Do it, or show what it would mean; `reader` understands until when somebody is restricted."""
        options: tuple[Option, ...] = ("into", "industry", "until", "reason")
        check_options(wanted.action, [name for name in options if getattr(wanted, name)])
        who, w = (caller.guild.id, caller.actor), caller.words
        match wanted.action:
            case "close":
                return rendering.closed(await self.moderating.close(*who, wanted.question, wanted.reason), w)
            case "merge":
                done = await self.moderating.merge(*who, wanted.question, wanted.into, wanted.reason)
                return rendering.merged(done, w)
            case "move":
                asking = cog_of(caller.interaction, Questions).asking
                key = await asking.industry_key(caller.guild.id, wanted.industry)
                return rendering.moved(await self.moderating.move(*who, wanted.question, key, wanted.reason), w)
            case "hide" | "reveal" as act:
                return rendering.preview(await self.moderating.propose(*who, wanted.question, act, wanted.reason), w)
            case "restrict":
                return await self._restrict(caller, wanted, reader)

    async def _restrict(self, caller: Caller, wanted: Wanted, reader: PhraseReader) -> Content:
        """Whoever asked; of a name that all can read it matters whether it is a moderator's, of no other."""
        who = (caller.guild.id, caller.actor)
        asker_id = await self.moderating.named_asker(*who, wanted.question)
        person = await _as_member(caller, asker_id) if asker_id else None
        end = reader.edge("until", wanted.until, last=True) if wanted.until else None
        result = await self.restricting.restrict_asker(*who, wanted.question, person, end, wanted.reason, reader.forks)
        return said(result, caller)


async def _as_member(caller: Caller, member_id: int) -> Actor | None:
    """Somebody as the rules see them; None: they have left."""
    member = caller.guild.get_member(member_id)
    try:
        member = member or await caller.guild.fetch_member(member_id)
    except discord.NotFound:
        return None
    return actor_of(member, member.guild_permissions, caller.community)


def said(result: Restricting | WhichEnd, caller: Caller) -> Content:
    """What a restriction has come to, or which of two ends is meant."""
    if isinstance(result, WhichEnd):
        return restriction_rendering.which(result, caller.words)
    return restriction_rendering.restricted(result, caller.words)


class DecisionButton(
    Decision,
    discord.ui.DynamicItem[discord.ui.Item[Any]],
    template=template(rendering.MODERATE, r"(?P<draft>\d{1,18})", "(?P<act>confirm|keep)"),
):
    """Under what it would mean to hide a question, or to reveal who asked it: do it, or leave it."""

    async def confirm(self, caller: Caller) -> Content:
        """Do it."""
        moderating = cog_of(caller.interaction, ModeratedQuestions).moderating
        done = await moderating.confirm(caller.guild.id, caller.actor, self.draft)
        if isinstance(done, Hidden):
            return rendering.hidden(done, caller.words)
        return rendering.revealed(done, caller.words)

    async def keep(self, caller: Caller) -> Content:
        """Leave everything as it is."""
        moderating = cog_of(caller.interaction, ModeratedQuestions).moderating
        return rendering.left(await moderating.keep(caller.guild.id, caller.actor, self.draft), caller.words)


class UnhideButton(
    discord.ui.DynamicItem[discord.ui.Item[Any]],
    template=template(rendering.UNHIDE, r"(?P<question>\d{1,18})"),
):
    """Brings a hidden question back, below the answer to who hid it and below its copy in the log channel."""

    def __init__(self, item: discord.ui.Item[Any], question: int) -> None:
        super().__init__(item)
        self.question = question

    @classmethod
    async def from_custom_id(
        cls, interaction: discord.Interaction, item: discord.ui.Item[Any], match: re.Match[str], /
    ) -> UnhideButton:
        """Whether it is hidden, and the presser a moderator, is asked of the rows."""
        return cls(item, int(match["question"]))

    async def callback(self, interaction: discord.Interaction) -> None:
        """Bring it back, and say so."""

        async def act(caller: Caller) -> None:
            moderating = cog_of(interaction, ModeratedQuestions).moderating
            done = await moderating.unhide(caller.guild.id, caller.actor, self.question)
            await turn(caller, rendering.unhidden(done, caller.words))

        await pressed(interaction, act)


ITEMS: tuple[type[discord.ui.DynamicItem[Any]], ...] = (DecisionButton, UnhideButton)
