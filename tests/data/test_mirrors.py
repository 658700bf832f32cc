"""Mirrors, in both databases."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace

from bot.domain.mirrors import EDIT_EVERY, EDIT_OLD_EVERY, OLD_AFTER, Mirror, MirrorState, Places, next_edits
from data.database import Database
from tests.data.files import NOW
from tests.data.rows import GUILD, MovingClock, database_of
from tests.data.servers import KINDS

SECOND = timedelta(seconds=1)
OTHER = GUILD + 1


@pytest.fixture
def clock() -> MovingClock:
    return MovingClock()


@pytest.fixture(params=KINDS)
async def database(request: pytest.FixtureRequest, tmp_path: Path, clock: MovingClock) -> AsyncGenerator[Database]:
    async with database_of(request.param, tmp_path, clock) as opened:
        yield opened


async def want(database: Database, subject_id: int = 1, guild_id: int = GUILD, **options: Any) -> Mirror:
    async with database(guild_id) as uow:
        await uow.mirrors.want("announcement", subject_id, **options)
        mirror = await uow.mirrors.find("announcement", subject_id)
    assert mirror is not None
    return mirror


async def found(database: Database, subject_id: int = 1) -> Mirror:
    async with database.reading(GUILD) as uow:
        mirror = await uow.mirrors.find("announcement", subject_id)
    assert mirror is not None
    return mirror


async def lagging(database: Database, now: datetime = NOW, limit: int = 10, avoid: tuple[int, ...] = ()) -> list[int]:
    return [mirror.subject_id for mirror in await database.mirrors.unequal(now, limit, avoid)]


async def pressed(database: Database, *remote_ids: int, now: datetime = NOW, avoid: tuple[int, ...] = ()) -> list[int]:
    return [mirror.subject_id for mirror in await database.mirrors.pressed(now, 10, avoid, remote_ids)]


async def test_a_new_mirror_shows_nothing_and_may_be_made_at_once(database: Database):
    mirror = await want(database, parent_id=50)
    assert (mirror.wanted, mirror.shown, mirror.remote_id, mirror.parent_id) == (1, 0, 0, 50)
    assert (mirror.state, mirror.not_before, mirror.begun_at, mirror.made_at) == (MirrorState.LIVE, NOW, None, None)
    assert mirror.by_token_from is None
    assert await lagging(database) == [1]


async def test_any_number_of_changes_is_one_mirror_that_lags_until_they_are_shown(database: Database):
    for _ in range(3):
        mirror = await want(database)
    assert mirror.wanted == 3
    await database.mirrors.write(mirror, shown=2)
    assert await lagging(database) == [1]
    await database.mirrors.write(mirror, shown=3, remote_id=900)
    assert await lagging(database) == []
    assert await database.mirrors.next_due(NOW - SECOND, (), ()) is None


async def test_only_what_exists_is_refreshed(database: Database):
    async with database(GUILD) as uow:
        await uow.mirrors.refresh("announcement", 1)
        await uow.mirrors.hasten("announcement", 1)
        assert await uow.mirrors.find("announcement", 1) is None
    await want(database)
    async with database(GUILD) as uow:
        await uow.mirrors.refresh("announcement", 1)
    assert (await found(database)).wanted == 2


async def test_what_waits_may_be_touched_when_its_time_comes_or_when_it_is_hastened(database: Database):
    mirror = await want(database)
    await database.mirrors.write(mirror, not_before=NOW + 60 * SECOND)
    assert await lagging(database) == []
    assert await database.mirrors.next_due(NOW, (), ()) == NOW + 60 * SECOND
    assert await database.mirrors.next_due(NOW, (mirror.id,), ()) is None
    assert await database.mirrors.next_due(NOW + 60 * SECOND, (), ()) is None, "what is due is begun, not waited for"
    assert await lagging(database, NOW + 60 * SECOND) == [1]
    async with database(GUILD) as uow:
        await uow.mirrors.refresh("announcement", 1)
    assert await lagging(database) == [], "a change alone does not shorten the wait"
    async with database(GUILD) as uow:
        await uow.mirrors.hasten("announcement", 1)
    assert await lagging(database) == [1]


async def test_what_was_pressed_may_be_touched_in_its_own_time(database: Database):
    first, second = await want(database, 1), await want(database, 2)
    for mirror, remote_id, seconds in ((first, 900, 4), (second, 901, 2)):
        waits = {"not_before": NOW + 60 * SECOND, "by_token_from": NOW + seconds * SECOND}
        await database.mirrors.write(mirror, remote_id=remote_id, **waits)
    await want(database, 3)
    assert await pressed(database, 900, 901, now=NOW + SECOND) == []
    assert await pressed(database, 900, 901, 0, now=NOW + 4 * SECOND) == [2, 1], "only what is made is pressed"
    assert await pressed(database, 900, now=NOW + 4 * SECOND) == [1]
    assert await pressed(database, 900, 901, now=NOW + 4 * SECOND, avoid=(second.id,)) == [1]
    assert await pressed(database, now=NOW + 4 * SECOND) == []
    assert await lagging(database, NOW + 4 * SECOND) == [3], "without a press they wait on"
    next_due = database.mirrors.next_due
    assert await next_due(NOW, (), (900, 901)) == NOW + 2 * SECOND
    assert await next_due(NOW + 2 * SECOND, (), (900, 901)) == NOW + 4 * SECOND
    assert await next_due(NOW, (), (900,)) == NOW + 4 * SECOND
    assert await next_due(NOW, (), ()) == NOW + 60 * SECOND
    await database.mirrors.write(replace(first, remote_id=900), shown=first.wanted)
    assert await pressed(database, 900, now=NOW + 4 * SECOND) == [], "what shows all there is need not be touched"


async def test_what_has_changed_since_it_was_read_is_not_written_over(database: Database):
    read = await want(database)
    assert await database.mirrors.write_if_unchanged(read, not_before=NOW + 60 * SECOND)
    assert (await found(database)).not_before == NOW + 60 * SECOND
    async with database(GUILD) as uow:
        await uow.mirrors.hasten("announcement", 1)
    assert not await database.mirrors.write_if_unchanged(read, state=MirrorState.GONE, not_before=NOW + 60 * SECOND)
    assert await lagging(database) == [1]


async def test_the_live_ones_of_a_kind_are_those_of_the_community_that_are_kept_equal(database: Database):
    for subject_id in (1, 2, 3):
        await want(database, subject_id)
    await want(database, 4, guild_id=OTHER)
    await database.mirrors.write(await found(database, 2), state=MirrorState.GONE)
    async with database(GUILD) as uow:
        await uow.mirrors.want("event", 5)
        assert [mirror.subject_id for mirror in await uow.mirrors.live("announcement")] == [1, 3]


@pytest.mark.parametrize("state", [MirrorState.ASKED, MirrorState.GONE])
async def test_what_is_no_longer_kept_equal_is_left_alone_until_it_is_wanted_again(
    database: Database, state: MirrorState, clock: MovingClock
):
    mirror = await want(database, parent_id=50)
    was = {"remote_id": 900, "begun_at": NOW, "made_at": NOW, "rebuilt": 1, "tries": 3, "shown": 1}
    await database.mirrors.write(mirror, state=state, **was)
    async with database(GUILD) as uow:
        await uow.mirrors.refresh("announcement", 1)
    assert await lagging(database) == []
    assert (await found(database)).state is state
    clock.pass_time(hours=1)
    again = await want(database, parent_id=51)
    assert (again.id, again.state, again.parent_id, again.not_before) == (
        mirror.id,
        MirrorState.LIVE,
        51,
        clock.instant,
    )
    assert (again.remote_id, again.begun_at, again.made_at, again.rebuilt, again.tries) == (0, None, None, 0, 0)
    assert await lagging(database, clock.instant) == [1]


async def test_what_seems_to_be_there_is_made_again_only_if_it_is_asked_for_anew(database: Database):
    mirror = await want(database)
    await database.mirrors.write(mirror, remote_id=900, shown=1, made_at=NOW, begun_at=NOW)
    assert (await want(database)).remote_id == 900
    again = await want(database, anew=True)
    assert (again.remote_id, again.begun_at, again.made_at) == (0, None, None)
    assert again.shown < again.wanted


async def test_the_longest_wait_comes_first_and_those_in_hand_are_left_out(database: Database, clock: MovingClock):
    ids: dict[int, int] = {}
    for subject_id in (1, 2, 3):
        ids[subject_id] = (await want(database, subject_id)).id
        clock.pass_time(seconds=1)
    now = clock.instant
    assert await lagging(database, now) == [1, 2, 3]
    assert await lagging(database, now, limit=2) == [1, 2]
    assert await lagging(database, now, avoid=(ids[1],)) == [2, 3]
    assert await database.mirrors.next_due(NOW, (ids[1],), ()) == NOW + SECOND


async def test_what_was_made_is_stored_with_what_follows_from_it_or_not_at_all(database: Database):
    mirror = await want(database)

    async def store_and_fail() -> None:
        async with database(GUILD) as uow:
            await uow.mirrors.store(mirror, remote_id=900, shown=1)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await store_and_fail()
    assert (await found(database)).remote_id == 0
    async with database(OTHER) as uow:
        await uow.mirrors.store(mirror, remote_id=901)
    assert (await found(database)).remote_id == 0, "another community's mirror is out of reach"
    async with database(GUILD) as uow:
        await uow.mirrors.store(mirror, remote_id=900, shown=1)
    assert ((await found(database)).remote_id, await lagging(database)) == (900, [])


async def test_each_community_has_its_own(database: Database):
    await want(database)
    other = await want(database, guild_id=OTHER)
    assert (other.guild_id, other.wanted) == (OTHER, 1)
    async with database(OTHER) as uow:
        await uow.mirrors.refresh("announcement", 1)
    assert (await found(database)).wanted == 1


async def test_a_change_tells_after_its_commit_that_a_mirror_lags(database: Database):
    heard: list[bool] = []
    database.after_commit = lambda _guild, _due, mirrors_changed: heard.append(mirrors_changed)
    await want(database)
    async with database(GUILD) as uow:
        await uow.mirrors.refresh("announcement", 1)
    async with database(GUILD) as uow:
        await uow.mirrors.refresh("announcement", 2)
    assert heard == [True, True]


@pytest.mark.parametrize(
    ("age", "wait"), [(OLD_AFTER - SECOND, EDIT_EVERY), (OLD_AFTER, EDIT_OLD_EVERY), (None, EDIT_EVERY)]
)
def test_an_old_object_is_edited_once_a_minute_and_through_a_token_every_two_seconds(
    age: timedelta | None, wait: timedelta
):
    mirror = a_mirror(made_at=None if age is None else NOW - age)
    assert next_edits(mirror, NOW, by_token=False) == (NOW + wait, NOW + EDIT_EVERY)


def test_an_edit_through_a_token_neither_shortens_the_wait_for_an_ordinary_one_nor_begins_it_anew():
    made_at = NOW - OLD_AFTER
    waiting = a_mirror(made_at=made_at, not_before=NOW + 45 * SECOND)
    assert next_edits(waiting, NOW, by_token=True) == (NOW + 45 * SECOND, NOW + EDIT_EVERY)
    free = a_mirror(made_at=made_at, not_before=NOW - 45 * SECOND)
    assert next_edits(free, NOW, by_token=True) == (NOW + EDIT_EVERY, NOW + EDIT_EVERY)


def a_mirror(made_at: datetime | None, not_before: datetime = NOW) -> Mirror:
    return Mirror(1, GUILD, "announcement", 1, 50, 900, 2, 1, not_before, NOW, NOW, made_at, 0, 0, MirrorState.LIVE)


def test_the_nearest_have_a_right_to_a_place_and_the_farthest_that_stands_gives_way_to_them():
    places = Places(line=(5, 3, 8, 1, 9), taken={3, 8, 1}, most=3)
    assert [each for each in places.line if places.near(each)] == [5, 3, 8]
    assert [each for each in places.line if places.free_for(each)] == [3, 8, 1], "nobody stands in their own way"
    assert [each for each in places.line if places.gives_way(each)] == [1]
    assert places.farthest() == 1


def test_who_stands_stays_while_nobody_needs_the_place():
    assert Places(line=(5, 3, 8, 1), taken={3, 1}, most=3).farthest() is None
    assert Places(line=(5, 3, 8, 1), taken={5, 3, 8}, most=3).farthest() is None


def test_what_is_over_keeps_its_place_until_it_is_taken_away():
    # 7 was cancelled just now: it is no longer in the line, but it still stands.
    places = Places(line=(5, 3, 8), taken={7, 3, 8}, most=3)
    assert not places.free_for(5)
    assert places.farthest() is None


async def test_what_stands_in_a_place_or_is_it_is_found_but_not_what_was_never_made_or_has_gone(database: Database):
    made = {1: (50, 501), 2: (51, 502), 3: (50, 0), 4: (50, 504)}
    for subject_id, (parent_id, remote_id) in made.items():
        mirror = await want(database, subject_id, parent_id=parent_id)
        await database.mirrors.write(mirror, remote_id=remote_id)
    await database.mirrors.write(await found(database, 4), state=MirrorState.GONE)
    elsewhere = await want(database, 1, guild_id=OTHER, parent_id=50)
    await database.mirrors.write(elsewhere, remote_id=501)
    async with database.reading(GUILD) as uow:
        for discord_ids, subjects in (([50], [1]), ([502], [2]), ([50, 502], [1, 2]), ([999], []), ([], [])):
            assert [each.subject_id for each in await uow.mirrors.standing(discord_ids)] == subjects
