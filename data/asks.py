"""Who is asked which question, in SQL."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from typing import Any, cast

from msgspec.structs import replace
from sqlalchemy import (
    BigInteger,
    Column,
    ForeignKey,
    Index,
    Integer,
    String,
    Table,
    UniqueConstraint,
    func,
    insert,
    or_,
    select,
    union_all,
    update,
)

from bot.domain.industries import own_key
from bot.domain.questions.asks import WAITING, Ask, AskedSoFar, AskState, Call
from bot.domain.questions.routing import Reason
from data.industries import profile_industries
from data.schema import Instant, guild, load, member, metadata, row_id, words
from data.transaction import Repository, Transaction, batches

asks = Table(
    "asks",
    metadata,
    row_id(),
    guild(),
    Column("question_id", BigInteger, ForeignKey("questions.id"), nullable=False),
    member("member_id", "erase", nullable=False),
    Column("call", Integer, nullable=False),
    Column("number", Integer, nullable=False),
    # The reason that they read.
    Column("kind", String(10), nullable=False),
    words("about", "erase", nullable=False),
    Column("about_at", Instant),
    Column("people", Integer, nullable=False),
    Column("state", String(10), nullable=False),
    Column("asked_at", Instant, nullable=False),
    Column("ends_at", Instant, nullable=False),
    Column("delivered_at", Instant),
    Column("taken_at", Instant),
    # The database itself refuses to ask somebody twice.
    UniqueConstraint("question_id", "member_id"),
    Index(None, "guild_id", "member_id", "delivered_at"),
    Index(None, "guild_id", "delivered_at", "member_id"),
    # The id stands in messages that outlive the row.
    sqlite_autoincrement=True,
)
question_calls = Table(
    "question_calls",
    metadata,
    row_id(),
    guild(),
    Column("question_id", BigInteger, ForeignKey("questions.id"), nullable=False),
    Column("number", Integer, nullable=False),
    Column("began_at", Instant, nullable=False),
    Column("ended_at", Instant),
    Column("why", String(10)),
    UniqueConstraint("question_id", "number"),
)
_of, _call = asks.c, question_calls.c
_IN_REASON = ("kind", "about", "about_at", "people")
_columns = [column for column in _of if column.name != "guild_id"]
_waiting = [state.value for state in WAITING]


class SqlAsks(Repository):
    """The asks of one community; see `bot.domain.questions.asks.AskRepository`."""

    async def add(self, ask: Ask) -> Ask:
        """Write a new one."""
        added = await self._tx.execute(insert(asks).values(guild_id=self._tx.guild_id, **_row(ask)))
        assert added.inserted_primary_key is not None
        return replace(ask, id=added.inserted_primary_key[0])

    async def store(self, ask: Ask) -> None:
        """Write how it stands now."""
        await self._tx.execute(update(asks).where(*self._own(_of.id == ask.id)).values(**_row(ask)))

    async def find(self, ask_id: int) -> Ask | None:
        """The one with this id."""
        return next(iter(await self._select(_of.id == ask_id)), None)

    async def of_question(self, question_id: int) -> list[Ask]:
        """All of a question, in order of asking."""
        return await self._select(_of.question_id == question_id)

    async def live_of(self, member_id: int) -> list[Ask]:
        """Those of a person that are waited for, or that they have taken."""
        return await self._select(_of.member_id == member_id, _of.state.in_([*_waiting, AskState.TAKEN.value]))

    async def so_far(self, question_ids: Collection[int]) -> dict[int, AskedSoFar]:
        """What everybody may know, by question."""
        found: dict[int, list[Ask]] = defaultdict(list)
        for some in batches(sorted(question_ids)):
            reached = or_(_of.delivered_at.is_not(None), _of.state == AskState.TAKEN.value)
            for ask in await self._select(_of.question_id.in_(some), reached):
                found[ask.question_id].append(ask)
        works_in = await self._main_industries({ask.member_id for each in found.values() for ask in each})
        return {question_id: _shown(each, works_in) for question_id, each in found.items()}

    async def calls(self, question_id: int) -> Sequence[Call]:
        """The calls of a question, in order."""
        rows = await self._tx.execute(
            select(*(_call[name] for name in Call.__struct_fields__))
            .where(_call.guild_id == self._tx.guild_id, _call.question_id == question_id)
            .order_by(_call.number)
        )
        return [load(Call, row) for row in rows]

    async def put_call(self, call: Call) -> None:
        """Write it, or how it stands now."""
        key = (
            _call.guild_id == self._tx.guild_id,
            _call.question_id == call.question_id,
            _call.number == call.number,
        )
        changed = await self._tx.execute(
            update(question_calls).where(*key).values(ended_at=call.ended_at, why=call.why)
        )
        if not changed.rowcount:
            values = {name: getattr(call, name) for name in Call.__struct_fields__}
            await self._tx.execute(insert(question_calls).values(guild_id=self._tx.guild_id, **values))

    async def _select(self, *where: Any) -> list[Ask]:
        rows = await self._tx.execute(select(*_columns).where(*self._own(*where)).order_by(_of.id))
        return [_as_ask(row) for row in rows]

    async def _main_industries(self, member_ids: Collection[int]) -> dict[int, str]:
        of, found = profile_industries.c, dict[int, str]()
        for some in batches(sorted(member_ids)):
            rows = await self._tx.execute(
                select(of.member_id, of.bundled, of.own_id)
                .where(of.guild_id == self._tx.guild_id, of.member_id.in_(some), of.until.is_(None))
                # The first one comes last, and stays.
                .order_by(of.position.desc(), of.id.desc())
            )
            found |= {row.member_id: row.bundled or own_key(row.own_id) for row in rows}
        return found

    def _own(self, *where: Any) -> tuple[Any, ...]:
        return (_of.guild_id == self._tx.guild_id, *where)


async def asked_before(
    tx: Transaction, now: datetime, since: datetime, member_ids: Collection[int] | None = None
) -> dict[int, tuple[datetime, ...]]:
    """When people were asked, by id: the latest time, and all since then.

    Of an ask that has not arrived yet nobody knows when it will: it counts as one of just now.
    """
    among = () if member_ids is None else (_of.member_id.in_(member_ids),)
    own = (_of.guild_id == tx.guild_id, *among)
    latest = func.max(_of.delivered_at).label("at")
    before = select(_of.member_id, latest).where(*own, _of.delivered_at.is_not(None)).group_by(_of.member_id)
    recent = select(_of.member_id, _of.delivered_at).where(*own, _of.delivered_at > since)
    coming = select(_of.member_id, _of.delivered_at).where(*own, _of.delivered_at.is_(None), _of.state.in_(_waiting))
    found: defaultdict[int, set[datetime]] = defaultdict(set)
    # Each statement costs more than its rows.
    rows = cast("Iterable[tuple[int, datetime | None]]", await tx.execute(union_all(before, recent, coming)))
    for member_id, at in rows:
        found[member_id].add(at or now)
    return {member_id: tuple(sorted(times)) for member_id, times in found.items()}


def _row(ask: Ask) -> dict[str, Any]:
    reason = ask.reason
    return {
        "question_id": ask.question_id,
        "member_id": ask.member_id,
        "call": ask.call,
        "number": ask.number,
        "kind": reason.kind,
        "about": reason.about,
        "about_at": reason.at,
        "people": reason.people,
        "state": ask.state.value,
        "asked_at": ask.asked_at,
        "ends_at": ask.ends_at,
        "delivered_at": ask.delivered_at,
        "taken_at": ask.taken_at,
    }


def _as_ask(row: Any) -> Ask:
    values = dict(row._mapping)
    kind, about, at, people = (values.pop(name) for name in _IN_REASON)
    state = AskState(values.pop("state"))
    return Ask(**values, state=state, reason=Reason(kind, about, at, people))


def _shown(each: Sequence[Ask], works_in: dict[int, str]) -> AskedSoFar:
    industries = dict.fromkeys(works_in[ask.member_id] for ask in each if ask.member_id in works_in)
    on_it = next((ask.member_id for ask in each if ask.state is AskState.TAKEN), 0)
    return AskedSoFar(len(each), tuple(industries), on_it)
