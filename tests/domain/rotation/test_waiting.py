"""How long somebody who is asked is waited for: nobody loses time that was ours, and no date waits for ever."""

from __future__ import annotations

import pytest

from bot.domain.posts import PostState, Settled
from bot.domain.rotation.saying import DISCUSS, NUDGE, REQUEST
from bot.domain.sessions import Session
from tests.domain.reminding import Club
from tests.domain.rotation.taking_turns import DAY, join
from tests.domain.rotation.test_running import FAR, HOUR, open_turn, states, to, when


async def asked(club: Club) -> Session:
    """A session for which 11 is asked; the question has not gone out yet."""
    await join(club, 11, 12)
    session = await club.schedule(FAR)
    club.clock.at = FAR - 21 * DAY
    await club.run_steps()
    return session


async def end(club: Club, state: PostState) -> None:
    """The question ends without having been sent."""
    for post in await club.claim():
        await club.db.outbox.settle([Settled(post, state, "test")], club.clock.now())


async def test_whom_the_question_may_not_reach_is_not_waited_for(club: Club):
    session = await asked(club)
    # As when its reader can't see the group's channel any more.
    await end(club, PostState.CANCELLED)
    sent = await club.until(FAR - 21 * DAY + HOUR)
    assert to(sent, REQUEST) == [12]
    assert await states(club, session) == [(11, "lapsed"), (12, "asked")]


async def test_where_it_is_not_known_whether_the_question_arrived_the_usual_time_is_waited(club: Club):
    session = await asked(club)
    await end(club, PostState.UNCONFIRMED)
    assert to(await club.until(FAR - 17 * DAY), REQUEST) == [12]
    assert await states(club, session) == [(11, "lapsed"), (12, "asked")]


async def test_a_date_whose_questions_reach_nobody_becomes_a_discussion(club: Club):
    await asked(club)
    while [post for post in await club.posts(REQUEST, PostState.PLANNED) if post.due_at <= club.clock.at]:
        await end(club, PostState.CANCELLED)
        club.clock.at += HOUR
        await club.run_steps()
    assert when(await club.until(FAR), DISCUSS) == [FAR - DAY]


@pytest.mark.parametrize("down", [2, 3])
async def test_nobody_is_reminded_of_a_question_that_they_learn_only_now(club: Club, down: int):
    session = await asked(club)
    club.clock.at += down * DAY
    sent = await club.until(club.clock.at + HOUR)
    assert (to(sent, REQUEST), to(sent, NUDGE)) == ([11], [])
    # Their days begin when they could read it, and half-way of what is left they are reminded.
    rest = await club.until(FAR - (17 - down) * DAY - HOUR)
    assert (to(rest, REQUEST), len(when(rest, NUDGE))) == ([], 1)
    assert (await open_turn(club, session)).answer_due == FAR - (17 - down) * DAY
    assert to(await club.until(FAR - (17 - down) * DAY), REQUEST) == [12]


async def test_who_gets_more_time_after_downtime_is_reminded_of_the_new_day(club: Club):
    session = await asked(club)
    await club.deliver()
    # Nothing ran from before the reminder until a day after the answer was due.
    club.clock.at = FAR - 16 * DAY
    sent = await club.until(FAR - 12 * DAY - HOUR)
    assert when(sent, NUDGE) == [FAR - 14 * DAY]
    assert sent[-1].value.turn.answer_due == FAR - 12 * DAY
    assert await states(club, session) == [(11, "asked")]
