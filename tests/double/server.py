"""The server: takes a request through authorization, limits and faults to its route."""

from __future__ import annotations

import asyncio
import socket
import struct
import time
import traceback
from collections.abc import Coroutine
from typing import Any, Self

import msgspec
from aiohttp import BodyPartReader, ClientError, web

from tests.double import rest_channels, rest_guilds, rest_interactions
from tests.double.controls import CONTROLS, Controls
from tests.double.faults import Fault, Faults
from tests.double.gateway import Gateway
from tests.double.http import ApiError, Call, Route, find_route, reply
from tests.double.interactions import Interactions
from tests.double.limits import Limits
from tests.double.log import Log
from tests.double.messages import Messages
from tests.double.settings import APPLICATION_ID, DoubleSettings, Snowflakes
from tests.double.world import DIRECT, Json, World

ROUTE_FILES = (rest_channels, rest_guilds, rest_interactions)
"""Importing them has registered their routes."""

_API_PREFIX = "/api/v10/"


class DiscordDouble(Controls):
    """A double that runs in the caller's event loop: `async with DiscordDouble(settings) as double`.

    Attributes:
        api_url: For `discord.http.Route.BASE`.
        gateway_url: For `discord.gateway.DiscordWebSocket.DEFAULT_GATEWAY`.
        errors: Tracebacks of the double's own faults; a test may assert that there are none.
    """

    def __init__(self, settings: DoubleSettings | None = None, *, host: str = "127.0.0.1", port: int = 0) -> None:
        self.settings = settings or DoubleSettings()
        self.host, self.port = host, port
        self._set_addresses()
        self.ids = Snowflakes()
        self.log = Log()
        self.world = World(self.settings, self.ids)
        self.messages = Messages(self.world, self.log, self.ids)
        self.interactions = Interactions(self)
        self.gateway = Gateway(self)
        self.limits = Limits()
        self.faults = Faults(self.settings.seed)
        self.errors: list[str] = []
        self._tasks: set[asyncio.Task[Any]] = set()
        self._closing = asyncio.Event()

    def _set_addresses(self) -> None:
        self.api_url = f"http://{self.host}:{self.port}/api/v10"
        self.gateway_url = f"ws://{self.host}:{self.port}/ws"

    async def __aenter__(self) -> Self:
        # The low-level server: routes are looked up here, and every request costs a third less.
        self._runner = web.ServerRunner(web.Server(self._handle, access_log=None), shutdown_timeout=1.0)
        await self._runner.setup()
        await web.TCPSite(self._runner, self.host, self.port, backlog=1024).start()
        self.port = self._runner.addresses[0][1]
        self._set_addresses()
        return self

    async def __aexit__(self, *_: object) -> None:
        self._closing.set()
        await self.gateway.close()
        if self._tasks:
            await asyncio.wait(self._tasks)
        await self._runner.cleanup()

    def run(self, work: Coroutine[Any, Any, Any]) -> None:
        """Run something beside the requests, and wait for it at the end."""
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    def keep(self, channel: Json, message: Json, fields: Json, *, kind: str) -> None:
        """Store a message and tell the gateway."""
        self.messages.store(channel, message, fields, self.settings, kind=kind)
        if not self.settings.echo and kind != "user":
            return
        guild = self.world.guild_of(channel)
        data, blanked = message, None
        if guild is not None:
            data = {**message, "guild_id": str(guild.id)}
            if (member := guild.members.get(int(message["author"]["id"]))) is not None:
                data["member"] = {key: value for key, value in member.items() if key != "user"}
            if kind == "user" and all(each["id"] != str(APPLICATION_ID) for each in message["mentions"]):
                blanked = {**data, "content": "", "embeds": [], "attachments": [], "components": []}
        self.gateway.dispatch("MESSAGE_CREATE", data, guild_id=guild.id if guild else None, blanked=blanked)

    def forget_message(self, channel_id: int, message_id: int) -> None:
        """Delete a message and tell the gateway."""
        channel = self.world.channel(channel_id)
        self.messages.delete(channel_id, message_id)
        data = {"id": str(message_id), "channel_id": str(channel_id)}
        guild = self.world.guild_of(channel)
        if guild is not None:
            data["guild_id"] = str(guild.id)
        self.gateway.dispatch("MESSAGE_DELETE", data, guild_id=guild.id if guild else None)

    def forget_channel(self, channel_id: int) -> Json:
        """Delete a channel or thread and tell the gateway."""
        guild = self.world.guild_of(self.world.channel(channel_id))
        channel = self.world.forget_channel(channel_id)
        event = "THREAD_DELETE" if "thread_metadata" in channel else "CHANNEL_DELETE"
        if channel["type"] != DIRECT:
            self.gateway.dispatch(event, channel, guild_id=guild.id if guild else None)
        return channel

    async def _handle(self, request: web.BaseRequest) -> web.StreamResponse:
        path = request.path
        if path.startswith(_API_PREFIX):
            return await self._api(request, path)
        if path.startswith("/ws"):
            return await self.gateway.serve(request)
        if path.startswith("/__double__/"):
            return await self._control(request, path.removeprefix("/__double__/"))
        if path.startswith("/attachments/") and (found := self.messages.files.get(int(path.split("/")[3]))):
            return web.Response(body=found)
        self.log.unknown_routes.append(f"{request.method} {path}")
        return web.Response(status=404)

    async def _api(self, request: web.BaseRequest, path: str) -> web.StreamResponse:
        began = time.monotonic()
        parts = path[len(_API_PREFIX) :].split("/")
        found = find_route(request.method, parts)
        if found is None:
            self.log.unknown_routes.append(f"{request.method} {path}")
            self.log.request(began, f"{request.method} ?", path, 404)
            return reply(404, {"message": "404: Not Found", "code": 0})
        route, ids = found
        headers: dict[str, str] | None = None
        try:
            self._let_in(request, route)
            call = await _read(request, ids)
            channel = int(ids[0]) if parts[0] == "channels" and ids[0].isdigit() else None
            if route.posts_message and channel is not None:
                headers = self.limits.take_channel(channel, self.settings)
            fault = self.faults.take(route.name, channel) if self.faults.ordered else None
            if fault is None:
                answer = route.handler(self, call)
            else:
                answer = await self._struck(fault, route, call)
                if fault.kind == "cut":
                    self.log.request(began, route.name, path, 0)
                    return _cut(request, reset=fault.reset)
            status, body = answer if isinstance(answer, tuple) else (200, answer)
            response = reply(status, body, headers)
        except ApiError as error:
            if error.status == 429:
                self.log.rate_limited(route.name, everywhere=error.body.get("global", False))
            response = reply(error.status, error.body, {**(headers or {}), **error.headers})
        except (ConnectionError, ClientError, web.RequestPayloadError):
            # The client has died in the middle of its request.
            self.log.request(began, route.name, path, 0)
            return web.Response()
        except Exception:
            self.errors.append(f"{route.name}\n{traceback.format_exc()}")
            response = reply(500, {"message": "500: Internal Server Error", "code": 0})
        self.log.request(began, route.name, path, response.status)
        return response

    def _let_in(self, request: web.BaseRequest, route: Route) -> None:
        if not route.public:
            authorization = request.headers.get("Authorization", "")
            known = self.settings.token
            if not authorization.startswith("Bot ") or (known is not None and authorization[4:] != known):
                raise ApiError(401, 0, "401: Unauthorized")
        if route.counted:
            self.limits.take_global(self.settings)

    async def _struck(self, fault: Fault, route: Route, call: Call) -> Any:
        """Handle a call that a fault strikes; for a cut the answer is thrown away."""
        if fault.kind == "status":
            if fault.store:
                route.handler(self, call)
            raise fault.error()
        if fault.kind == "cut":
            return route.handler(self, call) if fault.store else None
        if fault.store:
            answer = route.handler(self, call)
            await self._hang(fault.seconds)
            return answer
        await self._hang(fault.seconds)
        return route.handler(self, call)

    async def _hang(self, seconds: float) -> None:
        try:
            async with asyncio.timeout(seconds):
                await self._closing.wait()
        except TimeoutError:
            pass

    async def _control(self, request: web.BaseRequest, name: str) -> web.StreamResponse:
        if name not in CONTROLS:
            return web.json_response({"error": f"no control {name!r}", "controls": sorted(CONTROLS)}, status=404)
        raw = await request.read()
        try:
            result = getattr(self, name)(**(msgspec.json.decode(raw) if raw else {}))
        except (TypeError, LookupError, ApiError, msgspec.ValidationError) as error:
            return web.json_response({"error": f"{name}: {error}"}, status=400)
        return web.Response(body=msgspec.json.encode(result), content_type="application/json")


