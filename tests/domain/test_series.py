from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from msgspec.structs import replace

from bot.domain.calendar import RuleNotUnderstood
from bot.domain.choices import SeveralFit, choice_of
from bot.domain.errors import InvalidNumber, InvalidText, NotAllowed, Unknown
from bot.domain.phrases import parse_rule
from bot.domain.rsvps import Answer
from bot.domain.series import NewSeries, NoSuchDate, SeriesAmbiguous, SeriesEnded, SeriesNameTaken, SeriesNeverMeets
from bot.domain.sessions import NoChannel, SessionChange, SessionState, SessionTooFar
from data.series import series_skips
from tests.domain.study import GUILD, HIDDEN, MEMBER, MODERATOR, NOW, Study, at, study_on, time_of


@pytest.fixture
async def study(tmp_path: Path) -> AsyncIterator[Study]:
    async with study_on(tmp_path) as study:
        yield study


def days(sessions) -> list[str]:
    return [f"{session.occurrence_on:%m-%d}" for session in sessions]


async def test_a_series_stands_as_rows_for_eight_weeks(study: Study):
    view = await study.series.create(GUILD, MODERATOR, study.weekly(venue="会議室A", capacity=12))
    sessions = await study.all_sessions()
    assert days(sessions) == ["07-15", "07-22", "07-29", "08-05", "08-12", "08-19", "08-26", "09-02"]
    assert {(s.theme, s.venue, s.capacity, s.duration) for s in sessions} == {("朝の会", "会議室A", 12, 60)}
    assert sessions[0].starts_at == at(15, 7)
    assert view.series.starts_on == date(2026, 7, 15)
    assert [s.id for s in view.sessions] == [s.id for s in sessions]
    assert (await study.audit()).count("series.create") == 1


async def test_planning_again_adds_only_what_has_come_within_the_horizon(study: Study):
    await study.series.create(GUILD, MODERATOR, study.weekly())
    before = await study.all_sessions()
    await study.series.plan_all(GUILD)
    assert await study.all_sessions() == before
    study.clock.pass_time(weeks=2)
    await study.series.plan_all(GUILD)
    after = await study.all_sessions()
    assert [s.id for s in after[: len(before)]] == [s.id for s in before]
    assert days(after[len(before) :]) == ["09-09", "09-16"]


async def test_a_moved_or_cancelled_session_still_stands_for_its_date(study: Study):
    await study.series.create(GUILD, MODERATOR, study.weekly())
    first, second, *_ = await study.all_sessions()
    await study.sessions.edit(GUILD, MODERATOR, first.id, SessionChange(starts_at=at(14, 19)))
    await study.sessions.cancel(GUILD, MODERATOR, second.id)
    await study.series.plan_all(GUILD)
    assert len(await study.all_sessions()) == 8


async def test_a_yearly_series_gets_its_next_session_planned_beyond_the_horizon(study: Study):
    new = study.weekly("総会", rrule="FREQ=YEARLY;BYMONTH=3;BYMONTHDAY=15")
    await study.series.create(GUILD, MODERATOR, new)
    (session,) = await study.all_sessions()
    assert session.occurrence_on == date(2027, 3, 15)
    await study.series.plan_all(GUILD)
    assert len(await study.all_sessions()) == 1
    await study.sessions.cancel(GUILD, MODERATOR, session.id)
    study.clock.pass_time(days=1)
    await study.series.plan_all(GUILD)
    assert days(await study.all_sessions()) == ["03-15", "03-15"]
    assert (await study.all_sessions())[-1].occurrence_on == date(2028, 3, 15)


async def test_first_day_last_day_and_count_bound_a_series(study: Study):
    new = study.weekly(starts_on=date(2026, 7, 20), until=date(2026, 8, 5))
    await study.series.create(GUILD, MODERATOR, new)
    assert days(await study.all_sessions()) == ["07-22", "07-29", "08-05"]
    await study.series.create(GUILD, MODERATOR, study.weekly("三回だけ", count=3))
    counted = [s for s in await study.all_sessions() if s.theme == "三回だけ"]
    assert days(counted) == ["07-15", "07-22", "07-29"]
    study.clock.pass_time(weeks=10)
    await study.series.plan_all(GUILD)
    assert len(await study.all_sessions()) == 6


