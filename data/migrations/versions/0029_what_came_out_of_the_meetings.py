"""What came out of the meetings."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0029"
down_revision = "0028"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "spinoffs",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("guild_id", sa.BigInteger(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("about", sa.Text(), nullable=False),
        sa.Column("session_id", sa.BigInteger(), nullable=True),
        sa.Column("adder_id", sa.BigInteger(), nullable=False),
        sa.Column("added_at", sa.BigInteger(), nullable=False),
        sa.Column("state_since", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["guild_id"], ["communities.guild_id"], name=op.f("fk_spinoffs_guild_id_communities")),
        sa.ForeignKeyConstraint(["session_id"], ["sessions.id"], name=op.f("fk_spinoffs_session_id_sessions")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_spinoffs")),
    )
    with op.batch_alter_table("spinoffs", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_spinoffs_guild_id_added_at"), ["guild_id", "added_at"], unique=False)

    op.create_table(
        "spinoff_members",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("guild_id", sa.BigInteger(), nullable=False),
        sa.Column("spinoff_id", sa.BigInteger(), nullable=False),
        sa.Column("member_id", sa.BigInteger(), nullable=False),
        sa.Column("agreed", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["guild_id"], ["communities.guild_id"], name=op.f("fk_spinoff_members_guild_id_communities")
        ),
        sa.ForeignKeyConstraint(["spinoff_id"], ["spinoffs.id"], name=op.f("fk_spinoff_members_spinoff_id_spinoffs")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_spinoff_members")),
        sa.UniqueConstraint("spinoff_id", "member_id", name=op.f("uq_spinoff_members_spinoff_id_member_id")),
    )
    with op.batch_alter_table("spinoff_members", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_spinoff_members_guild_id_member_id"), ["guild_id", "member_id"], unique=False
        )
