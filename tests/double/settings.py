"""The double's settings and the ids it hands out."""

from __future__ import annotations

import base64
import time
from datetime import UTC, datetime
from typing import Literal

import msgspec

DISCORD_EPOCH_MS = 1_420_070_400_000
_BASE_MS = 1_704_067_200_000 - DISCORD_EPOCH_MS
_KINDS = {"application": 0, "user": 1, "guild": 2, "channel": 3, "role": 4}


class DoubleSettings(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a double is like; `Controls.configure` changes most of it while it runs."""

    guilds: int = 1
    channels: int = 5
    """Text channels in all, spread evenly over the guilds."""
    members: int = 3
    """Human members of each guild; the first owns it."""
    shards: int = 1
    """Shards that GET /gateway/bot recommends."""
    locale: str = "en-US"

    nonce_seconds: float = 300.0
    """How long an enforced nonce answers the first message again."""
    nonce_scope: Literal["channel", "author"] = "channel"

    global_limit: int = 50
    """Requests per second over all routes; 0 turns it off."""
    global_window: Literal["sliding", "fixed"] = "sliding"
    channel_limit: int = 0
    """Message posts per channel and `channel_seconds`; 0 turns it off."""
    channel_seconds: float = 5.0

    token: str | None = None
    """The only token let in; None lets in every one."""
    refused_intents: int = 0
    """Intents whose IDENTIFY is closed with 4014 (privileged, not approved)."""
    heartbeat_seconds: float = 41.25
    session_seconds: float = 60.0
    """How long a lost gateway session can be resumed."""
    echo: bool = True
    """Send MESSAGE_CREATE for the bot's own messages, as Discord does."""

    ack_seconds: float = 3.0
    """How long an interaction waits for its first answer."""
    interaction_seconds: float = 900.0
    """How long an interaction's token lives."""

    seed: int = 0
    """Seed of faults that strike with a probability."""


def fixed_id(kind: str, number: int) -> int:
    """The id of the n-th guild, channel, ... of every double; neighbours fall on neighbouring shards."""
    return (_BASE_MS + _KINDS[kind] * 1_000_000 + number) << 22


APPLICATION_ID = fixed_id("application", 1)


def bot_token() -> str:
    """A token of the right shape for the double's application."""
    head = base64.urlsafe_b64encode(str(APPLICATION_ID).encode()).decode().rstrip("=")
    return f"{head}.double.{'loopback' * 4}"


class Snowflakes:
    """Ids by time as Discord makes them: 42 bits of milliseconds, 22 bits that keep them unique and rising."""

    def __init__(self) -> None:
        self._last = 0

    def next(self) -> int:
        made = (int(time.time() * 1000) - DISCORD_EPOCH_MS) << 22
        self._last = made if made > self._last else self._last + 1
        return self._last


def iso(wall: float | None = None) -> str:
    """An instant as Discord writes it, e.g. `2026-01-02T03:04:05.678000+00:00`."""
    return datetime.fromtimestamp(time.time() if wall is None else wall, UTC).isoformat(timespec="microseconds")
