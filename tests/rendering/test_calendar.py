from __future__ import annotations

from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.calendar import RuleNotUnderstood, RuleParts, rule_parts
from bot.domain.phrases import RuleAmbiguous, parse_rule
from bot.domain.sessions import SessionName
from bot.i18n import PSEUDO, escaped, words
from bot.rendering import calendar
from bot.rendering.errors import explain

WEDNESDAY = date(2026, 7, 15)
SEVEN = time(7)


@pytest.mark.parametrize(
    ("rrule", "text"),
    [
        ("FREQ=DAILY", "every day at 07:00"),
        ("FREQ=DAILY;INTERVAL=3", "every 3 days at 07:00"),
        ("FREQ=WEEKLY", "every Wednesday at 07:00"),
        ("FREQ=WEEKLY;BYDAY=TU,FR", "every Tuesday and Friday at 07:00"),
        ("FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR", "every weekday (Monday to Friday) at 07:00"),
        ("FREQ=WEEKLY;INTERVAL=2;BYDAY=TU", "every other week on Tuesday at 07:00"),
        ("FREQ=WEEKLY;INTERVAL=3;BYDAY=TU", "every 3 weeks on Tuesday at 07:00"),
        ("FREQ=WEEKLY;BYDAY=WE;BYMONTH=5", "every Wednesday, only in May at 07:00"),
        ("FREQ=MONTHLY", "every month on day 15 at 07:00"),
        ("FREQ=MONTHLY;BYDAY=1TU,3TU", "every month on the first and third Tuesday at 07:00"),
        ("FREQ=MONTHLY;BYDAY=1TU,-1FR", "every month on the first Tuesday and the last Friday at 07:00"),
        ("FREQ=MONTHLY;BYMONTHDAY=1,-1", "every month on day 1 and the last day at 07:00"),
        ("FREQ=MONTHLY;INTERVAL=2;BYMONTHDAY=-3", "every 2 months on day 3 from the end at 07:00"),
        (
            "FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1",
            "every month on the last working day (Monday to Friday) at 07:00",
        ),
        ("FREQ=MONTHLY;BYDAY=FR;BYMONTHDAY=13", "every month on day 13, if it is Friday at 07:00"),
        ("FREQ=YEARLY", "every year in July on day 15 at 07:00"),
        ("FREQ=YEARLY;INTERVAL=2;BYMONTH=3;BYDAY=2SU", "every 2 years in March on the second Sunday at 07:00"),
    ],
)
def test_a_rule_is_said_in_words(rrule: str, text: str):
    assert calendar.rule(rrule, SEVEN, WEDNESDAY, words("en")) == text


@pytest.mark.parametrize(
    ("rrule", "text"),
    [
        ("FREQ=WEEKLY;BYDAY=MO,TH", "毎週月曜日・木曜日 07:00"),
        ("FREQ=MONTHLY;BYDAY=1TU,3TU", "毎月第1・第3火曜日 07:00"),
        ("FREQ=MONTHLY;BYDAY=1TU,3TU,-1TU", "毎月第1・第3・最終火曜日 07:00"),
    ],
)
def test_a_rule_in_japanese_lists_its_days_as_people_write_them(rrule: str, text: str):
    assert calendar.rule(rrule, SEVEN, WEDNESDAY, words("ja")) == text


WEEKLY = [f"FREQ=WEEKLY;INTERVAL={n};BYDAY={days}" for n in (1, 2, 3) for days in ("WE", "TU,FR", "MO,TU,WE,TH,FR")]
MONTHLY = [f"FREQ=MONTHLY;{days}" for days in ("BYDAY=2FR", "BYDAY=1TU,3TU", "BYDAY=3TU,3TH", "BYDAY=1TU,-1FR")]
MONTHLY += ["FREQ=MONTHLY;BYMONTHDAY=15", "FREQ=MONTHLY;BYMONTHDAY=1,15", "FREQ=MONTHLY;BYMONTHDAY=1,-1"]


@pytest.mark.parametrize("locale", ["en", "ja"])
@pytest.mark.parametrize("rrule", ["FREQ=DAILY", "FREQ=DAILY;INTERVAL=3", *WEEKLY, *MONTHLY])
def test_what_the_bot_calls_a_usual_rule_can_be_typed(rrule: str, locale: str):
    text = calendar.rule(rrule, SEVEN, WEDNESDAY, words(locale))
    read = parse_rule(text, now=datetime(2026, 7, 1, tzinfo=UTC), zone=ZoneInfo("Asia/Tokyo"))
    assert (read.rrule, read.at) == (rule_parts(rrule).to_rrule(), SEVEN)


@pytest.mark.parametrize("text", ["every second Friday 07:00", "every 3rd Tue and Thu 19:00", "毎週水曜 7時"])
@pytest.mark.parametrize("locale", ["en", "ja"])
def test_both_readings_of_an_ambiguous_rule_can_be_typed_as_they_are_offered(text: str, locale: str):
    now, zone = datetime(2026, 7, 1, tzinfo=UTC), ZoneInfo("Asia/Tokyo")
    with pytest.raises(RuleAmbiguous) as offered:
        parse_rule(text, now=now, zone=zone)
    for reading in offered.value.readings:
        said = calendar.rule(reading.rrule, reading.at, WEDNESDAY, words(locale))
        assert said in explain(offered.value, words(locale))
        assert parse_rule(said, now=now, zone=zone) == reading


