"""Make the instances and search for good plans with OR-Tools CP-SAT: 15 seconds for each. About five minutes.

    uv run --with ortools==9.15.6755 python -m tests.bench.rotation.reference

OR-Tools is no dependency of this project, and CI does not run this. The model knows the whole year at once, which the
rule never does, and is given the rule's own plan as a hint, so as to find a better one if there is any.

It has the rule's constraint that a date repeats no industry while another one is available; and one more: nobody who
was away for a while takes more turns than those who were always there. For the cost looks at the latter alone, and
would be least if all that is left over fell to the former.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from importlib.metadata import version

from ortools.sat.python import cp_model  # type: ignore[import-not-found]

from tests.bench.rotation.instances import (
    ADJACENT_COST,
    INDUSTRIES,
    SPREAD_COST,
    Instance,
    Reference,
    References,
    keep,
)
from tests.bench.rotation.measure import by_rule

SIZES = ((200, 52, 5), (30, 26, 1))
SHARES = (0.3, 0.6)


def instances() -> list[Instance]:
    """Five uniform ones of each size, and two of each skew."""
    uniform = [Instance.draw(seed, *size) for size in SIZES for seed in range(1, 6)]
    skewed = [Instance.draw(seed, *size, share) for share in SHARES for size in SIZES for seed in (1, 2)]
    return uniform + skewed


def search(instance: Instance, seconds: float) -> Reference:
    """The best plan found in that time."""
    members, weeks = range(len(instance.industries)), range(instance.weeks)
    model = cp_model.CpModel()
    there = [[member for member in members if instance.is_there(member, week)] for week in weeks]
    turn = {(member, week): model.new_bool_var("") for week in weeks for member in there[week]}
    heard = [[model.new_bool_var("") for _ in range(INDUSTRIES)] for _ in weeks]
    for week in weeks:
        model.add(sum(turn[member, week] for member in there[week]) == instance.places)
        enough = len({instance.industries[member] for member in there[week]}) >= instance.places
        for industry in range(INDUSTRIES):
            theirs = [turn[member, week] for member in there[week] if instance.industries[member] == industry]
            if enough:
                model.add(sum(theirs) == heard[week][industry])
            else:
                model.add_max_equality(heard[week][industry], [*theirs, model.new_constant(0)])
    adjacent = [model.new_bool_var("") for _ in weeks[1:]]
    for week in weeks[1:]:
        for before, now in zip(heard[week - 1], heard[week], strict=True):
            model.add(before + now <= 1 + adjacent[week - 1])
    least, most = model.new_int_var(0, instance.weeks, "least"), model.new_int_var(0, instance.weeks, "most")
    for member in members:
        load = sum(turn[member, week] for week in weeks if (member, week) in turn)
        model.add(load <= most)
        if member not in instance.away:
            model.add(load >= least)
    model.add(most >= least)
    for week, lecturers in enumerate(by_rule(instance, "diversity")()):
        for member in there[week]:
            model.add_hint(turn[member, week], member in lecturers)
    model.minimize(SPREAD_COST * (most - least) + ADJACENT_COST * sum(adjacent))
    solver = cp_model.CpSolver()
    solver.parameters.max_time_in_seconds = seconds
    solver.parameters.num_workers = 2
    solver.parameters.random_seed = instance.seed
    status = solver.solve(model)
    assert status in (cp_model.OPTIMAL, cp_model.FEASIBLE), instance.name
    chosen = [[member for member in there[week] if solver.boolean_value(turn[member, week])] for week in weeks]
    assert not instance.illegal(chosen)
    return Reference(instance, instance.cost(chosen), solver.best_objective_bound)


def main(arguments: Sequence[str] | None = None) -> None:
    """The command line."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.rotation.reference", description=__doc__)
    parser.add_argument("--seconds", type=int, default=15, help="for each instance")
    seconds = parser.parse_args(arguments).seconds
    found: list[Reference] = []
    for instance in instances():
        found.append(search(instance, seconds))
        print(f"{instance.name}: {found[-1].cost.total}, at least {found[-1].bound:.0f}", flush=True)
    keep(References(f"OR-Tools CP-SAT {version('ortools')}", seconds, tuple(found)))


if __name__ == "__main__":
    main()
