"""Posts in both databases: what a unit of work may do to them, and what the dispatcher may."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace

from bot.domain.holds import EVERYTHING
from bot.domain.posts import DELETED, DROPPED, LANE, Missed, Post, PostState, Settled
from bot.domain.quiet import QUIET
from data.database import Database
from data.posts import SqlOutbox
from tests.data.files import NOW
from tests.data.rows import (
    CHANNEL,
    GUILD,
    LEASE,
    MovingClock,
    all_posts,
    begin_of,
    database_of,
    new_post,
    only_post,
    plan,
)
from tests.data.servers import KINDS

SECOND = timedelta(seconds=1)
ENDS = [PostState.SENT, PostState.UNDELIVERABLE, PostState.FAILED, PostState.UNCONFIRMED]


@pytest.fixture
def clock() -> MovingClock:
    return MovingClock()


@pytest.fixture(params=KINDS)
async def database(request: pytest.FixtureRequest, tmp_path: Path, clock: MovingClock) -> AsyncGenerator[Database]:
    async with database_of(request.param, tmp_path, clock) as opened:
        yield opened


async def claim(database: Database, outbox: SqlOutbox | None = None, limit: int = 100) -> list[Post]:
    outbox = outbox or database.outbox
    return await outbox.claim(database._clock.now(), limit, LEASE, [])


async def begin(database: Database, post: Post, payload: str = "{}") -> Post | None:
    return (await database.outbox.begin([begin_of(post, payload)], database._clock.now())).get(post.id)


async def begun(database: Database) -> Post:
    """The only due post, its attempt begun."""
    (post,) = await claim(database)
    result = await begin(database, post)
    assert result is not None
    return result


async def settle(database: Database, result: Settled) -> Post:
    await database.outbox.settle([result], database._clock.now())
    return await only_post(database)


async def doubtful(database: Database) -> Post:
    """The only due post after an attempt without an answer, waiting to be tried again."""
    await settle(database, Settled(await begun(database), PostState.RETRY, "503", NOW, in_doubt=True))
    return await only_post(database)


async def cancel(database: Database, *, below: int | None = None, subject_id: int = 1) -> None:
    async with database(GUILD) as uow:
        await uow.posts.cancel(["dawn"], subject_id, "moved", below=below)


# Planning


async def test_a_planned_post_has_everything_it_was_given_and_nothing_of_an_attempt(database: Database):
    given: dict[str, Any] = {
        "revision": 3,
        "part": 2,
        "starts_at": NOW + timedelta(hours=9),
        "quiet": True,
        "silent": True,
        "data": {"mentions": [2**62, 5], "old_start": "いつ"},
    }
    await plan(database, new_post(**given))
    post = await only_post(database)
    assert {name: getattr(post, name) for name in given} == given
    assert (post.state, post.guild_id, post.channel_id, post.target_id) == (PostState.PLANNED, GUILD, CHANNEL, CHANNEL)
    assert (post.due_at, post.not_before, post.expires_at) == (NOW, NOW, NOW + timedelta(hours=1))
    assert (post.attempts, post.first_attempt_at, post.window_at, post.payload, post.nonce) == (
        0,
        None,
        None,
        None,
        None,
    )


async def test_planning_twice_makes_one_row_that_says_the_newer_thing(database: Database):
    await plan(database, new_post(data={"mentions": [1]}))
    await plan(database, new_post(data={"mentions": [2]}, due_at=NOW + SECOND, silent=True))
    post = await only_post(database)
    assert (post.data, post.due_at, post.not_before, post.silent) == (
        {"mentions": [2]},
        NOW + SECOND,
        NOW + SECOND,
        True,
    )


@pytest.mark.parametrize(
    "other",
    [{"kind": "start"}, {"subject_id": 2}, {"channel_id": 51}, {"member_id": 9}, {"revision": 1}, {"part": 1}],
)
async def test_each_part_of_the_key_makes_a_row_of_its_own(database: Database, other: dict[str, Any]):
    await plan(database, new_post(), new_post(**other))
    await plan(database, new_post(), guild_id=GUILD + 1)
    assert len(await all_posts(database)) == 3


async def test_a_claimed_post_that_is_planned_anew_is_taken_from_its_claimant(database: Database):
    await plan(database, new_post(data={"mentions": [1]}))
    (stale,) = await claim(database)
    await plan(database, new_post(data={"mentions": [2]}))
    assert await begin(database, stale) is None
    (fresh,) = await claim(database)
    assert fresh.data == {"mentions": [2]}
    assert await begin(database, fresh) is not None


async def test_a_cancelled_post_that_was_never_attempted_can_be_planned_again(database: Database):
    await plan(database, new_post())
    await cancel(database)
    await plan(database, new_post())
    post = await only_post(database)
    assert (post.state, post.reason) == (PostState.PLANNED, None)


@pytest.mark.parametrize("state", [PostState.SENT, PostState.UNDELIVERABLE, PostState.RETRY])
async def test_a_post_that_was_attempted_stays_as_it_is_when_it_is_planned_again(database: Database, state: PostState):
    await plan(database, new_post())
    before = await settle(database, Settled(await begun(database), state, "so", NOW))
    await plan(database, new_post(data={"mentions": [2]}))
    assert await only_post(database) == before


# Cancelling


@pytest.mark.parametrize("stage", ["planned", "claimed", "limited"])
async def test_a_post_without_a_doubt_is_cancelled_at_once_with_its_reason(database: Database, stage: str):
    await plan(database, new_post())
    if stage == "claimed":
        await claim(database)
    if stage == "limited":
        await settle(database, Settled(await begun(database), PostState.RETRY, "limited", NOW))
    await cancel(database)
    post = await only_post(database)
    assert (post.state, post.reason) == (PostState.CANCELLED, "moved")
    assert await claim(database) == []


async def test_a_post_under_way_is_cancelled_only_if_its_attempt_comes_to_nothing(database: Database):
    await plan(database, new_post())
    sending = await begun(database)
    await cancel(database)
    post = await only_post(database)
    assert (post.state, post.cancel_wanted) == (PostState.SENDING, True)
    post = await settle(database, Settled(sending, PostState.RETRY, "limited", NOW))
    assert (post.state, post.reason) == (PostState.CANCELLED, "moved")


async def test_a_post_under_way_that_arrives_was_sent_although_its_cancellation_was_asked_for(database: Database):
    await plan(database, new_post())
    sending = await begun(database)
    await cancel(database)
    post = await settle(database, Settled(sending, PostState.SENT, message_id=9))
    assert (post.state, post.message_id, post.sent_at) == (PostState.SENT, 9, NOW)


async def test_a_doubtful_post_waits_for_its_reconciliation_and_keeps_the_reason_it_was_cancelled_for(
    database: Database,
):
    await plan(database, new_post())
    await doubtful(database)
    await cancel(database)
    post = await only_post(database)
    assert (post.state, post.cancel_wanted, post.in_doubt) == (PostState.RETRY, True, True)
    (claimed,) = await claim(database)
    post = await settle(database, Settled(claimed, PostState.CANCELLED, "reconciled"))
    assert (post.state, post.reason, post.in_doubt) == (PostState.CANCELLED, "moved", False)


async def test_a_doubtful_post_that_is_cancelled_while_claimed_is_not_sent_again(database: Database):
    await plan(database, new_post())
    await doubtful(database)
    (claimed,) = await claim(database)
    await cancel(database)
    assert await begin(database, claimed) is None
    assert (await only_post(database)).attempts == 1


async def test_only_older_revisions_of_the_same_subject_kind_and_community_are_cancelled(database: Database):
    await plan(database, *(new_post(revision=n) for n in range(3)), new_post(subject_id=2), new_post(kind="start"))
    await plan(database, new_post(), guild_id=GUILD + 1)
    await cancel(database, below=2)
    cancelled = [post for post in await all_posts(database) if post.state is PostState.CANCELLED]
    assert [(post.guild_id, post.kind, post.subject_id, post.revision) for post in cancelled] == [
        (GUILD, "dawn", 1, 0),
        (GUILD, "dawn", 1, 1),
    ]


# Rendering anew


async def test_what_was_rendered_but_not_begun_is_written_anew_one_revision_later(database: Database):
    await plan(database, new_post(data={"mentions": [1]}, quiet=True))
    (stale,) = await claim(database)
    async with database(GUILD) as uow:
        await uow.posts.renew("dawn", 1, "moved")
    assert await begin(database, stale) is None
    old, new = await all_posts(database)
    assert (old.state, old.reason) == (PostState.CANCELLED, "moved")
    assert (new.state, new.revision, new.data, new.quiet) == (PostState.PLANNED, 1, {"mentions": [1]}, True)


async def test_a_frozen_text_that_was_only_limited_is_written_anew(database: Database):
    await plan(database, new_post())
    await settle(database, Settled(await begun(database), PostState.RETRY, "limited", NOW))
    async with database(GUILD) as uow:
        await uow.posts.renew("dawn", 1, "moved")
    assert [post.state for post in await all_posts(database)] == [PostState.CANCELLED, PostState.PLANNED]


async def renew(database: Database) -> None:
    async with database(GUILD) as uow:
        await uow.posts.renew("dawn", 1, "moved")


async def dropped(database: Database) -> list[tuple[int, int]]:
    """The community and the post of each step that says that a wanted cancellation has come true."""
    steps = await database.due_steps(database._clock.now(), 100)
    return [(step.guild_id, step.subject_id) for step in steps if step.kind == DROPPED]


async def test_what_is_only_planned_is_rendered_later_anyway_and_stays(database: Database):
    await plan(database, new_post())
    before = await all_posts(database)
    await renew(database)
    assert await all_posts(database) == before


async def test_what_is_under_way_or_in_doubt_is_to_be_cancelled_and_has_no_successor_yet(database: Database):
    await plan(database, new_post())
    await doubtful(database)
    await plan(database, new_post(part=1))
    (sending,) = [post for post in await claim(database) if post.part == 1]
    assert await begin(database, sending) is not None
    await renew(database)
    rows = await all_posts(database)
    assert [(row.state, row.cancel_wanted, row.reason) for row in rows] == [
        (PostState.CLAIMED, True, "moved"),
        (PostState.SENDING, True, "moved"),
    ]


async def test_posts_of_different_revisions_are_written_anew_side_by_side(database: Database):
    await plan(database, new_post(revision=1, data={"mentions": [1]}), new_post(revision=2, data={"mentions": [2]}))
    await plan(database, new_post(revision=2, part=1, data={"mentions": [3]}))
    await claim(database)
    await renew(database)
    rows = [row for row in await all_posts(database) if row.state is PostState.PLANNED]
    assert [(row.revision, row.part, row.data["mentions"]) for row in rows] == [(3, 0, [1]), (4, 0, [2]), (4, 1, [3])]


# What follows from a cancellation that had to wait


async def test_when_an_overtaken_attempt_comes_to_nothing_a_step_follows_at_once(database: Database):
    await plan(database, new_post())
    sending = await begun(database)
    await renew(database)
    assert await dropped(database) == []
    row = await settle(database, Settled(sending, PostState.RETRY, "limited", NOW + SECOND))
    assert (row.state, row.reason) == (PostState.CANCELLED, "moved")
    assert await dropped(database) == [(GUILD, row.id)]


async def test_nothing_follows_when_an_overtaken_attempt_has_arrived_or_never_can(database: Database):
    await plan(database, *(new_post(part=part) for part in range(len(ENDS))))
    begins = await database.outbox.begin([begin_of(post) for post in await claim(database)], NOW)
    await renew(database)
    sending = sorted(begins.values(), key=lambda post: post.part)
    await database.outbox.settle([Settled(post, end) for post, end in zip(sending, ENDS, strict=True)], NOW)
    assert [row.state for row in await all_posts(database)] == ENDS
    assert await dropped(database) == []


async def test_a_doubt_is_cleared_before_anything_follows(database: Database):
    await plan(database, new_post())
    sending = await begun(database)
    await renew(database)
    await settle(database, Settled(sending, PostState.RETRY, "503", NOW, in_doubt=True))
    assert await dropped(database) == []
    (claimed,) = await claim(database)
    await settle(database, Settled(claimed, PostState.CANCELLED, "reconciled"))
    assert await dropped(database) == [(GUILD, claimed.id)]


async def test_of_a_batch_each_overtaken_post_is_followed_by_one_step_in_its_own_community(database: Database):
    await plan(database, new_post(), new_post(subject_id=2))
    await plan(database, new_post(), guild_id=GUILD + 1)
    begins = await database.outbox.begin([begin_of(post) for post in await claim(database)], NOW)
    await renew(database)
    async with database(GUILD + 1) as uow:
        await uow.posts.cancel(["dawn"], 1, "moved")
    results = [Settled(post, PostState.RETRY, "limited", NOW) for post in begins.values()]
    overtaken = [(post.guild_id, post.id) for post in begins.values() if post.subject_id == 1]
    for _ in range(2):
        # The second time as after a commit whose answer was lost.
        await database.outbox.settle(results, NOW)
        assert sorted(await dropped(database)) == sorted(overtaken)


async def test_an_answer_that_comes_after_the_restart_is_followed_by_nothing(database: Database):
    await plan(database, new_post())
    sending = await begun(database)
    await renew(database)
    await SqlOutbox(database.connections).recover()
    row = await settle(database, Settled(sending, PostState.RETRY, "limited", NOW))
    assert (row.state, row.in_doubt) == (PostState.RETRY, True)
    assert await dropped(database) == []


async def test_a_cancellation_at_once_is_followed_by_nothing(database: Database):
    await plan(database, new_post())
    (claimed,) = await claim(database)
    await cancel(database)
    await settle(database, Settled(claimed, PostState.CANCELLED, "overtaken"))
    assert await dropped(database) == []


async def test_an_end_written_in_a_unit_of_work_is_followed_too(database: Database):
    told: list[Any] = []
    await plan(database, new_post())
    sending = await begun(database)
    await renew(database)
    database.after_commit = lambda *values: told.append(values)
    async with database(GUILD) as uow:
        assert await uow.posts.settle(Settled(sending, PostState.RETRY, "limited", NOW + SECOND))
    assert await dropped(database) == [(GUILD, sending.id)]
    assert told == [(GUILD, NOW, False)]


async def test_a_post_is_found_by_its_id_in_its_own_community_only(database: Database):
    await plan(database, new_post())
    post = await only_post(database)
    async with database.reading(GUILD) as uow:
        assert await uow.posts.find(post.id) == post
        assert await uow.posts.find(post.id + 1) is None
    async with database.reading(GUILD + 1) as uow:
        assert await uow.posts.find(post.id) is None


# Quiet hours


async def test_a_post_that_quiet_hours_hold_is_due_when_they_let_it_go(database: Database, clock: MovingClock):
    told: list[Any] = []
    database.after_commit = lambda *values: told.append(values)
    await plan(database, new_post(quiet=True, not_before=NOW + 9 * SECOND))
    post = await only_post(database)
    assert (post.due_at, post.not_before) == (NOW, NOW + 9 * SECOND)
    assert told == [(GUILD, NOW + 9 * SECOND, False)]
    assert await claim(database) == []
    clock.pass_time(seconds=9)
    assert len(await claim(database)) == 1


async def test_only_what_waits_for_quiet_hours_or_its_time_is_held_back_by_them(database: Database):
    for part, reason in enumerate([None, QUIET, "limited"]):
        await plan(database, new_post(quiet=True, part=part, channel_id=part + 1))
        (claimed,) = await claim(database)
        await database.outbox.release(claimed, NOW + SECOND, reason)
    await plan(database, new_post(quiet=False), new_post(quiet=True, part=4))
    await settle_first_as_doubtful(database)
    await plan(database, new_post(quiet=True), guild_id=GUILD + 1)
    async with database.reading(GUILD) as uow:
        assert [post.part for post in await uow.posts.held_back()] == [0, 1]


async def test_the_message_of_a_sent_post_is_lost_once_and_only_where_it_stood(database: Database):
    for part, state in enumerate([PostState.SENT, PostState.SENT, PostState.UNCONFIRMED]):
        await plan(database, new_post(part=part))
        begun_post = await begun(database)
        await database.outbox.settle([Settled(begun_post, state, message_id=500 + part)], NOW)

    async def standing(*discord_ids: int, kind: str = "dawn", guild_id: int = GUILD) -> list[int]:
        async with database.reading(guild_id) as uow:
            return [post.part for post in await uow.posts.standing([kind], discord_ids)]

    assert await standing(500) == [0]
    assert await standing(501, 502, 9) == [1], "what was never confirmed has no message"
    assert await standing(CHANNEL) == [0, 1]
    assert await standing(500, kind="evening") == await standing(500, guild_id=GUILD + 1) == []
    (first, *_) = await all_posts(database)
    async with database(GUILD + 1) as uow:
        await uow.posts.lose(first)
    assert await standing(500) == [0], "another server's rows are out of reach"
    async with database(GUILD) as uow:
        await uow.posts.lose(first)
    assert await standing(CHANNEL) == [1]
    lost, kept, _ = await all_posts(database)
    assert (lost.state, lost.reason, lost.message_id) == (PostState.SENT, DELETED, 500), "that it was sent stays true"
    assert kept.reason is None


async def settle_first_as_doubtful(database: Database) -> None:
    for post in await claim(database):
        if post.quiet and await begin(database, post):
            doubt = Settled(post, PostState.RETRY, None, NOW + SECOND, in_doubt=True)
            await database.outbox.settle([doubt], NOW)


async def test_only_what_still_waits_is_postponed_and_is_due_then(database: Database):
    await plan(database, new_post(quiet=True), new_post(quiet=True, part=1, due_at=NOW + SECOND))
    await claim(database)
    rows = await all_posts(database)
    told: list[Any] = []
    database.after_commit = lambda *values: told.append(values)
    async with database(GUILD) as uow:
        await uow.posts.postpone(rows[1], NOW + 9 * SECOND)
    assert told == [(GUILD, NOW + 9 * SECOND, False)]
    async with database(GUILD) as uow:
        await uow.posts.postpone(rows[0], NOW + 9 * SECOND)
    async with database(GUILD + 1) as uow:
        await uow.posts.postpone(rows[1], NOW)
    claimed, waiting = await all_posts(database)
    assert (claimed.not_before, waiting.not_before, waiting.due_at) == (NOW, NOW + 9 * SECOND, NOW + SECOND)


# Claiming


async def test_only_what_is_due_is_claimed_and_the_earliest_deadline_first(database: Database):
    await plan(
        database,
        new_post(part=0, expires_at=NOW + 3 * SECOND, channel_id=1),
        new_post(part=1, expires_at=NOW + 2 * SECOND, channel_id=2),
        new_post(part=2, expires_at=NOW + 2 * SECOND, channel_id=3, due_at=NOW - SECOND),
        new_post(part=3, due_at=NOW + SECOND, channel_id=4),
    )
    assert [post.part for post in await claim(database)] == [2, 1, 0]
    assert await claim(database) == []


async def test_a_channel_gives_a_few_at_once_so_that_it_cannot_take_all_places(database: Database):
    await plan(database, *(new_post(part=n) for n in range(LANE + 3)), new_post(member_id=9), new_post(channel_id=51))
    taken = await claim(database)
    assert sum(post.channel_id == CHANNEL for post in taken) == LANE
    assert {post.member_id for post in taken} == {0, 9}
    assert len(taken) == LANE + 2


async def test_lanes_in_hand_are_avoided(database: Database):
    await plan(database, new_post(), new_post(member_id=9), new_post(channel_id=51))
    taken = await database.outbox.claim(NOW, 100, LEASE, [CHANNEL, -9])
    assert [post.channel_id for post in taken] == [51]


async def test_no_more_than_the_limit_is_claimed(database: Database):
    await plan(database, *(new_post(channel_id=n + 1) for n in range(5)))
    assert [post.channel_id for post in await claim(database, limit=2)] == [1, 2]
    assert len(await claim(database)) == 3


@pytest.mark.parametrize(("kind", "until"), [("dawn", None), (EVERYTHING, None), ("dawn", NOW + SECOND)])
async def test_held_posts_wait_and_are_due_when_the_hold_ends(
    database: Database, clock: MovingClock, kind: str, until: Any
):
    await plan(database, new_post())
    await plan(database, new_post(), guild_id=GUILD + 1)
    async with database(GUILD) as uow:
        await uow.holds.put(kind, until)
    assert [post.guild_id for post in await claim(database)] == [GUILD + 1]
    if until is None:
        async with database(GUILD) as uow:
            assert await uow.holds.lift(kind)
    clock.pass_time(seconds=1)
    assert [post.guild_id for post in await claim(database)] == [GUILD]


async def test_a_hold_of_another_kind_holds_nothing_else(database: Database):
    await plan(database, new_post())
    async with database(GUILD) as uow:
        await uow.holds.put("evening", None)
    assert len(await claim(database)) == 1


# Beginning


async def test_the_first_attempt_freezes_what_every_later_one_sends(database: Database, clock: MovingClock):
    await plan(database, new_post())
    (first,) = await claim(database)
    sending = await begin(database, first, '{"content":"first"}')
    assert sending is not None
    assert (sending.state, sending.attempts, sending.first_attempt_at, sending.window_at) == ("sending", 1, NOW, NOW)
    await settle(database, Settled(sending, PostState.RETRY, "503", NOW, in_doubt=True))
    clock.pass_time(seconds=30)
    (again,) = await claim(database)
    resent = (await database.outbox.begin([replace(begin_of(again), payload="other", nonce="other")], clock.now()))[1]
    assert resent.attempts == 2
    assert (resent.payload, resent.nonce) == ('{"content":"first"}', sending.nonce)
    assert (resent.first_attempt_at, resent.window_at) == (NOW, NOW)


async def test_after_an_attempt_without_a_doubt_the_nonces_life_begins_anew(database: Database, clock: MovingClock):
    await plan(database, new_post())
    limited = await settle(database, Settled(await begun(database), PostState.RETRY, "limited", NOW))
    clock.pass_time(minutes=10)
    again = await begun(database)
    assert (again.first_attempt_at, again.window_at) == (NOW, clock.now())
    assert (again.payload, again.nonce) == (limited.payload, limited.nonce)


async def test_an_attempt_begins_only_under_the_claim_it_was_prepared_for(database: Database, clock: MovingClock):
    await plan(database, new_post())
    (first,) = await claim(database)
    clock.pass_time(seconds=LEASE.total_seconds() + 1)
    (second,) = await claim(database)
    assert first.token != second.token
    assert await begin(database, first) is None
    assert await begin(database, replace(second, revision=1)) is None
    assert await begin(database, second) is not None
    assert await begin(database, second) is not None  # asked again, it says the same
    assert (await only_post(database)).attempts == 1


async def test_of_a_batch_only_what_is_still_wanted_begins(database: Database):
    await plan(database, new_post(), new_post(subject_id=2))
    taken = await claim(database)
    await cancel(database)
    begins = await database.outbox.begin([begin_of(post) for post in taken], NOW)
    assert [post.subject_id for post in begins.values()] == [2]


async def test_a_batch_of_ends_is_written_at_once_each_to_its_own_row(database: Database):
    await plan(database, *(new_post(part=part) for part in range(4)))
    begins = await database.outbox.begin([begin_of(post) for post in await claim(database)], NOW)
    sending = sorted(begins.values(), key=lambda post: post.part)
    await cancel(database)
    await database.outbox.settle(
        [
            Settled(sending[0], PostState.SENT, message_id=9),
            Settled(sending[1], PostState.RETRY, "limited", NOW + SECOND),
            Settled(sending[2], PostState.RETRY, "503", NOW + SECOND, in_doubt=True),
            Settled(replace(sending[3], token="another"), PostState.SENT, message_id=10),
        ],
        NOW,
    )
    assert [(post.state, post.message_id, post.reason, post.in_doubt) for post in await all_posts(database)] == [
        (PostState.SENT, 9, None, False),
        (PostState.CANCELLED, 0, "moved", False),
        (PostState.RETRY, 0, "moved", True),
        (PostState.SENDING, 0, "moved", False),
    ]


# Leases, restarts, giving back


async def test_a_lease_that_is_over_gives_the_post_to_whoever_comes(database: Database, clock: MovingClock):
    await plan(database, new_post())
    await claim(database)
    clock.pass_time(seconds=LEASE.total_seconds())
    assert await claim(database) == []
    clock.pass_time(seconds=1)
    assert len(await claim(database)) == 1


async def test_a_restart_voids_the_claims_of_the_older_process_and_leaves_its_own(database: Database):
    await plan(database, new_post(), new_post(part=1))
    older, newer = database.outbox, SqlOutbox(database.connections)
    await older.claim(NOW, 1, LEASE, [])
    (own,) = await newer.claim(NOW, 1, LEASE, [])
    assert await newer.recover() == 1
    states = {post.id: post.state for post in await all_posts(database)}
    assert states.pop(own.id) is PostState.CLAIMED
    assert list(states.values()) == [PostState.PLANNED]


async def test_a_restart_leaves_a_doubt_behind_every_attempt_that_was_under_way(database: Database):
    await plan(database, new_post())
    sending = await begun(database)
    assert await SqlOutbox(database.connections).recover() == 1
    post = await only_post(database)
    assert (post.state, post.in_doubt, post.reason) == (PostState.RETRY, True, "restart")
    assert (post.payload, post.nonce, post.window_at) == (sending.payload, sending.nonce, sending.window_at)


async def test_an_answer_that_comes_after_the_restart_changes_nothing(database: Database):
    await plan(database, new_post())
    sending = await begun(database)
    await SqlOutbox(database.connections).recover()
    post = await settle(database, Settled(sending, PostState.SENT, message_id=9))
    assert (post.state, post.message_id) == (PostState.RETRY, 0)


@pytest.mark.parametrize("attempted", [False, True])
async def test_a_post_given_back_returns_to_where_it_came_from(database: Database, attempted: bool):
    await plan(database, new_post())
    if attempted:
        await settle(database, Settled(await begun(database), PostState.RETRY, "limited", NOW))
    (claimed,) = await claim(database)
    await database.outbox.release(claimed, NOW + SECOND, "quiet hours")
    post = await only_post(database)
    assert post.state is (PostState.RETRY if attempted else PostState.PLANNED)
    assert (post.not_before, post.reason, post.token) == (NOW + SECOND, "quiet hours", None)
    assert post.due_at == NOW


async def test_a_post_that_is_no_longer_ours_cannot_be_given_back(database: Database):
    await plan(database, new_post())
    (claimed,) = await claim(database)
    await cancel(database)
    await database.outbox.release(claimed, NOW + SECOND)
    assert (await only_post(database)).state is PostState.CANCELLED


async def test_an_end_can_be_written_with_what_follows_from_it_or_not_at_all(database: Database):
    await plan(database, new_post())
    result = Settled(await begun(database), PostState.UNDELIVERABLE, "403")

    async def end(fail: bool) -> bool:
        async with database(GUILD) as uow:
            written = await uow.posts.settle(result)
            await uow.posts.plan(new_post(channel_id=51))
            if fail:
                raise ZeroDivisionError
        return written

    with pytest.raises(ZeroDivisionError):
        await end(fail=True)
    assert (await only_post(database)).state is PostState.SENDING
    assert await end(fail=False)
    assert [post.state for post in await all_posts(database)] == [PostState.UNDELIVERABLE, PostState.PLANNED]
    assert not await end(fail=False)


async def test_a_long_reason_is_cut_and_not_refused(database: Database):
    await plan(database, new_post())
    post = await settle(database, Settled(await begun(database), PostState.FAILED, "x" * 900))
    assert post.reason == "x" * 200


# What is due next


async def test_what_is_due_next_is_the_first_of_posts_retries_and_steps(database: Database):
    assert await database.outbox.next_due(NOW) is None
    await plan(database, new_post(due_at=NOW + 9 * SECOND))
    assert await database.outbox.next_due(NOW) == NOW + 9 * SECOND
    await plan(database, new_post(part=1))
    await settle_first_as_retry(database, NOW + 5 * SECOND)
    assert await database.outbox.next_due(NOW) == NOW + 5 * SECOND
    async with database(GUILD) as uow:
        await uow.steps.plan("ended", 1, NOW + 2 * SECOND)
    assert await database.outbox.next_due(NOW) == NOW + 2 * SECOND


async def settle_first_as_retry(database: Database, at: Any) -> None:
    await database.outbox.settle([Settled(await begun(database), PostState.RETRY, "limited", at)], NOW)


async def test_a_held_post_of_the_past_does_not_hide_what_is_still_to_come(database: Database):
    await plan(database, new_post(), new_post(kind="start", due_at=NOW + SECOND))
    async with database(GUILD) as uow:
        await uow.holds.put("dawn", None)
    assert await claim(database) == []
    assert await database.outbox.next_due(NOW) == NOW + SECOND


async def test_what_a_commit_made_due_is_told_with_its_earliest_time(database: Database):
    told: list[Any] = []
    database.after_commit = lambda *values: told.append(values)
    await plan(database, new_post(due_at=NOW + 2 * SECOND), new_post(part=1, due_at=NOW + SECOND))
    await cancel(database)
    assert told == [(GUILD, NOW + SECOND, False)]


async def test_one_subjects_posts_come_in_order_and_from_its_own_community(database: Database):
    await plan(database, new_post(revision=1), new_post(part=1), new_post(), new_post(subject_id=2))
    await plan(database, new_post(), guild_id=GUILD + 1)
    async with database.reading(GUILD) as uow:
        found = await uow.posts.of_subject("dawn", 1)
    assert [(post.revision, post.part) for post in found] == [(0, 0), (0, 1), (1, 0)]


async def test_what_did_not_arrive_is_counted_by_what_is_known_of_it(database: Database):
    ends = {
        PostState.SENT: 1,
        PostState.UNDELIVERABLE: 2,
        PostState.FAILED: 3,
        PostState.UNCONFIRMED: 4,
    }
    await plan(
        database,
        *(new_post(part=part) for part in range(1, 5)),
        # That somebody takes no direct messages is nothing a moderator can change.
        new_post(member_id=9, part=2),
        new_post(part=2, subject_id=2, due_at=NOW - timedelta(days=8), expires_at=NOW + timedelta(hours=1)),
    )
    for post in await claim(database):
        state = next(state for state, part in ends.items() if part == post.part)
        await database.outbox.settle([Settled(post, state)], NOW)
    async with database.reading(GUILD) as uow:
        assert await uow.posts.missed(NOW - timedelta(days=7)) == Missed(lost=2, unconfirmed=1)
        assert await uow.posts.missed(NOW + timedelta(days=1)) == Missed()
