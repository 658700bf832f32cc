"""/profile: what people tell of themselves, and how they introduce themselves.

`IntroduceButton` may stand under any message of the bot's, for ever: `bot.rendering.profiles.introduce_button` makes
it.
"""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Any

import discord
from discord import app_commands
from discord.ext import commands

from bot.client import AnyInteraction, Caller, StudyBot
from bot.domain.communities import INTRODUCTIONS
from bot.domain.errors import NotAPerson
from bot.domain.industries import parts
from bot.domain.profiles import (
    LONGEST_ABOUT,
    LONGEST_OCCUPATION,
    LONGEST_READING,
    MOST_ASKED,
    ProfileChange,
    ProfileEdited,
    ProfileService,
    is_cleared,
)
from bot.domain.questions.recognition import RecognitionService
from bot.domain.zones import find_zones
from bot.i18n import _, words
from bot.rendering import industries, settings
from bot.rendering import profiles as rendering
from bot.rendering.buttons import button_id, template
from bot.rendering.content import Content
from cogs.forms import CORRECTED, Form, open_form
from cogs.permissions import channel_check
from cogs.presses import Act, cog_of, opening, pressed, turn

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.domain.forms import Filled

_MENU = _("Profile")
_REMOVE = app_commands.Choice(name=_("(remove it)"), value="-")
_EMPLOYMENT = [
    *(app_commands.Choice(name=name, value=key) for key, name in rendering.EMPLOYMENT.items()),
    _REMOVE,
]
_LANGUAGES = [
    *(app_commands.Choice(name=label, value=value) for value, label in settings.LANGUAGES.items()),
    _REMOVE,
]
_LIMITS = [
    app_commands.Choice(name=_("0: nobody asks me"), value="0"),
    *(app_commands.Choice(name=str(n), value=str(n)) for n in range(1, MOST_ASKED + 1)),
    _REMOVE,
]
Items = app_commands.Range[str, 1, 500]
Stands = Callable[[int, int, int], Awaitable[bool]]
"""Whether a message is there, given the server, the channel and its id."""


