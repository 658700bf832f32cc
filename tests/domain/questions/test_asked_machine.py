"""Every limit of being asked, as a state machine: the real services on a real file while weeks pass and people do as
they like; what must hold stands in `tests.domain.questions.asked`, and is looked at after each thing that happens.
"""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import Coroutine
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, TypeVar

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule, run_state_machine_as_test
from msgspec.structs import replace
from sqlalchemy import select

from bot.domain.errors import StudyError
from bot.domain.posts import PostState
from bot.domain.questions.activity import ActivityService
from bot.domain.questions.asks import Ask, AskState
from bot.domain.restrictions import Restriction
from data.schema import metadata
from tests.domain.questions.asked import HOURS, ZONES, Asked, Person
from tests.domain.questions.moderated import MOD, asked, person
from tests.domain.reminding import GUILD

T = TypeVar("T")
STARTS = (
    datetime(2026, 7, 13, 3, tzinfo=UTC),
    # A day before clocks are set back in London, and in New York.
    datetime(2026, 10, 24, 9, tzinfo=UTC),
    datetime(2026, 10, 31, 17, tzinfo=UTC),
)
MOST = 14
TEXTS = ("どうして？", "Who pays?", "いつから？", "How long does it keep?")
OUTCOMES = (PostState.SENT,) * 8 + (PostState.UNDELIVERABLE, PostState.UNCONFIRMED)
SELDOM = st.sampled_from((False,) * 7 + (True,))
people = st.builds(
    dict[str, Any],
    restricted=SELDOM,
    stopped=SELDOM,
    away=SELDOM,
    zone=st.sampled_from(ZONES),
    hours=st.sampled_from(("", "", *HOURS)),
    limit=st.sampled_from((None, None, None, 0, 1, 3)),
    topics=st.sampled_from((("tea",), ("tea",), ("tea", "rice"), ())),
    industry=st.sampled_from(("retail", "finance", "logistics", "")),
    dms=st.sampled_from(OUTCOMES),
)
PRESSES = ("take", "pass", "pass", "back", "refer")
minutes = st.sampled_from((10, 60, 241, 600, 24 * 60, 60 * 60, 8 * 24 * 60))
who = st.integers(1, MOST)


