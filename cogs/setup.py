"""/setup: one private message that leads a moderator through the questions; and the one line on joining a server."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import discord
from discord import app_commands
from discord.ext import commands
from msgspec.structs import replace

from bot.client import AnyInteraction, Caller, StudyBot, answer_error
from bot.domain.communities import CHANNEL_FIELDS, FORUM, NewSettings
from bot.domain.errors import Unknown
from bot.domain.phrases import ClockAmbiguous
from bot.domain.zones import ZoneUnknown, close_zones
from bot.i18n import _
from bot.rendering import settings
from bot.rendering import setup as rendering
from bot.rendering.buttons import button_id, template
from bot.rendering.content import Content
from cogs.forms import Form, open_form
from cogs.permissions import missing_on_server, permission_report, place_to_say_hello
from cogs.presses import cog_of, turn

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.domain.communities import CommunityService
    from bot.domain.forms import Filled
    from bot.domain.morning import MorningService
    from bot.domain.setup import PermissionReport, SetupService, SetupState
    from bot.domain.usual_start import UsualStartService
    from bot.domain.zones import ZoneChoice

_CHANNELS = frozenset(CHANNEL_FIELDS.values())


class Setup(commands.Cog):
    """The setup. Its message is edited in place; all its controls are found by their ids alone."""

    def __init__(
        self,
        bot: StudyBot,
        setup: SetupService,
        communities: CommunityService,
        morning: MorningService,
        starts: UsualStartService,
    ) -> None:
        self.starts = starts
        self.bot = bot
        self.setup = setup
        self.communities = communities
        self.morning = morning

    @app_commands.command(
        name="setup", description=_("Set me up: language, time zone, moderators, channels, usual start")
    )
    @app_commands.default_permissions(manage_guild=True)
    @app_commands.guild_only()
    async def command(self, interaction: AnyInteraction) -> None:
        """Begin, or take up where it was left."""
        await self.open(await self.bot.begin(interaction, set_up=False))

    async def open(self, caller: Caller) -> None:
        """Show the page where the setup stands, in a private message of its own."""
        state = await self.setup.open(caller.guild.id, caller.actor, _language_of(caller.guild))
        page = await self._page(caller, state)
        await caller.reply(Content(embed=page.embed), view=page.view)

    async def press(self, caller: Caller, act: str, step: str, values: Sequence[str]) -> None:
        """A button or a list of the setup was used; its message shows what follows."""
        guild_id, actor = caller.guild.id, caller.actor
        match act:
            case "open":
                await self.open(caller)
                return
            case "set" if len(values) == 1:
                state = await self._set(caller, step, values[0])
            case "skip":
                state = await self.setup.skip(guild_id, actor, step)
            case "back":
                state = await self.setup.back(guild_id, actor, step)
            case "again":
                state = await self.setup.again(guild_id, actor)
            case "check":
                state = await self.setup.open(guild_id, actor)
            case "make":
                state = await self._make(caller)
            case _:
                raise Unknown("button", act)
        await self.show(caller, state)

    async def submit(self, caller: Caller, step: str, text: str) -> None:
        """A form of the setup was sent: take the answer, show the time zones that fit it, or ask which time it is."""
        new = NewSettings(time_zone=text) if step == "time_zone" else NewSettings(usual_start=text)
        try:
            state = await self.setup.answer(caller.guild.id, caller.actor, step, new)
        except ZoneUnknown:
            found = close_zones(text, locale=caller.words.language)
            if not found:
                raise
            await self.show(caller, await self.setup.open(caller.guild.id, caller.actor), found)
            return
        except ClockAmbiguous as said:
            which = await self.starts.ask(caller.guild.id, caller.actor, new, said, step=step)
            await turn(caller, settings.which_start(which, caller.words))
            return
        await self.show(caller, state)

    async def show(self, caller: Caller, state: SetupState, zones: Sequence[ZoneChoice] | None = None) -> None:
        """Turn the pressed message to the page where the setup stands."""
        page = await self._page(caller, state, zones)
        await turn(caller, Content(embed=page.embed), view=page.view)

    async def _set(self, caller: Caller, name: str, value: str) -> SetupState:
        """Take what was chosen from a list. Discord vouches for it only in part, so nothing in it is trusted."""
        if name in ("language", "time_zone", "usual_start"):
            new = replace(NewSettings(), **{name: value})
        elif name == "moderator_role":
            if not value.isdecimal() or caller.guild.get_role(int(value)) is None:
                raise Unknown("button", name)
            new = NewSettings(moderator_role=int(value))
        elif name in _CHANNELS:
            channel = caller.guild.get_channel(int(value)) if value.isdecimal() else None
            fitting = discord.TextChannel, *((discord.ForumChannel,) if name == CHANNEL_FIELDS[FORUM] else ())
            if not isinstance(channel, fitting):
                raise Unknown("channel", value)
            new = replace(NewSettings(), **{name: channel.id})
        else:
            raise Unknown("button", name)
        if name not in _CHANNELS:
            return await self.setup.answer(caller.guild.id, caller.actor, name, new)
        # Several lists stand on that page, so choosing from one does not turn it.
        state = await self.setup.answer(caller.guild.id, caller.actor, "channels", new, stay=True)
        self.bot.dispatch("channels_chosen", caller.guild)
        return state

    async def _make(self, caller: Caller) -> SetupState:
        caller.actor.require_moderator()
        missing = missing_on_server(caller.guild, ("manage_channels",))
        if missing:
            await caller.reply(rendering.no_channels(missing, caller.words))
            return await self.setup.open(caller.guild.id, caller.actor)
        report = await self._report(caller)
        deleted = {check.channel_id for check in report.channels if not check.exists}
        return await self.setup.make_channels(caller.guild.id, caller.actor, deleted)

    async def _report(self, caller: Caller) -> PermissionReport:
        community = await self.communities.show(caller.guild.id)
        return permission_report(caller.guild, community, await self.morning.settings(caller.guild.id))

    async def _page(
        self, caller: Caller, state: SetupState, zones: Sequence[ZoneChoice] | None = None
    ) -> rendering.Page:
        report = await self._report(caller)
        if state.step != "time_zone":
            zones = None
        return rendering.page(rendering.PageValues(state, report, caller.guild.me.display_name, zones), caller.words)

    async def greet(self, guild: discord.Guild) -> None:
        """Say the line on joining where it was never said, because the bot was not running when it was invited."""
        if not guild.unavailable and await self.communities.is_new(guild.id):
            await self.on_guild_join(guild)

    @commands.Cog.listener()
    async def on_guild_available(self, guild: discord.Guild) -> None:
        """The server is back after an outage of Discord's; at our own start all are greeted when work has begun."""
        if self.bot.is_ready():
            await self.greet(guild)

    @commands.Cog.listener()
    async def on_guild_join(self, guild: discord.Guild) -> None:
        """The bot came to a server."""
        await self.communities.joined(guild.id, place_to_say_hello(guild), guild.me.joined_at, _language_of(guild))


