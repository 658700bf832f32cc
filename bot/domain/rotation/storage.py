"""What is kept of rotations, and where the services read and write it."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Protocol

from msgspec import Struct

if TYPE_CHECKING:
    from bot.domain.rotation.telling import Why
    from bot.domain.rotation.values import Member, Roster, Turn


class Unavailability(Struct, frozen=True):
    """A window in which somebody can't lecture, in whatever group: from `since` on and before `until`.

    Only they themselves ever read the `reason`. `id` is its row's (0: it has none yet).
    """

    id: int
    member_id: int
    since: datetime
    until: datetime
    reason: str = ""


class RotationRepository(Protocol):
    """The rotations of one community."""

    # The roster

    async def roster(self, group_id: int) -> Roster:
        """A group's rotation as it stands; an empty one if nobody has ever joined it. Members in order of id."""
        ...

    async def save(self, group_id: int, before: Roster, after: Roster) -> None:
        """Write what differs between the two: settings, B, the industries heard last, and the members.

        Whoever is new in `after` is on the roster from now on, with the row that was kept if they were on it before;
        whoever is missing has left it. Industries and absences are not written: they are no part of the row.
        """
        ...

    async def is_kept(self, group_id: int) -> bool:
        """Whether anybody has ever joined the group's rotation; asked once in a unit of work."""
        ...

    async def places(self, group_id: int) -> int:
        """How many lecture at each session of a group; 0 if nobody is on its roster."""
        ...

    async def former(self, group_id: int, member_ids: Collection[int]) -> tuple[Member, ...]:
        """The kept rows of those of these people who have left the roster, in order of id."""
        ...

    async def groups_of(self, member_id: int) -> list[int]:
        """The groups on whose roster this person is, in order of id."""
        ...

    async def rosters(self) -> Mapping[int, frozenset[int]]:
        """Who takes part in each group's rotation, by group; groups without a rotation are left out."""
        ...

    # Turns

    async def turns(self, session_ids: Collection[int]) -> dict[int, tuple[Turn, ...]]:
        """All turns there ever were at these sessions, by session, each in order of id; those without are left out."""
        ...

    async def open_turns(self, member_id: int) -> list[Turn]:
        """The turns that this person is asked for or has confirmed, in whatever group, in order of id."""
        ...

    async def turn(self, turn_id: int) -> Turn | None:
        """The turn with this id; None: the community has none."""
        ...

    async def put(self, turn: Turn, why: Why | None = None) -> Turn:
        """Write a turn: a new row if it has no id; else what it has become. Returns it with its id.

        `why` is what was true when the rule chose somebody, and is kept from then.
        """
        ...

    async def why(self, turn_id: int) -> Why | None:
        """Why the rule chose somebody, as it was when they were asked; None: somebody chose them, or it was erased."""
        ...

    async def covered(self, group_id: int) -> frozenset[str]:
        """The industries that the group's lectures were about."""
        ...

    # When people can't lecture

    async def unavailable(self, member_id: int) -> list[Unavailability]:
        """This person's windows, by their beginning; those that are long over have gone."""
        ...

    async def put_unavailable(self, window: Unavailability) -> Unavailability:
        """Write a window: a new row if it has no id; else what it has become. Returns it with its id."""
        ...

    async def remove_unavailable(self, member_id: int, unavailability_id: int | None = None) -> int:
        """Forget this one of the person's, or all; returns how many went."""
        ...
