"""What stays of a lecture: the values, what is kept of them, and what can go wrong."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Literal, Protocol

from msgspec import Struct

from bot.domain.bundling import quarter_end
from bot.domain.errors import StudyError
from bot.domain.rotation.values import TurnState

if TYPE_CHECKING:
    from bot.domain.groups import StudyGroup
    from bot.domain.sessions import Session
    from bot.domain.topics import Wish
    from bot.domain.uow import UnitOfWork

LONGEST_TAKEAWAY = 200
LONGEST_NOTES = 1000
"""Characters."""

AFTER = "after_lecture"
"""The step in which the lecturer is thanked, and all are asked what they took home."""
FOLLOW_UP = "follow_up"
"""The step in which a lecturer hears of those who want to take it further, and the post that tells it."""
ASK_USED, TELL_USED = "ask_used", "tell_used"
"""The steps a week later, and the posts: to those who took something home whether they used it, and to the lecturer
how many did."""
THANKS, TAKE_HOME = "lecture_thanks", "take_home"
"""The private thanks to the lecturer, and the question in the group's channel."""

AFTER_END = timedelta(hours=1)
USED_AFTER = timedelta(days=7)
TOLD_AFTER = timedelta(days=3)
"""How long after the question the lecturer is told how many used it."""
Used = Literal["yes", "not_yet"]


class NothingToTakeHome(StudyError):
    """The session is no lecture that is over."""

    session: Session


class OwnLecture(StudyError):
    """The actor lectured at the session, so there is nobody else to take it further with."""

    session: Session


class NotBegun(StudyError):
    """There is nothing to note of the session yet."""

    session: Session


class NoTakeaway(StudyError):
    """The actor took nothing home from the session, or took it back."""

    session: Session


class Takeaway(Struct, frozen=True):
    """What somebody took home from a session; with `named` the others read who it was.

    `used` is whether they have used it since (None: they have not said).
    """

    session_id: int
    member_id: int
    text: str
    named: bool
    written_at: datetime
    used: Used | None = None


class FollowUp(Struct, frozen=True):
    """Somebody wants to take a lecture further with who gave it; with `named` the lecturer hears who.

    `id` is its row's (0: it has none yet).
    """

    id: int
    session_id: int
    member_id: int
    named: bool
    pressed_at: datetime


class Notes(Struct, frozen=True):
    """What is kept with a session: a text and a link, "" where there is none, and who changed them last."""

    session_id: int
    text: str
    link: str
    member_id: int
    changed_at: datetime


class Memory(Struct, frozen=True):
    """What can be read of a session afterwards; of the takeaways, those by name first."""

    notes: Notes | None = None
    takeaways: tuple[Takeaway, ...] = ()


class Kept(Struct, frozen=True):
    """What somebody took home is kept (None: they took it back)."""

    session: Session
    takeaway: Takeaway | None


class Following(Struct, frozen=True):
    """Whether somebody wants to take a lecture further; `told`: the lecturer may have read so."""

    session: Session
    follow_up: FollowUp | None
    told: bool


class More(Struct, frozen=True):
    """Whether somebody wants to hear more of a lecture."""

    session: Session
    wish: Wish


class Thanks(Struct, frozen=True):
    """To a lecturer: `people` came, of so many `industries` (0: nobody told theirs). `reader`: as in `Handed`."""

    session: Session
    group: StudyGroup
    people: int
    industries: int
    reader: int = 0


class Asked(Struct, frozen=True):
    """The question in the group's channel, or to one person a week later."""

    session: Session
    group: StudyGroup
    takeaway: Takeaway | None = None
    reader: int = 0


class Followed(Struct, frozen=True):
    """To a lecturer: who wants to take it further, by name and as a number of others."""

    session: Session
    group: StudyGroup
    named: tuple[int, ...]
    unnamed: int
    reader: int = 0


class Counted(Struct, frozen=True):
    """To a lecturer: of so many who took something home, so many have `used` it."""

    session: Session
    group: StudyGroup
    used: int
    people: int
    reader: int = 0


class TakeawayRepository(Protocol):
    """What stays of the lectures of one community."""

    async def of_session(self, session_id: int) -> list[Takeaway]:
        """What people took home, in order of writing."""
        ...

    async def put(self, takeaway: Takeaway) -> None:
        """Write it, or replace what the same person took home before."""
        ...

    async def remove(self, session_id: int, member_id: int) -> None:
        """Forget what somebody took home."""
        ...

    async def follow_ups(self, session_id: int) -> list[FollowUp]:
        """Who wants to take it further, in order of pressing."""
        ...

    async def put_follow_up(self, follow_up: FollowUp) -> FollowUp:
        """Write it: a new row if it has no id; else what it has become. Returns it with its id."""
        ...

    async def remove_follow_up(self, follow_up_id: int) -> None:
        """Forget it."""
        ...

    async def notes(self, session_id: int) -> Notes | None:
        """What is kept with a session."""
        ...

    async def put_notes(self, notes: Notes) -> None:
        """Write or replace what is kept with a session."""
        ...

    async def leave(self, member_id: int) -> None:
        """Somebody is there no more: they follow nothing up, and what they took home stays without their name."""
        ...


def own(takeaways: Iterable[Takeaway], member_id: int) -> Takeaway | None:
    """What this person took home."""
    return next((each for each in takeaways if each.member_id == member_id), None)


def follow_up_at(now: datetime) -> datetime:
    """When the lecturer hears of somebody who presses now: at least a quarter of an hour is left to think again."""
    return quarter_end(quarter_end(now))


async def title_of(uow: UnitOfWork, session: Session) -> str:
    """What was lectured about, as the lecturer said it; else the session's theme, also if several lectured."""
    turns = (await uow.rotation.turns([session.id])).get(session.id, ())
    themes = [turn.theme for turn in turns if turn.state is TurnState.GIVEN]
    return themes[0] if len(themes) == 1 and themes[0] else session.theme
