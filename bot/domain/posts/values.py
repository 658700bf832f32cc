"""What a post is, and what can be said of one."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from msgspec import Struct, field

if TYPE_CHECKING:
    from bot.domain.steps import Step, StepHandler
    from bot.domain.uow import UnitOfWork

MENTIONS_PER_POST = 80
"""Discord reads at most 100 mentions of a message; names and roles in the text need some of them."""
LANE = 5
"""How many posts of one channel or person are in hand at once: they go one after the other, and a throttled channel
must not hold the places of all others."""
DROPPED = "dropped"
"""The step about a post whose cancellation had to wait for the end of an attempt, and has come true. Its subject is the
row's id."""
DELETED = "deleted"
"""The `reason` of a post that was sent, and whose message people have deleted since."""


class PostState(StrEnum):
    """Where a post is in its life; see the module's drawing."""

    PLANNED = "planned"
    CLAIMED = "claimed"
    SENDING = "sending"
    RETRY = "retry"
    SENT = "sent"
    CANCELLED = "cancelled"
    EXPIRED = "expired"
    UNDELIVERABLE = "undeliverable"
    FAILED = "failed"
    UNCONFIRMED = "unconfirmed"


FINAL = frozenset(
    {
        PostState.SENT,
        PostState.CANCELLED,
        PostState.EXPIRED,
        PostState.UNDELIVERABLE,
        PostState.FAILED,
        PostState.UNCONFIRMED,
    }
)
_UNSENT = frozenset({PostState.PLANNED, PostState.CLAIMED, PostState.RETRY})
_READ = frozenset({PostState.SENDING, PostState.SENT, PostState.UNCONFIRMED})


class NewPost(Struct, frozen=True):
    """A message to be written later.

    Exactly one of `channel_id` and `member_id` (a direct message) is set. `data` is what its kind needs to render it,
    as JSON values. `quiet` says that quiet hours may hold it; `starts_at` is the session's start, which a held post
    must still precede; `not_before` is when they let it go (None: when it is due). Unique per
    `(guild_id, kind, subject_id, channel_id, member_id, revision, part)`.

    `asker_of` is the question whose asker, without their name, the `member_id` is (0: it goes to anybody else): what is
    stored names the question alone, and who gets the message is found through it.
    """

    kind: str
    subject_id: int
    due_at: datetime
    expires_at: datetime
    channel_id: int = 0
    member_id: int = 0
    revision: int = 0
    part: int = 0
    starts_at: datetime | None = None
    quiet: bool = False
    silent: bool = False
    data: Mapping[str, Any] = field(default_factory=dict[str, Any])
    not_before: datetime | None = None
    asker_of: int = 0

    def __post_init__(self) -> None:
        if bool(self.channel_id) == bool(self.member_id):
            raise ValueError("a post goes to one channel or to one member")


class Post(Struct, frozen=True):
    """A post as stored.

    `first_attempt_at` is when its payload was frozen. `window_at` is when the oldest attempt began that may have left a
    message: no request for the row begins later than the nonce's life after it, unless the history was read to its end
    first. `target_id` is the channel the attempts go to (a DM's channel for a member; forgotten after the last attempt
    where `asker_of` is set). With `asker_of`, `member_id` is 0 if who asked is no longer known.
    """

    id: int
    guild_id: int
    kind: str
    subject_id: int
    channel_id: int
    member_id: int
    revision: int
    part: int
    due_at: datetime
    not_before: datetime
    expires_at: datetime
    starts_at: datetime | None
    quiet: bool
    silent: bool
    data: Mapping[str, Any]
    state: PostState
    reason: str | None
    token: str | None
    attempts: int
    first_attempt_at: datetime | None
    window_at: datetime | None
    target_id: int
    payload: str | None
    nonce: str | None
    in_doubt: bool
    cancel_wanted: bool
    message_id: int
    sent_at: datetime | None
    asker_of: int = 0


def unsent(post: Post) -> bool:
    """Whether nobody can have read it: it waits for its first attempt, or every attempt was refused."""
    return post.state in _UNSENT and not post.in_doubt


def may_be_read(post: Post) -> bool:
    """Whether somebody may have read it: it was sent, or perhaps so."""
    return post.in_doubt or post.state in _READ


def again(post: Post, revision: int, **changes: Any) -> NewPost:
    """The same message as a new row of this revision; `changes` are other fields of `NewPost`."""
    same = set(NewPost.__struct_fields__) - {"revision", "not_before"}
    fields: dict[str, Any] = {name: getattr(post, name) for name in same}
    return NewPost(**{**fields, **changes}, revision=revision)


def lane(post: Post) -> int:
    """What a post waits its turn for: its channel's id, or the negative id of the person it goes to."""
    return -post.member_id if post.member_id else post.channel_id


def parts(member_ids: Sequence[int], size: int = MENTIONS_PER_POST) -> list[tuple[int, ...]]:
    """Mentions split over messages; one empty part if nobody is mentioned."""
    return [tuple(member_ids[i : i + size]) for i in range(0, len(member_ids), size)] or [()]


def next_revision(posts: Sequence[Post]) -> int:
    """A revision that none of these posts has, later than all of them; the first one is 1."""
    return 1 + max((post.revision for post in posts), default=0)


Dropped = Callable[["UnitOfWork", Post], Awaitable[None]]
"""What follows when a cancellation that had to wait has come true: the post never arrived, and never will."""


def when_dropped(kinds: Mapping[str, Dropped]) -> StepHandler:
    """The handler of the steps `DROPPED`, given what each kind of post wants to follow; other kinds want nothing."""

    async def follow(uow: UnitOfWork, step: Step) -> None:
        post = await uow.posts.find(step.subject_id)
        if post is not None and post.kind in kinds:
            await kinds[post.kind](uow, post)

    return follow
