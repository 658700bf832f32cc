"""What a round of pairing costs, and how good its pairs are beside the best there are.

    python -m tests.bench.pairing                  200 people, eight crowds, each paired ten times
    python -m tests.bench.pairing --people 50      smaller

The optimum is the same rule without its shortcut: the exact matching over all pairs. The floors are pairs drawn by lot,
and the best pair that is left, taken again and again (greedy). All four know the same points, of a year in which
everybody was paired every two weeks; half of the crowds have an odd number of people.
"""

from __future__ import annotations

import argparse
import random
import statistics
from collections.abc import Callable, Sequence
from itertools import combinations
from time import perf_counter, process_time

from msgspec import Struct

from bot.domain.pairing.matching import Pair, Person, Round, Table, make_round, pair
from tests.bench.tables import percentile, table, verdict

MOST, LEAST = 0.050, 0.995
"""Seconds that a round may take, and the share of the optimum's points that it must reach."""
INDUSTRIES = "abcdefghijklmnopqrst"
ROUNDS = 26


class Crowd(Struct, frozen=True):
    """Who takes part, and what is known of them."""

    name: str
    people: tuple[Person, ...]
    met: dict[Pair, int]
    avoid: frozenset[Pair]


def crowd(name: str, number: int, seed: int, *, common: int) -> Crowd:
    """People of twenty industries, `common` of a hundred in one of them; three in ten use another language."""
    drawn = random.Random(seed)
    people = [
        Person(
            drawn.getrandbits(62),
            INDUSTRIES[0] if drawn.randrange(100) < common else drawn.choice(INDUSTRIES),
            "en" if drawn.randrange(10) < 3 else "ja",
            _hours(drawn),
            1 if drawn.randrange(40) == 0 else 0,
        )
        for _ in range(number)
    ]
    ids = [person.member_id for person in people]
    met: dict[Pair, int] = {}
    for rounds in range(ROUNDS, 0, -1):
        drawn.shuffle(ids)
        met |= {pair(one, other): 14 * rounds for one, other in zip(ids[::2], ids[1::2], strict=False)}
    avoid = frozenset(pair(*drawn.sample(ids, 2)) for _ in range(number // 4))
    return Crowd(name, tuple(people), met, avoid)


def _hours(drawn: random.Random) -> int:
    """Some hours on working days, mornings or evenings, or all of every day."""
    length, begin = drawn.choice([(4, 14), (6, 38), (18, 18), (28, 16)])
    return sum((1 << length) - 1 << 48 * day + begin for day in range(7 if length == 28 else 5))


def points(found: Round, of: Crowd) -> int:
    """All that speaks for these groups, by each two in them."""
    row = sorted(of.people, key=lambda person: person.member_id)
    places = {person.member_id: place for place, person in enumerate(row)}
    known = Table(row, of.met, of.avoid).points
    return sum(int(known[places[a], places[b]]) for group in found.groups for a, b in combinations(group, 2))


def by_lot(of: Crowd) -> Round:
    """Whoever comes next, unless they avoid each other."""
    ids = [person.member_id for person in of.people]
    random.Random(1).shuffle(ids)
    return _taken(of, [pair(one, other) for one, other in zip(ids[::2], ids[1::2], strict=False)])


def greedy(of: Crowd) -> Round:
    """Always the best pair that is left."""
    row = sorted(of.people, key=lambda person: person.member_id)
    known = Table(row, of.met, of.avoid).points
    ranked = sorted(combinations(range(len(row)), 2), key=lambda each: -int(known[each]))
    return _taken(of, [(row[one].member_id, row[other].member_id) for one, other in ranked])


def _taken(of: Crowd, wished: Sequence[Pair]) -> Round:
    free, groups = {person.member_id for person in of.people}, list[Pair]()
    for each in wished:
        if each not in of.avoid and free.issuperset(each):
            free.difference_update(each)
            groups.append(each)
    return Round(tuple(groups), tuple(sorted(free)))


def best(of: Crowd) -> Round:
    """The exact matching over all pairs."""
    return make_round(of.people, of.met, of.avoid, 1, exact=len(of.people))


def rule(of: Crowd) -> Round:
    """As the bot does it."""
    return make_round(of.people, of.met, of.avoid, 1)


WAYS: tuple[tuple[str, Callable[[Crowd], Round]], ...] = (
    ("floor: by lot", by_lot),
    ("floor: greedy", greedy),
    ("Benkyokai", rule),
    ("the exact matching over all pairs", best),
)


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--people", type=int, default=200)
    parser.add_argument("--times", type=int, default=10)
    chosen = parser.parse_args(arguments)
    crowds = [
        crowd(f"{common}% in one industry, {number} people", number, seed, common=common)
        for seed, common in enumerate((0, 0, 30, 60))
        for number in (chosen.people, chosen.people + 1)
    ]
    rule(crowds[0])  # the first round loads what matches
    rows = list[list[str]]()
    spent: dict[str, list[float]] = {name: [] for name, _way in WAYS}
    passed = list[float]()
    shares: dict[str, list[float]] = {name: [] for name, _way in WAYS}
    left: dict[str, int] = dict.fromkeys(spent, 0)
    for each in crowds:
        most = points(best(each), each)
        for name, way in WAYS:
            found = way(each)
            times = list[float]()
            for _ in range(chosen.times if way is rule else 1):
                begun, clock = process_time(), perf_counter()
                way(each)
                times.append(process_time() - begun)
                if way is rule:
                    passed.append(perf_counter() - clock)
            spent[name].append(statistics.median(times))
            shares[name].append(points(found, each) / most)
            left[name] += len(found.alone)
    for name, _way in WAYS:
        rows.append(
            [
                name,
                f"{1000 * statistics.median(spent[name]):.1f} ms",
                f"{1000 * max(spent[name]):.1f} ms",
                f"{min(shares[name]):.4f}",
                f"{statistics.mean(shares[name]):.4f}",
                str(left[name]),
            ]
        )
    least, slowest = min(shares["Benkyokai"]), max(spent["Benkyokai"])
    columns = ("way", "processor, median", "slowest crowd", "points, least", "points, mean", "left over")
    print(table(f"Pairing {chosen.people} people, {len(crowds)} crowds", columns, rows))
    print(f"\nBy the clock, all runs of Benkyokai: p99 {1000 * percentile(passed, 0.99):.1f} ms\n")
    targets = [
        ["a round: at most 50 ms of processor time", f"{1000 * slowest:.1f} ms", verdict(slowest <= MOST)],
        ["points: at least 0.995 of the optimum", f"{least:.4f}", verdict(least >= LEAST)],
        ["nobody left over", str(left["Benkyokai"]), verdict(not left["Benkyokai"])],
    ]
    print(table("Targets", ("target", "measured", "holds"), targets))


if __name__ == "__main__":
    main()
