"""Changing a series: what becomes of its sessions, who is told, and what stays as somebody set it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from bot.domain.actors import Actor
from bot.domain.calendar import occurrences
from bot.domain.errors import InvalidNumber, InvalidText, NotAllowed, Unknown
from bot.domain.phrases import PhraseReader
from bot.domain.rsvps import Answer
from bot.domain.series import (
    DateNotNeeded,
    DateNotPlanned,
    NoSuchDate,
    NotForOneDate,
    RuleReading,
    SeriesChange,
    SeriesEdited,
    SeriesEditPreview,
    SeriesEditService,
    SeriesEnded,
    SeriesNameTaken,
    SeriesNeverMeets,
    SessionSeries,
    WhichRule,
)
from bot.domain.series.changes import series_edit
from bot.domain.sessions import NothingToChange, Session, SessionChange, SessionState
from tests.domain.study import GUILD, MEMBER, MODERATOR, NOW, Study, at, person, study_on
from tests.rendering.longest import a_session

# NOW is Monday, 13 July 2026, 12:00 in Tokyo; the series meets on Wednesdays at 07:00.
THURSDAYS = {"rrule": "FREQ=WEEKLY;BYDAY=TH", "at": time(7)}


@pytest.fixture
async def study(tmp_path: Path) -> AsyncIterator[Study]:
    async with study_on(tmp_path) as study:
        await study.series.create(GUILD, MODERATOR, study.weekly(venue="会議室A"))
        study.told.clear()
        yield study


def editing(study: Study) -> SeriesEditService:
    return SeriesEditService(study.db, study.clock, study.sessions._hooks, study.series)


async def proposed(study: Study, change: SeriesChange, name: str = "朝の会", **more: Any) -> SeriesEditPreview:
    shown = await editing(study).propose(GUILD, MODERATOR, name, change, **more)
    assert isinstance(shown, SeriesEditPreview)
    return shown


async def edited(study: Study, change: SeriesChange, **more: Any) -> SeriesEdited:
    return await editing(study).confirm(GUILD, MODERATOR, (await proposed(study, change, **more)).draft_id)


async def ahead(study: Study) -> list[Session]:
    now = study.clock.now()
    return [s for s in await study.all_sessions() if s.state is SessionState.SCHEDULED and s.starts_at > now]


def days(sessions: list[Session]) -> list[str]:
    return [f"{session.occurrence_on:%m-%d}" for session in sessions]


async def test_a_preview_changes_nothing_and_only_its_author_confirms_it_once(study: Study):
    before = await study.all_sessions()
    shown = await proposed(study, SeriesChange(**THURSDAYS))
    assert (len(shown.edit.edits), shown.edit.cancelled, shown.edit.added) == (8, (), ())
    assert shown.edit.ahead == tuple(at(16, 7) + timedelta(weeks=n) for n in range(5))
    assert await study.all_sessions() == before
    assert study.told == []
    for other in (MEMBER, Actor(77, moderator=True, sees=lambda channel_id: True)):
        with pytest.raises(Unknown):
            await editing(study).confirm(GUILD, other, shown.draft_id)
    await editing(study).confirm(GUILD, MODERATOR, shown.draft_id)
    with pytest.raises(Unknown):
        await editing(study).confirm(GUILD, MODERATOR, shown.draft_id)


async def test_another_weekday_moves_each_session_within_its_week(study: Study):
    first = (await study.all_sessions())[0]
    result = await edited(study, SeriesChange(**THURSDAYS, reason="部屋の都合"))
    assert days(await ahead(study)) == ["07-16", "07-23", "07-30", "08-06", "08-13", "08-20", "08-27", "09-03"]
    assert (await study.session(first.id)).starts_at == at(16, 7)
    assert [name for name, _ in study.told] == ["moved"] * 8
    assert study.told[0][1].reason == "部屋の都合"
    assert (result.view.series.rrule, result.view.series.starts_on) == ("FREQ=WEEKLY;BYDAY=TH", date(2026, 7, 16))
    assert "series.edit" in await study.audit()
    await study.series.plan_all(GUILD)
    assert len(await study.all_sessions()) == 8


async def test_another_time_of_day_moves_each_session_on_its_date(study: Study):
    await edited(study, SeriesChange(rrule="FREQ=WEEKLY;BYDAY=WE", at=time(19)))
    sessions = await ahead(study)
    assert [s.starts_at for s in sessions[:2]] == [at(15, 19), at(22, 19)]
    assert days(sessions)[:2] == ["07-15", "07-22"]
    view = await study.series.show(GUILD, MODERATOR, "朝の会")
    assert (view.series.at, view.series.starts_on) == (time(19), date(2026, 7, 15))


async def test_every_other_week_calls_the_others_off_and_back_again_plans_them_anew(study: Study):
    result = await edited(study, SeriesChange(rrule="FREQ=WEEKLY;INTERVAL=2;BYDAY=WE", at=time(7)))
    assert days(await ahead(study)) == ["07-15", "07-29", "08-12", "08-26"]
    assert len(result.edit.cancelled) == 4
    assert [name for name, _ in study.told] == ["cancelled"] * 4
    back = await edited(study, SeriesChange(rrule="FREQ=WEEKLY;BYDAY=WE", at=time(7)))
    assert len(back.edit.added) == 4
    assert days(await ahead(study)) == ["07-15", "07-22", "07-29", "08-05", "08-12", "08-19", "08-26", "09-02"]


async def test_a_monthly_rule_keeps_one_session_of_each_month(study: Study):
    result = await edited(study, SeriesChange(rrule="FREQ=MONTHLY;BYDAY=1TU", at=time(19)))
    assert days(await ahead(study)) == ["08-04", "09-01"]
    assert [edit.session.occurrence_on for edit in result.edit.edits] == [date(2026, 8, 5), date(2026, 9, 2)]
    assert len(result.edit.cancelled) == 6
    assert result.edit.ahead[:4] == (at(4, 19, month=8), at(1, 19, month=9), at(6, 19, month=10), at(3, 19, month=11))


async def test_none_is_announced_only_to_be_called_off(study: Study):
    announced = await study.announced()
    await edited(study, SeriesChange(rrule="FREQ=MONTHLY;BYDAY=1TU", at=time(19)))
    (new,) = [each for each in await study.announced() if each not in announced]
    assert (await study.session(new)).state is SessionState.SCHEDULED


async def test_this_and_later_leaves_what_comes_before(study: Study):
    await edited(study, SeriesChange("later", date(2026, 8, 5), **THURSDAYS, venue="会議室B"))
    sessions = await ahead(study)
    assert days(sessions) == ["07-15", "07-22", "07-29", "08-06", "08-13", "08-20", "08-27", "09-03"]
    assert [s.venue for s in sessions] == ["会議室A"] * 3 + ["会議室B"] * 5
    await study.series.plan_all(GUILD)
    assert len(await ahead(study)) == 8
    study.clock.pass_time(weeks=1)
    await study.series.plan_all(GUILD)
    assert days(await ahead(study))[-1] == "09-10"
    assert (await ahead(study))[-1].venue == "会議室B"


async def test_this_one_changes_one_session_and_not_the_series(study: Study):
    result = await edited(study, SeriesChange(on=date(2026, 7, 22), theme="お茶", duration=90, venue="", capacity=10))
    first, second, *_ = await ahead(study)
    assert (second.theme, second.duration, second.venue, second.capacity) == ("お茶", 90, "", 10)
    assert (first.theme, first.duration, first.venue, first.capacity) == ("朝の会", 60, "会議室A", None)
    assert result.view.series == result.before
    assert [name for name, _ in study.told] == ["edited"]
    # What was set for one date stays when the series changes.
    shown = await proposed(study, SeriesChange(venue="会議室C", theme="雑談"))
    assert [session.id for session in shown.edit.kept] == [second.id]
    await editing(study).confirm(GUILD, MODERATOR, shown.draft_id)
    venues = {s.venue for s in await ahead(study) if s.id != second.id}
    assert venues == {"会議室C"}
    assert (await study.session(second.id)).venue == ""
    assert (await study.session(second.id)).theme == "お茶"


async def test_without_a_date_the_next_one_is_meant(study: Study):
    shown = await proposed(study, SeriesChange("one", venue="会議室B"))
    assert [edit.session.occurrence_on for edit in shown.edit.edits] == [date(2026, 7, 15)]
    shown = await proposed(study, SeriesChange("later", venue="会議室B"))
    assert shown.change.on == date(2026, 7, 15)


async def test_another_name_is_the_theme_of_sessions_without_one_of_their_own(study: Study):
    first = (await ahead(study))[0]
    await study.sessions.edit(GUILD, MODERATOR, first.id, SessionChange(theme="物流"))
    await edited(study, SeriesChange(name="夜の会"))
    assert [s.theme for s in await ahead(study)] == ["物流"] + ["夜の会"] * 7
    assert (await study.series.show(GUILD, MODERATOR, "夜の会")).series.theme == ""


async def test_a_session_moved_by_hand_stays_where_it_was_put(study: Study):
    first, second, *_ = await ahead(study)
    await study.sessions.edit(GUILD, MODERATOR, second.id, SessionChange(starts_at=at(24, 19)))
    study.told.clear()
    result = await edited(study, SeriesChange(**THURSDAYS))
    assert [session.id for session in result.edit.kept] == [second.id]
    moved = await study.session(second.id)
    assert (moved.starts_at, moved.occurrence_on) == (at(24, 19), date(2026, 7, 23))
    assert [event.after.id for _, event in study.told].count(second.id) == 0
    assert (await study.session(first.id)).starts_at == at(16, 7)
    await study.series.plan_all(GUILD)
    assert len(await study.all_sessions()) == 8


async def test_a_date_called_off_by_hand_does_not_come_back(study: Study):
    second = (await ahead(study))[1]
    await study.sessions.cancel(GUILD, MODERATOR, second.id)
    await study.skip_date(MODERATOR, "朝の会", date(2026, 7, 29))
    await edited(study, SeriesChange(rrule="FREQ=WEEKLY;BYDAY=WE", at=time(19)))
    assert days(await ahead(study)) == ["07-15", "08-05", "08-12", "08-19", "08-26", "09-02"]


async def test_a_session_of_today_stays_if_the_new_time_has_passed(study: Study):
    await edited(study, SeriesChange(rrule="FREQ=WEEKLY;BYDAY=WE", at=time(19)))
    study.clock.at = at(15, 12)
    today = (await ahead(study))[0]
    result = await edited(study, SeriesChange(rrule="FREQ=WEEKLY;BYDAY=WE", at=time(7)))
    assert (await study.session(today.id)).starts_at == at(15, 19)
    assert [session.id for session in result.edit.kept] == [today.id]
    assert (await ahead(study))[1].starts_at == at(22, 7)


async def test_a_session_that_goes_on_is_left_in_peace(study: Study):
    study.clock.at = at(15, 7, 30)
    first = (await study.all_sessions())[0]
    await edited(study, SeriesChange(**THURSDAYS, venue="会議室B"))
    assert await study.session(first.id) == first


async def test_another_last_day_calls_off_what_is_beyond_and_plans_what_is_not_any_more(study: Study):
    await edited(study, SeriesChange(until=date(2026, 7, 31)))
    assert days(await ahead(study)) == ["07-15", "07-22", "07-29"]
    await edited(study, SeriesChange(no_until=True))
    assert len(await ahead(study)) == 8


async def test_of_a_number_of_sessions_those_that_have_been_are_taken_off(study: Study):
    await study.series.create(GUILD, MODERATOR, study.weekly("三回だけ", count=3))
    study.clock.pass_time(days=3)
    shown = await proposed(study, SeriesChange(**THURSDAYS), name="三回だけ")
    assert shown.edit.series.count == 2
    assert list(shown.edit.ahead) == [at(23, 7), at(30, 7)]
    shown = await proposed(study, SeriesChange(until=date(2026, 12, 31)), name="三回だけ")
    assert (shown.edit.series.count, shown.edit.series.until) == (None, date(2026, 12, 31))


async def test_who_answered_for_what_changes_is_counted_once(study: Study):
    first, second, third, *_ = await ahead(study)
    await study.rsvps.answer(GUILD, person(11), first.id, Answer.GOING)
    await study.rsvps.answer(GUILD, person(11), second.id, Answer.MAYBE)
    await study.rsvps.answer(GUILD, person(12), second.id, Answer.NOT_GOING)
    await study.rsvps.answer(GUILD, person(13), third.id, Answer.GOING)
    assert (await proposed(study, SeriesChange(**THURSDAYS))).told == 3
    assert (await proposed(study, SeriesChange("later", date(2026, 7, 29), **THURSDAYS))).told == 1
    # Of a place only those hear who may come to what is announced; of the capacity nobody.
    assert (await proposed(study, SeriesChange(venue="会議室B"))).told == 1
    assert (await proposed(study, SeriesChange(capacity=5))).told == 0
    # Who declined is not told that it does not take place.
    assert (await proposed(study, SeriesChange(rrule="FREQ=WEEKLY;INTERVAL=2;BYDAY=WE", at=time(7)))).told == 1


@pytest.mark.parametrize(
    ("change", "scope", "error"),
    [
        (SeriesChange(), None, NothingToChange),
        (SeriesChange(venue="会議室A", name="朝の会", rrule="FREQ=WEEKLY;BYDAY=WE", at=time(7)), None, NothingToChange),
        (SeriesChange(name=" "), None, InvalidText),
        (SeriesChange(theme="あ" * 101), None, InvalidText),
        (SeriesChange(venue="あ" * 101), None, InvalidText),
        (SeriesChange(reason="あ" * 301, venue="B"), None, InvalidText),
        (SeriesChange(duration=4), None, InvalidNumber),
        (SeriesChange(capacity=1001), None, InvalidNumber),
        (SeriesChange(until=date(2026, 7, 14)), None, SeriesNeverMeets),
        (SeriesChange(on=date(2026, 7, 22), venue="B"), "all", DateNotNeeded),
        (SeriesChange(on=date(2026, 7, 23), venue="B"), None, NoSuchDate),
        (SeriesChange(on=date(2026, 9, 9), venue="B"), None, DateNotPlanned),
        (SeriesChange(on=date(2026, 9, 9), venue="B"), "later", DateNotPlanned),
        (SeriesChange(on=date(2026, 7, 22), name="B"), None, NotForOneDate),
        (SeriesChange(on=date(2026, 7, 22), **THURSDAYS), None, NotForOneDate),
        (SeriesChange(on=date(2026, 7, 22), no_until=True), "one", NotForOneDate),
        (SeriesChange(on=date(2026, 7, 22), venue="会議室A"), None, NothingToChange),
    ],
)
async def test_what_can_not_be_changed_is_refused_and_leaves_nothing(
    study: Study, change: SeriesChange, scope: Any, error: type[Exception]
):
    before = await study.all_sessions(), await study.audit()
    with pytest.raises(error):
        await editing(study).propose(GUILD, MODERATOR, "朝の会", replace(change, scope=scope))
    assert (await study.all_sessions(), await study.audit()) == before


async def test_only_organizers_change_a_running_series_and_no_name_is_taken_twice(study: Study):
    change = SeriesChange(name="夜の会")
    with pytest.raises(NotAllowed):
        await editing(study).propose(GUILD, MEMBER, "朝の会", change)
    shown = await proposed(study, change)
    await study.series.create(GUILD, MODERATOR, study.weekly("夜の会"))
    for act in (
        editing(study).confirm(GUILD, MODERATOR, shown.draft_id),
        editing(study).propose(GUILD, MODERATOR, "朝の会", change),
    ):
        with pytest.raises(SeriesNameTaken):
            await act
    await study.end_series(MODERATOR, "朝の会")
    with pytest.raises(SeriesEnded):
        await editing(study).propose(GUILD, MODERATOR, "朝の会", change)


async def test_a_date_called_off_before_its_change_is_saved_is_refused(study: Study):
    shown = await proposed(study, SeriesChange(on=date(2026, 7, 22), venue="会議室B"))
    await study.skip_date(MODERATOR, "朝の会", date(2026, 7, 22))
    with pytest.raises(NoSuchDate):
        await editing(study).confirm(GUILD, MODERATOR, shown.draft_id)


async def test_a_date_to_which_a_session_was_moved_names_it_too(study: Study):
    second = (await ahead(study))[1]
    await study.sessions.edit(GUILD, MODERATOR, second.id, SessionChange(starts_at=at(24, 19)))
    shown = await proposed(study, SeriesChange(on=date(2026, 7, 24), venue="会議室B"))
    assert shown.change.on == date(2026, 7, 22)


async def test_a_rule_or_a_date_with_two_readings_is_asked_about_first(study: Study):
    read = PhraseReader(NOW, ZoneInfo("Asia/Tokyo"))
    rule = read.rule("毎週木曜 8時")
    change = SeriesChange("later", read.day("on", "next Wednesday"), rrule=rule.rrule, at=rule.at, venue="会議室B")
    service = editing(study)
    asked = await service.propose(GUILD, MODERATOR, "朝の会", change, said="毎週木曜 8時", forks=read.forks)
    assert isinstance(asked, WhichRule)
    assert (asked.field, asked.edits) == ("rrule", True)
    asked = await service.choose(GUILD, MODERATOR, asked.draft_id, 1)
    assert isinstance(asked, WhichRule)
    assert asked.readings == (date(2026, 7, 15), date(2026, 7, 22))
    shown = await service.choose(GUILD, MODERATOR, asked.draft_id, 1)
    assert isinstance(shown, SeriesEditPreview)
    assert (shown.change.scope, shown.change.on, shown.change.at) == ("later", date(2026, 7, 22), time(20))
    kept = await service.draft(GUILD, MODERATOR, shown.draft_id)
    assert (kept.series.name, kept.change, kept.said, kept.session) == ("朝の会", shown.change, "毎週木曜 8時", None)
    for wrong in (MEMBER, person(9)):
        with pytest.raises(Unknown):
            await service.choose(GUILD, wrong, asked.draft_id, 0)


@pytest.mark.parametrize(("place", "hour"), [(0, 11), (1, 23)])
async def test_a_question_names_the_date_on_which_the_rule_goes_on_in_its_rhythm(study: Study, place: int, hour: int):
    study.clock.at = at(12, 12)  # Sunday
    await study.series.create(GUILD, MODERATOR, study.weekly("夜の会", rrule="FREQ=WEEKLY;INTERVAL=2;BYDAY=MO"))
    study.clock.at = at(14, 12)
    read = PhraseReader(study.clock.now(), ZoneInfo("Asia/Tokyo"))
    rule = read.rule("隔週月曜 11時")
    change = SeriesChange(rrule=rule.rrule, at=rule.at)
    asked = await editing(study).propose(GUILD, MODERATOR, "夜の会", change, forks=read.forks)
    assert isinstance(asked, WhichRule)
    reading = asked.readings[place]
    assert isinstance(reading, RuleReading)
    shown = await editing(study).choose(GUILD, MODERATOR, asked.draft_id, place)
    assert isinstance(shown, SeriesEditPreview)
    assert reading.first == shown.edit.ahead[0] == at(27, hour)


async def test_a_date_of_which_only_one_reading_is_the_series_is_not_asked_about(study: Study):
    await study.skip_date(MODERATOR, "朝の会", date(2026, 7, 15))
    read = PhraseReader(NOW, ZoneInfo("Asia/Tokyo"))
    change = SeriesChange(on=read.day("on", "next Wednesday"), venue="会議室B")
    shown = await proposed(study, change, forks=read.forks)
    assert shown.change.on == date(2026, 7, 22)


# --- Any rule into any other --------------------------------------------------------------------------------


def a_series(rrule: str, at: time) -> SessionSeries:
    return SessionSeries(
        id=1,
        guild_id=1,
        group_id=1,
        name="朝の会",
        rrule=rrule,
        starts_on=date(2026, 7, 1),
        at=at,
        time_zone="Europe/Berlin",
        until=None,
        count=None,
        theme="",
        duration=60,
        venue="",
        capacity=None,
        except_on=frozenset(),
        planned_until=None,
        created_by=1,
        created_at=NOW,
        ended_at=None,
    )


CODES = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
rules = st.one_of(
    st.tuples(st.integers(1, 3), st.sets(st.sampled_from(CODES), min_size=1, max_size=4)).map(
        lambda each: f"FREQ=WEEKLY;INTERVAL={each[0]};BYDAY={','.join(sorted(each[1], key=CODES.index))}"
    ),
    st.tuples(st.sampled_from([1, 2, 3, -1]), st.sampled_from(CODES)).map(
        lambda each: f"FREQ=MONTHLY;BYDAY={each[0]}{each[1]}"
    ),
    st.integers(1, 28).map(lambda day: f"FREQ=MONTHLY;BYMONTHDAY={day}"),
    st.integers(1, 5).map(lambda days: f"FREQ=DAILY;INTERVAL={days}"),
)
moments = st.datetimes(datetime.fromisoformat("2026-07-02"), datetime.fromisoformat("2027-04-30"))
times = st.sampled_from([time(7), time(12), time(2, 30), time(23, 59)])


@settings(max_examples=200, deadline=None)
@given(
    rules, times, rules, times, st.datetimes(datetime.fromisoformat("2026-07-02"), datetime.fromisoformat("2027-04-30"))
)
def test_after_any_change_of_rule_there_is_one_session_on_each_new_date(
    old: str, old_at: time, new: str, new_at: time, moment: datetime
):
    now = moment.replace(tzinfo=UTC)
    horizon = now + timedelta(weeks=8)
    before = a_series(old, old_at)
    rows = [
        a_session(
            id=number, occurrence_on=o.on, starts_at=o.starts_at, theme="朝の会", duration=60, venue="", deadline=None
        )
        for number, o in enumerate(occurrences(before.recurrence(), now + timedelta(seconds=1), horizon), 1)
    ]
    known = {row.occurrence_on for row in rows if row.occurrence_on}
    try:
        edit = series_edit(
            before, SeriesChange(rrule=new, at=new_at), rows, known, now, horizon, ZoneInfo(before.time_zone)
        )
    except NothingToChange:
        assert (new.replace("INTERVAL=1;", ""), new_at) == (old.replace("INTERVAL=1;", ""), old_at) or not rows
        return
    changes = {each.session.id: each.values for each in edit.edits}
    gone = {session.id for session in edit.cancelled}
    after = [replace(row, **changes.get(row.id, {})) for row in rows if row.id not in gone]
    dates = [row.occurrence_on for row in after] + [o.on for o in edit.added]
    assert len(set(dates)) == len(dates), "no date has two"
    wanted = {o.on for o in occurrences(edit.series.recurrence(), now, horizon)}
    passed = {row.occurrence_on for row in edit.kept}
    assert wanted <= set(dates), "and none is missing"
    assert {day for day in dates if day} - wanted - passed == {
        row.occurrence_on for row in after if row.occurrence_on not in wanted and row.starts_at >= horizon
    }
    for row in after:
        assert row.starts_at > now
        assert row.id in {kept.id for kept in edit.kept} or row.starts_at in {
            o.starts_at for o in occurrences(edit.series.recurrence(), now, row.starts_at + timedelta(seconds=1))
        }
    assert list(edit.ahead) == sorted(edit.ahead)
