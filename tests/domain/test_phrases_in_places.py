"""Times as people write them at several moments and in several zones, also in the nights in which clocks change."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.domain.calendar import to_instant, to_local
from bot.domain.phrases import (
    PhraseAmbiguous,
    PhraseInThePast,
    PhraseNotUnderstood,
    WeekdayContradicts,
    parse_day,
    parse_when,
)

# Where the writer is and what their clock shows.
TOKYO = ("Asia/Tokyo", "2026-11-18 10:00")  # a Wednesday
TOKYO_MONDAY = ("Asia/Tokyo", "2026-11-16 06:30")
TOKYO_SATURDAY = ("Asia/Tokyo", "2026-11-21 21:00")
TOKYO_LAST = ("Asia/Tokyo", "2026-12-31 18:00")  # a Thursday
BERLIN_SPRING = ("Europe/Berlin", "2027-03-27 20:00")  # a Saturday; 2:00 becomes 3:00 in the night
BERLIN_AUTUMN = ("Europe/Berlin", "2026-10-24 20:00")  # a Saturday; 3:00 becomes 2:00 in the night
SYDNEY_SPRING = ("Australia/Sydney", "2026-10-03 20:00")  # a Saturday; 2:00 becomes 3:00 in the night
SYDNEY_AUTUMN = ("Australia/Sydney", "2027-04-03 20:00")  # a Saturday; 3:00 becomes 2:00 in the night
SANTIAGO = ("America/Santiago", "2026-09-05 12:00")  # a Saturday; midnight becomes 1:00
LORD_HOWE = ("Australia/Lord_Howe", "2026-10-03 12:00")  # a Saturday; clocks go on by half an hour
NEW_YORK = ("America/New_York", "2028-02-28 22:00")  # a Monday in a leap year
KIRITIMATI = ("Pacific/Kiritimati", "2026-12-31 23:59")  # a Thursday, 14 hours ahead of UTC

Moment = tuple[str, str]


def here(moment: Moment) -> tuple[datetime, ZoneInfo]:
    zone = ZoneInfo(moment[0])
    return to_instant(datetime.fromisoformat(moment[1]), zone), zone


UNDERSTOOD = [
    # 今週, 来週 and "next week" are calendar weeks that begin on Monday
    ("今週の金曜 夜8時", TOKYO, "2026-11-20 20:00"),
    ("今週日曜 朝9時", TOKYO_SATURDAY, "2026-11-22 09:00"),
    ("来週火曜の朝7時", TOKYO, "2026-11-24 07:00"),
    ("来週火曜の朝7時", TOKYO_MONDAY, "2026-11-24 07:00"),
    ("来週火曜の朝7時", TOKYO_SATURDAY, "2026-11-24 07:00"),
    ("来週火曜の朝7時", TOKYO_LAST, "2027-01-05 07:00"),
    ("来週（火）７：００", TOKYO, "2026-11-24 07:00"),
    ("次週火曜 7:00", TOKYO, "2026-11-24 07:00"),
    ("さ来週月曜 10:00", TOKYO, "2026-11-30 10:00"),
    ("再来週の金曜日 午後7時半", TOKYO_SATURDAY, "2026-12-04 19:30"),
    ("next week Tue 7am", TOKYO_LAST, "2027-01-05 07:00"),
    ("Tuesday of next week 7:30 am", TOKYO_SATURDAY, "2026-11-24 07:30"),
    ("this week Sunday at noon", TOKYO, "2026-11-22 12:00"),
    ("week after next Fri 7:30pm", TOKYO_SATURDAY, "2026-12-04 19:30"),
    # So many days and weeks ahead
    ("in three days at 18:30", TOKYO, "2026-11-21 18:30"),
    ("in a week, 18:30", TOKYO_LAST, "2027-01-07 18:30"),
    ("three weeks from today at 7pm", TOKYO, "2026-12-09 19:00"),
    ("in two weeks on Tuesday 7am", TOKYO, "2026-12-01 07:00"),
    ("Tuesday in two weeks 7am", TOKYO, "2026-12-01 07:00"),
    ("三日後の18時半", TOKYO, "2026-11-21 18:30"),
    ("３日後　１８：３０", TOKYO_LAST, "2027-01-03 18:30"),
    ("一週間後の夜7時", TOKYO, "2026-11-25 19:00"),
    ("2週間後の火曜 18:30", TOKYO, "2026-12-01 18:30"),
    ("in an hour", TOKYO, "2026-11-18 11:00"),
    ("in half an hour", KIRITIMATI, "2027-01-01 00:29"),
    ("in 1 hour 30 minutes", TOKYO, "2026-11-18 11:30"),
    ("1時間半後", TOKYO, "2026-11-18 11:30"),
    ("2時間後", BERLIN_SPRING, "2027-03-27 22:00"),
    ("8時間後", BERLIN_SPRING, "2027-03-28 05:00"),  # one of them was skipped
    ("8時間後", BERLIN_AUTUMN, "2026-10-25 03:00"),  # one of them came twice
    # Weekdays
    ("金曜の夜8時", TOKYO, "2026-11-20 20:00"),
    ("日曜の午前10時", TOKYO, "2026-11-22 10:00"),
    ("土曜 19時", TOKYO, "2026-11-21 19:00"),
    ("火曜朝7時", TOKYO_MONDAY, "2026-11-17 07:00"),
    ("月曜 朝6時", TOKYO_MONDAY, "2026-11-23 06:00"),  # today's six is over
    ("次の月曜 朝7時", TOKYO_SATURDAY, "2026-11-23 07:00"),
    ("coming Friday 7pm", TOKYO, "2026-11-20 19:00"),
    ("this coming Monday 7pm", TOKYO, "2026-11-23 19:00"),
    ("Tue 07:00", TOKYO_MONDAY, "2026-11-17 07:00"),
    ("next Monday at 19:00", TOKYO, "2026-11-23 19:00"),
    ("Friday night 8", TOKYO, "2026-11-20 20:00"),
    ("at 19:00 on Friday", TOKYO, "2026-11-20 19:00"),
    ("Saturday 9pm", TOKYO_SATURDAY, "2026-11-28 21:00"),  # now is no more ahead
    # Dates
    ("12/3", TOKYO, "2026-12-03 07:00"),
    ("１２／３　７：００", TOKYO, "2026-12-03 07:00"),
    ("12/3(木) 夜7時", TOKYO, "2026-12-03 19:00"),
    ("12月3日(木) 7:30", TOKYO, "2026-12-03 07:30"),
    ("木曜 12/3 7:00", TOKYO, "2026-12-03 07:00"),
    ("(木) 12月3日 19:00", TOKYO, "2026-12-03 19:00"),
    ("12月3日（木曜日）午後７時半", TOKYO, "2026-12-03 19:30"),
    ("十二月三日 午後七時", TOKYO, "2026-12-03 19:00"),
    ("令和8年12月3日(木) 19時", TOKYO, "2026-12-03 19:00"),
    ("R8.12.3 19:00", TOKYO, "2026-12-03 19:00"),
    ("令和元年5月1日 7:00", ("Asia/Tokyo", "2019-04-30 12:00"), "2019-05-01 07:00"),
    ("2026年12月3日（木） 午前7時", TOKYO, "2026-12-03 07:00"),
    ("1月5日 7:00", TOKYO_LAST, "2027-01-05 07:00"),
    ("来年1月5日(火) 正午", TOKYO, "2027-01-05 12:00"),
    ("12/31 19:00", TOKYO_LAST, "2026-12-31 19:00"),
    ("12/31 12:00", TOKYO_MONDAY, "2026-12-31 12:00"),
    ("2/29 7:00", NEW_YORK, "2028-02-29 07:00"),
    ("3.12.2026 19:00", TOKYO, "2026-12-03 19:00"),
    ("31/12/2026 19:00", TOKYO, "2026-12-31 19:00"),
    ("12/31/2026 19:00", TOKYO, "2026-12-31 19:00"),
    ("Dec 3rd, 7pm", TOKYO, "2026-12-03 19:00"),
    ("Thu 3 Dec, 7pm", TOKYO, "2026-12-03 19:00"),
    ("3 December at half past seven in the evening", TOKYO, "2026-12-03 19:30"),
    ("Jan 1 at midday", KIRITIMATI, "2027-01-01 12:00"),
    ("2026-12-03T07:00:00+09:00", BERLIN_AUTUMN, "2026-12-02 23:00"),
    ("2026-12-03T07:00:00.000Z", TOKYO, "2026-12-03 16:00"),
    # Parts of months
    ("第1火曜 19:00", TOKYO, "2026-12-01 19:00"),
    ("第３土曜日の朝１０時", TOKYO, "2026-11-21 10:00"),
    ("第3水曜 19:00", TOKYO, "2026-11-18 19:00"),
    ("今月の第4木曜 19:00", TOKYO, "2026-11-26 19:00"),
    ("来月第1日曜 10:00", TOKYO, "2026-12-06 10:00"),
    ("12月の最終金曜 19時", TOKYO, "2026-12-25 19:00"),
    ("第5月曜 19:00", TOKYO, "2026-11-30 19:00"),
    ("月末 19:00", TOKYO, "2026-11-30 19:00"),
    ("月末 19:00", NEW_YORK, "2028-02-29 19:00"),
    ("来月末日 19時", TOKYO_LAST, "2027-01-31 19:00"),
    ("2月最終日 19:00", TOKYO_LAST, "2027-02-28 19:00"),
    ("10日 19:00", TOKYO_LAST, "2027-01-10 19:00"),
    ("the 31st at 7pm", TOKYO, "2026-12-31 19:00"),
    ("first Tue of December 7pm", TOKYO, "2026-12-01 19:00"),
    ("the last Friday of this month 7pm", TOKYO, "2026-11-27 19:00"),
    ("last day of February 7pm", TOKYO_LAST, "2027-02-28 19:00"),
    ("1st Monday of next month at 10am", TOKYO_LAST, "2027-01-04 10:00"),
    # Times of day
    ("明日の昼の1時", TOKYO, "2026-11-19 13:00"),
    ("明日朝7時15分", TOKYO, "2026-11-19 07:15"),
    ("明日 早朝5時", TOKYO, "2026-11-19 05:00"),
    ("明日15時半から", TOKYO, "2026-11-19 15:30"),
    ("明日19時に", TOKYO, "2026-11-19 19:00"),
    ("明日の19:00開始", TOKYO, "2026-11-19 19:00"),
    ("明日零時", TOKYO, "2026-11-19 00:00"),
    ("明日、２５時", TOKYO, "2026-11-20 01:00"),
    ("金曜の26時半", TOKYO, "2026-11-21 02:30"),
    ("明日正午", TOKYO, "2026-11-19 12:00"),
    ("午後7時半 明日", TOKYO, "2026-11-19 19:30"),
    ("今晩7時", TOKYO, "2026-11-18 19:00"),
    ("本日夕方6時", TOKYO, "2026-11-18 18:00"),
    ("明後日の朝7時", TOKYO_LAST, "2027-01-02 07:00"),
    ("しあさっての夜7時", TOKYO, "2026-11-21 19:00"),
    ("tomorrow quarter to 8 in the morning", TOKYO, "2026-11-19 07:45"),
    ("tomorrow at 7 p.m.", TOKYO, "2026-11-19 19:00"),
    ("noon tomorrow", TOKYO, "2026-11-19 12:00"),
    ("tonight at half past 8", TOKYO, "2026-11-18 20:30"),
    # Nights in which clocks change: what is skipped comes later by as much, what comes twice is the first
    ("明日 2:30", BERLIN_SPRING, "2027-03-28 03:30"),
    ("tomorrow 7am", BERLIN_SPRING, "2027-03-28 07:00"),
    ("今日 26:30", BERLIN_SPRING, "2027-03-28 03:30"),
    ("tomorrow 7am", BERLIN_AUTUMN, "2026-10-25 07:00"),
    ("明日の朝7時", SYDNEY_SPRING, "2026-10-04 07:00"),
    ("tomorrow 2:30", SYDNEY_SPRING, "2026-10-04 03:30"),
    ("明日の午前2時半", SYDNEY_AUTUMN, "2027-04-04 02:30"),
    ("今日24:00", SANTIAGO, "2026-09-06 01:00"),
    ("tomorrow 2:15", LORD_HOWE, "2026-10-04 02:45"),
    ("3時間後", SYDNEY_AUTUMN, "2027-04-03 23:00"),
]


@pytest.mark.parametrize(("text", "moment", "local"), UNDERSTOOD)
def test_a_phrase_means_this_moment_here(text: str, moment: Moment, local: str) -> None:
    now, zone = here(moment)
    instant = parse_when(text, now=now, zone=zone, usual=time(7) if text == "12/3" else None)
    assert instant.tzinfo is UTC
    assert f"{to_local(instant, zone):%Y-%m-%d %H:%M}" == local


def test_half_of_the_phrases_are_japanese() -> None:
    japanese = [text for text, _moment, _local in UNDERSTOOD if any(ord(letter) > 0x2FFF for letter in text)]
    assert len(japanese) * 2 >= len(UNDERSTOOD) >= 100


@pytest.mark.parametrize(
    ("text", "moment", "instant"),
    [
        ("明日 2:30", BERLIN_AUTUMN, datetime(2026, 10, 25, 0, 30, tzinfo=UTC)),
        ("tomorrow 2:30", SYDNEY_AUTUMN, datetime(2027, 4, 3, 15, 30, tzinfo=UTC)),
        ("明日 1:45", ("Australia/Lord_Howe", "2027-04-03 12:00"), datetime(2027, 4, 3, 14, 45, tzinfo=UTC)),
    ],
)
def test_a_time_that_clocks_show_twice_is_the_first(text: str, moment: Moment, instant: datetime) -> None:
    now, zone = here(moment)
    assert parse_when(text, now=now, zone=zone) == instant


@pytest.mark.parametrize(
    ("text", "moment", "readings"),
    [
        ("next Tue 7am", TOKYO_MONDAY, ("2026-11-17 07:00", "2026-11-24 07:00")),
        ("next Tuesday at 19:00", TOKYO_MONDAY, ("2026-11-17 19:00", "2026-11-24 19:00")),
        ("次の火曜 朝7時", TOKYO_MONDAY, ("2026-11-17 07:00", "2026-11-24 07:00")),
        ("今度の日曜の朝9時", TOKYO, ("2026-11-22 09:00", "2026-11-29 09:00")),
        ("月曜 19:00", TOKYO_MONDAY, ("2026-11-16 19:00", "2026-11-23 19:00")),
        ("Monday 7am", TOKYO_MONDAY, ("2026-11-16 07:00", "2026-11-23 07:00")),
        ("coming Monday 7am", TOKYO_MONDAY, ("2026-11-16 07:00", "2026-11-23 07:00")),
        ("来週火曜7時", TOKYO, ("2026-11-24 07:00", "2026-11-24 19:00")),
        ("来週の火曜 ８時半", TOKYO_SATURDAY, ("2026-11-24 08:30", "2026-11-24 20:30")),
        ("next week Tuesday at 7", TOKYO_MONDAY, ("2026-11-24 07:00", "2026-11-24 19:00")),
        ("12/3(木) 7時", TOKYO, ("2026-12-03 07:00", "2026-12-03 19:00")),
        ("日曜日 10時", TOKYO, ("2026-11-22 10:00", "2026-11-22 22:00")),
        ("tomorrow at half past seven", TOKYO, ("2026-11-19 07:30", "2026-11-19 19:30")),
        ("今日 7時", TOKYO_MONDAY, ("2026-11-16 07:00", "2026-11-16 19:00")),
        ("今週末 10:00", TOKYO, ("2026-11-21 10:00", "2026-11-22 10:00")),
        ("this weekend 10am", TOKYO, ("2026-11-21 10:00", "2026-11-22 10:00")),
        ("来週末の朝10時", TOKYO, ("2026-11-28 10:00", "2026-11-29 10:00")),
        ("5/3/2027 7pm", TOKYO, ("2027-03-05 19:00", "2027-05-03 19:00")),
        ("明日の深夜0時", TOKYO, ("2026-11-19 00:00", "2026-11-20 00:00")),
        ("tomorrow at 2", BERLIN_SPRING, ("2027-03-28 03:00", "2027-03-28 14:00")),
    ],
)
def test_two_readings_are_both_offered_the_earlier_first(text: str, moment: Moment, readings: tuple[str, str]) -> None:
    now, zone = here(moment)
    with pytest.raises(PhraseAmbiguous) as offered:
        parse_when(text, now=now, zone=zone)
    assert tuple(f"{to_local(each, zone):%Y-%m-%d %H:%M}" for each in offered.value.readings) == readings


def test_of_two_readings_one_that_has_passed_is_not_meant() -> None:
    now, zone = here(TOKYO_SATURDAY)
    for text in ("今週末 10:00", "this weekend 10am"):
        assert to_local(parse_when(text, now=now, zone=zone), zone).date() == date(2026, 11, 22)


@pytest.mark.parametrize("text", ["水曜日 7時", "next Friday at 7", "今度の金曜 8時", "this weekend at 7", "来週末7時"])
def test_more_than_two_readings_are_refused_as_such(text: str) -> None:
    now, zone = here(TOKYO)
    with pytest.raises(PhraseNotUnderstood) as refused:
        parse_when(text, now=now, zone=zone)
    assert refused.value.kind == "several"


NOT_UNDERSTOOD = [
    # Vague, or without a time of day
    "明日の朝", "明日7時頃", "火曜の朝", "来週あたり 19:00", "年末 19:00", "夕方", "あとで", "近いうちに", "平日 7:00",
    "Friday morning", "tonight", "around 7 tomorrow", "tomorrow-ish 7:00", "end of the month 7pm", "later today",
    # Several at once, or an end as well as a start
    "明日か明後日 7:00", "明日 19:00〜21:00", "12/3・12/4 19:00", "tomorrow or Friday 7pm", "tomorrow 7-8pm",
    "tomorrow from 7pm to 9pm", "every Tuesday 7:00", "毎週火曜 7:00",
    # Relative to something else, or to another calendar
    "翌日 7:00", "翌週火曜 7:00", "次の日 7:00", "次回 7:00", "最終回 19:00", "Tue week 7am", "a week on Tuesday 7am",
    "平成38年12月3日 7:00", "昭和101年12月3日 7:00", "week 49 Tue 7:00", "2026-W49-2 7:00", "1ヶ月後 7:00",
    # Days and times that there are not
    "2月30日 7:00", "4/31 7:00", "13月1日 7:00", "32日 7:00", "第0火曜 19:00", "12月3日 25時61分", "明日 7時60分",
    "明日 -7:00", "明日の午後19時半 AM", "明日 朝8時PM", "half past 25 tomorrow", "31/31/2026 7:00",
    "令和0年12月3日 7:00",
    # Zones in words, which nobody checks
    "明日 19:00 JST", "tomorrow 7pm PST", "日本時間 明日19時",
    # Almost
    "明日19", "明日19.00", "tomorrow 1900", "12/3 19h", "来周火曜 7:00", "tommorow 7:00", "nxet Tue 7:00",

]  # fmt: skip


@pytest.mark.parametrize("text", NOT_UNDERSTOOD)
def test_what_is_not_wholly_understood_is_refused_here(text: str) -> None:
    now, zone = here(TOKYO)
    with pytest.raises(PhraseNotUnderstood) as refused:
        parse_when(text, now=now, zone=zone)
    assert refused.value.kind == "when"


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("今朝7時", TOKYO),
        ("今週月曜 19:00", TOKYO),
        ("今月1日 19:00", TOKYO),
        ("今月の第1火曜 19:00", TOKYO),
        ("昨日の夜8時", TOKYO),
        ("2026年11月17日(火) 19:00", TOKYO),
        ("今日 正午", TOKYO_LAST),
        ("this Friday 7pm", TOKYO_SATURDAY),
        ("today at noon", TOKYO_SATURDAY),
        ("yesterday 7pm", TOKYO),
        ("1/1/2026 7pm", TOKYO),
        ("2026-11-18T00:59Z", TOKYO),
        ("<t:1700000000:F>", TOKYO),
    ],
)
def test_what_has_passed_here_is_refused(text: str, moment: Moment) -> None:
    now, zone = here(moment)
    with pytest.raises(PhraseInThePast):
        parse_when(text, now=now, zone=zone)


@pytest.mark.parametrize(
    ("text", "day", "said"),
    [
        ("12月3日(水) 7:30", date(2026, 12, 3), 2),
        ("水曜 12/3 7:00", date(2026, 12, 3), 2),
        ("(月) 12/3 7:00", date(2026, 12, 3), 0),
        ("令和8年12月3日（火） 19時", date(2026, 12, 3), 1),
        ("来年1月5日(月) 正午", date(2027, 1, 5), 0),
        ("3日後(日) 7:00", date(2026, 11, 21), 6),
        ("Wed 3 Dec, 7pm", date(2026, 12, 3), 2),
        ("31/12/2026 (Fri) 7pm", date(2026, 12, 31), 4),
    ],
)
def test_a_weekday_that_does_not_fit_its_date_is_refused_here(text: str, day: date, said: int) -> None:
    now, zone = here(TOKYO)
    with pytest.raises(WeekdayContradicts) as refused:
        parse_when(text, now=now, zone=zone)
    assert (refused.value.day, refused.value.said) == (day, said)


def test_a_weekday_decides_between_two_readings_of_a_date() -> None:
    now, zone = here(TOKYO)
    for text, day in (("5/3/2027 (Fri) 7pm", date(2027, 3, 5)), ("Mon 5/3/2027 7pm", date(2027, 5, 3))):
        assert to_local(parse_when(text, now=now, zone=zone), zone).date() == day


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("12月31日まで", date(2026, 12, 31)),
        ("12/3から", date(2026, 12, 3)),
        ("来週月曜から", date(2026, 11, 23)),
        ("月末", date(2026, 11, 30)),
        ("来月最終日", date(2026, 12, 31)),
        ("in two weeks", date(2026, 12, 2)),
    ],
)
def test_a_day_may_say_that_something_begins_or_ends_with_it(text: str, day: date) -> None:
    now, zone = here(TOKYO)
    assert parse_day(text, now=now, zone=zone) == day


# --- Every form, any date ---------------------------------------------------------------------------------

JA = "月火水木金土日"
EN = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
TH = ("", "1st", "2nd", "3rd", "4th", "5th")
ZONES = [
    "Asia/Tokyo", "Europe/Berlin", "America/New_York", "Australia/Sydney", "Australia/Lord_Howe", "America/Santiago",
    "Pacific/Kiritimati", "Africa/Casablanca",
]  # fmt: skip
zones = st.sampled_from(ZONES)
moments = st.datetimes(datetime.fromisoformat("2026-01-01"), datetime.fromisoformat("2035-12-31"))
minutes = st.builds(time, st.integers(0, 23), st.integers(0, 59))


def ways(day: date, today: date) -> list[str]:
    """Every way to name a day that is ahead, relative to today."""
    ahead, weekday = (day - today).days, day.weekday()
    weeks = (day - timedelta(weekday) - (today - timedelta(today.weekday()))).days // 7
    nth = (day.day - 1) // 7 + 1
    months = (day.year - today.year) * 12 + day.month - today.month
    found = [f"in {ahead} days", f"{ahead} days from now", f"{ahead}日後", f"{ahead}日後({JA[weekday]})"]
    if ahead % 7 == 0:
        found += [f"in {ahead // 7} weeks", f"{ahead // 7}週間後"]
    named = {1: ("tomorrow", "明日", "あした"), 2: ("the day after tomorrow", "明後日", "あさって"), 3: ("しあさって",)}
    found += named.get(ahead, ())
    en_week = {0: "this week", 1: "next week", 2: "the week after next"}.get(weeks)
    ja_week = {0: "今週", 1: "来週", 2: "再来週"}.get(weeks)
    if en_week and ja_week:
        found += [f"{en_week} {EN[weekday]}", f"{EN[weekday][:3]} {en_week}", f"{ja_week}{JA[weekday]}曜"]
        found += [f"{ja_week}の{JA[weekday]}曜日", f"{ja_week}({JA[weekday]})"]
    if weeks:
        found += [f"in {weeks} weeks on {EN[weekday]}", f"{weeks}週間後の{JA[weekday]}曜"]
    if ahead < 7:
        found += [EN[weekday], f"coming {EN[weekday]}", f"{JA[weekday]}曜日"]
    en_month = {0: "this month", 1: "next month"}.get(months)
    ja_month = {0: "今月", 1: "来月", 2: "再来月"}.get(months)
    if en_month:
        found += [f"the {TH[nth]} {EN[weekday]} of {en_month}"]
        found += [f"the last {EN[weekday]} of {en_month}"] if (day + timedelta(7)).month != day.month else []
    if ja_month:
        found += [
            f"{ja_month}第{nth}{JA[weekday]}曜",
            f"{ja_month}{day.day}日",
            f"{ja_month}{day.day}日（{JA[weekday]}）",
        ]
        found += [f"{ja_month}末日"] if (day + timedelta(1)).month != day.month else []
    return found


@settings(max_examples=150, deadline=None)
@given(moments, st.integers(1, 60), minutes, zones, st.data())
def test_any_date_ahead_in_any_relative_form_reads_back(
    moment: datetime, ahead: int, at: time, zone: str, data: st.DataObject
) -> None:
    place = ZoneInfo(zone)
    now = to_instant(moment, place)
    today = to_local(now, place).date()
    day = today + timedelta(ahead)
    phrase = data.draw(st.sampled_from(ways(day, today)))
    expected = to_instant(datetime.combine(day, at), place)
    for clock in (f"{at:%H:%M}", f"{at.hour % 12 or 12}:{at:%M}{'am' if at.hour < 12 else 'pm'}"):
        assert parse_when(f"{phrase} {clock}", now=now, zone=place) == expected
        assert parse_when(f"{clock} {phrase}", now=now, zone=place) == expected
    assert (
        parse_when(f"{phrase}の{'午前' if at.hour < 12 else '午後'}{at.hour % 12}時{at.minute}分", now=now, zone=place)
        == expected
    )


@settings(max_examples=100, deadline=None)
@given(st.dates(date(2027, 1, 1), date(2080, 12, 31)), st.integers(1, 11), st.booleans(), zones)
def test_a_bare_hour_of_any_date_is_offered_as_morning_and_evening(day: date, hour: int, half: bool, zone: str) -> None:
    place = ZoneInfo(zone)
    minute = 30 if half else 0
    expected = tuple(to_instant(datetime.combine(day, time(each, minute)), place) for each in (hour, hour + 12))
    texts = [f"{day.year}年{day.month}月{day.day}日{hour}時{'半' if half else ''}"]
    texts += [f"{day.isoformat()} at half past {hour}" if half else f"{day.isoformat()} at {hour}"]
    for text in texts:
        with pytest.raises(PhraseAmbiguous) as offered:
            parse_when(text, now=datetime(2026, 1, 1, tzinfo=UTC), zone=place)
        assert offered.value.readings == expected


@settings(max_examples=100, deadline=None)
@given(st.dates(date(2027, 1, 1), date(2080, 12, 31)), st.integers(0, 6), zones)
def test_no_weekday_but_the_right_one_fits_a_date(day: date, said: int, zone: str) -> None:
    now, place = datetime(2026, 1, 1, tzinfo=UTC), ZoneInfo(zone)
    for text in (
        f"{day.year}年{day.month}月{day.day}日({JA[said]}) 12:00",
        f"{EN[said]}, {day:%B} {day.day}, {day.year} 12:00",
        f"{day.isoformat()} ({EN[said][:3]}) 12:00",
    ):
        if said == day.weekday():
            assert to_local(parse_when(text, now=now, zone=place), place).date() == day
        else:
            with pytest.raises(WeekdayContradicts):
                parse_when(text, now=now, zone=place)
