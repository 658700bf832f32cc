"""/series: standing series, planned ahead and announced one session after the other."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import discord
from discord import app_commands
from discord.ext import commands

from bot.client import AnyInteraction, Caller, StudyBot
from bot.domain.calendar import RuleNotUnderstood
from bot.domain.choices import choice_of
from bot.domain.communities import Community
from bot.domain.phrases import PhraseReader, RuleAmbiguous, parse_day, parse_rule
from bot.domain.series import LONGEST_NAME, MOST_COUNT, NewSeries, SeriesPreview, SeriesService, WhichRule
from bot.domain.zones import zone_of
from bot.i18n import _
from bot.rendering import series as rendering
from bot.rendering.buttons import template
from bot.rendering.content import Content
from bot.rendering.forms import filled
from cogs.presses import cog_of, opening, pressed, turn
from cogs.sessions.options import Minutes, Phrase, Places, Reason, Theme, Venue, minutes

if TYPE_CHECKING:
    from datetime import date

    from bot.clock import Clock

Name = app_commands.Range[str, 1, LONGEST_NAME]
Rule = app_commands.Range[str, 1, 200]
Count = app_commands.Range[int, 1, MOST_COUNT]

_FORM_ID = re.compile(template(rendering.NEW_FORM, r"(?P<draft>\d{1,18})"))


class Series(commands.Cog):
    """Standing series."""

    def __init__(self, bot: StudyBot, series: SeriesService, clock: Clock) -> None:
        self.bot = bot
        self.series = series
        self.clock = clock

    group = app_commands.Group(name="series", description=_("Sessions that come again and again"), guild_only=True)

    def reader(self, community: Community) -> PhraseReader:
        """Reads rules and days on the community's clock; a rule without a time means the usual start."""
        return PhraseReader(self.clock.now(), zone_of(community.time_zone), community.usual_start)

    def in_words(self, new: NewSeries, said: str, caller: Caller) -> str:
        """The draft's rule in the caller's language, or as it was `said` if the words would be read as another one."""
        text = rendering.draft_rule(new, caller.words)
        zone, usual = zone_of(caller.community.time_zone), caller.community.usual_start
        try:
            read = parse_rule(text, now=self.clock.now(), zone=zone, usual=usual)
        except (RuleNotUnderstood, RuleAmbiguous):
            return said
        return text if (read.rrule, read.at) == (new.rrule, new.at) else said

    def day(self, text: str, community: Community) -> date:
        """A day on the community's calendar."""
        return parse_day(text, now=self.clock.now(), zone=zone_of(community.time_zone))

    @group.command(
        name="create", description=_("Make a standing series; you see its dates before anybody else does (organizers)")
    )
    @app_commands.describe(
        name=_("What the series is called"),
        rule=_("When it meets, such as “every Wednesday 07:00”, “first and third Tue 19:00” or an RRULE"),
        group=_("Which study group; not needed if there is only one"),
        theme=_("What its sessions are about (its name unless you say otherwise)"),
        duration=_("How many minutes a session lasts (60 unless you say otherwise)"),
        venue=_("Where it takes place"),
        capacity=_("How many can come; the others go on the waitlist"),
        starts=_("The first day (today unless you say otherwise)"),
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
        duration: Minutes = 60,
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
            duration=duration,
            venue=venue or "",
            capacity=capacity,
        )
        proposed = await self.series.propose(caller.guild.id, caller.actor, new, rule, reader.forks)
        await caller.reply(outcome(proposed, caller))

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

    @group.command(name="skip", description=_("Leave out one date of a series (organizers)"))
    @app_commands.describe(
        series=_("Which series"), on=_("Which date, such as 2026-12-30"), reason=_("Why; those who answered read it")
    )
    async def skip(self, interaction: AnyInteraction, series: str, on: Phrase, reason: Reason | None = None) -> None:
        """Its session is cancelled."""
        caller = await self.bot.begin(interaction)
        day = self.day(on, caller.community)
        view, left_out = await self.series.skip(caller.guild.id, caller.actor, series, day, reason or "")
        await caller.reply(rendering.skipped(view, left_out, caller.words))

    @group.command(name="end", description=_("End a series; its sessions to come are cancelled (organizers)"))
    @app_commands.describe(series=_("Which series"), reason=_("Why; those who answered read it"))
    async def end(self, interaction: AnyInteraction, series: str, reason: Reason | None = None) -> None:
        """It plans no more."""
        caller = await self.bot.begin(interaction)
        view, called_off = await self.series.end(caller.guild.id, caller.actor, series, reason or "")
        await caller.reply(rendering.ended(view, called_off, caller.words))

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
    async def suggest_rule(self, interaction: AnyInteraction, current: str) -> list[app_commands.Choice[str]]:
        """Every weekday at the usual start; whatever else is typed is offered as it is."""
        caller = await self.bot.caller(interaction, set_up=False)
        offers = rendering.offers(caller.community.usual_start, caller.words)
        typed = current.strip().casefold()
        fitting = [(shown, value) for shown, value in offers if typed in shown.casefold() or typed in value.casefold()]
        own = [(current, current)] if typed and not fitting else []
        return [app_commands.Choice(name=shown[:100], value=value[:100]) for shown, value in own + fitting]

    @commands.Cog.listener()
    async def on_interaction(self, interaction: AnyInteraction) -> None:
        """A form was sent. It is known by its id, so that one opened before a restart still counts."""
        if interaction.type is not discord.InteractionType.modal_submit:
            return
        data: Any = interaction.data
        form = _FORM_ID.fullmatch(str(data.get("custom_id", "")))
        if form is None:
            return
        draft_id, written = int(form["draft"]), filled(data)

        async def submit(caller: Caller) -> None:
            await turn(caller, await self.change_draft(caller, draft_id, written))

        await pressed(interaction, submit)

    async def change_draft(self, caller: Caller, draft_id: int, written: dict[str, str]) -> Content:
        """A new series' form, shown as the next draft."""
        reader = self.reader(caller.community)
        parsed = reader.rule(written["rule"])
        before, _said = await self.series.draft(caller.guild.id, caller.actor, draft_id)
        new = replace(
            before,
            name=written["name"],
            rrule=parsed.rrule,
            at=parsed.at,
            until=parsed.until or before.until,
            count=parsed.count or before.count,
            theme=written["theme"],
            duration=minutes(written["duration"]),
            venue=written["venue"],
        )
        said = written["rule"]
        return outcome(await self.series.propose(caller.guild.id, caller.actor, new, said, reader.forks), caller)


