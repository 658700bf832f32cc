"""The measurement: time and legality of a plan, and its cost beside the solver's and beside fairness first."""

from __future__ import annotations

import argparse
import statistics
from collections.abc import Callable, Sequence
from time import process_time

from bot.domain.rotation import Priority, RotationSettings, plan
from tests.bench.rotation.instances import START, Chosen, Instance, Reference, references
from tests.bench.tables import table, verdict

MOST_SECONDS = {(200, 52, 5): 0.020, (30, 26, 1): 0.001}
MOST_RATIO = 1.15
"""So much more than the solver's plan ours may cost, where industries are drawn uniformly."""
SPREAD = RotationSettings().spread


def by_rule(instance: Instance, priority: Priority) -> Callable[[], Chosen]:
    """The rule, ready to run."""
    roster, slots = instance.roster(priority), instance.slots()

    def run() -> Chosen:
        chosen: list[list[int]] = [[] for _ in slots]
        for turn in plan(roster, slots, START).turns:
            chosen[turn.slot_id - 1].append(turn.member_id - 1)
        return chosen

    return run


def by_list(instance: Instance) -> Callable[[], Chosen]:
    """The floor: down the list and over again, looking at nothing."""
    size, places = len(instance.industries), instance.places
    return lambda: [[(week * places + n) % size for n in range(places)] for week in range(instance.weeks)]


def seconds(run: Callable[[], Chosen], times: int) -> list[float]:
    """Processor time of each run."""
    taken: list[float] = []
    for _ in range(times):
        began = process_time()
        run()
        taken.append(process_time() - began)
    return taken


def timed(instances: Sequence[Instance], times: int) -> tuple[list[list[str]], list[list[str]]]:
    """The table of times, one instance of each size; the targets look at the least, which others disturb the least."""
    lines: list[list[str]] = []
    checks: list[list[str]] = []
    for size, most in MOST_SECONDS.items():
        instance = next(i for i in instances if (len(i.industries), i.weeks, i.places) == size and i.share is None)
        name = " x ".join(str(n) for n in size)
        ways = {
            "floor: down the list": by_list(instance),
            "fairness first": by_rule(instance, "fairness"),
            "diversity first": by_rule(instance, "diversity"),
        }
        for way, run in ways.items():
            taken = seconds(run, times)
            least = min(taken)
            numbers = (statistics.median(taken), least, max(taken))
            lines.append([f"{name}, {way}", *(f"{n * 1e3:,.2f} ms" for n in numbers), str(instance.illegal(run()))])
            if way == "diversity first":
                limit = f"{name}: at most {most * 1e3:.0f} ms"
                checks.append([limit, f"{least * 1e3:.2f} ms", verdict(least <= most)])
    return lines, checks


def compared(kept: Sequence[Reference]) -> tuple[list[list[str]], list[list[str]]]:
    """The table of costs, and its targets."""
    lines: list[list[str]] = []
    illegal = worst = apart = 0
    further = 0
    for each in kept:
        instance, reference = each.instance, each.cost
        plans = {priority: by_rule(instance, priority)() for priority in ("diversity", "fairness")}
        illegal += sum(instance.illegal(chosen) for chosen in plans.values())
        ours, fair = (instance.cost(chosen) for chosen in plans.values())
        ratio = ours.total / reference.total if reference.total else float("inf") if ours.total else 1
        if instance.share is None:
            worst = max(worst, ratio)
        else:
            apart = max(apart, ours.spread)
            further += ours.adjacent > fair.adjacent
        costs = [f"{cost.total} ({cost.spread}, {cost.adjacent})" for cost in (ours, fair, reference)]
        lines.append([instance.name, *costs, f"{each.bound:.0f}", f"{ratio:.2f}"])
    return lines, [
        ["no illegal assignment", str(illegal), verdict(not illegal)],
        [f"uniform: at most {MOST_RATIO} of the reference", f"{worst:.2f}", verdict(worst <= MOST_RATIO)],
        [f"skewed: a spread of at most {SPREAD}", str(apart), verdict(apart <= SPREAD)],
        ["skewed: no more neighbours than fairness first", f"{further} worse", verdict(not further)],
    ]


def main(arguments: Sequence[str] | None = None) -> None:
    """The command line."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.rotation", description=__doc__)
    parser.add_argument("--times", type=int, default=200, help="how often each plan is made")
    times = parser.parse_args(arguments).times
    kept = references()
    times_lines, times_checks = timed([each.instance for each in kept.found], times)
    cost_lines, cost_checks = compared(kept.found)
    columns = ("members x weeks x lecturers", "median", "least", "most", "illegal")
    print(table(f"Planning, {times} times, processor time", columns, times_lines))
    print()
    columns = (
        "cost (spread, neighbours that share an industry)",
        "diversity",
        "fairness",
        "reference",
        "bound",
        "ratio",
    )
    print(table(f"Costs beside {kept.solver}, {kept.seconds} s for each", columns, cost_lines))
    print()
    print(table("Targets", ("", "measured", "holds"), [*times_checks, *cost_checks]))