async def test_seven_in_the_morning_stays_seven_across_a_time_change(study: Study):
    async with study.db(GUILD) as uow:
        await uow.communities.change(time_zone="Europe/Berlin")
    study.clock.at = datetime(2026, 10, 14, 12, tzinfo=UTC)
    await study.series.create(GUILD, MODERATOR, study.weekly())
    starts = [s.starts_at for s in await study.all_sessions()][:3]
    assert starts == [
        datetime(2026, 10, 21, 5, tzinfo=UTC),
        datetime(2026, 10, 28, 6, tzinfo=UTC),
        datetime(2026, 11, 4, 6, tzinfo=UTC),
    ]


async def test_a_series_keeps_its_zone_when_the_community_takes_another(study: Study):
    await study.series.create(GUILD, MODERATOR, study.weekly())
    async with study.db(GUILD) as uow:
        await uow.communities.change(time_zone="America/New_York")
    study.clock.pass_time(weeks=1)
    await study.series.plan_all(GUILD)
    assert (await study.all_sessions())[-1].starts_at == at(9, 7, month=9)


async def test_a_preview_shows_five_dates_and_plans_nothing(study: Study):
    preview = await study.series.preview(GUILD, MODERATOR, study.weekly())
    assert [o.on for o in preview.ahead] == [date(2026, 7, 15) + timedelta(weeks=n) for n in range(5)]
    assert await study.all_sessions() == []
    with pytest.raises(Unknown):
        await study.series.confirm(GUILD, MEMBER, preview.draft_id)
    view = await study.series.confirm(GUILD, MODERATOR, preview.draft_id)
    assert (view.series.name, view.series.at, len(view.sessions)) == ("朝の会", time_of(7), 8)
    with pytest.raises(Unknown):
        await study.series.confirm(GUILD, MODERATOR, preview.draft_id)


@pytest.mark.parametrize(
    ("values", "error"),
    [
        ({"name": " "}, InvalidText),
        ({"name": "あ" * 61}, InvalidText),
        ({"theme": "あ" * 101}, InvalidText),
        ({"venue": "あ" * 101}, InvalidText),
        ({"duration": 4}, InvalidNumber),
        ({"capacity": 0}, InvalidNumber),
        ({"count": 0}, InvalidNumber),
        ({"rrule": "FREQ=HOURLY"}, RuleNotUnderstood),
        ({"until": date(2026, 7, 14)}, SeriesNeverMeets),
        ({"starts_on": date(2020, 1, 1), "count": 5}, SeriesNeverMeets),
        ({"starts_on": date(2040, 1, 1)}, SessionTooFar),
        ({"group_id": 99}, Unknown),
    ],
)
async def test_a_series_against_the_limits_is_refused_and_leaves_nothing(study: Study, values: dict, error: type):
    new = replace(study.weekly(), **values)
    for act in (study.series.preview, study.series.create):
        with pytest.raises(error):
            await act(GUILD, MODERATOR, new)
    assert await study.all_sessions() == []
    assert await study.audit() == []


async def test_a_second_running_series_of_the_same_name_is_refused(study: Study):
    await study.series.create(GUILD, MODERATOR, study.weekly())
    with pytest.raises(SeriesNameTaken):
        await study.series.create(GUILD, MODERATOR, study.weekly(" 朝の会"))
    await study.end_series(MODERATOR, "朝の会")
    await study.series.create(GUILD, MODERATOR, study.weekly())


