"""Why somebody was chosen, and how evenly the turns lie: as counts and dates, for others to put into words."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from enum import StrEnum

from msgspec import Struct

from bot.domain.industries import KEYS
from bot.domain.rotation.line import NEVER, Standing
from bot.domain.rotation.planning import Choice, Reached, walk
from bot.domain.rotation.values import Roster, Slot


class Reason(StrEnum):
    """What set the chosen one apart from who came next in line."""

    ONLY = "only"
    OWES = "owes"
    INDUSTRY = "industry"
    LOAD = "load"
    LAST_TURN = "last_turn"
    JOINED = "joined"
    ID = "id"


_BY_KEY = (Reason.OWES, Reason.LOAD, Reason.LAST_TURN, Reason.JOINED, Reason.ID)


class Why(Struct, frozen=True):
    """Why the rule chose `member_id`, told in numbers: nobody else is named, and no reason of anybody's.

    About the chosen one: `owes`, `load`, `given`, `last_turn` and `joined` as they stood, turns that they were asked
    for counted as taken. `compared` is how many were compared, themselves included, `least` and `most` their loads,
    `as_few` how many others stood equal in turns owed and load. `passed_over` were before them in line, but of an
    industry that was heard just now. Not compared: `not_available` (away, restricted or declined: told as one number),
    `newcomers` in their first days, and `busy` ones with an open turn or with a place at this date.
    """

    slot_id: int
    place: int
    member_id: int
    reason: Reason
    owes: bool
    load: int
    given: int
    last_turn: datetime | None
    joined: datetime
    compared: int
    least: int
    most: int
    as_few: int
    passed_over: int
    not_available: int
    newcomers: int
    busy: int


def explain(roster: Roster, slots: Iterable[Slot], now: datetime, slot_id: int) -> tuple[Why, ...]:
    """Why those who are chosen for a date are, place by place; empty if the rule chooses nobody there.

    What was true when somebody was asked is kept from then: later the answer would be another one.
    """
    for reached in walk(roster, slots, now):
        if reached.slot.id == slot_id:
            return tuple(_why(roster, reached, choice) for choice in reached.choices)
    return ()


def _why(roster: Roster, reached: Reached, choice: Choice) -> Why:
    one, line = choice.chosen, choice.line
    key, loads = one.key, [each.key.load for each in line]
    eligible = {each.member.id for each in reached.able}
    others = [member for member in roster.members if member.id not in eligible]
    not_again = reached.slot.not_again
    at = reached.slot.starts_at
    newcomers = sum(member.is_available(at) and member.id not in not_again for member in others)
    return Why(
        slot_id=reached.slot.id,
        place=choice.place,
        member_id=one.member.id,
        reason=_reason(one, line),
        owes=not key.owes_none,
        load=key.load,
        given=one.member.given,
        last_turn=None if key.last_turn == NEVER else key.last_turn,
        joined=key.joined,
        compared=len(line),
        least=min(loads),
        most=max(loads),
        as_few=sum(each.key[:2] == key[:2] for each in line) - 1,
        passed_over=line.index(one),
        not_available=len(others) - newcomers,
        newcomers=newcomers,
        busy=len(eligible) - len(line),
    )


def _reason(chosen: Standing, line: Sequence[Standing]) -> Reason:
    if len(line) == 1:
        return Reason.ONLY
    if line[0] is not chosen:
        return Reason.INDUSTRY
    return next(
        reason for reason, mine, next_one in zip(_BY_KEY, chosen.key, line[1].key, strict=True) if mine != next_one
    )


class Spread(Struct, frozen=True):
    """How the turns lie. Loads and lectures given: the least and the most of the `members`; `owing` owe a turn.

    Industries by their keys: `covered` were lectured on, `waiting` are on the roster and were not yet, `missing` are
    those of the bundled list that nobody here works in and nobody has lectured on.
    """

    members: int
    least_load: int
    most_load: int
    least_given: int
    most_given: int
    owing: int
    covered: tuple[str, ...]
    waiting: tuple[str, ...]
    missing: tuple[str, ...]


def spread(roster: Roster, covered: Collection[str], bundled: Sequence[str] = KEYS) -> Spread | None:
    """How evenly the turns lie, `covered` being the industries of all lectures given; None: the roster is empty."""
    if not roster.members:
        return None
    loads = [member.load for member in roster.members]
    given = [member.given for member in roster.members]
    here = {member.industry for member in roster.members} - {""}
    heard = set(covered) - {""}
    return Spread(
        members=len(roster.members),
        least_load=min(loads),
        most_load=max(loads),
        least_given=min(given),
        most_given=max(given),
        owing=sum(member.owes for member in roster.members),
        covered=tuple(sorted(heard)),
        waiting=tuple(sorted(here - heard)),
        missing=tuple(each for each in bundled if each not in here | heard),
    )
