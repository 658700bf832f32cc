"""What people chose of their reminders, on both databases."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from datetime import time
from pathlib import Path

import pytest
from sqlalchemy import insert
from sqlalchemy.exc import IntegrityError

from bot.domain.own_reminders import OwnReminders
from bot.domain.profiles import Profile
from data.database import Database
from data.own_reminders import own_reminders
from tests.data.rows import GUILD, MovingClock, database_of
from tests.data.servers import KINDS

OTHER_GUILD = GUILD + 1


@pytest.fixture(params=KINDS)
async def database(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncGenerator[Database]:
    async with database_of(request.param, tmp_path, MovingClock()) as opened:
        yield opened


async def put(database: Database, *chosen: OwnReminders, guild_id: int = GUILD) -> None:
    async with database(guild_id) as uow:
        for own in chosen:
            await uow.own_reminders.put(own)


FULL = OwnReminders(1, (1440, 30), time(21, 30), False, "thread")


async def test_a_choice_is_read_back_as_it_was_written_and_replaced(database: Database):
    await put(database, FULL, OwnReminders(2), OwnReminders(3, (), None, True, "off"))
    async with database.reading(GUILD) as uow:
        assert await uow.own_reminders.find(1) == FULL
        assert await uow.own_reminders.find(4) is None
        assert await uow.own_reminders.some([3, 2, 4]) == {
            3: OwnReminders(3, (), None, True, "off"),
            2: OwnReminders(2),
        }
        assert list(await uow.own_reminders.some([3, 1, 2])) == [3, 1, 2], "in the order asked for"
    await put(database, OwnReminders(1))
    async with database.reading(GUILD) as uow:
        assert await uow.own_reminders.find(1) == OwnReminders(1)


async def test_thousands_are_read_at_once(database: Database):
    await put(database, *(OwnReminders(n, (n,)) for n in range(1, 1202)))
    async with database.reading(GUILD) as uow:
        assert len(await uow.own_reminders.some(range(1, 3000))) == 1201


async def test_distinct_times_are_few_however_many_share_them_and_who_is_told_nothing_does_not_count(
    database: Database,
):
    shared = [OwnReminders(n, (1440, 30), time(21)) for n in range(10, 60)]
    await put(
        database,
        *shared,
        OwnReminders(1, (60,)),
        OwnReminders(2, None, time(22)),
        OwnReminders(3, (15,), by="off"),
        OwnReminders(4, by="dm"),
    )
    async with database.reading(GUILD) as uow:
        times = await uow.own_reminders.times()
    assert sorted(times, key=str) == sorted(
        [OwnReminders(0, (1440, 30), time(21)), OwnReminders(0, (60,)), OwnReminders(0, None, time(22))], key=str
    )


async def test_a_choice_in_the_same_transaction_changes_the_distinct_times(database: Database):
    async with database(GUILD) as uow:
        assert await uow.own_reminders.times() == []
        await uow.own_reminders.put(FULL)
        assert await uow.own_reminders.times() == [OwnReminders(0, FULL.before, FULL.evening)]


async def test_who_has_an_evening_of_their_own_is_found_unless_told_nothing(database: Database):
    await put(database, FULL, OwnReminders(2, None, time(22), by="off"), OwnReminders(3, (10,)))
    async with database.reading(GUILD) as uow:
        assert await uow.own_reminders.with_evening() == [FULL]


async def test_another_communitys_choice_is_its_own(database: Database):
    await put(database, FULL)
    await put(database, OwnReminders(1, by="off"), guild_id=OTHER_GUILD)
    async with database.reading(OTHER_GUILD) as uow:
        assert await uow.own_reminders.find(1) == OwnReminders(1, by="off")
        assert await uow.own_reminders.times() == []
    async with database.reading(GUILD) as uow:
        assert await uow.own_reminders.find(1) == FULL


async def test_the_database_itself_refuses_a_second_row_for_one_person(database: Database):
    await put(database, FULL)
    values = {"guild_id": GUILD, "member_id": 1, "evening_off": False, "by": "dm"}
    with pytest.raises(IntegrityError):
        async with database.connections.writing() as connection:
            await connection.execute(insert(own_reminders).values(**values))


async def test_the_zone_of_ones_clock_comes_from_ones_profile_in_the_same_community(database: Database):
    async with database(GUILD) as uow:
        for member_id, zone in ((1, "America/New_York"), (2, ""), (5, "Europe/London")):
            await uow.profiles.put(Profile(0, member_id, time_zone=zone))
        assert [await uow.profiles.time_zone(n) for n in (1, 2, 3)] == ["America/New_York", "", ""]
    async with database(OTHER_GUILD) as uow:
        await uow.profiles.put(Profile(0, 3, time_zone="Asia/Tokyo"))
    evening = time(21)
    await put(database, *(OwnReminders(n, None, evening) for n in (1, 2, 3)), OwnReminders(5, (30,)))
    async with database.reading(GUILD) as uow:
        zones = {n: own.zone for n, own in (await uow.own_reminders.some([1, 2, 3, 5])).items()}
        assert zones == {1: "America/New_York", 2: "", 3: "", 5: "Europe/London"}
        assert [own.zone for own in await uow.own_reminders.with_evening()] == ["America/New_York", "", ""]
        times = await uow.own_reminders.times()
        # A zone is of no matter to who has no evening.
        assert sorted((own.before or (), own.evening or time(0), own.zone) for own in times) == [
            ((), evening, ""),
            ((), evening, "America/New_York"),
            ((30,), time(0), ""),
        ]
