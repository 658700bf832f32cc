"""Changes to simcord's engine: no waiting in real time, and each person's own language.

simcord lets a timer fire by itself once as much real time has passed, so a verb would wait two seconds for an edit
that is planned in two seconds; and it takes a task that waits for a lock for one that hangs.
"""

from __future__ import annotations

import asyncio
from types import CodeType, FrameType
from typing import Any, cast

import simcord.env as env_module
from simcord import SetupError, _settlement, interactions
from simcord.env import Env

from bot.demo.simulation.patching import swap
from bot.demo.simulation.rules import DEFAULT_LOCALE, rules_of

IDLE_SECONDS = 0.001
LIVE_TIMER_SECONDS = 0.05

# Waits that only the bot's other tasks can end. What those are doing decides whether the bot is at rest.
_PRIMITIVES: frozenset[CodeType] = frozenset(
    method.__code__
    for method in (
        asyncio.Lock.acquire,
        asyncio.Semaphore.acquire,
        asyncio.Event.wait,
        asyncio.Condition.wait,
        asyncio.Queue.get,
        asyncio.Queue.put,
        asyncio.Queue.join,
    )
)


def install() -> None:
    """Apply the changes to the process."""
    _shorten_idle()
    _keep_timers_virtual()
    _let_tasks_wait_for_each_other()
    _give_everyone_a_language()


def _shorten_idle() -> None:
    # 50 ms of waiting after every verb is nine tenths of a test's time; work itself is awaited, not slept for.
    defaults = cast("dict[str, Any]", Env._settle_internal.__kwdefaults__)
    swap(Env._settle_internal, "__kwdefaults__", {**defaults, "idle": IDLE_SECONDS}, pace=True)
    timeout, _ = cast("tuple[Any, ...]", Env.settle.__defaults__)
    swap(Env.settle, "__defaults__", (timeout, IDLE_SECONDS), pace=True)
    swap(env_module, "asyncio", _AsyncioThatYields(), pace=True)


class _AsyncioThatYields:
    """asyncio as simcord's settling sees it: where it would pause for callbacks that are about to run, it yields.

    The shortest pause of an event loop is a millisecond, and a month of ticks has 40,000 of them.
    """

    def __getattr__(self, name: str) -> Any:
        return getattr(asyncio, name)

    @staticmethod
    async def sleep(delay: float) -> None:
        await asyncio.sleep(0)


def _keep_timers_virtual() -> None:
    original = Env._schedule_timer

    def schedule_timer(self: Env, record: Any, callback: Any, args: Any, schedule_context: Any) -> None:
        # The shortest ones still run by themselves: discord.py and asyncio use them to yield, not to wait.
        if record.when - self._virtual_time <= LIVE_TIMER_SECONDS:
            original(self, record, callback, args, schedule_context)

    swap(Env, "_schedule_timer", schedule_timer)


def _let_tasks_wait_for_each_other() -> None:
    original = _settlement._park_reason

    def park_reason(state: Any, task: Any, deadline: float, seen: Any = None) -> str | None:
        frame = _innermost(task)
        if frame is not None and frame.f_code in _PRIMITIVES:
            return "an asyncio lock, event or queue"
        if frame is not None and frame.f_code is asyncio.wait_for.__code__:
            inner = frame.f_locals.get("fut")  # its own future says nothing, the task it wraps does
            if inner in state.work.tasks and park_reason(state, inner, deadline, seen) is not None:
                return "asyncio.wait_for of such a wait"
        return original(state, task, deadline, seen)

    swap(_settlement, "_park_reason", park_reason)


def _innermost(task: asyncio.Task[Any]) -> FrameType | None:
    """The frame in which the task is suspended, if it is suspended on a pending future at all."""
    waiter = getattr(task, "_fut_waiter", None)
    if waiter is None or waiter.done():
        return None
    frame: FrameType | None = None
    awaited: Any = task.get_coro()
    while awaited is not None:
        frame = getattr(awaited, "cr_frame", None) or getattr(awaited, "ag_frame", None) or frame
        awaited = getattr(awaited, "cr_await", None) or getattr(awaited, "ag_await", None)
    return frame


def _give_everyone_a_language() -> None:
    original = interactions.base_payload

    def base_payload(backend: Any, **details: Any) -> Any:
        channel = backend.get_channel(details["channel_id"])
        if channel.is_thread and channel.thread_metadata.archived:
            raise SetupError("Commands and components don't work in an archived thread")
        record, payload = original(backend, **details)
        payload["locale"] = rules_of(backend).locales.get(details["user_id"], DEFAULT_LOCALE)
        if details["guild_id"] is not None:
            payload["guild_locale"] = backend.get_guild(details["guild_id"]).preferred_locale
        return record, payload

    swap(interactions, "base_payload", base_payload)
