"""When the bot wakes up: one alarm for the earliest row that falls due, a safety tick, and the regular jobs.

The only importer of APScheduler, and the one place that gives it our clock. Jobs live in memory: what must
survive a restart is a row, and APScheduler only wakes us. (One job per reminder does not work: of 10,000 due
together its SQLAlchemy job store dropped all, its memory store 7,211.)
"""

from __future__ import annotations

import inspect
import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import Context, copy_context
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from apscheduler.jobstores.memory import MemoryJobStore
from apscheduler.schedulers import base
from apscheduler.schedulers.asyncio import AsyncIOScheduler
from apscheduler.triggers.base import BaseTrigger
from apscheduler.triggers.date import DateTrigger
from apscheduler.triggers.interval import IntervalTrigger

if TYPE_CHECKING:
    from bot.clock import Clock

log = logging.getLogger(__name__)

ALARM = "alarm"
TICK = "tick"


class Scheduling:
    """Runs plain or async functions at their time, on the running event loop.

    A job that fails is logged with its traceback, handed to `on_error` if there is one, and runs again at its
    next time. A job never overlaps itself: times that come while it runs are skipped, and those missed while the
    machine slept become one.

    Args:
        clock: what "now" is, for APScheduler too.
        tick_seconds: the period of `safety_tick`, in seconds.
        on_error: told of every exception that a job lets out, after it was logged.
    """

    def __init__(
        self, clock: Clock, *, tick_seconds: float, on_error: Callable[[Exception], object] | None = None
    ) -> None:
        self._clock = clock
        self._tick_seconds = tick_seconds
        self._on_error = on_error
        self._scheduler = _ClockedScheduler(clock)
        self._armed_for: datetime | None = None

    @property
    def armed_for(self) -> datetime | None:
        """The instant the alarm will ring (aware UTC), or None if it is not set."""
        return self._armed_for

    def start(self) -> None:
        """Start, inside a running event loop; jobs given before count from their own times."""
        self._scheduler.start()

    def shutdown(self) -> None:
        """Stop at once and cancel what is running; harmless if already stopped."""
        self._scheduler.stop()
        self._armed_for = None

    def arm(self, at: datetime, wake: Callable[[], object]) -> None:
        """Have `wake` called once at `at` (aware), or right away if that is past.

        There is one alarm. Until it has rung it only ever moves to an earlier time: whoever is woken learns
        from the rows when to be woken next.
        """
        if self._armed_for is not None and self._armed_for <= at:
            return
        self._armed_for = at
        self._add(ALARM, DateTrigger(at, timezone=UTC), at, self._ring, wake)

    def safety_tick(self, wake: Callable[[], object]) -> None:
        """Call `wake` every `tick_seconds`: it catches what no alarm was set for."""
        self.every(self._tick_seconds, wake, TICK)

    def every(self, seconds: float, func: Callable[[], object], id: str) -> None:
        """Call `func` every `seconds`, for the first time after as long; replaces the job of that `id`."""
        self._repeat(id, timedelta(seconds=seconds), self._clock.now() + timedelta(seconds=seconds), func)

    def hourly(self, func: Callable[[], object], id: str, *, minute: int = 0) -> None:
        """Call `func` at this minute of every hour; replaces the job of that `id`."""
        now = self._clock.now().astimezone(UTC)
        first = now.replace(minute=minute, second=0, microsecond=0)
        self._repeat(id, timedelta(hours=1), first if first > now else first + timedelta(hours=1), func)

    def daily(self, func: Callable[[], object], id: str, *, hour: int, minute: int = 0) -> None:
        """Call `func` at this time of every day, in UTC; replaces the job of that `id`.

        No zone can be given: when daylight saving begins or ends, a job in a local zone fires twice or not at
        all. What follows a community's wall clock is a row with an instant.
        """
        now = self._clock.now().astimezone(UTC)
        first = now.replace(hour=hour, minute=minute, second=0, microsecond=0)
        self._repeat(id, timedelta(days=1), first if first > now else first + timedelta(days=1), func)

    def _repeat(self, id: str, period: timedelta, first: datetime, func: Callable[[], object]) -> None:
        trigger = IntervalTrigger(seconds=period.total_seconds(), start_date=first, timezone=UTC)  # pyright: ignore[reportArgumentType]
        self._add(id, trigger, first, func)

    def _add(self, id: str, trigger: BaseTrigger, first: datetime, func: Callable[..., object], *args: Any) -> None:
        # The first time is given, because APScheduler would work it out from the system's clock.
        self._scheduler.add_job(
            self._run, trigger, (id, func, *args), id=id, name=id, replace_existing=True, next_run_time=first
        )

    async def _run(self, id: str, func: Callable[..., object], *args: Any) -> None:
        # A coroutine, so that APScheduler runs it on the loop: a plain function it would put into a thread.
        try:
            result = func(*args)
            if inspect.isawaitable(result):
                await result
        except Exception as error:
            log.exception("The job %s failed", id)
            if self._on_error is not None:
                self._on_error(error)

    def _ring(self, wake: Callable[[], object]) -> object:
        self._armed_for = None  # first, so that `wake` may set the alarm again
        return wake()


class _ClockedScheduler(AsyncIOScheduler):
    """APScheduler with a clock of one's own, and with timers that belong to whoever started it."""

    def __init__(self, clock: Clock) -> None:
        super().__init__(
            jobstores={"default": MemoryJobStore()},
            job_defaults={"coalesce": True, "max_instances": 1, "misfire_grace_time": None},
            timezone=UTC,
        )
        self._our_datetime = _datetime_of(clock)
        self._context = Context()

    def start(self, paused: bool = False) -> None:
        # Timers run in the starter's context, not in that of whichever request set the alarm last.
        self._context = copy_context()
        super().start(paused)

    def stop(self) -> None:
        """Stop now: APScheduler's own `shutdown` leaves it to a later turn of a loop that may be closing."""
        if self.running:
            base.BaseScheduler.shutdown(self, wait=False)
        self._stop_timer()

    def wakeup(self) -> None:
        if self._eventloop is not None:
            self._eventloop.call_soon_threadsafe(self._pass, context=self._context)

    def _pass(self) -> None:
        if self.running:
            self._start_timer(self._process_jobs())

    def _start_timer(self, wait_seconds: float | None) -> None:
        self._stop_timer()
        if wait_seconds is not None and self._eventloop is not None:
            self._timeout = self._eventloop.call_later(wait_seconds, self._pass, context=self._context)

    def _process_jobs(self) -> float | None:
        with self._reading_our_clock():
            return super()._process_jobs()

    @contextmanager
    def _reading_our_clock(self) -> Iterator[None]:
        # APScheduler takes no clock: it calls `datetime.now()` by the name in its module. That name is ours
        # only during one pass, which awaits nothing and runs no job: two schedulers may have different clocks.
        theirs = base.datetime
        base.datetime = self._our_datetime
        try:
            yield
        finally:
            base.datetime = theirs


def _datetime_of(clock: Clock) -> type[datetime]:
    class ClockDatetime(datetime):
        @classmethod
        def now(cls, tz: Any = None) -> datetime:  # pyright: ignore[reportIncompatibleMethodOverride]
            return clock.now().astimezone(tz)

    return ClockDatetime
