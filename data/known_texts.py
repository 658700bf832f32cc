"""What people of a community are known by, kept in memory: every question is compared with all of it.

To read it costs more than to compare it. Each part holds until a commit that changes a table in which it stands; as in
`data.session_names`, a view keeps what it was opened with, so that nothing from before such a commit outlives it.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Collection, Mapping

PARTS: Mapping[str, frozenset[str]] = {
    "topics": frozenset({"profile_topics"}),
    "thanks": frozenset({"gratitudes"}),
    "lectures": frozenset({"turns", "sessions"}),
}
"""The parts, and the names of the tables in which each stands."""
KNOWN_BY = frozenset[str]().union(*PARTS.values())
MOST_COMMUNITIES = 64
"""So many communities' texts are kept, those that were looked at last."""
_Read = Callable[[str], Awaitable[list[str]]]


class KnownTexts:
    """The texts of one community; the lists are shared, so nobody may change them."""

    def __init__(self, parts: Mapping[str, list[str]] | None = None) -> None:
        self._parts = dict(parts or {})
        self._all: list[str] | None = None

    async def all(self, read: _Read, changed: Collection[str]) -> list[str]:
        """Each text once; `read` reads a part, and a reader that has `changed` tables keeps nothing of theirs."""
        if self._all is not None and not changed:
            return self._all
        parts: dict[str, list[str]] = {}
        for part, tables in PARTS.items():
            own = tables.isdisjoint(changed)
            parts[part] = self._parts[part] if own and part in self._parts else await read(part)
            if own:
                self._parts[part] = parts[part]
        texts = list(dict.fromkeys(text for some in parts.values() for text in some))
        if not changed:
            self._all = texts
        return texts

    def without(self, changed: Collection[str]) -> KnownTexts:
        """What of it still holds."""
        return KnownTexts({part: some for part, some in self._parts.items() if PARTS[part].isdisjoint(changed)})


class RecentTexts:
    """The texts of the communities that were looked at last."""

    def __init__(self) -> None:
        self._of: dict[int, KnownTexts] = {}

    def of(self, guild_id: int) -> KnownTexts:
        """For a view or a transaction in which nothing was read yet."""
        texts = self._of[guild_id] = self._of.pop(guild_id, None) or KnownTexts()
        if len(self._of) > MOST_COMMUNITIES:
            del self._of[next(iter(self._of))]
        return texts

    def forget(self, guild_id: int, changed: Collection[str]) -> None:
        """Some tables have changed."""
        if guild_id in self._of:
            self._of[guild_id] = self._of[guild_id].without(changed)
