"""Forms: how each is opened and read, and how a refused one keeps what was typed into it.

A kind of form is a `Form`, listed in its module's `FORMS`; like the buttons it is known by its custom_id alone, so
that one opened before a restart still counts. What was typed into one that is refused is kept as a row, and the refusal
has a button that opens the form again with all of it. That form is checked like a fresh one. Where it can't be opened
any more, since its draft has gone, the refusal gives the text back to be copied.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Sequence
from typing import Any, ClassVar, cast

import discord
from discord.ext import commands

from bot.client import AnyInteraction, Caller, StudyBot, answer_privately, why_not
from bot.domain.errors import NotSetUp, StudyError, Unknown
from bot.domain.forms import Filled, FormService, can_be_corrected
from bot.domain.sessions import JoinFirst, JoinToHost
from bot.i18n import words
from bot.rendering import forms as rendering
from bot.rendering.buttons import template
from bot.rendering.content import Content
from bot.rendering.memberships import join_button
from cogs.presses import caller_from_afar, cog_of, opening, turn

DRAFT = r"(?P<draft>\d{1,18})"
"""The part of a form's template for the draft that it changes; what it makes of it is another draft."""
CORRECTED: dict[Any, Any] = {"corrected": True}
"""The `extras` of a command that can be corrected in a form when it is refused; see `cogs.corrections`."""
_log = logging.getLogger(__name__)


class Form:
    """A kind of form, made anew each time one is opened or sent. Nothing in its custom_id is trusted.

    `guild` in the template is the server that a form opened in a direct message is about; `before_setup` says that it
    works where /setup has not been run; `kept` false, that nothing of
    a refused one may be kept under its author's name.
    """

    pattern: ClassVar[re.Pattern[str]]
    before_setup: ClassVar[bool]
    kept: ClassVar[bool]

    def __init_subclass__(cls, *, template: str, before_setup: bool = False, kept: bool = True) -> None:
        cls.pattern = re.compile(template)
        cls.before_setup = before_setup
        cls.kept = kept

    def __init__(self, parts: re.Match[str]) -> None:
        self.custom_id = parts[0]
        self.parts = parts

    @property
    def guild_id(self) -> int:
        """The server that it names; 0: that on which it is sent."""
        return int(self.parts.groupdict().get("guild") or 0)

    @property
    def draft_id(self) -> int:
        """The draft that it changes; 0: none."""
        return int(self.parts.groupdict().get("draft") or 0)

    async def modal(self, caller: Caller) -> discord.ui.Modal:
        """What the caller fills in, with what stands in it already.

        Raises:
            StudyError: the caller may not, or what it belongs to has gone.
        """
        raise NotImplementedError

    def can_be_corrected(self, error: StudyError) -> bool:
        """Whether it may be taken with something else in its boxes; asked after `sent`."""
        return can_be_corrected(error)

    async def sent(self, caller: Caller, filled: Filled) -> None:
        """Take what was filled in, and answer.

        Raises:
            StudyError: it can't be taken; nothing was changed.
        """
        raise NotImplementedError


