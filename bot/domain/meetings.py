"""Who met whom, and by what occasion: kept for those who were there.

A row is written when people are brought together. Whether they did meet, each of them says afterwards, if they like.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Literal, Protocol

from msgspec import Struct

Occasion = Literal["pairing", "introduction"]
"""What brought people together."""


class Meeting(Struct, frozen=True):
    """People who were brought together, by id, ascending.

    `at` is when: for a round of pairing the time it was due, the same for all of the round. `met` is what each has said
    so far of whether they met. Who has introduced two people to each other is not among them.
    """

    id: int
    occasion: Occasion
    at: datetime
    people: tuple[int, ...]
    met: Mapping[int, bool]

    def others(self, member_id: int) -> tuple[int, ...]:
        """Whom somebody meets."""
        return tuple(each for each in self.people if each != member_id)


class MeetingRepository(Protocol):
    """The meetings of one community."""

    async def add(self, occasion: Occasion, at: datetime, people: Sequence[int]) -> Meeting:
        """Write a new one."""
        ...

    async def get(self, meeting_id: int) -> Meeting | None:
        """The one with this id."""
        ...

    async def of_round(self, occasion: Occasion, at: datetime) -> list[Meeting]:
        """Those of one round, in order of id."""
        ...

    async def of_member(self, member_id: int, limit: int, occasion: Occasion | None = None) -> list[Meeting]:
        """This person's, the latest first; of one occasion only, if one is given."""
        ...

    async def last_together(self) -> Mapping[tuple[int, int], datetime]:
        """When each two people were last brought together, by their ids, the smaller one first."""
        ...

    async def together_before(
        self, one: int, other: int, at: datetime, occasion: Occasion | None = None
    ) -> datetime | None:
        """When these two were last brought together before that time; None: never. `occasion` as above."""
        ...

    async def say(self, meeting: Meeting, member_id: int, *, met: bool) -> None:
        """Write whether this person says that they met."""
        ...
