"""Who may know something, in SQL: read from what other features keep, and with a few statements for thousands."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from datetime import datetime
from functools import lru_cache
from typing import Any, cast

from sqlalchemy import func, or_, select, union

from bot.domain.calendar import QuietHours
from bot.domain.communities import quiet_hours
from bot.domain.industries import own_id, own_key
from bot.domain.profiles import AskHours
from bot.domain.questions.knowing import STOPS
from bot.domain.questions.routing import WEEK, Candidate, Lecture, Thanked
from bot.domain.questions.waking import WakingHours
from bot.domain.rotation import TurnState
from bot.domain.sessions import SessionState
from bot.domain.zones import zone_of
from data.asks import asked_before
from data.communities import SqlCommunities
from data.gratitude import SqlGratitude, gratitudes
from data.industries import profile_industries
from data.members import members
from data.profiles import profile_topics, profiles
from data.restrictions import restrictions
from data.rotation import turns, unavailabilities
from data.sessions import sessions
from data.transaction import Repository, Transaction, batches

_GIVEN = (TurnState.CONFIRMED.value, TurnState.GIVEN.value)
_work, _topic, _profile = profile_industries.c, profile_topics.c, profiles.c


class SqlKnowing(Repository):
    """Who may know something, in one community; see `bot.domain.questions.knowing.KnowingRepository`."""

    def __init__(self, transaction: Transaction, communities: SqlCommunities) -> None:
        super().__init__(transaction)
        self._communities = communities

    async def people(self, now: datetime, member_ids: Collection[int] | None = None) -> list[Candidate]:
        """Everybody, or these, by id."""
        if member_ids is None:
            return await self._people(now, None)
        found: list[Candidate] = []
        for some in batches(sorted(set(member_ids))):
            found += await self._people(now, some)
        return found

    async def texts(self) -> list[str]:
        """All that people here are known by, each text once."""
        guild_id, named = self._tx.guild_id, _theme.label("text")
        parts = (
            select(_topic.name.label("text")).where(_topic.guild_id == guild_id),
            select(gratitudes.c.topic).where(gratitudes.c.guild_id == guild_id),
            self._lectures(self._tx.now, None, named),
        )
        rows = await self._tx.execute(union(*parts))
        return [text for text in rows.scalars() if text]

    async def known_by(self, texts: Collection[str], industry: str = "") -> list[int]:
        """Who is known by one of these texts, or works in the industry."""
        guild_id, found = self._tx.guild_id, set[int]()
        for some in batches(sorted(texts)):
            declared = select(_topic.member_id).where(_topic.guild_id == guild_id, _topic.name.in_(some))
            thanked = select(gratitudes.c.to_id).where(gratitudes.c.guild_id == guild_id, gratitudes.c.topic.in_(some))
            taught = self._lectures(self._tx.now, None, turns.c.member_id).where(_theme.in_(some))
            found.update((await self._tx.execute(union(declared, thanked, taught))).scalars())
        if industry:
            own = own_id(industry)
            theirs = _work.own_id == own if own else _work.bundled == industry
            rows = await self._tx.execute(
                select(_work.member_id).where(_work.guild_id == guild_id, theirs, _work.until.is_(None))
            )
            found.update(rows.scalars())
        return sorted(found)

    async def some(self, number: int, besides: Collection[int]) -> list[int]:
        """So many others, by id."""
        of = members.c
        rows = await self._tx.execute(
            select(of.member_id)
            .where(of.guild_id == self._tx.guild_id, of.used_at.is_not(None))
            .order_by(of.member_id)
            .limit(number + len(besides))
        )
        return [member_id for member_id in rows.scalars() if member_id not in besides][:number]

    async def at_work(self) -> dict[str, int]:
        """In which industries people work who use the bot, and how many."""
        there = (members.c.guild_id == _work.guild_id) & (members.c.member_id == _work.member_id)
        rows = await self._tx.execute(
            select(_work.bundled, _work.own_id, func.count().label("n"))
            .select_from(profile_industries.join(members, there))
            .where(_work.guild_id == self._tx.guild_id, _work.until.is_(None), members.c.used_at.is_not(None))
            .group_by(_work.bundled, _work.own_id)
        )
        return {row.bundled or own_key(row.own_id): row.n for row in rows}

    async def _people(self, now: datetime, ids: Collection[int] | None) -> list[Candidate]:
        community = await self._communities.get()
        quiet, usual = quiet_hours(community), community.time_zone
        profile_of = (_profile.guild_id == members.c.guild_id) & (_profile.member_id == members.c.member_id)
        told = [_profile[name] for name in _TOLD]
        rows = (
            await self._tx.execute(
                select(members.c.member_id, members.c.stopped, *told)
                .select_from(members.outerjoin(profiles, profile_of))
                .where(
                    members.c.guild_id == self._tx.guild_id,
                    members.c.used_at.is_not(None),
                    *_among(members.c.member_id, ids),
                )
                .order_by(members.c.member_id)
            )
        ).all()
        industries, topics = await self._industries(ids), await self._topics(ids)
        lectures, thanked = await self._taught(now, ids), await self._thanked(ids)
        asked = await asked_before(self._tx, now, now - _REMEMBERED, ids)
        restricted, away = await self._restricted(now), await self._away(now)
        found: list[Candidate] = []
        for row in rows:
            one = row.member_id
            work, knows, taught = industries.get(one, ()), topics.get(one, ()), lectures.get(one, ())
            says = work or knows or taught or row.occupation or row.employment or row.about or row.hobbies
            found.append(
                Candidate(
                    one,
                    work,
                    knows,
                    thanked.get(one, ()),
                    taught,
                    asked.get(one, ()),
                    row.ask_limit,
                    bool(says) and row.ask_limit != 0 and STOPS not in row.stopped,
                    one in restricted,
                    one in away,
                    _hours(row.ask_days, row.ask_begin, row.ask_end, quiet),
                    zone_of(row.time_zone or usual),
                )
            )
        return found

    async def _industries(self, ids: Collection[int] | None) -> dict[int, tuple[str, ...]]:
        rows = await self._tx.execute(
            select(_work.member_id, _work.bundled, _work.own_id)
            .where(_work.guild_id == self._tx.guild_id, _work.until.is_(None), *_among(_work.member_id, ids))
            .order_by(_work.position, _work.id)
        )
        return _by_member((one, bundled or own_key(own)) for one, bundled, own in _plain(rows))

    async def _topics(self, ids: Collection[int] | None) -> dict[int, tuple[str, ...]]:
        rows = await self._tx.execute(
            select(_topic.member_id, _topic.name)
            .where(_topic.guild_id == self._tx.guild_id, *_among(_topic.member_id, ids))
            .order_by(_topic.position, _topic.id)
        )
        return _by_member(_plain(rows))

    async def _taught(self, now: datetime, ids: Collection[int] | None) -> dict[int, tuple[Lecture, ...]]:
        rows = await self._tx.execute(
            self._lectures(now, ids, turns.c.member_id, _theme.label("theme"), sessions.c.starts_at).order_by(
                sessions.c.starts_at, turns.c.id
            )
        )
        return _by_member((one, Lecture(theme, at)) for one, theme, at in _plain(rows))

    async def _thanked(self, ids: Collection[int] | None) -> dict[int, tuple[Thanked, ...]]:
        """What others thanked these people for."""
        found = await SqlGratitude(self._tx).thanked(ids)
        return {one: tuple(Thanked(each.topic, each.people) for each in some) for one, some in found.items()}

    async def _restricted(self, now: datetime) -> set[int]:
        of = restrictions.c
        kept = (of.guild_id == self._tx.guild_id, of.part == "answering", or_(of.until.is_(None), of.until > now))
        return set((await self._tx.execute(select(of.member_id).where(*kept))).scalars())

    async def _away(self, now: datetime) -> set[int]:
        """Who has said that they can't lecture now: whoever is away does not want to be asked, either."""
        of = unavailabilities.c
        away = (of.guild_id == self._tx.guild_id, of.since <= now, of.until > now)
        return set((await self._tx.execute(select(of.member_id).where(*away))).scalars())

    def _lectures(self, now: datetime, ids: Collection[int] | None, *columns: Any) -> Any:
        """What members lectured on in sessions that are over; a guest's is nobody's here."""
        return (
            select(*columns)
            .select_from(turns.join(sessions, sessions.c.id == turns.c.session_id))
            .where(
                turns.c.guild_id == self._tx.guild_id,
                turns.c.member_id != 0,
                turns.c.state.in_(_GIVEN),
                sessions.c.state != SessionState.CANCELLED.value,
                sessions.c.ends_at <= now,
                *_among(turns.c.member_id, ids),
            )
        )


