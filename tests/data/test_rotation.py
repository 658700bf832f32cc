"""Rosters, turns and when people can't lecture, in both databases."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from msgspec.structs import replace
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from bot.domain.industries import Industry
from bot.domain.profiles import Profile
from bot.domain.rotation import (
    Away,
    Member,
    Reason,
    Roster,
    RotationSettings,
    Turn,
    TurnState,
    Unavailability,
    Why,
    come_back,
    join,
)
from data.database import Database
from data.rotation import turns
from tests.data.files import NOW
from tests.data.rows import GUILD, MovingClock, database_of
from tests.data.servers import KINDS

OTHER = GUILD + 1
DAY = timedelta(days=1)
FULL = Member(11, NOW - 9 * DAY, "", 4, True, NOW - DAY, 3)


@pytest.fixture(params=KINDS)
async def database(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncGenerator[Database]:
    async with database_of(request.param, tmp_path, MovingClock()) as opened:
        yield opened


async def a_group(database: Database, guild_id: int = GUILD, name: str = "g") -> int:
    async with database(guild_id) as uow:
        return (await uow.groups.add(name=name, description="", channel_id=0, announce_days_before=7)).id


async def a_session(database: Database, group_id: int, days: int = 1, guild_id: int = GUILD) -> int:
    values = {"kind": "lecture", "theme": "茶", "description": "", "venue": "", "link": "", "host_id": 1}
    async with database(guild_id) as uow:
        session = await uow.sessions.add(
            group_id=group_id, starts_at=NOW + days * DAY, duration=60, created_at=NOW, **values
        )
        return session.id


async def save(database: Database, group_id: int, after: Roster, before: Roster | None = None) -> None:
    async with database(GUILD) as uow:
        await uow.rotation.save(group_id, before or Roster(), after)


async def roster(database: Database, group_id: int, guild_id: int = GUILD) -> Roster:
    async with database.reading(guild_id) as uow:
        return await uow.rotation.roster(group_id)


async def put(database: Database, *new: Turn) -> list[Turn]:
    async with database(GUILD) as uow:
        return [await uow.rotation.put(turn) for turn in new]


# The roster


async def test_a_group_that_nobody_has_joined_has_an_empty_roster_and_no_row(database: Database):
    assert await roster(database, await a_group(database)) == Roster()


async def test_a_roster_is_read_back_as_it_was_written(database: Database):
    group_id = await a_group(database)
    settings = RotationSettings("fairness", 2, 28, 5, 7, 2)
    written = Roster((FULL, Member(12, NOW)), 4, frozenset({"finance", "own-3"}), settings)
    await save(database, group_id, written)
    assert await roster(database, group_id) == written
    later = replace(written, members=(FULL, Member(12, NOW, load=5, last_turn=NOW)), base=5, previous=frozenset())
    await save(database, group_id, later, written)
    assert await roster(database, group_id) == later


async def test_settings_are_kept_before_anybody_joins(database: Database):
    group_id = await a_group(database)
    await save(database, group_id, Roster(settings=RotationSettings("fairness")))
    assert (await roster(database, group_id)).settings.priority == "fairness"


async def test_whoever_leaves_keeps_their_row_and_comes_back_to_it(database: Database):
    group_id = await a_group(database)
    both = Roster((FULL, Member(12, NOW)), 4)
    await save(database, group_id, both)
    await save(database, group_id, replace(both, members=(both.members[1],)), both)
    alone = await roster(database, group_id)
    assert [member.id for member in alone.members] == [12]
    async with database.reading(GUILD) as uow:
        assert await uow.rotation.former(group_id, [11, 12, 13]) == (FULL,)
        assert await uow.rotation.groups_of(11) == []
    await save(database, group_id, come_back(alone, FULL), alone)
    assert await roster(database, group_id) == both


async def test_an_industry_is_the_first_of_the_profile_that_somebody_has_now(database: Database):
    group_id = await a_group(database)
    await save(database, group_id, Roster(tuple(Member(n, NOW) for n in (11, 12, 13, 14))))
    async with database(GUILD) as uow:
        own = await uow.industries.add("茶道具店", 12)
        await uow.profiles.put(Profile(0, 11, industries=(Industry("finance"), Industry("medical"))))
        await uow.profiles.put(Profile(0, 11, industries=(Industry("medical"), Industry("finance"))))
        await uow.profiles.put(Profile(0, 12, industries=(own,)))
        await uow.profiles.put(Profile(0, 13, industries=(Industry("logistics"),)))
        await uow.profiles.put(Profile(0, 13))
    async with database(OTHER) as uow:
        await uow.profiles.put(Profile(0, 14, industries=(Industry("finance"),)))
    found = {member.id: member.industry for member in (await roster(database, group_id)).members}
    assert found == {11: "medical", 12: own.key, 13: "", 14: ""}


async def test_absences_are_the_persons_in_every_group_of_their_community_alone(database: Database):
    first, second = await a_group(database), await a_group(database, name="h")
    await save(database, first, Roster((FULL, Member(12, NOW))))
    await save(database, second, Roster((Member(11, NOW),)))
    async with database(GUILD) as uow:
        await uow.rotation.put_unavailable(Unavailability(0, 11, NOW + 5 * DAY, NOW + 6 * DAY, "旅行"))
        await uow.rotation.put_unavailable(Unavailability(0, 11, NOW, datetime.max.replace(tzinfo=UTC)))
    async with database(OTHER) as uow:
        await uow.rotation.put_unavailable(Unavailability(0, 12, NOW, NOW + DAY))
    away = (Away(NOW, datetime.max.replace(tzinfo=UTC)), Away(NOW + 5 * DAY, NOW + 6 * DAY))
    assert [member.away for member in (await roster(database, first)).members] == [away, ()]
    assert [member.away for member in (await roster(database, second)).members] == [away]


async def test_rosters_of_two_groups_and_two_communities_do_not_meet(database: Database):
    first, second = await a_group(database), await a_group(database, name="h")
    await save(database, first, join(Roster(), 11, NOW))
    await save(database, second, join(Roster(), 12, NOW))
    assert [member.id for member in (await roster(database, first)).members] == [11]
    assert await roster(database, first, OTHER) == Roster()
    async with database.reading(GUILD) as uow:
        assert [await uow.rotation.groups_of(n) for n in (11, 12, 13)] == [[first], [second], []]
        assert await uow.rotation.rosters() == {first: {11}, second: {12}}
    async with database.reading(OTHER) as uow:
        assert await uow.rotation.groups_of(11) == []
        assert await uow.rotation.rosters() == {}
    alone = join(Roster(), 12, NOW)
    await save(database, second, Roster(), alone)
    async with database.reading(GUILD) as uow:
        assert await uow.rotation.rosters() == {first: {11}}


# Turns


async def test_a_turn_is_read_back_as_it_was_written_and_becomes_something_else(database: Database):
    session_id = await a_session(database, await a_group(database))
    asked = Turn(session_id, 0, 11, TurnState.ASKED, NOW, answer_due=NOW + DAY)
    guest = Turn(session_id, 1, 0, TurnState.CONFIRMED, NOW, industry="own-7", by_hand=True)
    written = await put(database, asked, guest)
    assert [turn.id > 0 for turn in written] == [True, True]
    declined = written[0].become(TurnState.DECLINED, NOW + timedelta(hours=1))
    await put(database, declined)
    async with database.reading(GUILD) as uow:
        assert await uow.rotation.turns([session_id, session_id + 1]) == {session_id: (declined, written[1])}
        assert await uow.rotation.turns([]) == {}
    async with database.reading(OTHER) as uow:
        assert await uow.rotation.turns([session_id]) == {}


async def test_another_community_changes_no_turn(database: Database):
    session_id = await a_session(database, await a_group(database))
    (turn,) = await put(database, Turn(session_id, 0, 11, TurnState.ASKED, NOW))
    async with database(OTHER) as uow:
        await uow.rotation.put(turn.become(TurnState.CONFIRMED, NOW))
    async with database.reading(GUILD) as uow:
        assert await uow.rotation.turns([session_id]) == {session_id: (turn,)}


async def test_open_turns_are_those_asked_for_or_confirmed_in_every_group(database: Database):
    group_ids = [await a_group(database), await a_group(database, name="h")]
    sessions = [await a_session(database, group_id, days) for days, group_id in enumerate(group_ids * 4, 1)]
    states = list(TurnState)[1:]
    written = await put(
        database, *(Turn(session, 0, 11, state, NOW) for session, state in zip(sessions, states, strict=False))
    )
    await put(database, Turn(sessions[-1], 0, 12, TurnState.ASKED, NOW))
    async with database.reading(GUILD) as uow:
        assert await uow.rotation.open_turns(11) == written[:2]
    async with database.reading(OTHER) as uow:
        assert await uow.rotation.open_turns(11) == []


async def test_the_database_itself_refuses_a_second_lecturer_for_a_place(database: Database):
    session_id = await a_session(database, await a_group(database))
    (first,) = await put(database, Turn(session_id, 0, 11, TurnState.ASKED, NOW))
    second = Turn(session_id, 0, 12, TurnState.CONFIRMED, NOW)
    with pytest.raises(IntegrityError):
        await put(database, second)
    await put(database, replace(second, place=1), first.become(TurnState.LAPSED, NOW), replace(second, member_id=13))


async def test_why_somebody_was_chosen_is_kept_and_names_nobody(database: Database):
    session_id = await a_session(database, await a_group(database))
    why = Why(
        session_id, 0, 11, Reason.LOAD, True, 2, 1, NOW - 9 * DAY, NOW - 99 * DAY, 6, 2, 4, 1, 0, 3, 1, 2
    )  # fmt: skip
    async with database(GUILD) as uow:
        chosen = await uow.rotation.put(Turn(session_id, 0, 11, TurnState.ASKED, NOW), why)
        by_hand = await uow.rotation.put(Turn(session_id, 1, 12, TurnState.ASKED, NOW, by_hand=True))
        # What it has become says nothing of why.
        await uow.rotation.put(chosen.become(TurnState.CONFIRMED, NOW))
    async with database.reading(GUILD) as uow:
        assert await uow.rotation.why(chosen.id) == why
        assert await uow.rotation.why(by_hand.id) is None
        assert await uow.rotation.why(0) is None
    async with database.reading(OTHER) as uow:
        assert await uow.rotation.why(chosen.id) is None
    async with database.connections.reading() as connection:
        kept = (await connection.execute(select(turns.c.why).where(turns.c.id == chosen.id))).scalar_one()
    assert not {"member_id", "slot_id"} & kept.keys()


async def test_covered_are_the_industries_of_lectures_given_in_this_group(database: Database):
    group_id, other = await a_group(database), await a_group(database, name="h")
    sessions = [await a_session(database, group_id, days) for days in range(1, 5)]
    elsewhere = await a_session(database, other)
    await put(
        database,
        Turn(sessions[0], 0, 11, TurnState.GIVEN, NOW, industry="finance"),
        Turn(sessions[1], 0, 0, TurnState.GIVEN, NOW, industry="own-2"),
        Turn(sessions[2], 0, 12, TurnState.GIVEN, NOW),
        Turn(sessions[3], 0, 0, TurnState.CONFIRMED, NOW, industry="logistics"),
        Turn(elsewhere, 0, 11, TurnState.GIVEN, NOW, industry="medical"),
    )
    async with database.reading(GUILD) as uow:
        assert await uow.rotation.covered(group_id) == {"finance", "own-2"}


# When people can't lecture


async def test_a_window_is_read_back_changed_and_removed_by_its_owner_alone(database: Database):
    async with database(GUILD) as uow:
        later = await uow.rotation.put_unavailable(Unavailability(0, 11, NOW + DAY, NOW + 2 * DAY, "出張"))
        sooner = await uow.rotation.put_unavailable(Unavailability(0, 11, NOW, NOW + DAY))
        theirs = await uow.rotation.put_unavailable(Unavailability(0, 12, NOW, NOW + DAY))
        later = await uow.rotation.put_unavailable(replace(later, reason="旅行"))
        assert await uow.rotation.unavailable(11) == [sooner, later]
        assert await uow.rotation.remove_unavailable(11, theirs.id) == 0
        assert await uow.rotation.remove_unavailable(11, sooner.id) == 1
    async with database(OTHER) as uow:
        assert await uow.rotation.unavailable(11) == []
        assert await uow.rotation.remove_unavailable(11) == 0
    async with database(GUILD) as uow:
        assert await uow.rotation.remove_unavailable(11) == 1
        assert (await uow.rotation.unavailable(11), await uow.rotation.unavailable(12)) == ([], [theirs])
