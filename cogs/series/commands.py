"""/series: standing series, planned ahead and announced one session after the other."""

from __future__ import annotations

from typing import TYPE_CHECKING

from discord import app_commands
from discord.ext import commands

from bot.client import AnyInteraction, Caller, StudyBot
from bot.domain.calendar import RuleNotUnderstood
from bot.domain.choices import choice_of
from bot.domain.communities import Community
from bot.domain.phrases import DayAmbiguous, PhraseReader, RuleAmbiguous, parse_day, parse_rule
from bot.domain.series import (
    LONGEST_NAME,
    MOST_COUNT,
    NewSeries,
    Scope,
    SeriesChange,
    SeriesEditPreview,
    SeriesEditService,
    SeriesEndService,
    SeriesPreview,
    SeriesService,
    SeriesSkipService,
    WhichRule,
)
from bot.domain.sessions import USUAL_DURATION
from bot.domain.zones import zone_of
from bot.i18n import _
from bot.rendering import series as rendering
from bot.rendering.content import Content
from cogs.forms import CORRECTED
from cogs.permissions import to_announce
from cogs.presses import turn
from cogs.sessions.options import (
    Minutes,
    Phrase,
    Places,
    PlacesOrNone,
    Reason,
    Theme,
    Venue,
    cleared,
)

if TYPE_CHECKING:
    from datetime import date, time

    from bot.clock import Clock

Name = app_commands.Range[str, 1, LONGEST_NAME]
Rule = app_commands.Range[str, 1, 200]
Count = app_commands.Range[int, 1, MOST_COUNT]

_SCOPES = [app_commands.Choice(name=name, value=scope) for scope, name in rendering.SCOPES.items()]


