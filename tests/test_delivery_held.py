"""What keeps a post from being sent: mistakes of ours, closed direct messages, the night."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from datetime import datetime, time, timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.dispatcher import PostKind
from bot.domain.posts import DROPPED, Begin, Post, PostState, again, when_dropped
from bot.domain.profiles import Profile
from bot.domain.uow import UnitOfWork
from bot.i18n import Words
from bot.rendering.buttons import button_id
from bot.rendering.content import Button, Content
from data.posts import SqlOutbox
from tests.data.rows import GUILD
from tests.desk import OPEN_DM, POST, Desk, a_desk
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


# Before the attempt


async def test_a_post_whose_time_is_over_expires_unsent(desk: Desk):
    now = desk.clock.now()
    row = await delivered(desk, due_at=now - timedelta(hours=2), expires_at=now - timedelta(hours=1))
    assert (row.state, row.attempts, desk.requests()) == (P.EXPIRED, 0, 0)


async def test_a_post_that_is_overtaken_is_cancelled_unsent(desk: Desk):
    desk.says = None
    row = await delivered(desk)
    assert (row.state, row.reason, desk.requests()) == (P.CANCELLED, "overtaken", 0)


@pytest.mark.parametrize("mistake", ["rendering", "no button", "unknown kind"])
async def test_a_mistake_in_rendering_is_tried_again_in_five_minutes_until_the_post_expires(desk: Desk, mistake: str):
    def broken(value: str, w: Words) -> Content:
        if mistake == "rendering":
            raise ZeroDivisionError
        return Content(value)

    kinds = {} if mistake == "unknown kind" else {"dawn": PostKind(desk.describe, broken, desk.end)}
    desk.new_dispatcher(post_kinds=kinds)
    row = await delivered(desk)
    assert row.state is P.PLANNED
    assert row.reason is not None
    assert row.reason.startswith("not rendered [")
    assert timedelta(minutes=4) < row.not_before - desk.clock.now() <= timedelta(minutes=5)
    (row,) = await desk.drain(days=2)
    assert row.state is P.EXPIRED


class Stumbling(SqlOutbox):
    """An outbox whose database once fails: before it has begun, or after that was committed."""

    def __init__(self, desk: Desk, *, committed: bool) -> None:
        super().__init__(desk.database.connections)
        self._failures = 1
        self._committed = committed

    async def begin(self, begins: Any, now: datetime) -> dict[int, Post]:
        if self._failures:
            self._failures = 0
            if self._committed:
                await super().begin(begins, now)
            raise OSError("the database went away")
        return await super().begin(begins, now)


@pytest.mark.parametrize("committed", [True, False])
async def test_a_post_whose_beginning_the_database_did_not_confirm_is_begun_again(desk: Desk, committed: bool):
    desk.new_dispatcher(outbox=Stumbling(desk, committed=committed))
    row = await delivered(desk)
    assert (row.state, row.in_doubt, desk.requests()) == (P.RETRY, False, 0)
    (row,) = await desk.drain(seconds=3)
    assert (row.state, desk.requests()) == (P.SENT, 1)


async def test_an_attempt_that_breaks_in_an_unknown_way_is_in_doubt(desk: Desk):
    await desk.plan()
    (post,) = await desk.database.outbox.claim(desk.clock.now(), 1, timedelta(0), [])
    # A payload that is no JSON can't be sent, whatever one does.
    await desk.database.outbox.begin([Begin(post, CHANNEL, "no JSON", "1-a")], desk.clock.now())
    await SqlOutbox(desk.database.connections).recover()
    (row,) = await desk.drain()
    assert (row.state, row.in_doubt) == (P.RETRY, True)
    assert (row.reason or "").endswith("DecodeError")
    (row,) = await desk.drain(days=2)
    assert row.state is P.EXPIRED


# Overtaken while an attempt is in doubt


async def overtaken(desk: Desk, *, store: bool) -> list[Post]:
    """The answer to an attempt was lost, then the text changed; all rows when the doubt has been cleared."""

    async def say_again(uow: UnitOfWork, post: Post) -> None:
        await uow.posts.plan(again(post, post.revision + 1))

    desk.steps[DROPPED] = when_dropped({"dawn": say_again})
    desk.double.cut(store=store)
    await delivered(desk)
    desk.says = "good evening"
    async with desk.database(GUILD) as uow:
        await uow.posts.renew("dawn", 1, "changed")
    await desk.drain(seconds=3)
    assert desk.requests_begun() == 1, "the old text was sent again"
    return await desk.drain(seconds=121)


async def test_what_did_not_arrive_is_said_with_the_new_text_without_waiting_to_be_woken(desk: Desk):
    old, new = await overtaken(desk, store=False)
    assert (old.state, old.reason, new.state) == (P.CANCELLED, "changed", P.SENT)
    assert [message["content"] for message in desk.messages()] == ["good evening"]


async def test_what_arrived_after_all_is_not_said_with_the_new_text(desk: Desk):
    (row,) = await overtaken(desk, store=True)
    assert row.state is P.SENT
    assert [message["content"] for message in desk.messages()] == ["good morning"]


# Direct messages


async def test_a_direct_message_goes_to_the_persons_channel_which_is_remembered(desk: Desk):
    desk.double.fail(503)
    row = await delivered(desk, member_id=PERSON)
    assert row.target_id not in {0, CHANNEL}
    (row,) = await desk.drain(seconds=3)
    assert row.state is P.SENT
    assert [message["channel_id"] for message in desk.messages()] == [row.target_id]
    assert desk.requests(OPEN_DM) == 1


async def test_closed_direct_messages_make_it_undeliverable(desk: Desk):
    desk.double.close_direct_messages(PERSON)
    await desk.plan(desk.post(member_id=PERSON))
    row, follows = await desk.drain()
    assert (row.state, row.reason) == (P.UNDELIVERABLE, "403 50007")
    assert follows.state is P.SENT


async def test_a_direct_message_that_cannot_even_be_opened_is_undeliverable_without_an_attempt(desk: Desk):
    desk.double.fail(403, route=OPEN_DM)
    await desk.plan(desk.post(member_id=PERSON))
    row, follows = await desk.drain()
    assert (row.state, row.attempts, follows.state) == (P.UNDELIVERABLE, 0, P.SENT)


async def test_a_direct_message_that_cannot_be_opened_just_now_waits_without_a_doubt(desk: Desk):
    desk.double.fail(503, route=OPEN_DM)
    row = await delivered(desk, member_id=PERSON)
    assert (row.state, row.in_doubt, row.attempts) == (P.PLANNED, False, 0)
    (row,) = await desk.drain(seconds=31)
    assert row.state is P.SENT


async def test_too_many_direct_messages_pause_all_of_them_for_hours_and_nothing_else(desk: Desk):
    desk.double.fail(400, route=OPEN_DM, code=40003)
    await desk.plan(desk.post(member_id=PERSON), desk.post(member_id=PERSON, part=1), desk.post())
    rows = await desk.drain()
    assert [row.state for row in rows] == [P.PLANNED, P.PLANNED, P.SENT]
    assert all(row.not_before - desk.clock.now() > timedelta(hours=2) for row in rows[:2])
    assert desk.requests(OPEN_DM) == 1
    assert [row.state for row in await desk.drain(hours=4)] == [P.SENT] * 3


async def test_a_direct_message_whose_pause_outlives_it_is_followed_by_its_fallback_at_once(desk: Desk):
    desk.double.fail(400, route=OPEN_DM, code=40003)
    soon = desk.clock.now() + timedelta(hours=1)
    await desk.plan(desk.post(member_id=PERSON, expires_at=soon), desk.post(member_id=PERSON, part=1))
    rows = await desk.drain()
    assert [row.state for row in rows] == [P.UNDELIVERABLE, P.PLANNED, P.SENT]
    assert rows[0].attempts == 0
    assert [message["channel_id"] for message in desk.messages()] == [OTHER_CHANNEL]


@pytest.mark.parametrize("route", [OPEN_DM, POST])
async def test_a_direct_message_whose_time_is_its_point_waits_for_no_pause(desk: Desk, route: str):
    timely = PostKind(desk.describe, desk.render, desk.end, timely=True)
    desk.new_dispatcher(post_kinds={"dawn": timely})
    desk.double.fail(400, route=route, code=40003)
    await desk.plan(desk.post(member_id=PERSON))
    row, follows = await desk.drain()
    assert (row.state, row.reason, follows.state) == (P.UNDELIVERABLE, "direct messages are paused", P.SENT)
    assert [message["channel_id"] for message in desk.messages()] == [OTHER_CHANNEL]


# Quiet hours


async def quiet_from_now(desk: Desk, hours: float = 2) -> datetime:
    """It is night by the community's clock for some hours to come; when it ends."""
    now = desk.clock.now()
    begin = (now - timedelta(hours=1)).time().replace(second=0, microsecond=0)
    end_at = (now + timedelta(hours=hours)).replace(second=0, microsecond=0)
    async with desk.database(GUILD) as uow:
        await uow.communities.change(quiet_begin=begin, quiet_end=time(end_at.hour, end_at.minute))
    return end_at


