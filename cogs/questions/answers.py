"""Accepting answers, adding to them, and saying thanks: by the menu of a message, by command and by button."""

from __future__ import annotations

import re
from collections import OrderedDict
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Any

import discord
from discord import app_commands
from discord.ext import commands
from msgspec.structs import replace

from bot.client import AnyInteraction, Caller, StudyBot
from bot.domain.questions.speaking import Message, MessageGone, MessageUnreadable, message_ids
from bot.domain.zones import zone_of
from bot.rendering import questions as rendering
from bot.rendering.buttons import button_id, template
from bot.rendering.calendar import shortened
from bot.rendering.content import Content
from cogs.forms import Form, open_form
from cogs.presses import cog_of, opening, pressed, turn
from cogs.questions.activity import is_persons

if TYPE_CHECKING:
    from bot.domain.forms import Filled
    from bot.domain.questions.accepting import AcceptingService
    from bot.domain.questions.thanking import ThankingService

_CHANNEL, _MESSAGE = r"(?P<channel>\d{1,19})", r"(?P<message>\d{1,19})"
_OFFERED = 25
_LARGEST_ID = 2**63 - 1
_MOST_TEXTS = 500
"""Messages whose text is remembered while a form about them is open; who is slower thanks without it."""


class Answers(commands.Cog):
    """Answers and thanks."""

    def __init__(self, bot: StudyBot, accepting: AcceptingService, thanking: ThankingService) -> None:
        self.bot = bot
        self.accepting = accepting
        self.thanking = thanking
        self._texts: OrderedDict[int, str] = OrderedDict()
        self.menus = (
            app_commands.ContextMenu(name=rendering.ACCEPT_ANSWER, callback=self.accept_this),
            app_commands.ContextMenu(name=rendering.SAY_THANKS, callback=self.thank_for_this),
        )

    async def cog_load(self) -> None:
        """The entries in the menu of a message; a cog takes only slash commands along by itself."""
        for menu in self.menus:
            menu.guild_only = True
            self.bot.tree.add_command(menu)

    async def cog_unload(self) -> None:
        """Take the entries back."""
        for menu in self.menus:
            self.bot.tree.remove_command(menu.name, type=menu.type)

    async def accept_this(self, interaction: AnyInteraction, message: discord.Message) -> None:
        """Discord gives the text of a message whose menu is used, also to bots that can't read others."""
        caller = await self.bot.begin(interaction)
        await caller.reply(await self.accept(caller, await read(caller, message)))

    async def thank_for_this(self, interaction: AnyInteraction, message: discord.Message) -> None:
        """The form is the first answer."""
        caller = await self.bot.caller(interaction)
        self._texts[message.id] = message.content
        while len(self._texts) > _MOST_TEXTS:
            self._texts.popitem(last=False)
        await open_form(caller, button_id(rendering.THANK_FORM, message.channel.id, message.id))

    def with_text(self, message: Message) -> Message:
        """The message as the menu brought it along, where it can't be read in any other way."""
        return message if message.text else replace(message, text=self._texts.get(message.id, ""))

    # What the commands, buttons and forms do

    async def accept(self, caller: Caller, message: Message) -> Content:
        """Accept an answer."""
        done = await self.accepting.accept(caller.guild.id, caller.actor, message)
        return rendering.accepted(done, caller.words)

    async def thank(self, caller: Caller, message: Message, topic: str) -> Content:
        """Thank whoever wrote it for a topic."""
        done = await self.thanking.thank(caller.guild.id, caller.actor, message, topic)
        return rendering.thanked(done, caller.words)

    async def add(self, caller: Caller, question: str, text: str, answer_id: int = 0) -> Content:
        """Add a correction or source."""
        done = await self.accepting.add(caller.guild.id, caller.actor, question, text, answer_id)
        return rendering.added(done, caller.words)

    async def unaccept(self, caller: Caller, answer_id: int) -> Content:
        """Take an acceptance back."""
        return rendering.unaccepted(
            await self.accepting.take_back(caller.guild.id, caller.actor, answer_id), caller.words
        )

    async def unthank(self, caller: Caller, gratitude_id: int) -> Content:
        """Take thanks back."""
        done = await self.thanking.take_back(caller.guild.id, caller.actor, gratitude_id)
        return rendering.unthanked(done, caller.words)

    async def remove(self, caller: Caller, addition_id: int) -> Content:
        """Take back what was added."""
        done = await self.accepting.remove_addition(caller.guild.id, caller.actor, addition_id)
        return rendering.removed(done, caller.words)

    async def named(self, caller: Caller, question: str, text: str) -> Message:
        """The message of a question's thread that a link, an id or an entry of the list names.

        Raises:
            MessageGone, MessageUnreadable: it can't be looked at. StudyError: there is no such question or thread.
        """
        thread_id = await self.accepting.thread(caller.guild.id, caller.actor, question)
        ids = message_ids(text)
        if ids is None or ids[0] not in (0, thread_id):
            raise MessageGone
        return await fetched(caller, thread_id, ids[1])

    async def suggest(self, caller: Caller, question: str, typed: str) -> list[app_commands.Choice[str]]:
        """The latest messages of people in the question's thread. What they say is known with an intent only."""
        thread_id = await self.accepting.thread(caller.guild.id, caller.actor, question)
        place = self.bot.get_partial_messageable(thread_id, guild_id=caller.guild.id)
        found: list[app_commands.Choice[str]] = []
        zone = zone_of(caller.community.time_zone)
        async for message in place.history(limit=2 * _OFFERED):
            text = " ".join(message.content.split())
            label = f"{message.created_at.astimezone(zone):%m/%d %H:%M} {message.author.display_name}: {text or '…'}"
            said = is_persons(message) or message.author == self.bot.user
            if said and message.id != thread_id and typed.casefold() in f"{label} {message.jump_url}".casefold():
                found.append(app_commands.Choice(name=shortened(label, 100), value=str(message.id)))
        return found[:_OFFERED]


