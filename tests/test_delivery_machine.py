"""The life of a post as a state machine: real rows, the domain's decisions, and a plain model of Discord.

Hypothesis chooses what happens next: sessions move and are cancelled, lists change and are rendered anew, kinds are
held, time passes, rows are claimed, begun and answered in every way Discord may answer, and the process dies wherever
it stands. What must hold is checked after each step, and once more when everything has come to rest.
"""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import Callable, Coroutine
from contextlib import AsyncExitStack
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, TypeVar

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    rule,
    run_state_machine_as_test,
)
from sqlalchemy import delete

from bot.domain.holds import EVERYTHING
from bot.domain.posts import (
    FINAL,
    Act,
    Begin,
    Delivered,
    Limited,
    Lost,
    Outcome,
    Post,
    PostState,
    Refused,
    Rejected,
    Settled,
    Unauthorized,
    after_attempt,
    after_reading,
    again,
    next_act,
    next_revision,
    time_left,
    when_dropped,
)
from bot.domain.steps import StepState
from data.database import Database
from data.holds import holds
from data.posts import SqlOutbox, posts
from data.steps import steps
from tests.data.files import NOW
from tests.data.rows import GUILD, LEASE, MovingClock, all_posts, database_of, new_post
from tests.data.servers import KINDS
from tests.delivery_model import TABLE, Discord

T = TypeVar("T")

NONCE_LIFE = timedelta(seconds=120)
ATTEMPT = timedelta(seconds=60)
SESSIONS = (1, 2)
SESSION = st.sampled_from(SESSIONS)
REMINDERS = ("dawn", "start")
LIST = "list"
"""Posts whose text changes while they wait: each subject has one, which is renewed and never moved or cancelled."""
ANSWERS = ["accepted", "accepted, answer lost", "lost", "late", "limited", "refused", "rejected", "unauthorized"]
DOUBTFUL = {"lost", "late"}
STEPS = st.lists(
    st.tuples(st.integers(0, 9), st.sampled_from(ANSWERS), st.sampled_from([0, 7, 4000])), min_size=1, max_size=8
)

P = PostState


class World:
    """One database and one event loop for all examples; each begins with empty tables."""

    def __init__(self, loop: asyncio.AbstractEventLoop, database: Database, clock: MovingClock) -> None:
        self.loop = loop
        self.database = database
        self.clock = clock

    def run(self, work: Coroutine[Any, Any, T]) -> T:
        return self.loop.run_until_complete(work)

    async def clear(self) -> None:
        async with self.database.connections.writing() as connection:
            for table in (posts, holds, steps):
                await connection.execute(delete(table))


