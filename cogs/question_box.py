"""The question box of a lecture: the button under its announcement, the form, and taking a question back.

The command stands with the others of /session.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import discord
from discord.ext import commands

from bot.client import Caller, StudyBot
from bot.domain.question_box import FullBox, OwnQuestions
from bot.rendering import question_box as rendering
from bot.rendering.buttons import button_id, template
from bot.rendering.content import Content
from cogs.forms import Form, open_form
from cogs.presses import cog_of, opening, pressed, turn

if TYPE_CHECKING:
    from bot.domain.forms import Filled
    from bot.domain.question_box import QuestionBoxService


class QuestionBox(commands.Cog):
    """Takes questions for lecturers."""

    def __init__(self, bot: StudyBot, box: QuestionBoxService) -> None:
        self.bot = bot
        self.box = box

    async def look(self, caller: Caller, session_id: int) -> Content:
        """The caller's own questions, or all of them if they are the caller's to read."""
        return self.shown(caller, await self.box.look(caller.guild.id, caller.actor, session_id))

    def shown(self, caller: Caller, found: OwnQuestions | FullBox) -> Content:
        """What the caller sees of a box."""
        if isinstance(found, FullBox):
            return rendering.full_box(found, caller.words)
        return rendering.own_questions(found, caller.words)

    async def ask(self, caller: Caller, session_id: int, text: str, *, anonymous: bool) -> Content:
        """The caller asks."""
        own = await self.box.ask(caller.guild.id, caller.actor, session_id, text, anonymous=anonymous)
        return rendering.own_questions(own, caller.words)

    async def withdraw(self, caller: Caller, question_id: int) -> Content:
        """The caller takes a question back."""
        own = await self.box.withdraw(caller.guild.id, caller.actor, question_id)
        return rendering.own_questions(own, caller.words)


class AskButton(
    discord.ui.DynamicItem[discord.ui.Item[Any]], template=template(rendering.ASK, r"(?P<session>\d{1,18})")
):
    """Opens the form for a question; whoever has no more of them sees those they asked, the lecturer all."""

    def __init__(self, item: discord.ui.Item[Any], session: int) -> None:
        super().__init__(item)
        self.session = session

    @classmethod
    async def from_custom_id(
        cls, interaction: discord.Interaction, item: discord.ui.Item[Any], match: re.Match[str], /
    ) -> AskButton:
        """Whether the session exists for the presser, and whether it takes questions, is asked of the rows."""
        return cls(item, int(match["session"]))

    async def callback(self, interaction: discord.Interaction) -> None:
        """Open it, or show the box."""

        async def act(caller: Caller) -> None:
            cog = cog_of(interaction, QuestionBox)
            found = await cog.box.look(caller.guild.id, caller.actor, self.session)
            if isinstance(found, OwnQuestions) and found.may_ask:
                await open_form(caller, button_id(rendering.FORM, self.session))
            else:
                await caller.reply(cog.shown(caller, found))

        await opening(interaction, act)


class WithdrawButton(
    discord.ui.DynamicItem[discord.ui.Item[Any]], template=template(rendering.WITHDRAW, r"(?P<question>\d{1,18})")
):
    """Takes an own question back."""

    def __init__(self, item: discord.ui.Item[Any], question: int) -> None:
        super().__init__(item)
        self.question = question

    @classmethod
    async def from_custom_id(
        cls, interaction: discord.Interaction, item: discord.ui.Item[Any], match: re.Match[str], /
    ) -> WithdrawButton:
        """Only whoever asked finds the question, whatever the id says."""
        return cls(item, int(match["question"]))

    async def callback(self, interaction: discord.Interaction) -> None:
        """Take it back, and show what is left."""

        async def act(caller: Caller) -> None:
            await turn(caller, await cog_of(interaction, QuestionBox).withdraw(caller, self.question))

        await pressed(interaction, act)


class AskForm(Form, template=template(rendering.FORM, r"(?P<session>\d{1,18})")):
    """A question, and whether it is asked anonymously."""

    async def modal(self, caller: Caller) -> discord.ui.Modal:
        """Empty: what was asked before stands in the box already."""
        box = cog_of(caller.interaction, QuestionBox).box
        await box.require_room(caller.guild.id, caller.actor, int(self.parts["session"]))
        return rendering.ask_form(self.custom_id, caller.words)

    async def sent(self, caller: Caller, filled: Filled) -> None:
        """Put it into the box; unless they chose their name, it is asked anonymously."""
        anonymous = filled.chosen.get("name") != (rendering.NAMED,)
        cog, session_id = cog_of(caller.interaction, QuestionBox), int(self.parts["session"])
        await turn(caller, await cog.ask(caller, session_id, filled.box("question"), anonymous=anonymous))


ITEMS: tuple[type[discord.ui.DynamicItem[Any]], ...] = (AskButton, WithdrawButton)
FORMS: tuple[type[Form], ...] = (AskForm,)
