"""The rotation runs itself: one step for each group, due whenever there is something to do, does all that is due.

The rows are its memory. Whoever was asked has a turn, and whatever was said has a post: a look that comes late, twice
or after a crash does what is left, and nothing twice. Whatever changes who is next wants a look at once (`look_soon`),
and each look plans the next one.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from msgspec.structs import replace

from bot.domain.industries import KEYS
from bot.domain.members import dm_readers
from bot.domain.posts import PostState, may_be_read, unsent
from bot.domain.rotation.acts import change_turn
from bot.domain.rotation.asking import PUNCTUAL, answer_by, discuss_at, offer_at, reopened_at, tell_at
from bot.domain.rotation.planning import offered_to, plan
from bot.domain.rotation.reading import rotation_of
from bot.domain.rotation.saying import (
    REQUEST,
    call_for,
    discuss_it,
    nudge_anew,
    of_turn,
    offer_to,
    request_from,
    tell_of_trouble,
    withdraw,
)
from bot.domain.rotation.swaps import review
from bot.domain.rotation.telling import explain
from bot.domain.rotation.values import Plan, Roster, Slot, Turn, TurnState
from bot.domain.sessions import SessionHooks, change_session

if TYPE_CHECKING:
    from bot.clock import Clock
    from bot.domain.groups import StudyGroup
    from bot.domain.posts import Settled
    from bot.domain.sessions import Session
    from bot.domain.steps import Step
    from bot.domain.uow import UnitOfWork, Units

LOOK = "rotation"
"""The step in which a group's rotation is looked at; its subject is the group."""
TRY_AGAIN = timedelta(days=1)
"""A place that nobody can take as things are is looked at again after so long."""


async def look_soon(uow: UnitOfWork, group_id: int, now: datetime) -> None:
    """Something has changed that may change who is next in this group; nothing happens where nobody ever joined."""
    if await uow.rotation.is_kept(group_id):
        await uow.steps.again(LOOK, group_id, now)


class RunningService:
    """Asks those who are next, lets silence lapse, and sees to it that no date is forgotten."""

    def __init__(self, units: Units, clock: Clock, hooks: SessionHooks) -> None:
        self._units = units
        self._clock = clock
        self._hooks = hooks

    async def look(self, uow: UnitOfWork, step: Step) -> None:
        """Do what is due in a group's rotation by now, and plan the next look."""
        now, group = self._clock.now(), await uow.groups.get(step.subject_id)
        rotation = await rotation_of(uow, group.id)
        roster = rotation.roster
        if group.archived_at is not None:
            return
        slots = {slot.id: slot for slot in rotation.slots}
        for slot in rotation.slots:
            slots[slot.id] = await self._lapse(uow, roster, slot, now)
        if not roster.members:
            # Without anybody on it there is no rotation; but whom an organizer has asked is still waited for.
            await self._look_again(uow, group.id, next_look(slots.values(), Plan((), ()), now))
            return
        closing = await review(uow, roster, slots, now)
        planned = await self._ask(uow, roster, slots, now)
        for slot in [slot for slot in slots.values() if slot.starts_at > now and _is_pressing(slot, now)]:
            session = await uow.sessions.get(slot.id)
            await self._offer(uow, group, session, offered_to(roster, [*slots.values()], slot), slot, now)
            if (at := tell_at(slot)) is not None and at <= now:
                await tell_of_trouble(uow, group, session, now)
            if (at := discuss_at(slot)) is not None and at <= now:
                await self._discuss(uow, group, roster, session, now)
                del slots[slot.id]
        await self._look_again(uow, group.id, next_look(slots.values(), planned, now), closing)

    async def _look_again(self, uow: UnitOfWork, group_id: int, *times: datetime | None) -> None:
        """Look at the first of these times; None is never."""
        if (at := min((at for at in times if at is not None), default=None)) is not None:
            await uow.steps.again(LOOK, group_id, at)

    async def look_at_all(self, guild_id: int) -> None:
        """Let every rotation of a community be looked at: what no step knew of is caught."""
        async with self._units(guild_id) as uow:
            for group in await uow.groups.all():
                await look_soon(uow, group.id, self._clock.now())

    async def undelivered(self, uow: UnitOfWork, result: Settled) -> None:
        """Whom a request can't reach is not waited for: somebody else is asked at once."""
        if result.state not in (PostState.UNDELIVERABLE, PostState.FAILED):
            return
        turn = await uow.rotation.turn(result.post.data["turn"])
        if turn is not None and turn.state is TurnState.ASKED:
            await change_turn(uow, turn, TurnState.LAPSED, None, self._clock.now())
            await withdraw(uow, turn, "unreachable")
            session = await uow.sessions.get(turn.slot_id)
            await look_soon(uow, session.group_id, self._clock.now())

    async def _lapse(self, uow: UnitOfWork, roster: Roster, slot: Slot, now: datetime) -> Slot:
        """Whoever has not answered in time was silent; not so if they could not have answered."""
        turns = list(slot.turns)
        for place, turn in enumerate(turns):
            if turn.state is not TurnState.ASKED or now >= slot.starts_at:
                continue
            until = await _waits_until(uow, roster, slot, turn, now)
            if until <= now:
                turns[place] = await change_turn(uow, turn, TurnState.LAPSED, None, now)
                await withdraw(uow, turn, "lapsed")
            elif until != turn.answer_due:
                turns[place] = await uow.rotation.put(replace(turn, answer_due=until))
                await nudge_anew(uow, turns[place], now)
        return replace(slot, turns=tuple(turns))

    async def _ask(self, uow: UnitOfWork, roster: Roster, slots: dict[int, Slot], now: datetime) -> Plan:
        """Ask everybody whose time has come, one after the other, since each turn counts for the next choice.

        Returns what is planned beyond. Who does not want to be written to is passed over like somebody who is silent.
        """
        while True:
            planned = plan(roster, slots.values(), now)
            due = next((turn for turn in planned.turns if turn.asked_at <= now), None)
            if due is None:
                return planned
            slot = slots[due.slot_id]
            why = next(each for each in explain(roster, slots.values(), now, slot.id) if each.place == due.place)
            until = answer_by(now, slot.starts_at, roster.settings)
            turn = Turn(slot.id, due.place, due.member_id, TurnState.ASKED, now, answer_due=until)
            turn = await uow.rotation.put(turn, why)
            await uow.record(
                "turn.ask", None, f"session:{slot.id}", after={"member": turn.member_id, "place": turn.place}
            )
            if await dm_readers(uow, REQUEST, [turn.member_id]):
                await request_from(uow, await uow.sessions.get(slot.id), turn, now)
            else:
                turn = await change_turn(uow, turn, TurnState.LAPSED, None, now)
            slots[slot.id] = replace(slot, turns=(*slot.turns, turn))

    async def _offer(
        self, uow: UnitOfWork, group: StudyGroup, session: Session, people: Iterable[int], slot: Slot, now: datetime
    ) -> None:
        """Two days before its date an open place is offered to all who can take it, and called out in the channel.

        So it is again, should somebody take it and drop out.
        """
        if slot.open_places and offer_at(slot) <= now:
            since = reopened_at(slot)
            await offer_to(uow, session, people, now, since)
            await call_for(uow, group, session, now, since)

    async def _discuss(
        self, uow: UnitOfWork, group: StudyGroup, roster: Roster, session: Session, now: datetime
    ) -> None:
        """Nobody lectures: it becomes an open discussion, about an industry of somebody who may come."""
        prompt = prompt_for(session, roster)
        change = {"kind": "discussion", "prompt": prompt}
        session = await change_session(uow, self._hooks, session, change, None, "")
        await discuss_it(uow, group, session, now)


