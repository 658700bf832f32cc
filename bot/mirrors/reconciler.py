"""The reconciler: it reads what is wanted, renders the current state, acts, then writes what it had read as shown.

Any number of changes makes one edit, at most one per 2 s for each object. What somebody deleted by hand is made again
once; then the moderators are asked.
"""

from __future__ import annotations

import asyncio
import logging
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any, Protocol

import aiohttp
import discord

from bot.clock import Clock
from bot.domain.mirrors import MOST_REBUILDS, TOKEN_LIFE, Mirror, MirrorBoard, MirrorState, next_edit_at
from bot.domain.uow import UnitOfWork, Units, refuse_inside
from bot.pacer import Pacer

_log = logging.getLogger(__name__)

_AT_ONCE = 8
_MOST_WAIT = timedelta(hours=1)
_GONE = frozenset({10003, 10008, 10070})
"""Unknown channel (a thread is one), unknown message, unknown scheduled event."""
_EDITS_OF_OLD = 30046
_TOO_MANY_EVENTS = 30038
_KEPT_PRESSES = 1000


class NotYet(Exception):
    """What this mirror builds on is not there yet; look again after `wait`."""

    def __init__(self, wait: timedelta = timedelta(minutes=1)) -> None:
        super().__init__(f"again in {wait}")
        self.wait = wait


class MirrorKind(Protocol):
    """How objects of one kind are shown. Every method but `describe` talks to Discord, outside any unit of work."""

    async def describe(self, uow: UnitOfWork, mirror: Mirror) -> Any | None:
        """What it should show, read in one view; None: it should no longer be there."""
        ...

    async def find(self, mirror: Mirror, value: Any) -> int:
        """The id of an object that an unfinished attempt made, else 0. Asked only if an attempt was begun before."""
        ...

    async def make(self, mirror: Mirror, value: Any) -> int:
        """Make it and return its id."""
        ...

    async def edit(self, mirror: Mirror, value: Any, press: discord.Interaction | None) -> None:
        """Show the value; through the press's token if there is one."""
        ...

    async def remove(self, mirror: Mirror) -> None:
        """Take it away, if taking away is what this kind does."""
        ...

    async def made(self, uow: UnitOfWork, mirror: Mirror, remote_id: int) -> None:
        """Write down what follows from its being there, in the transaction that stores its id."""
        ...


