"""What Benkyokai is compared with: the plain ways to send what is due, and the floor under all of them."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime

import aiohttp
import discord
import msgspec
from apscheduler.schedulers.asyncio import AsyncIOScheduler

from tests.bench.load import (
    Commands,
    Measured,
    Size,
    Used,
    all_arrived,
    in_seconds,
    measured,
    monotonic_of,
    sleep_until,
)
from tests.double import DoubleClient, discord_at
from tests.double.settings import APPLICATION_ID, bot_token

LEAD = 2.0
"""Seconds until what is planned is due."""
PATIENCE = 8.0
"""Seconds without a message after which the rest counts as lost."""


class _Client(discord.Client):
    def __init__(self) -> None:
        intents = discord.Intents(guilds=True, guild_messages=True)
        super().__init__(intents=intents, chunk_guilds_at_startup=False, guild_ready_timeout=0.5)
        self.up = asyncio.Event()

    async def on_ready(self) -> None:
        self.up.set()


@asynccontextmanager
async def _online(double: DoubleClient) -> AsyncIterator[list[discord.TextChannel]]:
    """The channels as a plain client sees them."""
    with discord_at(double.api_url, double.gateway_url):
        client = _Client()
        running = asyncio.create_task(client.start(bot_token()))
        try:
            await client.up.wait()
            yield [channel for guild in client.guilds for channel in guild.text_channels]
        finally:
            await client.close()
            await asyncio.gather(running, return_exceptions=True)


Send = Callable[[int], Awaitable[object]]


async def _plain(
    name: str, double: DoubleClient, size: Size, begin: Callable[[Send, datetime], Awaitable[None]]
) -> Measured:
    """A client whose sends are begun by `begin`."""
    # A lost send is logged with its traceback, a thousand times.
    logging.disable(logging.CRITICAL)
    try:
        async with _online(double) as channels:
            due_at = in_seconds(LEAD)

            async def send(number: int) -> object:
                return await channels[number % len(channels)].send(f"dawn {number}", nonce=f"{number}")

            beginning = asyncio.create_task(begin(send, due_at))
            await sleep_until(monotonic_of(due_at))
            await all_arrived(double, size.posts, patience=PATIENCE)
            beginning.cancel()
            await asyncio.gather(beginning, return_exceptions=True)
            return await measured(name, double, size, monotonic_of(due_at))
    finally:
        logging.disable(logging.NOTSET)


async def one_job_per_reminder(double: DoubleClient, size: Size) -> Measured:
    """APScheduler with its memory store and its defaults, as its user guide begins."""
    scheduler = AsyncIOScheduler(timezone=UTC)

    async def begin(send: Send, due_at: datetime) -> None:
        for number in range(size.posts):
            scheduler.add_job(send, "date", run_date=due_at, args=[number])
        scheduler.start()

    try:
        return await _plain("APScheduler, a job each", double, size, begin)
    finally:
        if scheduler.running:
            scheduler.shutdown(wait=False)


async def gathered(double: DoubleClient, size: Size) -> Measured:
    """All sends at once, and discord.py left to cope with the limit."""

    async def begin(send: Send, due_at: datetime) -> None:
        await sleep_until(monotonic_of(due_at))
        await asyncio.gather(*(send(number) for number in range(size.posts)), return_exceptions=True)

    return await _plain("asyncio.gather", double, size, begin)


async def floor(double: DoubleClient, size: Size) -> Measured:
    """No bot at all: ready-made requests at exactly the rate, and every command answered in the fewest words."""
    assert double.process is not None
    headers = {"Authorization": f"Bot {bot_token()}", "Content-Type": "application/json"}
    channels = [channel for guild in (await double.info())["guilds"] for channel in guild["channels"]]
    await _register(double)
    connector = aiohttp.TCPConnector(limit=0)
    async with aiohttp.ClientSession(connector=connector, headers=headers) as http:
        answering = asyncio.create_task(_answer(double, http))
        await asyncio.sleep(1.0)
        due = time.monotonic() + 1.0
        commands, used = Commands(double, size.commands), Used(double.process.pid)
        await sleep_until(due)
        await commands.begin()

        async def post(number: int) -> None:
            await sleep_until(due + number / size.rate)
            body = msgspec.json.encode(
                {
                    "content": "**Tomorrow: Tea at dawn** (Tea)\n<t:1800000000:F>\n0 people are coming.",
                    "nonce": str(number),
                    "enforce_nonce": True,
                    "components": [
                        {"type": 1, "components": [{"type": 2, "style": 2, "label": "Go", "custom_id": f"go:{number}"}]}
                    ],
                }
            )
            url = f"{double.api_url}/channels/{channels[number % len(channels)]}/messages"
            async with http.post(url, data=body) as response:
                await response.read()

        await asyncio.gather(*(post(number) for number in range(size.posts)))
        load = used.load
        await commands.end()
        answering.cancel()
        await asyncio.gather(answering, return_exceptions=True)
        return await measured("floor: the double itself", double, size, due, commands, load)


async def _register(double: DoubleClient) -> None:
    """The one command that the floor answers."""
    group = {"name": "session", "description": "-", "options": [{"type": 1, "name": "list", "description": "-"}]}
    async with aiohttp.ClientSession(headers={"Authorization": f"Bot {bot_token()}"}) as http:
        url = f"{double.api_url}/applications/{APPLICATION_ID}/commands"
        async with http.put(url, json=[group]) as response:
            response.raise_for_status()


async def _answer(double: DoubleClient, http: aiohttp.ClientSession) -> None:
    """Acknowledge each command and answer it."""
    pending: set[asyncio.Task[None]] = set()
    intents = discord.Intents(guilds=True, guild_messages=True).value

    async def answer(data: dict[str, str]) -> None:
        callback = f"{double.api_url}/interactions/{data['id']}/{data['token']}/callback"
        async with http.post(callback, data=b'{"type":5,"data":{"flags":64}}') as response:
            await response.read()
        async with http.post(
            f"{double.api_url}/webhooks/{APPLICATION_ID}/{data['token']}", data=b'{"content":"none","flags":64}'
        ) as response:
            await response.read()

    async with http.ws_connect(double.gateway_url, max_msg_size=0) as socket:
        identify = {"token": bot_token(), "intents": intents, "properties": {}}
        await socket.send_bytes(msgspec.json.encode({"op": 2, "d": identify}))
        async for message in socket:
            # Reading no more than this of what is no command costs next to nothing.
            if '"t":"INTERACTION_CREATE"' in message.data[:60]:
                task = asyncio.create_task(answer(msgspec.json.decode(message.data)["d"]))
                pending.add(task)
                task.add_done_callback(pending.discard)
