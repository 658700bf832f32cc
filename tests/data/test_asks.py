"""Who may know an answer, and who is asked, in both databases."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from datetime import UTC, datetime, time, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from msgspec.structs import replace
from sqlalchemy.exc import IntegrityError

from bot.domain.calendar import QuietHours
from bot.domain.industries import Industry
from bot.domain.members import Member
from bot.domain.profiles import AskHours, Profile
from bot.domain.questions.asks import Ask, AskedSoFar, AskState, Call
from bot.domain.questions.gratitude import Gratitude
from bot.domain.questions.routing import Candidate, Lecture, Reason, Thanked
from bot.domain.questions.waking import WakingHours
from bot.domain.restrictions import Restriction
from bot.domain.rotation import Turn, TurnState, Unavailability
from bot.domain.sessions import SessionState
from data.database import Database
from tests.data.files import NOW
from tests.data.rows import GUILD, MovingClock, database_of
from tests.data.servers import KINDS
from tests.data.test_questions import added

OTHER = 8
DAY = timedelta(days=1)
FOOD, LOGISTICS = Industry("food"), Industry("logistics")
EVER = datetime.max.replace(tzinfo=UTC)
TOKYO = ZoneInfo("Asia/Tokyo")
QUIET = QuietHours(time(22), time(6))


@pytest.fixture(params=KINDS)
async def database(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncGenerator[Database]:
    async with database_of(request.param, tmp_path, MovingClock()) as opened:
        async with opened(GUILD) as uow:
            await uow.communities.change(time_zone="Asia/Tokyo", quiet_begin=time(22), quiet_end=time(6))
        yield opened


async def tells(database: Database, member_id: int, guild_id: int = GUILD, **profile: Any) -> None:
    """Somebody who uses the bot, and what they tell of themselves."""
    async with database(guild_id) as uow:
        await uow.members.put(Member(member_id, used_at=NOW))
        if profile:
            await uow.profiles.put(Profile(0, member_id, **profile))


async def people(database: Database, *ids: int, now: datetime = NOW) -> list[Candidate]:
    async with database.reading(GUILD) as uow:
        return await uow.knowing.people(now, ids or None)


async def lectured(
    database: Database, member_id: int, ago: timedelta, theme: str = "", state: TurnState = TurnState.CONFIRMED
) -> int:
    """A lecture in a session called 「市場」."""
    async with database(GUILD) as uow:
        group = await uow.groups.add(name=f"g{member_id}{ago}", description="", channel_id=0, announce_days_before=7)
        values: dict[str, Any] = dict.fromkeys(("description", "venue", "link"), "")
        values |= {"kind": "lecture", "theme": "市場", "capacity": None, "deadline": None, "host_id": 1}
        values |= {"starts_at": NOW - ago, "duration": 60, "created_at": NOW}
        session = await uow.sessions.add(group_id=group.id, **values)
        await uow.rotation.put(Turn(session.id, 0, member_id, state, NOW, theme=theme))
        return session.id


def ask(question_id: int, member_id: int, **values: Any) -> Ask:
    known: dict[str, Any] = {
        "id": 0,
        "call": 1,
        "number": 1,
        "reason": Reason("topic", "tea"),
        "state": AskState.PLANNED,
        "asked_at": NOW,
        "ends_at": NOW + 2 * DAY,
    }
    return Ask(question_id=question_id, member_id=member_id, **known | values)


async def asked(database: Database, *new: Ask) -> list[Ask]:
    async with database(GUILD) as uow:
        return [await uow.asks.add(each) for each in new]


async def test_people_are_known_by_all_that_speaks_for_them(database: Database):
    hours = AskHours(frozenset({0, 1}), time(9), time(18))
    own = {"time_zone": "Europe/London", "ask_hours": hours, "ask_limit": 3}
    await tells(database, 11, industries=(FOOD, LOGISTICS), topics=("tea", "統計"), **own)
    await tells(database, 12, about="x")
    await tells(database, 13)
    await lectured(database, 13, 3 * DAY)
    await lectured(database, 13, 9 * DAY, "cold chains", TurnState.GIVEN)
    zone, waking = ZoneInfo("Europe/London"), WakingHours(hours, QUIET)
    taught = (Lecture("cold chains", NOW - 9 * DAY), Lecture("市場", NOW - 3 * DAY))
    usual = WakingHours(None, QUIET)
    assert await people(database) == [
        Candidate(11, ("food", "logistics"), ("tea", "統計"), ask_limit=3, hours=waking, zone=zone),
        Candidate(12, hours=usual, zone=TOKYO),
        Candidate(13, lectures=taught, hours=usual, zone=TOKYO),
    ]
    assert [each.id for each in await people(database, 13, 11)] == [11, 13]


async def test_thanks_count_by_the_people_who_gave_them(database: Database):
    question = await added(database)
    await tells(database, 11, about="x")
    async with database(GUILD) as uow:
        for from_id, topic in ((12, "Tea"), (13, "tea"), (13, "cold chains")):
            thanks = Gratitude(0, question.id, 0, from_id, False, 11, topic, False, NOW)
            await uow.gratitude.add(thanks)
    (one,) = await people(database)
    assert one.thanked == (Thanked("Tea", 2), Thanked("cold chains", 1))
    async with database.reading(GUILD) as uow:
        assert sorted(await uow.knowing.texts()) == ["Tea", "cold chains", "tea"]
        assert await uow.knowing.known_by(["tea"]) == [11]


async def test_only_lectures_that_were_given_count_and_a_guests_is_nobodys(database: Database):
    await tells(database, 11, about="x")
    await lectured(database, 11, -DAY)
    await lectured(database, 11, timedelta(minutes=10))
    await lectured(database, 11, 3 * DAY, state=TurnState.DECLINED)
    await lectured(database, 0, 3 * DAY)
    cancelled = await lectured(database, 11, 4 * DAY)
    async with database(GUILD) as uow:
        await uow.sessions.change(cancelled, state=SessionState.CANCELLED)
    assert [each.lectures for each in await people(database)] == [()]
    async with database.reading(GUILD) as uow:
        # The theme of a lecture to come leads to nobody yet.
        assert await uow.knowing.texts() == ["市場"]
        assert await uow.knowing.known_by(["市場"]) == []
        assert await uow.knowing.first(["市場"], "", (), 9) == []


async def test_who_agreed_is_who_told_something_here_and_wants_to_be_asked(database: Database):
    await tells(database, 11, topics=("tea",))
    await tells(database, 12, reading="ゆき")
    await tells(database, 13, topics=("tea",), ask_limit=0)
    await tells(database, 14, topics=("tea",))
    await tells(database, 15, topics=("tea",))
    await tells(database, 16, OTHER, topics=("tea",))
    async with database(GUILD) as uow:
        await uow.members.put(Member(14, used_at=NOW, stopped=frozenset({"asks"})))  # pyright: ignore
        await uow.members.put(Member(15))  # has left
    assert {each.id: each.agreed for each in await people(database)} == {11: True, 12: False, 13: False, 14: False}


async def test_what_keeps_people_from_being_asked_is_read_with_them(database: Database):
    for member_id in (11, 12, 13, 14):
        await tells(database, member_id, topics=("tea",))
    async with database(GUILD) as uow:
        await uow.restrictions.put(Restriction(11, "answering"))  # pyright: ignore
        await uow.restrictions.put(Restriction(12, "asking"))
        await uow.restrictions.put(Restriction(13, "answering", NOW - DAY))  # pyright: ignore
        await uow.rotation.put_unavailable(Unavailability(0, 12, NOW - DAY, EVER))
        await uow.rotation.put_unavailable(Unavailability(0, 14, NOW + DAY, EVER))
    found = {each.id: (each.restricted, each.on_leave) for each in await people(database)}
    assert found == {11: (True, False), 12: (False, True), 13: (False, False), 14: (False, False)}


async def test_when_somebody_was_asked_counts_from_the_delivery_and_what_has_not_arrived_counts_as_now(
    database: Database,
):
    questions = [(await added(database)).id for _ in range(5)]
    for member_id in (11, 12, 13):
        await tells(database, member_id, topics=("tea",))
    over = AskState.OVER
    await asked(
        database,
        ask(questions[0], 11, state=over, delivered_at=NOW - 90 * DAY),
        ask(questions[1], 11, state=over, delivered_at=NOW - 60 * DAY),
        ask(questions[0], 12, state=over, delivered_at=NOW - 60 * DAY),
        ask(questions[1], 12, state=over, delivered_at=NOW - 6 * DAY),
        ask(questions[2], 12, state=AskState.OPEN, delivered_at=NOW - DAY),
        ask(questions[3], 12),
        ask(questions[4], 12, state=AskState.SKIPPED),
    )
    found = {each.id: each.asked for each in await people(database)}
    assert found == {11: (NOW - 60 * DAY,), 12: (NOW - 6 * DAY, NOW - DAY, NOW), 13: ()}


async def test_who_is_known_by_a_text_or_an_industry_is_found(database: Database):
    async with database(GUILD) as uow:
        own = await uow.industries.add("茶道具店", 12)
    await tells(database, 11, topics=("tea", "統計"), industries=(FOOD, own))
    await tells(database, 12, topics=("tea",), industries=(LOGISTICS,))
    await tells(database, 13)
    await tells(database, 14, OTHER, topics=("golf",), industries=(FOOD,))
    await lectured(database, 13, 3 * DAY)
    async with database.reading(GUILD) as uow:
        assert sorted(await uow.knowing.texts()) == ["tea", "市場", "統計"]
        assert await uow.knowing.known_by(["tea"]) == [11, 12]
        assert await uow.knowing.known_by(["市場", "統計"]) == [11, 13]
        assert await uow.knowing.known_by([], "logistics") == [12]
        assert await uow.knowing.known_by([], own.key) == [11]
        assert await uow.knowing.known_by(["市場"], "food") == [11, 13]
        assert await uow.knowing.some(2, [11]) == [12, 13]
        assert await uow.knowing.at_work() == {"food": 1, own.key: 1, "logistics": 1}


async def test_an_ask_is_read_back_as_it_was_written_and_nobody_is_asked_twice(database: Database):
    question, other = await added(database), await added(database)
    (first, second) = await asked(
        database, ask(question.id, 11, reason=Reason("taught", "cold chains", NOW - DAY)), ask(question.id, 12)
    )
    taken = replace(second, state=AskState.TAKEN, delivered_at=NOW, taken_at=NOW, ends_at=NOW)
    async with database(GUILD) as uow:
        await uow.asks.store(taken)
        elsewhere = await uow.asks.add(ask(other.id, 11, state=AskState.OVER))
    async with database.reading(GUILD) as uow:
        assert await uow.asks.of_question(question.id) == [first, taken]
        assert await uow.asks.find(first.id) == first
        assert await uow.asks.live_of(11) == [first]
        assert await uow.asks.live_of(12) == [taken]
        assert await uow.asks.find(elsewhere.id) == elsewhere
    async with database.reading(OTHER) as uow:
        assert await uow.asks.find(first.id) is None
    with pytest.raises(IntegrityError):
        await asked(database, ask(question.id, 11))


async def test_everybody_may_know_how_many_were_reached_and_where_they_work_and_no_more(database: Database):
    question, other = await added(database), await added(database)
    await tells(database, 11, industries=(LOGISTICS, FOOD))
    await tells(database, 12, industries=(FOOD,))
    await tells(database, 13, industries=(LOGISTICS,))
    over, there = AskState.OVER, NOW - DAY
    await asked(
        database,
        ask(question.id, 11, state=over, delivered_at=there),
        ask(question.id, 12, state=AskState.PASSED, delivered_at=there),
        ask(question.id, 13, state=AskState.TAKEN, delivered_at=there),
        ask(question.id, 14, state=AskState.OPEN, delivered_at=there),
        ask(question.id, 15),
        ask(question.id, 16, state=AskState.SKIPPED),
    )
    async with database.reading(GUILD) as uow:
        shown = await uow.asks.so_far([question.id, other.id])
    assert shown == {question.id: AskedSoFar(4, ("logistics", "food"), 13)}


async def test_calls_are_kept_in_order(database: Database):
    question = await added(database)
    first, second = Call(question.id, 1, NOW - DAY), Call(question.id, 2, NOW)
    async with database(GUILD) as uow:
        await uow.asks.put_call(first)
        await uow.asks.put_call(replace(first, ended_at=NOW, why="rounds"))
        await uow.asks.put_call(second)
    async with database.reading(GUILD) as uow:
        assert await uow.asks.calls(question.id) == [replace(first, ended_at=NOW, why="rounds"), second]
