"""The posts of one community, inside a unit of work."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import case, func, insert, or_, select, true, update

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
    settlement,
    settlement_values,
)
from data.transaction import Transaction


class SqlPosts:
    """The posts of one community; see `bot.domain.posts.PostRepository`."""

    def __init__(self, transaction: Transaction) -> None:
        self._tx = transaction

    async def plan(self, post: NewPost) -> None:
        """Write it, or bring an unattempted one up to date, one that was cancelled included.

        A claim on it is void, since the claimant may have read what it said before.
        """
        key = (
            posts.c.guild_id == self._tx.guild_id,
            posts.c.kind == post.kind,
            posts.c.subject_id == post.subject_id,
            posts.c.channel_id == post.channel_id,
            posts.c.member_id == post.member_id,
            posts.c.revision == post.revision,
            posts.c.part == post.part,
        )
        content = {
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
        found = (await self._tx.execute(select(posts.c.id, posts.c.state, posts.c.attempts).where(*key))).one_or_none()
        if found is None:
            await self._tx.execute(
                insert(posts).values(
                    guild_id=self._tx.guild_id,
                    kind=post.kind,
                    subject_id=post.subject_id,
                    channel_id=post.channel_id,
                    member_id=post.member_id,
                    revision=post.revision,
                    part=post.part,
                    target_id=post.channel_id,
                    **content,
                )
            )
        elif found.attempts == 0 and found.state in REVISABLE:
            await self._tx.execute(update(posts).where(posts.c.id == found.id).values(**content))
        else:
            return
        self._tx.falls_due(post.not_before or post.due_at)

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
        for post in written:
            if post.state is PostState.SENDING or post.in_doubt:
                values = {"cancel_wanted": True, "reason": reason}
            elif post.state in (PostState.CLAIMED, PostState.RETRY):
                values = {"state": PostState.CANCELLED.value, "reason": reason, "token": None}
                await self.plan(again(post, later[post.revision]))
            else:
                continue
            await self._tx.execute(update(posts).where(posts.c.id == post.id).values(**values))

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
        if (dropped := dropped_steps([result], self._tx.now)) is not None:
            await self._tx.execute(dropped)
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
