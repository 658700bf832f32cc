"""What an introduction is made of, how many somebody may propose, what people read of it, and what they get wrong."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING, Literal, Protocol
from zoneinfo import ZoneInfo

from msgspec import Struct

from bot.domain.calendar import day_bounds, local_day
from bot.domain.errors import StudyError

if TYPE_CHECKING:
    from bot.domain.communities import Community
    from bot.domain.industries import Industry
    from bot.domain.meetings import Meeting

ASKED, AGREED, MET = "intro_asked", "intro_agreed", "intro_met"
"""The posts: whether somebody would like to meet somebody, that both would, and whether they have. Their subject is the
introduction."""
ENDS, FALLBACK, ASK_MET = "intro_ends", "intro_fallback", "intro_ask_met"
"""The steps: the time for an answer is over, who has no thread yet is told by direct message, and both are asked
whether they met. Their subject is the introduction."""
THREAD = "intro"
"""The mirrors: the private thread of those who meet; its subject is the introduction."""
LONGEST_REASON = 300
MOST = 3
"""So many introductions somebody may propose in a month of the community's calendar. Those that were taken back count,
too, since people were asked."""
LIVES = timedelta(days=14)
"""So long an answer is waited for."""
REST = timedelta(days=90)
"""Who would rather not meet somebody is not asked about them again for so long."""
LATELY = timedelta(days=90)
"""Who was brought together within this time needs no introduction to one another."""
THREAD_WITHIN = timedelta(minutes=30)
"""Who has no thread by then is told by direct message."""
ASK_AFTER = timedelta(days=14)
"""So long after the thread they are asked whether they met."""
WORTH_SAYING = timedelta(days=3)
"""So long what follows from two yeses is worth saying."""
MOST_SHOWN = 10
"""So many of somebody's latest introductions are shown."""
SHOWN = 3
"""So many questions that wait for somebody's answer are shown with their buttons."""
TOPICS = 5
"""So many of somebody's topics, and of those for which they were thanked, the other one reads."""

Answer = Literal["yes", "no"]


class IntroductionState(StrEnum):
    """`open`: proposed, whatever was answered; `gone`: one of them has left. One that is too old is open no more."""

    OPEN = "open"
    MET = "met"
    WITHDRAWN = "withdrawn"
    GONE = "gone"


class Introduction(Struct, frozen=True):
    """Somebody proposes that two people meet; `proposer_id` is one of them if they would like to meet the other.

    `meeting_id` is the meeting to which it led.
    """

    id: int
    proposer_id: int
    person_id: int
    to_id: int
    reason: str
    proposed_at: datetime
    state: IntroductionState = IntroductionState.OPEN
    meeting_id: int | None = None

    @property
    def two(self) -> tuple[int, int]:
        """Those who are to meet."""
        return self.person_id, self.to_id

    @property
    def is_own(self) -> bool:
        """Whether who proposes it would like to meet somebody themselves."""
        return self.proposer_id in self.two

    @property
    def everybody(self) -> tuple[int, ...]:
        """All who are in the thread: the two, and who proposed it."""
        return self.two if self.is_own else (*self.two, self.proposer_id)

    @property
    def asked(self) -> tuple[int, ...]:
        """Those who are asked: a proposer's own yes is there already."""
        return tuple(each for each in self.two if each != self.proposer_id)

    @property
    def ends_at(self) -> datetime:
        """Until when it can be answered."""
        return self.proposed_at + LIVES

    def other(self, member_id: int) -> int:
        """Whom one of the two is to meet."""
        return self.to_id if member_id == self.person_id else self.person_id

    def is_open(self, now: datetime) -> bool:
        """Whether an answer still counts."""
        return self.state is IntroductionState.OPEN and now < self.ends_at


class Proposed(Struct, frozen=True):
    """What its proposer reads, the same whatever becomes of it; `left` more can be proposed by now."""

    introduction: Introduction
    left: int


class Answered(Struct, frozen=True):
    """What `reader` has answered; `agreed` once both would like to meet."""

    introduction: Introduction
    guild_id: int
    reader: int
    answer: Answer
    agreed: bool = False


class AskedToMeet(Struct, frozen=True):
    """The question to `reader`: would they like to meet `other`?

    `industry` and `topics` are the other's, as their profile has them; `known_for` is what they were thanked for, if
    they let others see it; `before` is when the two were last brought together (None: never). `in_own_thread`: it
    stands in the reader's private thread, and not in a direct message.
    """

    introduction: Introduction
    guild_id: int
    reader: int
    industry: Industry | None = None
    topics: tuple[str, ...] = ()
    known_for: tuple[str, ...] = ()
    before: datetime | None = None
    in_own_thread: bool = False

    @property
    def other(self) -> int:
        """Whom they would meet."""
        return self.introduction.other(self.reader)