_TOLD = (
    *("occupation", "employment", "about", "hobbies"),
    *("time_zone", "ask_days", "ask_begin", "ask_end", "ask_limit"),
)
_REMEMBERED = WEEK * 8 / 7
"""As long as an ask may still count for a limit, with a day to spare for the zones of the world."""
_theme = func.coalesce(func.nullif(turns.c.theme, ""), sessions.c.theme)


def _among(column: Any, ids: Collection[int] | None) -> tuple[Any, ...]:
    return () if ids is None else (column.in_(ids),)


def _plain(rows: Any) -> Iterable[tuple[Any, ...]]:
    return cast("Iterable[tuple[Any, ...]]", rows)


def _by_member(rows: Iterable[tuple[Any, ...]]) -> dict[int, tuple[Any, ...]]:
    found: defaultdict[int, list[Any]] = defaultdict(list)
    for member_id, value in rows:
        found[member_id].append(value)
    return {member_id: tuple(values) for member_id, values in found.items()}


@lru_cache(maxsize=2_000)
def _hours(days: str | None, begin: Any, end: Any, quiet: QuietHours | None) -> WakingHours:
    """When somebody may be disturbed; few are different, so each is made once."""
    asked = AskHours(frozenset(map(int, days)), begin, end) if days else None
    return WakingHours(asked, quiet)
