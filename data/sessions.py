"""Sessions in SQL."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from functools import partial
from typing import Any

from sqlalchemy import (
    BigInteger,
    Column,
    Date,
    ForeignKey,
    Index,
    Integer,
    Select,
    String,
    Table,
    UniqueConstraint,
    bindparam,
    desc,
    func,
    insert,
    select,
    union_all,
    update,
)

from bot.domain.errors import Unknown
from bot.domain.sessions import LONGEST_DURATION, Session, SessionName, SessionState
from data.drafts import SqlDrafts
from data.schema import Instant, guild, load, member, metadata, row_id, words
from data.series import series
from data.session_names import NAMES_SESSIONS, SessionNames
from data.transaction import Repository, Transaction, once_in_a_view

_RECORD = "keep:the community's record of its meetings"

sessions = Table(
    "sessions",
    metadata,
    row_id(),
    guild(),
    Column("group_id", BigInteger, ForeignKey("study_groups.id"), nullable=False),
    Column("series_id", BigInteger, ForeignKey("series.id")),
    Column("occurrence_on", Date),
    Column("kind", String(12), nullable=False),
    words("theme", _RECORD, nullable=False),
    words("description", _RECORD, nullable=False),
    Column("starts_at", Instant, nullable=False),
    Column("duration", Integer, nullable=False),
    # Follows from the two above; what has not ended is found by it.
    Column("ends_at", Instant, nullable=False),
    words("venue", _RECORD, nullable=False),
    words("link", _RECORD, nullable=False),
    Column("capacity", Integer),
    Column("deadline", Instant),
    member("host_id", "anonymise", nullable=False),
    Column("state", String(10), nullable=False),
    Column("revision", Integer, nullable=False),
    Column("announced_at", Instant),
    Column("created_at", Instant, nullable=False),
    Column("cancelled_at", Instant),
    words("cancelled_because", _RECORD),
    Column("prompt", String(20)),
    Column("deadline_uncut", Instant),
    # A series is planned again and again; no date of it gets a second session.
    UniqueConstraint("series_id", "occurrence_on"),
    Index(None, "guild_id", "state", "ends_at"),
    Index(None, "guild_id", "state", "starts_at"),
    Index(None, "guild_id", "host_id", "ends_at"),
    # An id stands in buttons that outlive the row, so it is never given twice.
    sqlite_autoincrement=True,
    info=NAMES_SESSIONS,
)
_columns = [c for c in sessions.c if c.name != "ends_at"]
_own = sessions.c.guild_id == bindparam("guild")
_one = select(*_columns).where(_own, sessions.c.id == bindparam("session"))
_LONGEST = timedelta(minutes=LONGEST_DURATION)
_upcoming = (
    select(*_columns)
    .where(
        _own,
        sessions.c.state == SessionState.SCHEDULED.value,
        sessions.c.ends_at > bindparam("now"),
        # Follows from the above, and lets the rows be read in order of their start, no more of them than are wanted:
        # found by their end, a hundred thousand would have to be sorted for the first thousand.
        sessions.c.starts_at > bindparam("since"),
    )
    .order_by(sessions.c.starts_at, sessions.c.id)
    .limit(bindparam("limit"))
)
_named_by = [
    func.coalesce(series.c.name, "").label(name) if name == "series" else sessions.c[name]
    for name in SessionName.__struct_fields__
    if name != "state"
]
_with_series = sessions.outerjoin(series, series.c.id == sessions.c.series_id)
_names = _upcoming.with_only_columns(*_named_by).select_from(_with_series)
_latest_first = (sessions.c.starts_at.desc(), sessions.c.id.desc())


def _latest(state: SessionState) -> Select[Any]:
    """Ids and starts of the latest sessions in this state."""
    found = select(sessions.c.id, sessions.c.starts_at).where(_own, sessions.c.state == state.value)
    return select(found.order_by(*_latest_first).limit(bindparam("limit")).subquery())


# State by state, since each can be read in order of its start; looked for together, all there ever were are sorted.
_behind = (
    union_all(_latest(SessionState.CANCELLED), _latest(SessionState.ENDED))
    .order_by(desc("starts_at"), desc("id"))
    .limit(bindparam("limit"))
    .subquery()
)
_names_behind = (
    select(sessions.c.state, *_named_by)
    .select_from(_behind.join(_with_series, sessions.c.id == _behind.c.id))
    .order_by(*_latest_first)
)
ids_ahead = _upcoming.with_only_columns(sessions.c.id)
"""The ids of the sessions that `upcoming` gives; see `ahead`."""
_hosted = (
    select(*_columns)
    .where(
        _own,
        sessions.c.host_id == bindparam("host"),
        sessions.c.state == SessionState.SCHEDULED.value,
        sessions.c.ends_at > bindparam("now"),
    )
    .order_by(sessions.c.starts_at, sessions.c.id)
)
_of_group = sessions.c.group_id == bindparam("group")
_of_series = sessions.c.series_id == bindparam("series")


class SqlSessions(Repository):
    """The sessions of one community; see `bot.domain.sessions.SessionRepository`."""

    def __init__(self, transaction: Transaction) -> None:
        super().__init__(transaction)
        self.drafts = SqlDrafts(transaction)
        self.known: SessionNames | None = None

    async def add(self, **values: Any) -> Session:
        """Write a new session."""
        (session,) = await self.add_all([values])
        return session

    async def add_all(self, new: Sequence[Mapping[str, Any]]) -> list[Session]:
        """Write new sessions in one statement; returns them by start and id."""
        if not new:
            return []
        rows = [
            {
                "guild_id": self._tx.guild_id,
                "state": SessionState.SCHEDULED.value,
                "revision": 0,
                "ends_at": _end(values["starts_at"], values["duration"]),
                **values,
            }
            for values in new
        ]
        added = [as_session(row) for row in await self._tx.execute(insert(sessions).returning(*_columns), rows)]
        return sorted(added, key=lambda session: (session.starts_at, session.id))

    @once_in_a_view
    async def get(self, session_id: int) -> Session:
        """The session with this id."""
        found = await self._tx.execute(_one, {"guild": self._tx.guild_id, "session": session_id})
        row = found.one_or_none()
        if row is None:
            raise Unknown("session", str(session_id))
        return as_session(row)

    async def change(self, session_id: int, **values: Any) -> Session:
        """Set columns; returns the session as changed."""
        if "starts_at" in values or "duration" in values:
            before = await self.get(session_id)
            start, duration = values.get("starts_at", before.starts_at), values.get("duration", before.duration)
            values["ends_at"] = _end(start, duration)
        if "state" in values:
            values["state"] = SessionState(values["state"]).value
        await self._tx.execute(update(sessions).where(*self._key(session_id)).values(**values))
        return await self.get(session_id)

    async def upcoming(
        self, now: datetime, *, group_id: int | None = None, series_id: int | None = None, limit: int = 500
    ) -> list[Session]:
        """Scheduled sessions that have not ended, by start and id."""
        statement = _upcoming
        if group_id is not None:
            statement = statement.where(_of_group)
        if series_id is not None:
            statement = statement.where(_of_series)
        values = ahead(self._tx.guild_id, now, limit) | {"group": group_id, "series": series_id}
        return [as_session(row) for row in await self._tx.execute(statement, values)]

    async def names_ahead(self, now: datetime, limit: int) -> Sequence[SessionName]:
        """As `upcoming`, but only what they are found by."""
        read = partial(self._read_ahead, now, limit)
        return await (self.known.ahead(now, limit, read) if self.known else read())

    async def names_behind(self, limit: int) -> Sequence[SessionName]:
        """What those are found by that were cancelled or are over, the latest start first."""
        read = partial(self._read_behind, limit)
        return await (self.known.behind(limit, read) if self.known else read())

    async def _read_ahead(self, now: datetime, limit: int) -> list[SessionName]:
        rows = await self._tx.execute(_names, ahead(self._tx.guild_id, now, limit))
        # Iterated, a result is fetched row by row.
        return [SessionName(*row) for row in rows.all()]

    async def _read_behind(self, limit: int) -> list[SessionName]:
        rows = await self._tx.execute(_names_behind, {"guild": self._tx.guild_id, "limit": limit})
        return [SessionName(*names, state=SessionState(state)) for state, *names in rows.all()]

    async def hosted_by(self, member_id: int, now: datetime) -> list[Session]:
        """Scheduled sessions that this person hosts and that have not ended, by start and id."""
        values = {"guild": self._tx.guild_id, "host": member_id, "now": now}
        return [as_session(row) for row in await self._tx.execute(_hosted, values)]

    async def starting(self, after: datetime, before: datetime, *, over: bool = False) -> list[Session]:
        """Scheduled sessions with after <= starts_at < before, by start and id; `over`: also those that are over."""
        states = [SessionState.SCHEDULED, *([SessionState.ENDED] if over else [])]
        return await self._list(
            sessions.c.guild_id == self._tx.guild_id,
            sessions.c.state.in_([state.value for state in states]),
            sessions.c.starts_at >= after,
            sessions.c.starts_at < before,
        )

    async def of_series(self, series_id: int, on: date) -> Session | None:
        """The session that stands for the series' occurrence on this date."""
        found = await self._list(
            sessions.c.guild_id == self._tx.guild_id,
            sessions.c.series_id == series_id,
            sessions.c.occurrence_on == on,
        )
        return found[0] if found else None

    async def dates_of_series(self, series_id: int, since: date) -> frozenset[date]:
        """The occurrences from `since` on for which a session stands as a row."""
        rows = await self._tx.execute(
            select(sessions.c.occurrence_on).where(
                sessions.c.guild_id == self._tx.guild_id,
                sessions.c.series_id == series_id,
                sessions.c.occurrence_on >= since,
            )
        )
        return frozenset(row.occurrence_on for row in rows)

    async def _list(self, *where: Any) -> list[Session]:
        rows = await self._tx.execute(select(*_columns).where(*where).order_by(sessions.c.starts_at, sessions.c.id))
        return [as_session(row) for row in rows]

    def _key(self, session_id: int) -> tuple[Any, ...]:
        return (sessions.c.guild_id == self._tx.guild_id, sessions.c.id == session_id)


def _end(start: datetime, duration: int) -> datetime:
    if not 0 < duration <= LONGEST_DURATION:
        # One that lasts longer would be missed among what is ahead.
        raise ValueError(f"a session of {duration} minutes")
    return start + timedelta(minutes=duration)


def ahead(guild_id: int, now: datetime, limit: int) -> dict[str, Any]:
    """What is bound in a statement of the next `limit` sessions."""
    return {"guild": guild_id, "now": now, "since": now - _LONGEST, "limit": limit}


def as_session(row: object) -> Session:
    """A session from its row."""
    return load(Session, row, state=SessionState)
