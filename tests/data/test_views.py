"""Views: what is read in them, and how often the database is asked."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event, insert, select, update

from data.communities import communities
from data.database import Database
from tests.data.rows import GUILD, MovingClock, database_of
from tests.data.servers import KINDS

OTHER = GUILD + 1


@pytest.fixture(params=KINDS)
async def database(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncGenerator[Database]:
    async with database_of(request.param, tmp_path, MovingClock()) as opened:
        for guild_id in (GUILD, OTHER):
            async with opened(guild_id) as uow:
                await uow.communities.change(log_channel=guild_id)
        yield opened


@contextmanager
def asked(database: Database) -> Iterator[list[str]]:
    """The questions that are put to the database meanwhile."""
    questions: list[str] = []

    def note(connection: Any, cursor: Any, statement: str, *rest: Any) -> None:
        if statement.upper().startswith("SELECT"):
            questions.append(statement)

    engines = {database.connections._reader.sync_engine, database.connections._writer.sync_engine}
    for engine in engines:
        event.listen(engine, "before_cursor_execute", note)
    try:
        yield questions
    finally:
        for engine in engines:
            event.remove(engine, "before_cursor_execute", note)


async def test_a_view_shows_each_community_its_own(database: Database):
    async with database.view() as of:
        found = [(await of(guild_id).communities.get()).log_channel for guild_id in (GUILD, OTHER, GUILD)]
    assert found == [GUILD, OTHER, GUILD]


async def test_in_a_view_a_question_is_put_once_for_each_community(database: Database):
    with asked(database) as questions:
        async with database.view() as of:
            for _ in range(5):
                await of(GUILD).communities.get()
                await of(OTHER).communities.get()
    assert len(questions) == 2


async def test_a_view_keeps_no_answer_for_the_next(database: Database):
    for number in (7, 8):
        async with database(GUILD) as uow:
            await uow.communities.change(log_channel=number)
        async with database.view() as of:
            assert (await of(GUILD).communities.get()).log_channel == number


async def test_settings_that_are_in_memory_are_not_read_anew_in_a_view(database: Database):
    await database.settings(GUILD)
    with asked(database) as questions:
        async with database.reading(GUILD) as uow:
            assert (await uow.communities.get()).log_channel == GUILD
    assert not questions
    async with database(GUILD) as uow:
        await uow.communities.change(log_channel=9)
    async with database.reading(GUILD) as uow:
        assert (await uow.communities.get()).log_channel == 9


async def test_a_writing_transaction_asks_each_time_and_sees_what_it_wrote(database: Database):
    async with database(GUILD) as uow:
        for number in (7, 8):
            await uow.communities.change(log_channel=number)
            assert (await uow.communities.get()).log_channel == number


async def test_the_driver_tells_rows_columns_and_how_many_were_changed(database: Database):
    own = communities.c.guild_id
    async with database.connections.writing() as connection:
        changed = await connection.execute(
            update(communities).where(own.in_([GUILD, OTHER])).values(log_channel=9).returning(own)
        )
        assert sorted(changed.scalars()) == [GUILD, OTHER]
        assert (await connection.execute(update(communities).values(log_channel=5))).rowcount == 2
        assert (await connection.execute(update(communities).where(own == 1).values(log_channel=5))).rowcount == 0
        rows = (await connection.execute(select(own, communities.c.log_channel).order_by(own))).all()
        assert rows == [(GUILD, 5), (OTHER, 5)]
        await connection.execute(
            insert(communities),
            [{**dict(row._mapping), "guild_id": row.guild_id + 10} for row in await whole(connection)],
        )
        assert len(await whole(connection)) == 4


async def whole(connection: Any) -> Any:
    return (await connection.execute(select(communities))).all()
