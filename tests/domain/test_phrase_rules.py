"""Standing dates as people write them, and as calendars export them."""

from datetime import date, datetime, time
from itertools import product
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.domain.calendar import (
    Recurrence,
    RuleNotUnderstood,
    local_day,
    next_occurrences,
    to_instant,
    to_local,
)
from bot.domain.phrases import (
    LengthsDiffer,
    ParsedRule,
    PhraseReader,
    RuleAmbiguous,
    RuleOnce,
    RuleTimeMissing,
    parse_rule,
    rule_parts,
)
from bot.rendering.calendar import with_clock

TOKYO, BERLIN, NEW_YORK = map(ZoneInfo, ("Asia/Tokyo", "Europe/Berlin", "America/New_York"))
NOW = to_instant(datetime.fromisoformat("2026-11-18 10:00"), TOKYO)
# In the night behind the second the clocks go back in New York; the third is the last half hour of a year in Berlin.
NOWS = (
    NOW,
    to_instant(datetime.fromisoformat("2026-10-31 12:00"), NEW_YORK),
    to_instant(datetime.fromisoformat("2026-12-31 23:30"), BERLIN),
)
EVERYWHERE = list(product(NOWS, (TOKYO, BERLIN, NEW_YORK)))

WEEKDAYS = "FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR"

