"""Questions for lecturers and what they give to read ahead; takeaways, follow-ups, notes and wishes afterwards."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
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

    op.create_table(
        "takeaways",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("guild_id", sa.BigInteger(), nullable=False),
        sa.Column("session_id", sa.BigInteger(), nullable=False),
        sa.Column("member_id", sa.BigInteger(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("named", sa.Boolean(), nullable=False),
        sa.Column("written_at", sa.BigInteger(), nullable=False),
        sa.Column("used", sa.String(length=10), nullable=True),
        sa.ForeignKeyConstraint(["guild_id"], ["communities.guild_id"], name=op.f("fk_takeaways_guild_id_communities")),
        sa.ForeignKeyConstraint(["session_id"], ["sessions.id"], name=op.f("fk_takeaways_session_id_sessions")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_takeaways")),
        sa.UniqueConstraint("session_id", "member_id", name=op.f("uq_takeaways_session_id_member_id")),
    )
    with op.batch_alter_table("takeaways", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_takeaways_guild_id_member_id"), ["guild_id", "member_id"], unique=False)

    op.create_table(
        "follow_ups",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("guild_id", sa.BigInteger(), nullable=False),
        sa.Column("session_id", sa.BigInteger(), nullable=False),
        sa.Column("member_id", sa.BigInteger(), nullable=False),
        sa.Column("named", sa.Boolean(), nullable=False),
        sa.Column("pressed_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["guild_id"], ["communities.guild_id"], name=op.f("fk_follow_ups_guild_id_communities")
        ),
        sa.ForeignKeyConstraint(["session_id"], ["sessions.id"], name=op.f("fk_follow_ups_session_id_sessions")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_follow_ups")),
        sa.UniqueConstraint("session_id", "member_id", name=op.f("uq_follow_ups_session_id_member_id")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("follow_ups", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_follow_ups_guild_id_member_id"), ["guild_id", "member_id"], unique=False)

    op.create_table(
        "session_notes",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("guild_id", sa.BigInteger(), nullable=False),
        sa.Column("session_id", sa.BigInteger(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("link", sa.Text(), nullable=False),
        sa.Column("member_id", sa.BigInteger(), nullable=False),
        sa.Column("changed_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["guild_id"], ["communities.guild_id"], name=op.f("fk_session_notes_guild_id_communities")
        ),
        sa.ForeignKeyConstraint(["session_id"], ["sessions.id"], name=op.f("fk_session_notes_session_id_sessions")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_session_notes")),
        sa.UniqueConstraint("session_id", name=op.f("uq_session_notes_session_id")),
    )

    op.create_table(
        "topics",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("guild_id", sa.BigInteger(), nullable=False),
        sa.Column("group_id", sa.BigInteger(), nullable=False),
        sa.Column("session_id", sa.BigInteger(), nullable=True),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("proposed_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["guild_id"], ["communities.guild_id"], name=op.f("fk_topics_guild_id_communities")),
        sa.ForeignKeyConstraint(["group_id"], ["study_groups.id"], name=op.f("fk_topics_group_id_study_groups")),
        sa.ForeignKeyConstraint(["session_id"], ["sessions.id"], name=op.f("fk_topics_session_id_sessions")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_topics")),
        sa.UniqueConstraint("session_id", name=op.f("uq_topics_session_id")),
    )
    with op.batch_alter_table("topics", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_topics_guild_id_group_id"), ["guild_id", "group_id"], unique=False)

    op.create_table(
        "topic_wishes",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("guild_id", sa.BigInteger(), nullable=False),
        sa.Column("topic_id", sa.BigInteger(), nullable=False),
        sa.Column("member_id", sa.BigInteger(), nullable=False),
        sa.Column("wished_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["guild_id"], ["communities.guild_id"], name=op.f("fk_topic_wishes_guild_id_communities")
        ),
        sa.ForeignKeyConstraint(["topic_id"], ["topics.id"], name=op.f("fk_topic_wishes_topic_id_topics")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_topic_wishes")),
        sa.UniqueConstraint("topic_id", "member_id", name=op.f("uq_topic_wishes_topic_id_member_id")),
    )
    with op.batch_alter_table("topic_wishes", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_topic_wishes_guild_id_member_id"), ["guild_id", "member_id"], unique=False)
