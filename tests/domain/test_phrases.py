"""Times as people write them, at several moments and in several zones; what is refused, and why."""

from datetime import UTC, date, datetime, time, timedelta
from time import thread_time
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.domain.calendar import to_instant, to_local
from bot.domain.errors import StudyError, Unknown
from bot.domain.phrases import (
    ClockMissing,
    DayAmbiguous,
    NoSuchDay,
    PhraseAmbiguous,
    PhraseInThePast,
    PhraseNotUnderstood,
    PhraseReader,
    PhraseRepeats,
    WeekdayContradicts,
    parse_clock,
    parse_dates,
    parse_day,
    parse_days,
    parse_duration,
    parse_durations,
    parse_rule,
    parse_when,
    taking,
)
from bot.domain.sessions import SessionChange
from bot.rendering.calendar import with_clock

# Where the writer is and what their clock shows.
WEDNESDAY = ("Asia/Tokyo", "2026-11-18 10:00")
MONDAY = ("Asia/Tokyo", "2026-11-16 09:00")
SUNDAY = ("Asia/Tokyo", "2026-11-22 09:00")
NEW_YEARS_EVE = ("Europe/Berlin", "2026-12-31 23:30")
BEFORE_THE_CHANGE = ("America/New_York", "2026-10-31 12:00")
SPRING = ("America/New_York", "2026-03-07 12:00")
LEAP = ("Asia/Kathmandu", "2028-02-28 08:00")

Moment = tuple[str, str]


def now_and_zone(moment: Moment) -> tuple[datetime, ZoneInfo]:
    zone = ZoneInfo(moment[0])
    return to_instant(datetime.fromisoformat(moment[1]), zone), zone


def when(text: str, moment: Moment, **more) -> str:
    now, zone = now_and_zone(moment)
    instant = parse_when(text, now=now, zone=zone, **more)
    assert instant.tzinfo is UTC
    return f"{to_local(instant, zone):%Y-%m-%d %H:%M}"


