"""The posts of all communities, as the dispatcher takes, begins and ends them."""

from __future__ import annotations

import secrets
from collections import Counter, deque
from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from msgspec.structs import replace
from sqlalchemy import (
    BigInteger,
    String,
    Text,
    bindparam,
    case,
    exists,
    func,
    or_,
    select,
    true,
    tuple_,
    type_coerce,
    update,
)
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.holds import EVERYTHING
from bot.domain.posts import LANE, Begin, Post, PostState, Settled
from bot.domain.steps import StepState
from data.connections import Connections
from data.holds import holds
from data.posts.table import (
    COLUMNS,
    WAITING,
    as_post,
    dropped_steps,
    posts,
    settled_steps,
    settlement,
    settlement_values,
)
from data.schema import Instant
from data.steps import steps

_PAGE = 100
_MOST_IN_A_PAGE = 3200
_LEASES_LOOKED_AT = timedelta(seconds=1)


def _released() -> Any:
    """Where a claim that comes to nothing returns to: a row that was once attempted is a retry."""
    return case((posts.c.first_attempt_at.is_(None), PostState.PLANNED.value), else_=PostState.RETRY.value)


# What a thousand posts a minute ask is built once; to build it costs more than to run it.
_now = bindparam("now", type_=Instant)
_free = ~exists().where(
    # No pause holds the post.
    holds.c.guild_id == posts.c.guild_id,
    holds.c.kind.in_([EVERYTHING, posts.c.kind]),
    or_(holds.c.until.is_(None), holds.c.until > _now),
)
_key = (posts.c.expires_at, posts.c.due_at, posts.c.id)
_due = (
    select(*_key, case((posts.c.member_id != 0, -posts.c.member_id), else_=posts.c.channel_id).label("lane"))
    .where(
        posts.c.state == bindparam("state"),
        # Plus nothing: as a plain column SQLite would look for the due ones by it, and then sort them all.
        type_coerce(posts.c.not_before, BigInteger) + 0 <= _now,
        _free,
    )
    .order_by(*_key)
    .limit(bindparam("size"))
)
_due_after = _due.where(
    tuple_(*_key)
    > tuple_(bindparam("expires", type_=Instant), bindparam("due", type_=Instant), bindparam("id", type_=BigInteger))
)
_claim = (
    update(posts)
    # Asked again, because they may have been changed since.
    .where(
        posts.c.id.in_(bindparam("ids", expanding=True)),
        posts.c.state.in_(WAITING),
        posts.c.not_before <= _now,
        _free,
    )
    .values(
        state=PostState.CLAIMED.value,
        token=bindparam("b_token"),
        lease_until=bindparam("b_until", type_=Instant),
        instance=bindparam("b_instance"),
    )
    .returning(*COLUMNS)
)
_begin = (
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
        # Without a doubt nothing can stand in the channel yet, and the nonce's life begins anew: otherwise a row that
        # was only ever limited could not be sent any more once the first life is over.
        window_at=case((posts.c.in_doubt, posts.c.window_at), else_=bindparam("b_now", type_=Instant)),
        payload=func.coalesce(posts.c.payload, bindparam("b_payload", type_=Text)),
        nonce=func.coalesce(posts.c.nonce, bindparam("b_nonce", type_=String(25))),
        target_id=bindparam("b_target", type_=BigInteger),
    )
)
_sending = select(posts.c.id, posts.c.token).where(
    posts.c.id.in_(bindparam("ids", expanding=True)), posts.c.state == PostState.SENDING.value
)


