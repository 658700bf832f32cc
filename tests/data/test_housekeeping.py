from __future__ import annotations

from collections.abc import AsyncGenerator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace
from sqlalchemy import event, func, insert, select

from bot.domain.posts import FINAL, PostState
from bot.domain.profiles import INTRODUCTION, Profile
from bot.domain.rotation import Unavailability
from bot.domain.rotation.guests import Guest
from bot.domain.rotation.unavailability import OPEN_END
from bot.domain.sessions import SessionState
from bot.domain.steps import StepState
from data.database import Database
from data.housekeeping import AT_ONCE, KEPT, sweep
from data.posts import posts
from data.reminders import pings
from data.steps import steps
from tests.data.files import NOW
from tests.data.rows import GUILD, MovingClock, database_of
from tests.data.servers import KINDS
from tests.data.test_rotation import a_group, a_session

JUST_OLD = NOW - KEPT - timedelta(microseconds=1)


@pytest.fixture
def clock() -> MovingClock:
    return MovingClock()


@pytest.fixture(params=KINDS)
async def database(request: pytest.FixtureRequest, tmp_path: Path, clock: MovingClock) -> AsyncGenerator[Database]:
    async with database_of(request.param, tmp_path, clock) as opened:
        async with opened(GUILD):
            pass
        yield opened


async def write_posts(database: Database, *rows: dict[str, Any]) -> None:
    known = {
        "guild_id": GUILD,
        "kind": "dawn",
        "channel_id": 1,
        "member_id": 0,
        "revision": 0,
        "part": 0,
        "due_at": JUST_OLD,
        "not_before": JUST_OLD,
        "expires_at": JUST_OLD,
        "quiet": False,
        "silent": False,
        "data": {},
        "state": "sent",
    }
    async with database.connections.writing() as connection:
        await connection.execute(
            insert(posts), [{**known, "subject_id": number, **row} for number, row in enumerate(rows)]
        )


async def count(database: Database, table: Any) -> int:
    async with database.connections.reading() as connection:
        return (await connection.execute(select(func.count()).select_from(table))).scalar_one()


async def test_ended_posts_go_after_ninety_days_and_unended_ones_never(database: Database):
    await write_posts(database, *({"state": state.value} for state in PostState))
    assert await sweep(database.connections, NOW) == len(FINAL)
    async with database.connections.reading() as connection:
        left = set((await connection.execute(select(posts.c.state))).scalars())
    assert left == {state.value for state in PostState} - {state.value for state in FINAL}


async def test_an_introduction_is_remembered_as_long_as_its_owner_is_there(database: Database):
    async with database(GUILD) as uow:
        yuki = await uow.profiles.put(Profile(0, 7, about="Hello"))
    async with database(GUILD + 1) as uow:
        await uow.profiles.put(Profile(0, 8, about="Hello"))
        abroad = await uow.profiles.put(Profile(0, 9, about="Hello"))
    about = {"kind": INTRODUCTION, "subject_id": yuki.id}
    await write_posts(
        database,
        about | {"revision": 1},
        about | {"revision": 2, "state": PostState.FAILED.value},
        about | {"kind": "dawn"},
        about | {"subject_id": abroad.id},
    )
    assert await sweep(database.connections, NOW) == 3
    async with database.connections.reading() as connection:
        assert (await connection.execute(select(posts.c.kind, posts.c.revision))).all() == [(INTRODUCTION, 1)]
    async with database(GUILD) as uow:
        await uow.profiles.remove(yuki)
    assert await sweep(database.connections, NOW) == 1, "whoever has left is not kept in mind"


async def test_nothing_goes_on_its_ninetieth_day(database: Database):
    await write_posts(database, {"expires_at": NOW - KEPT})
    assert await sweep(database.connections, NOW) == 0


async def test_finished_steps_go_after_ninety_days_and_planned_ones_never(database: Database):
    async with database.connections.writing() as connection:
        await connection.execute(
            insert(steps),
            [
                {
                    "guild_id": GUILD,
                    "kind": state.value,
                    "subject_id": number,
                    "revision": 0,
                    "due_at": JUST_OLD,
                    "not_before": JUST_OLD,
                    "state": state.value,
                    "finished_at": finished_at,
                }
                for state in StepState
                for number, finished_at in enumerate((JUST_OLD, NOW - KEPT))
                if not (state is StepState.PLANNED and number)
            ],
        )
    assert await sweep(database.connections, NOW) == len(StepState) - 1
    assert await count(database, steps) == len(StepState)


async def test_old_pings_go(database: Database, clock: MovingClock):
    async with database(GUILD) as uow:
        group = await uow.groups.add(name="g", description="", channel_id=0, announce_days_before=7)
        session = await uow.sessions.add(
            group_id=group.id,
            kind="lecture",
            theme="",
            description="",
            starts_at=JUST_OLD,
            duration=60,
            venue="",
            link="",
            host_id=1,
            created_at=JUST_OLD,
        )
    for at, member_id in ((JUST_OLD, 1), (NOW, 2)):
        clock.instant = at
        async with database(GUILD) as uow:
            await uow.pings.claim(session.id, JUST_OLD.date(), "dawn", [member_id])
    assert await sweep(database.connections, NOW) == 1
    assert await count(database, pings) == 1


async def test_old_absences_go_with_their_reasons_and_those_without_an_end_stay(database: Database):
    async with database(GUILD) as uow:
        for until in (JUST_OLD, NOW - KEPT, OPEN_END):
            window = Unavailability(0, 1, JUST_OLD - timedelta(days=1), until, "旅行")
            await uow.rotation.put_unavailable(window)
    assert await sweep(database.connections, NOW) == 1
    async with database.reading(GUILD) as uow:
        assert [window.until for window in await uow.rotation.unavailable(1)] == [NOW - KEPT, OPEN_END]


async def test_of_a_guest_the_record_keeps_who_spoke_of_what_and_nothing_else(database: Database):
    group_id = await a_group(database)
    old, cancelled, young = [await a_session(database, group_id, days) for days in (-91, -91, -90)]
    said = Guest(old, 30, "佐藤", "先生", "東都大学", "睡眠", "研究20年", "2万円")
    async with database(GUILD) as uow:
        await uow.sessions.change(cancelled, state=SessionState.CANCELLED)
        for session_id in (old, cancelled, young):
            await uow.guests.put(replace(said, session_id=session_id))
    assert await sweep(database.connections, NOW) == 2
    assert await sweep(database.connections, NOW) == 0
    async with database.reading(GUILD) as uow:
        assert await uow.guests.of(old) == replace(said, bio="", fee="")
        assert await uow.guests.of(cancelled) is None
        assert await uow.guests.of(young) == replace(said, session_id=young)


async def test_at_most_five_hundred_rows_go_in_one_transaction(database: Database):
    await write_posts(database, *({} for _ in range(2 * AT_ONCE + 1)))
    seen: list[int | str] = []
    engine = database.connections._writer.sync_engine
    event.listen(engine, "after_cursor_execute", lambda _connection, cursor, *_: seen.append(cursor.rowcount))
    event.listen(engine, "commit", lambda _connection: seen.append("commit"))
    assert await sweep(database.connections, NOW) == 2 * AT_ONCE + 1
    assert [each for each in seen if each == "commit" or int(each) > 0][:6] == [
        500,
        "commit",
        500,
        "commit",
        1,
        "commit",
    ]
    assert await count(database, posts) == 0