UNDERSTOOD = [
    # Every weekday by its short name, "Sat" above all, which ends like "at"
    ("Mon 7pm", WEDNESDAY, "2026-11-23 19:00"),
    ("Tue 19:00", WEDNESDAY, "2026-11-24 19:00"),
    ("Thu at 7 pm", WEDNESDAY, "2026-11-19 19:00"),
    ("Fri 7:30am", WEDNESDAY, "2026-11-20 07:30"),
    ("Sat 7pm", WEDNESDAY, "2026-11-21 19:00"),
    ("this Sat 10:00", WEDNESDAY, "2026-11-21 10:00"),
    ("on Sat 9am", WEDNESDAY, "2026-11-21 09:00"),
    ("Sun noon", WEDNESDAY, "2026-11-22 12:00"),
    ("7pm on Sat", WEDNESDAY, "2026-11-21 19:00"),
    ("Saturday at 7 in the evening", WEDNESDAY, "2026-11-21 19:00"),
    ("Sat, Nov 21 9am", WEDNESDAY, "2026-11-21 09:00"),
    ("sat 21 nov 9:00", WEDNESDAY, "2026-11-21 09:00"),
    ("Sat at 10am", WEDNESDAY, "2026-11-21 10:00"),
    ("11/21 (Sat) 9am", WEDNESDAY, "2026-11-21 09:00"),
    ("tomorrow 6pm", WEDNESDAY, "2026-11-19 18:00"),
    ("in 2 weeks at 9am", WEDNESDAY, "2026-12-02 09:00"),
    ("Dec 24 6:30 pm", WEDNESDAY, "2026-12-24 18:30"),
    ("24 Dec 18:30", WEDNESDAY, "2026-12-24 18:30"),
    ("December 24th at 18:30", WEDNESDAY, "2026-12-24 18:30"),
    ("the 20th at noon", WEDNESDAY, "2026-11-20 12:00"),
    ("土曜の夜7時", WEDNESDAY, "2026-11-21 19:00"),
    ("日曜 正午", WEDNESDAY, "2026-11-22 12:00"),
    ("月曜19時", WEDNESDAY, "2026-11-23 19:00"),
    ("火曜日の19:00", WEDNESDAY, "2026-11-24 19:00"),
    ("金曜の夜7時半", WEDNESDAY, "2026-11-20 19:30"),
    ("今週土曜 10:00", WEDNESDAY, "2026-11-21 10:00"),
    ("来週月曜の朝7時", WEDNESDAY, "2026-11-23 07:00"),
    ("再来週の金曜 19時", WEDNESDAY, "2026-12-04 19:00"),
    ("11/21 夜7時", WEDNESDAY, "2026-11-21 19:00"),
    ("明日の夜8時", WEDNESDAY, "2026-11-19 20:00"),
    ("明後日19:00", WEDNESDAY, "2026-11-20 19:00"),
    ("3日後の19時", WEDNESDAY, "2026-11-21 19:00"),
    ("来月5日 19時", WEDNESDAY, "2026-12-05 19:00"),
    ("今日の夜8時", WEDNESDAY, "2026-11-18 20:00"),
    ("土曜日の午後3時", WEDNESDAY, "2026-11-21 15:00"),
    ("日曜午前10時半", WEDNESDAY, "2026-11-22 10:30"),
    ("12月第1土曜 10:00", WEDNESDAY, "2026-12-05 10:00"),
    ("12/24 18時半", WEDNESDAY, "2026-12-24 18:30"),
    # Dates in full
    ("2026-12-03 07:00", WEDNESDAY, "2026-12-03 07:00"),
    ("2026-12-03T07:00", WEDNESDAY, "2026-12-03 07:00"),
    ("2026-12-03 7:00", WEDNESDAY, "2026-12-03 07:00"),
    ("2026/12/03 7:00", WEDNESDAY, "2026-12-03 07:00"),
    ("2026.12.3 7:00", WEDNESDAY, "2026-12-03 07:00"),
    ("２０２６／１２／３　７：００", WEDNESDAY, "2026-12-03 07:00"),
    ("2026‐12‐03 07:00", WEDNESDAY, "2026-12-03 07:00"),
    ("2026年12月3日 7:00", WEDNESDAY, "2026-12-03 07:00"),
    ("2026年12月3日19:00", WEDNESDAY, "2026-12-03 19:00"),
    ("令和8年12月3日 19時", WEDNESDAY, "2026-12-03 19:00"),
    ("二〇二六年十二月三日 朝七時", WEDNESDAY, "2026-12-03 07:00"),
    ("December 3, 2026 at 7pm", WEDNESDAY, "2026-12-03 19:00"),
    ("3 December 2026 19:00", WEDNESDAY, "2026-12-03 19:00"),
    ("2026-12-03T07:00+01:00", WEDNESDAY, "2026-12-03 15:00"),
    ("2026-12-03 07:00Z", WEDNESDAY, "2026-12-03 16:00"),
    ("<t:1800000000:F>", WEDNESDAY, "2027-01-15 17:00"),
    # Dates without a year
    ("12/3 7:00", WEDNESDAY, "2026-12-03 07:00"),
    ("11/18 19:00", WEDNESDAY, "2026-11-18 19:00"),
    ("11/17 19:00", WEDNESDAY, "2027-11-17 19:00"),
    ("1/10 7:00", NEW_YEARS_EVE, "2027-01-10 07:00"),
    ("2/29 7:00", WEDNESDAY, "2028-02-29 07:00"),
    ("2/29 7:00", LEAP, "2028-02-29 07:00"),
    ("12月3日 7:00", WEDNESDAY, "2026-12-03 07:00"),
    ("12月3日(木) 7:30", WEDNESDAY, "2026-12-03 07:30"),
    ("12月3日（木）７：３０", WEDNESDAY, "2026-12-03 07:30"),
    ("12月3日木曜日 19時", WEDNESDAY, "2026-12-03 19:00"),
    ("12/3(木)7:00", WEDNESDAY, "2026-12-03 07:00"),
    ("12/3木 7:00", WEDNESDAY, "2026-12-03 07:00"),
    ("12/3 (Thu) 7:00", WEDNESDAY, "2026-12-03 07:00"),
    ("Thu 12/3 7:00", WEDNESDAY, "2026-12-03 07:00"),
    ("Dec 3 7am", WEDNESDAY, "2026-12-03 07:00"),
    ("Thu, Dec 3, 7:30 pm", WEDNESDAY, "2026-12-03 19:30"),
    ("Thursday December 3rd at 7pm", WEDNESDAY, "2026-12-03 19:00"),
    ("the 3rd of December, 19:00", WEDNESDAY, "2026-12-03 19:00"),
    ("来年1月15日 10:00", WEDNESDAY, "2027-01-15 10:00"),
    ("15日 19:00", WEDNESDAY, "2026-12-15 19:00"),
    ("20日の19時", WEDNESDAY, "2026-11-20 19:00"),
    ("31日 19:00", WEDNESDAY, "2026-12-31 19:00"),
    ("来月3日 正午", WEDNESDAY, "2026-12-03 12:00"),
    ("the 15th at noon", WEDNESDAY, "2026-12-15 12:00"),
    ("15th of next month 9:00", NEW_YEARS_EVE, "2027-01-15 09:00"),
    # Days by name
    ("tomorrow 07:00", WEDNESDAY, "2026-11-19 07:00"),
    ("TOMORROW 7AM", WEDNESDAY, "2026-11-19 07:00"),
    ("tomorrow 7:00", NEW_YEARS_EVE, "2027-01-01 07:00"),
    ("tomorrow 7:00", LEAP, "2028-02-29 07:00"),
    ("tomorrow (Thu) 7:00", WEDNESDAY, "2026-11-19 07:00"),
    ("the day after tomorrow 7:00", WEDNESDAY, "2026-11-20 07:00"),
    ("today 19:00", WEDNESDAY, "2026-11-18 19:00"),
    ("tonight at 8", WEDNESDAY, "2026-11-18 20:00"),
    ("this evening 7:30", WEDNESDAY, "2026-11-18 19:30"),
    ("7am tomorrow", WEDNESDAY, "2026-11-19 07:00"),
    ("tomorrow morning at 7", WEDNESDAY, "2026-11-19 07:00"),
    ("tomorrow at 7 in the evening", WEDNESDAY, "2026-11-19 19:00"),
    ("今日 19:00", WEDNESDAY, "2026-11-18 19:00"),
    ("本日19時半", WEDNESDAY, "2026-11-18 19:30"),
    ("明日 7:00", WEDNESDAY, "2026-11-19 07:00"),
    ("あした朝7時", WEDNESDAY, "2026-11-19 07:00"),
    ("明日の夜7時", WEDNESDAY, "2026-11-19 19:00"),
    ("明日、午後7時半", WEDNESDAY, "2026-11-19 19:30"),
    ("明日(木) 7:00", WEDNESDAY, "2026-11-19 07:00"),
    ("明後日 お昼12時", WEDNESDAY, "2026-11-20 12:00"),
    ("明日の正午", WEDNESDAY, "2026-11-19 12:00"),
    ("今夜8時", WEDNESDAY, "2026-11-18 20:00"),
    ("明朝6時", WEDNESDAY, "2026-11-19 06:00"),
    ("明日夕方5時半", WEDNESDAY, "2026-11-19 17:30"),
    ("明日AM7:00", WEDNESDAY, "2026-11-19 07:00"),
    ("in 3 days at 18:30", WEDNESDAY, "2026-11-21 18:30"),
    ("2 weeks from now, 18:30", WEDNESDAY, "2026-12-02 18:30"),
    ("in 2 hours", WEDNESDAY, "2026-11-18 12:00"),
    ("in 90 minutes", NEW_YEARS_EVE, "2027-01-01 01:00"),
    ("3日後 18:30", WEDNESDAY, "2026-11-21 18:30"),
    ("2週間後の18時30分", WEDNESDAY, "2026-12-02 18:30"),
    ("30分後", WEDNESDAY, "2026-11-18 10:30"),
    # Weekdays
    ("Friday 19:00", WEDNESDAY, "2026-11-20 19:00"),
    ("7pm on Friday", WEDNESDAY, "2026-11-20 19:00"),
    ("Wednesday 9:00", WEDNESDAY, "2026-11-25 09:00"),
    ("金曜 19:00", WEDNESDAY, "2026-11-20 19:00"),
    ("金曜日夜8時", WEDNESDAY, "2026-11-20 20:00"),
    ("this Friday 7pm", WEDNESDAY, "2026-11-20 19:00"),
    ("next Tue 7pm", WEDNESDAY, "2026-11-24 19:00"),
    ("next Tue 7pm", SUNDAY, "2026-11-24 19:00"),
    ("次の月曜 19:00", WEDNESDAY, "2026-11-23 19:00"),
    ("next week Tue 7am", MONDAY, "2026-11-24 07:00"),
    ("next week Tue 7am", SUNDAY, "2026-11-24 07:00"),
    ("Tuesday next week at 7am", WEDNESDAY, "2026-11-24 07:00"),
    ("the week after next Tue 7am", WEDNESDAY, "2026-12-01 07:00"),
    ("今週日曜 10:00", WEDNESDAY, "2026-11-22 10:00"),
    ("来週火曜の朝7時", MONDAY, "2026-11-24 07:00"),
    ("来週の火曜日の朝７時", SUNDAY, "2026-11-24 07:00"),
    ("来週日曜 10:00", SUNDAY, "2026-11-29 10:00"),
    ("再来週 月 10:00", WEDNESDAY, "2026-11-30 10:00"),
    ("第1火曜 19:00", WEDNESDAY, "2026-12-01 19:00"),
    ("第4木曜 19:00", WEDNESDAY, "2026-11-26 19:00"),
    ("来月の第2火曜 19:00", WEDNESDAY, "2026-12-08 19:00"),
    ("最終金曜 19:00", WEDNESDAY, "2026-11-27 19:00"),
    ("first Tuesday of next month 7pm", WEDNESDAY, "2026-12-01 19:00"),
    ("last Friday in December 7pm", WEDNESDAY, "2026-12-25 19:00"),
    # Past midnight, and hours of which only one is still ahead
    ("明日25時", WEDNESDAY, "2026-11-20 01:00"),
    ("土曜 25:30", WEDNESDAY, "2026-11-22 01:30"),
    ("今日24:00", WEDNESDAY, "2026-11-19 00:00"),
    ("明日の夜12時", WEDNESDAY, "2026-11-20 00:00"),
    ("今日 7時", WEDNESDAY, "2026-11-18 19:00"),
    ("today at 9", WEDNESDAY, "2026-11-18 21:00"),
    # A time of day alone is the next one: it is ten o'clock
    ("7pm", WEDNESDAY, "2026-11-18 19:00"),
    ("19:00", WEDNESDAY, "2026-11-18 19:00"),
    ("at 7:30 pm", WEDNESDAY, "2026-11-18 19:30"),
    ("noon", WEDNESDAY, "2026-11-18 12:00"),
    ("midnight", WEDNESDAY, "2026-11-19 00:00"),
    ("7am", WEDNESDAY, "2026-11-19 07:00"),
    ("10:00", WEDNESDAY, "2026-11-19 10:00"),
    ("10:01", WEDNESDAY, "2026-11-18 10:01"),
    ("朝7時", WEDNESDAY, "2026-11-19 07:00"),
    ("夜7時半", WEDNESDAY, "2026-11-18 19:30"),
    ("１９時", WEDNESDAY, "2026-11-18 19:00"),
    ("夜1時", WEDNESDAY, "2026-11-19 01:00"),
    ("25時", WEDNESDAY, "2026-11-19 01:00"),
    ("2:30", SPRING, "2026-03-08 03:30"),
    # Nights in which clocks change
    ("tomorrow 7:00", BEFORE_THE_CHANGE, "2026-11-01 07:00"),
    ("tomorrow 1:30", BEFORE_THE_CHANGE, "2026-11-01 01:30"),
    ("tomorrow 2:30", SPRING, "2026-03-08 03:30"),
    # As people in Japan write them, at other moments and in other zones
    ("来週の木曜、夜8時半から", MONDAY, "2026-11-26 20:30"),
    ("金曜の夕方6時半", MONDAY, "2026-11-20 18:30"),
    ("今日の18時", MONDAY, "2026-11-16 18:00"),
    ("再来週土曜の午後2時", SUNDAY, "2026-12-05 14:00"),
    ("正午", SUNDAY, "2026-11-22 12:00"),
    ("来週の水曜日、午後３時", WEDNESDAY, "2026-11-25 15:00"),
    ("11月30日19時スタート", WEDNESDAY, "2026-11-30 19:00"),
    ("二十日の夜七時", WEDNESDAY, "2026-11-20 19:00"),
    ("今月末の19時", WEDNESDAY, "2026-11-30 19:00"),
    ("12月末 19:00", WEDNESDAY, "2026-12-31 19:00"),
    ("今月の最終土曜の朝10時半", WEDNESDAY, "2026-11-28 10:30"),
    ("あさっての朝8時", NEW_YEARS_EVE, "2027-01-02 08:00"),
    ("1日の朝9時", NEW_YEARS_EVE, "2027-01-01 09:00"),
    ("来年の1月8日 朝7時", NEW_YEARS_EVE, "2027-01-08 07:00"),
    ("1週間後の朝7時", NEW_YEARS_EVE, "2027-01-07 07:00"),
    ("第2日曜の午後2時", NEW_YEARS_EVE, "2027-01-10 14:00"),
    ("45分後", NEW_YEARS_EVE, "2027-01-01 00:15"),
    ("夜9時", NEW_YEARS_EVE, "2027-01-01 21:00"),
    ("3月10日(火) 19時", SPRING, "2026-03-10 19:00"),
    ("来週月曜の朝6時半", SPRING, "2026-03-09 06:30"),
    ("朝６時から", SPRING, "2026-03-08 06:00"),
    ("明日の午前1時半", BEFORE_THE_CHANGE, "2026-11-01 01:30"),
    ("日曜の夜9時", BEFORE_THE_CHANGE, "2026-11-01 21:00"),
    ("今夜11時45分", BEFORE_THE_CHANGE, "2026-10-31 23:45"),
    ("明日の昼12時半", LEAP, "2028-02-29 12:30"),
    ("2月29日(火) 午前8時", LEAP, "2028-02-29 08:00"),
    ("10日後の20時", LEAP, "2028-03-09 20:00"),
    ("本日 午後1時", LEAP, "2028-02-28 13:00"),
    # In kana
    ("らいしゅう火曜 19:00", WEDNESDAY, "2026-11-24 19:00"),
    ("らいしゅうのかようび 夜7時", WEDNESDAY, "2026-11-24 19:00"),
    ("こんしゅう土曜 10:00", WEDNESDAY, "2026-11-21 10:00"),
    ("さらいしゅう金曜の朝7時", WEDNESDAY, "2026-12-04 07:00"),
    ("さ来週のきんようび 7:00", WEDNESDAY, "2026-12-04 07:00"),
    ("きょうの夜8時", WEDNESDAY, "2026-11-18 20:00"),
    ("きんようの よる8じ", WEDNESDAY, "2026-11-20 20:00"),
    ("きんようの ごご3じから", WEDNESDAY, "2026-11-20 15:00"),
    ("あしたのよる8時半", WEDNESDAY, "2026-11-19 20:30"),
    ("あさってあさ7時", WEDNESDAY, "2026-11-20 07:00"),
    ("しあさってごご2時", WEDNESDAY, "2026-11-21 14:00"),
    ("らいげつ5日のゆうがた6時", WEDNESDAY, "2026-12-05 18:00"),
    ("どようび ひる1時", WEDNESDAY, "2026-11-21 13:00"),
    ("来週の火よう 夜7時", WEDNESDAY, "2026-11-24 19:00"),
    ("らいしゅう火よう 19:00", WEDNESDAY, "2026-11-24 19:00"),
    ("来週の火ようび あさ8じはん", MONDAY, "2026-11-24 08:30"),
    ("火ようびの朝の7時半", WEDNESDAY, "2026-11-24 07:30"),
    ("日よう ひる1じ", WEDNESDAY, "2026-11-22 13:00"),
    ("よる8じはん", WEDNESDAY, "2026-11-18 20:30"),
    ("朝の7時半", WEDNESDAY, "2026-11-19 07:30"),
    ("あしたの ごご3じ15ふん", NEW_YEARS_EVE, "2027-01-01 15:15"),
    ("土よう よる10じ30ぷんから", LEAP, "2028-03-04 22:30"),
    ("あしたのよる8時はん", SPRING, "2026-03-08 20:30"),
    # の between the part of the day and the hour
    ("明日の夜の8時半", WEDNESDAY, "2026-11-19 20:30"),
    ("12/3 朝の7時15分", WEDNESDAY, "2026-12-03 07:15"),
    ("夕方6時", WEDNESDAY, "2026-11-18 18:00"),
    ("昼の1時", WEDNESDAY, "2026-11-18 13:00"),
]


