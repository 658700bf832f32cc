"""One test for each end that a post may come to, with the real sender against the double."""

from __future__ import annotations

import itertools
import json
from collections.abc import AsyncGenerator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.dispatcher import PostKind
from bot.domain.posts import Post, PostState, Settled
from bot.domain.uow import UnitOfWork
from bot.windows import Windows
from tests.desk import HISTORY, NONCE_LIFE, Desk, a_desk
from tests.double.tiny import CHANNEL, OTHER_CHANNEL, PERSON

P = PostState


@pytest.fixture
async def desk(tmp_path: Path) -> AsyncGenerator[Desk]:
    async with a_desk(tmp_path) as opened:
        opened.database.after_commit = None
        yield opened


async def delivered(desk: Desk, **changes: Any) -> Post:
    """The only row, after a first pass."""
    await desk.plan(desk.post(**changes))
    (row,) = await desk.drain()
    return row


# On the wire


async def test_a_post_carries_its_nonce_has_it_enforced_and_its_mark_in_a_button(desk: Desk):
    row = await delivered(desk)
    (body,) = desk.sent()
    assert row.nonce is not None
    assert body["nonce"] == row.nonce
    assert len(row.nonce) <= 25
    assert body["enforce_nonce"] is True
    assert body["components"][0]["components"][0]["custom_id"] == f"bk:rsvp:1:going~{row.nonce}"
    assert body["allowed_mentions"]["parse"] == []
    (message,) = desk.messages()
    assert (row.state, row.message_id) == (P.SENT, message["id"])
    assert row.sent_at is not None


async def test_every_attempt_sends_the_same_bytes_whatever_has_changed_since(desk: Desk):
    desk.double.fail(503, count=2)
    await delivered(desk)
    desk.says = "a later truth"
    await desk.drain(seconds=3)
    (row,) = await desk.drain(seconds=5)
    assert (row.state, row.attempts) == (P.SENT, 3)
    assert len(desk.bodies) == 3
    assert len(set(desk.bodies)) == 1
    assert json.loads(desk.bodies[0])["content"] == "good morning"


async def test_a_silent_post_makes_no_sound(desk: Desk):
    await desk.plan(desk.post(silent=True), desk.post(part=1))
    await desk.drain()
    assert [body.get("flags", 0) & 4096 for body in desk.sent()] == [4096, 0]


# The answers


async def test_a_5xx_and_then_a_success_make_one_message(desk: Desk):
    desk.double.fail(503)
    row = await delivered(desk)
    assert (row.state, row.in_doubt, row.reason) == (P.RETRY, True, "503")
    (row,) = await desk.drain(seconds=3)
    assert (row.state, row.in_doubt) == (P.SENT, False)
    assert len(desk.messages()) == 1


@pytest.mark.parametrize("store", [True, False])
async def test_a_cut_connection_makes_one_message_whether_the_post_was_stored_or_not(desk: Desk, store: bool):
    desk.double.cut(store=store)
    row = await delivered(desk)
    assert (row.state, row.in_doubt) == (P.RETRY, True)
    (row,) = await desk.drain(seconds=3)
    (message,) = desk.messages()
    assert (row.state, row.message_id, message["repeats"]) == (P.SENT, message["id"], int(store))


async def test_a_time_out_is_in_doubt_and_makes_one_message(desk: Desk):
    desk.new_dispatcher(attempt=0.2)
    desk.double.hang(1, store=True)
    row = await delivered(desk)
    assert (row.state, row.in_doubt) == (P.RETRY, True)
    (row,) = await desk.drain(seconds=3)
    assert row.state is P.SENT
    assert [message["repeats"] for message in desk.messages()] == [1]


