"""Guests who lecture, and which organizer has asked somebody to."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("turns", schema=None) as batch_op:
        batch_op.add_column(sa.Column("asked_by", sa.BigInteger(), nullable=True))
    op.create_table(
        "guests",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("guild_id", sa.BigInteger(), nullable=False),
        sa.Column("session_id", sa.BigInteger(), nullable=False),
        sa.Column("host_id", sa.BigInteger(), nullable=False),
        *(sa.Column(name, sa.Text(), nullable=False) for name in ("name", "title", "affiliation")),
        *(sa.Column(name, sa.Text(), nullable=False) for name in ("topic", "bio", "fee")),
        sa.ForeignKeyConstraint(["guild_id"], ["communities.guild_id"], name=op.f("fk_guests_guild_id_communities")),
        sa.ForeignKeyConstraint(["session_id"], ["sessions.id"], name=op.f("fk_guests_session_id_sessions")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_guests")),
        sa.UniqueConstraint("session_id", name=op.f("uq_guests_session_id")),
    )
