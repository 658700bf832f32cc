"""/settings: what the setup asked, and the rest."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import discord
from discord import app_commands
from discord.ext import commands

from bot.client import AnyInteraction, Caller, StudyBot
from bot.domain.communities import NewSettings
from bot.domain.phrases import ClockAmbiguous
from bot.domain.usual_start import SettingsChanged
from bot.domain.zones import find_zones
from bot.i18n import _, words
from bot.rendering import settings as rendering
from bot.rendering.buttons import template
from bot.rendering.content import Content
from cogs.permissions import permission_report
from cogs.presses import OneReading, cog_of, pressed, turn
from cogs.setup import Setup

if TYPE_CHECKING:
    from bot.domain.communities import Clearable, Community, CommunityService
    from bot.domain.morning import MorningService
    from bot.domain.series import SeriesService
    from bot.domain.usual_start import UsualStartService

_LANGUAGES = [app_commands.Choice(name=label, value=value) for value, label in rendering.LANGUAGES.items()]
_ON_OFF = [app_commands.Choice(name=_("on"), value="on"), app_commands.Choice(name=_("off"), value="off")]
_CLEAR = [
    app_commands.Choice(name=_("announcements channel"), value="announcements_channel"),
    app_commands.Choice(name=_("log channel"), value="log_channel"),
    app_commands.Choice(name=_("channel for introductions"), value="introductions_channel"),
    app_commands.Choice(name=_("forum for questions"), value="questions_channel"),
    app_commands.Choice(name=_("moderator role"), value="moderator_role"),
    app_commands.Choice(name=_("usual start"), value="usual_start"),
]


class Settings(commands.Cog):
    """A community's settings, for moderators. They can be changed before the setup is finished, too."""

    def __init__(
        self,
        bot: StudyBot,
        communities: CommunityService,
        series: SeriesService,
        morning: MorningService,
        starts: UsualStartService,
    ) -> None:
        self.bot = bot
        self.starts = starts
        self.communities = communities
        self.series = series
        self.morning = morning

    group = app_commands.Group(
        name="settings",
        description=_("How I work on this server"),
        default_permissions=discord.Permissions(manage_guild=True),
        guild_only=True,
    )

    @group.command(
        name="show", description=_("See all settings, the permissions I still need, and what could not be delivered")
    )
    async def show(self, interaction: AnyInteraction) -> None:
        """All settings."""
        caller = await self.bot.begin(interaction, set_up=False)
        caller.actor.require_moderator()
        community = await self.communities.show(caller.guild.id)
        report = permission_report(caller.guild, community, await self.morning.settings(caller.guild.id))
        missed = await self.communities.missed(caller.guild.id, caller.actor)
        await caller.reply(rendering.settings(community, report, missed, caller.words))

    @group.command(name="set", description=_("Change settings; what you leave out stays as it is"))
    @app_commands.describe(
        language=_("The language of my posts; private replies follow each person's own"),
        time_zone=_("Where you meet: type a city, such as Tokyo or 東京"),
        announcements=_("The channel where sessions are announced"),
        introductions=_("The channel where members introduce themselves if they want to"),
        questions=_("The forum, or the channel, for questions to people of other industries"),
        log=_("The channel where I tell moderators what needs them"),
        moderator_role=_("A role whose members are moderators, as those with Manage Server are"),
        usual_start=_("When sessions usually start, such as 07:00; offered when a series is created"),
        quiet_hours=_("When I stay silent, such as 22:00-06:00, or “off”"),
        native_events=_("Whether sessions also appear as events of the server"),
        members_may_host=_("Whether members of a group may host discussions, visits and socials there"),
        clear=_("A setting to clear"),
    )
    @app_commands.choices(language=_LANGUAGES, native_events=_ON_OFF, members_may_host=_ON_OFF, clear=_CLEAR)
    async def set_(
        self,
        interaction: AnyInteraction,
        language: str | None = None,
        time_zone: str | None = None,
        announcements: discord.TextChannel | None = None,
        introductions: discord.TextChannel | None = None,
        questions: discord.ForumChannel | discord.TextChannel | None = None,
        log: discord.TextChannel | None = None,
        moderator_role: discord.Role | None = None,
        usual_start: str | None = None,
        quiet_hours: str | None = None,
        native_events: str | None = None,
        members_may_host: str | None = None,
        clear: str | None = None,
    ) -> None:
        """Change what is given, and say what changed."""
        caller = await self.bot.begin(interaction, set_up=False)
        unset: Any = clear
        cleared: tuple[Clearable, ...] = (unset,) if unset else ()
        new = NewSettings(
            language=language,
            time_zone=time_zone,
            announcements_channel=announcements.id if announcements else None,
            introductions_channel=introductions.id if introductions else None,
            questions_channel=questions.id if questions else None,
            log_channel=log.id if log else None,
            moderator_role=moderator_role.id if moderator_role else None,
            usual_start=usual_start,
            quiet_hours=quiet_hours,
            native_events=_switched(native_events),
            members_may_host=_switched(members_may_host),
            clear=cleared,
        )
        if new == NewSettings():
            caller.actor.require_moderator()
            options = [option.name for option in self.set_.parameters]
            await caller.reply(rendering.nothing_given(options, caller.words))
            return
        try:
            before, after = await self.communities.change(caller.guild.id, caller.actor, new)
        except ClockAmbiguous as said:
            which = await self.starts.ask(caller.guild.id, caller.actor, new, said)
            await caller.reply(rendering.which_start(which, caller.words))
        else:
            await caller.reply(await self.changed(caller, before, after))

    async def changed(self, caller: Caller, before: Community, after: Community) -> Content:
        """What a change did, and what follows from it here."""
        if before.announcements_channel != after.announcements_channel:
            self.bot.dispatch("channels_chosen", caller.guild)
        kept = await self.series.in_other_zones(caller.guild.id, caller.actor) if _moved(before, after) else ()
        report = permission_report(caller.guild, after, await self.morning.settings(caller.guild.id))
        return rendering.changed(before, after, report, caller.words, [series.name for series in kept])

    @set_.autocomplete("time_zone")
    async def suggest_zones(self, interaction: AnyInteraction, current: str) -> list[app_commands.Choice[str]]:
        """Time zones under the names people use, in the reader's language."""
        found = find_zones(current, locale=words(interaction.locale).language)
        return [app_commands.Choice(name=zone.label[:100], value=zone.id) for zone in found]


def _switched(chosen: str | None) -> bool | None:
    return None if chosen is None else chosen == "on"


def _moved(before: Community, after: Community) -> bool:
    return before.time_zone != after.time_zone


class WhichStartButton(
    OneReading,
    discord.ui.DynamicItem[discord.ui.Item[Any]],
    template=template(rendering.WHICH_START, r"(?P<draft>\d{1,18})", "(?P<number>[12])"),
):
    """One of the two times of day that the usual start can mean, given to /settings or in the setup."""

    async def callback(self, interaction: discord.Interaction) -> None:
        """Change the settings, or turn the setup's page."""

        async def act(caller: Caller) -> None:
            cog = cog_of(interaction, Settings)
            result = await cog.starts.choose(caller.guild.id, caller.actor, self.draft, self.place)
            if isinstance(result, SettingsChanged):
                await turn(caller, await cog.changed(caller, result.before, result.after))
            else:
                await cog_of(interaction, Setup).show(caller, result)

        # Settings can be changed before the setup is finished.
        await pressed(interaction, act, set_up=False)


ITEMS: tuple[type[discord.ui.DynamicItem[Any]], ...] = (WhichStartButton,)
