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

This file holds the rules as plain functions over values: what to do with a claimed row (`next_act`), what an answer of
Discord's makes of it (`after_attempt`) and what a look at the history makes of it (`after_reading`).
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from datetime import datetime, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Literal, Protocol

from msgspec import Struct, field

if TYPE_CHECKING:
    from bot.domain.steps import Step, StepHandler
    from bot.domain.uow import UnitOfWork

MENTIONS_PER_POST = 80
"""Discord reads at most 100 mentions of a message; names and roles in the text need some of them."""
LANE = 5
"""How many posts of one channel or person are in hand at once: they go one after the other, and a throttled channel
must not hold the places of all others."""
MOST_WAIT = 300.0
"""Seconds: the longest pause between two attempts."""
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


def time_left(post: Post, now: datetime, attempt: timedelta, nonce_life: timedelta) -> timedelta:
    """How long an attempt that begins now may take, `attempt` at most; zero or less: it must not begin.

    The nonce's life covers every request of an attempt, the HTTP library's own tries included.
    """
    assert post.window_at is not None
    return min(attempt, post.window_at + nonce_life - now)


Act = Literal["send", "read history", "wait", "expire", "cancel"]


def next_act(post: Post, now: datetime, nonce_life: timedelta) -> Act:
    """What to do with a claimed post.

    A post in doubt is reconciled before anything else. While Discord still knows the nonce, sending again answers the
    question; not so if it is no longer wanted, since sending would be wrong if the doubt is unfounded: then the history
    is read once the nonce's life, and with it every request of ours, is over.
    """
    wanted = not post.cancel_wanted and now < post.expires_at
    if post.in_doubt:
        assert post.window_at is not None
        # A clock that was set back says nothing of how long Discord has known the nonce.
        if not post.window_at <= now < post.window_at + nonce_life:
            return "read history"
        return "send" if wanted else "wait"
    if post.cancel_wanted:
        return "cancel"
    return "send" if wanted else "expire"


class Delivered(Struct, frozen=True):
    """Discord accepted it (2xx), or it was found in the history."""

    message_id: int


class Limited(Struct, frozen=True):
    """Discord refused for now (429), or was never asked: this attempt leaves no doubt. `retry_after` in seconds."""

    retry_after: float


class Lost(Struct, frozen=True):
    """No clear answer (5xx, a cut connection, a time-out): it may stand in the channel or not."""

    cause: str


class Refused(Struct, frozen=True):
    """The channel is unknown or closed to us (403, 404), or the person's DMs are."""

    cause: str


class Rejected(Struct, frozen=True):
    """Any other 4xx: our mistake, logged under `reference`."""

    cause: str
    reference: str


class Unauthorized(Struct, frozen=True):
    """401: the token is no longer good; the process stops."""


Outcome = Delivered | Limited | Lost | Refused | Rejected | Unauthorized


class Settled(Struct, frozen=True):
    """What an attempt, or a look at the history, makes of a post: the columns to write.

    `not_before` None leaves the column. A retry that is not in doubt becomes `cancelled` when written if its
    cancellation was asked for meanwhile.
    """

    post: Post
    state: PostState
    reason: str | None = None
    not_before: datetime | None = None
    in_doubt: bool = False
    message_id: int = 0


def may_drop(result: Settled) -> bool:
    """Whether a cancellation that had to wait for this may have come true with it."""
    return result.state in (PostState.RETRY, PostState.CANCELLED) and not result.in_doubt


def pause(attempts: int, jitter: float) -> timedelta:
    """The wait after the n-th attempt: min(2^n, 300) s, times a `jitter` of 0.5 to 1."""
    return timedelta(seconds=min(2.0 ** min(attempts, 16), MOST_WAIT) * jitter)


def after_attempt(post: Post, outcome: Outcome, now: datetime, nonce_life: timedelta, jitter: float) -> Settled:
    """The change that the answer to one attempt makes. `post` is as it was when the attempt began.

    A refusal answers only the attempt it was given to: where an earlier attempt is in doubt, the doubt stays and is
    reconciled by reading the history.
    """
    match outcome:
        case Delivered(message_id):
            return Settled(post, PostState.SENT, message_id=message_id)
        case Limited(retry_after):
            wait = timedelta(seconds=max(retry_after, 0.0))
            return Settled(post, PostState.RETRY, "limited", now + wait, post.in_doubt)
        case Lost(cause):
            return Settled(post, PostState.RETRY, cause, now + pause(post.attempts, jitter), in_doubt=True)
        case Unauthorized():
            return Settled(post, PostState.RETRY, "unauthorized", now, post.in_doubt)
        case Refused(cause) | Rejected(cause) if post.in_doubt:
            assert post.window_at is not None
            return Settled(post, PostState.RETRY, cause, post.window_at + nonce_life, in_doubt=True)
        case Refused(cause):
            return Settled(post, PostState.UNDELIVERABLE, cause)
        case Rejected(cause, reference):
            return Settled(post, PostState.FAILED, f"{cause} [{reference}]")


