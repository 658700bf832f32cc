"""The question box of a lecture: who may ask, when the lecturer reads it, in which order, and what nobody learns."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from bot.domain.actors import Actor
from bot.domain.communities import NewSettings
from bot.domain.errors import InvalidText, Unknown
from bot.domain.groups import GroupChange
from bot.domain.posts import PostState
from bot.domain.question_box import (
    BOX,
    AlreadyBegun,
    AlreadyRead,
    AskedEnough,
    AskingOneself,
    FullBox,
    NoLecturerYet,
    OwnQuestions,
    Question,
)
from bot.domain.question_box.values import bundles, handed_at, line_up
from bot.domain.rotation import TurnState
from bot.domain.rotation.guests import Guest
from bot.domain.rsvps import Answer
from bot.domain.sessions import Session, SessionNotOpen
from data.audit import audit
from data.question_box import lecture_questions
from data.schema import metadata
from tests.domain.reminding import GUILD, Club, Sent, a_club, at
from tests.domain.rotation.taking_turns import DAY, one, take, work_in
from tests.domain.study import MODERATOR, time_of

HOUR = timedelta(hours=1)
MINUTE = timedelta(minutes=1)
STARTS = at(20, 19)
EVENING = at(19, 20)
"""The community's usual evening."""
LECTURER, ASKER, OTHER, BEGINNER = 11, 12, 13, 14


@pytest.fixture
async def club(tmp_path: Path) -> AsyncIterator[Club]:
    async with a_club(tmp_path) as opened:
        yield opened


async def lecture(club: Club, starts_at: datetime = STARTS) -> Session:
    """A session at which somebody of finance has confirmed to lecture; everybody uses the bot."""
    session = await club.schedule(starts_at)
    for member_id in (LECTURER, ASKER, OTHER, BEGINNER):
        await club.services.members.used(GUILD, member_id, may_hint=False, language="ja")
    await work_in(club, LECTURER, "finance")
    await take(club, session, LECTURER, industry="finance")
    return session


async def ask(club: Club, session: Session, who: int, text: str, *, anonymous: bool = False) -> OwnQuestions:
    return await club.services.question_box.ask(GUILD, one(who), session.id, text, anonymous=anonymous)


async def own(club: Club, session: Session, who: int) -> OwnQuestions:
    found = await club.services.question_box.look(GUILD, one(who), session.id)
    assert isinstance(found, OwnQuestions)
    return found


async def full(club: Club, session: Session, who: int) -> FullBox:
    found = await club.services.question_box.look(GUILD, one(who), session.id)
    assert isinstance(found, FullBox)
    return found


def handed(sent: list[Sent]) -> list[tuple[int, datetime, list[str]]]:
    """To whom questions went, when, and which."""
    return [(each.member_id, each.at, [q.text for q in each.value.questions]) for each in sent if each.kind == BOX]


# The rules


def question(number: int, who: int, text: str = "?", *, anonymous: bool = False) -> Question:
    return Question(number, 1, who, text, anonymous, at(13, 12) + number * MINUTE)


def test_other_industries_and_beginners_are_read_first_and_an_anonymous_place_tells_nothing():
    asked = [question(1, 21), question(2, 22), question(3, 23), question(4, 24, anonymous=True), question(5, 25)]
    industries = {21: "finance", 22: "medical", 23: "", 24: "finance", 25: "medical"}
    heard = {21: 0, 22: 7, 23: 2, 24: 9, 25: 2}
    assert [each.id for each in line_up(asked, industries, heard, {"finance"})] == [4, 3, 5, 2, 1]


def test_as_few_messages_as_they_fit_into_and_none_is_lost():
    asked = [question(number, 20, "勉" * 300) for number in range(9)]
    found = bundles(asked)
    assert [each for some in found for each in some] == asked
    assert [len(some) for some in found] == [4, 4, 1]
    assert len(bundles([question(number, 20) for number in range(9)])) == 1
    assert bundles([]) == []


