"""Sessions, series, answers and drafts in both databases."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager
from contextvars import Context
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace
from sqlalchemy.exc import IntegrityError

import data.sessions
from bot.domain.errors import Unknown
from bot.domain.rsvps import Answer, Rsvp
from bot.domain.sessions import LONGEST_DURATION, SessionName, SessionState
from data.database import Database
from data.schema import metadata
from tests.data.files import NOW, StandingClock
from tests.data.servers import KINDS, postgres_database

GUILD, OTHER = 7, 8


@pytest.fixture(params=KINDS)
async def database(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncGenerator[Database]:
    if request.param == "sqlite":
        async with with_tables(f"sqlite:///{tmp_path / 'bot.db'}") as database:
            yield database
    else:
        async with postgres_database() as url, with_tables(url) as database:
            yield database


@asynccontextmanager
async def with_tables(url: str) -> AsyncGenerator[Database]:
    database = Database(url, StandingClock())
    try:
        async with database.connections.writing() as connection:
            await connection.run_sync(metadata.create_all)
        yield database
    finally:
        await database.close()


async def a_group(database: Database, guild_id: int = GUILD) -> int:
    async with database(guild_id) as uow:
        return (await uow.groups.add(name="g", description="", channel_id=5, announce_days_before=7)).id


def values(group_id: int, days: int = 1, **changed: Any) -> dict[str, Any]:
    return {
        "group_id": group_id,
        "series_id": None,
        "occurrence_on": None,
        "kind": "lecture",
        "theme": "茶",
        "description": "",
        "starts_at": NOW + timedelta(days=days),
        "duration": 60,
        "venue": "",
        "link": "",
        "capacity": None,
        "deadline": None,
        "host_id": 2**63 - 1,
        "created_at": NOW,
    } | changed


async def added(database: Database, group_id: int, days: int = 1, **changed: Any) -> int:
    async with database(GUILD) as uow:
        return (await uow.sessions.add(**values(group_id, days, **changed))).id


async def a_series(database: Database, group_id: int) -> int:
    async with database(GUILD) as uow:
        made = await uow.series.add(
            group_id=group_id,
            name="s",
            rrule="FREQ=WEEKLY",
            starts_on=date(2026, 11, 4),
            at=time(7),
            time_zone="Asia/Tokyo",
            until=None,
            count=None,
            theme="",
            duration=60,
            venue="",
            capacity=None,
            planned_until=None,
            created_by=3,
            created_at=NOW,
        )
        return made.id


async def test_a_session_comes_back_as_it_was_written(database: Database):
    group_id = await a_group(database)
    session_id = await added(database, group_id, deadline=NOW, capacity=3)
    async with database.reading(GUILD) as uow:
        session = await uow.sessions.get(session_id)
    assert (session.state, session.revision, session.announced_at) == (SessionState.SCHEDULED, 0, None)
    assert (session.starts_at, session.deadline, session.host_id) == (NOW + timedelta(days=1), NOW, 2**63 - 1)


async def test_another_communitys_session_is_unknown_and_cannot_be_changed(database: Database):
    session_id = await added(database, await a_group(database))
    async with database(OTHER) as uow:
        with pytest.raises(Unknown):
            await uow.sessions.get(session_id)
        with pytest.raises(Unknown):
            await uow.sessions.change(session_id, theme="stolen")
        assert await uow.sessions.upcoming(NOW) == []
    async with database.reading(GUILD) as uow:
        assert (await uow.sessions.get(session_id)).theme == "茶"


async def test_upcoming_are_those_that_have_not_ended_by_start(database: Database):
    group_id = await a_group(database)
    late, early, going_on, over = [await added(database, group_id, days) for days in (3, 1, 0, -1)]
    async with database(GUILD) as uow:
        await uow.sessions.change(going_on, starts_at=NOW - timedelta(minutes=59))
        await uow.sessions.change(over, starts_at=NOW - timedelta(minutes=60))
        assert [s.id for s in await uow.sessions.upcoming(NOW)] == [going_on, early, late]
        assert [s.id for s in await uow.sessions.upcoming(NOW, limit=1)] == [going_on]
        assert await uow.sessions.upcoming(NOW, group_id=group_id + 1) == []
        await uow.sessions.change(over, duration=61)
        assert (await uow.sessions.upcoming(NOW))[0].id == over, "a longer one is not over yet"
        await uow.sessions.change(over, state=SessionState.ENDED)
        assert over not in [s.id for s in await uow.sessions.upcoming(NOW)]


async def test_behind_are_those_that_were_cancelled_or_are_over_the_latest_first(database: Database):
    group_id = await a_group(database)
    series_id = await a_series(database, group_id)
    oldest, over, ahead, cancelled = [await added(database, group_id, days) for days in (-9, -1, 1, 2)]
    before = await added(database, group_id, -5, series_id=series_id, occurrence_on=date(2026, 11, 4))
    async with database(GUILD) as uow:
        for session_id in (oldest, over):
            await uow.sessions.change(session_id, state=SessionState.ENDED)
        for session_id in (before, cancelled):
            await uow.sessions.change(session_id, state=SessionState.CANCELLED)
        found = await uow.sessions.names_behind(3)
        assert [name.id for name in found] == [cancelled, over, before]
        assert [name.series for name in found] == ["", "", "s"]
        assert [name.state for name in found] == [SessionState.CANCELLED, SessionState.ENDED, SessionState.CANCELLED]
        assert [name.id for name in await uow.sessions.names_behind(9)] == [cancelled, over, before, oldest]
        assert [name.id for name in await uow.sessions.names_ahead(NOW, 9)] == [ahead]
    async with database(OTHER) as uow:
        assert await uow.sessions.names_behind(9) == []


async def names(database: Database, now: datetime = NOW) -> tuple[Sequence[SessionName], Sequence[SessionName]]:
    async with database.reading(GUILD) as uow:
        return await uow.sessions.names_ahead(now, 9), await uow.sessions.names_behind(9)


async def test_names_are_read_anew_only_after_one_has_changed(database: Database):
    group_id = await a_group(database)
    series_id = await a_series(database, group_id)
    one = await added(database, group_id, 1, series_id=series_id, occurrence_on=date(2026, 11, 10))
    before = await names(database)
    async with database(GUILD) as uow:
        await uow.rsvps.put(Rsvp(one, 11, Answer.GOING, False, 1, NOW))
    async with database(OTHER):
        pass
    after = await names(database)
    assert after[0] is before[0]
    assert after[1] is before[1]
    async with database(GUILD) as uow:
        await uow.sessions.change(one, theme="花")
        assert [name.theme for name in await uow.sessions.names_ahead(NOW, 9)] == ["花"], "a writer reads for itself"
    assert [name.theme for name in (await names(database))[0]] == ["花"]
    async with database(GUILD) as uow:
        await uow.series.change(series_id, name="new")
    assert [name.series for name in (await names(database))[0]] == ["new"]
    two = await added(database, group_id, 2)
    assert [name.id for name in (await names(database))[0]] == [one, two]
    async with database(GUILD) as uow:
        await uow.sessions.change(two, state=SessionState.CANCELLED)
    ahead, behind = await names(database)
    assert ([name.id for name in ahead], [name.id for name in behind]) == ([one], [two])


async def test_a_name_that_was_kept_is_not_ahead_any_more_once_its_session_is_over(database: Database):
    group_id = await a_group(database)
    one, two = await added(database, group_id, 1), await added(database, group_id, 2)
    ahead, _behind = await names(database)
    assert [name.id for name in ahead] == [one, two]
    end = ahead[0].ends_at
    assert (await names(database, end - timedelta(seconds=1)))[0] is ahead
    assert [name.id for name in (await names(database, end))[0]] == [two]
    assert [name.id for name in (await names(database))[0]] == [one, two], "of an earlier time nothing is kept"


async def test_what_a_view_reads_from_before_a_change_is_not_kept(database: Database):
    one = await added(database, await a_group(database))
    async with database.reading(GUILD) as uow:
        await uow.sessions.get(one)
        await asyncio.create_task(renamed(database, one), context=Context())
        assert [name.theme for name in await uow.sessions.names_ahead(NOW, 9)] == ["茶"]
    assert [name.theme for name in (await names(database))[0]] == ["花"]


async def renamed(database: Database, session_id: int) -> None:
    async with database(GUILD) as uow:
        await uow.sessions.change(session_id, theme="花")


async def test_starting_is_half_open_and_leaves_out_what_is_cancelled(database: Database):
    group_id = await a_group(database)
    first, second = await added(database, group_id, 1), await added(database, group_id, 2)
    async with database(GUILD) as uow:
        both = NOW + timedelta(days=1), NOW + timedelta(days=2)
        assert [s.id for s in await uow.sessions.starting(*both)] == [first]
        assert [s.id for s in await uow.sessions.starting(both[0], both[1] + timedelta(seconds=1))] == [first, second]
        await uow.sessions.change(first, state=SessionState.CANCELLED)
        assert await uow.sessions.starting(*both) == []


async def test_a_date_of_a_series_has_one_session_for_ever(database: Database):
    group_id = await a_group(database)
    series_id = await a_series(database, group_id)
    on = date(2026, 11, 4)
    session_id = await added(database, group_id, series_id=series_id, occurrence_on=on)
    with pytest.raises(IntegrityError):
        await added(database, group_id, 2, series_id=series_id, occurrence_on=on)
    async with database(GUILD) as uow:
        await uow.sessions.change(session_id, state=SessionState.CANCELLED)
        found = await uow.sessions.of_series(series_id, on)
        assert found is not None
        assert found.id == session_id
        assert await uow.sessions.of_series(series_id, date(2026, 11, 11)) is None
        assert await uow.sessions.dates_of_series(series_id, on) == {on}
        assert await uow.sessions.dates_of_series(series_id, on + timedelta(days=1)) == frozenset()


async def test_skipped_dates_belong_to_their_series_and_are_kept_once(database: Database):
    series_id = await a_series(database, await a_group(database))
    on = date(2026, 11, 11)
    async with database(GUILD) as uow:
        await uow.series.skip(series_id, [on], "holiday")
        await uow.series.skip(series_id, [on, date(2026, 11, 18)], "again")
        assert (await uow.series.get(series_id)).except_on == {on, date(2026, 11, 18)}
        await uow.series.change(series_id, ended_at=NOW)
        assert await uow.series.all() == []
        assert [s.id for s in await uow.series.all(ended=True)] == [series_id]
    async with database(OTHER) as uow:
        assert await uow.series.all(ended=True) == []
        with pytest.raises(Unknown):
            await uow.series.get(series_id)
        with pytest.raises(Unknown):
            await uow.series.skip(series_id, [on], "")


def rsvp(session_id: int, member_id: int, place: int, answer: Answer = Answer.GOING, waiting: bool = False) -> Rsvp:
    return Rsvp(session_id, member_id, answer, waiting, place, NOW)


async def test_answers_come_in_order_of_place_and_are_replaced(database: Database):
    session_id = await added(database, await a_group(database))
    async with database(GUILD) as uow:
        for member_id, place in ((30, 2), (20, 1), (10, 3)):
            await uow.rsvps.put(rsvp(session_id, member_id, place))
        await uow.rsvps.put(rsvp(session_id, 20, 4, Answer.MAYBE))
        assert [r.member_id for r in await uow.rsvps.of_session(session_id)] == [30, 10, 20]
        assert (await uow.rsvps.count_coming(session_id))[session_id] == 2
        assert await uow.rsvps.last_place(session_id) == 4
        await uow.rsvps.put(rsvp(session_id, 10, 3, Answer.LATE, waiting=True))
        assert (await uow.rsvps.count_coming(session_id))[session_id] == 1
        found = await uow.rsvps.find(session_id, 20)
        assert found == rsvp(session_id, 20, 4, Answer.MAYBE)
        assert await uow.rsvps.find(session_id, 99) is None
        assert set(await uow.rsvps.of_member(10, [session_id, 12345])) == {session_id}
        assert await uow.rsvps.of_member(10, []) == {}


async def test_whose_own_an_answer_is_is_kept(database: Database):
    session_id = await added(database, await a_group(database))
    for own in (False, True, False):
        async with database(GUILD) as uow:
            await uow.rsvps.put(replace(rsvp(session_id, 20, 1), own=own))
        async with database.reading(GUILD) as uow:
            found = await uow.rsvps.find(session_id, 20)
            assert [found] == await uow.rsvps.of_session(session_id)
            assert found is not None
            assert found.own is own


async def test_nobody_shares_a_place_in_line(database: Database):
    session_id = await added(database, await a_group(database))

    async def both_take_the_first() -> None:
        async with database(GUILD) as uow:
            await uow.rsvps.put(rsvp(session_id, 1, 1))
            await uow.rsvps.put(rsvp(session_id, 2, 1))

    with pytest.raises(IntegrityError):
        await both_take_the_first()
    async with database(GUILD) as uow:
        assert await uow.rsvps.of_session(session_id) == [], "nothing half-written"


async def test_another_communitys_answers_are_not_seen(database: Database):
    session_id = await added(database, await a_group(database))
    async with database(GUILD) as uow:
        await uow.rsvps.put(rsvp(session_id, 1, 1))
    async with database.reading(OTHER) as uow:
        assert await uow.rsvps.of_session(session_id) == []
        assert (await uow.rsvps.count_coming(session_id))[session_id] == 0
        assert await uow.rsvps.find(session_id, 1) is None


async def test_sessions_added_together_come_back_by_start_each_with_its_own_values(database: Database):
    group_id = await a_group(database)
    async with database(GUILD) as uow:
        new = [values(group_id, days, theme=f"day {days}") for days in (3, 1, 2)]
        sessions = await uow.sessions.add_all(new)
        assert await uow.sessions.add_all([]) == []
    assert [(s.theme, s.starts_at) for s in sessions] == [(f"day {n}", NOW + timedelta(days=n)) for n in (1, 2, 3)]
    assert len({session.id for session in sessions}) == 3
    async with database.reading(GUILD) as uow:
        assert [await uow.sessions.get(session.id) for session in sessions] == sessions


async def test_a_place_read_and_then_taken_is_never_given_twice(database: Database):
    session_id = await added(database, await a_group(database))

    async def take(member_id: int) -> None:
        async with database(GUILD) as uow:
            last = await uow.rsvps.last_place(session_id)
            await asyncio.sleep(0)
            await uow.rsvps.put(rsvp(session_id, member_id, last + 1))

    await asyncio.gather(*(take(member_id) for member_id in range(1, 26)))
    async with database.reading(GUILD) as uow:
        assert [r.place for r in await uow.rsvps.of_session(session_id)] == list(range(1, 26))


async def test_the_next_sessions_are_read_in_order_of_their_start_without_sorting_all_that_are_ahead(
    database: Database,
):
    if not database.connections.sqlite:
        pytest.skip("which index PostgreSQL takes depends on how many rows there are")
    for statement in (data.sessions._names, data.sessions._upcoming):
        async with database.connections.reading() as connection:
            asked = connection.sync_connection
            assert asked is not None
            sql = f"EXPLAIN QUERY PLAN {statement.compile(dialect=asked.dialect)}"
            plan = [row[3] for row in await connection.exec_driver_sql(sql, (0,) * sql.count("?"))]
        assert "ix_sessions_guild_id_state_starts_at" in plan[0], plan
        assert not any("ORDER BY" in step for step in plan), plan


@pytest.mark.parametrize("minutes", [LONGEST_DURATION + 1, 0])
async def test_no_session_lasts_longer_than_looking_ahead_reckons_with(database: Database, minutes: int):
    group_id = await a_group(database)
    session_id = await added(database, group_id, duration=LONGEST_DURATION)
    with pytest.raises(ValueError, match="minutes"):
        await added(database, group_id, duration=minutes)
    with pytest.raises(ValueError, match="minutes"):
        async with database(GUILD) as uow:
            await uow.sessions.change(session_id, duration=minutes)
    async with database.reading(GUILD) as uow:
        assert [each.duration for each in await uow.sessions.upcoming(NOW)] == [LONGEST_DURATION]


async def test_a_draft_is_not_found_after_a_day_even_if_nobody_swept_it(database: Database):
    async with database(GUILD) as uow:
        draft = await uow.sessions.drafts.add(5, "ask-series", {})
    clock = database._clock
    assert isinstance(clock, StandingClock)
    for passed, there in ((timedelta(days=1), True), (timedelta(seconds=1), False)):
        clock.instant += passed
        async with database.reading(GUILD) as uow:
            assert (await uow.sessions.drafts.find(draft.id) is not None) == there


async def test_a_draft_is_kept_for_a_day_and_used_once(database: Database):
    clock = StandingClock()
    database._clock = clock
    async with database(GUILD) as uow:
        draft = await uow.sessions.drafts.add(5, "move", {"theme": "茶", "n": None}, subject_id=3)
        assert (draft.member_id, draft.kind, draft.subject_id) == (5, "move", 3)
        assert draft.data == {"theme": "茶", "n": None}
    async with database(OTHER) as uow:
        assert await uow.sessions.drafts.find(draft.id) is None
        assert await uow.sessions.drafts.remove(draft.id) is False
    async with database(GUILD) as uow:
        assert await uow.sessions.drafts.remove(draft.id) is True
        assert await uow.sessions.drafts.remove(draft.id) is False
        second = await uow.sessions.drafts.add(5, "series", {})
        assert second.id > draft.id, "an old button never confirms a new draft"
    clock.instant = NOW + timedelta(days=1, seconds=1)
    async with database(GUILD) as uow:
        await uow.sessions.drafts.add(6, "session", {})
        assert await uow.sessions.drafts.find(second.id) is None
