"""Mirrors, in both databases."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.domain.mirrors import EDIT_EVERY, EDIT_OLD_EVERY, OLD_AFTER, Mirror, MirrorState, next_edit_at
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


async def test_a_new_mirror_shows_nothing_and_may_be_made_at_once(database: Database):
    mirror = await want(database, parent_id=50)
    assert (mirror.wanted, mirror.shown, mirror.remote_id, mirror.parent_id) == (1, 0, 0, 50)
    assert (mirror.state, mirror.not_before, mirror.begun_at, mirror.made_at) == (MirrorState.LIVE, NOW, None, None)
    assert await lagging(database) == [1]


async def test_any_number_of_changes_is_one_mirror_that_lags_until_they_are_shown(database: Database):
    for _ in range(3):
        mirror = await want(database)
    assert mirror.wanted == 3
    await database.mirrors.write(mirror, shown=2)
    assert await lagging(database) == [1]
    await database.mirrors.write(mirror, shown=3, remote_id=900)
    assert await lagging(database) == []
    assert await database.mirrors.next_due(()) is None


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
    assert await database.mirrors.next_due(()) == NOW + 60 * SECOND
    assert await database.mirrors.next_due((mirror.id,)) is None
    assert await lagging(database, NOW + 60 * SECOND) == [1]
    async with database(GUILD) as uow:
        await uow.mirrors.refresh("announcement", 1)
    assert await lagging(database) == [], "a change alone does not shorten the wait"
    async with database(GUILD) as uow:
        await uow.mirrors.hasten("announcement", 1)
    assert await lagging(database) == [1]


async def test_putting_off_what_has_changed_since_it_was_read_is_no_use(database: Database):
    read = await want(database)
    await database.mirrors.postpone(read, NOW + 60 * SECOND)
    assert (await found(database)).not_before == NOW + 60 * SECOND
    async with database(GUILD) as uow:
        await uow.mirrors.hasten("announcement", 1)
    await database.mirrors.postpone(read, NOW + 60 * SECOND)
    assert await lagging(database) == [1]


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
    assert await database.mirrors.next_due((ids[1],)) == NOW + SECOND


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
    ("age", "by_token", "wait"),
    [
        (OLD_AFTER - SECOND, False, EDIT_EVERY),
        (OLD_AFTER, False, EDIT_OLD_EVERY),
        (OLD_AFTER, True, EDIT_EVERY),
        (None, False, EDIT_EVERY),
    ],
)
def test_an_old_object_is_edited_once_a_minute_unless_a_press_pays_for_it(
    age: timedelta | None, by_token: bool, wait: timedelta
):
    made_at = None if age is None else NOW - age
    mirror = Mirror(1, GUILD, "announcement", 1, 50, 900, 2, 1, NOW, NOW, made_at, 0, 0, MirrorState.LIVE)
    assert next_edit_at(mirror, NOW, by_token=by_token) == NOW + wait
