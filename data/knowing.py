"""Who may know something, in SQL: read from what other features keep, and with a few statements for thousands."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any, cast

from sqlalchemy import false, func, literal, or_, select, union, union_all

from bot.domain.calendar import QuietHours
from bot.domain.communities import quiet_hours
from bot.domain.groups import folded
from bot.domain.industries import own_id, own_key
from bot.domain.profiles import AskHours
from bot.domain.questions.knowing import STOPS
from bot.domain.questions.routing import WEEK, Candidate, Lecture, Thanked
from bot.domain.questions.waking import WakingHours, waking_hours
from bot.domain.rotation import TurnState
from bot.domain.sessions import SessionState
from bot.domain.zones import zone_of
from data.asks import asked_before, asks
from data.communities import SqlCommunities
from data.gratitude import SqlGratitude, gratitudes
from data.industries import profile_industries
from data.known_texts import KnownTexts
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
        self.kept = KnownTexts()
        """What was read before, of all units of work."""

    async def people(self, now: datetime, member_ids: Collection[int] | None = None) -> list[Candidate]:
        """Everybody, or these, by id."""
        if member_ids is None:
            return await self._people(now, None)
        found: list[Candidate] = []
        for some in batches(sorted(set(member_ids))):
            found += await self._people(now, some)
        return found

    async def texts(self) -> list[str]:
        """All that people here are known by, or will be after a lecture to come, each text once."""
        return await self.kept.all(self._texts, self._tx.known_by_changed)

    async def _texts(self, part: str) -> list[str]:
        guild_id = self._tx.guild_id
        statements = {
            "topics": select(_topic.name).where(_topic.guild_id == guild_id),
            "thanks": select(gratitudes.c.topic).where(gratitudes.c.guild_id == guild_id),
            # What is kept must not become wrong because time passes.
            "lectures": self._lectures(_EVER, None, _theme),
        }
        return [text for text in (await self._tx.execute(statements[part].distinct())).scalars() if text]

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

    async def first(
        self, texts: Collection[str], industry: str, same: Collection[str], number: int, after: int = 0
    ) -> list[int]:
        """So many of those who are known by one of these texts, in the order of the rule.

        The database puts them in order, since of thousands to read where each one stands costs most.
        """
        guild_id, kinds = self._tx.guild_id, self._kinds(sorted(texts)[:_MOST_TEXTS]).subquery()
        works = select(_work.member_id, literal(0), literal(1)).where(*self._at_work([industry]))
        speaks = select(kinds.c.member_id, literal(1).label("known"), literal(0).label("trade"))
        each = (union_all(speaks, works) if industry else speaks).subquery()
        known, trade = func.sum(each.c.known).label("known"), func.max(each.c.trade).label("trade")
        one = select(each.c.member_id, known, trade).group_by(each.c.member_id).subquery()
        own = select(_work.id).where(*self._at_work(same), _work.position == 0, _work.member_id == one.c.member_id)
        last = (
            select(func.max(asks.c.delivered_at))
            .where(asks.c.guild_id == guild_id, asks.c.member_id == one.c.member_id)
            .scalar_subquery()
        )
        of = select(one, (own.exists() if same else literal(0)).label("same"), last.label("last")).subquery().c
        order = (of.same, of.known.desc(), of.trade.desc(), of.last.nulls_first(), of.member_id)
        rows = await self._tx.execute(select(of.member_id).order_by(*order).limit(number).offset(after))
        return list(rows.scalars())

    async def industries_of(self, member_id: int) -> tuple[str, ...]:
        """The keys of the industries in which somebody works, the main one first."""
        return (await self._industries([member_id])).get(member_id, ())

    def _kinds(self, texts: Collection[str]) -> Any:
        """Who declared one of these texts, was thanked for one, or lectured on one: of each kind once."""
        guild_id = self._tx.guild_id
        return union(
            select(_topic.member_id.label("member_id"), literal(0)).where(
                # The index leads to the spellings of a topic.
                _topic.guild_id == guild_id,
                _topic.name_key.in_({folded(text) for text in texts}),
                _topic.name.in_(texts),
            ),
            select(gratitudes.c.to_id, literal(1)).where(
                gratitudes.c.guild_id == guild_id, gratitudes.c.topic.in_(texts)
            ),
            self._lectures(self._tx.now, None, turns.c.member_id, literal(2)).where(_theme.in_(texts)),
        )

    def _at_work(self, keys: Collection[str]) -> tuple[Any, ...]:
        """That somebody works in one of these industries now."""
        own = [own_id(key) for key in keys if own_id(key)]
        bundled = [key for key in keys if not own_id(key)]
        # An empty list would keep the database from using its index for the other.
        theirs = [column.in_(some) for column, some in ((_work.bundled, bundled), (_work.own_id, own)) if some]
        return (_work.guild_id == self._tx.guild_id, or_(false(), *theirs), _work.until.is_(None))

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
        restricted, away = await self._kept(now)
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

    async def _kept(self, now: datetime) -> tuple[set[int], set[int]]:
        """Who is kept from answering; and who has said that they can't lecture now.

        Whoever is away does not want to be asked, either.
        """
        guild_id, one, other = self._tx.guild_id, restrictions.c, unavailabilities.c
        kept = (one.guild_id == guild_id, one.part == "answering", or_(one.until.is_(None), one.until > now))
        away = (other.guild_id == guild_id, other.since <= now, other.until > now)
        both = union_all(
            select(one.member_id, literal(0)).where(*kept), select(other.member_id, literal(1)).where(*away)
        )
        rows = list(_plain(await self._tx.execute(both)))
        return {one for one, kind in rows if not kind}, {one for one, kind in rows if kind}

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
_EVER = datetime.max.replace(tzinfo=UTC)
_MOST_TEXTS = 8_000
"""So many texts one statement carries three times; a question that is about more of them is about nothing."""
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
    return waking_hours(asked, quiet)
