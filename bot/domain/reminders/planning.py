"""When reminders are due, and where they are said."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from bot.domain.own_reminders import OWN
from bot.domain.own_reminders import plan as plan_own
from bot.domain.quiet import early_step, is_quiet, plan_early
from bot.domain.rsvps import COMING, Rsvp
from bot.domain.steps import StepState
from bot.domain.usual_times import dawn_of, evening_at

if TYPE_CHECKING:
    from bot.domain.groups import StudyGroup
    from bot.domain.posts import Post
    from bot.domain.sessions import Session
    from bot.domain.uow import UnitOfWork

MENTIONS = 50
"""People in one reminder: beside so many mentions the longest theme, group, lecturers and place still fit."""
START_LIVES = timedelta(minutes=10)
"""How long after the start "it begins now" is still worth saying."""
FARTHEST_EVENING = timedelta(days=3)
"""The evening before a session is never farther from its start, in whatever zone."""
MOST_AHEAD = 5000
"""So many coming sessions are planned anew when settings change."""
MOMENTS = ("evening", "dawn", "before", "start")
"""The kinds of posts that remind of a session; `before` are those at times of people's own."""
STEPS = ("evening", "dawn", "start", OWN, early_step("evening"), early_step("dawn"))
"""Every step of a session's reminders."""


def coming(rsvps: Sequence[Rsvp]) -> list[int]:
    """Who has a place, in order of place."""
    return [r.member_id for r in rsvps if r.answer in COMING and not r.waiting]


async def plan_step(
    uow: UnitOfWork,
    kind: str,
    subject_id: int,
    due_at: datetime,
    now: datetime,
    revision: int = 0,
    owed: datetime | None = None,
) -> None:
    """Plan a reminder's step if it is still ahead.

    One that is planned already is never dropped, at worst it is due now; nor is one that was to be told in another way
    until now, at `owed`.
    """
    found = await uow.steps.find(kind, subject_id, revision)
    planned = found.due_at if found is not None and found.state is StepState.PLANNED else owed
    if planned is not None:
        await uow.steps.plan(kind, subject_id, max(due_at, min(planned, now)), revision=revision)
    elif due_at > now:
        await uow.steps.plan(kind, subject_id, due_at, revision=revision)


async def channel_of(uow: UnitOfWork, group: StudyGroup) -> int:
    """Where the group's sessions are announced; 0 if there is no such channel."""
    return group.channel_id or (await uow.communities.get()).announcements_channel


async def place_of(uow: UnitOfWork, post: Post) -> int:
    """The channel to which a post about a session belongs: what is told of it is for those who see that."""
    session = await uow.sessions.get(post.subject_id)
    return await channel_of(uow, await uow.groups.get(session.group_id))


async def plan_all(uow: UnitOfWork, now: datetime) -> None:
    """Plan the evening and the start of all coming sessions anew, after a zone or an evening has changed."""
    for session in await uow.sessions.upcoming(now, limit=MOST_AHEAD):
        await plan(uow, session, now)


async def plan(uow: UnitOfWork, session: Session, now: datetime) -> None:
    """Plan a session's evening and start and people's own times, or bring them up to date; idempotent."""
    await _plan_evening(uow, session, now)
    await plan_step(uow, "start", session.id, session.starts_at, now, session.revision)
    await plan_own(uow, session, now)


async def _plan_evening(uow: UnitOfWork, session: Session, now: datetime) -> None:
    community = await uow.communities.get()
    evening = evening_at(session, await uow.groups.get(session.group_id), community)
    if evening is None:
        await uow.steps.cancel(["evening", early_step("evening")], session.id)
        return
    await plan_step(uow, "evening", session.id, evening, now, session.revision)
    await plan_early(
        uow,
        community,
        "evening",
        session.id,
        evening,
        now,
        starts_at=session.starts_at,
        expires_at=await dawn_of(uow, session) if is_quiet(community, evening) else None,
        revision=session.revision,
    )
