"""What it costs to choose who is asked, and how evenly a year of questions falls on the members.

    python -m tests.bench.routing                     a community of 5,000, and a year in one of 200
    python -m tests.bench.routing --members 500 --days 30

The rule alone chooses among people who are in memory. The whole way is what the bot does, from a question to the people
it asks, in SQLite; see `tests.bench.routing_rows`. Between two questions with "something changed" somebody tells of a
topic, so that what is kept in memory is read anew.

The year is simulated three times with the same questions: by the rule, by lot among those who may be asked, and by the
best match alone, without limits or turns. Who knows the topic answers six times in ten, who only works in the industry
three times, anybody else once in twenty; the fourth and each later ask within a week is answered half as often.
"""

from __future__ import annotations

import argparse
import gc
import statistics
from collections import defaultdict
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from random import Random
from time import process_time
from zoneinfo import ZoneInfo

from msgspec.structs import replace

from bot.domain.calendar import QuietHours
from bot.domain.profiles import parse_ask_hours
from bot.domain.questions.routing import (
    AT_ONCE,
    ROUNDS,
    WEEK,
    Candidate,
    Lecture,
    Round,
    Thanked,
    Wanted,
    may_be_asked,
    next_round,
)
from bot.domain.questions.waking import WakingHours
from tests.bench.routing_rows import FLOOR
from tests.bench.routing_rows import measured as rows_measured
from tests.bench.tables import percentile, table, verdict

MOST = 0.020
"""Seconds of the processor that one choice may take at the 99th percentile."""
INDUSTRIES = [f"own-{n}" for n in range(1, 21)]
TOPICS = [
    f"{trade}の{what}" for trade in "金物食農電水茶株港鉄薬医税法市教研設" for what in ("流通", "仕入", "統計", "AI")
]
BEGIN = datetime(2026, 1, 5, 1, tzinfo=UTC)
TOKYO = ZoneInfo("Asia/Tokyo")
KNOWS, WORKS_THERE, ELSE = 0.6, 0.3, 0.05
PER_DAY, IN_THE_YEAR = 2, 200
QUIET = QuietHours(parse_ask_hours("22:00-23:00").begin, parse_ask_hours("7:00-8:00").begin)

Choose = Callable[[Wanted, Sequence[Candidate], datetime], Sequence[int]]


def community(random: Random, number: int) -> list[Candidate]:
    """So many members: some topics are known to many, a third have hours of their own, some may not be asked."""
    seldom = [1 / n for n in range(1, len(TOPICS) + 1)]
    weekdays = WakingHours(parse_ask_hours("weekdays 9:00-18:00"), QUIET)

    def topics(most: int) -> tuple[str, ...]:
        return tuple(dict.fromkeys(random.choices(TOPICS, seldom, k=random.randint(0, most))))

    return [
        Candidate(
            n,
            (random.choice(INDUSTRIES),),
            topics=topics(5),
            thanked=tuple(map(Thanked, topics(1))),
            lectures=tuple(Lecture(f"{theme}とは", BEGIN) for theme in topics(1)),
            ask_limit=random.choice([None, None, 1, 3]),
            agreed=random.random() > 0.1,
            restricted=random.random() < 0.01,
            on_leave=random.random() < 0.02,
            hours=weekdays if n % 3 == 0 else WakingHours(),
            zone=TOKYO,
        )
        for n in range(1, number + 1)
    ]


def question(random: Random, members: Sequence[Candidate]) -> Wanted:
    """Somebody asks about a topic, of an industry half of the time."""
    asker = random.choice(members)
    seldom = [1 / n for n in range(1, len(TOPICS) + 1)]
    industry = random.choice(INDUSTRIES) if random.random() < 0.5 else ""
    return Wanted(asker.id, tuple(random.choices(TOPICS, seldom)), industry, asker.industries)


def measured(random: Random, number: int, times: int) -> list[float]:
    """Seconds of the processor for each of so many choices among so many members."""
    taken: list[float] = []
    members = community(random, number)
    asks = [BEGIN - timedelta(hours=n) for n in range(24, 24 * 12)]
    for n in range(times):
        if n % 20 == 0:
            # People are asked meanwhile, and come from the database as other values.
            members = [replace(one, asked=tuple(random.sample(asks, random.randint(0, 2)))) for one in members]
            gc.collect()
            gc.freeze()
        wanted = question(random, members)
        began = process_time()
        next_round(wanted, members, BEGIN)
        taken.append(process_time() - began)
    return taken


# The year


def by_the_rule(wanted: Wanted, members: Sequence[Candidate], now: datetime) -> Sequence[int]:
    """What this benchmark is about."""
    found = next_round(wanted, members, now)
    return [each.member_id for each in found.people] if isinstance(found, Round) else []


def by_lot(random: Random) -> Choose:
    """Anybody who may be asked."""

    def choose(wanted: Wanted, members: Sequence[Candidate], now: datetime) -> Sequence[int]:
        able = [one.id for one in members if may_be_asked(one, wanted, now)]
        return random.sample(able, min(AT_ONCE, len(able)))

    return choose


def by_the_best_match(wanted: Wanted, members: Sequence[Candidate], _now: datetime) -> Sequence[int]:
    """The first of those who know most, whoever was asked before."""
    free = [replace(one, asked=()) for one in members if one.agreed and not (one.restricted or one.on_leave)]
    return by_the_rule(wanted, free, BEGIN)


