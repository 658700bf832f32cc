"""Attempts whose end is not known yet: for the tests of what happens when something changes just then."""

from __future__ import annotations

from datetime import timedelta
from typing import Literal

from bot.domain.posts import (
    Begin,
    Limited,
    Lost,
    Outcome,
    Post,
    PostState,
    Refused,
    after_attempt,
    after_reading,
)
from tests.data.rows import all_posts
from tests.domain.reminding import Club

LIFE = timedelta(seconds=120)
WAIT = timedelta(seconds=30)
"""How long a limited attempt is to wait."""


async def under_way(club: Club, kind: str) -> list[Post]:
    """Take what is due now; the attempts at posts of this kind begin, all others are made."""
    begun: list[Post] = []
    for post in await club.claim():
        if post.kind != kind:
            await club.attempt(post)
            continue
        begin = Begin(post, post.channel_id or post.member_id, '{"content":"as it was"}', f"{post.id}-{post.token}")
        begun += (await club.db.outbox.begin([begin], club.clock.now())).values()
    return begun


async def ends(club: Club, post: Post, outcome: Outcome) -> None:
    """The attempt ends so."""
    result = after_attempt(post, outcome, club.clock.now(), LIFE, 1.0)
    await club.db.outbox.settle([result], club.clock.now())


async def refused(club: Club, post: Post) -> None:
    """The channel does not take it; what has to follow is written in the same transaction."""
    result = after_attempt(post, Refused("403 50013"), club.clock.now(), LIFE, 1.0)
    async with club.db(post.guild_id) as uow:
        assert await uow.posts.settle(result)
        await club.kinds[post.kind].ended(uow, result)


async def comes_to_nothing(club: Club, post: Post, how: Literal["limited", "absent"]) -> None:
    """The overtaken attempt was refused for now, or it was lost and the history shows that it never arrived."""
    if how == "limited":
        await ends(club, post, Limited(WAIT.total_seconds()))
    else:
        await read_up(club, post, "absent")
    (row,) = [each for each in await all_posts(club.db) if each.id == post.id]
    assert row.state is PostState.CANCELLED, "the old text would be sent again"


async def read_up(club: Club, post: Post, found: int | Literal["absent"]) -> None:
    """The attempt is lost, and once the nonce may be forgotten the channel's history says what has come of it."""
    await ends(club, post, Lost("503"))
    club.clock.at += LIFE
    (claimed,) = [each for each in await club.claim() if each.id == post.id]
    await club.db.outbox.settle([after_reading(claimed, found, club.clock.now())], club.clock.now())
