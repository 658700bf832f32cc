"""What pairing is made of: its rule, those who take part, what people read of it, and what they get wrong."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING, Protocol
from zoneinfo import ZoneInfo

from msgspec import Struct

from bot.domain.calendar import local_day, to_instant
from bot.domain.errors import StudyError

if TYPE_CHECKING:
    from bot.domain.communities import Community, Language
    from bot.domain.industries import Industry
    from bot.domain.meetings import Meeting
    from bot.domain.pairing.matching import Pair
    from bot.domain.profiles import AskHours

ROUND, FALLBACK, ASK = "pairing", "pairing_fallback", "pairing_ask"
"""The steps of a round: it is made, who has no thread yet is told by direct message, and all are asked if they met.

Their subject is the round's date as a number.
"""
TOLD, ASKED, ALONE = "pair_told", "pair_asked", "pair_alone"
"""The posts: who meets whom, whether they met (their subject is the meeting), and that nobody was found."""
THREAD = "pair"
"""The mirrors: the private thread of those who meet; its subject is the meeting."""
MOST_WEEKS = 12
MOST_AVOIDED = 50
"""So many people somebody can put on their list."""
SHOWN = 10
"""So many of somebody's latest meetings are shown."""
THREAD_WITHIN = timedelta(minutes=30)
"""Who has no thread by then is told by direct message."""
ASK_AFTER = timedelta(days=6)
"""So long after a round people are asked whether they met: before the next one of a weekly round."""
LIVES = timedelta(days=3)
"""So long each message about a round is worth saying."""


class PairingSettings(Struct, frozen=True):
    """When rounds are made: every so many weeks (0: pairing is off) on a weekday (0 = Monday) at a time of day.

    The time is on the community's clock, so it stays the same across daylight saving. `next_on` is the date of the
    round that is planned (None: none is), `last_on` that of the last one that was made.
    """

    every_weeks: int = 0
    weekday: int = 0
    at: time = time(12)
    next_on: date | None = None
    last_on: date | None = None

    @property
    def is_on(self) -> bool:
        """Whether there are rounds."""
        return self.every_weeks > 0

    def instant(self, day: date, zone: ZoneInfo) -> datetime:
        """When the round of that date is due."""
        return to_instant(datetime.combine(day, self.at), zone)

    def next_at(self, zone: ZoneInfo) -> datetime | None:
        """When the round that is planned is due."""
        return self.instant(self.next_on, zone) if self.is_on and self.next_on is not None else None


def first_date(settings: PairingSettings, now: datetime, zone: ZoneInfo) -> date:
    """The first date that fits the weekday, is still ahead, and comes after the last round."""
    day = local_day(now, zone)
    day += timedelta(days=(settings.weekday - day.weekday()) % 7)
    while settings.instant(day, zone) <= now or (settings.last_on is not None and day <= settings.last_on):
        day += timedelta(weeks=1)
    return day


def following(settings: PairingSettings, made_on: date, now: datetime, zone: ZoneInfo) -> date:
    """The date of the round after one: in step, and still ahead.

    After weeks of downtime the one that came late stands for those that were missed.
    """
    day = made_on
    while day <= made_on or settings.instant(day, zone) <= now:
        day += timedelta(weeks=settings.every_weeks)
    return day


def first_after(settings: PairingSettings, until: datetime, zone: ZoneInfo) -> datetime | None:
    """When the first round is due, as things are planned, that a pause to this time leaves; None: pairing is off."""
    day = settings.next_on if settings.is_on else None
    if day is None:
        return None
    while settings.instant(day, zone) < until:
        day += timedelta(weeks=settings.every_weeks)
    return settings.instant(day, zone)


class Partaker(Struct, frozen=True):
    """Somebody who takes part. `snoozed_until`: not in rounds that are due before; `waited`: see `matching.Person`."""

    member_id: int
    joined_at: datetime
    snoozed_until: datetime | None = None
    waited: int = 0


class Habits(Struct, frozen=True):
    """When and how somebody talks, as their profile says: see `bot.domain.profiles.Profile`."""

    time_zone: str = ""
    language: Language | None = None
    ask_hours: AskHours | None = None


