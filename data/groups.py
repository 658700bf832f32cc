"""Study groups in SQL."""

from __future__ import annotations

from collections import defaultdict
from datetime import time
from typing import Any

from msgspec.structs import replace
from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    ForeignKey,
    Integer,
    Select,
    Table,
    UniqueConstraint,
    bindparam,
    delete,
    false,
    insert,
    select,
    update,
)

from bot.domain.errors import Unknown
from bot.domain.groups import DAYS_BEFORE, StudyGroup, folded
from data.schema import Instant, Json, WallClock, guild, member, metadata, row_id, words
from data.transaction import Repository, once_in_a_view

study_groups = Table(
    "study_groups",
    metadata,
    row_id(),
    guild(),
    words("name", "keep:the group's own name", nullable=False),
    # The name as it is compared, so that the database itself refuses a second one; see `_key`.
    words("name_key", "keep:the group's own name", nullable=False),
    words("description", "keep:what the group is about", nullable=False),
    Column("channel_id", BigInteger, nullable=False),
    Column("announce_days_before", Integer, nullable=False, server_default=str(DAYS_BEFORE)),
    Column("evening_before", WallClock),
    Column("evening_off", Boolean, nullable=False, server_default=false()),
    words("reminders", "keep:the group's own times", Json, nullable=False, server_default="[]"),
    Column("look_ahead", Integer, nullable=False, server_default="0"),
    Column("upcoming", Boolean, nullable=False, server_default=false()),
    Column("open_to_morning", Boolean, nullable=False),
    Column("created_at", Instant, nullable=False),
    Column("archived_at", Instant),
    UniqueConstraint("guild_id", "name_key"),
)
group_organizers = Table(
    "group_organizers",
    metadata,
    row_id(),
    guild(),
    Column("group_id", BigInteger, ForeignKey("study_groups.id"), nullable=False),
    member("member_id", "erase", nullable=False),
    Column("since", Instant, nullable=False),
    UniqueConstraint("group_id", "member_id"),
)
_columns = [column for column in study_groups.c if column.name != "name_key"]
_with_organizers = (
    select(*_columns, group_organizers.c.member_id.label("organizer_id"))
    .select_from(study_groups.outerjoin(group_organizers, group_organizers.c.group_id == study_groups.c.id))
    .where(study_groups.c.guild_id == bindparam("guild"))
    .order_by(study_groups.c.id)
)
_standing = _with_organizers.where(study_groups.c.archived_at.is_(None))


def _key(group: StudyGroup) -> str:
    """What keeps names apart. An archived group's has a line of its own, as no name has: the name is free again."""
    key = folded(group.name)
    return key if group.archived_at is None else f"{key}\n{group.id}"


class SqlGroups(Repository):
    """The groups of one community; see `bot.domain.groups.GroupRepository`."""

    alone = True

    async def add(
        self,
        *,
        name: str,
        description: str,
        channel_id: int,
        announce_days_before: int,
        evening_before: time | None = None,
        evening_off: bool = False,
        reminders: tuple[int, ...] = (),
        look_ahead: int = 0,
        upcoming: bool = False,
    ) -> StudyGroup:
        """Write a new group without organizers."""
        result = await self._tx.execute(
            insert(study_groups).values(
                guild_id=self._tx.guild_id,
                name=name,
                name_key=folded(name),
                description=description,
                channel_id=channel_id,
                announce_days_before=announce_days_before,
                evening_before=evening_before,
                evening_off=evening_off,
                reminders=reminders,
                look_ahead=look_ahead,
                upcoming=upcoming,
                # Nobody may learn of a group through the morning post before Discord's permissions were looked at.
                open_to_morning=False,
                created_at=self._tx.now,
            )
        )
        assert result.inserted_primary_key is not None
        self.forget()
        return await self.get(result.inserted_primary_key[0])

    @once_in_a_view
    async def get(self, group_id: int) -> StudyGroup:
        """The group with this id."""
        found = await self._find(study_groups.c.id == group_id)
        if not found:
            raise Unknown("group", str(group_id))
        return found[0]

    async def named(self, name: str) -> StudyGroup | None:
        """The standing group with this name; archived ones have given theirs back."""
        found = await self._find(study_groups.c.name_key == folded(name))
        return found[0] if found else None

    @once_in_a_view
    async def all(self, *, archived: bool = False) -> list[StudyGroup]:
        """The groups in order of creation."""
        return await self._read(_with_organizers if archived else _standing)

    async def change(self, group_id: int, **values: Any) -> StudyGroup:
        """Set columns; returns the group as changed."""
        if values.keys() & {"name", "archived_at"}:
            values["name_key"] = _key(replace(await self.get(group_id), **values))
        await self._tx.execute(
            update(study_groups)
            .where(study_groups.c.guild_id == self._tx.guild_id, study_groups.c.id == group_id)
            .values(**values)
        )
        self.forget()
        return await self.get(group_id)

    async def add_organizer(self, group_id: int, member_id: int) -> None:
        """Make a member an organizer of the group."""
        group = await self.get(group_id)
        if member_id not in group.organizers:
            await self._tx.execute(
                insert(group_organizers).values(
                    guild_id=self._tx.guild_id, group_id=group_id, member_id=member_id, since=self._tx.now
                )
            )
            self.forget()

    async def remove_organizer(self, group_id: int, member_id: int) -> None:
        """The member is no longer an organizer of the group."""
        await self._tx.execute(
            delete(group_organizers).where(
                group_organizers.c.guild_id == self._tx.guild_id,
                group_organizers.c.group_id == group_id,
                group_organizers.c.member_id == member_id,
            )
        )
        self.forget()

    async def _find(self, *where: Any) -> list[StudyGroup]:
        return await self._read(_with_organizers.where(*where))

    async def _read(self, statement: Select[Any]) -> list[StudyGroup]:
        found: dict[int, dict[str, Any]] = {}
        organizers: defaultdict[int, set[int]] = defaultdict(set)
        for row in (await self._tx.execute(statement, {"guild": self._tx.guild_id})).mappings():
            values = dict(row)
            if organizer := values.pop("organizer_id"):
                organizers[row["id"]].add(organizer)
            found[row["id"]] = values | {"reminders": tuple(values["reminders"])}
        return [StudyGroup(**values, organizers=frozenset(organizers[key])) for key, values in found.items()]