@pytest.mark.parametrize(("text", "moment", "local"), UNDERSTOOD)
def test_a_phrase_means_this_moment(text: str, moment: Moment, local: str) -> None:
    assert when(text, moment) == local


def test_half_of_the_phrases_that_are_understood_are_japanese() -> None:
    japanese = [text for text, _moment, _local in UNDERSTOOD if any("぀" <= letter <= "鿿" for letter in text)]
    assert len(japanese) * 2 >= len(UNDERSTOOD) >= 180


def test_a_repeated_time_is_the_first_of_the_two() -> None:
    now, zone = now_and_zone(BEFORE_THE_CHANGE)
    assert parse_when("tomorrow 1:30", now=now, zone=zone) == datetime(2026, 11, 1, 5, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "moment", "first", "second"),
    [
        ("12月3日 7時", WEDNESDAY, "2026-12-03 07:00", "2026-12-03 19:00"),
        ("7時", WEDNESDAY, "2026-11-18 19:00", "2026-11-19 07:00"),
        ("at 7", WEDNESDAY, "2026-11-18 19:00", "2026-11-19 07:00"),
        ("11 o'clock", WEDNESDAY, "2026-11-18 11:00", "2026-11-18 23:00"),
        ("明日7時半", WEDNESDAY, "2026-11-19 07:30", "2026-11-19 19:30"),
        ("tomorrow at 7", WEDNESDAY, "2026-11-19 07:00", "2026-11-19 19:00"),
        ("tomorrow 7 o'clock", WEDNESDAY, "2026-11-19 07:00", "2026-11-19 19:00"),
        # A bare hour behind a day; a bare number from 12 on would rather be a date.
        ("Fri 7", WEDNESDAY, "2026-11-20 07:00", "2026-11-20 19:00"),
        ("friday 11", WEDNESDAY, "2026-11-20 11:00", "2026-11-20 23:00"),
        ("tomorrow 7", WEDNESDAY, "2026-11-19 07:00", "2026-11-19 19:00"),
        ("tomorrow, 7", NEW_YEARS_EVE, "2027-01-01 07:00", "2027-01-01 19:00"),
        ("12/3 7", WEDNESDAY, "2026-12-03 07:00", "2026-12-03 19:00"),
        ("Dec 3 7", WEDNESDAY, "2026-12-03 07:00", "2026-12-03 19:00"),
        ("the 15th 9", WEDNESDAY, "2026-12-15 09:00", "2026-12-15 21:00"),
        ("next week Tue 8", WEDNESDAY, "2026-11-24 08:00", "2026-11-24 20:00"),
        ("２０２６－１２－０３　７", WEDNESDAY, "2026-12-03 07:00", "2026-12-03 19:00"),
        ("来週火曜 7", WEDNESDAY, "2026-11-24 07:00", "2026-11-24 19:00"),
        ("明日7", WEDNESDAY, "2026-11-19 07:00", "2026-11-19 19:00"),
        ("tomorrow midnight", WEDNESDAY, "2026-11-19 00:00", "2026-11-20 00:00"),
        ("明日深夜1時", WEDNESDAY, "2026-11-19 01:00", "2026-11-20 01:00"),
        ("next Tue 7:00", MONDAY, "2026-11-17 07:00", "2026-11-24 07:00"),
        ("next Friday 19:00", WEDNESDAY, "2026-11-20 19:00", "2026-11-27 19:00"),
        ("今度の金曜 19:00", WEDNESDAY, "2026-11-20 19:00", "2026-11-27 19:00"),
        ("水曜 19:00", WEDNESDAY, "2026-11-18 19:00", "2026-11-25 19:00"),
        ("Wed 19:00", WEDNESDAY, "2026-11-18 19:00", "2026-11-25 19:00"),
    ],
)
def test_two_sensible_readings_are_both_offered(text: str, moment: Moment, first: str, second: str) -> None:
    now, zone = now_and_zone(moment)
    with pytest.raises(PhraseAmbiguous) as offered:
        parse_when(text, now=now, zone=zone)
    assert [f"{to_local(each, zone):%Y-%m-%d %H:%M}" for each in offered.value.readings] == [first, second]
    assert offered.value.text == text