UNDERSTOOD = [
    ("every Wednesday 07:00", "FREQ=WEEKLY;BYDAY=WE", "07:00"),
    ("Every Wednesday at 7am", "FREQ=WEEKLY;BYDAY=WE", "07:00"),
    ("every Wednesday, 7:00", "FREQ=WEEKLY;BYDAY=WE", "07:00"),
    ("7am every Wednesday", "FREQ=WEEKLY;BYDAY=WE", "07:00"),
    ("Wednesdays 7am", "FREQ=WEEKLY;BYDAY=WE", "07:00"),
    ("weekly on Wednesday 7am", "FREQ=WEEKLY;BYDAY=WE", "07:00"),
    ("every Mon and Thu 7:00", "FREQ=WEEKLY;BYDAY=MO,TH", "07:00"),
    ("every Mon, Wed and Fri 7:00", "FREQ=WEEKLY;BYDAY=MO,WE,FR", "07:00"),
    ("Mondays and Thursdays at 7am", "FREQ=WEEKLY;BYDAY=MO,TH", "07:00"),
    ("Mon-Fri 7:00", WEEKDAYS, "07:00"),
    ("Monday to Friday 7:00", WEEKDAYS, "07:00"),
    ("every other Friday 19:00", "FREQ=WEEKLY;INTERVAL=2;BYDAY=FR", "19:00"),
    ("biweekly on Friday 19:00", "FREQ=WEEKLY;INTERVAL=2;BYDAY=FR", "19:00"),
    ("every 3 weeks on Tue 19:00", "FREQ=WEEKLY;INTERVAL=3;BYDAY=TU", "19:00"),
    ("1st and 3rd Tuesday 19:00", "FREQ=MONTHLY;BYDAY=1TU,3TU", "19:00"),
    ("first and third Tuesday of the month at 7pm", "FREQ=MONTHLY;BYDAY=1TU,3TU", "19:00"),
    ("the 2nd Friday of every month 19:00", "FREQ=MONTHLY;BYDAY=2FR", "19:00"),
    ("every 2nd Friday of the month 19:00", "FREQ=MONTHLY;BYDAY=2FR", "19:00"),
    ("last Friday 19:00", "FREQ=MONTHLY;BYDAY=-1FR", "19:00"),
    ("every last Friday 19:00", "FREQ=MONTHLY;BYDAY=-1FR", "19:00"),
    ("monthly on the 15th 7pm", "FREQ=MONTHLY;BYMONTHDAY=15", "19:00"),
    ("the 1st and 15th of every month 7pm", "FREQ=MONTHLY;BYMONTHDAY=1,15", "19:00"),
    ("last day of the month 19:00", "FREQ=MONTHLY;BYMONTHDAY=-1", "19:00"),
    ("every other week on Friday at 19:00", "FREQ=WEEKLY;INTERVAL=2;BYDAY=FR", "19:00"),
    ("every month on the second Friday at 19:00", "FREQ=MONTHLY;BYDAY=2FR", "19:00"),
    ("every month on the third Tuesday and Thursday at 19:00", "FREQ=MONTHLY;BYDAY=3TU,3TH", "19:00"),
    ("every month on the first Tuesday and the last Friday at 19:00", "FREQ=MONTHLY;BYDAY=1TU,-1FR", "19:00"),
    ("every second Friday and fourth Tuesday 19:00", "FREQ=MONTHLY;BYDAY=2FR,4TU", "19:00"),
    ("every month on day 1 and the last day at 19:00", "FREQ=MONTHLY;BYMONTHDAY=1,-1", "19:00"),
    ("every weekday (Monday to Friday) at 7:00", WEEKDAYS, "07:00"),
    ("weekdays 7:00", WEEKDAYS, "07:00"),
    ("every weekday at 7:30 am", WEEKDAYS, "07:30"),
    ("weekends 9am", "FREQ=WEEKLY;BYDAY=SA,SU", "09:00"),
    ("daily 7:00", "FREQ=DAILY", "07:00"),
    ("every day at noon", "FREQ=DAILY", "12:00"),
    ("every other day 7:00", "FREQ=DAILY;INTERVAL=2", "07:00"),
    ("毎週水曜 朝7時", "FREQ=WEEKLY;BYDAY=WE", "07:00"),
    ("毎週水曜日の朝７時半", "FREQ=WEEKLY;BYDAY=WE", "07:30"),
    ("毎週水曜 19時", "FREQ=WEEKLY;BYDAY=WE", "19:00"),
    ("毎週月・木 7:00", "FREQ=WEEKLY;BYDAY=MO,TH", "07:00"),
    ("毎週月水金 7:00", "FREQ=WEEKLY;BYDAY=MO,WE,FR", "07:00"),
    ("毎週月曜と木曜 7:00", "FREQ=WEEKLY;BYDAY=MO,TH", "07:00"),
    ("月〜金 7:00", WEEKDAYS, "07:00"),
    ("平日 7:00", WEEKDAYS, "07:00"),
    ("平日の朝7時", WEEKDAYS, "07:00"),
    ("平日(月曜日から金曜日) 07:00", WEEKDAYS, "07:00"),
    ("土日 9:00", "FREQ=WEEKLY;BYDAY=SA,SU", "09:00"),
    ("毎日 朝6時半", "FREQ=DAILY", "06:30"),
    ("隔週水曜 7:00", "FREQ=WEEKLY;INTERVAL=2;BYDAY=WE", "07:00"),
    ("隔週の水曜日 夜8時", "FREQ=WEEKLY;INTERVAL=2;BYDAY=WE", "20:00"),
    ("2週間ごとに金曜 19:00", "FREQ=WEEKLY;INTERVAL=2;BYDAY=FR", "19:00"),
    ("第1・第3火曜 19:00", "FREQ=MONTHLY;BYDAY=1TU,3TU", "19:00"),
    ("第１・３火曜　１９：００", "FREQ=MONTHLY;BYDAY=1TU,3TU", "19:00"),
    ("第一、第三火曜日の夜7時", "FREQ=MONTHLY;BYDAY=1TU,3TU", "19:00"),
    ("毎月第2土日 10:00", "FREQ=MONTHLY;BYDAY=2SA,2SU", "10:00"),
    ("第1火曜と第3木曜 19:00", "FREQ=MONTHLY;BYDAY=1TU,3TH", "19:00"),
    ("毎月最終金曜 19時", "FREQ=MONTHLY;BYDAY=-1FR", "19:00"),
    ("毎月最後の金曜日 午後7時", "FREQ=MONTHLY;BYDAY=-1FR", "19:00"),
    ("毎月15日 19:00", "FREQ=MONTHLY;BYMONTHDAY=15", "19:00"),
    ("毎月1日・15日 19:00", "FREQ=MONTHLY;BYMONTHDAY=1,15", "19:00"),
    ("毎月末日 19:00", "FREQ=MONTHLY;BYMONTHDAY=-1", "19:00"),
    ("毎月15日・末日 19:00", "FREQ=MONTHLY;BYMONTHDAY=15,-1", "19:00"),
    # "Sat" ends like "at"
    ("every Sat 7pm", "FREQ=WEEKLY;BYDAY=SA", "19:00"),
    ("every other Sat 10am", "FREQ=WEEKLY;INTERVAL=2;BYDAY=SA", "10:00"),
    ("1st Sat 10am", "FREQ=MONTHLY;BYDAY=1SA", "10:00"),
    ("every Tue and Sat 7am", "FREQ=WEEKLY;BYDAY=TU,SA", "07:00"),
    # Parts of the day that belong to the rule
    ("every morning at 7", "FREQ=DAILY", "07:00"),
    ("every evening at 8", "FREQ=DAILY", "20:00"),
    ("every Friday evening at 7", "FREQ=WEEKLY;BYDAY=FR", "19:00"),
    ("every Wednesday at half past 7 in the evening", "FREQ=WEEKLY;BYDAY=WE", "19:30"),
    ("毎朝7時", "FREQ=DAILY", "07:00"),
    ("毎朝６時半", "FREQ=DAILY", "06:30"),
    ("毎晩8時", "FREQ=DAILY", "20:00"),
    ("平日毎朝7時", WEEKDAYS, "07:00"),
    ("毎週水曜 朝7時から", "FREQ=WEEKLY;BYDAY=WE", "07:00"),
    ("毎週水曜 19:00開始", "FREQ=WEEKLY;BYDAY=WE", "19:00"),
    # Weeks
    ("every week on Wed 7am", "FREQ=WEEKLY;BYDAY=WE", "07:00"),
    ("every two weeks on Friday 7pm", "FREQ=WEEKLY;INTERVAL=2;BYDAY=FR", "19:00"),
    ("biweekly Friday 7pm", "FREQ=WEEKLY;INTERVAL=2;BYDAY=FR", "19:00"),
    ("alternate Fridays 7pm", "FREQ=WEEKLY;INTERVAL=2;BYDAY=FR", "19:00"),
    ("every second week on Friday 7pm", "FREQ=WEEKLY;INTERVAL=2;BYDAY=FR", "19:00"),
    ("Mon and Thu 7am", "FREQ=WEEKLY;BYDAY=MO,TH", "07:00"),
    ("Mon, Wed, Fri 7am", "FREQ=WEEKLY;BYDAY=MO,WE,FR", "07:00"),
    ("月・木 7:00", "FREQ=WEEKLY;BYDAY=MO,TH", "07:00"),
    ("月水金 朝7時", "FREQ=WEEKLY;BYDAY=MO,WE,FR", "07:00"),
    ("毎週（水）７：００", "FREQ=WEEKLY;BYDAY=WE", "07:00"),
    ("毎週日曜 10:00", "FREQ=WEEKLY;BYDAY=SU", "10:00"),
    ("毎週末 10:00", "FREQ=WEEKLY;BYDAY=SA,SU", "10:00"),
    ("隔週で水曜 19:00", "FREQ=WEEKLY;INTERVAL=2;BYDAY=WE", "19:00"),
    ("隔週月・木 19:00", "FREQ=WEEKLY;INTERVAL=2;BYDAY=MO,TH", "19:00"),
    ("2週間に1回水曜 19:00", "FREQ=WEEKLY;INTERVAL=2;BYDAY=WE", "19:00"),
    ("３週間ごとの金曜 午後7時", "FREQ=WEEKLY;INTERVAL=3;BYDAY=FR", "19:00"),
    # Days
    ("every three days 7am", "FREQ=DAILY;INTERVAL=3", "07:00"),
    ("3日ごと 7:00", "FREQ=DAILY;INTERVAL=3", "07:00"),
    ("1日おき 7:00", "FREQ=DAILY;INTERVAL=2", "07:00"),
    ("隔日 朝7時", "FREQ=DAILY;INTERVAL=2", "07:00"),
    # Months
    ("first & third Tue 19:00", "FREQ=MONTHLY;BYDAY=1TU,3TU", "19:00"),
    ("monthly on the first Tuesday 7pm", "FREQ=MONTHLY;BYDAY=1TU", "19:00"),
    ("every other month on the first Tuesday 7pm", "FREQ=MONTHLY;INTERVAL=2;BYDAY=1TU", "19:00"),
    ("every 3 months on the 15th 7pm", "FREQ=MONTHLY;INTERVAL=3;BYMONTHDAY=15", "19:00"),
    ("毎月第1・第3火曜 19:00", "FREQ=MONTHLY;BYDAY=1TU,3TU", "19:00"),
    ("月1回 第2土曜 10:00", "FREQ=MONTHLY;BYDAY=2SA", "10:00"),
    ("第2日曜 10:00", "FREQ=MONTHLY;BYDAY=2SU", "10:00"),
    ("隔月第1火曜 19:00", "FREQ=MONTHLY;INTERVAL=2;BYDAY=1TU", "19:00"),
    ("3ヶ月ごとに第1火曜 19:00", "FREQ=MONTHLY;INTERVAL=3;BYDAY=1TU", "19:00"),
    ("2か月に1回15日 19:00", "FREQ=MONTHLY;INTERVAL=2;BYMONTHDAY=15", "19:00"),
    ("毎月10日と25日 19:00", "FREQ=MONTHLY;BYMONTHDAY=10,25", "19:00"),
    ("毎月末 19:00", "FREQ=MONTHLY;BYMONTHDAY=-1", "19:00"),
    # 最終日 is the last day, though 日 by itself is Sunday.
    ("毎月最終日 19:00", "FREQ=MONTHLY;BYMONTHDAY=-1", "19:00"),
    ("毎月最終日曜 19:00", "FREQ=MONTHLY;BYDAY=-1SU", "19:00"),
    # Years
    ("every year on April 1 10:00", "FREQ=YEARLY;BYMONTH=4;BYMONTHDAY=1", "10:00"),
    ("yearly on the first Monday of April 10am", "FREQ=YEARLY;BYMONTH=4;BYDAY=1MO", "10:00"),
    ("毎年4月1日 10:00", "FREQ=YEARLY;BYMONTH=4;BYMONTHDAY=1", "10:00"),
    ("毎年11月第3木曜 18:00", "FREQ=YEARLY;BYMONTH=11;BYDAY=3TH", "18:00"),
    # As people in Japan write them
    ("毎週木曜の夜9時から", "FREQ=WEEKLY;BYDAY=TH", "21:00"),
    ("毎週火・金 朝6時半", "FREQ=WEEKLY;BYDAY=TU,FR", "06:30"),
    ("毎週火曜と金曜の20時", "FREQ=WEEKLY;BYDAY=TU,FR", "20:00"),
    ("毎週土曜の午後2時半", "FREQ=WEEKLY;BYDAY=SA", "14:30"),
    ("毎週日曜の夕方5時", "FREQ=WEEKLY;BYDAY=SU", "17:00"),
    ("月曜から木曜 7:00", "FREQ=WEEKLY;BYDAY=MO,TU,WE,TH", "07:00"),
    ("平日の夜9時", WEEKDAYS, "21:00"),
    ("土日の朝8時", "FREQ=WEEKLY;BYDAY=SA,SU", "08:00"),
    ("毎晩9時半", "FREQ=DAILY", "21:30"),
    ("隔週土曜 午前10時", "FREQ=WEEKLY;INTERVAL=2;BYDAY=SA", "10:00"),
    ("4週間ごとの月曜 19時", "FREQ=WEEKLY;INTERVAL=4;BYDAY=MO", "19:00"),
    ("毎月第1月曜の朝8時", "FREQ=MONTHLY;BYDAY=1MO", "08:00"),
    ("第２、第４土曜日の午後１時", "FREQ=MONTHLY;BYDAY=2SA,4SA", "13:00"),
    ("毎月第3金曜日 夜7時半", "FREQ=MONTHLY;BYDAY=3FR", "19:30"),
    ("毎月最終土曜の朝9時", "FREQ=MONTHLY;BYDAY=-1SA", "09:00"),
    ("毎月5日の正午", "FREQ=MONTHLY;BYMONTHDAY=5", "12:00"),
    ("毎月10日・20日・30日 18:00", "FREQ=MONTHLY;BYMONTHDAY=10,20,30", "18:00"),
    ("毎年1月第2月曜 13:00", "FREQ=YEARLY;BYMONTH=1;BYDAY=2MO", "13:00"),
    ("まいしゅう水曜 朝7時", "FREQ=WEEKLY;BYDAY=WE", "07:00"),
    ("まいしゅうすいようびの夜の8時半", "FREQ=WEEKLY;BYDAY=WE", "20:30"),
    ("まいつき第1火曜 19:00", "FREQ=MONTHLY;BYDAY=1TU", "19:00"),
    ("まいつき最終金曜の夕方6時", "FREQ=MONTHLY;BYDAY=-1FR", "18:00"),
    ("月ー金 7:00", "FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR", "07:00"),
    # As calendars write them
    ("FREQ=WEEKLY;BYDAY=WE 07:00", "FREQ=WEEKLY;BYDAY=WE", "07:00"),
    ("freq=weekly;byday=we 7pm", "FREQ=WEEKLY;BYDAY=WE", "19:00"),
    ("RRULE:FREQ=WEEKLY;BYDAY=WE;BYHOUR=7;BYMINUTE=30", "FREQ=WEEKLY;BYDAY=WE", "07:30"),
    ("RRULE:FREQ=WEEKLY;BYDAY=WE;BYHOUR=0;BYMINUTE=0;BYSECOND=0", "FREQ=WEEKLY;BYDAY=WE", "00:00"),
    ("FREQ=WEEKLY;BYDAY=WE;BYHOUR=7 7:00", "FREQ=WEEKLY;BYDAY=WE", "07:00"),
    ("FREQ=MONTHLY;BYDAY=TU;BYSETPOS=3;BYHOUR=19", "FREQ=MONTHLY;BYDAY=3TU", "19:00"),
    ("FREQ=MONTHLY;BYDAY=+1MO,-1MO; 19:00", "FREQ=MONTHLY;BYDAY=1MO,-1MO", "19:00"),
]


