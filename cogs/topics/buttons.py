"""The buttons of themes: votes, pages, what is done with one, and the list in the group's channel."""

from __future__ import annotations

import re
from typing import Any

import discord

from bot.client import Caller
from bot.domain.topics import Planned
from bot.rendering import topics as rendering
from bot.rendering.buttons import button_id, template
from bot.rendering.content import Content
from cogs.forms import open_form
from cogs.presses import OfDraft, cog_of, opening, pressed, turn
from cogs.topics.commands import Topics

THEME, GROUP, PAGE = r"(?P<theme>\d{1,18})", r"(?P<group>\d{1,18})", r"(?P<page>\d{1,4})"


class VoteButton(
    discord.ui.DynamicItem[discord.ui.Item[Any]],
    template=template(rendering.VOTE, THEME, rf"(?P<act>{rendering.YES}|{rendering.NO})(?::{GROUP}:{PAGE})?"),
):
    """Vote, or Take back: in the group's channel, in a private list, and where a theme is shown alone.

    It says which of the two, so two presses at once are as one.
    """

    def __init__(self, item: discord.ui.Item[Any], topic_id: int, act: str, on: tuple[int, int] | None) -> None:
        super().__init__(item)
        self.topic_id = topic_id
        self.act = act
        self.on = on

    @classmethod
    async def from_custom_id(
        cls, interaction: discord.Interaction, item: discord.ui.Item[Any], match: re.Match[str], /
    ) -> VoteButton:
        """Whether the theme exists for the presser is asked of the rows."""
        on = (int(match["group"]), int(match["page"])) if match["page"] else None
        return cls(item, int(match["theme"]), match["act"], on)

    async def callback(self, interaction: discord.Interaction) -> None:
        """Count it, and show the list or the theme as it stands now."""

        async def act(caller: Caller) -> None:
            cog = cog_of(interaction, Topics)
            shown = await cog.voted(caller, self.topic_id, wanted=self.act == rendering.YES)
            if self.on is not None:
                shown = await cog.page(caller, *self.on)
            await turn(caller, shown)

        await pressed(interaction, act)


class TopicPageButton(
    discord.ui.DynamicItem[discord.ui.Item[Any]],
    template=template(rendering.PAGES, GROUP, PAGE, "(?:back|next)"),
):
    """Turns a page of the themes, or shows the first one."""

    def __init__(self, item: discord.ui.Item[Any], group: int, page: int) -> None:
        super().__init__(item)
        self.group = group
        self.page = page

    @classmethod
    async def from_custom_id(
        cls, interaction: discord.Interaction, item: discord.ui.Item[Any], match: re.Match[str], /
    ) -> TopicPageButton:
        """What is on the page is read anew."""
        return cls(item, int(match["group"]), int(match["page"]))

    async def callback(self, interaction: discord.Interaction) -> None:
        """Turn the page in place."""

        async def act(caller: Caller) -> None:
            await turn(caller, await cog_of(interaction, Topics).page(caller, self.group or None, self.page))

        await pressed(interaction, act)


class TopicButton(
    discord.ui.DynamicItem[discord.ui.Item[Any]],
    template=template(
        rendering.FEATURE,
        THEME,
        rf"(?P<act>{rendering.CLOSE}|{rendering.REOPEN}|{rendering.PLAN}|{rendering.OWN}|{rendering.WHEN})",
    ),
):
    """Closes a theme, puts it back, or gives it a date."""

    def __init__(self, item: discord.ui.Item[Any], topic_id: int, act: str) -> None:
        super().__init__(item)
        self.topic_id = topic_id
        self.act = act

    @classmethod
    async def from_custom_id(
        cls, interaction: discord.Interaction, item: discord.ui.Item[Any], match: re.Match[str], /
    ) -> TopicButton:
        """What the presser may do with it is asked of the rows."""
        return cls(item, int(match["theme"]), match["act"])

    async def callback(self, interaction: discord.Interaction) -> None:
        """Do it, or open the form for the date."""
        cog = cog_of(interaction, Topics)

        async def ask(caller: Caller) -> None:
            await open_form(caller, button_id(rendering.WHEN_FORM, self.topic_id))

        async def act(caller: Caller) -> None:
            if self.act in (rendering.CLOSE, rendering.REOPEN):
                shown = await cog.closed(caller, self.topic_id, again=self.act == rendering.REOPEN)
            else:
                shown = await cog.offered(caller, self.topic_id, own=self.act == rendering.OWN)
            await turn(caller, shown)

        await (opening(interaction, ask) if self.act == rendering.WHEN else pressed(interaction, act))


