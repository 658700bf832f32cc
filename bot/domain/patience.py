"""How long a direct message waits while Discord takes none: not beyond its end, nor beyond the time it is about."""

from __future__ import annotations

from datetime import datetime, timedelta

from bot.domain.posts import PostState, Settled

PAUSED = "direct messages are paused"
PATIENCE = timedelta(minutes=5)
"""A direct message whose time is its point waits no longer than this for Discord to take direct messages again."""


def in_time(result: Settled, now: datetime, *, timely: bool) -> Settled:
    """The same, unless a direct message would have to wait beyond its end or, if it is `timely`, for more than minutes.

    It ends as undeliverable then, so that what follows from that still comes in time.
    """
    post, until = result.post, result.not_before
    waits = result.state is PostState.RETRY and not result.in_doubt and not post.cancel_wanted
    if not post.member_id or not waits or until is None:
        return result
    if until < post.expires_at and not (timely and until - now > PATIENCE):
        return result
    return Settled(post, PostState.UNDELIVERABLE, PAUSED)