def outcome(result: SeriesPreview | WhichRule, caller: Caller) -> Content:
    """What a proposal has come to: a question, or the preview."""
    if isinstance(result, WhichRule):
        return rendering.which_rule(result, caller.words)
    return rendering.preview(result, caller.words)


class PageButton(
    discord.ui.DynamicItem[discord.ui.Item[Any]],
    template=template("series", r"(?P<page>\d{1,4})", "(?:back|next)"),
):
    """Turns a page of the list of series."""

    def __init__(self, item: discord.ui.Item[Any], page: int) -> None:
        super().__init__(item)
        self.page = page

    @classmethod
    async def from_custom_id(
        cls, interaction: discord.Interaction, item: discord.ui.Item[Any], match: re.Match[str], /
    ) -> PageButton:
        """What is on the page is read anew."""
        return cls(item, int(match["page"]))

    async def callback(self, interaction: discord.Interaction) -> None:
        """Turn the page in place."""

        async def act(caller: Caller) -> None:
            found = await cog_of(interaction, Series).series.list(caller.guild.id, caller.actor)
            await turn(caller, rendering.listed(found, self.page, caller.words))

        await pressed(interaction, act)


class DraftButton(
    discord.ui.DynamicItem[discord.ui.Item[Any]],
    template=template(rendering.NEW, r"(?P<draft>\d{1,18})", "(?P<act>confirm|change)"),
):
    """Create, or Change first, under what its author was shown."""

    def __init__(self, item: discord.ui.Item[Any], draft: int, act: str) -> None:
        super().__init__(item)
        self.draft = draft
        self.act = act

    @classmethod
    async def from_custom_id(
        cls, interaction: discord.Interaction, item: discord.ui.Item[Any], match: re.Match[str], /
    ) -> DraftButton:
        """The draft's id is all that the button carries."""
        return cls(item, int(match["draft"]), match["act"])

    async def callback(self, interaction: discord.Interaction) -> None:
        """Create it, or open the form."""
        if self.act == "change":
            await opening(interaction, self.open_form)
        else:
            await pressed(interaction, self.confirm)

    async def open_form(self, caller: Caller) -> None:
        """The draft in a form."""
        cog = cog_of(caller.interaction, Series)
        new, said = await cog.series.draft(caller.guild.id, caller.actor, self.draft)
        form = rendering.new_form(self.draft, new, cog.in_words(new, said, caller), caller.words)
        await caller.interaction.response.send_modal(form)

    async def confirm(self, caller: Caller) -> None:
        """Create what was shown; the buttons go."""
        view = await cog_of(caller.interaction, Series).series.confirm(caller.guild.id, caller.actor, self.draft)
        await turn(caller, rendering.created(view, caller.words))


class WhichButton(
    discord.ui.DynamicItem[discord.ui.Item[Any]],
    template=template(rendering.WHICH_NEW, r"(?P<draft>\d{1,18})", "(?P<number>[12])"),
):
    """One of the two rules or days that a phrase can mean."""

    def __init__(self, item: discord.ui.Item[Any], draft: int, number: int) -> None:
        super().__init__(item)
        self.draft = draft
        self.number = number

    @classmethod
    async def from_custom_id(
        cls, interaction: discord.Interaction, item: discord.ui.Item[Any], match: re.Match[str], /
    ) -> WhichButton:
        """Both readings stand in the draft; only its author finds it."""
        return cls(item, int(match["draft"]), int(match["number"]))

    async def callback(self, interaction: discord.Interaction) -> None:
        """Go on with this reading."""

        async def act(caller: Caller) -> None:
            series = cog_of(interaction, Series).series
            result = await series.choose(caller.guild.id, caller.actor, self.draft, self.number - 1)
            await turn(caller, outcome(result, caller))

        await pressed(interaction, act)


ITEMS: tuple[type[discord.ui.DynamicItem[Any]], ...] = (PageButton, DraftButton, WhichButton)
FORMS: tuple[re.Pattern[str], ...] = (_FORM_ID,)
