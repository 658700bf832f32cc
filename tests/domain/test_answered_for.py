"""Somebody for whom an organizer answered: told in private, counted in public, neither named nor mentioned there."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from datetime import datetime
from functools import partial
from pathlib import Path

import pytest

from bot.domain.answered_for import AnsweredFor
from bot.domain.communities import NewSettings
from bot.domain.members import DMS_CLOSED
from bot.domain.notices import Change
from bot.domain.own_reminders import OwnChange
from bot.domain.posts import PostState
from bot.domain.quiet import QUIET
from bot.domain.rsvps import ANSWERED_FOR, Answer, DeadlinePassed, Rsvp, RsvpResult, is_own
from bot.domain.sessions import Session
from data.audit import audit
from tests.domain.limbo import comes_to_nothing, under_way
from tests.domain.reminding import GUILD, LOG, MODERATOR, MORNING, Club, Sent, a_club, at, pings
from tests.domain.study import NOW, person

GOING, LATE, MAYBE, NOT_GOING = Answer.GOING, Answer.LATE, Answer.MAYBE, Answer.NOT_GOING
ME, FRIEND, STRANGER = 11, 12, 13
"""`ME` and `FRIEND` have used the bot, `STRANGER` has not."""
THREAD = 7777
"""The private thread of `ME`, once it is made."""


@pytest.fixture
async def club(tmp_path: Path) -> AsyncIterator[Club]:
    async with a_club(tmp_path) as club:
        for member_id in (ME, FRIEND):
            await club.services.members.used(GUILD, member_id, may_hint=False)
        yield club


async def put_down(club: Club, session: Session, answer: Answer = GOING, member_id: int = ME) -> RsvpResult:
    """An organizer answers for somebody."""
    return await club.services.rsvps.answer(GUILD, MODERATOR, session.id, answer, member_id=member_id)


async def say(club: Club, session: Session, answer: Answer = GOING, member_id: int = ME) -> RsvpResult:
    """Somebody answers themselves."""
    return await club.services.rsvps.answer(GUILD, person(member_id), session.id, answer)


async def rsvp_of(club: Club, session: Session, member_id: int = ME) -> Rsvp:
    async with club.db.reading(GUILD) as uow:
        found = await uow.rsvps.find(session.id, member_id)
    assert found is not None
    return found


async def now_sent(club: Club) -> list[Sent]:
    """What goes out now."""
    return await club.until(club.clock.at)


def in_public(sent: Sequence[Sent], member_id: int = ME) -> list[Sent]:
    """What others can read and that names or mentions this person."""
    return [one for one in sent if not one.member_id and (member_id in one.pinged or f"<@{member_id}>" in one.text)]


def in_private(sent: Sequence[Sent], member_id: int = ME) -> list[str]:
    """The kinds of what this person alone is told."""
    return [one.kind for one in sent if one.member_id == member_id]


# Whose answer it is


@pytest.mark.parametrize(
    ("before", "own"),
    [(None, False), ((GOING, True), True), ((MAYBE, True), True), ((NOT_GOING, True), False), ((GOING, False), False)],
)
def test_an_organizers_answer_is_own_only_of_those_who_stand_on_the_list_by_their_own(
    before: tuple[Answer, bool] | None, own: bool
):
    known = Rsvp(1, ME, before[0], False, 1, NOW, before[1]) if before is not None else None
    assert is_own(known, ME, 1) is own
    assert is_own(known, ME, ME) is True


@pytest.mark.parametrize("answer", list(Answer))
@pytest.mark.parametrize("confirmed", list(Answer))
async def test_whatever_somebody_answers_themselves_is_their_own(club: Club, answer: Answer, confirmed: Answer):
    session = await club.schedule()
    given = await put_down(club, session, answer)
    assert not given.after.own
    assert not (await rsvp_of(club, session)).own
    mine = await say(club, session, confirmed)
    assert mine.changed
    assert await rsvp_of(club, session) == mine.after
    assert mine.after.own
    assert not (await say(club, session, confirmed)).changed


async def test_to_confirm_keeps_the_place(club: Club):
    session = await club.schedule(capacity=1)
    await put_down(club, session)
    assert (await say(club, session, GOING, FRIEND)).position == 1
    mine = await say(club, session)
    assert (mine.after.waiting, mine.after.place) == (False, 1)


@pytest.mark.parametrize("answer", [GOING, LATE, MAYBE])
async def test_to_confirm_is_never_too_late(club: Club, answer: Answer):
    session = await club.schedule(deadline=at(14, 7))
    await put_down(club, session, answer)
    club.clock.at = at(14, 8)
    assert (await say(club, session, answer)).after.own
    with pytest.raises(DeadlinePassed):
        await say(club, session, answer, FRIEND)


async def test_the_audit_says_whose_answer_it_was(club: Club):
    session = await club.schedule()
    await put_down(club, session)
    await say(club, session)
    async with club.db.connections.reading() as connection:
        rows = [row for row in await connection.execute(audit.select()) if row.action == "rsvp.answer"]
    given = {"member": ME, "answer": "going", "waiting": False}
    assert [(row.actor_id, row.before, row.after) for row in rows] == [
        (MODERATOR.member_id, None, given | {"own": False}),
        (ME, given | {"own": False}, given),
    ]


# What the person is told


async def test_they_are_told_in_private_who_answered_what(club: Club):
    session = await club.schedule()
    assert (await put_down(club, session, LATE)).told
    (one,) = await now_sent(club)
    assert (one.kind, one.member_id, one.channel_id) == (ANSWERED_FOR, ME, 0)
    assert isinstance(one.value, AnsweredFor)
    assert (one.value.organizer_id, one.value.rsvp.answer) == (MODERATOR.member_id, LATE)


async def test_only_the_last_of_several_answers_is_told(club: Club):
    session = await club.schedule()
    await put_down(club, session, GOING)
    await put_down(club, session, MAYBE)
    assert [one.value.rsvp.answer for one in await now_sent(club)] == [MAYBE]


async def test_who_answers_before_it_is_told_is_not_told(club: Club):
    session = await club.schedule()
    await put_down(club, session)
    await say(club, session)
    assert in_private(await now_sent(club)) == []


async def test_nobody_is_told_of_the_same_answer_again(club: Club):
    session = await club.schedule()
    await put_down(club, session)
    await now_sent(club)
    again = await put_down(club, session)
    assert (again.changed, again.told) == (False, False)
    assert await now_sent(club) == []


async def test_who_has_not_used_the_bot_or_wants_no_such_message_is_not_told_and_the_organizer_learns_it(club: Club):
    session = await club.schedule()
    await club.services.members.choose(GUILD, FRIEND, "changes", wanted=False)
    assert [(await put_down(club, session, GOING, who)).told for who in (STRANGER, FRIEND, ME)] == [False, False, True]
    assert [one.member_id for one in await now_sent(club)] == [ME]


async def test_who_changes_their_own_answer_is_told_by_nobody(club: Club):
    session = await club.schedule()
    assert not (await say(club, session)).told
    assert not (await say(club, session, NOT_GOING)).told
    assert await now_sent(club) == []


async def test_with_closed_messages_it_is_said_in_no_place_where_others_read(club: Club):
    session = await club.schedule()
    await club.thread(session)
    await put_down(club, session)
    (post,) = await club.claim()
    await club.attempt(post, PostState.UNDELIVERABLE, DMS_CLOSED)
    assert await now_sent(club) == []
    async with club.db.reading(GUILD) as uow:
        mirrors = [mirror.kind for mirror in await uow.mirrors.lagging()]
    assert "private" in mirrors


async def test_a_move_before_it_is_told_is_told_with_it(club: Club):
    session = await club.schedule()
    await put_down(club, session)
    (post,) = await under_way(club, ANSWERED_FOR)
    await club.move(session, at(16, 7))
    await comes_to_nothing(club, post, "limited")
    club.clock.pass_time(minutes=1)
    told = [one for one in await now_sent(club) if one.kind == ANSWERED_FOR]
    assert [one.value.view.session.starts_at for one in told] == [at(16, 7)]


# At night


async def at_night(club: Club, starts_at: datetime) -> Session:
    """A session too soon after the quiet hours for anything to wait for their end; it is half past ten."""
    await club.services.communities.change(GUILD, MODERATOR, NewSettings(quiet_hours="22:00-07:00"))
    session = await club.schedule(starts_at, capacity=1)
    await say(club, session, GOING, FRIEND)
    club.clock.at = at(14, 22, 30)
    await now_sent(club)
    return session


async def thread_made(club: Club) -> None:
    async with club.db(GUILD) as uow:
        mirror = await uow.mirrors.find("private", await uow.members.number_of(ME))
        assert mirror is not None, "they would hear of it nowhere"
        await club.services.private_threads.made(uow, mirror, THREAD)
    await club.db.mirrors.write(mirror, remote_id=THREAD)


async def kept_from_waking(club: Club) -> None:
    """What is due ends as the delivery ends direct messages that quiet hours hold too long; the rest is sent."""
    for post in await club.claim():
        outcome = PostState.UNDELIVERABLE if post.member_id else PostState.SENT
        await club.attempt(post, outcome, QUIET)


def in_thread(sent: Sequence[Sent]) -> list[tuple[str, bool]]:
    return [(one.kind, one.silent) for one in sent if one.channel_id == THREAD]


@pytest.mark.parametrize(
    ("change", "kind"),
    [
        (Club.cancel, "cancelled"),
        (partial(Club.move, starts_at=at(15, 7, 5)), "moved"),
        (partial(Club.edit, venue="会議室A"), "edited"),
        (partial(Club.edit, capacity=2), "promotion"),
    ],
)
async def test_what_cannot_wait_for_the_morning_is_told_silently_in_a_thread_of_theirs(
    club: Club, change: Callable[[Club, Session], Awaitable[None]], kind: str
):
    session = await at_night(club, at(15, 7))
    await put_down(club, session)
    await kept_from_waking(club)
    await thread_made(club)
    assert in_thread(await now_sent(club)) == [(ANSWERED_FOR, True)]
    await change(club, session)
    await kept_from_waking(club)
    assert in_thread(await now_sent(club)) == [(kind, True)]


async def test_what_waits_for_the_thread_is_silent_also_if_that_is_made_in_the_morning(club: Club):
    session = await at_night(club, at(15, 7, 10))
    await put_down(club, session)
    await kept_from_waking(club)
    club.clock.at = at(15, 7, 1)
    await thread_made(club)
    assert in_thread(await now_sent(club)) == [(ANSWERED_FOR, True)]


async def test_at_night_who_declined_is_not_told(club: Club):
    session = await at_night(club, at(15, 7))
    await say(club, session, NOT_GOING)
    await club.move(session, at(15, 7, 5))
    await kept_from_waking(club)
    async with club.db.reading(GUILD) as uow:
        assert "private" not in [mirror.kind for mirror in await uow.mirrors.lagging()]


# What others read


async def test_what_others_read_of_a_session_neither_names_nor_mentions_them(club: Club):
    session = await club.schedule()
    await club.thread(session)
    await put_down(club, session)
    await say(club, session, GOING, FRIEND)
    await club.edit(session, theme="別の話")
    await club.move(session, at(16, 7))
    sent = await club.until(at(16, 8))
    assert in_public(sent) == []
    assert in_public(sent, FRIEND)
    assert in_private(sent) == [ANSWERED_FOR, "edited", "moved", "evening", "dawn"]
    (dawn,) = [one for one in sent if one.kind == "dawn" and not one.member_id]
    assert dawn.value.coming == 2, "they are counted"


async def test_the_morning_post_counts_and_does_not_mention_them(club: Club):
    await club.morning()
    session = await club.schedule()
    await put_down(club, session)
    await say(club, session, GOING, FRIEND)
    sent = await club.until(at(15, 8))
    (post,) = [one for one in sent if one.channel_id == MORNING]
    assert post.pinged == {FRIEND}
    assert [line.coming for line in post.value.lines] == [2]
    assert in_private(sent) == [ANSWERED_FOR, "evening", "dawn"]


async def test_a_cancellation_is_told_them_in_private(club: Club):
    session = await club.schedule()
    await put_down(club, session)
    await say(club, session, GOING, FRIEND)
    await now_sent(club)
    await club.cancel(session)
    sent = await now_sent(club)
    assert in_public(sent) == []
    assert pings(sent, "cancelled") == [frozenset({FRIEND}), frozenset()]
    (alone,) = [one for one in sent if one.member_id == ME]
    assert isinstance(alone.value, Change)
    assert alone.value.private
    assert not alone.value.declined


async def test_a_place_that_comes_free_is_told_them_in_no_thread(club: Club):
    session = await club.schedule(capacity=1)
    await club.thread(session)
    await say(club, session, GOING, FRIEND)
    for member_id in (STRANGER, ME):
        await put_down(club, session, GOING, member_id)
    await now_sent(club)
    await club.edit(session, capacity=3)
    sent = [one for one in await now_sent(club) if one.kind == "promotion"]
    assert [(one.channel_id, one.member_id) for one in sent] == [(LOG, 0), (0, ME)]


async def test_moderators_are_asked_once_to_tell_of_a_place_whom_nobody_may_write_to(club: Club):
    session = await club.schedule(capacity=1)
    await club.thread(session)
    await say(club, session, GOING, FRIEND)
    await put_down(club, session, GOING, STRANGER)
    await now_sent(club)
    await club.edit(session, capacity=2)
    (said,) = await now_sent(club)
    assert (said.kind, said.channel_id, said.pinged) == ("promotion", LOG, frozenset())
    assert f"<@{STRANGER}>, for whom an organizer answered. I can't write to them" in said.text
    await club.move(session, at(16, 7))
    assert [one for one in await now_sent(club) if one.kind == "promotion"] == []


async def test_a_promotion_that_does_not_arrive_goes_to_no_thread_that_others_read(club: Club):
    session = await club.schedule(capacity=1)
    await club.thread(session)
    await say(club, session, GOING, FRIEND)
    await put_down(club, session)
    await now_sent(club)
    await say(club, session, NOT_GOING, FRIEND)
    (post,) = [post for post in await club.claim() if post.kind == "promotion"]
    await club.attempt(post, PostState.UNDELIVERABLE, DMS_CLOSED)
    assert await now_sent(club) == []


# Those who had put their name down themselves


async def left_and_put_back(club: Club, session: Session) -> None:
    """Somebody leaves, and an organizer puts them back."""
    await say(club, session, NOT_GOING)
    await put_down(club, session)


async def test_a_reminder_that_waits_drops_who_left_and_was_put_back_by_an_organizer(club: Club):
    session = await club.schedule()
    await say(club, session)
    await say(club, session, GOING, FRIEND)
    club.clock.at = at(14, 20)
    await club.run_steps()
    (waiting,) = await club.posts("evening", PostState.PLANNED)
    assert waiting.data["mentions"] == [ME, FRIEND]
    await left_and_put_back(club, session)
    assert in_public(await now_sent(club)) == []


async def test_a_morning_post_that_waits_drops_who_left_and_was_put_back_by_an_organizer(club: Club):
    await club.morning()
    session = await club.schedule()
    await say(club, session)
    await say(club, session, GOING, FRIEND)
    await club.until(at(15, 5))
    club.clock.at = at(15, 6)
    await club.run_steps()
    await left_and_put_back(club, session)
    sent = await now_sent(club)
    assert in_public(sent) == []
    assert [one.pinged for one in sent if one.channel_id == MORNING] == [{FRIEND}]


async def test_a_notice_that_waits_drops_who_left_and_was_put_back_by_an_organizer(club: Club):
    session = await club.schedule()
    await say(club, session)
    await say(club, session, GOING, FRIEND)
    await club.move(session, at(16, 7))
    await left_and_put_back(club, session)
    sent = await now_sent(club)
    assert in_public(sent) == []
    assert pings(sent, "moved") == [frozenset({FRIEND})]


async def test_who_confirms_is_mentioned_from_then_on(club: Club):
    session = await club.schedule()
    await put_down(club, session)
    await say(club, session)
    assert pings(await club.until(at(15, 8)), "dawn") == [frozenset({ME})]


async def test_who_confirms_while_a_reminder_waits_is_mentioned_in_it(club: Club):
    session = await club.schedule()
    await put_down(club, session, GOING, STRANGER)
    await say(club, session, GOING, FRIEND)
    club.clock.at = at(14, 20)
    await club.run_steps()
    await say(club, session, GOING, STRANGER)
    assert pings(await now_sent(club), "evening") == [frozenset({FRIEND, STRANGER})]


async def test_who_was_reminded_in_private_is_not_reminded_again_once_they_confirm(club: Club):
    session = await club.schedule()
    await put_down(club, session)
    await club.until(at(14, 20, 30))
    await say(club, session)
    assert [one.kind for one in club.sent if ME in one.pinged or one.member_id == ME].count("evening") == 1


# Reminders of their own


async def test_own_times_are_kept_and_what_was_to_be_said_in_the_thread_is_said_in_private(club: Club):
    await club.services.own_reminders.choose(GUILD, person(ME), OwnChange(before=(30,), by="thread"))
    session = await club.schedule()
    await club.thread(session)
    await put_down(club, session)
    sent = await club.until(at(15, 8))
    assert in_public(sent) == []
    assert [(one.kind, one.at) for one in sent if one.member_id == ME][-1] == ("before", at(15, 6, 30))


async def test_who_wants_no_reminders_gets_none(club: Club):
    await club.services.own_reminders.choose(GUILD, person(ME), OwnChange(by="off"))
    session = await club.schedule()
    await put_down(club, session)
    assert in_private(await club.until(at(15, 8))) == [ANSWERED_FOR]


async def test_a_reminder_that_does_not_arrive_goes_to_no_place_that_others_read(club: Club):
    session = await club.schedule()
    await club.thread(session)
    await put_down(club, session)
    await club.until(at(14, 19))
    club.clock.at = at(14, 20)
    await club.run_steps()
    for post in await club.claim():
        closed = post.member_id == ME
        outcome = PostState.UNDELIVERABLE if closed else PostState.SENT
        await club.attempt(post, outcome, DMS_CLOSED)
    assert in_public(await now_sent(club)) == []


# What is told anew


async def test_an_edit_that_never_left_is_told_anew_to_those_who_read_in_public_too(club: Club):
    session = await club.schedule()
    await say(club, session, GOING, FRIEND)
    await put_down(club, session)
    await now_sent(club)
    await club.edit(session, venue="会議室A")
    (public,) = [post for post in await under_way(club, "edited") if not post.member_id]
    await club.edit(session, theme="別の話")
    await comes_to_nothing(club, public, "limited")
    club.clock.pass_time(minutes=1)
    told = {field for one in await now_sent(club) if FRIEND in one.value.mentions for field in one.value.fields}
    assert told == {"theme", "venue"}
