"""The change of a session and its end before it began: shown to its author with who will be told, then done."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from bot.domain.mirrors import MirrorState
from bot.domain.phrases import Fork, kept, resumed
from bot.domain.sessions.acts import cancel_session, change_session
from bot.domain.sessions.asking import WhichTime, sensible, which_time
from bot.domain.sessions.drafts import own_draft
from bot.domain.sessions.hosts import require_change
from bot.domain.sessions.limits import (
    LONGEST_REASON,
    NothingToChange,
    changed_values,
    open_session,
    optional_text,
    tidied,
)
from bot.domain.sessions.lookup import ChoosesGroup, SessionView, view, visible_session
from bot.domain.sessions.values import NewSession, Session, SessionChange, SessionEvent, SessionHooks
from bot.domain.told import Told, told_of_cancellation, told_of_edit, told_of_move
from bot.domain.zones import zone_of

if TYPE_CHECKING:
    from bot.clock import Clock
    from bot.domain.actors import Actor
    from bot.domain.communities import Community
    from bot.domain.groups import StudyGroup
    from bot.domain.uow import UnitOfWork, Units


class SessionPreview(Struct, frozen=True):
    """What its author is shown before anybody else is told: confirming it needs only `draft_id`.

    `after` is what the session will be; `before` is what it is (None: a new one). `told` is who will hear of a move
    (None: a new session, which is announced in `channel_id`). So many `members` belong to the group; of a session that
    is there, `coming` have a place and `waiting` wait for one. `own_zone` is where the author's clock hangs ("": where
    the community's does). `deadline_cut`: the deadline would come after the new start, and ends with it instead.
    """

    draft_id: int
    before: Session | None
    after: NewSession
    group: StudyGroup
    community: Community
    channel_id: int
    told: Told | None
    members: int
    own_zone: str = ""
    coming: int = 0
    waiting: int = 0
    deadline_cut: bool = False


class Edited(Struct, frozen=True):
    """What a change has come to: the session as it was and as it is, who is told, and how many got a place by it."""

    before: Session
    view: SessionView
    told: Told
    promoted: int


class Standing(Struct, frozen=True):
    """What Discord shows of a session and will change when it is cancelled: in which channel it is announced (0: not
    yet), its thread (0: none), and whether it has an event.
    """

    channel_id: int
    thread_id: int
    event: bool


class CancelPreview(Struct, frozen=True):
    """What its author is shown before a session is cancelled; `again`: it was moved since they were shown it before."""

    draft_id: int
    session: Session
    group: StudyGroup
    community: Community
    reason: str
    told: Told
    standing: Standing
    again: bool = False


class Cancelled(Struct, frozen=True):
    """A session that does not take place, and who is told of it."""

    view: SessionView
    told: Told


class ChangesSessions(ChoosesGroup):
    """The part of the session service that changes what is there. Features that follow from it are `hooks`."""

    def __init__(self, units: Units, clock: Clock, hooks: SessionHooks) -> None:
        super().__init__(units)
        self._clock = clock
        self._hooks = hooks

    # Editing and moving

    async def preview_move(self, guild_id: int, actor: Actor, session_id: int, change: SessionChange) -> SessionPreview:
        """Check a change with a new time and keep it as a draft; nobody is told.

        Raises:
            NotAllowed, SessionNotOpen, NothingToChange, Unknown and what `bot.domain.sessions.limits.checked` raises.
        """
        async with self._units(guild_id) as uow:
            session, group = await self._changeable(uow, actor, session_id)
            change = tidied(change)
            now = self._clock.now()
            values = changed_values(session, change, now, zone_of((await uow.communities.get()).time_zone))
            if not values:
                raise NothingToChange
            after: Session = replace(session, **values)
            draft = await uow.sessions.drafts.add(actor.member_id, "move", as_data(change), session.id)
            event = SessionEvent(session, after, actor.member_id, change.reason)
            told = await (told_of_move if "starts_at" in values else told_of_edit)(uow, event, now)
            shown = await view(uow, session.id)
            return SessionPreview(
                draft_id=draft.id,
                before=session,
                after=as_new(after),
                group=group,
                community=shown.community,
                channel_id=group.channel_id or shown.community.announcements_channel,
                told=told,
                members=(await uow.memberships.sizes())[group.id],
                own_zone=await uow.profiles.time_zone(actor.member_id),
                coming=len(shown.coming),
                waiting=len(shown.waiting),
                deadline_cut="starts_at" in values and after.deadline_uncut is not None,
            )

    async def propose_change(
        self, guild_id: int, actor: Actor, session_id: int, change: SessionChange, forks: Sequence[Fork]
    ) -> SessionPreview | WhichTime | Edited:
        """Change a session: ask about a phrase with two readings, then show a new time first, and the rest is done.

        Raises:
            As `preview_move`.
        """
        async with self._units(guild_id) as uow:
            session, _group = await self._changeable(uow, actor, session_id)
            starts_at = change.starts_at or session.starts_at
            change, forks = sensible(tidied(change), forks, starts_at, self._clock.now())
            if forks:
                draft = await uow.sessions.drafts.add(actor.member_id, "ask-move", kept(change, forks), session.id)
                return which_time(draft, change, forks[0], session.theme, await uow.communities.get())
        if change.starts_at is not None and change.starts_at != session.starts_at:
            return await self.preview_move(guild_id, actor, session_id, change)
        return await self.edit(guild_id, actor, session_id, change)

    async def choose_change(
        self, guild_id: int, actor: Actor, draft_id: int, place: int
    ) -> SessionPreview | WhichTime | Edited:
        """Go on with the reading that was chosen, as `choose`.

        Raises:
            Unknown: the question has gone, or was another's. Else as `propose_change`.
        """
        async with self._units.reading(guild_id) as uow:
            draft = await own_draft(uow, actor, draft_id, "ask-move")
            change, forks = resumed(draft.data, SessionChange, place)
        return await self.propose_change(guild_id, actor, draft.subject_id, change, forks)

    async def drafted_move(self, guild_id: int, actor: Actor, draft_id: int) -> tuple[Session, SessionChange]:
        """The session whose move the actor was shown, as it is now, and the change.

        Raises:
            Unknown: it was used already, has gone, or is another's.
        """
        async with self._units.reading(guild_id) as uow:
            draft = await own_draft(uow, actor, draft_id, "move")
            session, _group = await visible_session(uow, actor, draft.subject_id)
            return session, msgspec.convert(draft.data, SessionChange)

    async def confirm_move(self, guild_id: int, actor: Actor, draft_id: int) -> Edited:
        """Change what was previewed.

        Raises:
            As `confirm` and `preview_move`.
        """
        async with self._units(guild_id) as uow:
            draft = await own_draft(uow, actor, draft_id, "move")
            await uow.sessions.drafts.remove(draft.id)
            change = msgspec.convert(draft.data, SessionChange)
            return await self._edit(uow, actor, draft.subject_id, change)

    async def edit(self, guild_id: int, actor: Actor, session_id: int, change: SessionChange) -> Edited:
        """Change a session. A new time is a move: `revision` rises.

        Raises:
            As `preview_move`.
        """
        async with self._units(guild_id) as uow:
            return await self._edit(uow, actor, session_id, change)

    async def _edit(self, uow: UnitOfWork, actor: Actor, session_id: int, change: SessionChange) -> Edited:
        before, _group = await self._changeable(uow, actor, session_id)
        reason = optional_text("reason", change.reason, LONGEST_REASON)
        now = self._clock.now()
        values = changed_values(before, change, now, zone_of((await uow.communities.get()).time_zone))
        if not values:
            raise NothingToChange
        event = SessionEvent(before, replace(before, **values), actor.member_id, reason)
        told = await (told_of_move if "starts_at" in values else told_of_edit)(uow, event, now)
        waiting = sum(rsvp.waiting for rsvp in await uow.rsvps.of_session(before.id))
        after = await change_session(uow, self._hooks, before, values, actor.member_id, reason)
        shown = await view(uow, after.id)
        return Edited(before, shown, told, waiting - len(shown.waiting))

    # Cancelling

    async def preview_cancel(self, guild_id: int, actor: Actor, session_id: int, reason: str = "") -> CancelPreview:
        """What would become of a session, kept as a draft; nothing is cancelled, and nobody is told.

        Raises:
            NotAllowed, SessionNotOpen, Unknown, InvalidText: the reason is too long.
        """
        async with self._units(guild_id) as uow:
            session, _group = await self._changeable(uow, actor, session_id)
            return await self._preview_cancel(uow, actor, session, optional_text("reason", reason, LONGEST_REASON))

    async def confirm_cancel(self, guild_id: int, actor: Actor, draft_id: int) -> Cancelled | CancelPreview:
        """Cancel what was shown. The second of two presses finds the draft used.

        If it was moved meanwhile it is shown anew, and nothing is cancelled: perhaps it suits by now.

        Raises:
            Unknown: it was used already, has gone, or is another's. Else as `preview_cancel`.
        """
        async with self._units(guild_id) as uow:
            draft = await own_draft(uow, actor, draft_id, "cancel")
            await uow.sessions.drafts.remove(draft.id)
            session, _group = await self._changeable(uow, actor, draft.subject_id)
            reason = draft.data["reason"]
            if session.revision != draft.data["revision"]:
                return await self._preview_cancel(uow, actor, session, reason, again=True)
            return await self._cancel(uow, actor, session, reason)

    async def keep(self, guild_id: int, actor: Actor, draft_id: int) -> Session:
        """The session that was to be cancelled stays as it is; the draft is gone.

        Raises:
            Unknown: it was used already, has gone, or is another's.
        """
        async with self._units(guild_id) as uow:
            draft = await own_draft(uow, actor, draft_id, "cancel")
            await uow.sessions.drafts.remove(draft.id)
            return (await visible_session(uow, actor, draft.subject_id))[0]

    async def cancel(self, guild_id: int, actor: Actor, session_id: int, reason: str = "") -> Cancelled:
        """It does not take place.

        Raises:
            As `preview_cancel`.
        """
        async with self._units(guild_id) as uow:
            session, _group = await self._changeable(uow, actor, session_id)
            return await self._cancel(uow, actor, session, optional_text("reason", reason, LONGEST_REASON))

    async def _preview_cancel(
        self, uow: UnitOfWork, actor: Actor, session: Session, reason: str, *, again: bool = False
    ) -> CancelPreview:
        data = {"reason": reason, "revision": session.revision}
        draft = await uow.sessions.drafts.add(actor.member_id, "cancel", data, session.id)
        return CancelPreview(
            draft_id=draft.id,
            session=session,
            group=await uow.groups.get(session.group_id),
            community=await uow.communities.get(),
            reason=reason,
            told=await told_of_cancellation(uow, session, actor.member_id, self._clock.now()),
            standing=await standing(uow, session.id),
            again=again,
        )

    async def _cancel(self, uow: UnitOfWork, actor: Actor, session: Session, reason: str) -> Cancelled:
        told = await told_of_cancellation(uow, session, actor.member_id, self._clock.now())
        await cancel_session(uow, self._hooks, session, actor.member_id, reason, self._clock.now())
        return Cancelled(await view(uow, session.id), told)

    async def _changeable(self, uow: UnitOfWork, actor: Actor, session_id: int) -> tuple[Session, StudyGroup]:
        session, group = await visible_session(uow, actor, session_id)
        require_change(actor, session, group)
        return open_session(session, self._clock.now()), group


async def standing(uow: UnitOfWork, session_id: int) -> Standing:
    """What Discord shows of a session by now."""
    found = {kind: await uow.mirrors.find(kind, session_id) for kind in ("announcement", "thread", "event")}
    live = {kind: each for kind, each in found.items() if each and each.remote_id and each.state is MirrorState.LIVE}
    announcement, thread = live.get("announcement"), live.get("thread")
    return Standing(announcement.parent_id if announcement else 0, thread.remote_id if thread else 0, "event" in live)


def as_new(session: Session) -> NewSession:
    """What a person would have said to schedule the session as it is."""
    return NewSession(**{name: getattr(session, name) for name in NewSession.__struct_fields__ if name != "topic_id"})


def as_data(value: NewSession | SessionChange) -> dict[str, Any]:
    """A draft's JSON values."""
    return msgspec.to_builtins(value)