async def test_a_name_is_taken_only_within_its_group_so_that_nobody_learns_of_a_hidden_one(study: Study):
    secret = await study.add_group("役員会", HIDDEN)
    hidden = await study.series.create(GUILD, MODERATOR, study.weekly(group_id=secret.id))
    async with study.db(GUILD) as uow:
        await uow.groups.add_organizer(study.group.id, MEMBER.member_id)
    preview = await study.series.preview(GUILD, MEMBER, study.weekly())
    shown = await study.series.confirm(GUILD, MEMBER, preview.draft_id)
    assert (await study.series.show(GUILD, MEMBER, "朝の会")).series.id == shown.series.id
    assert await study.series.suggest(GUILD, MEMBER, "朝") == [("朝の会", shown.series)]
    # Who sees both is shown both, and chooses.
    with pytest.raises(SeriesAmbiguous) as several:
        await study.series.show(GUILD, MODERATOR, "朝の会")
    assert several.value.groups == ("経済部会", "役員会")
    offered = await study.series.suggest(GUILD, MODERATOR, "朝")
    assert [called for called, _series in offered] == ["朝の会 (役員会)", "朝の会 (経済部会)"]
    for called, series in offered:
        for text in (called, choice_of(series.id), str(series.id)):
            assert (await study.series.show(GUILD, MODERATOR, text)).series.id == series.id
    await study.end_series(MODERATOR, choice_of(hidden.series.id))
    assert (await study.series.show(GUILD, MODERATOR, "朝の会")).series.id == shown.series.id
    with pytest.raises(SeriesNameTaken) as taken:
        await study.series.create(GUILD, MEMBER, study.weekly())
    assert taken.value.group == "経済部会"


async def test_a_part_of_a_name_is_enough_if_only_one_series_has_it_a_running_one_first(study: Study):
    morning = (await study.series.create(GUILD, MODERATOR, study.weekly("モーニング会"))).series
    secret = await study.add_group("役員会", HIDDEN)
    await study.series.create(GUILD, MODERATOR, study.weekly("秘密のモーニング", group_id=secret.id))
    assert (await study.series.show(GUILD, MEMBER, "もーにんぐ")).series.id == morning.id
    with pytest.raises(SeveralFit) as several:
        await study.series.show(GUILD, MODERATOR, "モーニング")
    assert set(several.value.fitting) == {"モーニング会 (経済部会)", "秘密のモーニング (役員会)"}
    with pytest.raises(Unknown):
        await study.series.show(GUILD, MEMBER, "秘密")
    await study.end_series(MODERATOR, "秘密")
    assert (await study.series.show(GUILD, MODERATOR, "モーニング")).series.id == morning.id
    assert [series.id for _called, series in await study.series.suggest(GUILD, MEMBER, "もーに")] == [morning.id]


async def test_a_series_called_like_anothers_id_does_not_stand_in_for_it_in_a_list(study: Study):
    first = (await study.series.create(GUILD, MODERATOR, study.weekly())).series
    second = (await study.series.create(GUILD, MODERATOR, study.weekly(str(first.id)))).series
    assert (await study.series.show(GUILD, MODERATOR, choice_of(first.id))).series.id == first.id
    assert (await study.series.show(GUILD, MODERATOR, str(first.id))).series.id == second.id


async def test_a_member_may_not_create_skip_or_end(study: Study):
    with pytest.raises(NotAllowed):
        await study.series.create(GUILD, MEMBER, study.weekly())
    await study.series.create(GUILD, MODERATOR, study.weekly())
    for act in (
        study.skip_date(MEMBER, "朝の会", date(2026, 7, 15)),
        study.end_series(MEMBER, "朝の会"),
    ):
        with pytest.raises(NotAllowed):
            await act


async def test_without_any_channel_no_series_is_created(study: Study):
    async with study.db(GUILD) as uow:
        await uow.communities.change(announcements_channel=0)
    with pytest.raises(NoChannel):
        await study.series.create(GUILD, MODERATOR, study.weekly())