class Presses:
    """The newest press on each message: for 14 minutes its token may edit the message at no cost of the rate."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._newest: OrderedDict[int, tuple[datetime, discord.Interaction]] = OrderedDict()

    def note(self, interaction: discord.Interaction) -> None:
        """Remember an acknowledged press on a message that all can see."""
        message = interaction.message
        if message is None or message.flags.ephemeral:
            return
        self._newest[message.id] = (self._clock.now(), interaction)
        self._newest.move_to_end(message.id)
        while len(self._newest) > _KEPT_PRESSES:
            self._newest.popitem(last=False)

    def newest(self, message_id: int) -> discord.Interaction | None:
        """The newest press on the message whose token still serves."""
        at, interaction = self._newest.get(message_id, (None, None))
        if at is None or self._clock.now() - at >= TOKEN_LIFE:
            self._newest.pop(message_id, None)
            return None
        return interaction

    def forget(self, message_id: int) -> None:
        """The token did not serve."""
        self._newest.pop(message_id, None)


class Reconciler:
    """Makes every mirror equal in the end. One per process."""

    def __init__(
        self,
        *,
        units: Units,
        board: MirrorBoard,
        clock: Clock,
        pacer: Pacer,
        kinds: Mapping[str, MirrorKind],
        presses: Presses,
        arm: Callable[[datetime], None],
        report: Callable[[UnitOfWork, Mirror, str], Awaitable[None]],
    ) -> None:
        self._units = units
        self._board = board
        self._clock = clock
        self._pacer = pacer
        self._kinds = kinds
        self._presses = presses
        self._arm = arm
        self._report = report
        self._busy: dict[int, asyncio.Task[None]] = {}
        self._drain: asyncio.Task[None] | None = None
        self._again = False
        self._closing = False

    def wake(self) -> None:
        """Look for mirrors that lag; harmless at any time."""
        if self._closing:
            return
        self._again = True
        if self._drain is None:
            self._drain = asyncio.create_task(self._drain_all())

    async def close(self, grace: float = 2.0) -> None:
        """Begin nothing new; what is cut short is looked for at the next start."""
        self._closing = True
        tasks = [*self._busy.values(), *([self._drain] if self._drain else [])]
        if tasks:
            _, late = await asyncio.wait(tasks, timeout=grace)
            for task in late:
                task.cancel()
            await asyncio.gather(*late, return_exceptions=True)

    async def _drain_all(self) -> None:
        try:
            while not self._closing:
                self._again = False
                room = _AT_ONCE - len(self._busy)
                lagging = await self._board.unequal(self._clock.now(), room, list(self._busy)) if room else []
                for mirror in lagging:
                    task = asyncio.create_task(self._reconcile(mirror))
                    self._busy[mirror.id] = task
                    task.add_done_callback(lambda _, key=mirror.id: self._done(key))
                if not lagging and not self._again:
                    break
                if len(self._busy) >= _AT_ONCE:
                    await asyncio.wait(self._busy.values(), return_when=asyncio.FIRST_COMPLETED)
            due = await self._board.next_due(list(self._busy))
            if due is not None and not self._closing:
                self._arm(due)
        except Exception:
            self._again = False
            _log.exception("reconciling stopped; the safety tick starts it again")
        finally:
            self._drain = None
            if self._again:
                # Somebody woke us after the last look.
                self.wake()

    def _done(self, key: int) -> None:
        self._busy.pop(key, None)
        # A change that came while we were acting, or the wait before the next edit, is seen by one more pass.
        self.wake()

    async def _reconcile(self, mirror: Mirror) -> None:
        try:
            await self._equal(mirror)
        except NotYet as later:
            # What it waits for may have come while we looked; then it is looked at again at once.
            await self._board.postpone(mirror, self._clock.now() + later.wait)
        except discord.RateLimited as limited:
            await self._later(mirror, timedelta(seconds=limited.retry_after))
        except discord.HTTPException as refusal:
            await self._refused(mirror, refusal)
        except (OSError, TimeoutError, aiohttp.ClientError) as error:
            _log.warning("%s %d: %s; again soon", mirror.kind, mirror.subject_id, type(error).__name__)
            await self._back_off(mirror)
        except Exception:
            _log.exception("%s %d could not be shown", mirror.kind, mirror.subject_id)
            await self._back_off(mirror)

    async def _equal(self, mirror: Mirror) -> None:
        refuse_inside("a mirror")
        kind = self._kinds[mirror.kind]
        async with self._units.reading(mirror.guild_id) as uow:
            # Read together: what is rendered is at least as new as the count that will be written as shown.
            current = await uow.mirrors.find(mirror.kind, mirror.subject_id)
            value = await kind.describe(uow, current or mirror)
        if current is None:
            return
        mirror = current
        if value is None:
            if mirror.remote_id:
                await self._pacer.mirror()
                await kind.remove(mirror)
            await self._board.write(mirror, state=MirrorState.GONE, shown=mirror.wanted)
            return
        if not mirror.remote_id:
            await self._make(kind, mirror, value)
            return
        press = self._presses.newest(mirror.remote_id)
        if press is None:
            await self._pacer.mirror()
        await kind.edit(mirror, value, press)
        now = self._clock.now()
        await self._board.write(
            mirror, shown=mirror.wanted, tries=0, not_before=next_edit_at(mirror, now, by_token=press is not None)
        )

    async def _make(self, kind: MirrorKind, mirror: Mirror, value: Any) -> None:
        remote_id = 0
        if mirror.begun_at is not None:
            await self._pacer.mirror()
            remote_id = await kind.find(mirror, value)
        if not remote_id:
            begun_at = mirror.begun_at or self._clock.now()
            await self._board.write(mirror, begun_at=begun_at)
            mirror = replace(mirror, begun_at=begun_at)
            await self._pacer.mirror()
            remote_id = await kind.make(mirror, value)
        now = self._clock.now()
        async with self._units(mirror.guild_id) as uow:
            await uow.mirrors.store(
                mirror,
                remote_id=remote_id,
                made_at=now,
                shown=mirror.wanted,
                tries=0,
                not_before=next_edit_at(mirror, now, by_token=False),
            )
            # In the same transaction: what follows from it must not be forgotten by a crash in between.
            await kind.made(uow, mirror, remote_id)

    async def _refused(self, mirror: Mirror, refusal: discord.HTTPException) -> None:
        if refusal.code in _GONE and mirror.remote_id:
            await self._deleted_by_hand(mirror)
        elif refusal.code == _TOO_MANY_EVENTS:
            _log.warning("server %d has no room for more events; they wait", mirror.guild_id)
            await self._later(mirror, _MOST_WAIT)
        elif refusal.code == _EDITS_OF_OLD or refusal.status == 429:
            await self._later(mirror, timedelta(seconds=60))
        elif refusal.status in {403, 404}:
            _log.warning("%s %d in server %d: %s", mirror.kind, mirror.subject_id, mirror.guild_id, refusal)
            await self._back_off(mirror, timedelta(minutes=10))
            async with self._units(mirror.guild_id) as uow:
                await self._report(uow, mirror, f"{refusal.status} {refusal.code}")
        else:
            _log.warning("%s %d: %s", mirror.kind, mirror.subject_id, refusal)
            await self._back_off(mirror)

    async def _deleted_by_hand(self, mirror: Mirror) -> None:
        self._presses.forget(mirror.remote_id)
        if mirror.rebuilt < MOST_REBUILDS:
            await self._board.write(
                mirror, remote_id=0, begun_at=None, rebuilt=mirror.rebuilt + 1, not_before=self._clock.now()
            )
            return
        await self._board.write(mirror, state=MirrorState.ASKED)
        async with self._units(mirror.guild_id) as uow:
            await self._report(uow, mirror, "deleted")

    async def _later(self, mirror: Mirror, wait: timedelta) -> None:
        await self._board.write(mirror, not_before=self._clock.now() + wait)

    async def _back_off(self, mirror: Mirror, least: timedelta = timedelta(seconds=2)) -> None:
        wait = min(max(least, timedelta(seconds=2.0 ** min(mirror.tries + 1, 12))), _MOST_WAIT)
        await self._board.write(mirror, tries=mirror.tries + 1, not_before=self._clock.now() + wait)
