"""Members as hosts of sessions."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("communities", schema=None) as batch_op:
        batch_op.add_column(sa.Column("members_may_host", sa.Boolean(), server_default=sa.true(), nullable=False))
    with op.batch_alter_table("sessions", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_sessions_guild_id_host_id_ends_at"), ["guild_id", "host_id", "ends_at"], unique=False
        )
    # Until now this column held who had scheduled the session, which the audit knows, too. None of these people chose
    # to be named as a host in public.
    op.execute("UPDATE sessions SET host_id = 0")