class Deliveries(RuleBasedStateMachine):
    """A process that delivers posts in the smallest steps in which it can be interrupted."""

    world: World

    def __init__(self) -> None:
        super().__init__()
        self.world.clock.instant = NOW
        self.world.run(self.world.clear())
        self.discord = Discord()
        self.outbox = SqlOutbox(self.world.database.connections)
        self.revisions = dict.fromkeys(SESSIONS, 0)
        self.versions = dict.fromkeys(SESSIONS, 0)
        self.rendered: dict[tuple[int, str | None], str] = {}
        self.off: set[int] = set()
        self.held = False
        self.rows: dict[int, Post] = {}
        self.hands: list[Post] = []
        self.sending: list[Post] = []
        self.results: list[Settled] = []
        self.windows: dict[int, datetime] = {}
        self.read_in_vain: set[int] = set()
        self.read_as_absent: set[int] = set()

    @property
    def now(self) -> datetime:
        return self.world.clock.now()

    def commit(self, act: Callable[[Any], Coroutine[Any, Any, Any]]) -> None:
        async def work() -> None:
            async with self.world.database(GUILD) as uow:
                await act(uow)

        self.world.run(work())
        self.look()

    # People and the clock

    @initialize(
        kind=st.sampled_from(["dawn", LIST]),
        life=st.sampled_from([30, 3600, 90_000]),
        reached=st.sampled_from(["claimed", "sending", "answered", "in doubt", "claimed in doubt", "sending in doubt"]),
        answer=st.sampled_from(ANSWERS),
        overtaken=st.booleans(),
    )
    def something_is_on_its_way(self, kind: str, life: int, reached: str, answer: str, overtaken: bool) -> None:
        """Each example begins somewhere in a post's life, and by the ordinary way there; then, perhaps, it changes."""
        doubt = "doubt" in reached
        self.commit(lambda uow: self.plan(uow, 1, kind, 0, life))
        self.claim()
        if reached != "claimed":
            self.work(self.hands[0])
        if reached == "answered" or doubt:
            self.ask_discord(self.sending[0], "accepted, answer lost" if doubt and answer not in DOUBTFUL else answer)
        if doubt:
            self.write_down(self.results[0])
            self.wait(3)
        if reached in {"claimed in doubt", "sending in doubt"}:
            self.claim()
        if reached == "sending in doubt":
            self.work(self.hands[0])
        if overtaken:
            self.come_between(next(iter(self.rows.values())), move=False)
        self.commit(lambda uow: self.plan(uow, 2, "dawn", 0, life))
        self.commit(lambda uow: self.plan(uow, 2, LIST, 30, life))

    @rule(
        act=st.sampled_from(["plan", "plan", "move", "move there and back", "cancel", "change", "hold", "lift"]),
        session=SESSION,
        kind=st.sampled_from(REMINDERS),
        ahead=st.sampled_from([0, 0, 30, 4000]),
        life=st.sampled_from([60, 3600, 90_000]),
    )
    def somebody_acts(self, act: str, session: int, kind: str, ahead: int, life: int) -> None:
        match act:
            case "plan":
                self.commit(lambda uow: self.plan(uow, session, kind, ahead, life))
            case "move":
                self.commit(lambda uow: self.move(uow, session, ahead))
            case "move there and back":
                self.commit(lambda uow: self.move(uow, session, ahead))
                self.commit(lambda uow: self.move(uow, session, 0))
            case "cancel":
                self.commit(lambda uow: self.cancel(uow, session))
            case "change":
                self.commit(lambda uow: self.change(uow, session))
            case "hold":
                self.held = True
                held = EVERYTHING if life == 60 else kind
                until = self.now + timedelta(seconds=ahead) if ahead else None
                self.commit(lambda uow: uow.holds.put(held, until))
            case _:
                self.commit(self.lift_the_holds)

    async def plan(self, uow: Any, session: int, kind: str, ahead: int, life: int) -> None:
        self.off.discard(session)
        due_at = self.now + timedelta(seconds=ahead)
        await uow.posts.plan(
            new_post(
                kind=kind,
                subject_id=session,
                channel_id=50 + session % 2,
                revision=self.revisions[session],
                due_at=due_at,
                expires_at=due_at + timedelta(seconds=life),
            )
        )

    async def move(self, uow: Any, session: int, ahead: int) -> None:
        self.revisions[session] += 1
        await uow.posts.cancel(REMINDERS, session, "moved", below=self.revisions[session])
        await self.plan(uow, session, "dawn", ahead, 3600)

    async def cancel(self, uow: Any, session: int) -> None:
        self.off.add(session)
        await uow.posts.cancel(REMINDERS, session, "cancelled")

    async def change(self, uow: Any, subject: int) -> None:
        """What the list says is no longer so."""
        self.versions[subject] += 1
        await uow.posts.renew(LIST, subject, "changed")

    async def say_again(self, uow: Any, post: Post) -> None:
        """What the list's feature does when an overtaken text has not arrived."""
        revision = next_revision(await uow.posts.of_subject(LIST, post.subject_id))
        await uow.posts.plan(again(post, revision))

    async def lift_the_holds(self, uow: Any) -> None:
        for kind in (EVERYTHING, *REMINDERS, LIST) if self.held else ():
            await uow.holds.lift(kind)
        self.held = False

    @rule(
        seconds=st.sampled_from([1, 3, 9, 20, 20, 59, 61, 121, 301, 3600]),
        readable=st.sampled_from([True, True, False]),
        died=st.sampled_from([None, None, None, None, "lost", "accepted", "late"]),
    )
    def time_passes(self, seconds: int, readable: bool, died: str | None) -> None:
        """And the history may be closed to us or opened again, and the process may have died before."""
        if died is not None:
            self.die(died)
        self.wait(seconds)
        self.discord.readable = readable
        if died is not None:
            self.start_again()

    def wait(self, seconds: int) -> None:
        self.world.clock.pass_time(seconds=seconds)
        self.discord.arrive(self.now)

    # The process

    @rule(steps=STEPS)
    def the_process_begins(self, steps: list[tuple[int, str, int]]) -> None:
        self.claim()
        self.the_process_goes_on(steps)

    @rule(steps=STEPS)
    def the_process_goes_on(self, steps: list[tuple[int, str, int]]) -> None:
        """Each step is a claim, or goes on with one of the things that are under way, or somebody comes between."""
        for which, answer, seconds in steps:
            under_way = [*self.hands, *self.sending, *self.results]
            if which == 0 or not under_way:
                self.claim()
                continue
            chosen = under_way[which % len(under_way)]
            if which >= 8:
                self.come_between(chosen, move=seconds == 0)
            elif chosen in self.hands and answer == "rejected" and seconds == 0:
                # Something of ours breaks before the attempt: only the end of the lease brings the row back.
                self.hands.remove(chosen)
            elif chosen in self.hands:
                self.work(chosen)
            elif chosen in self.sending:
                # Hypothesis likes to draw the same answer again and again; the attempts of one row get different ones.
                turned = (ANSWERS.index(answer) + 3 * (chosen.attempts - 1)) % len(ANSWERS)
                self.ask_discord(chosen, ANSWERS[turned], seconds)
            else:
                self.write_down(chosen)

    def come_between(self, under_way: Any, *, move: bool) -> None:
        """The session of what is under way is moved or cancelled just now, or what a list says changes."""
        post = under_way.post if isinstance(under_way, Settled) else under_way
        session = post.subject_id
        if post.kind == LIST:
            self.commit(lambda uow: self.change(uow, session))
            return
        self.commit(lambda uow: self.move(uow, session, 30) if move else self.cancel(uow, session))

    def follow(self) -> None:
        """Do the steps that are due, each in a unit of work of its own."""
        handler = when_dropped({LIST: self.say_again})
        for step in self.world.run(self.world.database.due_steps(self.now, 100)):

            async def do(uow: Any, step: Any = step) -> None:
                assert await uow.steps.finish(step, StepState.DONE)
                await handler(uow, step)

            self.commit(do)

    def claim(self) -> None:
        self.follow()
        taken = self.world.run(self.outbox.claim(self.now, 100, LEASE, []))
        assert all(post.not_before <= self.now for post in taken)
        self.hands += taken
        self.look()
        for post in taken:
            self.rendered[post.id, post.token] = f"version {self.versions[post.subject_id]}, for {post.token}"

    def work(self, post: Any) -> None:
        """Take up a claimed post; the claim may be void by now."""
        self.hands.remove(post)
        act: Act = next_act(post, self.now, NONCE_LIFE)
        if act == "send":
            self.begin(post)
        elif act == "read history":
            self.read(post)
        elif act == "wait":
            self.world.run(self.outbox.release(post, post.window_at + NONCE_LIFE))
            self.look()
        else:
            self.results.append(Settled(post, P.CANCELLED if act == "cancel" else P.EXPIRED, act))

    def begin(self, post: Post) -> None:
        # What is frozen already must be kept, whatever is offered now.
        text = self.rendered[post.id, post.token]
        offered = Begin(post, post.channel_id, text, f"{post.id}-{post.token}")
        begun = self.world.run(self.outbox.begin([offered], self.now)).get(post.id)
        self.look()
        if begun is None:
            self.world.run(self.outbox.release(post, self.now))
            self.look()
            return
        if begun.kind == LIST:
            said, current = self.rows[post.id].payload, f"version {self.versions[post.subject_id]},"
            assert said is not None
            assert said.startswith(current), "an attempt of an old text began after the change"
        else:
            assert begun.revision == self.revisions[begun.subject_id], "an attempt for an old time began after the move"
            assert begun.subject_id not in self.off, "an attempt began after the cancellation"
        assert self.now < begun.expires_at, "an attempt began after the row had expired"
        if not begun.in_doubt:
            self.windows[post.id] = self.now
        self.read_as_absent.discard(post.id)
        self.sending.append(begun)

    def read(self, post: Post) -> None:
        found: Any = "unreadable"
        if self.discord.readable:
            messages = self.discord.of(post.id)
            found = messages[0].id if messages else "absent"
        if found == "absent":
            self.read_as_absent.add(post.id)
        if found == "unreadable":
            self.read_in_vain.add(post.id)
        self.results.append(after_reading(post, found, self.now))

    def ask_discord(self, post: Any, answer: str, seconds: int = 0) -> None:
        self.sending.remove(post)
        outcome = self.outcome(post, answer, seconds)
        self.results.append(after_attempt(post, outcome, self.now, NONCE_LIFE, 1.0))

    def outcome(self, post: Post, answer: str, seconds: int = 0) -> Outcome:
        left = time_left(post, self.now, ATTEMPT, NONCE_LIFE)
        if left <= timedelta(0):
            return Limited(0.0)
        assert self.now < self.windows[post.id] + NONCE_LIFE, "a request began when the nonce may be forgotten"
        match answer:
            case "accepted":
                return Delivered(self.discord.accept(post, self.now))
            case "accepted, answer lost":
                self.discord.accept(post, self.now)
                return Lost("503")
            case "late":
                self.discord.on_the_way.append((self.now + min(timedelta(seconds=seconds), 0.99 * left), post))
                return Lost("TimeoutError")
            case "limited":
                return Limited(float(seconds))
            case "refused":
                return Refused("403")
            case "rejected":
                return Rejected("400", "K7M2QX")
            case "unauthorized":
                return Unauthorized()
            case _:
                return Lost("connection cut")

    def write_down(self, result: Any) -> None:
        self.results.remove(result)
        if result.state in {P.UNDELIVERABLE, P.FAILED, P.UNCONFIRMED}:
            # What must be reported ends inside a unit of work, together with the report.
            self.commit(lambda uow: uow.posts.settle(result))
        else:
            self.world.run(self.outbox.settle([result], self.now))
            self.look()

    def die(self, fate: str) -> None:
        """What was being sent has one of three fates; the process learns of none."""
        for post in self.sending:
            self.outcome(post, fate, 50)
        self.hands, self.sending, self.results = [], [], []

    def start_again(self) -> None:
        self.outbox = SqlOutbox(self.world.database.connections)
        before = self.rows
        self.world.run(self.outbox.recover())
        self.look()
        for row in self.rows.values():
            assert row.state not in {P.CLAIMED, P.SENDING}
            if before[row.id].state is P.SENDING:
                assert row.state is P.RETRY
                assert row.in_doubt

    # What must hold

    def look(self) -> None:
        """Compare all rows with what they were one transaction ago."""
        after = {post.id: post for post in self.world.run(all_posts(self.world.database))}
        for row in after.values():
            if (before := self.rows.get(row.id)) is None:
                assert row.state is P.PLANNED
            else:
                self.check_step(before, row)
        assert self.rows.keys() <= after.keys()
        self.rows = after

    def check_step(self, before: Post, row: Post) -> None:
        assert row.attempts - before.attempts in {0, 1}
        for frozen in ("payload", "nonce", "first_attempt_at"):
            assert getattr(before, frozen) in (None, getattr(row, frozen)), f"{frozen} has changed"
        if before.state is row.state:
            return
        assert row.state in TABLE.get(before.state, set()), f"{before.state} became {row.state}"
        match before.state, row.state:
            case P.CLAIMED, P.EXPIRED | P.CANCELLED:
                assert not before.in_doubt or row.id in self.read_as_absent
            case P.CLAIMED, P.SENT | P.UNCONFIRMED:
                assert before.in_doubt
            case P.CLAIMED, P.PLANNED | P.RETRY:
                assert (row.state is P.RETRY) == (row.first_attempt_at is not None)
            case P.SENDING, P.CANCELLED:
                assert row.cancel_wanted
            case P.SENDING, P.UNDELIVERABLE | P.FAILED:
                assert not before.in_doubt
            case P.CANCELLED, P.PLANNED:
                assert row.attempts == 0
            case _:
                pass
        assert not (row.state in FINAL and row.in_doubt)

    @invariant()
    def no_row_has_two_messages(self) -> None:
        rows = [message.row for message in self.discord.messages]
        assert len(rows) == len(set(rows))
        lists = [self.rows[row].subject_id for row in rows if self.rows[row].kind == LIST]
        assert len(lists) == len(set(lists)), "a list was said twice, once with an old text"

    def teardown(self) -> None:
        """Discord is well, nothing is held, and time goes on: every row ends, and says the truth."""
        try:
            self.come_to_rest()
        finally:
            super().teardown()

    def come_to_rest(self) -> None:
        self.commit(self.lift_the_holds)
        self.discord.readable = True
        for lap in range(30):
            if lap == 3:
                # Most of what waited has been sent by now; what has not must end as well.
                self.world.clock.instant = max(self.now, *(row.expires_at for row in self.rows.values()))
            self.wait(301)
            self.claim()
            while self.hands:
                self.work(self.hands[0])
            while self.sending:
                self.ask_discord(self.sending[0], "accepted")
            while self.results:
                self.write_down(self.results[0])
            self.no_row_has_two_messages()
            if all(row.state in FINAL for row in self.rows.values()) and not self.steps_left():
                break
        for row in self.rows.values():
            assert row.state in FINAL, f"{row} never ends"
            told = self.discord.of(row.id)
            if row.state is P.SENT:
                assert [(message.id, message.payload) for message in told] == [(row.message_id, row.payload)]
            elif row.state is P.UNCONFIRMED:
                assert row.id in self.read_in_vain
            else:
                assert told == [], f"{row.state}, and yet it stands in the channel"
        for subject in SESSIONS:
            revisions = sorted((row.revision, row.state) for row in self.rows.values() if self.is_list(row, subject))
            states = [state for _, state in revisions]
            assert all(state is P.CANCELLED for state in states[:-1]), "what was renewed has ended in two ways"
            assert states[-1:] != [P.CANCELLED], "what was to be said anew was not"

    def is_list(self, row: Post, subject: int) -> bool:
        return (row.kind, row.subject_id) == (LIST, subject)

    def steps_left(self) -> int:
        return len(self.world.run(self.world.database.due_steps(self.now, 100)))


@pytest.mark.parametrize("kind", KINDS)
def test_whatever_happens_every_row_ends_with_at_most_one_message_and_the_truth(kind: str):
    clock = MovingClock()
    memory = Path("/dev/shm")
    examples = 40 if kind == "sqlite" else 15
    with (
        tempfile.TemporaryDirectory(dir=memory if memory.is_dir() else None) as folder,
        asyncio.Runner() as runner,
    ):
        stack = AsyncExitStack()
        database = runner.run(stack.enter_async_context(database_of(kind, Path(folder), clock)))
        try:
            machine = type("Deliveries", (Deliveries,), {"world": World(runner.get_loop(), database, clock)})
            run_state_machine_as_test(
                machine,
                settings=settings(
                    max_examples=examples,
                    stateful_step_count=25,
                    deadline=None,
                    suppress_health_check=list(HealthCheck),
                ),
            )
        finally:
            runner.run(stack.aclose())
