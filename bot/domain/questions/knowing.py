"""Who may know an answer: the people of a community with what speaks for them, as the rule of routing takes them.

Whoever does not use the bot, or not any more, is none of them: nobody could ask them privately. Somebody has *agreed*
to be asked who told something of themselves here or lectured, and stopped neither this kind of messages nor all asks.

To read thousands of people costs more than to choose among them. So what people are known by is read first, each text
once; and then of those who are known by one that fits only the first, in the order of the rule.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from bot.domain.questions.routing import Candidate

STOPS = "asks"
"""Whoever has stopped direct messages of this kind is asked no more."""


class KnowingRepository(Protocol):
    """Who may know something, in one community."""

    async def people(self, now: datetime, member_ids: Collection[int] | None = None) -> list[Candidate]:
        """Everybody, or these, by id: what speaks for them, and what keeps them from being asked at that time.

        `thanked` holds what others thanked them for, whether or not they show it; `industries` the main one first. Of a
        lecture the theme is what its lecturer called it, else the session's.
        """
        ...

    async def texts(self) -> list[str]:
        """All that people here are known by, each text once: topics, themes, and what they were thanked for.

        Some may lead to nobody yet, such as the theme of a lecture to come. Nobody may change the list.
        """
        ...

    async def known_by(self, texts: Collection[str], industry: str = "") -> list[int]:
        """Who is known by one of these texts, or works in the industry with this key ("": none), by id."""
        ...

    async def first(
        self, texts: Collection[str], industry: str, same: Collection[str], number: int, after: int = 0
    ) -> list[int]:
        """So many of those who are `known_by` this, in the order of the rule, `after` so many of them.

        `same` are the keys of the asker's industries.
        """
        ...

    async def industries_of(self, member_id: int) -> tuple[str, ...]:
        """The keys of the industries in which somebody works, the main one first."""
        ...

    async def some(self, number: int, besides: Collection[int]) -> list[int]:
        """So many others, by id: to see whether there are enough people."""
        ...

    async def at_work(self) -> dict[str, int]:
        """In which industries people work who use the bot, by key, and how many."""
        ...
