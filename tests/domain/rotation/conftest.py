from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.domain.rotation.running import LOOK
from bot.domain.steps import Step
from bot.domain.uow import UnitOfWork
from tests.domain.reminding import Club, a_club


@pytest.fixture
async def club(tmp_path: Path) -> AsyncIterator[Club]:
    async with a_club(tmp_path) as opened:
        yield opened


@pytest.fixture
def asked_by_hand(club: Club) -> None:
    """Nobody is asked by the rotation itself: a test asks whom it wants."""

    async def nothing(_uow: UnitOfWork, _step: Step) -> None:
        pass

    club.handlers[LOOK] = nothing