async def test_a_limit_is_waited_for_and_leaves_no_doubt(desk: Desk):
    desk.double.fail(429, retry_after=200)
    row = await delivered(desk)
    assert (row.state, row.in_doubt, row.reason) == (P.RETRY, False, "limited")
    assert timedelta(seconds=190) < row.not_before - desk.clock.now() <= timedelta(seconds=200)
    desk.double.unreadable()
    (row,) = await desk.drain(seconds=201)
    # Longer than the nonce's life, and yet no history was needed: nothing can stand there.
    assert row.state is P.SENT
    assert desk.requests(HISTORY) == 0


async def test_a_403_makes_it_undeliverable_and_what_follows_is_written_with_it(desk: Desk):
    desk.double.fail(403, channel=CHANNEL)
    await desk.plan()
    row, follows = await desk.drain()
    assert (row.state, row.reason) == (P.UNDELIVERABLE, "403 50013")
    assert (follows.channel_id, follows.state) == (OTHER_CHANNEL, P.SENT)
    assert [each.state for each in desk.ended] == [P.UNDELIVERABLE]
    assert desk.messages(CHANNEL) == []


async def test_an_unknown_channel_makes_it_undeliverable(desk: Desk):
    desk.double.fail(404, channel=CHANNEL)
    await desk.plan()
    assert [row.state for row in await desk.drain()] == [P.UNDELIVERABLE, P.SENT]


async def test_any_other_4xx_fails_with_a_reference_and_is_not_tried_again(desk: Desk):
    desk.double.fail(400, channel=CHANNEL)
    await desk.plan()
    row, _ = await desk.drain()
    assert row.state is P.FAILED
    assert row.reason is not None
    assert row.reason.startswith("400 50035 [")
    await desk.drain(hours=1)
    assert len([each for each in desk.double.requests_log() if str(CHANNEL) in each["path"]]) == 1


