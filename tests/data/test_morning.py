"""The morning settings, in both databases."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from pathlib import Path

import pytest

from bot.domain.morning import MorningSettings
from data.database import Database
from data.morning import DEFAULT
from tests.data.rows import GUILD, MovingClock, database_of
from tests.data.servers import KINDS


@pytest.fixture(params=KINDS)
async def database(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncGenerator[Database]:
    async with database_of(request.param, tmp_path, MovingClock()) as opened:
        yield opened


async def test_what_was_never_set_is_an_hour_before_on_every_day_and_in_no_channel(database: Database):
    async with database.reading(GUILD) as uow:
        assert await uow.morning.get() == DEFAULT
    assert MorningSettings(0, 60, frozenset(range(7)), 0) == DEFAULT


async def test_a_first_change_keeps_the_other_defaults_and_a_second_one_the_first(database: Database):
    async with database(GUILD) as uow:
        assert await uow.morning.change(channel_id=2**62) == MorningSettings(2**62, 60, frozenset(range(7)), 0)
    async with database(GUILD) as uow:
        await uow.morning.change(days=frozenset({4, 0}), minutes_before=45)
    async with database.reading(GUILD) as uow:
        assert await uow.morning.get() == MorningSettings(2**62, 45, frozenset({0, 4}), 0)


async def test_no_day_at_all_can_be_kept(database: Database):
    async with database(GUILD) as uow:
        assert (await uow.morning.change(days=frozenset())).days == frozenset()


async def test_each_community_has_its_own(database: Database):
    async with database(GUILD) as uow:
        await uow.morning.change(mention_role=9)
    async with database(GUILD + 1) as uow:
        assert await uow.morning.get() == DEFAULT
        await uow.morning.change(mention_role=10)
    async with database.reading(GUILD) as uow:
        assert (await uow.morning.get()).mention_role == 9
