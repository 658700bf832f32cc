"""Themes before they have a date."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0027"
down_revision = "0026"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "topic_boards",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("guild_id", sa.BigInteger(), nullable=False),
        sa.Column("group_id", sa.BigInteger(), nullable=False),
        sa.Column("channel_id", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["group_id"], ["study_groups.id"], name=op.f("fk_topic_boards_group_id_study_groups")),
        sa.ForeignKeyConstraint(
            ["guild_id"], ["communities.guild_id"], name=op.f("fk_topic_boards_guild_id_communities")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_topic_boards")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("topic_boards", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_topic_boards_guild_id_group_id"), ["guild_id", "group_id"], unique=False)

    with op.batch_alter_table("topics", schema=None) as batch_op:
        batch_op.add_column(sa.Column("proposer_id", sa.BigInteger(), server_default="0", nullable=False))
        batch_op.add_column(sa.Column("state", sa.String(length=10), server_default="open", nullable=False))
        batch_op.add_column(sa.Column("planned_session_id", sa.BigInteger(), nullable=True))
        batch_op.create_index(batch_op.f("ix_topics_guild_id_proposer_id"), ["guild_id", "proposer_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_topics_planned_session_id"), ["planned_session_id"], unique=False)
        batch_op.create_foreign_key(
            batch_op.f("fk_topics_planned_session_id_sessions"), "sessions", ["planned_session_id"], ["id"]
        )
