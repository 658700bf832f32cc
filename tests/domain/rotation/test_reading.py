"""A rotation as it is read from the rows, and P9 through storage: what is planned is what is written."""

from __future__ import annotations

from random import Random

import pytest
from msgspec.structs import replace

from bot.domain.rotation import Plan, Roster, RotationSettings, Slot, TurnState, explain, settle
from bot.domain.rotation.reading import Rotation
from tests.domain.reminding import GUILD, Club, at
from tests.domain.rotation.taking_turns import DAY, choose, join, one, plan, rotation, take, turns, weekly, work_in

pytestmark = pytest.mark.usefixtures("asked_by_hand")
INDUSTRIES = ("finance", "medical", "logistics", "education")


async def test_a_group_that_nobody_has_joined_has_no_rotation_and_no_plan(club: Club):
    session = await club.schedule(at(28, 7))
    assert await rotation(club) == Rotation(Roster(), ())
    assert await plan(club) == Plan((), ())
    await join(club, 11)
    assert [slot.id for slot in (await rotation(club)).slots] == [session.id]
    await club.services.roster.leave(GUILD, one(11), None)
    assert (await rotation(club)).roster.members == ()
    assert (await plan(club)).turns == ()


async def test_a_turn_given_by_hand_is_waited_for_where_nobody_takes_part_by_turns(club: Club):
    session = await club.schedule(at(28, 7))
    await choose(club, RotationSettings())
    turn = await take(club, session, 0)
    assert [slot.turns for slot in (await rotation(club)).slots] == [(turn,)]
    assert await plan(club) == Plan((), ())


async def test_the_dates_are_the_groups_own_lectures_to_come(club: Club):
    await join(club, 11)
    await choose(club, RotationSettings(per_session=2))
    other = await club.add_group("Other")
    later, sooner = await club.schedule(at(29, 7)), await club.schedule(at(28, 7))
    await club.schedule(at(27, 7), kind="discussion")
    await club.schedule(at(27, 7), group_id=other.id)
    await club.cancel(await club.schedule(at(30, 7)))
    turn = await take(club, later, 11)
    assert (await rotation(club)).slots == (
        Slot(sooner.id, at(28, 7), 2, known_at=sooner.created_at),
        Slot(later.id, at(29, 7), 2, (turn,), later.created_at),
    )


async def test_a_date_that_is_filled_by_hand_is_left_to_whoever_chose(club: Club):
    await join(club, 11, 12)
    session, other = await club.schedule(at(28, 7)), await club.schedule(at(29, 7))
    turn = await take(club, session, 11)
    async with club.db(GUILD) as uow:
        await uow.rotation.put(replace(turn, by_hand=True))
    planned = (await plan(club)).turns
    assert [(each.slot_id, each.member_id) for each in planned] == [(other.id, 12)]


async def test_a_group_that_wants_fewer_lecturers_asks_nobody_where_one_stands_already(club: Club):
    await join(club, 11, 12)
    await choose(club, RotationSettings(per_session=2))
    session = await club.schedule(at(28, 7))
    await take(club, session, 11, place=1)
    assert [turn.place for turn in (await plan(club)).turns] == [0]
    await choose(club, RotationSettings(per_session=1))
    assert (await plan(club)).turns == ()


async def test_a_date_that_is_over_counts_until_its_end_is_dealt_with(club: Club):
    await join(club, 11, 12)
    sessions = await weekly(club, 3, at(15, 7))
    await take(club, sessions[0], 11)
    shown = await plan(club)
    club.clock.at = sessions[0].ends_at + DAY
    assert [slot.id for slot in (await rotation(club)).slots] == [session.id for session in sessions]
    late = await plan(club)
    await club.drain()
    assert [slot.id for slot in (await rotation(club)).slots] == [session.id for session in sessions[1:]]
    for each in (late, await plan(club)):
        assert [(turn.slot_id, turn.member_id) for turn in each.turns] == [
            (turn.slot_id, turn.member_id) for turn in shown.turns
        ]


@pytest.mark.parametrize("seed", range(4))
async def test_what_is_planned_is_what_is_written_if_nothing_changes(club: Club, seed: int):
    random = Random(seed)
    settings = RotationSettings(random.choice(["fairness", "diversity"]), random.choice((1, 1, 2)))
    await a_history(club, random, settings)
    sessions = await weekly(club, 6, club.clock.at + random.choice((5, 40)) * DAY)
    begun, shown = await rotation(club), await plan(club)
    assert shown.turns

    written: list[tuple[int, int, int]] = []
    while ahead := (await plan(club)).turns:
        ask = min(ahead, key=lambda turn: turn.asked_at)
        if ask.asked_at > club.clock.at:
            await club.until(ask.asked_at)
            continue
        now = await rotation(club)
        (why,) = [
            each for each in explain(now.roster, now.slots, club.clock.at, ask.slot_id) if each.place == ask.place
        ]
        session = next(session for session in sessions if session.id == ask.slot_id)
        turn = await take(club, session, ask.member_id, TurnState.ASKED, place=ask.place, why=why)
        async with club.db(GUILD) as uow:
            assert await uow.rotation.why(turn.id) == why
            await uow.rotation.put(turn.become(TurnState.CONFIRMED, club.clock.at))
        written.append((ask.slot_id, ask.place, ask.member_id))
    await club.until(sessions[-1].ends_at)

    assert sorted(written) == sorted((turn.slot_id, turn.place, turn.member_id) for turn in shown.turns)
    after = begun.roster
    for slot, session in zip(begun.slots, sessions, strict=True):
        after = settle(after, replace(slot, turns=tuple(await turns(club, session))))
    assert (await rotation(club)) == Rotation(after, ())


async def a_history(club: Club, random: Random, settings: RotationSettings) -> None:
    """Up to six people who joined one after the other and are away now and then; some have lectured already."""
    people = range(11, 12 + random.randrange(1, 6))
    for member_id in people:
        if random.random() < 0.8:
            await work_in(club, member_id, random.choice(INDUSTRIES))
        await join(club, member_id)
        club.clock.at += random.randrange(0, 6) * DAY
        if random.random() < 0.3:
            since = club.clock.at + random.randrange(60) * DAY
            until = since + random.randrange(5, 30) * DAY
            await club.services.unavailability.add(GUILD, one(member_id), since, until)
    await choose(club, settings)
    for session in await weekly(club, 2, club.clock.at + 3 * DAY):
        await take(club, session, random.choice(people))
        await club.until(session.ends_at)