class Profiles(commands.Cog):
    """Profiles. Everybody changes their own alone."""

    def __init__(
        self, bot: StudyBot, profiles: ProfileService, recognition: RecognitionService, stands: Stands
    ) -> None:
        """`stands` asks Discord whether a message is still there: nobody says what was deleted in our absence."""
        self.bot = bot
        self.stands = stands
        self.profiles = profiles
        self.recognition = recognition
        self.menu = app_commands.ContextMenu(name=_MENU, callback=self.show_of)
        self.menu.guild_only = True

    group = app_commands.Group(name="profile", description=_("Members' profiles"), guild_only=True)

    async def cog_load(self) -> None:
        """The entry in the menu of a member; a cog takes only slash commands along by itself."""
        self.bot.tree.add_command(self.menu)

    async def cog_unload(self) -> None:
        """Take the entry back."""
        self.bot.tree.remove_command(self.menu.name, type=self.menu.type)

    @group.command(name="edit", description=_("Write your profile; without any option a form opens"), extras=CORRECTED)
    @app_commands.describe(
        industry=_("The industries you work in, separated by commas, the main one first"),
        occupation=_("Your work, such as “planning at a food distributor”"),
        employment=_("Kind of employment"),
        topics=_("What others can ask you about, separated by commas: “tea, statistics”"),
        hobbies=_("Hobbies, separated by commas"),
        reading=_("How your name is read, such as やまだ たろう"),
        time_zone=_("Where you are: type a city, such as Tokyo or 東京"),
        language=_("The language of my direct messages to you"),
        ask_hours=_("When you may be asked, such as “weekdays 9:00-21:00”; else not at night"),
        ask_limit=_("How many questions a week at most"),
        about=_("A few words about you (“-” removes it, as in every option)"),
    )
    @app_commands.choices(employment=_EMPLOYMENT, language=_LANGUAGES, ask_limit=_LIMITS)
    async def edit(
        self,
        interaction: AnyInteraction,
        industry: Items | None = None,
        occupation: app_commands.Range[str, 1, LONGEST_OCCUPATION] | None = None,
        employment: str | None = None,
        topics: Items | None = None,
        hobbies: Items | None = None,
        reading: app_commands.Range[str, 1, LONGEST_READING] | None = None,
        time_zone: app_commands.Range[str, 1, 100] | None = None,
        language: str | None = None,
        ask_hours: app_commands.Range[str, 1, 100] | None = None,
        ask_limit: str | None = None,
        about: app_commands.Range[str, 1, LONGEST_ABOUT] | None = None,
    ) -> None:
        """Change what is given; without anything given the form opens, which can only be the first answer."""
        change = ProfileChange(
            industries=_industries(industry),
            occupation=occupation,
            employment=employment,
            topics=topics,
            hobbies=hobbies,
            reading=reading,
            time_zone=time_zone,
            language=language,
            ask_hours=ask_hours,
            ask_limit=ask_limit,
            about=about,
        )
        if change.is_empty and not interaction.response.is_done():
            await open_form(await self.bot.caller(interaction), button_id(rendering.FORM))
            return
        caller = await self.bot.begin(interaction)
        await turn(caller, await self.change(caller, change))

    @group.command(name="show", description=_("See somebody's profile, or your own"))
    @app_commands.describe(member=_("Whose profile; your own if left out"))
    async def show(self, interaction: AnyInteraction, member: discord.Member | None = None) -> None:
        """Privately; empty fields are left out."""
        await self.show_of(interaction, member or _member(interaction))

    async def show_of(self, interaction: AnyInteraction, member: discord.Member) -> None:
        """A member's profile, for the one who asks."""
        caller = await self.bot.begin(interaction)
        if member.bot:
            raise NotAPerson(member.id)
        if member.id == caller.actor.member_id:
            await caller.reply(await self.card(caller))
        else:
            profile = await self.profiles.show(caller.guild.id, member.id)
            known = await self.recognition.show(caller.guild.id, caller.actor, member.id)
            await caller.reply(rendering.shown(profile, member.display_name, caller.words, known))

    @edit.autocomplete("industry")
    async def suggest_industries(self, interaction: AnyInteraction, current: str) -> list[app_commands.Choice[str]]:
        """Industries that fit behind what was typed, and that it can be added."""
        caller = await self.bot.caller(interaction, set_up=False)
        found = await self.profiles.suggest_industries(caller.guild.id, current)
        return _choices([industries.choice(each, caller.words) for each in found])

    @edit.autocomplete("topics")
    async def suggest_topics(self, interaction: AnyInteraction, current: str) -> list[app_commands.Choice[str]]:
        """Topics of others that fit behind what was typed."""
        caller = await self.bot.caller(interaction, set_up=False)
        found = [", ".join(each) for each in await self.profiles.suggest_topics(caller.guild.id, current)]
        return _choices([(each, each) for each in found])

    @edit.autocomplete("time_zone")
    async def suggest_zones(self, interaction: AnyInteraction, current: str) -> list[app_commands.Choice[str]]:
        """Time zones under the names people use, in the reader's language."""
        found = find_zones(current, locale=words(interaction.locale).language)
        return [app_commands.Choice(name=zone.label[:100], value=zone.id) for zone in found]

    # What the buttons and forms do

    async def change(self, caller: Caller, change: ProfileChange) -> Content:
        """Change the caller's profile; their card, or what has to be asked first."""
        return await self._changed(caller, await self.profiles.edit(caller.guild.id, caller.actor, change))

    async def choose_industry(self, caller: Caller, draft_id: int, place: int) -> Content:
        """Take what the caller means by an industry that they typed; their card, or the next question."""
        result = await self.profiles.choose_industry(caller.guild.id, caller.actor, draft_id, place)
        return await self._changed(caller, result)

    async def _changed(self, caller: Caller, result: ProfileEdited) -> Content:
        if result.asked is not None:
            return rendering.which_industry(result.asked, caller.words, saved=result.after != result.before)
        return await self.card(caller, rendering.edited(result, caller.words))

    async def post(self, caller: Caller) -> Content:
        """Introduce the caller, if there is a channel where the bot may post; their card."""
        place = _place(caller)
        if place is not None and place.exists and not place.missing:
            name = _member(caller.interaction).display_name
            await self.profiles.introduce(caller.guild.id, caller.actor, name)
        return await self.card(caller)

    async def card(self, caller: Caller, note: str = "") -> Content:
        """The caller's own profile, and what became of their introduction; `note` is what has just been done."""
        guild_id, name = caller.guild.id, _member(caller.interaction).display_name
        own = await self.profiles.own(guild_id, caller.actor)
        said = own.posted
        if said is not None and said.message_id and not await self.stands(guild_id, said.channel_id, said.message_id):
            own = await self.profiles.own(guild_id, caller.actor)
        known = await self.recognition.show(guild_id, caller.actor, caller.actor.member_id)
        return rendering.mine(own, name, *_server(caller), caller.words, note=note, known=known)


def _industries(text: str | None) -> list[str] | None:
    if text is None:
        return None
    return [] if is_cleared(text) else parts(text)


class ProfileForm(Form, template=template(rendering.FORM)):
    """The form of five, with what was told already."""

    async def modal(self, caller: Caller) -> discord.ui.Modal:
        """Everybody's own."""
        profile, offered = await cog_of(caller.interaction, Profiles).profiles.form(caller.guild.id, caller.actor)
        return rendering.form(profile, offered, caller.words)

    async def sent(self, caller: Caller, filled: Filled) -> None:
        """Show their card. A field that the form did not have stays as it is."""
        texts = {key: filled.written[key] for key in ("occupation", "topics", "about") if key in filled.written}
        if "employment" in filled.chosen:
            texts["employment"] = next(iter(filled.chosen["employment"]), "")
        change = ProfileChange(industries=filled.chosen.get("industry"), keeps_order=True, **texts)
        await turn(caller, await cog_of(caller.interaction, Profiles).change(caller, change))


