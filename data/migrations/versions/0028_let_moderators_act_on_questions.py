"""Hidden questions and those that are the same as another; people restricted through a question, unseen."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0028"
down_revision = "0027"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "question_hidings",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("guild_id", sa.BigInteger(), nullable=False),
        sa.Column("question_id", sa.BigInteger(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("hidden_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["guild_id"], ["communities.guild_id"], name=op.f("fk_question_hidings_guild_id_communities")
        ),
        sa.ForeignKeyConstraint(
            ["question_id"], ["questions.id"], name=op.f("fk_question_hidings_question_id_questions")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_question_hidings")),
        sa.UniqueConstraint("guild_id", "question_id", name=op.f("uq_question_hidings_guild_id_question_id")),
    )
    with op.batch_alter_table("questions", schema=None) as batch_op:
        batch_op.add_column(sa.Column("merged_into", sa.BigInteger(), nullable=True))
        batch_op.create_index(
            batch_op.f("ix_questions_guild_id_merged_into"), ["guild_id", "merged_into"], unique=False
        )

    with op.batch_alter_table("restrictions", schema=None, table_kwargs={"sqlite_autoincrement": True}) as batch_op:
        batch_op.add_column(sa.Column("question_id", sa.BigInteger(), nullable=True))
        batch_op.alter_column("member_id", existing_type=sa.BIGINT(), nullable=True)
        batch_op.create_unique_constraint(
            batch_op.f("uq_restrictions_guild_id_question_id"), ["guild_id", "question_id"]
        )
        batch_op.create_foreign_key(
            batch_op.f("fk_restrictions_question_id_questions"), "questions", ["question_id"], ["id"]
        )
