"""Clock times, lengths of time, weekdays and dates of every year, as people write them."""

from datetime import date, time, timedelta

import pytest

from bot.domain.phrases import (
    ClockAmbiguous,
    ClockPastMidnight,
    PhraseNotUnderstood,
    parse_clock,
    parse_dates,
    parse_days,
    parse_duration,
    parse_durations,
)


@pytest.mark.parametrize(
    ("text", "at"),
    [
        ("20:00", time(20)), ("8:05", time(8, 5)), ("２０：００", time(20)), ("8pm", time(20)), ("8 p.m.", time(20)),
        ("12am", time(0)), ("12pm", time(12)), ("0:30", time(0, 30)), ("noon", time(12)), ("正午", time(12)),
        ("midnight", time(0)), ("夜8時", time(20)), ("夜20時", time(20)), ("夜の8時半", time(20, 30)),
        ("朝の7時15分", time(7, 15)), ("夕方6時", time(18)), ("昼の1時", time(13)), ("よる8時", time(20)),
        ("午後8時半", time(20, 30)), ("20時15分", time(20, 15)),
        ("朝7時", time(7)), ("昼1時", time(13)), ("at 7 in the morning", time(7)),
        ("8 at night", time(20)), ("午後0時", time(12)), ("21", time(21)), ("２１時", time(21)), ("0", time(0)),
    ],
)  # fmt: skip
def test_a_clock_time_is_read(text: str, at: time) -> None:
    assert parse_clock(text) == at


@pytest.mark.parametrize(
    ("text", "first", "second"),
    [
        ("8時", time(8), time(20)),
        ("8", time(8), time(20)),
        ("７", time(7), time(19)),
        ("at 8", time(8), time(20)),
        ("7 o'clock", time(7), time(19)),
        ("午前12時", time(0), time(12)),
    ],
)
def test_an_hour_alone_is_in_the_morning_or_in_the_evening(text: str, first: time, second: time) -> None:
    with pytest.raises(ClockAmbiguous) as offered:
        parse_clock(text)
    assert offered.value.readings == (first, second)


@pytest.mark.parametrize(
    "text",
    ["", "30", "30時", "99:00", "7:60", "19:00 am", "13pm", "朝19時", "am 7:00 pm", "soon", "7:00-8:00", "123"],
)
def test_a_clock_time_that_is_none_is_refused(text: str) -> None:
    with pytest.raises(PhraseNotUnderstood) as refused:
        parse_clock(text)
    assert refused.value.kind == "clock"


@pytest.mark.parametrize(
    ("text", "at"),
    [
        ("25:00", time(1)),
        ("24:00", time(0)),
        ("24", time(0)),
        ("26時", time(2)),
        ("夜25時", time(1)),
        ("夜12時", time(0)),
    ],
)
@pytest.mark.parametrize("evening", [True, False])
def test_a_time_past_midnight_is_refused_as_what_it_is(text: str, at: time, evening: bool) -> None:
    with pytest.raises(ClockPastMidnight) as refused:
        parse_clock(text, evening=evening)
    assert refused.value.at == at


@pytest.mark.parametrize(
    ("text", "at"),
    [
        ("21", time(21)), ("21時", time(21)), ("9pm", time(21)), ("9", time(21)), ("9時", time(21)), ("at 9", time(21)),
        ("夜9時", time(21)), ("9:00", time(9)), ("午後9時半", time(21, 30)), ("午前9時", time(9)), ("12", time(12)),
        ("午後12時", time(12)),
    ],
)  # fmt: skip
def test_an_hour_of_the_evening_needs_no_more(text: str, at: time) -> None:
    assert parse_clock(text, evening=True) == at


@pytest.mark.parametrize("text", ["midnight", "夜1時", "深夜2時"])
def test_midnight_is_no_time_of_the_evening_before(text: str) -> None:
    with pytest.raises(ClockPastMidnight):
        parse_clock(text, evening=True)