class AnywayButton(
    OfDraft,
    discord.ui.DynamicItem[discord.ui.Item[Any]],
    template=template(rendering.DRAFT, r"(?P<draft>\d{1,18})", "confirm"),
):
    """Proposes what may be on the list already."""

    async def done(self, caller: Caller) -> Content:
        """Put it there."""
        cog = cog_of(caller.interaction, Topics)
        return cog.shown(caller, await cog.topics.propose_anyway(caller.guild.id, caller.actor, self.draft))


class DateButton(
    OfDraft,
    discord.ui.DynamicItem[discord.ui.Item[Any]],
    template=template(rendering.DATE, r"(?P<draft>\d{1,18})", "confirm"),
):
    """Makes a theme that of the session that was offered."""

    async def done(self, caller: Caller) -> Content:
        """Do it; what has changed meanwhile is shown again."""
        taken = await cog_of(caller.interaction, Topics).planning.take(caller.guild.id, caller.actor, self.draft)
        if isinstance(taken, Planned):
            return rendering.planned(taken, caller.words)
        return rendering.free(taken, caller.words)


class BoardButton(
    discord.ui.DynamicItem[discord.ui.Item[Any]],
    template=template(rendering.BOARD, GROUP, rf"(?P<act>{rendering.POST}|{rendering.DOWN})"),
):
    """Shows the themes in the group's channel, or no more."""

    def __init__(self, item: discord.ui.Item[Any], group: int, act: str) -> None:
        super().__init__(item)
        self.group = group
        self.act = act

    @classmethod
    async def from_custom_id(
        cls, interaction: discord.Interaction, item: discord.ui.Item[Any], match: re.Match[str], /
    ) -> BoardButton:
        """Whether the presser organizes the group is asked of the rows."""
        return cls(item, int(match["group"]), match["act"])

    async def callback(self, interaction: discord.Interaction) -> None:
        """The list in the channel follows by itself."""

        async def act(caller: Caller) -> None:
            topics = cog_of(interaction, Topics).topics
            wanted = self.act == rendering.POST
            page = await topics.post(caller.guild.id, caller.actor, self.group, wanted=wanted)
            await turn(caller, rendering.listed(page, caller.words))

        await pressed(interaction, act)


class ProposeButton(discord.ui.DynamicItem[discord.ui.Item[Any]], template=template(rendering.PROPOSE, GROUP)):
    """Opens the form for a new theme."""

    def __init__(self, item: discord.ui.Item[Any], group: int) -> None:
        super().__init__(item)
        self.group = group

    @classmethod
    async def from_custom_id(
        cls, interaction: discord.Interaction, item: discord.ui.Item[Any], match: re.Match[str], /
    ) -> ProposeButton:
        """Whether the group exists for the presser is asked of the rows."""
        return cls(item, int(match["group"]))

    async def callback(self, interaction: discord.Interaction) -> None:
        """Open it."""

        async def act(caller: Caller) -> None:
            await open_form(caller, button_id(rendering.FORM, self.group))

        await opening(interaction, act)


ITEMS: tuple[type[discord.ui.DynamicItem[Any]], ...] = (
    VoteButton,
    TopicPageButton,
    TopicButton,
    AnywayButton,
    DateButton,
    BoardButton,
    ProposeButton,
)
