"""What the bot asks of the process it runs in: a quick loop, and threads and a garbage collector that don't hold it up.

Only the real process is tuned like this; a bot that runs inside something else (the tests, the demo) leaves it alone.
"""

from __future__ import annotations

import asyncio
import gc
import sys
from collections.abc import Generator
from contextlib import contextmanager

_SWITCH = 0.001
"""Seconds for which one thread may keep the interpreter from the others. With Python's own 5 ms, a busy loop waits so
long for each answer of the database's thread, whose own share of a statement is a hundredth of that."""
_YOUNG = 2_000
"""Objects after which the youngest are looked at; Python's own 700 are less than one message needs."""


def new_loop() -> asyncio.AbstractEventLoop:
    """A new event loop: uvloop where it exists, which does the same with half the work (it doesn't on Windows)."""
    sys.setswitchinterval(_SWITCH)
    try:
        import uvloop
    except ModuleNotFoundError:
        return asyncio.new_event_loop()
    return uvloop.new_event_loop()


@contextmanager
def loading() -> Generator[None]:
    """Load what stays as long as the process, without looking for garbage in it.

    The collector would run some two hundred times meanwhile, for a tenth of the time that it all takes.
    """
    collects = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if collects:
            gc.enable()


def set_aside() -> None:
    """Collect what is garbage by now, and keep the collector from whatever remains.

    Every server, channel and role that Discord tells of stays in memory, a few hundred thousand objects for a large
    bot. The collector would go through all of them again and again, for a tenth of a second each time, and find
    nothing. For the moments in which the caches have just been filled, and for the night: what becomes garbage among
    them is only found by the next call. Takes as long as one full collection.
    """
    gc.unfreeze()
    gc.collect()
    gc.freeze()
    gc.set_threshold(_YOUNG, 20, 20)
