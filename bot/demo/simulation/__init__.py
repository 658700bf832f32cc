"""The simulated Discord in which tests and the tour drive the real bot; the only importer of simcord.

simcord runs the real discord.py against an offline Discord. Where it differs from Discord, `install` closes the
gap: each change stands in its module here and has a test that fails when simcord no longer needs it.

    engine      no waiting in real time; locks; everyone's own language
    messages    nonces, closed DMs, archived and locked threads, old edits, pins, whom a message notified
    guilds      forums and their options, thread rules, scheduled events, command sync
    commands    the limits for commands and choices

`Simulation` starts a bot and moves its clock; `set_locale`, `close_dms` and `Simulation.rules` set the scene.

**How the bot must be written so that it comes to rest.** After each act simcord waits until the bot has nothing
more to do now. Event handlers and `setup_hook` belong to the bot, and so do the tasks and timers they start.

- A task may end, sleep, await the database or a thread, or wait for an asyncio Lock, Event, Condition, Semaphore
  or Queue. It must not wait for a bare Future that only the outside world completes.
- Time comes from the injected clock, durations from `time.monotonic()`; both are virtual. `datetime.now()`,
  `time.time()` and `loop.time()` are real: whoever compares them with a sleep sees no time pass.
- Whatever waits longer than 50 ms is over only when the simulation advances. So a test presses, advances by the
  two seconds that an edit is held back, and looks.
- Nothing polls: a loop with a sleep of a second costs 86,400 steps a day. Four weeks with a safety tick of 60 s are
  40,000 steps; give the simulated bot a longer one.
- Tasks and timers made by test code belong to the test. Call services through `Simulation.run`.
- Callbacks from threads (`call_soon_threadsafe`) belong to nobody; await the thread instead.
- simcord never closes a bot: `close` must stop the scheduler and close the database.
"""

from bot.demo.simulation.rules import (
    DEFAULT_LOCALE,
    Person,
    Posted,
    Rules,
    close_dms,
    open_dms,
    rules_of,
    set_locale,
)
from bot.demo.simulation.shims import install
from bot.demo.simulation.world import START, BotFactory, SimulatedClock, Simulation, close_bot

__all__ = [
    "DEFAULT_LOCALE",
    "START",
    "BotFactory",
    "Person",
    "Posted",
    "Rules",
    "SimulatedClock",
    "Simulation",
    "close_bot",
    "close_dms",
    "install",
    "open_dms",
    "rules_of",
    "set_locale",
]
