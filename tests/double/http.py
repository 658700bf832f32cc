"""What the double's routes have in common: the table of routes, a call, an error, an answer."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import msgspec
from aiohttp import web

if TYPE_CHECKING:
    from tests.double.server import DiscordDouble

JSON_HEADERS = {"Content-Type": "application/json", "Via": "1.1 double"}
EMPTY_HEADERS = {"Via": "1.1 double"}


class ApiError(Exception):
    """An answer of Discord that is not a success; `code` is Discord's JSON error code."""

    def __init__(
        self,
        status: int,
        code: int,
        message: str,
        *,
        errors: Any = None,
        extra: dict[str, Any] | None = None,
        headers: dict[str, str] | None = None,
    ) -> None:
        super().__init__(f"{status} {code} {message}")
        self.status = status
        self.headers = headers or {}
        self.body: dict[str, Any] = {"message": message, "code": code, **(extra or {})}
        if errors:
            self.body["errors"] = errors


def invalid_form(field: str, code: str, message: str) -> ApiError:
    """400 with 50035, as Discord answers a field that breaks its rules."""
    errors: Any = {"_errors": [{"code": code, "message": message}]}
    for part in reversed(field.split(".")):
        errors = {part: errors}
    return ApiError(400, 50035, "Invalid Form Body", errors=errors)


def unknown(code: int, what: str) -> ApiError:
    """404 with one of Discord's "unknown ..." codes."""
    return ApiError(404, code, f"Unknown {what}")


class Call:
    """One request: the ids in its path, its query, its JSON body and its files."""

    __slots__ = ("body", "files", "ids", "query")

    def __init__(self, ids: list[str], query: Any, body: Any, files: list[tuple[str, str, bytes]]) -> None:
        self.ids = ids
        self.query = query
        self.body = body
        self.files = files

    def number(self, place: int) -> int:
        """The id at a place of the path; what is no number is an invalid form, as at Discord."""
        try:
            return int(self.ids[place])
        except ValueError:
            raise invalid_form("id", "NUMBER_TYPE_COERCE", f'Value "{self.ids[place]}" is not snowflake.') from None

    def fields(self) -> dict[str, Any]:
        """The JSON object of the body."""
        if not isinstance(self.body, dict):
            raise ApiError(400, 50109, "The request body contains invalid JSON.")
        return self.body


Handler = Callable[["DiscordDouble", Call], Any]
"""Answers with JSON (200), None (204) or a pair of status and JSON; raises ApiError."""


class Route:
    """A method, a path with {names} and its handler.

    `counted`: adds to the global limit. `public`: needs no Authorization (the token in the path is enough).
    """

    __slots__ = ("counted", "handler", "method", "name", "parts", "posts_message", "public")

    def __init__(self, method: str, path: str, handler: Handler, *, public: bool) -> None:
        self.method = method
        self.name = f"{method} {path}"
        self.parts = [None if part.startswith("{") else part for part in path.strip("/").split("/")]
        self.handler = handler
        self.public = public
        self.counted = not public
        self.posts_message = self.name == "POST /channels/{channel_id}/messages"


_table: dict[tuple[str, int], list[Route]] = {}


def route(method: str, path: str, *, public: bool = False) -> Callable[[Handler], Handler]:
    """Register a handler for a route of the API."""

    def register(handler: Handler) -> Handler:
        made = Route(method, path, handler, public=public)
        rows = _table.setdefault((method, len(made.parts)), [])
        rows.append(made)
        # Literal parts win over ids: /messages/pins is no message.
        rows.sort(key=lambda row: sum(part is None for part in row.parts))
        return handler

    return register


def find_route(method: str, parts: list[str]) -> tuple[Route, list[str]] | None:
    """The route for a path's parts (without `/api/v10`) and the ids in it."""
    for row in _table.get((method, len(parts)), ()):
        if all(want is None or want == have for want, have in zip(row.parts, parts, strict=True)):
            return row, [have for want, have in zip(row.parts, parts, strict=True) if want is None]
    return None


def encode(answer: Any) -> bytes:
    return answer if isinstance(answer, bytes) else msgspec.json.encode(answer)


def reply(status: int, answer: Any, headers: dict[str, str] | None = None) -> web.Response:
    """JSON with exactly the content type that discord.py asks for; nothing at all for 204."""
    if answer is None:
        return web.Response(status=204, headers={**EMPTY_HEADERS, **headers} if headers else EMPTY_HEADERS)
    return web.Response(
        status=status, body=encode(answer), headers={**JSON_HEADERS, **headers} if headers else JSON_HEADERS
    )
