"""/me ledger: what one has heard, taught, asked and answered, and whom one met; the command stands in `cogs.me`."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import discord
from discord.ext import commands

from bot.client import AnyInteraction, Caller
from bot.domain.ledger import Act
from bot.rendering import ledger as rendering
from bot.rendering.buttons import template
from bot.rendering.content import Content
from cogs.afar import UsedIn, begin_anywhere
from cogs.presses import cog_of, pressed, turn

if TYPE_CHECKING:
    from bot.domain.ledger import LedgerService

_ACTS = "|".join(act.value for act in Act)


class LedgerCog(commands.Cog, name="Ledger"):
    """Shows everybody their own ledger."""

    def __init__(self, ledger: LedgerService, used_in: UsedIn) -> None:
        self.ledger = ledger
        self.used_in = used_in

    async def open(self, interaction: AnyInteraction, year: int) -> None:
        """The overview of a year (0: of all time), on a server or in a direct message."""
        act = (rendering.FEATURE, str(year), rendering.ALL, "0", "open")
        caller = await begin_anywhere(interaction, self.used_in, act)
        if caller is not None:
            await caller.reply(await self.shown(caller, year))

    async def shown(self, caller: Caller, year: int, act: Act | None = None, page: int = 0) -> Content:
        """The caller's own."""
        found = await self.ledger.show(caller.guild.id, caller.actor, year=year, act=act, page=page)
        return rendering.page(found, caller.guild.name, caller.words)


class LedgerButton(
    discord.ui.DynamicItem[discord.ui.Item[Any]],
    template=template(
        rendering.FEATURE,
        r"(?P<year>\d{1,4})",
        rf"(?P<lines>{rendering.ALL}|{_ACTS})",
        r"(?P<page>\d{1,4})",
        "(?:open|back|next)",
        r"(?P<guild>\d{1,20})",
    ),
):
    """Turns to another part of one's own ledger; the server in its id counts in a direct message only."""

    def __init__(self, item: discord.ui.Item[Any], year: int, lines: str, page: int, guild: int) -> None:
        super().__init__(item)
        self.year = year
        self.act = None if lines == rendering.ALL else Act(lines)
        self.page = page
        self.guild = guild

    @classmethod
    async def from_custom_id(
        cls, interaction: discord.Interaction, item: discord.ui.Item[Any], match: re.Match[str], /
    ) -> LedgerButton:
        """What stands there is read anew, of the presser alone."""
        return cls(item, int(match["year"]), match["lines"], int(match["page"]), int(match["guild"]))

    async def callback(self, interaction: discord.Interaction) -> None:
        """Show it in place, or privately below a message that comes by itself."""

        async def act(caller: Caller) -> None:
            shown = await cog_of(interaction, LedgerCog).shown(caller, self.year, self.act, self.page)
            await turn(caller, shown)

        await pressed(interaction, act, guild_id=self.guild)


ITEMS: tuple[type[discord.ui.DynamicItem[Any]], ...] = (LedgerButton,)
