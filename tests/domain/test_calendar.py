"""Instants, recurrences and quiet hours, on ordinary days and in the nights when clocks change."""

from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from zoneinfo import ZoneInfo

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from bot.domain.calendar import (
    Held,
    QuietHours,
    RuleNotUnderstood,
    RuleParts,
    day_bounds,
    hold,
    local_day,
    moved_along,
    require_aware,
    rule_parts,
    to_instant,
    to_local,
)

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
TOKYO = ZoneInfo("Asia/Tokyo")

quick = settings(max_examples=60, deadline=None)


@cache
def days_of_change(zone: str) -> tuple[date, ...]:
    """The days from 2008 to 2035 on which the zone's offset differs from the day before."""
    place = ZoneInfo(zone)
    noons = [datetime.fromisoformat("2008-01-01 12:00") + DAY * step for step in range(28 * 365)]
    offsets = [noon.replace(tzinfo=place).utcoffset() for noon in noons]
    return tuple(noons[i].date() for i in range(1, len(noons)) if offsets[i] != offsets[i - 1])


@st.composite
def zones_and_days(draw: st.DrawFn) -> tuple[ZoneInfo, date]:
    """A zone and a day, mostly one within a day of a change of clocks."""
    zone = draw(st.sampled_from(ZONES))
    changes = days_of_change(zone)
    if changes and draw(st.integers(0, 3)):
        return ZoneInfo(zone), draw(st.sampled_from(changes)) + DAY * draw(st.integers(-1, 1))
    return ZoneInfo(zone), draw(st.dates(date(2008, 1, 1), date(2035, 12, 31)))


clock_times = st.one_of(
    st.times(timezones=st.none()).map(lambda at: at.replace(second=0, microsecond=0)),
    st.builds(time, st.integers(0, 3), st.integers(0, 59)),
)


def aware(text: str, zone: str = "UTC") -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone)).astimezone(UTC)


# --- Instants ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("zone", "local", "instant"),
    [
        ("Asia/Tokyo", "2026-12-03 07:00", "2026-12-02 22:00"),
        ("Asia/Kathmandu", "2026-12-03 07:00", "2026-12-03 01:15"),
        # Skipped: moves later by the gap.
        ("America/New_York", "2026-03-08 02:30", "2026-03-08 07:30"),
        ("Europe/Berlin", "2026-03-29 02:00", "2026-03-29 01:00"),
        ("Australia/Sydney", "2026-10-04 02:59", "2026-10-03 16:59"),
        ("Australia/Lord_Howe", "2026-10-04 02:15", "2026-10-03 15:45"),
        ("America/Santiago", "2026-09-06 00:30", "2026-09-06 04:30"),
        # Shown twice: the first.
        ("America/New_York", "2026-11-01 01:30", "2026-11-01 05:30"),
        ("Europe/Berlin", "2026-10-25 02:30", "2026-10-25 00:30"),
        ("Australia/Lord_Howe", "2026-04-05 01:45", "2026-04-04 14:45"),
        ("America/Santiago", "2026-04-04 23:30", "2026-04-05 02:30"),
    ],
)
def test_a_wall_clock_time_becomes_the_right_instant(zone: str, local: str, instant: str) -> None:
    assert to_instant(datetime.fromisoformat(local), ZoneInfo(zone)) == aware(instant)


@quick
@given(zones_and_days(), clock_times)
def test_an_instant_reads_back_moves_by_the_gap_or_is_the_first_of_two(place: tuple[ZoneInfo, date], at: time) -> None:
    zone, day = place
    local = datetime.combine(day, at)
    before = local.replace(tzinfo=zone, fold=0).utcoffset()
    after = local.replace(tzinfo=zone, fold=1).utcoffset()
    assert before is not None
    assert after is not None
    instant = to_instant(local, zone)
    shown = to_local(instant, zone).replace(tzinfo=None)
    assert instant.tzinfo is UTC
    if after > before:
        assert shown == local + (after - before)
    else:
        assert shown == local
        assert to_local(instant + (before - after), zone).replace(tzinfo=None) == local
        assert to_local(instant, zone).fold == 0


