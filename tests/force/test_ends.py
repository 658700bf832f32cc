"""How the process ends: told to, refused, or alone with a token that is no longer good."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from tests.double import DoubleClient, eventually, running_double
from tests.double.settings import bot_token
from tests.force.running import Home, a_study, assert_sound, copies

pytestmark = pytest.mark.force

DISPATCH = {"nonce_seconds": 2, "lease_seconds": 2, "rate": 90}


@asynccontextmanager
async def home_with(folder: Path, posts: int, **settings: Any) -> AsyncIterator[Home]:
    async with running_double(nonce_seconds=5, channels=11, global_limit=100, **settings) as double:
        home = Home(folder, double, dispatch=DISPATCH)
        try:
            study = await a_study(home)
            await study.plan(posts)
            yield home
            await assert_sound(double)
        finally:
            home.close()


async def has_posted(double: DoubleClient, count: int) -> None:
    async def posted() -> bool:
        return (await double.stats())["messages"] >= count

    await eventually(posted, seconds=20)


def alarms(text: str) -> list[str]:
    """The lines that ask for a person."""
    return [line for line in text.splitlines() if " INFO " not in line and " WARNING " not in line]


async def test_a_second_instance_is_refused_with_one_line_and_the_first_goes_on(tmp_path: Path):
    async with home_with(tmp_path, posts=60) as home:
        first = home.start()
        await has_posted(home.double, 5)
        second = home.start()
        assert await second.ended() == 2
        assert second.log.count("\n") == 1
        assert second.log.startswith("config.toml: database.url: another instance")
        await home.all_final()
        assert first.process.poll() is None
        assert set((await copies(home.double)).values()) == {1}


@pytest.mark.parametrize("hanging", [False, True])
async def test_sigterm_amid_a_burst_ends_the_process_within_5_seconds_and_loses_nothing(tmp_path: Path, hanging: bool):
    async with home_with(tmp_path, posts=150) as home:
        first = home.start()
        await has_posted(home.double, 20)
        if hanging:
            # Answers that come too late to be waited for: what is cut short is in doubt.
            await home.double.hang(60.0, store=True, count=None)
            await asyncio.sleep(0.5)
        told = time.monotonic()
        assert await first.terminate() == 0
        assert time.monotonic() - told < 5
        assert "Traceback" not in first.log
        assert home.states()["planned"] > 0
        await home.double.clear_faults()
        home.start()
        await home.all_final()
        assert home.states() == {"sent": 150}
        stand = await copies(home.double)
        assert len(stand) == 150
        assert set(stand.values()) == {1}


async def test_sigterm_before_the_bot_is_online_ends_it_too(tmp_path: Path):
    async with home_with(tmp_path, posts=1) as home:
        running = home.start()
        await eventually(lambda: "settings: " in running.log)
        told = time.monotonic()
        assert await running.terminate() == 0
        assert time.monotonic() - told < 5
        assert "Traceback" not in running.log


async def test_a_wrong_token_ends_the_process_with_one_line_that_names_it(tmp_path: Path):
    async with home_with(tmp_path, posts=0, token="another") as home:
        running = home.start()
        assert await running.ended() == 2
        assert "Traceback" not in running.log
        (said,) = alarms(running.log)
        assert "DISCORD_TOKEN" in said
        assert bot_token() not in running.log


@pytest.mark.parametrize(
    ("closed_with", "names", "code"),
    [
        (4004, "DISCORD_TOKEN", 2),
        (4011, "gateway code 4011", 1),
        (4012, "get a newer one", 2),
        (4013, "get a newer one", 2),
        (4014, "discord.members_intent", 2),
    ],
)
async def test_a_gateway_that_closes_for_good_ends_the_process_with_one_line(
    tmp_path: Path, closed_with: int, names: str, code: int
):
    async with home_with(tmp_path, posts=1) as home:
        running = home.start()
        await home.all_final()
        assert await home.double.drop_gateway(closed_with) == 1
        assert await running.ended() == code
        assert "Traceback" not in running.log
        (said,) = alarms(running.log)
        assert names in said
        assert bot_token() not in running.log


async def test_a_token_reset_while_the_gateway_was_away_ends_the_process_with_one_line(tmp_path: Path):
    async with home_with(tmp_path, posts=1, token=bot_token()) as home:
        running = home.start()
        await home.all_final()
        await home.double.configure(token="another")
        await home.double.drop_gateway(1006)
        assert await running.ended() == 2
        assert "Traceback" not in running.log
        (said,) = alarms(running.log)
        assert "DISCORD_TOKEN" in said


async def test_intents_switched_off_while_the_gateway_was_away_end_the_process_with_one_line(tmp_path: Path):
    async with home_with(tmp_path, posts=1) as home:
        running = home.start()
        await home.all_final()
        await home.double.configure(refused_intents=1)
        await home.double.invalidate_session()
        assert await running.ended() == 2
        assert "Traceback" not in running.log
        (said,) = alarms(running.log)
        assert "discord.members_intent" in said


async def test_a_token_revoked_at_work_ends_the_process_and_the_posts_go_out_with_the_next_one(tmp_path: Path):
    async with home_with(tmp_path, posts=60, token=bot_token()) as home:
        running = home.start()
        await has_posted(home.double, 10)
        await home.double.configure(token="another")
        assert await running.ended() == 2
        assert "Traceback" not in running.log
        assert bot_token() not in running.log
        states = home.states()
        assert states["retry"] >= 1
        assert states.keys() <= {"planned", "claimed", "retry", "sent"}
        await home.double.configure(token=bot_token())
        home.start()
        await home.all_final()
        assert home.states() == {"sent": 60}
        assert set((await copies(home.double)).values()) == {1}
