"""What organizers do to a rotation by hand: put somebody down as the lecturer, or take somebody off a date.

Whom they put down is asked like anybody else, and answers with the same buttons; nobody is put on the spot. What
becomes of whoever has the place is shown first. Whoever is taken off is told in private; each act can be undone for a
day.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING

from msgspec import Struct
from msgspec.structs import replace

from bot.domain.actors import Actor
from bot.domain.errors import StudyError
from bot.domain.groups import is_visible
from bot.domain.members import dm_readers
from bot.domain.restrictions import require_free
from bot.domain.rotation.acts import change_turn, save_roster
from bot.domain.rotation.asking import answer_by
from bot.domain.rotation.changing import excuse
from bot.domain.rotation.concerned import tell_taken_off
from bot.domain.rotation.guests import Guest, forget_guest
from bot.domain.rotation.planning import plan
from bot.domain.rotation.reading import rotation_of
from bot.domain.rotation.reading import slot as slot_of
from bot.domain.rotation.running import look_soon
from bot.domain.rotation.saying import CALL, OFFER, REQUEST, request_from
from bot.domain.rotation.showing import NotALecture
from bot.domain.rotation.undoing import Undoable, may_undo
from bot.domain.rotation.values import OPEN, REFUSED, Member, Slot, Turn, TurnState
from bot.domain.sessions import LONGEST_REASON, open_session, optional_text, own_draft, visible_session

if TYPE_CHECKING:
    from bot.clock import Clock
    from bot.domain.groups import StudyGroup
    from bot.domain.sessions import Session
    from bot.domain.uow import UnitOfWork, Units

Sees = Callable[[int], bool]
"""Whether somebody can see the channel with this id."""


class LectureBegun(StudyError):
    """The session has begun, so that nobody else can be found for it."""

    session: Session


class OutOfSight(StudyError):
    """The member can't see `channel_id`, the channel of the study group `group`."""

    member_id: int
    group: str
    channel_id: int


class HasTurnThere(StudyError):
    """The member has confirmed to lecture at the session already, or is being asked (not `sure`)."""

    session: Session
    member_id: int
    sure: bool


class OnlyGuestThere(StudyError):
    """A guest lectures at the session, and there is no other place."""

    session: Session


class NobodyToSkip(StudyError):
    """Nobody has a turn at the session, or is next in line for it; or not the member who was named (0: none was)."""

    session: Session
    member_id: int


class SeveralThere(StudyError):
    """Several people have a turn at the session, and it was not said whom to take off."""

    session: Session


class AssignPreview(Struct, frozen=True):
    """What an organizer is shown before somebody is asked to lecture; confirming it needs only `draft_id`.

    `displaced` is whose place it becomes (None: nobody's). Of the member: they have `refused` the date before, are
    `away` then, and `may_write` is whether they can be asked by direct message. `again`: it has changed since it was
    shown before.
    """

    draft_id: int
    session: Session
    group: StudyGroup
    member_id: int
    displaced: Turn | None
    refused: bool
    away: bool
    may_write: bool
    again: bool = False


class Assigned(Struct, frozen=True):
    """Somebody is asked by hand; `told`: by direct message.

    `displaced` had the place, and `displaced_told` is whether they hear of it.
    """

    session: Session
    group: StudyGroup
    turn: Turn
    told: bool
    displaced: Turn | None
    displaced_told: bool
    undo_id: int


class Skipped(Struct, frozen=True):
    """Somebody is taken off a date: a member, or the `guest` (then `told` is whether the guest's host can be).

    `was` is what their turn had come to, `PLANNED` if they had not been asked yet. `counts`: it counts as taken.
    """

    session: Session
    group: StudyGroup
    member_id: int
    was: TurnState
    told: bool
    counts: bool
    undo_id: int
    guest: Guest | None = None


# What several acts need


async def open_lecture(
    uow: UnitOfWork, actor: Actor, session_id: int, now: datetime
) -> tuple[Session, StudyGroup, Slot]:
    """A lecture that has not begun, for one of its organizers.

    Raises:
        Unknown, NotAllowed, SessionNotOpen, NotALecture, LectureBegun.
    """
    session, group = await visible_session(uow, actor, session_id)
    actor.require_organizer(group)
    open_session(session, now)
    if session.kind != "lecture":
        raise NotALecture(session.theme)
    if session.starts_at <= now:
        raise LectureBegun(session)
    roster = await uow.rotation.roster(group.id)
    turns = (await uow.rotation.turns([session.id])).get(session.id, ())
    return session, group, slot_of(session, roster.settings, turns)