@pytest.mark.parametrize(
    ("text", "local"),
    [
        ("2025-01-01 10:00", "2025-01-01 10:00"),
        ("today 9:59", "2026-11-18 09:59"),
        ("today 10:00", "2026-11-18 10:00"),
        ("今朝7時", "2026-11-18 07:00"),
        ("昨日 19:00", "2026-11-17 19:00"),
        ("this Monday 19:00", "2026-11-16 19:00"),
        ("今週月曜 19:00", "2026-11-16 19:00"),
        ("11/18 朝7時", "2026-11-18 07:00"),
    ],
)
def test_the_past_is_refused(text: str, local: str) -> None:
    now, zone = now_and_zone(WEDNESDAY)
    with pytest.raises(PhraseInThePast) as refused:
        parse_when(text, now=now, zone=zone)
    assert f"{to_local(refused.value.instant, zone):%Y-%m-%d %H:%M}" == local


@pytest.mark.parametrize(
    ("text", "day", "said"),
    [
        ("12月3日(金) 7:30", date(2026, 12, 3), 4),
        ("12/3 (Wed) 7:00", date(2026, 12, 3), 2),
        ("Friday, December 3 7pm", date(2026, 12, 3), 4),
        ("2026-12-03 (日) 07:00", date(2026, 12, 3), 6),
        ("明日(金) 7:00", date(2026, 11, 19), 4),
    ],
)
def test_a_weekday_that_contradicts_the_date_is_refused(text: str, day: date, said: int) -> None:
    now, zone = now_and_zone(WEDNESDAY)
    with pytest.raises(WeekdayContradicts) as refused:
        parse_when(text, now=now, zone=zone)
    assert (refused.value.day, refused.value.said) == (day, said)


