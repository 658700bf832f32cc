"""What the messages say for which people thanked, and those that were made questions."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0032"
down_revision = "0031"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "thanked_messages",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("guild_id", sa.BigInteger(), nullable=False),
        sa.Column("question_id", sa.BigInteger(), nullable=False),
        sa.Column("channel_id", sa.BigInteger(), nullable=False),
        sa.Column("message_id", sa.BigInteger(), nullable=False),
        sa.Column("author_id", sa.BigInteger(), nullable=True),
        sa.Column("text", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["guild_id"], ["communities.guild_id"], name=op.f("fk_thanked_messages_guild_id_communities")
        ),
        sa.ForeignKeyConstraint(
            ["question_id"], ["questions.id"], name=op.f("fk_thanked_messages_question_id_questions")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_thanked_messages")),
        sa.UniqueConstraint("guild_id", "message_id", name=op.f("uq_thanked_messages_guild_id_message_id")),
    )
    with op.batch_alter_table("thanked_messages", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_thanked_messages_guild_id_question_id"), ["guild_id", "question_id"], unique=False
        )

    with op.batch_alter_table("questions", schema=None) as batch_op:
        batch_op.add_column(sa.Column("source_text", sa.Text(), server_default="", nullable=False))
        batch_op.create_index(
            batch_op.f("ix_questions_guild_id_source_message"), ["guild_id", "source_message"], unique=False
        )
