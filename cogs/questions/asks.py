"""Being asked a question: the buttons under it, naming somebody else, and asking further people."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Any

import discord
from discord.ext import commands

from bot.client import Caller, StudyBot
from bot.domain.errors import Unknown
from bot.domain.questions.answering import AskService
from bot.rendering import questions as rendering
from bot.rendering.buttons import button_id, template
from bot.rendering.content import Content
from cogs.forms import Form, open_form
from cogs.presses import cog_of, opening, pressed, turn

if TYPE_CHECKING:
    from bot.domain.forms import Filled

GUILD = r"(?::(?P<guild>\d{1,20}))?"
"""The end of a button's pattern: in a direct message it says which server is meant."""
_ID = r"\d{1,18}"


class Asks(commands.Cog):
    """Takes what people say to being asked. `meant` tells who in a server is meant by a name."""

    def __init__(self, bot: StudyBot, asks: AskService, meant: Callable[[int, str], Awaitable[int]]) -> None:
        self.bot = bot
        self.asks = asks
        self.meant = meant

    async def take(self, caller: Caller, ask_id: int) -> Content:
        """The caller answers."""
        done = await self.asks.take(caller.guild.id, caller.actor, ask_id)
        return rendering.took(done, caller.words, guild_id=afar(caller))

    async def decline(self, caller: Caller, ask_id: int) -> Content:
        """The caller does not answer, or not after all."""
        return rendering.passed(await self.asks.decline(caller.guild.id, caller.actor, ask_id), caller.words)

    async def refer(self, caller: Caller, ask_id: int, typed: str) -> Content:
        """The caller names somebody else."""
        await self.asks.may_refer(caller.guild.id, caller.actor, ask_id)
        member_id = await self.meant(caller.guild.id, typed)
        done = await self.asks.refer(caller.guild.id, caller.actor, ask_id, member_id)
        return rendering.referred(done, caller.words, guild_id=afar(caller))

    async def again(self, caller: Caller, question: str) -> Content:
        """Ask further people; the question by its words or its id."""
        return rendering.again(await self.asks.again(caller.guild.id, caller.actor, question), caller.words)

    async def put_to(self, caller: Caller, question_id: int, industry: str) -> Content:
        """Put a question for which there was nobody to another industry."""
        done = await self.asks.put_to(caller.guild.id, caller.actor, question_id, industry)
        return rendering.again(done, caller.words)


def afar(caller: Caller) -> int:
    """The server that buttons in an answer have to name: where it stands in a direct message; else 0."""
    return 0 if caller.interaction.guild is not None else caller.guild.id


class AskedButton(
    discord.ui.DynamicItem[discord.ui.Item[Any]],
    template=template(rendering.ASKED, f"(?P<ask>{_ID})", "(?P<act>take|pass|know|back)" + GUILD),
):
    """Under what somebody is asked: I'll answer, Pass, I know who; and under the answer: I can't after all."""

    def __init__(self, item: discord.ui.Item[Any], ask: int, act: str, guild: int) -> None:
        super().__init__(item)
        self.ask = ask
        self.act = act
        self.guild = guild

    @classmethod
    async def from_custom_id(
        cls, interaction: discord.Interaction, item: discord.ui.Item[Any], match: re.Match[str], /
    ) -> AskedButton:
        """Nothing in the id is trusted: only who is asked finds the ask."""
        return cls(item, int(match["ask"]), match["act"], int(match["guild"] or 0))

    async def callback(self, interaction: discord.Interaction) -> None:
        """Say privately what it has come to, or open the form."""
        if self.act == rendering.KNOW:
            await opening(interaction, self._know, guild_id=self.guild)
        else:
            await pressed(interaction, self._answer, guild_id=self.guild)

    async def _know(self, caller: Caller) -> None:
        parts = (rendering.REFER, self.ask, *((self.guild,) if self.guild else ()))
        await open_form(caller, button_id(*parts))

    async def _answer(self, caller: Caller) -> None:
        cog = cog_of(caller.interaction, Asks)
        await turn(caller, await (cog.take if self.act == rendering.TAKE else cog.decline)(caller, self.ask))


class AgainButton(
    discord.ui.DynamicItem[discord.ui.Item[Any]],
    template=template(rendering.AGAIN, f"(?P<question>{_ID})" + GUILD),
):
    """Has further people asked, under a question's card and where its asker reads that nobody is left."""

    def __init__(self, item: discord.ui.Item[Any], question: int, guild: int) -> None:
        super().__init__(item)
        self.question = question
        self.guild = guild

    @classmethod
    async def from_custom_id(
        cls, interaction: discord.Interaction, item: discord.ui.Item[Any], match: re.Match[str], /
    ) -> AgainButton:
        """Whether they may, is asked of the rows."""
        return cls(item, int(match["question"]), int(match["guild"] or 0))

    async def callback(self, interaction: discord.Interaction) -> None:
        """Ask them, and say who it is."""

        async def act(caller: Caller) -> None:
            await turn(caller, await cog_of(interaction, Asks).again(caller, str(self.question)))

        await pressed(interaction, act, guild_id=self.guild)


class PutToButton(
    discord.ui.DynamicItem[discord.ui.Item[Any]],
    template=template(rendering.PUT_TO, f"(?P<question>{_ID})", "(?P<industry>[a-z0-9_-]{1,24})"),
):
    """Puts a question for which there was nobody to the nearest industry."""

    def __init__(self, item: discord.ui.Item[Any], question: int, industry: str) -> None:
        super().__init__(item)
        self.question = question
        self.industry = industry

    @classmethod
    async def from_custom_id(
        cls, interaction: discord.Interaction, item: discord.ui.Item[Any], match: re.Match[str], /
    ) -> PutToButton:
        """Whether they may, is asked of the rows."""
        return cls(item, int(match["question"]), match["industry"])

    async def callback(self, interaction: discord.Interaction) -> None:
        """Put it there; the post follows by itself."""

        async def act(caller: Caller) -> None:
            await turn(caller, await cog_of(interaction, Asks).put_to(caller, self.question, self.industry))

        await pressed(interaction, act)


class ReferForm(Form, template=template(rendering.REFER, f"(?P<ask>{_ID})" + GUILD), kept=False):
    """Who else may know. What is refused is not kept: whom somebody named is nobody's business."""

    async def modal(self, caller: Caller) -> discord.ui.Modal:
        """Only who is asked can name somebody."""
        asks = cog_of(caller.interaction, Asks).asks
        view = await asks.may_refer(caller.guild.id, caller.actor, int(self.parts["ask"]))
        return rendering.refer_form(self.custom_id, view, caller.words)

    async def sent(self, caller: Caller, filled: Filled) -> None:
        """Ask them."""
        typed = filled.box("member")
        if not typed.strip():
            raise Unknown("member", "")
        cog = cog_of(caller.interaction, Asks)
        await turn(caller, await cog.refer(caller, int(self.parts["ask"]), typed))


ITEMS: tuple[type[discord.ui.DynamicItem[Any]], ...] = (AskedButton, AgainButton, PutToButton)
FORMS: tuple[type[Form], ...] = (ReferForm,)
