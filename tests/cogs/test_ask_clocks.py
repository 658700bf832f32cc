"""The time of somebody who is asked, in nights in which clocks are set: through the whole bot, by what people read."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

from tests.cogs.test_asks import TEA, asks, read
from tests.cogs.test_questions import asked, with_forum
from tests.world import World, a_world

MINUTE = timedelta(minutes=1)
NEW_YORK = {"time_zone": "America/New_York"}
BERLIN = {"time_zone": "Europe/Berlin"}


def utc(month: int, day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(2026, month, day, hour, minute, tzinfo=UTC)


@asynccontextmanager
async def a_forum(folder: Path, start: datetime, zone: dict[str, str]) -> AsyncGenerator[World]:
    """`other` and then `member` are asked about tea; nobody is disturbed from 22:00 to 6:00."""
    async with a_world(folder, start=start) as world:
        await with_forum(world, **zone)
        await world.moderator.slash(world.general, "settings set", quiet_hours="22:00-06:00")
        await world.other.slash(world.general, "profile edit", industry="#hospitality", topics="tea")
        await world.member.slash(world.general, "profile edit", industry="#retail", topics="tea", language="en")
        yield world


async def reaches(world: World, at: datetime) -> None:
    """The next one is asked at this minute, and not before."""
    await world.sim.advance_to(at - MINUTE)
    assert read(world, world.member) == []
    await world.sim.advance_to(at + MINUTE)
    assert len(read(world, world.member)) == 1


async def test_four_waking_hours_over_a_night_of_seven_hours_in_new_york(tmp_path: Path):
    # Saturday, 20:00; clocks are set forward in the night.
    async with a_forum(tmp_path, utc(3, 8, 1), NEW_YORK) as world:
        await asked(world, world.moderator, "How long does it keep?", **TEA)
        assert len(read(world, world.other)) == 1
        # Two hours until 22:00, and two from 6:00 on, which is an hour earlier than the day before.
        await reaches(world, utc(3, 8, 12))


async def test_four_waking_hours_over_a_night_of_nine_hours_in_berlin(tmp_path: Path):
    # Saturday, 21:00; clocks are set back in the night.
    async with a_forum(tmp_path, utc(10, 24, 19), BERLIN) as world:
        await asked(world, world.moderator, "How long does it keep?", **TEA)
        assert len(read(world, world.other)) == 1
        await reaches(world, utc(10, 25, 8))


async def test_a_message_waits_for_the_morning_after_clocks_were_set(tmp_path: Path):
    # Saturday, 23:00: it waits until 6:00.
    async with a_forum(tmp_path, utc(10, 24, 21), BERLIN) as world:
        await asked(world, world.moderator, "How long does it keep?", **TEA)
        await world.sim.advance_to(utc(10, 25, 5) - MINUTE)
        assert read(world, world.other) == []
        await world.sim.advance_to(utc(10, 25, 5) + MINUTE)
        assert len(read(world, world.other)) == 1
        await reaches(world, utc(10, 25, 9))


async def test_48_hours_are_hours_that_pass_whatever_clocks_show(tmp_path: Path):
    # Saturday, 10:00. One hour a week is too little for four: they end two days after they began.
    async with a_forum(tmp_path, utc(10, 24, 8), BERLIN) as world:
        await world.other.slash(world.general, "profile edit", ask_hours="Sundays 9:00-10:00")
        await asked(world, world.moderator, "How long does it keep?", **TEA)
        await world.sim.advance_to(utc(10, 25, 8) - MINUTE)
        assert read(world, world.other) == []
        await world.sim.advance_to(utc(10, 25, 8) + MINUTE)
        assert len(read(world, world.other)) == 1
        await reaches(world, utc(10, 27, 8))


async def test_who_wakes_an_hour_too_late_because_clocks_are_set_back_is_not_asked(tmp_path: Path):
    # Saturday, 8:40: Monday 8:30 would be 47 hours and 50 minutes later, and is one hour more.
    async with a_forum(tmp_path, utc(10, 24, 6, 40), BERLIN) as world:
        await world.other.slash(world.general, "profile edit", ask_hours="Mondays 8:30-12:00")
        await asked(world, world.moderator, "How long does it keep?", **TEA)
        assert [ask.member_id for ask in await asks(world)] == [world.member.id]
