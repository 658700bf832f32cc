"""What people do with sessions: schedule, list, show; and what `changing` adds: edit, move, cancel."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime, time
from typing import TYPE_CHECKING

import msgspec
from msgspec import Struct
from msgspec.structs import asdict, replace

from bot.domain.errors import NotAllowed, Unknown, cleaned, require_text
from bot.domain.groups import find_group, visible_groups
from bot.domain.phrases import Fork, kept, resumed
from bot.domain.sessions.acts import run, schedule_sessions
from bot.domain.sessions.asking import WhichGroup, WhichTime, sensible, which_time
from bot.domain.sessions.changing import ChangesSessions, SessionPreview, as_data
from bot.domain.sessions.drafts import own_draft
from bot.domain.sessions.hosts import (
    JoinToHost,
    check_any,
    check_host,
    check_scheduler,
    group_meant,
    host_for,
    is_own,
    present_host,
)
from bot.domain.sessions.limits import LONGEST_THEME, checked
from bot.domain.sessions.lookup import (
    MOST_LOOKED_AT,
    Label,
    SessionView,
    announcement_channel,
    find_session,
    suggestions,
    view,
    visible_session,
)
from bot.domain.sessions.values import (
    NewSession,
    SaidSession,
    Session,
    SessionEvent,
    SessionHooks,
    SessionName,
    SessionState,
)

if TYPE_CHECKING:
    from bot.clock import Clock
    from bot.domain.actors import Actor
    from bot.domain.communities import Community
    from bot.domain.groups import StudyGroup
    from bot.domain.rsvps import Rsvp
    from bot.domain.steps import Step
    from bot.domain.uow import UnitOfWork, Units

PAGE = 10
"""Lines of a list on one screen."""


class SessionLine(Struct, frozen=True):
    """A session in a list: how many have a place, the reader's own answer, and who is shown as its host (0: nobody).

    It is announced in `channel_id` (0: nowhere).
    """

    session: Session
    group: StudyGroup
    coming: int
    mine: Rsvp | None
    host_id: int
    channel_id: int


class SessionPage(Struct, frozen=True):
    """One screen of a list; `page` counts from 0, `pages` is at least 1; `group_id` 0 stands for all groups.

    `members_may_host` is the community's setting, for a list that is empty.
    """

    lines: tuple[SessionLine, ...]
    page: int
    pages: int
    total: int
    group_id: int
    members_may_host: bool


Planned = Callable[["UnitOfWork", "Actor", int, Session], Awaitable[None]]
"""What follows in the same transaction for the theme (its id) that a session was scheduled for."""


class SessionService(ChangesSessions):
    """The acts of people on sessions. Features that follow from them are `hooks`, run in the same transaction."""

    def __init__(self, units: Units, clock: Clock, hooks: SessionHooks, planned: Planned | None = None) -> None:
        super().__init__(units, clock, hooks)
        self._planned = planned

    # Scheduling

    async def group_for(self, guild_id: int, actor: Actor, text: str | None) -> StudyGroup:
        """The group that a new session belongs to: the named one, the only one, or the only one the actor belongs to.

        Raises:
            GroupNeeded, Unknown: it is not clear which.
            NotAllowed, JoinToHost: the actor may plan nothing there.
        """
        async with self._units.reading(guild_id) as uow:
            group = await group_meant(uow, actor, text)
            await check_scheduler(uow, actor, group)
            return group

    async def check_any_group(self, guild_id: int, actor: Actor) -> None:
        """Whether the actor may plan a session at all; asked before they are asked anything else.

        Raises:
            NotAllowed, JoinFirst: see `bot.domain.sessions.hosts.check_any`.
        """
        async with self._units.reading(guild_id) as uow:
            await check_any(uow, actor)

    async def ask_group(self, guild_id: int, actor: Actor, said: SaidSession) -> WhichGroup | None:
        """Keep what was said while its author is asked which of their groups is meant; None: there is no choice.

        A moderator is asked about all groups, an organizer or a member about those they belong to.

        Raises:
            InvalidText: the theme is empty or too long.
        """
        require_text("theme", said.theme, LONGEST_THEME)
        texts = {name: cleaned(value) for name, value in asdict(said).items() if isinstance(value, str)}
        said = replace(said, **texts)
        async with self._units(guild_id) as uow:
            groups = [
                group for group in (await visible_groups(uow, actor)).values() if await _may_schedule(uow, actor, group)
            ]
            if len(groups) < 2:
                return None
            data = {"said": msgspec.to_builtins(said), "groups": [group.id for group in groups]}
            draft = await uow.sessions.drafts.add(actor.member_id, "ask-group", data)
            return WhichGroup(draft.id, said.theme, dict(enumerate(groups, 1)))

    async def asked_group(self, guild_id: int, actor: Actor, draft_id: int) -> WhichGroup:
        """The question again, with the groups that are there still.

        Raises:
            Unknown: it has gone with all its groups, or was another's.
        """
        async with self._units.reading(guild_id) as uow:
            draft = await own_draft(uow, actor, draft_id, "ask-group")
            groups = await visible_groups(uow, actor)
            places = {place: groups[key] for place, key in enumerate(draft.data["groups"], 1) if key in groups}
            if not places:
                raise Unknown("draft", str(draft_id))
            return WhichGroup(draft.id, draft.data["said"]["theme"], places)

    async def choose_group(
        self, guild_id: int, actor: Actor, draft_id: int, place: int
    ) -> tuple[SaidSession, datetime, StudyGroup]:
        """What was said, when, and the group that was chosen for it (0 the first). The question stays open for a day.

        Raises:
            Unknown: the question has gone, or was another's; or a "choice": the group has gone for the actor, and the
                question stays open for the other groups.
            NotAllowed, JoinToHost: the actor may plan nothing there any more.
        """
        async with self._units.reading(guild_id) as uow:
            draft = await own_draft(uow, actor, draft_id, "ask-group")
            offered, groups = draft.data["groups"], await visible_groups(uow, actor)
            if not 0 <= place < len(offered) or offered[place] not in groups:
                raise Unknown("choice", str(draft_id))
            group = groups[offered[place]]
            await check_scheduler(uow, actor, group)
            return msgspec.convert(draft.data["said"], SaidSession), draft.created_at, group

    async def usual_starts(self, guild_id: int, group: StudyGroup) -> tuple[time, ...]:
        """At what times of day sessions of the group usually begin: as its series do, and as everywhere here."""
        async with self._units.reading(guild_id) as uow:
            community = await uow.communities.get()
            of_series = [s for s in await uow.series.all() if s.group_id == group.id]
            times = [series.at for series in of_series if series.time_zone == community.time_zone]
            return tuple(dict.fromkeys([*times, *([community.usual_start] if community.usual_start else [])]))

    async def preview(self, guild_id: int, actor: Actor, new: NewSession) -> SessionPreview:
        """Check a new session and keep it as a draft; nobody is told.

        Raises:
            NotAllowed, NoChannel and what `bot.domain.sessions.limits.checked` and `.hosts.check_host` raise.
        """
        async with self._units(guild_id) as uow:
            new, group, community, channel_id = await self._checked(uow, actor, new)
            draft = await uow.sessions.drafts.add(actor.member_id, "session", as_data(new))
            members = (await uow.memberships.sizes())[group.id]
            own_zone = await uow.profiles.time_zone(actor.member_id)
            return SessionPreview(draft.id, None, new, group, community, channel_id, None, members, own_zone)

    async def propose(
        self, guild_id: int, actor: Actor, new: NewSession, forks: Sequence[Fork]
    ) -> SessionPreview | WhichTime:
        """As `preview`, but for a phrase with two readings first ask which is meant; nobody is told.

        Raises:
            As `preview`, of the first readings.
        """
        new, forks = sensible(new, forks, new.starts_at, self._clock.now())
        if not forks:
            return await self.preview(guild_id, actor, new)
        async with self._units(guild_id) as uow:
            # A deadline is looked at when it is known; the earlier of two starts may pass before one is chosen.
            tidy, _group, community, _channel = await self._checked(uow, actor, replace(new, deadline=None))
            new = replace(tidy, deadline=new.deadline)
            draft = await uow.sessions.drafts.add(actor.member_id, "ask-new", kept(new, forks))
            return which_time(draft, new, forks[0], new.theme, community)

    async def choose(self, guild_id: int, actor: Actor, draft_id: int, place: int) -> SessionPreview | WhichTime:
        """Go on with the reading that was chosen (0 the first, 1 the second). The question stays open for a day.

        Raises:
            Unknown: the question has gone, or was another's. Else as `propose`.
        """
        async with self._units.reading(guild_id) as uow:
            new, forks = resumed((await own_draft(uow, actor, draft_id, "ask-new")).data, NewSession, place)
        return await self.propose(guild_id, actor, new, forks)

    async def schedule(self, guild_id: int, actor: Actor, new: NewSession) -> SessionView:
        """Write a new session; it is announced at once.

        Raises:
            As `preview`.
        """
        async with self._units(guild_id) as uow:
            return await self._schedule(uow, actor, new)

    async def draft(self, guild_id: int, actor: Actor, draft_id: int) -> NewSession:
        """The new session that the actor was shown.

        Raises:
            Unknown: it was used already, has gone, or is another's.
        """
        async with self._units.reading(guild_id) as uow:
            return msgspec.convert((await own_draft(uow, actor, draft_id, "session")).data, NewSession)

    async def confirm(self, guild_id: int, actor: Actor, draft_id: int) -> SessionView:
        """Schedule what was previewed. The second of two presses finds the draft used.

        Raises:
            Unknown: it was used already, has gone, or is another's. Else as `preview`: time has passed meanwhile.
        """
        async with self._units(guild_id) as uow:
            draft = await own_draft(uow, actor, draft_id, "session")
            await uow.sessions.drafts.remove(draft.id)
            return await self._schedule(uow, actor, msgspec.convert(draft.data, NewSession), shown=True)

    async def _schedule(self, uow: UnitOfWork, actor: Actor, new: NewSession, *, shown: bool = False) -> SessionView:
        new, _group, _community, _channel_id = await self._checked(uow, actor, new, shown=shown)
        of_its_own = {"series_id": None, "occurrence_on": None, "created_at": self._clock.now()}
        values = asdict(new) | of_its_own
        del values["topic_id"]
        (session,) = await schedule_sessions(uow, self._hooks, actor.member_id, [values])
        if new.topic_id and self._planned is not None:
            await self._planned(uow, actor, new.topic_id, session)
        return await view(uow, session.id)

    async def _checked(
        self, uow: UnitOfWork, actor: Actor, new: NewSession, *, shown: bool = False
    ) -> tuple[NewSession, StudyGroup, Community, int]:
        """`shown`: its author has seen who hosts it, and nobody else is named than they saw."""
        group = (await visible_groups(uow, actor)).get(new.group_id)
        if group is None:
            raise Unknown("group", str(new.group_id))
        if not shown:
            new = replace(new, host_id=host_for(actor, group))
        elif not new.host_id:
            actor.require_organizer(group)
        now = self._clock.now()
        await check_host(uow, actor, group, new.kind, now)
        community = await uow.communities.get()
        return checked(new, now), group, community, announcement_channel(group, community)

    async def ended(self, uow: UnitOfWork, step: Step) -> None:
        """The step at a session's end."""
        before = await uow.sessions.get(step.subject_id)
        if before.state is not SessionState.SCHEDULED or step.revision != before.revision:
            return
        after = await uow.sessions.change(before.id, state=SessionState.ENDED)
        await run(self._hooks.on_ended, uow, SessionEvent(before, after, None))

    # Looking

    async def find(
        self,
        guild_id: int,
        actor: Actor,
        text: str,
        label: Label,
        *,
        changing: bool = False,
        looking_back: bool = False,
        answering: bool = False,
        whole: bool = False,
    ) -> Session:
        """The session that a person means by a label, an id, a theme or a series' name; of several, the next.

        The flags, and what is raised: see `find_session`.
        """
        async with self._units.reading(guild_id) as uow:
            now = self._clock.now()
            return await find_session(
                uow,
                actor,
                text,
                now,
                label,
                changing=changing,
                looking_back=looking_back,
                answering=answering,
                whole=whole,
            )

    async def suggest(
        self,
        guild_id: int,
        actor: Actor,
        text: str,
        label: Label,
        limit: int = 25,
        *,
        changing: bool = False,
        looking_back: bool = False,
    ) -> Sequence[SessionName]:
        """What a person may mean by the beginning of a text; `changing`: only what they may change.

        `looking_back`: after what is ahead also what was cancelled or is over.
        """
        async with self._units.reading(guild_id) as uow:
            now = self._clock.now()
            return await suggestions(uow, actor, text, now, label, limit, changing=changing, looking_back=looking_back)

    async def show(self, guild_id: int, actor: Actor, session_id: int) -> SessionView:
        """All about one session.

        Raises:
            Unknown: it does not exist for this person.
        """
        async with self._units.reading(guild_id) as uow:
            await visible_session(uow, actor, session_id)
            return await view(uow, session_id)

    async def list(
        self, guild_id: int, actor: Actor, group: str | int | None = None, *, mine: bool = False, page: int = 0
    ) -> SessionPage:
        """Sessions to come, by start; `mine`: those the actor said they (may) come to. `group`: see `find_group`.

        Raises:
            Unknown: there is no such group.
        """
        async with self._units.reading(guild_id) as uow:
            groups = await visible_groups(uow, actor)
            only = await find_group(uow, actor, group) if group not in (None, "") else None
            sessions = await uow.sessions.upcoming(
                self._clock.now(), group_id=only.id if only else None, limit=MOST_LOOKED_AT
            )
            sessions = [session for session in sessions if session.group_id in groups]
            answers = await uow.rsvps.of_member(actor.member_id, [session.id for session in sessions])
            if mine:
                sessions = [s for s in sessions if is_own(s, actor.member_id, answers)]
            pages = max(1, -(-len(sessions) // PAGE))
            page = min(max(page, 0), pages - 1)
            shown = sessions[page * PAGE : (page + 1) * PAGE]
            coming = await uow.rsvps.count_coming(*(s.id for s in shown))
            community = await uow.communities.get()
            lines = [
                SessionLine(
                    session=s,
                    group=groups[s.group_id],
                    coming=coming[s.id],
                    mine=answers.get(s.id),
                    host_id=await _host(uow, s),
                    channel_id=groups[s.group_id].channel_id or community.announcements_channel,
                )
                for s in shown
            ]
            may_host = community.members_may_host
            return SessionPage(tuple(lines), page, pages, len(sessions), only.id if only else 0, may_host)


async def _may_schedule(uow: UnitOfWork, actor: Actor, group: StudyGroup) -> bool:
    try:
        await check_scheduler(uow, actor, group)
    except (NotAllowed, JoinToHost):
        return False
    return True


async def _host(uow: UnitOfWork, session: Session) -> int:
    theirs = await uow.rsvps.find(session.id, session.host_id) if session.host_id else None
    return present_host(session, [theirs] if theirs is not None else [])
