"""The buttons of rotations: join, leave, see, turn a page; and those under what somebody said of their absence."""

from __future__ import annotations

import re
from typing import Any

import discord

from bot.client import Caller
from bot.rendering import absences
from bot.rendering import rotation as rendering
from bot.rendering.buttons import template
from bot.rendering.content import Content
from cogs.presses import Decision, OneReading, cog_of, pressed, turn
from cogs.rotation.commands import Rotation, leaving, noted


class RotationButton(
    discord.ui.DynamicItem[discord.ui.Item[Any]],
    template=template(rendering.FEATURE, "(?P<act>join|leave|show)", r"(?P<group>\d{1,18})"),
):
    """Join a group's rotation, leave it, or see it: the presser's own press."""

    def __init__(self, item: discord.ui.Item[Any], act: str, group: int) -> None:
        super().__init__(item)
        self.act = act
        self.group = group

    @classmethod
    async def from_custom_id(
        cls, interaction: discord.Interaction, item: discord.ui.Item[Any], match: re.Match[str], /
    ) -> RotationButton:
        """Whether the group exists for the presser is asked when it is done."""
        return cls(item, match["act"], int(match["group"]))

    async def callback(self, interaction: discord.Interaction) -> None:
        """Do it, and say what it came to."""

        async def act(caller: Caller) -> None:
            cog = cog_of(interaction, Rotation)
            if self.act == "show":
                await turn(caller, await cog.page(caller, self.group, 0))
            else:
                await caller.reply(await (cog.joined if self.act == "join" else cog.left)(caller, self.group))

        await pressed(interaction, act)


class PageButton(
    discord.ui.DynamicItem[discord.ui.Item[Any]],
    template=template(rendering.PAGES, r"(?P<group>\d{1,18})", r"(?P<page>\d{1,4})", "(?:back|next)"),
):
    """Turns a page of a group's rotation."""

    def __init__(self, item: discord.ui.Item[Any], group: int, page: int) -> None:
        super().__init__(item)
        self.group = group
        self.page = page

    @classmethod
    async def from_custom_id(
        cls, interaction: discord.Interaction, item: discord.ui.Item[Any], match: re.Match[str], /
    ) -> PageButton:
        """What is on the page is read anew."""
        return cls(item, int(match["group"]), int(match["page"]))

    async def callback(self, interaction: discord.Interaction) -> None:
        """Turn the page in place."""

        async def act(caller: Caller) -> None:
            await turn(caller, await cog_of(interaction, Rotation).page(caller, self.group, self.page))

        await pressed(interaction, act)


class LeaveButton(
    Decision,
    discord.ui.DynamicItem[discord.ui.Item[Any]],
    template=template(rendering.LEAVE, r"(?P<draft>\d{1,18})", "(?P<act>confirm|keep)"),
):
    """Leave the rotation, or Stay in it, under the turns that would be given back."""

    async def callback(self, interaction: discord.Interaction) -> None:
        """Do it, or not; the buttons go, unless it has to be shown again."""

        async def act(caller: Caller) -> None:
            roster = cog_of(interaction, Rotation).roster
            if self.act == "keep":
                group = await roster.keep(caller.guild.id, caller.actor, self.draft)
                await turn(caller, rendering.kept(group, caller.words))
            else:
                await turn(caller, leaving(await roster.confirm(caller.guild.id, caller.actor, self.draft), caller))

        await pressed(interaction, act)


class WhichButton(
    OneReading,
    discord.ui.DynamicItem[discord.ui.Item[Any]],
    template=template(absences.WHICH, r"(?P<draft>\d{1,18})", "(?P<number>[12])"),
):
    """One of the two times at which an absence can be meant to begin or end."""

    async def chosen(self, caller: Caller) -> Content:
        """Note it, or ask the next question."""
        unavailability = cog_of(caller.interaction, Rotation).unavailability
        return noted(await unavailability.choose(caller.guild.id, caller.actor, self.draft, self.place), caller)


class RemoveButton(
    discord.ui.DynamicItem[discord.ui.Item[Any]],
    template=template(absences.REMOVE, r"(?P<window>\d{1,18})"),
):
    """Takes away a time at which the presser can't lecture."""

    def __init__(self, item: discord.ui.Item[Any], window: int) -> None:
        super().__init__(item)
        self.window = window

    @classmethod
    async def from_custom_id(
        cls, interaction: discord.Interaction, item: discord.ui.Item[Any], match: re.Match[str], /
    ) -> RemoveButton:
        """Only the presser's own times are meant, whatever the id says."""
        return cls(item, int(match["window"]))

    async def callback(self, interaction: discord.Interaction) -> None:
        """Take it away, and show what is left."""

        async def act(caller: Caller) -> None:
            unavailability, who = cog_of(interaction, Rotation).unavailability, (caller.guild.id, caller.actor)
            removed = await unavailability.remove(*who, self.window)
            left = await unavailability.list(*who)
            await turn(caller, absences.listed(left, caller.community.time_zone, caller.words, removed=removed))

        await pressed(interaction, act)


ITEMS: tuple[type[discord.ui.DynamicItem[Any]], ...] = (
    RotationButton,
    PageButton,
    LeaveButton,
    WhichButton,
    RemoveButton,
)