NOT_UNDERSTOOD = [
    "", " ", "hello", "soon", "そのうち", "tomorrow", "明日", "12/3", "Fri 13", "tomorrow 19",
    "tomorrow 0", "tomorrow 7 8", "7 tomorrow", "next week 7", "来週7", "12月7", "Dec 3 26", "Tuesday7x", "7 7",
    "12/3 7:00 please", "明日 7時ごろ", "たぶん明日7:00", "13/3 7:00", "2/30 7:00", "0/3 7:00", "12/0 7:00",
    "2027-02-29 7:00", "1999-12-03 7:00", "2500-12-03 7:00", "2026-12/03 7:00", "26-12-03 7:00", "12-3 7:00",
    "tomorrow 19:00 pm", "tomorrow 13am", "tomorrow 0pm", "tomorrow 7:60", "tomorrow 30:00", "明日 30時",
    "明日の朝19時", "明日の午前13時", "tomorrow 7:00 8:00", "7:00 tomorrow 8:00", "明日 明後日 7:00", "12/37:00",
    "next Tue at 7 o'clock or so", "第6火曜 19:00", "sixth Tuesday 19:00", "来週 7:00", "next week 7:00", "火 7:00",
    "in 0 days at 7:00", "in -1 days at 7:00", "in 9999 days at 7:00", "in 3 fortnights at 7:00", "0日後 7:00",
    "2026-12-03T07:00+99:00", "<t:99999999999:F>", "<t:abc>", "٣/١٢ 7:00", "12/3 7:00\x00", "x" * 101, "1" * 5000,
]  # fmt: skip


@pytest.mark.parametrize("text", NOT_UNDERSTOOD)
def test_what_is_not_wholly_understood_is_refused(text: str) -> None:
    now, zone = now_and_zone(MONDAY)
    with pytest.raises(PhraseNotUnderstood) as refused:
        parse_when(text, now=now, zone=zone)
    assert refused.value.text == text[:100]
    assert refused.value.kind == "when"


@pytest.mark.parametrize(
    "text",
    [
        "2/30", "2/30 7:00", "13/40 7:00", "12/0 7:00", "2/30 (Mon) 7:00", "7pm on Feb 30", "30 February 19:00",
        "2027-02-29 7:00", "11/31/2026 7:00", "the 32nd at noon", "2月30日 7:00",
        "2月30日(月) 朝7時", "11月31日の夜7時", "13月1日 7:00", "来年2月29日 7:00", "今月31日 19:00", "32日 7:00",
        "13月40日",
    ],
)  # fmt: skip
def test_of_a_day_that_is_on_no_calendar_this_is_said(text: str) -> None:
    now, zone = now_and_zone(MONDAY)
    with pytest.raises(NoSuchDay) as refused:
        parse_when(text, now=now, zone=zone)
    assert (refused.value.text, refused.value.kind) == (text, "when")


def test_a_day_alone_that_is_on_no_calendar_is_refused_as_such() -> None:
    now, zone = now_and_zone(MONDAY)
    for text in ("2/30", "Feb 30", "2月30日", "11月31日まで"):
        with pytest.raises(NoSuchDay) as refused:
            parse_day(text, now=now, zone=zone)
        assert refused.value.kind == "day"
    with pytest.raises(PhraseNotUnderstood) as other:
        parse_day("1999-12-03", now=now, zone=zone)
    assert type(other.value) is PhraseNotUnderstood


@pytest.mark.parametrize(
    "text",
    [
        "every Wednesday 7:00", "every Wednesday", "every other Friday 7pm", "Mon and Thu 7:00", "Mondays 19:00",
        "weekdays 7am", "every morning", "every second Friday at 7", "FREQ=WEEKLY;BYDAY=WE 07:00", "daily 7:00",
        "毎週水曜7時", "毎週水曜の朝", "毎朝7時", "隔週金曜 19:00", "第1・第3火曜 19:00", "平日の朝7時", "月・木 7:00",
        "毎月最終金曜 19:00", "まいしゅう水曜 7:00", "2週間おき金曜 7時",
    ],
)  # fmt: skip
def test_a_rule_is_no_moment(text: str) -> None:
    now, zone = now_and_zone(MONDAY)
    with pytest.raises(PhraseRepeats) as refused:
        parse_when(text, now=now, zone=zone)
    assert refused.value.text == text


@pytest.mark.parametrize("text", ["hello", "1999-12-03 7:00", "in 9999 days at 7:00", "第6火曜 19:00", "明日 30時"])
def test_anything_else_is_just_not_understood(text: str) -> None:
    now, zone = now_and_zone(MONDAY)
    with pytest.raises(PhraseNotUnderstood) as refused:
        parse_when(text, now=now, zone=zone)
    assert type(refused.value) is PhraseNotUnderstood


