"""`Simulation`: a bot in a simulated Discord, with a clock that moves when it is told to."""

from __future__ import annotations

import asyncio
import inspect
from collections.abc import Awaitable, Callable, Coroutine, Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, Self, TypeVar

import discord
import simcord
from simcord import _runtime

from bot.demo.simulation.rules import Posted, Rules, rules_of
from bot.demo.simulation.shims import install

T = TypeVar("T")

START = datetime(2026, 1, 5, tzinfo=UTC)
"""When a simulation begins if nothing else is said: a Monday, at midnight."""

SETTLE_SECONDS = 10.0
_DAY = timedelta(days=1).total_seconds()


class SimulatedClock:
    """The simulated time, to be injected into the bot; it goes on through restarts."""

    def __init__(self, start: datetime) -> None:
        self._start = start.astimezone(UTC)
        self._env: simcord.Env | None = None

    def now(self) -> datetime:
        """The present virtual instant, aware and in UTC."""
        return self._start if self._env is None else self._env.now()

    def drive(self, env: simcord.Env) -> None:
        """Make `env`, which has not started yet, begin at this clock's time, and follow it from then on."""
        env.backend.clock._epoch = self._start
        self._env = env


BotFactory = Callable[[SimulatedClock], "discord.Client | Awaitable[discord.Client]"]


async def close_bot(bot: discord.Client) -> None:
    """Close a bot the way discord.py does."""
    await bot.close()


