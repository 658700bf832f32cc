"""What all tables share: the metadata, the types, and the marks that say what is personal.

Every table carries `guild_id`. A column that holds a member's id, or free text that a person wrote or that is about a
person, is made by `member` or `words` and says in `info["personal"]` what erasure does with it: "erase" (the row's
value goes), "anonymise" (it is replaced), or "keep:<reason>". Export and erasure walk this metadata.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, time, timedelta
from typing import Any, TypeVar

import msgspec
from sqlalchemy import BigInteger, Column, ForeignKey, Integer, MetaData, String, Text
from sqlalchemy.engine import Dialect
from sqlalchemy.types import TypeDecorator

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
        "pk": "pk_%(table_name)s",
    }
)

RowId = BigInteger().with_variant(Integer(), "sqlite")
"""A row's own id: 64 bits; SQLite numbers rows by itself only in a column declared INTEGER."""

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


class Instant(TypeDecorator[datetime]):
    """An aware datetime, stored as microseconds since 1970 UTC: exact, sortable and alike in both databases."""

    impl = BigInteger
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> int | None:
        """Refuses naive datetimes: they have no instant."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"a naive datetime has no instant: {value!r}")
        return (value - _EPOCH) // _MICROSECOND

    def result_processor(self, dialect: Dialect, coltype: object) -> Any:
        """To aware UTC. Not as `process_result_value`, which is called through another: each row has some of these."""

        def read(value: int | None) -> datetime | None:
            return None if value is None else _EPOCH + timedelta(0, 0, value)

        return read


class WallClock(TypeDecorator[time]):
    """A time of day without a zone, stored as "07:00"."""

    impl = String(5)
    cache_ok = True

    def process_bind_param(self, value: time | None, dialect: Dialect) -> str | None:
        """Minutes are the finest unit."""
        return None if value is None else value.strftime("%H:%M")

    def process_result_value(self, value: Any | None, dialect: Dialect) -> time | None:
        """A naive time."""
        return None if value is None else time.fromisoformat(value)


class Json(TypeDecorator[Any]):
    """JSON values as text."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: Any | None, dialect: Dialect) -> str | None:
        """Encoded with sorted keys, so that equal values are equal texts."""
        return None if value is None else msgspec.json.encode(value, order="sorted").decode()

    def process_result_value(self, value: Any | None, dialect: Dialect) -> Any:
        """Decoded."""
        return None if value is None else msgspec.json.decode(value)


class MemberId(TypeDecorator[int]):
    """A person's Discord id (64 bits). Its own type, so that no column with one escapes export and erasure."""

    impl = BigInteger
    cache_ok = True


def row_id() -> Column[int]:
    """The table's own key."""
    return Column("id", RowId, primary_key=True)


def guild() -> Column[int]:
    """The community that the row belongs to."""
    return Column("guild_id", BigInteger, ForeignKey("communities.guild_id"), nullable=False)


def member(name: str, personal: str, **options: Any) -> Column[int]:
    """A column with a member's id; `personal` says what erasure does with it."""
    return Column(name, MemberId, info={"personal": personal}, **options)


def words(name: str, personal: str, kind: Any = Text, **options: Any) -> Column[Any]:
    """A column with text that a person wrote or that may be about one."""
    return Column(name, kind, info={"personal": personal}, **options)


T = TypeVar("T")


def load(kind: type[T], row: Any, **readers: Callable[[Any], Any]) -> T:
    """A domain value from a row whose columns have the value's field names.

    `readers` make of what a column holds what the field of that name holds.
    """
    values = dict(row._mapping)
    for name, read in readers.items():
        values[name] = read(values[name])
    return kind(**values)
