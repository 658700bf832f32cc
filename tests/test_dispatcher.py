"""The dispatcher: waking, steps, lanes, ends; with a real database and the real sender against the double."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncGenerator
from datetime import timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from bot.dispatcher import Dispatcher
from bot.domain.holds import EVERYTHING
from bot.domain.posts import LANE, Post, PostState
from bot.domain.steps import MOST_TRIES, Step, StepState, retry_after
from bot.domain.uow import UnitOfWork
from bot.pacer import Pacer
from data.database import Database
from data.posts import SqlOutbox
from tests.data.rows import GUILD
from tests.desk import POST, Desk, a_desk
from tests.double import eventually
from tests.double.settings import fixed_id
from tests.double.tiny import CHANNEL, OTHER_CHANNEL

SENT, PLANNED, CANCELLED = PostState.SENT, PostState.PLANNED, PostState.CANCELLED


@pytest.fixture
async def desk(tmp_path: Path) -> AsyncGenerator[Desk]:
    async with a_desk(tmp_path, channels=12) as opened:
        yield opened


async def step(desk: Desk, subject_id: int = 1, kind: str = "ended") -> Step:
    async with desk.database.reading(GUILD) as uow:
        found = await uow.steps.find(kind, subject_id)
    assert found is not None
    return found


async def plan_step(desk: Desk, subject_id: int = 1, kind: str = "ended") -> None:
    async with desk.database(GUILD) as uow:
        await uow.steps.plan(kind, subject_id, desk.clock.now())


# Waking


async def test_a_commit_that_makes_something_due_is_enough_to_have_it_sent(desk: Desk):
    await desk.plan()
    await desk.until(SENT)
    assert [message["content"] for message in desk.messages()] == ["good morning"]


async def test_a_wake_without_anything_due_is_harmless_and_ends(desk: Desk):
    for _ in range(3):
        desk.dispatcher.wake()
    await desk.idle()
    assert desk.requests() == 0


async def test_what_was_planned_by_an_earlier_run_is_found_by_the_next(desk: Desk):
    desk.database.after_commit = None
    await desk.plan()
    assert desk.requests() == 0
    assert [post.state for post in await desk.drain()] == [SENT]


async def test_what_is_written_while_a_drain_runs_is_part_of_it(desk: Desk):
    desk.double.hang(1.5, channel=CHANNEL)
    await desk.plan()
    await eventually(desk.requests_begun)
    await desk.plan(desk.post(channel_id=OTHER_CHANNEL))
    await desk.until(SENT, SENT)
    first, second = desk.messages()
    assert first["monotonic"] < second["monotonic"] < first["monotonic"] + 1.4


async def test_after_a_drain_the_alarm_is_set_for_what_is_due_next(desk: Desk):
    later = desk.clock.now() + timedelta(hours=1)
    await desk.plan(desk.post(due_at=later, expires_at=later + timedelta(hours=1)))
    await desk.drain()
    assert desk.armed[-1] == later


async def test_a_held_post_neither_keeps_the_drain_busy_nor_hides_what_is_due_next(desk: Desk):
    async with desk.database(GUILD) as uow:
        await uow.holds.put(EVERYTHING, None)
    await desk.plan()
    later = desk.clock.now() + timedelta(hours=1)
    await desk.plan(desk.post(subject_id=2, due_at=later, expires_at=later + timedelta(hours=1)))
    await desk.drain()
    assert desk.armed[-1] == later
    assert await desk.states() == [PLANNED, PLANNED]
    async with desk.database(GUILD) as uow:
        await uow.holds.lift(EVERYTHING)
    await desk.until(SENT, PLANNED)


async def test_what_falls_due_while_an_attempt_is_slow_is_armed_for_at_once(desk: Desk):
    desk.double.hang(1.0, channel=CHANNEL)
    soon = desk.clock.now() + timedelta(seconds=30)
    await desk.plan(desk.post(), desk.post(subject_id=2, channel_id=OTHER_CHANNEL, due_at=soon))
    await eventually(desk.requests_begun)
    await eventually(lambda: soon in desk.armed)
    assert await desk.states() == [PostState.SENDING, PLANNED]


# Steps


async def test_a_step_runs_once_and_its_effect_is_committed_with_it(desk: Desk):
    async def handler(uow: UnitOfWork, due: Step) -> None:
        await uow.posts.plan(desk.post(subject_id=due.subject_id))

    desk.steps["ended"] = handler
    await plan_step(desk, 7)
    await desk.until(SENT)
    assert (await step(desk, 7)).state is StepState.DONE


async def test_a_step_runs_exactly_once_under_two_wakes_of_two_dispatchers_at_once(desk: Desk, tmp_path: Path):
    ran: list[int] = []

    async def handler(uow: UnitOfWork, due: Step) -> None:
        ran.append(due.subject_id)
        await asyncio.sleep(0)

    desk.steps["ended"] = handler
    desk.database.after_commit = None
    for subject_id in range(20):
        await plan_step(desk, subject_id)
    other_database = Database(f"sqlite:///{tmp_path / 'bot.db'}", desk.clock)
    other = Desk(desk.double, desk.client, other_database, desk.clock)
    other.steps["ended"] = handler
    try:
        for each in (desk, other, desk, other):
            each.dispatcher.wake()
        await desk.idle()
        await other.idle()
    finally:
        await other.dispatcher.close()
        await other_database.close()
    assert sorted(ran) == list(range(20))


async def test_a_failing_step_is_taken_back_postponed_and_finally_left_and_reported(desk: Desk):
    ran = 0

    async def handler(uow: UnitOfWork, due: Step) -> None:
        nonlocal ran
        ran += 1
        await uow.posts.plan(desk.post())
        raise ZeroDivisionError

    desk.steps["ended"] = handler
    await plan_step(desk)
    for failures in range(1, MOST_TRIES):
        await desk.drain()
        failed = await step(desk)
        assert (ran, failed.tries, failed.state) == (failures, failures, StepState.PLANNED)
        assert timedelta(0) < failed.not_before - desk.clock.now() <= retry_after(failures)
        assert desk.armed[-1] == failed.not_before
        desk.clock.pass_time(seconds=retry_after(failures).total_seconds())
    assert desk.reported == []
    await desk.drain()
    assert (await step(desk)).state is StepState.FAILED
    assert [each.subject_id for each, _ in desk.reported] == [1]
    assert await desk.rows() == []


async def test_a_step_that_nobody_knows_fails_like_any_other(desk: Desk):
    await plan_step(desk, kind="of a later release")
    await desk.drain()
    assert (await step(desk, kind="of a later release")).tries == 1


@pytest.mark.parametrize("failures", [0, MOST_TRIES - 1])
async def test_a_failing_step_stops_no_other_step_and_no_post_even_if_its_report_fails(desk: Desk, failures: int):
    async def handler(uow: UnitOfWork, due: Step) -> None:
        if due.subject_id == 1:
            raise ZeroDivisionError

    async def report(*_: Any) -> None:
        raise ZeroDivisionError

    desk.steps["ended"] = handler
    desk.database.after_commit = None
    desk.new_dispatcher(report=report)
    await plan_step(desk)
    async with desk.database(GUILD) as uow:
        for _ in range(failures):
            await uow.steps.postpone(await step_in(uow), desk.clock.now())
    await plan_step(desk, 2)
    await desk.plan()
    assert [post.state for post in await desk.drain()] == [SENT]
    assert (await step(desk, 2)).state is StepState.DONE
    assert (await step(desk)).state is (StepState.FAILED if failures else StepState.PLANNED)


async def step_in(uow: UnitOfWork) -> Step:
    found = await uow.steps.find("ended", 1)
    assert found is not None
    return found


# Lanes


async def test_a_throttled_channel_blocks_no_other(desk: Desk):
    desk.double.hang(4.0, channel=CHANNEL)
    others = [fixed_id("channel", number) for number in range(2, 12)]
    await desk.plan(
        *(desk.post(part=part) for part in range(LANE + 3)),
        *(desk.post(channel_id=channel) for channel in others),
    )
    await eventually(lambda: all(desk.messages(channel) for channel in others), seconds=3.9)
    assert len(desk.messages(CHANNEL)) == 1


async def test_posts_of_one_channel_go_one_after_the_other_earliest_deadline_first(desk: Desk):
    expires_at = desk.clock.now() + timedelta(hours=1)
    for part in (3, 1, 2, 0, 4, 5, 6):
        desk.database.after_commit = None
        await desk.plan(desk.post(part=part, expires_at=expires_at + timedelta(seconds=part)))
    await desk.drain()
    rows = sorted(await desk.rows(), key=lambda post: post.message_id)
    assert [post.part for post in rows] == list(range(7))
    spans = [(each["monotonic"], each["monotonic"] + each["seconds"]) for each in desk.double.requests_log(POST)]
    assert all(end <= begin for (_, end), (begin, _) in pairwise(spans))


async def test_more_than_one_batch_is_drained_to_the_end(desk: Desk):
    desk.new_dispatcher(batch=4)
    desk.database.after_commit = None
    await desk.plan(*(desk.post(part=part, channel_id=fixed_id("channel", 1 + part % 12)) for part in range(30)))
    assert {post.state for post in await desk.drain()} == {SENT}
    assert len(desk.messages()) == 30


async def test_many_posts_are_taken_a_few_at_a_time_so_that_the_first_go_out_while_the_next_are_read(desk: Desk):
    desk.database.after_commit = None
    await desk.plan(*(desk.post(part=part, channel_id=fixed_id("channel", 1 + part % 12)) for part in range(60)))
    taken: list[tuple[int, int]] = []
    claim = desk.database.outbox.claim

    async def watched(*arguments: Any) -> list[Post]:
        found = await claim(*arguments)
        taken.append((len(found), desk.requests_begun()))
        return found

    desk.database.outbox.claim = watched
    await desk.drain()
    assert max(count for count, _ in taken) <= 25
    assert taken[0][0] <= 10
    assert sum(count for count, _ in taken) == 60
    assert any(0 < begun < 60 for _, begun in taken)


async def test_a_step_that_falls_due_while_posts_are_taken_does_not_wait_for_the_last_of_them(desk: Desk):
    desk.database.after_commit = None
    await desk.plan(*(desk.post(part=part, channel_id=fixed_id("channel", 1 + part % 12)) for part in range(60)))
    left: list[int] = []
    claim = desk.database.outbox.claim
    claims = 0

    async def handler(uow: UnitOfWork, step: Step) -> None:
        left.append(claims)

    async def interrupted(*arguments: Any) -> list[Post]:
        nonlocal claims
        claims += 1
        found = await claim(*arguments)
        if claims == 1:
            await plan_step(desk)
            desk.dispatcher.wake()
        return found

    desk.steps["ended"] = handler
    desk.database.outbox.claim = interrupted
    await desk.drain()
    assert left == [1]


# Between the claim and the attempt


async def waiting_for_its_place(desk: Desk, **changes: Any) -> None:
    """A due post is claimed and rendered, and waits a second for its place."""
    pacer = Pacer(1)
    await pacer.post(desk.clock.now())
    desk.new_dispatcher(pacer=pacer)
    await desk.plan(desk.post(**changes))
    desk.dispatcher.wake()
    await desk.until(PostState.CLAIMED)


async def test_a_post_that_is_cancelled_between_its_claim_and_its_attempt_is_not_sent(desk: Desk):
    await waiting_for_its_place(desk)
    await desk.cancel()
    await desk.idle()
    assert await desk.states() == [CANCELLED]
    assert desk.requests_begun() == 0


async def test_a_post_that_is_planned_anew_while_it_waits_for_its_place_says_the_newer_thing(desk: Desk):
    await waiting_for_its_place(desk)
    desk.says = "good evening"
    await desk.plan(desk.post(silent=True))
    await desk.until(SENT)
    assert [message["content"] for message in desk.messages()] == ["good evening"]


async def test_a_post_that_expires_while_it_waits_for_its_place_is_not_sent(desk: Desk):
    await waiting_for_its_place(desk)
    desk.clock.pass_time(days=2)
    await desk.idle()
    assert await desk.states() == [PostState.EXPIRED]
    assert desk.requests_begun() == 0


async def test_a_doubtful_post_that_is_cancelled_while_it_waits_for_its_place_is_reconciled_instead(desk: Desk):
    desk.double.fail(503)
    await desk.plan()
    await desk.until(PostState.RETRY)
    # The dispatcher that made the attempt must not be the one to take it up again.
    await desk.idle()
    desk.clock.pass_time(seconds=3)
    await waiting_for_its_place(desk)
    await desk.cancel()
    await desk.idle()
    row = await desk.row()
    assert (row.state, row.cancel_wanted, row.attempts) == (PostState.RETRY, True, 1)
    (row,) = await desk.drain(seconds=121)
    assert (row.state, row.reason) == (CANCELLED, "moved")
    assert desk.requests_begun() == 1


# The token


async def test_a_401_stops_the_process_with_code_2_and_leaves_the_post_for_the_next(desk: Desk):
    desk.double.configure(token="another")
    await desk.plan(desk.post(), desk.post(part=1), desk.post(part=2))
    await eventually(lambda: desk.stopped_with)
    await desk.idle()
    first, *others = await desk.rows()
    assert desk.stopped_with == [2]
    assert (first.state, first.in_doubt, first.reason) == (PostState.RETRY, False, "unauthorized")
    assert [post.attempts for post in others] == [0, 0]
    await desk.drain(hours=1)
    assert desk.requests() == 1


@pytest.mark.parametrize("where", ["direct messages", "history"])
async def test_a_401_stops_the_process_wherever_it_comes(desk: Desk, where: str):
    desk.database.after_commit = None
    if where == "history":
        desk.double.cut(store=True)
    await desk.plan(desk.post(member_id=fixed_id("user", 1)) if where == "direct messages" else desk.post())
    if where == "history":
        await desk.drain()
        desk.clock.pass_time(seconds=121)
    desk.double.configure(token="another")
    await desk.drain()
    assert desk.stopped_with == [2]
    assert (await desk.row()).state is not PostState.CLAIMED


# Ends and restarts


async def restarted(desk: Desk) -> Dispatcher:
    """Another process on the same rows: the old one's attempts are cut short."""
    await desk.dispatcher.close(grace=0.3)
    desk.database.outbox = SqlOutbox(desk.database.connections)
    dispatcher = desk.new_dispatcher()
    await dispatcher.recover()
    return dispatcher


