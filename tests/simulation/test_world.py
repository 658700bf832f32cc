"""`Simulation` itself: its clock, restarts, acts at the same instant, and what it shows."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any

import discord
import pytest
import simcord
from discord.ext import commands

from bot.demo.simulation import START, Simulation, install
from bot.demo.simulation.patching import around
from bot.scheduling import Scheduling
from tests.simulation.scenes import Going, Little, buttons, place, seen_by_bot


async def test_the_clock_starts_where_it_is_told_and_goes_on_through_a_restart() -> None:
    start = datetime(2026, 12, 3, 7, tzinfo=UTC)
    clocks = []

    def make_bot(clock: Any) -> Little:
        clocks.append((clock, clock.now()))
        return Little(clock)

    async with Simulation(make_bot, start=start) as sim:
        first = sim.bot
        assert sim.now() == discord.utils.utcnow() == start
        await sim.advance(timedelta(days=2.5))
        await sim.restart()
        later = start + timedelta(days=2.5)
        assert (sim.now(), sim.bot.clock.now(), clocks) == (later, later, [(sim.clock, start), (sim.clock, later)])
        assert first.is_closed()
        assert sim.bot is not first
        with pytest.raises(ValueError, match="is past"):
            await sim.advance_to(start)


async def test_a_job_in_three_virtual_days_fires_on_time_with_no_frozen_clock() -> None:
    class Sleepy(Little):
        async def setup_hook(self) -> None:
            self.scheduling = Scheduling(self.clock, tick_seconds=3600)
            self.scheduling.start()
            self.scheduling.safety_tick(lambda: self.heard.append("tick"))
            self.scheduling.arm(START + timedelta(days=3), lambda: self.heard.append(self.clock.now()))

        async def close(self) -> None:
            self.scheduling.shutdown()
            await super().close()

    began = datetime.now(UTC)
    async with Simulation(Sleepy) as sim:
        await sim.advance(timedelta(days=3) - timedelta(seconds=1))
        assert sim.bot.heard == ["tick"] * 71
        await sim.advance(2)
        assert sorted(map(str, sim.bot.heard[71:])) == [str(START + timedelta(days=3)), "tick"]
    assert datetime.now(UTC) - began < timedelta(seconds=30)


async def test_an_alarm_set_by_the_test_itself_belongs_to_the_bot() -> None:
    class Sleepy(Little):
        async def setup_hook(self) -> None:
            self.scheduling = Scheduling(self.clock, tick_seconds=3600)
            self.scheduling.start()

        async def close(self) -> None:
            self.scheduling.shutdown()
            await super().close()

    async with Simulation(Sleepy) as sim:
        sim.bot.scheduling.arm(START + timedelta(days=1), lambda: sim.bot.heard.append(sim.now()))
        await sim.advance(timedelta(days=2))
        assert sim.bot.heard == [START + timedelta(days=1)]


async def test_fifty_presses_at_the_same_instant_all_reach_the_bot_before_one_is_handled() -> None:
    class Host(Little):
        free = 50

        async def setup_hook(self) -> None:
            self.add_dynamic_items(Going)

    async with Simulation(Host) as sim:
        community, hall, _ = place(sim)
        members = [community.add_member(sim.env.create_user(f"m{n}")) for n in range(50)]
        post = await sim.run(seen_by_bot(sim, hall).send("come?", view=buttons(1)))
        results = await sim.simultaneous(*(member.click(post, label="Going") for member in members))
        assert [sim.private_replies(result) for result in results] == [["place 50"]] * 50
        await sim.restart()
        assert sim.private_replies(await members[0].click(post, label="Going")) == ["place 50"]


async def test_an_impossible_press_spoils_no_later_one() -> None:
    async with Simulation(Little) as sim:
        _, hall, yuki = place(sim)
        post = await sim.run(seen_by_bot(sim, hall).send("no button"))
        with pytest.raises(simcord.SetupError):
            await sim.simultaneous(yuki.click(post, label="Going"), yuki.click(post, label="Going"))
        await yuki.send(hall, "hello")
        assert sim.bot.heard[-1] == ("", None)


async def test_a_stopped_bot_hears_nothing_and_its_successor_starts_in_the_same_world() -> None:
    async with Simulation(Little) as sim:
        _, hall, yuki = place(sim)
        first = sim.bot
        await sim.stop()
        await yuki.send(hall, "anybody?")
        await sim.advance(timedelta(hours=3))
        await sim.restart()
        await yuki.send(hall, "back?")
        assert (len(first.heard), len(sim.bot.heard)) == (0, 1)
        assert len(sim.messages(hall)) == 2


async def test_the_bot_is_closed_by_the_callable_given_and_built_by_an_async_one() -> None:
    closed = []

    async def make_bot(clock: Any) -> Little:
        await asyncio.sleep(0)
        return Little(clock)

    async def close(bot: Little) -> None:
        closed.append(bot)
        await bot.close()

    async with Simulation(make_bot, close=close) as sim:
        bots = [sim.bot]
        await sim.restart()
        bots.append(sim.bot)
    assert closed == bots


async def test_a_sharded_bot_needs_no_further_word() -> None:
    def make_bot(clock: Any) -> commands.AutoShardedBot:
        return commands.AutoShardedBot("!", intents=discord.Intents.default())

    async with Simulation(make_bot) as sim:
        place(sim)
        await sim.restart()
        assert list(sim.bot.shards) == [0]


async def test_an_error_of_the_bot_that_nobody_looked_at_ends_the_simulation() -> None:
    class Clumsy(Little):
        async def on_message(self, message: discord.Message) -> None:
            raise ZeroDivisionError

    async def scene(**options: Any) -> list[BaseException]:
        async with Simulation(Clumsy, **options) as sim:
            _, hall, yuki = place(sim)
            await yuki.send(hall, "hello")
            return sim.errors if not options else []

    with pytest.raises(BaseExceptionGroup, match="nobody looked at"):
        await scene(expected=(KeyError,))
    assert [type(error) for error in await scene()] == [ZeroDivisionError]
    assert await scene(expected=(ArithmeticError,)) == []


async def test_work_run_as_the_bot_gives_its_result_or_its_error() -> None:
    async def work(value: int) -> float:
        await asyncio.sleep(0)
        return 1 / value

    async with Simulation(Little) as sim:
        assert await sim.run(work(2)) == 0.5
        with pytest.raises(ZeroDivisionError):
            await sim.run(work(0))
        with pytest.raises(TimeoutError, match="time to pass"):
            await sim.run(asyncio.sleep(60))
        assert sim.errors == []


async def test_a_message_reads_as_plain_lines() -> None:
    class Host(Little):
        async def setup_hook(self) -> None:
            @self.tree.command(description="Show")
            async def show(interaction: discord.Interaction) -> None:
                embed = discord.Embed(title="朝の会", description="07:00").add_field(name="Going", value="2")
                embed.set_footer(text="JST")
                view = buttons(1)
                await interaction.response.send_message("Look", embed=embed, view=view, ephemeral=True)
                await interaction.followup.send("And", ephemeral=True)

            await self.tree.sync()

    async with Simulation(Host) as sim:
        _, hall, yuki = place(sim)
        result = await yuki.slash(hall, "show")
        assert sim.private_replies(result) == ["Look\n朝の会\n07:00\nGoing: 2\nJST\n[Going]", "And"]
        assert sim.messages(hall) == []
        assert sim.unprompted() == []


def test_installing_twice_changes_nothing() -> None:
    before = simcord.interactions.base_payload
    install()
    assert simcord.interactions.base_payload is before


def test_a_route_that_simcord_lost_is_noticed() -> None:
    with pytest.raises(LookupError, match="no route"):
        around("POST", "/no/such/route", lambda original, request: None)
