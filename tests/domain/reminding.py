"""A community whose reminders fall due: the real services on a real file, a clock that is moved, and a delivery without
Discord that keeps the dispatcher's order: a step is done before its handler runs, a post is rendered, then begun."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from msgspec.structs import replace
from sqlalchemy import select

from bot.app.kinds import post_kinds, step_handlers
from bot.app.services import compose
from bot.config import load
from bot.domain.groups import StudyGroup
from bot.domain.posts import Begin, Post, PostState, Settled
from bot.domain.rsvps import Answer
from bot.domain.sessions import NewSession, Session, SessionChange
from bot.domain.steps import StepState
from bot.i18n import words
from data.database import Database
from data.schema import metadata
from data.steps import steps
from tests.data.rows import LEASE, all_posts
from tests.domain.study import GUILD, MODERATOR, StillClock, at

ANNOUNCEMENTS, MORNING, SECRET, LOG = 50, 60, 70, 80
THREADS = 9000
"""A session's thread has this id plus the session's own."""


@dataclass(frozen=True, slots=True)
class Sent:
    """What somebody can read: `value` is what the feature described."""

    kind: str
    at: datetime
    channel_id: int
    member_id: int
    pinged: frozenset[int]
    silent: bool
    value: Any
    text: str
    minutes: int = 0
    """How long before the session, of a reminder at a time of somebody's own."""


