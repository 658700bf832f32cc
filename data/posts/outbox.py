"""The posts of all communities, as the dispatcher takes, begins and ends them."""

from __future__ import annotations

import secrets
from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import BigInteger, ColumnElement, String, Text, bindparam, case, exists, func, or_, select, true, update

from bot.domain.holds import EVERYTHING
from bot.domain.posts import LANE, Begin, Post, PostState, Settled
from bot.domain.steps import StepState
from data.connections import Connections
from data.holds import holds
from data.posts.table import COLUMNS, WAITING, as_post, posts, settlement, settlement_values
from data.schema import Instant
from data.steps import steps


class SqlOutbox:
    """The posts of all communities, for the dispatcher; see `bot.domain.posts.Outbox`.

    Each process has an `instance` of its own: what carries another one was left by a process that is gone, since only
    one owns the bot at a time.
    """

    def __init__(self, connections: Connections) -> None:
        self._connections = connections
        self.instance = secrets.token_hex(6)

    async def recover(self) -> int:
        """Void what an older process left: claims return, unfinished attempts are in doubt."""
        older = or_(posts.c.instance != self.instance, posts.c.instance.is_(None))
        async with self._connections.writing() as connection:
            unfinished = await connection.execute(
                update(posts)
                .where(posts.c.state == PostState.SENDING.value, older)
                .values(state=PostState.RETRY.value, in_doubt=true(), reason="restart", token=None)
            )
            claimed = await connection.execute(
                update(posts)
                .where(posts.c.state == PostState.CLAIMED.value, older)
                .values(state=_released(), token=None)
            )
        return unfinished.rowcount + claimed.rowcount

    async def claim(self, now: datetime, limit: int, lease: timedelta, avoid: Collection[int]) -> list[Post]:
        """Take due posts, earliest deadline first.

        A channel gives at most a few at once: it serves them one after the other, and a throttled one must not hold the
        places of all others.
        """
        await self._end_leases(now)
        token = secrets.token_hex(6)
        held = exists().where(
            holds.c.guild_id == posts.c.guild_id,
            holds.c.kind.in_([EVERYTHING, posts.c.kind]),
            or_(holds.c.until.is_(None), holds.c.until > now),
        )
        ready = (posts.c.state.in_(WAITING), posts.c.not_before <= now, ~held)
        # Looked for without the writer's lock: among ten thousand due rows that takes a while.
        due = await self._first(ready, limit, avoid)
        if not due:
            return []
        async with self._connections.writing() as connection:
            await self._connections.lock_owners(connection, posts, due)
            rows = await connection.execute(
                update(posts)
                # Asked again, because they may have been changed since.
                .where(posts.c.id.in_(due), *ready)
                .values(
                    state=PostState.CLAIMED.value,
                    token=token,
                    lease_until=now + lease,
                    instance=self.instance,
                )
                .returning(*COLUMNS)
            )
            taken = [as_post(row) for row in rows]
        return sorted(taken, key=lambda post: (post.expires_at, post.due_at, post.id))

    async def begin(self, begins: Sequence[Begin], now: datetime) -> dict[int, Post]:
        """Commit `sending` for those still claimed by us and still wanted; what is frozen already stays as it is."""
        ids = [b.post.id for b in begins]
        async with self._connections.writing() as connection:
            await self._connections.lock_owners(connection, posts, ids)
            await connection.execute(
                update(posts)
                .where(
                    posts.c.id == bindparam("b_id"),
                    posts.c.state == PostState.CLAIMED.value,
                    posts.c.token == bindparam("b_token"),
                    posts.c.revision == bindparam("b_revision"),
                    # One in doubt stays claimed when it is cancelled, but to send it again would be wrong from then on.
                    ~posts.c.cancel_wanted,
                )
                .values(
                    state=PostState.SENDING.value,
                    attempts=posts.c.attempts + 1,
                    first_attempt_at=func.coalesce(posts.c.first_attempt_at, bindparam("b_now", type_=Instant)),
                    # Without a doubt nothing can stand in the channel yet, and the nonce's life begins anew: otherwise
                    # a row that was only ever limited could not be sent any more once the first life is over.
                    window_at=case((posts.c.in_doubt, posts.c.window_at), else_=bindparam("b_now", type_=Instant)),
                    payload=func.coalesce(posts.c.payload, bindparam("b_payload", type_=Text)),
                    nonce=func.coalesce(posts.c.nonce, bindparam("b_nonce", type_=String(25))),
                    target_id=bindparam("b_target", type_=BigInteger),
                ),
                [
                    {
                        "b_id": b.post.id,
                        "b_token": b.post.token,
                        "b_revision": b.post.revision,
                        "b_now": now,
                        "b_payload": b.payload,
                        "b_nonce": b.nonce,
                        "b_target": b.target_id,
                    }
                    for b in begins
                ],
            )
            rows = await connection.execute(
                select(*COLUMNS).where(posts.c.id.in_(ids), posts.c.state == PostState.SENDING.value)
            )
            tokens = {b.post.id: b.post.token for b in begins}
            return {post.id: post for post in map(as_post, rows) if post.token == tokens[post.id]}

    async def settle(self, results: Sequence[Settled], now: datetime) -> None:
        """Write what attempts and readings came to, if the row is still the one they were made for."""
        if not results:
            return
        async with self._connections.writing() as connection:
            await self._connections.lock_owners(connection, posts, [r.post.id for r in results])
            await connection.execute(settlement(), [settlement_values(r, now) for r in results])

    async def release(self, post: Post, not_before: datetime, reason: str | None = None) -> None:
        """Give a claimed post back, unattempted."""
        async with self._connections.writing() as connection:
            await self._connections.lock_owners(connection, posts, [post.id])
            await connection.execute(
                update(posts)
                .where(
                    posts.c.id == post.id,
                    posts.c.token == post.token,
                    posts.c.state == PostState.CLAIMED.value,
                )
                .values(
                    state=_released(),
                    token=None,
                    not_before=not_before,
                    reason=func.coalesce(reason, posts.c.reason),
                )
            )

    async def next_due(self, after: datetime) -> datetime | None:
        """When the next post or step falls due that was not due at `after`.

        What was due then and could not be taken (held, in a throttled channel) must not hide what is still to come.
        """
        async with self._connections.reading() as connection:
            first = [
                (await connection.execute(statement)).scalar()
                for statement in (
                    # One look-up in the index for each state; "in" would read all rows of both.
                    *(
                        select(func.min(posts.c.not_before)).where(posts.c.state == state, posts.c.not_before > after)
                        for state in WAITING
                    ),
                    select(func.min(steps.c.not_before)).where(
                        steps.c.state == StepState.PLANNED.value, steps.c.not_before > after
                    ),
                    # The end of a pause releases what waits behind it.
                    select(func.min(holds.c.until)).where(holds.c.until > after),
                )
            ]
        return min((at for at in first if at is not None), default=None)

    async def _first(self, ready: Sequence[ColumnElement[bool]], limit: int, avoid: Collection[int]) -> list[int]:
        """The ids of those that go first, by deadline, a few of each lane."""
        order = (posts.c.expires_at, posts.c.due_at, posts.c.id)
        lane = case((posts.c.member_id != 0, -posts.c.member_id), else_=posts.c.channel_id)
        place = func.row_number().over(partition_by=lane, order_by=order).label("place")
        waiting = select(*order, place).where(*ready, lane.not_in(avoid) if avoid else true()).subquery()
        chosen = (
            select(waiting.c.id)
            .where(waiting.c.place <= LANE)
            .order_by(waiting.c.expires_at, waiting.c.due_at, waiting.c.id)
            .limit(limit)
        )
        async with self._connections.reading() as connection:
            return list((await connection.execute(chosen)).scalars())

    async def _end_leases(self, now: datetime) -> None:
        over = (posts.c.state == PostState.CLAIMED.value, posts.c.lease_until < now)
        async with self._connections.reading() as connection:
            ids = list((await connection.execute(select(posts.c.id).where(*over))).scalars())
        if not ids:
            return
        async with self._connections.writing() as connection:
            await self._connections.lock_owners(connection, posts, ids)
            await connection.execute(
                update(posts).where(posts.c.id.in_(ids), *over).values(state=_released(), token=None)
            )


def _released() -> Any:
    """Where a claim that comes to nothing returns to: a row that was once attempted is a retry."""
    return case((posts.c.first_attempt_at.is_(None), PostState.PLANNED.value), else_=PostState.RETRY.value)
