"""Posts whose kind wants to know that they were sent, or came to nothing unseen: a step says so.

It is written in the transaction that ends the post. What follows from the ends that are reported (undeliverable,
failed, unconfirmed), the kind's own hook does in that transaction.
"""

from __future__ import annotations

from bot.domain.posts import PostState, Settled

SETTLED = "settled"
"""The step; its subject is the post's row."""
WATCHED = ("question_ask",)
"""The kinds that want to know: for an answer to them the time begins with the delivery."""
ENDS = (PostState.SENT, PostState.CANCELLED, PostState.EXPIRED)
"""What they want to know of. What is cancelled before an attempt was begun, its canceller knows."""


def is_watched(result: Settled) -> bool:
    """Whether the step follows from it."""
    return result.post.kind in WATCHED and result.state in ENDS