@pytest.mark.parametrize(("text", "rrule", "at"), UNDERSTOOD)
def test_a_rule_in_words_is_this_rule(text: str, rrule: str, at: str) -> None:
    for now, zone in EVERYWHERE:
        parsed = parse_rule(text, now=now, zone=zone)
        assert parsed == ParsedRule(rrule, time.fromisoformat(at)), (now, zone)
        assert rule_parts(parsed.rrule).to_rrule() == parsed.rrule


@pytest.mark.parametrize(("rrule", "at"), sorted({(rrule, at) for _text, rrule, at in UNDERSTOOD}))
def test_its_next_dates_are_ahead_and_at_that_time_on_the_clock_of_the_zone(rrule: str, at: str) -> None:
    for now, zone in EVERYWHERE:
        rule = Recurrence(rrule, local_day(now, zone), time.fromisoformat(at), zone.key)
        coming = [each.starts_at for each in next_occurrences(rule, now, 3)]
        assert len(set(coming)) == 3, (now, zone)
        assert [now, *coming] == sorted([now, *coming]), (now, zone)
        assert {f"{to_local(each, zone):%H:%M}" for each in coming} == {at}, (now, zone)


def test_half_of_the_rules_that_are_understood_are_japanese() -> None:
    japanese = [text for text, _rrule, _at in UNDERSTOOD if any("぀" <= letter <= "鿿" for letter in text)]
    assert len(japanese) * 2 >= len(UNDERSTOOD) >= 130


