"""Posts: a message exactly once.

A post is a row written in the same transaction as its cause. Its payload is frozen at the first attempt and sent with
the row's nonce; the row's mark stands in a component's `custom_id`, so that a message can be found in a channel's
history. So at most one message exists per row, every due row reaches a final state, and where Discord can't be asked
the doubt is reported instead of guessed.

    planned ──► claimed ──► sending ──► sent | undeliverable | failed
       ▲           │            │
       └───────────┘            └──► retry ──► claimed ...      expired, cancelled, unconfirmed are final too

A direct message whose channel can't even be opened is undeliverable without an attempt, straight from claimed: a row
that said "sending" would leave a doubt behind if the process died there.

A frozen text is never changed. What a change has overtaken is cancelled and, if its kind wants that, said anew by
another row. A row whose attempt is under way or in doubt can't be cancelled at once, since its message may be there
already: its cancellation is wanted, and comes true only if the attempt came to nothing. Then, in the same transaction,
a step `DROPPED` is written, in which the row's kind decides what is to be said instead.

The rules are plain functions over values. `values` holds what a post is, `attempts` what to do with a claimed row
(`next_act`), what an answer of Discord's makes of it (`after_attempt`) and what a look at the history makes of it
(`after_reading`), and `repositories` where posts are kept.
"""

from bot.domain.posts.attempts import (
    MOST_WAIT,
    Act,
    Delivered,
    Limited,
    Lost,
    Outcome,
    Reading,
    Refused,
    Rejected,
    Settled,
    Unauthorized,
    after_attempt,
    after_reading,
    may_drop,
    next_act,
    pause,
    time_left,
)
from bot.domain.posts.repositories import Begin, Missed, Outbox, PostRepository
from bot.domain.posts.values import (
    DELETED,
    DROPPED,
    FINAL,
    LANE,
    MENTIONS_PER_POST,
    Dropped,
    NewPost,
    Post,
    PostState,
    again,
    lane,
    may_be_read,
    next_revision,
    parts,
    unsent,
    when_dropped,
)

__all__ = [
    "DELETED",
    "DROPPED",
    "FINAL",
    "LANE",
    "MENTIONS_PER_POST",
    "MOST_WAIT",
    "Act",
    "Begin",
    "Delivered",
    "Dropped",
    "Limited",
    "Lost",
    "Missed",
    "NewPost",
    "Outbox",
    "Outcome",
    "Post",
    "PostRepository",
    "PostState",
    "Reading",
    "Refused",
    "Rejected",
    "Settled",
    "Unauthorized",
    "after_attempt",
    "after_reading",
    "again",
    "lane",
    "may_be_read",
    "may_drop",
    "next_act",
    "next_revision",
    "parts",
    "pause",
    "time_left",
    "unsent",
    "when_dropped",
]
