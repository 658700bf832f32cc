"""The sender: what it freezes, and what it makes of the answers that discord.py's own tries got."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Any

import discord
import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from bot.clock import SystemClock
from bot.domain.posts import Delivered, Limited, Lost, Outcome, Post, Refused
from bot.domain.uow import inside
from bot.posting import Poster, freeze, http_trace
from bot.rendering.buttons import button_id, mark_of
from bot.rendering.content import Button, Content
from tests.desk import HISTORY, NONCE_LIFE, POST
from tests.domain.test_posts import BEGUN
from tests.double import DiscordDouble, eventually
from tests.double.tiny import CHANNEL, PERSON, connected, double_with

CLOCK = SystemClock()
GOING = Button("Going", button_id("rsvp", 1, "going"))
CONTENT = Content("<@5> <@6> @everyone", rows=((GOING,),), mentions=(5,))


def attempted(**changes: Any) -> Post:
    """A post whose attempt begins now."""
    now = CLOCK.now()
    payload = freeze(Content("hello", rows=((GOING,),)), "1-abc", silent=False)
    known = {"target_id": CHANNEL, "nonce": "1-abc", "payload": payload, "first_attempt_at": now, "window_at": now}
    return replace(BEGUN, **{**known, **changes})


@asynccontextmanager
async def sender(
    attempt: float = 5, traced: bool = True, **settings: Any
) -> AsyncGenerator[tuple[DiscordDouble, Poster, Any]]:
    options = {"http_trace": http_trace()} if traced else {}
    async with double_with(global_limit=0, **settings) as double, connected(double, **options) as client:
        yield double, Poster(client, CLOCK.now, timedelta(seconds=attempt), NONCE_LIFE), client


def asked(double: DiscordDouble, route: str = POST) -> int:
    return sum(double.log.counts.get(route, {}).values())


async def no_place() -> None:
    """A place in the line that is free at once."""


# What is frozen


def test_only_the_mentions_that_are_meant_are_allowed():
    body = json.loads(freeze(CONTENT, "1-abc", silent=False))
    assert body["allowed_mentions"] == {"parse": [], "users": [5], "roles": []}


@given(st.integers(1, 10**12 - 1), st.text("0123456789abcdef", min_size=12, max_size=12))
def test_the_mark_of_every_row_fits_into_its_button_and_comes_back(row: int, token: str):
    nonce = f"{row}-{token}"
    body = json.loads(freeze(CONTENT, nonce, silent=False))
    custom_id = body["components"][0]["components"][0]["custom_id"]
    assert len(custom_id) <= 100
    assert len(nonce) <= 25
    assert mark_of(custom_id) == nonce


def test_only_the_first_button_carries_the_mark_and_the_others_stay_as_they_are():
    other = Button("Late", button_id("rsvp", 1, "late"))
    body = json.loads(freeze(Content("x", rows=((GOING, other), (other,))), "1-abc", silent=False))
    ids = [button["custom_id"] for row in body["components"] for button in row["components"]]
    assert ids == ["bk:rsvp:1:going~1-abc", "bk:rsvp:1:late", "bk:rsvp:1:late"]


def test_equal_messages_are_frozen_to_equal_texts():
    embed = discord.Embed(title="朝の会")
    first, second = (freeze(Content("x", embed, ((GOING,),)), "1-abc", silent=True) for _ in range(2))
    assert first == second
    assert "朝の会" in first


def test_a_message_without_a_button_could_never_be_found_and_is_refused():
    with pytest.raises(ValueError, match="needs a button"):
        freeze(Content("x"), "1-abc", silent=False)


# One attempt


async def attempt(poster: Poster, post: Post | None = None) -> Outcome:
    return await poster.attempt(post or attempted(), CLOCK.now())


async def test_nothing_is_sent_inside_a_unit_of_work():
    async with sender() as (double, poster, _):
        opened = inside.set(True)
        try:
            for call in (poster.attempt(attempted(), CLOCK.now()), poster.find(attempted(), no_place)):
                with pytest.raises(RuntimeError, match="inside a unit of work"):
                    await call
        finally:
            inside.reset(opened)
        assert asked(double) == asked(double, HISTORY) == 0


async def test_no_request_begins_after_the_nonces_life():
    async with sender() as (double, poster, _):
        late = attempted(window_at=CLOCK.now() - NONCE_LIFE)
        assert await attempt(poster, late) == Limited(0.0)
        assert asked(double) == 0


async def test_an_attempt_under_way_ends_with_the_nonces_life():
    async with sender() as (double, poster, _):
        double.hang(3)
        nearly = attempted(window_at=CLOCK.now() - NONCE_LIFE + timedelta(seconds=0.3))
        async with asyncio.timeout(2):
            assert isinstance(await attempt(poster, nearly), Lost)


async def test_a_refusal_after_a_try_that_may_have_been_accepted_is_no_answer():
    async with sender() as (double, poster, _):
        double.fail(500, store=True)
        double.fail(403)
        outcome = await attempt(poster)
        assert isinstance(outcome, Lost)
        assert "[500, 403]" in outcome.cause
        assert double.stats()["messages"] == 1


async def test_a_refusal_after_a_limit_is_an_answer():
    async with sender() as (double, poster, _):
        double.fail(429, retry_after=0.05)
        double.fail(403)
        assert await attempt(poster) == Refused("403 50013")


@pytest.mark.parametrize("status", [403, 404])
@pytest.mark.parametrize("store", [False, True], ids=["before it", "behind it"])
async def test_a_refusal_of_a_proxy_before_discord_is_no_answer(status: int, store: bool):
    async with sender() as (double, poster, _):
        double.fail(status, foreign=True, store=store)
        assert await attempt(poster) == Lost(f"{status} without a code")
        # Sent again, it stands there once.
        assert isinstance(await attempt(poster), Delivered)
        assert double.stats()["messages"] == 1


@pytest.mark.parametrize(("status", "cause"), [(403, "403 50013"), (404, "404 10003")])
async def test_a_refusal_of_discords_is_an_answer(status: int, cause: str):
    async with sender() as (double, poster, _):
        double.fail(status)
        assert await attempt(poster) == Refused(cause)


@pytest.mark.parametrize("status", [403, 404])
async def test_a_history_that_only_a_proxy_refuses_is_asked_for_again(status: int):
    async with sender() as (double, poster, _):
        double.fail(status, route=HISTORY, foreign=True)
        assert isinstance(await poster.find(attempted(), no_place), Limited)
        assert await poster.find(attempted(), no_place) == "absent"


async def test_a_5xx_that_discord_py_overcomes_by_itself_is_a_success():
    async with sender() as (double, poster, _):
        double.fail(500, store=True)
        assert isinstance(await attempt(poster), Delivered)
        assert (asked(double), double.stats()["messages"]) == (2, 1)


async def test_a_limit_that_outlasts_the_attempt_leaves_no_doubt():
    async with sender(attempt=0.3) as (double, poster, _):
        double.fail(429, retry_after=20)
        assert isinstance(await attempt(poster), Limited)


async def test_a_limit_longer_than_discord_py_waits_is_told_as_it_is():
    async with sender() as (double, poster, _):
        double.fail(429, retry_after=300)
        assert await attempt(poster) == Limited(300.0)


async def test_a_time_out_while_waiting_for_a_turn_in_the_channel_leaves_no_doubt():
    async with sender(attempt=0.3, channel_limit=1, channel_seconds=1.5) as (double, poster, client):
        # Its last permitted message makes discord.py sleep, and whoever comes next wait, until the limit is over.
        mirror = asyncio.create_task(client.get_channel(CHANNEL).send("a mirror"))
        await eventually(lambda: asked(double))
        assert isinstance(await attempt(poster), Limited)
        assert double.stats()["messages"] == 1
        await mirror


async def test_a_time_out_after_a_success_that_was_not_read_to_its_end_is_in_doubt():
    async with sender(attempt=0.3, channel_limit=1, channel_seconds=3) as (double, poster, _):
        # discord.py holds the answer back until the channel's limit is over.
        outcome = await attempt(poster)
        assert isinstance(outcome, Lost)
        assert double.stats()["messages"] == 1


async def test_a_time_out_without_a_record_of_the_tries_is_always_in_doubt():
    async with sender(attempt=0.3, traced=False) as (double, poster, _):
        double.fail(429, retry_after=20)
        assert isinstance(await attempt(poster), Lost)


async def test_without_a_connection_nothing_was_sent(monkeypatch: pytest.MonkeyPatch):
    async with sender() as (_, poster, _):
        monkeypatch.setattr(discord.http.Route, "BASE", "http://127.0.0.1:9/api/v10")
        assert isinstance(await attempt(poster), Limited)


# Looking it up


async def test_only_the_bots_own_message_with_this_very_mark_is_found():
    async with sender() as (_, poster, client):
        post = attempted()
        delivered = await attempt(poster, post)
        assert isinstance(delivered, Delivered)
        assert await poster.find(post, no_place) == delivered.message_id
        assert await poster.find(replace(post, nonce="1-ab"), no_place) == "absent"
        assert await poster.find(replace(post, nonce="1-abcd"), no_place) == "absent"
        await client.http.delete_message(CHANNEL, delivered.message_id)
        assert await poster.find(post, no_place) == "absent"


async def test_a_message_of_long_before_the_first_attempt_is_not_read():
    async with sender() as (_, poster, _):
        post = attempted()
        assert isinstance(await attempt(poster, post), Delivered)
        later = replace(post, first_attempt_at=CLOCK.now() + timedelta(minutes=6))
        assert await poster.find(later, no_place) == "absent"


async def test_every_page_of_a_history_waits_for_its_place():
    places = 0

    async def place() -> None:
        nonlocal places
        places += 1

    async with sender() as (double, poster, _):
        for number in range(250):
            double.say(CHANNEL, PERSON, str(number))
        assert await poster.find(attempted(), place) == "absent"
        assert places == asked(double, HISTORY) == 3


@pytest.mark.parametrize("status", [403, 404, 400])
async def test_a_history_that_is_refused_is_unreadable(status: int):
    async with sender() as (double, poster, _):
        double.fail(status, route=HISTORY)
        assert await poster.find(attempted(), no_place) == "unreadable"