async def fetched(caller: Caller, channel_id: int, message_id: int) -> Message:
    """A message as Discord has it now.

    Raises:
        MessageGone, MessageUnreadable: see there.
    """
    if channel_id > _LARGEST_ID or message_id > _LARGEST_ID:
        raise MessageGone
    place = caller.interaction.client.get_partial_messageable(channel_id, guild_id=caller.guild.id)
    try:
        found = await place.fetch_message(message_id)
    except discord.NotFound as gone:
        raise MessageGone from gone
    except discord.Forbidden as refusal:
        raise MessageUnreadable from refusal
    return await read(caller, found, channel_id)


async def read(caller: Caller, message: discord.Message, channel_id: int = 0) -> Message:
    """A message as the rules see it."""
    author, channel_id = message.author, channel_id or message.channel.id
    if message.type is discord.MessageType.thread_starter_message:
        # In a text channel's thread it stands for the question, which has the thread's id.
        return Message(channel_id, channel_id, 0, "")
    person = is_persons(message)
    user = caller.interaction.client.user
    return Message(
        message.id,
        channel_id,
        author.id if person else 0,
        message.content,
        here=not person or await _is_here(caller, author.id),
        ours=user is not None and author.id == user.id,
    )


async def _is_here(caller: Caller, member_id: int) -> bool:
    """Without the members intent nobody tells us of departures, so Discord is asked; if it can't be, they are here."""
    if caller.interaction.client.intents.members and caller.guild.get_member(member_id) is not None:
        return True
    try:
        await caller.guild.fetch_member(member_id)
    except discord.NotFound:
        return False
    except discord.HTTPException:
        return True
    return True


Do = Callable[[Answers, Caller, int], Awaitable[Content]]


class _Undo:
    """The part of a button that takes something back: whether the presser may is asked of the rows."""

    do: Do

    def __init__(self, item: discord.ui.Item[Any], subject: int) -> None:
        super().__init__(item)  # pyright: ignore[reportCallIssue]  # the button, whose part this is
        self.subject = subject

    @classmethod
    async def from_custom_id(
        cls, interaction: discord.Interaction, item: discord.ui.Item[Any], match: re.Match[str], /
    ) -> Any:
        """Only the row's id stands in it."""
        (subject,) = match.groups()
        return cls(item, int(subject))

    async def callback(self, interaction: discord.Interaction) -> None:
        """Do it, and say so in the private message that was pressed."""
        cog = cog_of(interaction, Answers)

        async def act(caller: Caller) -> None:
            await turn(caller, await type(self).do(cog, caller, self.subject))

        await pressed(interaction, act)


class UnacceptButton(
    _Undo,
    discord.ui.DynamicItem[discord.ui.Item[Any]],
    template=template(rendering.UNACCEPT, r"(?P<accepted>\d{1,18})"),
):
    """Takes an acceptance back."""

    do = Answers.unaccept


