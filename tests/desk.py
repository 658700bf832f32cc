"""A dispatcher at work: a real database, the real sender over discord.py, and the double of Discord on the loopback."""

from __future__ import annotations

import json
from collections.abc import AsyncGenerator
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import aiohttp

from bot.clock import SystemClock
from bot.dispatcher import Dispatcher, PostKind
from bot.domain.posts import NewPost, Post, PostState, Settled
from bot.domain.steps import Step, StepHandler
from bot.domain.uow import UnitOfWork
from bot.i18n import Words
from bot.pacer import Pacer
from bot.posting import Poster, http_trace
from bot.rendering.buttons import button_id
from bot.rendering.content import Button, Content
from data.database import Database
from tests.data.rows import GUILD, LEASE, all_posts, tables_at
from tests.double import DiscordDouble, eventually
from tests.double.tiny import CHANNEL, OTHER_CHANNEL, connected, double_with

POST = "POST /channels/{channel_id}/messages"
HISTORY = "GET /channels/{channel_id}/messages"
OPEN_DM = "POST /users/@me/channels"
NONCE_LIFE = timedelta(seconds=120)


class ShiftedClock:
    """The real time, which a test lets jump ahead: Discord's ids are made of the real one."""

    def __init__(self) -> None:
        self._real = SystemClock()
        self._ahead = timedelta(0)

    def now(self) -> datetime:
        return self._real.now() + self._ahead

    def pass_time(self, **spans: float) -> None:
        self._ahead += timedelta(**spans)


class Desk:
    """What a test holds in its hands; `says` is what posts say, None: they are overtaken."""

    def __init__(self, double: DiscordDouble, client: Any, database: Database, clock: ShiftedClock) -> None:
        self.double = double
        self.client = client
        self.database = database
        self.clock = clock
        self.says: str | None = "good morning"
        self.bodies: list[bytes] = []
        self.ended: list[Settled] = []
        self.reported: list[tuple[Step, str]] = []
        self.stopped_with: list[int] = []
        self.armed: list[datetime] = []
        self.steps: dict[str, StepHandler] = {}
        self.dispatcher = self.new_dispatcher()

    def new_dispatcher(self, *, rate: float = 1000, attempt: float = 5, **changes: Any) -> Dispatcher:
        attempts = timedelta(seconds=attempt)
        self.poster = Poster(self.client, self.clock.now, attempts, NONCE_LIFE)
        parts: dict[str, Any] = {
            "units": self.database,
            "outbox": self.database.outbox,
            "steps": self.database,
            "clock": self.clock,
            "poster": self.poster,
            "pacer": Pacer(rate),
            "settings": self.database.settings,
            "step_handlers": self.steps,
            "post_kinds": {"dawn": PostKind(self.describe, self.render, self.end)},
            "arm": self.armed.append,
            "stop": self.stopped_with.append,
            "lease": LEASE,
            "nonce_life": NONCE_LIFE,
            "batch": 100,
            "report": self.report,
        }
        self.dispatcher = Dispatcher(**{**parts, **changes})
        return self.dispatcher

    async def describe(self, uow: UnitOfWork, post: Post) -> str | None:
        return self.says

    def render(self, value: str, w: Words) -> Content:
        return Content(value, rows=((Button("Going", button_id("rsvp", 1, "going")),),))

    async def end(self, uow: UnitOfWork, result: Settled) -> None:
        """What follows from an undelivered post: another, to the other channel."""
        self.ended.append(result)
        if result.post.channel_id != OTHER_CHANNEL:
            await uow.posts.plan(self.post(channel_id=OTHER_CHANNEL, revision=99))

    async def report(self, uow: UnitOfWork, step: Step, reference: str) -> None:
        self.reported.append((step, reference))

    def post(self, **values: Any) -> NewPost:
        now = self.clock.now()
        known: dict[str, Any] = {"kind": "dawn", "subject_id": 1, "due_at": now, "expires_at": now + timedelta(days=1)}
        if "member_id" not in values:
            known["channel_id"] = CHANNEL
        return NewPost(**{**known, **values})

    async def plan(self, *planned: NewPost) -> None:
        async with self.database(GUILD) as uow:
            for post in planned or [self.post()]:
                await uow.posts.plan(post)

    async def cancel(self) -> None:
        async with self.database(GUILD) as uow:
            await uow.posts.cancel(["dawn"], 1, "moved")

    async def drain(self, **spans: float) -> list[Post]:
        """Let time pass, wake the dispatcher, and wait until it has nothing more to do; all rows."""
        self.clock.pass_time(**spans)
        self.dispatcher.wake()
        await self.idle()
        return await self.rows()

    async def idle(self) -> None:
        await eventually(lambda: self.dispatcher._drain is None)

    async def rows(self) -> list[Post]:
        return await all_posts(self.database)

    async def row(self) -> Post:
        (post,) = await self.rows()
        return post

    async def states(self) -> list[PostState]:
        return [post.state for post in await self.rows()]

    async def until(self, *states: PostState) -> None:
        async def reached() -> bool:
            return await self.states() == list(states)

        await eventually(reached)

    def messages(self, channel: int | None = None) -> list[dict[str, Any]]:
        return self.double.messages_log(channel)

    def requests(self, route: str = POST) -> int:
        return sum(self.double.log.counts.get(route, {}).values())

    def requests_begun(self) -> int:
        """How many posts have gone over the wire, answered or not."""
        return len(self.bodies)

    def sent(self) -> list[dict[str, Any]]:
        """The bodies of all posts, as they went over the wire."""
        return [json.loads(body) for body in self.bodies]


def _witness(bodies: list[bytes]) -> aiohttp.TraceConfig:
    """The trace that the sender needs, and every body of a message on its way out."""
    trace = http_trace()

    async def chunk(session: Any, context: SimpleNamespace, params: aiohttp.TraceRequestChunkSentParams) -> None:
        if params.method == "POST" and params.url.path.endswith("/messages"):
            bodies.append(params.chunk)

    trace.on_request_chunk_sent.append(chunk)
    return trace


@asynccontextmanager
async def a_desk(folder: Path, **settings: Any) -> AsyncGenerator[Desk]:
    """`settings` are those of the double."""
    clock = ShiftedClock()
    bodies: list[bytes] = []
    async with AsyncExitStack() as stack:
        double = await stack.enter_async_context(double_with(global_limit=0, **settings))
        client = await stack.enter_async_context(connected(double, http_trace=_witness(bodies)))
        database = await stack.enter_async_context(tables_at(f"sqlite:///{folder / 'bot.db'}", clock))
        desk = Desk(double, client, database, clock)
        desk.bodies = bodies
        database.after_commit = lambda _guild_id, due, _mirrors: desk.dispatcher.wake() if due else None
        try:
            yield desk
        finally:
            database.after_commit = None
            await desk.dispatcher.close(grace=1)