async def test_a_skipped_date_cancels_its_session_and_is_never_planned_again(study: Study):
    await study.series.create(GUILD, MODERATOR, study.weekly())
    second = (await study.all_sessions())[1]
    done = await study.skip_date(MODERATOR, "朝の会", date(2026, 7, 22), "お盆")
    view, on = done.view, done.on
    assert on == date(2026, 7, 22)
    assert (await study.session(second.id)).state is SessionState.CANCELLED
    assert on not in [s.occurrence_on for s in view.sessions]
    assert [row["reason"] for row in await study.rows(series_skips)] == ["お盆"]
    assert (study.told[-1][0], study.told[-1][1].reason) == ("cancelled", "お盆")
    with pytest.raises(NoSuchDate):
        await study.skip_date(MODERATOR, "朝の会", date(2026, 7, 22))


async def test_a_date_beyond_the_horizon_can_be_skipped(study: Study):
    await study.series.create(GUILD, MODERATOR, study.weekly())
    await study.skip_date(MODERATOR, "朝の会", date(2026, 9, 9))
    study.clock.pass_time(weeks=2)
    await study.series.plan_all(GUILD)
    assert days(await study.all_sessions())[-2:] == ["09-02", "09-16"]


async def test_a_day_without_the_series_cannot_be_skipped(study: Study):
    await study.series.create(GUILD, MODERATOR, study.weekly())
    for on in (date(2026, 7, 23), date(2026, 7, 8)):
        with pytest.raises(NoSuchDate) as refused:
            await study.skip_date(MODERATOR, "朝の会", on)
        assert refused.value.ahead[:2] == (date(2026, 7, 15), date(2026, 7, 22))


async def test_a_moved_session_is_skipped_by_its_new_day_too(study: Study):
    await study.series.create(GUILD, MODERATOR, study.weekly())
    first = (await study.all_sessions())[0]
    await study.sessions.edit(GUILD, MODERATOR, first.id, SessionChange(starts_at=at(17, 19)))
    assert (await study.skip_date(MODERATOR, "朝の会", date(2026, 7, 17))).on == date(2026, 7, 15)
    assert (await study.session(first.id)).state is SessionState.CANCELLED


async def test_skipping_every_planned_date_plans_the_next_one(study: Study):
    await study.series.create(GUILD, MODERATOR, study.weekly(rrule="FREQ=MONTHLY;INTERVAL=6;BYMONTHDAY=20"))
    (only,) = await study.all_sessions()
    view = (await study.skip_date(MODERATOR, "朝の会", only.occurrence_on)).view
    assert [s.occurrence_on for s in view.sessions] == [date(2027, 1, 20)]


async def test_an_ended_series_calls_off_what_is_ahead_and_plans_no_more(study: Study):
    await study.series.create(GUILD, MODERATOR, study.weekly())
    first = (await study.all_sessions())[0]
    await study.rsvps.answer(GUILD, MEMBER, first.id, Answer.GOING)
    announced = await study.announced()
    over = await study.end_series(MODERATOR, "朝の会", "終了")
    view, called_off = over.view, over.called_off
    assert (called_off, view.sessions, view.series.ended_at) == (8, (), NOW)
    assert {s.state for s in await study.all_sessions()} == {SessionState.CANCELLED}
    assert await study.announced() == announced, "none is announced only to be called off"
    study.clock.pass_time(weeks=3)
    await study.series.plan_all(GUILD)
    assert len(await study.all_sessions()) == 8
    with pytest.raises(SeriesEnded):
        await study.skip_date(MODERATOR, "朝の会", date(2026, 8, 12))


async def test_a_session_that_is_going_on_is_not_called_off_by_the_end(study: Study):
    await study.series.create(GUILD, MODERATOR, study.weekly())
    study.clock.at = at(15, 7, 30)
    called_off = (await study.end_series(MODERATOR, "朝の会")).called_off
    assert called_off == 7
    assert (await study.all_sessions())[0].state is SessionState.SCHEDULED


