"""Questions for lecturers, and what they give to read ahead."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "lecture_questions",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("guild_id", sa.BigInteger(), nullable=False),
        sa.Column("session_id", sa.BigInteger(), nullable=False),
        sa.Column("member_id", sa.BigInteger(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("anonymous", sa.Boolean(), nullable=False),
        sa.Column("asked_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["guild_id"], ["communities.guild_id"], name=op.f("fk_lecture_questions_guild_id_communities")
        ),
        sa.ForeignKeyConstraint(["session_id"], ["sessions.id"], name=op.f("fk_lecture_questions_session_id_sessions")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_lecture_questions")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("lecture_questions", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_lecture_questions_guild_id_member_id"), ["guild_id", "member_id"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_lecture_questions_guild_id_session_id"), ["guild_id", "session_id"], unique=False
        )
    with op.batch_alter_table("turns", schema=None) as batch_op:
        batch_op.add_column(sa.Column("reading", sa.Text(), nullable=True))
