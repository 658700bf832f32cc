"""Groups in which nobody is reminded on the evening before."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("study_groups", schema=None) as batch_op:
        batch_op.add_column(sa.Column("evening_off", sa.Boolean(), nullable=False, server_default=sa.false()))
