"""What a session is: the values, the repository and the hooks of other features."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Literal, Protocol

from msgspec import Struct

if TYPE_CHECKING:
    from bot.domain.uow import UnitOfWork

SessionKind = Literal["lecture", "discussion", "visit", "social"]
USUAL_DURATION = 60
"""Minutes that a session lasts of which nobody says how long."""


class SessionState(StrEnum):
    """scheduled -> cancelled or ended, both final."""

    SCHEDULED = "scheduled"
    CANCELLED = "cancelled"
    ENDED = "ended"


class Session(Struct, frozen=True):
    """One meeting. `occurrence_on` is the series date it stands for (None: one-off), kept when it is moved.

    `duration` is in minutes; `revision` counts changes of its time (the iCalendar SEQUENCE too); `announced_at` is when
    its announcement was wanted first; `host_id` is the member who hosts it (0: it was scheduled in the group's name).
    `cancelled_at` is when it was cancelled, and `cancelled_because` the reason that was given (None: it was not, or
    before these were kept). `prompt` is the industry that an open discussion is about, since nobody lectures (None:
    it is none such). `deadline_uncut` is where the deadline would lie if a move had not cut it to the start
    (None: it was not cut). Ids are 0 and texts "" where nothing is set.
    """

    id: int
    guild_id: int
    group_id: int
    series_id: int | None
    occurrence_on: date | None
    kind: SessionKind
    theme: str
    description: str
    starts_at: datetime
    duration: int
    venue: str
    link: str
    capacity: int | None
    deadline: datetime | None
    host_id: int
    state: SessionState
    revision: int
    announced_at: datetime | None
    created_at: datetime
    cancelled_at: datetime | None = None
    cancelled_because: str | None = None
    prompt: str | None = None
    deadline_uncut: datetime | None = None

    @property
    def ends_at(self) -> datetime:
        """When it is over."""
        return self.starts_at + timedelta(minutes=self.duration)


class SessionName(Struct, frozen=True, gc=False, cache_hash=True):
    """What a session is found by while somebody types: all that a list of choices needs, and no more.

    `series` is its series' name, "" for a one-off. Thousands are kept; they hold nothing that could lead back to them,
    so the garbage collector need not look at them.
    """

    id: int
    group_id: int
    host_id: int
    starts_at: datetime
    ends_at: datetime
    theme: str
    series: str
    state: SessionState = SessionState.SCHEDULED


class NewSession(Struct, frozen=True):
    """What a person says about a session to be: `group_id` and `starts_at` (UTC) are settled, the rest is as typed.

    `duration` is in minutes; `capacity` and `deadline` None: no limit. `host_id` is who its author was shown as its
    host: they themselves, or nobody (0); see `bot.domain.sessions.hosts`. `topic_id` is the theme (see
    `bot.domain.topics`) that gets its date with it; 0: none.
    """

    group_id: int
    theme: str
    starts_at: datetime
    kind: SessionKind = "lecture"
    duration: int = USUAL_DURATION
    venue: str = ""
    link: str = ""
    capacity: int | None = None
    deadline: datetime | None = None
    description: str = ""
    host_id: int = 0
    topic_id: int = 0


class SaidSession(Struct, frozen=True):
    """A session to be as it was typed, before it is clear in which group: the phrases and the usual kind depend on it.

    `duration` is in minutes; what was left out is "" or None.
    """

    theme: str
    when: str
    kind: SessionKind | None = None
    duration: int | None = None
    venue: str = ""
    link: str = ""
    capacity: int | None = None
    deadline: str = ""
    description: str = ""
    topic_id: int = 0


class SessionChange(Struct, frozen=True):
    """What is to change: None leaves a field; "" clears a text, 0 the capacity, `no_deadline` the deadline."""

    theme: str | None = None
    starts_at: datetime | None = None
    duration: int | None = None
    venue: str | None = None
    link: str | None = None
    capacity: int | None = None
    deadline: datetime | None = None
    no_deadline: bool = False
    description: str | None = None
    reason: str = ""


DraftKind = Literal[
    "session",
    "move",
    "cancel",
    "series",
    "ask-new",
    "ask-move",
    "ask-series",
    "reseries",
    "end",
    "skip",
    "ask-edit",
    "ask-skip",
    "ask-start",
    "ask-group",
    "archive",
    "group",
    "industry",
    "unroster",
    "ask-away",
    "ask-restrict",
    "moderate",
    "ask-snooze",
    "assign",
    "undo",
    "said",
    "topic",
    "topic-date",
]
"""What a draft leads to. Those that begin with "ask-" have a phrase with two readings and lead to the one they name;
"ask-group" is a session of which it is not clear in which group, "industry" a name that may mean another, "unroster"
is leaving a rotation, "ask-away" when somebody can't lecture, "ask-restrict" until when somebody is restricted,
"ask-snooze" until when somebody pauses pairing, "assign" a lecturer whom an organizer puts down, "undo" what an
organizer has done to a rotation and may take back, "said" a command that was refused, "moderate" what a moderator is to
confirm about a question, "topic" a theme that may be there already, "topic-date" a session that is offered for one."""


class Draft(Struct, frozen=True):
    """Something shown to `member_id` for confirmation: `data` holds it as JSON, `subject_id` is what it is about."""

    id: int
    guild_id: int
    member_id: int
    kind: DraftKind
    subject_id: int
    data: Mapping[str, Any]
    created_at: datetime


class DraftRepository(Protocol):
    """What waits for its author's confirmation in one community."""

    async def add(self, member_id: int, kind: DraftKind, data: Mapping[str, Any], subject_id: int = 0) -> Draft:
        """Keep a draft; those older than a day go."""
        ...

    async def find(self, draft_id: int) -> Draft | None:
        """The draft with this id; None once it was used or is more than a day old."""
        ...

    async def remove(self, draft_id: int) -> bool:
        """Use it up; False if somebody was first."""
        ...

    async def remove_all(self, member_id: int, kind: DraftKind) -> None:
        """What one person was shown of this kind can't be answered any more."""
        ...


class SessionRepository(Protocol):
    """The sessions of one community."""

    @property
    def drafts(self) -> DraftRepository:
        """Sessions and series that wait for their author's confirmation."""
        ...

    async def add(self, **values: Any) -> Session:
        """Write a new session; the fields of `Session` but id, guild_id, state, revision and announced_at."""
        ...

    async def add_all(self, new: Sequence[Mapping[str, Any]]) -> list[Session]:
        """As `add`, several at once; returns them by start and id."""
        ...

    async def get(self, session_id: int) -> Session:
        """The session with this id.

        Raises:
            Unknown: the community has none.
        """
        ...

    async def change(self, session_id: int, **values: Any) -> Session:
        """Set columns; returns the session as changed."""
        ...

    async def upcoming(
        self, now: datetime, *, group_id: int | None = None, series_id: int | None = None, limit: int = 500
    ) -> list[Session]:
        """Scheduled sessions that have not ended, by start and id; of one group or series if given."""
        ...

    async def names_ahead(self, now: datetime, limit: int) -> Sequence[SessionName]:
        """As `upcoming`, but only what they are found by."""
        ...

    async def names_behind(self, limit: int) -> Sequence[SessionName]:
        """What those are found by that were cancelled or are over, the latest start first."""
        ...

    async def hosted_by(self, member_id: int, now: datetime) -> list[Session]:
        """Scheduled sessions that this person hosts and that have not ended, by start and id."""
        ...

    async def starting(self, after: datetime, before: datetime, *, over: bool = False) -> list[Session]:
        """Scheduled sessions with after <= starts_at < before, by start and id; `over`: also those that are over."""
        ...

    async def of_series(self, series_id: int, on: date) -> Session | None:
        """The session that stands for the series' occurrence on this date, whatever its state."""
        ...

    async def dates_of_series(self, series_id: int, since: date) -> frozenset[date]:
        """The occurrences from `since` on for which a session stands as a row, whatever its state."""
        ...


class SessionEvent(Struct, frozen=True):
    """What happened to a session: as it was (None when new) and as it is; `actor_id` None if a rule did it."""

    before: Session | None
    after: Session
    actor_id: int | None
    reason: str = ""


SessionHook = Callable[["UnitOfWork", SessionEvent], Awaitable[None]]
"""A feature's part in a session's life, run in the same transaction."""


class SessionHooks(Struct, frozen=True):
    """The features that take part in a session's life, in order; composed in `bot/app.py`."""

    on_scheduled: tuple[SessionHook, ...] = ()
    on_moved: tuple[SessionHook, ...] = ()
    on_edited: tuple[SessionHook, ...] = ()
    on_cancelled: tuple[SessionHook, ...] = ()
    on_ended: tuple[SessionHook, ...] = ()
