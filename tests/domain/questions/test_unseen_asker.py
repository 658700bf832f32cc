"""Of an anonymous question nothing that others see follows from who its asker is, or from what that person does."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.domain.actors import Actor
from bot.domain.profiles.values import ProfileChange
from bot.domain.questions.activity import ActivityService
from bot.domain.questions.idle import IDLE, QUIET_FOR, TEND_IDLE, TEND_WROTE, TENDED_AFTER
from bot.domain.questions.telling import UNHEARD
from bot.domain.questions.values import QuestionState
from bot.domain.readers import is_by_dm_only, is_for_its_reader
from bot.domain.restrictions import Restricted, Restriction
from tests.data.files import audit_rows
from tests.data.rows import all_posts
from tests.domain.questions.moderated import MOD, a_forum, asked, person, question
from tests.domain.reminding import GUILD, Club

FOOD = "hospitality"


@pytest.fixture
async def club(tmp_path: Path) -> AsyncGenerator[Club]:
    async with a_forum(tmp_path) as club:
        async with club.db(GUILD) as uow:
            for member_id in (11, 12):
                await uow.groups.add_organizer(club.group.id, member_id)
        yield club


async def worker(club: Club, member_id: int) -> None:
    await club.services.profiles.edit(GUILD, person(member_id), ProfileChange(industries=(f"#{FOOD}",)))


async def closed(club: Club, number: int) -> None:
    await club.services.moderating.close(GUILD, MOD, str(number))
    club.clock.at += timedelta(minutes=5)


async def wrote(club: Club, number: int, member_id: int) -> None:
    # The threads are made without Discord, so they are read anew.
    await ActivityService(club.db).said(GUILD, 1000 + number, member_id, club.clock.now())


async def told(club: Club, kind: str) -> list[tuple[int, datetime]]:
    return sorted((post.member_id, post.due_at) for post in await all_posts(club.db) if post.kind == kind)


@pytest.mark.parametrize("through_the_bot", [True, False])
async def test_who_asked_anonymously_and_writes_with_their_name_is_like_anybody_else(club: Club, through_the_bot: bool):
    after: list[Any] = []
    for writer in (12, 13):
        of = await asked(club, 12, anonymous=True)
        await closed(club, of)
        before = len(await audit_rows(club.db, GUILD))
        if through_the_bot:
            await club.services.question_life.reply(GUILD, person(writer), str(of), "なるほど", anonymous=False)
        else:
            await wrote(club, of, writer)
        found = await question(club, of)
        rows = [(action, actor_id == writer) for action, actor_id, *_ in (await audit_rows(club.db, GUILD))[before:]]
        after.append((found.state, found.answered_at is not None, rows))
    assert after[0] == after[1]
    assert after[0][0] is QuestionState.CLOSED


async def test_without_their_name_they_open_it_again(club: Club):
    of = await asked(club, 12, anonymous=True)
    await closed(club, of)
    await club.services.question_life.reply(GUILD, person(12), str(of), "まだです", anonymous=True)
    assert (await question(club, of)).is_open


async def test_who_is_kept_from_answering_says_nothing_with_their_name_not_even_where_they_asked_without_it(club: Club):
    of = await asked(club, 12, anonymous=True)
    await club.services.restricting.restrict(GUILD, MOD, Actor(12), Restriction(12, "answering"))
    with pytest.raises(Restricted):
        await club.services.question_life.reply(GUILD, person(12), str(of), "私です", anonymous=False)
    await club.services.question_life.reply(GUILD, person(12), str(of), "補足です", anonymous=True)


async def test_who_is_kept_from_asking_unseen_opens_what_they_asked_by_name_as_before(club: Club):
    named, unnamed = await asked(club, 12, "何が？"), await asked(club, 12, anonymous=True)
    await club.services.restricting.restrict_asker(GUILD, MOD, str(unnamed), None)
    await closed(club, named)
    await wrote(club, named, 12)
    assert (await question(club, named)).is_open


@pytest.mark.parametrize("asker", [11, 13])
async def test_all_who_look_after_questions_are_told_the_same_whoever_of_them_asked(club: Club, asker: int):
    of = await asked(club, asker, anonymous=True)
    assert [member_id for member_id, _due in await told(club, UNHEARD) if member_id] == [11, 12]
    await closed(club, of)
    await wrote(club, of, 900)
    club.services.question_idle.looked(GUILD)
    await club.until(club.clock.now() + timedelta(hours=2))
    posts = [post for post in await all_posts(club.db) if post.kind == TEND_WROTE]
    assert sorted(post.member_id for post in posts) == [11, 12]
    assert all(is_for_its_reader(post) and not is_by_dm_only(post) for post in posts)
    async with club.db.reading(GUILD) as uow:
        assert [(await club.services.question_idle.describe(uow, post)).mine for post in posts] == [False, False]  # type: ignore[union-attr]


@pytest.mark.parametrize("left", [True, False])
async def test_whether_the_asker_is_still_here_shows_in_nothing(club: Club, left: bool):
    await worker(club, 12)
    of = await asked(club, 13, anonymous=True, industry=f"#{FOOD}")
    async with club.db.reading(GUILD) as uow:
        (ask,) = await uow.asks.of_question(of)
    await club.services.asks.take(GUILD, person(12), ask.id)
    if left:
        await club.services.members.left(GUILD, 13)
    async with club.db.reading(GUILD) as uow:
        assert (await uow.asks.so_far([of]))[of].on_it == 12
    club.services.question_idle.looked(GUILD)
    await club.services.question_idle.watch(GUILD)
    await club.until(club.clock.now() + QUIET_FOR + timedelta(days=1))
    assert len(await told(club, IDLE)) == (0 if left else 1)
    assert await told(club, TEND_IDLE) == []
    await closed(club, of)
    await wrote(club, of, 900)
    begun = club.clock.now()
    await club.until(begun + timedelta(hours=12))
    found = await told(club, TEND_WROTE)
    assert found
    assert all(due >= begun + TENDED_AFTER for _who, due in found)


async def test_how_many_work_in_an_industry_leaves_out_the_asker_for_them_alone(club: Club):
    await worker(club, 13)
    of = await asked(club, 13, anonymous=True, industry=f"#{FOOD}")
    club.clock.at += timedelta(days=2)
    again = await club.services.asks.again(GUILD, MOD, str(of))
    assert (again.begun.people, again.begun.work) == (0, 1)
    club.clock.at += timedelta(days=2)
    again = await club.services.asks.again(GUILD, person(13), str(of))
    assert (again.begun.people, again.begun.work) == (0, 0)


async def test_who_is_asked_can_not_find_out_the_asker_by_naming_everybody(club: Club):
    for member_id in (11, 12, 13):
        await worker(club, member_id)
    of = await asked(club, 13, anonymous=True, industry=f"#{FOOD}")
    async with club.db.reading(GUILD) as uow:
        (ask,) = await uow.asks.of_question(of)
    assert (await club.services.asks.refer(GUILD, person(ask.member_id), ask.id, 13)).asked
    # A place that stays empty would tell: the next takes it, as that of somebody who can't be reached.
    async with club.db.reading(GUILD) as uow:
        assert {each.member_id for each in await uow.asks.of_question(of)} == {11, 12}


async def test_who_voted_for_what_stands_in_no_audit(club: Club):
    proposed = await club.services.topics.propose(GUILD, person(12), "魚の値段", club.group.id)
    topic_id = proposed.line.topic.id
    for wanted in (True, False):
        await club.services.topics.vote(GUILD, person(13), topic_id, wanted=wanted)
    rows = [(action, actor_id) for action, actor_id, *_ in await audit_rows(club.db, GUILD) if "vote" in action]
    assert rows == [("topic.vote", None), ("topic.unvote", None)]
