"""The only sender of unprompted messages: it freezes a message, makes one attempt, or looks for it in the history."""

from __future__ import annotations

import asyncio
import logging
import re
from collections.abc import Awaitable, Callable, Mapping
from contextvars import ContextVar
from datetime import datetime, timedelta
from types import SimpleNamespace
from typing import Any

import aiohttp
import discord
import msgspec
from discord.http import MultipartParameters, handle_message_parameters

from bot.domain.posts import (
    Delivered,
    Limited,
    Lost,
    Outcome,
    Post,
    Reading,
    Refused,
    Rejected,
    Unauthorized,
    time_left,
)
from bot.domain.uow import refuse_inside
from bot.gate import Gate
from bot.logs import reference
from bot.rendering.buttons import mark_of, marked
from bot.rendering.content import Button, Content

_log = logging.getLogger(__name__)

_EARLIER = timedelta(minutes=5)
"""How far our clock may be ahead of Discord's when a history is read "since the first attempt"."""
_PAGE = 100
_MOST_PAGES = 50
_ASK_AGAIN = 30.0
"""Seconds until Discord is asked again for what does no harm if asked twice."""
DMS_TOO_FAST = 40003
DMS_PAUSE = timedelta(hours=3).total_seconds()
_ERRORS = (discord.HTTPException, discord.RateLimited, aiohttp.ClientError, OSError)
"""What a call of discord.py's may raise; a time-out is an OSError."""

_UNCOUNTED = re.compile(r"/(interactions|webhooks)/")
"""Answers to people, which Discord does not count and which never wait."""

_tries: ContextVar[list[int] | None] = ContextVar("tries_of_this_attempt", default=None)


def http_trace(gate: Gate | None = None) -> aiohttp.TraceConfig:
    """Records the status of each of discord.py's own tries within an attempt (0: no answer); the client needs it.

    discord.py repeats a request by itself after a 5xx or a cut connection. If its last try is refused, an earlier one
    may still have been accepted. What Discord counts passes through the `gate`, the last thing before the wire.
    """
    trace = aiohttp.TraceConfig()

    async def begun(session: Any, context: SimpleNamespace, params: aiohttp.TraceRequestStartParams) -> None:
        context.left = None
        if gate is not None and not _UNCOUNTED.search(params.url.path):
            context.left = await gate.leave()
        if (tries := _tries.get()) is not None:
            tries.append(0)

    async def answered(session: Any, context: SimpleNamespace, params: aiohttp.TraceRequestEndParams) -> None:
        if gate is not None:
            gate.answered(context.left)
        if tries := _tries.get():
            tries[-1] = params.response.status

    async def failed(session: Any, context: SimpleNamespace, params: aiohttp.TraceRequestExceptionParams) -> None:
        unsent = isinstance(params.exception, aiohttp.ClientConnectorError)
        if gate is not None:
            (gate.unsent if unsent else gate.answered)(context.left)
        if (tries := _tries.get()) and unsent:
            # No connection, so nothing was sent.
            tries.pop()

    trace.on_request_start.append(begun)
    trace.on_request_end.append(answered)
    trace.on_request_exception.append(failed)
    return trace


def freeze(content: Content, nonce: str, *, silent: bool) -> str:
    """The request's body as JSON text, with the nonce, and the row's mark in the first button's custom_id.

    Raises:
        ValueError: the message has no button, so it could never be found again.
    """
    if not content.rows:
        raise ValueError("an unprompted message needs a button that carries its mark")
    (first, *others), *rows = content.rows
    carrier = Button(first.label, marked(first.custom_id, nonce), first.style, first.disabled)
    shown = Content(content.text, content.embed, ((carrier, *others), *rows), content.mentions, content.roles)
    view = shown.view()
    assert view is not None
    with handle_message_parameters(
        content=shown.text or None,
        embed=shown.embed or discord.utils.MISSING,
        view=view,
        nonce=nonce,
        allowed_mentions=shown.allowed_mentions(),
        flags=discord.MessageFlags(suppress_notifications=True) if silent else discord.utils.MISSING,
    ) as params:
        assert params.payload is not None
        return msgspec.json.encode(params.payload, order="sorted").decode()


