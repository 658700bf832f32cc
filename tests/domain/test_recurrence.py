"""Standing dates: known months by hand, properties through the changes of clocks, and dateutil as a second opinion."""

from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from time import perf_counter
from zoneinfo import ZoneInfo

import pytest
from dateutil.rrule import rrulestr
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.domain.calendar import Recurrence, RuleNotUnderstood, next_occurrences, occurrences, to_instant, to_local
from bot.domain.zones import ZoneUnknown

ZONES = (
    "America/New_York",
    "Europe/Berlin",
    "Australia/Sydney",
    "Australia/Lord_Howe",
    "America/Santiago",
    "Asia/Tokyo",
    "Asia/Kathmandu",
    "Pacific/Apia",
    "Africa/Casablanca",
)
DAY = timedelta(days=1)
SEVEN = time(7)

quick = settings(max_examples=50, deadline=None)


def recurrence(
    rrule: str, starts_on: str = "2026-01-01", at: time = SEVEN, zone: str = "Asia/Tokyo", **more
) -> Recurrence:
    return Recurrence(rrule, date.fromisoformat(starts_on), at, zone, **more)


def first_dates(rule: Recurrence, n: int, after: str | None = None) -> list[str]:
    start = datetime.fromisoformat(after) if after else datetime.combine(rule.starts_on, time())
    return [each.on.isoformat() for each in next_occurrences(rule, to_instant(start, ZoneInfo(rule.zone)), n)]


@pytest.mark.parametrize(
    ("rrule", "starts_on", "dates"),
    [
        ("FREQ=WEEKLY;BYDAY=WE", "2026-12-01", ["2026-12-02", "2026-12-09", "2026-12-16"]),
        ("FREQ=WEEKLY", "2026-12-03", ["2026-12-03", "2026-12-10", "2026-12-17"]),
        ("FREQ=WEEKLY;INTERVAL=2;BYDAY=FR", "2026-12-01", ["2026-12-04", "2026-12-18", "2027-01-01"]),
        # The anchor's own week counts although its Friday has gone by.
        ("FREQ=WEEKLY;INTERVAL=2;BYDAY=FR", "2026-12-05", ["2026-12-18", "2027-01-01", "2027-01-15"]),
        # RFC 5545's own example of what the start of the week changes.
        ("FREQ=WEEKLY;INTERVAL=2;BYDAY=TU,SU", "1997-08-05", ["1997-08-05", "1997-08-10", "1997-08-19"]),
        ("FREQ=WEEKLY;INTERVAL=2;BYDAY=TU,SU;WKST=SU", "1997-08-05", ["1997-08-05", "1997-08-17", "1997-08-19"]),
        ("FREQ=MONTHLY;BYDAY=1TU,3TU", "2026-12-02", ["2026-12-15", "2027-01-05", "2027-01-19"]),
        ("FREQ=MONTHLY;BYDAY=-1FR", "2026-12-01", ["2026-12-25", "2027-01-29", "2027-02-26"]),
        ("FREQ=MONTHLY;BYDAY=5MO", "2026-12-01", ["2027-03-29", "2027-05-31", "2027-08-30"]),
        ("FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1", "2027-01-01", ["2027-01-29", "2027-02-26", "2027-03-31"]),
        ("FREQ=MONTHLY;BYMONTHDAY=-1", "2027-01-31", ["2027-01-31", "2027-02-28", "2027-03-31"]),
        ("FREQ=MONTHLY", "2027-01-31", ["2027-01-31", "2027-03-31", "2027-05-31"]),
        ("FREQ=MONTHLY;BYMONTHDAY=13;BYDAY=FR", "2026-01-01", ["2026-02-13", "2026-03-13", "2026-11-13"]),
        ("FREQ=MONTHLY;INTERVAL=3;BYDAY=1MO", "2026-11-10", ["2027-02-01", "2027-05-03", "2027-08-02"]),
        ("FREQ=DAILY;INTERVAL=3", "2026-12-30", ["2026-12-30", "2027-01-02", "2027-01-05"]),
        ("FREQ=YEARLY", "2026-04-29", ["2026-04-29", "2027-04-29", "2028-04-29"]),
        ("FREQ=YEARLY;BYMONTH=4,10;BYDAY=1MO", "2026-05-01", ["2026-10-05", "2027-04-05", "2027-10-04"]),
        ("FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=29", "2096-03-01", ["2104-02-29", "2108-02-29", "2112-02-29"]),
        ("FREQ=YEARLY;INTERVAL=2;BYMONTH=1;BYMONTHDAY=10", "2026-02-01", ["2028-01-10", "2030-01-10", "2032-01-10"]),
    ],
)
def test_a_rule_gives_the_dates_on_the_calendar(rrule: str, starts_on: str, dates: list[str]) -> None:
    assert first_dates(recurrence(rrule, starts_on), 3) == dates


def test_an_interval_is_counted_from_the_anchor_however_late_it_is_asked() -> None:
    rule = recurrence("FREQ=WEEKLY;INTERVAL=2;BYDAY=WE", "2020-01-01")
    whole = first_dates(rule, 400)
    assert first_dates(rule, 5, whole[390]) == whole[390:395]