class SqlOutbox:
    """The posts of all communities, for the dispatcher; see `bot.domain.posts.Outbox`.

    Each process has an `instance` of its own: what carries another one was left by a process that is gone, since only
    one owns the bot at a time.
    """

    def __init__(self, connections: Connections) -> None:
        self._connections = connections
        self._leases_looked_at: datetime | None = None
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
        # Looked for without the writer's lock, which people wait for.
        due = await self._first(now, limit, avoid)
        if not due:
            return []
        values = {
            "ids": due,
            "now": now,
            "b_token": secrets.token_hex(6),
            "b_until": now + lease,
            "b_instance": self.instance,
        }
        async with self._connections.writing() as connection:
            await self._connections.lock_owners(connection, posts, due)
            taken = [as_post(row) for row in await connection.execute(_claim, values)]
        return sorted(taken, key=lambda post: (post.expires_at, post.due_at, post.id))

    async def begin(self, begins: Sequence[Begin], now: datetime) -> dict[int, Post]:
        """Commit `sending` for those still claimed by us and still wanted; what is frozen already stays as it is."""
        ids = [b.post.id for b in begins]
        async with self._connections.writing() as connection:
            await self._connections.lock_owners(connection, posts, ids)
            written = await connection.execute(
                _begin,
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
            if written.rowcount == len(begins):
                return {b.post.id: _begun(b, now) for b in begins}
            # Not all of them, or the driver does not count the rows of many statements.
            begun = {(row.id, row.token) for row in await connection.execute(_sending, {"ids": ids})}
        return {b.post.id: _begun(b, now) for b in begins if (b.post.id, b.post.token) in begun}

    async def settle(self, results: Sequence[Settled], now: datetime) -> None:
        """Write what attempts and readings came to, if the row is still the one they were made for."""
        if not results:
            return
        async with self._connections.writing() as connection:
            await self._connections.lock_owners(connection, posts, [r.post.id for r in results])
            await connection.execute(settlement(), [settlement_values(r, now) for r in results])
            for written in (dropped_steps(results, now), settled_steps(results, now)):
                if written is not None:
                    await connection.execute(written)

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

    async def _first(self, now: datetime, limit: int, avoid: Collection[int]) -> list[int]:
        """The ids of those that go first, by deadline, a few of each lane."""
        taken: list[int] = []
        in_lane = Counter(dict.fromkeys(avoid, LANE))
        async with self._connections.reading() as connection:
            waiting = [_ByDeadline(connection, state, now) for state in WAITING]
            while len(taken) < limit:
                heads = [(row, source) for source in waiting if (row := await source.head()) is not None]
                if not heads:
                    break
                row, source = min(heads, key=lambda head: head[0].key)
                source.take()
                if in_lane[row.lane] < LANE:
                    in_lane[row.lane] += 1
                    taken.append(row.id)
        return taken

    async def _end_leases(self, now: datetime) -> None:
        """Take back what was claimed too long ago; looked for once in a while, since it hardly ever happens."""
        last = self._leases_looked_at
        if last is not None and timedelta(0) <= now - last < _LEASES_LOOKED_AT:
            return
        self._leases_looked_at = now
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


class _Row(NamedTuple):
    """A due post as the order sees it."""

    key: tuple[datetime, datetime, int]
    lane: int

    @property
    def id(self) -> int:
        return self.key[-1]


class _ByDeadline:
    """The due posts of one state in the order of their index, a page at a time.

    So ten thousand due rows cost no more than those that are taken, and the full lanes that are passed over.
    """

    def __init__(self, connection: AsyncConnection, state: str, now: datetime) -> None:
        self._connection = connection
        self._state = state
        self._now = now
        self._page: deque[_Row] = deque()
        self._after: tuple[datetime, datetime, int] | None = None
        self._size = _PAGE
        self._ended = False

    async def head(self) -> _Row | None:
        """The first that is not taken yet."""
        if not self._page and not self._ended:
            await self._read()
        return self._page[0] if self._page else None

    def take(self) -> None:
        """The next one is first now."""
        self._after = self._page.popleft().key

    async def _read(self) -> None:
        values: dict[str, Any] = {"state": self._state, "now": self._now, "size": self._size}
        if self._after is None:
            statement = _due
        else:
            statement = _due_after
            values |= zip(("expires", "due", "id"), self._after, strict=True)
        found = (await self._connection.execute(statement, values)).all()
        self._page.extend(_Row((row.expires_at, row.due_at, row.id), row.lane) for row in found)
        self._ended = len(found) < self._size
        # Who reads on passes over a full lane, which may be long.
        self._size = min(2 * self._size, _MOST_IN_A_PAGE)


def _begun(begin: Begin, now: datetime) -> Post:
    """The post as `SqlOutbox.begin` has just written it; to read all of it back would cost more than to write it."""
    post = begin.post
    return replace(
        post,
        state=PostState.SENDING,
        attempts=post.attempts + 1,
        first_attempt_at=post.first_attempt_at or now,
        window_at=post.window_at if post.in_doubt else now,
        payload=post.payload or begin.payload,
        nonce=post.nonce or begin.nonce,
        target_id=begin.target_id,
    )
