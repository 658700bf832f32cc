"""What every press begins and ends with: acknowledged first, answered privately, an error explained."""

from __future__ import annotations

import logging
import re
from collections.abc import Awaitable, Callable
from typing import Any, Self, TypeVar, cast

import discord
from discord.ext import commands

from bot.client import AnyInteraction, Caller, StudyBot, actor_of, answer_error
from bot.domain.errors import NotSetUp, Unknown
from bot.i18n import _, words
from bot.rendering.content import WORDS_LIMIT, Content
from bot.rendering.forms import has_button

GONE = _("-# These buttons no longer work: what is shown here was used already, or is more than a day old.")
_log = logging.getLogger(__name__)
Act = Callable[[Caller], Awaitable[None]]
C = TypeVar("C", bound=commands.Cog)


def cog_of(interaction: discord.Interaction, kind: type[C]) -> C:
    """The cog that a button, which is made anew for each press, belongs to."""
    found = cast("StudyBot", interaction.client).get_cog(kind.__cog_name__)
    assert isinstance(found, kind)
    return found


class Decision:
    """The part of a button under a preview that does what was shown, or keeps all as it is: `act` says which.

    Nothing else but the draft stands in its id, and only the draft's author finds that.
    """

    def __init__(self, item: discord.ui.Item[Any], draft: int, act: str) -> None:
        super().__init__(item)  # pyright: ignore[reportCallIssue]  # the button, whose part this is
        self.draft = draft
        self.act = act

    @classmethod
    async def from_custom_id(
        cls, interaction: discord.Interaction, item: discord.ui.Item[Any], match: re.Match[str], /
    ) -> Self:
        """The draft and the act, as they stand in the id."""
        return cls(item, int(match["draft"]), match["act"])

    async def callback(self, interaction: discord.Interaction) -> None:
        """Do it or not, and show what it has come to; the buttons go, unless it is asked again."""

        async def act(caller: Caller) -> None:
            await turn(caller, await (self.keep if self.act == "keep" else self.confirm)(caller))

        await pressed(interaction, act)

    async def confirm(self, caller: Caller) -> Content:
        """Do what was shown. What has changed meanwhile is shown again."""
        raise NotImplementedError

    async def keep(self, caller: Caller) -> Content:
        """Leave everything as it is."""
        raise NotImplementedError


class OfDraft:
    """The part of a button that does the one thing of which its author was shown what it means.

    The draft is all that stands in its id, and only its author finds that.
    """

    def __init__(self, item: discord.ui.Item[Any], draft: int) -> None:
        super().__init__(item)  # pyright: ignore[reportCallIssue]  # the button, whose part this is
        self.draft = draft

    @classmethod
    async def from_custom_id(
        cls, interaction: discord.Interaction, item: discord.ui.Item[Any], match: re.Match[str], /
    ) -> Self:
        """The draft, as it stands in the id."""
        return cls(item, int(match["draft"]))

    async def callback(self, interaction: discord.Interaction) -> None:
        """Do it, and show what it has come to."""

        async def act(caller: Caller) -> None:
            await turn(caller, await self.done(caller))

        await pressed(interaction, act)

    async def done(self, caller: Caller) -> Content:
        """Do it. What has changed meanwhile is shown again."""
        raise NotImplementedError


class PageTurn:
    """The part of a button that turns a page in place. Only the `page` stands in its id: what is on it is read anew."""

    def __init__(self, item: discord.ui.Item[Any], page: int) -> None:
        super().__init__(item)  # pyright: ignore[reportCallIssue]  # the button, whose part this is
        self.page = page

    @classmethod
    async def from_custom_id(
        cls, interaction: discord.Interaction, item: discord.ui.Item[Any], match: re.Match[str], /
    ) -> Self:
        """The page, as it stands in the id."""
        return cls(item, int(match["page"]))

    async def callback(self, interaction: discord.Interaction) -> None:
        """Show it where the last one stood."""

        async def act(caller: Caller) -> None:
            await turn(caller, await self.shown(caller))

        await pressed(interaction, act)

    async def shown(self, caller: Caller) -> Content:
        """What is on the page for whoever presses."""
        raise NotImplementedError


