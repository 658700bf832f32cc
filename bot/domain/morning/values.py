"""What the morning post is made of: its settings, its lines, and what moderators are shown."""

from __future__ import annotations

from datetime import date, datetime, time
from typing import TYPE_CHECKING, Any, Protocol

from msgspec import Struct

from bot.domain.errors import StudyError
from bot.domain.sessions import Lecture, SessionState
from bot.domain.usual_times import MORNING

if TYPE_CHECKING:
    from bot.domain.groups import StudyGroup
    from bot.domain.holds import Hold
    from bot.domain.mirrors import Spot
    from bot.domain.sessions import Session

KIND = MORNING
SHORTEST_NOTICE, LONGEST_NOTICE = 5, 720
"""Minutes before the first session."""


class MorningSettings(Struct, frozen=True):
    """When and where the morning post goes out. `channel_id` 0: there is none.

    `minutes_before` counts back from the day's first session; `days` are weekdays (0 = Monday); `mention_role` replaces
    single mentions (0: none).
    """

    channel_id: int
    minutes_before: int
    days: frozenset[int]
    mention_role: int


class MorningRepository(Protocol):
    """The morning settings of one community."""

    async def get(self) -> MorningSettings:
        """The settings, defaults if never set."""
        ...

    async def change(self, **values: Any) -> MorningSettings:
        """Set fields of `MorningSettings`; returns them as changed."""
        ...


class NoMorningPost(StudyError):
    """The community has no morning post: no channel is set for it."""


class NoMorningRole(StudyError):
    """The morning post mentions no role, so nobody can take or give back one."""


class NotPaused(StudyError):
    """The morning post is not paused, so it can't be resumed."""


class RoleGrantsMore(StudyError):
    """The role gives rights or opens channels; one that members take by a button may give nothing but its pings."""

    role_id: int


class EveryoneMentioned(StudyError):
    """The role to be mentioned is the one that everybody has."""


class MorningLine(Struct, frozen=True):
    """One session of the day: `coming`, `maybe` and `unanswered` (members of the group who said nothing) are counts.

    `thread_id` is 0 if it has no thread, `host_id` if nobody is shown as its host; `announced` is where its
    announcement stands, if it has one; `lecture` is who lectures.
    """

    session: Session
    group: StudyGroup
    coming: int
    maybe: int
    thread_id: int
    unanswered: int = 0
    host_id: int = 0
    announced: Spot | None = None
    lecture: Lecture = Lecture()

    @property
    def over(self) -> bool:
        """Whether nobody can answer any more."""
        return self.session.state is not SessionState.SCHEDULED


class MorningPost(Struct, frozen=True):
    """The day's list. `part` 0 carries the list, later parts only mentions; `role` 0: single mentions.

    `tomorrow` is whether it goes out on the evening before its day, as for a session soon after midnight.
    """

    day: date
    lines: tuple[MorningLine, ...]
    mentions: tuple[int, ...]
    role: int
    part: int
    tomorrow: bool = False


class MorningState(Struct, frozen=True):
    """What /morning show tells: the settings, the hold if any, and when the next post is due (None: nothing planned).

    `evening_before` is the community's time for the reminder on the evening before. `waits` is whether that post has
    fallen due, and only waits to go out. `time_zone` is the community's.
    """

    settings: MorningSettings
    hold: Hold | None
    next_at: datetime | None
    next_day: date | None
    evening_before: time
    time_zone: str
    waits: bool = False
