"""The database: it opens units of work and tells the bot what a commit made due."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Callable, Collection, Mapping
from contextlib import asynccontextmanager, suppress
from datetime import datetime
from functools import cache
from typing import Any, Protocol

from sqlalchemy import insert, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.communities import Community
from bot.domain.steps import Step
from bot.domain.uow import Recorded, inside
from data import communities, meta
from data.answers import SqlAnswers
from data.asks import SqlAsks
from data.audit import SqlAudit
from data.communities import SqlCommunities
from data.connections import Connections
from data.forms import SqlForms
from data.gratitude import SqlGratitude
from data.groups import SqlGroups
from data.guests import SqlGuests
from data.hidings import SqlHidings
from data.holds import SqlHolds
from data.industries import SqlIndustries
from data.introductions import SqlIntroductions
from data.knowing import SqlKnowing
from data.known_texts import RecentTexts
from data.ledger import SqlLedger
from data.meetings import SqlMeetings
from data.members import SqlMembers, used_in
from data.memberships import SqlMemberships
from data.mirrors import SqlMirrorBoard, SqlMirrors
from data.morning import SqlMorning
from data.offers import SqlOffers
from data.own_reminders import SqlOwnReminders
from data.pairing import SqlPairing
from data.posts import SqlOutbox, SqlPosts
from data.privacy import SqlPrivacy
from data.profiles import SqlProfiles
from data.question_box import SqlQuestionBox
from data.question_files import SqlQuestionFiles
from data.questions import SqlQuestions
from data.reminders import SqlPings
from data.restrictions import SqlRestrictions
from data.rotation import SqlRotation
from data.rsvps import SqlRsvps
from data.search import SqlSearch
from data.series import SqlSeries
from data.session_names import RecentNames
from data.sessions import SqlSessions
from data.spinoffs import SqlSpinoffs
from data.steps import SqlSteps, due_steps
from data.swaps import SqlSwaps
from data.takeaways import SqlTakeaways
from data.thanked import SqlThanked
from data.topics import SqlTopics
from data.transaction import Transaction
from data.who import SqlWho

__all__ = ["Database", "SqlUnitOfWork", "meta"]

AfterCommit = Callable[[int, datetime | None, bool], None]


class Clock(Protocol):
    """The one source of "now"."""

    def now(self) -> datetime:
        """Aware UTC."""
        ...


class SqlUnitOfWork:
    """The repositories of one community inside one transaction; see `bot.domain.uow.UnitOfWork`."""

    def __init__(self, transaction: Transaction, settings: Community | None = None) -> None:
        self._audit = SqlAudit(transaction)
        self.guild_id = transaction.guild_id
        self.communities = SqlCommunities(transaction, settings)
        self.groups = SqlGroups(transaction)
        self.series = SqlSeries(transaction)
        self.sessions = SqlSessions(transaction)
        self.rsvps = SqlRsvps(transaction)
        self.members = SqlMembers(transaction)
        self.memberships = SqlMemberships(transaction)
        self.profiles = SqlProfiles(transaction)
        self.industries = SqlIndustries(transaction)
        self.forms = SqlForms(transaction)
        self.pings = SqlPings(transaction)
        self.own_reminders = SqlOwnReminders(transaction)
        self.morning = SqlMorning(transaction)
        self.rotation = SqlRotation(transaction)
        self.swaps = SqlSwaps(transaction)
        self.guests = SqlGuests(transaction)
        self.question_box = SqlQuestionBox(transaction)
        self.questions = SqlQuestions(transaction)
        self.question_files = SqlQuestionFiles(transaction)
        self.offers = SqlOffers(transaction)
        self.asks = SqlAsks(transaction)
        self.knowing = SqlKnowing(transaction, self.communities)
        self.answers = SqlAnswers(transaction)
        self.gratitude = SqlGratitude(transaction)
        self.thanked = SqlThanked(transaction)
        self.privacy = SqlPrivacy(transaction)
        self.hidings = SqlHidings(transaction)
        self.who = SqlWho(transaction)
        self.takeaways = SqlTakeaways(transaction)
        self.topics = SqlTopics(transaction)
        self.spinoffs = SqlSpinoffs(transaction)
        self.search = SqlSearch(transaction)
        self.pairing = SqlPairing(transaction)
        self.meetings = SqlMeetings(transaction)
        self.ledger = SqlLedger(transaction)
        self.introductions = SqlIntroductions(transaction)
        self.holds = SqlHolds(transaction)
        self.restrictions = SqlRestrictions(transaction)
        self.steps = SqlSteps(transaction)
        self.posts = SqlPosts(transaction)
        self.mirrors = SqlMirrors(transaction)

    async def record(
        self,
        action: str,
        actor_id: int | None,
        subject: str,
        before: Mapping[str, Any] | None = None,
        after: Mapping[str, Any] | None = None,
    ) -> None:
        """Leave an audit row in this transaction."""
        self._audit.record(action, actor_id, subject, before, after)

    async def recorded(self, action: str, subjects: Collection[str]) -> Mapping[str, Recorded]:
        """The latest such act on each of the subjects that it was done to."""
        return await self._audit.last(action, subjects)

    async def flush(self) -> None:
        """Write what is written together at the end."""
        await self.steps.flush()
        await self._audit.flush()


class Database:
    """Opens units of work (`bot.domain.uow.Units`) and the dispatcher's outbox on one database.

    `after_commit(guild_id, earliest_due, mirrors_changed)` is called after each commit that wrote a row which falls due
    or changed what a mirror should show; `app.py` sets it. A community's settings, what its sessions are found by, and
    what its people are known by are cached as frozen values and dropped by the commit that changes them.
    """

    def __init__(self, url: str, clock: Clock) -> None:
        self.connections = Connections(url)
        self.outbox = SqlOutbox(self.connections)
        self.mirrors = SqlMirrorBoard(self.connections)
        self.after_commit: AfterCommit | None = None
        self._clock = clock
        self._known: set[int] = set()
        self._settings: dict[int, Community] = {}
        self._names = RecentNames()
        self._texts = RecentTexts()
        self._turn = asyncio.Lock()
        self._changes: dict[int, int] = {}

    @asynccontextmanager
    async def __call__(self, guild_id: int) -> AsyncGenerator[SqlUnitOfWork]:
        """A writing unit of work; its writer is alone in this community until it ends."""
        if inside.get():
            raise RuntimeError("a unit of work is already open in this task")
        opened = inside.set(True)
        tx: Transaction | None = None
        try:
            async with self.connections.writing() as connection:
                await self._lock(connection, guild_id)
                tx = Transaction(connection, guild_id, self._clock.now(), writing=True)
                uow = SqlUnitOfWork(tx)
                uow.knowing.kept = self._texts.of(guild_id)
                yield uow
                await uow.flush()
        finally:
            inside.reset(opened)
            # Also without a clean end: a commit goes on in the connection's thread when its task is cancelled.
            if tx is not None and tx.settings_changed:
                self._settings.pop(guild_id, None)
                self._changes[guild_id] = self._changes.get(guild_id, 0) + 1
            if tx is not None and tx.names_changed:
                self._names.forget(guild_id)
            if tx is not None and tx.known_by_changed:
                self._texts.forget(guild_id, tx.known_by_changed)
        assert tx is not None
        self._known.add(guild_id)
        if self.after_commit is not None and (tx.earliest_due is not None or tx.mirrors_changed):
            self.after_commit(guild_id, tx.earliest_due, tx.mirrors_changed)

    @asynccontextmanager
    async def view(self) -> AsyncGenerator[Callable[[int], SqlUnitOfWork]]:
        """One consistent view of all communities, entered by a community's id; nothing done in it is kept.

        Settings that are in memory are not read anew.
        """
        opened = inside.set(True)
        try:
            async with self.connections.reading() as connection:
                now = self._clock.now()

                @cache
                def of(guild_id: int) -> SqlUnitOfWork:
                    known = self._settings.get(guild_id)
                    return SqlUnitOfWork(Transaction(connection, guild_id, now, writing=False), known)

                yield of
        finally:
            inside.reset(opened)

    @asynccontextmanager
    async def reading(self, guild_id: int) -> AsyncGenerator[SqlUnitOfWork]:
        """A consistent view of one community; nothing done in it is kept."""
        async with self.view() as of:
            uow = of(guild_id)
            uow.sessions.known = self._names.of(guild_id)
            uow.knowing.kept = self._texts.of(guild_id)
            yield uow

    async def settings(self, guild_id: int) -> Community:
        """The community's settings, from memory if they are there."""
        cached = self._settings.get(guild_id)
        if cached is not None:
            return cached
        # A hundred posts or presses of one community that come together read them once.
        async with self._turn:
            cached = self._settings.get(guild_id)
            if cached is None:
                changes = self._changes.get(guild_id)
                async with self.reading(guild_id) as uow:
                    cached = await uow.communities.get()
                # What was read before a commit must not be remembered after it.
                if changes == self._changes.get(guild_id):
                    self._settings[guild_id] = cached
        return cached

    async def due_steps(self, now: datetime, limit: int) -> list[Step]:
        """The due steps of all communities, oldest first."""
        async with self.connections.reading() as connection:
            return await due_steps(connection, now, limit)

    async def guild_ids(self) -> list[int]:
        """The communities that have been set up."""
        table = communities.communities
        async with self.connections.reading() as connection:
            rows = await connection.execute(
                select(table.c.guild_id).where(table.c.set_up_at.is_not(None)).order_by(table.c.guild_id)
            )
            return [row.guild_id for row in rows]

    async def used_in(self, member_id: int) -> list[int]:
        """The communities in which this person uses the bot, the latest first."""
        async with self.connections.reading() as connection:
            return await used_in(connection, member_id)

    async def close(self) -> None:
        """Close all connections."""
        await self.connections.close()

    async def _lock(self, connection: AsyncConnection, guild_id: int) -> None:
        table = communities.communities
        if guild_id not in self._known:
            found = select(table.c.guild_id).where(table.c.guild_id == guild_id)
            if (await connection.execute(found)).one_or_none() is None:
                # On PostgreSQL there is no lock before there is a row: of two first writers one finds it made.
                with suppress(IntegrityError):
                    async with connection.begin_nested():
                        await connection.execute(insert(table).values(guild_id=guild_id, **communities.DEFAULTS))
        if not self.connections.sqlite:
            await connection.execute(select(table.c.guild_id).where(table.c.guild_id == guild_id).with_for_update())
