"""What somebody has heard, taught, asked and answered, and whom they met: for them alone, and once a year by itself.

A line is in the ledger by these rules, which need nothing but rows:

- heard: they said that they come (or an organizer said so for them) and had a place, and the session has ended. The bot
  does not look who was in the room. Its industry is that of whoever lectured; what they taught themselves is not heard.
- taught: they had agreed to lecture, and the session has ended.
- asked: they put the question, also without their name; of an industry if it was put to one.
- answered: an answer of theirs was accepted, somebody thanked them in the thread, or they took it when they were asked;
  a question is one line, however often. Its industry is the asker's, unless they asked without their name.
- met: a pairing or an introduction of which they say themselves that they met. What the other says is the other's.
- took home: what they wrote down after a session.

Of what they can't see any more nothing is shown but that it was.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING, Protocol

from msgspec import Struct
from msgspec.structs import replace

from bot.domain.calendar import to_instant
from bot.domain.errors import check_number
from bot.domain.groups import visible_groups
from bot.domain.industries import DIVISIONS, Industry
from bot.domain.members import dm_readers
from bot.domain.posts import NewPost
from bot.domain.quiet import plan_in_peace
from bot.domain.readers import by_dm_only
from bot.domain.zones import zone_of

if TYPE_CHECKING:
    from bot.clock import Clock
    from bot.domain.actors import Actor
    from bot.domain.communities import Community
    from bot.domain.posts import Post
    from bot.domain.steps import Step
    from bot.domain.uow import UnitOfWork, Units

YEAR = "year_ledger"
"""The step in which a year's summaries are planned, and the posts that are one each; their subject is the year."""
PAGE = 10
"""Lines on one screen."""
FIRST_YEAR, LAST_YEAR = 2015, 2100
"""Years that can be asked for: Discord is not older."""
SENT_ON, SENT_AT = (1, 2), time(10)
"""On January 2, by the community's clock."""
LATE_BY = timedelta(days=30)
"""A summary that comes later than this is none."""
APART = timedelta(seconds=10)
"""Between the summaries of two people, so that they hold up nothing else."""


class Act(StrEnum):
    """What a line of the ledger is about."""

    HEARD = "heard"
    TAUGHT = "taught"
    ASKED = "asked"
    ANSWERED = "answered"
    MET = "met"
    TOOK_HOME = "took_home"


class Entry(Struct, frozen=True):
    """A line. `label` is a theme, a question or a takeaway ("": no longer to be seen), `industries` keys of industries.

    `place` is the group's id, or the question's channel, that one must see to read it (0: none). `people` are those
    whom one met, as far as they are still there; `unnamed`: it was asked without a name.
    """

    act: Act
    at: datetime
    label: str = ""
    industries: tuple[str, ...] = ()
    place: int = 0
    people: tuple[int, ...] = ()
    unnamed: bool = False


class Sum(Struct, frozen=True):
    """How many lines there are of an act, and of which industries, those of most lines first."""

    number: int
    industries: tuple[tuple[Industry, int], ...] = ()


class Ledger(Struct, frozen=True):
    """One person's ledger of a `year` (0: of all time), by what they did; `thanks` is how often they were thanked.

    `act` is the one whose lines are shown (None: the overview), a screen of them: `page` counts from 0.
    """

    guild_id: int
    year: int
    sums: Mapping[Act, Sum]
    thanks: int
    this_year: int
    act: Act | None = None
    entries: tuple[Entry, ...] = ()
    names: Mapping[str, Industry] = {}
    page: int = 0
    pages: int = 1

    @property
    def is_empty(self) -> bool:
        """Whether nothing is in it."""
        return not self.thanks and not any(each.number for each in self.sums.values())


class LedgerRepository(Protocol):
    """What people of one community did, as other features keep it."""

    async def entries(self, member_id: int, since: datetime, until: datetime) -> Sequence[Entry]:
        """This person's lines from `since` to before `until`, the latest first."""
        ...

    async def thanks(self, member_id: int, since: datetime, until: datetime) -> int:
        """How often they were thanked."""
        ...

    async def people(self, since: datetime, until: datetime) -> Sequence[int]:
        """Everybody of whom there is a line, by id."""
        ...


# Rules


def span(year: int, time_zone: str, now: datetime) -> tuple[datetime, datetime]:
    """When a year (0: all time) begins and ends by the community's clock; nothing after `now` is in any ledger."""
    zone, now = zone_of(time_zone), now + timedelta(microseconds=1)
    if not year:
        return datetime(FIRST_YEAR, 1, 1, tzinfo=UTC), now
    begin, end = (to_instant(datetime.combine(date(each, 1, 1), time()), zone) for each in (year, year + 1))
    return begin, min(end, now)


def sent_at(year: int, time_zone: str) -> datetime:
    """When the summaries of a year are planned."""
    day = date(year + 1, *SENT_ON)
    return to_instant(datetime.combine(day, SENT_AT), zone_of(time_zone))


def next_year(now: datetime, time_zone: str) -> int:
    """The first year whose summaries are still ahead."""
    year = now.astimezone(zone_of(time_zone)).year - 1
    return year if sent_at(year, time_zone) > now else year + 1


