"""What organizers do by hand: whom they put down is asked, whom they take off is told, and all of it can be undone."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.domain.actors import Actor
from bot.domain.errors import NotAllowed, Unknown
from bot.domain.rotation import RotationSettings, TurnState
from bot.domain.rotation.by_hand import (
    Assigned,
    AssignPreview,
    HasTurnThere,
    LectureBegun,
    NobodyToSkip,
    OutOfSight,
    SeveralThere,
    Skipped,
)
from bot.domain.rotation.concerned import BACK, FELL, TAKEN_OFF
from bot.domain.rotation.saying import NUDGE, REQUEST
from bot.domain.rotation.settings import RotationChange
from bot.domain.rotation.showing import NotALecture
from bot.domain.rotation.undoing import ChangedSince
from bot.domain.sessions import Session
from tests.domain.reminding import GUILD, MODERATOR, Club, at
from tests.domain.rotation.taking_turns import DAY, choose, done, join, members, one, take, turns
from tests.domain.rotation.test_running import open_turn, say_no, say_yes, states, to

HOUR = timedelta(hours=1)
FAR = at(29, 7) + 14 * DAY
"""A session in a month."""
STRANGER = 99
"""Somebody who takes no part in the rotation."""


async def assign(club: Club, session: Session, member_id: int) -> Assigned:
    """The organizer asks somebody, after what they are shown."""
    shown = await club.services.by_hand.propose(GUILD, MODERATOR, session.id, member_id)
    result = await club.services.by_hand.confirm(GUILD, MODERATOR, shown.draft_id)
    assert isinstance(result, Assigned)
    return result


async def skip(club: Club, session: Session, member_id: int | None = None, *, owed: bool = True) -> Skipped:
    return await club.services.by_hand.skip(GUILD, MODERATOR, session.id, member_id, owed=owed)


async def undo(club: Club, draft_id: int) -> None:
    await club.services.undoing.undo(GUILD, MODERATOR, draft_id)


async def use(club: Club, *member_ids: int) -> None:
    """They have used the bot, and so may be written to."""
    for member_id in member_ids:
        await club.services.members.used(GUILD, member_id, may_hint=False)


async def asked_first(club: Club) -> Session:
    """A session of which the first of two has been asked."""
    await join(club, 11, 12)
    await use(club, MODERATOR.member_id, STRANGER)
    session = await club.schedule(FAR)
    await club.until(FAR - 21 * DAY + 2 * HOUR)
    assert await states(club, session) == [(11, "asked")]
    return session


# Putting somebody down


async def test_whom_an_organizer_puts_down_is_asked_and_whoever_was_asked_is_told(club: Club):
    session = await asked_first(club)
    done_ = await assign(club, session, STRANGER)
    assert (done_.told, done_.displaced_told) == (True, True)
    assert await states(club, session) == [(11, "released"), (STRANGER, "asked")]
    sent = await club.until(club.clock.at)
    assert (to(sent, REQUEST), to(sent, TAKEN_OFF)) == ([STRANGER], [11])
    await say_yes(club, session)
    assert ("turn.assign", MODERATOR.member_id) in await done(club)
    assert {member.load for member in (await members(club)).values()} == {0}


async def test_what_it_means_for_others_is_shown_before_anything_is_done(club: Club):
    session = await asked_first(club)
    await club.services.unavailability.add(GUILD, one(12), FAR - DAY, FAR + DAY)
    shown = await club.services.by_hand.propose(GUILD, MODERATOR, session.id, 12)
    assert shown.displaced is not None
    assert (shown.displaced.member_id, shown.away, shown.may_write) == (11, True, True)
    assert not (await club.services.by_hand.propose(GUILD, MODERATOR, session.id, 98)).may_write
    assert await states(club, session) == [(11, "asked")]
    assert (await club.services.by_hand.keep(GUILD, MODERATOR, shown.draft_id)).id == session.id
    with pytest.raises(Unknown):
        await club.services.by_hand.confirm(GUILD, MODERATOR, shown.draft_id)


async def test_if_they_say_yes_meanwhile_it_is_shown_again(club: Club):
    session = await asked_first(club)
    shown = await club.services.by_hand.propose(GUILD, MODERATOR, session.id, STRANGER)
    await say_yes(club, session)
    again = await club.services.by_hand.confirm(GUILD, MODERATOR, shown.draft_id)
    assert isinstance(again, AssignPreview)
    assert again.again
    assert again.displaced is not None
    assert again.displaced.state is TurnState.CONFIRMED
    assert await states(club, session) == [(11, "confirmed")]


async def test_a_place_that_is_open_is_taken_from_nobody(club: Club):
    await choose(club, RotationSettings(per_session=2))
    session = await asked_first_of_two(club)
    result = await assign(club, session, STRANGER)
    assert (result.displaced, result.turn.place) == (None, 1)


async def asked_first_of_two(club: Club) -> Session:
    """A session with two places, one of them taken."""
    await join(club, 11)
    session = await club.schedule(FAR)
    await take(club, session, 11)
    return session


@pytest.mark.parametrize("end", ["no", "silence"])
async def test_the_organizer_hears_if_it_comes_to_nothing_and_the_next_one_is_asked(club: Club, end: str):
    session = await asked_first(club)
    await assign(club, session, STRANGER)
    await club.until(club.clock.at)
    if end == "no":
        await say_no(club, session)
    sent = await club.until(club.clock.at + 4 * DAY + HOUR)
    assert to(sent, FELL) == [MODERATOR.member_id]
    assert to(sent, REQUEST) == [12]


async def test_who_answers_an_organizer_themselves_is_all_that_the_organizer_hears_of(club: Club):
    session = await asked_first(club)
    result = await assign(club, session, STRANGER)
    await undo(club, result.undo_id)
    assert to(await club.until(club.clock.at + HOUR), FELL) == []


async def test_who_can_not_be_written_to_is_told_by_the_organizer_and_has_their_time(club: Club):
    session = await asked_first(club)
    result = await assign(club, session, 98)
    assert not result.told
    assert to(await club.until(club.clock.at), REQUEST) == []
    sent = await club.until(club.clock.at + 5 * DAY)
    assert (await states(club, session))[1] == (98, "lapsed")
    assert to(sent, FELL) == [MODERATOR.member_id]


async def test_somebody_can_be_asked_in_a_group_without_a_rotation(club: Club):
    await use(club, 11)
    session = await club.schedule(FAR)
    await assign(club, session, 11)
    assert to(await club.until(club.clock.at), REQUEST) == [11]
    await say_yes(club, session)
    assert await states(club, session) == [(11, "confirmed")]
    await club.until(FAR + DAY)
    assert await states(club, session) == [(11, "given")]


async def test_who_may_not_and_whom_not(club: Club):
    session = await asked_first(club)
    by_hand = club.services.by_hand
    with pytest.raises(NotAllowed):
        await by_hand.propose(GUILD, one(11), session.id, 12)
    with pytest.raises(NotAllowed):
        await by_hand.skip(GUILD, one(11), session.id, 11)
    with pytest.raises(OutOfSight):
        await by_hand.propose(GUILD, MODERATOR, session.id, 12, lambda _channel: False)
    with pytest.raises(HasTurnThere) as refused:
        await by_hand.propose(GUILD, MODERATOR, session.id, 11)
    assert not refused.value.sure
    with pytest.raises(Unknown):
        await by_hand.propose(GUILD, Actor(1, moderator=True), session.id, 12)
    talk = await club.schedule(FAR, kind="discussion")
    with pytest.raises(NotALecture):
        await by_hand.propose(GUILD, MODERATOR, talk.id, 12)
    club.clock.at = FAR
    with pytest.raises(LectureBegun):
        await by_hand.propose(GUILD, MODERATOR, session.id, 12)


# Taking somebody off


async def test_who_is_taken_off_is_told_why_and_the_next_one_is_asked(club: Club):
    session = await asked_first(club)
    await say_yes(club, session)
    result = await club.services.by_hand.skip(GUILD, MODERATOR, session.id, 11, reason="会場の都合")
    assert (result.was, result.told, result.counts) == (TurnState.CONFIRMED, True, False)
    sent = await club.until(club.clock.at)
    (told,) = [each for each in sent if each.kind == TAKEN_OFF]
    assert "会場の都合" in told.text
    assert to(sent, REQUEST) == [12]
    assert all("会場の都合" not in each.text for each in sent if each is not told)
    assert (await members(club))[11].load == 0


async def test_a_turn_that_is_not_owed_counts_as_taken(club: Club):
    session = await asked_first(club)
    assert (await skip(club, session, 11, owed=False)).counts
    assert (await members(club))[11].load == 1


async def test_who_is_only_next_in_line_is_not_asked_for_that_date(club: Club):
    await join(club, 11, 12)
    session = await club.schedule(FAR)
    assert (await skip(club, session)).member_id == 11
    assert to(await club.until(FAR - 21 * DAY), REQUEST) == [12]
    assert (await states(club, session))[0] == (11, "released")


async def test_it_has_to_be_clear_who_is_taken_off(club: Club):
    await choose(club, RotationSettings(per_session=2))
    session = await asked_first_of_two(club)
    await join(club, 12)
    with pytest.raises(SeveralThere):
        await skip(club, session)
    with pytest.raises(NobodyToSkip):
        await skip(club, session, STRANGER)
    await skip(club, session, 12)
    with pytest.raises(NobodyToSkip):
        await skip(club, session, 12)


async def test_where_nobody_is_to_be_taken_off_that_is_said(club: Club):
    with pytest.raises(NobodyToSkip):
        await skip(club, await club.schedule(FAR))


# Taking it back


async def test_undone_at_once_it_is_as_if_nobody_had_been_asked(club: Club):
    session = await asked_first(club)
    result = await assign(club, session, STRANGER)
    await undo(club, result.undo_id)
    assert await states(club, session) == [(11, "asked"), (STRANGER, "withdrawn")]
    sent = await club.until(club.clock.at + 4 * DAY)
    # The first one has been asked already, and neither hears of it.
    assert to(sent, TAKEN_OFF) == to(sent, BACK) == []
    assert STRANGER not in to(sent, REQUEST)


async def test_undone_later_those_who_have_read_of_it_are_told(club: Club):
    session = await asked_first(club)
    await say_yes(club, session)
    result = await assign(club, session, STRANGER)
    await club.until(club.clock.at)
    await undo(club, result.undo_id)
    sent = await club.until(club.clock.at)
    assert (to(sent, BACK), to(sent, TAKEN_OFF)) == ([11], [STRANGER])
    assert (await states(club, session))[0] == (11, "confirmed")
    with pytest.raises(Unknown):
        await undo(club, result.undo_id)


async def test_whom_the_rule_has_asked_since_need_not_answer(club: Club):
    session = await asked_first(club)
    result = await skip(club, session, owed=False)
    assert to(await club.until(club.clock.at), REQUEST) == [12]
    await undo(club, result.undo_id)
    sent = await club.until(club.clock.at)
    assert (to(sent, REQUEST), to(sent, TAKEN_OFF)) == ([11], [12])
    assert await states(club, session) == [(11, "asked"), (12, "withdrawn")]
    assert (await members(club))[11].load == 0


async def test_what_somebody_has_said_since_stays(club: Club):
    session = await asked_first(club)
    result = await skip(club, session, owed=False)
    await club.until(club.clock.at)
    await say_yes(club, session)
    with pytest.raises(ChangedSince):
        await undo(club, result.undo_id)
    assert (await states(club, session))[-1] == (12, "confirmed")
    assert (await members(club))[11].load == 1


async def test_an_answer_of_whom_the_organizer_asked_can_not_be_undone(club: Club):
    session = await asked_first(club)
    result = await assign(club, session, STRANGER)
    await club.until(club.clock.at)
    await say_yes(club, session)
    with pytest.raises(ChangedSince):
        await undo(club, result.undo_id)
    assert (await states(club, session))[0] == (11, "released")


async def test_who_has_left_since_does_not_come_back_by_it(club: Club):
    session = await asked_first(club)
    result = await skip(club, session)
    await club.services.members.left(GUILD, 11)
    with pytest.raises(ChangedSince):
        await undo(club, result.undo_id)


@pytest.mark.parametrize("act", ["leave", "away"])
async def test_who_takes_part_no_more_or_can_not_lecture_then_does_not_either(club: Club, act: str):
    session = await asked_first(club)
    result = await skip(club, session)
    if act == "leave":
        await club.services.roster.leave(GUILD, one(11), None)
    else:
        await club.services.unavailability.add(GUILD, one(11), FAR - DAY, FAR + DAY)
    with pytest.raises(ChangedSince):
        await undo(club, result.undo_id)
    assert (await states(club, session))[0] == (11, "released")


async def test_whom_an_organizer_had_asked_although_they_are_away_is_asked_again(club: Club):
    session = await asked_first(club)
    await club.services.unavailability.add(GUILD, one(STRANGER), FAR - DAY, FAR + DAY)
    await assign(club, session, STRANGER)
    await undo(club, (await skip(club, session, STRANGER)).undo_id)
    assert (await states(club, session))[-1] == (STRANGER, "asked")


async def test_who_was_next_in_line_is_so_again(club: Club):
    await join(club, 11, 12)
    session = await club.schedule(FAR)
    await undo(club, (await skip(club, session)).undo_id)
    assert to(await club.until(FAR - 21 * DAY), REQUEST) == [11]


async def test_after_a_day_or_for_another_there_is_nothing_to_undo(club: Club):
    session = await asked_first(club)
    result = await skip(club, session)
    with pytest.raises(Unknown):
        await club.services.undoing.undo(GUILD, Actor(2, True, lambda _channel: True), result.undo_id)
    club.clock.at += DAY + HOUR
    with pytest.raises(Unknown):
        await undo(club, result.undo_id)


async def test_settings_are_set_back_unless_they_were_set_again(club: Club):
    await join(club, 11)
    change = club.services.rotation_settings.change
    first = await change(GUILD, MODERATOR, None, RotationChange(per_session=2))
    await undo(club, first.undo_id)
    assert (await change(GUILD, MODERATOR, None, RotationChange())).after == RotationSettings()
    second = await change(GUILD, MODERATOR, None, RotationChange(per_session=2, grace_days=0))
    await change(GUILD, MODERATOR, None, RotationChange(per_session=3))
    with pytest.raises(ChangedSince):
        await undo(club, second.undo_id)
    third = await change(GUILD, MODERATOR, None, RotationChange(grace_days=5))
    await change(GUILD, MODERATOR, None, RotationChange(per_session=4))
    await undo(club, third.undo_id)
    assert (await change(GUILD, MODERATOR, None, RotationChange())).after == RotationSettings(
        per_session=4, grace_days=0
    )


async def test_a_move_asks_whom_the_organizer_asked_anew(club: Club):
    session = await asked_first(club)
    await assign(club, session, STRANGER)
    await club.until(club.clock.at)
    await club.move(session, FAR + DAY)
    assert to(await club.until(club.clock.at), REQUEST) == [STRANGER]
    assert to(await club.until(club.clock.at + 3 * DAY), NUDGE) == [STRANGER]


async def test_the_turn_that_was_asked_for_by_hand_says_so(club: Club):
    session = await asked_first(club)
    await assign(club, session, STRANGER)
    turn = await open_turn(club, session)
    assert (turn.by_hand, turn.asked_by) == (True, MODERATOR.member_id)
    assert [each.asked_by for each in await turns(club, session)] == [0, MODERATOR.member_id]


async def test_silence_is_noticed_where_nobody_takes_part_by_turns(club: Club):
    await use(club, MODERATOR.member_id, STRANGER)
    session = await club.schedule(FAR)
    await assign(club, session, STRANGER)
    (turn,) = await turns(club, session)
    assert turn.answer_due is not None
    sent = await club.until(turn.answer_due)
    assert await states(club, session) == [(STRANGER, "lapsed")]
    assert to(sent, FELL) == [MODERATOR.member_id]
    # Without a rotation it is a lecture like any other: nothing becomes of it by itself.
    await club.until(FAR - HOUR)
    async with club.db.reading(GUILD) as uow:
        assert (await uow.sessions.get(session.id)).kind == "lecture"


async def test_what_was_done_at_a_lecture_is_not_undone_at_what_is_none_any_more(club: Club):
    session = await asked_first(club)
    await say_yes(club, session)
    skipped = await skip(club, session, 11)
    async with club.db(GUILD) as uow:
        await uow.sessions.change(session.id, kind="discussion")
    with pytest.raises(ChangedSince):
        await undo(club, skipped.undo_id)
    assert (11, "released") in await states(club, session)
