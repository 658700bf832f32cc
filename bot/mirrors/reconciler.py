"""The reconciler: it reads what is wanted, renders the current state, acts, then writes what it had read as shown.

Any number of changes makes one edit, at most one per 2 s for each object. What somebody deleted by hand is made again
once; then the moderators are asked.

A press on an object is answered through its token within those 2 s, whatever else waits: such an edit is not counted by
Discord, so it stands neither in the pacer's line nor behind the minute between ordinary edits of an old message, and it
has places of its own among those that are made at once.
"""

from __future__ import annotations

import asyncio
import logging
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime, timedelta
from typing import Any, Protocol, runtime_checkable

import aiohttp
import discord
from msgspec.structs import replace

from bot.clock import Clock
from bot.domain.mirrors import EDIT_EVERY, MOST_REBUILDS, TOKEN_LIFE, Mirror, MirrorBoard, MirrorState, next_edits
from bot.domain.uow import UnitOfWork, Units, refuse_inside
from bot.pacer import Pacer

_log = logging.getLogger(__name__)

_AT_ONCE = 8
"""Mirrors in hand at a time; and as many more through the tokens of presses."""
_MOST_WAIT = timedelta(hours=1)
_GONE = frozenset({10003, 10008, 10070})
"""Unknown channel (a thread is one), unknown message, unknown scheduled event."""
_EDITS_OF_OLD = 30046
_TOO_MANY_EVENTS = 30038
_KEPT_PRESSES = 1000
_TROUBLE = (discord.HTTPException, discord.RateLimited, aiohttp.ClientError, OSError)
"""What a request may raise; a time-out is an OSError."""


class NotYet(Exception):
    """What this mirror builds on is not there yet; look again after `wait`. `away`: until then nothing of it stands."""

    def __init__(self, wait: timedelta = timedelta(minutes=1), *, away: bool = False) -> None:
        super().__init__(f"again in {wait}")
        self.wait = wait
        self.away = away


class MirrorKind(Protocol):
    """How objects of one kind are shown. What is not given a unit of work talks to Discord, outside of any.

    `by_token`: people press on its objects, and the token of a press may edit the object.
    """

    by_token: bool

    async def describe(self, uow: UnitOfWork, mirror: Mirror) -> Any | None:
        """What it should show, read in one view; None: it should no longer be there."""
        ...

    async def find(self, mirror: Mirror, value: Any) -> int:
        """The id of an object that an unfinished attempt made, else 0. Asked only if an attempt was begun before."""
        ...

    async def begin(self, uow: UnitOfWork, mirror: Mirror) -> timedelta:
        """How long its making must wait; zero: it begins, and the same transaction writes that down."""
        ...

    async def make(self, mirror: Mirror, value: Any) -> int:
        """Make it and return its id."""
        ...

    async def edit(self, mirror: Mirror, value: Any, press: discord.Interaction | None) -> None:
        """Show the value; through the press's token if there is one, and only through it."""
        ...

    async def remove(self, mirror: Mirror) -> None:
        """Take it away, if taking away is what this kind does."""
        ...

    async def made(self, uow: UnitOfWork, mirror: Mirror, remote_id: int) -> None:
        """Write down what follows from its being there, in the transaction that stores its id."""
        ...

    async def left(self, uow: UnitOfWork, mirror: Mirror, remote_id: int) -> None:
        """It was made, or edited, where it is no longer wanted: it was to be made anew meanwhile."""
        ...


@runtime_checkable
class NotRebuilt(Protocol):
    """A kind whose objects don't come back by themselves: what people delete is somebody's to decide about."""

    async def lost(self, uow: UnitOfWork, mirror: Mirror) -> None:
        """It was deleted by hand; in the transaction that notes it."""
        ...


