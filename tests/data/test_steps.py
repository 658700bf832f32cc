"""Steps in both databases."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from bot.domain.steps import Step, StepState
from data.database import Database
from data.steps import steps
from tests.data.files import NOW
from tests.data.rows import GUILD, MovingClock, database_of
from tests.data.servers import KINDS

SECOND = timedelta(seconds=1)
HOUR = timedelta(hours=1)


@pytest.fixture
def clock() -> MovingClock:
    return MovingClock()


@pytest.fixture(params=KINDS)
async def database(request: pytest.FixtureRequest, tmp_path: Path, clock: MovingClock) -> AsyncGenerator[Database]:
    async with database_of(request.param, tmp_path, clock) as opened:
        yield opened


async def plan(database: Database, due_at: datetime = NOW, *, kind: str = "ended", guild_id: int = GUILD) -> Step:
    async with database(guild_id) as uow:
        await uow.steps.plan(kind, 1, due_at)
        step = await uow.steps.find(kind, 1)
    assert step is not None
    return step


async def found(database: Database) -> Step:
    async with database.reading(GUILD) as uow:
        step = await uow.steps.find("ended", 1)
    assert step is not None
    return step


async def finish(database: Database, step: Step, state: StepState = StepState.DONE) -> bool:
    async with database(GUILD) as uow:
        return await uow.steps.finish(step, state)


async def test_a_step_is_planned_once_and_moved_by_planning_it_again(database: Database):
    first = await plan(database)
    moved = await plan(database, NOW + SECOND)
    assert moved.id == first.id
    assert (moved.state, moved.due_at, moved.not_before) == (StepState.PLANNED, NOW + SECOND, NOW + SECOND)


async def test_a_moved_step_forgets_its_failures_and_one_that_is_not_moved_keeps_them(database: Database):
    step = await plan(database)
    async with database(GUILD) as uow:
        await uow.steps.postpone(step, NOW + 2 * SECOND)
    again = await plan(database)
    assert (again.tries, again.not_before) == (1, NOW + 2 * SECOND)
    assert (await plan(database, NOW + SECOND)).tries == 0


@pytest.mark.parametrize("state", [StepState.DONE, StepState.FAILED])
async def test_a_step_that_has_run_or_failed_is_not_planned_again(database: Database, state: StepState):
    assert await finish(database, await plan(database), state)
    assert (await plan(database, NOW + SECOND)).state is state


async def test_a_cancelled_step_can_be_planned_again(database: Database):
    await plan(database)
    async with database(GUILD) as uow:
        await uow.steps.cancel(["ended"], 1)
    assert (await found(database)).state is StepState.CANCELLED
    assert (await plan(database)).state is StepState.PLANNED


async def test_cancelling_touches_no_other_kind_subject_community_or_finished_step(database: Database):
    await plan(database)
    await plan(database, kind="announce")
    await plan(database, guild_id=GUILD + 1)
    async with database(GUILD) as uow:
        await uow.steps.plan("ended", 2, NOW)
        done = await uow.steps.find("ended", 2)
        assert done is not None
        await uow.steps.finish(done, StepState.DONE)
        await uow.steps.cancel(["ended"], 1)
        await uow.steps.cancel(["ended"], 2)
    async with database.connections.reading() as connection:
        rows = await connection.execute(select(steps).order_by(steps.c.id))
        states = [(row.guild_id, row.kind, row.subject_id, row.state) for row in rows]
    assert states == [
        (GUILD, "ended", 1, "cancelled"),
        (GUILD, "announce", 1, "planned"),
        (GUILD + 1, "ended", 1, "planned"),
        (GUILD, "ended", 2, "done"),
    ]


async def test_revisions_of_one_subject_are_steps_of_their_own(database: Database):
    await plan(database)
    async with database(GUILD) as uow:
        await uow.steps.plan("ended", 1, NOW + SECOND, revision=1)
    due = await database.due_steps(NOW + SECOND, 10)
    assert [step.revision for step in due] == [0, 1]


async def test_within_one_unit_a_step_is_moved_cancelled_and_planned_again_as_between_units(database: Database):
    async with database(GUILD) as uow:
        await uow.steps.plan("ended", 1, NOW)
        await uow.steps.plan("ended", 1, NOW + SECOND)
        await uow.steps.plan("announce", 1, NOW)
        await uow.steps.cancel(["ended", "start"], 1)
        cancelled = await uow.steps.find("ended", 1)
        await uow.steps.plan("ended", 1, NOW + 2 * SECOND)
        again = await uow.steps.find("ended", 1)
        other = await uow.steps.find("announce", 1)
    assert cancelled is not None
    assert again is not None
    assert other is not None
    assert (cancelled.state, cancelled.due_at) == (StepState.CANCELLED, NOW + SECOND)
    assert (again.id, again.state, again.due_at) == (cancelled.id, StepState.PLANNED, NOW + 2 * SECOND)
    assert (other.state, other.due_at) == (StepState.PLANNED, NOW)
    assert await found(database) == again


async def test_within_one_unit_a_step_is_finished_and_postponed_as_between_units(database: Database):
    async with database(GUILD) as uow:
        await uow.steps.plan("ended", 1, NOW)
        first = await uow.steps.find("ended", 1)
        assert first is not None
        await uow.steps.postpone(first, NOW + 2 * SECOND)
        waiting = await uow.steps.find("ended", 1)
        assert waiting is not None
        assert (waiting.tries, waiting.not_before) == (1, NOW + 2 * SECOND)
        assert await uow.steps.finish(waiting, StepState.DONE)
        done = await uow.steps.find("ended", 1)
        assert done is not None
        assert done.state is StepState.DONE
        await uow.steps.plan("ended", 1, NOW + SECOND)
    assert (await found(database)).state is StepState.DONE


async def test_a_step_is_finished_by_the_first_who_comes(database: Database):
    step = await plan(database)
    assert await finish(database, step)
    assert not await finish(database, step)
    assert not await finish(database, step, StepState.FAILED)
    assert (await found(database)).state is StepState.DONE


async def test_a_step_that_was_moved_or_cancelled_after_it_was_read_does_not_run(database: Database):
    step = await plan(database)
    await plan(database, NOW + SECOND)
    assert not await finish(database, step)
    async with database(GUILD) as uow:
        await uow.steps.cancel(["ended"], 1)
    assert not await finish(database, step)


async def test_a_step_of_another_community_cannot_be_finished_or_postponed(database: Database):
    step = await plan(database)
    async with database(GUILD + 1) as uow:
        assert not await uow.steps.finish(step, StepState.DONE)
        await uow.steps.postpone(step, NOW + SECOND)
    assert await found(database) == step


async def test_a_failure_is_counted_and_the_step_waits(database: Database):
    step = await plan(database)
    async with database(GUILD) as uow:
        await uow.steps.postpone(step, NOW + 2 * SECOND)
    assert await database.due_steps(NOW + SECOND, 10) == []
    (again,) = await database.due_steps(NOW + 2 * SECOND, 10)
    assert (again.tries, again.due_at) == (1, NOW)
    assert await finish(database, again)


async def test_a_failure_does_not_pull_forward_a_step_that_was_moved_meanwhile(database: Database):
    step = await plan(database)
    await plan(database, NOW + timedelta(days=7))
    async with database(GUILD) as uow:
        await uow.steps.postpone(step, NOW + 2 * SECOND)
    moved = await found(database)
    assert (moved.not_before, moved.tries) == (NOW + timedelta(days=7), 0)


async def test_due_steps_of_all_communities_come_oldest_first_up_to_the_limit(database: Database):
    await plan(database, NOW)
    await plan(database, NOW - SECOND, guild_id=GUILD + 1)
    await plan(database, NOW + SECOND, guild_id=GUILD + 2)
    assert [step.guild_id for step in await database.due_steps(NOW, 10)] == [GUILD + 1, GUILD]
    assert [step.guild_id for step in await database.due_steps(NOW, 1)] == [GUILD + 1]


async def test_the_commit_tells_when_a_step_falls_due(database: Database):
    told: list[object] = []
    database.after_commit = lambda *values: told.append(values)
    step = await plan(database, NOW + SECOND)
    await plan(database, NOW + SECOND)
    async with database(GUILD) as uow:
        await uow.steps.postpone(step, NOW + 2 * SECOND)
        await uow.steps.cancel(["ended"], 1)
    assert told == [(GUILD, NOW + SECOND, False), (GUILD, NOW + 2 * SECOND, False)]


async def test_steps_that_were_read_together_are_those_that_are_read_one_by_one(database: Database):
    async with database(GUILD) as uow:
        for subject in range(1, 1100):
            await uow.steps.plan("own", subject, NOW, revision=subject % 3)
    async with database(GUILD + 1) as uow:
        await uow.steps.plan("own", 1, NOW + SECOND, revision=1)
    async with database(GUILD) as uow:
        await uow.steps.prepare(range(1, 1200))
        prepared = {subject: await uow.steps.find("own", subject, 1) for subject in (1, 2, 4, 1099, 1150)}
        await uow.steps.plan("own", 2, NOW + SECOND, revision=1)
        await uow.steps.cancel(["own"], 1)
    async with database.reading(GUILD) as uow:
        assert prepared[4] == await uow.steps.find("own", 4, 1)
        assert [prepared[subject] is not None for subject in (1, 2, 4, 1099, 1150)] == [True, False, True, True, False]
        written, cancelled = await uow.steps.find("own", 2, 1), await uow.steps.find("own", 1, 1)
        assert written is not None
        assert cancelled is not None
        assert (written.due_at, cancelled.state) == (NOW + SECOND, StepState.CANCELLED)


async def test_what_is_looked_at_again_and_again_has_one_planned_step(database: Database):
    async with database(GUILD) as uow:
        await uow.steps.again("look", 7, NOW + HOUR)
        await uow.steps.again("look", 7, NOW + 2 * HOUR)
    async with database(GUILD) as uow:
        await uow.steps.again("look", 7, NOW)
    (step,) = await database.due_steps(NOW, 10)
    assert (step.kind, step.subject_id, step.due_at) == ("look", 7, NOW)
    async with database(GUILD) as uow:
        # The step that runs is done; it plans the next.
        assert await uow.steps.finish(step, StepState.DONE)
        await uow.steps.again("look", 7, NOW + HOUR)
        await uow.steps.again("look", 8, NOW + HOUR)
    later = await database.due_steps(NOW + HOUR, 10)
    assert sorted((each.subject_id, each.due_at) for each in later) == [(7, NOW + HOUR), (8, NOW + HOUR)]
    assert step.id not in {each.id for each in later}
