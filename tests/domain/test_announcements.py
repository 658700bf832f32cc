from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from bot.domain.announcements import announce_at, to_announce
from bot.domain.sessions import Session, SessionChange, SessionState
from data.mirrors import mirrors
from tests.domain.study import CHANNEL, GUILD, HIDDEN, MODERATOR, NOW, Study, at, study_on

TOKYO = ZoneInfo("Asia/Tokyo")


@pytest.fixture
async def study(tmp_path: Path) -> AsyncIterator[Study]:
    async with study_on(tmp_path) as study:
        yield study


def planned(number: int, starts_at: datetime, *, opened: bool = False, series_id: int | None = 1) -> Session:
    return Session(
        id=number,
        guild_id=GUILD,
        group_id=1,
        series_id=series_id,
        occurrence_on=starts_at.date() if series_id else None,
        kind="lecture",
        theme="朝の会",
        description="",
        starts_at=starts_at,
        duration=60,
        venue="",
        link="",
        capacity=None,
        deadline=None,
        host_id=1,
        state=SessionState.SCHEDULED,
        revision=0,
        announced_at=NOW if opened else None,
        created_at=NOW,
    )


def ids(sessions: list[Session]) -> list[int]:
    return [session.id for session in sessions]


def test_the_next_session_is_announced_however_far_ahead_it_is():
    assert ids(to_announce([planned(2, at(30, 7)), planned(1, at(29, 7))], NOW, 7, TOKYO)) == [1]


def test_a_session_is_announced_from_the_day_on_that_the_group_asked_for():
    first, second = planned(1, at(15, 7), opened=True), planned(2, at(22, 7))
    due = at(15, 7)
    assert announce_at(second, 7, TOKYO) == due
    assert to_announce([first, second], due - timedelta(seconds=1), 7, TOKYO) == []
    assert ids(to_announce([first, second], due, 7, TOKYO)) == [2]


def test_no_more_than_two_of_a_series_are_open_even_if_all_are_due():
    daily = [planned(n, at(14, 7) + timedelta(days=n)) for n in range(6)]
    assert ids(to_announce(daily, NOW, 7, TOKYO)) == [0, 1]
    daily[0] = replace(daily[0], announced_at=NOW)
    daily[1] = replace(daily[1], announced_at=NOW)
    assert to_announce(daily, NOW, 7, TOKYO) == []
    daily[0] = replace(daily[0], state=SessionState.CANCELLED)
    assert ids(to_announce(daily, NOW, 7, TOKYO)) == [2]


def test_one_offs_are_announced_at_once_whatever_their_number():
    single = [planned(n, at(14, 7) + timedelta(days=40 + n), series_id=None) for n in range(4)]
    assert ids(to_announce(single, NOW, 7, TOKYO)) == [0, 1, 2, 3]


def test_what_is_over_is_not_announced():
    assert to_announce([planned(1, at(13, 7), series_id=None)], NOW, 7, TOKYO) == []


def test_the_days_before_are_counted_on_the_clock_across_a_time_change():
    zone = ZoneInfo("Europe/Berlin")
    session = planned(1, datetime(2026, 10, 28, 6, tzinfo=UTC))  # 07:00 after the change of 25 October
    assert announce_at(session, 7, zone) == datetime(2026, 10, 21, 5, tzinfo=UTC)


@given(
    spans=st.lists(st.tuples(st.integers(1, 60), st.booleans()), max_size=12),
    days_before=st.integers(0, 60),
)
def test_of_a_series_at_most_two_are_ever_open_and_the_next_one_is(spans, days_before):
    sessions = [planned(n, NOW + timedelta(days=days), opened=opened) for n, (days, opened) in enumerate(spans)]
    opened = sum(opened for _, opened in spans)
    chosen = to_announce(sessions, NOW, days_before, TOKYO)
    assert not any(session.announced_at for session in chosen)
    if sessions:
        following = min(sessions, key=lambda s: (s.starts_at, s.id))
        assert following.announced_at is not None or following in chosen
        assert opened + len(chosen) <= 2 or chosen in ([], [following]), "only the next one comes on top"
    after = [replace(s, announced_at=NOW) if s in chosen else s for s in sessions]
    assert to_announce(after, NOW, days_before, TOKYO) == [], "asking again opens nothing more"


async def test_a_one_off_opens_its_message_thread_and_event_at_once(study: Study):
    session = await study.schedule(starts_at=at(30, 7))
    rows = await study.rows(mirrors)
    assert [(r["kind"], r["subject_id"], r["parent_id"]) for r in rows] == [
        ("announcement", session.id, CHANNEL),
        ("thread", session.id, CHANNEL),
        ("event", session.id, 0),
    ]
    assert (await study.session(session.id)).announced_at == NOW


async def test_no_native_event_is_wanted_where_they_are_switched_off(study: Study):
    async with study.db(GUILD) as uow:
        await uow.communities.change(native_events=False)
    await study.schedule()
    assert [row["kind"] for row in await study.rows(mirrors)] == ["announcement", "thread"]


async def test_a_group_with_its_own_channel_is_announced_there(study: Study):
    own = await study.add_group("役員会", HIDDEN)
    await study.schedule(group_id=own.id)
    assert {row["parent_id"] for row in await study.rows(mirrors) if row["kind"] != "event"} == {HIDDEN}


