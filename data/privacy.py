"""What everybody decides for themselves, in SQL."""

from __future__ import annotations

from collections.abc import Collection

from msgspec.structs import asdict
from sqlalchemy import Boolean, Table, UniqueConstraint, insert, select, update

from bot.domain.privacy import Privacy
from data.schema import guild, load, member, metadata, row_id, words
from data.transaction import Repository, batches

member_privacy = Table(
    "member_privacy",
    metadata,
    row_id(),
    guild(),
    member("member_id", "erase", nullable=False),
    words("known_for", "erase", Boolean, nullable=False),
    words("network", "erase", Boolean, nullable=False),
    UniqueConstraint("guild_id", "member_id"),
)
_of = member_privacy.c


class SqlPrivacy(Repository):
    """The choices of the people of one community; see `bot.domain.privacy.PrivacyRepository`."""

    async def get(self, member_id: int) -> Privacy:
        """This person's, the usual ones if they have made none."""
        mine = (_of.guild_id == self._tx.guild_id, _of.member_id == member_id)
        rows = await self._tx.execute(select(_of.known_for, _of.network).where(*mine))
        return next((load(Privacy, row) for row in rows), Privacy())

    async def put(self, member_id: int, privacy: Privacy) -> None:
        """Write or replace them."""
        mine = (_of.guild_id == self._tx.guild_id, _of.member_id == member_id)
        changed = await self._tx.execute(update(member_privacy).where(*mine).values(**asdict(privacy)))
        if not changed.rowcount:
            values = {"guild_id": self._tx.guild_id, "member_id": member_id, **asdict(privacy)}
            await self._tx.execute(insert(member_privacy).values(**values))

    async def hide_known_for(self, member_ids: Collection[int] | None = None) -> set[int]:
        """Who of these people (None: of all) does not want others to see what they are known for."""
        found = set[int]()
        for some in [None] if member_ids is None else batches(list(member_ids)):
            where = [_of.guild_id == self._tx.guild_id, _of.known_for.is_(False)]
            if some is not None:
                where.append(_of.member_id.in_(some))
            found |= set((await self._tx.execute(select(_of.member_id).where(*where))).scalars())
        return found
