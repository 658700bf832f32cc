"""The ledger as people fill it: what counts and what does not, the year that is told once, and how much is read."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from msgspec.structs import replace

from bot.domain.actors import Actor
from bot.domain.errors import InvalidNumber
from bot.domain.ledger import YEAR, Act, Ledger, next_year, sent_at, span
from bot.domain.members import note_use
from bot.domain.questions.answers import Answer as Accepted
from bot.domain.questions.gratitude import Gratitude
from bot.domain.questions.values import Question, QuestionState
from bot.domain.rsvps import Answer
from bot.domain.takeaways import Takeaway
from tests.domain.reminding import GUILD, MODERATOR, Club, Sent, a_club, at
from tests.domain.rotation.taking_turns import DAY, one, take, work_in

ME, YOU, THIRD = 11, 12, 13
FORUM = 500


@pytest.fixture
async def club(tmp_path: Path) -> AsyncIterator[Club]:
    async with a_club(tmp_path) as club:
        async with club.db(GUILD) as uow:
            for member_id in (ME, YOU, THIRD):
                await note_use(uow, member_id, club.clock.now())
        yield club


async def ledger(club: Club, who: int = ME, *, year: int = 0, act: Act | None = None, page: int = 0) -> Ledger:
    return await club.services.ledger.show(GUILD, one(who), year=year, act=act, page=page)


def numbers(found: Ledger) -> dict[str, int]:
    return {act.value: total.number for act, total in found.sums.items() if total.number}


async def asked(club: Club, who: int, text: str, *, anonymous: bool = False, industry: str = "") -> Question:
    now = club.clock.now()
    new = Question(0, who, anonymous, text, "", industry, "", FORUM, QuestionState.OPEN, "", now, now)
    async with club.db(GUILD) as uow:
        return await uow.questions.add(new)


async def accepted(club: Club, question: Question, author: int) -> None:
    async with club.db(GUILD) as uow:
        now = club.clock.now()
        message = 9000 + question.id * 10 + author
        await uow.answers.add(Accepted(0, question.id, FORUM, message, author, False, "x", question.asker_id, now))


async def thanked(club: Club, question: Question, who: int, topic: str = "Tea") -> None:
    async with club.db(GUILD) as uow:
        now = club.clock.now()
        await uow.gratitude.add(Gratitude(0, question.id, 0, question.asker_id, False, who, topic, False, now))


async def met(club: Club, people: tuple[int, ...], **said: bool) -> None:
    async with club.db(GUILD) as uow:
        meeting = await uow.meetings.add("pairing", club.clock.now(), people)
        for name, yes in said.items():
            await uow.meetings.say(meeting, {"me": ME, "you": YOU}[name], met=yes)


async def a_lecture(club: Club, lecturer: int = YOU, industry: str = "retail") -> None:
    """On the 15th, with me in the audience; and its end."""
    session = await club.schedule(at(15, 7), "Fish")
    await club.answer(session, Answer.GOING, ME, lecturer)
    await take(club, session, lecturer, industry=industry)
    await club.until(at(16, 7))


# What counts


async def test_a_session_is_heard_by_who_came_and_taught_by_who_lectured(club: Club):
    await a_lecture(club)
    mine, theirs = await ledger(club), await ledger(club, YOU)
    assert (numbers(mine), numbers(theirs)) == ({"heard": 1}, {"taught": 1})
    assert [(each.key, number) for each, number in mine.sums[Act.HEARD].industries] == [("retail", 1)]
    (line,) = (await ledger(club, act=Act.HEARD)).entries
    assert (line.label, line.at) == ("Fish", at(15, 7))


async def test_who_declined_waited_or_may_come_heard_nothing_nor_did_anybody_what_was_cancelled(club: Club):
    session = await club.schedule(at(15, 7), "Fish", capacity=1)
    await club.answer(session, Answer.GOING, YOU, ME)
    await club.answer(session, Answer.MAYBE, THIRD)
    gone = await club.schedule(at(15, 9), "Tea")
    await club.answer(gone, Answer.GOING, ME)
    await club.cancel(gone)
    ahead = await club.schedule(at(20, 9), "Rice")
    await club.answer(ahead, Answer.LATE, ME)
    await club.until(at(16, 7))
    assert numbers(await ledger(club)) == {}
    assert numbers(await ledger(club, THIRD)) == {}
    assert numbers(await ledger(club, YOU)) == {"heard": 1}
    await club.until(at(21, 7))
    assert numbers(await ledger(club)) == {"heard": 1}


async def test_what_one_asked_without_a_name_is_marked_and_ones_own_answer_is_none(club: Club):
    question = await asked(club, ME, "Why?", anonymous=True, industry="retail")
    await accepted(club, question, ME)
    found = await ledger(club, act=Act.ASKED)
    assert numbers(found) == {"asked": 1}
    assert [(each.label, each.unnamed, each.industries) for each in found.entries] == [("Why?", True, ("retail",))]


async def test_a_question_is_answered_once_however_often_one_is_thanked(club: Club):
    await work_in(club, YOU, "finance")
    question = await asked(club, YOU, "Why?")
    hidden = await asked(club, YOU, "And how?", anonymous=True)
    await accepted(club, question, ME)
    await thanked(club, question, ME)
    await thanked(club, question, ME, "Fish")
    await thanked(club, hidden, ME)
    found = await ledger(club)
    assert numbers(found) == {"answered": 2}
    assert found.thanks == 3
    # Who asked without a name shows no industry either.
    assert [(each.key, number) for each, number in found.sums[Act.ANSWERED].industries] == [("finance", 1)]


async def test_only_what_one_says_oneself_makes_a_meeting(club: Club):
    await work_in(club, YOU, "finance")
    await met(club, (ME, YOU), you=True)
    await met(club, (ME, YOU), me=False, you=True)
    assert numbers(await ledger(club)) == {}
    await met(club, (ME, YOU, THIRD), me=True)
    found = await ledger(club, act=Act.MET)
    assert (numbers(found), found.entries[0].people) == ({"met": 1}, (YOU, THIRD))
    assert [each.key for each, _number in found.sums[Act.MET].industries] == ["finance"]
    await club.services.members.left(GUILD, YOU)
    assert (await ledger(club, act=Act.MET)).entries[0].people == (THIRD,)


async def test_what_one_took_home_is_there_and_nobody_elses_is(club: Club):
    session = await club.schedule(at(15, 7), "Fish")
    async with club.db(GUILD) as uow:
        await uow.takeaways.put(Takeaway(session.id, YOU, "Ice", True, club.clock.now()))
    assert numbers(await ledger(club)) == {}
    assert [each.label for each in (await ledger(club, YOU, act=Act.TOOK_HOME)).entries] == ["Ice"]


async def test_what_one_cannot_see_any_more_counts_and_is_not_named(club: Club):
    secret = await club.add_group("秘密", 700)
    session = await club.schedule(at(15, 7), "Fish", group_id=secret.id)
    await club.answer(session, Answer.GOING, ME)
    question = await asked(club, YOU, "Why?")
    await accepted(club, question, ME)
    await club.until(at(16, 7))
    blind = Actor(ME)
    for act, label in ((Act.HEARD, "Fish"), (Act.ANSWERED, "Why?")):
        (line,) = (await club.services.ledger.show(GUILD, blind, act=act)).entries
        assert line.label == ""
        (line,) = (await ledger(club, act=act)).entries
        assert line.label == label


async def test_what_was_heard_in_a_group_that_is_archived_is_still_named_to_who_can_see_its_channel(club: Club):
    old = await club.add_group("旧部会", 700)
    session = await club.schedule(at(15, 7), "Fish", group_id=old.id)
    await club.answer(session, Answer.GOING, ME)
    await club.until(at(16, 7))
    async with club.db(GUILD) as uow:
        await uow.groups.change(old.id, archived_at=club.clock.now())
    (line,) = (await ledger(club, act=Act.HEARD)).entries
    assert line.label == "Fish"
    (line,) = (await club.services.ledger.show(GUILD, Actor(ME), act=Act.HEARD)).entries
    assert line.label == ""


async def test_of_a_hidden_question_that_it_was_asked_and_answered_counts_and_its_words_are_not_shown(club: Club):
    question = await asked(club, YOU, "Why?")
    await accepted(club, question, ME)
    async with club.db(GUILD) as uow:
        await uow.questions.store(replace(question, state=QuestionState.HIDDEN))
    for who, act in ((ME, Act.ANSWERED), (YOU, Act.ASKED)):
        (line,) = (await ledger(club, who, act=act)).entries
        assert line.label == ""


async def test_lines_come_in_pages_and_a_page_that_is_gone_shows_the_last(club: Club):
    for number in range(23):
        await asked(club, ME, f"Question {number}?")
    last = await ledger(club, act=Act.ASKED, page=99)
    assert (last.page, last.pages, len(last.entries)) == (2, 3, 3)
    with pytest.raises(InvalidNumber):
        await ledger(club, year=1999)


# A year


def test_a_year_begins_and_ends_by_the_communitys_clock():
    now = datetime(2027, 3, 1, tzinfo=UTC)
    assert span(2026, "Asia/Tokyo", now) == (
        datetime(2025, 12, 31, 15, tzinfo=UTC),
        datetime(2026, 12, 31, 15, tzinfo=UTC),
    )
    assert span(2027, "Asia/Tokyo", now)[1] == now + timedelta(microseconds=1)
    assert sent_at(2026, "Asia/Tokyo") == datetime(2027, 1, 2, 1, tzinfo=UTC)
    assert next_year(datetime(2027, 1, 2, 0, tzinfo=UTC), "Asia/Tokyo") == 2026
    assert next_year(datetime(2027, 1, 2, 1, tzinfo=UTC), "Asia/Tokyo") == 2027


async def test_a_line_is_in_the_year_in_which_it_was(club: Club):
    await asked(club, ME, "Why?")
    assert numbers(await ledger(club, year=2026)) == {"asked": 1}
    assert (await ledger(club, year=2025)).is_empty


def told(sent: list[Sent]) -> list[Sent]:
    return [each for each in sent if each.kind == YEAR]


async def test_in_january_each_who_did_something_is_told_once_and_silently(club: Club):
    await club.services.ledger.resume(GUILD)
    await club.services.ledger.resume(GUILD)
    await a_lecture(club)
    sent = told(await club.until(datetime(2027, 1, 2, 2, tzinfo=UTC)))
    assert [each.member_id for each in sent] == [ME, YOU]
    assert all(each.silent for each in sent)
    assert "2026" in sent[0].text
    assert sent[1].at - sent[0].at >= timedelta(seconds=10)
    assert told(await club.until(datetime(2027, 2, 10, tzinfo=UTC))) == []
    assert list(await club.planned(YEAR)) == [2027]


async def test_after_downtime_the_summary_comes_late_by_a_month_at_most(club: Club):
    await club.services.ledger.resume(GUILD)
    await a_lecture(club)
    club.clock.at = datetime(2027, 1, 20, 3, tzinfo=UTC)
    assert len(told(await club.until(datetime(2027, 1, 20, 4, tzinfo=UTC)))) == 2
    club.clock.at = datetime(2028, 3, 1, tzinfo=UTC)
    assert told(await club.until(datetime(2028, 3, 2, tzinfo=UTC))) == []
    assert list(await club.planned(YEAR)) == [2028]


@pytest.mark.parametrize(("day", "people"), [(3, 2), (31, 2), (32, 0)])
async def test_where_the_first_night_is_behind_their_time_they_come_late_by_a_month_at_most(
    club: Club, day: int, people: int
):
    await a_lecture(club)
    club.clock.at = datetime(2027, 1, 1, 3, tzinfo=UTC) + timedelta(days=day - 1)
    for _night in range(2):
        await club.services.ledger.resume(GUILD)
    sent = told(await club.until(club.clock.at + timedelta(hours=20)))
    assert [each.member_id for each in sent] == [ME, YOU][:people]
    await club.services.ledger.resume(GUILD)
    assert told(await club.until(datetime(2027, 3, 1, tzinfo=UTC))) == []
    assert list(await club.planned(YEAR)) == [2027]


async def test_who_stopped_it_or_has_left_is_told_nothing(club: Club):
    await club.services.ledger.resume(GUILD)
    await a_lecture(club)
    await club.services.members.choose(GUILD, ME, "year", wanted=False)
    await club.services.members.left(GUILD, YOU)
    assert told(await club.until(datetime(2027, 1, 3, tzinfo=UTC))) == []


async def test_another_time_zone_moves_it(club: Club):
    await club.services.ledger.resume(GUILD)
    async with club.db(GUILD) as uow:
        before = await uow.communities.get()
        after = await uow.communities.change(time_zone="America/New_York")
        await club.services.ledger.on_settings_changed(uow, before, after)
    assert list((await club.planned(YEAR)).values()) == [datetime(2027, 1, 2, 15, tzinfo=UTC)]


async def test_a_community_that_is_set_up_has_its_summaries_planned(club: Club):
    async with club.db(GUILD) as uow:
        after = await uow.communities.get()
        await club.services.ledger.on_settings_changed(uow, replace(after, set_up_at=None), after)
    assert list(await club.planned(YEAR)) == [2026]
    assert MODERATOR.member_id not in {each.member_id for each in told(await club.until(at(15, 7) + DAY))}
