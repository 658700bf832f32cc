"""For tests: start the double as a process, talk to it, point discord.py at it, wait for something."""

from __future__ import annotations

import asyncio
import inspect
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from typing import Any

import aiohttp
import discord.gateway
import discord.http
import msgspec
import yarl

from tests.double.controls import CONTROLS, Controls
from tests.double.settings import DoubleSettings

REPOSITORY = Path(__file__).parents[2]


class ControlError(Exception):
    """The double has refused a control; the text says why."""


class DoubleClient:
    """A double in another process. Every method of `controls.Controls` is here too, awaited.

    Attributes:
        api_url, gateway_url: Where the bot is to be pointed.
        process: The double's process; None if it was started elsewhere.
    """

    def __init__(self, host: str, port: int, process: subprocess.Popen[bytes] | None = None) -> None:
        self.host, self.port, self.process = host, port, process
        self.api_url = f"http://{host}:{port}/api/v10"
        self.gateway_url = f"ws://{host}:{port}/ws"
        self._session = aiohttp.ClientSession()

    def __getattr__(self, name: str) -> Callable[..., Awaitable[Any]]:
        if name not in CONTROLS:
            raise AttributeError(name)
        signature = inspect.signature(getattr(Controls, name))

        async def control(*args: Any, **kwargs: Any) -> Any:
            bound = signature.bind(self, *args, **kwargs).arguments
            bound.pop("self")
            for each in signature.parameters.values():
                if each.kind is inspect.Parameter.VAR_KEYWORD:
                    bound.update(bound.pop(each.name, {}))
            return await self._control(name, bound)

        return control

    async def _control(self, name: str, arguments: dict[str, Any]) -> Any:
        url = f"http://{self.host}:{self.port}/__double__/{name}"
        async with self._session.post(url, data=msgspec.json.encode(arguments)) as response:
            answer = msgspec.json.decode(await response.read())
            if response.status != 200:
                raise ControlError(answer["error"])
            return answer

    async def close(self) -> None:
        """Close the connection, and stop the process if it was started here."""
        await self._session.close()
        if (process := self.process) is not None:
            assert process.stdin is not None
            assert process.stdout is not None
            process.stdin.close()
            try:
                await asyncio.to_thread(process.wait, 5)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
            process.stdout.close()


@asynccontextmanager
async def running_double(port: int = 0, *, start_seconds: float = 20.0, **settings: Any) -> AsyncIterator[DoubleClient]:
    """Start the double as its own process and stop it at the end; `settings` are those of `DoubleSettings`.

    The process also ends by itself when the one that started it dies.
    """
    # Wrong names and types fail here, not in the other process.
    values = msgspec.to_builtins(msgspec.convert(settings, DoubleSettings))
    options = [f"--{name.replace('_', '-')}={values[name]}" for name in settings if values[name] is not None]
    command = [sys.executable, "-m", "tests.double", "--until-stdin-closes", f"--port={port}", *options]
    process = await asyncio.to_thread(
        subprocess.Popen, command, cwd=REPOSITORY, stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    assert process.stdout is not None
    try:
        async with asyncio.timeout(start_seconds):
            line = await asyncio.to_thread(process.stdout.readline)
        if not line:
            raise RuntimeError(f"the double has ended with {process.wait()}")
    except BaseException:
        process.kill()
        process.communicate()
        raise
    client = DoubleClient("127.0.0.1", msgspec.json.decode(line)["port"], process)
    try:
        yield client
    finally:
        await client.close()


@contextmanager
def discord_at(api_url: str, gateway_url: str) -> Iterator[None]:
    """Point this process's discord.py at a double, both addresses, and back at the end."""
    route, socket = discord.http.Route, discord.gateway.DiscordWebSocket
    before = route.BASE, socket.DEFAULT_GATEWAY
    route.BASE, socket.DEFAULT_GATEWAY = api_url, yarl.URL(gateway_url)
    try:
        yield
    finally:
        route.BASE, socket.DEFAULT_GATEWAY = before


async def eventually(check: Callable[[], Any], *, seconds: float = 10.0, every: float = 0.01) -> Any:
    """Call a function (plain or async) until it gives something true, and give that back.

    Raises:
        TimeoutError: It has not within `seconds`; the text has its last result.
    """
    ends = time.monotonic() + seconds
    while True:
        result = check()
        if inspect.isawaitable(result):
            result = await result
        if result:
            return result
        if time.monotonic() > ends:
            raise TimeoutError(f"not within {seconds} s; last: {result!r}")
        await asyncio.sleep(every)