@pytest.mark.parametrize(
    ("now", "expected"),
    [
        (EVENING - 3 * HOUR, EVENING),
        (EVENING, EVENING + 15 * MINUTE),
        (EVENING + 14 * MINUTE, EVENING + 15 * MINUTE),
        (STARTS - 20 * MINUTE, STARTS - 15 * MINUTE),
        (STARTS - 10 * MINUTE, STARTS - 10 * MINUTE),
    ],
)
def test_a_question_goes_out_in_the_evening_or_with_those_of_its_quarter_of_an_hour(now: datetime, expected: datetime):
    assert handed_at(EVENING, STARTS, now) == expected


# Handing over


async def test_the_lecturer_reads_all_questions_on_the_evening_before_in_one_private_message(club: Club):
    session = await lecture(club)
    await work_in(club, ASKER, "finance")
    await work_in(club, OTHER, "medical")
    await ask(club, session, ASKER, "同業の質問")
    assert (await ask(club, session, OTHER, "薬の値段は？")).handed_at == EVENING
    await ask(club, session, BEGINNER, "恥ずかしい質問", anonymous=True)
    assert handed(await club.until(EVENING - MINUTE)) == []
    (message,) = [each for each in await club.until(EVENING) if each.kind == BOX]
    assert (message.at, message.member_id, message.pinged) == (EVENING, LECTURER, frozenset())
    assert [each.text for each in message.value.questions] == ["恥ずかしい質問", "薬の値段は？", "同業の質問"]
    assert [each.member_id for each in message.value.questions] == [0, OTHER, ASKER]
    assert f"<@{OTHER}> (Medicine and health care)" in message.text
    assert str(BEGINNER) not in message.text
    assert "Anonymous" in message.text
    assert handed(await club.until(STARTS)) == []


async def test_the_groups_own_evening_counts(club: Club):
    session = await lecture(club)
    async with club.db(GUILD) as uow:
        await uow.groups.change(club.group.id, evening_before=time_of(18))
    await ask(club, session, ASKER, "何時？")
    assert handed(await club.until(STARTS)) == [(LECTURER, EVENING - 2 * HOUR, ["何時？"])]


async def test_an_evening_that_changes_takes_what_was_asked_before_with_it(club: Club):
    session = await lecture(club)
    await ask(club, session, ASKER, "一")
    await club.services.communities.change(GUILD, MODERATOR, NewSettings(evening_before="18:00"))
    assert (await own(club, session, ASKER)).handed_at == EVENING - 2 * HOUR
    later = GroupChange(evening_before="21:00")
    await club.services.groups.edit(GUILD, MODERATOR, club.group.name, later)
    assert handed(await club.until(STARTS)) == [(LECTURER, EVENING + HOUR, ["一"])]


async def test_an_evening_that_comes_sooner_is_kept_too(club: Club):
    session = await lecture(club)
    await ask(club, session, ASKER, "一")
    await club.services.communities.change(GUILD, MODERATOR, NewSettings(evening_before="18:00"))
    assert handed(await club.until(STARTS)) == [(LECTURER, EVENING - 2 * HOUR, ["一"])]


async def test_what_is_asked_later_comes_bundled_until_the_start(club: Club):
    session = await lecture(club)
    await ask(club, session, ASKER, "一")
    await club.until(EVENING + 3 * MINUTE)
    await ask(club, session, ASKER, "二")
    await club.until(EVENING + 8 * MINUTE)
    await ask(club, session, OTHER, "三")
    sent = await club.until(EVENING + HOUR)
    assert handed(sent) == [(LECTURER, EVENING + 15 * MINUTE, ["二", "三"])]
    assert [each.value.more for each in sent if each.kind == BOX] == [True]
    await club.until(STARTS - 5 * MINUTE)
    await ask(club, session, OTHER, "四")
    assert handed(await club.until(STARTS)) == [(LECTURER, STARTS - 5 * MINUTE, ["四"])]


async def test_quiet_hours_hold_them_until_the_morning(club: Club):
    session = await lecture(club)
    async with club.db(GUILD) as uow:
        await uow.communities.change(quiet_begin=time_of(19), quiet_end=time_of(7))
    await ask(club, session, ASKER, "夜は静かに")
    assert [when for _who, when, _texts in handed(await club.until(STARTS))] == [at(20, 7)]


