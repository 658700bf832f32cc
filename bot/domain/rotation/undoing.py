"""Taking back what an organizer has done to a rotation by hand: for a day, and only if nobody has acted since.

What is needed for it is kept in a draft that is the organizer's own, beside the audit's row of the act. What the rule
has done meanwhile, asking the next one, is taken back with it; what a person has said or done since is not.
"""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any, Literal

import msgspec
from msgspec import Struct
from msgspec.structs import asdict, replace

from bot.domain.communities import differences
from bot.domain.errors import StudyError
from bot.domain.restrictions import Restricted, require_free
from bot.domain.rotation.acts import change_turn, save_roster, where_they_stand
from bot.domain.rotation.asking import answer_by
from bot.domain.rotation.concerned import tell_back, tell_taken_off
from bot.domain.rotation.guests import Guest, forget_guest, look_after
from bot.domain.rotation.reading import slot as slot_of
from bot.domain.rotation.running import look_soon
from bot.domain.rotation.values import Member, RotationSettings, Turn, TurnState
from bot.domain.sessions import open_session, own_draft

if TYPE_CHECKING:
    from bot.clock import Clock
    from bot.domain.actors import Actor
    from bot.domain.groups import StudyGroup
    from bot.domain.sessions import Session
    from bot.domain.uow import UnitOfWork, Units

Act = Literal["assign", "skip", "guest", "settings"]


class ChangedSince(StudyError):
    """Somebody has acted since, so that what was there before can't be restored in the rotation of `group`."""

    group: str


class Undoable(Struct, frozen=True):
    """What an act has changed, as far as it takes to restore what was there before.

    `begun` are turns it made, each with the state it gave them; `ended` those it ended, each with the state to which
    they return. `member` is somebody's place in line, `guest` a session's guest and `settings` how the rotation was
    set, each before and after; `industry` a turn with the industry that it had. None: unchanged.
    """

    act: Act
    begun: tuple[tuple[int, TurnState], ...] = ()
    ended: tuple[tuple[int, TurnState], ...] = ()
    member: tuple[Member, Member] | None = None
    guest: tuple[Guest | None, Guest | None] | None = None
    industry: tuple[int, str] | None = None
    settings: tuple[RotationSettings, RotationSettings] | None = None


class Undone(Struct, frozen=True):
    """What was taken back; `session` is where (None: it was about the whole rotation)."""

    act: Act
    group: StudyGroup
    session: Session | None


async def may_undo(uow: UnitOfWork, actor: Actor, group_id: int, undoable: Undoable, session_id: int = 0) -> int:
    """Keep for a day what it takes to undo this; returns the draft's id."""
    data = {"group_id": group_id, "undo": msgspec.to_builtins(undoable)}
    return (await uow.sessions.drafts.add(actor.member_id, "undo", data, session_id)).id


class UndoService:
    """Takes back what organizers have done by hand."""

    def __init__(self, units: Units, clock: Clock) -> None:
        self._units = units
        self._clock = clock

    async def undo(self, guild_id: int, actor: Actor, draft_id: int) -> Undone:
        """Restore what was there before an act of the actor's, and tell those whom it concerns.

        Raises:
            Unknown: it was taken back already, is more than a day ago, or was another's.
            NotAllowed: the actor does not organize the group any more.
            SessionNotOpen: the session was cancelled or is over.
            ChangedSince: somebody has acted since.
        """
        async with self._units(guild_id) as uow:
            draft = await own_draft(uow, actor, draft_id, "undo")
            undoable = msgspec.convert(draft.data["undo"], Undoable)
            group = await uow.groups.get(draft.data["group_id"])
            actor.require_organizer(group)
            await uow.sessions.drafts.remove(draft.id)
            if undoable.settings is not None:
                await self._set_back(uow, actor, group, undoable.settings)
                return Undone(undoable.act, group, None)
            now = self._clock.now()
            session = open_session(await uow.sessions.get(draft.subject_id), now)
            await _Restoring(uow, actor, group, session, now).restore(undoable)
            return Undone(undoable.act, group, session)

    async def _set_back(
        self, uow: UnitOfWork, actor: Actor, group: StudyGroup, changed: tuple[RotationSettings, RotationSettings]
    ) -> None:
        before, after = changed
        roster = await uow.rotation.roster(group.id)
        old, new = differences(after, before)
        if any(asdict(roster.settings)[name] != value for name, value in asdict(after).items() if name in old):
            raise ChangedSince(group.name)
        restored = replace(roster, settings=replace(roster.settings, **{name: getattr(before, name) for name in new}))
        await uow.rotation.save(group.id, roster, restored)
        await uow.record("rotation.settings", actor.member_id, f"group:{group.id}", old, new)
        await look_soon(uow, group.id, self._clock.now())