async def test_what_may_wait_waits_until_the_end_of_the_quiet_hours(desk: Desk):
    end_at = await quiet_from_now(desk)
    row = await delivered(desk, quiet=True)
    assert (row.state, row.not_before, row.reason) == (P.PLANNED, end_at, "quiet hours")
    (row,) = await desk.drain(hours=2, minutes=1)
    assert row.state is P.SENT


async def test_the_night_of_a_direct_message_is_that_on_its_readers_clock(desk: Desk):
    end_at = await quiet_from_now(desk)
    async with desk.database(GUILD) as uow:
        # Twelve hours ahead: there it is day now.
        await uow.profiles.put(Profile(0, PERSON, time_zone="Etc/GMT-12"))
    await desk.plan(desk.post(member_id=PERSON, quiet=True), desk.post(quiet=True))
    assert [row.state for row in await desk.drain()] == [P.SENT, P.PLANNED]
    async with desk.database(GUILD) as uow:
        begins, ends = (end_at + timedelta(hours=9), end_at + timedelta(hours=12))
        await uow.communities.change(quiet_begin=begins.time(), quiet_end=ends.time())
    await desk.plan(desk.post(member_id=PERSON, quiet=True, part=1), desk.post(quiet=True, part=2))
    *_, theirs, everybodys = await desk.drain()
    assert (theirs.state, theirs.reason, theirs.not_before) == (P.PLANNED, "quiet hours", end_at)
    assert everybodys.state is P.SENT


