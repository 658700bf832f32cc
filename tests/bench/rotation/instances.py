"""The instances, and what a plan for one of them costs. They stand with the solver's costs in `references.json`."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from random import Random

import msgspec
from msgspec import Struct

from bot.domain.rotation import Away, Member, Priority, Roster, RotationSettings, Slot

KEPT = Path(__file__).with_name("references.json")
INDUSTRIES = 20
SPREAD_COST, ADJACENT_COST = 50, 10
START = datetime(2027, 1, 4, 22, tzinfo=UTC)
FIRST, WEEK = START + timedelta(weeks=8), timedelta(weeks=1)

Chosen = Sequence[Sequence[int]]
"""The lecturers of each week, by their index."""


class Cost(Struct, frozen=True):
    """`spread` is the widest gap between the turns of members who are there throughout; `adjacent` counts the pairs of
    neighbouring dates that share an industry.
    """

    spread: int
    adjacent: int

    @property
    def total(self) -> int:
        """One number for both."""
        return SPREAD_COST * self.spread + ADJACENT_COST * self.adjacent


class Instance(Struct, frozen=True):
    """A group: the industry of each member, and the weeks (first, after the last) in which one in ten is away.

    With a `share`, so many of the members are of one industry (0); the others are drawn uniformly from all.
    """

    seed: int
    weeks: int
    places: int
    share: float | None
    industries: tuple[int, ...]
    away: dict[int, tuple[int, int]]

    @classmethod
    def draw(cls, seed: int, members: int, weeks: int, places: int, share: float | None = None) -> Instance:
        """The instance of this seed."""
        random = Random(seed)
        industries = [random.randrange(INDUSTRIES) for _ in range(members)]
        if share is not None:
            for member in random.sample(range(members), round(share * members)):
                industries[member] = 0
        away: dict[int, tuple[int, int]] = {}
        for member in sorted(random.sample(range(members), members // 10)):
            first = random.randrange(weeks - 8)
            away[member] = (first, first + random.randrange(4, 9))
        return cls(seed, weeks, places, share, tuple(industries), away)

    @property
    def name(self) -> str:
        """As it stands in the tables."""
        drawn = "uniform" if self.share is None else f"{self.share:.0%} in one"
        return f"{len(self.industries)} x {self.weeks} x {self.places}, {drawn}, seed {self.seed}"

    def is_there(self, member: int, week: int) -> bool:
        """Whether this member can lecture in this week."""
        first, after = self.away.get(member, (0, 0))
        return not first <= week < after

    def roster(self, priority: Priority) -> Roster:
        """The group as the rule takes it; members have joined one after the other, long ago."""
        members = tuple(
            Member(
                member + 1,
                START - timedelta(days=2000 - member),
                f"industry-{industry}",
                away=tuple(Away(FIRST + first * WEEK, FIRST + after * WEEK) for first, after in self._windows(member)),
            )
            for member, industry in enumerate(self.industries)
        )
        return Roster(members, settings=RotationSettings(priority, self.places))

    def _windows(self, member: int) -> list[tuple[int, int]]:
        return [self.away[member]] if member in self.away else []

    def slots(self) -> list[Slot]:
        """Its weekly dates."""
        return [Slot(week + 1, FIRST + week * WEEK, self.places) for week in range(self.weeks)]

    def illegal(self, chosen: Chosen) -> int:
        """How many assignments must not be: somebody who is away or twice on a date, or a place that stays empty."""
        wrong = 0
        for week, lecturers in enumerate(chosen):
            wrong += sum(not self.is_there(member, week) for member in lecturers)
            wrong += len(lecturers) - len(set(lecturers)) + self.places - len(lecturers)
        return wrong

    def cost(self, chosen: Chosen) -> Cost:
        """What a plan costs."""
        turns = [0] * len(self.industries)
        for lecturers in chosen:
            for member in lecturers:
                turns[member] += 1
        throughout = [count for member, count in enumerate(turns) if member not in self.away]
        heard = [{self.industries[member] for member in lecturers} for lecturers in chosen]
        return Cost(max(throughout) - min(throughout), sum(bool(one & other) for one, other in pairwise(heard)))


class Reference(Struct, frozen=True):
    """What the solver found for an instance in the time it had, and the least that it could not exclude."""

    instance: Instance
    cost: Cost
    bound: float


class References(Struct, frozen=True):
    """All that is kept: with which solver and in how many seconds each was found."""

    solver: str
    seconds: int
    found: tuple[Reference, ...]


def references() -> References:
    """As they are kept."""
    return msgspec.json.decode(KEPT.read_bytes(), type=References)


def keep(new: References) -> None:
    """Write them, one instance a line."""
    lines = ",\n".join(msgspec.json.encode(each).decode() for each in new.found)
    KEPT.write_text(
        f'{{"solver": "{new.solver}", "seconds": {new.seconds}, "found": [\n{lines}\n]}}\n', encoding="utf-8"
    )
