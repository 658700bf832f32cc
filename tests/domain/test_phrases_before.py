"""What is said of a start: a deadline that is counted back from it, and an end that stands beside it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.domain.calendar import to_instant, to_local
from bot.domain.errors import StudyError
from bot.domain.phrases import (
    ClockMissing,
    DayOfNothing,
    NoSuchDay,
    PhraseNotUnderstood,
    PhraseReader,
    PhraseRepeats,
    parse_when,
    taking,
)
from bot.domain.phrases.ranges import with_end
from bot.domain.sessions import DeadlineNotPossible, SessionChange, SessionPreview, WhichTime
from bot.rendering.calendar import with_clock
from tests.domain.study import GUILD, MODERATOR, NOW, Study, at, study_on

TOKYO = ZoneInfo("Asia/Tokyo")
# NOW is Monday, 13 July 2026, 12:00 in Tokyo; the session starts on Thursday, the 30th, at 7:00.
START = at(30, 7)


@pytest.fixture
async def study(tmp_path: Path) -> AsyncIterator[Study]:
    async with study_on(tmp_path) as study:
        yield study


def reader() -> PhraseReader:
    return PhraseReader(NOW, TOKYO)


# Deadlines

BEFORE = [
    ("the day before", at(29, 23, 59)),
    ("day before", at(29, 23, 59)),
    ("By the day before", at(29, 23, 59)),
    ("until the day before the session", at(29, 23, 59)),
    ("the day before at 8pm", at(29, 20)),
    ("8 pm the day before", at(29, 20)),
    ("18:00 on the previous day", at(29, 18)),
    ("the evening before at 8", at(29, 20)),
    ("the night before, 21:30", at(29, 21, 30)),
    ("2 days before", at(28, 23, 59)),
    ("two days before 6pm", at(28, 18)),
    ("3 days before at noon", at(27, 12)),
    ("a week before", at(23, 23, 59)),
    ("2 weeks before 19:00", at(16, 19)),
    ("the same day 6:00", at(30, 6)),
    ("on the day", START),
    ("on the day of the session at 6am", at(30, 6)),
    ("an hour before", at(30, 6)),
    ("90 minutes before the start", at(30, 5, 30)),
    ("48 hours before it begins", at(28, 7)),
    ("前日", at(29, 23, 59)),
    ("ぜんじつ", at(29, 23, 59)),
    ("前日まで", at(29, 23, 59)),
    ("前日中", at(29, 23, 59)),
    ("前の日の夜8時", at(29, 20)),
    ("the Friday before", at(24, 23, 59)),
    ("until the Friday before the session at 6pm", at(24, 18)),
    ("the Thursday before, 19:00", at(23, 19)),
    ("Friday of the week before", at(24, 23, 59)),
    ("前の週の金曜", at(24, 23, 59)),
    ("前の週の金曜の20時", at(24, 20)),
    ("前の金曜の20時まで", at(24, 20)),
    ("前週の水曜", at(22, 23, 59)),
    ("前日の20時", at(29, 20)),
    ("前日の20時までに", at(29, 20)),
    ("前日 夜8時半", at(29, 20, 30)),
    ("開催日の前日18:00", at(29, 18)),
    ("前夜9時", at(29, 21)),
    ("前々日", at(28, 23, 59)),
    ("3日前", at(27, 23, 59)),
    ("３日前の正午", at(27, 12)),
    ("三日まえの20:00", at(27, 20)),
    ("1週間前", at(23, 23, 59)),
    ("一週間前の19時", at(23, 19)),
    ("当日", START),
    ("当日の朝6時", at(30, 6)),
    ("開始の1時間前", at(30, 6)),
    ("30分まえ", at(30, 6, 30)),
]


@pytest.mark.parametrize(("text", "deadline"), BEFORE)
def test_a_deadline_may_be_counted_back_from_the_start(text: str, deadline: datetime):
    read = reader()
    assert read.until("deadline", text, START) == deadline
    assert read.forks == []


def test_half_of_these_deadlines_are_japanese():
    assert abs(sum(text.isascii() for text, _ in BEFORE) * 2 - len(BEFORE)) <= 2


@pytest.mark.parametrize(("text", "deadline"), [("12/2まで", at(2, 23, 59, 12)), ("by Dec 2 6pm", at(2, 18, 0, 12))])
def test_a_deadline_may_say_until(text: str, deadline: datetime):
    assert reader().until("deadline", text, at(3, 7, 0, 12)) == deadline


@pytest.mark.parametrize(
    "text",
    ["前", "0日前", "0 days before", "day", "before", "前日 前日", "前日の30時", "x日前", "前の前の日"],
)
def test_what_is_not_wholly_understood_is_no_deadline(text: str):
    with pytest.raises(PhraseNotUnderstood) as refused:
        reader().until("deadline", text, START)
    assert refused.value.text == text
    assert type(refused.value) is PhraseNotUnderstood


@pytest.mark.parametrize(
    ("text", "example"),
    [
        ("前日の夜", "前日の夜8時"),
        ("3日前の夕方", "3日前の夕方6時"),
        ("the night before", "the night before 8pm"),
        ("the day before in the morning", "the day before in the morning 7am"),
    ],
)
def test_of_a_part_of_the_day_before_the_hour_is_missing(text: str, example: str):
    with pytest.raises(ClockMissing) as refused:
        reader().until("deadline", text, START)
    assert with_clock(text, refused.value.example) == example


@pytest.mark.parametrize("text", ["the day after", "翌日", "翌週の火曜 18:00"])
def test_what_lies_behind_the_start_is_no_deadline(text: str):
    with pytest.raises(DayOfNothing):
        reader().until("deadline", text, START)


def test_without_a_start_nothing_is_counted_back():
    for text in ("前日", "the day before", "1時間前"):
        with pytest.raises(PhraseNotUnderstood):
            reader().until("deadline", text)
        with pytest.raises(PhraseNotUnderstood):
            reader().when("starts_at", text)


@pytest.mark.parametrize(
    ("zone", "start", "deadline"),
    [
        ("America/New_York", "2026-11-01 07:00", "2026-10-31 20:00"),  # the clocks go back in that night
        ("Australia/Sydney", "2026-10-04 07:00", "2026-10-03 20:00"),  # and forward
    ],
)
def test_the_day_before_is_one_of_the_local_clock(zone: str, start: str, deadline: str):
    place = ZoneInfo(zone)
    read = PhraseReader(NOW, place)
    found = read.until("deadline", "前日の20時", to_instant(datetime.fromisoformat(start), place))
    assert f"{to_local(found, place):%Y-%m-%d %H:%M}" == deadline


async def test_a_deadline_with_two_readings_is_asked_about(study: Study):
    read = reader()
    new = study.new(starts_at=START, deadline=read.until("deadline", "前日の8時", START))
    asked = await study.sessions.propose(GUILD, MODERATOR, new, read.forks)
    assert isinstance(asked, WhichTime)
    assert (asked.field, asked.readings) == ("deadline", (at(29, 8), at(29, 20)))
    shown = await study.sessions.choose(GUILD, MODERATOR, asked.draft_id, 1)
    assert isinstance(shown, SessionPreview)
    assert shown.after.deadline == at(29, 20)


@pytest.mark.parametrize(("place", "deadline"), [(0, at(16, 20)), (1, at(23, 20))])
async def test_of_two_starts_the_chosen_one_says_from_which_it_is_counted(study: Study, place: int, deadline: datetime):
    read = reader()
    start = read.when("starts_at", "next Fri 7:00")
    new = study.new(starts_at=start, deadline=read.until("deadline", "前日の20時", start))
    asked = await study.sessions.propose(GUILD, MODERATOR, new, read.forks)
    assert isinstance(asked, WhichTime)
    assert asked.field == "starts_at"
    shown = await study.sessions.choose(GUILD, MODERATOR, asked.draft_id, place)
    assert isinstance(shown, SessionPreview)
    assert shown.after.deadline == deadline


async def test_a_deadline_counted_back_to_what_has_passed_is_refused(study: Study):
    read = reader()
    new = study.new(starts_at=at(14, 7), deadline=read.until("deadline", "3日前", at(14, 7)))
    with pytest.raises(DeadlineNotPossible):
        await study.sessions.propose(GUILD, MODERATOR, new, read.forks)


# Beginning and end

WITH_END = [
    ("7:00-8:30", at(14, 7), 90),
    ("tomorrow 7:00-8:30", at(14, 7), 90),
    ("tomorrow 7-8:30am", at(14, 7), 90),
    ("tomorrow, 7pm to 9pm", at(14, 19), 120),
    ("7:30-9pm tomorrow", at(14, 19, 30), 90),
    ("tomorrow 11-1pm", at(14, 11), 120),
    ("from 7am to 8am on Friday", at(17, 7), 60),
    ("Fri 19:00 until 21:00", at(17, 19), 120),
    ("2026-07-20 07:00-08:30", at(20, 7), 90),
    ("7/20 7:00–8:30", at(20, 7), 90),
    ("Jul 20 10pm-1am", at(20, 22), 180),
    ("7-8pm", at(13, 19), 60),
    ("明日7:00〜8:30", at(14, 7), 90),
    ("7/20 7:00〜8:30", at(20, 7), 90),
    ("7月20日(月) ７：００～８：３０", at(20, 7), 90),
    ("明日の朝7時〜8時半", at(14, 7), 90),
    ("明日の夜7時から9時まで", at(14, 19), 120),
    ("明日13時-15時", at(14, 13), 120),
    ("明日 朝7〜8時半", at(14, 7), 90),
    ("7/20 22:00ー翌1:00", at(20, 22), 180),
    ("夜7〜8", at(13, 19), 60),
    ("来週火曜 19:00—21:00", at(21, 19), 120),
    ("明日 23時〜25時", at(14, 23), 120),
    ("明日10時から12時", at(14, 10), 120),
    ("らいしゅうかようの夜7時〜8時", at(21, 19), 60),
]


@pytest.mark.parametrize(("text", "start", "length"), WITH_END)
def test_a_start_may_name_its_end(text: str, start: datetime, length: int):
    read = reader()
    assert (read.when("starts_at", text), read.length) == (start, length)
    assert read.forks == []


def test_half_of_the_starts_with_an_end_are_japanese():
    assert abs(sum(text.isascii() or "–" in text for text, _, _ in WITH_END) * 2 - len(WITH_END)) <= 2


@pytest.mark.parametrize(
    ("text", "starts", "length"),
    [
        ("tomorrow 7-9", (at(14, 7), at(14, 19)), 120),
        ("明日7時〜8時半", (at(14, 7), at(14, 19)), 90),
        ("tomorrow 10-12", (at(14, 10), at(14, 22)), 120),
        ("next Fri 7:00-8:00", (at(17, 7), at(24, 7)), 60),
        ("明日深夜1時〜2時", (at(14, 1), at(15, 1)), 60),
    ],
)
def test_two_starts_have_one_length(text: str, starts: tuple[datetime, datetime], length: int):
    read = reader()
    read.when("starts_at", text)
    (fork,) = read.forks
    assert (fork.text, read.length) == (text, length)
    assert tuple(taking(SessionChange(), fork, place).starts_at for place in (0, 1)) == starts


def test_a_session_that_moves_may_get_another_end():
    read = reader()
    assert (read.moved("starts_at", "9:00-10:30", START), read.length) == (at(30, 9), 90)
    assert (read.moved("starts_at", "9:00", START), read.length) == (at(30, 9), 90)


@pytest.mark.parametrize(
    ("text", "error"),
    [
        ("12/3-12/5", PhraseNotUnderstood),
        ("7/20-21", PhraseNotUnderstood),
        ("Dec 10-12", PhraseNotUnderstood),
        ("12-3 7:00", PhraseNotUnderstood),
        ("12-3", PhraseNotUnderstood),
        ("3〜5", PhraseNotUnderstood),
        ("三から五まで", PhraseNotUnderstood),
        ("tomorrow 7:00-7:00", PhraseNotUnderstood),
        ("tomorrow 7:00-8:00 Friday", PhraseNotUnderstood),
        ("tomorrow 7:00-8:00-9:00", PhraseNotUnderstood),
        ("明日7:00〜8:30くらい", PhraseNotUnderstood),
        ("2/30 7:00-8:30", NoSuchDay),
        ("every Wednesday 7:00-8:30", PhraseRepeats),
        ("毎週水曜7:00〜8:30", PhraseRepeats),
        ("tomorrow", ClockMissing),
    ],
)
def test_another_dash_is_no_end(text: str, error: type[PhraseNotUnderstood]):
    with pytest.raises(PhraseNotUnderstood) as refused:
        reader().when("starts_at", text)
    assert type(refused.value) is error
    assert refused.value.text == text


def test_a_deadline_has_no_end():
    with pytest.raises(PhraseNotUnderstood):
        reader().until("deadline", "7/20 7:00-8:30", START)


def test_an_offset_behind_a_t_is_no_end():
    read = reader()
    assert read.when("starts_at", "2026-07-20T07:00-08:00") == datetime(2026, 7, 20, 15, tzinfo=UTC)
    assert read.length is None


@settings(max_examples=150, deadline=None)
@given(st.integers(0, 1439), st.integers(1, 1439), st.sampled_from(["{}-{}", "{} to {}", "{}〜{}", "{}から{}まで"]))
def test_any_two_times_on_the_24_hour_clock_are_a_start_and_an_end(begin: int, length: int, form: str):
    said = form.format(*(f"{minute // 60}:{minute % 60:02}" for minute in (begin, (begin + length) % 1440)))
    found = with_end(f"7/20 {said}")
    assert found is not None
    phrase, minutes = found
    assert minutes == length
    assert parse_when(phrase, now=NOW, zone=TOKYO) == at(20, begin // 60, begin % 60)


@settings(max_examples=150, deadline=None)
@given(
    st.lists(
        st.sampled_from(["12", "/", "3", "7", ":00", "-", "〜", "から", "夜", "時", "pm", " ", "翌", "Fri"]),
        max_size=14,
    )
)
def test_no_text_breaks_the_reader(parts: list[str]):
    for read in (lambda text: reader().when("starts_at", text), lambda text: reader().until("deadline", text, START)):
        try:
            assert read("".join(parts)).tzinfo is UTC
        except StudyError:
            continue
