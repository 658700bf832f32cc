from __future__ import annotations

import sqlite3
from collections.abc import AsyncGenerator
from datetime import time
from pathlib import Path

import pytest

from bot.domain.communities import Community
from data.communities import DEFAULTS
from data.database import Database
from tests.data.files import NOW, file_database


@pytest.fixture
async def database(tmp_path: Path) -> AsyncGenerator[Database]:
    async with file_database(tmp_path) as opened:
        yield opened


async def test_a_community_that_wrote_nothing_yet_reads_as_the_defaults(database: Database):
    async with database.reading(7) as uow:
        assert await uow.communities.get() == Community(guild_id=7, **DEFAULTS)


async def test_the_first_writing_unit_of_work_makes_the_row(database: Database, tmp_path: Path):
    async with database(7):
        pass
    with sqlite3.connect(tmp_path / "bot.db") as file:
        assert file.execute("select guild_id, language, evening_before from communities").fetchall() == [
            (7, "en", "20:00")
        ]


async def test_every_field_comes_back_as_it_was_written(database: Database):
    values = {
        "language": "ja",
        "time_zone": "Asia/Tokyo",
        "announcements_channel": 2**63 - 1,
        "log_channel": 2,
        "introductions_channel": 4,
        "questions_channel": 5,
        "moderator_role": 3,
        "quiet_begin": time(22, 0),
        "quiet_end": time(6, 30),
        "usual_start": time(7, 0),
        "evening_before": time(19, 45),
        "native_events": False,
        "members_may_host": False,
        "setup_step": "channels",
        "set_up_at": NOW,
    }
    async with database(7) as uow:
        changed = await uow.communities.change(**values)
    assert changed == Community(guild_id=7, **values)
    async with database.reading(7) as uow:
        assert await uow.communities.get() == changed


async def test_a_change_touches_no_other_community(database: Database):
    async with database(7) as uow:
        await uow.communities.change(language="ja")
    async with database(8) as uow:
        assert (await uow.communities.get()).language == "en"


async def test_settings_kept_in_memory_follow_a_change(database: Database):
    assert (await database.settings(7)).language == "en"
    async with database(7) as uow:
        await uow.communities.change(language="ja")
    assert (await database.settings(7)).language == "ja"


async def test_a_change_that_is_rolled_back_leaves_nothing(database: Database):
    async def half_done() -> None:
        async with database(7) as uow:
            await uow.communities.change(language="ja")
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await half_done()
    assert (await database.settings(7)).language == "en"