class Forms(commands.Cog):
    """Opens forms and takes what is sent, whatever they are about."""

    def __init__(self, bot: StudyBot, kept: FormService, kinds: Sequence[type[Form]]) -> None:
        self.bot = bot
        self.kept = kept
        self.kinds = kinds

    def known(self, custom_id: str) -> Form | None:
        """The form with this custom_id; None: of another version of the bot, or made by hand."""
        found = ((kind, kind.pattern.fullmatch(custom_id)) for kind in self.kinds)
        return next((kind(parts) for kind, parts in found if parts is not None), None)

    async def open(self, caller: Caller, custom_id: str, filled: Filled | None = None) -> None:
        """Open a form as the first answer, with what was typed into it before, if anything was.

        Raises:
            NotSetUp: /setup has not been run here, and the form is none of its.
            StudyError: see `Form.modal`.
        """
        form = self.known(custom_id)
        if form is None:
            raise Unknown("draft", custom_id)
        if not (form.before_setup or caller.community.is_set_up):
            raise NotSetUp
        modal = await form.modal(caller)
        await caller.interaction.response.send_modal(rendering.refilled(modal, filled) if filled else modal)

    async def correct(self, caller: Caller, kept_id: int) -> None:
        """Open a refused form again.

        Raises:
            StudyError: it was taken meanwhile, is more than a day old or another's; or see `Form.modal`.
        """
        kept = await self.kept.find(caller.guild.id, caller.actor, kept_id)
        await self.open(caller, kept.custom_id, kept.data)

    @commands.Cog.listener()
    async def on_interaction(self, interaction: AnyInteraction) -> None:
        """A form was sent."""
        if interaction.type is not discord.InteractionType.modal_submit:
            return
        data: Any = interaction.data
        form = self.known(str(data.get("custom_id", "")))
        if form is None:
            return  # the client answers what nobody knows
        filled = rendering.sent(data)
        try:
            caller = await self._begin(interaction, form)
        except Exception as error:
            await self._give_back(interaction, filled, error)
            return
        try:
            await form.sent(caller, filled)
        except Exception as error:
            await self._refuse(caller, form, filled, error)
        else:
            await self._taken(caller, form)

    async def _begin(self, interaction: AnyInteraction, form: Form) -> Caller:
        """Acknowledge it, and say who sent it."""
        set_up = not form.before_setup
        # Opened by a command it has no message whose press could be acknowledged.
        alone = interaction.message is None
        if interaction.guild is None and form.guild_id:
            await interaction.response.defer(ephemeral=True, thinking=alone)
            return await caller_from_afar(interaction, form.guild_id)
        if alone:
            return await self.bot.begin(interaction, set_up=set_up)
        return await self.bot.begin_press(interaction, set_up=set_up)

    async def refuse(self, caller: Caller, custom_id: str, filled: Filled, error: StudyError) -> None:
        """Refuse a command like the form that has its options as boxes, so that it is corrected there."""
        form = self.known(custom_id)
        if form is None:
            raise error
        await self._refuse(caller, form, filled, error)

    async def _refuse(self, caller: Caller, form: Form, filled: Filled, error: Exception) -> None:
        """Say why it was not taken; what was typed is kept, wherever typing something else may help."""
        kept_id = await self._keep(caller, form, filled, error)
        if kept_id is None:
            await self._give_back(caller.interaction, filled, error)
            return
        content = refusal_of(caller, error, kept_id)
        if not rendering.is_refusal(caller.interaction.message):
            await answer_privately(caller.interaction, content)
            return
        try:
            await turn(caller, content)
        except discord.HTTPException as refusal:
            _log.warning("a refusal could not be said anew: %s", refusal)

    async def _give_back(self, interaction: AnyInteraction, filled: Filled, error: Exception) -> None:
        """Say why it was not taken; opened again it would not help, so what was typed stands in the answer."""
        text = rendering.given_back(why_not(interaction, error), filled, words(interaction.locale))
        await answer_privately(interaction, Content(text))

    async def _keep(self, caller: Caller, form: Form, filled: Filled, error: Exception) -> int | None:
        """The id under which it is kept; None: opening it again would not help."""
        if not form.kept or (isinstance(error, StudyError) and not form.can_be_corrected(error)):
            return None
        try:
            await form.modal(caller)
            return (await self.kept.keep(caller.guild.id, caller.actor, form.custom_id, filled)).id
        except StudyError:
            return None  # what it belongs to has gone meanwhile
        except Exception:
            _log.exception("what was typed into a form could not be kept")
            return None

    async def _taken(self, caller: Caller, form: Form) -> None:
        try:
            await self.kept.taken(caller.guild.id, caller.actor, form.custom_id, form.draft_id)
        except Exception:
            # It is answered, and what it leaves goes by itself in a day.
            _log.exception("what was typed into a form could not be forgotten")


def refusal_of(caller: Caller, error: Exception, kept_id: int) -> Content:
    """Why what is kept under this id was not taken, and the buttons that help."""
    beside = (join_button(caller.words),) if isinstance(error, JoinFirst | JoinToHost) else ()
    text = why_not(caller.interaction, error)
    return rendering.refusal(text, caller.guild.id, kept_id, caller.words, beside)


async def open_form(caller: Caller, custom_id: str) -> None:
    """Open the form with this custom_id, from a press or a command that was not acknowledged.

    Raises:
        StudyError: see `Form.modal`.
    """
    await cog_of(caller.interaction, Forms).open(caller, custom_id)


class CorrectButton(
    discord.ui.DynamicItem[discord.ui.Item[Any]],
    template=template(rendering.CORRECT, r"(?P<guild>\d{1,20})", r"(?P<kept>\d{1,18})"),
):
    """Below the refusal of a form: opens it again as it was sent."""

    def __init__(self, item: discord.ui.Item[Any], guild: int, kept: int) -> None:
        super().__init__(item)
        self.guild = guild
        self.kept = kept

    @classmethod
    async def from_custom_id(
        cls, interaction: discord.Interaction, item: discord.ui.Item[Any], match: re.Match[str], /
    ) -> CorrectButton:
        """Only whoever sent the form finds it. The server in the id counts in a direct message only."""
        return cls(item, int(match["guild"]), int(match["kept"]))

    async def callback(self, interaction: discord.Interaction) -> None:
        """Open it."""
        cog = cog_of(interaction, Forms)
        press = cast("AnyInteraction", interaction)

        async def act(caller: Caller) -> None:
            await cog.correct(caller, self.kept)

        await opening(press, act, guild_id=self.guild, set_up=False)


ITEMS: tuple[type[discord.ui.DynamicItem[Any]], ...] = (CorrectButton,)
