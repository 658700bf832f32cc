"""The commands of /rotation: taking part, saying when one can't, looking at it, and how it is set."""

from __future__ import annotations

from typing import TYPE_CHECKING

import discord
from discord import app_commands
from discord.ext import commands

from bot.client import AnyInteraction, Caller, StudyBot, actor_of
from bot.domain.phrases import PhraseReader
from bot.domain.rotation.inviting import NewGuest
from bot.domain.rotation.requests import LONGEST_OUTLINE, LONGEST_THEME
from bot.domain.rotation.roster import LeavePreview, OffRoster
from bot.domain.rotation.settings import BOUNDS, RotationChange
from bot.domain.rotation.unavailability import Absence, Noted, WhichEdge
from bot.domain.zones import zone_of
from bot.i18n import _
from bot.rendering import absences
from bot.rendering import rotation as rendering
from bot.rendering.content import Content
from bot.rendering.rotation_why import why
from cogs.forms import CORRECTED
from cogs.presses import cog_of, turn
from cogs.rotation import guests
from cogs.rotation.by_hand import ByHand
from cogs.rotation.guests import TITLES
from cogs.rotation.requests import Requests
from cogs.rotation.swaps import Swaps
from cogs.sessions import Sessions
from cogs.sessions.options import Phrase, Reason, cleared, person_id

if TYPE_CHECKING:
    from bot.clock import Clock
    from bot.domain.groups import GroupService
    from bot.domain.rotation.guests import Title
    from bot.domain.rotation.roster import RosterService
    from bot.domain.rotation.settings import RotationSettingsService
    from bot.domain.rotation.showing import RotationViewService
    from bot.domain.rotation.unavailability import UnavailabilityService
    from bot.domain.rotation.values import Priority
    from bot.domain.sessions import Session

Lecturers = app_commands.Range[int, *BOUNDS["per_session"]]
AskBefore = app_commands.Range[int, *BOUNDS["ask_days_before"]]
AnswerWithin = app_commands.Range[int, *BOUNDS["answer_within_days"]]
Grace = app_commands.Range[int, *BOUNDS["grace_days"]]
_PRIORITIES = [app_commands.Choice(name=name, value=key) for key, name in rendering.PRIORITIES.items()]
_YES_OR_NO = [app_commands.Choice(name=_("yes"), value="yes"), app_commands.Choice(name=_("no"), value="no")]
_GROUP = _("Which study group; not needed if there is only one")
_SESSION = _("Which session")