class Club:
    """One community in Tokyo; `sent` is what went out, in order."""

    def __init__(self, folder: Path) -> None:
        self.clock = StillClock()
        self.db = Database(f"sqlite:///{folder / 'club.db'}", self.clock)
        self.services = compose(self.db, self.clock, load(None, {}))
        self.handlers = step_handlers(self.services)
        self.kinds = post_kinds(self.services)
        self.sent: list[Sent] = []
        self.group: StudyGroup

    async def begin(self) -> None:
        async with self.db.connections.writing() as connection:
            await connection.run_sync(metadata.create_all)
        async with self.db(GUILD) as uow:
            await uow.communities.change(
                time_zone="Asia/Tokyo", announcements_channel=ANNOUNCEMENTS, log_channel=LOG, set_up_at=self.clock.now()
            )
        self.group = await self.add_group("経済部会")

    # What people do

    async def add_group(self, name: str, channel_id: int = 0, *, shown: bool = False) -> StudyGroup:
        """`shown`: everybody who sees the morning post sees its channel."""
        async with self.db(GUILD) as uow:
            group = await uow.groups.add(name=name, description="", channel_id=channel_id, announce_days_before=7)
            return await uow.groups.change(group.id, open_to_morning=shown)

    async def morning(self, **values: Any) -> None:
        """A morning post; the group's channel is open to all its readers unless `open` is False."""
        visible = values.pop("open", True)
        await self.services.morning.set(GUILD, MODERATOR, **{"channel_id": MORNING} | values)
        await self.look({self.group.id: visible})

    async def look(self, visible: dict[int, bool]) -> None:
        await self.services.morning.look(GUILD, lambda _channel, _groups: visible)

    async def schedule(self, starts_at: datetime | None = None, theme: str = "朝の会", **values: Any) -> Session:
        """On Wednesday the 15th at 07:00, unless told otherwise."""
        values = {"group_id": self.group.id} | values
        new = NewSession(theme=theme, starts_at=starts_at or at(15, 7), **values)
        return (await self.services.sessions.schedule(GUILD, MODERATOR, new)).session

    async def answer(self, session: Session, answer: Answer = Answer.GOING, *member_ids: int) -> None:
        for member_id in member_ids:
            await self.services.rsvps.answer(GUILD, replace(MODERATOR, member_id=member_id), session.id, answer)

    async def move(self, session: Session, starts_at: datetime, reason: str = "") -> None:
        await self.edit(session, starts_at=starts_at, reason=reason)

    async def edit(self, session: Session, **changes: Any) -> None:
        await self.services.sessions.edit(GUILD, MODERATOR, session.id, SessionChange(**changes))

    async def cancel(self, session: Session) -> None:
        await self.services.sessions.cancel(GUILD, MODERATOR, session.id)

    async def thread(self, session: Session) -> int:
        """Its thread is made."""
        async with self.db(GUILD) as uow:
            mirror = await uow.mirrors.find("thread", session.id)
        assert mirror is not None
        await self.db.mirrors.write(mirror, remote_id=THREADS + session.id)
        return THREADS + session.id

    # What happens by itself

    async def until(self, instant: datetime) -> list[Sent]:
        """Everything that falls due until then happens in time; returns what went out."""
        before = len(self.sent)
        await self.drain()
        while (due := await self.db.outbox.next_due(self.clock.at)) is not None and due <= instant:
            self.clock.at = due
            await self.drain()
        self.clock.at = max(instant, self.clock.at)
        await self.drain()
        return self.sent[before:]

    async def drain(self) -> None:
        while await self.run_steps() or await self.deliver():
            pass

    async def run_steps(self) -> int:
        """Run what is due now, once."""
        done = 0
        for step in await self.db.due_steps(self.clock.now(), 100):
            async with self.db(step.guild_id) as uow:
                if await uow.steps.finish(step, StepState.DONE):
                    await self.handlers[step.kind](uow, step)
                    done += 1
        return done

    async def claim(self) -> list[Post]:
        return await self.db.outbox.claim(self.clock.now(), 100, LEASE, [])

    async def deliver(self, outcome: PostState = PostState.SENT) -> int:
        """Attempt what is due now; all attempts end alike."""
        claimed = await self.claim()
        for post in claimed:
            await self.attempt(post, outcome)
        return len(claimed)

    async def attempt(self, post: Post, outcome: PostState = PostState.SENT, reason: str = "403 50013") -> None:
        now = self.clock.now()
        if now >= post.expires_at:
            await self.db.outbox.settle([Settled(post, PostState.EXPIRED, "expired")], now)
            return
        kind = self.kinds[post.kind]
        async with self.db.reading(GUILD) as uow:
            value = await kind.describe(uow, post)
            community = await uow.communities.get()
        if value is None:
            await self.db.outbox.settle([Settled(post, PostState.CANCELLED, "overtaken")], now)
            return
        content = kind.render(value, words(community.language))
        target = post.channel_id or post.member_id
        begun = await self.db.outbox.begin([Begin(post, target, "{}", f"{post.id}-{post.token}")], now)
        if post.id not in begun:
            return
        result = Settled(begun[post.id], outcome, None if outcome is PostState.SENT else reason)
        if outcome is PostState.SENT:
            await self.db.outbox.settle([result], now)
            pinged = frozenset(content.mentions) if not post.silent else frozenset()
            self.sent.append(
                Sent(
                    post.kind,
                    now,
                    post.channel_id,
                    post.member_id,
                    pinged,
                    post.silent,
                    value,
                    content.text,
                    post.data.get("minutes", 0),
                )
            )
            return
        async with self.db(GUILD) as uow:
            if await uow.posts.settle(result):
                await kind.ended(uow, result)

    # What stands in the rows

    async def posts(self, kind: str, *states: PostState) -> list[Post]:
        found = [post for post in await all_posts(self.db) if post.kind == kind]
        return [post for post in found if not states or post.state in states]

    async def planned(self, kind: str) -> dict[int, datetime]:
        """When the planned steps of a kind are due, by subject."""
        wanted = (steps.c.kind == kind, steps.c.state == StepState.PLANNED.value)
        async with self.db.connections.reading() as connection:
            rows = await connection.execute(select(steps.c.subject_id, steps.c.due_at).where(*wanted))
            return {row.subject_id: row.due_at for row in rows}


def pings(sent: list[Sent], kind: str) -> list[frozenset[int]]:
    """Whom each post of a kind pinged."""
    return [one.pinged for one in sent if one.kind == kind]


@asynccontextmanager
async def a_club(folder: Path) -> AsyncIterator[Club]:
    club = Club(folder)
    try:
        await club.begin()
        yield club
    finally:
        await club.db.close()