def test_four_readings_are_too_many_to_offer() -> None:
    now, zone = now_and_zone(MONDAY)
    with pytest.raises(PhraseNotUnderstood):
        parse_when("next Tue at 7", now=now, zone=zone)


DAYS_ALONE = [
    ("tomorrow", [date(2026, 11, 17)]),
    ("next Tue", [date(2026, 11, 17), date(2026, 11, 24)]),
    ("next week Tue", [date(2026, 11, 24)]),
    ("Friday", [date(2026, 11, 20)]),
    ("Dec 7", [date(2026, 12, 7)]),
    ("the 15th", [date(2026, 12, 15)]),
    ("12/3 (Thu)", [date(2026, 12, 3)]),
    ("2026-12-03", [date(2026, 12, 3)]),
    ("in 3 days", [date(2026, 11, 19)]),
    ("来週火曜", [date(2026, 11, 24)]),
    ("来週の火曜日", [date(2026, 11, 24)]),
    ("明日", [date(2026, 11, 17)]),
    ("12月3日(木)", [date(2026, 12, 3)]),
    ("第1火曜", [date(2026, 12, 1)]),
    ("月曜", [date(2026, 11, 16), date(2026, 11, 23)]),
]


@pytest.mark.parametrize(("text", "days"), DAYS_ALONE)
def test_of_a_day_alone_it_is_known_that_its_time_is_missing(text: str, days: list[date]) -> None:
    now, zone = now_and_zone(MONDAY)
    with pytest.raises(ClockMissing) as refused:
        parse_when(text, now=now, zone=zone)
    assert (refused.value.text, list(refused.value.days)) == (text, days)


PARTS_OF_DAYS = [
    ("tonight", "tonight 8pm", date(2026, 11, 18)),
    ("this evening", "this evening 7pm", date(2026, 11, 18)),
    ("tomorrow morning", "tomorrow morning 7am", date(2026, 11, 19)),
    ("tomorrow afternoon", "tomorrow afternoon 14:00", date(2026, 11, 19)),
    ("Friday night", "Friday night 8pm", date(2026, 11, 20)),
    ("今夜", "今夜8時", date(2026, 11, 18)),
    ("今晩", "今晩8時", date(2026, 11, 18)),
    ("明日の朝", "明日の朝7時", date(2026, 11, 19)),
    ("明朝", "明朝7時", date(2026, 11, 19)),
    ("明日の午後", "明日の午後2時", date(2026, 11, 19)),
    ("12月3日の夕方", "12月3日の夕方6時", date(2026, 12, 3)),
    ("金曜の昼", "金曜の昼12時", date(2026, 11, 20)),
]


@pytest.mark.parametrize(("text", "example", "day"), PARTS_OF_DAYS)
def test_of_a_part_of_a_day_the_hour_is_missing_and_the_example_has_it(text: str, example: str, day: date) -> None:
    now, zone = now_and_zone(WEDNESDAY)
    with pytest.raises(ClockMissing) as refused:
        parse_when(text, now=now, zone=zone, usual=time(0))
    assert refused.value.part
    assert with_clock(text, refused.value.example) == example
    assert to_local(parse_when(example, now=now, zone=zone), zone).date() == day
    with pytest.raises(ClockMissing):
        PhraseReader(now, zone).until("deadline", text)


@pytest.mark.parametrize(
    ("text", "usual", "offered"),
    [
        ("tomorrow morning", (time(7), time(19)), ["11-19 07:00"]),
        ("明日の朝", (time(7), time(19)), ["11-19 07:00"]),
        ("来週水曜の朝", (time(7),), ["11-25 07:00"]),
        ("next week Wed in the evening", (time(7), time(19)), ["11-25 19:00"]),
        ("来週水曜の夜", (time(19), time(20)), ["11-25 19:00", "11-25 20:00"]),
        ("tonight", (time(20),), ["11-18 20:00"]),
        ("今夜", (time(20),), ["11-18 20:00"]),
        ("12/3の昼", (time(12, 30),), ["12-03 12:30"]),
        ("Dec 3 in the afternoon", (time(12, 30),), ["12-03 12:30"]),
        ("明日の午後", (time(12, 30),), ["11-19 12:30"]),
        ("next Friday morning", (time(7),), ["11-20 07:00", "11-27 07:00"]),
        ("今度の金曜の朝", (time(7),), ["11-20 07:00", "11-27 07:00"]),
        ("明日の朝", (time(19), time(3)), []),
        ("tomorrow evening", (time(7), time(0)), []),
        ("明日の夜", (time(1),), []),
        ("明日の午前", (time(12),), []),
        ("this morning", (time(7),), []),
        ("明日の深夜", (time(2),), []),
    ],
)
def test_to_a_part_of_a_day_the_usual_times_in_it_are_offered(
    text: str, usual: tuple[time, ...], offered: list[str]
) -> None:
    now, zone = now_and_zone(WEDNESDAY)
    reader = PhraseReader(now, zone)
    try:
        reader.when("starts_at", text, usual)
    except (ClockMissing, PhraseInThePast):
        assert offered == []
        return
    (fork,) = reader.forks
    assert fork.day_only
    starts = [taking(SessionChange(), fork, place).starts_at for place in range(len(fork.readings))]
    assert [f"{to_local(each, zone):%m-%d %H:%M}" for each in starts if each is not None] == offered


def test_a_part_of_today_that_is_over_has_passed_and_one_that_is_not_has_an_example_ahead() -> None:
    now, zone = now_and_zone(("Asia/Tokyo", "2026-11-18 21:30"))
    for text in ("this morning", "今朝", "今日の昼"):
        with pytest.raises(PhraseInThePast):
            parse_when(text, now=now, zone=zone)
    with pytest.raises(ClockMissing) as tonight:
        parse_when("tonight", now=now, zone=zone)
    assert parse_when(with_clock("tonight", tonight.value.example), now=now, zone=zone) > now


@pytest.mark.parametrize("text", ["morning", "夜", "朝", "tonight please", "tomorrow morning or so", "night tomorrow"])
def test_a_part_of_no_day_is_not_understood(text: str) -> None:
    now, zone = now_and_zone(WEDNESDAY)
    with pytest.raises(PhraseNotUnderstood) as refused:
        parse_when(text, now=now, zone=zone)
    assert not isinstance(refused.value, ClockMissing)


