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
    # Until now nothing told the two apart but the audit. Who never answered for a session themselves did not choose to
    # be named there, nor did who declined and was put back by an organizer.
    audit = sa.table("audit", *map(sa.column, ("id", "action", "actor_id", "subject", "after")))
    rsvps = sa.table("rsvps", *map(sa.column, ("session_id", "member_id")), sa.column("own", sa.Boolean))
    given = op.get_bind().execute(
        sa.select(audit.c.subject, audit.c.actor_id, audit.c.after)
        .where(audit.c.action == "rsvp.answer")
        .order_by(audit.c.id)
    )
    last: dict[tuple[int, int], tuple[bool, str]] = {}
    for subject, actor_id, after in given:
        if after and subject.startswith("session:"):
            said = json.loads(after)
            key = (int(subject.removeprefix("session:")), said["member"])
            own, answer = last.get(key, (False, ""))
            last[key] = (actor_id == said["member"] or (own and answer != "not_going"), said["answer"])
    for (session_id, member_id), (own, _answer) in last.items():
        if not own:
            theirs = sa.and_(rsvps.c.session_id == session_id, rsvps.c.member_id == member_id)
            op.execute(sa.update(rsvps).where(theirs).values(own=False))
