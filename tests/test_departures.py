"""Asking Discord who has left, over the wire: the real client against the loopback double."""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from datetime import timedelta
from pathlib import Path

import pytest
from msgspec.structs import replace

from bot.departures import A_NIGHT, Departures
from bot.domain.actors import Actor
from bot.domain.members import Member
from bot.domain.rsvps import Answer
from bot.pacer import Pacer
from tests.domain.reminding import Club, a_club
from tests.double import DiscordDouble
from tests.double.settings import fixed_id
from tests.double.tiny import GUILD, connected, double_with

MEMBER = "GET /guilds/{guild_id}/members/{user_id}"
PEOPLE = [fixed_id("user", number) for number in range(1, 7)]


class Night:
    """A community whose people have said that they come, and Discord."""

    def __init__(self, club: Club, double: DiscordDouble, departures: Departures) -> None:
        self.club = club
        self.double = double
        self.departures = departures

    async def sweep(self) -> int:
        return await self.departures.sweep([GUILD])

    async def coming(self) -> list[int]:
        async with self.club.db.reading(GUILD) as uow:
            return [r.member_id for r in await uow.rsvps.of_session(1)]

    def asked(self) -> int:
        return sum(self.double.log.counts.get(MEMBER, {}).values())

    async def tomorrow(self) -> int:
        self.club.clock.pass_time(days=1)
        self.double.clear_faults()
        return await self.sweep()


@pytest.fixture
async def night(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Night]:
    """Six people come to a session in three weeks."""
    monkeypatch.setattr("tests.domain.reminding.GUILD", GUILD)
    async with AsyncExitStack() as stack:
        double = await stack.enter_async_context(double_with(members=len(PEOPLE), global_limit=0))
        client = await stack.enter_async_context(connected(double))
        club = await stack.enter_async_context(a_club(tmp_path))
        session = await club.schedule(club.clock.at + timedelta(weeks=3))
        everything = Actor(0, moderator=True, sees=lambda _channel: True)
        for member_id in PEOPLE:
            await club.services.rsvps.answer(
                GUILD, replace(everything, member_id=1), session.id, Answer.GOING, member_id=member_id
            )
        yield Night(club, double, Departures(client, Pacer(1000), club.services.members))


async def test_who_has_left_without_a_word_is_found_and_the_others_are_not_asked_about_again(night: Night):
    for gone in PEOPLE[1:3]:
        night.double.remove_member(GUILD, gone)
    assert await night.sweep() == 2
    assert await night.coming() == [PEOPLE[0], *PEOPLE[3:]]
    assert night.asked() == 6
    assert await night.sweep() == 0
    assert night.asked() == 6, "they were seen a moment ago"
    await night.tomorrow()
    assert night.asked() == 10


@pytest.mark.parametrize(("status", "code"), [(403, 50001), (404, 10004)])
async def test_any_other_answer_says_nothing_and_waits_for_the_next_night(
    night: Night, status: int, code: int, caplog: pytest.LogCaptureFixture
):
    night.double.remove_member(GUILD, PEOPLE[0])
    night.double.fail(status, code, route=MEMBER)
    assert await night.sweep() == 0
    assert await night.coming() == PEOPLE
    assert [record.levelno for record in caplog.records if record.name == "bot.departures"] == [logging.WARNING]
    assert await night.tomorrow() == 1


async def test_after_some_failures_the_rest_waits_too_and_those_seen_are_remembered(night: Night):
    night.double.fail(403, 50001, route=MEMBER, count=None, skip=2)
    assert await night.sweep() == 0
    assert night.asked() == 5
    async with night.club.db.reading(GUILD) as uow:
        assert sorted(await uow.members.some(PEOPLE)) == PEOPLE[:2]
    night.double.clear_faults()
    await night.sweep()
    assert night.asked() == 9, "the four who were not seen yet"


async def test_an_unknown_person_is_no_member(night: Night):
    night.double.fail(404, 10013, route=MEMBER)
    assert await night.sweep() == 1
    assert await night.coming() == PEOPLE[1:]


async def test_one_night_has_an_end_and_the_next_goes_on(night: Night, monkeypatch: pytest.MonkeyPatch):
    assert A_NIGHT >= 100
    monkeypatch.setattr("bot.departures.A_NIGHT", 4)
    await night.sweep()
    assert night.asked() == 4
    async with night.club.db(GUILD) as uow:
        for member_id in PEOPLE[:4]:
            assert await uow.members.find(member_id) == Member(member_id, seen_at=night.club.clock.at)
    night.club.clock.pass_time(hours=1)
    await night.sweep()
    assert night.asked() == 6


async def test_a_server_that_the_bot_has_left_is_not_asked_about(night: Night):
    assert await night.departures.sweep([GUILD + 1]) == 0
    assert night.asked() == 0