def test_the_example_is_made_of_what_was_typed() -> None:
    assert [with_clock(day, time(7)) for day in ("next Tue", "来週火曜", "12/3", "１２／３")] == [
        *("next Tue 7am", "来週火曜 朝7時", "12/3 07:00", "１２／３ 07:00")
    ]
    assert [with_clock(day, time(23, 30)) for day in ("today", "今日", "12/3")] == [
        *("today 11:30pm", "今日 夜11時半", "12/3 23:30")
    ]
    assert [with_clock("今日", at) for at in (time(12), time(15, 30), time(20))] == [
        *("今日 12:00", "今日 15:30", "今日 夜8時")
    ]


@pytest.mark.parametrize("text", ["yesterday", "昨日", "2026-11-16", "2026年11月17日(火)"])
def test_a_day_alone_that_is_over_has_passed(text: str) -> None:
    now, zone = now_and_zone(WEDNESDAY)
    with pytest.raises(PhraseInThePast) as refused:
        parse_when(text, now=now, zone=zone)
    assert refused.value.day_only
    assert to_local(refused.value.instant, zone).date() < to_local(now, zone).date()


@pytest.mark.parametrize("clock", ["06:00", "07:00", "12:00", "20:00", "23:00"])
@pytest.mark.parametrize("text", ["today", "今日"])
def test_the_example_made_of_today_is_still_ahead(text: str, clock: str) -> None:
    now, zone = now_and_zone(("Asia/Tokyo", f"2026-11-18 {clock}"))
    with pytest.raises(ClockMissing) as refused:
        parse_when(text, now=now, zone=zone)
    assert parse_when(with_clock(text, refused.value.example), now=now, zone=zone) > now


@pytest.mark.parametrize(("text", "days"), DAYS_ALONE)
def test_the_example_that_is_made_of_a_day_alone_can_be_read(text: str, days: list[date]) -> None:
    now, zone = now_and_zone(MONDAY)
    example = with_clock(text, time(7))
    try:
        readings = (parse_when(example, now=now, zone=zone),)
    except PhraseAmbiguous as offered:
        readings = offered.readings
    assert {to_local(each, zone).replace(tzinfo=None) for each in readings} <= {
        datetime.combine(day, time(7)) for day in days
    }


def test_a_day_alone_is_asked_about_with_the_usual_times_that_are_ahead() -> None:
    now, zone = now_and_zone(MONDAY)
    reader = PhraseReader(now, zone)

    def offered(text: str, *usual: time) -> list[str]:
        reader.forks.clear()
        reader.when("starts_at", text, usual)
        (fork,) = reader.forks
        assert fork.day_only
        assert fork.text == text
        starts = [taking(SessionChange(), fork, place).starts_at for place in range(len(fork.readings))]
        return [f"{to_local(each, zone):%m-%d %H:%M}" for each in starts if each is not None]

    assert offered("tomorrow", time(7)) == ["11-17 07:00"]
    assert offered("tomorrow", time(19), time(7), time(12)) == ["11-17 07:00", "11-17 19:00"]
    assert offered("tomorrow", time(7), time(7)) == ["11-17 07:00"]
    assert offered("next Tue", time(7), time(19)) == ["11-17 07:00", "11-17 19:00", "11-24 07:00", "11-24 19:00"]
    assert offered("today", time(7), time(19)) == ["11-16 19:00"], "07:00 has passed"
    for usual in ((), (time(7),)):
        with pytest.raises(ClockMissing):
            reader.when("starts_at", "today", usual)
    with pytest.raises(Unknown):
        taking(SessionChange(), reader.forks[0], 1)


def test_a_day_alone_takes_the_usual_time_if_there_is_one() -> None:
    assert when("12/3", WEDNESDAY, usual=time(7)) == "2026-12-03 07:00"
    assert when("明日(木)", WEDNESDAY, usual=time(19, 30)) == "2026-11-19 19:30"
    assert when("12/3 19:00", WEDNESDAY, usual=time(7)) == "2026-12-03 19:00"


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("2026-12-03", date(2026, 12, 3)),
        ("12/3", date(2026, 12, 3)),
        ("12月3日(木)", date(2026, 12, 3)),
        ("Thu, Dec 3", date(2026, 12, 3)),
        ("明日", date(2026, 11, 19)),
        ("yesterday", date(2026, 11, 17)),
        ("来週火曜", date(2026, 11, 24)),
        ("2025-12-03", date(2025, 12, 3)),
    ],
)
def test_a_day_is_read_without_a_time(text: str, day: date) -> None:
    now, zone = now_and_zone(WEDNESDAY)
    assert parse_day(text, now=now, zone=zone) == day


def test_a_day_that_is_none_or_two_is_not_read_as_one() -> None:
    now, zone = now_and_zone(WEDNESDAY)
    with pytest.raises(PhraseNotUnderstood) as refused:
        parse_day("12/3 7:00", now=now, zone=zone)
    assert refused.value.kind == "day"
    with pytest.raises(DayAmbiguous) as offered:
        parse_day("next Friday", now=now, zone=zone)
    assert offered.value.readings == (date(2026, 11, 20), date(2026, 11, 27))
    with pytest.raises(WeekdayContradicts):
        parse_day("12/3(金)", now=now, zone=zone)


@pytest.mark.parametrize(
    ("text", "begin", "end"),
    [
        ("Friday", "2026-11-20 00:00", "2026-11-21 00:00"),
        ("until Friday", "2026-11-20 00:00", "2026-11-21 00:00"),
        ("Until the 20th", "2026-11-20 00:00", "2026-11-21 00:00"),
        ("till the 12th", "2026-12-12 00:00", "2026-12-13 00:00"),
        ("from next week Mon", "2026-11-23 00:00", "2026-11-24 00:00"),
        ("through Dec 3", "2026-12-03 00:00", "2026-12-04 00:00"),
        ("until Friday 6pm", "2026-11-20 18:00", "2026-11-20 18:00"),
        ("金曜まで", "2026-11-20 00:00", "2026-11-21 00:00"),
        ("明日まで", "2026-11-19 00:00", "2026-11-20 00:00"),
        ("12日まで", "2026-12-12 00:00", "2026-12-13 00:00"),
        ("来週の月ようから", "2026-11-23 00:00", "2026-11-24 00:00"),
        ("12月3日までに", "2026-12-03 00:00", "2026-12-04 00:00"),
        ("金曜の18時まで", "2026-11-20 18:00", "2026-11-20 18:00"),
    ],
)
def test_a_span_may_say_from_and_until(text: str, begin: str, end: str) -> None:
    now, zone = now_and_zone(WEDNESDAY)
    reader = PhraseReader(now, zone)
    edges = (reader.edge("since", text), reader.edge("until", text, last=True))
    assert tuple(f"{to_local(each, zone):%Y-%m-%d %H:%M}" for each in edges) == (begin, end)
    assert reader.forks == []