class Poster:
    """Makes attempts: one is one call of discord.py's, its own tries included, and ends within `attempt`.

    `nonce` is the nonce's life (`dispatch.nonce_seconds`); `now` tells the time.
    """

    def __init__(
        self, client: discord.Client, now: Callable[[], datetime], attempt: timedelta, nonce: timedelta
    ) -> None:
        self._client = client
        self._now = now
        self._attempt = attempt
        self._nonce = nonce
        self._dm_pause_until: datetime | None = None

    async def target(self, post: Post) -> int | Outcome:
        """The channel to send to: the row's own, or the person's DMs; an outcome if those can't be opened now."""
        if post.target_id or post.channel_id:
            return post.target_id or post.channel_id
        refuse_inside("a direct message")
        if not post.member_id:
            return Refused("nobody")
        if self._dm_pause_until is not None and self._now() < self._dm_pause_until:
            return Limited((self._dm_pause_until - self._now()).total_seconds())
        try:
            async with asyncio.timeout(self._attempt.total_seconds()):
                channel = await self._client.http.start_private_message(post.member_id)
        except _ERRORS as error:
            return self._read_harmless(error)
        return int(channel["id"])

    async def attempt(self, post: Post, now: datetime) -> Outcome:
        """Send the frozen payload once; no request begins later than the nonce's life after its window began."""
        refuse_inside("a message")
        assert post.payload is not None
        left = time_left(post, now, self._attempt, self._nonce)
        if left <= timedelta(0):
            return Limited(0.0)
        # Nothing recorded means nothing sent, but only where something records.
        tries: list[int] = [] if getattr(self._client.http, "http_trace", None) else [0]
        token = _tries.set(tries)
        try:
            params = MultipartParameters(payload=msgspec.json.decode(post.payload), multipart=None, files=None)
            async with asyncio.timeout(left.total_seconds()):
                message = await self._client.http.send_message(post.target_id, params=params)
        except _ERRORS as error:
            return self._read(error, tries)
        finally:
            _tries.reset(token)
        return Delivered(int(message["id"]))

    async def find(self, post: Post, place: Callable[[], Awaitable[None]]) -> int | Reading | Limited | Unauthorized:
        """Look for the post in its channel since the first attempt: its message's id, or that it is not there.

        `place` waits for a request's turn. Limited says that Discord could not be asked just now: that is no answer.
        """
        refuse_inside("a history")
        assert post.first_attempt_at is not None
        after = discord.utils.time_snowflake(post.first_attempt_at - _EARLIER)
        user = self._client.user
        assert user is not None
        for _ in range(_MOST_PAGES):
            await place()
            try:
                async with asyncio.timeout(self._attempt.total_seconds()):
                    page = await self._client.http.logs_from(post.target_id, _PAGE, after=after)
            except _ERRORS as error:
                _log.warning("the history of channel %d can't be read: %r", post.target_id, error)
                outcome = self._read_harmless(error)
                return outcome if isinstance(outcome, Limited | Unauthorized) else "unreadable"
            for message in page:
                if int(message["author"]["id"]) == user.id and post.nonce in _marks(message.get("components", ())):
                    return int(message["id"])
            if len(page) < _PAGE:
                return "absent"
            after = max(int(message["id"]) for message in page)
        return "unreadable"

    def _read_harmless(self, error: BaseException) -> Outcome:
        """What an exception says of a request that leaves nothing to doubt."""
        outcome = self._read(error, [])
        return Limited(_ASK_AGAIN) if isinstance(outcome, Lost) else outcome

    def _read(self, error: BaseException, tries: list[int]) -> Outcome:
        """What an exception says of an attempt. A refusal after a try that may have been accepted leaves the doubt."""
        earlier = tries[:-1] if isinstance(error, discord.HTTPException) else tries
        if not all(400 <= status < 500 for status in earlier):
            return Lost(f"{type(error).__name__} after {tries}")
        match error:
            case discord.RateLimited():
                return Limited(error.retry_after)
            case discord.HTTPException(status=429):
                return Limited(float(error.response.headers.get("Retry-After", 5) or 5))
            case discord.HTTPException(status=401):
                return Unauthorized()
            case discord.HTTPException(code=code) if code == DMS_TOO_FAST:
                self._dm_pause_until = self._now() + timedelta(seconds=DMS_PAUSE)
                return Limited(DMS_PAUSE)
            case discord.Forbidden() | discord.NotFound() if not error.code:
                # Discord's own refusals have a code. A proxy's doesn't say what became of the request.
                return Lost(f"{error.status} without a code")
            case discord.Forbidden() | discord.NotFound():
                return Refused(f"{error.status} {error.code}")
            case discord.DiscordServerError():
                return Lost(f"{error.status}")
            case discord.HTTPException():
                code = reference()
                _log.error("Discord rejected a message [%s]: %s", code, error)
                return Rejected(f"{error.status} {error.code}", code)
            case TimeoutError() | aiohttp.ClientConnectorError():
                # Every try was limited, or none has begun: the time ran out while we waited for our turn, or there is
                # no connection. There is no doubt, and the next attempt may go better.
                return Limited(5.0)
            case _:
                return Lost(type(error).__name__)


def _marks(components: Any) -> set[str]:
    """The marks in a message's components, at any depth."""
    found: set[str] = set()
    for component in components:
        if isinstance(component, Mapping):
            mark = mark_of(str(component.get("custom_id", "")))
            if mark:
                found.add(mark)
            found |= _marks(component.get("components", ()))
    return found
