"""Questions to people of other industries, in both databases."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from bot.domain.industries import Industry
from bot.domain.members import Member
from bot.domain.posts import PostState, Settled
from bot.domain.profiles import Profile
from bot.domain.questions.values import Question, QuestionState, Remark, Tag
from bot.domain.readers import to_asker
from data.database import Database
from data.housekeeping import sweep
from data.posts import posts
from tests.data.files import NOW
from tests.data.rows import GUILD, LEASE, MovingClock, all_posts, begin_of, database_of, new_post
from tests.data.servers import KINDS

FORUM = 50


@pytest.fixture(params=KINDS)
async def database(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncGenerator[Database]:
    async with database_of(request.param, tmp_path, MovingClock()) as opened:
        yield opened


def new(**values: Any) -> Question:
    """An open question of 11's, unless told otherwise."""
    known: dict[str, Any] = {
        "id": 0,
        "asker_id": 11,
        "anonymous": False,
        "text": "魚の値段は？",
        "details": "",
        "industry": "",
        "topic": "",
        "channel_id": FORUM,
        "state": QuestionState.OPEN,
        "reason": "",
        "asked_at": NOW,
        "last_active_at": NOW,
    }
    return Question(**known | values)


async def added(database: Database, guild_id: int = GUILD, **values: Any) -> Question:
    async with database(guild_id) as uow:
        return await uow.questions.add(new(**values))


async def found(database: Database, guild_id: int = GUILD, **which: Any) -> list[int]:
    async with database.reading(guild_id) as uow:
        return [each.id for each in await uow.questions.posted(**which)]


async def test_a_question_is_read_back_as_it_was_written_and_only_in_its_community(database: Database):
    told = {"details": "朝", "industry": "own-3", "topic": "魚", "reason": "x", "answered_at": NOW, "closed_at": NOW}
    question = await added(database, anonymous=True, **told)
    forgotten = replace(question, asker_id=0, state=QuestionState.SOLVED)
    async with database(GUILD) as uow:
        assert await uow.questions.find(question.id) == question
        await uow.questions.store(forgotten)
    async with database(GUILD + 1) as uow:
        assert await uow.questions.find(question.id) is None
        await uow.questions.store(question)
    async with database.reading(GUILD) as uow:
        assert await uow.questions.find(question.id) == forgotten
    assert await found(database, GUILD + 1) == []


async def test_those_posted_are_found_the_newest_first_and_drafts_are_not(database: Database):
    first = await added(database, industry="finance")
    second = await added(database, asker_id=12, state=QuestionState.CLOSED, channel_id=FORUM + 1)
    await added(database, state=QuestionState.DRAFT, channel_id=FORUM + 2)
    assert await found(database) == [second.id, first.id]
    assert await found(database, limit=1) == [second.id]
    assert await found(database, channel_ids=[FORUM]) == [first.id]
    assert await found(database, channel_ids=[]) == []
    assert await found(database, states=[QuestionState.CLOSED]) == [second.id]
    assert await found(database, industry="finance") == [first.id]
    assert await found(database, asker_id=11) == [first.id]
    async with database.reading(GUILD) as uow:
        assert await uow.questions.channels() == [FORUM, FORUM + 1]


async def test_industries_come_by_questions_then_by_people_then_by_name(database: Database):
    for industry in ("logistics", "finance", "finance", ""):
        await added(database, industry=industry)
    await added(database, industry="wizards", state=QuestionState.DRAFT)
    async with database(GUILD) as uow:
        own = await uow.industries.add("魔法", 1)
        medical, logistics = Industry("medical"), Industry("logistics")
        for member_id, works_in in ((1, (medical,)), (2, (medical, logistics)), (3, (own,))):
            await uow.profiles.put(Profile(0, member_id, works_in))
    async with database.reading(GUILD) as uow:
        assert await uow.questions.used_industries() == ["finance", "logistics", "medical", own.key]


async def test_who_uses_the_bot_may_have_asked(database: Database):
    async with database(GUILD) as uow:
        assert await uow.questions.possible_askers() == []
        for member_id, used_at in ((1, NOW), (2, NOW), (3, None)):
            await uow.members.put(Member(member_id, used_at=used_at, seen_at=NOW))
        assert len(await uow.questions.possible_askers()) == 2


