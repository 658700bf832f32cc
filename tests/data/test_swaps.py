"""Offers of a turn, in both databases."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from datetime import timedelta
from pathlib import Path

import pytest
from msgspec.structs import replace

from bot.domain.rotation import Turn, TurnState
from bot.domain.rotation.swaps import Swap, SwapState
from data.database import Database
from tests.data.files import NOW
from tests.data.rows import GUILD, MovingClock, database_of
from tests.data.servers import KINDS
from tests.data.test_rotation import OTHER, a_group, a_session, put

DAY = timedelta(days=1)


@pytest.fixture(params=KINDS)
async def database(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncGenerator[Database]:
    async with database_of(request.param, tmp_path, MovingClock()) as opened:
        yield opened


async def test_an_offer_is_read_back_and_changed_in_its_own_community_alone(database: Database):
    session_id = await a_session(database, await a_group(database))
    (turn,) = await put(database, Turn(session_id, 0, 11, TurnState.CONFIRMED, NOW))
    new = Swap(0, turn.id, session_id, 11, 0, True, NOW + 9 * DAY, NOW, NOW + 8 * DAY)
    async with database(GUILD) as uow:
        first = await uow.swaps.put(new)
        second = await uow.swaps.put(replace(new, to_id=12))
    assert first == replace(new, id=first.id)
    async with database(OTHER) as uow:
        await uow.swaps.put(replace(first, state=SwapState.WITHDRAWN))
        assert await uow.swaps.find(first.id) is None
        assert await uow.swaps.of_turn(turn.id) == await uow.swaps.open_at([session_id]) == []
    async with database(GUILD) as uow:
        assert await uow.swaps.of_turn(turn.id) == await uow.swaps.open_at([session_id]) == [first, second]
        taken = await uow.swaps.put(replace(first, state=SwapState.TAKEN, taken_by=13))
        assert await uow.swaps.find(first.id) == taken
        assert await uow.swaps.open_at([session_id, session_id + 1]) == [second]
        assert await uow.swaps.open_at([]) == []