async def may_see(uow: UnitOfWork, group: StudyGroup, member_id: int, sees: Sees | None) -> None:
    """Raise OutOfSight unless the group exists for this member; `sees` None: that is known."""
    community = await uow.communities.get()
    if sees is not None and not is_visible(group, Actor(member_id, sees=sees), community):
        raise OutOfSight(member_id, group.name, group.channel_id or community.announcements_channel)


def free_place(slot: Slot) -> tuple[int, Turn | None]:
    """A place for somebody, and whose it is: nobody's if one is open; else of those asked last who have not confirmed.

    None of them is a guest's.
    """
    if slot.open_places:
        return slot.open_places[0], None
    members = [turn for turn in slot.standing if turn.member_id]
    last = max(members, key=lambda turn: (turn.state is TurnState.ASKED, turn.asked_at, turn.id), default=None)
    return (-1, None) if last is None else (last.place, last)


async def release(
    uow: UnitOfWork,
    session: Session,
    turn: Turn,
    actor_id: int,
    now: datetime,
    *,
    reason: str = "",
    counts: bool = False,
) -> bool:
    """Take from somebody an open turn, and tell them; False if they can't be told."""
    await change_turn(uow, turn, TurnState.RELEASED, actor_id, now)
    if turn.state is TurnState.CONFIRMED:
        await uow.mirrors.refresh("announcement", session.id)
    return await tell_taken_off(uow, session, turn, turn.state, now, reason=reason, counts=counts)


async def begin_rotation(uow: UnitOfWork, group_id: int) -> None:
    """Turns of a group in whose rotation nobody takes part yet are shown, too."""
    if not await uow.rotation.is_kept(group_id):
        roster = await uow.rotation.roster(group_id)
        await uow.rotation.save(group_id, roster, roster)


