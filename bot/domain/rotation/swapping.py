"""Turns change hands: whoever has one offers it to one person or to all who can take it, and one of them accepts.

The taker gives a turn of their own for it, if they have one; else they cover. Both have agreed, so both lecture then.
Only if an organizer offered the turn of somebody absent, that person is asked whether they take what is given for it.
What somebody will tell of goes with them, not with the date.

Those who are asked read it alone, and all are told no name; nobody else ever learns that a turn was to be had.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct
from msgspec.structs import replace

from bot.domain.actors import Actor
from bot.domain.errors import StudyError, Unknown
from bot.domain.members import dm_readers
from bot.domain.restrictions import require_free
from bot.domain.rotation.acts import change_turn
from bot.domain.rotation.asking import answer_by
from bot.domain.rotation.changing import cover, swap
from bot.domain.rotation.requests import NotAsked, industry_of
from bot.domain.rotation.running import look_soon
from bot.domain.rotation.saying import NUDGE as REQUEST_NUDGE
from bot.domain.rotation.saying import request_from, withdraw
from bot.domain.rotation.swap_news import Offer, offer_to
from bot.domain.rotation.swaps import (
    DONE,
    FOR,
    NUDGE,
    OFFER,
    TO_OTHERS,
    Swap,
    SwapState,
    cancel_posts,
    closes_at,
    end,
    holds,
    may_take,
    nudge_at,
    slot_at,
    takers,
    tell,
)
from bot.domain.rotation.values import OPEN, Turn, TurnState
from bot.domain.sessions import open_session, visible_session

if TYPE_CHECKING:
    from datetime import datetime

    from bot.clock import Clock
    from bot.domain.groups import StudyGroup
    from bot.domain.rotation.requests import RequestService
    from bot.domain.rotation.values import Roster
    from bot.domain.sessions import Session
    from bot.domain.uow import UnitOfWork, Units


_MAY_ASK_AGAIN = frozenset({SwapState.OPEN, SwapState.MOVED, SwapState.FALLEN})
"""After these it is another question: of another date, or of a turn that has been confirmed since."""


class NoTurnToSwap(StudyError):
    """The member, for whom an organizer acts, has no open turn at the session."""

    session: Session
    member_id: int


class SwapTooLate(StudyError):
    """The session begins, or an answer is due, too soon for its turn to change hands."""

    session: Session


class CannotTakeTurn(StudyError):
    """The turn can't be offered to this member. Why is their own business."""

    session: Session
    member_id: int


class NobodyToTakeTurn(StudyError):
    """There is nobody to whom the turn can be offered."""

    session: Session


class SwapAskedBefore(StudyError):
    """The turn was offered to this member (0: to all) before, and nobody is asked twice."""

    session: Session
    member_id: int


class SwapOver(StudyError):
    """Somebody else has taken the turn, or it is offered no more."""

    session: Session


class NotAbleToTake(StudyError):
    """The actor can't take the turn: they lecture there already, or have said that they can't lecture then."""

    session: Session


class SwapChoice(Struct, frozen=True):
    """What is shown before a turn is offered to all. `own`: it is the reader's; else they organize the group."""

    session: Session
    group: StudyGroup
    turn: Turn
    own: bool


class Suggested(Struct, frozen=True):
    """A turn is offered. `own`: it is the reader's; `new` if only from now on, and not since before."""

    session: Session
    group: StudyGroup
    turn: Turn
    swap: Swap
    own: bool
    new: bool


class Withdrawn(Struct, frozen=True):
    """A turn is offered no more, or was not any more (not `new`)."""

    session: Session
    new: bool


class Refused(Struct, frozen=True):
    """Somebody does not take a turn; `alone` if only they were asked, so that whoever asked is told."""

    session: Session
    alone: bool


class Taken(Struct, frozen=True):
    """The reader has taken a turn (`turn`), and lectures no more at `gave` (None: it is a cover).

    `new` if only by this press.
    """

    session: Session
    group: StudyGroup
    turn: Turn
    gave: Session | None
    new: bool


