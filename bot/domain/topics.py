"""Topics that people would like to hear of: each stands for the presses of distinct people.

So far they come from lectures of which somebody wants to hear more.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from msgspec import Struct

if TYPE_CHECKING:
    from bot.domain.sessions import Session


class Wish(Struct, frozen=True):
    """Whether somebody wishes for a topic now, and of how many people that is the wish."""

    wanted: bool
    people: int


class TopicRepository(Protocol):
    """The topics of one community."""

    async def toggle(self, session: Session, title: str, member_id: int) -> Wish:
        """This person wishes to hear more of a lecture, or no more; the first wish makes it a topic of its group."""
        ...

    async def leave(self, member_id: int) -> None:
        """Somebody is there no more: they wish for nothing."""
        ...
