"""Restrictions: moderators keep somebody from a part of the bot, for a time or until they lift it.

One restriction covers what takes place while it is in force, so somebody kept from sessions until Friday may say today
that they come on Saturday. Whoever is kept from something loses what they had there in that time: places and turns go
to others at once. They are told by direct message, and read why whenever they try. Nobody else is told. It outlives a
departure, or else to leave and return would lift it.

Whoever asked a question anonymously is restricted unseen: the row names the question, not the person, who is found
through it alone. Nothing that moderators can do tells such a restriction from none: what they set and lift by a
member's name leaves it as it is.

What moderators do stands in `bot.domain.restricting`.
"""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Literal, Protocol, get_args

from msgspec import Struct

from bot.domain.errors import StudyError

if TYPE_CHECKING:
    from bot.domain.uow import UnitOfWork

Part = Literal["sessions", "rotation", "asking", "answering"]
"""What somebody can be kept from: coming to sessions and hosting them, lecturing in turn, asking questions, or being
asked those of others and answering them through the bot."""
PARTS: tuple[Part, ...] = get_args(Part)


class Restriction(Struct, frozen=True):
    """Somebody is kept from `part` until then (None: until it is lifted). `id` 0: it has no row yet.

    With a `question_id` it is whoever asked that question without their name, and `member_id` is 0.
    """

    member_id: int
    part: Part
    until: datetime | None = None
    reason: str = ""
    id: int = 0
    question_id: int = 0

    def covers(self, at: datetime) -> bool:
        """Whether it is in force at that instant."""
        return self.until is None or at < self.until


class RestrictionRepository(Protocol):
    """The restrictions in one community; those that have ended are none."""

    async def find(self, member_id: int, part: Part, now: datetime) -> Restriction | None:
        """This person's, if there is one that was set by their name."""
        ...

    async def in_force(self, member_id: int, part: Part, now: datetime) -> list[Restriction]:
        """All that keep this person from the part, also unseen."""
        ...

    async def through(self, question_id: int, now: datetime) -> Restriction | None:
        """That of whoever asked this question without their name."""
        ...

    async def get(self, restriction_id: int) -> Restriction | None:
        """The one with this id; None: it was lifted."""
        ...

    async def all(self, now: datetime) -> list[Restriction]:
        """Everybody's, by person; those of people nobody is to know last, by question."""
        ...

    async def put(self, restriction: Restriction) -> Restriction:
        """Write one; it replaces that of the same person and part, or question. Returns it with its id."""
        ...

    async def lift(self, restriction: Restriction) -> None:
        """Remove it."""
        ...


class Restricted(StudyError):
    """The person (`member_id`; 0: the actor) is kept from this `part` until then.

    `reason` is for that person alone to read, "" for everybody else.
    """

    part: Part
    until: datetime | None
    reason: str = ""
    member_id: int = 0


class NotRestricted(StudyError):
    """There is no restriction of this person to lift."""

    member_id: int


class AskerNotRestricted(StudyError):
    """Nobody is restricted through this question."""

    question_id: int


class AskerUnknown(StudyError):
    """Who asked the question is no longer known."""


class MemberOrQuestion(StudyError):
    """Exactly one of the two has to be given."""


class ModeratorNotRestricted(StudyError):
    """Moderators are not kept from anything: they could lift it themselves."""


class RestrictionEnds(StudyError):
    """The end of the restriction has passed already."""

    until: datetime


async def require_free(uow: UnitOfWork, member_id: int, part: Part, at: datetime, now: datetime, actor_id: int) -> None:
    """Raise Restricted if somebody is kept from this part at `at`; only they themselves are told why.

    Who can't come can't lecture either.
    """
    parts: tuple[Part, ...] = ("sessions", "rotation") if part == "rotation" else (part,)
    for each in parts:
        found = [one for one in await uow.restrictions.in_force(member_id, each, now) if one.covers(at)]
        if found:
            # Of several the one that lasts longest.
            last = max(found, key=lambda one: (one.until is None, one.until or now))
            own = member_id == actor_id
            raise Restricted(each, last.until, last.reason if own else "", 0 if own else member_id)
