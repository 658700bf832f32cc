"""Killed with SIGKILL at random moments while hundreds of reminders are due, again and again.

The scenarios are played side by side, each with a Discord of its own; the tests look at how they ended. Where nonces
live for 5 s at the double and 2 s at the bot, even a restart at once comes after the bot's window (it takes 2 s to be
ready) and asks the history. So one scenario has a long window and no history: there the nonce alone answers.
"""

from __future__ import annotations

import asyncio
import json
from collections import Counter
from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack

import pytest

from tests.force.scenarios import (
    POSTS,
    Outcome,
    Scenario,
    by_nonce_alone,
    restarted_at_once,
    restarted_later,
    scenario,
    unreadable,
)

pytestmark = pytest.mark.force

Play = Callable[[Scenario], Awaitable[Outcome]]
SCENARIOS: dict[Play, dict[str, int]] = {
    restarted_at_once: {"seed": 1},
    restarted_later: {"seed": 2},
    unreadable: {"seed": 3},
    by_nonce_alone: {"seed": 4, "window": 100, "nonce": 40},
}


@pytest.fixture(scope="module")
def played(tmp_path_factory: pytest.TempPathFactory) -> Callable[[Play], Outcome]:
    """How a scenario ended. One that broke fails only its own tests."""

    async def play() -> list[Outcome | BaseException]:
        async with AsyncExitStack() as stack:
            bots = [
                await stack.enter_async_context(scenario(tmp_path_factory.mktemp(each.__name__), **settings))
                for each, settings in SCENARIOS.items()
            ]
            playing = (each(bot) for each, bot in zip(SCENARIOS, bots, strict=True))
            return await asyncio.gather(*playing, return_exceptions=True)

    outcomes = dict(zip(SCENARIOS, asyncio.run(play()), strict=True))

    def outcome(name: Play) -> Outcome:
        found = outcomes[name]
        if isinstance(found, BaseException):
            raise found
        return found

    return outcome


@pytest.mark.parametrize("name", [restarted_at_once, restarted_later])
def test_with_a_readable_history_nothing_is_missing_and_nothing_is_doubled(played, name):
    outcome = played(name)
    assert outcome.doubled == []
    assert outcome.missing == []
    assert Counter(row.state for row in outcome.rows) == {"sent": POSTS}
    assert outcome.log_channel == []


@pytest.mark.parametrize("name", [restarted_at_once, restarted_later, unreadable])
def test_the_kills_have_left_doubts(played, name):
    # Without doubts the tests around this one would prove nothing.
    outcome = played(name)
    assert outcome.kills >= 3
    assert "posts of an earlier run are taken up again" in outcome.said
    assert sum(row.attempts > 1 or row.state == "unconfirmed" for row in outcome.rows) >= 1


def test_with_an_unreadable_history_nothing_is_doubled_and_every_gap_is_unconfirmed(played):
    outcome = played(unreadable)
    assert outcome.doubled == []
    assert {row.state for row in outcome.rows} == {"sent", "unconfirmed"}
    assert {row.state for row in outcome.missing} == {"unconfirmed"}
    assert all(outcome.copies[row.id] == 1 for row in outcome.rows_in("sent"))


def test_every_unconfirmed_post_is_reported_in_the_log_and_to_the_moderators(played):
    outcome = played(unreadable)
    unconfirmed = outcome.rows_in("unconfirmed")
    for row in unconfirmed:
        assert f"post {row.id} ({row.kind}): unconfirmed" in outcome.said
    told = {json.loads(notice.data)["channel_id"] for notice in outcome.notices}
    assert told == {row.channel_id for row in unconfirmed}
    # One notice for a channel and cause; a notice whose own arrival is in doubt is at least not sent twice.
    for notice in outcome.notices:
        channel = json.loads(notice.data)["channel_id"]
        shown = sum(f"<#{channel}>" in text for text in outcome.log_channel)
        assert shown == 1 if notice.state == "sent" else (notice.state == "unconfirmed" and shown <= 1)


def test_while_discord_knows_the_nonce_it_answers_every_doubt_without_a_history(played):
    outcome = played(by_nonce_alone)
    assert outcome.doubled == []
    assert outcome.missing == []
    assert Counter(row.state for row in outcome.rows) == {"sent": POSTS}
    assert outcome.deduplicated > 3
