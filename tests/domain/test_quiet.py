"""Quiet hours as a rule over posts: the same one when a post is planned and before each attempt."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from bot.domain.calendar import Held
from bot.domain.communities import NewSettings
from bot.domain.posts import NewPost
from bot.domain.quiet import held, in_peace, is_quiet
from tests.domain.reminding import ANNOUNCEMENTS, GUILD, MODERATOR, Club, a_club, at


@pytest.fixture
async def club(tmp_path: Path) -> AsyncIterator[Club]:
    async with a_club(tmp_path) as club:
        await club.services.communities.change(GUILD, MODERATOR, NewSettings(quiet_hours="22:00-06:00"))
        yield club


def a_post(due_at: datetime, **values: Any) -> NewPost:
    known: dict[str, Any] = {"expires_at": at(16, 7), "quiet": True, "channel_id": ANNOUNCEMENTS}
    return NewPost("dawn", 1, due_at, **{**known, **values})


@pytest.mark.parametrize(
    ("post", "now", "expected"),
    [
        # By day, and what no night holds.
        (a_post(at(15, 12)), at(15, 11), Held(at(15, 12))),
        (a_post(at(15, 3), quiet=False), at(15, 3), Held(at(15, 3))),
        # To the end of the night, also from now on.
        (a_post(at(15, 3), starts_at=at(15, 6, 15)), at(15, 3), Held(at(15, 6))),
        (a_post(at(14, 12)), at(15, 3), Held(at(15, 6))),
        # Too late by then, or over: before the night, and within it at once but silently.
        (a_post(at(15, 3), starts_at=at(15, 6, 14)), at(14, 12), Held(at(14, 21, 50))),
        (a_post(at(15, 3), starts_at=at(15, 6, 14)), at(15, 3), Held(at(15, 3), silent=True)),
        (a_post(at(15, 3), expires_at=at(15, 6)), at(15, 3), Held(at(15, 3), silent=True)),
    ],
)
async def test_a_post_is_held_by_the_communitys_night(club: Club, post: NewPost, now: datetime, expected: Held):
    community = await club.services.communities.show(GUILD)
    assert held(post, community, now) == expected


async def test_what_is_planned_waits_as_long_as_it_would_before_its_attempt_and_else_not_at_all(club: Club):
    async with club.db.reading(GUILD) as uow:
        waits = await in_peace(uow, a_post(at(15, 3)), at(15, 3))
        assert (waits.due_at, waits.not_before) == (at(15, 3), at(15, 6))
        for goes in (a_post(at(15, 12)), a_post(at(15, 3), quiet=False), a_post(at(15, 3), expires_at=at(15, 5))):
            assert await in_peace(uow, goes, at(15, 3)) == goes


async def test_a_night_is_that_of_the_communitys_zone_and_there_may_be_none(club: Club):
    community = await club.services.communities.show(GUILD)
    assert is_quiet(community, at(15, 22))
    assert not is_quiet(community, at(15, 6))
    _, community = await club.services.communities.change(GUILD, MODERATOR, NewSettings(quiet_hours="off"))
    assert not is_quiet(community, at(15, 22))
