"""/session: schedule, change, look, and say whether one comes."""

from __future__ import annotations

from contextlib import suppress
from datetime import datetime
from typing import TYPE_CHECKING

import discord
from discord import app_commands
from discord.ext import commands

from bot.client import AnyInteraction, Caller, StudyBot, actor_of
from bot.domain.choices import choice_of
from bot.domain.communities import Community
from bot.domain.groups import GroupNeeded, StudyGroup
from bot.domain.phrases import ClockMissing, PhraseReader
from bot.domain.rsvps import Answer, RsvpService
from bot.domain.sessions import (
    USUAL_DURATION,
    Edited,
    NewSession,
    SaidSession,
    Session,
    SessionChange,
    SessionKind,
    SessionPreview,
    SessionService,
    WhichTime,
    usual_kind,
)
from bot.domain.zones import zone_of
from bot.i18n import _
from bot.rendering import sessions as rendering
from bot.rendering.content import Content
from cogs.forms import CORRECTED
from cogs.permissions import to_announce
from cogs.presses import cog_of, turn
from cogs.question_box import QuestionBox
from cogs.sessions.options import (
    Description,
    Link,
    Minutes,
    Notes,
    Phrase,
    Places,
    PlacesOrNone,
    Question,
    Reason,
    Theme,
    Venue,
    cleared,
    person_id,
)
from cogs.takeaways import Takeaways

if TYPE_CHECKING:
    from bot.clock import Clock

_KINDS = [app_commands.Choice(name=name, value=kind) for kind, name in rendering.KINDS.items()]
_ANSWERS = [app_commands.Choice(name=name, value=answer.value) for answer, name in rendering.ANSWERS.items()]