class Questions(RuleBasedStateMachine):
    """What people do."""

    loop: asyncio.AbstractEventLoop

    def __init__(self) -> None:
        super().__init__()
        self.folder = tempfile.TemporaryDirectory(dir="/dev/shm" if Path("/dev/shm").is_dir() else None)
        self.club: Asked | None = None

    def run(self, work: Coroutine[Any, Any, T]) -> T:
        return self.loop.run_until_complete(work)

    @initialize(
        some=st.lists(people, min_size=3, max_size=MOST),
        start=st.sampled_from(STARTS),
        nights=st.booleans(),
        first=st.tuples(who, st.booleans(), st.booleans()),
    )
    def begin(self, some: list[dict[str, Any]], start: datetime, nights: bool, first: tuple[int, bool, bool]) -> None:
        everybody = [Person(n, **each) for n, each in enumerate(some, 1)]
        self.club = Asked(Path(self.folder.name), everybody, start, nights=nights)
        self.run(self.club.begin())
        self.ask(*first)

    @rule(number=who, topic=st.booleans(), anonymous=st.booleans())
    def ask(self, number: int, topic: bool, anonymous: bool) -> None:
        one = self.somebody(number)
        if one.left or len(self.asking.questions) == len(TEXTS):
            return

        async def act() -> None:
            club = self.asking
            more = {"topic": "tea"} if topic else {"industry": "#retail"}
            q = await asked(club, one.id, TEXTS[len(club.questions)], anonymous=anonymous, **more)
            async with club.db.reading(GUILD) as uow:
                question = await uow.questions.find(q)
                nobody = not await uow.asks.of_question(q)
            assert question is not None
            club.questions[q] = question
            club.told[q] += nobody

        self.does("ask", one.id, act())

    @rule(presses=st.lists(st.tuples(st.integers(0, 30), st.sampled_from(PRESSES), who), min_size=1, max_size=3))
    @precondition(lambda self: self.club and self.club.arrived)
    def press(self, presses: list[tuple[int, str, int]]) -> None:
        """The newest messages are pressed most often; back, of those that somebody has taken."""
        club = self.asking
        for n, what, other in presses:
            reached = [club.asks[ask_id] for ask_id in sorted(club.arrived)]
            if what == "back":
                reached = [ask for ask in reached if ask.state is AskState.TAKEN] or reached
            ask = reached[-1 - n % min(len(reached), 4)]
            if not club.people[ask.member_id].left:
                self.does(what, ask.member_id, self._press(ask, what, other))

    async def _press(self, ask: Ask, what: str, other: int) -> None:
        club, actor = self.asking, person(ask.member_id)
        services = club.services.asks
        if what == "take":
            await services.take(GUILD, actor, ask.id)
            club.takers[ask.question_id].add(ask.member_id)
        elif what == "refer":
            done = await services.refer(GUILD, actor, ask.id, self.somebody(other).id)
            if done.asked:
                club.takers[ask.question_id].discard(ask.member_id)
        elif ask.state is AskState.TAKEN:
            await services.decline(GUILD, actor, ask.id)
            club.takers[ask.question_id].discard(ask.member_id)
        else:
            before = await everything(club)
            await services.decline(GUILD, actor, ask.id)
            assert await everything(club) == before, "a pass is written nowhere"

    @rule(n=st.integers(0, 3), what=st.sampled_from(("again", "again", "close", "reopen", "answer")), other=who)
    def care(self, n: int, what: str, other: int) -> None:
        """Somebody cares for a question."""
        club = self.asking
        q = sorted(club.questions)[n % len(club.questions)] if club.questions else 0
        if not q:
            return

        async def act() -> None:
            life, text = club.services.question_life, str(q)
            if what == "again":
                await club.services.asks.again(GUILD, MOD, text)
            elif what == "answer":
                await ActivityService(club.db).said(GUILD, 1000 + q, self.somebody(other).id, club.clock.now())
            else:
                await (life.close if what == "close" else life.reopen)(GUILD, MOD, text)

        self.does(what, 0, act())
        if club.questions[q].answered_at is not None:
            club.answered.add(q)

    @rule(number=who, what=st.sampled_from(("restrict", "lift", "away", "stop", "leave", "no more", "open")))
    def change(self, number: int, what: str) -> None:
        """Something changes for somebody."""
        club, one = self.asking, self.somebody(number)
        if one.left:
            return

        async def act() -> None:
            if what == "restrict":
                one.restricted = True
                await club.services.restricting.restrict(GUILD, MOD, person(one.id), Restriction(one.id, "answering"))
            elif what == "lift":
                await club.services.restricting.lift(GUILD, MOD, one.id)
                one.restricted = False
            elif what == "away":
                async with club.db(GUILD) as uow:
                    await club.go_away(uow, one)
            elif what == "stop":
                one.stopped = True
                await club.services.members.choose(GUILD, one.id, "asks", wanted=False)
            elif what == "leave":
                one.left = True
                await club.services.members.left(GUILD, one.id)
            elif what == "open":
                one.dms = PostState.SENT
            else:
                one.limit = 0
                async with club.db(GUILD) as uow:
                    profile = await uow.profiles.find(one.id)
                    assert profile is not None
                    await uow.profiles.put(replace(profile, ask_limit=0))

        self.does(what, one.id, act())

    @rule(minutes=minutes)
    def time_passes(self, minutes: int) -> None:
        self.run(self.asking.until(self.asking.clock.now() + timedelta(minutes=minutes)))

    # How it is done

    @property
    def asking(self) -> Asked:
        assert self.club is not None
        return self.club

    def somebody(self, number: int) -> Person:
        return self.asking.people[1 + number % len(self.asking.people)]

    def does(self, what: str, by: int, act: Coroutine[Any, Any, None]) -> None:
        """Somebody does something, or is refused; and what is due at once follows."""
        club = self.asking

        async def work() -> None:
            club.acting, club.by = what, by
            with suppress(StudyError):
                await act
            await club.look()
            club.acting = ""
            await club.until(club.clock.now())

        self.run(work())

    def teardown(self) -> None:
        if self.club is not None:
            self.run(self.club.db.close())
        self.folder.cleanup()
        super().teardown()


async def everything(club: Asked) -> list[Any]:
    async with club.db.connections.reading() as connection:
        tables = [await connection.execute(select(table)) for table in metadata.sorted_tables]
        return [[tuple(row) for row in table] for table in tables]


def test_every_limit_of_being_asked_holds_whatever_people_do():
    with asyncio.Runner() as runner:
        machine = type("Questions", (Questions,), {"loop": runner.get_loop()})
        run_state_machine_as_test(
            machine,
            settings=settings(
                max_examples=15, stateful_step_count=25, deadline=None, suppress_health_check=list(HealthCheck)
            ),
        )