class ByHandService:
    """Lets organizers choose who lectures."""

    def __init__(self, units: Units, clock: Clock) -> None:
        self._units = units
        self._clock = clock

    # Putting somebody down

    async def propose(
        self, guild_id: int, actor: Actor, session_id: int, member_id: int, sees: Sees | None = None
    ) -> AssignPreview:
        """Show what asking this member to lecture means for others; `sees`: which channels they can see.

        Raises:
            Unknown, NotAllowed, SessionNotOpen, NotALecture, LectureBegun: see `open_lecture`.
            OutOfSight: the member can't see the group's channel.
            Restricted: a moderator keeps them from lecturing then.
            HasTurnThere: they lecture there, or are being asked.
            OnlyGuestThere: only guests' places are there.
        """
        async with self._units(guild_id) as uow:
            session, group, slot = await open_lecture(uow, actor, session_id, self._clock.now())
            await may_see(uow, group, member_id, sees)
            now = self._clock.now()
            await require_free(uow, member_id, "rotation", session.starts_at, now, actor.member_id)
            return await self._preview(uow, actor, session, group, slot, member_id)

    async def confirm(self, guild_id: int, actor: Actor, draft_id: int) -> Assigned | AssignPreview:
        """Ask them as it was shown, or show it again if somebody else has the place by now.

        Raises:
            Unknown: it was used already, has gone, or is another's.
            NotAllowed, SessionNotOpen, NotALecture, LectureBegun, HasTurnThere, OnlyGuestThere: as for `propose`.
        """
        async with self._units(guild_id) as uow:
            draft, now = await own_draft(uow, actor, draft_id, "assign"), self._clock.now()
            await uow.sessions.drafts.remove(draft.id)
            session, group, slot = await open_lecture(uow, actor, draft.subject_id, now)
            member_id, shown = draft.data["member"], draft.data["displaced"]
            await require_free(uow, member_id, "rotation", session.starts_at, now, actor.member_id)
            place, displaced = _place_for(session, slot, member_id)
            if _shown(displaced) != shown:
                return await self._preview(uow, actor, session, group, slot, member_id, again=True)
            displaced_told = displaced is not None and await release(uow, session, displaced, actor.member_id, now)
            await begin_rotation(uow, group.id)
            roster = await uow.rotation.roster(group.id)
            turn = Turn(session.id, place, member_id, TurnState.ASKED, now, by_hand=True, asked_by=actor.member_id)
            turn = replace(turn, answer_due=answer_by(now, session.starts_at, roster.settings))
            turn = await uow.rotation.put(turn)
            facts = {"member": member_id, "place": place}
            before = None if displaced is None else {"member": displaced.member_id, "state": displaced.state.value}
            await uow.record("turn.assign", actor.member_id, f"session:{session.id}", before, facts)
            told = await _may_write(uow, member_id)
            if told:
                await request_from(uow, session, turn, now)
            await taken(uow, session, slot, turn)
            await look_soon(uow, group.id, now)
            ended = () if displaced is None else ((displaced.id, displaced.state),)
            undoable = Undoable("assign", ((turn.id, turn.state),), ended)
            undo_id = await may_undo(uow, actor, group.id, undoable, session.id)
            return Assigned(session, group, turn, told, displaced, displaced_told, undo_id)

    async def keep(self, guild_id: int, actor: Actor, draft_id: int) -> Session:
        """Nobody is asked; the draft is gone.

        Raises:
            Unknown: it was used already, has gone, or is another's.
        """
        async with self._units(guild_id) as uow:
            draft = await own_draft(uow, actor, draft_id, "assign")
            await uow.sessions.drafts.remove(draft.id)
            return await uow.sessions.get(draft.subject_id)

    async def _preview(
        self,
        uow: UnitOfWork,
        actor: Actor,
        session: Session,
        group: StudyGroup,
        slot: Slot,
        member_id: int,
        *,
        again: bool = False,
    ) -> AssignPreview:
        _place, displaced = _place_for(session, slot, member_id)
        data = {"member": member_id, "displaced": _shown(displaced)}
        draft = await uow.sessions.drafts.add(actor.member_id, "assign", data, session.id)
        windows = await uow.rotation.unavailable(member_id)
        return AssignPreview(
            draft.id,
            session,
            group,
            member_id,
            displaced,
            refused=any(turn.member_id == member_id and turn.state in REFUSED for turn in slot.turns),
            away=any(window.since <= session.starts_at < window.until for window in windows),
            may_write=await _may_write(uow, member_id),
            again=again,
        )

    # Taking somebody off

    async def skip(
        self,
        guild_id: int,
        actor: Actor,
        session_id: int,
        member_id: int | None = None,
        *,
        owed: bool = True,
        reason: str = "",
    ) -> Skipped:
        """Take somebody off a date; somebody else is asked at once. Only they read the reason.

        None: the guest, or else the only one who has a turn there or is next in line. If the turn is not `owed`, it
        counts as taken.

        Raises:
            Unknown, NotAllowed, SessionNotOpen, NotALecture, LectureBegun: see `open_lecture`.
            NobodyToSkip: nobody is there, or not the member.
            SeveralThere: it has to be said whom.
            InvalidText: the reason is too long.
        """
        reason = optional_text("reason", reason, LONGEST_REASON)
        async with self._units(guild_id) as uow:
            now = self._clock.now()
            session, group, slot = await open_lecture(uow, actor, session_id, now)
            turn = await self._whom(uow, session, slot, member_id, now)
            if not turn.member_id:
                return await self._uninvite(uow, actor, session, group, turn, now)
            moved = None if owed else await self._excuse(uow, group, session, turn.member_id, actor.member_id)
            counts = moved is not None
            was, back = turn.state, turn.state
            if was in OPEN:
                told = await release(uow, session, turn, actor.member_id, now, reason=reason, counts=counts)
            else:
                # Nobody has asked them yet, and nobody will.
                back = TurnState.WITHDRAWN
                turn = await uow.rotation.put(replace(turn, state=TurnState.RELEASED, closed_at=now))
                facts = {"member": turn.member_id, "place": turn.place}
                await uow.record("turn.skip", actor.member_id, f"session:{session.id}", after=facts)
                told = await tell_taken_off(uow, session, turn, was, now, reason=reason, counts=counts)
            await look_soon(uow, group.id, now)
            undoable = Undoable("skip", ended=((turn.id, back),), member=moved)
            undo_id = await may_undo(uow, actor, group.id, undoable, session.id)
            return Skipped(session, group, turn.member_id, was, told, counts, undo_id)

    async def _whom(self, uow: UnitOfWork, session: Session, slot: Slot, member_id: int | None, now: datetime) -> Turn:
        """The turn that is meant; one without an id if somebody is only planned, or takes part and is named."""
        rotation = await rotation_of(uow, session.group_id)
        chosen = [each for each in plan(rotation.roster, rotation.slots, now).turns if each.slot_id == session.id]
        turns = [*slot.standing]
        turns += [Turn(session.id, each.place, each.member_id, TurnState.PLANNED, now) for each in chosen]
        if member_id is None:
            guests = [turn for turn in turns if not turn.member_id]
            if not turns:
                raise NobodyToSkip(session, 0)
            if len(turns) > 1 and not guests:
                raise SeveralThere(session)
            return guests[0] if guests else turns[0]
        found = next((turn for turn in turns if turn.member_id == member_id), None)
        if found is not None:
            return found
        takes_part = any(member.id == member_id for member in rotation.roster.members)
        if not takes_part or member_id in slot.not_again:
            raise NobodyToSkip(session, member_id)
        return Turn(session.id, 0, member_id, TurnState.PLANNED, now)

    async def _excuse(
        self, uow: UnitOfWork, group: StudyGroup, session: Session, member_id: int, actor_id: int
    ) -> tuple[Member, Member] | None:
        """The turn counts as taken for who is on the roster: where they stood, and where they stand."""
        roster = await uow.rotation.roster(group.id)
        before = next((member for member in roster.members if member.id == member_id), None)
        if before is None:
            return None
        after = excuse(before)
        members = tuple(after if member is before else member for member in roster.members)
        changed, subject = replace(roster, members=members), f"session:{session.id}"
        await save_roster(uow, group.id, roster, changed, "rotation.excuse", subject, actor_id)
        return before, after

    async def _uninvite(
        self, uow: UnitOfWork, actor: Actor, session: Session, group: StudyGroup, turn: Turn, now: datetime
    ) -> Skipped:
        guest = await uow.guests.of(session.id)
        await change_turn(uow, turn, TurnState.RELEASED, actor.member_id, now)
        told = guest is None or await forget_guest(uow, session, guest, actor.member_id, now)
        await uow.mirrors.refresh("announcement", session.id)
        await look_soon(uow, group.id, now)
        undoable = Undoable("skip", ended=((turn.id, turn.state),), guest=None if guest is None else (guest, None))
        undo_id = await may_undo(uow, actor, group.id, undoable, session.id)
        return Skipped(session, group, 0, turn.state, told, counts=False, undo_id=undo_id, guest=guest)


async def taken(uow: UnitOfWork, session: Session, slot: Slot, turn: Turn) -> None:
    """A turn has begun by hand; once no place is open, nobody is looked for any more."""
    kept = [each for each in slot.turns if each.place != turn.place]
    if not replace(slot, turns=(*kept, turn)).open_places:
        await uow.posts.cancel([OFFER, CALL], session.id, "taken")


def _place_for(session: Session, slot: Slot, member_id: int) -> tuple[int, Turn | None]:
    """The place that the member gets, and whose it is.

    Raises:
        HasTurnThere, OnlyGuestThere.
    """
    mine = next((turn for turn in slot.standing if turn.member_id == member_id), None)
    if mine is not None:
        raise HasTurnThere(session, member_id, mine.state is not TurnState.ASKED)
    place, displaced = free_place(slot)
    if place < 0:
        raise OnlyGuestThere(session)
    return place, displaced


def _shown(displaced: Turn | None) -> list[str | int] | None:
    """What the organizer is shown of whoever loses their place."""
    return None if displaced is None else [displaced.id, displaced.state.value]


async def _may_write(uow: UnitOfWork, member_id: int) -> bool:
    """Whether this person can be asked by direct message."""
    return bool(await dm_readers(uow, REQUEST, [member_id]))
