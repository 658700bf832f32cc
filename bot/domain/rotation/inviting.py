"""Inviting a guest to lecture: an organizer puts them down, or changes what is said of them."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from msgspec import Struct
from msgspec.structs import asdict, replace

from bot.domain.errors import StudyError, require_text
from bot.domain.groups import folded
from bot.domain.industries import understood
from bot.domain.members import dm_readers
from bot.domain.rotation.by_hand import OnlyGuestThere, Sees, begin_rotation, free_place, may_see, open_lecture, release
from bot.domain.rotation.by_hand import taken as place_taken
from bot.domain.rotation.guests import NEWS, Guest, Title, look_after
from bot.domain.rotation.running import look_soon
from bot.domain.rotation.undoing import Undoable, may_undo
from bot.domain.rotation.values import Slot, Turn, TurnState
from bot.domain.sessions import optional_text

if TYPE_CHECKING:
    from bot.clock import Clock
    from bot.domain.actors import Actor
    from bot.domain.communities import Community
    from bot.domain.groups import StudyGroup
    from bot.domain.industries import Vocabulary
    from bot.domain.sessions import Session
    from bot.domain.uow import UnitOfWork, Units

LONGEST: Mapping[str, int] = {"name": 40, "affiliation": 60, "topic": 80, "bio": 400, "fee": 40}
"""Characters of what is written of a guest."""


class HasConfirmed(StudyError):
    """The member has said yes to lecturing at the session, and there is no other place for a guest."""

    session: Session
    member_id: int


class NewGuest(Struct, frozen=True):
    """What an organizer writes of a guest; None: as it is, or nothing yet. `host_id` None: the organizer themselves."""

    name: str
    title: Title | None = None
    affiliation: str | None = None
    topic: str | None = None
    bio: str | None = None
    fee: str | None = None
    host_id: int | None = None


class Invited(Struct, frozen=True):
    """A guest lectures. `new`: from now on; else what is said of them has changed, or nothing (`undo_id` 0).

    `released` is who had been asked for the place, and `released_told` whether they hear of it; `told` is whether the
    host can be written to.
    """

    session: Session
    group: StudyGroup
    community: Community
    guest: Guest
    new: bool
    told: bool
    released: Turn | None = None
    undo_id: int = 0
    released_told: bool = True


class InvitingService:
    """Lets organizers invite guests. `vocabulary` tells what the bundled industries are called."""

    def __init__(self, units: Units, clock: Clock, vocabulary: Callable[[], Vocabulary]) -> None:
        self._units = units
        self._clock = clock
        self._vocabulary = vocabulary

    async def invite(
        self, guild_id: int, actor: Actor, session_id: int, new: NewGuest, sees: Sees | None = None
    ) -> Invited:
        """A guest lectures at a session from now on; who was asked for the place is released, and told.

        If a guest does already, what is given is changed. `sees`: which channels the host can see.

        Raises:
            Unknown, NotAllowed, SessionNotOpen, NotALecture, LectureBegun: see `open_lecture`.
            OutOfSight: the host can't see the group's channel.
            HasConfirmed: there is no place but that of somebody who has said yes.
            InvalidText: a text is too long.
        """
        now = self._clock.now()
        async with self._units(guild_id) as uow:
            session, group, slot = await open_lecture(uow, actor, session_id, now)
            standing = next((turn for turn in slot.standing if not turn.member_id), None)
            before = await uow.guests.of(session.id) if standing is not None else None
            guest = _written(session.id, actor, new, before)
            await may_see(uow, group, guest.host_id, sees)
            community = await uow.communities.get()
            if guest == before:
                told = bool(await dm_readers(uow, NEWS, [guest.host_id]))
                return Invited(session, group, community, guest, new=False, told=told)
            turn, released, was_told = await self._seat(uow, actor, session, slot, standing, guest)
            told = await look_after(uow, session, guest, before, actor.member_id, now)
            # What is said of the guest is theirs, and goes with them; the audit stays.
            facts = {"host": guest.host_id, "place": turn.place}
            action = "guest.invite" if standing is None else "guest.change"
            await uow.record(action, actor.member_id, f"session:{session.id}", after=facts)
            await uow.mirrors.refresh("announcement", session.id)
            await look_soon(uow, group.id, now)
            undoable = Undoable(
                "guest",
                begun=((turn.id, turn.state),) if standing is None else (),
                ended=() if released is None else ((released.id, released.state),),
                guest=(before, guest),
                industry=None if standing is None else (standing.id, standing.industry),
            )
            undo_id = await may_undo(uow, actor, group.id, undoable, session.id)
            return Invited(session, group, community, guest, standing is None, told, released, undo_id, was_told)

    async def _seat(
        self, uow: UnitOfWork, actor: Actor, session: Session, slot: Slot, standing: Turn | None, guest: Guest
    ) -> tuple[Turn, Turn | None, bool]:
        """The guest's turn, the turn of who had been asked for its place, and whether those are told."""
        now, industry = self._clock.now(), named_in(guest.affiliation, self._vocabulary())
        if standing is not None:
            return await uow.rotation.put(replace(standing, industry=industry)), None, False
        (place, released), was_told = free_place(slot), False
        if place < 0:
            raise OnlyGuestThere(session)
        if released is not None:
            if released.state is not TurnState.ASKED:
                raise HasConfirmed(session, released.member_id)
            was_told = await release(uow, session, released, actor.member_id, now)
        await begin_rotation(uow, session.group_id)
        new = Turn(session.id, place, 0, TurnState.CONFIRMED, now, industry=industry, by_hand=True)
        turn = await uow.rotation.put(replace(new, asked_by=actor.member_id))
        await place_taken(uow, session, slot, turn)
        return turn, released, was_told


def named_in(affiliation: str, vocabulary: Vocabulary) -> str:
    """The key of the bundled industry that an affiliation names, in whole or in one of its words; "": none."""
    for part in (affiliation, *re.split(r"[\s、,・/／()()]+", affiliation)):
        if key := vocabulary.names.get(folded(part)):
            return key
        if part and (found := understood(part, vocabulary)) is not None:
            return found.key
    return ""


def _written(session_id: int, actor: Actor, new: NewGuest, before: Guest | None) -> Guest:
    """The guest as they are written of now."""
    given = {name: value for name, value in asdict(new).items() if value is not None}
    for name in LONGEST.keys() & given.keys() - {"name"}:
        given[name] = optional_text(name, given[name], LONGEST[name])
    given["name"] = require_text("name", new.name, LONGEST["name"])
    return replace(before or Guest(session_id, actor.member_id, new.name), **given)