@pytest.mark.parametrize(
    ("text", "length"),
    [
        ("90", 90), ("９０分", 90), ("90 min", 90), ("90m", 90), ("1h30", 90), ("1h 30m", 90),
        ("1:30", 90), ("1.5h", 90),
        ("1.5時間", 90), ("1時間半", 90), ("1時間30分", 90), ("一時間半", 90), ("1 hour 30 minutes", 90),
        ("1 hour and 30 minutes", 90),
        ("an hour and a half", 90), ("half an hour", 30), ("2 hours", 120), ("2時間", 120), ("2 days", 2880),
        ("1日", 1440),
        ("1週間", 10080), ("1 day, 2 hours", 1560),
    ],
)  # fmt: skip
def test_a_length_of_time_is_read(text: str, length: int) -> None:
    assert parse_duration(text) == timedelta(minutes=length)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "0",
        "0分",
        "-30",
        "1 day 30",
        "1.333h",
        "1.5 min",
        "h",
        "半",
        "30 30",
        "2 hours 1 day",
        "1時間半30分",
        "500 days",
        "soon",
    ],
)
def test_a_length_that_is_none_is_refused(text: str) -> None:
    with pytest.raises(PhraseNotUnderstood) as refused:
        parse_duration(text)
    assert refused.value.kind == "duration"


def test_several_lengths_come_longest_first() -> None:
    day, half_hour = timedelta(days=1), timedelta(minutes=30)
    assert parse_durations("30 min, 1 day") == (day, half_hour)
    assert parse_durations("1日前、30分前、30分") == (day, half_hour)
    for text in ("", "1 day,", ",".join(["30"] * 11)):
        with pytest.raises(PhraseNotUnderstood):
            parse_durations(text)


@pytest.mark.parametrize(
    ("text", "days"),
    [
        ("mon,wed", {0, 2}), ("Mon Wed", {0, 2}), ("Monday and Wednesday", {0, 2}), ("月,水", {0, 2}),
        ("月・水", {0, 2}),
        ("月水金", {0, 2, 4}), ("月曜日、水曜日", {0, 2}), ("mon-fri", {0, 1, 2, 3, 4}), ("月〜金", {0, 1, 2, 3, 4}),
        ("fri-mon", {4, 5, 6, 0}), ("weekdays", {0, 1, 2, 3, 4}), ("平日", {0, 1, 2, 3, 4}), ("土日", {5, 6}),
        ("weekends", {5, 6}), ("daily", set(range(7))), ("毎日", set(range(7))), ("日", {6}), ("tues, thurs", {1, 3}),
    ],
)  # fmt: skip
def test_weekdays_are_read(text: str, days: set[int]) -> None:
    assert parse_days(text) == days


@pytest.mark.parametrize("text", ["", "mon,", "xyz", "mon,foo", "月月火水x", "1,2"])
def test_weekdays_that_are_none_are_refused(text: str) -> None:
    with pytest.raises(PhraseNotUnderstood) as refused:
        parse_days(text)
    assert refused.value.kind == "days"


@pytest.mark.parametrize(
    ("text", "stretches"),
    [
        ("8/13-8/16, 12/29-1/3", (((8, 13), (8, 16)), ((12, 29), (1, 3)))),
        ("8月13日〜8月16日、12月31日", (((8, 13), (8, 16)), ((12, 31), (12, 31)))),
        ("8月13日から16日まで", (((8, 13), (8, 16)),)),
        ("8/13-16", (((8, 13), (8, 16)),)),
        ("2/29", (((2, 29), (2, 29)),)),
    ],
)
def test_dates_of_every_year_are_read(text: str, stretches: tuple) -> None:
    assert parse_dates(text) == stretches


def test_a_stretch_over_new_year_covers_both_ends() -> None:
    (stretch,) = parse_dates("12/29-1/3")
    assert all(stretch.covers(day) for day in (date(2026, 12, 29), date(2026, 12, 31), date(2027, 1, 3)))
    assert not any(stretch.covers(day) for day in (date(2026, 12, 28), date(2027, 1, 4), date(2027, 7, 1)))


@pytest.mark.parametrize("text", ["", "8/13,", "2/30", "13/1", "8/16-13", "8/13-", "obon", "2026-08-13"])
def test_dates_that_are_none_are_refused(text: str) -> None:
    with pytest.raises(PhraseNotUnderstood) as refused:
        parse_dates(text)
    assert refused.value.kind == "dates"