class OneReading:
    """The part of a button that says which of two readings of a phrase is meant.

    Both stand in the draft, which only its author finds. `kind` is what the phrase was for, where the id says that.
    """

    def __init__(self, item: discord.ui.Item[Any], draft: int, number: int, kind: str = "") -> None:
        super().__init__(item)  # pyright: ignore[reportCallIssue]  # the button, whose part this is
        self.draft = draft
        self.place = number - 1
        """0: the first, 1: the second, as they were shown."""
        self.kind = kind

    @classmethod
    async def from_custom_id(
        cls, interaction: discord.Interaction, item: discord.ui.Item[Any], match: re.Match[str], /
    ) -> Self:
        """The draft, the number on the button, and what the phrase was for, as they stand in the id."""
        return cls(item, int(match["draft"]), int(match["number"]), match.groupdict().get("kind", ""))

    async def callback(self, interaction: discord.Interaction) -> None:
        """Go on with this reading, and show what it has come to in the question's place."""

        async def act(caller: Caller) -> None:
            await turn(caller, await self.chosen(caller))

        await pressed(interaction, act)

    async def chosen(self, caller: Caller) -> Content:
        """Go on with the reading."""
        raise NotImplementedError


async def pressed(interaction: discord.Interaction, act: Act, *, guild_id: int = 0, set_up: bool = True) -> None:
    """Acknowledge a press, then act. `guild_id` is the server that a button in a direct message is about.

    `set_up` is whether /setup must have been run.
    """
    press = cast("AnyInteraction", interaction)
    try:
        if interaction.guild is None and guild_id:
            await interaction.response.defer()
            caller = await caller_from_afar(press, guild_id)
        else:
            caller = await press.client.begin_press(press, set_up=set_up)
        await act(caller)
    except Exception as error:
        await answer_error(press, error)
        await _retire(press, error)


async def opening(interaction: discord.Interaction, act: Act, *, guild_id: int = 0, set_up: bool = True) -> None:
    """Act on a press without acknowledging it first: a form can only be the first answer. The rest: as above."""
    press = cast("AnyInteraction", interaction)
    try:
        afar = interaction.guild is None and guild_id
        await act(await (caller_from_afar(press, guild_id) if afar else press.client.caller(press, set_up=set_up)))
    except Exception as error:
        if _is_gone(press, error) and not press.response.is_done():
            # What is deferred can be looked at and changed; the answer follows.
            await press.response.defer()
        await answer_error(press, error)
        await _retire(press, error)


def _is_gone(press: AnyInteraction, error: Exception) -> bool:
    """Whether a button of a private message was pressed whose draft has gone."""
    there = press.message is not None and press.message.flags.ephemeral
    return there and isinstance(error, Unknown) and error.thing == "draft"


async def _retire(press: AnyInteraction, error: Exception) -> None:
    """What is shown of a draft that has gone says so itself, and its buttons go: they would never work again."""
    if not _is_gone(press, error):
        return
    data: Any = press.data
    try:
        shown = await press.original_response()
        # After a second press at the same moment it shows what the first one has come to.
        if has_button(shown, data["custom_id"]):
            text = f"{shown.content}\n{words(press.locale)(GONE)}".strip()
            await press.edit_original_response(content=text[:WORDS_LIMIT], view=None)
    except discord.HTTPException as refusal:
        _log.warning("buttons that no longer work could not be removed: %s", refusal)


async def caller_from_afar(interaction: AnyInteraction, guild_id: int) -> Caller:
    """Who presses in a direct message, as the member of a server that they are.

    Raises:
        Unknown: they are no member of it (any more), or the bot is not there.
        NotSetUp: /setup has not been run there.
    """
    bot = interaction.client
    guild = bot.get_guild(guild_id)
    if guild is None:
        raise Unknown("button", str(guild_id))
    # Without the members intent nobody tells us of departures, so what is cached may be gone.
    member = guild.get_member(interaction.user.id) if bot.intents.members else None
    try:
        member = member or await guild.fetch_member(interaction.user.id)
    except discord.NotFound as error:
        raise Unknown("button", str(guild_id)) from error
    community = await bot.settings(guild_id)
    if not community.is_set_up:
        raise NotSetUp
    caller = Caller(
        interaction,
        actor_of(member, member.guild_permissions, community),
        words(interaction.locale),
        community,
        guild,
    )
    bot.follow(caller)
    return caller


async def turn(caller: Caller, content: Content, *, view: discord.ui.View | None = None) -> None:
    """Show something else in the private message that was pressed; a press on a public one is answered privately."""
    if not await shown_anew(caller, content, view=view):
        await caller.reply(content, view=view)


async def shown_anew(caller: Caller, content: Content, *, view: discord.ui.View | None = None) -> bool:
    """Show this in the private message that was pressed; False if there is none, or none any more."""
    message = caller.interaction.message
    if message is None or not message.flags.ephemeral:
        return False
    parts: dict[str, Any] = {"content": content.text, "embed": content.embed, "view": view or content.view()}
    try:
        await caller.interaction.edit_original_response(**parts, allowed_mentions=discord.AllowedMentions.none())
    except discord.NotFound:
        # It was dismissed meanwhile. What was asked for is done, so it must not look as if it had failed.
        return False
    return True
