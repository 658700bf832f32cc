"""What a list of choices costs while somebody types, in a community with 100,000 sessions.

    python -m tests.bench.suggestions                     100,000 sessions, all of them ahead, in 50 groups
    python -m tests.bench.suggestions --ahead 2000        the others are over
    python -m tests.bench.suggestions --sessions 1000     smaller

Each list is asked for as the commands do, for texts that fit everything, some things and nothing, in both languages;
what is timed goes from the text to the choices' labels. The floor is one read of the community by the same connection,
which no list does without.
"""

from __future__ import annotations

import argparse
import asyncio
import gc
import statistics
import tempfile
from collections.abc import Awaitable, Callable, Sequence
from datetime import timedelta
from itertools import cycle
from pathlib import Path
from time import perf_counter

from msgspec.structs import asdict, replace

from bot.app.services import compose
from bot.clock import SystemClock
from bot.config import load
from bot.domain.actors import Actor
from bot.domain.rsvps import Answer, Rsvp
from bot.domain.sessions import NewSession
from bot.domain.zones import find_zones
from bot.i18n import words
from bot.rendering import sessions as rendering
from data.database import Database
from data.schema import metadata
from tests.bench.tables import percentile, table, verdict

MOST = 0.020
"""Seconds that a list may take at the 99th percentile."""
GUILD, PERSON = 7, 11
GROUPS, INDUSTRIES = 50, 300
THEMES = ("朝の会", "物流の基礎", "Logistics for beginners", "農業とAI", "Öffentlicher Dienst", "How banks earn money")
TYPED = (
    "",
    "朝",
    "物流",
    "logi",
    "12/",
    "2026",
    "öff",
    "ＡＩ",
    "banks",
    "部会 7",
    "来週水曜の物流",
    "Jan 27 banks",
    "zzz",
    "存在しない",
)
ZONES = ("", "to", "東京", "new y", "utc", "zzz", "europe/")
TRADES = ("", "金融", "trade 1", "finance, ", "食品, 物", "zzz")

Ask = Callable[[str], Awaitable[Sequence[str]]]


async def seed(database: Database, number: int, ahead: int) -> None:
    """The newest `ahead` sessions are to come, the others are over; one person has answered for one in a hundred."""
    now = SystemClock().now().replace(microsecond=0)
    async with database.connections.writing() as connection:
        await connection.run_sync(metadata.create_all)
    async with database(GUILD) as uow:
        await uow.communities.change(time_zone="Asia/Tokyo", announcements_channel=50, set_up_at=now)
        for n in range(GROUPS):
            await uow.groups.add(name=f"部会 {n}", description="", channel_id=0, announce_days_before=7)
        for n in range(INDUSTRIES):
            await uow.industries.add(f"Trade {n}", PERSON)
    first = now - timedelta(hours=number - ahead - 1)
    for begin in range(0, number, 5000):
        rows = [
            asdict(NewSession(n % GROUPS + 1, f"{THEMES[n % len(THEMES)]} {n}", first + timedelta(hours=n)))
            | {"created_at": now, "announced_at": now, "series_id": None, "occurrence_on": None, "host_id": PERSON}
            | {"state": "scheduled" if n >= number - ahead else "cancelled" if n % 10 == 0 else "ended"}
            for n in range(begin, min(begin + 5000, number))
        ]
        async with database(GUILD) as uow:
            added = await uow.sessions.add_all(rows)
            for session in added[::100]:
                await uow.rsvps.put(Rsvp(session.id, PERSON, Answer.GOING, False, 1, now))


def lists(database: Database) -> list[tuple[str, Ask, Sequence[str]]]:
    """Each list, and what is typed into it."""
    services = compose(database, SystemClock(), load(None, {}))
    actor = Actor(PERSON, sees=lambda _channel: True)

    async def of_sessions(text: str) -> Sequence[str]:
        label = rendering.label(await database.settings(GUILD), words("ja"))
        return [label(each) for each in await services.sessions.suggest(GUILD, actor, text, label)]

    async def of_all_sessions(text: str) -> Sequence[str]:
        label = rendering.label(await database.settings(GUILD), words("ja"))
        found = await services.sessions.suggest(GUILD, actor, text, label, looking_back=True)
        return [label(each) for each in found]

    zones = cycle(each.id for each in find_zones("", locale="en"))

    async def of_strangers(text: str) -> Sequence[str]:
        """As in a community that nobody typed in for a while: nothing of what was put into words before is of use."""
        community = replace(await database.settings(GUILD), time_zone=next(zones))
        label = rendering.label(community, words("ja"))
        return [label(each) for each in await services.sessions.suggest(GUILD, actor, text, label)]

    async def of_groups(text: str) -> Sequence[str]:
        return [group.name for group in await services.groups.suggest(GUILD, actor, text)]

    async def of_zones(text: str) -> Sequence[str]:
        return [zone.label for language in ("en", "ja") for zone in find_zones(text, locale=language)]

    async def of_industries(text: str) -> Sequence[str]:
        return [str(each) for each in await services.profiles.suggest_industries(GUILD, text)]

    async def nothing(_text: str) -> Sequence[str]:
        async with database.reading(GUILD) as uow:
            await uow.members.find(PERSON)
        return []

    return [
        ("floor: one read", nothing, TYPED),
        ("sessions", of_sessions, TYPED),
        ("sessions, for the first time", of_strangers, TYPED),
        ("sessions, looking back", of_all_sessions, TYPED),
        ("groups", of_groups, TYPED),
        ("zones, both languages", of_zones, ZONES),
        ("industries", of_industries, TRADES),
    ]


async def run(folder: Path, number: int, ahead: int, rounds: int) -> str:
    """Seed, ask, and tell."""
    database = Database(f"sqlite:///{folder / 'bench.db'}", SystemClock())
    lines: list[list[str]] = []
    checks: list[list[str]] = []
    try:
        await seed(database, number, ahead)
        # As the running bot does once its caches are filled.
        gc.collect()
        gc.freeze()
        for name, ask, typed in lists(database):
            taken: list[float] = []
            most = 0
            for _ in range(rounds):
                for text in typed:
                    began = perf_counter()
                    most = max(most, len(await ask(text)))
                    taken.append(perf_counter() - began)
            slow = percentile(taken, 0.99)
            numbers = (statistics.median(taken), slow, max(taken))
            lines.append([name, str(len(taken)), str(most), *(f"{each * 1e3:,.2f} ms" for each in numbers)])
            if not name.startswith("floor"):
                limit = f"{name}: at most {MOST * 1e3:.0f} ms at p99"
                checks.append([limit, f"{slow * 1e3:.2f} ms", verdict(slow <= MOST)])
    finally:
        await database.close()
    title = f"Choices while typing, {number:,} sessions of which {ahead:,} are ahead"
    shown = table(title, ("", "asked", "choices", "median", "p99", "slowest"), lines)
    return f"{shown}\n\n{table('Targets', ('', 'measured', 'holds'), checks)}"


def main(arguments: Sequence[str] | None = None) -> None:
    """The command line."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.suggestions", description=__doc__)
    parser.add_argument("--sessions", type=int, default=100_000)
    parser.add_argument("--ahead", type=int, help="how many of them are to come; all, unless told otherwise")
    parser.add_argument("--rounds", type=int, default=50)
    known = parser.parse_args(arguments)
    ahead = known.sessions if known.ahead is None else known.ahead
    with tempfile.TemporaryDirectory(prefix="benkyokai-bench-") as folder:
        print(asyncio.run(run(Path(folder), known.sessions, ahead, known.rounds)))


if __name__ == "__main__":
    main()