@quick
@given(zones_and_days())
def test_days_adjoin_and_hold_exactly_their_instants(place: tuple[ZoneInfo, date]) -> None:
    zone, day = place
    start, end = day_bounds(day, zone)
    assert end == day_bounds(day + DAY, zone)[0]
    assert start <= end <= start + timedelta(hours=25)
    if start < end:
        assert local_day(start, zone) == day
        assert local_day(end - timedelta(minutes=1), zone) == day
    assert local_day(start - timedelta(minutes=1), zone) < day


def test_samoa_had_no_30_december_2011() -> None:
    start, end = day_bounds(date(2011, 12, 30), ZoneInfo("Pacific/Apia"))
    assert start == end


@quick
@given(zones_and_days(), st.integers(-40, 40), st.times(), st.times(), st.times())
def test_a_deadline_moves_by_as_many_days_as_its_session_and_keeps_its_time(
    place: tuple[ZoneInfo, date], days: int, clock: time, old: time, new: time
) -> None:
    zone, day = place
    start = to_instant(datetime.combine(day + DAY, old), zone)
    moved = to_instant(datetime.combine(day + DAY * (days + 1), new), zone)
    # Samoa's day that never was can't be moved to.
    assume(local_day(start, zone) == day + DAY)
    assume(local_day(moved, zone) == day + DAY * (days + 1))
    deadline = to_instant(datetime.combine(day, clock), zone)
    assume(to_local(deadline, zone).replace(tzinfo=None) == datetime.combine(day, clock))
    wanted = to_instant(datetime.combine(day + DAY * days, clock), zone)
    assert moved_along(deadline, start, moved, zone) == wanted
    assert moved_along(start, start, moved, zone) == moved


def test_a_deadline_that_stays_on_its_day_stays_the_second_of_two_times() -> None:
    new_york = ZoneInfo("America/New_York")
    second = datetime(2026, 11, 1, 6, 30, tzinfo=UTC)  # 1:30 for the second time
    start = datetime(2026, 11, 1, 12, tzinfo=UTC)
    assert moved_along(second, start, start + timedelta(hours=1), new_york) == second


@pytest.mark.parametrize(
    "use", [require_aware, lambda naive: to_local(naive, TOKYO), lambda naive: local_day(naive, TOKYO)]
)
def test_a_naive_datetime_is_no_instant(use) -> None:
    with pytest.raises(ValueError, match="naive"):
        use(datetime.fromisoformat("2026-12-03 07:00"))


def test_a_wall_clock_time_must_not_bring_a_zone_of_its_own() -> None:
    with pytest.raises(ValueError, match="no zone"):
        to_instant(datetime(2026, 12, 3, 7, tzinfo=UTC), TOKYO)


# --- Rules ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("rrule", "parts"),
    [
        ("FREQ=WEEKLY;BYDAY=WE", RuleParts("WEEKLY", weekdays=(2,))),
        ("freq=weekly;byday=we,mo", RuleParts("WEEKLY", weekdays=(0, 2))),
        ("FREQ=WEEKLY;INTERVAL=2;BYDAY=FR;WKST=SU", RuleParts("WEEKLY", 2, weekdays=(4,), week_start=6)),
        ("FREQ=WEEKLY;BYDAY=FR;WKST=SU", RuleParts("WEEKLY", weekdays=(4,))),
        ("FREQ=MONTHLY;BYDAY=3TU,1TU", RuleParts("MONTHLY", nth_weekdays=((1, 1), (3, 1)))),
        ("FREQ=MONTHLY;BYDAY=TU;BYSETPOS=1,3", RuleParts("MONTHLY", nth_weekdays=((1, 1), (3, 1)))),
        ("FREQ=MONTHLY;BYDAY=-1FR", RuleParts("MONTHLY", nth_weekdays=((-1, 4),))),
        (
            "FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1",
            RuleParts("MONTHLY", weekdays=(0, 1, 2, 3, 4), positions=(-1,)),
        ),
        ("FREQ=MONTHLY;BYMONTHDAY=-1,15", RuleParts("MONTHLY", month_days=(15, -1))),
        ("FREQ=DAILY;BYDAY=MO,TU,WE,TH,FR", RuleParts("WEEKLY", weekdays=(0, 1, 2, 3, 4))),
        ("FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR,SA,SU", RuleParts("DAILY")),
        ("FREQ=YEARLY;BYMONTH=4;BYDAY=1MO", RuleParts("YEARLY", nth_weekdays=((1, 0),), months=(4,))),
    ],
)
def test_a_rule_is_taken_apart_into_the_form_people_say(rrule: str, parts: RuleParts) -> None:
    assert rule_parts(rrule) == parts
    assert rule_parts(parts.to_rrule()) == parts


