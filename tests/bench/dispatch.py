"""How fast, how even and how surely due posts go out; and what the bot has left for people meanwhile.

    python -m tests.bench.dispatch                                     10,000 posts at 48/50 and at 490/500 (5 minutes)
    python -m tests.bench.dispatch --posts 2000 --rate 490/500         one size only

The bot is the real process with a heartbeat on its loop (`watched`), Discord is the loopback double as a process of its
own. Beside it run the floor (ready-made requests at the same rate) and the plain ways: one APScheduler job for each
reminder, and `asyncio.gather` over all sends. Nothing here fails: the table says which targets hold.
"""

from __future__ import annotations

import argparse
import asyncio
import math
import os
import tempfile
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from pathlib import Path

import msgspec

from tests.bench import peers
from tests.bench.load import (
    GRACE,
    SHARE,
    Commands,
    Measured,
    Size,
    Used,
    all_arrived,
    discord_for,
    in_seconds,
    measured,
    monotonic_of,
    seed,
    sleep_until,
)
from tests.bench.tables import table, verdict
from tests.bench.watched import Heart
from tests.double import DoubleClient
from tests.force.running import Home

MOST_ABOVE = 0.025
"""Seconds by which the 99th percentile of commands may be above the floor's."""
MOST_STALLED = 0.1
"""Seconds for which the event loop may stand still."""


async def benkyokai(double: DoubleClient, size: Size, folder: Path, lead: float) -> tuple[Measured, Heart]:
    """The real bot, started before its posts are due."""
    assert double.process is not None
    home = Home(folder, double, dispatch={"rate": size.rate, "batch": 100})
    due_at = in_seconds(lead + size.posts / 4000)
    due = monotonic_of(due_at)
    try:
        await seed(home, size, due_at)
        running = home.start(module=("tests.bench.watched", "heart.json"))
        await sleep_until(due)
        if not (await double.stats())["gateway_connections"]:
            raise SystemExit(f"the bot was not online in time; give it a longer --lead\n{running.log}")
        commands, used = Commands(double, size.commands), Used(double.process.pid)
        await commands.begin()
        await all_arrived(double, size.posts, patience=15.0)
        load = used.load
        await commands.end()
        await running.terminate()
        heart = msgspec.json.decode((folder / "heart.json").read_bytes(), type=Heart)
        if trouble := [line for line in running.log.splitlines() if " INFO " not in line]:
            print(*trouble[:20], sep="\n")
        return await measured("Benkyokai", double, size, due, commands, load), heart
    finally:
        home.close()


def row(result: Measured, heart: Heart | None = None) -> list[str]:
    """A line of the table."""
    size = result.size

    def ms(seconds: float) -> str:
        return "–" if math.isnan(seconds) else f"{seconds * 1000:,.1f}"

    stalled = math.nan if heart is None else heart.longest(result.began, result.ended)
    load = math.nan if heart is None else heart.load(result.began, result.ended)
    return [
        result.name,
        f"{size.posts:,}",
        f"{size.rate}/{size.limit or '–'}",
        f"{result.per_second:,.1f}",
        f"{result.per_second / size.rate:.3f}",
        f"{result.lost:,}",
        str(result.doubled),
        f"{result.limited:,}",
        ms(result.off),
        str(result.commands or "–"),
        ms(result.acknowledged),
        ms(result.answered),
        ms(stalled),
        "–" if math.isnan(load) else f"{load:.2f}",
        "–" if math.isnan(load) else f"{load * (result.ended - result.began) / size.posts * 1000:.2f}",
        "–" if math.isnan(result.double_load) else f"{result.double_load:.2f}",
    ]


COLUMNS = (
    "", "posts", "R/limit", "per s", "of R", "lost", "twice", "429", "off p99", "commands", "ack p99", "answer p99",
    "stall", "CPU", "each", "double",
)  # fmt: skip

LEGEND = """\
off p99: the k-th post beyond k / (0.95 R), ms (below 0: earlier) | ack, answer: commands, ms | stall: longest pause of
the bot's event loop, ms | CPU, double: processor seconds per second of the bot and of the double | each: the bot's
processor milliseconds for each post, commands included. Other work on the machine shows in the floor's own numbers."""