def summed(entries: Sequence[Entry], names: Mapping[str, Industry]) -> dict[Act, Sum]:
    """The lines by what they are about."""
    found: dict[Act, Sum] = {}
    for act in Act:
        mine = [each for each in entries if each.act is act]
        counts = Counter(key for each in mine for key in each.industries if key in names)
        ranked = sorted(counts.items(), key=lambda each: (-each[1], each[0]))
        found[act] = Sum(len(mine), tuple((names[key], number) for key, number in ranked))
    return found


class LedgerService:
    """Shows everybody their own ledger, and tells them of each year once."""

    def __init__(self, units: Units, clock: Clock) -> None:
        self._units = units
        self._clock = clock

    async def show(
        self, guild_id: int, actor: Actor, *, year: int = 0, act: Act | None = None, page: int = 0
    ) -> Ledger:
        """The actor's own: the overview, or the lines of one act; a page that is gone shows the last.

        Raises:
            InvalidNumber: there is no such year.
        """
        if year:
            check_number("year", year, FIRST_YEAR, LAST_YEAR)
        async with self._units.reading(guild_id) as uow:
            entries, ledger = await self._read(uow, actor.member_id, year)
            if act is None:
                return ledger
            mine = [each for each in entries if each.act is act]
            pages = max(1, -(-len(mine) // PAGE))
            page = min(max(page, 0), pages - 1)
            shown = mine[page * PAGE :][:PAGE]
            seen = set(await visible_groups(uow, actor, archived=True))
            shown = tuple(each if _may_read(each, actor, seen) else replace(each, label="") for each in shown)
            return replace(ledger, act=act, entries=shown, page=page, pages=pages)

    # Once a year

    async def on_settings_changed(self, uow: UnitOfWork, before: Community, after: Community) -> None:
        """The community is there, or its clock is another: the next summaries have their time."""
        if after.is_set_up and (not before.is_set_up or before.time_zone != after.time_zone):
            await self._plan(uow, after)

    async def resume(self, guild_id: int) -> None:
        """Plan summaries where none are: the community is older than they, or their step has failed.

        Those of the year before, too, as long as they may come late: where this version was installed shortly before
        they were due, the first night may lie behind that.
        """
        now = self._clock.now()
        async with self._units.reading(guild_id) as uow:
            community = await uow.communities.get()
            ahead = next_year(now, community.time_zone)
            late = now < sent_at(ahead - 1, community.time_zone) + LATE_BY
            years = (ahead - 1, ahead) if late else (ahead,)
            missing = [year for year in years if await uow.steps.find(YEAR, year) is None]
            if not community.is_set_up or not missing:
                return
        async with self._units(guild_id) as uow:
            for year in missing:
                await uow.steps.plan(YEAR, year, sent_at(year, (await uow.communities.get()).time_zone))

    async def write(self, uow: UnitOfWork, step: Step) -> None:
        """Plan a year's summaries: one for each who did something, one after another."""
        community, now, year = await uow.communities.get(), self._clock.now(), step.subject_id
        await self._plan(uow, community)
        if now >= sent_at(year, community.time_zone) + LATE_BY:
            return
        people = await uow.ledger.people(*span(year, community.time_zone, now))
        until = sent_at(year, community.time_zone) + LATE_BY
        # It counts what was asked without a name, and moderators can open a private thread.
        posts = [
            by_dm_only(NewPost(YEAR, year, now + number * APART, until, member_id=each, quiet=True, silent=True))
            for number, each in enumerate(await dm_readers(uow, YEAR, people))
        ]
        await plan_in_peace(uow, posts, now)

    async def describe(self, uow: UnitOfWork, post: Post) -> Ledger | None:
        """What its reader is told; None: nothing is left of it."""
        _entries, ledger = await self._read(uow, post.member_id, post.subject_id)
        return None if ledger.is_empty else ledger

    async def _plan(self, uow: UnitOfWork, community: Community) -> None:
        year = next_year(self._clock.now(), community.time_zone)
        await uow.steps.plan(YEAR, year, sent_at(year, community.time_zone))

    async def _read(self, uow: UnitOfWork, member_id: int, year: int) -> tuple[Sequence[Entry], Ledger]:
        now, community = self._clock.now(), await uow.communities.get()
        since, until = span(year, community.time_zone, now)
        entries = await uow.ledger.entries(member_id, since, until)
        names: dict[str, Industry] = {}
        for key in {key for each in entries for key in each.industries}:
            industry = Industry(key) if key in DIVISIONS else await uow.industries.get(key)
            if industry is not None:
                names[key] = industry
        thanks = await uow.ledger.thanks(member_id, since, until)
        this_year = now.astimezone(zone_of(community.time_zone)).year
        return entries, Ledger(uow.guild_id, year, summed(entries, names), thanks, this_year, names=names)


def _may_read(entry: Entry, actor: Actor, groups: set[int]) -> bool:
    """Whether what it is about exists for the actor: what they wrote or asked themselves always does."""
    if entry.act in (Act.HEARD, Act.TAUGHT):
        return entry.place in groups
    return entry.act is not Act.ANSWERED or actor.sees(entry.place)
