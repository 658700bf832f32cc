"""Drains what is due: steps in their units of work, posts through their attempts.

`wake()` starts a drain if none runs, else asks for one more pass; a drain ends when nothing is due, so nothing waits
for ever. The rows are the truth: whatever this process forgets, the next one finds in them.
"""

from __future__ import annotations

import asyncio
import logging
from collections import deque
from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime, timedelta
from typing import Protocol

from bot.clock import Clock
from bot.delivery import Delivery, PostKind, StillHere
from bot.domain.communities import Community
from bot.domain.posts import Outbox, Post, lane
from bot.domain.steps import MOST_TRIES, Step, StepHandler, StepState, retry_after
from bot.domain.uow import UnitOfWork, Units
from bot.logs import reference
from bot.pacer import Pacer
from bot.posting import Poster
from bot.sight import Sight
from bot.windows import Windows

__all__ = ["Dispatcher", "DueSteps", "PostKind"]

_log = logging.getLogger(__name__)


_AT_FIRST = 10
_AT_ONCE = 25
"""Posts taken at once: the first of thousands go out while the next are read, and nobody waits long in between."""


class DueSteps(Protocol):
    """Where due steps are found."""

    async def due_steps(self, now: datetime, limit: int) -> list[Step]:
        """The due steps of all communities, oldest first."""
        ...


