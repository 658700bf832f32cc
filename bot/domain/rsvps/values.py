"""What an answer is, and the rules by which places are given."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Protocol

from msgspec import Struct
from msgspec.structs import replace

from bot.domain.errors import StudyError
from bot.domain.sessions import Session, SessionView

if TYPE_CHECKING:
    from collections import Counter

    from bot.domain.uow import UnitOfWork
PROMOTION = "promotion"
"""The post to someone for whom a place has come free."""
ANSWERED_FOR = "answered_for"
"""The post to someone for whom an organizer has answered; see `bot.domain.answered_for`."""


class Answer(StrEnum):
    """What a person says about a session; going and late take a place."""

    GOING = "going"
    LATE = "late"
    MAYBE = "maybe"
    NOT_GOING = "not_going"


COMING = frozenset({Answer.GOING, Answer.LATE})


class Rsvp(Struct, frozen=True):
    """One person's answer. `place` orders those who wait or come: it is given at the commit and rises.

    `waiting` is True for someone who would come but for whom there is no place yet. `own` is whether this person has
    put their name down themselves; else an organizer did, and nothing public names them.
    """

    session_id: int
    member_id: int
    answer: Answer
    waiting: bool
    place: int
    answered_at: datetime
    own: bool = True

    @property
    def coming(self) -> bool:
        """Whether this person has a place."""
        return self.answer in COMING and not self.waiting


class RsvpRepository(Protocol):
    """The answers in one community."""

    async def of_session(self, session_id: int) -> list[Rsvp]:
        """All answers in order of place."""
        ...

    async def find(self, session_id: int, member_id: int) -> Rsvp | None:
        """One person's answer."""
        ...

    async def put(self, rsvp: Rsvp) -> None:
        """Write or replace one person's answer."""
        ...

    async def remove(self, session_id: int, member_id: int) -> None:
        """Forget one person's answer."""
        ...

    async def of_member(self, member_id: int, session_ids: list[int]) -> dict[int, Rsvp]:
        """One person's answers to these sessions, by session id."""
        ...

    async def chosen_ahead(self, member_id: int, now: datetime, limit: int) -> frozenset[int]:
        """Of the next `limit` sessions, those to which one person has answered and not said no."""
        ...

    async def count_coming(self, *session_ids: int) -> Counter[int]:
        """How many have a place in each of these sessions."""
        ...

    async def last_place(self, session_id: int) -> int:
        """The highest place given so far, 0 if none. One by which somebody was told of their place stays given."""
        ...


class DeadlinePassed(StudyError):
    """The deadline for answers has passed: nobody can join any more, but one may still leave.

    `may_move` is whether the actor may give the session another deadline.
    """

    session: Session
    deadline: datetime
    may_move: bool


class CannotSeeGroup(StudyError):
    """An organizer puts down a member who can't see `channel_id`, the channel of the study group `group`."""

    member_id: int
    group: str
    channel_id: int


class Promotion(Struct, frozen=True):
    """What somebody is told for whom a place has come free; not `private` where their DMs are closed.

    `untold`: they can't be told, so the moderators read it, to tell them.
    """

    view: SessionView
    member_id: int
    private: bool
    untold: bool = False


class RsvpResult(Struct, frozen=True):
    """What an answer has come to.

    `before` is None for a first answer; `position` counts from 1 if the person waits for a place, else it is 0;
    `changed` is False if it was their answer already. `told`: if an organizer gave it, whether the person is told.
    """

    view: SessionView
    before: Rsvp | None
    after: Rsvp
    position: int
    changed: bool
    told: bool = False


AnswerHook = Callable[["UnitOfWork", Session, "Rsvp | None", Rsvp, int], Awaitable[None]]
"""A feature's part in an answer: its session, the answer as it was and as it is, and whose act it was."""


def facts(rsvp: Rsvp) -> dict[str, Any]:
    """What the audit keeps of an answer."""
    facts = {"member": rsvp.member_id, "answer": rsvp.answer.value, "waiting": rsvp.waiting}
    return facts if rsvp.own else facts | {"own": False}


def answered(
    before: Rsvp | None, answer: Answer, session: Session, member_id: int, taken: int, last: int, now: datetime
) -> Rsvp:
    """The new answer of one person, of whom `before` is the old one.

    `taken` counts the places of others; `last` is the highest place given so far. Whoever comes late instead of going
    keeps the place; whoever left and returns goes to the end.
    """
    if before is not None and before.answer == answer:
        return before
    if before is not None and before.answer in COMING and answer in COMING:
        return replace(before, answer=answer, answered_at=now)
    full = session.capacity is not None and taken >= session.capacity
    return Rsvp(session.id, member_id, answer, answer in COMING and full, last + 1, now)


def joins(before: Rsvp | None, answer: Answer) -> bool:
    """Whether the answer puts somebody down who was not, so that the deadline is theirs to keep."""
    # To hear late that somebody does not come is better than not to hear it. Whoever says again what stands there
    # makes it their own, and joins nothing.
    stands = before is not None and (before.answer in COMING or before.answer is answer)
    return answer is not Answer.NOT_GOING and not stands


def is_own(before: Rsvp | None, member_id: int, actor_id: int) -> bool:
    """Whether an answer that the actor gives for this person counts as their own.

    What an organizer changes of somebody who stands on the list by their own press leaves them there. Whoever said that
    they don't come stood on none.
    """
    return actor_id == member_id or (before is not None and before.own and before.answer is not Answer.NOT_GOING)


def promoted(rsvps: list[Rsvp], capacity: int | None) -> list[Rsvp]:
    """Who of those waiting gets a place, first come first served; `rsvps` in order of place."""
    waiting = [r for r in rsvps if r.waiting]
    if capacity is None:
        return waiting
    free = capacity - sum(r.coming for r in rsvps)
    return waiting[: max(free, 0)]
