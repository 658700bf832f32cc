"""Messages that become questions, and what their authors are asked for it."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0030"
down_revision = "0029"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "question_offers",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("guild_id", sa.BigInteger(), nullable=False),
        sa.Column("proposer_id", sa.BigInteger(), nullable=False),
        sa.Column("author_id", sa.BigInteger(), nullable=False),
        sa.Column("channel_id", sa.BigInteger(), nullable=False),
        sa.Column("message_id", sa.BigInteger(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("answered", sa.Boolean(), nullable=False),
        sa.Column("made_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["guild_id"], ["communities.guild_id"], name=op.f("fk_question_offers_guild_id_communities")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_question_offers")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("question_offers", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_question_offers_guild_id_message_id"), ["guild_id", "message_id"], unique=False
        )

    with op.batch_alter_table("questions", schema=None) as batch_op:
        batch_op.add_column(sa.Column("source_channel", sa.BigInteger(), server_default="0", nullable=False))
        batch_op.add_column(sa.Column("source_message", sa.BigInteger(), server_default="0", nullable=False))
