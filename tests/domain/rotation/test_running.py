"""The life of a lecture without an organizer's hand: who is asked when, and what becomes of silence and of a no."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from bot.domain.posts import PostState
from bot.domain.rotation import RotationSettings
from bot.domain.rotation.requests import NotAsked, NothingToTake, PlaceTaken
from bot.domain.rotation.saying import CALL, DISCUSS, MATERIALS, NUDGE, OFFER, OUTLINE, REQUEST, TROUBLE
from bot.domain.sessions import Lecture, Session, view
from tests.domain.reminding import GUILD, Club, Sent, at
from tests.domain.rotation.taking_turns import DAY, choose, done, join, one, turns, work_in

HOUR = timedelta(hours=1)
FAR = at(29, 7) + 14 * DAY
"""A session in a month."""


async def open_turn(club: Club, session: Session):
    """The turn that somebody is asked for."""
    (turn,) = [turn for turn in await turns(club, session) if turn.state == "asked"]
    return turn


async def states(club: Club, session: Session) -> list[tuple[int, str]]:
    return [(turn.member_id, turn.state.value) for turn in await turns(club, session)]


async def say_no(club: Club, session: Session) -> int:
    """Whoever is asked says no; returns who it was."""
    turn = await open_turn(club, session)
    await club.services.requests.decline(GUILD, one(turn.member_id), turn.id, "旅行")
    return turn.member_id


async def say_yes(club: Club, session: Session, theme: str | None = None) -> int:
    turn = await open_turn(club, session)
    await club.services.requests.confirm(GUILD, one(turn.member_id), turn.id, theme)
    return turn.member_id


def to(sent: list[Sent], kind: str) -> list[int]:
    return [each.member_id for each in sent if each.kind == kind]


def when(sent: list[Sent], kind: str) -> list[datetime]:
    return [each.at for each in sent if each.kind == kind]


async def test_the_next_one_is_asked_three_weeks_before_and_reminded_half_way(club: Club):
    await join(club, 11, 12)
    session = await club.schedule(FAR)
    assert await club.until(FAR - 21 * DAY - HOUR) == []
    sent = await club.until(FAR - 21 * DAY)
    assert [(each.kind, each.member_id, each.at) for each in sent] == [(REQUEST, 11, FAR - 21 * DAY)]
    turn = await open_turn(club, session)
    assert turn.answer_due == FAR - 17 * DAY
    assert when(await club.until(FAR - 19 * DAY), NUDGE) == [FAR - 19 * DAY]


async def test_who_says_yes_is_named_comes_and_hears_of_what_to_prepare(club: Club):
    await work_in(club, 11, "finance")
    await join(club, 11, 12)
    session = await club.schedule(FAR)
    await club.until(FAR - 21 * DAY)
    assert await say_yes(club, session) == 11
    sent = await club.until(session.starts_at)
    assert {each.kind: each.at for each in sent if each.member_id == 11 and each.kind.startswith("turn")} == {
        OUTLINE: FAR - 7 * DAY, MATERIALS: FAR - 2 * DAY,
    }  # fmt: skip
    async with club.db.reading(GUILD) as uow:
        shown = await view(uow, session.id)
    assert [(turn.member_id, industry and industry.key) for turn, industry in shown.lecture.lecturers] == [
        (11, "finance")
    ]
    assert not shown.lecture.arranging
    assert [rsvp.member_id for rsvp in shown.coming] == [11]
    assert not any(each.kind in (TROUBLE, CALL, OFFER, DISCUSS, NUDGE) for each in sent)


async def test_who_has_said_what_it_is_about_is_not_asked_for_it_again(club: Club):
    await join(club, 11)
    session = await club.schedule(FAR)
    await club.until(FAR - 21 * DAY)
    await say_yes(club, session, "魚の流通")
    sent = await club.until(session.starts_at)
    assert [each.kind for each in sent if each.member_id == 11 and each.kind.startswith("turn")] == [MATERIALS]


async def test_until_somebody_confirms_nobody_is_named_in_public(club: Club):
    await join(club, 11)
    session = await club.schedule(FAR)
    await club.until(FAR - 21 * DAY)
    async with club.db.reading(GUILD) as uow:
        shown = await view(uow, session.id)
    assert shown.lecture == Lecture(arranging=True)


async def test_when_somebody_declines_the_next_one_is_asked_at_once(club: Club):
    await join(club, 11, 12)
    session = await club.schedule(FAR)
    await club.until(FAR - 21 * DAY)
    club.clock.at += HOUR
    await say_no(club, session)
    assert to(await club.until(club.clock.at), REQUEST) == [12]
    assert await states(club, session) == [(11, "declined"), (12, "asked")]
    # Why is for nobody but whoever wrote it: the audit does not have it.
    assert ("turn.decline", 11) in await done(club)


async def test_silence_lapses_when_the_answer_was_due_and_the_next_one_is_asked_then(club: Club):
    await join(club, 11, 12)
    session = await club.schedule(FAR)
    sent = await club.until(FAR - 17 * DAY)
    assert to(sent, REQUEST) == [11, 12]
    assert when(sent, REQUEST)[1] == FAR - 17 * DAY
    assert await states(club, session) == [(11, "lapsed"), (12, "asked")]


async def test_who_can_not_lecture_then_is_replaced_at_once(club: Club):
    await join(club, 11, 12)
    session = await club.schedule(FAR)
    await club.until(FAR - 21 * DAY)
    noted = await club.services.unavailability.add(GUILD, one(11), FAR - DAY, FAR + DAY, "旅行")
    assert [each.id for each in noted.sessions] == [session.id]
    assert to(await club.until(club.clock.at), REQUEST) == [12]
    assert await states(club, session) == [(11, "declined"), (12, "asked")]


async def test_who_leaves_the_server_is_replaced_at_once_even_after_a_yes(club: Club):
    await join(club, 11, 12)
    session = await club.schedule(FAR)
    await club.until(FAR - 21 * DAY)
    await say_yes(club, session)
    await club.services.members.left(GUILD, 11)
    assert to(await club.until(club.clock.at), REQUEST) == [12]
    assert await states(club, session) == [(11, "released"), (12, "asked")]


async def test_a_day_of_downtime_asks_nobody_twice_and_takes_nobodys_time(club: Club):
    await join(club, 11, 12)
    session = await club.schedule(FAR)
    await club.until(FAR - 21 * DAY)
    # Nothing ran from before the answer was due until a day later.
    club.clock.at = FAR - 16 * DAY
    sent = await club.until(club.clock.at)
    assert to(sent, REQUEST) == []
    turn = await open_turn(club, session)
    assert (turn.member_id, turn.answer_due) == (11, FAR - 12 * DAY)
    assert to(await club.until(FAR - 12 * DAY), REQUEST) == [12]


async def test_who_was_never_told_was_not_silent(club: Club):
    await join(club, 11, 12)
    session = await club.schedule(FAR)
    club.clock.at = FAR - 21 * DAY
    await club.run_steps()
    # The question was written but has not gone out, since messages are held.
    club.clock.at = FAR - 17 * DAY
    await club.run_steps()
    assert await states(club, session) == [(11, "asked")]
    assert (await open_turn(club, session)).answer_due == FAR - 13 * DAY


@pytest.mark.parametrize("end", [PostState.UNDELIVERABLE, PostState.FAILED])
async def test_whom_a_question_can_not_reach_is_not_waited_for(club: Club, end: PostState):
    await join(club, 11, 12)
    session = await club.schedule(FAR)
    club.clock.at = FAR - 21 * DAY
    await club.run_steps()
    await club.deliver(end)
    assert to(await club.until(club.clock.at), REQUEST) == [12]
    assert await states(club, session) == [(11, "lapsed"), (12, "asked")]


async def test_who_wants_no_such_messages_is_passed_over(club: Club):
    await join(club, 11, 12)
    await club.services.members.choose(GUILD, 11, "turns", wanted=False)
    session = await club.schedule(FAR)
    assert to(await club.until(FAR - 21 * DAY), REQUEST) == [12]
    assert await states(club, session) == [(11, "lapsed"), (12, "asked")]


async def test_the_organizers_hear_of_the_third_no_once(club: Club):
    await join(club, 11, 12, 13, 14)
    session = await club.schedule(FAR)
    await club.until(FAR - 21 * DAY)
    for _ in range(2):
        await say_no(club, session)
        assert to(await club.until(club.clock.at), TROUBLE) == []
    await say_no(club, session)
    (told,) = [each for each in await club.until(club.clock.at) if each.kind == TROUBLE]
    assert (told.value.declined, told.value.asked) == ((11, 12, 13), (14,))
    await say_no(club, session)
    assert [each.kind for each in await club.until(FAR - 4 * DAY) if each.kind == TROUBLE] == []


async def test_three_days_before_the_organizers_hear_that_nobody_has_confirmed(club: Club):
    await join(club, 11)
    await club.schedule(FAR)
    await club.until(FAR - 21 * DAY)
    sent = await club.until(FAR - 2 * DAY - HOUR)
    assert when(sent, TROUBLE) == [FAR - 3 * DAY]


async def test_two_days_before_all_who_can_are_offered_the_place_and_the_first_press_has_it(club: Club):
    await join(club, 11, 12, 13)
    session = await club.schedule(FAR)
    await club.until(FAR - 3 * DAY - HOUR)
    for turn in [each for each in await turns(club, session) if each.state == "asked"]:
        await club.services.requests.decline(GUILD, one(turn.member_id), turn.id)
    async with club.db(GUILD) as uow:
        for turn in (await uow.rotation.turns([session.id]))[session.id]:
            assert turn.state != "confirmed"
    sent = await club.until(FAR - 2 * DAY)
    refused = {member for member, state in await states(club, session) if state in ("declined", "lapsed")}
    assert set(to(sent, OFFER)) == {11, 12, 13} - refused
    assert [(each.channel_id, each.silent, each.pinged) for each in sent if each.kind == CALL] == [
        (50, True, frozenset())
    ]
    # Who declined before may think better of it; the second to press is told that it is taken.
    await club.services.requests.take(GUILD, one(12), session.id)
    with pytest.raises(PlaceTaken):
        await club.services.requests.take(GUILD, one(13), session.id)
    assert (12, "confirmed") in await states(club, session)
    assert [each.kind for each in await club.until(FAR) if each.kind in (OFFER, CALL, DISCUSS)] == []


async def test_a_place_that_was_taken_and_comes_free_again_is_offered_and_called_out_again(club: Club):
    await join(club, 11, 12, 13)
    session = await club.schedule(club.clock.at + 46 * HOUR)
    await club.until(club.clock.at)
    await club.services.requests.take(GUILD, one(11), session.id)
    assert [each for each in await club.until(club.clock.at + HOUR) if each.kind in (OFFER, CALL)] == []
    (turn,) = await turns(club, session)
    await club.services.requests.decline(GUILD, one(11), turn.id)
    sent = await club.until(session.starts_at - 25 * HOUR)
    assert (to(sent, OFFER), to(sent, CALL)) == ([12, 13], [0])
    assert set(when(sent, OFFER)) == {session.starts_at - 45 * HOUR}


async def test_a_day_before_a_date_without_a_lecturer_becomes_an_open_discussion(club: Club):
    await work_in(club, 11, "finance")
    await join(club, 11)
    session = await club.schedule(FAR)
    sent = await club.until(FAR - HOUR)
    assert when(sent, DISCUSS) == [FAR - DAY]
    async with club.db.reading(GUILD) as uow:
        now = await uow.sessions.get(session.id)
    assert (now.kind, now.prompt) == ("discussion", "finance")
    assert ("turn.ask", None) in await done(club)
    with pytest.raises(NothingToTake):
        await club.services.requests.take(GUILD, one(11), session.id)


async def test_a_lecture_of_tonight_is_offered_before_it_becomes_a_discussion(club: Club):
    await join(club, 11, 12)
    session = await club.schedule(club.clock.at + 20 * HOUR)
    sent = await club.until(session.starts_at)
    assert sorted(to(sent, OFFER)) == [11, 12]
    assert when(sent, CALL) == when(sent, TROUBLE) == [session.starts_at - 20 * HOUR]
    assert when(sent, DISCUSS) == [session.starts_at - 14 * HOUR]


@pytest.mark.parametrize(("left", "discussed"), [(20, 14), (4, 1)])
async def test_a_lecturer_who_drops_out_on_the_last_day_leaves_the_others_time_to_take_over(
    club: Club, left: int, discussed: int
):
    await join(club, 11, 12)
    session = await club.schedule(FAR)
    await club.until(FAR - 21 * DAY)
    await say_yes(club, session)
    await club.until(FAR - left * HOUR)
    (turn,) = await turns(club, session)
    await club.services.requests.decline(GUILD, one(11), turn.id)
    sent = await club.until(FAR)
    assert (to(sent, OFFER), when(sent, TROUBLE)) == ([12], [FAR - left * HOUR])
    assert when(sent, DISCUSS) == [FAR - discussed * HOUR]


async def test_a_new_series_asks_for_one_turn_a_day_the_nearest_first(club: Club):
    await join(club, 11, 12, 13)
    sessions = [await club.schedule(at(22, 7) + n * 3 * DAY, f"{n}") for n in range(3)]
    sent = await club.until(club.clock.at + 2 * DAY)
    assert [each.value.session.id for each in sent if each.kind == REQUEST] == [each.id for each in sessions]
    first, second, third = when(sent, REQUEST)
    assert second - first >= DAY - HOUR
    assert third - second >= DAY - HOUR


async def test_a_date_that_moves_asks_whoever_is_asked_for_the_new_time(club: Club):
    await join(club, 11)
    session = await club.schedule(FAR)
    await club.until(FAR - 21 * DAY)
    await club.move(session, FAR + DAY)
    (again,) = [each for each in await club.until(club.clock.at + DAY) if each.kind == REQUEST]
    assert (again.member_id, again.value.anew, again.value.session.starts_at) == (11, True, FAR + DAY)


async def test_a_date_that_is_cancelled_is_not_asked_for_any_more(club: Club):
    await join(club, 11, 12)
    session = await club.schedule(FAR)
    await club.until(FAR - 21 * DAY)
    await club.cancel(session)
    assert [each.kind for each in await club.until(FAR) if each.kind.startswith("turn")] == []


async def test_who_was_silent_may_think_better_of_it_while_nobody_else_is_asked(club: Club):
    await join(club, 11)
    session = await club.schedule(FAR)
    await club.until(FAR - 21 * DAY)
    turn = await open_turn(club, session)
    await club.until(FAR - 16 * DAY)
    done = await club.services.requests.confirm(GUILD, one(11), turn.id)
    assert (done.new, done.turn.id != turn.id) == (True, True)
    assert (await states(club, session))[-1] == (11, "confirmed")


async def test_who_never_was_asked_has_nothing_to_answer(club: Club):
    await join(club, 11, 12)
    session = await club.schedule(FAR)
    await club.until(FAR - 21 * DAY)
    with pytest.raises(NotAsked):
        await club.services.requests.at(GUILD, one(12), session.id)


async def test_one_who_joins_late_brings_an_unfilled_date_its_lecturer(club: Club):
    await choose(club, RotationSettings(grace_days=0))
    session = await club.schedule(at(29, 7))
    await club.until(club.clock.at + HOUR)
    assert await turns(club, session) == []
    await join(club, 11)
    assert to(await club.until(club.clock.at), REQUEST) == [11]