async def test_a_remark_of_nobody_and_one_of_somebody_are_read_back(database: Database):
    question = await added(database)
    async with database(GUILD) as uow:
        for member_id, unnamed in ((0, True), (0, False), (12, False)):
            remark = await uow.questions.add_remark(Remark(0, question.id, member_id, "はい", NOW, unnamed))
            assert await uow.questions.remark(remark.id) == replace(remark, member_id=member_id)
        assert await uow.questions.remark(99) is None


async def test_an_error_of_the_database_does_not_tell_who_says_what(database: Database):
    with pytest.raises(IntegrityError) as raised:
        async with database(GUILD) as uow:
            await uow.questions.add_remark(Remark(0, 99, 4711, "a secret", NOW))
    assert not [part for part in ("4711", "a secret") if part in str(raised.value)]


async def test_what_the_tags_of_a_forum_stand_for_is_replaced_as_a_whole(database: Database):
    tags = [Tag("solved", 1, False), Tag("finance", 2, True)]
    async with database(GUILD) as uow:
        await uow.questions.put_tags(FORUM, tags)
        await uow.questions.put_tags(FORUM + 1, tags[:1])
        await uow.questions.put_tags(FORUM + 1, [])
        assert await uow.questions.tags(FORUM) == tags
        assert await uow.questions.tags(FORUM + 1) == []
        await uow.questions.put_tags(FORUM, tags[1:])
        assert await uow.questions.tags(FORUM) == tags[1:]


async def test_what_was_not_posted_goes_after_a_day_and_what_was_stays(database: Database):
    await added(database, state=QuestionState.DRAFT)
    later = await added(database, state=QuestionState.DRAFT, asked_at=NOW + timedelta(hours=1))
    question = await added(database)
    assert await sweep(database.connections, NOW + timedelta(days=1, minutes=1)) == 1
    async with database.reading(GUILD) as uow:
        assert await uow.questions.find(later.id) == later
        assert await uow.questions.find(question.id) == question


async def test_a_message_to_whoever_asked_without_their_name_finds_them_through_the_question_alone(database: Database):
    async with database(GUILD) as uow:
        asked = await uow.questions.add(new(anonymous=True))
        other = await uow.questions.add(new(anonymous=True))
        for one in (asked, other):
            await uow.posts.plan(to_asker(new_post(member_id=11), one.id))
            await uow.posts.plan(to_asker(new_post(member_id=11), one.id))
        await uow.posts.plan(new_post(kind="told", member_id=11))

    async def stored() -> list[tuple[int, int]]:
        async with database.connections.reading() as connection:
            rows = await connection.execute(select(posts.c.member_id, posts.c.target_id).order_by(posts.c.id))
            return [(row.member_id, row.target_id) for row in rows]

    assert await stored() == [(-asked.id, 0), (-other.id, 0), (11, 0)]
    claimed = await database.outbox.claim(NOW, 100, LEASE, [])
    assert sorted((post.member_id, post.asker_of) for post in claimed) == [(11, 0), (11, asked.id), (11, other.id)]
    first = min(claimed, key=lambda post: post.id)
    begun = (await database.outbox.begin([begin_of(first)], NOW))[first.id]
    assert (await stored())[0] == (-asked.id, 900)
    await database.outbox.settle([Settled(begun, PostState.SENT, message_id=5)], NOW)
    assert (await stored())[0] == (-asked.id, 0)
    async with database(GUILD) as uow:
        assert await uow.members.reached_at(11) == NOW
        await uow.members.cancel_dms(12, ["dawn", "told"], "stopped")
        await uow.members.cancel_dms(11, ["dawn"], "stopped")
    after = [(post.state, post.member_id) for post in await all_posts(database)]
    assert after == [(PostState.SENT, 11), (PostState.CANCELLED, 11), (PostState.CLAIMED, 11)]
    async with database(GUILD) as uow:
        await uow.questions.store(replace(asked, asker_id=0))
    assert [post.member_id for post in await all_posts(database)] == [0, 11, 11]


async def test_the_latest_act_on_each_subject_is_found_again_without_who_did_it(database: Database):
    for reason in ("first", "second"):
        async with database(GUILD) as uow:
            await uow.record("question.reveal", 5, "question:1", after={"reason": reason})
    async with database(GUILD) as uow:
        await uow.record("question.hide", 5, "question:2", after={"reason": "another act"})
    async with database(GUILD + 1) as uow:
        await uow.record("question.reveal", 5, "question:2", after={"reason": "another community"})
    async with database.reading(GUILD) as uow:
        found = await uow.recorded("question.reveal", ["question:1", "question:2"])
    assert {subject: act.after for subject, act in found.items()} == {"question:1": {"reason": "second"}}