@pytest.mark.parametrize(
    ("text", "until", "count"),
    [
        ("FREQ=DAILY;COUNT=10 7:00", None, 10),
        ("FREQ=DAILY;UNTIL=20261231 7:00", date(2026, 12, 31), None),
        ("FREQ=DAILY;UNTIL=20261231T235959 7:00", date(2026, 12, 31), None),
    ],
)
def test_an_rrule_may_carry_its_end(text: str, until: date | None, count: int | None) -> None:
    for now, zone in EVERYWHERE:
        assert parse_rule(text, now=now, zone=zone) == ParsedRule("FREQ=DAILY", time(7), until, count), (now, zone)


@pytest.mark.parametrize("now", NOWS)
def test_an_end_in_utc_is_the_day_that_it_is_in_the_zone(now: datetime) -> None:
    # 15:00 UTC is already the next day in Tokyo.
    for zone, until in ((TOKYO, date(2027, 1, 1)), (BERLIN, date(2026, 12, 31)), (NEW_YORK, date(2026, 12, 31))):
        assert parse_rule("FREQ=DAILY;UNTIL=20261231T150000Z 7:00", now=now, zone=zone).until == until


@pytest.mark.parametrize(
    ("text", "first", "second"),
    [
        ("毎週水曜 7時", ("FREQ=WEEKLY;BYDAY=WE", time(7)), ("FREQ=WEEKLY;BYDAY=WE", time(19))),
        ("every Wednesday at 7", ("FREQ=WEEKLY;BYDAY=WE", time(7)), ("FREQ=WEEKLY;BYDAY=WE", time(19))),
        ("every Sat 7", ("FREQ=WEEKLY;BYDAY=SA", time(7)), ("FREQ=WEEKLY;BYDAY=SA", time(19))),
        (
            "every second Friday 19:00",
            ("FREQ=WEEKLY;INTERVAL=2;BYDAY=FR", time(19)),
            ("FREQ=MONTHLY;BYDAY=2FR", time(19)),
        ),
        ("平日7時半", (WEEKDAYS, time(7, 30)), (WEEKDAYS, time(19, 30))),
        ("第1・第3火曜 8時", ("FREQ=MONTHLY;BYDAY=1TU,3TU", time(8)), ("FREQ=MONTHLY;BYDAY=1TU,3TU", time(20))),
        ("毎日7時", ("FREQ=DAILY", time(7)), ("FREQ=DAILY", time(19))),
        (
            "2週間おきに水曜 19:00",
            ("FREQ=WEEKLY;INTERVAL=2;BYDAY=WE", time(19)),
            ("FREQ=WEEKLY;INTERVAL=3;BYDAY=WE", time(19)),
        ),
        ("2日おき 7:00", ("FREQ=DAILY;INTERVAL=2", time(7)), ("FREQ=DAILY;INTERVAL=3", time(7))),
        ("every 3rd Friday 19:00", ("FREQ=WEEKLY;INTERVAL=3;BYDAY=FR", time(19)), ("FREQ=MONTHLY;BYDAY=3FR", time(19))),
    ],
)
def test_two_sensible_rules_are_both_offered(text: str, first: tuple[str, time], second: tuple[str, time]) -> None:
    for now, zone in EVERYWHERE:
        with pytest.raises(RuleAmbiguous) as offered:
            parse_rule(text, now=now, zone=zone)
        assert offered.value.readings == (ParsedRule(*first), ParsedRule(*second)), (now, zone)


