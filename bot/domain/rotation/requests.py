"""What those do who are asked to lecture: say yes or no, what it will be about, or take a place that is open."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct
from msgspec.structs import replace

from bot.domain.errors import StudyError, Unknown, require_text
from bot.domain.restrictions import require_free
from bot.domain.rotation.acts import change_turn
from bot.domain.rotation.reading import slot as slot_of
from bot.domain.rotation.running import look_soon
from bot.domain.rotation.saying import CALL, OFFER, OUTLINE_BEFORE, prepare, withdraw
from bot.domain.rotation.values import OPEN, Roster, Turn, TurnState
from bot.domain.rsvps import Answer
from bot.domain.sessions import open_session, optional_text, visible_session

if TYPE_CHECKING:
    from bot.clock import Clock
    from bot.domain.actors import Actor
    from bot.domain.groups import StudyGroup
    from bot.domain.rsvps import RsvpService
    from bot.domain.sessions import Session
    from bot.domain.uow import UnitOfWork, Units

LONGEST_THEME = 100
LONGEST_OUTLINE = 1000
LONGEST_READING = 500
LONGEST_REASON = 200
"""Characters."""


class PlaceTaken(StudyError):
    """Somebody else lectures at the session, or is being asked, so there is no open place."""

    session: Session


class NotAsked(StudyError):
    """The actor has no turn at the session."""

    session: Session


class NothingToTake(StudyError):
    """The session is none that the rotation finds a lecturer for, or the actor does not take part in it."""

    session: Session
    group: str


class Yes(Struct, frozen=True):
    """Somebody lectures. `new`: they have just said so; else they changed what they will talk about, or nothing.

    `again`: they are still to be asked what they will talk about.
    """

    session: Session
    group: StudyGroup
    turn: Turn
    new: bool
    again: bool = False


class No(Struct, frozen=True):
    """Somebody does not lecture. `new`: they have just said so; `sure`: they had said yes before."""

    session: Session
    group: StudyGroup
    turn: Turn
    new: bool
    sure: bool = False


class GiveBack(Struct, frozen=True):
    """What a lecturer is shown before they give their turn back, since somebody else is asked at once then."""

    session: Session
    turn: Turn


class RequestService:
    """Takes the answers of those who are asked to lecture."""

    def __init__(self, units: Units, clock: Clock, rsvps: RsvpService) -> None:
        self._units = units
        self._clock = clock
        self._rsvps = rsvps

    async def own(self, guild_id: int, actor: Actor, turn_id: int) -> Turn:
        """A turn of the actor's that is still theirs, for the form in which they say what they will talk about.

        Raises:
            Unknown: it is another's.
            NotAsked: it is theirs no more.
        """
        async with self._units.reading(guild_id) as uow:
            session, _group, turn = await self._theirs(uow, actor, turn_id)
            if turn.state not in OPEN:
                raise NotAsked(session)
            return turn

    async def at(self, guild_id: int, actor: Actor, session_id: int) -> int:
        """The latest turn that the actor has, or had, at a session.

        Raises:
            Unknown: the session does not exist for the actor.
            NotAsked: they never had one.
        """
        async with self._units.reading(guild_id) as uow:
            session, _group = await visible_session(uow, actor, session_id)
            mine = [turn for turn in await _turns(uow, session) if turn.member_id == actor.member_id]
            if not mine:
                raise NotAsked(session)
            return max(mine, key=lambda turn: (turn.state in OPEN, turn.id)).id

    async def confirm(
        self,
        guild_id: int,
        actor: Actor,
        turn_id: int,
        theme: str | None = None,
        outline: str | None = None,
        reading: str | None = None,
    ) -> Yes:
        """The actor lectures; `theme`, `outline` and `reading` are what they will talk about (None: as it is).

        Who was silent, or declined, and thinks better of it gets the place if it is still open.

        Raises:
            Unknown: the turn is another's, or the session does not exist for the actor.
            SessionNotOpen: it was cancelled or is over.
            PlaceTaken: somebody else has been asked meanwhile.
            Restricted: a moderator keeps them from lecturing then.
            InvalidText: a text is too long, or a theme that is given is empty.
        """
        theme = None if theme is None else require_text("theme", theme, LONGEST_THEME)
        outline = None if outline is None else optional_text("outline", outline, LONGEST_OUTLINE)
        reading = None if reading is None else optional_text("ahead", reading, LONGEST_READING)
        async with self._units(guild_id) as uow:
            session, group, turn = await self._theirs(uow, actor, turn_id)
            new = turn.state is not TurnState.CONFIRMED
            if turn.state is TurnState.ASKED:
                turn = await self._say_yes(uow, actor, session, turn)
            elif new:
                turn = await self._place(uow, actor, session)
            turn = await self._tells(uow, actor, turn, theme=theme, outline=outline, reading=reading)
            if new:
                await self.lectures(uow, actor, session, turn)
            await uow.mirrors.refresh("announcement", session.id)
            return Yes(session, group, turn, new, self._asks_again(session))

    async def give_back(self, guild_id: int, actor: Actor, turn_id: int) -> GiveBack | None:
        """What the actor is to be shown before they decline; None: they have not said yes, so nothing hangs on it.

        Raises:
            Unknown, SessionNotOpen: as for `confirm`.
        """
        async with self._units.reading(guild_id) as uow:
            session, _group, turn = await self._theirs(uow, actor, turn_id)
            return GiveBack(session, turn) if turn.state is TurnState.CONFIRMED else None

    async def decline(self, guild_id: int, actor: Actor, turn_id: int, reason: str = "") -> No:
        """The actor does not lecture, and somebody else is asked at once. Only they ever read the reason.

        Raises:
            Unknown, SessionNotOpen, InvalidText: as for `confirm`.
        """
        reason = optional_text("reason", reason, LONGEST_REASON)
        async with self._units(guild_id) as uow:
            session, group, turn = await self._theirs(uow, actor, turn_id)
            if turn.state not in OPEN:
                return No(session, group, turn, new=False)
            sure = turn.state is TurnState.CONFIRMED
            turn = replace(turn, reason=reason)
            turn = await change_turn(uow, turn, TurnState.DECLINED, actor.member_id, self._clock.now())
            await withdraw(uow, turn, "declined")
            if sure:
                await uow.mirrors.refresh("announcement", session.id)
            await look_soon(uow, session.group_id, self._clock.now())
            return No(session, group, turn, new=True, sure=sure)

    async def take(self, guild_id: int, actor: Actor, session_id: int) -> Yes:
        """The actor takes an open place of a date, or says yes if they are asked; of two at once, the first has it.

        Raises:
            Unknown, SessionNotOpen, PlaceTaken, Restricted: as for `confirm`.
            NothingToTake: no lecturer is looked for, or the actor takes no part in the rotation.
        """
        async with self._units(guild_id) as uow:
            session, group = await visible_session(uow, actor, session_id)
            open_session(session, self._clock.now())
            mine = await _open_turn(uow, session, actor)
            if mine is None:
                turn = await self._place(uow, actor, session)
            elif mine.state is TurnState.CONFIRMED:
                return Yes(session, group, mine, new=False, again=self._asks_again(session))
            else:
                turn = await self._say_yes(uow, actor, session, mine)
            await self.lectures(uow, actor, session, turn)
            await uow.mirrors.refresh("announcement", session.id)
            return Yes(session, group, turn, new=True, again=self._asks_again(session))

    def _asks_again(self, session: Session) -> bool:
        return session.starts_at - OUTLINE_BEFORE > self._clock.now()

    async def _theirs(self, uow: UnitOfWork, actor: Actor, turn_id: int) -> tuple[Session, StudyGroup, Turn]:
        """The actor's turn. An old message is answered for the one that they have at that session by now, if any."""
        turn = await uow.rotation.turn(turn_id)
        if turn is None or turn.member_id != actor.member_id:
            raise Unknown("button", str(turn_id))
        session, group = await visible_session(uow, actor, turn.slot_id)
        open_session(session, self._clock.now())
        if turn.state not in OPEN:
            turn = await _open_turn(uow, session, actor) or turn
        return session, group, turn

    async def _say_yes(self, uow: UnitOfWork, actor: Actor, session: Session, turn: Turn) -> Turn:
        now, member_id = self._clock.now(), actor.member_id
        await require_free(uow, member_id, "rotation", session.starts_at, now, member_id)
        industry = industry_of(await uow.rotation.roster(session.group_id), member_id)
        return await change_turn(uow, turn, TurnState.CONFIRMED, member_id, now, industry=industry)

    async def _place(self, uow: UnitOfWork, actor: Actor, session: Session) -> Turn:
        """An open place of the date becomes the actor's, by their own hand."""
        roster, now = await uow.rotation.roster(session.group_id), self._clock.now()
        await require_free(uow, actor.member_id, "rotation", session.starts_at, now, actor.member_id)
        on_it = any(member.id == actor.member_id for member in roster.members)
        if session.kind != "lecture" or not on_it:
            raise NothingToTake(session, (await uow.groups.get(session.group_id)).name)
        places = slot_of(session, roster.settings, await _turns(uow, session)).open_places
        if not places:
            raise PlaceTaken(session)
        industry = industry_of(roster, actor.member_id)
        new = Turn(session.id, places[0], actor.member_id, TurnState.CONFIRMED, now, industry=industry, by_hand=True)
        turn = await uow.rotation.put(new)
        after = {"member": turn.member_id, "place": turn.place}
        await uow.record("turn.take", actor.member_id, f"session:{session.id}", after=after)
        return turn

    async def _tells(self, uow: UnitOfWork, actor: Actor, turn: Turn, **said: str | None) -> Turn:
        """They say what they will talk about; None leaves a text as it is."""
        after = replace(turn, **{name: text for name, text in said.items() if text is not None})
        if after != turn:
            await uow.rotation.put(after)
            # The words themselves go with the person; the audit stays.
            told = {name: bool(getattr(after, name)) for name in said}
            await uow.record("turn.tell", actor.member_id, f"session:{turn.slot_id}", after=told)
        return after

    async def lectures(self, uow: UnitOfWork, actor: Actor, session: Session, turn: Turn) -> None:
        """What follows from a yes: nobody else is looked for, and whoever lectures comes."""
        now = self._clock.now()
        await withdraw(uow, turn, "confirmed")
        slot = slot_of(session, (await uow.rotation.roster(session.group_id)).settings, await _turns(uow, session))
        if not slot.open_places:
            await uow.posts.cancel([OFFER, CALL], session.id, "taken")
        await prepare(uow, session, turn, now)
        await look_soon(uow, session.group_id, now)
        answer = await uow.rsvps.find(session.id, actor.member_id)
        if answer is None or not answer.coming:
            await self._rsvps.take(uow, actor, session.id, Answer.GOING, lectures=True)


def industry_of(roster: Roster, member_id: int) -> str:
    """The industry that somebody on the roster will speak for; "": they have said none."""
    return next((member.industry for member in roster.members if member.id == member_id), "")


async def _open_turn(uow: UnitOfWork, session: Session, actor: Actor) -> Turn | None:
    """The turn that the actor is asked for, or has confirmed, at a session."""
    mine = [turn for turn in await _turns(uow, session) if turn.member_id == actor.member_id]
    return next((turn for turn in mine if turn.state in OPEN), None)


async def _turns(uow: UnitOfWork, session: Session) -> tuple[Turn, ...]:
    return (await uow.rotation.turns([session.id])).get(session.id, ())
