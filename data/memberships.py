"""Who belongs to which study group, in SQL."""

from __future__ import annotations

from collections import Counter

from sqlalchemy import BigInteger, Column, ForeignKey, Index, Table, bindparam, func, insert, select, update

from data.schema import Instant, guild, member, metadata, row_id
from data.transaction import Repository, once_in_a_view

group_members = Table(
    "group_members",
    metadata,
    row_id(),
    guild(),
    Column("group_id", BigInteger, ForeignKey("study_groups.id"), nullable=False),
    member("member_id", "erase", nullable=False),
    # Who leaves and comes back has a row for each time.
    Column("since", Instant, nullable=False),
    Column("until", Instant),
    Index(None, "guild_id", "group_id", "until"),
    Index(None, "guild_id", "member_id", "until"),
)
_now = (group_members.c.guild_id == bindparam("guild"), group_members.c.until.is_(None))
_of_member = select(group_members.c.group_id).where(*_now, group_members.c.member_id == bindparam("member"))
_of_group = select(group_members.c.member_id).where(*_now, group_members.c.group_id == bindparam("group"))
_sizes = select(group_members.c.group_id, func.count().label("n")).where(*_now).group_by(group_members.c.group_id)


class SqlMemberships(Repository):
    """Who belongs to which group of one community; see `bot.domain.memberships.MembershipRepository`."""

    @once_in_a_view
    async def of_member(self, member_id: int) -> frozenset[int]:
        """The ids of this person's groups."""
        rows = await self._tx.execute(_of_member, {"guild": self._tx.guild_id, "member": member_id})
        return frozenset(rows.scalars())

    @once_in_a_view
    async def of_group(self, group_id: int) -> frozenset[int]:
        """The ids of its members."""
        rows = await self._tx.execute(_of_group, {"guild": self._tx.guild_id, "group": group_id})
        return frozenset(rows.scalars())

    async def sizes(self) -> Counter[int]:
        """How many members each group has, by its id."""
        rows = await self._tx.execute(_sizes, {"guild": self._tx.guild_id})
        return Counter({row.group_id: row.n for row in rows})

    async def join(self, group_id: int, member_id: int) -> None:
        """From now on this person belongs to the group; they must not belong to it yet."""
        await self._tx.execute(
            insert(group_members).values(
                guild_id=self._tx.guild_id, group_id=group_id, member_id=member_id, since=self._tx.now
            )
        )

    async def leave(self, group_id: int, member_id: int) -> bool:
        """From now on this person does not belong to the group; False if they did not."""
        result = await self._tx.execute(
            update(group_members)
            .where(
                group_members.c.guild_id == self._tx.guild_id,
                group_members.c.group_id == group_id,
                group_members.c.member_id == member_id,
                group_members.c.until.is_(None),
            )
            .values(until=self._tx.now)
        )
        return result.rowcount > 0
