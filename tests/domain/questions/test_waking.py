"""The clock of somebody who is asked, beside a count of waking minutes."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.calendar import QuietHours, local_day, to_instant
from bot.domain.profiles import AskHours, parse_ask_hours
from bot.domain.questions.waking import AT_MOST, NIGHT, RUNS, WakingHours, ask_ends, wakes_at, waking_hours

TOKYO, NEW_YORK, LORD_HOWE = (ZoneInfo(key) for key in ("Asia/Tokyo", "America/New_York", "Australia/Lord_Howe"))
MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)


def at(zone: ZoneInfo, *fields: int) -> datetime:
    return datetime(*fields, tzinfo=zone).astimezone(UTC)  # type: ignore[arg-type,misc]


def is_awake(instant: datetime, hours: WakingHours, zone: ZoneInfo) -> bool:
    """Whether this minute counts, asked of the instant alone."""
    if hours.quiet and hours.quiet.contains(instant, zone):
        return False
    days = (local_day(instant, zone), local_day(instant, zone) - DAY)
    return hours.asked is None or any(_open(hours.asked, day, instant, zone) for day in days)


def _open(asked: AskHours, day: date, instant: datetime, zone: ZoneInfo) -> bool:
    ends = day if asked.begin < asked.end else day + DAY
    begin, end = (to_instant(datetime.combine(*each), zone) for each in ((day, asked.begin), (ends, asked.end)))
    return day.weekday() in asked.days and begin <= instant < end


times = st.times().map(lambda each: each.replace(second=0, microsecond=0))
quiet = st.builds(QuietHours, times, times).filter(lambda each: each.begin != each.end)
asked = st.builds(
    AskHours,
    st.frozensets(st.integers(0, 6), min_size=1),
    times,
    times,
).filter(lambda each: each.begin < each.end or each.end == time())
hours = st.builds(WakingHours, st.none() | asked, st.none() | quiet)
# Both sides of the nights in which these zones change their clocks.
nights = [(NEW_YORK, 2026, 11, 1), (NEW_YORK, 2027, 3, 14), (LORD_HOWE, 2027, 4, 4), (LORD_HOWE, 2026, 10, 4)]
places = st.sampled_from([*nights, (TOKYO, 2026, 12, 3)]).flatmap(
    lambda night: st.tuples(
        st.just(night[0]),
        st.integers(-3 * 1440, 2 * 1440).map(lambda minutes: at(*night) + minutes * MINUTE),
    )
)


@given(hours, places)
def test_an_ask_ends_after_four_waking_hours_or_after_two_days(hours: WakingHours, place: tuple[ZoneInfo, datetime]):
    zone, begin = place
    end = ask_ends(begin, hours, zone)
    spent = sum(is_awake(begin + n * MINUTE, hours, zone) for n in range((end - begin) // MINUTE))
    assert spent * MINUTE <= RUNS
    assert (end == begin + AT_MOST) if spent * MINUTE < RUNS else is_awake(end - MINUTE, hours, zone)
    assert begin + RUNS <= end <= begin + AT_MOST


@given(hours, places)
def test_somebody_wakes_at_the_first_waking_minute(hours: WakingHours, place: tuple[ZoneInfo, datetime]):
    zone, begin = place
    found = wakes_at(begin, hours, zone)
    asleep = (AT_MOST if found is None else found - begin) // MINUTE
    assert not any(is_awake(begin + n * MINUTE, hours, zone) for n in range(asleep))
    assert found is None or is_awake(found, hours, zone)


@given(hours, places)
def test_who_is_asked_later_never_has_to_answer_earlier(hours: WakingHours, place: tuple[ZoneInfo, datetime]):
    zone, begin = place
    assert ask_ends(begin, hours, zone) <= ask_ends(begin + 7 * MINUTE, hours, zone)


def test_without_any_limit_it_is_four_hours_later():
    assert ask_ends(at(TOKYO, 2026, 12, 3, 23), WakingHours(), TOKYO) == at(TOKYO, 2026, 12, 4, 3)


def test_the_clock_stands_still_at_night_and_goes_on_in_the_morning():
    assert ask_ends(at(TOKYO, 2026, 12, 3, 20), WakingHours(quiet=NIGHT), TOKYO) == at(TOKYO, 2026, 12, 4, 9)


@pytest.mark.parametrize(("night", "shown"), [((2026, 10, 31, 22), 1), ((2027, 3, 13, 22), 3)])
def test_four_hours_are_four_hours_in_the_night_in_which_clocks_change(night: tuple[int, ...], shown: int):
    # On the Sunday clocks show 01:00 to 02:00 twice, or never 02:00 to 03:00.
    end = ask_ends(at(NEW_YORK, *night), WakingHours(parse_ask_hours("any time")), NEW_YORK)
    assert end - at(NEW_YORK, *night) == RUNS
    assert end.astimezone(NEW_YORK).hour == shown


def test_asked_on_a_friday_evening_who_answers_on_weekdays_has_until_two_days_have_passed():
    hours = WakingHours(parse_ask_hours("weekdays 9:00-18:00"))
    friday = at(TOKYO, 2026, 12, 4, 17)
    assert ask_ends(friday, hours, TOKYO) == friday + AT_MOST
    assert wakes_at(friday + timedelta(hours=2), hours, TOKYO) is None


def test_hours_that_lie_in_the_quiet_ones_never_begin():
    hours = WakingHours(parse_ask_hours("23:00-24:00"), NIGHT)
    assert wakes_at(at(TOKYO, 2026, 12, 3, 12), hours, TOKYO) is None


def test_hours_until_midnight_and_from_midnight_are_one_stretch():
    late = at(TOKYO, 2026, 12, 3, 22, 30)
    assert ask_ends(late, WakingHours(parse_ask_hours("いつでも")), TOKYO) == late + RUNS


def test_an_instant_needs_a_zone():
    with pytest.raises(ValueError, match="naive"):
        ask_ends(at(TOKYO, 2026, 12, 3).replace(tzinfo=None), WakingHours(), TOKYO)
    assert ask_ends(datetime(2026, 12, 3, tzinfo=TOKYO), WakingHours(), TOKYO).tzinfo is UTC


def test_who_has_set_no_hours_is_not_asked_at_night_where_there_are_no_quiet_hours():
    usual = waking_hours(None, None)
    assert wakes_at(at(TOKYO, 2026, 1, 5, 22), usual, TOKYO) == at(TOKYO, 2026, 1, 6, 7)
    assert ask_ends(at(TOKYO, 2026, 1, 5, 20), usual, TOKYO) == at(TOKYO, 2026, 1, 6, 9)
    late = QuietHours(time(23), time(5))
    assert waking_hours(None, late) == WakingHours(None, late)
    owl = parse_ask_hours("every day 0:00-24:00")
    assert wakes_at(at(TOKYO, 2026, 1, 5, 22), waking_hours(owl, None), TOKYO) == at(TOKYO, 2026, 1, 5, 22)
