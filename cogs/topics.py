"""/topic: themes before they have a date. They are proposed, voted for, and the winner is planned with one press."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import discord
from discord import app_commands
from discord.ext import commands

from bot.client import AnyInteraction, Caller, StudyBot
from bot.domain.choices import choice_of
from bot.domain.sessions import NewSession, SaidSession, SessionKind, usual_kind
from bot.domain.topics import LONGEST_TITLE, Free, Planned, Proposed, Similar, TopicLine, WhenNeeded
from bot.i18n import _
from bot.rendering import sessions as session_rendering
from bot.rendering import topics as rendering
from bot.rendering.buttons import button_id, template
from bot.rendering.content import Content
from cogs.forms import CORRECTED, Form, open_form
from cogs.presses import cog_of, opening, pressed, turn
from cogs.sessions.commands import Sessions, outcome
from cogs.sessions.options import Phrase

if TYPE_CHECKING:
    from bot.clock import Clock
    from bot.domain.forms import Filled
    from bot.domain.topics import TopicPlanningService, TopicService

Title = app_commands.Range[str, 1, LONGEST_TITLE]
THEME, GROUP, PAGE = r"(?P<theme>\d{1,18})", r"(?P<group>\d{1,18})", r"(?P<page>\d{1,4})"
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
    @app_commands.describe(group=_("Only of this study group"))
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
        group=_("Only of this study group"),
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


class VoteButton(
    discord.ui.DynamicItem[discord.ui.Item[Any]],
    template=template(rendering.VOTE, THEME, rf"(?P<act>{rendering.YES}|{rendering.NO})(?::{GROUP}:{PAGE})?"),
):
    """Vote, or Take back: in the group's channel, in a private list, and where a theme is shown alone.

    It says which of the two, so two presses at once are as one.
    """

    def __init__(self, item: discord.ui.Item[Any], topic_id: int, act: str, on: tuple[int, int] | None) -> None:
        super().__init__(item)
        self.topic_id = topic_id
        self.act = act
        self.on = on

    @classmethod
    async def from_custom_id(
        cls, interaction: discord.Interaction, item: discord.ui.Item[Any], match: re.Match[str], /
    ) -> VoteButton:
        """Whether the theme exists for the presser is asked of the rows."""
        on = (int(match["group"]), int(match["page"])) if match["page"] else None
        return cls(item, int(match["theme"]), match["act"], on)

    async def callback(self, interaction: discord.Interaction) -> None:
        """Count it, and show the list or the theme as it stands now."""

        async def act(caller: Caller) -> None:
            cog = cog_of(interaction, Topics)
            shown = await cog.voted(caller, self.topic_id, wanted=self.act == rendering.YES)
            if self.on is not None:
                shown = await cog.page(caller, *self.on)
            await turn(caller, shown)

        await pressed(interaction, act)


class TopicPageButton(
    discord.ui.DynamicItem[discord.ui.Item[Any]],
    template=template(rendering.PAGES, GROUP, PAGE, "(?:back|next)"),
):
    """Turns a page of the themes, or shows the first one."""

    def __init__(self, item: discord.ui.Item[Any], group: int, page: int) -> None:
        super().__init__(item)
        self.group = group
        self.page = page

    @classmethod
    async def from_custom_id(
        cls, interaction: discord.Interaction, item: discord.ui.Item[Any], match: re.Match[str], /
    ) -> TopicPageButton:
        """What is on the page is read anew."""
        return cls(item, int(match["group"]), int(match["page"]))

    async def callback(self, interaction: discord.Interaction) -> None:
        """Turn the page in place."""

        async def act(caller: Caller) -> None:
            await turn(caller, await cog_of(interaction, Topics).page(caller, self.group or None, self.page))

        await pressed(interaction, act)


class TopicButton(
    discord.ui.DynamicItem[discord.ui.Item[Any]],
    template=template(
        rendering.FEATURE,
        THEME,
        rf"(?P<act>{rendering.CLOSE}|{rendering.REOPEN}|{rendering.PLAN}|{rendering.OWN}|{rendering.WHEN})",
    ),
):
    """Closes a theme, puts it back, or gives it a date."""

    def __init__(self, item: discord.ui.Item[Any], topic_id: int, act: str) -> None:
        super().__init__(item)
        self.topic_id = topic_id
        self.act = act

    @classmethod
    async def from_custom_id(
        cls, interaction: discord.Interaction, item: discord.ui.Item[Any], match: re.Match[str], /
    ) -> TopicButton:
        """What the presser may do with it is asked of the rows."""
        return cls(item, int(match["theme"]), match["act"])

    async def callback(self, interaction: discord.Interaction) -> None:
        """Do it, or open the form for the date."""
        cog = cog_of(interaction, Topics)

        async def ask(caller: Caller) -> None:
            await open_form(caller, button_id(rendering.WHEN_FORM, self.topic_id))

        async def act(caller: Caller) -> None:
            if self.act in (rendering.CLOSE, rendering.REOPEN):
                shown = await cog.closed(caller, self.topic_id, again=self.act == rendering.REOPEN)
            else:
                shown = await cog.offered(caller, self.topic_id, own=self.act == rendering.OWN)
            await turn(caller, shown)

        await (opening(interaction, ask) if self.act == rendering.WHEN else pressed(interaction, act))


class OfDraft:
    """The part of a button under what its author alone was shown: the draft is all that it carries."""

    def __init__(self, item: discord.ui.Item[Any], draft: int) -> None:
        super().__init__(item)  # pyright: ignore[reportCallIssue]  # the button, whose part this is
        self.draft = draft

    @classmethod
    async def from_custom_id(
        cls, interaction: discord.Interaction, item: discord.ui.Item[Any], match: re.Match[str], /
    ) -> Any:
        """Only its author finds it."""
        return cls(item, int(match["draft"]))


class AnywayButton(
    OfDraft,
    discord.ui.DynamicItem[discord.ui.Item[Any]],
    template=template(rendering.DRAFT, r"(?P<draft>\d{1,18})", "confirm"),
):
    """Proposes what may be on the list already."""

    async def callback(self, interaction: discord.Interaction) -> None:
        """Put it there."""

        async def act(caller: Caller) -> None:
            cog = cog_of(interaction, Topics)
            found = await cog.topics.propose_anyway(caller.guild.id, caller.actor, self.draft)
            await turn(caller, cog.shown(caller, found))

        await pressed(interaction, act)


class DateButton(
    OfDraft,
    discord.ui.DynamicItem[discord.ui.Item[Any]],
    template=template(rendering.DATE, r"(?P<draft>\d{1,18})", "confirm"),
):
    """Makes a theme that of the session that was offered."""

    async def callback(self, interaction: discord.Interaction) -> None:
        """Do it; what has changed meanwhile is shown again."""

        async def act(caller: Caller) -> None:
            taken = await cog_of(interaction, Topics).planning.take(caller.guild.id, caller.actor, self.draft)
            shown = rendering.planned if isinstance(taken, Planned) else rendering.free
            await turn(caller, shown(taken, caller.words))  # pyright: ignore[reportArgumentType]

        await pressed(interaction, act)


class BoardButton(
    discord.ui.DynamicItem[discord.ui.Item[Any]],
    template=template(rendering.BOARD, GROUP, rf"(?P<act>{rendering.POST}|{rendering.DOWN})"),
):
    """Shows the themes in the group's channel, or no more."""

    def __init__(self, item: discord.ui.Item[Any], group: int, act: str) -> None:
        super().__init__(item)
        self.group = group
        self.act = act

    @classmethod
    async def from_custom_id(
        cls, interaction: discord.Interaction, item: discord.ui.Item[Any], match: re.Match[str], /
    ) -> BoardButton:
        """Whether the presser organizes the group is asked of the rows."""
        return cls(item, int(match["group"]), match["act"])

    async def callback(self, interaction: discord.Interaction) -> None:
        """The list in the channel follows by itself."""

        async def act(caller: Caller) -> None:
            topics = cog_of(interaction, Topics).topics
            wanted = self.act == rendering.POST
            page = await topics.post(caller.guild.id, caller.actor, self.group, wanted=wanted)
            await turn(caller, rendering.listed(page, caller.words))

        await pressed(interaction, act)