def _language_of(guild: discord.Guild) -> str:
    return guild.preferred_locale.value.partition("-")[0]


class SetupControl(
    discord.ui.DynamicItem[discord.ui.Item[Any]],
    template=template(rendering.FEATURE, r"(?P<act>[a-z]+)(?::(?P<step>[a-z_]+))?"),
):
    """Any button or list of the setup, also the button under the line on joining."""

    def __init__(self, item: discord.ui.Item[Any], act: str, step: str) -> None:
        super().__init__(item)
        self.act = act
        self.step_name = step

    @classmethod
    async def from_custom_id(
        cls, interaction: discord.Interaction, item: discord.ui.Item[Any], match: re.Match[str], /
    ) -> SetupControl:
        """Whatever carries the id; what it may do is decided when it acts."""
        return cls(item, match["act"], match["step"] or "")

    async def callback(self, interaction: discord.Interaction) -> None:
        """Acknowledge, act, and turn the page."""
        bot: StudyBot = interaction.client  # pyright: ignore[reportAssignmentType]
        pressed: AnyInteraction = interaction  # pyright: ignore[reportAssignmentType]
        try:
            if self.act == "form" and self.step_name in rendering.FORM_STEPS:
                # A form can only be the first answer, so nothing is acknowledged before it.
                await open_form(await bot.caller(pressed, set_up=False), button_id(rendering.FORM, self.step_name))
                return
            caller = await bot.begin_press(pressed, set_up=False)
            data: Any = interaction.data
            await cog_of(interaction, Setup).press(caller, self.act, self.step_name, data.get("values", ()))
        except Exception as error:
            await answer_error(pressed, error)


class SetupForm(
    Form, template=template(rendering.FORM, f"(?P<step>{'|'.join(rendering.FORM_STEPS)})"), before_setup=True
):
    """What no list of the setup offers."""

    async def modal(self, caller: Caller) -> discord.ui.Modal:
        """The form of a question, for moderators."""
        caller.actor.require_moderator()
        return rendering.form(self.parts["step"], caller.words)

    async def sent(self, caller: Caller, filled: Filled) -> None:
        """Take the answer."""
        text = filled.box(rendering.BOX)
        await cog_of(caller.interaction, Setup).submit(caller, self.parts["step"], text)


ITEMS: tuple[type[discord.ui.DynamicItem[Any]], ...] = (SetupControl,)
FORMS: tuple[type[Form], ...] = (SetupForm,)
