"""A community on a real database file, with the services that sessions need and a clock that a test moves."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import select

from bot.domain.actors import Actor
from bot.domain.announcements import AnnouncementService
from bot.domain.groups import StudyGroup
from bot.domain.rsvps import RsvpService
from bot.domain.series import NewSeries, SeriesEndService, SeriesOver, SeriesService, SeriesSkipService, Skipped
from bot.domain.sessions import NewSession, Session, SessionEvent, SessionHook, SessionHooks, SessionService
from bot.domain.steps import StepState
from data.audit import audit
from data.database import Database
from data.mirrors import mirrors
from data.posts import posts
from data.schema import metadata
from data.sessions import as_session, sessions
from data.steps import steps

GUILD = 1000
CHANNEL = 50
HIDDEN = 51
NOW = datetime(2026, 7, 13, 3, 0, tzinfo=UTC)
"""A Monday noon in Tokyo."""

MODERATOR = Actor(1, moderator=True, sees=lambda channel_id: True)
MEMBER = Actor(2, sees=lambda channel_id: channel_id == CHANNEL)


def person(member_id: int) -> Actor:
    """A member who sees the ordinary channel."""
    return Actor(member_id, sees=lambda channel_id: channel_id == CHANNEL)


class StillClock:
    """A clock that stands still until it is moved."""

    def __init__(self, now: datetime = NOW) -> None:
        self.at = now

    def now(self) -> datetime:
        return self.at

    def pass_time(self, **spans: float) -> None:
        self.at += timedelta(**spans)


class Study:
    """One community with one group; `told` are the hooks that ran, as (name, event)."""

    def __init__(self, url: str) -> None:
        self.clock = StillClock()
        self.db = Database(url, self.clock)
        self.told: list[tuple[str, SessionEvent]] = []
        self.announcements = AnnouncementService(self.db, self.clock)
        self.rsvps = RsvpService(self.db, self.clock)
        hooks = SessionHooks(
            on_scheduled=(self.announcements.on_scheduled, self._witness("scheduled")),
            on_moved=(self.announcements.on_moved, self.rsvps.on_changed, self._witness("moved")),
            on_edited=(self.announcements.on_edited, self.rsvps.on_changed, self._witness("edited")),
            on_cancelled=(self.announcements.on_cancelled, self.rsvps.on_cancelled, self._witness("cancelled")),
            on_ended=(self.announcements.on_ended, self._witness("ended")),
        )
        self.sessions = SessionService(self.db, self.clock, hooks)
        self.series = SeriesService(self.db, self.clock, hooks, horizon_weeks=8)
        self.ends = SeriesEndService(self.db, self.clock, hooks, self.series)
        self.skips = SeriesSkipService(self.db, self.clock, hooks, self.series)
        self.group: StudyGroup

    def _witness(self, name: str) -> SessionHook:
        async def hook(uow: Any, event: SessionEvent) -> None:
            self.told.append((name, event))

        return hook

    async def begin(self) -> None:
        async with self.db.connections.writing() as connection:
            await connection.run_sync(metadata.create_all)
        async with self.db(GUILD) as uow:
            await uow.communities.change(
                time_zone="Asia/Tokyo", announcements_channel=CHANNEL, language="ja", set_up_at=NOW
            )
            self.group = await uow.groups.add(name="経済部会", description="", channel_id=0, announce_days_before=7)

    async def add_group(self, name: str, channel_id: int = 0) -> StudyGroup:
        async with self.db(GUILD) as uow:
            return await uow.groups.add(name=name, description="", channel_id=channel_id, announce_days_before=7)

    def new(self, theme: str = "朝の会", **values: Any) -> NewSession:
        """A session in two days at 07:00 in Tokyo, unless told otherwise."""
        values = {"group_id": self.group.id, "starts_at": at(15, 7)} | values
        return NewSession(theme=theme, **values)

    def weekly(self, name: str = "朝の会", **values: Any) -> NewSeries:
        """Every Wednesday at 07:00."""
        values = {"group_id": self.group.id, "rrule": "FREQ=WEEKLY;BYDAY=WE", "at": time_of(7)} | values
        return NewSeries(name=name, **values)

    async def schedule(self, theme: str = "朝の会", **values: Any) -> Session:
        return (await self.sessions.schedule(GUILD, MODERATOR, self.new(theme, **values))).session

    async def end_series(self, actor: Actor, name: str, reason: str = "") -> SeriesOver:
        """Ends a series, as its organizer does after what they are shown."""
        shown = await self.ends.preview(GUILD, actor, name, reason)
        over = await self.ends.confirm(GUILD, actor, shown.draft_id)
        assert isinstance(over, SeriesOver)
        return over

    async def skip_date(self, actor: Actor, name: str, on: date, reason: str = "") -> Skipped:
        """Skips a date of a series, as its organizer does after what they are shown."""
        shown = await self.skips.preview(GUILD, actor, name, on, reason)
        done = await self.skips.confirm(GUILD, actor, shown.draft_id)
        assert isinstance(done, Skipped)
        return done

    async def session(self, session_id: int) -> Session:
        async with self.db.reading(GUILD) as uow:
            return await uow.sessions.get(session_id)

    async def all_sessions(self) -> list[Session]:
        columns = [c for c in sessions.c if c.name != "ends_at"]
        async with self.db.connections.reading() as connection:
            rows = await connection.execute(select(*columns).order_by(sessions.c.starts_at, sessions.c.id))
            return [as_session(row) for row in rows]

    async def announced(self) -> list[int]:
        """The sessions with an announcement mirror, in order of id."""
        return [row["subject_id"] for row in await self.rows(mirrors) if row["kind"] == "announcement"]

    async def rows(self, table: Any) -> list[dict[str, Any]]:
        async with self.db.connections.reading() as connection:
            return [dict(row) for row in (await connection.execute(select(table).order_by(table.c.id))).mappings()]

    async def steps(self, kind: str, state: str = "planned") -> dict[int, datetime]:
        """When the steps of a kind in this state are due, by subject."""
        return {
            row["subject_id"]: row["due_at"]
            for row in await self.rows(steps)
            if row["kind"] == kind and row["state"] == state
        }

    async def posts(self, kind: str) -> list[dict[str, Any]]:
        return [row for row in await self.rows(posts) if row["kind"] == kind]

    async def audit(self) -> list[str]:
        return [row["action"] for row in await self.rows(audit)]

    async def run_steps(self) -> None:
        """Do what the dispatcher does with the steps that are due."""
        handlers = {"ended": self.sessions.ended, "announce": self.announcements.announce}
        while True:
            due = [
                row
                for row in await self.rows(steps)
                if row["state"] == "planned" and row["kind"] in handlers and row["not_before"] <= self.clock.now()
            ]
            if not due:
                return
            first = min(due, key=lambda row: (row["not_before"], row["id"]))
            async with self.db(GUILD) as uow:
                step = await uow.steps.find(first["kind"], first["subject_id"], first["revision"])
                assert step is not None
                await handlers[step.kind](uow, step)
                await uow.steps.finish(step, StepState.DONE)


def at(day: int, hour: int, minute: int = 0, month: int = 7) -> datetime:
    """An instant of July 2026 by the wall clock of Tokyo."""
    return datetime(2026, month, day, hour, minute, tzinfo=UTC) - timedelta(hours=9)


def time_of(hour: int, minute: int = 0) -> time:
    return time(hour, minute)


@asynccontextmanager
async def study_on(folder: Path) -> AsyncIterator[Study]:
    study = Study(f"sqlite:///{folder / 'study.db'}")
    try:
        await study.begin()
        yield study
    finally:
        await study.db.close()
