"""What starting costs: the time and memory of importing, and what rows of the future add.

    python -m tests.bench.start                        11 interpreters each, 100,000 rows
    python -m tests.bench.start --times 3 --rows 1000  smaller

`import bot.app` is compared with importing what it can't do without, in fresh interpreters that take turns. The
application keeps the garbage collector off while it loads its own modules; so that this is not all that is seen, both
are measured without the collector, too. What rows add is seen in the real process, online and with its alarm set,
against the same on an empty database.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path

import msgspec

from bot.clock import SystemClock
from tests.bench.load import Size, discord_for, seed
from tests.bench.tables import table, verdict
from tests.double import DoubleClient, eventually
from tests.force.running import Home

OURS = ("bot.app",)
FLOOR = (
    "discord.ext.commands",
    "sqlalchemy.ext.asyncio",
    "sqlalchemy.dialects.sqlite.aiosqlite",
    "aiosqlite",
    "apscheduler.schedulers.asyncio",
)
HEAVY = ("alembic", "dateutil", "holidays", "icalendar", "PIL", "matplotlib", "rustworkx", "numpy", "aiohttp.web")
"""What must not be imported before it is needed."""
MOST = 1.15
"""Times the floor."""
MOST_FOR_ROWS = 5.0
"""MB."""

_PROBE = """
import gc, importlib, json, sys, time, warnings
if sys.argv[3] == "off":
    gc.disable()
warnings.simplefilter("ignore")
def resident():
    return next(int(line.split()[1]) for line in open("/proc/self/status") if line.startswith("VmRSS:"))
began, used = time.perf_counter(), time.process_time()
before = resident()
for name in sys.argv[1].split(","):
    importlib.import_module(name)
took = time.perf_counter() - began
worked = time.process_time() - used
grown = resident() - before
print(json.dumps([took, worked, grown / 1024, [name for name in sys.argv[2].split(",") if name in sys.modules]]))
"""


class Import(msgspec.Struct, array_like=True):
    """Seconds on the clock, seconds of the processor, MB, and the heavy modules that are there now."""

    took: float
    worked: float
    grown: float
    heavy: list[str]


def imported(modules: Sequence[str], cache: str, collector: str = "on") -> Import:
    """Import in a fresh interpreter that keeps what it compiles in the folder `cache`, whatever the machine's habit."""
    kept = {key: value for key, value in os.environ.items() if key != "PYTHONDONTWRITEBYTECODE"}
    done = subprocess.run(
        [sys.executable, "-c", _PROBE, ",".join(modules), ",".join(HEAVY), collector],
        check=True,
        capture_output=True,
        env=kept | {"PYTHONPYCACHEPREFIX": cache},
    )
    return msgspec.json.decode(done.stdout, type=Import)


def imports(times: int, collector: str = "on") -> tuple[list[Import], list[Import]]:
    """Ours and the floor's, in turns; the first of each fills the cache and is thrown away."""
    with tempfile.TemporaryDirectory(prefix="benkyokai-bench-") as cache:
        pairs = [(imported(OURS, cache, collector), imported(FLOOR, cache, collector)) for _ in range(times + 1)][1:]
    return [ours for ours, _ in pairs], [floor for _, floor in pairs]


def resident(pid: int) -> float:
    """MB that a process holds in memory."""
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1]) / 1024
    raise LookupError(pid)


async def at_rest(double: DoubleClient, rows: int, folder: Path) -> float:
    """MB of a bot that is online and has nothing to do yet; `rows` posts are due tomorrow."""
    home = Home(folder, double, dispatch={})
    size = Size(posts=rows, channels=50, rate=45, limit=50, commands=0)
    before = len(await double.gateway_log())
    try:
        await seed(home, size, SystemClock().now() + timedelta(days=1))
        running = home.start()

        async def identified() -> bool:
            return any(each["what"] == "identify" for each in (await double.gateway_log())[before:])

        await eventually(identified, seconds=30)
        # discord.py waits 2 s for more guilds; then the alarm is set.
        await asyncio.sleep(5.0)
        held = resident(running.process.pid)
        await running.terminate()
        return held
    finally:
        home.close()


async def memory(rows: int, times: int, folder: Path) -> tuple[list[float], list[float]]:
    """MB without and with the rows, in turns."""
    without: list[float] = []
    with_rows: list[float] = []
    async with discord_for(Size(posts=0, channels=50, rate=45, limit=50, commands=0)) as double:
        for number in range(times):
            for count, found in ((0, without), (rows, with_rows)):
                home = folder / f"{number}-{count}"
                home.mkdir()
                found.append(await at_rest(double, count, home))
    return without, with_rows


def main(arguments: Sequence[str] | None = None) -> None:
    """The command line."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.start", description=__doc__)
    parser.add_argument("--times", type=int, default=11, help="interpreters of each kind")
    parser.add_argument("--rows", type=int, default=100_000, help="rows of the future; 0 leaves them out")
    parser.add_argument("--row-times", type=int, default=3, help="processes of each kind")
    known = parser.parse_args(arguments)
    usual, uncollected = imports(known.times), imports(known.times, "off")
    lines: list[list[str]] = []
    checks: list[list[str]] = []
    for what, unit, field, scale, (ours, floor) in (
        ("time", "ms", "took", 1000.0, usual),
        ("processor time", "ms", "worked", 1000.0, usual),
        ("processor time without the collector", "ms", "worked", 1000.0, uncollected),
        ("memory", "MB", "grown", 1.0, usual),
    ):
        mine = statistics.median(getattr(each, field) for each in ours) * scale
        theirs = statistics.median(getattr(each, field) for each in floor) * scale
        lines.append([what, f"{mine:,.1f} {unit}", f"{theirs:,.1f} {unit}", f"{mine / theirs:.3f}"])
        if field != "worked":
            checks.append(
                [f"{what} at most {MOST} times the floor", f"{mine / theirs:.3f}", verdict(mine <= MOST * theirs)]
            )
    heavy = sorted({name for each in usual[0] for name in each.heavy})
    checks.append(["no heavy module imported", ", ".join(heavy) or "none", verdict(not heavy)])
    shown = [table(f"import bot.app, median of {known.times}", ("", "bot.app", "floor", "ratio"), lines)]
    if known.rows:
        with tempfile.TemporaryDirectory(prefix="benkyokai-bench-") as folder:
            without, with_rows = asyncio.run(memory(known.rows, known.row_times, Path(folder)))
        least, most = statistics.median(without), statistics.median(with_rows)
        held = [["empty database", f"{least:.1f} MB"], [f"{known.rows:,} future posts", f"{most:.1f} MB"]]
        shown.append(table(f"Memory of the running bot, median of {known.row_times}", ("", "resident"), held))
        what = f"{known.rows:,} future rows add at most {MOST_FOR_ROWS:.0f} MB"
        checks.append([what, f"{most - least:+.1f} MB", verdict(most - least <= MOST_FOR_ROWS)])
    shown.append(table("Targets", ("", "measured", "holds"), checks))
    print("\n\n".join(shown))


if __name__ == "__main__":
    main()