async def test_whoever_takes_the_turn_over_is_handed_all_of_them_and_nobody_twice(club: Club):
    session = await lecture(club)
    await ask(club, session, ASKER, "一")
    await club.until(EVENING + 5 * MINUTE)
    async with club.db(GUILD) as uow:
        (turn,) = (await uow.rotation.turns([session.id]))[session.id]
        await uow.rotation.put(turn.become(TurnState.DECLINED, club.clock.now()))
    await take(club, session, OTHER)
    sent = handed(await club.until(STARTS))
    assert [(who, texts) for who, _when, texts in sent] == [(OTHER, ["一"])]


async def test_a_guests_questions_go_to_the_host(club: Club):
    session = await club.schedule()
    for member_id in (ASKER, OTHER):
        await club.services.members.used(GUILD, member_id, may_hint=False)
    async with club.db(GUILD) as uow:
        await uow.guests.put(Guest(session.id, OTHER, "佐藤"))
    await take(club, session, 0, industry="medical")
    await ask(club, session, ASKER, "先生への質問")
    assert [(who, texts) for who, _when, texts in handed(await club.until(session.starts_at))] == [
        (OTHER, ["先生への質問"])
    ]


async def test_who_stops_such_messages_reads_them_by_looking(club: Club):
    session = await lecture(club)
    await club.services.members.choose(GUILD, LECTURER, "box", wanted=False)
    await ask(club, session, ASKER, "一")
    assert handed(await club.until(STARTS - MINUTE)) == []
    assert [each.text for each in (await full(club, session, LECTURER)).questions] == ["一"]


async def test_who_wants_such_messages_again_is_handed_what_was_not_sent(club: Club):
    session = await lecture(club)
    async with club.db(GUILD) as uow:
        await uow.communities.change(quiet_begin=time_of(19), quiet_end=time_of(7))
    await ask(club, session, ASKER, "一")
    await club.until(EVENING + MINUTE)
    for wanted in (False, True):
        await club.services.members.choose(GUILD, LECTURER, "box", wanted=wanted)
    assert [texts for _who, _when, texts in handed(await club.until(STARTS))] == [["一"]]


async def test_a_session_that_moves_hands_them_over_on_its_new_evening(club: Club):
    session = await lecture(club)
    await ask(club, session, ASKER, "一")
    await club.move(session, STARTS + 2 * DAY)
    assert handed(await club.until(STARTS + 2 * DAY)) == [(LECTURER, EVENING + 2 * DAY, ["一"])]


async def test_of_a_session_that_is_cancelled_nothing_is_handed_over(club: Club):
    session = await lecture(club)
    await ask(club, session, ASKER, "一")
    await club.cancel(session)
    assert handed(await club.until(STARTS)) == []


# Asking and taking back


async def test_nobody_asks_where_nobody_lectures(club: Club):
    session = await club.schedule(STARTS)
    with pytest.raises(NoLecturerYet):
        await ask(club, session, ASKER, "誰？")
    await take(club, session, LECTURER, TurnState.ASKED)
    with pytest.raises(NoLecturerYet):
        await own(club, session, ASKER)


async def test_three_questions_is_the_most_and_each_has_to_say_something(club: Club):
    session = await lecture(club)
    for text in ("", "  ", "勉" * 301):
        with pytest.raises(InvalidText):
            await ask(club, session, ASKER, text)
    for number in range(3):
        await ask(club, session, ASKER, f"{number}")
    with pytest.raises(AskedEnough):
        await ask(club, session, ASKER, "四つ目")
    # It is a limit of each person.
    await ask(club, session, OTHER, "一つ目")


async def test_the_box_closes_at_the_start(club: Club):
    session = await lecture(club)
    club.clock.at = STARTS
    with pytest.raises(AlreadyBegun):
        await ask(club, session, ASKER, "遅い")
    club.clock.at = STARTS + DAY
    with pytest.raises(SessionNotOpen):
        await ask(club, session, ASKER, "遅い")


async def test_once_the_box_has_closed_nothing_more_is_promised(club: Club):
    session = await lecture(club)
    assert (await ask(club, session, ASKER, "一")).may_ask
    async with club.db(GUILD) as uow:
        (turn,) = (await uow.rotation.turns([session.id]))[session.id]
        await uow.rotation.put(turn.become(TurnState.DECLINED, club.clock.now()))
    left = await own(club, session, ASKER)
    assert (len(left.questions), left.handed_at, left.may_ask) == (1, None, False)
    await take(club, session, LECTURER)
    assert (await own(club, session, ASKER)).may_ask
    club.clock.at = STARTS
    over = await own(club, session, ASKER)
    assert (len(over.questions), over.handed_at, over.may_ask) == (1, None, False)


