"""P6 through the rows: a swap exchanges two unserved turns and changes nothing else, a cover gives one away."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from datetime import timedelta
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory

from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from bot.domain.errors import StudyError
from bot.domain.rotation import OPEN, RotationSettings, Turn, TurnState
from bot.domain.rotation.swapping import Taken
from bot.domain.sessions import Session
from tests.domain.reminding import GUILD, Club, a_club, at
from tests.domain.rotation.taking_turns import choose, join, one, rotation, take, turns, work_in

PEOPLE = (11, 12, 13, 14, 15, 16)
DAY = timedelta(days=1)
FIRST = at(29, 7) + 14 * DAY
STATES = (*[TurnState.CONFIRMED] * 3, TurnState.ASKED, TurnState.DECLINED, TurnState.SWAPPED)


async def a_rotation(club: Club, random: Random) -> list[Session]:
    """Six people, some with an industry and some away, and four dates with two places, filled at random."""
    await choose(club, RotationSettings(per_session=2, grace_days=0))
    for member_id in PEOPLE:
        if random.random() < 0.5:
            await work_in(club, member_id, random.choice(("finance", "medical")))
    await join(club, *PEOPLE)
    sessions = [await club.schedule(FIRST + 7 * n * DAY, f"{n}") for n in range(4)]
    for session in sessions:
        for place, member_id in enumerate(random.sample(PEOPLE, 2)):
            if random.random() < 0.8:
                state = random.choice(STATES)
                await take(club, session, member_id, state, place=place, due=FIRST - DAY if state == "asked" else None)
    if random.random() < 0.5:
        since = FIRST + random.randrange(28) * DAY
        await club.services.unavailability.add(GUILD, one(random.choice(PEOPLE)), since, since + 3 * DAY)
    return sessions


async def written(club: Club, sessions: list[Session]) -> dict[int, Turn]:
    return {turn.id: turn for session in sessions for turn in await turns(club, session)}


def holders(written: dict[int, Turn]) -> dict[tuple[int, int], int]:
    return {(turn.slot_id, turn.place): turn.member_id for turn in written.values() if turn.is_standing}


async def try_one(folder: Path, random: Random) -> bool:
    """Somebody offers a turn, somebody takes it; whether it came to that."""
    async with a_club(folder) as club:
        sessions = await a_rotation(club, random)
        mine = [turn for turn in (await written(club, sessions)).values() if turn.state in OPEN]
        if not mine:
            return False
        turn = random.choice(mine)
        to_id = random.choice((0, *PEOPLE))
        with suppress(StudyError):
            offer = (await club.services.swaps.suggest(GUILD, one(turn.member_id), turn.id, to_id)).swap
            before, roster = await written(club, sessions), (await rotation(club)).roster
            taker = to_id or random.choice(PEOPLE)
            shown = await club.services.swaps.take(GUILD, one(taker), offer.id, 0)
            if not isinstance(shown, Taken):
                assert await written(club, sessions) == before
                assert shown.gives is not None
                shown = await club.services.swaps.take(GUILD, one(taker), offer.id, shown.gives.id)
            assert isinstance(shown, Taken)
            check(before, await written(club, sessions), turn, taker, shown)
            assert (await rotation(club)).roster == roster
            return True
        return False


def check(before: dict[int, Turn], after: dict[int, Turn], turn: Turn, taker: int, done: Taken) -> None:
    expected = holders(before)
    expected[turn.slot_id, turn.place] = taker
    gone = {turn.id}
    if done.gave is not None:
        (theirs,) = [
            t for t in before.values() if t.member_id == taker and t.slot_id == done.gave.id and t.state in OPEN
        ]
        expected[theirs.slot_id, theirs.place] = turn.member_id
        gone.add(theirs.id)
    assert holders(after) == expected
    assert {turn_id: after[turn_id] for turn_id in before if turn_id not in gone} == {
        turn_id: before[turn_id] for turn_id in before if turn_id not in gone
    }
    assert {after[turn_id].state for turn_id in gone} == {TurnState.SWAPPED}
    assert [replace(after[i], state=before[i].state, closed_at=None) for i in gone] == [before[i] for i in gone]
    assert {turn.state for turn_id, turn in after.items() if turn_id not in before} == {TurnState.CONFIRMED}


def test_p6_a_swap_changes_two_turns_and_nothing_else_in_the_rows():
    done: list[bool] = []

    @settings(max_examples=25, deadline=None)
    @given(st.integers(0, 10**9))
    def tried(seed: int) -> None:
        with TemporaryDirectory() as folder:
            done.append(asyncio.run(try_one(Path(folder), Random(seed))))

    tried()
    assert sum(done) >= 3
