"""Profiles, industries, and the channel for introductions."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "industries",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("guild_id", sa.BigInteger(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("name_key", sa.Text(), nullable=False),
        sa.Column("added_by", sa.BigInteger(), nullable=False),
        sa.Column("added_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["guild_id"], ["communities.guild_id"], name=op.f("fk_industries_guild_id_communities")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_industries")),
        sa.UniqueConstraint("guild_id", "name_key", name=op.f("uq_industries_guild_id_name_key")),
    )
    op.create_table(
        "profile_topics",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("guild_id", sa.BigInteger(), nullable=False),
        sa.Column("member_id", sa.BigInteger(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("name_key", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["guild_id"], ["communities.guild_id"], name=op.f("fk_profile_topics_guild_id_communities")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_profile_topics")),
        sa.UniqueConstraint(
            "guild_id", "member_id", "name_key", name=op.f("uq_profile_topics_guild_id_member_id_name_key")
        ),
    )
    with op.batch_alter_table("profile_topics", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_profile_topics_guild_id_name_key_name"), ["guild_id", "name_key", "name"], unique=False
        )

    op.create_table(
        "profiles",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("guild_id", sa.BigInteger(), nullable=False),
        sa.Column("member_id", sa.BigInteger(), nullable=False),
        sa.Column("occupation", sa.Text(), nullable=False),
        sa.Column("employment", sa.String(length=20), nullable=True),
        sa.Column("hobbies", sa.Text(), nullable=False),
        sa.Column("about", sa.Text(), nullable=False),
        sa.Column("reading", sa.Text(), nullable=False),
        sa.Column("time_zone", sa.String(length=60), nullable=False),
        sa.Column("language", sa.String(length=10), nullable=True),
        sa.Column("ask_days", sa.String(length=7), nullable=True),
        sa.Column("ask_begin", sa.String(length=5), nullable=True),
        sa.Column("ask_end", sa.String(length=5), nullable=True),
        sa.Column("ask_limit", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["guild_id"], ["communities.guild_id"], name=op.f("fk_profiles_guild_id_communities")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_profiles")),
        sa.UniqueConstraint("guild_id", "member_id", name=op.f("uq_profiles_guild_id_member_id")),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "profile_industries",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("guild_id", sa.BigInteger(), nullable=False),
        sa.Column("member_id", sa.BigInteger(), nullable=False),
        sa.Column("bundled", sa.String(length=20), nullable=True),
        sa.Column("own_id", sa.BigInteger(), nullable=True),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("since", sa.BigInteger(), nullable=False),
        sa.Column("until", sa.BigInteger(), nullable=True),
        sa.CheckConstraint("(bundled IS NULL) <> (own_id IS NULL)", name=op.f("ck_profile_industries_one_industry")),
        sa.ForeignKeyConstraint(
            ["guild_id"], ["communities.guild_id"], name=op.f("fk_profile_industries_guild_id_communities")
        ),
        sa.ForeignKeyConstraint(["own_id"], ["industries.id"], name=op.f("fk_profile_industries_own_id_industries")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_profile_industries")),
    )
    with op.batch_alter_table("profile_industries", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_profile_industries_guild_id_bundled_until"), ["guild_id", "bundled", "until"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_profile_industries_guild_id_member_id"), ["guild_id", "member_id"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_profile_industries_guild_id_own_id_until"), ["guild_id", "own_id", "until"], unique=False
        )

    with op.batch_alter_table("communities", schema=None) as batch_op:
        batch_op.add_column(sa.Column("introductions_channel", sa.BigInteger(), server_default="0", nullable=False))
