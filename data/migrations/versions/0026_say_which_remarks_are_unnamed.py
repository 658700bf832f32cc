"""Say which remarks are unnamed."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0026"
down_revision = "0025"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("question_remarks", schema=None) as batch_op:
        batch_op.add_column(sa.Column("unnamed", sa.Boolean(), server_default=sa.false(), nullable=False))
    # Nobody's name was ever forgotten so far: each remark without one is of whoever asked.
    op.execute("UPDATE question_remarks SET unnamed = (member_id IS NULL)")
