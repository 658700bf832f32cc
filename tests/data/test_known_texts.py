"""What people are known by is kept in memory, and never longer than it holds."""

from __future__ import annotations

import asyncio
import contextvars
from collections.abc import AsyncGenerator
from pathlib import Path

import pytest
from msgspec.structs import replace

from bot.domain.members import Member
from bot.domain.profiles.values import Profile
from bot.domain.questions.gratitude import Gratitude
from bot.domain.sessions import SessionState
from data.database import Database
from tests.data.files import NOW
from tests.data.rows import GUILD, MovingClock, database_of
from tests.data.servers import KINDS
from tests.data.test_asks import DAY, lectured
from tests.data.test_questions import added


@pytest.fixture(params=KINDS)
async def database(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncGenerator[Database]:
    async with database_of(request.param, tmp_path, MovingClock()) as opened:
        async with opened(GUILD) as uow:
            await uow.members.put(Member(11, used_at=NOW))
        yield opened


async def texts(database: Database) -> list[str]:
    async with database.reading(GUILD) as uow:
        return await uow.knowing.texts()


async def names(database: Database, *topics: str) -> None:
    async with database(GUILD) as uow:
        known = await uow.profiles.find(11) or Profile(0, 11)
        await uow.profiles.put(replace(known, topics=topics))


async def test_they_are_read_once_as_long_as_nothing_changes(database: Database):
    await names(database, "tea")
    first = await texts(database)
    assert await texts(database) is first
    async with database(GUILD) as uow:
        await uow.members.put(Member(12, used_at=NOW))
        assert await uow.knowing.texts() is first
    assert await texts(database) is first


async def test_whatever_people_are_known_by_is_read_anew_after_it_has_changed(database: Database):
    assert await texts(database) == []
    await names(database, "tea")
    assert await texts(database) == ["tea"]
    question = await added(database)
    async with database(GUILD) as uow:
        thanks = await uow.gratitude.add(Gratitude(0, question.id, 0, 12, False, 11, "rice", False, NOW))
    assert sorted(await texts(database)) == ["rice", "tea"]
    session = await lectured(database, 11, 3 * DAY)
    assert sorted(await texts(database)) == ["rice", "tea", "市場"]
    async with database(GUILD) as uow:
        await uow.sessions.change(session, state=SessionState.CANCELLED)
        await uow.gratitude.remove(thanks.id)
    assert await texts(database) == ["tea"]


async def test_what_a_lecturer_calls_their_lecture_is_read_anew(database: Database):
    session = await lectured(database, 11, 3 * DAY)
    assert await texts(database) == ["市場"]
    async with database(GUILD) as uow:
        (turn,) = (await uow.rotation.turns([session]))[session]
        await uow.rotation.put(replace(turn, theme="魚"))
    assert await texts(database) == ["魚"]


async def test_who_changes_them_reads_the_change_and_what_was_not_kept_is_forgotten(database: Database):
    await names(database, "tea")
    await texts(database)

    async def changes_their_mind() -> None:
        async with database(GUILD) as uow:
            known = await uow.profiles.find(11)
            assert known is not None
            await uow.profiles.put(replace(known, topics=("steel",)))
            assert await uow.knowing.texts() == ["steel"]
            raise RuntimeError("rolled back")

    with pytest.raises(RuntimeError, match="rolled back"):
        await changes_their_mind()
    assert await texts(database) == ["tea"]


async def test_a_view_from_before_a_change_leaves_nothing_behind(database: Database):
    await names(database, "tea")
    async with database.reading(GUILD) as uow:
        await uow.knowing.some(1, [])
        knowing = uow.knowing
        await _elsewhere(names(database, "steel"))
        assert await knowing.texts() == ["tea"]
    assert await texts(database) == ["steel"]


async def _elsewhere(work: object) -> None:
    """In a task of its own, as another person's press."""
    await asyncio.create_task(work, context=contextvars.Context())  # type: ignore[arg-type]
