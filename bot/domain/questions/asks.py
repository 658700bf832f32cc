"""Asks: each is one person who is asked one question, privately.

    planned ──► open ──► taken ──► back
       │          └──► over, passed
       └──► skipped

An ask is `planned` until its message arrives, and `open` from then on. Whoever presses I'll answer has `taken` it, and
may give it `back`. `over` is that nobody waits for an answer any more: the time was over, somebody else is on it, or
the question was closed; a no is written nowhere, and ends as silence does. Who named another has `passed` it to them.
`skipped` was never delivered: they can't see the forum, have left, or take no messages. What became of an ask is read
by nobody but whom it concerns: an ask that was taken shows a name, all others only that so many people were asked, and
in which industries they work.

A *call* is what a question goes through when people are asked: at most two rounds. The first begins when it is posted,
further ones when it stays unanswered or somebody asks again.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Literal, Protocol

from msgspec import Struct

if TYPE_CHECKING:
    from bot.domain.industries import Industry
    from bot.domain.questions.routing import Reason

CallEnd = Literal["rounds", "nobody", "answered", "closed"]
"""Why nobody is asked any more: both rounds are over, nobody is left, it is answered, or the question is not open."""


class AskState(StrEnum):
    """See the drawing above."""

    PLANNED = "planned"
    OPEN = "open"
    TAKEN = "taken"
    BACK = "back"
    PASSED = "passed"
    OVER = "over"
    SKIPPED = "skipped"


WAITING = frozenset({AskState.PLANNED, AskState.OPEN})
"""An answer is awaited."""


class Ask(Struct, frozen=True):
    """One person who is asked one question: in round `number` of its call number `call`, for a `reason` that they read.

    `asked_at` is when they were chosen, `delivered_at` when the message arrived (None: not yet, or never). `ends_at` is
    when nobody waits for them any more; `taken_at` when they took it.
    """

    id: int
    question_id: int
    member_id: int
    call: int
    number: int
    reason: Reason
    state: AskState
    asked_at: datetime
    ends_at: datetime
    delivered_at: datetime | None = None
    taken_at: datetime | None = None

    @property
    def is_waiting(self) -> bool:
        """Whether an answer is awaited."""
        return self.state in WAITING


class Call(Struct, frozen=True):
    """One time that people are asked a question: the first is number 1. `why` it ended, None while it lasts.

    Where there is nobody to ask, there is no call.
    """

    question_id: int
    number: int
    began_at: datetime
    ended_at: datetime | None = None
    why: CallEnd | None = None


class AskedSoFar(Struct, frozen=True):
    """What everybody may know of the asks of a question: how many people were reached, who they are not.

    `industries` are the keys of those in which they work, each once, in the order of asking; `on_it` is who has said
    that they answer (0: nobody).
    """

    people: int = 0
    industries: tuple[str, ...] = ()
    on_it: int = 0


class Begun(Struct, frozen=True):
    """What a call began with: so many `people` are asked first.

    With 0 nobody is: `wanted` is the industry that was wanted, None if any, in which so many people `work` here; `near`
    is one that is near it, and in which somebody does.
    """

    people: int
    wanted: Industry | None = None
    work: int = 0
    near: Industry | None = None


class AskRepository(Protocol):
    """The asks of one community."""

    async def add(self, ask: Ask) -> Ask:
        """Write a new one; returns it with its id. Nobody is asked twice for one question."""
        ...

    async def store(self, ask: Ask) -> None:
        """Write how it stands now."""
        ...

    async def find(self, ask_id: int) -> Ask | None:
        """The one with this id."""
        ...

    async def of_question(self, question_id: int) -> list[Ask]:
        """All of a question, in order of asking."""
        ...

    async def live_of(self, member_id: int) -> list[Ask]:
        """Those of a person that are waited for, or that they have taken."""
        ...

    async def so_far(self, question_ids: Collection[int]) -> Mapping[int, AskedSoFar]:
        """What everybody may know, by question; those without any are left out."""
        ...

    async def calls(self, question_id: int) -> Sequence[Call]:
        """The calls of a question, in order."""
        ...

    async def put_call(self, call: Call) -> None:
        """Write it, or how it stands now."""
        ...
