"""The table of posts, and the statements that end an attempt, which both repositories write."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    ColumnElement,
    Index,
    Integer,
    String,
    Table,
    Text,
    UniqueConstraint,
    and_,
    bindparam,
    case,
    column,
    exists,
    false,
    func,
    insert,
    literal,
    or_,
    select,
    table,
    update,
)

from bot.domain.posts import DROPPED, FINAL, NewPost, Post, PostState, Settled, may_drop
from bot.domain.steps import StepState
from bot.domain.watched import ENDS, SETTLED, is_watched
from data.schema import Instant, Json, MemberId, guild, load, member, metadata, row_id, words
from data.steps import steps

# Of `data.questions`, which imports what imports this.
_questions = table("questions", column("guild_id", BigInteger), column("id", BigInteger), column("asker_id", MemberId))
posts = Table(
    "posts",
    metadata,
    row_id(),
    guild(),
    Column("kind", String(30), nullable=False),
    Column("subject_id", BigInteger, nullable=False),
    Column("channel_id", BigInteger, nullable=False),
    # Below zero: to whoever asked the question with this number, without their name. Who that is stands there alone.
    member("member_id", "erase", nullable=False),
    Column("revision", Integer, nullable=False),
    Column("part", Integer, nullable=False),
    Column("due_at", Instant, nullable=False),
    Column("not_before", Instant, nullable=False),
    Column("expires_at", Instant, nullable=False),
    Column("starts_at", Instant),
    Column("quiet", Boolean, nullable=False),
    Column("silent", Boolean, nullable=False),
    words("data", "erase", Json, nullable=False),
    Column("state", String(13), nullable=False),
    Column("reason", String(200)),
    Column("token", String(12)),
    Column("lease_until", Instant),
    Column("instance", String(12)),
    Column("attempts", Integer, nullable=False, server_default="0"),
    Column("first_attempt_at", Instant),
    Column("window_at", Instant),
    Column("target_id", BigInteger, nullable=False, server_default="0"),
    words("payload", "erase", Text),
    Column("nonce", String(25)),
    Column("in_doubt", Boolean, nullable=False, server_default=false()),
    Column("cancel_wanted", Boolean, nullable=False, server_default=false()),
    Column("message_id", BigInteger, nullable=False, server_default="0"),
    Column("sent_at", Instant),
    UniqueConstraint("guild_id", "kind", "subject_id", "channel_id", "member_id", "revision", "part"),
    Index(None, "state", "not_before"),
    Index(None, "state", "expires_at", "due_at", "id"),
    Index(None, "guild_id", "kind", "subject_id"),
    # An id stands in messages that outlive the row, so it is never given twice.
    sqlite_autoincrement=True,
)
_asker = (
    select(_questions.c.asker_id)
    .where(_questions.c.guild_id == posts.c.guild_id, _questions.c.id == -posts.c.member_id)
    .correlate(posts)
    .scalar_subquery()
)
COLUMNS: list[ColumnElement[Any]] = [
    *(c for c in posts.c if c.name not in {"lease_until", "instance", "member_id"}),
    case((posts.c.member_id < 0, func.coalesce(_asker, 0)), else_=posts.c.member_id).label("member_id"),
    case((posts.c.member_id < 0, -posts.c.member_id), else_=0).label("asker_of"),
]
WAITING = (PostState.PLANNED.value, PostState.RETRY.value)
UNFINISHED = (*WAITING, PostState.CLAIMED.value, PostState.SENDING.value)
REVISABLE = (*WAITING, PostState.CLAIMED.value, PostState.CANCELLED.value)
"""A row in one of these may still say something else, if it was never attempted."""


def as_post(row: object) -> Post:
    """A post from its row."""
    return load(Post, row, state=PostState)


def of_member(guild_id: int, member_id: int) -> ColumnElement[bool]:
    """Whether a post goes to this person, also as to who asked something without their name."""
    theirs = (_questions.c.guild_id == guild_id, _questions.c.asker_id == member_id)
    return or_(posts.c.member_id == member_id, posts.c.member_id.in_(select(-_questions.c.id).where(*theirs)))


def stored_member(post: NewPost | Post) -> int:
    """What stands in the row for the person whom a post goes to."""
    return -post.asker_of or post.member_id


def settlement_values(result: Settled, now: datetime) -> dict[str, Any]:
    """The parameters of `settlement` for one result."""
    return {
        "b_id": result.post.id,
        "b_token": result.post.token,
        "b_state": result.state.value,
        "b_reason": None if result.reason is None else result.reason[:200],
        "b_before": result.not_before or result.post.not_before,
        "b_doubt": result.in_doubt and result.state not in FINAL,
        "b_message": result.message_id,
        "b_final": result.state in FINAL,
        "b_sent": now if result.state is PostState.SENT else None,
    }


@cache
def settlement() -> Any:
    """The one statement that ends attempts: guarded by the claim's token, honouring a wanted cancellation.

    It runs once for each result of a batch, and such a statement can't have an "in" with values of its own.
    """
    state = bindparam("b_state", type_=String())
    dropped = and_(state == PostState.RETRY.value, ~bindparam("b_doubt", type_=Boolean), posts.c.cancel_wanted)
    # Why it was cancelled is worth more than how the last attempt or the reading went.
    told = and_(posts.c.cancel_wanted, or_(state == PostState.RETRY.value, state == PostState.CANCELLED.value))
    return (
        update(posts)
        .where(
            posts.c.id == bindparam("b_id"),
            posts.c.token == bindparam("b_token"),
            or_(posts.c.state == PostState.SENDING.value, posts.c.state == PostState.CLAIMED.value),
        )
        .values(
            state=case((dropped, PostState.CANCELLED.value), else_=state),
            reason=case((told, posts.c.reason), else_=bindparam("b_reason", type_=String())),
            not_before=bindparam("b_before", type_=Instant),
            in_doubt=bindparam("b_doubt", type_=Boolean),
            message_id=bindparam("b_message", type_=BigInteger),
            # The channel of direct messages leads to the person as their id does.
            target_id=case(
                (and_(posts.c.member_id < 0, or_(dropped, bindparam("b_final", type_=Boolean))), 0),
                else_=posts.c.target_id,
            ),
            sent_at=bindparam("b_sent", type_=Instant),
            token=None,
        )
    )


def dropped_steps(results: Sequence[Settled], now: datetime) -> Any:
    """The statement that writes a step `DROPPED` for each of these posts whose wanted cancellation has come true.

    It runs after `settlement`, in the same transaction. None: nothing can have come true.
    """
    ids = [result.post.id for result in results if may_drop(result)]
    fallen = (posts.c.state == PostState.CANCELLED.value, posts.c.cancel_wanted)
    return _steps_about(DROPPED, ids, now, *fallen) if ids else None


def settled_steps(results: Sequence[Settled], now: datetime) -> Any:
    """As `dropped_steps`, a step `SETTLED` for each of these posts whose kind wants to know of its end."""
    ids = [result.post.id for result in results if is_watched(result)]
    ended = posts.c.state.in_([state.value for state in ENDS])
    return _steps_about(SETTLED, ids, now, ended) if ids else None


def _steps_about(kind: str, ids: Sequence[int], now: datetime, *where: Any) -> Any:
    """The statement that writes a step of this kind for each of these posts, once."""
    values = {
        "guild_id": posts.c.guild_id,
        "kind": literal(kind),
        "subject_id": posts.c.id,
        "revision": literal(0),
        "due_at": literal(now, Instant),
        "not_before": literal(now, Instant),
        "state": literal(StepState.PLANNED.value),
        "tries": literal(0),
    }
    written = exists().where(
        steps.c.guild_id == posts.c.guild_id, steps.c.kind == kind, steps.c.subject_id == posts.c.id
    )
    about = (posts.c.id.in_(ids), *where, ~written)
    return insert(steps).from_select(list(values), select(*values.values()).where(*about))
