"""Being asked to lecture: the buttons under the question, taking an open place, and saying what one will tell of."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import discord
from discord.ext import commands

from bot.client import Caller, StudyBot
from bot.domain.rotation.requests import RequestService
from bot.rendering import requests as rendering
from bot.rendering.buttons import button_id, template
from bot.rendering.content import Content
from cogs.forms import Form, open_form
from cogs.presses import cog_of, opening, pressed, turn

if TYPE_CHECKING:
    from bot.domain.forms import Filled
    from bot.domain.sessions import Session

GUILD = r"(?::(?P<guild>\d{1,20}))?"
"""The end of a button's pattern: in a direct message it says which server is meant."""


class Requests(commands.Cog):
    """Takes the answers of those who are asked to lecture."""

    def __init__(self, bot: StudyBot, requests: RequestService) -> None:
        self.bot = bot
        self.requests = requests

    async def turn_at(self, caller: Caller, session: Session) -> int:
        """The caller's turn at a session."""
        return await self.requests.at(caller.guild.id, caller.actor, session.id)

    async def confirm(
        self,
        caller: Caller,
        turn_id: int,
        theme: str | None = None,
        outline: str | None = None,
        reading: str | None = None,
    ) -> Content:
        """The caller lectures."""
        done = await self.requests.confirm(caller.guild.id, caller.actor, turn_id, theme, outline, reading)
        return rendering.said_yes(done, caller.words, guild_id=afar(caller))

    async def doubt(self, caller: Caller, turn_id: int) -> Content:
        """The caller does not lecture; if they had said yes, they are asked whether they mean it."""
        shown = await self.requests.give_back(caller.guild.id, caller.actor, turn_id)
        if shown is None:
            return await self.decline(caller, turn_id)
        return rendering.give_back(shown, caller.words, guild_id=afar(caller))

    async def decline(self, caller: Caller, turn_id: int, reason: str = "") -> Content:
        """The caller does not lecture."""
        done = await self.requests.decline(caller.guild.id, caller.actor, turn_id, reason)
        return rendering.said_no(done, caller.words, guild_id=afar(caller))

    async def take(self, caller: Caller, session_id: int) -> Content:
        """The caller takes an open place."""
        done = await self.requests.take(caller.guild.id, caller.actor, session_id)
        return rendering.said_yes(done, caller.words, guild_id=afar(caller))


def afar(caller: Caller) -> int:
    """The server that buttons in an answer have to name: where it stands in a direct message; else 0."""
    return 0 if caller.interaction.guild is not None else caller.guild.id


class TurnButton(
    discord.ui.DynamicItem[discord.ui.Item[Any]],
    template=template(rendering.TURN, r"(?P<turn>\d{1,18})", "(?P<act>yes|no|drop|say)" + GUILD),
):
    """Yes, no, or what it will be about: under the question, and under the answer. A no after a yes is asked about."""

    def __init__(self, item: discord.ui.Item[Any], turn_id: int, act: str, guild: int) -> None:
        super().__init__(item)
        self.turn_id = turn_id
        self.act = act
        self.guild = guild

    @classmethod
    async def from_custom_id(
        cls, interaction: discord.Interaction, item: discord.ui.Item[Any], match: re.Match[str], /
    ) -> TurnButton:
        """Nothing in the id is trusted: only whoever is asked finds the turn."""
        return cls(item, int(match["turn"]), match["act"], int(match["guild"] or 0))

    async def callback(self, interaction: discord.Interaction) -> None:
        """Take the answer and say privately what it has come to, or open the form."""
        if self.act == rendering.SAY:
            await opening(interaction, self._say, guild_id=self.guild)
        else:
            await pressed(interaction, self._answer, guild_id=self.guild)

    async def _say(self, caller: Caller) -> None:
        parts = (rendering.TELL, self.turn_id, *((self.guild,) if self.guild else ()))
        await open_form(caller, button_id(*parts))

    async def _answer(self, caller: Caller) -> None:
        cog = cog_of(caller.interaction, Requests)
        acts = {rendering.YES: cog.confirm, rendering.NO: cog.doubt, rendering.DROP: cog.decline}
        await turn(caller, await acts[self.act](caller, self.turn_id))


class TakeButton(
    discord.ui.DynamicItem[discord.ui.Item[Any]],
    template=template(rendering.TAKE, r"(?P<session>\d{1,18})" + GUILD),
):
    """Takes an open place; of two who press at once, the first has it, and the other is told."""

    def __init__(self, item: discord.ui.Item[Any], session: int, guild: int) -> None:
        super().__init__(item)
        self.session = session
        self.guild = guild

    @classmethod
    async def from_custom_id(
        cls, interaction: discord.Interaction, item: discord.ui.Item[Any], match: re.Match[str], /
    ) -> TakeButton:
        """The rows say whether there is a place, and who may take it."""
        return cls(item, int(match["session"]), int(match["guild"] or 0))

    async def callback(self, interaction: discord.Interaction) -> None:
        """Take it, and say privately what follows."""

        async def act(caller: Caller) -> None:
            await caller.reply(await cog_of(caller.interaction, Requests).take(caller, self.session))

        await pressed(interaction, act, guild_id=self.guild)


class TellForm(Form, template=template(rendering.TELL, r"(?P<turn>\d{1,18})" + GUILD)):
    """Theme and outline of one's lecture, and something to read ahead."""

    async def modal(self, caller: Caller) -> discord.ui.Modal:
        """With what was said before; only whoever lectures finds the turn."""
        cog = cog_of(caller.interaction, Requests)
        own = await cog.requests.own(caller.guild.id, caller.actor, int(self.parts["turn"]))
        return rendering.tell_form(self.custom_id, own, caller.words)

    async def sent(self, caller: Caller, filled: Filled) -> None:
        """Take it; whoever had not answered yet has said yes by it."""
        theme, reading = filled.box("theme"), filled.box("ahead")
        outline = rendering.filled_in(filled.box("outline"), caller.words)
        cog = cog_of(caller.interaction, Requests)
        await turn(caller, await cog.confirm(caller, int(self.parts["turn"]), theme, outline, reading))


ITEMS: tuple[type[discord.ui.DynamicItem[Any]], ...] = (TurnButton, TakeButton)
FORMS: tuple[type[Form], ...] = (TellForm,)
