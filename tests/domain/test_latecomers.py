"""Whoever gets a place while a reminder that fell due still waits to go out is mentioned as well."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from msgspec.structs import replace

from bot.domain.own_reminders import OwnChange
from bot.domain.posts import Limited, PostState
from bot.domain.reminders import MENTIONS
from bot.domain.rsvps import Answer
from bot.domain.sessions import Session
from tests.domain.limbo import ends, under_way
from tests.domain.reminding import GUILD, MODERATOR, Club, a_club, at, pings


@pytest.fixture
async def club(tmp_path: Path) -> AsyncIterator[Club]:
    async with a_club(tmp_path) as club:
        yield club


async def the_session(club: Club) -> Session:
    async with club.db.reading(GUILD) as uow:
        return await uow.sessions.get(1)


async def due(club: Club, *coming: int, moment: str = "evening") -> None:
    """A session whose reminder has fallen due, and has not gone out."""
    session = await club.schedule()
    await club.answer(session, Answer.GOING, *coming)
    club.clock.at = at(14, 20) if moment == "evening" else at(15, 6)
    await club.run_steps()
    assert len(await club.posts(moment, PostState.PLANNED)) == 1


@pytest.mark.parametrize("moment", ["evening", "dawn"])
@pytest.mark.parametrize("coming", [(), (11,)], ids=["alone", "beside another"])
async def test_who_says_so_before_it_leaves_is_pinged_in_the_same_message(
    club: Club, moment: str, coming: tuple[int, ...]
):
    await due(club, *coming, moment=moment)
    session = await the_session(club)
    await club.answer(session, Answer.GOING, 12)
    await club.drain()
    assert pings(club.sent, moment) == [frozenset({*coming, 12})]


async def test_who_says_so_after_it_has_left_has_just_heard_of_it(club: Club):
    await due(club, 11)
    await club.drain()
    session = await the_session(club)
    await club.answer(session, Answer.GOING, 12)
    await club.drain()
    assert pings(club.sent, "evening") == [frozenset({11})]


async def test_a_message_that_is_full_is_followed_by_another(club: Club):
    await due(club, *range(100, 100 + MENTIONS))
    session = await the_session(club)
    await club.answer(session, Answer.GOING, 1)
    await club.answer(session, Answer.GOING, 2)
    await club.drain()
    assert pings(club.sent, "evening") == [frozenset(range(100, 100 + MENTIONS)), frozenset({1, 2})]


async def test_what_was_refused_for_now_says_what_it_said_and_another_follows(club: Club):
    await due(club, 11)
    (post,) = await under_way(club, "evening")
    await ends(club, post, Limited(30))
    session = await the_session(club)
    await club.answer(session, Answer.GOING, 12)
    first, second = await club.posts("evening")
    assert first.data["mentions"] == [11]
    assert second.data["mentions"] == [12]
    assert second.part == first.part + 1


async def test_nobody_is_mentioned_twice_who_changes_their_mind(club: Club):
    await due(club, 11)
    session = await the_session(club)
    for answer in (Answer.GOING, Answer.NOT_GOING, Answer.GOING):
        await club.answer(session, answer, 12)
    await club.drain()
    assert pings(club.sent, "evening") == [frozenset({11, 12})]
    (written,) = await club.posts("evening")
    assert written.data["mentions"] == [11, 12]


async def test_who_wants_no_reminders_gets_none_then_either(club: Club):
    await due(club, 11)
    session = await the_session(club)
    await club.services.own_reminders.choose(GUILD, replace(MODERATOR, member_id=13), OwnChange(by="off"))
    await club.answer(session, Answer.GOING, 12, 13)
    await club.drain()
    assert pings(club.sent, "evening") == [frozenset({11, 12})]


async def test_who_waits_for_a_place_is_mentioned_once_they_have_it(club: Club):
    session = await club.schedule(capacity=1)
    await club.answer(session, Answer.GOING, 11, 12)
    club.clock.at = at(14, 20)
    await club.run_steps()
    await club.answer(session, Answer.NOT_GOING, 11)
    await club.drain()
    assert pings(club.sent, "evening") == [frozenset({12})]
