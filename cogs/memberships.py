"""The buttons to join and leave study groups; the commands stand with the others of /group."""

from __future__ import annotations

import re
from typing import Any

import discord
from discord.ext import commands

from bot.client import Caller, StudyBot
from bot.domain.memberships import MembershipService
from bot.rendering import memberships as rendering
from bot.rendering.buttons import template
from bot.rendering.content import Content
from cogs.presses import PageTurn, cog_of, pressed, turn


class Memberships(commands.Cog):
    """Who belongs to which group."""

    def __init__(self, bot: StudyBot, memberships: MembershipService) -> None:
        self.bot = bot
        self.memberships = memberships

    async def join(self, caller: Caller, group: str | int | None) -> None:
        """Join the group and hear what comes next; without one the only group, or asked which."""
        if group is None:
            cards = await self.memberships.cards(caller.guild.id, caller.actor)
            if len(cards) != 1:
                await caller.reply(rendering.which(cards, caller.words))
                return
            group = cards[0].group.id
        done = await self.memberships.join(caller.guild.id, caller.actor, group)
        await caller.reply(rendering.joined(done, caller.community, caller.words))

    async def leave(self, caller: Caller, group: str | int | None) -> None:
        """Leave the group and hear what still stands."""
        done = await self.memberships.leave(caller.guild.id, caller.actor, group)
        await caller.reply(rendering.left(done, caller.words))


class JoinButton(
    discord.ui.DynamicItem[discord.ui.Item[Any]], template=template(rendering.JOIN + r"(?::(?P<group>\d{1,18}))?")
):
    """Join a group: the one in the id, or the only one, or asked which."""

    def __init__(self, item: discord.ui.Item[Any], group: int | None) -> None:
        super().__init__(item)
        self.group = group

    @classmethod
    async def from_custom_id(
        cls, interaction: discord.Interaction, item: discord.ui.Item[Any], match: re.Match[str], /
    ) -> JoinButton:
        """Whether the group exists for the presser is asked when they join."""
        return cls(item, int(match["group"]) if match["group"] else None)

    async def callback(self, interaction: discord.Interaction) -> None:
        """Join, and say what comes next."""
        await pressed(interaction, lambda caller: cog_of(interaction, Memberships).join(caller, self.group))


class JoinPageButton(
    PageTurn,
    discord.ui.DynamicItem[discord.ui.Item[Any]],
    template=template(rendering.JOIN_PAGE, r"(?P<page>\d{1,4})", "(?:back|next)"),
):
    """Turns a page of the groups that one can join."""

    async def shown(self, caller: Caller) -> Content:
        """Those that exist for whoever presses."""
        cards = await cog_of(caller.interaction, Memberships).memberships.cards(caller.guild.id, caller.actor)
        return rendering.which(cards, caller.words, self.page)


class LeaveButton(
    discord.ui.DynamicItem[discord.ui.Item[Any]], template=template(rendering.LEAVE, r"(?P<group>\d{1,18})")
):
    """Leave a group."""

    def __init__(self, item: discord.ui.Item[Any], group: int) -> None:
        super().__init__(item)
        self.group = group

    @classmethod
    async def from_custom_id(
        cls, interaction: discord.Interaction, item: discord.ui.Item[Any], match: re.Match[str], /
    ) -> LeaveButton:
        """Whether the presser belongs to the group is asked when they leave."""
        return cls(item, int(match["group"]))

    async def callback(self, interaction: discord.Interaction) -> None:
        """Leave, and say what still stands."""
        await pressed(interaction, lambda caller: cog_of(interaction, Memberships).leave(caller, self.group))


class WithdrawButton(
    discord.ui.DynamicItem[discord.ui.Item[Any]], template=template(rendering.WITHDRAW, r"(?P<group>\d{1,18})")
):
    """After leaving: come to none of the group's sessions."""

    def __init__(self, item: discord.ui.Item[Any], group: int) -> None:
        super().__init__(item)
        self.group = group

    @classmethod
    async def from_custom_id(
        cls, interaction: discord.Interaction, item: discord.ui.Item[Any], match: re.Match[str], /
    ) -> WithdrawButton:
        """Only the presser's own answers are meant, whatever the id says."""
        return cls(item, int(match["group"]))

    async def callback(self, interaction: discord.Interaction) -> None:
        """Withdraw the presser's answers, in place of the question."""

        async def act(caller: Caller) -> None:
            memberships = cog_of(interaction, Memberships).memberships
            done = await memberships.withdraw(caller.guild.id, caller.actor, self.group)
            await turn(caller, rendering.withdrawn(done, caller.words))

        await pressed(interaction, act)


ITEMS: tuple[type[discord.ui.DynamicItem[Any]], ...] = (JoinButton, JoinPageButton, LeaveButton, WithdrawButton)
