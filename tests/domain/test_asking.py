"""Phrases with two readings, from the text to the value that is settled."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, date, datetime, time
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from msgspec.structs import replace

from bot.domain.actors import Actor
from bot.domain.errors import InvalidText, Unknown
from bot.domain.phrases import Fork, PhraseInThePast, PhraseNotUnderstood, PhraseReader, kept, resumed, taking
from bot.domain.series import NewSeries, RuleReading, SeriesPreview, WhichRule
from bot.domain.sessions import (
    DeadlineNotPossible,
    Edited,
    JoinToHost,
    NewSession,
    SessionChange,
    SessionPreview,
    StartsInPast,
    WhichTime,
    taking_deadline,
)
from tests.domain.study import GUILD, MEMBER, MODERATOR, NOW, Study, at, study_on

TOKYO = ZoneInfo("Asia/Tokyo")
OTHER = Actor(77, moderator=True, sees=lambda channel_id: True)
# NOW is Monday, 13 July 2026, 12:00 in Tokyo.


@pytest.fixture
async def study(tmp_path: Path) -> AsyncIterator[Study]:
    async with study_on(tmp_path) as study:
        yield study


def reader(usual: time | None = None) -> PhraseReader:
    return PhraseReader(NOW, TOKYO, usual)


def test_a_reader_gives_the_first_reading_and_remembers_the_fork():
    read = reader()
    assert read.when("starts_at", "明日 7:00") == at(14, 7)
    assert read.forks == []
    assert read.when("starts_at", "明日 7時") == at(14, 7)
    assert read.day("until", "next Friday") == date(2026, 7, 17)
    assert read.rule("毎週水曜 7時").at == time(7)
    assert [(fork.field, fork.text) for fork in read.forks] == [
        ("starts_at", "明日 7時"),
        ("until", "next Friday"),
        ("rrule", "毎週水曜 7時"),
    ]
    with pytest.raises(PhraseNotUnderstood):
        read.when("starts_at", "いつか")


def test_a_reading_that_is_taken_sets_only_its_own_fields():
    read = reader()
    new = NewSession(1, "Tea", read.when("starts_at", "明日 7時"), deadline=at(14, 6), venue="Room A")
    (fork,) = read.forks
    assert taking(new, fork, 0) == new
    assert taking(new, fork, 1) == NewSession(1, "Tea", at(14, 19), deadline=at(14, 6), venue="Room A")
    read = reader()
    rule = read.rule("every second Friday 19:00")
    series = NewSeries(1, "Tea", rule.rrule, rule.at, starts_on=date(2026, 8, 1))
    assert taking(series, read.forks[0], 1).rrule == "FREQ=MONTHLY;BYDAY=2FR"
    assert taking(series, read.forks[0], 1).starts_on == date(2026, 8, 1)


def test_what_is_kept_is_resumed_with_what_is_still_to_be_asked():
    read = reader()
    starts_at, deadline = read.when("starts_at", "明日 7時"), read.when("deadline", "今日 8時")
    change = SessionChange("Tea", starts_at, deadline=deadline)
    # Of today's hours only the evening is ahead, so there is nothing to ask.
    assert [fork.field for fork in read.forks] == ["starts_at"]
    later = Fork("deadline", "?", ({"deadline": at(14, 5).isoformat()}, {"deadline": at(14, 17).isoformat()}))
    value, forks = resumed(kept(change, [*read.forks, later]), SessionChange, 1)
    assert (value.starts_at, value.deadline, forks) == (at(14, 19), at(13, 20), (later,))
    value, forks = resumed(kept(value, forks), SessionChange, 0)
    assert (value.starts_at, value.deadline, forks) == (at(14, 19), at(14, 5), ())


async def test_a_question_plans_nothing_and_its_answer_is_a_preview(study: Study):
    read = reader()
    new = study.new(starts_at=read.when("starts_at", "明日 7時"))
    asked = await study.sessions.propose(GUILD, MODERATOR, new, read.forks)
    assert isinstance(asked, WhichTime)
    assert (asked.field, asked.text, asked.readings) == ("starts_at", "明日 7時", (at(14, 7), at(14, 19)))
    for _ in range(2):  # a second press gives the same
        shown = await study.sessions.choose(GUILD, MODERATOR, asked.draft_id, 1)
        assert isinstance(shown, SessionPreview)
        assert shown.after.starts_at == at(14, 19)
    assert await study.all_sessions() == []
    for other in (MEMBER, OTHER):
        with pytest.raises(Unknown):
            await study.sessions.choose(GUILD, other, asked.draft_id, 1)
    for wrong in (study.sessions.confirm, study.sessions.draft, study.sessions.confirm_move, study.series.confirm):
        with pytest.raises(Unknown):
            await wrong(GUILD, MODERATOR, asked.draft_id)


async def test_what_is_wrong_besides_is_said_before_anything_is_asked(study: Study):
    read = reader()
    starts_at = read.when("starts_at", "明日 7時")
    with pytest.raises(InvalidText):
        await study.sessions.propose(GUILD, MODERATOR, study.new(" ", starts_at=starts_at), read.forks)
    with pytest.raises(JoinToHost):
        await study.sessions.propose(GUILD, MEMBER, study.new(starts_at=starts_at), read.forks)


async def test_a_question_holds_for_a_day_and_its_readings_until_they_pass(study: Study):
    read = reader()
    new = study.new(starts_at=read.when("starts_at", "明日 7時"))
    asked = await study.sessions.propose(GUILD, MODERATOR, new, read.forks)
    study.clock.pass_time(hours=20)
    with pytest.raises(StartsInPast):
        await study.sessions.choose(GUILD, MODERATOR, asked.draft_id, 0)
    assert isinstance(await study.sessions.choose(GUILD, MODERATOR, asked.draft_id, 1), SessionPreview)
    study.clock.pass_time(hours=4, seconds=1)
    with pytest.raises(Unknown) as gone:
        await study.sessions.choose(GUILD, MODERATOR, asked.draft_id, 1)
    assert gone.value.thing == "draft"


@pytest.mark.parametrize(
    ("start", "deadline", "settled"),
    [
        (at(15, 19), "15日 8時", at(15, 8)),  # the evening is after the start
        (at(15, 21), "15日 8時", None),  # both fit
        (at(15, 21), "今日 11時", at(13, 23)),  # the morning has passed
    ],
)
async def test_a_deadline_is_asked_about_only_if_both_readings_fit(
    study: Study, start: datetime, deadline: str, settled: datetime | None
):
    read = reader()
    new = study.new(starts_at=start, deadline=read.when("deadline", deadline))
    result = await study.sessions.propose(GUILD, MODERATOR, new, read.forks)
    assert isinstance(result, WhichTime if settled is None else SessionPreview)
    if isinstance(result, SessionPreview):
        assert result.after.deadline == settled


@pytest.mark.parametrize(
    ("start", "deadline", "settled"),
    [
        (at(15, 19), "14日", at(14, 23, 59)),
        (at(15, 19), "15日", at(15, 19)),  # on the day of the start, until the start
        (at(15, 0), "14日", at(14, 23, 59)),
        (at(15, 19), "今日", at(13, 23, 59)),
        (at(30, 19), "next Thu", None),  # this week's or the next one's
        (at(20, 19), "next Thu", at(16, 23, 59)),  # the other one is after the start
    ],
)
async def test_a_day_alone_is_a_deadline_at_its_end(
    study: Study, start: datetime, deadline: str, settled: datetime | None
):
    read = reader()
    new = study.new(starts_at=start, deadline=read.until("deadline", deadline))
    result = await study.sessions.propose(GUILD, MODERATOR, new, read.forks)
    if settled is None:
        assert isinstance(result, WhichTime)
        assert result.readings == (at(16, 23, 59), at(23, 23, 59))
        result = await study.sessions.choose(GUILD, MODERATOR, result.draft_id, 1)
        settled = at(23, 23, 59)
    assert isinstance(result, SessionPreview)
    assert result.after.deadline == settled


@pytest.mark.parametrize(
    ("start", "deadline", "settled"),
    [
        (at(17, 19), "18:00", at(17, 18)),  # the day of the start
        (at(17, 7), "18:00", at(16, 18)),  # the day before, since the start comes first
        (at(17, 19), "19時", at(17, 19)),  # until it begins
        (at(17, 19), "夜8時", at(16, 20)),
        (at(17, 19), "noon", at(17, 12)),
        (at(17, 19), "正午", at(17, 12)),
        (at(17, 0, 30), "midnight", at(17, 0)),
        (at(17, 19), "25時", at(17, 1)),
        (at(17, 0, 30), "25:00", at(16, 1)),
        (at(14, 7), "13:00", at(13, 13)),
        (at(17, 19), "6時", (at(17, 6), at(17, 18))),
        (at(17, 7), "at 8", (at(16, 8), at(16, 20))),
        (at(14, 7), "at 8", at(13, 20)),  # the morning has passed
        (at(13, 19), "11:00", None),
    ],
)
async def test_a_time_of_day_alone_is_the_last_deadline_before_the_start(
    study: Study, start: datetime, deadline: str, settled: datetime | tuple[datetime, ...] | None
):
    session = await study.schedule(starts_at=start)
    read = reader()
    until = read.until("deadline", deadline, start)
    change = SessionChange(deadline=until)
    if settled is None:
        with pytest.raises(DeadlineNotPossible):
            await study.sessions.propose_change(GUILD, MODERATOR, session.id, change, read.forks)
        return
    changed = await study.sessions.propose_change(GUILD, MODERATOR, session.id, change, read.forks)
    shown = await study.sessions.propose(GUILD, MODERATOR, study.new(starts_at=start, deadline=until), read.forks)
    if isinstance(settled, tuple):
        assert isinstance(changed, WhichTime)
        assert isinstance(shown, WhichTime)
        assert changed.readings == shown.readings == settled
    else:
        assert isinstance(changed, Edited)
        assert isinstance(shown, SessionPreview)
        assert changed.view.session.deadline == shown.after.deadline == settled


@pytest.mark.parametrize(
    ("start", "deadline", "settled"),
    [
        (at(30, 7), "Friday", at(24, 23, 59)),  # and not the coming one
        (at(30, 7), "金曜", at(24, 23, 59)),
        (at(30, 7), "金曜日まで", at(24, 23, 59)),
        (at(30, 7), "by Friday 6pm", at(24, 18)),
        (at(30, 7), "金曜の18時", at(24, 18)),
        (at(30, 7), "8pm Wed", at(29, 20)),
        (at(30, 7), "Fri 7", (at(24, 7), at(24, 19))),
        (at(30, 7), "木曜 6:00", at(30, 6)),  # the day of the start
        (at(30, 7), "Thursday 8pm", at(23, 20)),  # a week before, since the start comes first
        (at(30, 7), "Thursday", (at(23, 23, 59), at(30, 7))),
        (at(16, 7), "木曜", at(16, 7)),  # last week's has passed
        (at(30, 7), "this Friday", at(17, 23, 59)),  # this one is said of today
        (at(30, 7), "7/17 (金)", at(17, 23, 59)),
        (at(15, 7), "Friday", None),
    ],
)
async def test_a_weekday_alone_is_the_last_one_before_the_start(
    study: Study, start: datetime, deadline: str, settled: datetime | tuple[datetime, ...] | None
):
    session = await study.schedule(starts_at=start)
    read = reader()
    change = SessionChange(deadline=read.until("deadline", deadline, start))
    if settled is None:
        with pytest.raises(DeadlineNotPossible):
            await study.sessions.propose_change(GUILD, MODERATOR, session.id, change, read.forks)
        return
    changed = await study.sessions.propose_change(GUILD, MODERATOR, session.id, change, read.forks)
    if isinstance(changed, WhichTime):
        assert changed.readings == settled
    else:
        assert isinstance(changed, Edited)
        assert changed.view.session.deadline == settled


@pytest.mark.parametrize(("place", "settled"), [(0, at(16, 18)), (1, at(17, 18))])
async def test_of_two_starts_the_chosen_one_says_which_deadline_is_meant(study: Study, place: int, settled: datetime):
    read = reader()
    start = read.when("starts_at", "金曜 8時")
    new = study.new(starts_at=start, deadline=read.until("deadline", "18:00", start))
    asked = await study.sessions.propose(GUILD, MODERATOR, new, read.forks)
    assert isinstance(asked, WhichTime)
    assert asked.field == "starts_at"
    shown = await study.sessions.choose(GUILD, MODERATOR, asked.draft_id, place)
    assert isinstance(shown, SessionPreview)
    assert shown.after.deadline == settled


@pytest.mark.parametrize(
    ("text", "moved"),
    [
        ("7:30", at(20, 7, 30)),
        ("7pm", at(20, 19)),
        ("夜8時から", at(20, 20)),
        ("25時", at(21, 1)),
        ("21日", at(21, 7)),
        ("明日 8:00", at(14, 8)),
        ("in 2 hours", at(13, 14)),
        ("8時", (at(20, 8), at(20, 20))),
    ],
)
def test_a_session_that_moves_keeps_the_day_or_the_time_that_is_not_said(
    text: str, moved: datetime | tuple[datetime, ...]
):
    read = reader()
    first = read.moved("starts_at", text, at(20, 7))
    readings = [
        taking(SessionChange(), fork, place).starts_at for fork in read.forks for place in range(len(fork.readings))
    ]
    assert tuple(readings or [first]) == (moved if isinstance(moved, tuple) else (moved,))


def test_a_session_does_not_move_to_a_time_of_its_day_that_has_passed():
    with pytest.raises(PhraseInThePast):
        reader().moved("starts_at", "11:00", at(13, 19))


def test_a_draft_that_moves_takes_its_deadline_along_with_each_reading_of_its_start():
    read = reader()
    start = read.when("starts_at", "next Fri 8:00")
    for value in (
        NewSession(1, "Tea", start, deadline=at(29, 20)),
        SessionChange(starts_at=start, deadline=at(29, 20)),
    ):
        moved, (fork,) = taking_deadline(value, read.forks, at(30, 7), NOW, TOKYO)
        assert [taking(moved, fork, place).deadline for place in (0, 1)] == [at(16, 20), at(23, 20)]
        assert moved.deadline == at(16, 20)


def test_a_reading_keeps_the_deadline_that_another_reading_would_drop():
    read = reader()
    start = read.when("starts_at", "next Fri 8:00")
    for value in (
        NewSession(1, "Tea", start, deadline=at(25, 7)),
        SessionChange(starts_at=start, deadline=at(25, 7)),
    ):
        # Five days before the first reading have passed.
        moved, (fork,) = taking_deadline(value, read.forks, at(30, 7), NOW, TOKYO)
        first, second = (taking(moved, fork, place) for place in (0, 1))
        assert (first.deadline, second.deadline) == (None, at(19, 7))
        if isinstance(first, SessionChange) and isinstance(second, SessionChange):
            assert (first.no_deadline, second.no_deadline) == (True, False)


def test_a_draft_drops_a_deadline_that_would_have_passed():
    new = NewSession(1, "Tea", at(14, 7), deadline=at(27, 20))
    assert taking_deadline(new, (), at(30, 7), NOW, TOKYO) == (replace(new, deadline=None), ())
    change = SessionChange(starts_at=at(14, 7), deadline=at(27, 20))
    dropped = replace(change, deadline=None, no_deadline=True)
    assert taking_deadline(change, (), at(30, 7), NOW, TOKYO) == (dropped, ())
    without = SessionChange(starts_at=at(14, 7))
    assert taking_deadline(without, (), at(30, 7), NOW, TOKYO) == (without, ())


async def test_a_day_after_the_start_or_over_already_is_no_deadline(study: Study):
    read = reader()
    new = study.new(starts_at=at(15, 7), deadline=read.until("deadline", "16日"))
    with pytest.raises(DeadlineNotPossible):
        await study.sessions.propose(GUILD, MODERATOR, new, read.forks)
    with pytest.raises(PhraseInThePast):
        reader().until("deadline", "昨日")


async def test_a_deadline_of_which_no_reading_fits_is_refused(study: Study):
    read = reader()
    new = study.new(starts_at=at(15, 7), deadline=read.when("deadline", "15日 8時"))
    with pytest.raises(DeadlineNotPossible):
        await study.sessions.propose(GUILD, MODERATOR, new, read.forks)
    session = await study.schedule(starts_at=at(15, 7))
    change = SessionChange(deadline=at(15, 8))
    with pytest.raises(DeadlineNotPossible):
        await study.sessions.propose_change(GUILD, MODERATOR, session.id, change, read.forks)


async def test_a_change_is_asked_about_then_shown_if_it_moves(study: Study):
    session = await study.schedule(starts_at=at(15, 7))
    read = reader()
    change = SessionChange(starts_at=read.when("starts_at", "16日 8時"), venue="会議室B")
    asked = await study.sessions.propose_change(GUILD, MODERATOR, session.id, change, read.forks)
    assert isinstance(asked, WhichTime)
    assert asked.moves
    with pytest.raises(Unknown):
        await study.sessions.choose(GUILD, MODERATOR, asked.draft_id, 0)
    shown = await study.sessions.choose_change(GUILD, MODERATOR, asked.draft_id, 1)
    assert isinstance(shown, SessionPreview)
    assert (shown.after.starts_at, shown.after.venue) == (at(16, 20), "会議室B")
    assert (await study.session(session.id)).venue == session.venue


async def test_a_rule_is_asked_about_with_the_date_on_which_each_reading_meets_first(study: Study):
    read = reader()
    rule = read.rule("毎週月曜 11時")
    new = study.weekly(rrule=rule.rrule, at=rule.at)
    asked = await study.series.propose(GUILD, MODERATOR, new, "毎週月曜 11時", read.forks)
    assert isinstance(asked, WhichRule)
    monday = date(2026, 7, 13)
    assert asked.readings == (
        RuleReading("FREQ=WEEKLY;BYDAY=MO", time(11), date(2026, 7, 20), at(20, 11)),
        RuleReading("FREQ=WEEKLY;BYDAY=MO", time(23), monday, at(13, 23)),
    )
    with pytest.raises(Unknown):
        await study.series.choose(GUILD, MEMBER, asked.draft_id, 1)
    shown = await study.series.choose(GUILD, MODERATOR, asked.draft_id, 1)
    assert isinstance(shown, SeriesPreview)
    assert shown.ahead[0].starts_at == at(13, 23)
    assert await study.series.draft(GUILD, MODERATOR, shown.draft_id) == (shown.new, "毎週月曜 11時", None)
    assert await study.all_sessions() == []


async def test_a_last_day_is_asked_about_even_if_the_rule_does_not_meet_before_the_earlier(study: Study):
    read = reader()
    rule = read.rule("第3土曜 10:00")
    new = study.weekly(rrule=rule.rrule, at=rule.at, until=read.day("until", "next Friday"))
    asked = await study.series.propose(GUILD, MODERATOR, new, "第3土曜 10:00", read.forks)
    assert isinstance(asked, WhichRule)
    assert asked.readings == (date(2026, 7, 17), date(2026, 7, 24))
    assert isinstance(await study.series.choose(GUILD, MODERATOR, asked.draft_id, 1), SeriesPreview)
    assert datetime(2026, 7, 13, 3, tzinfo=UTC) == NOW