class _Restoring:
    """Restores one session's turns, guest and the place in line of whoever was taken off."""

    def __init__(self, uow: UnitOfWork, actor: Actor, group: StudyGroup, session: Session, now: datetime) -> None:
        self._uow = uow
        self._actor = actor
        self._group = group
        self._session = session
        self._now = now

    async def restore(self, undoable: Undoable) -> None:
        """All of it, or nothing: the unit of work is rolled back by whatever is refused."""
        uow, session = self._uow, self._session
        if session.kind != "lecture" or session.starts_at <= self._now:
            raise ChangedSince(self._group.name)
        if undoable.member is not None:
            await self._stand_back(*undoable.member)
        if undoable.guest is not None:
            await self._restore_guest(*undoable.guest)
        if undoable.industry is not None:
            turn_id, industry = undoable.industry
            turn = await self._turn(turn_id, TurnState.CONFIRMED)
            await uow.rotation.put(replace(turn, industry=industry))
        for turn_id, state in undoable.begun:
            await self._withdraw(await self._turn(turn_id, state))
        for turn_id, state in undoable.ended:
            await self._bring_back(await self._turn(turn_id, TurnState.RELEASED), state)
        done: dict[str, Any] = {"act": undoable.act}
        await uow.record("rotation.undo", self._actor.member_id, f"session:{session.id}", after=done)
        await uow.mirrors.refresh("announcement", session.id)
        await look_soon(uow, session.group_id, self._now)

    async def _turn(self, turn_id: int, state: TurnState) -> Turn:
        """A turn that is still as the act has left it."""
        turn = await self._uow.rotation.turn(turn_id)
        if turn is None or turn.state is not state:
            raise ChangedSince(self._group.name)
        return turn

    async def _withdraw(self, turn: Turn) -> None:
        """As if nobody had been asked."""
        await change_turn(self._uow, turn, TurnState.WITHDRAWN, self._actor.member_id, self._now)
        if turn.member_id:
            await tell_taken_off(self._uow, self._session, turn, turn.state, self._now, undone=True)

    async def _bring_back(self, turn: Turn, state: TurnState) -> None:
        """The turn is what it was. Whom the rule has asked for the place since need not answer any more."""
        uow, session = self._uow, self._session
        if state is not TurnState.WITHDRAWN:
            await self._make_room(turn)
        turn = replace(turn, state=state, closed_at=None if state is not TurnState.WITHDRAWN else turn.closed_at)
        if state is TurnState.ASKED:
            settings = (await uow.rotation.roster(session.group_id)).settings
            turn = replace(turn, answer_due=answer_by(self._now, session.starts_at, settings))
        await uow.rotation.put(turn)
        facts = {"member": turn.member_id, "place": turn.place, "state": state.value}
        await uow.record("turn.restore", self._actor.member_id, f"session:{session.id}", after=facts)
        if turn.member_id and state is not TurnState.WITHDRAWN:
            await tell_back(uow, session, turn, self._now)

    async def _make_room(self, turn: Turn) -> None:
        turns = (await self._uow.rotation.turns([self._session.id])).get(self._session.id, ())
        settings = (await self._uow.rotation.roster(self._session.group_id)).settings
        if turn.place >= slot_of(self._session, settings, turns).places:
            raise ChangedSince(self._group.name)
        if turn.member_id and not await self._can_lecture(turn):
            raise ChangedSince(self._group.name)
        for other in turns:
            if not other.is_standing or (other.place != turn.place and other.member_id != turn.member_id):
                continue
            if other.state is not TurnState.ASKED or other.by_hand:
                raise ChangedSince(self._group.name)
            await self._withdraw(other)

    async def _can_lecture(self, turn: Turn) -> bool:
        """Whether nothing keeps whoever had the turn from it by now. An organizer may ask whom the rule would not."""
        if await self._has_left(turn.member_id) or await self._is_restricted(turn.member_id):
            return False
        if turn.asked_by:
            return True
        windows = await self._uow.rotation.unavailable(turn.member_id)
        away = any(window.since <= self._session.starts_at < window.until for window in windows)
        return not away and not await self._uow.rotation.former(self._group.id, [turn.member_id])

    async def _has_left(self, member_id: int) -> bool:
        """Whether somebody has left the server; of whom nothing was ever known, that is not known either."""
        known = await self._uow.members.find(member_id)
        return known is not None and known.used_at is None and known.seen_at is None

    async def _is_restricted(self, member_id: int) -> bool:
        try:
            starts_at, actor_id = self._session.starts_at, self._actor.member_id
            await require_free(self._uow, member_id, "rotation", starts_at, self._now, actor_id)
        except Restricted:
            return True
        return False

    async def _stand_back(self, before: Member, after: Member) -> None:
        """The member's place in line is what it was."""
        roster = await self._uow.rotation.roster(self._group.id)
        now = next((member for member in roster.members if member.id == after.id), None)
        if now is None or where_they_stand(now) != where_they_stand(after):
            raise ChangedSince(self._group.name)
        restored = replace(now, load=before.load, owes=before.owes)
        members = tuple(restored if member is now else member for member in roster.members)
        changed, subject = replace(roster, members=members), f"group:{self._group.id}"
        actor_id = self._actor.member_id
        await save_roster(self._uow, self._group.id, roster, changed, "rotation.undo", subject, actor_id)

    async def _restore_guest(self, before: Guest | None, after: Guest | None) -> None:
        uow, session = self._uow, self._session
        if await uow.guests.of(session.id) != after:
            raise ChangedSince(self._group.name)
        if before is None:
            assert after is not None
            await forget_guest(uow, session, after, self._actor.member_id, self._now)
        elif await self._has_left(before.host_id):
            raise ChangedSince(self._group.name)
        else:
            await look_after(uow, session, before, after, self._actor.member_id, self._now)
