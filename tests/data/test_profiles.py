"""What people tell of themselves, on both databases."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from datetime import time
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from bot.domain.industries import Industry
from bot.domain.profiles import AskHours, Profile
from data.database import Database
from data.industries import profile_industries
from data.profiles import profile_topics
from tests.data.files import NOW
from tests.data.rows import GUILD, MovingClock, database_of
from tests.data.servers import KINDS

OTHER_GUILD = 8
FINANCE, RETAIL = Industry("finance"), Industry("retail")
FULL = Profile(
    id=0, member_id=7, industries=(FINANCE, RETAIL), occupation="企画", employment="npo", topics=("お茶", "統計"),
    hobbies=("golf",), about="はじめまして", reading="ゆき", time_zone="Asia/Tokyo", language="ja",
    ask_hours=AskHours(frozenset({0, 6}), time(9), time(0)), ask_limit=0,
)  # fmt: skip


@pytest.fixture
def clock() -> MovingClock:
    return MovingClock()


@pytest.fixture(params=KINDS)
async def database(request: pytest.FixtureRequest, tmp_path: Path, clock: MovingClock) -> AsyncGenerator[Database]:
    async with database_of(request.param, tmp_path, clock) as opened:
        yield opened


async def put(database: Database, profile: Profile, guild_id: int = GUILD) -> Profile:
    async with database(guild_id) as uow:
        return await uow.profiles.put(profile)


async def find(database: Database, member_id: int, guild_id: int = GUILD) -> Profile | None:
    async with database.reading(guild_id) as uow:
        return await uow.profiles.find(member_id)


async def history(database: Database) -> list[tuple[Any, ...]]:
    """Which industry, in which place, and from when to when, in hours after the beginning."""
    of = profile_industries.c
    async with database.connections.reading() as connection:
        rows = await connection.execute(select(of.bundled, of.own_id, of.position, of.since, of.until).order_by(of.id))
        return [
            (row.bundled or row.own_id, row.position, *((at - NOW).seconds // 3600 if at else None for at in row[3:]))
            for row in rows
        ]


async def test_a_profile_comes_back_as_it_was_written_and_only_in_its_community(database: Database):
    stored = await put(database, FULL)
    assert stored.id > 0
    assert await find(database, 7) == stored
    assert stored == Profile(**{name: getattr(FULL, name) for name in FULL.__slots__} | {"id": stored.id})
    assert await find(database, 8) is None
    assert await find(database, 7, OTHER_GUILD) is None
    await put(database, Profile(0, 7, about="elsewhere"), OTHER_GUILD)
    assert await find(database, 7) == stored
    bare = await put(database, Profile(stored.id, 7))
    assert bare == Profile(stored.id, 7) == await find(database, 7)


async def test_what_somebody_works_in_has_a_beginning_and_an_end(database: Database, clock: MovingClock):
    await put(database, FULL)
    clock.pass_time(hours=1)
    await put(database, Profile(0, 7, (RETAIL, Industry("public"))))
    clock.pass_time(hours=1)
    await put(database, Profile(0, 7, (FINANCE, RETAIL)))
    assert await history(database) == [
        ("finance", 0, 0, 1),
        ("retail", 1, 0, None),
        ("public", 1, 1, 2),
        ("finance", 0, 2, None),
    ]
    profile = await find(database, 7)
    assert profile is not None
    assert profile.industries == (FINANCE, RETAIL)
    clock.pass_time(hours=1)
    async with database(GUILD) as uow:
        await uow.profiles.remove(profile)
    assert await find(database, 7) is None
    assert [until for *_rest, until in await history(database)] == [1, 3, 2, 3]
    async with database.connections.reading() as connection:
        assert (await connection.execute(select(profile_topics))).all() == []


async def test_an_id_is_never_given_twice(database: Database):
    first = await put(database, Profile(0, 7, about="Hello"))
    async with database(GUILD) as uow:
        await uow.profiles.remove(first)
    assert (await put(database, Profile(0, 8, about="Hello"))).id > first.id


async def test_industries_are_added_for_one_community_and_counted_for_their_author(database: Database):
    async with database(GUILD) as uow:
        tea = await uow.industries.add("Tea trade", 7)
        zoo = await uow.industries.add("Zoo", 8)
    await put(database, Profile(0, 7, (zoo, FINANCE, tea)))
    assert (await find(database, 7) or FULL).industries == (zoo, FINANCE, tea)
    async with database.reading(GUILD) as uow:
        assert await uow.industries.get(tea.key) == tea
        assert await uow.industries.get("own-999") is None
        assert await uow.industries.get("finance") is None
        assert await uow.industries.named(["tea trade", "nothing"]) == {"tea trade": tea}
        assert await uow.industries.named([]) == {}
        assert await uow.industries.in_use() == [tea, zoo]
        assert await uow.industries.added_by(7) == 1
    async with database.reading(OTHER_GUILD) as uow:
        assert await uow.industries.get(tea.key) is None
        assert await uow.industries.named(["tea trade"]) == {}
        assert await uow.industries.in_use() == []
        assert await uow.industries.added_by(7) == 0
    await put(database, Profile(0, 7, (tea,)))
    async with database.reading(GUILD) as uow:
        assert await uow.industries.in_use() == [tea]


async def test_the_language_of_direct_messages_is_ones_own(database: Database):
    await put(database, FULL)
    await put(database, Profile(0, 8, about="Hello"))
    async with database.reading(GUILD) as uow:
        assert [await uow.profiles.language(member_id) for member_id in (7, 8, 9)] == ["ja", None, None]
    async with database.reading(OTHER_GUILD) as uow:
        assert await uow.profiles.language(7) is None


async def test_topics_are_found_by_what_is_in_them_those_of_most_people_first(database: Database):
    for member_id, topics in ((1, ("Tea", "100%")), (2, ("tea", "a_b")), (3, ("ＴＥＡ", "統計")), (4, ("公的統計",))):
        await put(database, Profile(0, member_id, topics=topics))

    async def topics(typed: str, limit: int = 10) -> list[str]:
        async with database.reading(GUILD) as uow:
            return await uow.profiles.topics(typed, limit)

    assert (await topics(""))[0] == "Tea"
    assert len(await topics("")) == 5
    assert await topics("統計") == ["公的統計", "統計"]
    assert await topics("%") == ["100%"]
    assert await topics("_") == ["a_b"]
    assert len(await topics("", limit=2)) == 2


async def test_who_has_only_told_of_themselves_is_checked_behind_those_who_take_part(database: Database):
    for member_id in (11, 12):
        await put(database, Profile(0, member_id, about="Hello"))
    async with database(GUILD) as uow:
        group = await uow.groups.add(name="朝の会", description="", channel_id=0, announce_days_before=7)
        for member_id in (12, 13):
            await uow.groups.add_organizer(group.id, member_id)
    async with database.reading(GUILD) as uow:
        assert await uow.members.to_check(NOW, NOW, 10) == [12, 13, 11]
        assert await uow.members.to_check(NOW, NOW, 2) == [12, 13]
        assert await uow.members.has_part(11, NOW)
    async with database.reading(OTHER_GUILD) as uow:
        assert not await uow.members.has_part(11, NOW)


async def test_the_first_industry_of_many_people_is_found_at_once(database: Database):
    async with database(GUILD) as uow:
        tea = await uow.industries.add("茶", 1)
        await uow.profiles.put(Profile(0, 1, industries=(tea, Industry("finance"))))
        await uow.profiles.put(Profile(0, 2, industries=(Industry("finance"), tea)))
        await uow.profiles.put(Profile(0, 3))
        await uow.profiles.put(Profile(0, 1, industries=(Industry("medical"), tea)))
    async with database.reading(GUILD) as uow:
        assert await uow.profiles.main_industries([1, 2, 3, 4]) == {1: Industry("medical"), 2: Industry("finance")}
        assert await uow.profiles.main_industries([]) == {}
