"""The gateway: HELLO, IDENTIFY, RESUME, HEARTBEAT and everything that is dispatched."""

from __future__ import annotations

import asyncio
import secrets
import time
import traceback
from collections import deque
from typing import TYPE_CHECKING, Any

import msgspec
from aiohttp import WSCloseCode, WSMsgType, web

from tests.double.settings import APPLICATION_ID
from tests.double.world import BOT_USER, Json

if TYPE_CHECKING:
    from tests.double.server import DiscordDouble

DISPATCH, HEARTBEAT, IDENTIFY, RESUME, RECONNECT, REQUEST_MEMBERS, INVALID_SESSION, HELLO, ACK = (
    0, 1, 2, 6, 7, 8, 9, 10, 11,
)  # fmt: skip

GUILDS, MEMBERS, GUILD_MESSAGES, DIRECT_MESSAGES, CONTENT, EVENTS = (
    1 << 0, 1 << 1, 1 << 9, 1 << 12, 1 << 15, 1 << 16,
)  # fmt: skip


def needed_intent(event: str, *, direct: bool) -> int:
    """The intent without which an event is not sent; 0 if it always is."""
    if event.startswith("MESSAGE_"):
        return DIRECT_MESSAGES if direct else GUILD_MESSAGES
    if event.startswith(("CHANNEL_", "THREAD_", "GUILD_ROLE_")):
        return GUILDS
    if event in ("GUILD_MEMBER_ADD", "GUILD_MEMBER_UPDATE", "GUILD_MEMBER_REMOVE"):
        return MEMBERS
    if event.startswith("GUILD_SCHEDULED_EVENT_"):
        return EVENTS
    return 0


class Session:
    """One shard's session: its sequence, the events of late, and the connection it has or has lost."""

    def __init__(self, shard: int, shards: int, intents: int) -> None:
        self.id = secrets.token_hex(16)
        self.shard = shard
        self.shards = shards
        self.intents = intents
        self.sequence = 0
        self.recent: deque[tuple[int, str]] = deque(maxlen=20_000)
        self.connection: Connection | None = None
        self.lost_at = 0.0

    def covers(self, guild_id: int | None) -> bool:
        return (self.shard == 0) if guild_id is None else (guild_id >> 22) % self.shards == self.shard

    def push(self, event: str, data: str) -> None:
        self.sequence += 1
        text = f'{{"op":0,"t":"{event}","s":{self.sequence},"d":{data}}}'
        self.recent.append((self.sequence, text))
        if self.connection is not None:
            self.connection.send(text)

    def detach(self) -> None:
        if self.connection is not None:
            self.connection.session = None
            self.connection = None
            self.lost_at = time.monotonic()


class Connection:
    """One WebSocket; what is sent goes through a queue, so that nobody waits for a slow reader."""

    def __init__(self, socket: web.WebSocketResponse, request: web.BaseRequest) -> None:
        self.socket = socket
        self.request = request
        self.session: Session | None = None
        self._queue: asyncio.Queue[str] = asyncio.Queue()

    def send(self, text: str) -> None:
        self._queue.put_nowait(text)

    def send_op(self, op: int, data: Any) -> None:
        self.send(msgspec.json.encode({"op": op, "d": data, "s": None, "t": None}).decode())

    async def write(self) -> None:
        """Send what is queued, for ever."""
        while True:
            text = await self._queue.get()
            try:
                await self.socket.send_str(text)
            except ConnectionError:
                return


