"""What everybody decides for themselves: whether others see what they are known for, and later, whom they know."""

from __future__ import annotations

from collections.abc import Collection
from typing import Protocol

from msgspec import Struct


class Privacy(Struct, frozen=True):
    """One person's choices.

    `known_for`: others see what they were thanked for. `network`: they are in pictures of who met whom.
    """

    known_for: bool = True
    network: bool = False


class PrivacyRepository(Protocol):
    """The choices of the people of one community."""

    async def get(self, member_id: int) -> Privacy:
        """This person's, the usual ones if they have made none."""
        ...

    async def put(self, member_id: int, privacy: Privacy) -> None:
        """Write or replace them."""
        ...

    async def hide_known_for(self, member_ids: Collection[int] | None = None) -> set[int]:
        """Who of these people (None: of all) does not want others to see what they are known for."""
        ...
