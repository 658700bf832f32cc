"""What people change about the rotation: who is on the roster, and whose turn a turn is."""

from __future__ import annotations

from datetime import datetime

from msgspec import Struct
from msgspec.structs import replace

from bot.domain.rotation.values import OPEN, Member, Roster, Turn, TurnState


def join(roster: Roster, member_id: int, at: datetime, industry: str = "") -> Roster:
    """The roster with somebody who has never been on it: they begin with the least load, and owe nothing."""
    return replace(roster, members=(*roster.members, Member(member_id, at, industry, load=roster.base)))


def come_back(roster: Roster, row: Member) -> Roster:
    """The roster with somebody who had left it, on the row that was kept: as if they had been away all the time."""
    behind = row.load < roster.base
    back = replace(row, load=roster.base, owes=True) if behind else row
    return replace(roster, members=(*roster.members, back))


def excuse(member: Member) -> Member:
    """The member after a turn that is skipped and not owed: it counts as taken. (If it is owed, nothing changes.)"""
    return replace(member, owes=False) if member.owes else replace(member, load=member.load + 1)


class Exchange(Struct, frozen=True):
    """Turns that end with a swap or a cover, and those that begin: confirmed, since both sides have agreed."""

    ended: tuple[Turn, ...]
    begun: tuple[Turn, ...]


def swap(one: Turn, other: Turn, at: datetime) -> Exchange:
    """Two members exchange their unserved turns, at different dates; nothing else changes.

    Raises:
        ValueError: a turn is not open, or both are one person's or one date's.
    """
    if one.slot_id == other.slot_id or one.member_id == other.member_id:
        raise ValueError("a swap is between two people and two dates")
    begun = (_taken(one, other.member_id, at), _taken(other, one.member_id, at))
    return Exchange((_ended(one, at), _ended(other, at)), begun)


def cover(turn: Turn, taker_id: int, at: datetime) -> Exchange:
    """Somebody takes a turn and gives none for it: it will count for them, and not for who had it.

    Raises:
        ValueError: the turn is not open, or is the taker's.
    """
    if turn.member_id == taker_id:
        raise ValueError("the turn is theirs already")
    return Exchange((_ended(turn, at),), (_taken(turn, taker_id, at),))


def _ended(turn: Turn, at: datetime) -> Turn:
    return turn.become(TurnState.SWAPPED, at)


def _taken(turn: Turn, member_id: int, at: datetime) -> Turn:
    if turn.state not in OPEN:
        raise ValueError(f"a turn that is {turn.state} can't be taken")
    return Turn(turn.slot_id, turn.place, member_id, TurnState.CONFIRMED, at, by_hand=True)
