"""The alarm, the safety tick and the regular jobs, mostly on virtual time."""

from __future__ import annotations

import asyncio
import logging
import threading
from datetime import UTC, datetime, timedelta
from typing import Any

import discord
import pytest
from apscheduler.schedulers import base

from bot.clock import SystemClock
from bot.demo.simulation import START, Simulation
from bot.scheduling import Scheduling

HOUR = timedelta(hours=1)


def make_bot(clock: Any) -> discord.Client:
    return discord.Client(intents=discord.Intents.none())


async def started(sim: Simulation, **options: Any) -> Scheduling:
    scheduling = Scheduling(sim.clock, tick_seconds=60, **options)

    async def start() -> None:
        scheduling.start()

    await sim.run(start())
    return scheduling


async def test_the_alarm_rings_once_at_its_time_on_the_event_loop():
    async with Simulation(make_bot) as sim:
        scheduling = await started(sim)
        rung = []
        scheduling.arm(START + HOUR, lambda: rung.append((sim.now(), threading.current_thread())))
        assert scheduling.armed_for == START + HOUR
        await sim.advance(3 * HOUR)
        assert rung == [(START + HOUR, threading.main_thread())]
        assert scheduling.armed_for is None


async def test_until_it_has_rung_the_alarm_only_moves_to_an_earlier_time():
    async with Simulation(make_bot) as sim:
        scheduling = await started(sim)
        rung = []
        for hours in (2, 3, 1, 4):
            scheduling.arm(START + hours * HOUR, lambda: rung.append(sim.now()))
        await sim.advance(5 * HOUR)
        assert rung == [START + HOUR]
        scheduling.arm(START + 9 * HOUR, lambda: rung.append(sim.now()))
        await sim.advance(5 * HOUR)
        assert rung == [START + HOUR, START + 9 * HOUR]


async def test_an_alarm_for_the_past_rings_at_once():
    async with Simulation(make_bot) as sim:
        scheduling = await started(sim)
        rung = []
        scheduling.arm(START - 100 * HOUR, lambda: rung.append(sim.now()))
        await sim.env.settle()
        assert rung == [START]


async def test_what_the_alarm_wakes_may_set_it_again():
    async with Simulation(make_bot) as sim:
        scheduling = await started(sim)
        rung = []

        def wake() -> None:
            rung.append(sim.now())
            if len(rung) < 3:
                scheduling.arm(sim.now() + HOUR, wake)

        scheduling.arm(START + HOUR, wake)
        await sim.advance(10 * HOUR)
        assert rung == [START + HOUR, START + 2 * HOUR, START + 3 * HOUR]


async def test_an_alarm_set_before_the_start_is_kept():
    async with Simulation(make_bot) as sim:
        scheduling = Scheduling(sim.clock, tick_seconds=60)
        rung = []
        scheduling.arm(START + 2 * HOUR, lambda: rung.append("late"))
        scheduling.arm(START + HOUR, lambda: rung.append("early"))

        async def start() -> None:
            scheduling.start()

        await sim.run(start())
        await sim.advance(3 * HOUR)
        assert rung == ["early"]


async def test_the_safety_tick_comes_at_its_period():
    async with Simulation(make_bot) as sim:
        scheduling = await started(sim)
        ticks = []
        scheduling.safety_tick(lambda: ticks.append(sim.now()))
        await sim.advance(200)
        assert ticks == [START + timedelta(seconds=seconds) for seconds in (60, 120, 180)]


@pytest.mark.parametrize(
    ("begin", "expected"),
    [
        (datetime(2026, 1, 5, 2, 30, tzinfo=UTC), [datetime(2026, 1, day, 3, 15, tzinfo=UTC) for day in (5, 6)]),
        (datetime(2026, 1, 5, 3, 15, tzinfo=UTC), [datetime(2026, 1, day, 3, 15, tzinfo=UTC) for day in (6, 7)]),
    ],
)
async def test_a_daily_job_runs_at_its_time_of_day(begin: datetime, expected: list[datetime]):
    async with Simulation(make_bot, start=begin) as sim:
        scheduling = await started(sim)
        runs = []

        async def housekeeping() -> None:
            await asyncio.sleep(0)
            runs.append(sim.now())

        scheduling.daily(housekeeping, "housekeeping", hour=3, minute=15)
        await sim.advance(timedelta(days=2))
        assert runs == expected