class Presses:
    """The newest press on each message: for 14 minutes its token may edit the message at no cost of the rate."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._newest: OrderedDict[int, tuple[datetime, discord.Interaction]] = OrderedDict()

    def note(self, interaction: discord.Interaction) -> None:
        """Remember an acknowledged press on a message that all can see. What it changes wakes the reconciler."""
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

    def messages(self) -> list[int]:
        """The messages with a press whose token still serves."""
        now = self._clock.now()
        while self._newest and now - next(iter(self._newest.values()))[0] >= TOKEN_LIFE:
            self._newest.popitem(last=False)
        return list(self._newest)

    def forget(self, message_id: int, press: discord.Interaction | None = None) -> None:
        """The token did not serve; without `press`, whosever it is."""
        if press is None or self.newest(message_id) is press:
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
        self._by_token: set[int] = set()
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
                now = self._clock.now()
                if await self._begin_due(now) or self._again or self._closing:
                    continue
                # What is due already and finds no room is begun when something in hand is done.
                due = await self._board.next_due(now, list(self._busy), self._presses.messages())
                if due is not None:
                    self._arm(due)
                break
        except Exception:
            self._again = False
            _log.exception("reconciling stopped; the safety tick starts it again")
        finally:
            self._drain = None
            if self._again:
                # Somebody woke us after the last look.
                self.wake()

    async def _begin_due(self, now: datetime) -> bool:
        """Take in hand what may be touched now, as far as there is room; whether there was anything."""
        messages = self._presses.messages()
        begun = False
        if messages and (room := _AT_ONCE - len(self._by_token)):
            for mirror in await self._board.pressed(now, room, list(self._busy), messages):
                self._by_token.add(mirror.id)
                self._begin(mirror)
                begun = True
        if room := _AT_ONCE - len(self._busy.keys() - self._by_token):
            for mirror in await self._board.unequal(now, room, list(self._busy)):
                self._begin(mirror)
                begun = True
        return begun

    def _begin(self, mirror: Mirror) -> None:
        self._busy[mirror.id] = task = asyncio.create_task(self._reconcile(mirror))
        task.add_done_callback(lambda _: self._done(mirror.id))

    def _done(self, key: int) -> None:
        self._busy.pop(key, None)
        self._by_token.discard(key)
        # A change that came while we were acting, or the wait before the next edit, is seen by one more pass.
        self.wake()

    async def _reconcile(self, mirror: Mirror) -> None:
        try:
            await self._equal(mirror)
        except NotYet as later:
            # What it waits for may have come while we looked; then it is looked at again at once.
            until = self._clock.now() + later.wait
            await self._board.write_if_unchanged(mirror, **_untouched(mirror, until, until))
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
        later: NotYet | None = None
        value: Any = None
        async with self._units.reading(mirror.guild_id) as uow:
            # Read together: what is rendered is at least as new as the count that will be written as shown.
            current = await uow.mirrors.find(mirror.kind, mirror.subject_id)
            try:
                value = await kind.describe(uow, current or mirror)
            except NotYet as raised:
                later = raised
        if current is None or current.state is not MirrorState.LIVE:
            # It was let go since it was taken in hand.
            return
        mirror = current
        if later is not None:
            if later.away:
                await self._take_away(kind, mirror)
            raise later
        if value is None:
            await self._take_away(kind, mirror)
            # Wanted again meanwhile, it is looked at again at once, and made anew.
            await self._board.write_if_unchanged(mirror, state=MirrorState.GONE, shown=mirror.wanted)
        elif mirror.remote_id:
            await self._edit(kind, mirror, value)
        else:
            await self._make(kind, mirror, value)

    async def _take_away(self, kind: MirrorKind, mirror: Mirror) -> None:
        if mirror.remote_id:
            await self._pacer.mirror()
            await kind.remove(mirror)
            # Written down by itself, whatever is wanted by now: nobody deleted it by hand.
            await self._board.write(mirror, remote_id=0, by_token_from=None, begun_at=None, made_at=None)

    async def _edit(self, kind: MirrorKind, mirror: Mirror, value: Any) -> None:
        now = self._clock.now()
        press = None
        if mirror.by_token_from is not None and mirror.by_token_from <= now:
            press = self._presses.newest(mirror.remote_id)
        if press is None:
            if mirror.not_before > now:
                # The press for which it was taken in hand has aged just now.
                return
            await self._pacer.mirror()
        try:
            await kind.edit(mirror, value, press)
            shown = {"shown": mirror.wanted, "tries": 0}
        except _TROUBLE as trouble:
            if press is None or getattr(trouble, "code", 0) in _GONE:
                raise
            # It may have been edited all the same; the next edit is an ordinary one, in its time.
            _log.info("%s %d: the token of a press did not serve: %r", mirror.kind, mirror.subject_id, trouble)
            self._presses.forget(mirror.remote_id, press)
            shown = {}
        ordinary, by_token = next_edits(mirror, self._clock.now(), by_token=press is not None)
        waits = {"not_before": ordinary, "by_token_from": by_token if kind.by_token else None}
        if not await self._board.write(mirror, **shown, **waits):
            async with self._units(mirror.guild_id) as uow:
                await kind.left(uow, mirror, mirror.remote_id)

    async def _make(self, kind: MirrorKind, mirror: Mirror, value: Any) -> None:
        remote_id = 0
        if mirror.begun_at is not None:
            await self._pacer.mirror()
            remote_id = await kind.find(mirror, value)
        if not remote_id:
            begun_at = mirror.begun_at or self._clock.now()
            async with self._units(mirror.guild_id) as uow:
                wait = await kind.begin(uow, mirror)
                await uow.mirrors.store(mirror, begun_at=None if wait else begun_at)
            if wait:
                raise NotYet(wait)
            mirror = replace(mirror, begun_at=begun_at)
            await self._pacer.mirror()
            remote_id = await kind.make(mirror, value)
        now = self._clock.now()
        ordinary, by_token = next_edits(mirror, now, by_token=False)
        async with self._units(mirror.guild_id) as uow:
            current = await uow.mirrors.find(mirror.kind, mirror.subject_id)
            if current is None or (current.parent_id, current.begun_at) != (mirror.parent_id, mirror.begun_at):
                # It is to be made elsewhere by now; this one is nobody's.
                await kind.left(uow, mirror, remote_id)
                return
            await uow.mirrors.store(
                mirror,
                remote_id=remote_id,
                made_at=now,
                shown=mirror.wanted,
                tries=0,
                not_before=ordinary,
                by_token_from=by_token if kind.by_token else None,
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
        elif refusal.status == 403 or (refusal.status == 404 and refusal.code):
            # A 404 without a code of Discord's is a proxy's or a gateway's, and passes.
            _log.warning("%s %d in server %d: %s", mirror.kind, mirror.subject_id, mirror.guild_id, refusal)
            await self._back_off(mirror, timedelta(minutes=10), by_token=EDIT_EVERY)
            async with self._units(mirror.guild_id) as uow:
                await self._report(uow, mirror, f"{refusal.status} {refusal.code}")
        else:
            _log.warning("%s %d: %s", mirror.kind, mirror.subject_id, refusal)
            await self._back_off(mirror)

    async def _deleted_by_hand(self, mirror: Mirror) -> None:
        self._presses.forget(mirror.remote_id)
        kind = self._kinds[mirror.kind]
        if isinstance(kind, NotRebuilt):
            async with self._units(mirror.guild_id) as uow:
                current = await uow.mirrors.find(mirror.kind, mirror.subject_id)
                if current is not None and current.remote_id == mirror.remote_id:
                    await uow.mirrors.store(mirror, state=MirrorState.ASKED)
                    await kind.lost(uow, mirror)
            return
        if mirror.rebuilt < MOST_REBUILDS:
            await self._board.write(
                mirror, remote_id=0, begun_at=None, rebuilt=mirror.rebuilt + 1, not_before=self._clock.now()
            )
            return
        await self._board.write(mirror, state=MirrorState.ASKED)
        async with self._units(mirror.guild_id) as uow:
            await self._report(uow, mirror, "deleted")

    async def _later(self, mirror: Mirror, wait: timedelta) -> None:
        """Discord has had enough of ordinary requests; of a press's it has not said so."""
        now = self._clock.now()
        await self._board.write(mirror, **_untouched(mirror, now + wait, now + EDIT_EVERY))

    async def _back_off(
        self, mirror: Mirror, least: timedelta = timedelta(seconds=2), *, by_token: timedelta | None = None
    ) -> None:
        wait = min(max(least, timedelta(seconds=2.0 ** min(mirror.tries + 1, 12))), _MOST_WAIT)
        now = self._clock.now()
        waits = _untouched(mirror, now + wait, now + (by_token or wait))
        await self._board.write(mirror, tries=mirror.tries + 1, **waits)


def _untouched(mirror: Mirror, until: datetime, by_token: datetime) -> dict[str, datetime | None]:
    """The fields that leave a mirror alone until then; never earlier than it was left alone before."""
    return {
        "not_before": max(mirror.not_before, until),
        "by_token_from": None if mirror.by_token_from is None else by_token,
    }
