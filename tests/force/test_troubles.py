"""What Discord does to a bot that runs: limits, errors, cut connections, a gateway that goes away.

One process lives through all of it. Reminders are written into its database by another process, so its safety tick
(here every second) has to find them.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

import pytest
import pytest_asyncio

from tests.double import DoubleClient, eventually, running_double
from tests.force.running import Home, Running, Study, a_study, assert_sound, copies

pytestmark = [pytest.mark.force, pytest.mark.asyncio(loop_scope="module")]

POST = "POST /channels/{channel_id}/messages"
LIMIT = 60


@dataclass
class Scene:
    """A bot that is online, and its Discord."""

    home: Home
    study: Study
    double: DoubleClient
    running: Running

    async def delivers(self, count: int, *, channels: int = 10, seconds: float = 20.0) -> None:
        """Write reminders that are due, and see each of them arrive once."""
        before = len(self.home.rows())
        await self.study.plan(count, channels=self.study.channels[:channels])
        await self.home.all_final(seconds=seconds)
        assert self.running.process.poll() is None, self.running.log
        new = self.home.rows()[before:]
        stand = await copies(self.double)
        assert [(row.state, stand[row.id]) for row in new] == [("sent", 1)] * count, self.running.log[-4000:]

    async def gateway(self, what: str, since: int) -> bool:
        """Whether something has happened on the gateway after the first `since` records."""
        return any(each["what"] == what for each in (await self.double.gateway_log())[since:])


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def scene(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Scene]:
    folder: Path = tmp_path_factory.mktemp("troubles")
    dispatch = {"nonce_seconds": 2, "lease_seconds": 2, "rate": 50}
    async with running_double(nonce_seconds=5, channels=21, global_limit=LIMIT) as double:
        home = Home(folder, double, dispatch=dispatch, tick_seconds=1)
        study = await a_study(home)
        running = home.start()
        try:
            await study.plan(1)
            await home.all_final()
            yield Scene(home, study, double, running)
            await assert_sound(double)
            assert home.rows("notice") == []
            assert await running.terminate() == 0
            assert "Traceback" not in running.log
        finally:
            home.close()


@pytest_asyncio.fixture(autouse=True, loop_scope="module")
async def without_faults(scene: Scene) -> AsyncIterator[None]:
    """Each test orders its own troubles."""
    yield
    await scene.double.clear_faults()
    await scene.double.configure(global_limit=LIMIT, channel_limit=0)


async def test_a_global_limit_below_our_rate_delays_posts_and_loses_none(scene: Scene):
    await scene.double.configure(global_limit=15)
    limited = (await scene.double.stats())["rate_limited"]["global"]
    await scene.delivers(45)
    assert (await scene.double.stats())["rate_limited"]["global"] > limited


async def test_a_throttled_channel_holds_up_no_other(scene: Scene):
    await scene.double.configure(channel_limit=2, channel_seconds=2.0)
    await scene.study.plan(7, channels=scene.study.channels[:1])
    slow = {row.id for row in scene.home.rows()[-7:]}
    await scene.study.plan(12, channels=scene.study.channels[1:13])
    quick = {row.id for row in scene.home.rows()[-12:]}
    await scene.home.all_final()
    stand = await copies(scene.double)
    assert {stand[row] for row in slow | quick} == {1}
    order = [row.id for row in sorted(scene.home.rows(), key=lambda row: row.sent_at) if row.id in slow | quick]
    assert max(order.index(row) for row in quick) < max(order.index(row) for row in slow) - 2


async def test_a_429_that_names_no_bucket_is_waited_out(scene: Scene):
    await scene.double.fail(429, retry_after=0.5, count=5)
    await scene.delivers(10)


async def test_500s_with_and_without_effect_lead_to_one_message_each(scene: Scene):
    await scene.double.fail(500, store=True, count=5)
    await scene.double.fail(500, store=False, count=5)
    await scene.double.fail(503, store=True, count=5)
    await scene.delivers(20)


async def test_cut_connections_and_answers_that_never_come_lead_to_one_message_each(scene: Scene):
    for store in (True, False):
        await scene.double.cut(store=store, count=4)
        await scene.double.cut(store=store, count=4, reset=True)
        await scene.double.hang(3.0, store=True, count=2)
    await scene.delivers(30)


async def test_after_a_dropped_gateway_the_session_is_resumed_and_posting_goes_on(scene: Scene):
    since = len(await scene.double.gateway_log())
    assert await scene.double.drop_gateway(code=1006) == 1
    await scene.delivers(5)
    await eventually(lambda: scene.gateway("resume", since), seconds=10)
    await scene.delivers(5)
    assert not await scene.gateway("identify", since)


async def test_after_an_invalid_session_the_bot_identifies_again_and_posting_goes_on(scene: Scene):
    since = len(await scene.double.gateway_log())
    assert await scene.double.invalidate_session() == 1
    await scene.delivers(5)
    await eventually(lambda: scene.gateway("identify", since), seconds=15)
    await scene.delivers(5)
    # It came back to the double and not to discord.py's built-in address, and did not start anew.
    stats = await scene.double.stats()
    assert stats["gateway_connections"] == 1