REFUSED = [
    ("", "unreadable"),
    ("Wednesday 7:00", "unreadable"),
    ("on Monday 7:00", "unreadable"),
    ("水曜 7:00", "unreadable"),
    ("毎週 7:00", "unreadable"),
    ("every 7:00", "unreadable"),
    ("every blue moon 7:00", "unreadable"),
    ("every Wednesday 7:00 or so", "unreadable"),
    ("だいたい毎週水曜 7:00", "unreadable"),
    ("every Wednesday 25:00", "unreadable"),
    ("毎週水曜 朝19時", "unreadable"),
    ("every second Friday at 7", "several"),
    ("2週間おき金曜 7時", "several"),
    ("第6月曜 7:00", "unreadable"),
    ("sixth Monday 7:00", "unreadable"),
    ("毎月32日 7:00", "unreadable"),
    ("every month on day 0 at 7:00", "unreadable"),
    ("every month on day 32 at 7:00", "unreadable"),
    ("every month on 15 at 7:00", "unreadable"),
    ("every 0 weeks on Fri 7:00", "unreadable"),
    ("every 99 weeks on Fri 7:00", "unreadable"),
    ("53週間おき金曜 7:00", "unreadable"),
    ("0日おき 7:00", "unreadable"),
    ("every 99 months on the first Tuesday 7:00", "unreadable"),
    ("100か月ごとに第1火曜 7:00", "unreadable"),
    ("毎年13月1日 7:00", "unreadable"),
    ("毎年4月32日 7:00", "unreadable"),
    ("毎年2月30日 7:00", "never"),
    ("every year on February 30 7:00", "never"),
    ("every weekday except Friday 7:00", "unreadable"),
    ("every Wednesday 7-8-9am", "unreadable"),
    ("毎週水曜 7:00〜7:00", "unreadable"),
    ("every Wednesday morning 7:00-25:61", "unreadable"),
    ("土日祝 10:00", "unreadable"),
    ("毎週水曜か木曜 7:00", "unreadable"),
    ("毎月 7:00", "unreadable"),
    ("毎月第2日 7:00", "unreadable"),
    ("毎朝19時", "unreadable"),
    ("monthly 7:00", "unreadable"),
    ("twice a week 7:00", "unreadable"),
    ("every Wednesday 7:00 every Friday 8:00", "unreadable"),
    ("FREQ=HOURLY 7:00", "unsupported"),
    ("FREQ=WEEKLY;BYDAY=WE;BYHOUR=7,19", "unsupported"),
    ("FREQ=WEEKLY;BYDAY=WE;BYHOUR=7;BYSECOND=30", "unsupported"),
    ("FREQ=WEEKLY;BYDAY=WE;BYMINUTE=30", "unsupported"),
    ("FREQ=WEEKLY;BYDAY=WE;BYHOUR=25", "unreadable"),
    ("FREQ=WEEKLY;BYDAY=WE;BYHOUR=7 8:00", "unreadable"),
    ("FREQ=WEEKLY;BYDAY=WE 7時", "unreadable"),
    ("FREQ=WEEKLY;BYDAY=WE;BYDAY=TH 7:00", "unreadable"),
    ("FREQ=DAILY;COUNT=0 7:00", "unreadable"),
    ("FREQ=DAILY;COUNT=5;UNTIL=20261231 7:00", "unreadable"),
    ("FREQ=DAILY;UNTIL=20261331 7:00", "unreadable"),
    ("DTSTART:20260101T070000\nRRULE:FREQ=DAILY", "unreadable"),
    ("FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30 7:00", "never"),
    ("FREQ=YEARLY;INTERVAL=2;BYMONTH=4;BYMONTHDAY=31 7:00", "never"),
    ("every Wednesday 7:00" + " " * 200, "too_long"),
]


