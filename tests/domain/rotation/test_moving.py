"""A session has another time: who lectures then, who is asked, and whose no was to the old time only."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from bot.domain.restrictions import Restriction
from bot.domain.rotation.concerned import FELL, TAKEN_OFF
from bot.domain.rotation.saying import AWAY, REQUEST
from bot.domain.sessions import Session
from tests.domain.reminding import GUILD, MODERATOR, Club, Sent, at
from tests.domain.rotation.taking_turns import DAY, join, one, take, turns
from tests.domain.rotation.test_running import say_no, say_yes, states, to

HOUR = timedelta(hours=1)
FAR = at(29, 7) + 14 * DAY
NEAR = FAR - 6 * HOUR
"""A little before."""


async def away(club: Club, member_id: int, since: datetime, until: datetime) -> None:
    await club.services.unavailability.add(GUILD, one(member_id), since, until, "通院")


async def asked(club: Club) -> Session:
    """11, then 12 take part; 11 is asked, and has read it."""
    await join(club, 11, 12)
    session = await club.schedule(FAR)
    await club.until(FAR - 21 * DAY)
    return session


async def news(club: Club, kind: str = AWAY) -> list[Sent]:
    return [each for each in await club.until(club.clock.at) if each.kind == kind]


# Into an absence


async def test_a_lecturer_who_is_away_at_the_new_time_is_told_and_the_turn_stays(club: Club):
    session = await asked(club)
    await say_yes(club, session)
    await away(club, 11, FAR - DAY, FAR - HOUR)
    await club.move(session, NEAR)
    (told,) = await news(club)
    assert told.member_id == 11
    assert "You have noted that you can't lecture then." in told.text
    assert "通院" not in told.text
    assert await states(club, session) == [(11, "confirmed")]


async def test_it_is_said_once_for_one_absence(club: Club):
    session = await asked(club)
    await say_yes(club, session)
    await away(club, 11, FAR - DAY, FAR - HOUR)
    await club.move(session, NEAR)
    await club.move(session, NEAR + HOUR)
    assert len(await news(club)) == 1
    await club.move(session, NEAR + 2 * HOUR)
    assert await news(club) == []


async def test_what_has_not_been_said_yet_is_not_said_once_it_is_no_longer_so(club: Club):
    session = await asked(club)
    await say_yes(club, session)
    await away(club, 11, FAR - DAY, FAR - HOUR)
    await club.move(session, NEAR)
    await club.move(session, FAR)
    assert await news(club) == []


async def test_who_lectures_although_they_are_away_is_not_asked_whether_they_do(club: Club):
    session = await asked(club)
    await away(club, 11, FAR - DAY, FAR + DAY)
    await club.until(club.clock.at)
    await take(club, session, 11, place=1)
    await club.move(session, NEAR)
    assert await news(club) == []


async def test_who_is_asked_and_away_at_the_new_time_is_not_waited_for(club: Club):
    session = await asked(club)
    await away(club, 11, FAR - DAY, FAR - HOUR)
    await club.move(session, NEAR)
    sent = await club.until(club.clock.at)
    assert (to(sent, REQUEST), to(sent, AWAY)) == ([12], [11])
    assert "so I ask somebody else" in next(each.text for each in sent if each.kind == AWAY)
    assert await states(club, session) == [(11, "declined"), (12, "asked")]


async def test_who_has_not_read_that_they_are_asked_hears_nothing(club: Club):
    await join(club, 11, 12)
    session = await club.schedule(FAR)
    await away(club, 11, FAR - DAY, FAR - HOUR)
    club.clock.at = FAR - 21 * DAY
    await club.run_steps()
    await club.move(session, NEAR)
    sent = await club.until(club.clock.at)
    assert (to(sent, REQUEST), to(sent, AWAY)) == ([12], [])


async def test_the_organizer_who_asked_by_hand_hears_of_it(club: Club):
    await join(club, 11, 12)
    session = await club.schedule(FAR)
    await club.services.members.used(GUILD, MODERATOR.member_id, may_hint=False)
    shown = await club.services.by_hand.propose(GUILD, MODERATOR, session.id, 12)
    await club.services.by_hand.confirm(GUILD, MODERATOR, shown.draft_id)
    await club.until(club.clock.at)
    await away(club, 12, FAR - DAY, FAR - HOUR)
    await club.move(session, NEAR)
    assert [each.member_id for each in await news(club, FELL)] == [MODERATOR.member_id]


# Into a restriction


@pytest.mark.parametrize("sure", [True, False])
async def test_who_is_kept_from_lecturing_at_the_new_time_does_not_and_is_told(club: Club, sure: bool):
    session = await asked(club)
    if sure:
        await say_yes(club, session)
    restriction = Restriction(11, "rotation", FAR - HOUR)
    await club.services.restricting.restrict(GUILD, MODERATOR, one(11), restriction)
    await club.until(club.clock.at)
    assert (await states(club, session))[0] == (11, "confirmed" if sure else "asked")
    await club.move(session, FAR - 2 * HOUR)
    sent = await club.until(club.clock.at)
    assert (to(sent, TAKEN_OFF), to(sent, REQUEST)) == ([11], [12])
    assert await states(club, session) == [(11, "released"), (12, "asked")]


# Whose no it was


async def test_on_another_date_those_who_had_said_no_to_the_old_one_are_asked(club: Club):
    session = await asked(club)
    await say_no(club, session)
    await club.until(club.clock.at)
    await say_no(club, session)
    await club.until(club.clock.at)
    assert await states(club, session) == [(11, "declined"), (12, "declined")]
    await club.move(session, FAR + 7 * DAY)
    sent = await club.until(FAR - 14 * DAY)
    assert to(sent, REQUEST) == [11]
    assert (await states(club, session))[:2] == [(11, "withdrawn"), (12, "withdrawn")]


async def test_whoever_was_found_for_the_old_date_keeps_the_turn_at_the_new_one(club: Club):
    session = await asked(club)
    await say_no(club, session)
    await club.until(club.clock.at)
    await say_yes(club, session)
    await club.move(session, FAR + 7 * DAY)
    assert to(await club.until(FAR), REQUEST) == []
    assert await states(club, session) == [(11, "withdrawn"), (12, "confirmed")]


async def test_at_another_hour_of_the_same_day_a_no_holds(club: Club):
    session = await asked(club)
    await say_no(club, session)
    await club.move(session, NEAR)
    assert to(await club.until(club.clock.at), REQUEST) == [12]
    assert await states(club, session) == [(11, "declined"), (12, "asked")]


async def test_whom_an_organizer_has_taken_off_is_not_asked_for_the_new_date_either(club: Club):
    session = await asked(club)
    await club.services.by_hand.skip(GUILD, MODERATOR, session.id, 11)
    await club.move(session, FAR + 7 * DAY)
    assert to(await club.until(FAR - 14 * DAY), REQUEST) == [12]


async def test_who_changes_their_mind_about_the_old_date_gets_the_turn_at_the_new_one(club: Club):
    session = await asked(club)
    await say_no(club, session)
    (declined, *_) = await turns(club, session)
    await club.move(session, FAR + 14 * DAY)
    done = await club.services.requests.confirm(GUILD, one(11), declined.id)
    assert (done.turn.member_id, done.new) == (11, True)
