"""Fixtures for tests of the whole bot."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest_asyncio
from hypothesis import settings

from tests import compiled

if TYPE_CHECKING:
    from tests.world import World

# How long an example takes says more of the machine than of the code; what is fast enough is shown in `tests/bench/`.
settings.register_profile("without a clock", deadline=None)
settings.load_profile("without a clock")

compiled.keep()


@pytest_asyncio.fixture
async def bare_world(tmp_path: Path) -> AsyncGenerator[World]:
    """A server that the bot has just joined."""
    # Imported here, because tests of one layer should not need all others.
    from tests.world import a_world

    async with a_world(tmp_path) as world:
        yield world


@pytest_asyncio.fixture
async def world(bare_world: World) -> World:
    """A server where /setup has been done; see `World.set_up`."""
    await bare_world.set_up()
    return bare_world