class Gateway:
    """All sessions and connections."""

    def __init__(self, double: DiscordDouble) -> None:
        self._double = double
        self.sessions: dict[str, Session] = {}
        self.connections: set[Connection] = set()
        self._quiet_until = 0.0

    def dispatch(
        self,
        event: str,
        data: Any,
        *,
        guild_id: int | None = None,
        shard: int | None = None,
        blanked: Any = None,
    ) -> int:
        """Send an event to the shards concerned; lost sessions get it when they resume. Counts sessions.

        `blanked` goes instead to sessions without the intent for message content.
        """
        self._expire()
        raw: str | None = None
        intent = needed_intent(event, direct=guild_id is None)
        reached = 0
        for session in self.sessions.values():
            if shard is not None:
                if session.shard != shard:
                    continue
            elif not session.covers(guild_id):
                continue
            if intent and not session.intents & intent:
                continue
            reached += 1
            if blanked is not None and not session.intents & CONTENT:
                session.push(event, msgspec.json.encode(blanked).decode())
                continue
            if raw is None:
                raw = msgspec.json.encode(data).decode()
            session.push(event, raw)
        return reached

    def _expire(self) -> None:
        horizon = time.monotonic() - self._double.settings.session_seconds
        for session in [s for s in self.sessions.values() if s.connection is None and s.lost_at < horizon]:
            del self.sessions[session.id]

    async def serve(self, request: web.BaseRequest) -> web.StreamResponse:
        """A WebSocket from its opening to its end."""
        log = self._double.log
        socket = web.WebSocketResponse(compress=False, timeout=1.0)
        await socket.prepare(request)
        connection = Connection(socket, request)
        self.connections.add(connection)
        log.gateway_event("open", request.path, None)
        writer = asyncio.create_task(connection.write())
        try:
            if (delay := self._quiet_until - time.monotonic()) > 0:
                await asyncio.sleep(delay)
            beat = int(self._double.settings.heartbeat_seconds * 1000)
            connection.send_op(HELLO, {"heartbeat_interval": beat, "_trace": []})
            async for message in socket:
                if message.type in (WSMsgType.TEXT, WSMsgType.BINARY):
                    packet = msgspec.json.decode(message.data)
                    await self._receive(connection, packet["op"], packet.get("d"))
        except ConnectionError:
            pass
        except Exception:
            self._double.errors.append(f"gateway\n{traceback.format_exc()}")
        finally:
            writer.cancel()
            self.connections.discard(connection)
            shard = connection.session.shard if connection.session else None
            if connection.session is not None:
                # A client that closes with 1000 or 1001 has ended its session; all else can be resumed.
                session = connection.session
                session.detach()
                if socket.close_code in (WSCloseCode.OK, WSCloseCode.GOING_AWAY):
                    self.sessions.pop(session.id, None)
            log.gateway_event("closed", request.path, shard, str(socket.close_code))
        return socket

    async def _receive(self, connection: Connection, op: int, data: Any) -> None:
        if op == HEARTBEAT:
            connection.send_op(ACK, None)
        elif op == IDENTIFY:
            await self._identify(connection, data)
        elif op == RESUME:
            await self._resume(connection, data)
        elif op == REQUEST_MEMBERS and connection.session is not None:
            self._members(connection.session, data)

    async def _identify(self, connection: Connection, data: Json) -> None:
        double = self._double
        path = connection.request.path
        shard, shards = data.get("shard") or (0, 1)
        if double.settings.token is not None and data["token"] != double.settings.token:
            await connection.socket.close(code=4004, message=b"Authentication failed.")
            return
        if data["intents"] & double.settings.refused_intents:
            await connection.socket.close(code=4014, message=b"Disallowed intent(s).")
            return
        # A new session of a shard replaces the one it has lost; a second live one is allowed, as at Discord.
        for old in [s for s in self.sessions.values() if s.connection is None and s.shard == shard]:
            del self.sessions[old.id]
        session = Session(shard, shards, data["intents"])
        self.sessions[session.id] = session
        session.connection, connection.session = connection, session
        double.log.gateway_event("identify", path, shard, session.id)
        guilds = [guild for guild in double.world.guilds.values() if session.covers(guild.id)]
        ready = {
            "v": 10,
            "user": {**BOT_USER, "verified": True, "mfa_enabled": False, "email": None},
            "guilds": [{"id": str(guild.id), "unavailable": True} for guild in guilds],
            "session_id": session.id,
            "resume_gateway_url": double.gateway_url + "/resume",
            "session_type": "normal",
            "shard": [shard, shards],
            "application": {"id": str(APPLICATION_ID), "flags": 0},
        }
        session.push("READY", msgspec.json.encode(ready).decode())
        everybody = bool(session.intents & MEMBERS)
        for guild in guilds:
            payload = {**guild.payload(all_members=everybody), "unavailable": False}
            session.push("GUILD_CREATE", msgspec.json.encode(payload).decode())

    async def _resume(self, connection: Connection, data: Json) -> None:
        log, path = self._double.log, connection.request.path
        if self._double.settings.token is not None and data["token"] != self._double.settings.token:
            await connection.socket.close(code=4004, message=b"Authentication failed.")
            return
        self._expire()
        session = self.sessions.get(data["session_id"])
        last = data["seq"] or 0
        oldest = session.recent[0][0] if session is not None and session.recent else 0
        if session is None or last > session.sequence or last < oldest - 1:
            log.gateway_event("resume-refused", path, None, str(data["session_id"]))
            connection.send_op(INVALID_SESSION, data=False)
            return
        session.detach()
        missed = [text for number, text in session.recent if number > last]
        session.connection, connection.session = connection, session
        log.gateway_event("resume", path, session.shard, f"missed {len(missed)}")
        for text in missed:
            connection.send(text)
        session.push("RESUMED", '{"_trace":[]}')

    def _members(self, session: Session, data: Json) -> None:
        guild = self._double.world.guilds.get(int(data["guild_id"]))
        if guild is None:
            return
        if wanted := data.get("user_ids"):
            numbers = [int(each) for each in (wanted if isinstance(wanted, list) else [wanted])]
            found = [guild.members[each] for each in numbers if each in guild.members]
        else:
            start = (data.get("query") or "").lower()
            found = [m for m in guild.members.values() if m["user"]["username"].lower().startswith(start)]
            found = found[: data["limit"] or None]
        pages = [found[at : at + 1000] for at in range(0, len(found), 1000)] or [[]]
        for index, page in enumerate(pages):
            chunk = {
                "guild_id": str(guild.id),
                "members": page,
                "chunk_index": index,
                "chunk_count": len(pages),
                "not_found": [],
                "nonce": data.get("nonce"),
            }
            session.push("GUILD_MEMBERS_CHUNK", msgspec.json.encode(chunk).decode())

    def _live(self, shard: int | None) -> list[Connection]:
        return [c for c in self.connections if c.session and shard in (None, c.session.shard)]

    def drop(self, code: int, shard: int | None, hello_delay: float) -> int:
        """Close connections whose sessions stay; 1006 cuts without a close frame. Counts connections."""
        self._quiet_until = time.monotonic() + hello_delay
        dropped = self._live(shard)
        for connection in dropped:
            session = connection.session
            assert session is not None
            session.detach()
            self._double.log.gateway_event("drop", connection.request.path, session.shard, str(code))
            if code == WSCloseCode.ABNORMAL_CLOSURE:
                if (transport := connection.request.transport) is not None:
                    transport.abort()
            else:
                self._double.run(connection.socket.close(code=code))
        return len(dropped)

    def invalidate(self, shard: int | None) -> int:
        """Send INVALID_SESSION (not resumable) and forget the sessions. Counts connections."""
        told = self._live(shard)
        for connection in told:
            session = connection.session
            assert session is not None
            session.detach()
            self.sessions.pop(session.id, None)
            self._double.log.gateway_event("invalid", connection.request.path, session.shard)
            connection.send_op(INVALID_SESSION, data=False)
        return len(told)

    def ask_reconnect(self, shard: int | None) -> int:
        """Send RECONNECT; the client comes back with a RESUME. Counts connections."""
        told = self._live(shard)
        for connection in told:
            assert connection.session is not None
            self._double.log.gateway_event("reconnect", connection.request.path, connection.session.shard)
            connection.send_op(RECONNECT, None)
        return len(told)

    async def close(self) -> None:
        await asyncio.gather(*(c.socket.close(code=WSCloseCode.GOING_AWAY) for c in list(self.connections)))