@pytest.mark.parametrize("text", ["until", "まで", "until soon", "金曜まで7:00", "until 7:00-8:30", "till till Friday"])
def test_until_alone_is_no_end(text: str) -> None:
    now, zone = now_and_zone(WEDNESDAY)
    with pytest.raises(PhraseNotUnderstood):
        PhraseReader(now, zone).edge("until", text, last=True)


# --- Every form, any date ---------------------------------------------------------------------------------

EN_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
EN_MONTHS = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip
FULL_WIDTH = str.maketrans("0123456789:/", "０１２３４５６７８９：／")

DAY_FORMATS = [
    lambda d: d.isoformat(),
    lambda d: f"{d.year}/{d.month}/{d.day}",
    lambda d: f"{d.year}年{d.month}月{d.day}日",
    lambda d: f"{d.year}年{d.month}月{d.day}日({'月火水木金土日'[d.weekday()]})",
    lambda d: f"{d.year}/{d.month}/{d.day}（{'月火水木金土日'[d.weekday()]}）".translate(FULL_WIDTH),
    lambda d: f"令和{d.year - 2018}年{d.month}月{d.day}日",
    lambda d: f"{EN_DAYS[d.weekday()]}, {EN_MONTHS[d.month - 1]} {d.day}, {d.year}",
    lambda d: f"{d.day} {EN_MONTHS[d.month - 1][:3]} {d.year}",
]
CLOCK_FORMATS = [
    lambda t: f"{t:%H:%M}",
    lambda t: f"{t.hour}:{t:%M}",
    lambda t: f"{t.hour % 12 or 12}:{t:%M} {'am' if t.hour < 12 else 'pm'}",
    lambda t: f"{'午前' if t.hour < 12 else '午後'}{t.hour % 12}時{t.minute}分",
    lambda t: f"{t.hour}:{t:%M}".translate(FULL_WIDTH),
]
SHORT_DAY_FORMATS = [
    lambda d: f"{d.month}/{d.day}",
    lambda d: f"{d.month}月{d.day}日({'月火水木金土日'[d.weekday()]})",
    lambda d: f"{EN_DAYS[d.weekday()][:3]}, {EN_MONTHS[d.month - 1]} {d.day}",
]
zones = st.sampled_from(
    ["Asia/Tokyo", "America/New_York", "Australia/Lord_Howe", "Africa/Casablanca", "America/Santiago"]
)
minutes = st.builds(time, st.integers(0, 23), st.integers(0, 59))


@settings(max_examples=150, deadline=None)
@given(
    st.dates(date(2027, 1, 1), date(2080, 12, 31)),
    minutes,
    zones,
    st.sampled_from(DAY_FORMATS),
    st.sampled_from(CLOCK_FORMATS),
)
def test_any_date_in_any_full_form_reads_back(day: date, at: time, zone: str, day_format, clock_format) -> None:
    place = ZoneInfo(zone)
    text = f"{day_format(day)} {clock_format(at)}"
    expected = to_instant(datetime.combine(day, at), place)
    assert parse_when(text, now=datetime(2026, 1, 1, tzinfo=UTC), zone=place) == expected


@settings(max_examples=80, deadline=None)
@given(
    st.datetimes(datetime.fromisoformat("2026-01-01"), datetime.fromisoformat("2035-12-31")),
    st.integers(1, 364),
    minutes,
    zones,
    st.sampled_from(SHORT_DAY_FORMATS),
)
def test_a_date_without_a_year_is_the_next_such_date(
    moment: datetime, ahead: int, at: time, zone: str, day_format
) -> None:
    place = ZoneInfo(zone)
    day = moment.date() + timedelta(ahead)
    text = f"{day_format(day)} {at:%H:%M}"
    now = to_instant(moment, place)
    assert parse_when(text, now=now, zone=place) == to_instant(datetime.combine(day, at), place)


WORDS = [
    "明日", "今日", "来週", "火曜", "月", "日", "の", "朝", "夜", "7時", "半", "7:00", "25時", "12/3", "12月3日",
    "(木)", "第1", "・", "、", "毎週", "らいしゅう", "ー", "隔週", "毎月", "最終", "next", "Tue", "Friday",
    "every", "other", "1st", "and", "3rd", "at", "7", "7pm", "noon", "midnight", "in", "3", "days", "weeks",
    "FREQ=WEEKLY", ";BYDAY=WE", ";COUNT=0", ";UNTIL=99999999", "RRULE:", "-", "~", ",", "90", "min", "1h",
    "時間", "分", "日後",
]  # fmt: skip
texts = st.one_of(
    st.text(max_size=120),
    st.lists(st.sampled_from(WORDS), max_size=12).flatmap(
        lambda w: st.sampled_from(["", " "]).map(lambda s: s.join(w))
    ),
)


@settings(max_examples=150, deadline=None)
@given(texts)
def test_no_text_breaks_the_parser(text: str) -> None:
    now, zone = now_and_zone(WEDNESDAY)
    for parse in (parse_clock, parse_duration, parse_durations, parse_days, parse_dates):
        try:
            parse(text)
        except StudyError:
            continue
    for parse in (parse_when, parse_day, parse_rule):
        try:
            parse(text, now=now, zone=zone, **({} if parse is parse_day else {"usual": time(7)}))
        except StudyError:
            continue


@pytest.mark.parametrize(
    "text",
    [
        "月曜日" * 33,
        "weds " * 20,
        "第1月" * 33 + "x",
        "1 " * 50,
        "(thu)" * 20,
        "12/3" + "(thu)" * 19,
        "every " + "mon and " * 11,
        "毎週" + "月曜日" * 32,
        "12/3 " * 20,
    ],
)
def test_no_text_takes_long_to_refuse(text: str) -> None:
    now, zone = now_and_zone(WEDNESDAY)
    for parse in (parse_when, parse_rule):
        began = thread_time()
        with pytest.raises(StudyError):
            parse(text, now=now, zone=zone)
        # A pattern that goes back and forth over such a text takes minutes.
        assert thread_time() - began < 1
