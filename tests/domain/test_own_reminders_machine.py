"""Own reminders as a state machine: real rules on a real file, people who change their minds, and a plain expectation.

Hypothesis chooses what happens: people answer, choose and stop, leave, close their direct messages; sessions move and
are cancelled; Discord pauses direct messages; the process dies with posts in its hands; time passes. After each step
nobody may have been told twice; and whenever time passes, everybody who comes has been told of what fell due in it.
"""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import Coroutine
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test
from msgspec.structs import replace

from bot.domain.calendar import local_day
from bot.domain.members import DMS_CLOSED, Member
from bot.domain.own_reminders import OwnChange, OwnReminders
from bot.domain.own_reminders.nearness import NEAR
from bot.domain.own_reminders.values import evening_before
from bot.domain.posts import PostState
from bot.domain.rsvps import Answer
from bot.domain.sessions import Session, SessionState
from bot.domain.usual_times import dawn_at, evening_at
from data.posts import SqlOutbox
from tests.domain.reminding import GUILD, MODERATOR, Club, Sent, at

T = TypeVar("T")
TOKYO = ZoneInfo("Asia/Tokyo")
PEOPLE = (11, 12, 13)
SESSIONS = (1, 2)
PERSON, SESSION = st.sampled_from(PEOPLE), st.sampled_from(SESSIONS)
# On the minute of dawn (60) and of a usual evening (11 hours before seven), and near them.
OFFSETS = st.lists(st.sampled_from([10, 30, 45, 60, 61, 11 * 60, 13 * 60, 24 * 60]), max_size=3, unique=True).map(tuple)
CHANGES = st.one_of(
    st.builds(OwnChange, before=OFFSETS),
    st.builds(OwnChange, evening=st.sampled_from([time(18), time(20), time(22), "off", "usual"])),
    st.builds(OwnChange, by=st.sampled_from(["channel", "dm", "thread", "off"])),
    st.builds(OwnChange, before=OFFSETS, by=st.sampled_from(["channel", "dm", "thread"])),
)
ACTS = ["answer", "choose", "choose", "choose", "stop", "fail", "fail", "leave", "move", "cancel"]
Told = tuple[str, int, Any, int]
"""The moment, the session, its day (of an offset: its revision and the minutes), and the person."""


