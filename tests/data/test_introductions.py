"""Introductions, in both databases."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from datetime import timedelta
from pathlib import Path

import pytest
from msgspec.structs import replace

from bot.domain.introductions import Introduction, IntroductionState
from data.database import Database
from tests.data.files import NOW
from tests.data.rows import GUILD, MovingClock, database_of
from tests.data.servers import KINDS

ELSEWHERE = GUILD + 1
FIRST = Introduction(0, 11, 12, 13, "Tea, and 寒天", NOW)


@pytest.fixture(params=KINDS)
async def database(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncGenerator[Database]:
    async with database_of(request.param, tmp_path, MovingClock()) as opened:
        yield opened


async def test_an_introduction_is_found_by_its_people_in_any_order_and_in_its_community_only(database: Database):
    async with database(GUILD) as uow:
        first = await uow.introductions.add(FIRST)
        second = await uow.introductions.add(replace(FIRST, person_id=13, to_id=12, proposer_id=13))
        third = await uow.introductions.add(replace(FIRST, to_id=14, proposed_at=NOW + timedelta(hours=1)))
        before = NOW - timedelta(seconds=1)
        assert (await uow.introductions.find(first.id), first.id < second.id < third.id) == (first, True)
        assert await uow.introductions.between(12, 13, before) == [first, second]
        assert await uow.introductions.between(13, 12, before) == [first, second]
        assert await uow.introductions.between(13, 12, NOW) == []
        assert await uow.introductions.proposed_by(11, before) == [first, third]
        assert await uow.introductions.proposed_by(11, NOW) == [third]
        assert await uow.introductions.of_member(13, 5) == [second, first]
        assert await uow.introductions.of_member(12, 2) == [third, second]
        assert await uow.introductions.open_of(12) == [first, second, third]
    async with database(ELSEWHERE) as uow:
        assert await uow.introductions.find(first.id) is None
        assert await uow.introductions.between(12, 13, before) == []
        assert await uow.introductions.proposed_by(11, before) == []
        assert await uow.introductions.of_member(12, 5) == await uow.introductions.open_of(12) == []
        await uow.introductions.store(replace(first, state=IntroductionState.GONE))
    async with database(GUILD) as uow:
        assert await uow.introductions.find(first.id) == first


async def test_how_it_stands_is_kept_with_the_meeting(database: Database):
    async with database(GUILD) as uow:
        first = await uow.introductions.add(FIRST)
        meeting = await uow.meetings.add("introduction", NOW, first.two)
        met = replace(first, state=IntroductionState.MET, meeting_id=meeting.id)
        await uow.introductions.store(met)
        assert await uow.introductions.find(first.id) == met
        assert await uow.introductions.open_of(12) == []
        later = NOW + timedelta(days=1)
        assert await uow.meetings.together_before(13, 12, later, "introduction") == NOW
        assert await uow.meetings.together_before(13, 12, later, "pairing") is None
        assert await uow.meetings.of_member(12, 5, "introduction") == [meeting]
        assert await uow.meetings.of_member(12, 5, "pairing") == []


async def test_the_last_answer_counts_and_who_is_not_asked_has_none(database: Database):
    async with database(GUILD) as uow:
        first, second = await uow.introductions.add(FIRST), await uow.introductions.add(FIRST)
        for member_id in first.two:
            await uow.introductions.ask(first, member_id)
        for answer in ("yes", "no"):
            await uow.introductions.ask(first, 12, answer)
        ids = [first.id, second.id]
        assert await uow.introductions.answers_to(ids) == {first.id: {12: "no", 13: None}}
        assert await uow.introductions.answers_to([]) == {}
    async with database(ELSEWHERE) as uow:
        assert await uow.introductions.answers_to(ids) == {}