class SwapService:
    """Offers turns to others, and lets one of them take each."""

    def __init__(self, units: Units, clock: Clock, requests: RequestService) -> None:
        self._units = units
        self._clock = clock
        self._requests = requests

    # Offering

    async def choice(self, guild_id: int, actor: Actor, turn_id: int) -> SwapChoice | Suggested:
        """What it means to offer this turn to all; if it is offered already, that.

        Raises:
            Unknown: the turn is another's, or the session does not exist for the actor.
            SessionNotOpen, SwapTooLate.
            NotAsked: it is theirs no more.
        """
        async with self._units.reading(guild_id) as uow:
            session, group, turn = await self._turn(uow, actor, turn_id)
            own = turn.member_id == actor.member_id
            for each in await uow.swaps.of_turn(turn.id):
                if holds(each, turn):
                    return Suggested(session, group, turn, each, own, new=False)
            self._closes_at(session, turn)
            return SwapChoice(session, group, turn, own)

    async def turn_at(self, guild_id: int, actor: Actor, session_id: int, giver_id: int) -> int:
        """The open turn that the actor, or for an organizer somebody else, has at a session.

        Raises:
            Unknown: the session does not exist for the actor.
            NotAllowed: only organizers act for others.
            NotAsked, NoTurnToSwap: there is none.
        """
        async with self._units.reading(guild_id) as uow:
            session, group = await visible_session(uow, actor, session_id)
            own = giver_id == actor.member_id
            if not own:
                actor.require_organizer(group)
            for turn in (await uow.rotation.turns([session.id])).get(session.id, ()):
                if turn.member_id == giver_id and turn.state in OPEN:
                    return turn.id
            raise NotAsked(session) if own else NoTurnToSwap(session, giver_id)

    async def suggest(self, guild_id: int, actor: Actor, turn_id: int, to_id: int = 0) -> Suggested:
        """Offer a turn to somebody, or to all who can take it (0). What it was offered before is withdrawn.

        Raises:
            Unknown, SessionNotOpen, SwapTooLate, NotAsked: as for `choice`.
            CannotTakeTurn, NobodyToTakeTurn, SwapAskedBefore.
        """
        async with self._units(guild_id) as uow:
            session, group, turn = await self._turn(uow, actor, turn_id)
            now, own = self._clock.now(), turn.member_id == actor.member_id
            earlier = await uow.swaps.of_turn(turn.id)
            for each in earlier:
                if each.to_id == to_id and holds(each, turn):
                    return Suggested(session, group, turn, each, own, new=False)
            if any(each.to_id == to_id and each.state not in _MAY_ASK_AGAIN for each in earlier):
                raise SwapAskedBefore(session, to_id)
            self._closes_at(session, turn)
            readers = await self._readers(uow, session, to_id)
            if not earlier:
                turn = await self._let_wait(uow, session, turn)
            for each in earlier:
                if each.state is SwapState.OPEN:
                    await end(uow, each, SwapState.WITHDRAWN, now, actor.member_id)
            closes, sure = self._closes_at(session, turn), turn.state is TurnState.CONFIRMED
            new = Swap(0, turn.id, session.id, actor.member_id, to_id, sure, session.starts_at, now, closes)
            offered = await uow.swaps.put(new)
            after = {"member": turn.member_id, "to": to_id}
            await uow.record("swap.offer", actor.member_id, f"session:{session.id}", after=after)
            await tell(uow, OFFER, offered, session, readers, now)
            if (at := nudge_at(offered)) is not None:
                await tell(uow, NUDGE, offered, session, readers, now, at=at)
            if not own:
                await tell(uow, FOR, offered, session, [turn.member_id], now)
            await look_soon(uow, group.id, now)
            return Suggested(session, group, turn, offered, own, new=True)

    async def withdraw(self, guild_id: int, actor: Actor, swap_id: int) -> Withdrawn:
        """Whoever has the turn keeps it; also an organizer may say so.

        Raises:
            Unknown: it is no turn of the actor's, and they don't organize the group.
        """
        async with self._units(guild_id) as uow:
            offered, session, group = await self._found(uow, actor, swap_id)
            turn = await uow.rotation.turn(offered.turn_id)
            if turn is None or not (turn.member_id == actor.member_id or actor.organizes(group)):
                raise Unknown("button", str(swap_id))
            if offered.state is SwapState.OPEN:
                await end(uow, offered, SwapState.WITHDRAWN, self._clock.now(), actor.member_id)
                await look_soon(uow, group.id, self._clock.now())
            return Withdrawn(session, new=offered.state is SwapState.OPEN)

    # Accepting

    async def to_take(self, guild_id: int, actor: Actor, session_id: int) -> Offer | None:
        """The turn of a session that is offered to the actor, or to all; None if they can't take one, or need not.

        Raises:
            Unknown: the session does not exist for the actor.
        """
        async with self._units.reading(guild_id) as uow:
            session, group = await visible_session(uow, actor, session_id)
            now, me, roster = self._clock.now(), actor.member_id, await uow.rotation.roster(group.id)
            slot = await slot_at(uow, session, roster)
            if slot.open_places or not may_take(roster, slot, me):
                return None
            for offered in await uow.swaps.open_at([session.id]):
                turn = await uow.rotation.turn(offered.turn_id)
                if turn is not None and holds(offered, turn) and offered.to_id in (0, me) and now < offered.closes_at:
                    return await offer_to(uow, offered, turn, session, group, me, now)
            return None

    async def take(self, guild_id: int, actor: Actor, swap_id: int, gives_id: int) -> Taken | Offer:
        """The actor takes the turn, and gives their own with this id for it (0: none), as they were shown.

        If what they would give is something else by now, they are shown that. Of two at once, the first has it.

        Raises:
            Unknown: nothing was offered to them.
            SessionNotOpen, SwapOver, NotAbleToTake.
            Restricted: a moderator keeps them from lecturing then.
        """
        async with self._units(guild_id) as uow:
            offered, session, group = await self._found(uow, actor, swap_id)
            turn, now, me = await uow.rotation.turn(offered.turn_id), self._clock.now(), actor.member_id
            roster = await uow.rotation.roster(group.id)
            slot = await slot_at(uow, session, roster)
            on_it = any(member.id == me for member in roster.members)
            if turn is None or me == turn.member_id or offered.to_id not in (0, me) or not on_it:
                raise Unknown("button", str(swap_id))
            open_session(session, now)
            if offered.taken_by == me:
                for mine in slot.turns:
                    if mine.member_id == me and mine.state is TurnState.CONFIRMED:
                        return Taken(session, group, mine, None, new=False)
            if not holds(offered, turn) or offered.closes_at <= now:
                raise SwapOver(session)
            await require_free(uow, me, "rotation", session.starts_at, now, me)
            if not may_take(roster, slot, me):
                raise NotAbleToTake(session)
            offer = await offer_to(uow, offered, turn, session, group, me, now)
            if (offer.gives.id if offer.gives else 0) != gives_id:
                return replace(offer, anew=True)
            mine = await self._exchange(uow, actor, offered, (turn, session), (offer.gives, offer.at), roster)
            return Taken(session, group, mine, offer.at, new=True)

    async def refuse(self, guild_id: int, actor: Actor, swap_id: int) -> Refused:
        """The actor does not take it, and is not asked again; who asked them alone is told.

        Raises:
            Unknown: nothing was offered to them.
        """
        async with self._units(guild_id) as uow:
            offered, session, group = await self._found(uow, actor, swap_id)
            on_it = any(each.id == actor.member_id for each in (await uow.rotation.roster(group.id)).members)
            if offered.to_id not in (0, actor.member_id) or not on_it:
                raise Unknown("button", str(swap_id))
            now = self._clock.now()
            if offered.to_id and offered.state is SwapState.OPEN:
                await end(uow, offered, SwapState.REFUSED, now, actor.member_id)
                await look_soon(uow, group.id, now)
            elif offered.state is SwapState.OPEN:
                await cancel_posts(uow, offered, "refused", kinds=TO_OTHERS, reader=actor.member_id)
            return Refused(session, alone=bool(offered.to_id))

    # Inside

    async def _turn(self, uow: UnitOfWork, actor: Actor, turn_id: int) -> tuple[Session, StudyGroup, Turn]:
        """An open turn of the actor's, or of a group that they organize."""
        turn = await uow.rotation.turn(turn_id)
        if turn is None or not turn.member_id:
            raise Unknown("button", str(turn_id))
        session, group = await visible_session(uow, actor, turn.slot_id)
        if not (turn.member_id == actor.member_id or actor.organizes(group)):
            raise Unknown("button", str(turn_id))
        open_session(session, self._clock.now())
        if turn.state not in OPEN:
            raise NotAsked(session)
        return session, group, turn

    async def _found(self, uow: UnitOfWork, actor: Actor, swap_id: int) -> tuple[Swap, Session, StudyGroup]:
        offered = await uow.swaps.find(swap_id)
        if offered is None:
            raise Unknown("button", str(swap_id))
        return offered, *await visible_session(uow, actor, offered.slot_id)

    async def _readers(self, uow: UnitOfWork, session: Session, to_id: int) -> list[int]:
        """Those who are asked: this person, or all who can take a turn of the session."""
        roster = await uow.rotation.roster(session.group_id)
        slot = await slot_at(uow, session, roster)
        if not to_id:
            if readers := await dm_readers(uow, OFFER, takers(roster, slot)):
                return readers
            raise NobodyToTakeTurn(session)
        if may_take(roster, slot, to_id) and await dm_readers(uow, OFFER, [to_id]):
            return [to_id]
        raise CannotTakeTurn(session, to_id)

    def _closes_at(self, session: Session, turn: Turn) -> datetime:
        """Until when the turn could be taken, or SwapTooLate."""
        now = self._clock.now()
        closes = closes_at(turn, session.starts_at, now)
        if closes <= now:
            raise SwapTooLate(session)
        return closes

    async def _let_wait(self, uow: UnitOfWork, session: Session, turn: Turn) -> Turn:
        """While others are asked, whoever offers a turn is not silent: they have time for their own answer afterwards.

        Once for each turn; and they are not reminded of what they have reacted to.
        """
        if turn.state is not TurnState.ASKED or turn.answer_due is None:
            return turn
        settings = (await uow.rotation.roster(session.group_id)).settings
        others_have = answer_by(self._clock.now(), session.starts_at, settings)
        due = max(turn.answer_due, answer_by(others_have, session.starts_at, settings))
        posts = [post for post in await uow.posts.of_subject(REQUEST_NUDGE, session.id) if post.data["turn"] == turn.id]
        await uow.posts.cancel([REQUEST_NUDGE], session.id, "offered", only=[post.id for post in posts])
        return await uow.rotation.put(replace(turn, answer_due=due))

    async def _exchange(
        self,
        uow: UnitOfWork,
        actor: Actor,
        offered: Swap,
        taken: tuple[Turn, Session],
        given: tuple[Turn | None, Session | None],
        roster: Roster,
    ) -> Turn:
        """The turns change hands; returns the one that the actor has now."""
        (turn, session), (gives, at), now = taken, given, self._clock.now()
        done = swap(turn, gives, now) if gives is not None else cover(turn, actor.member_id, now)
        for ended in (turn, gives):
            if ended is not None:
                await change_turn(uow, ended, TurnState.SWAPPED, actor.member_id, now)
                await withdraw(uow, ended, "swapped")
        mine = await self._begin(uow, done.begun[0], gives, actor.member_id, roster)
        await self._requests.lectures(uow, actor, session, mine)
        await uow.mirrors.refresh("announcement", session.id)
        got_id = 0
        if at is not None:
            got = await self._give(uow, offered, done.begun[1], turn, at, actor.member_id, roster)
            got_id = got.id
        after = await uow.swaps.put(replace(offered, state=SwapState.TAKEN, taken_by=actor.member_id))
        await cancel_posts(uow, after, "taken")
        await tell(uow, DONE, after, session, {turn.member_id, offered.by_id}, now, data={"got": got_id})
        return mine

    async def _give(
        self, uow: UnitOfWork, offered: Swap, new: Turn, had: Turn, at: Session, actor_id: int, roster: Roster
    ) -> Turn:
        """Whose turn was taken has this one instead; if an organizer offered it, they are asked first."""
        now, giver_id = self._clock.now(), new.member_id
        if offered.by_id != giver_id:
            new = replace(new, state=TurnState.ASKED, answer_due=answer_by(now, at.starts_at, roster.settings))
        got = await self._begin(uow, new, had, actor_id, roster)
        await uow.mirrors.refresh("announcement", at.id)
        if got.state is TurnState.ASKED:
            await request_from(uow, at, got, now)
        else:
            await self._requests.lectures(uow, Actor(giver_id, sees=lambda _channel: True), at, got)
        return got

    async def _begin(self, uow: UnitOfWork, new: Turn, had: Turn | None, actor_id: int, roster: Roster) -> Turn:
        """The turn begins, with what its lecturer was going to tell of where they `had` one before."""
        new = replace(new, industry=industry_of(roster, new.member_id))
        if had is not None:
            new = replace(new, theme=had.theme, outline=had.outline, reading=had.reading)
        turn = await uow.rotation.put(new)
        after = {"member": turn.member_id, "place": turn.place}
        await uow.record("turn.take", actor_id, f"session:{turn.slot_id}", after=after)
        return turn
