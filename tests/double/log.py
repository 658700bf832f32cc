"""What the double remembers of what happened: requests, messages, the gateway."""

from __future__ import annotations

import re
import time
from collections import Counter, deque
from typing import Any

import msgspec


class MessageRecord(msgspec.Struct, kw_only=True):
    """A message that was stored.

    Attributes:
        kind: `message` (posted to a channel), `interaction` (an answer to an interaction) or `user`.
        custom_ids: Of all its components, in order.
        pings: Ids of the users it mentions, with `allowed_mentions` applied; roles and "everyone" are not
            resolved to users.
        wall, monotonic: When it was stored.
        repeats: How often an enforced nonce was answered with this message again.
        edits: How often it was edited.
    """

    id: int
    channel_id: int
    kind: str
    content: str
    nonce: str | None
    custom_ids: list[str]
    pings: list[int]
    flags: int
    allowed_mentions: Any
    wall: float
    monotonic: float
    repeats: int = 0
    edits: int = 0
    deleted: bool = False


class RequestRecord(msgspec.Struct):
    """A request to the API: when it came, its route's name, its path and its status (0: cut, no answer)."""

    wall: float
    monotonic: float
    route: str
    path: str
    status: int
    seconds: float


class GatewayRecord(msgspec.Struct):
    """Something on the gateway: open, identify, resume, resume-refused, invalid, drop, reconnect, closed."""

    wall: float
    monotonic: float
    what: str
    path: str
    shard: int | None
    detail: str


class Log:
    """Grows until `clear`; the list of requests keeps the newest 200,000, its counts all."""

    def __init__(self) -> None:
        self.clear()

    def clear(self) -> None:
        self.requests: deque[RequestRecord] = deque(maxlen=200_000)
        self.counts: dict[str, Counter[int]] = {}
        self.limited_globally = 0
        self.limited: Counter[str] = Counter()
        self.unknown_routes: list[str] = []
        self.messages: dict[int, MessageRecord] = {}
        self.deduplicated = 0
        self.gateway: list[GatewayRecord] = []

    def request(self, began: float, route: str, path: str, status: int) -> None:
        now = time.monotonic()
        seconds = now - began
        self.requests.append(RequestRecord(time.time() - seconds, began, route, path, status, seconds))
        self.counts.setdefault(route, Counter())[status] += 1

    def rate_limited(self, route: str, *, everywhere: bool) -> None:
        self.limited[route] += 1
        self.limited_globally += everywhere

    def gateway_event(self, what: str, path: str, shard: int | None, detail: str = "") -> None:
        self.gateway.append(GatewayRecord(time.time(), time.monotonic(), what, path, shard, detail))

    def doubles(self, pattern: str | None) -> list[dict[str, Any]]:
        """Keys that stand in more than one posted message, with the messages' ids.

        Without a pattern the key is channel and nonce. With one it is channel and what the pattern finds in a
        `custom_id`: `r"^post:\\d+"` finds two messages for one row even if their nonces differ. Messages
        deleted since count too: people have seen them.
        """
        seen: dict[tuple[int, str], list[int]] = {}
        wanted = re.compile(pattern) if pattern is not None else None
        for record in self.messages.values():
            if record.kind != "message":
                continue
            if wanted is None:
                keys = {record.nonce} if record.nonce is not None else set[str]()
            else:
                keys = {found.group() for each in record.custom_ids if (found := wanted.search(each))}
            for key in keys:
                seen.setdefault((record.channel_id, key), []).append(record.id)
        return [
            {"channel_id": channel, "key": key, "message_ids": ids}
            for (channel, key), ids in seen.items()
            if len(ids) > 1
        ]


def custom_ids(components: Any) -> list[str]:
    """The custom ids in a tree of components, in order."""
    found: list[str] = []
    for each in components or ():
        if (own := each.get("custom_id")) is not None:
            found.append(own)
        found += custom_ids(each.get("components"))
        found += custom_ids([child for key in ("accessory", "component") if (child := each.get(key))])
    return found
