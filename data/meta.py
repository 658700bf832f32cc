"""Facts about the bot itself, such as which commands Discord has been told of. They belong to no community."""

from __future__ import annotations

from sqlalchemy import Column, String, Table, Text, delete, insert, select

from data.connections import Connections
from data.schema import metadata

meta = Table(
    "meta",
    metadata,
    Column("key", String(60), primary_key=True),
    Column("value", Text, nullable=False),
)


async def read(connections: Connections, key: str) -> str | None:
    """The value kept under a key."""
    async with connections.reading() as connection:
        return (await connection.execute(select(meta.c.value).where(meta.c.key == key))).scalar()


async def write(connections: Connections, key: str, value: str) -> None:
    """Keep a value under a key."""
    async with connections.writing() as connection:
        await connection.execute(delete(meta).where(meta.c.key == key))
        await connection.execute(insert(meta).values(key=key, value=value))
