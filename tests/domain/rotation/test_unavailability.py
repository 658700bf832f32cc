"""When people can't lecture: who may say so, who sees it, and who never reads why."""

from __future__ import annotations

import asyncio
from datetime import datetime, timedelta

import msgspec
import pytest
from msgspec.structs import replace

from bot.domain.errors import InvalidText, Unknown
from bot.domain.phrases import Fork
from bot.domain.rotation import TurnState
from bot.domain.rotation.unavailability import (
    MOST_UNAVAILABLE,
    OPEN_END,
    Absence,
    Noted,
    NoTimeAway,
    TooManyAbsences,
    WhichEdge,
)
from bot.domain.sessions import LONGEST_REASON
from tests.domain.reminding import GUILD, Club, at
from tests.domain.rotation.taking_turns import DAY, done, join, members, one, take, turns
from tests.domain.study import NOW

MINE = (at(20, 0), at(27, 0))


async def test_a_window_is_noted_listed_and_removed_by_its_owner(club: Club):
    service = club.services.unavailability
    noted = await service.add(GUILD, one(11), *MINE, " 海外出張 ")
    assert (noted.new, noted.sessions, noted.window.reason) == (True, (), "海外出張")
    sooner = await service.add(GUILD, one(11), NOW - DAY, NOW + timedelta(minutes=1))
    await service.add(GUILD, one(12), *MINE)
    assert await service.list(GUILD, one(11)) == [sooner.window, noted.window]
    club.clock.at += timedelta(minutes=1)
    assert await service.list(GUILD, one(11)) == [noted.window]
    with pytest.raises(Unknown):
        await service.remove(GUILD, one(12), noted.window.id)
    assert await service.remove(GUILD, one(11), noted.window.id) == noted.window
    with pytest.raises(Unknown):
        await service.remove(GUILD, one(11), noted.window.id)
    assert await service.list(GUILD, one(11)) == []
    assert await done(club, "unavailability") == [
        ("unavailability.add", 11), ("unavailability.add", 11), ("unavailability.add", 12),
        ("unavailability.remove", 11),
    ]  # fmt: skip


async def test_without_an_end_it_lasts_until_it_is_removed(club: Club):
    await join(club, 11)
    await club.services.unavailability.add(GUILD, one(11), NOW)
    (window,) = await club.services.unavailability.list(GUILD, one(11))
    assert window.until == OPEN_END
    assert not (await members(club))[11].is_available(NOW + 50000 * DAY)


async def test_the_same_window_said_twice_is_one_with_the_reason_that_was_said_last(club: Club):
    service = club.services.unavailability
    first, second = await asyncio.gather(*(service.add(GUILD, one(11), *MINE, "旅行") for _ in range(2)))
    assert sorted([first.new, second.new]) == [False, True]
    assert first.window == second.window
    third = await service.add(GUILD, one(11), *MINE, "出張")
    assert (third.new, third.window) == (False, replace(first.window, reason="出張"))
    assert await service.list(GUILD, one(11)) == [third.window]
    assert await done(club, "unavailability") == [("unavailability.add", 11)]


@pytest.mark.parametrize(
    ("since", "until"), [(at(20, 7), at(20, 7)), (at(21, 7), at(20, 7)), (NOW - 2 * DAY, NOW), (OPEN_END, None)]
)
async def test_a_window_that_is_over_or_ends_before_it_begins_is_refused(club: Club, since, until):
    with pytest.raises(NoTimeAway):
        await club.services.unavailability.add(GUILD, one(11), since, until)
    assert await club.services.unavailability.list(GUILD, one(11)) == []


async def test_nobody_has_more_windows_than_anybody_needs_and_those_that_are_over_do_not_count(club: Club):
    service = club.services.unavailability
    for n in range(MOST_UNAVAILABLE):
        await service.add(GUILD, one(11), NOW + n * DAY, NOW + (n + 1) * DAY)
    with pytest.raises(TooManyAbsences):
        await service.add(GUILD, one(11), *MINE)
    assert not (await service.add(GUILD, one(11), NOW, NOW + DAY, "said again")).new
    await service.add(GUILD, one(12), *MINE)
    club.clock.at += DAY
    assert (await service.add(GUILD, one(11), *MINE)).new


async def test_a_reason_that_is_too_long_is_refused(club: Club):
    with pytest.raises(InvalidText):
        await club.services.unavailability.add(GUILD, one(11), *MINE, "長" * (LONGEST_REASON + 1))


async def test_the_lectures_in_it_are_given_back_at_once(club: Club):
    await join(club, 11)
    before, second, first, after = [await club.schedule(at(day, 0)) for day in (19, 26, 20, 27)]
    for session in (before, first, second, after):
        await take(club, session, 11, TurnState.ASKED)
    declined = await club.schedule(at(22, 7))
    await take(club, declined, 11, TurnState.DECLINED)
    noted = await club.services.unavailability.add(GUILD, one(11), *MINE)
    assert noted.sessions == (first, second)
    for session, state in ((before, "asked"), (first, "declined"), (second, "declined"), (after, "asked")):
        assert [turn.state for turn in await turns(club, session)] == [state]


# What has two readings

MORNING, EVENING = at(20, 7), at(20, 19)


def fork(field: str, *readings: datetime) -> Fork:
    return Fork(field, "7時", tuple({field: msgspec.to_builtins(each)} for each in readings))


async def test_what_has_two_readings_is_asked_and_nothing_is_written_until_one_is_chosen(club: Club):
    service = club.services.unavailability
    new = Absence(MORNING, at(25, 7), "旅行")
    forks = [fork("since", MORNING, EVENING), fork("until", at(25, 7), at(25, 19))]
    first = await service.propose(GUILD, one(11), new, forks)
    assert isinstance(first, WhichEdge)
    assert (first.field, first.readings, first.time_zone) == ("since", (MORNING, EVENING), "Asia/Tokyo")
    assert await service.list(GUILD, one(11)) == []
    with pytest.raises(Unknown):
        await service.choose(GUILD, one(12), first.draft_id, 0)
    second = await service.choose(GUILD, one(11), first.draft_id, 1)
    assert isinstance(second, WhichEdge)
    assert (second.field, second.readings) == ("until", (at(25, 7), at(25, 19)))
    noted = await service.choose(GUILD, one(11), second.draft_id, 0)
    assert isinstance(noted, Noted)
    assert (noted.window.since, noted.window.until, noted.window.reason) == (EVENING, at(25, 7), "旅行")
    with pytest.raises(Unknown):
        await service.choose(GUILD, one(11), second.draft_id, 1)


async def test_an_end_of_which_only_one_reading_is_possible_is_not_asked(club: Club):
    service = club.services.unavailability
    noted = await service.propose(GUILD, one(11), Absence(at(20, 9), MORNING), [fork("until", MORNING, EVENING)])
    assert isinstance(noted, Noted)
    assert noted.window.until == EVENING
    with pytest.raises(NoTimeAway):
        await service.propose(GUILD, one(11), Absence(at(20, 20), MORNING), [fork("until", MORNING, EVENING)])
    long = Absence(MORNING, EVENING, "長" * (LONGEST_REASON + 1))
    with pytest.raises(InvalidText):
        await service.propose(GUILD, one(11), long, [fork("since", MORNING, EVENING)])
