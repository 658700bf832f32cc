"""Reminders at a group's own times, and how far it looks ahead."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("study_groups", schema=None) as batch_op:
        batch_op.add_column(sa.Column("reminders", sa.Text(), nullable=False, server_default="[]"))
        batch_op.add_column(sa.Column("look_ahead", sa.Integer(), nullable=False, server_default="0"))
        batch_op.add_column(sa.Column("upcoming", sa.Boolean(), nullable=False, server_default=sa.false()))
