"""A community in which people are asked: the real services on a real file, and beside them what a reader of the rules
would expect, kept in the plainest way. After everything that happens, `Asked.look` compares the two.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from functools import cache
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from msgspec.structs import replace
from sqlalchemy import select

from bot.domain.industries import Industry
from bot.domain.members import DMS_CLOSED, Member
from bot.domain.posts import Post, PostState
from bot.domain.profiles import AskHours, parse_ask_hours
from bot.domain.profiles.values import Profile
from bot.domain.questions.asks import Ask, AskState, Call
from bot.domain.questions.telling import ASK, STUCK, UNHEARD
from bot.domain.questions.values import Question
from bot.domain.quiet import QUIET
from bot.domain.restrictions import Restriction
from bot.domain.rotation import Unavailability
from data.posts.table import posts
from tests.domain.questions.moderated import FORUM, MOD, person
from tests.domain.reminding import GUILD, LOG, Club
from tests.world import no_rows

ZONES = ("Asia/Tokyo", "Europe/London", "America/New_York")
HOURS = ("", "weekdays 9:00-18:00", "20:00-23:00", "Sundays 9:00-10:00")
DAY, WEEK, NEARLY = timedelta(days=1), timedelta(days=7), timedelta(minutes=3)
LIVE = (AskState.PLANNED, AskState.OPEN)
_AHEAD = (*(timedelta(minutes=n) for n in range(48 * 60)), 2 * DAY - timedelta(seconds=1))
"""Somebody must be awake at one of these times from now on."""


@dataclass
class Person:
    """Somebody who may know, and all that keeps them from being asked."""

    id: int
    zone: str = "Asia/Tokyo"
    hours: str = ""
    limit: int | None = None
    topics: tuple[str, ...] = ()
    industry: str = ""
    restricted: bool = False
    stopped: bool = False
    away: bool = False
    """On leave from the beginning on."""
    away_until: datetime | None = None
    left: bool = False
    dms: PostState = PostState.SENT
    """What becomes of a direct message to them."""


class Asked(Club):
    """One community; `people` by id. `acting` says what somebody does just now, "" while time passes."""

    def __init__(self, folder: Path, people: Sequence[Person], now: datetime, *, nights: bool) -> None:
        (folder / "club.db").write_bytes(no_rows())
        super().__init__(folder)
        self.clock.at = now
        self.people = {one.id: one for one in people}
        self.nights, self.acting, self.by = nights, "", 0
        self.questions: dict[int, Question] = {}
        self.asks: dict[int, Ask] = {}
        self.calls: dict[int, list[Call]] = {}
        self.arrived: dict[int, tuple[int, datetime]] = {}
        self.takers: dict[int, set[int]] = defaultdict(set)
        self.answered: set[int] = set()
        self.told: dict[int, int] = defaultdict(int)
        self.told_asker: dict[int, int] = defaultdict(int)

    async def begin(self) -> None:
        night = (time(22), time(6)) if self.nights else (None, None)
        async with self.db(GUILD) as uow:
            await uow.communities.change(
                time_zone="Asia/Tokyo",
                log_channel=LOG,
                questions_channel=FORUM,
                quiet_begin=night[0],
                quiet_end=night[1],
                set_up_at=self.clock.now(),
            )
            for one in self.people.values():
                stopped = frozenset({"asks"}) if one.stopped else frozenset()
                await uow.members.put(Member(one.id, used_at=self.clock.now(), stopped=stopped))
                hours = parse_ask_hours(one.hours) if one.hours else None
                works = (Industry(one.industry),) if one.industry else ()
                profile = Profile(0, one.id, works, topics=one.topics, ask_limit=one.limit, ask_hours=hours)
                await uow.profiles.put(replace(profile, time_zone=one.zone))
                if one.away:
                    await self.go_away(uow, one)
        for one in self.people.values():
            if one.restricted:
                kept = Restriction(one.id, "answering")
                await self.services.restricting.restrict(GUILD, MOD, person(one.id), kept)

    async def go_away(self, uow: Any, one: Person) -> None:
        since = self.clock.now()
        one.away_until = since + 2 * DAY
        await uow.rotation.put_unavailable(Unavailability(0, one.id, since, one.away_until, ""))

    # What happens by itself

    async def run_steps(self) -> int:
        done = await super().run_steps()
        if done:
            await self.look()
        return done

    async def deliver(self, outcome: PostState = PostState.SENT) -> int:
        claimed = await self.claim()
        for post in claimed:
            await self.attempt(post, self.people[post.member_id].dms if post.member_id else outcome)
        return len(claimed)

    async def drain(self) -> None:
        await super().drain()
        await self.look()

    async def attempt(self, post: Post, outcome: PostState = PostState.SENT, reason: str = DMS_CLOSED) -> None:
        now, kind = self.clock.now(), self.kinds[post.kind]
        if kind.waits is not None and now < post.expires_at:
            async with self.db.reading(GUILD) as uow:
                at = await kind.waits(uow, post, now)
            if at > now:
                await self.db.outbox.release(post, at, QUIET)
                return
        before = len(self.sent)
        await super().attempt(post, outcome, reason)
        if post.kind == ASK:
            assert not post.channel_id, "people are asked privately only"
            in_doubt = outcome is PostState.UNCONFIRMED and await self._state(post) is PostState.UNCONFIRMED
            if len(self.sent) > before or in_doubt:
                self._arrives(post.subject_id, post.member_id, now)

    def _arrives(self, ask_id: int, member_id: int, now: datetime) -> None:
        """The limits once more, where a message goes out; who was chosen before may not be asked any more by then."""
        one = self.people[member_id]
        kept = one.restricted or one.stopped or one.left or one.limit == 0 or _away(one, now)
        assert not kept, one
        assert self.awake(one, now), (one, now)
        assert ask_id not in self.arrived
        times = [at for who, at in self.arrived.values() if who == member_id]
        assert sum(at > now - WEEK for at in times) < _limit(one), (one, times)
        assert _day(one, now) not in {_day(one, at) for at in times}, (one, times)
        self.arrived[ask_id] = (member_id, now)

    async def _state(self, post: Post) -> PostState:
        async with self.db.reading(GUILD) as uow:
            found = await uow.posts.find(post.id)
            assert found is not None
            return found.state

    # What holds

    async def look(self) -> None:
        """Compare what stands in the rows with the rules, and with how it stood before."""
        before, calls = self.asks, self.calls
        async with self.db.reading(GUILD) as uow:
            found = [(await uow.asks.of_question(q), await uow.asks.calls(q)) for q in self.questions]
            so_far = await uow.asks.so_far(self.questions)
            for q in self.questions:
                now_it_is = await uow.questions.find(q)
                assert now_it_is is not None
                self.questions[q] = now_it_is
        self.asks = {ask.id: ask for asks, _calls in found for ask in asks}
        self.calls = {q: list(each) for q, (_asks, each) in zip(self.questions, found, strict=True)}
        skipped = any(ask.state is AskState.SKIPPED and before.get(ask.id) != ask for ask in self.asks.values())
        chosen: list[Ask] = []
        for ask in sorted(self.asks.values(), key=lambda each: each.id):
            if ask.id not in before:
                self._is_fair(ask, chosen, doubt=skipped)
                chosen.append(ask)
            else:
                self._runs(before[ask.id], ask)
        for q in self.questions:
            some = [ask for ask in self.asks.values() if ask.question_id == q]
            new = [ask for ask in chosen if ask.question_id == q]
            self._in_turn(q, some, new, doubt=skipped)
            shown = so_far.get(q)
            assert (shown.people if shown else 0) == sum(ask.id in self.arrived for ask in some)
            assert not shown or not shown.on_it or shown.on_it in self.takers[q], "a name nobody gave"
            self._tells(q, before, calls.get(q, []))
        await self._told_once()

    def _is_fair(self, ask: Ask, earlier: Sequence[Ask], *, doubt: bool) -> None:
        """Somebody was chosen who may be asked, for a reason that is true."""
        one, question = self.people[ask.member_id], self.questions[ask.question_id]
        others = [each for each in self.asks.values() if each.id != ask.id]
        assert one.id not in {each.member_id for each in others if each.question_id == ask.question_id}
        assert self.may_be_asked(one, question, others, doubt=doubt), (one, self.clock.now())
        if ask.reason.kind == "named":
            assert self.acting == "refer"
        elif ask.reason.kind == "industry":
            assert one.industry == question.industry == ask.reason.about
        else:
            assert ask.reason.about in one.topics
            assert ask.reason.about == question.topic

    def may_be_asked(self, one: Person, question: Question, others: Sequence[Ask], *, doubt: bool) -> bool:
        """The limits, one by one; with `doubt` but those of asks that may have come to nothing just now."""
        now = self.clock.now()
        if one.left or one.restricted or one.stopped or _away(one, now) or one.id == question.asker_id:
            return False
        known = {each.id for each in others}
        times = [at for ask_id, (who, at) in self.arrived.items() if who == one.id and ask_id in known]
        coming = any(each.member_id == one.id and each.state is AskState.PLANNED for each in others)
        return (
            bool(one.topics or one.industry)
            and (doubt or not coming)
            and sum(at > now - WEEK for at in times) < _limit(one)
            and _day(one, now) not in {_day(one, at) for at in times}
            and any(self.awake(one, now + each) for each in _AHEAD)
        )

    def _runs(self, was: Ask, ask: Ask) -> None:
        """Nobody's time ends before it is over or goes on after that, nor runs before it reached them."""
        now = self.clock.now()
        if ask.state is AskState.PLANNED:
            assert ask.id not in self.arrived
            assert now <= ask.asked_at + 2 * DAY + NEARLY
        if ask.state is AskState.OPEN:
            assert now <= self.end_of(ask) + NEARLY, "longer than its time"
            assert abs(ask.ends_at - self.end_of(ask)) <= NEARLY
        if was.state is AskState.OPEN and ask.state is AskState.OVER and not self.acting:
            assert abs(now - self.end_of(ask)) <= NEARLY, (was, ask, now)
        if was.state is AskState.OPEN and ask.state not in (AskState.OPEN, AskState.TAKEN) and self.acting:
            left = self.acting == "leave" and self.by in (ask.member_id, self.questions[ask.question_id].asker_id)
            assert left or self.acting in ("take", "close", "answer", "refer"), self.acting
            assert self.acting != "refer" or self.by == ask.member_id

    def _in_turn(self, q: int, some: Sequence[Ask], new: Sequence[Ask], *, doubt: bool) -> None:
        """Three at most are asked at once, and few people one at a time; the next when the others' time is over."""
        question, live = self.questions[q], [ask for ask in some if ask.state in LIVE]
        assert len(live) <= 3
        if not new:
            return
        assert question.is_open
        assert q not in self.answered or self.acting in ("again", "refer")
        assert not any(ask.state is AskState.TAKEN for ask in some), "somebody is on it"
        assert all(ask.number in (1, 2) for ask in some)
        for ask in new:
            round_before = [each for each in some if (each.call, each.number) < (ask.call, ask.number)]
            assert not [each for each in round_before if each.state in LIVE]
        if all(ask.reason.kind == "named" for ask in new):
            return
        others = [ask for ask in self.asks.values() if ask not in new]
        asked = {ask.member_id for ask in some if ask not in new}
        reached = {ask.member_id for ask in some if ask not in new and ask.state is not AskState.SKIPPED}
        able = [
            one
            for one in self.people.values()
            if one.id not in asked and self.may_be_asked(one, question, others, doubt=doubt)
        ]
        if len(able) + len(reached) < 8:
            # Whoever was chosen and could not be reached since the last look is waited for no more.
            assert len(live) <= 1, f"{len(live)} at once of {len(able)} who may be, {len(reached)} who were asked"

    def _tells(self, q: int, before: Mapping[int, Ask], calls: Sequence[Call]) -> None:
        """What the asker and the log are told: whenever a call has come to nothing, unless they read it at once."""
        ended = {call.number for call in calls if call.ended_at is not None}
        over = [c for c in self.calls[q] if c.number not in ended and c.why in ("rounds", "nobody")]
        gave_back = any(
            before[ask.id].state is AskState.TAKEN and ask.state is AskState.BACK
            for ask in self.asks.values()
            if ask.question_id == q and ask.id in before
        )
        unheard = self.questions[q].is_open and self.questions[q].answered_at is None
        nobody_left = gave_back and unheard and ended and len(self.calls[q]) == len(ended)
        if self.acting != "again" and (over or nobody_left) and self.acting != "refer":
            assert len(over) <= 1
            self.told[q] += 1
            self.told_asker[q] += 1

    async def _told_once(self) -> None:
        wanted = select(posts.c.kind, posts.c.subject_id, posts.c.channel_id).where(posts.c.kind.in_((STUCK, UNHEARD)))
        async with self.db.connections.reading() as connection:
            rows = [tuple(row) for row in await connection.execute(wanted)]
        for q, question in self.questions.items():
            assert rows.count((UNHEARD, q, LOG)) == self.told[q], (q, rows, self.told)
            if not self.people[question.asker_id].left:
                assert rows.count((STUCK, q, 0)) == self.told_asker[q], (q, rows)

    # Clocks

    def awake(self, one: Person, at: datetime) -> bool:
        return _awake(one.zone, one.hours, self.nights, at)

    def end_of(self, ask: Ask) -> datetime:
        """When somebody's four hours are over, minute by minute."""
        one, (_who, at) = self.people[ask.member_id], self.arrived[ask.id]
        return _end(one.zone, one.hours, self.nights, at)


@cache
def _end(zone: str, hours: str, nights: bool, at: datetime) -> datetime:
    left, now = 240, at
    while left and now < at + 2 * DAY:
        left -= _awake(zone, hours, nights, now)
        now += timedelta(minutes=1)
    return now


def _awake(zone: str, hours: str, nights: bool, at: datetime) -> bool:
    local = at.astimezone(ZoneInfo(zone))
    asked = _asked(hours)
    # Where there are no quiet hours, who has set no hours sleeps an hour longer.
    morning = 6 if nights else 0 if hours else 7
    if morning and (local.hour >= 22 or local.hour < morning):
        return False
    return asked is None or (local.weekday() in asked.days and asked.begin <= local.time() < asked.end)


@cache
def _asked(hours: str) -> AskHours | None:
    return parse_ask_hours(hours) if hours else None


def _limit(one: Person) -> int:
    return 2 if one.limit is None else one.limit


def _day(one: Person, at: datetime) -> Any:
    return at.astimezone(ZoneInfo(one.zone)).date()


def _away(one: Person, now: datetime) -> bool:
    return one.away_until is not None and now < one.away_until
