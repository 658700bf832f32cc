"""Turns that change hands: the buttons under the question, under the offer, and under what has become of it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import discord
from discord.ext import commands

from bot.client import Caller, StudyBot
from bot.domain.rotation.swapping import Suggested, SwapService, Taken
from bot.rendering import requests as request_rendering
from bot.rendering import swaps as rendering
from bot.rendering.buttons import template
from bot.rendering.content import Content
from cogs.presses import cog_of, pressed, turn
from cogs.rotation.requests import GUILD, afar

if TYPE_CHECKING:
    from bot.domain.sessions import Session


class Swaps(commands.Cog):
    """Offers turns to others, and takes their answers."""

    def __init__(self, bot: StudyBot, swaps: SwapService) -> None:
        self.bot = bot
        self.swaps = swaps

    async def swap(self, caller: Caller, session: Session, to_id: int | None, giver_id: int | None) -> Content:
        """Offer a turn to one person at once; before all are asked, say what that means."""
        who = caller.guild.id, caller.actor
        turn_id = await self.swaps.turn_at(*who, session.id, giver_id or caller.actor.member_id)
        if to_id is None:
            return await self.choice(caller, turn_id)
        return rendering.suggested(await self.swaps.suggest(*who, turn_id, to_id), caller.words)

    async def choice(self, caller: Caller, turn_id: int) -> Content:
        """What it means to ask everybody, or that they are being asked."""
        found = await self.swaps.choice(caller.guild.id, caller.actor, turn_id)
        if isinstance(found, Suggested):
            return rendering.suggested(found, caller.words, guild_id=afar(caller))
        return rendering.choice(found, caller.words, guild_id=afar(caller))

    async def ask_all(self, caller: Caller, turn_id: int) -> Content:
        """Offer a turn to all who can take it."""
        done = await self.swaps.suggest(caller.guild.id, caller.actor, turn_id)
        return rendering.suggested(done, caller.words, guild_id=afar(caller))

    async def take(self, caller: Caller, swap_id: int, gives_id: int) -> Content:
        """The caller takes the turn, or is shown what they would give for it now."""
        done = await self.swaps.take(caller.guild.id, caller.actor, swap_id, gives_id)
        if isinstance(done, Taken):
            return rendering.taken(done, caller.words, guild_id=afar(caller))
        return rendering.offered(done, caller.words, stop=False)

    async def to_take(self, caller: Caller, session_id: int) -> Content | None:
        """A turn of the session that the caller may take, if one is offered."""
        found = await self.swaps.to_take(caller.guild.id, caller.actor, session_id)
        return None if found is None else rendering.offered(found, caller.words, stop=False)

    async def refuse(self, caller: Caller, swap_id: int) -> Content:
        """The caller does not take it."""
        return rendering.refused(await self.swaps.refuse(caller.guild.id, caller.actor, swap_id), caller.words)

    async def withdraw(self, caller: Caller, swap_id: int) -> Content:
        """The turn is offered no more."""
        return rendering.withdrawn(await self.swaps.withdraw(caller.guild.id, caller.actor, swap_id), caller.words)


class SwapButton(
    discord.ui.DynamicItem[discord.ui.Item[Any]],
    template=template(
        request_rendering.SWAP,
        r"(?P<turn>\d{1,18})",
        f"(?P<act>{request_rendering.ASK}|{rendering.ALL})" + GUILD,
    ),
):
    """Suggest a swap, under the question and under a yes; then: ask everybody."""

    def __init__(self, item: discord.ui.Item[Any], turn_id: int, act: str, guild: int) -> None:
        super().__init__(item)
        self.turn_id = turn_id
        self.act = act
        self.guild = guild

    @classmethod
    async def from_custom_id(
        cls, interaction: discord.Interaction, item: discord.ui.Item[Any], match: re.Match[str], /
    ) -> SwapButton:
        """Only whose turn it is, and who looks after the group, find the turn."""
        return cls(item, int(match["turn"]), match["act"], int(match["guild"] or 0))

    async def callback(self, interaction: discord.Interaction) -> None:
        """Say what it means, beside what was pressed; or ask, in place of that."""

        async def act(caller: Caller) -> None:
            cog = cog_of(interaction, Swaps)
            if self.act == rendering.ALL:
                await turn(caller, await cog.ask_all(caller, self.turn_id))
            else:
                await caller.reply(await cog.choice(caller, self.turn_id))

        await pressed(interaction, act, guild_id=self.guild)


class TakeTurnButton(
    discord.ui.DynamicItem[discord.ui.Item[Any]],
    template=template(rendering.TAKE_TURN, r"(?P<swap>\d{1,18})", r"(?P<gives>\d{1,18})" + GUILD),
):
    """Takes the turn that is offered; of two who press at once, the first has it, and the other is told."""

    def __init__(self, item: discord.ui.Item[Any], swap: int, gives: int, guild: int) -> None:
        super().__init__(item)
        self.swap = swap
        self.gives = gives
        self.guild = guild

    @classmethod
    async def from_custom_id(
        cls, interaction: discord.Interaction, item: discord.ui.Item[Any], match: re.Match[str], /
    ) -> TakeTurnButton:
        """What is given says only what the presser was shown; the rows decide."""
        return cls(item, int(match["swap"]), int(match["gives"]), int(match["guild"] or 0))

    async def callback(self, interaction: discord.Interaction) -> None:
        """Take it, and say privately what follows."""

        async def act(caller: Caller) -> None:
            await turn(caller, await cog_of(interaction, Swaps).take(caller, self.swap, self.gives))

        await pressed(interaction, act, guild_id=self.guild)


class OfferButton(
    discord.ui.DynamicItem[discord.ui.Item[Any]],
    template=template(
        rendering.OFFERED, r"(?P<swap>\d{1,18})", f"(?P<act>{rendering.NO}|{rendering.WITHDRAW})" + GUILD
    ),
):
    """Not this time, under an offer; or no more offered, for whoever has the turn."""

    def __init__(self, item: discord.ui.Item[Any], swap: int, act: str, guild: int) -> None:
        super().__init__(item)
        self.swap = swap
        self.act = act
        self.guild = guild

    @classmethod
    async def from_custom_id(
        cls, interaction: discord.Interaction, item: discord.ui.Item[Any], match: re.Match[str], /
    ) -> OfferButton:
        """The rows say to whom it was offered, and by whom."""
        return cls(item, int(match["swap"]), match["act"], int(match["guild"] or 0))

    async def callback(self, interaction: discord.Interaction) -> None:
        """Do it, and say privately what it has come to."""

        async def act(caller: Caller) -> None:
            cog = cog_of(interaction, Swaps)
            end = cog.withdraw if self.act == rendering.WITHDRAW else cog.refuse
            await turn(caller, await end(caller, self.swap))

        await pressed(interaction, act, guild_id=self.guild)


ITEMS: tuple[type[discord.ui.DynamicItem[Any]], ...] = (SwapButton, TakeTurnButton, OfferButton)