async def test_what_may_not_be_held_goes_out_at_night(desk: Desk):
    await quiet_from_now(desk)
    assert (await delivered(desk, quiet=False)).state is P.SENT


async def test_what_falls_due_by_day_but_could_not_be_sent_is_held_at_night_all_the_same(desk: Desk):
    due_at = desk.clock.now() - timedelta(hours=3)
    end_at = await quiet_from_now(desk)
    row = await delivered(desk, quiet=True, due_at=due_at)
    assert (row.state, row.not_before) == (P.PLANNED, end_at)


async def test_what_cannot_wait_for_its_session_goes_to_the_channel_without_a_sound(desk: Desk):
    await quiet_from_now(desk)
    row = await delivered(desk, quiet=True, starts_at=desk.clock.now() + timedelta(hours=1))
    assert row.state is P.SENT
    assert [message["flags"] & 4096 for message in desk.messages()] == [4096]


async def test_what_would_have_expired_by_the_end_of_the_night_goes_to_the_channel_without_a_sound(desk: Desk):
    end_at = await quiet_from_now(desk)
    row = await delivered(desk, quiet=True, expires_at=end_at)
    assert row.state is P.SENT
    assert [message["flags"] & 4096 for message in desk.messages()] == [4096]


async def test_what_cannot_wait_is_never_a_direct_message_in_the_night(desk: Desk):
    await quiet_from_now(desk)
    await desk.plan(desk.post(member_id=PERSON, quiet=True, starts_at=desk.clock.now() + timedelta(hours=1)))
    row, follows = await desk.drain()
    assert (row.state, row.reason, row.attempts) == (P.UNDELIVERABLE, "quiet hours", 0)
    assert follows.channel_id == OTHER_CHANNEL


async def test_a_doubt_is_cleared_at_any_hour(desk: Desk):
    desk.double.cut(store=True)
    await delivered(desk, quiet=True)
    await quiet_from_now(desk)
    (row,) = await desk.drain(seconds=3)
    assert row.state is P.SENT


async def test_a_post_in_the_communitys_language_gets_its_words(desk: Desk):
    def render(value: str, w: Words) -> Content:
        return Content(w.language, rows=((Button("Going", button_id("rsvp", 1, "going")),),))

    desk.new_dispatcher(post_kinds={"dawn": PostKind(desk.describe, render, desk.end)})
    async with desk.database(GUILD) as uow:
        await uow.communities.change(language="ja")
    await delivered(desk)
    assert [message["content"] for message in desk.messages()] == ["ja"]