async def test_series_are_listed_suggested_and_named_only_where_they_can_be_seen(study: Study):
    await study.series.create(GUILD, MODERATOR, study.weekly())
    secret = await study.add_group("役員会", HIDDEN)
    hidden = await study.series.create(GUILD, MODERATOR, study.weekly("役員朝会", group_id=secret.id))
    assert [v.series.name for v in await study.series.list(GUILD, MEMBER)] == ["朝の会"]
    assert [called for called, _series in await study.series.suggest(GUILD, MEMBER, "朝")] == ["朝の会"]
    assert len(await study.series.suggest(GUILD, MODERATOR, "朝")) == 2
    for name in ("役員朝会", str(hidden.series.id)):
        with pytest.raises(Unknown):
            await study.series.show(GUILD, MEMBER, name)
        assert (await study.series.show(GUILD, MODERATOR, name)).series.id == hidden.series.id


async def test_two_series_on_one_day_are_both_planned(study: Study):
    await study.series.create(GUILD, MODERATOR, study.weekly())
    await study.series.create(
        GUILD, MODERATOR, NewSeries(study.group.id, "夜の会", "FREQ=WEEKLY;BYDAY=WE", time_of(19))
    )
    assert len(await study.all_sessions()) == 16


# From when a rule counts of which nobody said from when: here on the noon of the first Monday of July


@pytest.mark.parametrize(
    ("text", "dates"),
    [
        # Its time is still ahead today, or has passed.
        ("daily 23:00", ["06", "07", "08"]),
        ("daily 0:01", ["07", "08", "09"]),
        ("every 2 days 0:01", ["07", "09", "11"]),
        ("every Monday 23:00", ["06", "13", "20"]),
        ("every Monday 0:01", ["13", "20", "27"]),
        ("every 2 weeks on Monday 23:00", ["06", "20", "08-03"]),
        ("every 2 weeks on Monday 0:01", ["13", "27", "08-10"]),
        ("隔週月曜 23:00", ["06", "20", "08-03"]),
        ("隔週月曜 0:01", ["13", "27", "08-10"]),
        ("隔週日曜 0:01", ["12", "26", "08-09"]),
        ("隔週月・木 0:01", ["09", "20", "23"]),
        ("first Monday 23:00", ["06", "08-03", "09-07"]),
        ("first Monday 0:01", ["08-03", "09-07", "10-05"]),
        ("隔月第1月曜 23:00", ["06", "09-07", "11-02"]),
        ("隔月第1月曜 0:01", ["08-03", "10-05", "12-07"]),
        ("every other month on the 3rd 7:00", ["08-03", "10-03", "12-03"]),
        ("FREQ=WEEKLY;INTERVAL=2 0:01", ["13", "27", "08-10"]),
    ],
)
async def test_a_rule_begins_with_the_first_time_ahead_and_its_rhythm_counts_from_there(
    study: Study, text: str, dates: list[str]
):
    study.clock.at = at(6, 12)
    parsed = parse_rule(text, now=study.clock.now(), zone=ZoneInfo("Asia/Tokyo"))
    new = NewSeries(study.group.id, "Tea", parsed.rrule, parsed.at)
    preview = await study.series.preview(GUILD, MODERATOR, new, text)
    wanted = [date.fromisoformat(f"2026-{day if '-' in day else f'07-{day}'}") for day in dates]
    assert [each.on for each in preview.ahead][:3] == wanted
    series = (await study.series.confirm(GUILD, MODERATOR, preview.draft_id)).series
    assert series.starts_on == wanted[0]


async def test_the_first_of_a_number_of_sessions_is_one_that_is_ahead(study: Study):
    new = NewSeries(study.group.id, "Tea", "FREQ=WEEKLY;BYDAY=MO", time_of(0, 1), count=2)
    view = await study.series.create(GUILD, MODERATOR, new)
    assert days(view.sessions) == ["07-20", "07-27"]


async def test_a_first_day_that_was_said_is_where_the_rhythm_begins(study: Study):
    new = NewSeries(study.group.id, "Tea", "FREQ=WEEKLY;INTERVAL=2;BYDAY=MO", time_of(0, 1), date(2026, 7, 13))
    preview = await study.series.preview(GUILD, MODERATOR, new)
    assert preview.ahead[0].on == date(2026, 7, 27)
