"""The posts of one community, inside a unit of work."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, case, func, insert, or_, select, true, update

from bot.domain.posts import DELETED, Missed, NewPost, Post, PostState, Settled, again, next_revision
from bot.domain.quiet import QUIET
from data.posts.table import (
    COLUMNS,
    REVISABLE,
    UNFINISHED,
    WAITING,
    as_post,
    dropped_steps,
    posts,
    settled_steps,
    settlement,
    settlement_values,
    stored_member,
)
from data.transaction import Transaction, batches

_KEY = ("kind", "subject_id", "channel_id", "member_id", "revision", "part")
"""What tells the posts of a community apart."""


class SqlPosts:
    """The posts of one community; see `bot.domain.posts.PostRepository`."""

    def __init__(self, transaction: Transaction) -> None:
        self._tx = transaction

    async def plan(self, post: NewPost) -> None:
        """Write it, or bring an unattempted one up to date, one that was cancelled included."""
        await self.plan_all([post])

    async def plan_all(self, new: Sequence[NewPost]) -> None:
        """As `plan`, all together.

        A claim on one is void, since the claimant may have read what it said before.
        """
        for some in batches(new):
            await self._plan(some)

    async def _plan(self, new: Sequence[NewPost]) -> None:
        wanted = {_key(post): post for post in new}
        about = [posts.c[name].in_({key[place] for key in wanted}) for place, name in enumerate(_KEY)]
        rows = await self._tx.execute(
            select(posts.c.id, posts.c.state, posts.c.attempts, *(posts.c[name] for name in _KEY)).where(
                posts.c.guild_id == self._tx.guild_id, *about
            )
        )
        # Wider than was asked for: each column has one of the values that are looked for.
        found = {key: row for row in rows if (key := tuple(getattr(row, name) for name in _KEY)) in wanted}
        writes: dict[bool, list[dict[str, Any]]] = {True: [], False: []}
        for key, post in wanted.items():
            row = found.get(key)
            if row is None:
                about_it = dict(zip(_KEY, key, strict=True))
                known = {"guild_id": self._tx.guild_id, "target_id": post.channel_id, **about_it}
            elif row.attempts == 0 and row.state in REVISABLE:
                known = {"b_id": row.id}
            else:
                continue
            writes[row is None].append(known | _content(post))
            self._tx.falls_due(post.not_before or post.due_at)
        if writes[True]:
            await self._tx.execute(insert(posts), writes[True])
        if writes[False]:
            await self._tx.execute(update(posts).where(posts.c.id == bindparam("b_id")), writes[False])

    async def cancel(
        self,
        kinds: Collection[str],
        subject_id: int,
        reason: str,
        *,
        below: int | None = None,
        only: Collection[int] | None = None,
    ) -> None:
        """Cancel what has not begun; ask for the cancellation of what is in doubt."""
        about = [
            posts.c.guild_id == self._tx.guild_id,
            posts.c.kind.in_(kinds),
            posts.c.subject_id == subject_id,
            posts.c.state.in_(UNFINISHED),
        ]
        if below is not None:
            about.append(posts.c.revision < below)
        if only is not None:
            about.append(posts.c.id.in_(only))
        doubtful = or_(posts.c.state == PostState.SENDING.value, posts.c.in_doubt)
        await self._tx.execute(
            update(posts)
            .where(*about)
            .values(
                state=case((doubtful, posts.c.state), else_=PostState.CANCELLED.value),
                cancel_wanted=case((doubtful, true()), else_=posts.c.cancel_wanted),
                reason=reason,
            )
        )

    async def renew(self, kind: str, subject_id: int, reason: str) -> None:
        """Cancel what was rendered, and write it anew unless an attempt's end has to be awaited first."""
        written = await self.of_subject(kind, subject_id)
        last = next_revision(written)
        later = {revision: last + n for n, revision in enumerate(sorted({post.revision for post in written}))}
        doubtful = [post for post in written if post.state is PostState.SENDING or post.in_doubt]
        rendered = [
            post for post in written if post.state in (PostState.CLAIMED, PostState.RETRY) and not post.in_doubt
        ]
        await self.plan_all([again(post, later[post.revision]) for post in rendered])
        cancelled = {"state": PostState.CANCELLED.value, "token": None}
        for some, values in ((doubtful, {"cancel_wanted": True}), (rendered, cancelled)):
            if some:
                ids = [post.id for post in some]
                await self._tx.execute(update(posts).where(posts.c.id.in_(ids)).values(reason=reason, **values))

    async def held_back(self) -> list[Post]:
        """What waits, for the end of quiet hours or for its time."""
        rows = await self._tx.execute(
            select(*COLUMNS)
            .where(
                posts.c.guild_id == self._tx.guild_id,
                posts.c.state.in_(WAITING),
                posts.c.quiet,
                ~posts.c.in_doubt,
                or_(posts.c.reason.is_(None), posts.c.reason == QUIET),
            )
            .order_by(posts.c.id)
        )
        return [as_post(row) for row in rows]

    async def postpone(self, post: Post, not_before: datetime) -> None:
        """Let it wait until then, if it still waits."""
        waits = (posts.c.id == post.id, posts.c.guild_id == self._tx.guild_id, posts.c.state.in_(WAITING))
        await self._tx.execute(update(posts).where(*waits).values(not_before=not_before))
        self._tx.falls_due(not_before)

    async def settle(self, result: Settled) -> bool:
        """Write the end of one attempt in this transaction, and what has to follow from it."""
        done = await self._tx.execute(settlement(), [settlement_values(result, self._tx.now)])
        for written in (dropped_steps([result], self._tx.now), settled_steps([result], self._tx.now)):
            if written is not None:
                await self._tx.execute(written)
                self._tx.falls_due(self._tx.now)
        return done.rowcount == 1

    async def find(self, post_id: int) -> Post | None:
        """The post with this id."""
        about = (posts.c.guild_id == self._tx.guild_id, posts.c.id == post_id)
        row = (await self._tx.execute(select(*COLUMNS).where(*about))).one_or_none()
        return None if row is None else as_post(row)

    async def standing(self, kinds: Collection[str], discord_ids: Collection[int]) -> list[Post]:
        """What was sent of these kinds and is one of these messages, or stands in one of these channels."""
        rows = await self._tx.execute(
            select(*COLUMNS)
            .where(
                posts.c.guild_id == self._tx.guild_id,
                posts.c.kind.in_(kinds),
                posts.c.state == PostState.SENT.value,
                posts.c.reason.is_distinct_from(DELETED),
                or_(posts.c.message_id.in_(discord_ids), posts.c.channel_id.in_(discord_ids)),
            )
            .order_by(posts.c.id)
        )
        return [as_post(row) for row in rows]

    async def lose(self, post: Post) -> None:
        """Its message is gone."""
        about = (posts.c.id == post.id, posts.c.guild_id == self._tx.guild_id)
        await self._tx.execute(update(posts).where(*about).values(reason=DELETED))

    async def missed(self, since: datetime) -> Missed:
        """What fell due since then and did not arrive; that somebody takes no direct messages is their own choice."""
        rows = await self._tx.execute(
            select(posts.c.state, func.count().label("n"))
            .where(
                posts.c.guild_id == self._tx.guild_id,
                posts.c.due_at >= since,
                or_(
                    posts.c.state.in_([PostState.FAILED.value, PostState.UNCONFIRMED.value]),
                    (posts.c.state == PostState.UNDELIVERABLE.value) & (posts.c.member_id == 0),
                ),
            )
            .group_by(posts.c.state)
        )
        count = {PostState(row.state): row.n for row in rows}
        unconfirmed = count.pop(PostState.UNCONFIRMED, 0)
        return Missed(sum(count.values()), unconfirmed)

    async def of_subject(self, kind: str, subject_id: int) -> list[Post]:
        """All posts of one kind about one subject."""
        rows = await self._tx.execute(
            select(*COLUMNS)
            .where(
                posts.c.guild_id == self._tx.guild_id,
                posts.c.kind == kind,
                posts.c.subject_id == subject_id,
            )
            .order_by(posts.c.revision, posts.c.part, posts.c.id)
        )
        return [as_post(row) for row in rows]


def _key(post: NewPost) -> tuple[Any, ...]:
    return tuple(stored_member(post) if name == "member_id" else getattr(post, name) for name in _KEY)


def _content(post: NewPost) -> dict[str, Any]:
    """What the row of a post that waits says."""
    return {
        "due_at": post.due_at,
        "not_before": post.not_before or post.due_at,
        "expires_at": post.expires_at,
        "starts_at": post.starts_at,
        "quiet": post.quiet,
        "silent": post.silent,
        "data": dict(post.data),
        "state": PostState.PLANNED.value,
        "reason": None,
        "token": None,
    }
