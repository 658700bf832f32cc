"""The rules of an attempt: what to do with a claimed row, and what an answer or a look at the history makes of it."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Literal

from msgspec import Struct

from bot.domain.posts.values import Post, PostState

MOST_WAIT = 300.0
"""Seconds: the longest pause between two attempts."""


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