async def test_who_lectures_does_not_ask_themselves(club: Club):
    session = await lecture(club)
    with pytest.raises(AskingOneself):
        await ask(club, session, LECTURER, "自問")


async def test_who_can_not_see_the_group_finds_no_box(club: Club):
    session = await lecture(club)
    with pytest.raises(Unknown):
        await club.services.question_box.ask(GUILD, Actor(ASKER), session.id, "見えない")


async def test_an_own_question_can_be_taken_back_until_the_lecturer_may_have_read_it(club: Club):
    session = await lecture(club)
    (first,) = (await ask(club, session, ASKER, "一")).questions
    second = (await ask(club, session, ASKER, "二")).questions[1]
    with pytest.raises(Unknown):
        await club.services.question_box.withdraw(GUILD, one(OTHER), first.id)
    left = await club.services.question_box.withdraw(GUILD, one(ASKER), first.id)
    assert [each.text for each in left.questions] == ["二"]
    assert handed(await club.until(EVENING)) == [(LECTURER, EVENING, ["二"])]
    with pytest.raises(AlreadyRead):
        await club.services.question_box.withdraw(GUILD, one(ASKER), second.id)
    assert (await own(club, session, ASKER)).read == {second.id}


async def test_a_message_that_was_written_but_has_not_gone_out_is_written_anew_without_it(club: Club):
    session = await lecture(club)
    (first,) = (await ask(club, session, ASKER, "一")).questions
    await ask(club, session, OTHER, "二")
    club.clock.at = EVENING
    await club.run_steps()
    (post,) = [each for each in await club.claim() if each.kind == BOX]
    # It was refused for now, and its text is frozen.
    await club.attempt(post, PostState.RETRY)
    await club.services.question_box.withdraw(GUILD, one(ASKER), first.id)
    assert [texts for _who, _when, texts in handed(await club.until(STARTS))] == [["二"]]
    assert [each.state for each in await club.posts(BOX)] == [PostState.CANCELLED, PostState.SENT]


async def test_the_questions_of_who_leaves_go_with_them(club: Club):
    session = await lecture(club)
    await ask(club, session, ASKER, "一")
    await club.services.members.left(GUILD, ASKER)
    assert handed(await club.until(STARTS)) == []


async def test_nothing_but_the_questions_own_row_knows_who_asked_anonymously(club: Club):
    session = await lecture(club)
    secret = 987654321
    (first,) = (await ask(club, session, secret, "恥ずかしい", anonymous=True)).questions
    await ask(club, session, secret, "もう一つ", anonymous=True)
    await club.services.question_box.withdraw(GUILD, one(secret), first.id)
    await club.until(EVENING)
    found: list[str] = []
    async with club.db.connections.reading() as connection:
        for table in metadata.sorted_tables:
            for row in await connection.execute(select(table)):
                found += [table.name for value in row if str(secret) in str(value)]
        acts = [row.action for row in await connection.execute(select(audit).where(audit.c.actor_id.is_(None)))]
    assert found == [lecture_questions.name]
    assert {"question.ask", "question.withdraw"} <= set(acts)
    assert all(str(secret) not in each.text for each in club.sent)


async def test_who_asks_by_name_stands_in_the_audit(club: Club):
    session = await lecture(club)
    await ask(club, session, ASKER, "一")
    async with club.db.connections.reading() as connection:
        rows = await connection.execute(select(audit.c.actor_id).where(audit.c.action == "question.ask"))
        assert list(rows.scalars()) == [ASKER]


async def test_beginners_are_those_who_have_heard_few_lectures(club: Club):
    before = await club.schedule(at(14, 19), "前回")
    await club.answer(before, Answer.GOING, ASKER)
    await club.until(at(14, 21))
    session = await lecture(club)
    await ask(club, session, ASKER, "常連")
    await ask(club, session, BEGINNER, "初めて")
    assert [each.text for each in (await full(club, session, LECTURER)).questions] == ["初めて", "常連"]
