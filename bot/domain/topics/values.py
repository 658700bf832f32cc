"""What a theme is: its values, the repository, and what people get wrong."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Protocol

from msgspec import Struct

from bot.domain.errors import StudyError

if TYPE_CHECKING:
    from bot.domain.groups import StudyGroup
    from bot.domain.sessions import Session

LONGEST_TITLE = 100
"""As long as a session's theme, which it becomes."""
MOST_OPEN = 5
"""So many themes of one person can be open in a community, so that nobody fills the list alone."""


class TopicState(StrEnum):
    """open -> planned -> held; planned -> open when its session is off; open -> closed, and back."""

    OPEN = "open"
    PLANNED = "planned"
    HELD = "held"
    CLOSED = "closed"


class Topic(Struct, frozen=True):
    """A theme of a group.

    `session_id` is the session of which people want to hear more (None: it was proposed), `proposer_id` who proposed it
    (0: nobody, or they have left), `planned_session_id` the session that it is the theme of (None: it has none).
    """

    id: int
    group_id: int
    session_id: int | None
    title: str
    proposer_id: int
    proposed_at: datetime
    state: TopicState
    planned_session_id: int | None


class Wish(Struct, frozen=True):
    """Whether somebody wishes to hear more of a lecture now, and of how many people that is the wish.

    `heard` is the session at which more of it was heard last, `planned` the one that is going to be about it.
    """

    wanted: bool
    people: int
    heard: Session | None = None
    planned: Session | None = None


class TopicLine(Struct, frozen=True):
    """A theme in a list: how many people want it, whether the reader does, and who proposed it.

    `lecture` is the session of which it is more, and `planned` the session that it is the theme of.
    """

    topic: Topic
    group: StudyGroup
    votes: int
    mine: bool
    lecture: Session | None = None
    planned: Session | None = None

    @property
    def is_open(self) -> bool:
        """Whether people can vote for it."""
        return self.topic.state is TopicState.OPEN


class TopicPage(Struct, frozen=True):
    """One screen of the themes, those with most votes first; `page` counts from 0, `pages` is at least 1.

    `group` is the only one that they are of (None: of several, or of none). `organizes`: the reader may give it a date
    in the group's name; `board` whether its channel shows the list. `winner` is the open theme with most votes.
    """

    lines: tuple[TopicLine, ...]
    page: int
    pages: int
    total: int
    group: StudyGroup | None
    organizes: bool = False
    board: bool = False
    winner: TopicLine | None = None


class Proposed(Struct, frozen=True):
    """A theme that was just proposed."""

    line: TopicLine


class Similar(Struct, frozen=True):
    """What is there already that may be the same: its author is asked before anything is proposed.

    `same`: one of them is called just so, and needs votes, not a twin. Else going on needs only `draft_id`.
    """

    draft_id: int
    title: str
    group: StudyGroup
    lines: tuple[TopicLine, ...]
    same: bool


class Voted(Struct, frozen=True):
    """How a vote stands; `changed` is False if it stood so already."""

    line: TopicLine
    changed: bool


class Close(Struct, frozen=True):
    """A theme that was closed, or opened again."""

    line: TopicLine


class OpenEnough(StudyError):
    """The actor has as many open themes as one may: these. One of them gets its date or is closed before the next."""

    titles: tuple[str, ...]


class TopicNotOpen(StudyError):
    """The theme has its date already (`session`), took place, or was closed."""

    title: str
    state: TopicState
    session: Session | None = None


class TopicRepository(Protocol):
    """The topics of one community."""

    async def of_lecture(self, session_id: int) -> Topic | None:
        """The one that stands for more of this session, whatever its state."""
        ...

    async def add(self, group_id: int, title: str, proposer_id: int, session_id: int | None = None) -> Topic:
        """Write a new one, proposed now, or one that stands for more of this session."""
        ...

    async def get(self, topic_id: int) -> Topic | None:
        """The one with this id."""
        ...

    async def of_groups(self, group_ids: Collection[int]) -> list[Topic]:
        """Those of these groups that are open or planned, in order of id."""
        ...

    async def planned_as(self, session_id: int) -> list[Topic]:
        """Those that are the theme of this session."""
        ...

    async def open_of(self, proposer_id: int) -> list[Topic]:
        """What this person has proposed and is open, in order of id."""
        ...

    async def change(self, topic: Topic, **values: Any) -> Topic:
        """Set columns; returns the topic as changed."""
        ...

    async def vote(self, topic_id: int, member_id: int, *, wanted: bool) -> bool:
        """This person votes for a topic, or no more; False if it stood so already."""
        ...

    async def votes(self, topic_ids: Sequence[int], member_id: int) -> dict[int, tuple[int, bool]]:
        """How many vote for each of these, and whether this person does; those without votes are left out."""
        ...

    async def leave(self, member_id: int) -> None:
        """Somebody is there no more: they wish for nothing, and what they proposed stays without their name."""
        ...

    async def post(self, group_id: int, channel_id: int) -> int:
        """The group's channel is to show the list; the id of its board there."""
        ...

    async def take_down(self, group_id: int) -> list[int]:
        """No channel is to show it any more; the ids of the boards."""
        ...

    async def board(self, board_id: int) -> tuple[int, int] | None:
        """The group and the channel of a board; None: it was taken down."""
        ...

    async def boards(self, group_ids: Collection[int] | None = None) -> list[int]:
        """The boards that stand, of these groups or (None) of all."""
        ...
