"""simcord's engine: time, waiting, languages.

Each canary shows a gap in simcord alone, and that our change closes it. One whose first half fails says that a
new simcord has closed the gap itself: take the change out.
"""

from __future__ import annotations

import asyncio
import time
from datetime import datetime, timedelta

import discord
import pytest

from bot.demo.simulation import START, Simulation, set_locale
from bot.demo.simulation.patching import simcord_alone
from tests.simulation.scenes import Little, place, with_and_without


async def test_canary_everybody_uses_discord_in_their_own_language() -> None:
    class Polyglot(Little):
        async def setup_hook(self) -> None:
            @self.tree.command(description="Say where we are")
            async def where(interaction: discord.Interaction) -> None:
                await interaction.response.send_message(f"{interaction.locale} {interaction.guild_locale}")

            await self.tree.sync()

    async def scene(sim: Simulation) -> list[str]:
        _, channel, yuki = place(sim, preferred_locale="ja")
        set_locale(yuki, "ja")
        community = yuki.guild
        ben = community.add_member(sim.env.create_user("ben"))
        return [(await person.slash(channel, "where")).response.content for person in (yuki, ben)]

    assert await with_and_without(scene, Polyglot) == (["en-US en-US"] * 2, ["ja ja", "en-US ja"])


async def test_canary_a_timer_fires_only_when_the_simulation_advances() -> None:
    class Patient(Little):
        async def on_message(self, message: discord.Message) -> None:
            await asyncio.sleep(0.2)
            self.heard.append(self.clock.now())

    async def scene(sim: Simulation) -> tuple[bool, list[datetime]]:
        _, channel, yuki = place(sim)
        began = time.perf_counter()
        await yuki.send(channel, "hello")
        waited = time.perf_counter() - began >= 0.2
        await sim.advance(1)
        return waited, sim.bot.heard

    without, ours = await with_and_without(scene, Patient)
    assert without[0]
    assert ours == (False, [START + timedelta(seconds=0.2)])


@pytest.mark.parametrize("kind", ["lock", "event", "queue", "queue with a time limit"])
async def test_canary_a_task_may_wait_for_another_one(kind: str) -> None:
    class Waiting(Little):
        async def on_message(self, message: discord.Message) -> None:
            lock = asyncio.Lock()
            waits = {
                "lock": lock.acquire,
                "event": asyncio.Event().wait,
                "queue": asyncio.Queue[int]().get,
                "queue with a time limit": lambda: asyncio.wait_for(asyncio.Queue[int]().get(), 60),
            }
            await lock.acquire()
            await waits[kind]()

    async def scene(sim: Simulation) -> str:
        _, channel, yuki = place(sim)
        try:
            await yuki.send(channel, "hello")
        except TimeoutError as error:
            return str(error)[:18]
        return "at rest"

    with simcord_alone():
        sim = Simulation(Waiting, settle_seconds=0.05)
        await sim.__aenter__()
        without = await scene(sim)
        await sim.env.shutdown()
    async with Simulation(Waiting, settle_seconds=0.05) as sim:
        assert (without, await scene(sim)) == ("bot did not settle", "at rest")


async def test_canary_settling_does_not_pause() -> None:
    class Busy(Little):
        async def on_message(self, message: discord.Message) -> None:
            asyncio.get_running_loop().call_soon(lambda: None)

    async def scene(sim: Simulation) -> float:
        _, channel, yuki = place(sim)
        began = time.perf_counter()
        for _ in range(5):
            await yuki.send(channel, "hello")
        return time.perf_counter() - began

    without, ours = await with_and_without(scene, Busy, pace=True)
    assert without > 0.2
    assert ours < 0.1