def targets(result: Measured, heart: Heart, base: Measured | None) -> list[list[str]]:
    """What is asked for, what was measured, and whether it holds."""
    size = result.size
    stalled = heart.longest(result.began, result.ended)
    share = result.per_second / size.rate
    late = f"k-th post at most k/({SHARE} R) + {GRACE * 1000:.0f} ms late, p99"
    lines: list[tuple[str, str, bool]] = [
        (f"throughput at least {SHARE} R", f"{share:.3f} R", share >= SHARE),
        ("no global 429", str(result.limited), result.limited == 0),
        ("none lost", str(result.lost), result.lost == 0),
        ("none doubled", str(result.doubled), result.doubled == 0),
        (late, f"{result.off * 1000:.1f} ms beyond k/({SHARE} R)", result.off <= GRACE),
        (
            f"event loop stalls at most {MOST_STALLED * 1000:.0f} ms",
            f"{stalled * 1000:.1f} ms",
            stalled <= MOST_STALLED,
        ),
    ]
    if base is not None and base.commands and result.commands:
        for what, own, theirs in (
            ("acknowledged", result.acknowledged, base.acknowledged),
            ("answered", result.answered, base.answered),
        ):
            above = own - theirs
            most = f"commands {what} at most {MOST_ABOVE * 1000:.0f} ms above the double's own, p99"
            lines.append((most, f"{above * 1000:+.1f} ms", above <= MOST_ABOVE and result.unanswered == 0))
    ran = f"{size.posts:,} at {size.rate}/{size.limit}"
    return [[f"{ran}: {what}", found, verdict(holds)] for what, found, holds in lines]


async def run(sizes: Sequence[Size], peer_posts: int, floor_posts: int, lead: float, folder: Path) -> str:
    """Run everything and return what is to be printed."""
    lines: list[list[str]] = []
    checks: list[list[str]] = []
    busy = os.getloadavg()[0]
    for number, size in enumerate(sizes):
        base = None
        if floor_posts:
            # Without a limit: nobody waits there, so a timer that is late for a moment would be punished at once.
            small = replace(size, posts=min(size.posts, floor_posts), limit=0)
            async with discord_for(small) as double:
                base = await peers.floor(double, small)
            lines.append(row(base))
        home = folder / f"run-{number}"
        home.mkdir()
        async with discord_for(size) as double:
            result, heart = await benkyokai(double, size, home, lead)
        lines.append(row(result, heart))
        checks += targets(result, heart, base)
    if peer_posts:
        first = sizes[0]
        size = Size(peer_posts, min(first.channels, peer_posts), first.rate, first.limit, 0)
        plain: Sequence[Callable[[DoubleClient, Size], Awaitable[Measured]]] = (
            peers.one_job_per_reminder,
            peers.gathered,
        )
        for each in plain:
            async with discord_for(size) as double:
                lines.append(row(await each(double, size)))
    title = f"Posts due at one instant ({sizes[0].kind} posts; {os.cpu_count()} cores, {busy:.1f} at work before)"
    return "\n\n".join(
        (table(title, COLUMNS, lines) + "\n" + LEGEND, table("Targets", ("", "measured", "holds"), checks))
    )


def _rate(text: str) -> tuple[int, int]:
    rate, _, limit = text.partition("/")
    return int(rate), int(limit)


def main(arguments: Sequence[str] | None = None) -> None:
    """The command line."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.dispatch", description=__doc__)
    parser.add_argument("--posts", type=int, default=10_000)
    parser.add_argument("--channels", type=int, default=0, help="0: one for each post")
    parser.add_argument("--rate", type=_rate, nargs="+", default=[(48, 50), (490, 500)], metavar="R/LIMIT")
    parser.add_argument("--commands", type=int, default=20, help="slash commands a second")
    parser.add_argument("--kind", choices=("evening", "notice"), default="evening", help="which posts are due")
    parser.add_argument("--peer-posts", type=int, default=1000, help="posts of the plain ways; 0 leaves them out")
    parser.add_argument("--floor-posts", type=int, default=2000, help="posts of the floor; 0 leaves it out")
    parser.add_argument("--lead", type=float, default=10.0, help="seconds for the bot to come online")
    known = parser.parse_args(arguments)
    sizes = [
        Size(known.posts, known.channels or known.posts, rate, limit, known.commands, known.kind)
        for rate, limit in known.rate
    ]
    with tempfile.TemporaryDirectory(prefix="benkyokai-bench-") as folder:
        print(asyncio.run(run(sizes, known.peer_posts, known.floor_posts, known.lead, Path(folder))))


if __name__ == "__main__":
    main()
