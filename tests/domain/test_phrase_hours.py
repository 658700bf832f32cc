"""Quiet hours as people write them, in both languages; the hours for questions are in `test_profiles`."""

from datetime import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.calendar import QuietHours
from bot.domain.phrases import QuietHoursNotUnderstood, parse_quiet_hours


@pytest.mark.parametrize(
    ("text", "begin", "end"),
    [
        ("22:00-06:00", time(22), time(6)),
        ("22:00 - 6:00", time(22), time(6)),
        ("２２：００〜６：３０", time(22), time(6, 30)),
        ("22時から6時半", time(22), time(6, 30)),
        ("22時から10時半", time(22), time(10, 30)),
        ("0:00-5:15", time(0), time(5, 15)),
        ("20:00–24:00", time(20), time(0)),
        ("13:00 to 15:00", time(13), time(15)),
        ("10pm to 7am", time(22), time(7)),
        ("10 pm – 7 am", time(22), time(7)),
        ("10:30 p.m. until 6:45 a.m.", time(22, 30), time(6, 45)),
        ("from 10pm to 7am", time(22), time(7)),
        ("between 10pm and 7am", time(22), time(7)),
        ("11pm to 6 in the morning", time(23), time(6)),
        ("10pm to midnight", time(22), time(0)),
        ("midnight to 6am", time(0), time(6)),
        ("10pm to 7am the next day", time(22), time(7)),
        ("22-7", time(22), time(7)),
        ("22-6", time(22), time(6)),
        ("22 to 7", time(22), time(7)),
        ("0-6", time(0), time(6)),
        ("１３−１５", time(13), time(15)),
        ("22:00-7", time(22), time(7)),
        ("22:00ー7:00", time(22), time(7)),
        ("22時ー翌朝7時", time(22), time(7)),
        ("22:00～7:00", time(22), time(7)),
        ("22:00—7:00", time(22), time(7)),
        ("22:00―7:00", time(22), time(7)),
        ("夜の10時からあさ7時", time(22), time(7)),
        ("22〜7時", time(22), time(7)),
        ("22:00〜7:00", time(22), time(7)),
        ("夜10時から朝7時", time(22), time(7)),
        ("夜10時〜翌朝7時まで", time(22), time(7)),
        ("夜十時から七時", time(22), time(7)),
        ("22時から翌7時", time(22), time(7)),
        ("午後10時半から午前6時", time(22, 30), time(6)),
        ("深夜0時から6時", time(0), time(6)),
        ("23時〜25時", time(23), time(1)),
        ("正午から13時", time(12), time(13)),
        ("1時から6時", time(1), time(6)),
        ("朝7時から9時", time(7), time(9)),
        ("10pm-7", time(22), time(7)),
        ("9pm-6", time(21), time(6)),
        ("10:30 p.m. to 6", time(22, 30), time(6)),
        ("12am-6", time(0), time(6)),
        ("1pm-midnight", time(13), time(0)),
        ("夜10時から6時", time(22), time(6)),
        ("夜12時から朝6時", time(0), time(6)),
        ("深夜12時〜6時", time(0), time(6)),
        ("夜12時から翌朝6時", time(0), time(6)),
        ("昼12時から午後6時", time(12), time(18)),
        ("12:00-6:00", time(12), time(6)),
        ("12-13", time(12), time(13)),
        ("12時から13時", time(12), time(13)),
    ],
)
def test_quiet_hours_are_read_in_both_languages(text: str, begin: time, end: time):
    assert parse_quiet_hours(text) == QuietHours(begin, end)


NOT_UNDERSTOOD = ["", "night", "at night", "夜", "夜間", "22:00", "22", "10pm", "22-", "-7", "x" * 200]
NO_TIMES = ["25:00-06:00", "22:60-6:00", "24:00-6:00", "22:00-35:00", "13pm to 7am", "朝22時から7時", "22-77"]
TOO_LONG = ["22:00-22:00", "6:00-5:30", "22-22"]
MORE_THAN_ASKED = [
    "weekdays 22-7", "平日 22:00-7:00", "22:00-7:00 please", "22-7-9", "22:00-7:00, 12:00-13:00", "always", "いつでも",
]  # fmt: skip
TWO_READINGS = ["10-7", "9時から5時", "10時から7時", "夜7時から9時", "7pm to 9", "10 to 7"]
TWO_READINGS += [
    "12-6",
    "12 to 6",
    "12時から6時",
    "12〜6時",
    "10pm-12",
    "夜10時から12時",
    "5pm-6",
    "9am-5",
    "朝9時から5時",
]
CONTRADICTORY = ["1:00から翌日の5:00", "13:00 to 15:00 the next day"]


@pytest.mark.parametrize(
    "text", [*NOT_UNDERSTOOD, *NO_TIMES, *TOO_LONG, *MORE_THAN_ASKED, *TWO_READINGS, *CONTRADICTORY]
)
def test_anything_else_is_refused(text: str):
    with pytest.raises(QuietHoursNotUnderstood):
        parse_quiet_hours(text)


@given(st.integers(0, 1439), st.integers(1, 1380), st.sampled_from(["{}-{}", "{} to {}", "{}〜{}", "{}から{}まで"]))
def test_two_times_on_the_24_hour_clock_are_read_back(begin: int, length: int, form: str):
    minutes = (begin, (begin + length) % 1440)
    said = form.format(*(f"{minute // 60}:{minute % 60:02}" for minute in minutes))
    assert parse_quiet_hours(said) == QuietHours(*(time(*divmod(minute, 60)) for minute in minutes))