async def _read(request: web.BaseRequest, ids: list[str]) -> Call:
    """The call in a request: JSON, or a form with `payload_json` and files."""
    if not request.can_read_body:
        return Call(ids, request.query, None, [])
    if not request.content_type.startswith("multipart/"):
        raw = await request.read()
        try:
            return Call(ids, request.query, msgspec.json.decode(raw) if raw else None, [])
        except msgspec.DecodeError:
            raise ApiError(400, 50109, "The request body contains invalid JSON.") from None
    body: Any = None
    fields: Json = {}
    files: list[tuple[str, str, bytes]] = []
    async for part in await request.multipart():
        assert isinstance(part, BodyPartReader)
        content = bytes(await part.read())
        if part.name == "payload_json":
            body = msgspec.json.decode(content)
        elif part.filename is not None:
            files.append((part.filename, part.headers.get("Content-Type", "application/octet-stream"), content))
        else:
            fields[part.name or ""] = content.decode()
    return Call(ids, request.query, fields if body is None else body, files)


def _cut(request: web.BaseRequest, *, reset: bool) -> web.StreamResponse:
    """Close a request's connection; what is returned then goes nowhere."""
    if (transport := request.transport) is not None:
        if reset:
            # With a linger time of zero the kernel sends RST instead of FIN.
            linger = struct.pack("ii", 1, 0)
            transport.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
        transport.abort()
    return web.Response()
