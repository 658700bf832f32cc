"""The answers that were accepted, thanks by topic, and what everybody decides for themselves."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "member_privacy",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("guild_id", sa.BigInteger(), nullable=False),
        sa.Column("member_id", sa.BigInteger(), nullable=False),
        sa.Column("known_for", sa.Boolean(), nullable=False),
        sa.Column("network", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["guild_id"], ["communities.guild_id"], name=op.f("fk_member_privacy_guild_id_communities")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_member_privacy")),
        sa.UniqueConstraint("guild_id", "member_id", name=op.f("uq_member_privacy_guild_id_member_id")),
    )
    op.create_table(
        "answers",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("guild_id", sa.BigInteger(), nullable=False),
        sa.Column("question_id", sa.BigInteger(), nullable=False),
        sa.Column("channel_id", sa.BigInteger(), nullable=False),
        sa.Column("message_id", sa.BigInteger(), nullable=False),
        sa.Column("author_id", sa.BigInteger(), nullable=True),
        sa.Column("by_asker", sa.Boolean(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("accepted_by", sa.BigInteger(), nullable=True),
        sa.Column("accepted_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["guild_id"], ["communities.guild_id"], name=op.f("fk_answers_guild_id_communities")),
        sa.ForeignKeyConstraint(["question_id"], ["questions.id"], name=op.f("fk_answers_question_id_questions")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_answers")),
        sa.UniqueConstraint("guild_id", "message_id", name=op.f("uq_answers_guild_id_message_id")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("answers", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_answers_guild_id_author_id"), ["guild_id", "author_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_answers_guild_id_question_id"), ["guild_id", "question_id"], unique=False)

    op.create_table(
        "gratitudes",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("guild_id", sa.BigInteger(), nullable=False),
        sa.Column("question_id", sa.BigInteger(), nullable=False),
        sa.Column("message_id", sa.BigInteger(), nullable=False),
        sa.Column("from_id", sa.BigInteger(), nullable=True),
        sa.Column("by_asker", sa.Boolean(), nullable=False),
        sa.Column("to_id", sa.BigInteger(), nullable=False),
        sa.Column("topic", sa.Text(), nullable=False),
        sa.Column("topic_key", sa.Text(), nullable=False),
        sa.Column("accepted", sa.Boolean(), nullable=False),
        sa.Column("thanked_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["guild_id"], ["communities.guild_id"], name=op.f("fk_gratitudes_guild_id_communities")
        ),
        sa.ForeignKeyConstraint(["question_id"], ["questions.id"], name=op.f("fk_gratitudes_question_id_questions")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_gratitudes")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("gratitudes", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_gratitudes_guild_id_question_id"), ["guild_id", "question_id"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_gratitudes_guild_id_to_id_topic_key"), ["guild_id", "to_id", "topic_key"], unique=False
        )

    op.create_table(
        "answer_additions",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("guild_id", sa.BigInteger(), nullable=False),
        sa.Column("answer_id", sa.BigInteger(), nullable=False),
        sa.Column("member_id", sa.BigInteger(), nullable=True),
        sa.Column("by_asker", sa.Boolean(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("added_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["answer_id"], ["answers.id"], name=op.f("fk_answer_additions_answer_id_answers")),
        sa.ForeignKeyConstraint(
            ["guild_id"], ["communities.guild_id"], name=op.f("fk_answer_additions_guild_id_communities")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_answer_additions")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("answer_additions", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_answer_additions_guild_id_answer_id"), ["guild_id", "answer_id"], unique=False
        )