class Simulation:
    """Runs one bot against a simulated Discord: `async with Simulation(make_bot) as sim`.

    People, channels and roles come from `sim.env` (simcord's own interface). Bot errors that nobody looked at
    through `errors` are raised when the block ends.

    Args:
        make_bot: builds the bot, given the clock it must use; may be async. Called again for each restart.
        close: closes a bot and everything it opened; called outside the bot, with real timers.
        start: the aware instant at which the simulation begins.
        expected: exceptions that are answers to users, not failures of the bot; also when wrapped by discord.py.
        shard_count: for an AutoShardedClient that names none; 1 if not given.
        approved_intents: privileged intents granted in Discord's developer portal; all if not given.
        settle_seconds: real seconds after which work that does not come to rest counts as hung.
    """

    env: simcord.Env

    def __init__(
        self,
        make_bot: BotFactory,
        *,
        close: Callable[[Any], Awaitable[None]] = close_bot,
        start: datetime = START,
        expected: tuple[type[BaseException], ...] = (),
        shard_count: int | None = None,
        approved_intents: discord.Intents | None = None,
        settle_seconds: float = SETTLE_SECONDS,
    ) -> None:
        install()
        self.clock = SimulatedClock(start)
        self._make_bot = make_bot
        self._close = close
        self._expected = expected
        self._shard_count = shard_count
        self._approved_intents = approved_intents
        self._settle_seconds = settle_seconds
        self._running = False

    async def __aenter__(self) -> Self:
        bot = await self._build(self._make_bot)
        try:
            self.env = simcord.Env(
                bot,
                approved_intents=self._approved_intents,
                shard_count=self._shards_for(bot),
                settle_timeout=self._settle_seconds,
            )
            self.clock.drive(self.env)
            await self.env.start()
        except BaseException:
            await self._close(bot)
            raise
        # Set and not entered: a fixture leaves in another context than it entered in.
        _runtime._CLOCK_SCOPE.set(self.env)
        self._running = True
        return self

    async def __aexit__(self, kind: type[BaseException] | None, *_: object) -> None:
        try:
            if self._running and kind is None:
                await self.env.settle()
        finally:
            try:
                if self._running:
                    await self._close(self.bot)
            finally:
                self._running = False
                await self.env.shutdown()
                _runtime._CLOCK_SCOPE.set(None)
        if kind is None and (errors := self.errors_unseen()):
            raise BaseExceptionGroup(f"the bot raised {len(errors)} error(s) nobody looked at", errors)

    @property
    def bot(self) -> Any:
        """The bot that runs now, or the last one that ran."""
        return self.env.bot

    @property
    def rules(self) -> Rules:
        """What this Discord remembers beside simcord's own state."""
        return rules_of(self.env.backend)

    def now(self) -> datetime:
        """The present virtual instant, aware and in UTC."""
        return self.clock.now()

    # Time and life

    async def advance(self, by: timedelta | float) -> None:
        """Let this much time pass (a number is seconds), with everything the bot does in it."""
        await self.advance_to(self.now() + (by if isinstance(by, timedelta) else timedelta(seconds=by)))

    async def advance_to(self, at: datetime) -> None:
        """Let time pass until `at` (aware), with everything the bot does until then.

        Raises:
            ValueError: `at` is past.
        """
        if at < self.now():
            raise ValueError(f"{at} is past: it is {self.now()}")
        await self.env.settle()
        # Day by day, because simcord limits the real seconds of one call, not of one step.
        while (left := (at - self.now()).total_seconds()) > 0:
            await self.env.advance_time(min(left, _DAY))

    async def stop(self) -> None:
        """Close the bot. People, and time, go on without it."""
        await self.env.settle()
        self._running = False
        try:
            await self._close(self.bot)
        finally:
            await self.env._detach_bot()  # else the closed bot would still be told what happens

    async def restart(self, make_bot: BotFactory | None = None) -> None:
        """Close the bot, unless it was stopped, and start a new one in the same world."""
        if self._running:
            await self.stop()
        bot = await self._build(make_bot or self._make_bot)
        self.env.requested_shard_count = self._shards_for(bot)
        try:
            await self.env.restart_bot(bot)
        except BaseException:
            await self._close(bot)
            raise
        self._running = True

    async def _build(self, make_bot: BotFactory) -> discord.Client:
        made = make_bot(self.clock)
        return await made if inspect.isawaitable(made) else made

    def _shards_for(self, bot: discord.Client) -> int | None:
        if isinstance(bot, discord.AutoShardedClient) and bot.shard_count is None:
            return self._shard_count or 1
        return self._shard_count

    # Doing

    async def run(self, work: Coroutine[Any, Any, T]) -> T:
        """Await something of the bot's, such as a service's method, as the bot itself would.

        Awaited directly, its tasks and timers would be the test's: in real time, and not waited for.

        Raises:
            TimeoutError: it waits for something that only comes with time; use `advance` meanwhile.
        """

        async def attempt() -> tuple[T | None, BaseException | None]:
            try:
                return await work, None
            except Exception as error:  # the caller's to handle, not an error of the bot
                return None, error

        with self.env._bot_scope():
            task = asyncio.get_running_loop().create_task(attempt())
        await self.env.settle()
        if not task.done():
            task.cancel()
            raise TimeoutError("this work waits for time to pass")
        result, error = task.result()
        if error is not None:
            raise error
        return result  # pyright: ignore[reportReturnType]

    async def simultaneous(self, *acts: Coroutine[Any, Any, T]) -> list[T]:
        """Do several things at the same instant: none is handled before all have reached the bot.

        `await sim.simultaneous(*(m.click(post, custom_id="go") for m in members))`, with any of simcord's verbs
        that has no answer of its own to wait for (autocomplete has).
        """
        done: list[T] = []

        async def reach_only(**_: object) -> None:
            return None

        self.env._settle_internal = reach_only
        try:
            for act in acts:
                done.append(await act)
        finally:
            del self.env._settle_internal
            for act in acts[len(done) :]:
                act.close()
        await self.env.settle()
        return done

    # Looking

    @property
    def errors(self) -> list[BaseException]:
        """Every unexpected error of the bot so far; looking at them keeps the end from raising them."""
        return self._unexpected(self.env.errors)

    def errors_unseen(self) -> list[BaseException]:
        """The unexpected errors that nobody looked at yet."""
        return self._unexpected(self.env.errors_since(self.env._errors_acknowledged))

    def _unexpected(self, errors: Sequence[BaseException]) -> list[BaseException]:
        def expected(error: BaseException) -> bool:
            causes = (error, getattr(error, "original", None), error.__cause__)
            return any(isinstance(cause, self._expected) for cause in causes)

        return [error for error in errors if not expected(error)]

    def messages(self, channel: simcord.ChannelHandle) -> list[discord.Message]:
        """What everybody sees in a channel, thread or DM, oldest first; Discord's own notices are left out."""
        return [message for message in channel.history() if not message.is_system()]

    def unprompted(self) -> list[Posted]:
        """Every message the bot sent that answered no command or press, in order, as it was when sent."""
        me = self.env.backend.bot_user.id
        return [post for post in self.rules.posted.values() if post.author_id == me and not post.prompted]

    def pinged(self, message: discord.Message | simcord.ResponseMessage) -> frozenset[int]:
        """Whom a message notified when it was sent, as user ids; edits notify nobody."""
        return self.rules.posted[message.id].pinged

    def private_replies(self, result: simcord.InteractionResult) -> list[str]:
        """What only the person who acted was told, as text."""
        replies = [result.response, *result.followups]
        return [self.text(reply) for reply in replies if reply is not None and reply.ephemeral]

    def text(self, message: discord.Message | simcord.ResponseMessage) -> str:
        """A message as plain lines: content, embeds, then components with buttons as `[label]`."""
        channel_id = message.channel_id if isinstance(message, simcord.ResponseMessage) else message.channel.id
        stored = self.env.backend.get_message(channel_id, message.id)
        lines = [stored.content, *_embed_lines(stored.embeds), *_component_lines(stored.components)]
        return "\n".join(line for line in lines if line)


def _embed_lines(embeds: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    for embed in embeds:
        yield embed.get("title") or ""
        yield embed.get("description") or ""
        for field in embed.get("fields") or ():
            yield f"{field['name']}: {field['value']}"
        yield (embed.get("footer") or {}).get("text") or ""


def _component_lines(components: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    labels: list[str] = []
    for component in components:
        if component.get("content"):
            yield component["content"]
        for name in (component.get("label"), component.get("placeholder")):
            if name:
                labels.append(f"[{name}]")
        inner = [*(component.get("components") or ()), *([component["accessory"]] if "accessory" in component else ())]
        yield from _component_lines(inner)
    if labels:
        yield " ".join(labels)
