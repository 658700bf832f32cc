"""Databases for tests: a file, and a database of its own on the PostgreSQL server that TEST_POSTGRES_URL names."""

from __future__ import annotations

import os
import uuid
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

import asyncpg
import pytest

SERVER = os.environ.get("TEST_POSTGRES_URL", "")

KINDS = [
    "sqlite",
    pytest.param(
        "postgres",
        marks=[
            pytest.mark.postgres,
            pytest.mark.skipif(not SERVER, reason="no PostgreSQL server in TEST_POSTGRES_URL"),
        ],
    ),
]


@asynccontextmanager
async def postgres_database() -> AsyncGenerator[str]:
    """The URL of a new, empty PostgreSQL database, dropped at the end."""
    name = f"test_{uuid.uuid4().hex}"
    server = await asyncpg.connect(SERVER)
    try:
        await server.execute(f"create database {name}")
        try:
            yield f"{SERVER.rpartition('/')[0]}/{name}"
        finally:
            await server.execute(f"drop database {name} with (force)")
    finally:
        await server.close()
