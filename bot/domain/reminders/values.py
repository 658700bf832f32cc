"""What a reminder says, and how it is kept who was pinged for what."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING, Literal, Protocol

from msgspec import Struct

from bot.domain.sessions import Lecture

if TYPE_CHECKING:
    from bot.domain.groups import StudyGroup
    from bot.domain.sessions import Session
Moment = Literal["evening", "dawn"]


class PingRepository(Protocol):
    """Who was pinged for what: the proof that nobody is pinged twice for one thing."""

    async def claim(self, session_id: int, on: date, moment: Moment, member_ids: Sequence[int]) -> list[int]:
        """Remember these pings; returns those that are new, in the given order. `on`: the session's local day."""
        ...

    async def release(self, session_id: int, on: date, moment: Moment, member_ids: Sequence[int]) -> None:
        """Forget these pings: what should have carried them never left."""
        ...


class Reminder(Struct, frozen=True):
    """What a reminder says: `coming`, `maybe` and `unanswered` are counts, `mentions` the members pinged by this
    part; `unanswered` are members of the group who have said nothing.

    `thread_id` is the session's thread (0: none); `tomorrow` is whether the session is on a later day than its reader;
    `private` is whether it is a direct message, to somebody who comes; `host_id` is who is shown as its host (0:
    nobody); `together` whether it is said at one of the group's own times, to all who come; `lecture` is who lectures.
    """

    moment: Literal["evening", "dawn", "before", "start"]
    session: Session
    group: StudyGroup
    coming: int
    maybe: int
    mentions: tuple[int, ...]
    thread_id: int
    tomorrow: bool = False
    private: bool = False
    unanswered: int = 0
    host_id: int = 0
    together: bool = False
    lecture: Lecture = Lecture()