def test_until_is_the_last_possible_date() -> None:
    rule = recurrence("FREQ=DAILY", "2026-12-01", until=date(2026, 12, 3))
    assert first_dates(rule, 9) == ["2026-12-01", "2026-12-02", "2026-12-03"]


def test_a_count_counts_the_dates_that_are_left_out() -> None:
    rule = recurrence("FREQ=DAILY", "2026-12-01", count=4, except_on=frozenset({date(2026, 12, 2)}))
    assert first_dates(rule, 9) == ["2026-12-01", "2026-12-03", "2026-12-04"]
    assert first_dates(rule, 9, "2026-12-03") == ["2026-12-03", "2026-12-04"]


def test_the_interval_asked_about_is_half_open() -> None:
    rule = recurrence("FREQ=DAILY", zone="UTC")
    first, second = (datetime(2026, 3, day, 7, tzinfo=UTC) for day in (1, 2))
    assert [each.starts_at for each in occurrences(rule, first, second)] == [first]
    assert next_occurrences(rule, first, 1)[0].starts_at == first
    assert list(occurrences(rule, second, first)) == []


@pytest.mark.parametrize(
    ("zone", "at", "day", "instant"),
    [
        ("America/New_York", time(1, 30), "2026-11-01", "2026-11-01T05:30"),
        ("America/New_York", time(2, 30), "2026-03-08", "2026-03-08T07:30"),
        ("Australia/Lord_Howe", time(2, 10), "2026-10-04", "2026-10-03T15:40"),
        ("America/Santiago", time(0, 0), "2026-09-06", "2026-09-06T04:00"),
    ],
)
def test_the_night_of_a_change_has_one_occurrence(zone: str, at: time, day: str, instant: str) -> None:
    rule = recurrence("FREQ=DAILY", "2026-01-01", at, zone)
    expected = datetime.fromisoformat(instant).replace(tzinfo=UTC)
    found = [each for each in occurrences(rule, expected - 2 * DAY, expected + 2 * DAY) if each.on.isoformat() == day]
    assert [each.starts_at for each in found] == [expected]


def test_the_day_that_samoa_skipped_has_no_occurrence() -> None:
    rule = recurrence("FREQ=DAILY", "2011-12-28", zone="Pacific/Apia")
    assert first_dates(rule, 4) == ["2011-12-28", "2011-12-29", "2011-12-31", "2012-01-01"]


@pytest.mark.parametrize(
    "rrule",
    [
        "FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30",
        "FREQ=DAILY;INTERVAL=7;BYDAY=FR",
        "FREQ=MONTHLY;BYMONTHDAY=31;BYMONTH=2,4,6",
        "FREQ=MONTHLY;INTERVAL=12;BYMONTHDAY=31;BYMONTH=2",
        "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30",
        "FREQ=YEARLY;INTERVAL=2;BYMONTH=2;BYMONTHDAY=29",
    ],
)
def test_a_rule_that_never_occurs_is_refused_at_once(rrule: str) -> None:
    began = perf_counter()
    with pytest.raises(RuleNotUnderstood) as refused:
        recurrence(rrule, "2025-01-01")
    assert refused.value.problem == "never"
    assert perf_counter() - began < 0.2


def test_a_recurrence_refuses_what_makes_no_sense() -> None:
    with pytest.raises(ZoneUnknown):
        recurrence("FREQ=DAILY", zone="Asia/Nowhere")
    with pytest.raises(RuleNotUnderstood):
        recurrence("FREQ=DAILY;COUNT=3")
    with pytest.raises(ValueError, match="count"):
        recurrence("FREQ=DAILY", count=0)
    with pytest.raises(ValueError, match="zone"):
        recurrence("FREQ=DAILY", at=time(7, tzinfo=UTC))
    with pytest.raises(ValueError, match="naive"):
        next_occurrences(recurrence("FREQ=DAILY"), datetime.fromisoformat("2026-01-01"), 1)


def test_a_ten_year_old_series_is_expanded_in_milliseconds() -> None:
    rules = [
        recurrence(rrule, "2016-01-01")
        for rrule in ("FREQ=DAILY", "FREQ=WEEKLY;BYDAY=WE", "FREQ=MONTHLY;BYDAY=1TU,3TU", "FREQ=YEARLY")
    ]
    now = datetime(2026, 6, 1, tzinfo=UTC)
    for rule in rules:
        best = 1.0
        for _ in range(5):
            began = perf_counter()
            list(occurrences(rule, now, now + 56 * DAY))
            best = min(best, perf_counter() - began)
        assert best < 0.005


# --- Properties -------------------------------------------------------------------------------------------

