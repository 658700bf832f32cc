"""What is known of people, on both databases."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from datetime import timedelta
from pathlib import Path

import pytest

from bot.domain.members import Member
from bot.domain.posts import NewPost, PostState, Settled
from bot.domain.questions.values import QuestionState
from bot.domain.rotation import Roster, join
from bot.domain.rsvps import Answer, Rsvp
from bot.domain.sessions import SessionState
from bot.domain.topics import TopicState
from data.database import Database
from tests.data.files import NOW
from tests.data.rows import GUILD, MovingClock, all_posts, begin_of, database_of, new_post, plan
from tests.data.servers import KINDS
from tests.data.test_questions import new as new_question

OTHER_GUILD = 8
SOON = NOW + timedelta(days=1)


@pytest.fixture(params=KINDS)
async def database(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncGenerator[Database]:
    async with database_of(request.param, tmp_path, MovingClock()) as opened:
        yield opened


async def put(database: Database, *people: Member, guild_id: int = GUILD) -> None:
    async with database(guild_id) as uow:
        for person in people:
            await uow.members.put(person)


async def find(database: Database, member_id: int, guild_id: int = GUILD) -> Member | None:
    async with database.reading(guild_id) as uow:
        return await uow.members.find(member_id)


async def answers(database: Database, *member_ids: int, guild_id: int = GUILD, **changes: object) -> int:
    """A session tomorrow to which these people have said something; its id."""
    async with database(guild_id) as uow:
        groups = await uow.groups.all()
        group = (
            groups[0]
            if groups
            else await uow.groups.add(name="朝の会", description="", channel_id=0, announce_days_before=7)
        )
        session = await uow.sessions.add(
            group_id=group.id, series_id=None, occurrence_on=None, kind="lecture", theme="茶", description="",
            starts_at=SOON, duration=60, venue="", link="", capacity=None, deadline=None, host_id=1, created_at=NOW,
        )  # fmt: skip
        for place, member_id in enumerate(member_ids, 1):
            await uow.rsvps.put(Rsvp(session.id, member_id, Answer.MAYBE, False, place, NOW))
        if changes:
            await uow.sessions.change(session.id, **changes)
    return session.id


async def test_what_was_put_is_found_again_and_replaced_and_only_in_its_community(database: Database):
    person = Member(11, NOW, NOW - timedelta(hours=1), NOW - timedelta(days=2), SOON, frozenset({"places", "changes"}))
    await put(database, person, Member(12))
    await put(database, Member(11, stopped=frozenset({"places"})), guild_id=OTHER_GUILD)
    assert await find(database, 11) == person
    assert await find(database, 12) == Member(12)
    assert await find(database, 13) is None
    await put(database, Member(11, seen_at=NOW))
    assert await find(database, 11) == Member(11, seen_at=NOW)
    assert await find(database, 11, OTHER_GUILD) == Member(11, stopped=frozenset({"places"}))


async def test_more_people_are_found_at_once_than_a_statement_takes_values(database: Database):
    await put(database, *(Member(number, used_at=NOW) for number in (1, 600, 1200)))
    async with database.reading(GUILD) as uow:
        assert sorted(await uow.members.some(range(1, 1300))) == [1, 600, 1200]


async def test_when_a_direct_message_last_arrived_is_read_from_the_posts(database: Database):
    async def reached(member_id: int, guild_id: int = GUILD) -> object:
        async with database.reading(guild_id) as uow:
            return await uow.members.reached_at(member_id)

    await plan(database, new_post(member_id=11), new_post(member_id=12), new_post(member_id=13))
    assert await reached(11) is None
    claimed = await database.outbox.claim(NOW, 10, timedelta(seconds=60), [])
    begun = await database.outbox.begin([begin_of(post) for post in claimed], NOW)
    ends = {11: PostState.SENT, 12: PostState.UNDELIVERABLE, 13: PostState.SENT}
    await database.outbox.settle([Settled(post, ends[post.member_id]) for post in begun.values()], NOW)
    assert [await reached(member_id) for member_id in (11, 12, 13)] == [NOW, None, NOW]
    assert await reached(11, OTHER_GUILD) is None


async def test_pending_direct_messages_of_one_person_and_some_kinds_are_cancelled(database: Database):
    planned: list[NewPost] = [
        new_post(kind="moved", member_id=11),
        new_post(kind="promotion", member_id=11),
        new_post(kind="moved", member_id=12),
        new_post(kind="moved"),
        new_post(kind="moved", member_id=11, revision=1),
        new_post(kind="moved", member_id=11, revision=2),
    ]
    await plan(database, *planned)
    await plan(database, new_post(kind="moved", member_id=11), guild_id=OTHER_GUILD)
    every = [post for post in await database.outbox.claim(NOW, 10, timedelta(seconds=60), []) if post.guild_id == GUILD]
    doubtful, sent = (next(post for post in every if post.revision == revision) for revision in (1, 2))
    begun = await database.outbox.begin([begin_of(doubtful), begin_of(sent)], NOW)
    await database.outbox.settle([Settled(begun[sent.id], PostState.SENT)], NOW)
    for post in every:
        if post.id not in begun:
            await database.outbox.release(post, NOW)
    async with database(GUILD) as uow:
        await uow.members.cancel_dms(11, ["moved", "edited"], "stopped")
    assert [(post.kind, post.state, post.cancel_wanted) for post in await all_posts(database)][:6] == [
        ("moved", PostState.CANCELLED, False),
        ("promotion", PostState.PLANNED, False),
        ("moved", PostState.PLANNED, False),
        ("moved", PostState.PLANNED, False),
        ("moved", PostState.SENDING, True),
        ("moved", PostState.SENT, False),
    ]
    async with database.reading(OTHER_GUILD) as uow:
        (elsewhere,) = await uow.posts.of_subject("moved", 1)
    assert elsewhere.state is not PostState.CANCELLED


async def test_those_are_to_be_checked_who_take_part_in_what_is_ahead_the_longest_unseen_first(database: Database):
    await answers(database, 11, 12, 13, 14)
    await answers(database, 11, 15)
    await answers(database, 21, state=SessionState.CANCELLED)
    await answers(database, 22, starts_at=NOW)
    await answers(database, 23, guild_id=OTHER_GUILD)
    await put(database, Member(12, seen_at=NOW), Member(13, seen_at=NOW - timedelta(days=2)), Member(24, used_at=NOW))
    await put(database, Member(14, seen_at=NOW - timedelta(days=3)))
    # Seen in another community says nothing of this one.
    await put(database, Member(11, seen_at=NOW), guild_id=OTHER_GUILD)
    async with database(GUILD) as uow:
        (group,) = await uow.groups.all()
        await uow.groups.add_organizer(group.id, 16)
        await uow.rotation.save(group.id, Roster(), both := join(join(Roster(), 17, NOW), 18, NOW))
        await uow.rotation.save(group.id, both, join(Roster(), 17, NOW))

    async def to_check(limit: int) -> list[int]:
        async with database.reading(GUILD) as uow:
            return await uow.members.to_check(NOW, NOW - timedelta(days=1), limit)

    assert await to_check(10) == [11, 15, 16, 17, 14, 13]
    assert await to_check(2) == [11, 15]


async def test_those_are_to_be_checked_who_are_known_from_spin_offs_votes_or_questions_alone(database: Database):
    await answers(database, 11, starts_at=NOW)
    async with database(GUILD) as uow:
        (group,) = await uow.groups.all()
        since = {"added_at": NOW, "state_since": NOW}
        spinoff = await uow.spinoffs.add(
            name="Fish", kind="project", state="idea", about="", session_id=None, adder_id=12, **since
        )
        await uow.spinoffs.put(spinoff.id, 13, agreed=False)
        still_open, closed = [await uow.topics.add(group.id, title, 0) for title in ("Tea", "Steel")]
        await uow.topics.vote(still_open.id, 14, wanted=True)
        await uow.topics.vote(closed.id, 15, wanted=True)
        await uow.topics.change(closed, state=TopicState.CLOSED)
        await uow.questions.add(new_question(asker_id=16))
        await uow.questions.add(new_question(asker_id=17, state=QuestionState.SOLVED))
        await uow.questions.add(new_question(asker_id=0))
    async with database.reading(GUILD) as uow:
        assert await uow.members.to_check(NOW, NOW, 10) == [13, 14, 16]
        assert await uow.members.has_part(13, NOW)
        assert not await uow.members.has_part(15, NOW)
    async with database.reading(OTHER_GUILD) as uow:
        assert await uow.members.to_check(NOW, NOW, 10) == []


@pytest.mark.parametrize(
    ("member_id", "part"), [(11, True), (12, False), (13, True), (14, False), (15, True), (16, False)]
)
async def test_somebody_has_a_part_who_uses_the_bot_organizes_or_takes_part(
    database: Database, member_id: int, part: bool
):
    await answers(database, 11)
    await answers(database, 12, starts_at=NOW)
    await put(database, Member(13, used_at=NOW), Member(14, seen_at=NOW, stopped=frozenset({"places"})))
    async with database(GUILD) as uow:
        (group,) = await uow.groups.all()
        await uow.groups.add_organizer(group.id, 15)
    async with database.reading(GUILD) as uow:
        assert await uow.members.has_part(member_id, NOW) is part
    async with database.reading(OTHER_GUILD) as uow:
        assert await uow.members.has_part(member_id, NOW) is False


async def test_a_place_that_a_post_has_named_is_not_given_again(database: Database):
    session_id = await answers(database, 11, 12, 13)
    async with database(GUILD) as uow:
        await uow.rsvps.remove(session_id, 13)
        assert [r.member_id for r in await uow.rsvps.of_session(session_id)] == [11, 12]
        assert await uow.rsvps.last_place(session_id) == 2
        await uow.posts.plan(new_post(kind="promotion", subject_id=session_id, member_id=13, revision=3))
        assert await uow.rsvps.last_place(session_id) == 3
        assert await uow.rsvps.last_place(session_id + 1) == 0


# Numbers, servers, and what could not be delivered


async def test_a_number_stands_for_a_person_in_their_community_only(database: Database):
    await put(database, Member(1, used_at=NOW), Member(2))
    await put(database, Member(1), guild_id=OTHER_GUILD)
    async with database.reading(GUILD) as uow:
        first, second = await uow.members.number_of(1), await uow.members.number_of(2)
        assert await uow.members.numbered(first) == Member(1, used_at=NOW)
        assert (await uow.members.number_of(9), await uow.members.numbered(999)) == (0, None)
    assert first != second
    async with database.reading(OTHER_GUILD) as uow:
        assert await uow.members.numbered(first) is None


async def test_where_somebody_uses_the_bot_is_known_the_latest_first(database: Database):
    await put(database, Member(1, used_at=NOW), Member(2, used_at=NOW))
    await put(database, Member(1, used_at=NOW + timedelta(days=1)), guild_id=OTHER_GUILD)
    await put(database, Member(1), guild_id=OTHER_GUILD + 1)
    assert await database.used_in(1) == [OTHER_GUILD, GUILD]
    assert await database.used_in(2) == [GUILD]
    assert await database.used_in(3) == []


async def test_undelivered_are_direct_messages_that_failed_and_are_still_worth_telling(database: Database):
    later = NOW + timedelta(hours=3)
    await plan(
        database,
        new_post(kind="moved", member_id=1, expires_at=later),
        new_post(kind="moved", member_id=1, part=1, expires_at=NOW),
        new_post(kind="moved", member_id=2, expires_at=later),
        new_post(kind="promotion", member_id=1, expires_at=later),
        new_post(kind="moved", member_id=1, part=2, expires_at=later),
        new_post(kind="moved", expires_at=later),
    )
    claimed = await database.outbox.claim(NOW, 100, timedelta(seconds=60), [])
    ended = [post for post in claimed if post.part != 2]
    await database.outbox.settle([Settled(post, PostState.UNDELIVERABLE, "403 50007") for post in ended], NOW)
    async with database.reading(GUILD) as uow:
        found = await uow.members.undelivered(1, ["moved", "edited"])
    assert [(post.kind, post.member_id, post.part) for post in found] == [("moved", 1, 0)]