async def test_the_sessions_of_a_series_open_one_after_the_other(study: Study):
    await study.series.create(GUILD, MODERATOR, study.weekly())
    sessions = await study.all_sessions()
    assert len(sessions) == 8
    assert await study.announced() == [sessions[0].id], "the second one is 9 days ahead"
    assert set(await study.steps("announce")) == {s.id for s in sessions[1:]}
    study.clock.at = at(15, 6, 59)
    await study.run_steps()
    assert len(await study.announced()) == 1
    study.clock.at = at(15, 7)
    await study.run_steps()
    assert await study.announced() == [sessions[0].id, sessions[1].id]
    study.clock.at = at(15, 8)
    await study.run_steps()
    assert len(await study.announced()) == 2
    study.clock.at = at(22, 8)
    await study.run_steps()
    assert await study.announced() == [s.id for s in sessions[:3]]


async def test_a_cancelled_session_lets_the_next_of_its_series_open(study: Study):
    await study.series.create(GUILD, MODERATOR, study.weekly())
    first, second, *_ = await study.all_sessions()
    await study.sessions.cancel(GUILD, MODERATOR, first.id)
    assert await study.announced() == [first.id, second.id]
    wanted = [row["wanted"] for row in await study.rows(mirrors) if row["subject_id"] == first.id]
    assert wanted == [2, 2, 2], "its own announcement says that it is cancelled"


async def test_planning_again_and_catching_up_open_nothing_twice(study: Study):
    await study.series.create(GUILD, MODERATOR, study.weekly())
    await study.schedule("単発", starts_at=at(20, 7))
    before = await study.rows(mirrors)
    for _ in range(3):
        await study.series.plan_all(GUILD)
        await study.announcements.open_due(GUILD)
        await study.run_steps()
    assert await study.rows(mirrors) == before


async def test_a_moved_session_keeps_its_announcement_which_follows(study: Study):
    await study.series.create(GUILD, MODERATOR, study.weekly())
    first, second, third, *_ = await study.all_sessions()
    await study.sessions.edit(GUILD, MODERATOR, first.id, SessionChange(starts_at=at(24, 7)))
    assert await study.announced() == [first.id, second.id], "the second is the next one now"
    await study.sessions.edit(GUILD, MODERATOR, third.id, SessionChange(starts_at=at(14, 7)))
    assert third.id in await study.announced(), "the next one is always open: nobody could answer otherwise"
    fourth = (await study.all_sessions())[3]
    await study.sessions.edit(GUILD, MODERATOR, fourth.id, SessionChange(starts_at=at(16, 7)))
    assert len(await study.announced()) == 3, "any other one waits until fewer than two are open"


async def test_a_move_plans_when_an_unannounced_session_opens(study: Study):
    await study.series.create(GUILD, MODERATOR, study.weekly())
    third = (await study.all_sessions())[2]
    await study.sessions.edit(GUILD, MODERATOR, third.id, SessionChange(starts_at=at(30, 9)))
    assert (await study.steps("announce"))[third.id] == at(23, 9)


async def test_a_change_shows_in_the_announcement_and_an_unannounced_one_stays_silent(study: Study):
    await study.series.create(GUILD, MODERATOR, study.weekly())
    first, second, *_ = await study.all_sessions()
    await study.sessions.edit(GUILD, MODERATOR, first.id, SessionChange(venue="会議室B"))
    await study.sessions.edit(GUILD, MODERATOR, second.id, SessionChange(venue="会議室B"))
    assert {(row["subject_id"], row["wanted"]) for row in await study.rows(mirrors)} == {(first.id, 2)}


async def test_a_channel_set_later_opens_what_was_due(study: Study):
    await study.series.create(GUILD, MODERATOR, study.weekly())
    first, second, *_ = await study.all_sessions()
    async with study.db(GUILD) as uow:
        await uow.communities.change(announcements_channel=0)
    study.clock.at = at(15, 7)
    await study.run_steps()
    assert await study.announced() == [first.id]
    async with study.db(GUILD) as uow:
        before = await uow.communities.get()
        after = await uow.communities.change(announcements_channel=CHANNEL)
        await study.announcements.on_settings_changed(uow, before, after)
    assert await study.announced() == [first.id, second.id]


async def test_more_days_ahead_for_a_group_open_what_is_due_then(study: Study):
    await study.series.create(GUILD, MODERATOR, study.weekly())
    first, second, third, *_ = await study.all_sessions()
    async with study.db(GUILD) as uow:
        before = await uow.groups.get(study.group.id)
        after = await uow.groups.change(study.group.id, announce_days_before=14)
        await study.announcements.on_group_changed(uow, before, after)
    assert await study.announced() == [first.id, second.id]
    assert (await study.steps("announce"))[third.id] == at(15, 7)
    async with study.db(GUILD) as uow:
        before = await uow.groups.get(study.group.id)
        after = await uow.groups.change(study.group.id, announce_days_before=1)
        await study.announcements.on_group_changed(uow, before, after)
    assert (await study.steps("announce"))[third.id] == at(28, 7)
