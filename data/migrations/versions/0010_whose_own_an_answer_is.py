"""Whether people put their names down themselves, or an organizer did for them."""

from __future__ import annotations

import json

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("rsvps", schema=None) as batch_op:
        batch_op.add_column(sa.Column("own", sa.Boolean(), server_default=sa.true(), nullable=False))
    # Until now nothing told the two apart but the audit. Whoever never answered for a session themselves did not choose
    # to be named there.
    audit = sa.table("audit", *map(sa.column, ("action", "actor_id", "subject", "after")))
    rsvps = sa.table("rsvps", *map(sa.column, ("session_id", "member_id")), sa.column("own", sa.Boolean))
    given = op.get_bind().execute(
        sa.select(audit.c.subject, audit.c.actor_id, audit.c.after).where(audit.c.action == "rsvp.answer")
    )
    themselves: dict[tuple[int, int], bool] = {}
    for subject, actor_id, after in given:
        if after and subject.startswith("session:"):
            member_id = json.loads(after)["member"]
            key = (int(subject.removeprefix("session:")), member_id)
            themselves[key] = themselves.get(key, False) or actor_id == member_id
    for (session_id, member_id), own in themselves.items():
        if not own:
            theirs = sa.and_(rsvps.c.session_id == session_id, rsvps.c.member_id == member_id)
            op.execute(sa.update(rsvps).where(theirs).values(own=False))