class Moody(Club):
    """A club in whose Discord direct messages may be closed or paused."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self.closed: set[int] = set()
        self.paused = False

    async def deliver(self, outcome: PostState = PostState.SENT) -> int:
        claimed = await self.claim()
        for post in claimed:
            if post.member_id in self.closed:
                await self.attempt(post, PostState.UNDELIVERABLE, DMS_CLOSED)
            elif post.member_id and self.paused:
                await self.attempt(post, PostState.UNDELIVERABLE, "direct messages are paused")
            else:
                await self.attempt(post, outcome)
        return len(claimed)


class Reminded(RuleBasedStateMachine):
    """What people do, and what they are told."""

    loop: asyncio.AbstractEventLoop

    def __init__(self) -> None:
        super().__init__()
        self.folder = tempfile.TemporaryDirectory(dir="/dev/shm" if Path("/dev/shm").is_dir() else None)
        self.club = Moody(Path(self.folder.name))
        self.run(self.club.begin())
        self.seen = 0
        self.told: set[Told] = set()
        self.heard: list[tuple[datetime, int, Told]] = []
        self.at: dict[tuple[datetime, int, int], list[Told]] = {}

    def run(self, work: Coroutine[Any, Any, T]) -> T:
        return self.loop.run_until_complete(work)

    @initialize(
        morning=st.booleans(),
        choices=st.lists(CHANGES, min_size=3, max_size=3),
        threads=st.booleans(),
        closed=st.sets(PERSON),
        first=st.booleans(),
        now=st.sampled_from([at(14, 6), at(14, 17), at(14, 19), at(15, 5)]),
    )
    def begin(
        self,
        morning: bool,
        choices: list[OwnChange],
        threads: bool,
        closed: set[int],
        first: bool,
        now: datetime,
    ) -> None:
        """People choose before the sessions are planned or after, and the example begins somewhere before these."""
        self.morning = morning
        self.club.closed |= closed
        if morning:
            self.run(self.club.morning())
        if first:
            self.all_choose(choices)
        for start in (at(15, 7), at(15, 9)):
            session = self.run(self.club.schedule(start))
            if threads:
                self.run(self.club.thread(session))
            self.run(self.club.answer(session, Answer.GOING, *PEOPLE[:2]))
        if not first:
            self.all_choose(choices)
        self.pass_time(now - self.club.clock.at)

    @rule(
        act=st.sampled_from(
            ["answer", "choose", "choose", "choose", "stop", "fail", "fail", "leave", "move", "cancel"]
        ),
        session=SESSION,
        person=PERSON,
        answer=st.sampled_from([Answer.GOING, Answer.GOING, Answer.LATE, Answer.MAYBE, Answer.NOT_GOING]),
        change=CHANGES,
        yes=st.booleans(),
        hours=st.sampled_from([-2, 1, 1, 3, 24]),
    )
    def somebody_acts(
        self, act: str, session: int, person: int, answer: Answer, change: OwnChange, yes: bool, hours: int
    ) -> None:
        found, now = self.session(session), self.club.clock.at
        ahead = found.state is SessionState.SCHEDULED and found.starts_at > now
        match act:
            case "answer" if ahead:
                self.run(self.club.answer(found, answer, person))
            case "choose":
                self.choose(person, change)
            case "stop":
                self.run(self.club.services.members.choose(GUILD, person, "reminders", wanted=yes))
            case "fail":
                (self.club.closed.add if yes else self.club.closed.discard)(person)
                self.club.paused = hours == 3
            case "leave" if yes:
                self.run(self.club.services.members.left(GUILD, person))
            case "move" if ahead and found.starts_at + timedelta(hours=hours) > now:
                self.run(self.club.move(found, found.starts_at + timedelta(hours=hours)))
            case "cancel" if ahead and yes:
                self.run(self.club.cancel(found))
            case _:
                pass

    def all_choose(self, choices: list[OwnChange]) -> None:
        for person, change in zip(PEOPLE, choices, strict=True):
            self.choose(person, change)

    def choose(self, person: int, change: OwnChange) -> None:
        actor = replace(MODERATOR, member_id=person)
        self.run(self.club.services.own_reminders.choose(GUILD, actor, change))

    @rule(minutes=st.sampled_from([10, 45, 60, 120, 120, 240, 360]), dies=st.sampled_from([False, False, True]))
    def time_passes(self, minutes: int, dies: bool) -> None:
        # What somebody's act has made due is told first.
        self.run(self.club.until(self.club.clock.at))
        self.look()
        self.pass_time(timedelta(minutes=minutes), dies=dies)

    def pass_time(self, span: timedelta, *, dies: bool = False) -> None:
        """Let time pass, be it that the process dies at its end with posts in its hands; who is told of what in it."""
        begin = self.club.clock.at
        expected = self.run(self.expected(begin, begin + span))
        known = set(self.told)
        self.at.clear()
        if dies:
            self.club.clock.at = begin + span
            self.run(self.die_with_posts_in_hand())
        self.run(self.club.until(begin + span))
        self.look()
        if dies:
            expected = {each for each in expected if self.still_worth_telling(each, begin, begin + span)}
        lost = expected - self.told
        assert not lost, f"never told: {sorted(map(str, lost))}"
        told = {each for each in self.told - known if not (self.morning and each[0] == "dawn")}
        if not dies:
            assert told <= expected, f"told at a wrong time: {sorted(map(str, told - expected))}"
            pings = [things for (instant, _, _), things in self.at.items() if instant > begin and len(things) > 1]
            assert not pings, f"two pings in one minute: {pings}"

    def still_worth_telling(self, told: Told, begin: datetime, now: datetime) -> bool:
        """Whether it is told late: the evening until dawn is near, and of their own times the nearest that has come.

        What all are told stands back for any of those.
        """
        moment, session_id, key, person = told
        session = self.session(session_id)
        own = self.run(self.chosen(person))
        times = {m: session.starts_at - timedelta(minutes=m) for m in own.before or ()}
        come = [m for m, instant in times.items() if instant <= now]
        if moment == "before":
            return now < session.starts_at and key[1] == min(come)
        dawn = dawn_at(session, 60)
        if moment == "evening" and own.evening is not None:
            return now < dawn
        near = any(begin < instant < now + NEAR for instant in times.values()) or self.heard_since(now, session, person)
        return not near and now < (dawn - NEAR if moment == "evening" else session.starts_at)

    def heard_since(self, instant: datetime, session: Session, person: int) -> bool:
        """Whether they were told of this session, as it stands now, less than half an hour before that instant."""
        return any(
            instant - NEAR < at and revision == session.revision and told[1] == session.id and told[3] == person
            for at, revision, told in self.heard
        )

    async def chosen(self, person: int) -> OwnReminders:
        async with self.club.db.reading(GUILD) as uow:
            return await uow.own_reminders.find(person) or OwnReminders(person)

    async def die_with_posts_in_hand(self) -> None:
        """What was due is expanded and claimed, and the process dies before any attempt."""
        await self.club.run_steps()
        await self.club.claim()
        self.club.db.outbox = SqlOutbox(self.club.db.connections)
        await self.club.db.outbox.recover()

    # What must hold

    @invariant()
    def look(self) -> None:
        """Nobody is told of one thing twice; each new message is held against what was told before."""
        for one in self.club.sent[self.seen :]:
            people = {one.member_id} if one.member_id else one.pinged
            for told in self.things(one, people):
                assert told not in self.told, f"told twice: {told}"
                self.told.add(told)
                if one.kind in ("before", "evening"):
                    self.heard.append((one.at, one.value.session.revision, told))
                if one.kind != "morning":
                    # That one may be about another session of the day.
                    self.at.setdefault((one.at, told[1], told[3]), []).append(told)
        self.seen = len(self.club.sent)

    def things(self, one: Sent, people: Any) -> list[Told]:
        if one.kind == "morning":
            return [
                ("dawn", line.session.id, day_of(line.session), person)
                for line in one.value.lines
                for person in people
                if person in self.coming(line.session.id) and line.session.starts_at > one.at
            ]
        if one.kind not in ("evening", "dawn", "before"):
            return []
        session: Session = one.value.session
        assert one.at < session.starts_at
        key: Any = day_of(session)
        if one.kind == "before":
            key = (session.revision, one.minutes)
        return [(one.kind, session.id, key, person) for person in people]

    def coming(self, session_id: int) -> set[int]:
        async def read() -> set[int]:
            async with self.club.db.reading(GUILD) as uow:
                return {r.member_id for r in await uow.rsvps.of_session(session_id) if r.coming}

        return self.run(read())

    async def expected(self, begin: datetime, end: datetime) -> set[Told]:
        """What has to have been told at the end: everything that falls due after the beginning, as things are now."""
        found: set[Told] = set()
        async with self.club.db.reading(GUILD) as uow:
            community = await uow.communities.get()
            for session_id in SESSIONS:
                session = await uow.sessions.get(session_id)
                if session.state is not SessionState.SCHEDULED:
                    continue
                group = await uow.groups.get(session.group_id)
                people = [r.member_id for r in await uow.rsvps.of_session(session_id) if r.coming]
                chosen, known = await uow.own_reminders.some(people), await uow.members.some(people)
                usual = evening_at(session, group, community)
                for person in people:
                    own = chosen.get(person, OwnReminders(person))
                    found |= self.due(session, own, known[person], usual, begin, end)
        return found

    def due(
        self, session: Session, own: OwnReminders, member: Member, usual: datetime, begin: datetime, end: datetime
    ) -> set[Told]:
        if own.by == "off":
            return set()
        found: set[Told] = set()
        stopped = "reminders" in member.stopped and member.used_at is not None
        alone = own.way(alone=True) == "thread" or not stopped
        offsets = {session.starts_at - timedelta(minutes=m): m for m in own.before or ()}
        for instant, minutes in offsets.items():
            if begin < instant <= end and alone:
                found.add(("before", session.id, (session.revision, minutes), own.member_id))
        evening, mine = usual, False
        if own.evening is not None:
            evening, mine = evening_before(own.evening, session.starts_at, TOKYO), True
        dawn = dawn_at(session, 60)
        together = own.way(alone=False) != "dm" or not stopped

        def stands_back(at: datetime) -> bool:
            """What all are told stands back for a time of their own that is near and still comes, or was told."""
            near = [instant for instant in offsets if at - NEAR < instant < at + NEAR]
            ahead = any(instant > begin for instant in near)
            return alone and (ahead or self.heard_since(at, session, own.member_id))

        if not own.evening_off and begin < evening <= end and evening < dawn:
            if mine and alone:
                # One of their own on the very minute of their evening is that evening.
                found = {each for each in found if each[2] != (session.revision, offsets.get(evening))}
                found.add(("evening", session.id, day_of(session), own.member_id))
            elif not mine and together and dawn - evening >= NEAR and not stands_back(evening):
                found.add(("evening", session.id, day_of(session), own.member_id))
        if not self.morning and begin < dawn <= end and together and not stands_back(dawn):
            found.add(("dawn", session.id, day_of(session), own.member_id))
        return found

    def session(self, session_id: int) -> Session:
        async def read() -> Session:
            async with self.club.db.reading(GUILD) as uow:
                return await uow.sessions.get(session_id)

        return self.run(read())

    def teardown(self) -> None:
        self.run(self.club.db.close())
        self.folder.cleanup()
        super().teardown()


def day_of(session: Session) -> date:
    return local_day(session.starts_at, TOKYO)


def test_whatever_people_choose_everybody_is_told_of_everything_once():
    with asyncio.Runner() as runner:
        machine = type("Reminded", (Reminded,), {"loop": runner.get_loop()})
        run_state_machine_as_test(
            machine,
            settings=settings(
                max_examples=30, stateful_step_count=20, deadline=None, suppress_health_check=list(HealthCheck)
            ),
        )