async def test_closing_lets_an_attempt_end_that_is_nearly_done(desk: Desk):
    desk.double.hang(0.2)
    await desk.plan()
    await eventually(desk.requests_begun)
    await desk.dispatcher.close(grace=3)
    assert await desk.states() == [SENT]


async def test_closing_cuts_a_slow_attempt_short_and_begins_nothing_new(desk: Desk):
    desk.double.hang(20)
    await desk.plan(desk.post(), desk.post(part=1))
    await eventually(desk.requests_begun)
    began = time.monotonic()
    await desk.dispatcher.close(grace=0.5)
    assert time.monotonic() - began < 15
    desk.dispatcher.wake()
    await asyncio.sleep(0.05)
    assert await desk.states() == [PostState.SENDING, PostState.CLAIMED]
    assert desk.requests_begun() == 1


async def test_an_attempt_cut_short_by_the_end_of_the_process_makes_one_message_after_the_next_start(desk: Desk):
    desk.double.hang(30, store=True)
    await desk.plan(desk.post(), desk.post(part=1))
    await eventually(desk.messages)
    await restarted(desk)
    row, other = await desk.rows()
    assert (row.state, row.in_doubt, other.state) == (PostState.RETRY, True, PLANNED)
    await desk.drain()
    assert await desk.states() == [SENT, SENT]
    assert [message["repeats"] for message in desk.messages()] == [1, 0]


async def test_an_attempt_that_never_reached_discord_is_made_after_the_next_start(desk: Desk):
    desk.double.hang(1.0, store=False)
    await desk.plan()
    await eventually(desk.requests_begun)
    await restarted(desk)
    await desk.drain()
    await asyncio.sleep(1.0)
    assert await desk.states() == [SENT]
    assert len(desk.messages()) == 1


async def test_rows_survive_a_change_of_the_file_behind_the_process(desk: Desk, tmp_path: Path):
    desk.double.hang(30, store=True)
    await desk.plan()
    await eventually(desk.messages)
    await desk.dispatcher.close(grace=0.3)
    await desk.database.close()
    desk.database = Database(f"sqlite:///{tmp_path / 'bot.db'}", desk.clock)
    try:
        await desk.new_dispatcher().recover()
        await desk.drain()
        assert await desk.states() == [SENT]
        assert len(desk.messages()) == 1
    finally:
        await desk.dispatcher.close()
        await desk.database.close()
