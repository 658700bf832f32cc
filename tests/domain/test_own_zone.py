"""Times of people's own are on their own clock: their evening before a session, and their quiet hours."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from bot.domain.calendar import Held
from bot.domain.communities import NewSettings
from bot.domain.own_reminders import OwnChange, OwnReminders
from bot.domain.own_reminders.values import leads
from bot.domain.posts import NewPost
from bot.domain.profiles import ProfileChange
from bot.domain.quiet import held
from bot.domain.rsvps import Answer
from bot.domain.sessions import Session
from tests.domain.reminding import GUILD, MODERATOR, Club, a_club, at

ME, OTHER = 11, 12
TOKYO, NEW_YORK = ZoneInfo("Asia/Tokyo"), ZoneInfo("America/New_York")


@pytest.fixture
async def club(tmp_path: Path) -> AsyncIterator[Club]:
    async with a_club(tmp_path) as club:
        yield club


async def live_in(club: Club, zone: str, member_id: int = ME) -> None:
    """Say in the profile where one's clock hangs; "-": nowhere else."""
    actor = replace(MODERATOR, member_id=member_id)
    await club.services.profiles.edit(GUILD, actor, ProfileChange(time_zone=zone))


async def choose(club: Club, evening: Any, member_id: int = ME) -> None:
    actor = replace(MODERATOR, member_id=member_id)
    await club.services.own_reminders.choose(GUILD, actor, OwnChange(evening=evening))


async def coming(club: Club, *member_ids: int) -> Session:
    """A session on Wednesday the 15th at 07:00 in Tokyo, which is Tuesday evening in New York."""
    session = await club.schedule()
    await club.answer(session, Answer.GOING, *(member_ids or (ME,)))
    return session


def evenings(club: Club, member_id: int = ME) -> list[datetime]:
    """When somebody was told of the evening before."""
    return [one.at for one in club.sent if one.kind == "evening" and one.member_id == member_id]


IN_NEW_YORK = datetime(2026, 7, 13, 21, tzinfo=NEW_YORK)
"""Nine on the evening before Tuesday the 14th there."""


# The evening


async def test_an_own_evening_is_on_the_clock_of_who_chose_it(club: Club):
    for member_id in (ME, OTHER):
        await choose(club, time(21), member_id)
    await live_in(club, "America/New_York")
    await coming(club, ME, OTHER)
    await club.until(at(15, 8))
    assert evenings(club) == [IN_NEW_YORK]
    assert evenings(club, OTHER) == [at(14, 21)]


async def test_whose_clock_hangs_elsewhere_before_they_choose_is_understood_on_it_at_once(club: Club):
    await live_in(club, "New York")
    await coming(club)
    await choose(club, time(21))
    state = await club.services.own_reminders.show(GUILD, replace(MODERATOR, member_id=ME))
    assert (state.own.zone, state.time_zone) == ("America/New_York", "Asia/Tokyo")
    await club.until(at(15, 8))
    assert evenings(club) == [IN_NEW_YORK]


async def test_the_same_evening_on_another_clock_is_planned_though_somebody_has_it_already(club: Club):
    await coming(club, ME, OTHER)
    await choose(club, time(21), OTHER)
    await live_in(club, "New York")
    await choose(club, time(21))
    await club.until(at(15, 8))
    assert (evenings(club), evenings(club, OTHER)) == ([IN_NEW_YORK], [at(14, 21)])


async def test_who_moves_to_another_zone_is_told_on_the_new_clock_only(club: Club):
    await choose(club, time(21))
    await coming(club)
    await live_in(club, "New York")
    await club.until(at(15, 8))
    assert evenings(club) == [IN_NEW_YORK]


async def test_who_takes_their_zone_back_is_told_on_the_communitys_clock_again(club: Club):
    await live_in(club, "New York")
    await choose(club, time(21))
    await coming(club)
    await live_in(club, "-")
    await club.until(at(15, 8))
    assert evenings(club) == [at(14, 21)]


async def test_who_moves_to_where_that_evening_has_passed_is_told_now(club: Club):
    await choose(club, time(21))
    await coming(club)
    await club.until(at(14, 15))
    await live_in(club, "New York")
    await club.until(at(15, 8))
    assert evenings(club) == [at(14, 15)]


async def test_an_evening_that_was_told_is_not_told_again_on_another_clock(club: Club):
    await live_in(club, "New York")
    await choose(club, time(21))
    await coming(club)
    await club.until(at(14, 15))
    await live_in(club, "-")
    await club.until(at(15, 8))
    assert evenings(club) == [IN_NEW_YORK]


