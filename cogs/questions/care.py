"""What people answer to what they are told of a question: that it is quiet, was written in, or lost its thread."""

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
from cogs.questions.commands import is_locked

if TYPE_CHECKING:
    from bot.domain.questions.idle import IdleService
    from bot.domain.questions.life import QuestionLifeService


class QuestionCare(commands.Cog):
    """It has no commands: what its buttons do can be done with those of /question."""

    def __init__(self, bot: StudyBot, idle: IdleService, life: QuestionLifeService) -> None:
        self.bot = bot
        self.idle = idle
        self.life = life

    async def act(self, caller: Caller, question: int, act: str) -> Content:
        """Do what was pressed, and say what it has come to."""
        who = (caller.guild.id, caller.actor)
        match act:
            case rendering.SOLVE:
                return rendering.closed(await self.life.close(*who, str(question)), caller.words)
            case rendering.CLOSE:
                return rendering.closed(await self.life.close(*who, str(question), solved=False), caller.words)
            case rendering.REOPEN:
                done = await self.life.reopen(*who, str(question))
                locked = await is_locked(caller, done.view.post_id)
                return rendering.reopened(done, caller.words, locked=locked)
            case rendering.KEEP:
                return rendering.kept_open(await self.idle.keep_open(*who, question), caller.words)
            case rendering.CLOSE_AGAIN:
                return rendering.closed_again(await self.idle.close_again(*who, question), caller.words)
            case rendering.LEAVE:
                return rendering.left_closed(await self.idle.leave_closed(*who, question), caller.words)
            case _:
                return rendering.posted_again(await self.idle.post_again(*who, question), caller.words)


class CareButton(
    discord.ui.DynamicItem[discord.ui.Item[Any]],
    template=template(
        rendering.CARE,
        r"(?P<question>\d{1,18})",
        f"(?P<act>{'|'.join((rendering.SOLVE, rendering.KEEP, rendering.CLOSE, rendering.REOPEN))}"
        f"|{rendering.LEAVE}|{rendering.POST}|{rendering.CLOSE_AGAIN})",
        r"(?P<guild>\d{1,20})",
    ),
):
    """Under what somebody is asked about a question, mostly in a direct message."""

    def __init__(self, item: discord.ui.Item[Any], question: int, act: str, guild: int) -> None:
        super().__init__(item)
        self.question = question
        self.act = act
        self.guild = guild

    @classmethod
    async def from_custom_id(
        cls, interaction: discord.Interaction, item: discord.ui.Item[Any], match: re.Match[str], /
    ) -> CareButton:
        """Whether the presser may do it is asked of the rows."""
        return cls(item, int(match["question"]), match["act"], int(match["guild"]))

    async def callback(self, interaction: discord.Interaction) -> None:
        """Do it."""

        async def act(caller: Caller) -> None:
            await turn(caller, await cog_of(interaction, QuestionCare).act(caller, self.question, self.act))

        await pressed(interaction, act, guild_id=self.guild)


ITEMS: tuple[type[discord.ui.DynamicItem[Any]], ...] = (CareButton,)