async def test_an_end_and_what_follows_from_it_are_one_transaction(desk: Desk, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("bot.delivery._patience", lambda: itertools.repeat(0))
    seen: list[PostState] = []

    async def ended(uow: UnitOfWork, result: Settled) -> None:
        (row,) = await desk.rows()
        seen.append(row.state)
        await desk.end(uow, result)
        if len(seen) < 3:
            raise ZeroDivisionError

    desk.new_dispatcher(post_kinds={"dawn": PostKind(desk.describe, desk.render, ended)})
    desk.double.fail(403, channel=CHANNEL)
    await desk.plan()
    assert [row.state for row in await desk.drain()] == [P.UNDELIVERABLE, P.SENT]
    assert seen == [P.SENDING] * 3


async def test_a_post_ends_even_if_what_should_follow_always_fails(desk: Desk, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("bot.delivery._patience", lambda: itertools.repeat(0))

    async def ended(uow: UnitOfWork, result: Settled) -> None:
        raise ZeroDivisionError

    desk.new_dispatcher(post_kinds={"dawn": PostKind(desk.describe, desk.render, ended)})
    desk.double.fail(403)
    assert (await delivered(desk)).state is P.UNDELIVERABLE


# Reconciling after the nonce's life


async def in_doubt(desk: Desk, *, store: bool) -> Post:
    """An attempt without an answer, and so much later that Discord no longer knows its nonce."""
    desk.double.cut(store=store)
    row = await delivered(desk)
    assert row.in_doubt
    desk.double.configure(nonce_seconds=0)
    desk.clock.pass_time(seconds=NONCE_LIFE.total_seconds() + 1)
    return row


async def test_a_message_found_in_the_history_was_sent_and_is_not_sent_again(desk: Desk):
    await in_doubt(desk, store=True)
    (row,) = await desk.drain()
    (message,) = desk.messages()
    assert (row.state, row.message_id) == (P.SENT, message["id"])
    assert desk.requests() == 1


async def test_a_message_is_found_behind_hundreds_of_others(desk: Desk):
    for number in range(130):
        desk.double.say(CHANNEL, PERSON, str(number))
    await in_doubt(desk, store=True)
    (row,) = await desk.drain()
    assert row.state is P.SENT
    assert (desk.requests(HISTORY), desk.requests()) == (2, 1)


async def test_a_message_that_is_not_in_the_history_is_sent_again_with_the_same_bytes(desk: Desk):
    await in_doubt(desk, store=False)
    (row,) = await desk.drain()
    assert (row.state, row.in_doubt) == (P.SENT, False)
    assert len(desk.messages()) == 1
    assert len(desk.bodies) == 2
    assert len(set(desk.bodies)) == 1


async def test_a_clock_that_was_set_back_after_an_attempt_does_not_make_its_nonce_younger(desk: Desk):
    age = 0.0
    desk.new_dispatcher(windows=Windows(desk.clock, lambda: age))
    await in_doubt(desk, store=True)
    # Two minutes have passed in truth, but by the wall clock ten seconds.
    desk.clock.pass_time(seconds=10 - NONCE_LIFE.total_seconds() - 1)
    age = NONCE_LIFE.total_seconds() + 1
    (row,) = await desk.drain()
    assert (row.state, len(desk.messages())) == (P.SENT, 1)
    assert (desk.requests(), desk.requests(HISTORY)) == (1, 1)


async def test_an_unreadable_history_leaves_it_unconfirmed_reported_and_never_sent_again(desk: Desk):
    await in_doubt(desk, store=False)
    desk.double.unreadable(CHANNEL)
    row, follows = await desk.drain()
    assert (row.state, row.reason) == (P.UNCONFIRMED, "history unreadable")
    assert [each.state for each in desk.ended] == [P.UNCONFIRMED]
    assert follows.channel_id == OTHER_CHANNEL
    desk.double.readable(CHANNEL)
    await desk.drain(hours=1)
    assert desk.messages(CHANNEL) == []


@pytest.mark.parametrize("trouble", ["5xx", "cut", "limited"])
async def test_a_history_that_cannot_be_had_just_now_is_asked_for_again(desk: Desk, trouble: str):
    await in_doubt(desk, store=True)
    match trouble:
        case "5xx":
            desk.double.fail(503, route=HISTORY)
        case "cut":
            # aiohttp repeats a cut GET once by itself.
            desk.double.cut(route=HISTORY, store=False, count=2)
        case _:
            desk.double.fail(429, route=HISTORY, retry_after=35)
    (row,) = await desk.drain()
    assert (row.state, row.in_doubt) == (P.RETRY, True)
    assert row.not_before > desk.clock.now()
    (row,) = await desk.drain(seconds=36)
    assert row.state is P.SENT
    assert desk.requests() == 1


@pytest.mark.parametrize(("store", "end"), [(True, P.SENT), (False, P.CANCELLED)])
async def test_a_doubtful_post_that_was_cancelled_is_looked_up_and_not_sent(desk: Desk, store: bool, end: PostState):
    desk.double.cut(store=store)
    await delivered(desk)
    await desk.cancel()
    (row,) = await desk.drain(seconds=3)
    assert (row.state, row.cancel_wanted) == (P.RETRY, True)
    (row,) = await desk.drain(seconds=120)
    assert row.state is end
    assert desk.requests() == 1


@pytest.mark.parametrize(("store", "end"), [(True, P.SENT), (False, P.EXPIRED)])
async def test_a_doubtful_post_that_has_expired_is_looked_up_and_not_sent(desk: Desk, store: bool, end: PostState):
    desk.double.cut(store=store)
    await delivered(desk, expires_at=desk.clock.now() + timedelta(seconds=10))
    (row,) = await desk.drain(seconds=20)
    assert row.state is P.RETRY
    (row,) = await desk.drain(seconds=120)
    assert row.state is end
    assert desk.requests() == 1


async def test_a_refusal_after_a_doubt_is_looked_up_before_it_is_believed(desk: Desk):
    desk.double.cut(store=True)
    desk.double.fail(403)
    await delivered(desk)
    (row,) = await desk.drain(seconds=3)
    assert (row.state, row.in_doubt, row.attempts) == (P.RETRY, True, 2)
    (row,) = await desk.drain(seconds=120)
    assert row.state is P.SENT
    assert desk.ended == []
