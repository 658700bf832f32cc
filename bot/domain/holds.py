"""Holds: unprompted posts of a community that a moderator has paused, all of them or one kind."""

from __future__ import annotations

from datetime import datetime
from typing import Protocol

from msgspec import Struct

EVERYTHING = "*"


class Hold(Struct, frozen=True):
    """Posts of `kind` ("*": every kind) wait until `until` (None: until resumed)."""

    kind: str
    until: datetime | None


class HoldRepository(Protocol):
    """The holds of one community."""

    async def put(self, kind: str, until: datetime | None) -> None:
        """Hold this kind; a second hold replaces the first."""
        ...

    async def lift(self, kind: str) -> bool:
        """Release this kind; False if it was not held."""
        ...

    async def find(self, kind: str, now: datetime) -> Hold | None:
        """The hold on exactly this kind that is in force at `now`."""
        ...
