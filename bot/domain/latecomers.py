"""Who gets a place while a message that fell due still waits to go out: it mentions them as well.

A message waits while it is paused, while its channel is throttled, or because many are due at once. Whom it mentions
was read when it fell due; what it counts is read when it is sent. Without this, somebody who answers in between would
be counted and not told.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import chain, count

from bot.domain.posts import NewPost, Post, again, unsent

Split = Callable[[Sequence[int], int], list[tuple[int, ...]]]
"""Mentions split over messages, of which the first is the part with this number."""


def mentioning(written: Sequence[Post], member_ids: Sequence[int], split: Split) -> list[NewPost]:
    """What a message's posts become, or have added to them, when they are to mention these people too.

    `written` are all posts of one message, in order of their parts. The last of them takes them in as far as it has
    room, unless it was attempted: what it says is frozen then, and they get a part of their own. They come when the
    rest of the message comes. Empty if there is nobody to add, or if the message has left.
    """
    waiting = [post for post in written if unsent(post)]
    if not waiting or not member_ids:
        return []
    last = waiting[-1]
    later = count(1 + max(post.part for post in written))
    numbers = later if last.attempts else chain([last.part], later)
    first = next(numbers)
    mentioned: list[int] = [] if last.attempts else last.data["mentions"]
    return [
        again(
            last,
            last.revision,
            part=number,
            quiet=False,
            silent=False,
            not_before=last.not_before,
            data={**last.data, "mentions": list(mentions)},
        )
        for number, mentions in zip(chain([first], numbers), split([*mentioned, *member_ids], first), strict=False)
    ]
