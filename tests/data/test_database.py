"""What a unit of work promises, in both databases."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import update
from sqlalchemy.exc import StatementError
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.communities import Community
from bot.domain.uow import inside, refuse_inside
from data.communities import SqlCommunities, communities
from data.connections import Connections
from data.database import Database, SqlUnitOfWork
from tests.data.files import NOW, audit_rows
from tests.data.rows import GUILD, MovingClock, database_of, new_post
from tests.data.servers import KINDS


@pytest.fixture
def clock() -> MovingClock:
    return MovingClock()


@pytest.fixture(params=KINDS)
async def database(request: pytest.FixtureRequest, tmp_path: Path, clock: MovingClock) -> AsyncGenerator[Database]:
    async with database_of(request.param, tmp_path, clock) as opened:
        yield opened


async def log_channel(database: Database, guild_id: int = GUILD) -> int:
    async with database.reading(guild_id) as uow:
        return (await uow.communities.get()).log_channel


async def add_one(database: Database, guild_id: int = GUILD) -> None:
    """Read, let everybody else have a turn, write what was read and one."""
    async with database(guild_id) as uow:
        before = (await uow.communities.get()).log_channel
        await asyncio.sleep(0)
        await uow.communities.change(log_channel=before + 1)


async def breaks(database: Database, act: Callable[[SqlUnitOfWork], Awaitable[Any]]) -> None:
    """Act, and fail before the end."""

    async def half_done() -> None:
        async with database(GUILD) as uow:
            await act(uow)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await half_done()


async def test_fifty_read_modify_writes_at_once_give_fifty(database: Database):
    await asyncio.gather(*(add_one(database) for _ in range(50)))
    assert await log_channel(database) == 50


async def test_what_a_unit_has_read_it_reads_anew_once_it_has_changed_it(database: Database):
    async with database(GUILD) as uow:
        assert (await uow.communities.get()).log_channel == 0
        await uow.communities.change(log_channel=5)
        assert (await uow.communities.get()).log_channel == 5
        assert (await uow.morning.get()).minutes_before == 60
        for minutes in (30, 45):
            await uow.morning.change(minutes_before=minutes)
            assert (await uow.morning.get()).minutes_before == minutes
        assert await uow.groups.all() == []
        tea = await uow.groups.add(name="Tea", description="", channel_id=5, announce_days_before=7)
        assert await uow.groups.all() == [tea]
        await uow.groups.change(tea.id, name="Coffee")
        assert (await uow.groups.get(tea.id)).name == "Coffee"
        await uow.groups.add_organizer(tea.id, 9)
        assert [group.organizers for group in await uow.groups.all()] == [{9}]
        assert (await uow.groups.get(tea.id)).organizers == {9}
        await uow.groups.remove_organizer(tea.id, 9)
        assert (await uow.groups.get(tea.id)).organizers == frozenset()
        assert [group.organizers for group in await uow.groups.all()] == [frozenset()]


async def test_what_was_read_in_one_unit_is_read_anew_in_the_next(database: Database):
    async with database(GUILD) as uow:
        await uow.communities.get()
    await add_one(database)
    async with database(GUILD) as uow:
        assert (await uow.communities.get()).log_channel == 1


async def test_two_processes_on_one_database_lose_no_update_either(database: Database, clock: MovingClock):
    url = database.connections._writer.url.render_as_string(hide_password=False)
    other = Database(url, clock)
    try:
        await asyncio.gather(*(add_one(each) for _ in range(10) for each in (database, other)))
    finally:
        await other.close()
    assert await log_channel(database) == 20


async def test_the_writer_of_a_community_is_alone_in_it(database: Database):
    steps: list[tuple[str, int]] = []

    async def write(number: int) -> None:
        async with database(GUILD):
            steps.append(("in", number))
            await asyncio.sleep(0.001)
            steps.append(("out", number))

    await asyncio.gather(*(write(number) for number in range(12)))
    for begin, end in zip(steps[::2], steps[1::2], strict=True):
        assert (begin[0], end[0], begin[1]) == ("in", "out", end[1])


async def test_on_a_file_writers_come_in_the_order_in_which_they_asked(tmp_path: Path, clock: MovingClock):
    came: list[int] = []

    async def write(number: int) -> None:
        async with opened(GUILD + number % 3):
            came.append(number)
            await asyncio.sleep(0)

    async with database_of("sqlite", tmp_path, clock) as opened:
        await asyncio.gather(*(write(number) for number in range(30)))
    assert came == list(range(30))


async def test_the_first_writers_of_a_new_community_do_not_disturb_each_other(database: Database):
    await asyncio.gather(*(add_one(database, guild_id=GUILD + n % 2) for n in range(8)))
    assert (await log_channel(database), await log_channel(database, GUILD + 1)) == (4, 4)


async def test_an_exception_takes_back_everything_and_tells_nobody(database: Database):
    told: list[Any] = []
    database.after_commit = lambda *values: told.append(values)

    async def act(uow: SqlUnitOfWork) -> None:
        await uow.communities.change(log_channel=5)
        await uow.posts.plan(new_post())
        await uow.steps.plan("ended", 1, NOW)
        await uow.record("session.move", 1, "session:1")

    await breaks(database, act)
    async with database.reading(GUILD) as uow:
        assert (await uow.communities.get()).log_channel == 0
        assert await uow.posts.of_subject("dawn", 1) == []
        assert await uow.steps.find("ended", 1) is None
    assert await audit_rows(database, GUILD) == []
    assert told == []


async def test_what_is_recorded_stands_in_the_order_in_which_it_was_done(database: Database):
    async with database(GUILD) as uow:
        for number in range(5):
            await uow.record("session.move", number, f"session:{number}", after={"n": number})
    rows = await audit_rows(database, GUILD)
    assert [(subject, after) for _action, _actor, subject, _before, after in rows] == [
        (f"session:{number}", {"n": number}) for number in range(5)
    ]


async def test_after_an_exception_the_next_writer_goes_on(database: Database):
    await breaks(database, lambda uow: uow.communities.change(log_channel=5))
    await add_one(database)
    assert await log_channel(database) == 1


async def test_a_writer_that_is_cancelled_half_way_leaves_nothing_and_blocks_nobody(database: Database):
    reached = asyncio.Event()

    async def stuck() -> None:
        async with database(GUILD) as uow:
            await uow.communities.change(log_channel=99)
            reached.set()
            await asyncio.Event().wait()

    task = asyncio.create_task(stuck())
    await reached.wait()
    waiting = asyncio.create_task(add_one(database))
    await asyncio.sleep(0.01)
    task.cancel()
    with suppress(asyncio.CancelledError):
        await task
    async with asyncio.timeout(5):
        await waiting
    assert await log_channel(database) == 1
    assert not inside.get()


async def test_a_reader_waits_for_no_writer_and_sees_only_what_is_committed(database: Database):
    await add_one(database)
    writing, checked = asyncio.Event(), asyncio.Event()

    async def write() -> None:
        async with database(GUILD) as uow:
            await uow.communities.change(log_channel=9)
            writing.set()
            await checked.wait()

    task = asyncio.create_task(write())
    await writing.wait()
    async with asyncio.timeout(2):
        assert await log_channel(database) == 1
    checked.set()
    await task
    assert await log_channel(database) == 9


async def test_a_reader_sees_one_moment_however_long_it_reads(database: Database):
    await add_one(database)
    async with database.reading(GUILD) as uow:
        before = await uow.communities.get()
        await asyncio.create_task(_outside(lambda: add_one(database)))
        assert await uow.communities.get() == before
    assert await log_channel(database) == 2


async def _outside(act: Callable[[], Awaitable[None]]) -> None:
    """As another request would: without the mark of the unit of work that is open here."""
    inside.set(False)
    await act()


async def test_nothing_that_is_done_while_reading_is_kept(database: Database):
    await add_one(database)
    told: list[Any] = []
    database.after_commit = lambda *values: told.append(values)
    async with database.reading(GUILD) as uow:
        await uow.communities.change(log_channel=77)
        await uow.posts.plan(new_post())
    assert await log_channel(database) == 1
    assert told == []
    await add_one(database)
    assert await log_channel(database) == 2


async def test_a_unit_of_work_inside_another_is_refused(database: Database):
    async with database(GUILD):
        with pytest.raises(RuntimeError, match="already open"):
            await add_one(database, GUILD + 1)
    async with database.reading(GUILD):
        with pytest.raises(RuntimeError, match="already open"):
            await add_one(database)
    await add_one(database)
    assert await log_channel(database) == 1


async def test_what_talks_to_discord_is_refused_inside_a_unit_of_work_and_nowhere_else(database: Database):
    refuse_inside("a message")
    async with database(GUILD):
        with pytest.raises(RuntimeError, match="a message inside a unit of work"):
            refuse_inside("a message")
    async with database.reading(GUILD):
        with pytest.raises(RuntimeError):
            refuse_inside("a message")
    refuse_inside("a message")


async def test_whoever_is_told_of_a_commit_may_open_a_unit_of_work(database: Database):
    opened: list[bool] = []
    database.after_commit = lambda *_: opened.append(inside.get())
    async with database(GUILD) as uow:
        await uow.posts.plan(new_post())
    assert opened == [False]


async def test_a_naive_datetime_is_refused_and_an_aware_one_comes_back_as_the_same_instant(database: Database):
    naive = datetime(2026, 11, 2, 3, 4)  # noqa: DTZ001
    with pytest.raises(StatementError, match="naive"):
        async with database(GUILD) as uow:
            await uow.communities.change(set_up_at=naive)
    tokyo = NOW.astimezone(tz=None) + timedelta(microseconds=1)
    async with database(GUILD) as uow:
        changed = await uow.communities.change(set_up_at=tokyo)
    assert changed.set_up_at == tokyo
    assert changed.set_up_at is not None
    assert changed.set_up_at.utcoffset() == timedelta(0)


async def test_all_rows_of_one_act_carry_the_same_time(database: Database, clock: MovingClock):
    async with database(GUILD) as uow:
        clock.pass_time(seconds=5)
        await uow.steps.plan("ended", 1, NOW)
        await uow.mirrors.want("thread", 1)
        mirror = await uow.mirrors.find("thread", 1)
    assert mirror is not None
    assert mirror.not_before == NOW


# The settings in memory


async def test_settings_are_read_once_and_dropped_by_the_commit_that_changes_them(database: Database):
    await add_one(database)
    assert (await database.settings(GUILD)).log_channel == 1
    async with database.connections.writing() as connection:
        # Behind the memory's back, to see that it is what answers.
        await connection.execute(update(communities).values(log_channel=3))
    assert (await database.settings(GUILD)).log_channel == 1
    await add_one(database)
    assert (await database.settings(GUILD)).log_channel == 4


async def test_a_change_that_is_taken_back_leaves_the_settings_in_memory_true(database: Database):
    await add_one(database)
    before = await database.settings(GUILD)
    await breaks(database, lambda uow: uow.communities.change(log_channel=50))
    assert await database.settings(GUILD) == before


async def test_another_commit_leaves_the_settings_in_memory(database: Database):
    await add_one(database)
    before = await database.settings(GUILD)
    async with database(GUILD) as uow:
        await uow.posts.plan(new_post())
    await add_one(database, GUILD + 1)
    assert await database.settings(GUILD) is before


async def test_settings_read_before_a_commit_are_not_remembered_after_it(
    database: Database, monkeypatch: pytest.MonkeyPatch
):
    await add_one(database)
    read, committed = asyncio.Event(), asyncio.Event()
    get = SqlCommunities.get

    async def slow(self: SqlCommunities) -> Community:
        found = await get(self)
        if not read.is_set():
            read.set()
            await committed.wait()
        return found

    monkeypatch.setattr(SqlCommunities, "get", slow)
    reader = asyncio.create_task(database.settings(GUILD))
    await read.wait()
    await add_one(database)
    committed.set()
    assert (await reader).log_channel == 1
    assert (await database.settings(GUILD)).log_channel == 2


async def test_a_commit_whose_task_is_cancelled_meanwhile_leaves_the_settings_in_memory_true(
    database: Database, monkeypatch: pytest.MonkeyPatch
):
    await add_one(database)
    assert (await database.settings(GUILD)).log_channel == 1
    writing = Connections.writing

    @asynccontextmanager
    async def cut_off(self: Connections) -> AsyncGenerator[AsyncConnection]:
        async with writing(self) as connection:
            yield connection
        raise asyncio.CancelledError

    with monkeypatch.context() as patched:
        patched.setattr(Connections, "writing", cut_off)
        with suppress(asyncio.CancelledError):
            await add_one(database)
    assert await log_channel(database) == 2
    assert (await database.settings(GUILD)).log_channel == 2


async def test_only_communities_that_were_set_up_are_listed(database: Database):
    for guild_id in (GUILD + 1, GUILD, GUILD + 2):
        await add_one(database, guild_id)
    for guild_id in (GUILD + 1, GUILD):
        async with database(guild_id) as uow:
            await uow.communities.change(set_up_at=NOW)
    assert await database.guild_ids() == [GUILD, GUILD + 1]