class Rotation(commands.Cog):
    """The rotation of each study group."""

    def __init__(
        self,
        bot: StudyBot,
        roster: RosterService,
        unavailability: UnavailabilityService,
        views: RotationViewService,
        settings: RotationSettingsService,
        groups: GroupService,
        clock: Clock,
    ) -> None:
        self.bot = bot
        self.roster = roster
        self.unavailability = unavailability
        self.views = views
        self.settings = settings
        self.groups = groups
        self.clock = clock

    group = app_commands.Group(name="rotation", description=_("Members lecture in turn"), guild_only=True)

    # Taking part

    @group.command(name="join", description=_("Take part in a group's rotation: lecture when your turn comes"))
    @app_commands.describe(group=_GROUP)
    async def join(self, interaction: AnyInteraction, group: str | None = None) -> None:
        """Be on the roster from now on."""
        caller = await self.bot.begin(interaction)
        await caller.reply(await self.joined(caller, group))

    async def joined(self, caller: Caller, group: str | int | None) -> Content:
        """Join, and hear how it works."""
        return rendering.joined(await self.roster.join(caller.guild.id, caller.actor, group), caller.words)

    @group.command(name="leave", description=_("Take part in a group's rotation no more"))
    @app_commands.describe(group=_GROUP)
    async def leave(self, interaction: AnyInteraction, group: str | None = None) -> None:
        """Leave at once, or see first which turns would be given back."""
        caller = await self.bot.begin(interaction)
        await caller.reply(await self.left(caller, group))

    async def left(self, caller: Caller, group: str | int | None) -> Content:
        """Leave, or see first which turns would be given back."""
        return leaving(await self.roster.leave(caller.guild.id, caller.actor, group), caller)

    # When somebody can't

    @group.command(
        name="unavailable",
        description=_("Say when you can't lecture; you are not asked for that time"),
        extras=CORRECTED,
    )
    @app_commands.rename(since="from")
    @app_commands.describe(
        since=_("From when on, such as “12/3” or “next Mon 19:00”; a day alone: from its beginning"),
        until=_("Until when; a day alone: to its end. If left out, until you remove it"),
        reason=_("The reason; nobody but you reads it"),
    )
    async def unavailable(
        self, interaction: AnyInteraction, since: Phrase, until: Phrase | None = None, reason: Reason | None = None
    ) -> None:
        """Note it, or ask first which of two times is meant."""
        caller = await self.bot.begin(interaction)
        who, reader = (caller.guild.id, caller.actor), self.reader(caller)
        new = Absence(
            since=reader.edge("since", since),
            until=reader.edge("until", until, last=True) if until else None,
            reason=reason or "",
        )
        if reader.forks:
            result = await self.unavailability.propose(*who, new, reader.forks)
        else:
            result = await self.unavailability.add(*who, new.since, new.until, new.reason)
        await turn(caller, noted(result, caller))

    def reader(self, caller: Caller) -> PhraseReader:
        """Reads time phrases on the community's clock."""
        return PhraseReader(self.clock.now(), zone_of(caller.community.time_zone))

    @group.command(name="available", description=_("See when you can't lecture, and remove what no longer holds"))
    async def available(self, interaction: AnyInteraction) -> None:
        """The caller's own times, with a button for each."""
        caller = await self.bot.begin(interaction)
        windows = await self.unavailability.list(caller.guild.id, caller.actor)
        await caller.reply(absences.listed(windows, caller.community.time_zone, caller.words))

    # Answers to a request

    @group.command(name="confirm", description=_("Say that you lecture, and what you will talk about"))
    @app_commands.describe(
        session=_SESSION, theme=_("What your lecture is about"), outline=_("A few lines on what you will talk about")
    )
    async def confirm(
        self,
        interaction: AnyInteraction,
        session: str,
        theme: app_commands.Range[str, 1, LONGEST_THEME] | None = None,
        outline: app_commands.Range[str, 1, LONGEST_OUTLINE] | None = None,
    ) -> None:
        """As the button in the request does."""
        caller = await self.bot.begin(interaction)
        answers, found = cog_of(interaction, Requests), await self.find(caller, session, whole=True)
        await caller.reply(await answers.confirm(caller, await answers.turn_at(caller, found), theme, outline))

    @group.command(name="decline", description=_("Say that you don't lecture; somebody else is asked"))
    @app_commands.describe(session=_SESSION, reason=_("The reason; nobody but you reads it"))
    async def decline(self, interaction: AnyInteraction, session: str, reason: Reason | None = None) -> None:
        """As the button in the request does."""
        caller = await self.bot.begin(interaction)
        answers, found = cog_of(interaction, Requests), await self.find(caller, session, whole=True)
        await caller.reply(await answers.decline(caller, await answers.turn_at(caller, found), reason or ""))

    @group.command(name="volunteer", description=_("Take a turn that is open"))
    @app_commands.describe(session=_SESSION)
    async def volunteer(self, interaction: AnyInteraction, session: str) -> None:
        """The first has it."""
        caller = await self.bot.begin(interaction)
        found = await self.find(caller, session, whole=True)
        await caller.reply(await cog_of(interaction, Requests).take(caller, found.id))

    @group.command(name="swap", description=_("Let somebody else take your turn, and take theirs for it"))
    @app_commands.rename(taker="with", giver="for")
    @app_commands.describe(
        session=_SESSION,
        taker=_("Whom to ask; if left out, everybody who can lecture then"),
        giver=_("For somebody else whose turn it is (organizers)"),
    )
    async def swap(
        self,
        interaction: AnyInteraction,
        session: str,
        taker: discord.Member | None = None,
        giver: discord.Member | None = None,
    ) -> None:
        """One person is asked at once; before everybody is, it is said what that means."""
        caller = await self.bot.begin(interaction)
        found = await self.find(caller, session, whole=True)
        to_id, giver_id = person_id(taker), person_id(giver)
        await caller.reply(await cog_of(interaction, Swaps).swap(caller, found, to_id, giver_id))

    async def find(self, caller: Caller, text: str, *, looking_back: bool = False, whole: bool = False) -> Session:
        """The session that the caller means."""
        return await cog_of(caller.interaction, Sessions).find(caller, text, looking_back=looking_back, whole=whole)

    # Looking

    @group.command(name="show", description=_("See who lectures when, and your own next turn"))
    @app_commands.describe(group=_GROUP)
    async def show(self, interaction: AnyInteraction, group: str | None = None) -> None:
        """The first screen of it."""
        caller = await self.bot.begin(interaction)
        await caller.reply(await self.page(caller, group, 0))

    async def page(self, caller: Caller, group: str | int | None, number: int) -> Content:
        """One screen of a group's rotation."""
        view = await self.views.show(caller.guild.id, caller.actor, group, number)
        return rendering.shown(view, caller.words)

    @group.command(name="why", description=_("See why this person was chosen to lecture"))
    @app_commands.describe(session=_SESSION)
    async def why(self, interaction: AnyInteraction, session: str) -> None:
        """Counts and dates about the chosen one."""
        caller = await self.bot.begin(interaction)
        found = await self.find(caller, session, looking_back=True)
        await caller.reply(why(await self.views.why(caller.guild.id, caller.actor, found.id), caller.words))

    # By an organizer's hand

    @group.command(name="assign", description=_("Ask a member of your choice to lecture (organizers)"))
    @app_commands.describe(session=_SESSION, member=_("Who is asked; they may say no"))
    async def assign(self, interaction: AnyInteraction, session: str, member: discord.Member) -> None:
        """Show first what becomes of whoever has the turn."""
        caller = await self.bot.begin(interaction)
        found = await self.find(caller, session, whole=True)
        await caller.reply(await cog_of(interaction, ByHand).assign(caller, found, member))

    @group.command(name="skip", description=_("Take somebody off a session; somebody else is asked (organizers)"))
    @app_commands.describe(
        session=_SESSION,
        member=_("Who is taken off; if left out, the guest, or the only one who has the turn"),
        reason=_("The reason; only they read it"),
        owed=_("Whether they owe the turn; if not, it counts as taken (yes if left out)"),
    )
    @app_commands.choices(owed=_YES_OR_NO)
    async def skip(
        self,
        interaction: AnyInteraction,
        session: str,
        member: discord.Member | None = None,
        reason: Reason | None = None,
        owed: app_commands.Choice[str] | None = None,
    ) -> None:
        """Tell them in private, and ask the next one."""
        caller = await self.bot.begin(interaction)
        found = await self.find(caller, session, whole=True)
        still_owed = owed is None or owed.value == "yes"
        await caller.reply(await cog_of(interaction, ByHand).skip(caller, found, member, reason or "", owed=still_owed))

    @group.command(name="guest", description=_("Put down a guest as the lecturer, or change what is said (organizers)"))
    @app_commands.describe(
        session=_SESSION,
        name=_("The guest's name, without a title"),
        title=_("How the guest is addressed in Japanese (様 if left out)"),
        affiliation=_("Where the guest works; “-” for nothing"),
        topic=_("What the lecture is about; “-” for nothing"),
        bio=_("A few words on the guest for the announcement; “-” for nothing"),
        fee=_("The fee; only the host and the organizers see it; “-” for none"),
        host=_("Who looks after the guest; you, if left out"),
    )
    @app_commands.choices(title=TITLES)
    async def guest(
        self,
        interaction: AnyInteraction,
        session: str,
        name: guests.Name,
        title: app_commands.Choice[str] | None = None,
        affiliation: guests.Affiliation | None = None,
        topic: guests.Topic | None = None,
        bio: guests.Bio | None = None,
        fee: guests.Fee | None = None,
        host: discord.Member | None = None,
    ) -> None:
        """The same session again changes what is given."""
        caller = await self.bot.begin(interaction)
        found = await self.find(caller, session, whole=True)
        new = NewGuest(
            name,
            _title(title),
            *(cleared(text) for text in (affiliation, topic, bio, fee)),
            host_id=person_id(host),
        )
        sees = None if host is None else actor_of(host, host.guild_permissions, caller.community).sees
        await caller.reply(await cog_of(interaction, guests.Guests).invite(caller, found, new, sees))

    @group.command(name="settings", description=_("See and change how lecturers are chosen (organizers)"))
    @app_commands.describe(
        group=_("Which study group"),
        priority=_("What comes first when the next lecturer is chosen"),
        per_session=_("How many lecture at each session"),
        ask_days_before=_("How many days before a session its lecturers are asked"),
        answer_within_days=_("How many days they have to answer"),
        grace_days=_("How many days after joining the first turn comes at the earliest"),
    )
    @app_commands.choices(priority=_PRIORITIES)
    async def settings_(
        self,
        interaction: AnyInteraction,
        group: str,
        priority: app_commands.Choice[str] | None = None,
        per_session: Lecturers | None = None,
        ask_days_before: AskBefore | None = None,
        answer_within_days: AnswerWithin | None = None,
        grace_days: Grace | None = None,
    ) -> None:
        """Change what is given, then show all."""
        caller = await self.bot.begin(interaction)
        change = RotationChange(_priority(priority), per_session, ask_days_before, answer_within_days, grace_days)
        done = await self.settings.change(caller.guild.id, caller.actor, group, change)
        await caller.reply(rendering.settings(done, caller.words, given=change != RotationChange()))

    @join.autocomplete("group")
    @leave.autocomplete("group")
    @show.autocomplete("group")
    @settings_.autocomplete("group")
    async def suggest(self, interaction: AnyInteraction, current: str) -> list[app_commands.Choice[str]]:
        """The groups that the caller can see."""
        caller = await self.bot.caller(interaction, set_up=False)
        found = await self.groups.suggest(caller.guild.id, caller.actor, current)
        return [app_commands.Choice(name=each.name, value=each.name) for each in found]

    @confirm.autocomplete("session")
    @decline.autocomplete("session")
    @volunteer.autocomplete("session")
    @swap.autocomplete("session")
    @assign.autocomplete("session")
    @skip.autocomplete("session")
    @guest.autocomplete("session")
    async def suggest_ahead(self, interaction: AnyInteraction, current: str) -> list[app_commands.Choice[str]]:
        """Sessions ahead, the caller's own first."""
        return await cog_of(interaction, Sessions).suggested(interaction, current)

    @why.autocomplete("session")
    async def suggest_session(self, interaction: AnyInteraction, current: str) -> list[app_commands.Choice[str]]:
        """Sessions ahead, then those that are over."""
        return await cog_of(interaction, Sessions).suggested(interaction, current, looking_back=True)


def leaving(result: OffRoster | LeavePreview, caller: Caller) -> Content:
    """What leaving has come to: done, or shown first."""
    if isinstance(result, LeavePreview):
        return rendering.leave_preview(result, caller.words)
    return rendering.left(result, caller.words)


def noted(result: Noted | WhichEdge, caller: Caller) -> Content:
    """What it has come to that somebody can't lecture: written, or a question."""
    if isinstance(result, WhichEdge):
        return absences.which(result, caller.words)
    return absences.noted(result, caller.community.time_zone, caller.words)


def _title(choice: app_commands.Choice[str] | None) -> Title | None:
    return None if choice is None else "先生" if choice.value == "先生" else "様"


def _priority(choice: app_commands.Choice[str] | None) -> Priority | None:
    return next((key for key in rendering.PRIORITIES if choice is not None and choice.value == key), None)
