"""What the real process is tuned for, in an interpreter of its own."""

from __future__ import annotations

import subprocess
import sys

import pytest


def said(code: str) -> str:
    """What a fresh interpreter prints."""
    done = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    return done.stdout.strip()


@pytest.mark.skipif(sys.platform == "win32", reason="there is no uvloop for Windows")
def test_the_bot_runs_on_uvloop():
    assert said("from bot.process import new_loop; print(type(new_loop()).__module__)") == "uvloop"


def test_without_uvloop_the_bot_runs_on_the_loop_of_asyncio():
    code = (
        "import sys; sys.modules['uvloop'] = None; from bot.process import new_loop; print(type(new_loop()).__module__)"
    )
    assert said(code).startswith("asyncio.")


def test_a_thread_gets_the_interpreter_soon():
    assert said("import sys; from bot.process import new_loop; new_loop(); print(sys.getswitchinterval())") == "0.001"


def test_what_is_set_aside_is_not_looked_at_again_until_the_next_time():
    code = """
import gc, weakref
from bot.process import set_aside

class Server: pass

def ring():
    server = Server()
    server.itself = server
    return server

early, late = ring(), ring()
seen = weakref.ref(early)
set_aside()
assert gc.get_freeze_count() > 1000
del early
gc.collect()
assert seen() is not None, "looked at"
set_aside()
assert seen() is None, "kept for ever"
print("well")
"""
    assert said(code) == "well"


def test_nothing_is_collected_while_loading_but_again_after_it_even_if_it_failed():
    code = """
import gc
from bot.process import loading

with loading():
    assert not gc.isenabled()
assert gc.isenabled()
with loading():
    with loading():
        pass
    assert not gc.isenabled(), "what loads more goes on"
try:
    with loading():
        raise ImportError
except ImportError:
    assert gc.isenabled()
print("well")
"""
    assert said(code) == "well"