weekdays = st.lists(st.sampled_from(["MO", "TU", "WE", "TH", "FR", "SA", "SU"]), min_size=1, max_size=4, unique=True)
nth_weekdays = st.lists(
    st.builds("{}{}".format, st.sampled_from([1, 2, 3, 4, -1, -2]), st.sampled_from(["MO", "WE", "SU"])),
    min_size=1,
    max_size=3,
    unique=True,
)
month_days = st.lists(st.sampled_from([1, 5, 13, 28, -1, -28]), min_size=1, max_size=3, unique=True)
months = st.lists(st.integers(1, 12), min_size=1, max_size=4, unique=True)


def listed(values: list) -> str:
    return ",".join(str(value) for value in values)


@st.composite
def rules(draw: st.DrawFn) -> str:
    """A rule of the supported part that occurs often."""
    frequency = draw(st.sampled_from(["DAILY", "WEEKLY", "MONTHLY", "YEARLY"]))
    parts = [f"FREQ={frequency}"]
    interval = draw(st.integers(1, 3))
    if interval > 1:
        parts.append(f"INTERVAL={interval}")
    if frequency == "DAILY":
        parts += draw(st.sampled_from([[], [f"BYDAY={listed(draw(weekdays))}"]]))
    elif frequency == "WEEKLY":
        parts += draw(
            st.sampled_from([[], [f"BYDAY={listed(draw(weekdays))}", f"WKST={draw(st.sampled_from(['MO', 'SU']))}"]])
        )
    else:
        if frequency == "YEARLY":
            parts.append(f"BYMONTH={listed(draw(months))}")
        parts += draw(
            st.sampled_from(
                [
                    [f"BYDAY={listed(draw(nth_weekdays))}"],
                    [f"BYMONTHDAY={listed(draw(month_days))}"],
                    ["BYDAY=MO,TU,WE,TH,FR", "BYSETPOS=1,-1"]
                    if frequency == "MONTHLY"
                    else [f"BYDAY={draw(weekdays)[0]}"],
                ]
            )
        )
    return ";".join(parts)


@st.composite
def recurrences(draw: st.DrawFn) -> Recurrence:
    return Recurrence(
        rrule=draw(rules()),
        starts_on=draw(st.dates(date(2010, 1, 1), date(2030, 12, 31))),
        at=draw(st.one_of(st.builds(time, st.integers(0, 3), st.sampled_from([0, 15, 30])), st.just(SEVEN))),
        zone=draw(st.sampled_from(ZONES)),
        count=draw(st.none() | st.integers(1, 40)),
        except_on=frozenset(draw(st.lists(st.dates(date(2010, 1, 1), date(2011, 12, 31)), max_size=5))),
    )


@quick
@given(rules(), st.dates(date(2000, 1, 1), date(2030, 12, 31)), st.integers(0, 1500))
def test_dateutil_given_the_whole_rule_agrees(rrule: str, starts_on: date, later: int) -> None:
    anchor = datetime.combine(starts_on, time())
    begin, end = anchor + DAY * later, anchor + DAY * (later + 800)
    theirs = [each.date() for each in rrulestr(rrule, dtstart=anchor).between(begin, end, inc=True)]
    rule = Recurrence(rrule, starts_on, time(), "UTC")
    ours = occurrences(rule, begin.replace(tzinfo=UTC), end.replace(tzinfo=UTC) + DAY)
    assert [each.on for each in ours] == theirs


@quick
@given(recurrences(), st.integers(-30, 1000), st.integers(0, 400), st.integers(0, 400 * 1440))
def test_splitting_an_interval_gives_the_same_occurrences(rule: Recurrence, begin: int, days: int, split: int) -> None:
    first = datetime.combine(rule.starts_on, SEVEN, UTC) + DAY * begin
    last = first + DAY * days
    middle = min(first + timedelta(minutes=split), last)
    whole = list(occurrences(rule, first, last))
    assert whole == [*occurrences(rule, first, middle), *occurrences(rule, middle, last)]
    assert whole == list(next_occurrences(rule, first, len(whole)))


@quick
@given(recurrences(), st.integers(0, 1000))
def test_occurrences_increase_and_no_date_has_two(rule: Recurrence, later: int) -> None:
    begin = datetime.combine(rule.starts_on, time(), UTC) + DAY * later
    found = list(occurrences(rule, begin, begin + 500 * DAY))
    assert all(one.starts_at < two.starts_at and one.on < two.on for one, two in pairwise(found))
    assert all(each.on >= rule.starts_on and each.on not in rule.except_on for each in found)
    for each in found:
        assert each.starts_at == to_instant(datetime.combine(each.on, rule.at), ZoneInfo(rule.zone))


@quick
@given(st.sampled_from(ZONES), st.dates(date(2012, 1, 1), date(2034, 1, 1)))
def test_a_weekly_seven_stays_seven_across_dst(zone: str, starts_on: date) -> None:
    rule = Recurrence("FREQ=WEEKLY", starts_on, SEVEN, zone)
    year = next_occurrences(rule, datetime.combine(starts_on, time(), UTC) - DAY, 53)
    shown = [to_local(each.starts_at, ZoneInfo(zone)) for each in year]
    assert [moment.time() for moment in shown] == [SEVEN] * 53
    assert [moment.date() for moment in shown] == [starts_on + 7 * DAY * week for week in range(53)]
