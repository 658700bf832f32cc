"""The rule itself: the members in one line, who of them may be chosen, and where they stand afterwards."""

from __future__ import annotations

from bisect import insort
from collections.abc import Collection, Iterable, Sequence
from datetime import UTC, datetime, timedelta
from operator import attrgetter
from typing import NamedTuple

from msgspec import Struct
from msgspec.structs import replace

from bot.domain.rotation.values import Member, Roster, RotationSettings, Slot

NEVER = datetime.min.replace(tzinfo=UTC)


class Key(NamedTuple):
    """Where somebody stands in the line: the least comes first. Turns that they are asked for count as given."""

    owes_none: bool
    load: int
    last_turn: datetime
    joined: datetime
    id: int


class Standing(Struct, eq=False):
    """A member in the line. What will be stored once turns are given stands beside what counts until then.

    `ahead` is the number of their open turns at dates which have not been reached, `busy_until` the latest date at
    which they have a turn, open or planned; `settled_at` is the end of their grace as a newcomer, `always` whether
    nothing ever keeps them from lecturing. Two of them are equal only if they are one.
    """

    member: Member
    load: int
    owes: bool
    last_turn: datetime
    settled_at: datetime
    always: bool
    ahead: int = 0
    busy_until: datetime = NEVER
    key: Key = Key(True, 0, NEVER, NEVER, 0)

    def place(self) -> None:
        """Find their place in the line anew."""
        beyond_owed = max(self.ahead - self.owes, 0)
        self.key = Key(
            not self.owes or self.ahead > 0,
            self.load + beyond_owed,
            max(self.last_turn, self.busy_until),
            self.member.joined,
            self.member.id,
        )

    def expect(self, at: datetime) -> None:
        """They have an open turn on that date."""
        self.ahead += 1
        self.busy_until = max(self.busy_until, at)
        self.place()

    def give(self, at: datetime) -> None:
        """They lecture on that date: a turn that was owed is owed no more, any other one counts."""
        if self.owes:
            self.owes = False
        else:
            self.load += 1
        self.last_turn = max(self.last_turn, at)
        self.busy_until = max(self.busy_until, at)
        self.place()

    def stored(self) -> Member:
        """The member as they will be stored."""
        last_turn = None if self.last_turn == NEVER else self.last_turn
        return replace(self.member, load=self.load, owes=self.owes, last_turn=last_turn)


in_line = attrgetter("key")


def line_up(roster: Roster) -> list[Standing]:
    """Everybody on the roster, in line."""
    line: list[Standing] = []
    grace = timedelta(days=roster.settings.grace_days)
    for member in roster.members:
        always = not member.away and member.restricted_until is None
        last_turn = member.last_turn or NEVER
        one = Standing(member, member.load, member.owes, last_turn, member.joined + grace, always)
        one.place()
        line.append(one)
    line.sort(key=in_line)
    return line


def eligible(line: Sequence[Standing], slot: Slot) -> list[Standing]:
    """E of the rule, in line: who is available and has not declined this date; newcomers if there is nobody else."""
    at, not_again = slot.starts_at, slot.not_again
    if not_again:
        line = [one for one in line if one.member.id not in not_again]
    settled = [one for one in line if one.settled_at <= at and (one.always or one.member.is_available(at))]
    return settled or [one for one in line if one.member.is_available(at)]


def free(line: Sequence[Standing], asked_at: datetime) -> list[Standing]:
    """Those who have no open turn when they would be asked; everybody if they all have one."""
    return [one for one in line if one.busy_until <= asked_at] or list(line)


def choose(line: Sequence[Standing], same: Collection[str], settings: RotationSettings) -> Standing:
    """The next one of a line that is not empty, where `same` are the industries that were heard just now.

    Fairness first: another industry is preferred among those who are next with equal right. Diversity first: it is
    preferred among all whose load is less than D above the least, which is the first one's: who owes has load B.
    """
    first = line[0]
    if settings.priority == "fairness":
        equals = (one for one in line if one.key[:2] == first.key[:2])
    else:
        below = first.key.load + settings.spread
        equals = (one for one in line if one.key.load < below)
    return next((one for one in equals if one.member.industry not in same), first)


def serve(line: list[Standing], lecturers: Iterable[Standing], slot: Slot, able: Sequence[Standing], base: int) -> int:
    """The date is over: its lecturers have had their turns, and who is left behind owes one. Returns the new B.

    B rises to the least load among those who were eligible. The line is in order afterwards, as it must be before.
    """
    for one in lecturers:
        line.remove(one)
        one.give(slot.starts_at)
        insort(line, one, key=in_line)
    if not able or any(one.load <= base for one in able):
        return base
    base = min(one.load for one in able)
    for one in line:
        if one.load < base:
            one.load, one.owes = base, True
            one.place()
    line.sort(key=in_line)
    return base
