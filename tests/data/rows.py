"""Posts in a database of either kind, and a clock that a test moves: for the tests of delivery."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import select

from bot.domain.posts import Begin, NewPost, Post
from data.database import Database
from data.posts.table import COLUMNS, as_post, posts
from data.schema import metadata
from tests.data.files import NOW, StandingClock
from tests.data.servers import postgres_database

GUILD = 7
CHANNEL = 50
LEASE = timedelta(seconds=120)


class MovingClock(StandingClock):
    """Stands still until time is let pass."""

    def pass_time(self, **spans: float) -> None:
        self.instant += timedelta(**spans)


@asynccontextmanager
async def database_of(kind: str, folder: Path, clock: StandingClock) -> AsyncGenerator[Database]:
    """All tables and no rows, on "sqlite" or "postgres"."""
    if kind == "sqlite":
        async with tables_at(f"sqlite:///{folder / 'bot.db'}", clock) as database:
            yield database
        return
    async with postgres_database() as url, tables_at(url, clock) as database:
        yield database


@asynccontextmanager
async def tables_at(url: str, clock: StandingClock) -> AsyncGenerator[Database]:
    database = Database(url, clock)
    try:
        async with database.connections.writing() as connection:
            await connection.run_sync(metadata.create_all)
        yield database
    finally:
        await database.close()


def new_post(**values: Any) -> NewPost:
    """A dawn reminder of session 1 that is due now and lives an hour."""
    due_at = values.pop("due_at", NOW)
    known: dict[str, Any] = {"kind": "dawn", "subject_id": 1, "expires_at": due_at + timedelta(hours=1)}
    if "member_id" not in values:
        known["channel_id"] = CHANNEL
    return NewPost(due_at=due_at, **{**known, **values})


async def plan(database: Database, *planned: NewPost, guild_id: int = GUILD) -> None:
    async with database(guild_id) as uow:
        for post in planned:
            await uow.posts.plan(post)


async def all_posts(database: Database) -> list[Post]:
    """Every row, in order of id."""
    async with database.connections.reading() as connection:
        return [as_post(row) for row in await connection.execute(select(*COLUMNS).order_by(posts.c.id))]


async def only_post(database: Database) -> Post:
    (post,) = await all_posts(database)
    return post


def begin_of(post: Post, payload: str = '{"content":"hello"}') -> Begin:
    """What the first attempt freezes; a later one brings back what is frozen."""
    return Begin(post, post.channel_id or 900, post.payload or payload, post.nonce or f"{post.id}-{post.token}")
