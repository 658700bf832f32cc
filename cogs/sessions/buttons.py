"""The buttons of sessions: answers, names, pages, and what an author does with a preview."""

from __future__ import annotations

import re
from typing import Any

import discord

from bot.client import Caller
from bot.domain.errors import Unknown
from bot.domain.rsvps import Answer
from bot.domain.sessions import CancelPreview
from bot.rendering import sessions as rendering
from bot.rendering.buttons import button_id, template
from bot.rendering.content import Content
from cogs.forms import open_form
from cogs.permissions import to_announce
from cogs.presses import Decision, OneReading, cog_of, opening, pressed, shown_anew, turn
from cogs.sessions.commands import Sessions, outcome


class AnswerButton(
    discord.ui.DynamicItem[discord.ui.Item[Any]],
    template=template(
        "rsvp",
        r"(?P<session>\d{1,18})",
        rf"(?P<answer>[a-z_]{{1,10}})(?::(?P<guild>\d{{1,20}}))?(?::(?P<card>{'|'.join(rendering.CARDS)}))?",
    ),
):
    """Going, Late, Maybe, Not going: under every announcement and reminder, and in direct messages."""

    def __init__(self, item: discord.ui.Item[Any], session: int, answer: str, guild: int, card: str) -> None:
        super().__init__(item)
        self.session = session
        self.answer = answer
        self.guild = guild
        self.card = card

    @classmethod
    async def from_custom_id(
        cls, interaction: discord.Interaction, item: discord.ui.Item[Any], match: re.Match[str], /
    ) -> AnswerButton:
        """Nothing in the id is trusted: the rows say what exists for the presser."""
        return cls(item, int(match["session"]), match["answer"], int(match["guild"] or 0), match["card"] or "")

    async def callback(self, interaction: discord.Interaction) -> None:
        """Take the answer and say privately what it has come to; a private card shows what is so now."""

        async def act(caller: Caller) -> None:
            if self.answer not in set(Answer):
                raise Unknown("button", self.answer)
            cog = cog_of(interaction, Sessions)
            result = await cog.rsvps.answer(caller.guild.id, caller.actor, self.session, Answer(self.answer))
            await caller.reply(rendering.answered(result, caller.actor, caller.words))
            for kind in rendering.CARDS:
                if kind == self.card:
                    await shown_anew(caller, rendering.card(kind, result.view, caller.actor, caller.words))

        await pressed(interaction, act, guild_id=self.guild)


class NamesButton(
    discord.ui.DynamicItem[discord.ui.Item[Any]],
    template=template("who", r"(?P<session>\d{1,18})", r"(?P<page>\d{1,4})(?::(?:back|next))?"),
):
    """Everybody who comes, for the one who pressed."""

    def __init__(self, item: discord.ui.Item[Any], session: int, page: int) -> None:
        super().__init__(item)
        self.session = session
        self.page = page

    @classmethod
    async def from_custom_id(
        cls, interaction: discord.Interaction, item: discord.ui.Item[Any], match: re.Match[str], /
    ) -> NamesButton:
        """Whether the presser can see the session is asked of the rows."""
        return cls(item, int(match["session"]), int(match["page"]))

    async def callback(self, interaction: discord.Interaction) -> None:
        """Answer privately, or turn the page."""

        async def act(caller: Caller) -> None:
            cog = cog_of(interaction, Sessions)
            view = await cog.sessions.show(caller.guild.id, caller.actor, self.session)
            await turn(caller, rendering.names(view, self.page, caller.actor, caller.words))

        await pressed(interaction, act)


class PageButton(
    discord.ui.DynamicItem[discord.ui.Item[Any]],
    template=template("list", r"(?P<group>\d{1,18})", "(?P<mine>[01])", r"(?P<page>\d{1,4})", "(?:back|next)"),
):
    """Turns a page of the list of sessions."""

    def __init__(self, item: discord.ui.Item[Any], group: int, mine: bool, page: int) -> None:
        super().__init__(item)
        self.group = group
        self.mine = mine
        self.page = page

    @classmethod
    async def from_custom_id(
        cls, interaction: discord.Interaction, item: discord.ui.Item[Any], match: re.Match[str], /
    ) -> PageButton:
        """What is on the page is read anew."""
        return cls(item, int(match["group"]), match["mine"] == "1", int(match["page"]))

    async def callback(self, interaction: discord.Interaction) -> None:
        """Turn the page in place."""

        async def act(caller: Caller) -> None:
            page = await cog_of(interaction, Sessions).page(caller, self.group or None, self.mine, self.page)
            await turn(caller, page)

        await pressed(interaction, act)


