"""The buttons of series: pages, what an author does with a preview, and which of two readings is meant."""

from __future__ import annotations

import re
from typing import Any

import discord

from bot.client import Caller
from bot.domain.series import SeriesEndPreview, SkipPreview
from bot.rendering import series as rendering
from bot.rendering.buttons import button_id, template
from bot.rendering.content import Content
from cogs.forms import open_form
from cogs.permissions import to_announce
from cogs.presses import Decision, OneReading, PageTurn, cog_of, opening, pressed, turn
from cogs.series.commands import Series, outcome


class PageButton(
    PageTurn,
    discord.ui.DynamicItem[discord.ui.Item[Any]],
    template=template("series", r"(?P<page>\d{1,4})", "(?:back|next)"),
):
    """Turns a page of the list of series."""

    async def shown(self, caller: Caller) -> Content:
        """Those of the groups that exist for whoever presses."""
        found = await cog_of(caller.interaction, Series).series.list(caller.guild.id, caller.actor)
        return rendering.listed(found, self.page, caller.words)


class DraftButton(
    discord.ui.DynamicItem[discord.ui.Item[Any]],
    template=template(f"(?P<kind>{rendering.NEW}|{rendering.EDIT})", r"(?P<draft>\d{1,18})", "(?P<act>confirm|change)"),
):
    """Create or Save, or Change first, under what its author was shown."""

    def __init__(self, item: discord.ui.Item[Any], kind: str, draft: int, act: str) -> None:
        super().__init__(item)
        self.kind = kind
        self.draft = draft
        self.act = act

    @classmethod
    async def from_custom_id(
        cls, interaction: discord.Interaction, item: discord.ui.Item[Any], match: re.Match[str], /
    ) -> DraftButton:
        """The draft's id is all that the button carries."""
        return cls(item, match["kind"], int(match["draft"]), match["act"])

    async def callback(self, interaction: discord.Interaction) -> None:
        """Do it, or open the form."""
        if self.act == "change":
            form = rendering.NEW_FORM if self.kind == rendering.NEW else rendering.EDIT_FORM
            await opening(interaction, lambda caller: open_form(caller, button_id(form, self.draft)))
        else:
            await pressed(interaction, self.confirm)

    async def confirm(self, caller: Caller) -> None:
        """Do what was shown; the buttons go."""
        cog = cog_of(caller.interaction, Series)
        if self.kind == rendering.NEW:
            view = await cog.series.confirm(caller.guild.id, caller.actor, self.draft)
            channel_id = view.group.channel_id or view.community.announcements_channel
            missing = to_announce(caller.guild, channel_id)
            await turn(caller, rendering.created(view, missing, caller.words))
        else:
            result = await cog.edits.confirm(caller.guild.id, caller.actor, self.draft)
            await turn(caller, rendering.edited_series(result, caller.words))


class SkipButton(
    Decision,
    discord.ui.DynamicItem[discord.ui.Item[Any]],
    template=template(rendering.SKIP, r"(?P<draft>\d{1,18})", "(?P<act>confirm|keep)"),
):
    """Skip this date, or Keep this date, under what an organizer was shown."""

    async def confirm(self, caller: Caller) -> Content:
        """Skip it."""
        skips = cog_of(caller.interaction, Series).skips
        done = await skips.confirm(caller.guild.id, caller.actor, self.draft)
        if isinstance(done, SkipPreview):
            return rendering.skip_preview(done, caller.words)
        return rendering.skipped(done, caller.words)

    async def keep(self, caller: Caller) -> Content:
        """The series meets on it."""
        skips = cog_of(caller.interaction, Series).skips
        return rendering.date_kept(*await skips.keep(caller.guild.id, caller.actor, self.draft), caller.words)


class EndButton(
    Decision,
    discord.ui.DynamicItem[discord.ui.Item[Any]],
    template=template(rendering.END, r"(?P<draft>\d{1,18})", "(?P<act>confirm|keep)"),
):
    """End it, or Keep it, under what an organizer was shown."""

    async def confirm(self, caller: Caller) -> Content:
        """End it."""
        ends = cog_of(caller.interaction, Series).ends
        done = await ends.confirm(caller.guild.id, caller.actor, self.draft)
        if isinstance(done, SeriesEndPreview):
            return rendering.end_preview(done, caller.words)
        return rendering.ended(done, caller.words)

    async def keep(self, caller: Caller) -> Content:
        """It goes on."""
        ends = cog_of(caller.interaction, Series).ends
        return rendering.kept(await ends.keep(caller.guild.id, caller.actor, self.draft), caller.words)


class WhichButton(
    OneReading,
    discord.ui.DynamicItem[discord.ui.Item[Any]],
    template=template(
        f"(?P<kind>{rendering.WHICH_NEW}|{rendering.WHICH_EDIT}|{rendering.WHICH_SKIP})",
        r"(?P<draft>\d{1,18})",
        "(?P<number>[12])",
    ),
):
    """One of the two rules or days that a phrase can mean."""

    async def chosen(self, caller: Caller) -> Content:
        """Go on with this reading."""
        cog = cog_of(caller.interaction, Series)
        if self.kind == rendering.WHICH_SKIP:
            preview = await cog.skips.choose(caller.guild.id, caller.actor, self.draft, self.place)
            return rendering.skip_preview(preview, caller.words)
        choose = cog.series.choose if self.kind == rendering.WHICH_NEW else cog.edits.choose
        return outcome(await choose(caller.guild.id, caller.actor, self.draft, self.place), caller)


ITEMS: tuple[type[discord.ui.DynamicItem[Any]], ...] = (PageButton, DraftButton, SkipButton, EndButton, WhichButton)
