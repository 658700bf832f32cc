"""Who meets whom: the rule of a round of pairing. Pure, and the same whatever the order of what it is given.

1. Everybody who takes part is in exactly one pair, or in a trio where somebody would be left over, as far as the lists
   of people who are not to be paired allow it. Nobody is together with somebody whom either of them has put there.
2. As many pairs as possible are made, and of two people for only one of whom there is a place the one gets it who has
   waited longer: nobody waits two rounds while somebody who has not waited could wait instead. If all who have waited
   can be in pairs at once, all of them are. So two rounds in a row are waited only by people whose lists, and those of
   others, leave fewer places for them than there are of them: one person whom three would meet can meet only one of
   the three, and who is on everybody's list meets nobody.
3. Of all such pairs those with the most points are made, see `Table`, and then the trios that add most. So nobody
   meets the same person again while a round that is as good otherwise has somebody new for them; and somebody new is
   worth more than a person of the same language whom they met in the last months. Among more than `EXACT` people each
   is only thought of with those who fit best and with a few others, unless somebody would be left over by it:
   `tests.bench.pairing` says what that costs in points.
4. What is equal is decided by numbers drawn for the round, so that ties fall otherwise each time; neither the order of
   what is given nor a hash seed has a part in it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from random import Random
from typing import TYPE_CHECKING

from msgspec import Struct

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Matrix = NDArray[np.int64]

LANGUAGE = 2000
"""For a language that both use; half of it where they use two, but not both have said so in their profiles.

