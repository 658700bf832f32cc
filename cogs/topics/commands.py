"""The commands of /topic, and what its buttons and forms come to."""

from __future__ import annotations

from typing import TYPE_CHECKING

from discord import app_commands
from discord.ext import commands

from bot.client import AnyInteraction, Caller, StudyBot
from bot.domain.choices import choice_of
from bot.domain.sessions import NewSession, SaidSession, SessionKind, usual_kind
from bot.domain.topics import LONGEST_TITLE, Free, Proposed, Similar, TopicLine, WhenNeeded
from bot.i18n import _
from bot.rendering import sessions as session_rendering
from bot.rendering import topics as rendering
from bot.rendering.content import Content
from cogs.forms import CORRECTED
from cogs.presses import cog_of, turn
from cogs.sessions.commands import Sessions, outcome
from cogs.sessions.options import Phrase

if TYPE_CHECKING:
    from bot.clock import Clock
    from bot.domain.topics import TopicPlanningService, TopicService

Title = app_commands.Range[str, 1, LONGEST_TITLE]
_KINDS = [app_commands.Choice(name=name, value=kind) for kind, name in session_rendering.KINDS.items()]


class Topics(commands.Cog):
    """What people would like to hear of."""

    def __init__(self, bot: StudyBot, topics: TopicService, planning: TopicPlanningService, clock: Clock) -> None:
        self.bot = bot
        self.topics = topics
        self.planning = planning
        self.clock = clock

    group = app_commands.Group(
        name="topic", description=_("Themes without a date: propose them, vote, and plan the winner"), guild_only=True
    )

    @group.command(name="propose", description=_("Propose a theme for a session; it needs no date"), extras=CORRECTED)
    @app_commands.describe(
        theme=_("What you would like to hear of or talk about"),
        group=_("Which study group; not needed if there is only one"),
    )
    async def propose(self, interaction: AnyInteraction, theme: Title, group: str | None = None) -> None:
        """Put it on the list, or show first what may be the same."""
        caller = await self.bot.begin(interaction)
        await turn(caller, await self.proposed(caller, theme, group))

    async def proposed(self, caller: Caller, theme: str, group: str | int | None) -> Content:
        """What a proposal has come to."""
        found = await self.topics.propose(caller.guild.id, caller.actor, theme, group)
        return self.shown(caller, found)

    def shown(self, caller: Caller, found: Proposed | Similar) -> Content:
        """A new theme, or those that may be the same."""
        if isinstance(found, Similar):
            return rendering.similar(found, caller.words)
        return rendering.proposed(found, caller.words)

    @group.command(name="list", description=_("See the themes by their votes, and vote"))
    @app_commands.describe(group=_("Only themes of this study group"))
    async def list_(self, interaction: AnyInteraction, group: str | None = None) -> None:
        """The first screen of them."""
        caller = await self.bot.begin(interaction)
        await caller.reply(await self.page(caller, group, 0))

    async def page(self, caller: Caller, group: str | int | None, number: int) -> Content:
        """One screen of the list."""
        page = await self.topics.list(caller.guild.id, caller.actor, group, number)
        return rendering.listed(page, caller.words)

    @group.command(name="vote", description=_("Vote for a theme; you can vote for several and take each vote back"))
    @app_commands.describe(topic=_("Which theme"))
    async def vote(self, interaction: AnyInteraction, topic: str) -> None:
        """Count it, once."""
        caller = await self.bot.begin(interaction)
        found = await self.topics.find(caller.guild.id, caller.actor, topic, whole=True)
        await caller.reply(await self.voted(caller, found.topic.id, wanted=True))

    async def voted(self, caller: Caller, topic_id: int, *, wanted: bool) -> Content:
        """How the caller's vote stands now."""
        voted = await self.topics.vote(caller.guild.id, caller.actor, topic_id, wanted=wanted)
        return rendering.voted(voted, caller.words)

    @group.command(name="close", description=_("Take a theme off the list (who proposed it, organizers)"))
    @app_commands.describe(topic=_("Which theme"))
    async def close(self, interaction: AnyInteraction, topic: str) -> None:
        """It can be put back."""
        caller = await self.bot.begin(interaction)
        found = await self.topics.find(caller.guild.id, caller.actor, topic, whole=True)
        await caller.reply(await self.closed(caller, found.topic.id))

    async def closed(self, caller: Caller, topic_id: int, *, again: bool = False) -> Content:
        """A theme that is off the list, or on it again."""
        closed = await self.topics.close(caller.guild.id, caller.actor, topic_id, again=again)
        return rendering.closed(closed, caller.words)

    @group.command(
        name="schedule",
        description=_("Give a theme its date; you see it before anybody else does (organizers, members who host)"),
        extras=CORRECTED,
    )
    @app_commands.describe(
        topic=_("Which theme; the one with most votes comes first"),
        when=_("When it starts, such as “next Tue 7pm”; if left out, I propose a date"),
        kind=_("What kind of session (a lecture if left out, or a discussion if a member plans it)"),
        group=_("Only themes of this study group"),
    )
    @app_commands.choices(kind=_KINDS)
    async def schedule(
        self,
        interaction: AnyInteraction,
        topic: str,
        when: Phrase | None = None,
        kind: str | None = None,
        group: str | None = None,
    ) -> None:
        """Show the date to its author first."""
        caller = await self.bot.begin(interaction)
        found = await self.topics.find(caller.guild.id, caller.actor, topic, group)
        meant: SessionKind | None = next((each for each in session_rendering.KINDS if kind == each), None)
        if when:
            await turn(caller, await self.at(caller, found.topic.id, when, meant))
        else:
            await turn(caller, await self.offered(caller, found.topic.id, meant, own=meant is not None))

    async def at(self, caller: Caller, topic_id: int, when: str, kind: SessionKind | None = None) -> Content:
        """A session of its own at a time that was typed, as `/session schedule` shows it."""
        line, lecturers = await self.planning.to_plan(caller.guild.id, caller.actor, topic_id)
        said = SaidSession(theme=line.topic.title, when=when, kind=kind, topic_id=topic_id)
        sessions = cog_of(caller.interaction, Sessions)
        shown = await sessions.propose(caller, line.group, said, self.clock.now())
        return rendering.leading(line, lecturers, shown, caller.words)

    async def offered(
        self, caller: Caller, topic_id: int, kind: SessionKind | None = None, *, own: bool = False
    ) -> Content:
        """A date that the bot proposes, or the question when it is to be."""
        try:
            offer = await self.planning.offer(caller.guild.id, caller.actor, topic_id, own=own)
        except WhenNeeded as error:
            return rendering.when_needed(error, topic_id, caller.words)
        if isinstance(offer, Free):
            return rendering.free(offer, caller.words)
        line = offer.line
        kind = kind or usual_kind(caller.actor, line.group)
        new = NewSession(line.group.id, line.topic.title, offer.starts_at, kind, topic_id=topic_id)
        sessions = cog_of(caller.interaction, Sessions).sessions
        shown = outcome(await sessions.propose(caller.guild.id, caller.actor, new, ()), caller)
        return rendering.leading(line, offer.lecturers, shown, caller.words)

    @vote.autocomplete("topic")
    async def suggest_open(self, interaction: AnyInteraction, current: str) -> list[app_commands.Choice[str]]:
        """Those for which the caller does not vote yet, then the others; by votes."""
        found = await self._suggested(interaction, current)
        return _choices(await self._caller(interaction), sorted(found, key=lambda line: line.mine))

    @close.autocomplete("topic")
    @schedule.autocomplete("topic")
    async def suggest(self, interaction: AnyInteraction, current: str) -> list[app_commands.Choice[str]]:
        """The open themes that fit what was typed so far, by votes."""
        return _choices(await self._caller(interaction), await self._suggested(interaction, current))

    @propose.autocomplete("group")
    @list_.autocomplete("group")
    @schedule.autocomplete("group")
    async def suggest_group(self, interaction: AnyInteraction, current: str) -> list[app_commands.Choice[str]]:
        """The groups that the caller can see."""
        caller = await self._caller(interaction)
        found = await self.topics.suggest_groups(caller.guild.id, caller.actor, current)
        return [app_commands.Choice(name=group.name, value=group.name) for group in found]

    async def _suggested(self, interaction: AnyInteraction, current: str) -> list[TopicLine]:
        caller = await self._caller(interaction)
        return list(await self.topics.suggest(caller.guild.id, caller.actor, current))

    async def _caller(self, interaction: AnyInteraction) -> Caller:
        return await self.bot.caller(interaction, set_up=False)


def _choices(caller: Caller, lines: list[TopicLine]) -> list[app_commands.Choice[str]]:
    w = caller.words
    return [app_commands.Choice(name=rendering.label(line, w), value=choice_of(line.topic.id)) for line in lines]
