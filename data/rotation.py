"""Rotations in SQL: each group's roster, the turns taken at its sessions, and when people can't lecture."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping
from datetime import UTC, datetime
from typing import Any

import msgspec
from msgspec.structs import asdict, replace
from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    ColumnElement,
    ForeignKey,
    Index,
    Integer,
    String,
    Table,
    UniqueConstraint,
    and_,
    delete,
    exists,
    func,
    insert,
    select,
    update,
)

from bot.domain.industries import own_key
from bot.domain.rotation import (
    OPEN,
    Away,
    Member,
    Roster,
    RotationSettings,
    Turn,
    TurnState,
    Unavailability,
    Why,
)
from data.industries import profile_industries
from data.restrictions import restrictions
from data.schema import Instant, Json, guild, load, member, metadata, row_id, words
from data.sessions import sessions
from data.transaction import Repository, Transaction, batches

rotations = Table(
    "rotations",
    metadata,
    row_id(),
    guild(),
    Column("group_id", BigInteger, ForeignKey("study_groups.id"), nullable=False),
    Column("priority", String(10), nullable=False),
    Column("per_session", Integer, nullable=False),
    Column("ask_days_before", Integer, nullable=False),
    Column("answer_within_days", Integer, nullable=False),
    Column("grace_days", Integer, nullable=False),
    Column("spread", Integer, nullable=False),
    Column("base", Integer, nullable=False),
    # Of a lecture, not of a person: it says nothing of who gave it.
    words("previous", "keep:the industries heard last", Json, nullable=False),
    UniqueConstraint("group_id"),
)
rotation_members = Table(
    "rotation_members",
    metadata,
    row_id(),
    guild(),
    Column("group_id", BigInteger, ForeignKey("study_groups.id"), nullable=False),
    member("member_id", "erase", nullable=False),
    Column("joined", Instant, nullable=False),
    # Who leaves keeps the row, for when they come back.
    Column("left_at", Instant),
    Column("load", Integer, nullable=False),
    Column("owes", Boolean, nullable=False),
    Column("last_turn", Instant),
    Column("given", Integer, nullable=False),
    UniqueConstraint("group_id", "member_id"),
    Index(None, "guild_id", "member_id"),
)
unavailabilities = Table(
    "unavailabilities",
    metadata,
    row_id(),
    guild(),
    member("member_id", "erase", nullable=False),
    Column("since", Instant, nullable=False),
    Column("until", Instant, nullable=False),
    words("reason", "erase", nullable=False),
    Index(None, "guild_id", "member_id"),
    # The id stands in buttons that outlive the row.
    sqlite_autoincrement=True,
)
turns = Table(
    "turns",
    metadata,
    row_id(),
    guild(),
    Column("session_id", BigInteger, ForeignKey("sessions.id"), nullable=False),
    Column("place", Integer, nullable=False),
    # The place again while the turn fills it, so that the database itself refuses a second lecturer for it. An index
    # with a condition would do so, too, but its mere definition loads the other database's dialect at every start.
    Column("fills", Integer),
    # 0: a guest.
    member("member_id", "anonymise", nullable=False),
    Column("state", String(10), nullable=False),
    Column("asked_at", Instant, nullable=False),
    Column("answer_due", Instant),
    Column("closed_at", Instant),
    Column("industry", String(30), nullable=False),
    Column("by_hand", Boolean, nullable=False),
    member("asked_by", "anonymise"),
    words("theme", "erase"),
    words("outline", "erase"),
    words("reason", "erase"),
    words("reading", "erase"),
    words("why", "erase", Json),
    UniqueConstraint("session_id", "fills"),
    Index(None, "guild_id", "session_id"),
    Index(None, "guild_id", "member_id", "state"),
)

_SETTINGS = RotationSettings.__struct_fields__
_rotation = [*(rotations.c[name] for name in _SETTINGS), rotations.c.base, rotations.c.previous]
_member = [c for c in rotation_members.c if c.name not in {"id", "guild_id", "group_id", "member_id", "left_at"}]
_SAID = ("theme", "outline", "reason", "reading")
_turn = [
    turns.c.session_id.label("slot_id"),
    *(turns.c[name] for name in Turn.__struct_fields__ if name not in ("slot_id", "asked_by", *_SAID)),
    func.coalesce(turns.c.asked_by, 0).label("asked_by"),
    # Erased, or from before these were kept, they are empty.
    *(func.coalesce(turns.c[name], "").label(name) for name in _SAID),
]
_unavailable = [c for c in unavailabilities.c if c.name != "guild_id"]
_IN_COLUMNS = ("slot_id", "place", "member_id")
"""What of a `Why` its turn's row says already; so no person's id stands in a text."""
_FOR_EVER = datetime.max.replace(tzinfo=UTC)


class SqlRotation(Repository):
    """The rotations of one community; see `bot.domain.rotation.RotationRepository`."""

    def __init__(self, transaction: Transaction) -> None:
        super().__init__(transaction)
        self._kept: dict[int, bool] = {}

    # The roster

    async def roster(self, group_id: int) -> Roster:
        """A group's rotation as it stands."""
        where = (rotations.c.guild_id == self._tx.guild_id, rotations.c.group_id == group_id)
        row = (await self._tx.execute(select(*_rotation).where(*where))).one_or_none()
        if row is None:
            return Roster()
        settings = RotationSettings(**{name: getattr(row, name) for name in _SETTINGS})
        now_on_it = (rotation_members.c.group_id == group_id, rotation_members.c.left_at.is_(None))
        return Roster(await self._members(*now_on_it), row.base, frozenset(row.previous), settings)

    async def save(self, group_id: int, before: Roster, after: Roster) -> None:
        """Write what differs between the two."""
        if _of_rotation(before) != _of_rotation(after) or not before.members:
            await self._put_rotation(group_id, _of_rotation(after))
        known = {one.id: one for one in before.members}
        for one in after.members:
            if one.id not in known:
                await self._put_member(group_id, one.id, {**_of_member(one), "left_at": None})
            elif _of_member(one) != _of_member(known[one.id]):
                await self._put_member(group_id, one.id, _of_member(one))
        for member_id in known.keys() - {one.id for one in after.members}:
            await self._put_member(group_id, member_id, {"left_at": self._tx.now})

    async def is_kept(self, group_id: int) -> bool:
        """Whether anybody has ever joined the group's rotation."""
        if group_id not in self._kept:
            of = rotations.c
            where = (of.guild_id == self._tx.guild_id, of.group_id == group_id)
            self._kept[group_id] = (await self._tx.execute(select(of.id).where(*where))).first() is not None
        return self._kept[group_id]

    async def places(self, group_id: int) -> int:
        """How many lecture at each session of a group."""
        of, on_it = rotations.c, rotation_members.c
        somebody = exists().where(on_it.guild_id == of.guild_id, on_it.group_id == of.group_id, on_it.left_at.is_(None))
        where = (of.guild_id == self._tx.guild_id, of.group_id == group_id, somebody)
        return (await self._tx.execute(select(of.per_session).where(*where))).scalar_one_or_none() or 0

    async def former(self, group_id: int, member_ids: Collection[int]) -> tuple[Member, ...]:
        """The kept rows of those of these people who have left the roster."""
        of = rotation_members.c
        return await self._members(of.group_id == group_id, of.member_id.in_(member_ids), of.left_at.is_not(None))

    async def groups_of(self, member_id: int) -> list[int]:
        """The groups on whose roster this person is."""
        of = rotation_members.c
        where = (of.guild_id == self._tx.guild_id, of.member_id == member_id, of.left_at.is_(None))
        return list((await self._tx.execute(select(of.group_id).where(*where).order_by(of.group_id))).scalars())

    async def rosters(self) -> Mapping[int, frozenset[int]]:
        """Who takes part in each group's rotation."""
        of, found = rotation_members.c, defaultdict[int, set[int]](set)
        where = (of.guild_id == self._tx.guild_id, of.left_at.is_(None))
        for row in await self._tx.execute(select(of.group_id, of.member_id).where(*where)):
            found[row.group_id].add(row.member_id)
        return {group_id: frozenset(members) for group_id, members in found.items()}

    async def _members(self, *where: Any) -> tuple[Member, ...]:
        """Those whose rows fulfil this, with their industry and when they are away."""
        of = rotation_members.c
        where = (of.guild_id == self._tx.guild_id, *where)
        rows = await self._tx.execute(select(of.member_id.label("id"), *_member).where(*where).order_by(of.member_id))
        found = [dict(row) for row in rows.mappings()]
        if not found:
            return ()
        industry, away = await self._industries(*where), await self._away(*where)
        restricted = await self._restricted(*where)
        return tuple(
            Member(
                **row,
                industry=industry.get(row["id"], ""),
                away=tuple(away.get(row["id"], ())),
                restricted_until=restricted.get(row["id"]),
            )
            for row in found
        )

    async def _industries(self, *where: Any) -> dict[int, str]:
        """The first industry of their profiles."""
        of = profile_industries.c
        rows = await self._tx.execute(
            select(of.member_id, of.bundled, of.own_id)
            .join(rotation_members, _same_person(profile_industries))
            .where(*where, of.until.is_(None))
            # The first one comes last, and stays.
            .order_by(of.position.desc(), of.id.desc())
        )
        return {row.member_id: own_key(row.own_id) if row.own_id else row.bundled for row in rows}

    async def _away(self, *where: Any) -> dict[int, list[Away]]:
        of, found = unavailabilities.c, defaultdict[int, list[Away]](list)
        rows = await self._tx.execute(
            select(of.member_id, of.since, of.until)
            .join(rotation_members, _same_person(unavailabilities))
            .where(*where)
            .order_by(of.since, of.id)
        )
        for row in rows:
            found[row.member_id].append(Away(row.since, row.until))
        return found

    async def _restricted(self, *where: Any) -> dict[int, datetime]:
        """Until when a moderator keeps each from lecturing, if one does or did: from the rotation, or from sessions."""
        of = restrictions.c
        rows = await self._tx.execute(
            select(of.member_id, of.until).join(rotation_members, _same_person(restrictions)).where(*where)
        )
        found: dict[int, datetime] = {}
        for row in rows:
            found[row.member_id] = max(row.until or _FOR_EVER, found.get(row.member_id, row.until or _FOR_EVER))
        return found

    async def _put_rotation(self, group_id: int, values: dict[str, Any]) -> None:
        self._kept.pop(group_id, None)
        key = (rotations.c.guild_id == self._tx.guild_id, rotations.c.group_id == group_id)
        changed = await self._tx.execute(update(rotations).where(*key).values(**values))
        if not changed.rowcount:
            await self._tx.execute(insert(rotations).values(guild_id=self._tx.guild_id, group_id=group_id, **values))

    async def _put_member(self, group_id: int, member_id: int, values: dict[str, Any]) -> None:
        key = {"guild_id": self._tx.guild_id, "group_id": group_id, "member_id": member_id}
        where = [rotation_members.c[name] == value for name, value in key.items()]
        changed = await self._tx.execute(update(rotation_members).where(*where).values(**values))
        if not changed.rowcount:
            await self._tx.execute(insert(rotation_members).values(**key, **values))

    # Turns

    async def turns(self, session_ids: Collection[int]) -> dict[int, tuple[Turn, ...]]:
        """All turns there ever were at these sessions."""
        ids, found = list(session_ids), defaultdict[int, list[Turn]](list)
        for some in batches(ids):
            for turn in await self._turns(turns.c.session_id.in_(some)):
                found[turn.slot_id].append(turn)
        return {session_id: tuple(some) for session_id, some in found.items()}

    async def open_turns(self, member_id: int) -> list[Turn]:
        """The turns that this person is asked for or has confirmed."""
        return await self._turns(turns.c.member_id == member_id, turns.c.state.in_(sorted(OPEN)))

    async def turn(self, turn_id: int) -> Turn | None:
        """The turn with this id."""
        return next(iter(await self._turns(turns.c.id == turn_id)), None)

    async def put(self, turn: Turn, why: Why | None = None) -> Turn:
        """Write a turn: a new row if it has no id; else what it has become."""
        values = {name: value for name, value in asdict(turn).items() if name not in {"slot_id", "id"}}
        fills = turn.place if turn.is_standing else None
        values |= {"session_id": turn.slot_id, "state": turn.state.value, "fills": fills}
        if why is not None:
            facts = msgspec.to_builtins(why)
            values["why"] = {name: fact for name, fact in facts.items() if name not in _IN_COLUMNS}
        return replace(turn, id=await self._put(turns, turn.id, values))

    async def why(self, turn_id: int) -> Why | None:
        """Why the rule chose somebody, as it was when they were asked."""
        where = (turns.c.guild_id == self._tx.guild_id, turns.c.id == turn_id)
        row = (await self._tx.execute(select(*_turn, turns.c.why).where(*where))).one_or_none()
        if row is None or row.why is None:
            return None
        return msgspec.convert({**row.why, **{name: getattr(row, name) for name in _IN_COLUMNS}}, Why)

    async def covered(self, group_id: int) -> frozenset[str]:
        """The industries that the group's lectures were about."""
        rows = await self._tx.execute(
            select(turns.c.industry)
            .distinct()
            .join(sessions, sessions.c.id == turns.c.session_id)
            .where(
                turns.c.guild_id == self._tx.guild_id,
                turns.c.state == TurnState.GIVEN.value,
                turns.c.industry != "",
                sessions.c.group_id == group_id,
            )
        )
        return frozenset(rows.scalars())

    async def _turns(self, *where: Any) -> list[Turn]:
        own = (turns.c.guild_id == self._tx.guild_id, *where)
        rows = await self._tx.execute(select(*_turn).where(*own).order_by(turns.c.id))
        return [load(Turn, row, state=TurnState) for row in rows]

    # When people can't lecture

    async def unavailable(self, member_id: int) -> list[Unavailability]:
        """This person's windows, by their beginning."""
        of = unavailabilities.c
        where = (of.guild_id == self._tx.guild_id, of.member_id == member_id)
        rows = await self._tx.execute(select(*_unavailable).where(*where).order_by(of.since, of.id))
        return [load(Unavailability, row) for row in rows]

    async def put_unavailable(self, window: Unavailability) -> Unavailability:
        """Write a window: a new row if it has no id; else what it has become."""
        values = {name: value for name, value in asdict(window).items() if name != "id"}
        return replace(window, id=await self._put(unavailabilities, window.id, values))

    async def remove_unavailable(self, member_id: int, unavailability_id: int | None = None) -> int:
        """Forget this one of the person's, or all."""
        of = unavailabilities.c
        where = [of.guild_id == self._tx.guild_id, of.member_id == member_id]
        if unavailability_id is not None:
            where.append(of.id == unavailability_id)
        return (await self._tx.execute(delete(unavailabilities).where(*where))).rowcount

    async def _put(self, table: Table, key: int, values: dict[str, Any]) -> int:
        """Write a new row if there is no key yet, else change that one; returns its key."""
        if key:
            where = (table.c.guild_id == self._tx.guild_id, table.c.id == key)
            await self._tx.execute(update(table).where(*where).values(**values))
            return key
        added = await self._tx.execute(insert(table).values(guild_id=self._tx.guild_id, **values))
        assert added.inserted_primary_key is not None
        return added.inserted_primary_key[0]


def _same_person(table: Table) -> ColumnElement[bool]:
    return and_(table.c.guild_id == rotation_members.c.guild_id, table.c.member_id == rotation_members.c.member_id)


def _of_rotation(roster: Roster) -> dict[str, Any]:
    """The columns of a rotation's own row."""
    return {**asdict(roster.settings), "base": roster.base, "previous": sorted(roster.previous)}


def _of_member(one: Member) -> dict[str, Any]:
    """The columns of a member's row that tell where they stand."""
    return {column.name: getattr(one, column.name) for column in _member}
