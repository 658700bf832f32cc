"""Thanks by topic, and what somebody is known for: only what others have thanked them for.

Who thanks without their name is one person for each of their questions: told apart from nobody else, they add no
industry, and no number leads to them.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Protocol

from msgspec import Struct

from bot.domain.industries.likeness import compared
from bot.domain.search import singular

MOST_TOPICS = 3
"""Topics for which one person thanks another in one thread."""


class Gratitude(Struct, frozen=True):
    """Thanks to `to_id` for a `topic`, as it was typed, in the thread of a question (`message_id` 0: for no message).

    `from_id` is who thanks (0: no longer known). With `by_asker` it is whoever asked the question without their name;
    who that is stands in the question alone. With `accepted` it came with an answer that was accepted.
    """

    id: int
    question_id: int
    message_id: int
    from_id: int
    by_asker: bool
    to_id: int
    topic: str
    accepted: bool
    thanked_at: datetime

    @property
    def key(self) -> str:
        """All spellings of the topic have the same."""
        return topic_key(self.topic)


class KnownFor(Struct, frozen=True):
    """A topic for which `people` distinct people thanked somebody, of so many `industries`."""

    topic: str
    people: int = 1
    industries: int = 0


class GratitudeRepository(Protocol):
    """The thanks of one community."""

    async def add(self, gratitude: Gratitude) -> Gratitude:
        """Write new thanks; returns them with their id."""
        ...

    async def remove(self, gratitude_id: int) -> None:
        """Forget them."""
        ...

    async def find(self, gratitude_id: int) -> Gratitude | None:
        """Those with this id."""
        ...

    async def of_question(self, question_id: int) -> list[Gratitude]:
        """All thanks in the thread of a question, oldest first."""
        ...

    async def to_member(self, member_id: int) -> list[Gratitude]:
        """All thanks to this person, oldest first."""
        ...

    async def thanked(
        self, member_ids: Collection[int] | None = None, channels: Collection[int] | None = None
    ) -> dict[int, list[KnownFor]]:
        """For what these people (None: everybody) were thanked, by their id; see `in_order` for the order.

        With `channels`, in questions of these forums only.
        """
        ...


# Rules


def topic_key(topic: str) -> str:
    """What joins the spellings of a topic: neither width, case, kana nor marks matter, nor the plural in English."""
    return " ".join(map(singular, compared(topic).split())) or topic.casefold()


def in_order(found: Sequence[KnownFor]) -> list[KnownFor]:
    """What somebody is known for: that of most people first, then of most industries, then by its name."""
    return sorted(found, key=lambda each: (-each.people, -each.industries, each.topic))
