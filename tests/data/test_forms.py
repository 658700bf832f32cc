"""What was typed into refused forms, on both databases."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, insert, select
from sqlalchemy.exc import IntegrityError

from bot.domain.forms import KEPT, Filled
from data.database import Database
from data.forms import kept_forms
from data.housekeeping import sweep
from tests.data.files import NOW
from tests.data.rows import GUILD, MovingClock, database_of
from tests.data.servers import KINDS

TYPED = Filled({"theme": "茶" * 4000, "when": ""}, {"industry": ("#finance", "#tea"), "employment": ()})
FORM = "bk:newsessionform:1"


@pytest.fixture
def clock() -> MovingClock:
    return MovingClock()


@pytest.fixture(params=KINDS)
async def database(request: pytest.FixtureRequest, tmp_path: Path, clock: MovingClock) -> AsyncGenerator[Database]:
    async with database_of(request.param, tmp_path, clock) as opened:
        yield opened


async def keep(database: Database, data: Filled = TYPED, *, guild_id: int = GUILD, member_id: int = 7) -> int:
    async with database(guild_id) as uow:
        return (await uow.forms.keep(member_id, FORM, data)).id


async def test_a_form_is_read_back_as_it_was_sent_and_replaced_by_a_newer_one(database: Database):
    kept_id = await keep(database)
    async with database.reading(GUILD) as uow:
        kept = await uow.forms.find(kept_id)
        assert kept is not None
        assert (kept.member_id, kept.custom_id, kept.data, kept.sent_at) == (7, FORM, TYPED, NOW)
        assert await uow.forms.find_sent(7, FORM) == kept
        assert await uow.forms.find_sent(8, FORM) is None
        assert await uow.forms.find_sent(7, "bk:newsessionform:2") is None
    newest = Filled({"theme": "Tea"}, {})
    assert await keep(database, newest) == kept_id
    async with database.reading(GUILD) as uow:
        kept = await uow.forms.find(kept_id)
        assert kept is not None
        assert kept.data == newest


async def test_another_community_finds_and_forgets_nothing(database: Database):
    kept_id = await keep(database)
    await keep(database, guild_id=GUILD + 1)
    async with database(GUILD + 1) as uow:
        assert await uow.forms.find(kept_id) is None
        await uow.forms.forget(kept_id)
    async with database(GUILD) as uow:
        assert await uow.forms.find(kept_id) is not None
        await uow.forms.forget(kept_id)
    async with database.reading(GUILD) as uow:
        assert await uow.forms.find_sent(7, FORM) is None
    async with database.reading(GUILD + 1) as uow:
        assert await uow.forms.find_sent(7, FORM) is not None


async def test_there_is_one_row_for_a_persons_form(database: Database):
    await keep(database)
    row = {"guild_id": GUILD, "member_id": 7, "custom_id": FORM, "data": {}, "sent_at": NOW}
    with pytest.raises(IntegrityError):
        async with database.connections.writing() as connection:
            await connection.execute(insert(kept_forms).values(**row))


async def test_housekeeping_forgets_in_the_night_what_is_more_than_a_day_old(database: Database, clock: MovingClock):
    await keep(database)
    assert await sweep(database.connections, NOW + KEPT) == 0
    assert await sweep(database.connections, NOW + KEPT + timedelta(microseconds=1)) == 1
    async with database.connections.reading() as connection:
        assert await connection.scalar(select(func.count()).select_from(kept_forms)) == 0