numbers = st.lists(st.integers(-5, 31).filter(bool), max_size=3, unique=True).map(lambda n: ",".join(map(str, n)))


@given(
    frequency=st.sampled_from(["DAILY", "WEEKLY", "MONTHLY", "YEARLY"]),
    interval=st.integers(1, 24),
    days=st.lists(st.sampled_from(["MO", "TU", "1WE", "-2TH", "3FR", "5SU"]), max_size=3, unique=True),
    month_days=numbers,
    months=st.lists(st.integers(1, 12), max_size=2, unique=True),
    positions=st.sampled_from(["", "1", "-1", "2,-2", "7"]),
)
def test_every_rule_that_is_accepted_can_be_said_completely_in_both_languages(
    frequency, interval, days, month_days, months, positions
):
    values = {
        "FREQ": frequency,
        "INTERVAL": str(interval),
        "BYDAY": ",".join(days),
        "BYMONTHDAY": month_days,
        "BYMONTH": ",".join(map(str, months)),
        "BYSETPOS": positions,
    }
    rrule = ";".join(f"{name}={value}" for name, value in values.items() if value)
    try:
        rule_parts(rrule)
    except RuleNotUnderstood:
        return
    for locale in ("en", "ja", PSEUDO):
        text = calendar.rule(rrule, SEVEN, WEDNESDAY, words(locale))
        assert "07:00" in text
        assert "{" not in text
    assert escaped(text) == []


def test_a_date_is_written_out_on_the_communitys_clock():
    instant = datetime(2026, 7, 14, 22, tzinfo=UTC)
    w = words("en")
    assert calendar.when(instant, "Asia/Tokyo", w) == "Wed, Jul 15, 2026, 07:00, Tokyo time"
    assert calendar.when(instant, "America/New_York", w) == "Tue, Jul 14, 2026, 18:00, New York time"
    assert calendar.when(instant, "UTC", w) == "Tue, Jul 14, 2026, 22:00 UTC"
    assert calendar.when(instant, "UTC", words("ja")) == "2026年7月14日(火) 22:00 UTC"
    assert calendar.typed(instant, "Asia/Tokyo") == "2026-07-15 07:00"


def called(locale: str, starts_at: datetime, theme: str) -> str:
    return calendar.labels("Asia/Tokyo", words(locale))(SessionName(1, 1, 0, starts_at, starts_at, theme, ""))


def test_a_label_begins_with_the_date_and_never_grows_too_long():
    instant = datetime(2026, 7, 14, 22, tzinfo=UTC)
    assert called("en", instant, "朝の会") == "Jul 15 (Wed) 07:00 朝の会"
    assert called("ja", instant, "朝の会") == "7/15(水) 07:00 朝の会"
    for locale in ("en", "ja"):
        long = called(locale, instant, "あ" * 100)
        assert len(long) <= 100
        assert long.endswith("…")


@pytest.mark.parametrize(("minutes", "text"), [(60, "1 hour"), (120, "2 hours"), (90, "90 minutes"), (5, "5 minutes")])
def test_a_length_is_said_in_whole_hours_where_it_can(minutes: int, text: str):
    assert calendar.duration(minutes, words("en")) == text


@pytest.mark.parametrize(
    ("text", "limit", "shown"), [("abc", 3, "abc"), ("abcd", 3, "ab…"), ("a  b", 3, "a…"), ("", 1, "")]
)
def test_what_is_too_long_is_cut_visibly(text: str, limit: int, shown: str):
    assert calendar.shortened(text, limit) == shown


rule_days = st.sets(st.integers(0, 6), min_size=1, max_size=6).map(sorted)
rules_people_make = st.one_of(
    st.builds(RuleParts, st.just("DAILY"), st.integers(1, 30)),
    st.builds(RuleParts, st.just("WEEKLY"), st.integers(1, 10), rule_days.map(tuple)),
    st.builds(
        lambda months, ordinals, day: RuleParts("MONTHLY", months, nth_weekdays=tuple((o, day) for o in ordinals)),
        st.integers(1, 6),
        st.lists(st.sampled_from([1, 2, 3, 4, 5, -1]), min_size=1, max_size=3, unique=True),
        st.integers(0, 6),
    ),
    st.builds(
        lambda months, days: RuleParts("MONTHLY", months, month_days=tuple(days)),
        st.integers(1, 6),
        st.lists(st.sampled_from([*range(1, 29), -1]), min_size=1, max_size=3, unique=True),
    ),
    st.builds(
        lambda month, day: RuleParts("YEARLY", months=(month,), month_days=(day,)),
        st.integers(1, 12),
        st.integers(1, 28),
    ),
    st.builds(
        lambda month, nth, day: RuleParts("YEARLY", months=(month,), nth_weekdays=((nth, day),)),
        st.integers(1, 12),
        st.sampled_from([1, 2, 3, 4, -1]),
        st.integers(0, 6),
    ),
)


@given(rules_people_make, st.builds(time, st.integers(0, 23), st.integers(0, 59)), st.sampled_from(["en", "ja"]))
def test_any_rule_that_people_make_is_said_in_words_that_read_back(parts: RuleParts, at: time, locale: str):
    rrule = rule_parts(parts.to_rrule()).to_rrule()
    said = calendar.rule(rrule, at, WEDNESDAY, words(locale))
    read = parse_rule(said, now=datetime(2026, 7, 1, tzinfo=UTC), zone=ZoneInfo("Asia/Tokyo"))
    assert (read.rrule, read.at) == (rrule, at), said