async def _waits_until(uow: UnitOfWork, roster: Roster, slot: Slot, turn: Turn, now: datetime) -> datetime:
    """By when somebody who is asked has to answer; now or earlier: they are not waited for.

    Nobody loses time because we were away, or kept the question to ourselves. Nor is a date kept waiting by a question
    that will never arrive: its reader can't see the group's channel any more, say, or wants no such messages.
    """
    due = turn.answer_due
    if due is None or now < turn.asked_at + PUNCTUAL:
        return due or slot.starts_at
    questions = await of_turn(uow, REQUEST, turn)
    if not questions:
        # An organizer, whose choice it is, tells them.
        return due
    if all(post.state is PostState.CANCELLED for post in questions):
        return now
    if now < due:
        return due
    read = [post.first_attempt_at for post in questions if may_be_read(post) and post.first_attempt_at]
    if not read and not any(unsent(post) for post in questions):
        return now
    in_time = read and now <= due + PUNCTUAL
    fair = answer_by(min(read) if in_time else now, slot.starts_at, roster.settings)
    return fair if fair > due + PUNCTUAL else due


def _is_pressing(slot: Slot, now: datetime) -> bool:
    """Whether a date has come so far that more is to be done for it than to ask."""
    return any(at <= now for at in (offer_at(slot), tell_at(slot), discuss_at(slot)) if at is not None)


def prompt_for(session: Session, roster: Roster) -> str:
    """The bundled industry that a session without a lecturer talks about: of the roster's in turn, but not the last."""
    here = {member.industry for member in roster.members} & set(KEYS)
    some = sorted(here - roster.previous) or sorted(here) or list(KEYS)
    return some[session.id % len(some)]


def next_look(slots: Iterable[Slot], planned: Plan, now: datetime) -> datetime | None:
    """When there is something to do next, if nothing changes until then; None: never."""
    times = [turn.asked_at for turn in planned.turns]
    if planned.unfilled:
        times.append(now + TRY_AGAIN)
    for slot in slots:
        if slot.starts_at <= now:
            continue
        for turn in slot.turns:
            if turn.state is TurnState.ASKED and turn.answer_due:
                # By then it is known whether the question will arrive at all.
                times += [turn.asked_at + PUNCTUAL, turn.answer_due]
        times += [at for at in (tell_at(slot), discuss_at(slot), offer_at(slot)) if at is not None]
    return min((at for at in times if at > now), default=None)