@pytest.mark.parametrize(("text", "problem"), REFUSED)
def test_a_rule_that_is_none_is_refused(text: str, problem: str) -> None:
    for now, zone in EVERYWHERE:
        with pytest.raises(RuleNotUnderstood) as refused:
            parse_rule(text, now=now, zone=zone)
        assert (refused.value.problem, refused.value.text) == (problem, text[:200]), (now, zone)


@pytest.mark.parametrize(
    ("text", "example"),
    [
        ("every Wednesday", "every Wednesday 7am"),
        ("FREQ=WEEKLY;BYDAY=WE", "FREQ=WEEKLY;BYDAY=WE 7am"),
        ("every Wednesday morning", "every Wednesday morning 7am"),
        ("every other Friday evening", "every other Friday evening 7pm"),
        ("every morning", "every morning 7am"),
        ("毎週水曜", "毎週水曜 朝7時"),
        ("毎週水曜の朝", "毎週水曜の朝7時"),
        ("第1・第3火曜の夜", "第1・第3火曜の夜8時"),
        ("毎月最終金曜の夕方", "毎月最終金曜の夕方6時"),
        ("毎朝", "毎朝7時"),
    ],
)
def test_a_rule_may_lack_only_its_hour(text: str, example: str) -> None:
    with pytest.raises(RuleTimeMissing) as refused:
        parse_rule(text, now=NOW, zone=TOKYO)
    assert with_clock(text, refused.value.example) == example
    assert parse_rule(example, now=NOW, zone=TOKYO).at == refused.value.example


