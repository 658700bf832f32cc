"""Steps: what falls due without anybody's hand.

A step is a row written in the same transaction as its cause. When it is due, the method registered for its kind runs in
one unit of work, and its effect and `done` are committed together: exactly once, with no Discord involved. It may write
more rows (posts, mirrors, further steps).
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING, Protocol

from msgspec import Struct

if TYPE_CHECKING:
    from bot.domain.uow import UnitOfWork

MOST_TRIES = 8
"""After so many failures (about four hours) a step is left as failed, and reported."""


class StepState(StrEnum):
    """planned -> done, cancelled or failed, all three final."""

    PLANNED = "planned"
    DONE = "done"
    CANCELLED = "cancelled"
    FAILED = "failed"


class Step(Struct, frozen=True):
    """One thing that falls due. Unique per `(guild_id, kind, subject_id, revision)`."""

    id: int
    guild_id: int
    kind: str
    subject_id: int
    revision: int
    due_at: datetime
    state: StepState
    tries: int
    not_before: datetime


class StepRepository(Protocol):
    """The steps of one community, inside a unit of work."""

    async def plan(self, kind: str, subject_id: int, due_at: datetime, *, revision: int = 0) -> None:
        """Write the step, or move it if it is still planned. One that was done stays done."""
        ...

    async def again(self, kind: str, subject_id: int, due_at: datetime) -> None:
        """Let the subject's one planned step of this kind be due then: for what is looked at time and again.

        The step that is planned is moved; if there is none, because it is running or done, a new revision is planned.
        """
        ...

    async def cancel(self, kinds: Sequence[str], subject_id: int) -> None:
        """Cancel what is still planned for the subject, of any revision."""
        ...

    async def find(self, kind: str, subject_id: int, revision: int = 0) -> Step | None:
        """The step with this key, whatever its state."""
        ...

    async def prepare(self, subject_ids: Sequence[int]) -> None:
        """Read the steps of these subjects together, because all of them are about to be asked for."""
        ...

    async def finish(self, step: Step, state: StepState) -> bool:
        """Set the final state if the step is still planned and due; False if somebody else was first."""
        ...

    async def postpone(self, step: Step, until: datetime) -> None:
        """Count a failure and try again later."""
        ...


StepHandler = Callable[["UnitOfWork", Step], Awaitable[None]]


def retry_after(tries: int) -> timedelta:
    """How long to wait after the given number of failures: 2 s, 4 s ... at most an hour."""
    return timedelta(seconds=min(2.0**tries, 3600))