def speaks(wanted: Wanted, one: Candidate) -> float:
    """How likely somebody answers."""
    alone = Candidate(1, one.industries, one.topics, one.thanked, one.lectures)
    found = next_round(Wanted(0, wanted.words, wanted.industry), [alone], BEGIN)
    if not isinstance(found, Round):
        return ELSE
    return WORKS_THERE if found.people[0].reason.kind == "industry" else KNOWS


class Year:
    """What became of a year of questions."""

    def __init__(self, members: Sequence[Candidate], choose: Choose, days: int, seed: int) -> None:
        self.asks: dict[int, list[datetime]] = defaultdict(list)
        self.members = {one.id: one for one in members}
        self.questions = self.answered = 0
        asking, answering = Random(seed), Random(seed)
        for hours in range(0, days * 24, 24 // PER_DAY):
            self._ask(question(asking, members), BEGIN + timedelta(hours=hours), choose, answering)

    def _ask(self, wanted: Wanted, now: datetime, choose: Choose, random: Random) -> None:
        self.questions += 1
        for number in range(ROUNDS):
            present = [replace(one, asked=tuple(self.asks[one.id][-20:])) for one in self.members.values()]
            chosen = choose(replace(wanted, rounds=number), present, now)
            answers = [random.random() < self._likely(wanted, member_id, now) for member_id in chosen]
            for member_id in chosen:
                self.asks[member_id].append(now)
            if any(answers):
                self.answered += 1
                return
            wanted = replace(wanted, asked=wanted.asked | {*chosen})
            now += timedelta(hours=5)

    def _likely(self, wanted: Wanted, member_id: int, now: datetime) -> float:
        often = sum(at > now - WEEK for at in self.asks[member_id]) >= 3
        return speaks(wanted, self.members[member_id]) * (0.5 if often else 1)

    @property
    def most(self) -> int:
        """How often whoever was asked most often was asked."""
        return max(map(len, self.asks.values()))

    def row(self, name: str) -> list[str]:
        """How evenly it fell, and what came of it."""
        loads = sorted(len(self.asks[one.id]) for one in self.members.values() if one.agreed)
        whole = sum(loads)
        tenth = sum(loads[-(len(loads) // 10) :]) / whole
        spread = sum((2 * n - len(loads) - 1) * load for n, load in enumerate(loads, 1)) / (len(loads) * whole)
        week = max(sum(at <= each < at + WEEK for each in times) for times in self.asks.values() for at in times)
        answered = f"{self.answered / self.questions:.0%}"
        return [name, str(whole), str(self.most), f"{tenth:.0%}", f"{spread:.2f}", str(week), answered]


def _cost(taken: Sequence[float]) -> list[str]:
    return [f"{each * 1e3:.1f} ms" for each in (statistics.median(taken), percentile(taken, 0.99), max(taken))]


def run(number: int, times: int, days: int) -> str:
    """Choose, live through the year, and tell."""
    taken = measured(Random(1), number, times)
    slow = percentile(taken, 0.99)
    cost = _cost(taken)
    title = f"Choosing among {number:,} members, of the processor"
    shown = table(title, ("", "median", "p99", "slowest"), [["the rule", *cost]])
    processor, clock, found = rows_measured(number, times)
    lines = [[name, *_cost(processor[name]), *_cost(clock[name])[:2]] for name in processor]
    columns = ("", "median", "p99", "slowest", "by the clock", "p99")
    title = (
        f"The whole way from SQLite, {number:,} members, of the processor; somebody is asked {found:.0%} of the times"
    )
    shown = f"{shown}\n\n{table(title, columns, lines)}"
    members, lot = community(Random(2), IN_THE_YEAR), by_lot(Random(3))
    ways: dict[str, Choose] = {"the rule": by_the_rule, "by lot": lot, "best match alone": by_the_best_match}
    years = [Year(members, choose, days, 4) for choose in ways.values()]
    columns = ("", "asks", "most", "of the top tenth", "Gini", "most in a week", "answered")
    rows = [year.row(name) for name, year in zip(ways, years, strict=True)]
    lived = table(f"{days} days among {IN_THE_YEAR} members", columns, rows)
    rule, random, best = years
    more = (rule.answered - random.answered) / rule.questions
    whole = {name: percentile(each, 0.99) for name, each in processor.items() if name != FLOOR}
    checks = [
        *(
            [f"{name}: at most {MOST * 1e3:.0f} ms at p99", f"{p99 * 1e3:.1f} ms", verdict(p99 <= MOST)]
            for name, p99 in whole.items()
        ),
        [f"the rule: at most {MOST * 1e3:.0f} ms at p99", f"{slow * 1e3:.2f} ms", verdict(slow <= MOST)],
        ["nobody is asked as often as by the best match", f"{rule.most} < {best.most}", verdict(rule.most < best.most)],
        ["more is answered than by lot", f"{more:.0%} of all", verdict(more > 0)],
    ]
    return f"{shown}\n\n{lived}\n\n{table('Targets', ('', 'measured', 'holds'), checks)}"


def main(arguments: Sequence[str] | None = None) -> None:
    """The command line."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.routing", description=__doc__)
    parser.add_argument("--members", type=int, default=5000)
    parser.add_argument("--times", type=int, default=400)
    parser.add_argument("--days", type=int, default=365)
    known = parser.parse_args(arguments)
    print(run(known.members, known.times, known.days))


if __name__ == "__main__":
    main()