@pytest.mark.parametrize(
    ("text", "example"),
    [
        ("Wednesday 7:00", "every Wednesday 7:00"),
        ("wed 7am", "every wed 7am"),
        ("Wednesday", "every Wednesday 7am"),
        ("Friday evening", "every Friday evening 7pm"),
        ("水曜朝7時", "毎週水曜朝7時"),
        ("水曜 7:00", "毎週水曜 7:00"),
        ("すいようび", "毎週すいようび 朝7時"),
        ("水曜の夜", "毎週水曜の夜8時"),
    ],
)
def test_a_weekday_may_lack_only_that_it_repeats(text: str, example: str) -> None:
    with pytest.raises(RuleOnce) as refused:
        parse_rule(text, now=NOW, zone=TOKYO)
    repeated, missing = refused.value.repeated, refused.value.missing
    assert (with_clock(repeated, missing) if missing else repeated) == example
    assert parse_rule(example, now=NOW, zone=TOKYO).rrule.startswith("FREQ=WEEKLY;BYDAY=")


@pytest.mark.parametrize("text", ["12/3 7:00", "Dec 3 7:00", "来週水曜 7:00", "tomorrow 7:00", "7:00", "水曜 25時"])
def test_of_what_does_not_repeat_nothing_is_suggested(text: str) -> None:
    with pytest.raises(RuleNotUnderstood) as refused:
        parse_rule(text, now=NOW, zone=TOKYO)
    assert type(refused.value) is RuleNotUnderstood


WITH_END = [
    ("every Wed 7:00-8:30", "FREQ=WEEKLY;BYDAY=WE", "07:00", 90),
    ("every Wednesday 7-8am", "FREQ=WEEKLY;BYDAY=WE", "07:00", 60),
    ("7:30-9pm every Wednesday", "FREQ=WEEKLY;BYDAY=WE", "19:30", 90),
    ("every other Friday from 7pm to 9pm", "FREQ=WEEKLY;INTERVAL=2;BYDAY=FR", "19:00", 120),
    ("Mon-Fri 7:00-7:45", WEEKDAYS, "07:00", 45),
    ("1st and 3rd Tuesday 19:00-21:00", "FREQ=MONTHLY;BYDAY=1TU,3TU", "19:00", 120),
    ("every morning 7-8", "FREQ=DAILY", "07:00", 60),
    ("daily 22:00-01:00", "FREQ=DAILY", "22:00", 180),
    ("毎週水曜7:00〜8:30", "FREQ=WEEKLY;BYDAY=WE", "07:00", 90),
    ("毎週水曜の朝7時から8時半まで", "FREQ=WEEKLY;BYDAY=WE", "07:00", 90),
    ("毎週水曜 １９：００－２１：００", "FREQ=WEEKLY;BYDAY=WE", "19:00", 120),
    ("隔週金曜 夜7時〜9時", "FREQ=WEEKLY;INTERVAL=2;BYDAY=FR", "19:00", 120),
    ("月〜金 7:00〜7:45", WEEKDAYS, "07:00", 45),
    ("第1・第3火曜 19時〜21時", "FREQ=MONTHLY;BYDAY=1TU,3TU", "19:00", 120),
    ("毎朝7時〜8時", "FREQ=DAILY", "07:00", 60),
    ("毎日22:00〜翌1:00", "FREQ=DAILY", "22:00", 180),
]


