"""The buttons of questions: below their posts, their cards and lists, and below what is not posted yet."""

from __future__ import annotations

import re
from typing import Any

import discord

from bot.client import Caller
from bot.rendering import questions as rendering
from bot.rendering.buttons import button_id, template
from cogs.forms import open_form
from cogs.presses import cog_of, opening, pressed, turn
from cogs.questions.commands import Questions

QUESTION = r"(?P<question>\d{1,18})"


class AskButton(discord.ui.DynamicItem[discord.ui.Item[Any]], template=template(rendering.ASK)):
    """Opens the form for a question, wherever it stands."""

    @classmethod
    async def from_custom_id(
        cls, interaction: discord.Interaction, item: discord.ui.Item[Any], match: re.Match[str], /
    ) -> AskButton:
        """It is the same for everybody."""
        return cls(item)

    async def callback(self, interaction: discord.Interaction) -> None:
        """Open it."""

        async def act(caller: Caller) -> None:
            await open_form(caller, button_id(rendering.FORM, 0))

        await opening(interaction, act)


class OfQuestion:
    """The part of a button that names a question and what is to be done with it."""

    def __init__(self, item: discord.ui.Item[Any], question: int, act: str) -> None:
        super().__init__(item)  # pyright: ignore[reportCallIssue]  # the button, whose part this is
        self.question = question
        self.act = act

    @classmethod
    async def from_custom_id(
        cls, interaction: discord.Interaction, item: discord.ui.Item[Any], match: re.Match[str], /
    ) -> Any:
        """Whether it exists for the presser, and what they may do with it, is asked of the rows."""
        return cls(item, int(match["question"]), match["act"])


class DraftButton(
    OfQuestion,
    discord.ui.DynamicItem[discord.ui.Item[Any]],
    template=template(rendering.DRAFT, QUESTION, "(?P<act>confirm|bare|change|reword|drop)"),
):
    """Below a question that is not posted yet: only its author finds it."""

    async def callback(self, interaction: discord.Interaction) -> None:
        """Post it, forget it, or open the form with it."""
        cog = cog_of(interaction, Questions)

        async def change(caller: Caller) -> None:
            seen = (rendering.SEEN,) if self.act == rendering.REWORD else ()
            await open_form(caller, button_id(rendering.FORM, self.question, *seen))

        async def act(caller: Caller) -> None:
            acts = {rendering.DROP: cog.drop, rendering.BARE: cog.confirm_bare}
            await turn(caller, await acts.get(self.act, cog.confirm)(caller, self.question))

        opens = self.act in (rendering.CHANGE, rendering.REWORD)
        await (opening(interaction, change) if opens else pressed(interaction, act))


class QuestionButton(
    OfQuestion,
    discord.ui.DynamicItem[discord.ui.Item[Any]],
    template=template(rendering.FEATURE, QUESTION, "(?P<act>solve|reopen|reply|show)"),
):
    """Below a question's post, and below the card of a question."""

    async def callback(self, interaction: discord.Interaction) -> None:
        """Do it; the post itself follows by itself."""
        cog = cog_of(interaction, Questions)

        async def reply(caller: Caller) -> None:
            await open_form(caller, button_id(rendering.REPLY_FORM, self.question))

        async def act(caller: Caller) -> None:
            acts = {rendering.SOLVE: cog.close, rendering.REOPEN: cog.reopen, rendering.SHOW: cog.show}
            await turn(caller, await acts[self.act](caller, str(self.question)))

        await (opening(interaction, reply) if self.act == rendering.REPLY else pressed(interaction, act))


class QuestionPageButton(
    discord.ui.DynamicItem[discord.ui.Item[Any]],
    template=template(
        rendering.PAGES, "(?P<which>open|all)", "(?P<industry>[a-z0-9_-]{1,24})", r"(?P<page>\d{1,4})", "(?:back|next)"
    ),
):
    """Turns a page of questions."""

    def __init__(self, item: discord.ui.Item[Any], page: int, industry: str, only_open: bool) -> None:
        super().__init__(item)
        self.page = page
        self.industry = industry
        self.only_open = only_open

    @classmethod
    async def from_custom_id(
        cls, interaction: discord.Interaction, item: discord.ui.Item[Any], match: re.Match[str], /
    ) -> QuestionPageButton:
        """What is on the page is read anew."""
        industry = "" if match["industry"] == rendering.ANY else match["industry"]
        return cls(item, int(match["page"]), industry, match["which"] == "open")

    async def callback(self, interaction: discord.Interaction) -> None:
        """Turn the page in place."""

        async def act(caller: Caller) -> None:
            cog = cog_of(interaction, Questions)
            await turn(caller, await cog.page(caller, self.page, industry=self.industry, only_open=self.only_open))

        await pressed(interaction, act)


ITEMS: tuple[type[discord.ui.DynamicItem[Any]], ...] = (AskButton, DraftButton, QuestionButton, QuestionPageButton)