@pytest.mark.parametrize(
    ("rrule", "problem"),
    [
        ("", "unreadable"),
        ("every Wednesday", "unreadable"),
        ("BYDAY=WE", "unreadable"),
        ("FREQ=WEEKLY;FREQ=DAILY", "unreadable"),
        ("FREQ=WEEKLY;BYDAY=", "unreadable"),
        ("FREQ=WEEKLY;BYDAY=XX", "unreadable"),
        ("FREQ=WEEKLY;INTERVAL=0", "unreadable"),
        ("FREQ=WEEKLY;INTERVAL=2,3", "unreadable"),
        ("FREQ=WEEKLY;INTERVAL=1000", "unreadable"),
        ("FREQ=MONTHLY;BYMONTHDAY=0", "unreadable"),
        ("FREQ=MONTHLY;BYMONTHDAY=32", "unreadable"),
        ("FREQ=MONTHLY;BYMONTHDAY=１", "unreadable"),
        ("FREQ=MONTHLY;BYDAY=6MO", "unreadable"),
        ("FREQ=YEARLY;BYMONTH=-1", "unreadable"),
        ("FREQ=WEEKLY;WKST=1", "unreadable"),
        ("FREQ=HOURLY", "unsupported"),
        ("FREQ=MINUTELY", "unsupported"),
        ("FREQ=WEEKLY;BYDAY=WE;BYHOUR=7", "unsupported"),
        ("FREQ=WEEKLY;COUNT=3", "unsupported"),
        ("FREQ=WEEKLY;UNTIL=20261231", "unsupported"),
        ("FREQ=YEARLY;BYWEEKNO=20", "unsupported"),
        ("FREQ=YEARLY;BYEASTER=1", "unsupported"),
        ("FREQ=WEEKLY;BYDAY=1MO", "unsupported"),
        ("FREQ=WEEKLY;BYMONTHDAY=1", "unsupported"),
        ("FREQ=MONTHLY;BYDAY=MO,1TU", "unsupported"),
        ("FREQ=MONTHLY;BYSETPOS=1", "unsupported"),
        ("FREQ=MONTHLY;BYDAY=MO,TU;BYSETPOS=9", "unsupported"),
        ("FREQ=YEARLY;BYDAY=MO", "unsupported"),
        ("FREQ=DAILY;BYDAY=" + ",".join(["MO"] * 100), "too_long"),
    ],
)
def test_a_rule_outside_the_supported_part_is_refused(rrule: str, problem: str) -> None:
    with pytest.raises(RuleNotUnderstood) as refused:
        rule_parts(rrule)
    assert refused.value.problem == problem


# --- Quiet hours ------------------------------------------------------------------------------------------


NIGHT = QuietHours(time(22), time(6))


@pytest.mark.parametrize(
    ("due", "starts", "now", "held"),
    [
        ("2026-12-03 12:00", "2026-12-03 13:00", "2026-12-01 00:00", ("2026-12-03 12:00", False)),
        ("2026-12-03 06:00", "2026-12-03 07:00", "2026-12-01 00:00", ("2026-12-03 06:00", False)),
        ("2026-12-03 21:59", "2026-12-03 22:30", "2026-12-01 00:00", ("2026-12-03 21:59", False)),
        # The end of the night is early enough.
        ("2026-12-03 05:00", "2026-12-03 06:15", "2026-12-01 00:00", ("2026-12-03 06:00", False)),
        ("2026-12-02 22:00", "2026-12-03 07:00", "2026-12-01 00:00", ("2026-12-03 06:00", False)),
        # It isn't: before the night begins.
        ("2026-12-03 05:00", "2026-12-03 06:14", "2026-12-01 00:00", ("2026-12-02 21:50", False)),
        ("2026-12-02 22:30", "2026-12-02 23:30", "2026-12-02 21:49", ("2026-12-02 21:50", False)),
        # That has passed as well.
        ("2026-12-02 22:30", "2026-12-02 23:30", "2026-12-02 21:50", ("2026-12-02 22:30", True)),
        ("2026-12-03 05:00", "2026-12-03 05:30", "2026-12-03 04:59", ("2026-12-03 05:00", True)),
        # No session: just later.
        ("2026-12-03 01:00", None, "2026-12-03 01:00", ("2026-12-03 06:00", False)),
    ],
)
def test_a_message_due_at_night_is_held(due: str, starts: str | None, now: str, held: tuple[str, bool]) -> None:
    zone = "Asia/Tokyo"
    start = aware(starts, zone) if starts else None
    expected = Held(aware(held[0], zone), held[1])
    assert hold(aware(due, zone), NIGHT, TOKYO, start, aware(now, zone)) == expected