class ProposeButton(discord.ui.DynamicItem[discord.ui.Item[Any]], template=template(rendering.PROPOSE, GROUP)):
    """Opens the form for a new theme."""

    def __init__(self, item: discord.ui.Item[Any], group: int) -> None:
        super().__init__(item)
        self.group = group

    @classmethod
    async def from_custom_id(
        cls, interaction: discord.Interaction, item: discord.ui.Item[Any], match: re.Match[str], /
    ) -> ProposeButton:
        """Whether the group exists for the presser is asked of the rows."""
        return cls(item, int(match["group"]))

    async def callback(self, interaction: discord.Interaction) -> None:
        """Open it."""

        async def act(caller: Caller) -> None:
            await open_form(caller, button_id(rendering.FORM, self.group))

        await opening(interaction, act)


class ProposeForm(Form, template=template(rendering.FORM, GROUP)):
    """A new theme."""

    async def modal(self, caller: Caller) -> discord.ui.Modal:
        """Empty; whoever has proposed enough is told so first."""
        topics = cog_of(caller.interaction, Topics).topics
        await topics.require_room(caller.guild.id, caller.actor, int(self.parts["group"]))
        return rendering.propose_form(self.custom_id, caller.words)

    async def sent(self, caller: Caller, filled: Filled) -> None:
        """As the command does."""
        cog, group_id = cog_of(caller.interaction, Topics), int(self.parts["group"])
        await turn(caller, await cog.proposed(caller, filled.box("theme"), group_id))


class WhenForm(Form, template=template(rendering.WHEN_FORM, THEME)):
    """The date of a theme."""

    async def modal(self, caller: Caller) -> discord.ui.Modal:
        """For whoever may plan it."""
        planning = cog_of(caller.interaction, Topics).planning
        line, _lecturers = await planning.to_plan(caller.guild.id, caller.actor, int(self.parts["theme"]))
        return rendering.when_form(self.custom_id, line, caller.words)

    async def sent(self, caller: Caller, filled: Filled) -> None:
        """Show the session before anybody is told."""
        cog = cog_of(caller.interaction, Topics)
        await turn(caller, await cog.at(caller, int(self.parts["theme"]), filled.box("when")))


ITEMS: tuple[type[discord.ui.DynamicItem[Any]], ...] = (
    VoteButton,
    TopicPageButton,
    TopicButton,
    AnywayButton,
    DateButton,
    BoardButton,
    ProposeButton,
)
FORMS: tuple[type[Form], ...] = (ProposeForm, WhenForm)
