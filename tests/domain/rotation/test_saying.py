"""What is said while a lecturer is looked for is true when it is read, and said once for each date."""

from __future__ import annotations

from bot.domain.posts import PostState
from bot.domain.rotation import RotationSettings
from bot.domain.rotation.saying import CALL, MATERIALS, NUDGE, OFFER, REQUEST, TROUBLE
from bot.domain.rsvps import Answer
from bot.domain.sessions import view
from tests.domain.reminding import GUILD, Club, at
from tests.domain.rotation.taking_turns import DAY, choose, join, one, turns
from tests.domain.rotation.test_running import FAR, HOUR, say_yes, to, when


async def test_where_one_of_two_lectures_nobody_reads_that_nobody_does(club: Club):
    await join(club, 11, 12, 13)
    await choose(club, RotationSettings(per_session=2, ask_days_before=4, grace_days=0))
    session = await club.schedule(FAR)
    await club.until(FAR - 4 * DAY)
    sure, other = await turns(club, session)
    await club.services.requests.confirm(GUILD, one(sure.member_id), sure.id)
    await club.services.requests.decline(GUILD, one(other.member_id), other.id)
    sent = await club.until(FAR - 2 * DAY)
    await join(club, 14)
    sent += await club.until(FAR - 2 * DAY)
    texts = {each.kind: each.text for each in sent if each.kind in (CALL, OFFER, TROUBLE)}
    assert set(texts) == {CALL, OFFER, TROUBLE}
    assert "Another lecturer is wanted" in texts[CALL]
    assert "Another lecturer is wanted" in texts[OFFER]
    assert "not all lecturers have confirmed" in texts[TROUBLE]


async def test_a_place_that_nobody_was_offered_yet_is_offered_when_it_comes_open_again(club: Club):
    await join(club, 11, 12)
    session = await club.schedule(club.clock.at + 40 * HOUR)
    await club.run_steps()
    # It was taken before the others could be told.
    done = await club.services.requests.take(GUILD, one(11), session.id)
    assert to(await club.until(club.clock.at), OFFER) == []
    await club.services.requests.decline(GUILD, one(11), done.turn.id)
    sent = await club.until(club.clock.at)
    assert (to(sent, OFFER), len(when(sent, CALL))) == ([12], 1)


async def test_a_date_that_moves_away_is_said_to_be_in_trouble_again_in_its_time(club: Club):
    await join(club, 11)
    session = await club.schedule(FAR)
    before = await club.until(FAR - 47 * HOUR)
    later = FAR + 30 * DAY
    await club.move(session, later)
    after = await club.until(later - 47 * HOUR)
    for kind, days in ((TROUBLE, 3), (CALL, 2)):
        assert (when(before, kind), when(after, kind)) == ([FAR - days * DAY], [later - days * DAY])


async def test_the_organizers_do_not_read_of_silence_where_there_was_no_question(club: Club):
    await join(club, 11, 12)
    await club.services.members.choose(GUILD, 11, "turns", wanted=False)
    await club.schedule(FAR)
    (told,) = [each for each in await club.until(FAR - 3 * DAY) if each.kind == TROUBLE]
    assert (told.value.silent, told.value.unreached) == ((12,), (11,))
    assert "I could not ask: <@11>" in told.text


async def test_who_has_not_read_the_question_before_a_move_is_asked_as_anybody_is(club: Club):
    await join(club, 11)
    session = await club.schedule(FAR)
    club.clock.at = FAR - 21 * DAY
    await club.run_steps()
    await club.move(session, FAR + DAY)
    (sent,) = [each for each in await club.until(club.clock.at) if each.kind == REQUEST]
    assert not sent.value.anew


async def test_who_has_left_the_rotation_gets_no_offer_that_was_waiting(club: Club):
    await join(club, 11, 12)
    session = await club.schedule(club.clock.at + 40 * HOUR)
    await club.run_steps()
    await club.services.roster.leave(GUILD, one(11), None)
    assert to(await club.until(club.clock.at), OFFER) == [12]
    assert await turns(club, session) == []


async def test_whoever_lectures_has_a_place_though_all_are_taken_and_the_deadline_is_over(club: Club):
    await join(club, 11)
    session = await club.schedule(FAR, capacity=1, deadline=FAR - 21 * DAY - HOUR)
    await club.answer(session, Answer.GOING, 98, 11)
    await club.until(FAR - 21 * DAY)
    await say_yes(club, session)
    async with club.db.reading(GUILD) as uow:
        shown = await view(uow, session.id)
    assert ([each.member_id for each in shown.coming], shown.waiting) == ([98, 11], ())


async def test_a_lecturer_is_told_to_be_asked_again_only_if_they_are(club: Club):
    await join(club, 11)
    early, late = await club.schedule(FAR), await club.schedule(at(15, 7))
    for session, again in ((early, True), (late, False)):
        done = await club.services.requests.take(GUILD, one(11), session.id)
        assert done.again is again


async def test_what_is_said_late_of_the_day_is_not_that_it_is_in_two_days(club: Club):
    await join(club, 11)
    session = await club.schedule(FAR)
    await club.until(FAR - 21 * DAY)
    await say_yes(club, session)
    club.clock.at = FAR - DAY
    (text,) = [each.text for each in await club.until(club.clock.at) if each.kind == MATERIALS]
    assert "two days" not in text
    assert (await club.posts(MATERIALS, PostState.PLANNED)) == []


async def test_who_wants_no_messages_about_turns_gets_none_after_a_yes_or_a_move(club: Club):
    await join(club, 11, 12)
    session = await club.schedule(FAR)
    await club.until(FAR - 21 * DAY)
    (asked,) = await turns(club, session)
    await club.services.members.choose(GUILD, 11, "turns", wanted=False)
    await club.services.requests.confirm(GUILD, one(11), asked.id)
    await club.move(session, FAR + DAY)
    sent = await club.until(FAR)
    assert [each.kind for each in sent if each.member_id == 11 and each.kind.startswith("turn")] == []
    assert [(turn.member_id, turn.state.value) for turn in await turns(club, session)] == [(11, "confirmed")]


async def test_who_is_asked_and_wants_no_such_messages_any_more_is_not_asked_anew_after_a_move(club: Club):
    await join(club, 11, 12)
    session = await club.schedule(FAR)
    await club.until(FAR - 21 * DAY)
    await club.services.members.choose(GUILD, 11, "turns", wanted=False)
    await club.move(session, FAR + DAY)
    # The old question stands: they may still answer it, and are silent once its time is over.
    sent = await club.until(FAR - 14 * DAY)
    assert (to(sent, REQUEST), to(sent, NUDGE)) == ([12], [12])