@pytest.mark.parametrize(
    ("expires", "held"),
    [
        ("2026-12-03 06:01", ("2026-12-03 06:00", False)),
        # It would have expired by the end of the night: before it begins, or silently.
        ("2026-12-03 06:00", ("2026-12-02 21:50", False)),
    ],
)
def test_a_message_that_expires_in_the_night_does_not_wait_for_its_end(expires: str, held: tuple[str, bool]) -> None:
    zone = "Asia/Tokyo"
    due, starts_at = aware("2026-12-02 22:30", zone), aware("2026-12-03 07:00", zone)
    expires_at, expected = aware(expires, zone), Held(aware(held[0], zone), held[1])
    assert hold(due, NIGHT, TOKYO, starts_at, aware("2026-12-02 12:00", zone), expires_at) == expected
    if held[0] < "2026-12-03":
        assert hold(due, NIGHT, TOKYO, starts_at, due, expires_at) == Held(due, silent=True)


def test_without_quiet_hours_a_message_goes_out_when_due() -> None:
    due = aware("2026-12-03 03:00", "Asia/Tokyo")
    assert hold(due, None, TOKYO, due + timedelta(minutes=1), due) == Held(due)


@pytest.mark.parametrize("day", [date(2026, 3, 8), date(2026, 11, 1)])
def test_quiet_hours_end_by_the_wall_clock_in_the_night_of_a_change(day: date) -> None:
    zone = ZoneInfo("America/New_York")
    due = to_instant(datetime.combine(day, time(0, 30)), zone)
    held = hold(due, NIGHT, zone, None, due)
    assert to_local(held.at, zone).replace(tzinfo=None) == datetime.combine(day, time(6))


def test_a_night_that_ends_in_a_repeated_hour_ends_once() -> None:
    zone, quiet = ZoneInfo("America/New_York"), QuietHours(time(22), time(1, 30))
    first_end = aware("2026-11-01 05:30")
    assert quiet.contains(first_end - timedelta(minutes=1), zone)
    assert not quiet.contains(first_end, zone)
    assert not quiet.contains(first_end + timedelta(minutes=45), zone)


@quick
@given(zones_and_days(), clock_times, clock_times, clock_times, st.integers(0, 600), st.integers(-1440, 0))
def test_only_a_silent_message_goes_out_inside_quiet_hours(
    place: tuple[ZoneInfo, date], at: time, begin: time, end: time, until_start: int, ago: int
) -> None:
    zone, day = place
    open_for = (begin.hour * 60 + begin.minute - end.hour * 60 - end.minute) % 1440
    assume(open_for >= 180 and day != date(2011, 12, 30))
    quiet = QuietHours(begin, end)
    due = to_instant(datetime.combine(day, at), zone)
    starts_at = due + timedelta(minutes=until_start)
    now = due + timedelta(minutes=ago)
    held = hold(due, quiet, zone, starts_at, now)
    assert held.silent == quiet.contains(held.at, zone)
    if held.silent or not quiet.contains(due, zone):
        assert held.at == due
    else:
        assert (held.at > due and starts_at - held.at >= timedelta(minutes=15)) or now < held.at < due
        moved_to = {begin.minute - 10, begin.minute + 50, end.minute}
        assert to_local(held.at, zone).minute in moved_to or day in days_of_change(zone.key)
    assert hold(due, quiet, zone, None, now).at >= due
