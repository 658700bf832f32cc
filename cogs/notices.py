"""The buttons under notices: the group's next session, and "seen" under what moderators are told."""

from __future__ import annotations

import re
from typing import Any, cast

import discord
from discord.ext import commands

from bot.client import AnyInteraction, Caller, StudyBot, answer_error
from bot.domain.sessions import SessionService
from bot.i18n import words
from bot.rendering.buttons import button_id, template
from bot.rendering.notices import seen_by
from bot.rendering.sessions import next_session
from cogs.presses import cog_of, pressed


class Notices(commands.Cog):
    """Holds what the buttons need; it has no commands."""

    def __init__(self, bot: StudyBot, sessions: SessionService) -> None:
        self.bot = bot
        self.sessions = sessions


class NextButton(discord.ui.DynamicItem[discord.ui.Button[Any]], template=template(r"next(?::(?P<group>\d{1,18}))?")):
    """Under the notice of a cancellation: when the group meets next. Without a group: what comes next of all."""

    def __init__(self, group: int | None) -> None:
        self.group = group
        super().__init__(discord.ui.Button(custom_id=button_id("next", *([] if group is None else [group]))))

    @classmethod
    async def from_custom_id(
        cls, interaction: discord.Interaction, item: discord.ui.Item[Any], match: re.Match[str], /
    ) -> NextButton:
        """The group stands in the id; whether the presser can see it is asked of the rows."""
        return cls(int(match["group"]) if match["group"] else None)

    async def callback(self, interaction: discord.Interaction) -> None:
        """Answer privately."""

        async def act(caller: Caller) -> None:
            sessions = cog_of(interaction, Notices).sessions
            page = await sessions.list(caller.guild.id, caller.actor, self.group)
            await caller.reply(next_session(page, caller.words))

        await pressed(interaction, act)


class SeenButton(discord.ui.DynamicItem[discord.ui.Button[Any]], template=template("seen", r"(?P<subject>\d{1,18})")):
    """Under a notice to moderators: it has been seen, so the button goes."""

    def __init__(self, subject: int) -> None:
        self.subject = subject
        super().__init__(discord.ui.Button(custom_id=button_id("seen", subject)))

    @classmethod
    async def from_custom_id(
        cls, interaction: discord.Interaction, item: discord.ui.Item[Any], match: re.Match[str], /
    ) -> SeenButton:
        """Nothing is looked up: the press changes only the message that carries the button."""
        return cls(int(match["subject"]))

    async def callback(self, interaction: discord.Interaction) -> None:
        """Say who has seen it, on the notice itself; the log channel is the moderators' own."""
        press = cast("AnyInteraction", interaction)
        try:
            caller = await press.client.caller(press)
            caller.actor.require_moderator()
            text = press.message.content if press.message else ""
            await press.response.edit_message(
                content=seen_by(text, press.user.mention, words(caller.community.language)),
                view=None,
                allowed_mentions=discord.AllowedMentions.none(),
            )
        except Exception as error:
            await answer_error(press, error)


ITEMS: tuple[type[discord.ui.DynamicItem[Any]], ...] = (NextButton, SeenButton)