class Sessions(commands.Cog):
    """Sessions and who comes to them."""

    def __init__(self, bot: StudyBot, sessions: SessionService, rsvps: RsvpService, clock: Clock) -> None:
        self.bot = bot
        self.sessions = sessions
        self.rsvps = rsvps
        self.clock = clock

    group = app_commands.Group(name="session", description=_("Sessions and who comes"), guild_only=True)

    def reader(self, community: Community) -> PhraseReader:
        """Reads time phrases on the community's clock."""
        return PhraseReader(self.clock.now(), zone_of(community.time_zone))

    async def find(
        self,
        caller: Caller,
        text: str,
        *,
        changing: bool = False,
        looking_back: bool = False,
        answering: bool = False,
        whole: bool = False,
    ) -> Session:
        """The session that the caller means; the flags are those of `bot.domain.sessions.lookup.find_session`."""
        return await self.sessions.find(
            caller.guild.id,
            caller.actor,
            text,
            rendering.label(caller.community, caller.words),
            changing=changing,
            looking_back=looking_back,
            answering=answering,
            whole=whole,
        )

    @group.command(
        name="schedule", description=_("Plan a session; you see it before anybody else does"), extras=CORRECTED
    )
    @app_commands.describe(
        theme=_("The theme"),
        when=_("When it starts, such as “2026-12-03 07:00” or “next Tue 7am”"),
        group=_("Which study group; not needed if there is only one"),
        kind=_("What kind of session (a lecture if left out, or a discussion if a member plans it)"),
        duration=_("How many minutes it lasts (60 if left out)"),
        venue=_("Where it takes place"),
        link=_("A link for taking part online; only those who come see it"),
        capacity=_("How many can come; the others go on the waitlist"),
        deadline=_("Until when people can answer, such as “12/3 18:00” or “the day before”; a day alone: to its end"),
        description=_("Description"),
    )
    @app_commands.choices(kind=_KINDS)
    async def schedule(
        self,
        interaction: AnyInteraction,
        theme: Theme,
        when: Phrase,
        group: str | None = None,
        kind: str | None = None,
        duration: Minutes | None = None,
        venue: Venue | None = None,
        link: Link | None = None,
        capacity: Places | None = None,
        deadline: Phrase | None = None,
        description: Description | None = None,
    ) -> None:
        """Show it to its author, with Post and Change first."""
        caller = await self.bot.begin(interaction)
        said = SaidSession(
            theme=theme,
            when=when,
            kind=_kind(kind),
            duration=duration,
            venue=venue or "",
            link=link or "",
            capacity=capacity,
            deadline=cleared(deadline) or "",
            description=description or "",
        )
        try:
            found = await self.sessions.group_for(caller.guild.id, caller.actor, group)
        except GroupNeeded:
            await self.sessions.check_any_group(caller.guild.id, caller.actor)
            self._check_phrases(caller, said)
            asked = await self.sessions.ask_group(caller.guild.id, caller.actor, said)
            if asked is None:
                raise
            await turn(caller, rendering.which_group(asked, caller.words))
        else:
            await turn(caller, await self.propose(caller, found, said, self.clock.now()))

    def _check_phrases(self, caller: Caller, said: SaidSession) -> None:
        """What can be read in no group is refused before anybody is asked for the group."""
        reader = self.reader(caller.community)
        with suppress(ClockMissing):
            # The chosen group may have a usual time of day.
            reader.when("starts_at", said.when)
        reader.lasting(said.duration)
        if said.deadline:
            # Of whichever start it is said, it can be read or it can't.
            reader.until("deadline", said.deadline, self.clock.now())

    async def propose(self, caller: Caller, group: StudyGroup, said: SaidSession, at: datetime) -> Content:
        """Show what was said of a session in this group; its phrases are read as they were meant `at` that time."""
        reader = PhraseReader(at, zone_of(caller.community.time_zone))
        usual = await self.sessions.usual_starts(caller.guild.id, group)
        starts_at = reader.when("starts_at", said.when, usual)
        new = NewSession(
            group_id=group.id,
            theme=said.theme,
            starts_at=starts_at,
            kind=said.kind or usual_kind(caller.actor, group),
            duration=reader.lasting(said.duration) or USUAL_DURATION,
            venue=said.venue,
            link=said.link,
            capacity=said.capacity,
            deadline=reader.until("deadline", said.deadline, starts_at) if said.deadline else None,
            description=said.description,
            topic_id=said.topic_id,
        )
        return outcome(await self.sessions.propose(caller.guild.id, caller.actor, new, reader.forks), caller)

    @group.command(
        name="edit", description=_("Change a session; those who answered are told (organizers, host)"), extras=CORRECTED
    )
    @app_commands.describe(
        session=_("Which session"),
        theme=_("The theme"),
        when=_("When it starts, such as “2026-12-03 07:00”; you see it before anybody is told"),
        duration=_("How many minutes it lasts"),
        venue=_("Place (“-” removes it)"),
        link=_("Link for taking part online (“-” removes it)"),
        capacity=_("How many can come; 0 for no limit"),
        deadline=_("Until when people can answer, such as “the day before 8pm”; a day: to its end (“-” removes it)"),
        description=_("Description (“-” removes it)"),
        reason=_("The reason; those who answered see it"),
    )
    async def edit(
        self,
        interaction: AnyInteraction,
        session: str,
        theme: Theme | None = None,
        when: Phrase | None = None,
        duration: Minutes | None = None,
        venue: Venue | None = None,
        link: Link | None = None,
        capacity: PlacesOrNone | None = None,
        deadline: Phrase | None = None,
        description: Description | None = None,
        reason: Reason | None = None,
    ) -> None:
        """A new time is shown to its author first; anything else is changed at once."""
        caller = await self.bot.begin(interaction)
        found = await self.find(caller, session, changing=True, whole=when is None)
        no_deadline = cleared(deadline) == ""
        reader = self.reader(caller.community)
        starts_at = reader.moved("starts_at", when, found.starts_at) if when else found.starts_at
        until = reader.until("deadline", deadline, starts_at) if deadline and not no_deadline else None
        change = SessionChange(
            theme=theme,
            starts_at=starts_at if when else None,
            duration=reader.lasting(duration),
            venue=cleared(venue),
            link=cleared(link),
            capacity=capacity,
            deadline=until,
            no_deadline=no_deadline,
            description=cleared(description),
            reason=reason or "",
        )
        result = await self.sessions.propose_change(caller.guild.id, caller.actor, found.id, change, reader.forks)
        await turn(caller, outcome(result, caller))

    @group.command(name="cancel", description=_("Cancel a session; you see who will be told first (organizers, host)"))
    @app_commands.describe(
        session=_("Which session"), reason=_("The reason; everybody who sees the announcement can read it")
    )
    async def cancel(self, interaction: AnyInteraction, session: str, reason: Reason | None = None) -> None:
        """Show what would become of it, with Cancel the session and Keep it."""
        caller = await self.bot.begin(interaction)
        found = await self.find(caller, session, changing=True)
        preview = await self.sessions.preview_cancel(caller.guild.id, caller.actor, found.id, reason or "")
        await caller.reply(rendering.cancel_preview(preview, caller.words))

    @group.command(name="list", description=_("See the sessions that are coming up"))
    @app_commands.describe(group=_("Only of this study group"), mine=_("Only those you come to"))
    async def list_(self, interaction: AnyInteraction, group: str | None = None, mine: bool = False) -> None:
        """The first screen of them."""
        caller = await self.bot.begin(interaction)
        await caller.reply(await self.page(caller, group, mine, 0))

    async def page(self, caller: Caller, group: str | int | None, mine: bool, number: int) -> Content:
        """One screen of the list."""
        page = await self.sessions.list(caller.guild.id, caller.actor, group, mine=mine, page=number)
        return rendering.listed(page, caller.words, mine=mine)

    @group.command(name="show", description=_("See one session and who comes"))
    @app_commands.describe(session=_("Which session; also one that was cancelled or is over"))
    async def show(self, interaction: AnyInteraction, session: str) -> None:
        """All about it, with the buttons to answer."""
        caller = await self.bot.begin(interaction)
        found = await self.find(caller, session, looking_back=True)
        view = await self.sessions.show(caller.guild.id, caller.actor, found.id)
        memory = await cog_of(interaction, Takeaways).memory(caller, found.id)
        await caller.reply(rendering.shown(view, caller.actor, caller.words, memory))

    @group.command(name="rsvp", description=_("Say whether you come; the buttons under an announcement do the same"))
    @app_commands.describe(
        session=_("Which session"),
        answer=_("Whether you come"),
        member=_("For somebody else (organizers)"),
    )
    @app_commands.choices(answer=_ANSWERS)
    async def rsvp(
        self,
        interaction: AnyInteraction,
        session: str,
        answer: app_commands.Choice[str],
        member: discord.Member | None = None,
    ) -> None:
        """Take the answer and say what it has come to."""
        caller = await self.bot.begin(interaction)
        found = await self.find(caller, session, answering=member is None, whole=True)
        result = await self.rsvps.answer(
            caller.guild.id,
            caller.actor,
            found.id,
            Answer(answer.value),
            member_id=person_id(member),
            sees=actor_of(member, member.guild_permissions, caller.community).sees if member is not None else None,
        )
        await caller.reply(rendering.answered(result, caller.actor, caller.words))

    @group.command(name="ask", description=_("Ask the lecturer something beforehand; without a question, see yours"))
    @app_commands.describe(
        session=_("Which session"),
        question=_("What you would like to know; only the lecturer reads it"),
        anonymous=_("Whether nobody learns that it is you who asks (no if left out)"),
    )
    async def ask(
        self, interaction: AnyInteraction, session: str, question: Question | None = None, anonymous: bool = False
    ) -> None:
        """As the button under the announcement does."""
        caller, box = await self.bot.begin(interaction), cog_of(interaction, QuestionBox)
        found = await self.find(caller, session, whole=question is not None)
        if question is None:
            await caller.reply(await box.look(caller, found.id))
        else:
            await caller.reply(await box.ask(caller, found.id, question, anonymous=anonymous))

    @group.command(name="notes", description=_("Keep notes and a link with a session (organizers, host, lecturer)"))
    @app_commands.describe(
        session=_("Which session; also one that is over"),
        takeaways=_("What came of it, in a few lines (“-” removes it)"),
        link=_("A link to the material (“-” removes it)"),
    )
    async def notes(
        self, interaction: AnyInteraction, session: str, takeaways: Notes | None = None, link: Link | None = None
    ) -> None:
        """Whoever can see the session reads them."""
        caller = await self.bot.begin(interaction)
        found = await self.find(caller, session, looking_back=True, whole=True)
        cog = cog_of(interaction, Takeaways)
        await caller.reply(await cog.note(caller, found.id, cleared(takeaways), cleared(link)))

    @show.autocomplete("session")
    @notes.autocomplete("session")
    async def suggest_all(self, interaction: AnyInteraction, current: str) -> list[app_commands.Choice[str]]:
        """Sessions ahead, then those that were cancelled or are over."""
        return await self.suggested(interaction, current, looking_back=True)

    @ask.autocomplete("session")
    @rsvp.autocomplete("session")
    async def suggest(self, interaction: AnyInteraction, current: str) -> list[app_commands.Choice[str]]:
        """Sessions ahead, those that the caller answered first."""
        return await self.suggested(interaction, current)

    @edit.autocomplete("session")
    @cancel.autocomplete("session")
    async def suggest_own(self, interaction: AnyInteraction, current: str) -> list[app_commands.Choice[str]]:
        """Sessions ahead that the caller may change: a host's own, an organizer's groups'."""
        return await self.suggested(interaction, current, changing=True)

    async def suggested(
        self, interaction: AnyInteraction, current: str, *, changing: bool = False, looking_back: bool = False
    ) -> list[app_commands.Choice[str]]:
        """The sessions that fit what was typed so far."""
        caller = await self.bot.caller(interaction, set_up=False)
        called = rendering.label(caller.community, caller.words)
        found = await self.sessions.suggest(
            caller.guild.id, caller.actor, current, called, changing=changing, looking_back=looking_back
        )
        return [app_commands.Choice(name=called(session), value=choice_of(session.id)) for session in found]

    @schedule.autocomplete("group")
    @list_.autocomplete("group")
    async def suggest_group(self, interaction: AnyInteraction, current: str) -> list[app_commands.Choice[str]]:
        """The groups that the caller can see."""
        caller = await self.bot.caller(interaction, set_up=False)
        found = await self.sessions.suggest_groups(caller.guild.id, caller.actor, current)
        return [app_commands.Choice(name=group.name, value=group.name) for group in found]


def outcome(result: SessionPreview | WhichTime | Edited, caller: Caller) -> Content:
    """What a proposal has come to: a question, a preview, or the change itself."""
    if isinstance(result, WhichTime):
        return rendering.which_time(result, caller.words)
    if isinstance(result, SessionPreview):
        missing = to_announce(caller.guild, result.channel_id) if result.before is None else ()
        return rendering.preview(result, caller.words, missing=missing)
    return rendering.edited(result, caller.words)


def _kind(choice: str | None) -> SessionKind | None:
    return next((kind for kind in rendering.KINDS if choice == kind), None)
