"""One round of killing with the real values: nonces known for 300 s, relied on for 120 s, leases of 120 s.

    python -m tests.bench.kill               one kill (6 minutes)
    python -m tests.bench.kill --kills 3     three, each followed by a restart 5 minutes later

The tests play the same with 5, 2 and 2 s. The floor is what must not happen: a bot that sends again whatever it is not
sure of would double the rows in doubt, one that never does would lose those of them that don't stand.
"""

from __future__ import annotations

import argparse
import asyncio
import re
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

from tests.bench.tables import table, verdict
from tests.force.scenarios import Outcome, restarted_later, scenario


async def play(folder: Path, kills: int, window: int, nonce: int, lease: int) -> Outcome:
    """Kill, wait until the nonces are forgotten, start again."""
    async with scenario(folder, seed=5, window=window, nonce=nonce, lease=lease) as bot:
        return await restarted_later(bot, kills)


def main(arguments: Sequence[str] | None = None) -> None:
    """The command line."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.kill", description=__doc__)
    parser.add_argument("--kills", type=int, default=1)
    parser.add_argument("--window", type=int, default=300, help="seconds for which Discord knows a nonce")
    parser.add_argument("--nonce", type=int, default=120, help="dispatch.nonce_seconds")
    parser.add_argument("--lease", type=int, default=120, help="dispatch.lease_seconds")
    known = parser.parse_args(arguments)
    began = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="benkyokai-bench-") as folder:
        outcome = asyncio.run(play(Path(folder), known.kills, known.window, known.nonce, known.lease))
    taken_up = sum(map(int, re.findall(r"(\d+) posts of an earlier run", outcome.said)))
    print(
        table(
            f"Killed {outcome.kills} times at {known.window}/{known.nonce}/{known.lease} s",
            ("", "posts"),
            [
                ["due", str(len(outcome.rows))],
                ["taken up after a kill", str(taken_up)],
                ["sent", str(len(outcome.rows_in("sent")))],
                ["unconfirmed", str(len(outcome.rows_in("unconfirmed")))],
                ["minutes", f"{(time.monotonic() - began) / 60:.1f}"],
            ],
        )
    )
    checks = [
        ["none missing", str(len(outcome.missing)), verdict(not outcome.missing)],
        ["none doubled", str(len(outcome.doubled)), verdict(not outcome.doubled)],
    ]
    print("\n" + table("Targets", ("", "measured", "holds"), checks))


if __name__ == "__main__":
    main()