Without a common language they can hardly talk. But in which language somebody reads Discord says little of what they
speak: two who read it in English among many who read it in Japanese are not to meet each other in every round.
"""
NEW, EACH_DAY = 2600, 5
"""For two who were never paired; who were, get so much for each day since, up to `MOST_DAYS`."""
MOST_DAYS = 365
INDUSTRY = 400
"""For two industries; half of it where one of them is not known."""
EACH_SLOT, MOST_SLOTS = 30, 10
"""For each half hour of the week in which both are free, up to so many."""
SLOTS = 7 * 48
"""Half hours of a week."""
EXACT = 64
"""So many people are paired without any shortcut: it takes some milliseconds."""

Pair = tuple[int, int]
"""Two people by their ids, or by their places in a row of people; the smaller number first."""

_BEST, _OTHERS = 8, 4
"""Where there are more: so many who fit each best, in their own industry and in others, and so many others."""
_TRIES, _FIRST = 3, 100
"""So often somebody else is left over, and what counts for more than any wait."""
_WORD = 64
_TIE_BITS, _WAIT_BITS = 24, 16


class Person(Struct, frozen=True):
    """What the rule knows of somebody who takes part.

    `industry` is the key of their main one ("": not known), `hours` has a bit for each half hour of the coming week in
    which they are free, `waited` counts the rounds in a row that found nobody for them. `language_said`: it is
    the one of their profile, and not only that in which they read Discord.
    """

    member_id: int
    industry: str = ""
    language: str = ""
    hours: int = 0
    waited: int = 0
    language_said: bool = False


class Round(Struct, frozen=True):
    """Who meets: groups of two or three people, and who is left over. All by id, ascending."""

    groups: tuple[tuple[int, ...], ...]
    alone: tuple[int, ...] = ()


def pair(one: int, other: int) -> Pair:
    """Two people as a key."""
    return (one, other) if one < other else (other, one)


class Table:
    """What speaks for each two people, by their places in the row: `points` as the constants above say.

    `alike` are those of one industry, `barred` those who are not to be together.
    """

    def __init__(self, people: Sequence[Person], met: Mapping[Pair, int], avoid: Collection[Pair]) -> None:
        # Not before the first round: what no round needs, the start does not load.
        import numpy as np

        places = {person.member_id: place for place, person in enumerate(people)}
        hours = np.zeros((len(people), len(people)), np.int64)
        for shift in range(0, SLOTS, _WORD):
            word = np.array([person.hours >> shift & (1 << _WORD) - 1 for person in people], np.uint64)
            hours += np.bitwise_count(word[:, None] & word)
        language = _numbered(person.language for person in people)
        industry = _numbered(person.industry for person in people)
        told = np.array([bool(person.industry) for person in people], bool)
        self.alike: NDArray[np.bool_] = industry[:, None] == industry
        different = np.where(told[:, None] & told, ~self.alike * INDUSTRY, INDUSTRY // 2)
        self.points: Matrix = EACH_SLOT * np.minimum(hours, MOST_SLOTS) + different + NEW
        said = np.array([person.language_said for person in people], bool)
        self.points += np.where(
            language[:, None] == language, LANGUAGE, np.where(said[:, None] & said, 0, LANGUAGE // 2)
        )
        self.barred: NDArray[np.bool_] = np.eye(len(people), dtype=bool)
        for (one, other), days in met.items():
            if one in places and other in places:
                a, b = places[one], places[other]
                self.points[a, b] = self.points[b, a] = self.points[a, b] - NEW + EACH_DAY * min(days, MOST_DAYS)
        for one, other in avoid:
            if one in places and other in places:
                a, b = places[one], places[other]
                self.barred[a, b] = self.barred[b, a] = True


def make_round(
    people: Iterable[Person], met: Mapping[Pair, int], avoid: Collection[Pair], draw: int, *, exact: int = EXACT
) -> Round:
    """Pair these people.

    `met` has the days since two were last paired, `avoid` who is not to be together, and `draw` decides what is equal.
    """
    row = sorted(people, key=lambda person: person.member_id)
    if len(row) < 2:
        return Round((), tuple(person.member_id for person in row))
    table, waited = Table(row, met, avoid), {person.member_id: min(person.waited, 99) for person in row}
    first = found = _grouped(row, table, waited, draw, exact)
    for _ in range(_TRIES):
        if not found.alone:
            return found
        # Nobody can take them in as a third: perhaps somebody can, if others are left over.
        waited |= dict.fromkeys(found.alone, _FIRST)
        found = _grouped(row, table, waited, draw, exact)
    return first if found.alone else found


def _grouped(row: Sequence[Person], table: Table, waited: Mapping[int, int], draw: int, exact: int) -> Round:
    """Pairs first, then whoever is left over as a third."""
    weights = _weights(table, [waited[person.member_id] for person in row], draw)
    pairs: list[Pair] = []
    if len(row) > exact:
        pairs = _heaviest(_promising(table, weights))
    if len(pairs) < len(row) // 2:
        pairs = _heaviest(_edges(weights, ~table.barred))
    thirds = _thirds(table, weights, pairs)
    groups = [sorted({*each, thirds.get(number, each[0])}) for number, each in enumerate(pairs)]
    ids = [person.member_id for person in row]
    joined = {place for group in groups for place in group}
    return Round(
        tuple(sorted(tuple(ids[place] for place in group) for group in groups)),
        tuple(member_id for place, member_id in enumerate(ids) if place not in joined),
    )


def _weights(table: Table, rounds: Sequence[int], draw: int) -> Matrix:
    """One number for each two, in which having waited counts before all points, and these before what is drawn."""
    import numpy as np

    drawn = Random(draw)
    lots = np.array([drawn.getrandbits(31) | 1 for _ in rounds], np.int64)
    waited = np.array(rounds, np.int64)
    before = (waited[:, None] + waited << _WAIT_BITS) + table.points
    # Of the product the upper bits, which look drawn for each two.
    return (before << _TIE_BITS) + (lots[:, None] * lots >> 62 - _TIE_BITS - 8 & (1 << _TIE_BITS) - 1)


def _promising(table: Table, weights: Matrix) -> list[tuple[int, int, int]]:
    """For each person those who fit best, and a few of all the others, who stand at fixed distances in the row."""
    import numpy as np

    number = len(weights)
    thought_of = np.zeros_like(table.barred)
    rows = np.arange(number)[:, None]
    for group in (table.alike, ~table.alike):
        among = np.where(group & ~table.barred, weights, -1)
        thought_of[rows, np.argpartition(among, -_BEST, axis=1)[:, -_BEST:]] = True
    thought_of[rows, (rows + (number // (_OTHERS + 1)) * np.arange(1, _OTHERS + 1)) % number] = True
    return _edges(weights, (thought_of | thought_of.T) & ~table.barred)


def _thirds(table: Table, weights: Matrix, pairs: Sequence[Pair]) -> dict[int, int]:
    """Whom each pair, by its number, takes in as a third: with one left over, the pair that gains most by it."""
    import numpy as np

    paired = np.zeros(len(weights), bool)
    paired[np.array(pairs, np.int64).reshape(-1)] = True
    left = np.flatnonzero(~paired)
    edges = [
        (number, len(pairs) + place, int(weights[third, one] + weights[third, other]))
        for place, third in enumerate(left)
        for number, (one, other) in enumerate(pairs)
        if not (table.barred[third, one] or table.barred[third, other])
    ]
    return {number: int(left[place - len(pairs)]) for number, place in _heaviest(edges)}


def _edges(weights: Matrix, wanted: NDArray[np.bool_]) -> list[tuple[int, int, int]]:
    import numpy as np

    one, other = np.nonzero(np.triu(wanted, 1))
    return list(zip(one.tolist(), other.tolist(), weights[one, other].tolist(), strict=True))


def _heaviest(edges: Sequence[tuple[int, int, int]]) -> list[Pair]:
    """Of all matchings with the most edges the one of the greatest weight."""
    from rustworkx import PyGraph, max_weight_matching

    graph: PyGraph[None, int] = PyGraph(multigraph=False)
    graph.add_nodes_from([None] * (1 + max((other for _one, other, _weight in edges), default=0)))
    graph.add_edges_from(edges)
    return sorted(pair(*each) for each in max_weight_matching(graph, max_cardinality=True, weight_fn=int))


def _numbered(names: Iterable[str]) -> NDArray[np.int64]:
    import numpy as np

    numbers: dict[str, int] = {}
    return np.array([numbers.setdefault(name, len(numbers)) for name in names], np.int64)
