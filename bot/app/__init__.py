"""The composition root: configuration -> database -> services -> StudyBot. It alone knows all three layers.

How the features take part in each other's lives is read in `services`; here is what runs, and in which order.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

import discord

from bot import process

# Nothing of this is ever garbage: the collector would look through it all again and again as it comes.
with process.loading():
    from bot.client import StudyBot
    from bot.clock import Clock, SystemClock
    from bot.departures import Departures
    from bot.dispatcher import Dispatcher
    from bot.exits import MAY_PASS
    from bot.gate import Gate
    from bot.mirrors import Presses, Reconciler
    from bot.pacer import Pacer
    from bot.posting import Poster, http_trace
    from bot.scheduling import Scheduling
    from bot.sight import Sight, is_public
    from data import meta
    from data.database import Database
    from data.housekeeping import sweep
    from data.search import optimize

if TYPE_CHECKING:
    from bot.app.services import Services
    from bot.config import Config

__all__ = ["App", "build"]

_log = logging.getLogger(__name__)

_RECOVERY_WAITS = (1, 2, 4, 8, 16)
"""Seconds after each failed try to take up what an earlier run left."""
_LOOK_SECONDS = 20.0
"""How long the first posts wait until it is known who can see what; thousands of servers take less."""


class App:
    """Everything that runs, put together; `bot` is the Discord client.

    `settle_memory` runs whenever the caches have been filled, and every night.
    """

    def __init__(self, config: Config, database: Database, clock: Clock) -> None:
        # All services, commands, buttons and texts: not before somebody wants a bot, so that an import stays quick.
        from bot.app.features import lacking_of, name_of
        from bot.app.kinds import mirror_kinds, post_kinds, step_handlers
        from bot.app.services import compose

        self.config = config
        self.database = database
        self.clock = clock
        self.services = compose(database, clock, config, self._is_public)
        self.exit_code = 0
        self.stopped = asyncio.Event()
        self.scheduling = Scheduling(clock, tick_seconds=config.scheduler.tick_seconds)
        settings = config.dispatch
        nonce_life = timedelta(seconds=settings.nonce_seconds)
        pacer = Pacer(settings.rate)
        self.bot = _client(config, database, self.services, clock, pacer)
        poster = Poster(self.bot, clock.now, timedelta(seconds=settings.attempt_seconds), nonce_life)
        presses = Presses(clock)
        self.bot.on_press = presses.note
        self.departures = Departures(self.bot, pacer, self.services.members)
        self.dispatcher = Dispatcher(
            units=database,
            outbox=database.outbox,
            steps=database,
            clock=clock,
            poster=poster,
            pacer=pacer,
            settings=database.settings,
            step_handlers=step_handlers(self.services),
            post_kinds=post_kinds(self.services, lacking_of(self.bot), name_of(self.bot)),
            arm=self._arm,
            stop=self.stop,
            lease=timedelta(seconds=settings.lease_seconds),
            nonce_life=nonce_life,
            batch=settings.batch,
            report=self.services.notices.report_step,
            sight=Sight(self.bot),
            still_here=self.departures.still_here,
        )
        self.reconciler = Reconciler(
            units=database,
            board=database.mirrors,
            clock=clock,
            pacer=pacer,
            kinds=mirror_kinds(self.services, database, clock, self.bot),
            presses=presses,
            arm=self._arm,
            report=self.services.notices.report_mirror,
        )
        self._looking: asyncio.Task[None] | None = None
        self.settle_memory: Callable[[], None] = lambda: None
        self.bot.on_first_ready = self.begin
        self.bot.on_ready_again = self.again
        self.bot.on_closing = self.close

    async def begin(self) -> None:
        """The bot is online: take up what an earlier run left, and wake whenever something is due."""
        if not await self._recovered():
            self.stop(MAY_PASS)
            return
        await self.look()
        self.database.after_commit = self._after_commit
        self.scheduling.start()
        self.scheduling.safety_tick(self.wake)
        self.scheduling.hourly(self.plan, "plan")
        self.scheduling.daily(self.housekeep, "housekeeping", hour=3, minute=40)
        self.wake()
        await self.plan()
        await self.announce()
        await self.bot.for_each_server(self.bot.greet)
        await self.index()
        self.settle_memory()

    async def again(self) -> None:
        """The bot is online again, with caches that were filled anew."""
        await self.look()
        self.settle_memory()

    async def look(self) -> None:
        """Learn who can see what by now: what is posted must not tell people of what is hidden from them.

        Nothing is posted before; but should it take too long, the rest is looked at beside the work.
        """
        if self._looking is None or self._looking.done():
            self._looking = asyncio.create_task(self._look_and_catch_up())
        _, late = await asyncio.wait({self._looking}, timeout=_LOOK_SECONDS)
        if late:
            _log.warning("who sees what is not known of every server yet; going on without")

    async def _look_and_catch_up(self) -> None:
        await self.bot.for_each_server(self.bot.look)
        await self.bot.for_each_server(self.bot.catch_up)

    async def _recovered(self) -> bool:
        """Take up what an earlier run left; a bot that can't must not stay online and do nothing."""
        for wait in _RECOVERY_WAITS:
            try:
                await self.dispatcher.recover()
            except Exception:
                _log.exception("what an earlier run left could not be taken up; again in %d s", wait)
                await asyncio.sleep(wait)
            else:
                return True
        return False

    def wake(self) -> None:
        """Look for what is due and what lags."""
        self.dispatcher.wake()
        self.reconciler.wake()

    async def plan(self) -> None:
        """Extend the planning horizon of every community; idempotent, and posts nothing by itself."""
        for guild_id in await self._at_home():
            try:
                await self.services.series.plan_all(guild_id)
            except Exception:
                _log.exception("planning for server %d failed; again in an hour", guild_id)

    async def announce(self) -> None:
        """Open what should be open in every community; the steps do it in time, this catches what none knew of."""
        for guild_id in await self._at_home():
            try:
                await self.services.announcements.open_due(guild_id)
            except Exception:
                _log.exception("announcing in server %d failed; again tomorrow", guild_id)

    async def index(self) -> None:
        """Let every question be found that there is, from before there was an index, too; idempotent."""
        for guild_id in await self._at_home():
            try:
                await self.services.question_index.catch_up(guild_id)
            except Exception:
                _log.exception("the index of questions in server %d could not be mended; again tomorrow", guild_id)

    async def _at_home(self) -> list[int]:
        """The communities whose servers the bot is on; one that has removed it waits for its return."""
        return [i for i in await self.database.guild_ids() if self.bot.get_guild(i) is not None]

    async def housekeep(self) -> None:
        """The night's work: delete what has served its time, announce what was missed, and let go who has left."""
        await self.announce()
        await self.bot.for_each_server(self.bot.catch_up)
        for guild_id in await self._at_home():
            await self.services.announcements.check(guild_id)
            await self.services.running.look_at_all(guild_id)
            await self.services.pairing_rounds.resume(guild_id)
            await self.services.ledger.resume(guild_id)
            await self.services.question_idle.watch(guild_id)
        gone = await sweep(self.database.connections, self.clock.now())
        await self.index()
        # Of what was erased or changed in the day, no word may stay in the file.
        await optimize(self.database.connections)
        left = await self.departures.sweep(await self.database.guild_ids())
        self.settle_memory()
        _log.info("housekeeping: %d rows deleted, %d people have left", gone, left)

    def stop(self, code: int = 0) -> None:
        """End the process with this code."""
        self.exit_code = self.exit_code or code
        self.stopped.set()

    async def close(self) -> None:
        """Stop what runs, in the order in which nothing is begun that can't be finished. Harmless if repeated."""
        self.database.after_commit = None
        self.scheduling.shutdown()
        if self._looking is not None:
            self._looking.cancel()
            await asyncio.gather(self._looking, return_exceptions=True)
        await asyncio.gather(self.dispatcher.close(), self.reconciler.close())
        await self.database.close()

    def _is_public(self, guild_id: int, channel_id: int) -> bool:
        """Whether everybody on a server sees a channel; not if it is not known, as in an outage."""
        guild = self.bot.get_guild(guild_id)
        channel = None if guild is None else guild.get_channel(channel_id)
        return channel is not None and is_public(channel)

    def _arm(self, at: datetime) -> None:
        self.scheduling.arm(at, self.wake)

    def _after_commit(self, guild_id: int, earliest_due: datetime | None, mirrors_changed: bool) -> None:
        if mirrors_changed:
            self.reconciler.wake()
        if earliest_due is None:
            return
        if earliest_due <= self.clock.now():
            self.dispatcher.wake()
        else:
            self._arm(earliest_due)


def _client(config: Config, database: Database, services: Services, clock: Clock, pacer: Pacer) -> StudyBot:
    from bot.app.features import install

    intents = discord.Intents(
        guilds=True,
        guild_scheduled_events=True,
        guild_messages=True,
        voice_states=True,
        members=config.discord.members_intent,
        message_content=config.discord.message_content_intent,
    )

    async def read_fact(key: str) -> str | None:
        return await meta.read(database.connections, key)

    async def write_fact(key: str, value: str) -> None:
        await meta.write(database.connections, key, value)

    bot = StudyBot(
        intents=intents,
        settings=database.settings,
        read_fact=read_fact,
        write_fact=write_fact,
        sync_commands=config.discord.sync_commands,
        shard_count=config.discord.shards or None,
        # Two percent above the rate: it holds up nothing that the pacer has spaced well.
        http_trace=http_trace(Gate(max(1, int(config.dispatch.rate * 1.02)))),
    )
    install(bot, services, database, clock, pacer)
    return bot


def build(config: Config) -> App:
    """The bot that these settings describe."""
    clock = SystemClock()
    return App(config, Database(config.database.url, clock), clock)
