"""Introduce people to each other."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "introductions",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("guild_id", sa.BigInteger(), nullable=False),
        sa.Column("proposer_id", sa.BigInteger(), nullable=False),
        sa.Column("person_id", sa.BigInteger(), nullable=False),
        sa.Column("to_id", sa.BigInteger(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("proposed_at", sa.BigInteger(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("meeting_id", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(
            ["guild_id"], ["communities.guild_id"], name=op.f("fk_introductions_guild_id_communities")
        ),
        sa.ForeignKeyConstraint(["meeting_id"], ["meetings.id"], name=op.f("fk_introductions_meeting_id_meetings")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_introductions")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("introductions", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_introductions_guild_id_person_id_to_id"), ["guild_id", "person_id", "to_id"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_introductions_guild_id_proposer_id_proposed_at"),
            ["guild_id", "proposer_id", "proposed_at"],
            unique=False,
        )
        batch_op.create_index(
            batch_op.f("ix_introductions_guild_id_to_id_person_id"), ["guild_id", "to_id", "person_id"], unique=False
        )

    op.create_table(
        "introduction_answers",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("guild_id", sa.BigInteger(), nullable=False),
        sa.Column("introduction_id", sa.BigInteger(), nullable=False),
        sa.Column("member_id", sa.BigInteger(), nullable=False),
        sa.Column("answer", sa.String(length=10), nullable=True),
        sa.ForeignKeyConstraint(
            ["guild_id"], ["communities.guild_id"], name=op.f("fk_introduction_answers_guild_id_communities")
        ),
        sa.ForeignKeyConstraint(
            ["introduction_id"],
            ["introductions.id"],
            name=op.f("fk_introduction_answers_introduction_id_introductions"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_introduction_answers")),
        sa.UniqueConstraint(
            "introduction_id", "member_id", name=op.f("uq_introduction_answers_introduction_id_member_id")
        ),
    )
    with op.batch_alter_table("introduction_answers", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_introduction_answers_guild_id_member_id"), ["guild_id", "member_id"], unique=False
        )
