"""The benchmarks run, on the smallest sizes: nothing here looks at how fast anything was."""

from __future__ import annotations

import pytest

from tests.bench import dispatch, pairing, phrases, routing, search, start, suggestions, who
from tests.bench.rotation import measure as rotation

pytestmark = pytest.mark.force


def held(printed: str) -> dict[str, bool]:
    """The targets in what a benchmark has printed, and whether they hold."""
    _, _, targets = printed.partition("Targets\n")
    lines = [line.split("  ") for line in targets.splitlines()[2:]]
    return {line[0]: line[-1].strip() == "yes" for line in lines}


def test_dispatch_loses_and_doubles_nothing_beside_its_peers_and_its_floor(capsys: pytest.CaptureFixture[str]):
    small = ["--posts=40", "--channels=12", "--floor-posts=20", "--peer-posts=20", "--commands=5", "--lead=8"]
    dispatch.main([*small, "--rate=48/50"])
    printed = capsys.readouterr().out
    for name in ("floor: the double itself", "Benkyokai", "APScheduler, a job each", "asyncio.gather"):
        assert name in printed
    targets = held(printed)
    assert targets["40 at 48/50: none lost"]
    assert targets["40 at 48/50: none doubled"]
    assert len(targets) == 8


def test_start_counts_time_memory_and_rows(capsys: pytest.CaptureFixture[str]):
    start.main(["--times=1", "--rows=1000", "--row-times=1"])
    printed = capsys.readouterr().out
    assert "1,000 future posts" in printed
    assert held(printed)["no heavy module imported"]


def test_phrases_are_timed_whether_understood_or_refused(capsys: pytest.CaptureFixture[str]):
    phrases.main(["--rounds=1"])
    printed = capsys.readouterr().out
    for name in ("floor: strptime", "times, understood", "times, refused", "rules, understood", "rules, refused"):
        assert name in printed
    for name in ("times", "times with an end", "moves", "deadlines", "rules with an end"):
        assert f"a reader: {name}: at most" in printed
    assert len(held(printed)) == 13


def test_lists_of_choices_are_timed_for_each_kind(capsys: pytest.CaptureFixture[str]):
    suggestions.main(["--sessions=300", "--ahead=200", "--rounds=1"])
    printed = capsys.readouterr().out
    sessions = ("sessions", "for the first time", "looking back")
    for name in ("floor: one read", *sessions, "groups", "zones, both languages", "industries"):
        assert name in printed
    assert len(held(printed)) == 6


def test_a_search_finds_what_a_full_scan_finds(capsys: pytest.CaptureFixture[str]):
    search.main(["--questions=300", "--rounds=1"])
    printed = capsys.readouterr().out
    for name in ("floor: a full scan", "floor: MATCH alone", "newest 20", "similar questions"):
        assert name in printed
    targets = held(printed)
    assert targets.pop("two characters: all of a full scan's")
    assert len(targets) == 3


def test_asks_go_round_and_reach_who_knows(capsys: pytest.CaptureFixture[str]):
    routing.main(["--members=100", "--times=20", "--days=30"])
    printed = capsys.readouterr().out
    for name in ("the rule", "by lot", "best match alone", "the whole way", "a plain SELECT of everybody's rows"):
        assert name in printed
    targets = held(printed)
    assert targets.pop("nobody is asked as often as by the best match")
    assert targets.pop("more is answered than by lot")
    assert len(targets) == 3


def test_rotations_are_planned_lawfully_and_compared_with_the_reference(capsys: pytest.CaptureFixture[str]):
    rotation.main(["--times=1"])
    printed = capsys.readouterr().out
    for name in ("floor: down the list", "fairness first", "diversity first", "60% in one", "CP-SAT"):
        assert name in printed
    targets = held(printed)
    assert targets.pop("no illegal assignment")
    assert targets.pop("uniform: at most 1.15 of the reference")
    assert targets.pop("skewed: a spread of at most 3")
    assert targets.pop("skewed: no more neighbours than fairness first")
    assert len(targets) == 2


def test_pairs_are_compared_with_lots_greed_and_the_optimum(capsys: pytest.CaptureFixture[str]):
    pairing.main(["--people=70", "--times=1"])
    printed = capsys.readouterr().out
    for name in ("floor: by lot", "floor: greedy", "Benkyokai", "the exact matching over all pairs"):
        assert name in printed
    targets = held(printed)
    assert targets.pop("points: at least 0.995 of the optimum")
    assert targets.pop("nobody left over")
    assert len(targets) == 1


def test_who_knows_is_found_in_time(capsys: pytest.CaptureFixture[str]):
    who.main(["--members=50", "--times=3"])
    printed = capsys.readouterr().out
    for name in ("who knows", "a full scan"):
        assert name in printed
