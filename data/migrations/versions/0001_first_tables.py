"""First tables."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "communities",
        sa.Column("guild_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("language", sa.String(length=10), nullable=False),
        sa.Column("time_zone", sa.String(length=60), nullable=False),
        sa.Column("announcements_channel", sa.BigInteger(), nullable=False),
        sa.Column("log_channel", sa.BigInteger(), nullable=False),
        sa.Column("moderator_role", sa.BigInteger(), nullable=False),
        sa.Column("quiet_begin", sa.String(length=5), nullable=True),
        sa.Column("quiet_end", sa.String(length=5), nullable=True),
        sa.Column("usual_start", sa.String(length=5), nullable=True),
        sa.Column("evening_before", sa.String(length=5), nullable=False),
        sa.Column("native_events", sa.Boolean(), nullable=False),
        sa.Column("setup_step", sa.String(length=20), nullable=False),
        sa.Column("set_up_at", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("guild_id", name=op.f("pk_communities")),
    )
    op.create_table(
        "meta",
        sa.Column("key", sa.String(length=60), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_meta")),
    )
    op.create_table(
        "audit",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("guild_id", sa.BigInteger(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("action", sa.String(length=40), nullable=False),
        sa.Column("actor_id", sa.BigInteger(), nullable=True),
        sa.Column("subject", sa.String(length=60), nullable=False),
        sa.Column("before", sa.Text(), nullable=True),
        sa.Column("after", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["guild_id"], ["communities.guild_id"], name=op.f("fk_audit_guild_id_communities")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit")),
    )
    with op.batch_alter_table("audit", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_audit_guild_id_at"), ["guild_id", "at"], unique=False)
        batch_op.create_index(batch_op.f("ix_audit_guild_id_subject"), ["guild_id", "subject"], unique=False)

    op.create_table(
        "drafts",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("guild_id", sa.BigInteger(), nullable=False),
        sa.Column("member_id", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("subject_id", sa.BigInteger(), nullable=False),
        sa.Column("data", sa.Text(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["guild_id"], ["communities.guild_id"], name=op.f("fk_drafts_guild_id_communities")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_drafts")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("drafts", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_drafts_guild_id_created_at"), ["guild_id", "created_at"], unique=False)

    op.create_table(
        "holds",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("guild_id", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.String(length=30), nullable=False),
        sa.Column("until", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(["guild_id"], ["communities.guild_id"], name=op.f("fk_holds_guild_id_communities")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_holds")),
        sa.UniqueConstraint("guild_id", "kind", name=op.f("uq_holds_guild_id_kind")),
    )
    op.create_table(
        "members",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("guild_id", sa.BigInteger(), nullable=False),
        sa.Column("member_id", sa.BigInteger(), nullable=False),
        sa.Column("used_at", sa.BigInteger(), nullable=True),
        sa.Column("seen_at", sa.BigInteger(), nullable=True),
        sa.Column("dms_closed_at", sa.BigInteger(), nullable=True),
        sa.Column("hinted_at", sa.BigInteger(), nullable=True),
        sa.Column("stopped", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["guild_id"], ["communities.guild_id"], name=op.f("fk_members_guild_id_communities")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_members")),
        sa.UniqueConstraint("guild_id", "member_id", name=op.f("uq_members_guild_id_member_id")),
    )
    op.create_table(
        "mirrors",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("guild_id", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.String(length=30), nullable=False),
        sa.Column("subject_id", sa.BigInteger(), nullable=False),
        sa.Column("parent_id", sa.BigInteger(), nullable=False),
        sa.Column("remote_id", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("wanted", sa.Integer(), nullable=False),
        sa.Column("shown", sa.Integer(), server_default="0", nullable=False),
        sa.Column("not_before", sa.BigInteger(), nullable=False),
        sa.Column("by_token_from", sa.BigInteger(), nullable=True),
        sa.Column("begun_at", sa.BigInteger(), nullable=True),
        sa.Column("made_at", sa.BigInteger(), nullable=True),
        sa.Column("rebuilt", sa.Integer(), server_default="0", nullable=False),
        sa.Column("tries", sa.Integer(), server_default="0", nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.ForeignKeyConstraint(["guild_id"], ["communities.guild_id"], name=op.f("fk_mirrors_guild_id_communities")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_mirrors")),
        sa.UniqueConstraint("guild_id", "kind", "subject_id", name=op.f("uq_mirrors_guild_id_kind_subject_id")),
    )
    with op.batch_alter_table("mirrors", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_mirrors_remote_id"), ["remote_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_mirrors_state_not_before"), ["state", "not_before"], unique=False)

    op.create_table(
        "morning_settings",
        sa.Column("guild_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("channel_id", sa.BigInteger(), nullable=False),
        sa.Column("minutes_before", sa.Integer(), nullable=False),
        sa.Column("days", sa.String(length=7), nullable=False),
        sa.Column("mention_role", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["guild_id"], ["communities.guild_id"], name=op.f("fk_morning_settings_guild_id_communities")
        ),
        sa.PrimaryKeyConstraint("guild_id", name=op.f("pk_morning_settings")),
    )
    op.create_table(
        "posts",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("guild_id", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.String(length=30), nullable=False),
        sa.Column("subject_id", sa.BigInteger(), nullable=False),
        sa.Column("channel_id", sa.BigInteger(), nullable=False),
        sa.Column("member_id", sa.BigInteger(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("part", sa.Integer(), nullable=False),
        sa.Column("due_at", sa.BigInteger(), nullable=False),
        sa.Column("not_before", sa.BigInteger(), nullable=False),
        sa.Column("expires_at", sa.BigInteger(), nullable=False),
        sa.Column("starts_at", sa.BigInteger(), nullable=True),
        sa.Column("quiet", sa.Boolean(), nullable=False),
        sa.Column("silent", sa.Boolean(), nullable=False),
        sa.Column("data", sa.Text(), nullable=False),
        sa.Column("state", sa.String(length=13), nullable=False),
        sa.Column("reason", sa.String(length=200), nullable=True),
        sa.Column("token", sa.String(length=12), nullable=True),
        sa.Column("lease_until", sa.BigInteger(), nullable=True),
        sa.Column("instance", sa.String(length=12), nullable=True),
        sa.Column("attempts", sa.Integer(), server_default="0", nullable=False),
        sa.Column("first_attempt_at", sa.BigInteger(), nullable=True),
        sa.Column("window_at", sa.BigInteger(), nullable=True),
        sa.Column("target_id", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("payload", sa.Text(), nullable=True),
        sa.Column("nonce", sa.String(length=25), nullable=True),
        sa.Column("in_doubt", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("cancel_wanted", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("message_id", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("sent_at", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(["guild_id"], ["communities.guild_id"], name=op.f("fk_posts_guild_id_communities")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_posts")),
        sa.UniqueConstraint(
            "guild_id",
            "kind",
            "subject_id",
            "channel_id",
            "member_id",
            "revision",
            "part",
            name=op.f("uq_posts_guild_id_kind_subject_id_channel_id_member_id_revision_part"),
        ),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("posts", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_posts_guild_id_kind_subject_id"), ["guild_id", "kind", "subject_id"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_posts_state_expires_at_due_at_id"), ["state", "expires_at", "due_at", "id"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_posts_state_not_before"), ["state", "not_before"], unique=False)

    op.create_table(
        "steps",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("guild_id", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.String(length=30), nullable=False),
        sa.Column("subject_id", sa.BigInteger(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("due_at", sa.BigInteger(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("tries", sa.Integer(), server_default="0", nullable=False),
        sa.Column("not_before", sa.BigInteger(), nullable=False),
        sa.Column("finished_at", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(["guild_id"], ["communities.guild_id"], name=op.f("fk_steps_guild_id_communities")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_steps")),
        sa.UniqueConstraint(
            "guild_id", "subject_id", "kind", "revision", name=op.f("uq_steps_guild_id_subject_id_kind_revision")
        ),
    )
    with op.batch_alter_table("steps", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_steps_state_not_before"), ["state", "not_before"], unique=False)

    op.create_table(
        "study_groups",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("guild_id", sa.BigInteger(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("name_key", sa.Text(), nullable=False),
        sa.Column("description", sa.Text(), nullable=False),
        sa.Column("channel_id", sa.BigInteger(), nullable=False),
        sa.Column("announce_days_before", sa.Integer(), server_default="7", nullable=False),
        sa.Column("evening_before", sa.String(length=5), nullable=True),
        sa.Column("open_to_morning", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("archived_at", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(
            ["guild_id"], ["communities.guild_id"], name=op.f("fk_study_groups_guild_id_communities")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_study_groups")),
        sa.UniqueConstraint("guild_id", "name_key", name=op.f("uq_study_groups_guild_id_name_key")),
    )
    op.create_table(
        "group_organizers",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("guild_id", sa.BigInteger(), nullable=False),
        sa.Column("group_id", sa.BigInteger(), nullable=False),
        sa.Column("member_id", sa.BigInteger(), nullable=False),
        sa.Column("since", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["group_id"], ["study_groups.id"], name=op.f("fk_group_organizers_group_id_study_groups")
        ),
        sa.ForeignKeyConstraint(
            ["guild_id"], ["communities.guild_id"], name=op.f("fk_group_organizers_guild_id_communities")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_group_organizers")),
        sa.UniqueConstraint("group_id", "member_id", name=op.f("uq_group_organizers_group_id_member_id")),
    )
    op.create_table(
        "series",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("guild_id", sa.BigInteger(), nullable=False),
        sa.Column("group_id", sa.BigInteger(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("rrule", sa.String(length=200), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("at", sa.String(length=5), nullable=False),
        sa.Column("time_zone", sa.String(length=60), nullable=False),
        sa.Column("until", sa.Date(), nullable=True),
        sa.Column("count", sa.Integer(), nullable=True),
        sa.Column("theme", sa.Text(), nullable=False),
        sa.Column("duration", sa.Integer(), nullable=False),
        sa.Column("venue", sa.Text(), nullable=False),
        sa.Column("capacity", sa.Integer(), nullable=True),
        sa.Column("planned_until", sa.Date(), nullable=True),
        sa.Column("created_by", sa.BigInteger(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("ended_at", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(["group_id"], ["study_groups.id"], name=op.f("fk_series_group_id_study_groups")),
        sa.ForeignKeyConstraint(["guild_id"], ["communities.guild_id"], name=op.f("fk_series_guild_id_communities")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_series")),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "series_skips",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("guild_id", sa.BigInteger(), nullable=False),
        sa.Column("series_id", sa.BigInteger(), nullable=False),
        sa.Column("on", sa.Date(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["guild_id"], ["communities.guild_id"], name=op.f("fk_series_skips_guild_id_communities")
        ),
        sa.ForeignKeyConstraint(["series_id"], ["series.id"], name=op.f("fk_series_skips_series_id_series")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_series_skips")),
        sa.UniqueConstraint("series_id", "on", name=op.f("uq_series_skips_series_id_on")),
    )
    op.create_table(
        "sessions",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("guild_id", sa.BigInteger(), nullable=False),
        sa.Column("group_id", sa.BigInteger(), nullable=False),
        sa.Column("series_id", sa.BigInteger(), nullable=True),
        sa.Column("occurrence_on", sa.Date(), nullable=True),
        sa.Column("kind", sa.String(length=12), nullable=False),
        sa.Column("theme", sa.Text(), nullable=False),
        sa.Column("description", sa.Text(), nullable=False),
        sa.Column("starts_at", sa.BigInteger(), nullable=False),
        sa.Column("duration", sa.Integer(), nullable=False),
        sa.Column("ends_at", sa.BigInteger(), nullable=False),
        sa.Column("venue", sa.Text(), nullable=False),
        sa.Column("link", sa.Text(), nullable=False),
        sa.Column("capacity", sa.Integer(), nullable=True),
        sa.Column("deadline", sa.BigInteger(), nullable=True),
        sa.Column("host_id", sa.BigInteger(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("announced_at", sa.BigInteger(), nullable=True),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["group_id"], ["study_groups.id"], name=op.f("fk_sessions_group_id_study_groups")),
        sa.ForeignKeyConstraint(["guild_id"], ["communities.guild_id"], name=op.f("fk_sessions_guild_id_communities")),
        sa.ForeignKeyConstraint(["series_id"], ["series.id"], name=op.f("fk_sessions_series_id_series")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sessions")),
        sa.UniqueConstraint("series_id", "occurrence_on", name=op.f("uq_sessions_series_id_occurrence_on")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("sessions", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_sessions_guild_id_state_ends_at"), ["guild_id", "state", "ends_at"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_sessions_guild_id_state_starts_at"), ["guild_id", "state", "starts_at"], unique=False
        )

    op.create_table(
        "pings",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("guild_id", sa.BigInteger(), nullable=False),
        sa.Column("session_id", sa.BigInteger(), nullable=False),
        sa.Column("day", sa.Integer(), nullable=False),
        sa.Column("moment", sa.String(length=10), nullable=False),
        sa.Column("member_id", sa.BigInteger(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["guild_id"], ["communities.guild_id"], name=op.f("fk_pings_guild_id_communities")),
        sa.ForeignKeyConstraint(["session_id"], ["sessions.id"], name=op.f("fk_pings_session_id_sessions")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pings")),
        sa.UniqueConstraint(
            "session_id", "day", "moment", "member_id", name=op.f("uq_pings_session_id_day_moment_member_id")
        ),
    )
    op.create_table(
        "rsvps",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("guild_id", sa.BigInteger(), nullable=False),
        sa.Column("session_id", sa.BigInteger(), nullable=False),
        sa.Column("member_id", sa.BigInteger(), nullable=False),
        sa.Column("answer", sa.String(length=10), nullable=False),
        sa.Column("waiting", sa.Boolean(), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("answered_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["guild_id"], ["communities.guild_id"], name=op.f("fk_rsvps_guild_id_communities")),
        sa.ForeignKeyConstraint(["session_id"], ["sessions.id"], name=op.f("fk_rsvps_session_id_sessions")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rsvps")),
        sa.UniqueConstraint("session_id", "member_id", name=op.f("uq_rsvps_session_id_member_id")),
        sa.UniqueConstraint("session_id", "place", name=op.f("uq_rsvps_session_id_place")),
    )
    with op.batch_alter_table("rsvps", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_rsvps_guild_id_member_id"), ["guild_id", "member_id"], unique=False)
