"""“Make it a question”, in the menu of a message; and what its author answers who is asked for it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import discord
from discord import app_commands
from discord.ext import commands

from bot.client import AnyInteraction, Caller, StudyBot, why_not
from bot.domain.errors import InvalidText
from bot.domain.questions.converting import Offer, Original, new_of
from bot.domain.questions.values import NewQuestion
from bot.rendering import questions as rendering
from bot.rendering.buttons import button_id, template
from bot.rendering.content import Content
from cogs.forms import Form, open_form
from cogs.permissions import missing_to_ask, readable_by_all
from cogs.presses import cog_of, opening, pressed, turn
from cogs.questions.activity import is_persons
from cogs.questions.commands import require_place

if TYPE_CHECKING:
    from bot.domain.forms import Filled
    from bot.domain.questions.converting import ConvertingService

_OFFER, _GUILD = r"(?P<offer>\d{1,18})", r"(?P<guild>\d{1,20})"


class Converting(commands.Cog):
    """Makes messages questions, with their authors' consent."""

    def __init__(self, bot: StudyBot, converting: ConvertingService) -> None:
        self.bot = bot
        self.converting = converting
        self.menu = app_commands.ContextMenu(name=rendering.MENU, callback=self.make_it_a_question)
        self.menu.guild_only = True

    async def cog_load(self) -> None:
        """The entry in the menu of a message; a cog takes only slash commands along by itself."""
        self.bot.tree.add_command(self.menu)

    async def cog_unload(self) -> None:
        """Take the entry back."""
        self.bot.tree.remove_command(self.menu.name, type=self.menu.type)

    async def make_it_a_question(self, interaction: AnyInteraction, message: discord.Message) -> None:
        """Discord gives the text of a message whose menu is used, also to bots that can't read others."""
        caller = await self.bot.caller(interaction)
        require_place(caller)
        original = _original(caller, message)
        if original.author_id != caller.actor.member_id:
            await self.bot.begin(interaction)
            done = await self.converting.propose(caller.guild.id, caller.actor, await _with_author(caller, original))
            await caller.reply(rendering.proposed(done, caller.words))
            return
        draft_id = await self.converting.own(caller.guild.id, caller.actor, original)
        if original.public:
            # The form is the first answer.
            await open_form(caller, button_id(rendering.FORM, draft_id))
            return
        await self.bot.begin(interaction)
        await caller.reply(rendering.warned(draft_id, caller.words))

    async def act(self, caller: Caller, offer_id: int, act: str) -> Content:
        """What the author of a message answers."""
        who = (caller.guild.id, caller.actor, offer_id)
        if act == rendering.DECLINE:
            await self.converting.decline(*who)
            return rendering.declined(caller.words)
        offer = await self.converting.offered(*who)
        if act == rendering.HIDDEN:
            return rendering.hidden(offer, caller.guild.id, caller.words)
        return await self._agree(caller, offer, new_of(offer.text, anonymous=act == rendering.HIDE))

    async def agree(self, caller: Caller, offer_id: int, new: NewQuestion) -> Content:
        """Ask it in the author's words."""
        require_place(caller)
        done = await self.converting.agree(caller.guild.id, caller.actor, offer_id, new)
        missing = missing_to_ask(caller.guild, done.view.question.channel_id)
        return rendering.agreed(done, caller.words, missing)

    async def _agree(self, caller: Caller, offer: Offer, new: NewQuestion) -> Content:
        try:
            return await self.agree(caller, offer.id, new)
        except InvalidText as error:
            return rendering.to_shorten(offer, caller.guild.id, why_not(caller.interaction, error), caller.words)

    @commands.Cog.listener()
    async def on_raw_message_delete(self, event: discord.RawMessageDeleteEvent) -> None:
        """Its author, or a moderator, does not want it to be read."""
        if event.guild_id is not None:
            await self.converting.deleted(event.guild_id, [event.message_id])

    @commands.Cog.listener()
    async def on_raw_bulk_message_delete(self, event: discord.RawBulkMessageDeleteEvent) -> None:
        """Many messages at once, as moderation tools do it."""
        if event.guild_id is not None:
            await self.converting.deleted(event.guild_id, event.message_ids)


def _original(caller: Caller, message: discord.Message) -> Original:
    author_id = message.author.id if is_persons(message) else 0
    public = readable_by_all(message.channel, caller.community.questions_channel)
    return Original(message.channel.id, message.id, author_id, message.content, True, public)


async def _with_author(caller: Caller, original: Original) -> Original:
    """The message, and whether its author is still a member: without the members intent nobody else tells."""
    guild, bot = caller.guild, caller.interaction.client
    if not original.author_id or (bot.intents.members and guild.get_member(original.author_id)):
        return original
    try:
        await guild.fetch_member(original.author_id)
    except discord.NotFound:
        return Original(
            original.channel_id, original.message_id, original.author_id, original.text, False, original.public
        )
    return original


class OfferButton(
    discord.ui.DynamicItem[discord.ui.Item[Any]],
    template=template(
        rendering.OFFER,
        _OFFER,
        f"(?P<act>{rendering.AGREE}|{rendering.HIDDEN}|{rendering.HIDE}|{rendering.CHANGE}|{rendering.DECLINE})",
        _GUILD,
    ),
):
    """Under what the author of a message is asked."""

    def __init__(self, item: discord.ui.Item[Any], offer: int, act: str, guild: int) -> None:
        super().__init__(item)
        self.offer = offer
        self.act = act
        self.guild = guild

    @classmethod
    async def from_custom_id(
        cls, interaction: discord.Interaction, item: discord.ui.Item[Any], match: re.Match[str], /
    ) -> OfferButton:
        """Only the author of the message finds the offer."""
        return cls(item, int(match["offer"]), match["act"], int(match["guild"]))

    async def callback(self, interaction: discord.Interaction) -> None:
        """Answer, or open the form."""

        async def change(caller: Caller) -> None:
            await open_form(caller, button_id(rendering.OFFER_FORM, self.offer, self.guild))

        async def act(caller: Caller) -> None:
            await turn(caller, await cog_of(interaction, Converting).act(caller, self.offer, self.act))

        if self.act == rendering.CHANGE:
            await opening(interaction, change, guild_id=self.guild)
        else:
            await pressed(interaction, act, guild_id=self.guild)


class OfferForm(Form, template=template(rendering.OFFER_FORM, _OFFER, _GUILD), kept=False):
    """The author's message as a question, to be changed before it is asked."""

    async def modal(self, caller: Caller) -> discord.ui.Modal:
        """With what they wrote."""
        converting = cog_of(caller.interaction, Converting).converting
        offer = await converting.offered(caller.guild.id, caller.actor, int(self.parts["offer"]))
        return rendering.offer_form(offer, caller.guild.id, caller.words)

    async def sent(self, caller: Caller, filled: Filled) -> None:
        """Ask it. Unless they chose their name, it is asked anonymously."""
        texts = (filled.box(box) for box in ("question", "details", "industry", "topic"))
        new = NewQuestion(*texts, anonymous=filled.chosen.get("name") != (rendering.NAMED,))
        await turn(caller, await cog_of(caller.interaction, Converting).agree(caller, int(self.parts["offer"]), new))


ITEMS: tuple[type[discord.ui.DynamicItem[Any]], ...] = (OfferButton,)
FORMS: tuple[type[Form], ...] = (OfferForm,)