async def test_the_communitys_move_leaves_the_clocks_of_people_as_they_are(club: Club):
    for member_id in (ME, OTHER):
        await choose(club, time(21), member_id)
    await live_in(club, "New York")
    await coming(club, ME, OTHER)
    await club.services.communities.change(GUILD, MODERATOR, NewSettings(time_zone="Europe/London"))
    await club.until(at(15, 8))
    assert evenings(club) == [IN_NEW_YORK]
    # There the session is late on Tuesday.
    assert evenings(club, OTHER) == [datetime(2026, 7, 13, 21, tzinfo=ZoneInfo("Europe/London"))]


async def test_who_has_left_and_returns_has_the_communitys_clock_again(club: Club):
    await live_in(club, "New York")
    await choose(club, time(21))
    session = await coming(club)
    await club.services.members.left(GUILD, ME)
    await club.answer(session, Answer.GOING, ME)
    await club.until(at(15, 8))
    assert evenings(club) == [at(14, 21)]


@given(day=st.dates(date(2026, 1, 1), date(2026, 12, 31)))
def test_an_own_evening_stays_on_its_clock_when_clocks_change_there_and_not_in_the_community(day: date):
    starts_at = datetime.combine(day, time(7), TOKYO).astimezone(UTC)
    session = cast("Session", SimpleNamespace(starts_at=starts_at))
    (minutes,) = leads(session, [OwnReminders(ME, evening=time(21), zone="America/New_York")], TOKYO)
    evening = (starts_at - timedelta(minutes=minutes)).astimezone(NEW_YORK)
    assert evening.time() == time(21)
    assert evening.date() == starts_at.astimezone(NEW_YORK).date() - timedelta(days=1)


# The night


@pytest.mark.parametrize(
    ("due_at", "zone", "expected"),
    [
        # 23:00 in Tokyo, morning in New York; and 14:00 in Tokyo, an hour past midnight there.
        (at(14, 23), "", Held(at(15, 6))),
        (at(14, 23), "America/New_York", Held(at(14, 23))),
        (at(14, 14), "", Held(at(14, 14))),
        (at(14, 14), "America/New_York", Held(datetime(2026, 7, 14, 6, tzinfo=NEW_YORK).astimezone(UTC))),
    ],
)
async def test_the_communitys_quiet_hours_are_on_the_clock_of_who_alone_reads_it(
    club: Club, due_at: datetime, zone: str, expected: Held
):
    await club.services.communities.change(GUILD, MODERATOR, NewSettings(quiet_hours="22:00-06:00"))
    community = await club.services.communities.show(GUILD)
    post = NewPost("promotion", 1, due_at, at(16, 7), member_id=ME, quiet=True)
    assert held(post, community, due_at, zone) == expected


async def promoted(club: Club) -> Session:
    """A place for `ME` comes free now, in a session two days later."""
    session = await club.schedule(at(17, 7), capacity=1)
    await club.answer(session, Answer.GOING, OTHER, ME)
    await club.answer(session, Answer.NOT_GOING, OTHER)
    return session


def places(club: Club) -> list[datetime]:
    return [one.at for one in club.sent if one.kind == "promotion"]


async def test_a_direct_message_waits_for_the_end_of_its_readers_night_and_not_of_the_communitys(club: Club):
    await club.services.communities.change(GUILD, MODERATOR, NewSettings(quiet_hours="22:00-06:00"))
    await live_in(club, "New York")
    await club.until(at(14, 14))
    await promoted(club)
    await club.until(at(16, 0))
    assert places(club) == [datetime(2026, 7, 14, 6, tzinfo=NEW_YORK)]


async def test_at_night_in_the_community_who_is_awake_elsewhere_is_told_at_once(club: Club):
    await club.services.communities.change(GUILD, MODERATOR, NewSettings(quiet_hours="22:00-06:00"))
    await live_in(club, "New York")
    await club.until(at(14, 23))
    await promoted(club)
    await club.until(at(16, 0))
    assert places(club) == [at(14, 23)]


async def test_what_waits_for_the_end_of_a_night_goes_out_when_its_reader_moves_out_of_it(club: Club):
    await club.services.communities.change(GUILD, MODERATOR, NewSettings(quiet_hours="22:00-06:00"))
    await club.until(at(14, 23))
    await promoted(club)
    await club.until(at(15, 0))
    assert places(club) == []
    await live_in(club, "New York", OTHER)
    await club.until(at(15, 0, 30))
    assert places(club) == [], "somebody else's clock holds nothing"
    await live_in(club, "New York")
    await club.until(at(15, 1))
    assert places(club) == [at(15, 0, 30)]
