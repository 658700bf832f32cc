"""Pairing and meetings, in both databases."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from datetime import date, time, timedelta
from pathlib import Path

import pytest

from bot.domain.meetings import Meeting
from bot.domain.pairing import Habits, PairingSettings, Partaker
from bot.domain.profiles import AskHours, Profile
from data.database import Database
from tests.data.files import NOW
from tests.data.rows import GUILD, MovingClock, database_of
from tests.data.servers import KINDS

ELSEWHERE = GUILD + 1


@pytest.fixture(params=KINDS)
async def database(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncGenerator[Database]:
    async with database_of(request.param, tmp_path, MovingClock()) as opened:
        yield opened


async def test_settings_are_off_at_first_and_the_newest_count(database: Database):
    first = PairingSettings(2, 4, time(12), date(2026, 7, 17))
    async with database(GUILD) as uow:
        assert await uow.pairing.settings() == PairingSettings()
        for each in (first, PairingSettings(1, 0, time(7, 30), None, date(2026, 7, 17))):
            await uow.pairing.set(each)
            assert await uow.pairing.settings() == each
    async with database(ELSEWHERE) as uow:
        assert await uow.pairing.settings() == PairingSettings()


async def test_each_person_takes_part_once_in_a_community(database: Database):
    changed = Partaker(11, NOW, NOW + timedelta(days=3), 2)
    async with database(GUILD) as uow:
        for each in (Partaker(12, NOW), Partaker(11, NOW), changed):
            await uow.pairing.put(each)
        await uow.pairing.waited({12: 1})
    async with database(ELSEWHERE) as uow:
        assert await uow.pairing.all() == []
        await uow.pairing.waited({11: 5})
        await uow.pairing.remove(11)
    async with database(GUILD) as uow:
        assert await uow.pairing.all() == [changed, Partaker(12, NOW, None, 1)]
        assert await uow.pairing.find(11) == changed
        await uow.pairing.remove(11)
        assert await uow.pairing.find(11) is None


async def test_lists_count_for_both_and_are_read_by_their_authors_only(database: Database):
    async with database(GUILD) as uow:
        for one, other in ((12, 11), (12, 11), (12, 13), (13, 12)):
            await uow.pairing.avoid(one, other)
        assert await uow.pairing.avoided_by(12) == (11, 13)
        assert await uow.pairing.avoided_by(11) == ()
        assert await uow.pairing.avoided() == {(11, 12), (12, 13)}
    async with database(ELSEWHERE) as uow:
        await uow.pairing.avoid(12, 11, remove=True)
        assert await uow.pairing.avoided() == frozenset()
    async with database(GUILD) as uow:
        await uow.pairing.avoid(12, 11, remove=True)
        assert await uow.pairing.avoided() == {(12, 13)}


async def test_habits_come_from_profiles(database: Database):
    hours = AskHours(frozenset({0, 4}), time(9), time(0))
    async with database(GUILD) as uow:
        await uow.profiles.put(Profile(0, 11, time_zone="Asia/Tokyo", language="ja", ask_hours=hours))
        await uow.profiles.put(Profile(0, 12))
        assert await uow.pairing.habits([11, 12, 13]) == {11: Habits("Asia/Tokyo", "ja", hours), 12: Habits()}


async def test_meetings_are_kept_by_round_by_person_and_by_pair(database: Database):
    later = NOW + timedelta(days=14)
    async with database(GUILD) as uow:
        trio = await uow.meetings.add("pairing", NOW, [13, 11, 12])
        again = await uow.meetings.add("pairing", later, [11, 12])
        await uow.meetings.say(trio, 12, met=False)
        await uow.meetings.say(trio, 12, met=True)
        await uow.meetings.say(trio, 13, met=False)
    known = Meeting(trio.id, "pairing", NOW, (11, 12, 13), {12: True, 13: False})
    async with database(ELSEWHERE) as uow:
        assert await uow.meetings.get(trio.id) is None
        assert await uow.meetings.last_together() == {}
        assert await uow.meetings.of_round("pairing", NOW) == []
    async with database.reading(GUILD) as uow:
        assert await uow.meetings.get(trio.id) == known
        assert await uow.meetings.of_round("pairing", NOW) == [known]
        assert await uow.meetings.of_member(11, 5) == [again, known]
        assert await uow.meetings.of_member(11, 1) == [again]
        assert await uow.meetings.of_member(99, 5) == []
        assert await uow.meetings.last_together() == {(11, 12): later, (11, 13): NOW, (12, 13): NOW}
        assert await uow.meetings.together_before(12, 11, later) == NOW
        assert await uow.meetings.together_before(11, 12, NOW) is None


async def test_who_takes_part_is_asked_about_at_night(database: Database):
    async with database(GUILD) as uow:
        await uow.pairing.put(Partaker(11, NOW))
        assert await uow.members.to_check(NOW, NOW, 10) == [11]
        assert await uow.members.has_part(11, NOW)