class Dispatcher:
    """Owns everything that is due. One per process."""

    def __init__(
        self,
        *,
        units: Units,
        outbox: Outbox,
        steps: DueSteps,
        clock: Clock,
        poster: Poster,
        pacer: Pacer,
        settings: Callable[[int], Awaitable[Community]],
        step_handlers: Mapping[str, StepHandler],
        post_kinds: Mapping[str, PostKind],
        arm: Callable[[datetime], None],
        stop: Callable[[int], None],
        lease: timedelta,
        nonce_life: timedelta,
        batch: int,
        report: Callable[[UnitOfWork, Step, str], Awaitable[None]] | None = None,
        windows: Windows | None = None,
        sight: Sight | None = None,
        still_here: StillHere | None = None,
    ) -> None:
        self._units = units
        self._outbox = outbox
        self._steps = steps
        self._clock = clock
        self._step_handlers = step_handlers
        self._arm = arm
        self._lease = lease
        self._most = batch
        self._report = report
        self._delivery = Delivery(
            units=units,
            outbox=outbox,
            clock=clock,
            poster=poster,
            pacer=pacer,
            settings=settings,
            post_kinds=post_kinds,
            stop=stop,
            nonce_life=nonce_life,
            windows=windows,
            sight=sight,
            still_here=still_here,
        )
        self._lanes: dict[int, deque[Post]] = {}
        self._workers: set[asyncio.Task[None]] = set()
        self._in_hand = 0
        self._room = asyncio.Event()
        self._again = False
        self._looked_at = clock.now()
        self._drain: asyncio.Task[None] | None = None

    # Waking

    def wake(self) -> None:
        """Drain what is due now; harmless at any time."""
        if self._delivery.closing:
            return
        self._again = True
        self._room.set()
        if self._drain is None:
            self._drain = asyncio.create_task(self._drain_all())

    async def recover(self) -> None:
        """Before the first wake: void what an older process left."""
        returned = await self._outbox.recover()
        if returned:
            _log.info("%d posts of an earlier run are taken up again", returned)

    async def close(self, grace: float = 3.0) -> None:
        """Begin nothing new, and give attempts under way `grace` seconds; what is cut short is in doubt, not lost."""
        self._delivery.closing = True
        self._room.set()
        tasks = [*self._workers, *([self._drain] if self._drain else [])]
        if tasks:
            _, late = await asyncio.wait(tasks, timeout=grace)
            for task in late:
                task.cancel()
            await asyncio.gather(*late, return_exceptions=True)
        await self._delivery.close()

    async def _drain_all(self) -> None:
        try:
            while not self._delivery.closing:
                self._again = False
                self._room.clear()
                self._looked_at = self._clock.now()
                moved = await self._run_steps()
                moved += await self._take_posts()
                if moved and not self._in_hand:
                    continue
                # Before waiting, too: what falls due meanwhile must not wait for the slowest that is under way.
                await self._arm_next()
                if self._in_hand:
                    await self._worth_a_pass()
                elif not self._room.is_set():
                    # Else somebody woke us, or served a lane to its end that this pass had to avoid.
                    break
        except Exception:
            _log.exception("the drain stopped; the safety tick starts it again")
        finally:
            self._drain = None

    async def _worth_a_pass(self) -> None:
        """Wait until somebody wakes us, nothing is in hand, or there is room for a fair number of posts."""
        while not self._delivery.closing:
            await self._room.wait()
            if self._again or not self._in_hand or self._has_room():
                return
            self._room.clear()

    def _has_room(self) -> bool:
        return self._most - self._in_hand >= max(1, self._most // 4)

    async def _arm_next(self) -> None:
        """Be woken for what falls due next.

        What was due in this pass but could not be taken (held, leased) is left to the safety tick and to whoever
        releases it: it must neither keep us busy nor hide what is still to come.
        """
        try:
            due = await self._outbox.next_due(self._looked_at)
        except Exception:
            _log.exception("could not read what is due next; the safety tick will")
            return
        if due is not None:
            self._arm(due)

    # Steps

    async def _run_steps(self) -> int:
        moved = 0
        for step in await self._steps.due_steps(self._clock.now(), self._most):
            if self._delivery.closing:
                break
            moved += await self._run_step(step)
        return moved

    async def _run_step(self, step: Step) -> bool:
        """Run one step; False if it is still due afterwards."""
        try:
            handler = self._step_handlers[step.kind]
            async with self._units(step.guild_id) as uow:
                if await uow.steps.finish(step, StepState.DONE):
                    await handler(uow, step)
        except Exception:
            code = reference()
            _log.exception("the step %s of %d failed [%s]", step.kind, step.subject_id, code)
            return await self._step_failed(step, code)
        return True

    async def _step_failed(self, step: Step, code: str) -> bool:
        """Try it again later or, after too many failures, leave it and report it; no step may stop all others."""
        for report in (self._report, None):
            try:
                async with self._units(step.guild_id) as uow:
                    if step.tries + 1 < MOST_TRIES:
                        await uow.steps.postpone(step, self._clock.now() + retry_after(step.tries + 1))
                    elif await uow.steps.finish(step, StepState.FAILED) and report is not None:
                        await report(uow, step, code)
            except Exception:
                _log.exception("that the step %s of %d failed could not be written [%s]", step.kind, step.id, code)
            else:
                return True
        return False

    # Posts

    async def _take_posts(self) -> int:
        """Take due posts while there is room; ends early if somebody wakes us, since a step may be due."""
        taken = 0
        while self._has_room() and not self._delivery.closing and not (taken and self._again):
            room = min(self._most - self._in_hand, _AT_ONCE if self._in_hand else _AT_FIRST)
            claimed = await self._outbox.claim(self._clock.now(), room, self._lease, list(self._lanes))
            for post in claimed:
                self._hand_over(post)
            taken += len(claimed)
            if len(claimed) < room:
                break
        return taken

    def _hand_over(self, post: Post) -> None:
        """Give it to whoever serves its lane."""
        self._in_hand += 1
        queue = self._lanes.get(lane(post))
        if queue is not None:
            queue.append(post)
            return
        self._lanes[lane(post)] = deque([post])
        worker = asyncio.create_task(self._work(lane(post)))
        self._workers.add(worker)
        worker.add_done_callback(self._workers.discard)

    async def _work(self, key: int) -> None:
        """Serve one channel or person, one post after the other."""
        queue = self._lanes[key]
        try:
            while queue:
                post = queue.popleft()
                try:
                    if not self._delivery.closing:
                        await self._delivery.deliver(post)
                except Exception:
                    _log.exception("post %d (%s) is left for later", post.id, post.kind)
                finally:
                    self._in_hand -= 1
                    self._room.set()
        finally:
            self._in_hand -= len(queue)
            del self._lanes[key]
            self._room.set()
