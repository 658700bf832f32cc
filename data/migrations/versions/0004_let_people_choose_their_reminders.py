"""Let people choose their reminders."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "own_reminders",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("guild_id", sa.BigInteger(), nullable=False),
        sa.Column("member_id", sa.BigInteger(), nullable=False),
        sa.Column("before", sa.Text(), nullable=True),
        sa.Column("evening", sa.String(length=5), nullable=True),
        sa.Column("evening_off", sa.Boolean(), nullable=False),
        sa.Column("by", sa.String(length=10), nullable=False),
        sa.ForeignKeyConstraint(
            ["guild_id"], ["communities.guild_id"], name=op.f("fk_own_reminders_guild_id_communities")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_own_reminders")),
        sa.UniqueConstraint("guild_id", "member_id", name=op.f("uq_own_reminders_guild_id_member_id")),
    )
    with op.batch_alter_table("members", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_members_member_id"), ["member_id"], unique=False)
