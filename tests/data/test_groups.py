from __future__ import annotations

from collections.abc import AsyncGenerator
from datetime import time
from pathlib import Path

import pytest
from sqlalchemy.exc import IntegrityError

from bot.domain.errors import Unknown
from data.database import Database
from data.groups import group_organizers, study_groups
from tests.data.files import NOW, file_database


@pytest.fixture
async def database(tmp_path: Path) -> AsyncGenerator[Database]:
    async with file_database(tmp_path) as opened:
        yield opened


async def added(database: Database, name: str, guild_id: int = 7) -> int:
    async with database(guild_id) as uow:
        group = await uow.groups.add(name=name, description="", channel_id=5, announce_days_before=7)
    return group.id


async def test_a_new_group_has_no_organizers_and_is_hidden_from_the_morning_post(database: Database):
    async with database(7) as uow:
        group = await uow.groups.add(
            name="金融部会", description="money", channel_id=5, announce_days_before=3, evening_before=time(19, 30)
        )
    assert (group.guild_id, group.name, group.description, group.channel_id) == (7, "金融部会", "money", 5)
    assert (group.announce_days_before, group.evening_before) == (3, time(19, 30))
    assert (group.organizers, group.open_to_morning) == (frozenset(), False)
    assert (group.created_at, group.archived_at) == (NOW, None)


async def test_groups_come_in_order_of_creation_without_archived_ones(database: Database):
    ids = [await added(database, name) for name in ("c", "a", "b")]
    async with database(7) as uow:
        await uow.groups.change(ids[1], archived_at=NOW)
    async with database.reading(7) as uow:
        assert [group.id for group in await uow.groups.all()] == [ids[0], ids[2]]
        assert [group.id for group in await uow.groups.all(archived=True)] == ids


async def test_organizers_belong_to_their_own_group_and_are_kept_once(database: Database):
    first, second = await added(database, "a"), await added(database, "b")
    async with database(7) as uow:
        for member_id in (1, 2, 1):
            await uow.groups.add_organizer(first, member_id)
        await uow.groups.add_organizer(second, 2)
        await uow.groups.remove_organizer(first, 2)
        await uow.groups.remove_organizer(first, 99)
    async with database.reading(7) as uow:
        assert [group.organizers for group in await uow.groups.all()] == [{1}, {2}]


async def test_a_name_is_found_however_it_is_written(database: Database):
    group_id = await added(database, "Ａ社 Finance")
    async with database.reading(7) as uow:
        found = await uow.groups.named(" a社  FINANCE ")
        assert found is not None
        assert found.id == group_id
        assert await uow.groups.named("a社") is None


async def test_the_database_itself_refuses_a_second_group_of_one_name(database: Database):
    await added(database, "Finance")
    with pytest.raises(IntegrityError):
        await added(database, "ｆｉｎａｎｃｅ")


async def test_a_renamed_group_gives_its_old_name_free(database: Database):
    group_id = await added(database, "Finance")
    async with database(7) as uow:
        assert (await uow.groups.change(group_id, name="Money")).name == "Money"
    assert await added(database, "Finance") != group_id


async def test_an_archived_group_gives_its_name_free_until_it_stands_again(database: Database):
    first = await added(database, "Finance")
    async with database(7) as uow:
        assert (await uow.groups.change(first, archived_at=NOW)).name == "Finance"
        assert await uow.groups.named("Finance") is None
    second = await added(database, "Finance")
    async with database(7) as uow:
        found = await uow.groups.named("Finance")
        assert found is not None
        assert found.id == second
        await uow.groups.change(second, archived_at=NOW)
        await uow.groups.change(first, archived_at=None)
    with pytest.raises(IntegrityError):
        async with database(7) as uow:
            await uow.groups.change(second, archived_at=None)


async def test_another_community_sees_nothing_and_changes_nothing(database: Database):
    group_id = await added(database, "Finance")
    other = await added(database, "Finance", guild_id=8)
    async with database(8) as uow:
        with pytest.raises(Unknown):
            await uow.groups.get(group_id)
        with pytest.raises(Unknown):
            await uow.groups.change(group_id, name="stolen")
        with pytest.raises(Unknown):
            await uow.groups.add_organizer(group_id, 1)
        assert [group.id for group in await uow.groups.all(archived=True)] == [other]
    async with database.reading(7) as uow:
        group = await uow.groups.get(group_id)
        assert (group.name, group.organizers) == ("Finance", frozenset())


def test_what_may_be_about_a_person_is_marked():
    marked = {c.name for table in (study_groups, group_organizers) for c in table.c if "personal" in c.info}
    assert marked == {"name", "name_key", "description", "reminders", "member_id"}