Reading = Literal["absent", "unreadable"]


def after_reading(post: Post, found: int | Reading, now: datetime) -> Settled:
    """The change that reading the channel's history since the first attempt makes; `found` is a message's id."""
    if found == "unreadable":
        return Settled(post, PostState.UNCONFIRMED, "history unreadable")
    if found != "absent":
        return Settled(post, PostState.SENT, message_id=found)
    if post.cancel_wanted:
        return Settled(post, PostState.CANCELLED, "reconciled")
    if now >= post.expires_at:
        return Settled(post, PostState.EXPIRED, "reconciled")
    return Settled(post, PostState.RETRY, "reconciled", now)


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


class Missed(Struct, frozen=True):
    """How many posts did not arrive (refused by Discord or by our mistake), and of how many that is unknown."""

    lost: int = 0
    unconfirmed: int = 0


class PostRepository(Protocol):
    """The posts of one community, inside a unit of work."""

    async def plan(self, post: NewPost) -> None:
        """Write it, or bring an unattempted one that waits or was cancelled up to date; any other stays as it is."""
        ...

    async def plan_all(self, new: Sequence[NewPost]) -> None:
        """As `plan`, all together."""
        ...

    async def cancel(
        self,
        kinds: Collection[str],
        subject_id: int,
        reason: str,
        *,
        below: int | None = None,
        only: Collection[int] | None = None,
    ) -> None:
        """Cancel what has not begun; ask for the cancellation of what is in doubt.

        `below`: only older revisions; `only`: the posts with these ids.

        What is in doubt is not sent again from here on, but reconciled. If it turns out that it did not arrive, a step
        `DROPPED` follows.
        """
        ...

    async def renew(self, kind: str, subject_id: int, reason: str) -> None:
        """What was rendered is cancelled and written anew, as a later revision.

        A rendered text may tell a time that has just changed; the first attempt of such a text must not begin. What is
        under way or in doubt is cancelled as by `cancel`, and what follows from that is left to its kind's `DROPPED`.
        """
        ...

    async def held_back(self) -> list[Post]:
        """What waits for an attempt and may be held by quiet hours, unless it waits for another reason."""
        ...

    async def postpone(self, post: Post, not_before: datetime) -> None:
        """Let it wait until then, if it still waits."""
        ...

    async def find(self, post_id: int) -> Post | None:
        """The post with this id."""
        ...

    async def settle(self, result: Settled) -> bool:
        """Write the end of one attempt in this transaction, with what follows from it; False if it was not ours."""
        ...

    async def of_subject(self, kind: str, subject_id: int) -> list[Post]:
        """All posts of one kind about one subject, in order of revision and part."""
        ...

    async def standing(self, kinds: Collection[str], discord_ids: Collection[int]) -> list[Post]:
        """What was sent of these kinds and is one of these messages, or stands in one of these channels."""
        ...

    async def lose(self, post: Post) -> None:
        """Its message is gone: `DELETED`."""
        ...

    async def missed(self, since: datetime) -> Missed:
        """What fell due since then and did not arrive, as far as moderators can do something about it."""
        ...


class Begin(Struct, frozen=True):
    """What is frozen when an attempt begins; `payload` and `nonce` are kept if the row has them already."""

    post: Post
    target_id: int
    payload: str
    nonce: str


class Outbox(Protocol):
    """The posts of all communities, as the dispatcher sees them. Each method is one transaction."""

    async def recover(self) -> int:
        """Void what an older process left: claims return, unfinished attempts are in doubt. Returns how many."""
        ...

    async def claim(self, now: datetime, limit: int, lease: timedelta, avoid: Collection[int]) -> list[Post]:
        """Take due posts, earliest deadline first, at most LANE of a lane and none of the lanes in `avoid`."""
        ...

    async def begin(self, begins: Sequence[Begin], now: datetime) -> dict[int, Post]:
        """Commit `sending` for those still claimed by us and still wanted; returns them as stored, by id."""
        ...

    async def settle(self, results: Sequence[Settled], now: datetime) -> None:
        """Write what the attempts came to."""
        ...

    async def release(self, post: Post, not_before: datetime, reason: str | None = None) -> None:
        """Give a claimed post back, unattempted."""
        ...

    async def next_due(self, after: datetime) -> datetime | None:
        """When the next post or step falls due that was not due at `after`; None if there is none."""
        ...
