"""What our simulated Discord remembers beside simcord's own state, and how a test or the tour sets it."""

from __future__ import annotations

from collections import defaultdict, deque
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from weakref import WeakKeyDictionary

import simcord
from simcord.backend import Backend

Person = simcord.UserHandle | simcord.MemberActor

DEFAULT_LOCALE = "en-US"


@dataclass(frozen=True, slots=True)
class Posted:
    """One message as it was when it was sent; later edits don't change it.

    Attributes:
        at: the virtual instant (aware UTC).
        pinged: ids of the users it notified, through a role too; empty when it was sent silently.
        prompted: whether it answered an interaction.
    """

    at: datetime
    channel_id: int
    message_id: int
    author_id: int
    content: str
    pinged: frozenset[int]
    silent: bool
    prompted: bool


@dataclass(slots=True)
class Rules:
    """The state of one simulated Discord.

    Attributes:
        locales: a user's Discord language by their id; others have `DEFAULT_LOCALE`.
        closed_dms: ids of users who accept no direct messages.
        nonce_seconds: how long Discord knows a nonce; "a few minutes" in its documentation.
        old_edits_per_minute: how often one message older than an hour may be edited, or None for any number.
        posted: every message sent by anybody, in order.
    """

    locales: dict[int, str] = field(default_factory=dict)
    closed_dms: set[int] = field(default_factory=set)
    nonce_seconds: float = 300.0
    old_edits_per_minute: int | None = None
    posted: dict[int, Posted] = field(default_factory=dict)
    nonces: dict[int, tuple[str, float]] = field(default_factory=dict)
    by_nonce: dict[tuple[int, str], int] = field(default_factory=dict)
    old_edits: defaultdict[int, deque[float]] = field(default_factory=lambda: defaultdict(deque))
    channel_fields: defaultdict[int, dict[str, Any]] = field(default_factory=lambda: defaultdict(dict))
    # Handed from a route to what simcord calls in it, because its signatures have no place for them.
    nonce_of_next: str | None = None
    fields_of_next: dict[str, Any] = field(default_factory=dict)


_RULES: WeakKeyDictionary[Backend, Rules] = WeakKeyDictionary()


def rules_of(backend: Backend) -> Rules:
    """The rules of the Discord behind `env.backend`; made when first asked for."""
    return _RULES.setdefault(backend, Rules())


def set_locale(user: Person, locale: str) -> None:
    """Let this person use Discord in `locale` ("ja", "en-GB"), from their next interaction."""
    rules_of(user._env.backend).locales[user.id] = locale


def close_dms(user: Person) -> None:
    """Let this person refuse direct messages: sending one fails with 403, code 50007."""
    rules_of(user._env.backend).closed_dms.add(user.id)


def open_dms(user: Person) -> None:
    """Undo `close_dms`."""
    rules_of(user._env.backend).closed_dms.discard(user.id)