class Series(commands.Cog):
    """Standing series."""

    def __init__(
        self,
        bot: StudyBot,
        series: SeriesService,
        edits: SeriesEditService,
        ends: SeriesEndService,
        skips: SeriesSkipService,
        clock: Clock,
    ) -> None:
        self.bot = bot
        self.series = series
        self.edits = edits
        self.ends = ends
        self.skips = skips
        self.clock = clock

    group = app_commands.Group(name="series", description=_("Sessions that repeat"), guild_only=True)

    def reader(self, community: Community) -> PhraseReader:
        """Reads rules and days on the community's clock; a rule without a time means the usual start."""
        return PhraseReader(self.clock.now(), zone_of(community.time_zone), community.usual_start)

    def in_words(self, words: str, rule: tuple[str, time], said: str, community: Community) -> str:
        """The rule in `words`, or as it was `said` if the words would be read as another one."""
        zone, usual = zone_of(community.time_zone), community.usual_start
        try:
            read = parse_rule(words, now=self.clock.now(), zone=zone, usual=usual)
        except (RuleNotUnderstood, RuleAmbiguous):
            return said
        return words if (read.rrule, read.at) == rule else said

    def day(self, text: str, community: Community) -> date:
        """A day on the community's calendar."""
        return parse_day(text, now=self.clock.now(), zone=zone_of(community.time_zone))

    @group.command(
        name="create",
        description=_("Create a standing series; you see its dates before anybody else does (organizers)"),
        extras=CORRECTED,
    )
    @app_commands.describe(
        name=_("What the series is called"),
        rule=_("When it meets, such as “every Wednesday 07:00”, “first and third Tue 19:00” or an RRULE"),
        group=_("Which study group; not needed if there is only one"),
        theme=_("What its sessions are about (its name if left out)"),
        duration=_("How many minutes a session lasts (60 if left out)"),
        venue=_("Where it takes place"),
        capacity=_("How many can come; the others go on the waitlist"),
        starts=_("The first day (if left out, the next that fits the rule, today included)"),
        until=_("The last day"),
        count=_("How many sessions"),
    )
    async def create(
        self,
        interaction: AnyInteraction,
        name: Name,
        rule: Rule,
        group: str | None = None,
        theme: Theme | None = None,
        duration: Minutes | None = None,
        venue: Venue | None = None,
        capacity: Places | None = None,
        starts: Phrase | None = None,
        until: Phrase | None = None,
        count: Count | None = None,
    ) -> None:
        """Show the rule in words and the next five dates, with Create and Change first."""
        caller = await self.bot.begin(interaction)
        found = await self.series.group_for(caller.guild.id, caller.actor, group)
        reader = self.reader(caller.community)
        parsed = reader.rule(rule)
        new = NewSeries(
            group_id=found.id,
            name=name,
            rrule=parsed.rrule,
            at=parsed.at,
            starts_on=reader.day("starts_on", starts) if starts else None,
            until=reader.day("until", until) if until else parsed.until,
            count=count or parsed.count,
            theme=theme or "",
            duration=reader.lasting(duration) or USUAL_DURATION,
            venue=venue or "",
            capacity=capacity,
        )
        proposed = await self.series.propose(caller.guild.id, caller.actor, new, rule, reader.forks)
        await turn(caller, outcome(proposed, caller))

    @group.command(
        name="edit",
        description=_("Change a series; you see what becomes of its sessions before anybody is told (organizers)"),
        extras=CORRECTED,
    )
    @app_commands.describe(
        series=_("Which series"),
        scope=_("Which of its sessions (with a date only that one, else all that are to come)"),
        on=_("Which date, such as 2026-12-30"),
        name=_("What the series is called"),
        rule=_("When it meets, such as “every Wednesday 07:00”, “first and third Tue 19:00” or an RRULE"),
        theme=_("What its sessions are about (“-”: its name)"),
        duration=_("How many minutes a session lasts"),
        venue=_("Place (“-” removes it)"),
        capacity=_("How many can come; 0 for no limit"),
        until=_("The last day (“-”: it goes on)"),
        count=_("How many sessions in all, counted from the first that changes"),
        reason=_("The reason; those who answered see it, and everybody where a session is cancelled"),
    )
    @app_commands.choices(scope=_SCOPES)
    async def edit(
        self,
        interaction: AnyInteraction,
        series: str,
        scope: str | None = None,
        on: Phrase | None = None,
        name: Name | None = None,
        rule: Rule | None = None,
        theme: Theme | None = None,
        duration: Minutes | None = None,
        venue: Venue | None = None,
        capacity: PlacesOrNone | None = None,
        until: Phrase | None = None,
        count: Count | None = None,
        reason: Reason | None = None,
    ) -> None:
        """Show what it comes to, with Save and Change first."""
        caller = await self.bot.begin(interaction)
        reader = self.reader(caller.community)
        parsed = reader.rule(rule) if rule else None
        open_end = cleared(until) == ""
        last = reader.day("until", until) if until and not open_end else None
        change = SeriesChange(
            scope=_scope(scope),
            on=reader.day("on", on) if on else None,
            name=name,
            rrule=parsed.rrule if parsed else None,
            at=parsed.at if parsed else None,
            theme=cleared(theme),
            duration=reader.lasting(duration),
            venue=cleared(venue),
            capacity=capacity,
            until=last or (parsed.until if parsed else None),
            no_until=open_end,
            count=count or (parsed.count if parsed else None),
            reason=reason or "",
        )
        proposed = await self.edits.propose(
            caller.guild.id, caller.actor, series, change, said=rule or "", forks=reader.forks
        )
        await turn(caller, outcome(proposed, caller))

    @group.command(name="list", description=_("See the series"))
    async def list_(self, interaction: AnyInteraction) -> None:
        """The first screen of them."""
        caller = await self.bot.begin(interaction)
        found = await self.series.list(caller.guild.id, caller.actor)
        await caller.reply(rendering.listed(found, 0, caller.words))

    @group.command(name="show", description=_("See one series and its planned sessions"))
    @app_commands.describe(series=_("Which series"))
    async def show(self, interaction: AnyInteraction, series: str) -> None:
        """The rule in words, and the sessions that stand as rows."""
        caller = await self.bot.begin(interaction)
        view = await self.series.show(caller.guild.id, caller.actor, series)
        await caller.reply(rendering.shown(view, caller.words))

    @group.command(
        name="skip",
        description=_("Skip one date of a series; you see who will be told first (organizers)"),
        extras=CORRECTED,
    )
    @app_commands.describe(
        series=_("Which series"),
        on=_("Which date, such as 2026-12-30"),
        reason=_("The reason; everybody who sees the announcement can read it"),
    )
    async def skip(self, interaction: AnyInteraction, series: str, on: Phrase, reason: Reason | None = None) -> None:
        """Show what becomes of it, with Skip this date and Keep this date."""
        caller = await self.bot.begin(interaction)
        given = (caller.guild.id, caller.actor, series)
        try:
            result = await self.skips.preview(*given, self.day(on, caller.community), reason or "")
        except DayAmbiguous as said:
            result = await self.skips.preview_one_of(*given, said, reason or "")
        if isinstance(result, WhichRule):
            await turn(caller, rendering.which_rule(result, caller.words))
        else:
            await turn(caller, rendering.skip_preview(result, caller.words))

    @group.command(name="end", description=_("End a series; you see what is cancelled with it first (organizers)"))
    @app_commands.describe(
        series=_("Which series"), reason=_("The reason; everybody who sees the announcement can read it")
    )
    async def end(self, interaction: AnyInteraction, series: str, reason: Reason | None = None) -> None:
        """Show what would stop, with End it and Keep it."""
        caller = await self.bot.begin(interaction)
        preview = await self.ends.preview(caller.guild.id, caller.actor, series, reason or "")
        await caller.reply(rendering.end_preview(preview, caller.words))

    @edit.autocomplete("series")
    @show.autocomplete("series")
    @skip.autocomplete("series")
    @end.autocomplete("series")
    async def suggest(self, interaction: AnyInteraction, current: str) -> list[app_commands.Choice[str]]:
        """The running series that the caller can see."""
        caller = await self.bot.caller(interaction, set_up=False)
        found = await self.series.suggest(caller.guild.id, caller.actor, current)
        return [app_commands.Choice(name=called[:100], value=choice_of(series.id)) for called, series in found]

    @create.autocomplete("group")
    async def suggest_group(self, interaction: AnyInteraction, current: str) -> list[app_commands.Choice[str]]:
        """The groups that the caller can see."""
        caller = await self.bot.caller(interaction, set_up=False)
        found = await self.series.suggest_groups(caller.guild.id, caller.actor, current)
        return [app_commands.Choice(name=group.name, value=group.name) for group in found]

    @create.autocomplete("rule")
    @edit.autocomplete("rule")
    async def suggest_rule(self, interaction: AnyInteraction, current: str) -> list[app_commands.Choice[str]]:
        """Every weekday at the usual start; whatever else is typed is offered as it is."""
        caller = await self.bot.caller(interaction, set_up=False)
        offers = rendering.offers(caller.community.usual_start, caller.words)
        typed = current.strip().casefold()
        fitting = [(shown, value) for shown, value in offers if typed in shown.casefold() or typed in value.casefold()]
        own = [(current, current)] if typed and not fitting else []
        return [app_commands.Choice(name=shown[:100], value=value[:100]) for shown, value in own + fitting]


def outcome(result: SeriesPreview | SeriesEditPreview | WhichRule, caller: Caller) -> Content:
    """What a proposal has come to: a question, or a preview."""
    if isinstance(result, WhichRule):
        return rendering.which_rule(result, caller.words)
    if isinstance(result, SeriesEditPreview):
        return rendering.edit_preview(result, caller.words)
    missing = to_announce(caller.guild, result.channel_id)
    return rendering.preview(result, missing, caller.words)


def _scope(choice: str | None) -> Scope | None:
    return next((scope for scope in rendering.SCOPES if choice == scope), None)
