"""What is said of a session that moves: counted from its own day, or from today, or from either."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec import convert

from bot.domain.calendar import to_instant, to_local
from bot.domain.errors import StudyError
from bot.domain.phrases import DayOfNothing, PhraseInThePast, PhraseReader, WeekdayContradicts, parse_day

# Where the writer is, what their clock shows, and when the session that they move is planned.
TOKYO = ("Asia/Tokyo", "2026-11-18 10:00", "2026-12-03 07:00")  # a Wednesday; a Thursday in two weeks
SAME_WEEK = ("Asia/Tokyo", "2026-11-18 10:00", "2026-11-20 19:00")  # a Wednesday; the Friday
NEW_YEAR = ("Europe/Berlin", "2026-12-31 23:30", "2027-01-12 19:00")  # a Thursday; a Tuesday
CHANGE = (
    "America/New_York",
    "2026-10-28 12:00",
    "2026-10-31 18:00",
)  # the clocks go back in the night after the session
SPRING = ("Australia/Sydney", "2026-09-30 12:00", "2026-10-03 19:00")  # and here they go forward
Moment = tuple[str, str, str]


def moved(text: str, moment: Moment) -> list[str]:
    """The readings of the phrase on the local clock, the earlier first."""
    zone = ZoneInfo(moment[0])
    now, start = (to_instant(datetime.fromisoformat(each), zone) for each in moment[1:])
    reader = PhraseReader(now, zone)
    first = reader.moved("starts_at", text, start)
    readings = [convert(each["starts_at"], datetime) for fork in reader.forks for each in fork.readings] or [first]
    return [f"{to_local(each, zone):%Y-%m-%d %H:%M}" for each in readings]


MOVED = [
    # A weekday alone is one of the session's week and the next one; one that has passed is not meant
    ("Thu 8am", TOKYO, ["2026-11-19 08:00", "2026-12-03 08:00"]),
    ("木曜 朝8時", TOKYO, ["2026-11-19 08:00", "2026-12-03 08:00"]),
    ("金曜の夜7時", TOKYO, ["2026-11-20 19:00", "2026-12-04 19:00"]),
    ("Wednesday 19:00", TOKYO, ["2026-11-18 19:00", "2026-12-02 19:00"]),
    ("水曜 9:00", TOKYO, ["2026-11-25 09:00", "2026-12-02 09:00"]),
    ("もくよう 夜8時", SAME_WEEK, ["2026-11-19 20:00"]),
    ("Tuesday 19:00", SAME_WEEK, ["2026-11-24 19:00"]),
    ("wed 19:00", SAME_WEEK, ["2026-11-18 19:00"]),
    ("木曜 19時", NEW_YEAR, ["2027-01-07 19:00", "2027-01-14 19:00"]),
    ("Sunday noon", CHANGE, ["2026-11-01 12:00"]),
    ("土曜 朝8時", SPRING, ["2026-10-03 08:00"]),
    ("木曜", TOKYO, ["2026-11-19 07:00", "2026-12-03 07:00"]),
    ("Sat", NEW_YEAR, ["2027-01-02 19:00", "2027-01-16 19:00"]),
    ("木曜 8時", TOKYO, ["2026-11-19 08:00", "2026-11-19 20:00", "2026-12-03 08:00", "2026-12-03 20:00"]),
    ("Fri 7", SAME_WEEK, ["2026-11-20 07:00", "2026-11-20 19:00"]),
    # So long behind something is from now for some, and from the session for others
    ("3日後 18:30", TOKYO, ["2026-11-21 18:30", "2026-12-06 18:30"]),
    ("1週間後", TOKYO, ["2026-11-25 07:00", "2026-12-10 07:00"]),
    ("in 3 days at 18:30", TOKYO, ["2026-11-21 18:30"]),
    ("3 days later, 18:30", TOKYO, ["2026-12-06 18:30"]),
    # What only the session's day can be meant by
    ("same day 8am", TOKYO, ["2026-12-03 08:00"]),
    ("8am the same day", TOKYO, ["2026-12-03 08:00"]),
    ("同じ日の8時", TOKYO, ["2026-12-03 08:00", "2026-12-03 20:00"]),
    ("当日の夜8時", TOKYO, ["2026-12-03 20:00"]),
    ("その日の19:00", NEW_YEAR, ["2027-01-12 19:00"]),
    ("next day 7am", TOKYO, ["2026-12-04 07:00"]),
    ("the following day at noon", NEW_YEAR, ["2027-01-13 12:00"]),
    ("the day after", CHANGE, ["2026-11-01 18:00"]),
    ("翌日", SPRING, ["2026-10-04 19:00"]),
    ("翌日 朝7時", TOKYO, ["2026-12-04 07:00"]),
    ("翌日(金) 19:00", TOKYO, ["2026-12-04 19:00"]),
    ("次の日の朝7時", TOKYO, ["2026-12-04 07:00"]),
    ("翌々日 19:00", TOKYO, ["2026-12-05 19:00"]),
    ("the day before, 7pm", TOKYO, ["2026-12-02 19:00"]),
    ("前日の19時", TOKYO, ["2026-12-02 19:00"]),
    ("2日前の19時", TOKYO, ["2026-12-01 19:00"]),
    ("the week after, Tuesday", TOKYO, ["2026-12-08 07:00"]),
    ("the week after, Tuesday 8am", NEW_YEAR, ["2027-01-19 08:00"]),
    ("Tuesday of the following week at 8am", TOKYO, ["2026-12-08 08:00"]),
    ("a week later", TOKYO, ["2026-12-10 07:00"]),
    ("翌週", TOKYO, ["2026-12-10 07:00"]),
    ("翌週の火曜", TOKYO, ["2026-12-08 07:00"]),
    ("翌週火曜の夜8時", NEW_YEAR, ["2027-01-19 20:00"]),
    ("次の週の火曜 19:00", TOKYO, ["2026-12-08 19:00"]),
    ("翌々週の月曜 7:00", TOKYO, ["2026-12-14 07:00"]),
    ("the same week, Friday 7am", TOKYO, ["2026-12-04 07:00"]),
    ("同じ週の金曜 7:00", TOKYO, ["2026-12-04 07:00"]),
    ("その週の月曜 7:00", TOKYO, ["2026-11-30 07:00"]),
    ("the Friday before, 19:00", TOKYO, ["2026-11-27 19:00"]),
    ("前の週の金曜 19:00", TOKYO, ["2026-11-27 19:00"]),
    # What is said of today stays so
    ("tomorrow 7am", TOKYO, ["2026-11-19 07:00"]),
    ("来週火曜の朝7時", TOKYO, ["2026-11-24 07:00"]),
    ("next week Tue 7am", TOKYO, ["2026-11-24 07:00"]),
    ("今週の木曜 19:00", TOKYO, ["2026-11-19 19:00"]),
    ("12/5(土) 8:00", TOKYO, ["2026-12-05 08:00"]),
    ("next Fri 8:00", TOKYO, ["2026-11-20 08:00", "2026-11-27 08:00"]),
    ("今度の金曜 8:00", TOKYO, ["2026-11-20 08:00", "2026-11-27 08:00"]),
]


@pytest.mark.parametrize(("text", "moment", "readings"), MOVED)
def test_a_session_moves_to_these_moments(text: str, moment: Moment, readings: list[str]) -> None:
    assert moved(text, moment) == readings


def test_half_of_the_moves_are_japanese() -> None:
    assert abs(sum(text.isascii() for text, *_ in MOVED) * 2 - len(MOVED)) <= 8


def test_a_weekday_that_does_not_fit_the_next_day_is_refused_and_decides_between_two_days() -> None:
    with pytest.raises(WeekdayContradicts):
        moved("翌日(木) 19:00", TOKYO)
    assert moved("3日後(日) 18:30", TOKYO) == ["2026-12-06 18:30"]
    assert moved("3日後(土) 18:30", TOKYO) == ["2026-11-21 18:30"]


def test_what_lies_behind_is_no_time_to_move_to() -> None:
    with pytest.raises(PhraseInThePast):
        moved("3日前の19時", SAME_WEEK)


@pytest.mark.parametrize(
    "text",
    [
        "翌日 7:00", "翌日", "翌週の火曜 7:00", "同じ日の8時", "その日の19:00", "次の日 7:00", "前日の夜8時",
        "前の週の金曜 19:00",
        "next day 7am", "same day 8am", "8am the same day", "the week after, Tuesday 7am", "the day before",
        "the Friday before at 6pm", "2 days later 7am", "翌日の朝",
    ],
)  # fmt: skip
def test_where_nothing_moves_there_is_nothing_to_count_from(text: str) -> None:
    zone = ZoneInfo("Asia/Tokyo")
    now = to_instant(datetime.fromisoformat("2026-11-18 10:00"), zone)
    with pytest.raises(DayOfNothing) as refused:
        PhraseReader(now, zone).when("starts_at", text)
    assert (refused.value.text, refused.value.kind) == (text, "when")


@pytest.mark.parametrize("text", ["翌日", "翌週の火曜まで", "the next day", "the Friday before"])
def test_nor_is_there_for_a_day_alone(text: str) -> None:
    with pytest.raises(DayOfNothing) as refused:
        parse_day(text, now=datetime.fromisoformat("2026-11-18T10:00+09:00"), zone=ZoneInfo("Asia/Tokyo"))
    assert refused.value.kind == "day"


JA, EN = "月火水木金土日", ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
zones = st.sampled_from(["Asia/Tokyo", "Europe/Berlin", "America/New_York", "Australia/Lord_Howe"])


@settings(max_examples=100, deadline=None)
@given(
    st.datetimes(datetime.fromisoformat("2026-01-01"), datetime.fromisoformat("2035-12-31")),
    st.integers(1, 60),
    st.integers(0, 6),
    st.integers(9, 22),
    zones,
)
def test_any_weekday_is_one_of_the_sessions_week_and_the_next_one(
    moment: datetime, ahead: int, weekday: int, hour: int, zone: str
) -> None:
    today, start = moment.date(), moment.date() + timedelta(ahead)
    of_week = start + timedelta(weekday - start.weekday())
    coming = today + timedelta((weekday - today.weekday()) % 7)
    coming += timedelta(7 if datetime.combine(coming, time(hour)) <= moment else 0)
    place = (zone, f"{moment}", f"{start} 12:00")
    for text in (f"{EN[weekday]} {hour}:00", f"{JA[weekday]}曜の{hour}:00"):
        try:
            found = moved(text, place)
        except StudyError as error:
            raise AssertionError(text) from error
        days = {coming} | ({of_week} if datetime.combine(of_week, time(hour)) > moment else set())
        assert found == [f"{day} {hour:02}:00" for day in sorted(days)]
