"""Files of questions, until their posts have them."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0031"
down_revision = "0030"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "question_files",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("guild_id", sa.BigInteger(), nullable=False),
        sa.Column("question_id", sa.BigInteger(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=True),
        sa.ForeignKeyConstraint(
            ["guild_id"], ["communities.guild_id"], name=op.f("fk_question_files_guild_id_communities")
        ),
        sa.ForeignKeyConstraint(
            ["question_id"], ["questions.id"], name=op.f("fk_question_files_question_id_questions")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_question_files")),
        sa.UniqueConstraint("guild_id", "question_id", name=op.f("uq_question_files_guild_id_question_id")),
    )