class UnthankButton(
    _Undo,
    discord.ui.DynamicItem[discord.ui.Item[Any]],
    template=template(rendering.UNTHANK, r"(?P<thanks>\d{1,18})"),
):
    """Takes thanks back."""

    do = Answers.unthank


class UnaddButton(
    _Undo,
    discord.ui.DynamicItem[discord.ui.Item[Any]],
    template=template(rendering.UNADD, r"(?P<addition>\d{1,18})"),
):
    """Removes a correction or source."""

    do = Answers.remove


class _Opener:
    """The part of a button that opens a form: `form` is its id."""

    def __init__(self, item: discord.ui.Item[Any], form: str) -> None:
        super().__init__(item)  # pyright: ignore[reportCallIssue]  # the button, whose part this is
        self.form = form

    async def callback(self, interaction: discord.Interaction) -> None:
        """Open it, if the presser may fill it in."""

        async def act(caller: Caller) -> None:
            await open_form(caller, self.form)

        await opening(interaction, act)


class AddButton(
    _Opener,
    discord.ui.DynamicItem[discord.ui.Item[Any]],
    template=template(rendering.ADD, r"(?P<question>\d{1,18})"),
):
    """Add a correction or source."""

    @classmethod
    async def from_custom_id(
        cls, interaction: discord.Interaction, item: discord.ui.Item[Any], match: re.Match[str], /
    ) -> AddButton:
        """The form asks who may."""
        return cls(item, button_id(rendering.ADD_FORM, match["question"]))


class ThankButton(
    _Opener, discord.ui.DynamicItem[discord.ui.Item[Any]], template=template(rendering.THANK, _CHANNEL, _MESSAGE)
):
    """Say thanks for a message."""

    @classmethod
    async def from_custom_id(
        cls, interaction: discord.Interaction, item: discord.ui.Item[Any], match: re.Match[str], /
    ) -> ThankButton:
        """Whose message it is, the form asks Discord."""
        return cls(item, button_id(rendering.THANK_FORM, match["channel"], match["message"]))


class ThankForm(Form, template=template(rendering.THANK_FORM, _CHANNEL, _MESSAGE), kept=False):
    """For which topic somebody is thanked. Whose message it is, is asked of Discord when it is sent, too."""

    async def modal(self, caller: Caller) -> discord.ui.Modal:
        """With the topic of the question."""
        message = await self._message(caller)
        cog = cog_of(caller.interaction, Answers)
        value = await cog.thanking.prepare(caller.guild.id, caller.actor, message)
        return rendering.thank_form(value, message.channel_id, caller.words)

    async def sent(self, caller: Caller, filled: Filled) -> None:
        """Say it."""
        cog, message = cog_of(caller.interaction, Answers), await self._message(caller)
        await caller.reply(await cog.thank(caller, cog.with_text(message), filled.box("topic")))

    async def _message(self, caller: Caller) -> Message:
        channel_id, message_id = int(self.parts["channel"]), int(self.parts["message"])
        thanking = cog_of(caller.interaction, Answers).thanking
        # Asked first: of a thread that does not exist for them, nobody learns what is in it.
        await thanking.require_thread(caller.guild.id, caller.actor, channel_id)
        return await fetched(caller, channel_id, message_id)


class AddForm(Form, template=template(rendering.ADD_FORM, r"(?P<question>\d{1,18})"), kept=False):
    """A correction or a source."""

    async def modal(self, caller: Caller) -> discord.ui.Modal:
        """Only for those who may add one."""
        accepting = cog_of(caller.interaction, Answers).accepting
        value = await accepting.adding(caller.guild.id, caller.actor, int(self.parts["question"]))
        return rendering.add_form(value, caller.words)

    async def sent(self, caller: Caller, filled: Filled) -> None:
        """Add it."""
        chosen = next(iter(filled.chosen.get("answer", ())), "0")
        answer_id = int(chosen) if re.fullmatch("[0-9]{1,18}", chosen) else 0
        cog = cog_of(caller.interaction, Answers)
        question = f"#{self.parts['question']}"
        await caller.reply(await cog.add(caller, question, filled.box("addition"), answer_id))


ITEMS: tuple[type[discord.ui.DynamicItem[Any]], ...] = (
    UnacceptButton,
    UnthankButton,
    UnaddButton,
    AddButton,
    ThankButton,
)
FORMS: tuple[type[Form], ...] = (ThankForm, AddForm)
