"""What sessions are found by, kept in memory: the same names are looked through with every key that somebody presses.

To read them costs more than to look through them. What is kept holds until a commit that changes any name: of a table
whose `info` is `NAMES_SESSIONS`. A view keeps the `SessionNames` that it was opened with, so what it reads from before
such a commit is forgotten with it.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from datetime import UTC, datetime
from typing import Any

from bot.domain.sessions import SessionName

NAMES_SESSIONS: dict[Any, Any] = {"names sessions": True}
"""The `info` of a table in which stands what sessions are found by."""
MOST_COMMUNITIES = 64
"""So many communities' names are kept, those that were looked at last."""
_NEVER = datetime.max.replace(tzinfo=UTC)
_Read = Callable[[], Awaitable[Sequence[SessionName]]]


class SessionNames:
    """What the sessions of one community are found by; the lists are shared, so nobody may change them."""

    def __init__(self) -> None:
        self._ahead: dict[int, tuple[datetime, datetime, Sequence[SessionName]]] = {}
        self._behind: dict[int, Sequence[SessionName]] = {}

    async def ahead(self, now: datetime, limit: int, read: _Read) -> Sequence[SessionName]:
        """The first `limit` that are not over now, as `read` before if none of them has ended since."""
        since, until, names = self._ahead.get(limit, (_NEVER, _NEVER, ()))
        if not since <= now < until:
            names = await read()
            self._ahead[limit] = now, min((name.ends_at for name in names), default=_NEVER), names
        return names

    async def behind(self, limit: int, read: _Read) -> Sequence[SessionName]:
        """The latest `limit` that were cancelled or are over."""
        if limit not in self._behind:
            self._behind[limit] = await read()
        return self._behind[limit]


class RecentNames:
    """The session names of the communities that were looked at last."""

    def __init__(self) -> None:
        self._of: dict[int, SessionNames] = {}

    def of(self, guild_id: int) -> SessionNames:
        """For a view in which nothing was read yet; one that is older might keep what does not hold any more."""
        names = self._of[guild_id] = self._of.pop(guild_id, None) or SessionNames()
        if len(self._of) > MOST_COMMUNITIES:
            del self._of[next(iter(self._of))]
        return names

    def forget(self, guild_id: int) -> None:
        """Some have changed."""
        self._of.pop(guild_id, None)
