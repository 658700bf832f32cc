"""Who is next at all dates to come: the rule, date after date, each turn counting for the dates after it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime

from msgspec import Struct
from msgspec.structs import replace

from bot.domain.rotation.asking import Pace
from bot.domain.rotation.line import Standing, choose, eligible, free, in_line, line_up, serve
from bot.domain.rotation.values import OPEN, Plan, Planned, Roster, Slot, Turn, TurnState


class Choice(Struct, gc=False):
    """One place filled by the rule: who was chosen, from which line, and the industries that were heard just before."""

    place: int
    asked_at: datetime
    chosen: Standing
    line: Sequence[Standing]
    same: frozenset[str]


class Reached(Struct, gc=False):
    """A date, as the rule comes to it; nothing of it counts yet. `unfilled` are the places that nobody can take."""

    slot: Slot
    able: Sequence[Standing]
    choices: Sequence[Choice]
    unfilled: Sequence[int]


def walk(roster: Roster, slots: Iterable[Slot], now: datetime) -> Iterator[Reached]:
    """The dates in time order, each with its choices; after each of them its turns count as given.

    Turns that somebody is asked for, at whatever date, count for the choices from the start. What they change for good
    (loads, turns owed, B) changes when their date is reached, as it will when they are given: so what is planned now is
    what will be chosen then.
    """
    dates = sorted(slots, key=lambda slot: (slot.starts_at, slot.id))
    line, base, previous = line_up(roster), roster.base, roster.previous
    by_id = {one.member.id: one for one in line}
    for slot in dates:
        for turn in slot.turns:
            if turn.state in OPEN and turn.member_id in by_id:
                by_id[turn.member_id].expect(slot.starts_at)
    line.sort(key=in_line)
    pace = Pace(dates, roster.settings, now)
    for slot in dates:
        able = eligible(line, slot)
        turns = slot.standing
        standing = [by_id[turn.member_id] for turn in turns if turn.member_id in by_id]
        heard = _industries(turns, standing)
        left = [one for one in able if one not in standing]
        choices: list[Choice] = []
        unfilled: list[int] = []
        for place in slot.open_places:
            asked_at = pace.when(slot, place)
            if asked_at is None:
                break
            if not left:
                unfilled.append(place)
                continue
            pool, same = free(left, asked_at), previous | heard
            one = choose(pool, same, roster.settings)
            pace.ask(slot, place, asked_at)
            choices.append(Choice(place, asked_at, one, pool, same))
            left.remove(one)
            heard |= {one.member.industry} - {""}
        yield Reached(slot, able, choices, unfilled)
        for one in standing:
            one.ahead -= 1
        lecturers = standing + [choice.chosen for choice in choices]
        if lecturers:
            base = serve(line, lecturers, slot, able, base)
        if lecturers or turns:
            previous = heard


def plan(roster: Roster, slots: Iterable[Slot], now: datetime) -> Plan:
    """Whom the rule chooses for the open places of all dates to come; `slots` are those not yet settled, in any order.

    Within two days of a date nobody is chosen: its open places are offered to all who can.
    """
    turns: list[Planned] = []
    unfilled: list[tuple[int, int]] = []
    for reached in walk(roster, slots, now):
        slot_id = reached.slot.id
        turns += [Planned(slot_id, each.place, each.chosen.member.id, each.asked_at) for each in reached.choices]
        unfilled += [(slot_id, place) for place in reached.unfilled]
    return Plan(tuple(turns), tuple(unfilled))


def settle(roster: Roster, slot: Slot) -> Roster:
    """The roster after a date: turns that were confirmed are given, and count for good.

    Where only a guest has lectured, nobody's turns change; where nobody has, nothing does.
    """
    line = line_up(roster)
    by_id = {one.member.id: one for one in line}
    confirmed = [turn for turn in slot.turns if turn.state in (TurnState.CONFIRMED, TurnState.GIVEN)]
    if not confirmed:
        return roster
    lecturers = [by_id[turn.member_id] for turn in confirmed if turn.member_id in by_id]
    previous = _industries(confirmed, lecturers)
    base = serve(line, lecturers, slot, eligible(line, slot), roster.base) if lecturers else roster.base
    gave = {one.member.id for one in lecturers}
    after = {one.member.id: one.stored() for one in line}
    members = tuple(replace(after[member.id], given=member.given + (member.id in gave)) for member in roster.members)
    return replace(roster, members=members, base=base, previous=previous)


def _industries(turns: Sequence[Turn], members: Sequence[Standing]) -> frozenset[str]:
    """What is heard of these guests and these members; who names no industry adds none."""
    guests = [turn.industry for turn in turns if not turn.member_id]
    return frozenset(guests + [one.member.industry for one in members]) - {""}


def offered_to(roster: Roster, slots: Sequence[Slot], slot: Slot) -> tuple[int, ...]:
    """Who is offered an open place of a near date: whoever is eligible and has no open turn anywhere, in line."""
    busy = {turn.member_id for each in slots for turn in each.turns if turn.state in OPEN}
    return tuple(one.member.id for one in eligible(line_up(roster), slot) if one.member.id not in busy)
