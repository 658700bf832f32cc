"""What a question box holds, and the rules of who reads what, when and in which order."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Protocol

from msgspec import Struct

from bot.domain.bundling import QUARTER, quarter_end
from bot.domain.errors import StudyError
from bot.domain.posts import Post, PostState
from bot.domain.sessions import SessionState

if TYPE_CHECKING:
    from bot.domain.groups import StudyGroup
    from bot.domain.industries import Industry
    from bot.domain.sessions import Session

BOX = "question_box"
"""The step in which questions are handed to the lecturer, and the posts that carry them."""
LONGEST_QUESTION = 300
"""Characters."""
MOST_QUESTIONS = 3
"""So many questions has one person at one session."""
LOOK_AGAIN = timedelta(hours=1)
"""So often it is looked whether somebody else lectures, who has read nothing yet."""
_ROOM = 1600
"""Characters of questions in one message, with `_NAME` for each of their askers."""
_NAME = 80


class NoLecturerYet(StudyError):
    """Nobody has confirmed to lecture at the session, so there is nobody to ask."""

    session: Session


class AlreadyBegun(StudyError):
    """The session has begun: questions are asked there now."""

    session: Session


class AskedEnough(StudyError):
    """The actor has asked as many questions for the session as one person may."""

    session: Session
    limit: int


class AskingOneself(StudyError):
    """The actor is the one who gets the questions of this session."""

    session: Session


class AlreadyRead(StudyError):
    """The lecturer may have read the question, so it can't be taken back."""

    session: Session


class Question(Struct, frozen=True):
    """What somebody would like to hear at a session. With `anonymous`, nobody learns who `member_id` is.

    `id` is its row's (0: it has none yet).
    """

    id: int
    session_id: int
    member_id: int
    text: str
    anonymous: bool
    asked_at: datetime


class ReadQuestion(Struct, frozen=True):
    """A question as its reader sees it; `member_id` 0: asked anonymously. `industry` is the asker's, None: not told."""

    text: str
    member_id: int = 0
    industry: Industry | None = None


class OwnQuestions(Struct, frozen=True):
    """Somebody's questions at a session, in order of asking; those in `read` can't be taken back.

    `handed_at` is when the next ones are handed to the lecturer, None: the box is closed, or nobody lectures. `asked`:
    one was asked just now; `withdrawn`: one was taken back.
    """

    session: Session
    questions: tuple[Question, ...]
    read: frozenset[int]
    handed_at: datetime | None
    asked: bool = False
    withdrawn: bool = False

    @property
    def may_ask(self) -> bool:
        """Whether there is room for one more."""
        return self.handed_at is not None and len(self.questions) < MOST_QUESTIONS


class FullBox(Struct, frozen=True):
    """All questions of a session, for whoever gets them."""

    session: Session
    questions: tuple[ReadQuestion, ...]


class Handed(Struct, frozen=True):
    """Questions as they are handed to `reader`: their id where it stands in their private thread (0: a direct message).

    `more`: they were told of others before.
    """

    session: Session
    group: StudyGroup
    questions: tuple[ReadQuestion, ...]
    more: bool
    reader: int = 0


class QuestionBoxRepository(Protocol):
    """The questions of one community."""

    async def add(self, question: Question) -> Question:
        """Put a question into its session's box; returns it with its id."""
        ...

    async def find(self, question_id: int) -> Question | None:
        """The question with this id; None: there is none (any more)."""
        ...

    async def of_session(self, session_id: int) -> list[Question]:
        """All questions of a session, in order of asking."""
        ...

    async def asked_about(self, now: datetime) -> list[int]:
        """The sessions ahead at which something was asked, by id."""
        ...

    async def remove(self, question_id: int) -> None:
        """Forget a question."""
        ...

    async def remove_all(self, member_id: int) -> None:
        """Forget all questions of a person."""
        ...

    async def lectures_heard(self, member_ids: Collection[int]) -> Counter[int]:
        """To how many lectures that are over each of these people came."""
        ...


# Rules


def line_up(
    questions: Iterable[Question], industries: Mapping[int, str], heard: Mapping[int, int], lectured: Collection[str]
) -> list[Question]:
    """The questions as they are read: of other industries first, then of who has heard the fewest lectures.

    `industries` are the askers' by id, `lectured` those of the lecture. Anonymous questions stand before all
    others, in order of asking: their place must not tell of who asked.
    """

    def place(question: Question) -> tuple[bool, bool, int, datetime, int]:
        if question.anonymous:
            return (False, False, 0, question.asked_at, question.id)
        same = industries.get(question.member_id, "") in lectured
        return (True, same, heard.get(question.member_id, 0), question.asked_at, question.id)

    return sorted(questions, key=place)


def bundles(questions: Iterable[Question]) -> list[list[Question]]:
    """The questions in as few messages as they fit into, in this order."""
    found: list[list[Question]] = []
    room = 0
    for question in questions:
        needed = len(question.text) + _NAME
        if needed > room:
            found.append([])
            room = _ROOM
        found[-1].append(question)
        room -= needed
    return found


def handed_at(evening: datetime, starts_at: datetime, now: datetime) -> datetime:
    """When a question that is asked now is handed over: on the evening before, or with those of its quarter of an hour.

    Not later than so long before the start, if that is still ahead.
    """
    if now < evening:
        return evening
    return max(now, min(quarter_end(now), starts_at - QUARTER))


def carried(posts: Iterable[Post]) -> frozenset[int]:
    """The ids of the questions in these posts."""
    return frozenset(question_id for post in posts for question_id in post.data["questions"])


def stands(post: Post) -> bool:
    """Whether its reader has read it or will, as far as that depends on us."""
    return post.state is not PostState.CANCELLED and not post.cancel_wanted


def is_ahead(session: Session, now: datetime) -> bool:
    """Whether it takes place and has not begun."""
    return session.state is SessionState.SCHEDULED and session.starts_at > now
