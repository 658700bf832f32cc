"""Runs the migrations on the connection that `data/upgrade.py` opened, inside its transaction."""

from __future__ import annotations

from typing import Any, Literal

from alembic import context
from sqlalchemy import DefaultClause, false, true

from data.upgrade import is_compared


def render_item(kind: str, item: Any, _: Any) -> str | Literal[False]:
    """Write a truth value as such; as SQLite's 0 or 1, the default of a boolean, PostgreSQL would refuse it."""
    if kind == "server_default" and isinstance(item, DefaultClause):
        for value, words in ((false(), "sa.false()"), (true(), "sa.true()")):
            if isinstance(item.arg, type(value)):
                return words
    return False


connection = context.config.attributes["connection"]

context.configure(
    connection=connection,
    target_metadata=context.config.attributes["metadata"],
    # SQLite can't alter most of a table; Alembic copies it instead.
    render_as_batch=True,
    # Both databases can undo a change of a table, once the driver leaves transactions to us.
    transactional_ddl=True,
    compare_type=True,
    render_item=render_item,
    include_name=is_compared,
)
with context.begin_transaction():
    context.run_migrations()