class Told(Struct, frozen=True):
    """What those who meet are told.

    `industries` are their main ones, by person, of those who have said one. `before` is when they were last paired
    (None: never, or a trio of whom not all were). `times` are begins of hours in which all are free, of those who have
    said their hours. In a direct message, or in the private thread of one, `reader` is that person, else 0;
    `in_own_thread`: it stands in that thread.
    """

    meeting: Meeting
    guild_id: int
    industries: Mapping[int, Industry]
    before: datetime | None
    times: tuple[datetime, ...]
    reader: int = 0
    in_own_thread: bool = False


class Asked(Struct, frozen=True):
    """The question whether they met; the rest as for `Told`."""

    meeting: Meeting
    guild_id: int
    reader: int = 0
    in_own_thread: bool = False


class Alone(Struct, frozen=True):
    """Nobody was found for `reader` this time; `left`: whom they were to meet has left the community."""

    guild_id: int
    reader: int
    left: bool = False
    in_own_thread: bool = False


class PairThread(Struct, frozen=True):
    """The private thread of those who meet; `number` marks it, so that one made before a crash is found again."""

    number: int
    members: tuple[int, ...]
    community: Community


class PairingView(Struct, frozen=True):
    """What `reader` sees of pairing.

    `next_at` is the next round (None: pairing is off), `mine` whether and how they take part; `back_at` is the first
    round after their pause (None: they don't pause, or not in the next round). `meetings` are their latest, the first
    of them `current` if its round is the last one. `avoided` are those on their own list.
    """

    settings: PairingSettings
    next_at: datetime | None
    mine: Partaker | None
    meetings: tuple[Meeting, ...] = ()
    current: bool = False
    avoided: tuple[int, ...] = ()
    reader: int = 0
    back_at: datetime | None = None

    @property
    def open(self) -> Meeting | None:
        """The meeting of the last round, as long as its reader has not said that it took place."""
        latest = self.meetings[0] if self.current else None
        return None if latest is None or latest.met.get(self.reader) else latest


class WhichSnooze(Struct, frozen=True):
    """The end of a pause has two readings; its author is asked which is meant. `time_zone`: the community's.

    Choosing needs only `draft_id` and the place of a reading.
    """

    draft_id: int
    text: str
    readings: tuple[datetime, ...]
    time_zone: str


class Avoided(Struct, frozen=True):
    """Somebody was put on a list, or taken off it; `people` are all on it now."""

    member_id: int
    removed: bool
    people: tuple[int, ...]


class PairingRepository(Protocol):
    """Who takes part in the pairing of one community, its settings, and who is not to be paired with whom."""

    async def settings(self) -> PairingSettings:
        """The settings; pairing is off if never set."""
        ...

    async def set(self, settings: PairingSettings) -> None:
        """Write or replace the settings."""
        ...

    async def find(self, member_id: int) -> Partaker | None:
        """This person, if they take part."""
        ...

    async def all(self) -> list[Partaker]:
        """All who take part, by id."""
        ...

    async def put(self, partaker: Partaker) -> None:
        """Write or replace how somebody takes part."""
        ...

    async def remove(self, member_id: int) -> None:
        """Somebody takes part no more."""
        ...

    async def waited(self, counts: Mapping[int, int]) -> None:
        """Write of these people how many rounds they have waited."""
        ...

    async def habits(self, member_ids: Collection[int]) -> Mapping[int, Habits]:
        """What the profiles of these people say of when and how they talk, by id."""
        ...

    async def avoided_by(self, member_id: int) -> tuple[int, ...]:
        """Who is on this person's list, by id."""
        ...

    async def avoid(self, member_id: int, other_id: int, *, remove: bool = False) -> None:
        """Put somebody on a list, or take them off it."""
        ...

    async def avoided(self) -> frozenset[Pair]:
        """Each two people of whom one is on the other's list."""
        ...


class PairingOff(StudyError):
    """The moderators have not turned pairing on."""


class NotInPairing(StudyError):
    """The actor does not take part in pairing."""


class SnoozeEnds(StudyError):
    """The pause would end before it begins."""

    until: datetime


class AvoidsSelf(StudyError):
    """Nobody is paired with themselves, so nobody need be on their own list."""


class TooManyAvoided(StudyError):
    """The list has as many people as it may."""

    limit: int


class NotAvoided(StudyError):
    """This person is not on the actor's list."""

    member_id: int