@pytest.mark.parametrize(("text", "rrule", "at", "length"), WITH_END)
def test_a_rule_may_name_its_end(text: str, rrule: str, at: str, length: int) -> None:
    for now, zone in EVERYWHERE:
        assert parse_rule(text, now=now, zone=zone) == ParsedRule(rrule, time.fromisoformat(at), length=length)


@pytest.mark.parametrize("text", ["every Wed 7-8 o'clock", "毎週水曜7時〜8時"])
def test_two_rules_have_one_length(text: str) -> None:
    reader = PhraseReader(NOW, TOKYO)
    assert reader.rule(text).at == time(7)
    assert reader.length == reader.lasting(None) == reader.lasting(60) == reader.lasting(90, shown=90) == 60
    assert [each["at"] for fork in reader.forks for each in fork.readings] == ["07:00:00", "19:00:00"]
    with pytest.raises(LengthsDiffer) as refused:
        reader.lasting(90)
    assert (refused.value.said, refused.value.given) == (60, 90)


@pytest.mark.parametrize(
    ("text", "repeated"), [("Wed 7-8am", "every Wed 7-8am"), ("水曜7:00〜8:30", "毎週水曜7:00〜8:30")]
)
def test_of_a_weekday_with_an_end_all_of_it_is_suggested(text: str, repeated: str) -> None:
    with pytest.raises(RuleOnce) as refused:
        parse_rule(text, now=NOW, zone=TOKYO)
    assert (refused.value.repeated, refused.value.missing) == (repeated, None)


@pytest.mark.parametrize(
    ("text", "usual"),
    [
        ("every Wednesday morning", time(7)),
        ("every other Friday evening", time(19, 30)),
        ("every morning", time(6, 45)),
        ("1st and 3rd Tuesday night", time(20)),
        ("毎週水曜の朝", time(7)),
        ("第1・第3火曜の夜", time(20)),
        ("毎朝", time(6, 45)),
        ("平日の昼", time(12, 15)),
        ("毎週土曜の午後", time(14)),
    ],
)
def test_a_part_of_the_day_means_the_usual_time_that_lies_in_it(text: str, usual: time) -> None:
    assert parse_rule(text, now=NOW, zone=TOKYO, usual=usual).at == usual
    with pytest.raises(RuleTimeMissing) as refused:
        parse_rule(text, now=NOW, zone=TOKYO, usual=time(0, 30))
    assert parse_rule(with_clock(text, refused.value.example), now=NOW, zone=TOKYO)


@pytest.mark.parametrize("text", ["every Wednesday", "毎週水曜", "FREQ=WEEKLY;BYDAY=WE"])
def test_a_rule_without_a_time_takes_the_usual_one(text: str) -> None:
    assert parse_rule(text, now=NOW, zone=TOKYO, usual=time(7)) == ParsedRule("FREQ=WEEKLY;BYDAY=WE", time(7))


JA = "月火水木金土日"
EN = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
CODES = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
day_sets = st.sets(st.integers(0, 6), min_size=1, max_size=6).map(sorted)
minutes = st.builds(time, st.integers(0, 23), st.integers(0, 59))


@settings(max_examples=60, deadline=None)
@given(day_sets, st.sets(st.integers(1, 5), min_size=1).map(sorted), minutes)
def test_any_weekdays_and_ordinals_read_back(days: list[int], ordinals: list[int], at: time) -> None:
    weekly = "FREQ=WEEKLY;BYDAY=" + ",".join(CODES[day] for day in days)
    nth = "FREQ=MONTHLY;BYDAY=" + ",".join(f"{each}{CODES[days[0]]}" for each in ordinals)
    th = ("", "1st", "2nd", "3rd", "4th", "5th")
    texts = {
        f"every {' and '.join(EN[day] for day in days)} {at:%H:%M}": weekly,
        f"毎週{'・'.join(JA[day] + '曜' for day in days)}の{at:%H:%M}": weekly,
        f"毎週{''.join(JA[day] for day in days)} {at.hour}:{at:%M}": weekly,
        f"{weekly};BYHOUR={at.hour};BYMINUTE={at.minute}": weekly,
        f"{' and '.join(th[each] for each in ordinals)} {EN[days[0]]} of the month at {at:%H:%M}": nth,
        f"{'・'.join(f'第{each}' for each in ordinals)}{JA[days[0]]}曜 {at:%H:%M}": nth,
    }
    for text, rrule in texts.items():
        assert parse_rule(text, now=NOW, zone=TOKYO) == ParsedRule(rrule, at)