class DraftButton(
    discord.ui.DynamicItem[discord.ui.Item[Any]],
    template=template(f"(?P<kind>{rendering.NEW}|{rendering.MOVE})", r"(?P<draft>\d{1,18})", "(?P<act>confirm|change)"),
):
    """Post, or Change first, under what its author was shown."""

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
        """Post it, or open the form."""
        if self.act == "change":
            form = rendering.NEW_FORM if self.kind == rendering.NEW else rendering.MOVE_FORM
            await opening(interaction, lambda caller: open_form(caller, button_id(form, self.draft)))
        else:
            await pressed(interaction, self.confirm)

    async def confirm(self, caller: Caller) -> None:
        """Do what was shown; the buttons go."""
        sessions = cog_of(caller.interaction, Sessions).sessions
        if self.kind == rendering.NEW:
            view = await sessions.confirm(caller.guild.id, caller.actor, self.draft)
            missing = to_announce(caller.guild, view.group.channel_id or view.community.announcements_channel)
            await turn(caller, rendering.scheduled(view, missing, caller.words))
        else:
            moved = await sessions.confirm_move(caller.guild.id, caller.actor, self.draft)
            await turn(caller, rendering.edited(moved, caller.words))


class CancelButton(
    Decision,
    discord.ui.DynamicItem[discord.ui.Item[Any]],
    template=template(rendering.CANCEL, r"(?P<draft>\d{1,18})", "(?P<act>confirm|keep)"),
):
    """Cancel the session, or Keep it, under what its author was shown."""

    async def confirm(self, caller: Caller) -> Content:
        """Cancel it."""
        sessions = cog_of(caller.interaction, Sessions).sessions
        done = await sessions.confirm_cancel(caller.guild.id, caller.actor, self.draft)
        if isinstance(done, CancelPreview):
            return rendering.cancel_preview(done, caller.words)
        return rendering.cancelled(done, caller.words)

    async def keep(self, caller: Caller) -> Content:
        """It takes place."""
        sessions = cog_of(caller.interaction, Sessions).sessions
        return rendering.kept(await sessions.keep(caller.guild.id, caller.actor, self.draft), caller.words)


class WhichButton(
    OneReading,
    discord.ui.DynamicItem[discord.ui.Item[Any]],
    template=template(
        f"(?P<kind>{rendering.WHICH_NEW}|{rendering.WHICH_MOVE})", r"(?P<draft>\d{1,18})", "(?P<number>[1234])"
    ),
):
    """One of the two times that a phrase can mean."""

    async def chosen(self, caller: Caller) -> Content:
        """Go on with this time: as a rule to the preview."""
        sessions = cog_of(caller.interaction, Sessions).sessions
        choose = sessions.choose if self.kind == rendering.WHICH_NEW else sessions.choose_change
        return outcome(await choose(caller.guild.id, caller.actor, self.draft, self.place), caller)


class GroupButton(
    discord.ui.DynamicItem[discord.ui.Item[Any]],
    template=template(rendering.WHICH_GROUP, r"(?P<draft>\d{1,18})", r"(?P<place>\d{1,3})"),
):
    """One of the groups in which a new session can be meant to be."""

    def __init__(self, item: discord.ui.Item[Any], draft: int, place: int) -> None:
        super().__init__(item)
        self.draft = draft
        self.place = place

    @classmethod
    async def from_custom_id(
        cls, interaction: discord.Interaction, item: discord.ui.Item[Any], match: re.Match[str], /
    ) -> GroupButton:
        """What was typed stands in the draft, and so do the groups; only its author finds it."""
        return cls(item, int(match["draft"]), int(match["place"]))

    async def callback(self, interaction: discord.Interaction) -> None:
        """Go on with this group: as a rule to the preview."""

        async def act(caller: Caller) -> None:
            cog = cog_of(interaction, Sessions)
            said, at, group = await cog.sessions.choose_group(caller.guild.id, caller.actor, self.draft, self.place - 1)
            await turn(caller, await cog.propose(caller, group, said, at))

        await pressed(interaction, act)


class GroupPageButton(
    discord.ui.DynamicItem[discord.ui.Item[Any]],
    template=template(rendering.WHICH_GROUP, r"(?P<draft>\d{1,18})", r"(?P<page>\d{1,2})", "(?:back|next)"),
):
    """Turns a page of the groups in which a new session can be meant to be."""

    def __init__(self, item: discord.ui.Item[Any], draft: int, page: int) -> None:
        super().__init__(item)
        self.draft = draft
        self.page = page

    @classmethod
    async def from_custom_id(
        cls, interaction: discord.Interaction, item: discord.ui.Item[Any], match: re.Match[str], /
    ) -> GroupPageButton:
        """The groups stand in the draft; only its author finds it."""
        return cls(item, int(match["draft"]), int(match["page"]))

    async def callback(self, interaction: discord.Interaction) -> None:
        """Turn the page in place."""

        async def act(caller: Caller) -> None:
            sessions = cog_of(interaction, Sessions).sessions
            asked = await sessions.asked_group(caller.guild.id, caller.actor, self.draft)
            await turn(caller, rendering.which_group(asked, caller.words, self.page))

        await pressed(interaction, act)


ITEMS: tuple[type[discord.ui.DynamicItem[Any]], ...] = (
    AnswerButton,
    NamesButton,
    PageButton,
    DraftButton,
    CancelButton,
    WhichButton,
    GroupButton,
    GroupPageButton,
)