async def test_an_hourly_job_runs_at_its_minute():
    async with Simulation(make_bot, start=START + timedelta(minutes=40)) as sim:
        scheduling = await started(sim)
        runs = []
        scheduling.hourly(lambda: runs.append(sim.now()), "horizon", minute=20)
        await sim.advance(2 * HOUR)
        assert runs == [START + timedelta(minutes=80), START + timedelta(minutes=140)]


async def test_a_job_given_again_replaces_the_first():
    async with Simulation(make_bot) as sim:
        scheduling = await started(sim)
        runs = []
        scheduling.every(600, lambda: runs.append("old"), "job")
        scheduling.every(1200, lambda: runs.append("new"), "job")
        await sim.advance(HOUR)
        assert runs == ["new"] * 3


async def test_a_job_that_fails_is_logged_told_and_runs_again(caplog: pytest.LogCaptureFixture):
    async with Simulation(make_bot) as sim:
        told: list[Exception] = []
        scheduling = await started(sim, on_error=told.append)

        async def fail() -> None:
            raise LookupError("no such row")

        scheduling.every(60, fail, "broken")
        await sim.advance(120)
        assert [str(error) for error in told] == ["no such row"] * 2
        records = [record for record in caplog.records if record.name == "bot.scheduling"]
        assert [(record.levelno, record.message) for record in records] == [
            (logging.ERROR, "The job broken failed")
        ] * 2
        assert "LookupError: no such row" in caplog.text
        assert sim.errors == []


async def test_a_job_skips_the_times_that_come_while_it_still_runs():
    async with Simulation(make_bot) as sim:
        scheduling = await started(sim)
        runs = []

        async def slow() -> None:
            runs.append(sim.now())
            await asyncio.sleep(150)

        scheduling.every(60, slow, "slow")
        await sim.advance(400)
        assert [(run - START).total_seconds() for run in runs] == [60, 240]


async def test_after_the_shutdown_nothing_runs_and_a_second_one_does_no_harm():
    async with Simulation(make_bot) as sim:
        scheduling = await started(sim)
        rung = []
        scheduling.arm(START + HOUR, lambda: rung.append("alarm"))
        scheduling.safety_tick(lambda: rung.append("tick"))
        scheduling.shutdown()
        scheduling.shutdown()
        await sim.advance(2 * HOUR)
        assert (rung, scheduling.armed_for) == ([], None)


async def test_two_schedulers_with_different_clocks_do_not_disturb_each_other():
    class Fixed:
        def now(self) -> datetime:
            return START - timedelta(days=365)

    async with Simulation(make_bot) as sim:
        theirs = base.datetime
        rung = []
        for clock in (Fixed(), sim.clock):
            other = Scheduling(clock, tick_seconds=60)

            async def start(other: Scheduling = other) -> None:
                other.start()

            await sim.run(start())
            other.arm(START + HOUR, lambda clock=clock: rung.append(type(clock).__name__))
        await sim.advance(2 * HOUR)
        assert rung == ["SimulatedClock"]
        assert base.datetime is theirs


async def test_on_the_machines_own_clock_the_alarm_rings_in_real_time():
    scheduling = Scheduling(SystemClock(), tick_seconds=60)
    scheduling.start()
    rung = asyncio.Event()
    due = SystemClock().now() + timedelta(seconds=0.03)
    scheduling.arm(due, rung.set)
    await asyncio.wait_for(rung.wait(), 5)
    late = SystemClock().now() - due
    scheduling.shutdown()
    assert timedelta() <= late < timedelta(seconds=1)