class ToldOfMeeting(Struct, frozen=True):
    """What those who meet are told: in their thread (`reader` 0), or each alone where there is none.

    `industries` and `topics` are those of the two, by person, of whoever has told any. `in_own_thread` as above.
    """

    introduction: Introduction
    guild_id: int
    industries: Mapping[int, Industry]
    topics: Mapping[int, tuple[str, ...]]
    reader: int = 0
    in_own_thread: bool = False


class AskedOfTwo(Struct, frozen=True):
    """The question to the two whether they have met; the rest as for `ToldOfMeeting`."""

    introduction: Introduction
    guild_id: int
    reader: int = 0
    in_own_thread: bool = False


class IntroductionThread(Struct, frozen=True):
    """The private thread of those who meet; `number` marks it, so that one made before a crash is found again."""

    number: int
    members: tuple[int, ...]
    community: Community


class IntroductionsView(Struct, frozen=True):
    """One's own introductions, for `reader` alone.

    `proposed` are those that they have proposed and are open, `waiting` those about which they are asked, with what
    they have answered so far, and `together` those of theirs that led to a meeting, with it, the latest first. `left`
    more can be proposed by now; if none, the next one from `next_at` on.
    """

    guild_id: int
    reader: int
    proposed: tuple[Introduction, ...]
    waiting: tuple[tuple[Introduction, Answer | None], ...]
    together: tuple[tuple[Introduction, Meeting], ...]
    left: int
    next_at: datetime | None = None


class IntroductionRepository(Protocol):
    """The introductions of one community."""

    async def add(self, introduction: Introduction) -> Introduction:
        """Write a new one; returns it with its id."""
        ...

    async def store(self, introduction: Introduction) -> None:
        """Write how it stands now."""
        ...

    async def find(self, introduction_id: int) -> Introduction | None:
        """The one with this id."""
        ...

    async def proposed_by(self, member_id: int, since: datetime) -> list[Introduction]:
        """This person's proposals after that time, in order of id."""
        ...

    async def between(self, one: int, other: int, since: datetime) -> list[Introduction]:
        """Those of these two to each other, whoever proposed them after that time, in order of id."""
        ...

    async def of_member(self, member_id: int, limit: int) -> list[Introduction]:
        """Those in which somebody has a part, the latest first."""
        ...

    async def open_of(self, member_id: int) -> list[Introduction]:
        """Those in which somebody has a part and whose state is open, in order of id."""
        ...

    async def ask(self, introduction: Introduction, member_id: int, answer: Answer | None = None) -> None:
        """Write that somebody is asked, or what they answer."""
        ...

    async def answers_to(self, introduction_ids: Collection[int]) -> Mapping[int, Mapping[int, Answer | None]]:
        """Who is asked about each of these, and what they have answered; those about which nobody is are left out."""
        ...


# Rules


def month_of(now: datetime, zone: ZoneInfo) -> tuple[datetime, datetime]:
    """When the month, by clocks in `zone`, begins and when the next one does."""
    first = local_day(now, zone).replace(day=1)
    following = (first + timedelta(days=31)).replace(day=1)
    return day_bounds(first, zone)[0], day_bounds(following, zone)[0]


def both_agree(two: Sequence[int], answers: Mapping[int, Answer | None]) -> bool:
    """Whether both have said that they would like to meet."""
    return all(answers.get(each) == "yes" for each in two)


# What goes wrong


class SamePerson(StudyError):
    """Nobody is introduced to themselves."""


class NotHereYet(StudyError):
    """This person has never used the bot here, so it may not write to them."""

    member_id: int


class NoIntroductionsLeft(StudyError):
    """The actor has proposed as many as they may in a month; the next one is possible from then on."""

    limit: int
    next_at: datetime


class AlreadyProposed(StudyError):
    """The actor's own proposal of the same two is open until then."""

    person_id: int
    to_id: int
    until: datetime


class AlreadyIntroduced(StudyError):
    """The actor has brought these two together already, lately."""

    person_id: int
    to_id: int
    at: datetime


class AlreadyTogether(StudyError):
    """The actor was brought together with this person lately."""

    member_id: int
    at: datetime


class OnOwnList(StudyError):
    """The actor has this person on their own list of those with whom they don't want to be paired."""

    member_id: int


class IntroductionClosed(StudyError):
    """It can't be answered or taken back any more, for whatever reason: which one is nobody's business."""


class OnlyTheTwo(StudyError):
    """Whether they met is for the two to say who were introduced."""