class IndustryForm(Form, template=template(rendering.INDUSTRY_FORM)):
    """The form for industries that are in no list."""

    async def modal(self, caller: Caller) -> discord.ui.Modal:
        """Everybody's own."""
        cog = cog_of(caller.interaction, Profiles)
        profile = await cog.profiles.show(caller.guild.id, caller.actor.member_id)
        return rendering.industry_form(profile, caller.words)

    async def sent(self, caller: Caller, filled: Filled) -> None:
        """Show their card."""
        change = ProfileChange(industries=_industries(filled.written.get("industry")))
        await turn(caller, await cog_of(caller.interaction, Profiles).change(caller, change))


def _member(interaction: AnyInteraction) -> discord.Member:
    assert isinstance(interaction.user, discord.Member)
    return interaction.user


def _place(caller: Caller) -> Any:
    return channel_check(caller.guild, caller.community, INTRODUCTIONS)


def _server(caller: Caller) -> tuple[Any, str]:
    """What of the server matters to a profile: the channel for introductions, and where its clock hangs."""
    return _place(caller), caller.community.time_zone


def _opener(form: str) -> Act:
    return lambda caller: open_form(caller, button_id(form))


def _choices(found: Sequence[tuple[str, str]]) -> list[app_commands.Choice[str]]:
    """Entries to choose; what Discord would not take back whole is no entry."""
    return [app_commands.Choice(name=name[:100], value=value) for name, value in found if len(value) <= 100]


class IntroduceButton(discord.ui.DynamicItem[discord.ui.Button[Any]], template=template(rendering.INTRODUCE)):
    """Introduce myself: opens the form of five for whoever presses, under whichever message it stands."""

    def __init__(self) -> None:
        super().__init__(discord.ui.Button(custom_id=button_id(rendering.INTRODUCE)))

    @classmethod
    async def from_custom_id(
        cls, interaction: discord.Interaction, item: discord.ui.Item[Any], match: re.Match[str], /
    ) -> IntroduceButton:
        """It belongs to nobody."""
        return cls()

    async def callback(self, interaction: discord.Interaction) -> None:
        """Open the form."""
        await opening(interaction, _opener(rendering.FORM))


class ProfileButton(
    discord.ui.DynamicItem[discord.ui.Item[Any]],
    template=template(rendering.FEATURE, f"(?P<act>{rendering.POST}|{rendering.CHANGE}|{rendering.TYPE})"),
):
    """Below one's own profile: post it, change it, or type industries."""

    def __init__(self, item: discord.ui.Item[Any], act: str) -> None:
        super().__init__(item)
        self.act = act

    @classmethod
    async def from_custom_id(
        cls, interaction: discord.Interaction, item: discord.ui.Item[Any], match: re.Match[str], /
    ) -> ProfileButton:
        """Whose profile it is, the press itself says."""
        return cls(item, match["act"])

    async def callback(self, interaction: discord.Interaction) -> None:
        """Act on the presser's own profile."""
        cog = cog_of(interaction, Profiles)
        if self.act == rendering.CHANGE:
            await opening(interaction, _opener(rendering.FORM))
        elif self.act == rendering.TYPE:
            await opening(interaction, _opener(rendering.INDUSTRY_FORM))
        else:

            async def post(caller: Caller) -> None:
                await turn(caller, await cog.post(caller))

            await pressed(interaction, post)


class IndustryButton(
    discord.ui.DynamicItem[discord.ui.Item[Any]],
    template=template(rendering.WHICH_INDUSTRY, r"(?P<draft>\d{1,18})", "(?P<place>[0123])"),
):
    """What somebody means who typed an industry: one that there is, or a new one."""

    def __init__(self, item: discord.ui.Item[Any], draft: int, place: int) -> None:
        super().__init__(item)
        self.draft = draft
        self.place = place

    @classmethod
    async def from_custom_id(
        cls, interaction: discord.Interaction, item: discord.ui.Item[Any], match: re.Match[str], /
    ) -> IndustryButton:
        """What was typed stands in the draft, and so do the candidates; only its author finds it."""
        return cls(item, int(match["draft"]), int(match["place"]))

    async def callback(self, interaction: discord.Interaction) -> None:
        """Go on with this one, in place of the question."""

        async def act(caller: Caller) -> None:
            await turn(caller, await cog_of(interaction, Profiles).choose_industry(caller, self.draft, self.place))

        await pressed(interaction, act)


ITEMS: tuple[type[discord.ui.DynamicItem[Any]], ...] = (IntroduceButton, ProfileButton, IndustryButton)
FORMS: tuple[type[Form], ...] = (ProfileForm, IndustryForm)
