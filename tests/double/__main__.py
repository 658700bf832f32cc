"""`python -m tests.double --port 8008 --channels 20`: the double as its own process."""

from __future__ import annotations

import argparse
import asyncio
import gc
import os
import signal
import sys

import msgspec

from tests.double.server import DiscordDouble
from tests.double.settings import DoubleSettings


def parse(arguments: list[str] | None = None) -> tuple[argparse.Namespace, DoubleSettings]:
    """The command line; every setting is an option of the same name."""
    parser = argparse.ArgumentParser(prog="python -m tests.double", description="A double of Discord.")
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=0, help="0 takes a free one")
    parser.add_argument("--until-stdin-closes", action="store_true", help="end with the process that started it")
    for field in msgspec.structs.fields(DoubleSettings):
        parser.add_argument("--" + field.name.replace("_", "-"), default=None, help=f"default: {field.default!r}")
    known = parser.parse_args(arguments)
    names = [field.name for field in msgspec.structs.fields(DoubleSettings)]
    given = {name: value for name in names if (value := getattr(known, name)) is not None}
    # Numbers and booleans come as text; the settings' types say what they are.
    return known, msgspec.convert(given, DoubleSettings, strict=False)


async def serve(known: argparse.Namespace, settings: DoubleSettings) -> None:
    """Run until SIGTERM, SIGINT or the end of standard input; says on standard output when it is ready."""
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for each in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(each, stop.set)
    if known.until_stdin_closes:
        loop.add_reader(sys.stdin.fileno(), lambda: os.read(sys.stdin.fileno(), 1024) or stop.set())
    async with DiscordDouble(settings, host=known.host, port=known.port) as double:
        # Nothing here makes cycles by the thousand, and a full collection over all messages is a pause that
        # would be measured as the bot's.
        gc.collect()
        gc.freeze()
        gc.set_threshold(50_000, 20, 1000)
        sys.stdout.write(msgspec.json.encode({"port": double.port}).decode() + "\n")
        sys.stdout.flush()
        await stop.wait()


if __name__ == "__main__":
    asyncio.run(serve(*parse()))
