"""Restrictions: what somebody loses by one, what they can't do meanwhile, and who learns of it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from bot.domain.actors import Actor
from bot.domain.errors import InvalidText, NotAllowed
from bot.domain.members import note_use
from bot.domain.phrases import Fork
from bot.domain.questions.values import QUESTION, MayBeGuessed, NewQuestion
from bot.domain.restricting import KIND, Restricting, WhichEnd
from bot.domain.restrictions import (
    ModeratorNotRestricted,
    NotRestricted,
    Part,
    Restricted,
    Restriction,
    RestrictionEnds,
)
from bot.domain.rotation.saying import REQUEST
from bot.domain.rotation.undoing import ChangedSince
from bot.domain.rsvps import ANSWERED_FOR, Answer
from bot.domain.sessions import NewSession
from tests.data.files import audit_rows
from tests.domain.reminding import GUILD, MODERATOR, Club, a_club, at
from tests.domain.rotation.taking_turns import DAY, join, one, take, turns

FORUM = 77
FAR = at(15, 7) + 21 * DAY


@pytest.fixture
async def club(tmp_path: Path) -> AsyncIterator[Club]:
    async with a_club(tmp_path) as club:
        yield club


async def restrict(
    club: Club, member_id: int, part: Part, until: datetime | None = None, reason: str = ""
) -> Restricting:
    new = Restriction(member_id, part, until, reason)
    result = await club.services.restricting.restrict(GUILD, MODERATOR, one(member_id), new)
    assert isinstance(result, Restricting)
    return result


async def answers(club: Club, session_id: int) -> dict[int, tuple[str, bool]]:
    async with club.db.reading(GUILD) as uow:
        return {rsvp.member_id: (rsvp.answer.value, rsvp.waiting) for rsvp in await uow.rsvps.of_session(session_id)}


async def test_places_in_that_time_go_to_those_who_wait_and_later_ones_stay(club: Club):
    until = at(20, 0)
    near = await club.schedule(at(15, 7), "近い回", capacity=1)
    far = await club.schedule(at(22, 7), "遠い回")
    await club.answer(near, Answer.GOING, 11, 12)
    await club.answer(far, Answer.GOING, 11)
    result = await restrict(club, 11, "sessions", until)
    assert [session.id for session in result.sessions] == [near.id]
    assert await answers(club, near.id) == {11: ("not_going", False), 12: ("going", False)}
    assert await answers(club, far.id) == {11: ("going", False)}
    # It is told as what it is, and not as an organizer's answer.
    assert await club.posts(ANSWERED_FOR) == []


async def test_meanwhile_they_can_neither_come_nor_be_put_down_nor_host_and_may_say_no(club: Club):
    session, later = await club.schedule(at(15, 7)), await club.schedule(at(22, 7), "遠い回")
    await restrict(club, 11, "sessions", at(20, 0), "連絡なしの欠席")
    for answer in (Answer.GOING, Answer.LATE, Answer.MAYBE):
        with pytest.raises(Restricted) as said:
            await club.services.rsvps.answer(GUILD, one(11), session.id, answer)
        assert (said.value.until, said.value.reason, said.value.member_id) == (at(20, 0), "連絡なしの欠席", 0)
    with pytest.raises(Restricted) as said:
        await club.services.rsvps.answer(GUILD, MODERATOR, session.id, Answer.GOING, member_id=11)
    assert (said.value.reason, said.value.member_id) == ("", 11), "why is nobody else's business"
    await club.services.memberships.join(GUILD, one(11), club.group.name)
    with pytest.raises(Restricted):
        await club.services.sessions.preview(
            GUILD, one(11), NewSession(club.group.id, "お茶会", at(16, 19), kind="social", host_id=11)
        )
    await club.services.rsvps.answer(GUILD, one(11), session.id, Answer.NOT_GOING)
    await club.services.rsvps.answer(GUILD, one(11), later.id, Answer.GOING)
    assert await answers(club, later.id) == {11: ("going", False)}


async def test_when_it_ends_they_come_again(club: Club):
    await restrict(club, 11, "sessions", club.clock.now() + timedelta(hours=1))
    session = await club.schedule(at(15, 7))
    club.clock.at += timedelta(hours=1)
    await club.services.rsvps.answer(GUILD, one(11), session.id, Answer.GOING)
    with pytest.raises(NotRestricted):
        await club.services.restricting.lift(GUILD, MODERATOR, 11)


async def test_their_turns_in_that_time_go_to_others_at_once(club: Club):
    await join(club, 11, 12)
    near, far = await club.schedule(FAR, "近い回"), await club.schedule(FAR + 7 * DAY, "遠い回")
    await take(club, near, 11)
    await take(club, far, 11)
    await club.until(FAR - 20 * DAY)
    result = await restrict(club, 11, "rotation", FAR + DAY)
    assert [session.id for session in result.sessions] == [near.id]
    sent = await club.until(club.clock.now())
    assert [each.member_id for each in sent if each.kind == REQUEST] == [12]
    assert [(turn.member_id, turn.state.value) for turn in await turns(club, far)] == [(11, "confirmed")]


async def test_who_is_kept_from_the_rotation_is_asked_for_no_date_in_that_time(club: Club):
    await join(club, 11)
    session = await club.schedule(FAR)
    await restrict(club, 11, "rotation")
    assert [each for each in await club.until(FAR - DAY) if each.kind.startswith("turn_re")] == []
    with pytest.raises(Restricted):
        await club.services.requests.take(GUILD, one(11), session.id)
    await club.services.roster.leave(GUILD, one(11), None)
    with pytest.raises(Restricted):
        await club.services.roster.join(GUILD, one(11), None)


async def test_when_it_is_lifted_they_are_asked_again(club: Club):
    await join(club, 11)
    await club.schedule(FAR)
    await restrict(club, 11, "rotation")
    await club.until(FAR - 20 * DAY)
    (lifted,) = await club.services.restricting.lift(GUILD, MODERATOR, 11, "rotation")
    assert lifted.part == "rotation"
    assert [each.member_id for each in await club.until(club.clock.now()) if each.kind == REQUEST] == [11]


async def test_the_person_is_told_once_and_not_of_what_was_lifted(club: Club):
    async with club.db(GUILD) as uow:
        await note_use(uow, 11, club.clock.now())
        await note_use(uow, 12, club.clock.now())
    assert (await restrict(club, 11, "sessions", reason="欠席")).told
    assert (await restrict(club, 12, "sessions")).told
    await club.services.restricting.lift(GUILD, MODERATOR, 12)
    told = [each for each in await club.until(club.clock.now()) if each.kind == KIND]
    assert [(each.member_id, each.value.restriction.reason) for each in told] == [(11, "欠席")]
    assert not (await restrict(club, 13, "sessions")).told, "they have never used the bot"


async def test_a_second_one_replaces_the_first_and_each_leaves_an_audit_row_without_the_reason(club: Club):
    await restrict(club, 11, "sessions", at(20, 0), "一つ目")
    await restrict(club, 11, "sessions", None, "二つ目")
    await club.services.restricting.lift(GUILD, MODERATOR, 11)
    rows = [row for row in await audit_rows(club.db, GUILD) if row[0].startswith("restriction.")]
    assert [row[:3] for row in rows] == [
        ("restriction.set", MODERATOR.member_id, "member:11"),
        ("restriction.set", MODERATOR.member_id, "member:11"),
        ("restriction.lift", MODERATOR.member_id, "member:11"),
    ]  # fmt: skip
    assert not any("目" in str(row) for row in rows)


async def test_only_moderators_restrict_and_no_moderator_is_restricted(club: Club):
    service = club.services.restricting
    with pytest.raises(NotAllowed):
        await service.restrict(GUILD, one(12), one(11), Restriction(11, "sessions"))
    with pytest.raises(NotAllowed):
        await service.lift(GUILD, one(12), 11)
    with pytest.raises(NotAllowed):
        await service.list(GUILD, one(12))
    with pytest.raises(ModeratorNotRestricted):
        await service.restrict(GUILD, MODERATOR, Actor(11, moderator=True), Restriction(11, "sessions"))
    with pytest.raises(RestrictionEnds):
        await restrict(club, 11, "sessions", club.clock.now())
    with pytest.raises(InvalidText):
        await restrict(club, 11, "sessions", None, "x" * 201)
    assert (await service.list(GUILD, MODERATOR)).restrictions == ()


async def test_of_two_readings_the_moderator_chooses_one(club: Club):
    ends = (at(16, 7), at(16, 19))
    new = Restriction(11, "sessions", ends[0])
    asked = await club.services.restricting.restrict(
        GUILD, MODERATOR, one(11), new, [Fork("until", "7時", tuple({"until": end.isoformat()} for end in ends))]
    )
    assert isinstance(asked, WhichEnd)
    assert asked.readings == ends
    done = await club.services.restricting.choose(GUILD, MODERATOR, asked.draft_id, 1)
    assert isinstance(done, Restricting)
    assert done.restriction.until == ends[1]


async def test_many_of_them_are_shown_on_several_screens(club: Club):
    for member_id in range(11, 23):
        await restrict(club, member_id, "sessions")
    first, second, beyond = [await club.services.restricting.list(GUILD, MODERATOR, page) for page in (0, 1, 9)]
    assert [len(each.restrictions) for each in (first, second)] == [10, 2]
    assert (first.pages, beyond) == (2, second)


async def test_who_is_kept_from_sessions_does_not_lecture_there_either(club: Club):
    await join(club, 11, 12)
    session = await club.schedule(FAR)
    await take(club, session, 11)
    await club.until(FAR - 20 * DAY)
    result = await restrict(club, 11, "sessions")
    assert [each.id for each in result.sessions] == [session.id]
    sent = await club.until(club.clock.now())
    assert [each.member_id for each in sent if each.kind == REQUEST] == [12]
    with pytest.raises(Restricted):
        await club.services.requests.take(GUILD, one(11), session.id)


async def test_no_organizer_puts_down_whom_the_moderators_keep_away_nor_brings_them_back(club: Club):
    await join(club, 11, 12)
    session = await club.schedule(FAR)
    await take(club, session, 11)
    skipped = await club.services.by_hand.skip(GUILD, MODERATOR, session.id, 11)
    await restrict(club, 11, "rotation", reason="内緒")
    with pytest.raises(ChangedSince):
        await club.services.undoing.undo(GUILD, MODERATOR, skipped.undo_id)
    with pytest.raises(Restricted) as said:
        await club.services.by_hand.propose(GUILD, MODERATOR, session.id, 11)
    assert (said.value.reason, said.value.member_id) == ("", 11)
    assert next((turn.member_id, turn.state.value) for turn in await turns(club, session)) == (11, "released")


async def test_who_is_kept_from_sessions_asks_their_lecturers_nothing(club: Club):
    await join(club, 12)
    session = await club.schedule(FAR)
    await take(club, session, 12)
    await restrict(club, 11, "sessions")
    with pytest.raises(Restricted):
        await club.services.question_box.ask(GUILD, one(11), session.id, "質問", anonymous=True)


async def test_who_is_kept_from_answering_says_nothing_to_others_questions_through_the_bot(club: Club):
    await with_questions(club)
    others, own = await asked(club, 12), await asked(club, 11)
    await restrict(club, 11, "answering", reason="宣伝")
    life = club.services.question_life
    with pytest.raises(Restricted) as said:
        await life.reply(GUILD, seeing(11), str(others), "返事")
    assert (said.value.part, said.value.reason) == ("answering", "宣伝")
    await life.reply(GUILD, seeing(11), str(own), "補足")
    await club.services.restricting.lift(GUILD, MODERATOR, 11, "answering")
    await life.reply(GUILD, seeing(11), str(others), "返事")


async def with_questions(club: Club) -> None:
    """There is a forum, and questions get their threads at once."""
    async with club.db(GUILD) as uow:
        await uow.communities.change(questions_channel=FORUM)


async def asked(club: Club, member_id: int, *, anonymous: bool = False) -> int:
    """A question of this person's that has its thread; its id."""
    result = await club.services.asking.ask(GUILD, seeing(member_id), NewQuestion("なぜ？", anonymous=anonymous))
    question_id = result.draft_id if isinstance(result, MayBeGuessed) else result.view.question.id
    if anonymous:
        await club.services.asking.confirm(GUILD, seeing(member_id), question_id)
    async with club.db(GUILD) as uow:
        mirror = await uow.mirrors.find(QUESTION, question_id)
        assert mirror is not None
        await uow.mirrors.store(mirror, remote_id=1000 + question_id, shown=mirror.wanted)
    return question_id


def seeing(member_id: int) -> Actor:
    return Actor(member_id, sees=lambda channel_id: True)
