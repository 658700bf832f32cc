"""When all who come to a session are reminded of it: the evening before, and at dawn."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from bot.domain.calendar import local_day, to_instant
from bot.domain.steps import StepState

if TYPE_CHECKING:
    from bot.domain.communities import Community
    from bot.domain.groups import StudyGroup
    from bot.domain.sessions import Session
    from bot.domain.steps import Step
    from bot.domain.uow import UnitOfWork

MORNING = "morning"
"""The step and the posts of a day's morning post, which is the dawn of the sessions it lists; see `bot.domain.morning`.
Their subject is the local day's ordinal."""


def evening_at(session: Session, group: StudyGroup, community: Community) -> datetime | None:
    """When the evening reminder is due: the local day before, at the group's or the community's wall-clock time.

    None: the group has none.
    """
    if group.evening_off:
        return None
    zone = ZoneInfo(community.time_zone)
    day = local_day(session.starts_at, zone) - timedelta(days=1)
    return to_instant(datetime.combine(day, group.evening_before or community.evening_before), zone)


def dawn_at(session: Session, minutes_before: int) -> datetime:
    """When a session's own dawn reminder is due."""
    return session.starts_at - timedelta(minutes=minutes_before)


async def dawn_of(uow: UnitOfWork, session: Session) -> datetime:
    """When the session's dawn is due, be it alone or with the morning post of its day."""
    own = await own_dawn_of(uow, session)
    if own is not None:
        return own
    day = local_day(session.starts_at, ZoneInfo((await uow.communities.get()).time_zone))
    post = await uow.steps.find(MORNING, day.toordinal())
    if post is not None and post.state is not StepState.CANCELLED and post.due_at < session.starts_at:
        return post.due_at
    return dawn_at(session, (await uow.morning.get()).minutes_before)


async def own_dawn_of(uow: UnitOfWork, session: Session) -> datetime | None:
    """When the session's own dawn is due; None if it has none, as where the morning post stands for it."""
    own = await uow.steps.find("dawn", session.id, session.revision)
    return own.due_at if own is not None and own.state is not StepState.CANCELLED else None


async def evening_of(uow: UnitOfWork, session: Session) -> Step | None:
    """The step of the evening before, done or ahead; None if there is none, as where the group has turned it off."""
    found = await uow.steps.find("evening", session.id, session.revision)
    return found if found is not None and found.state is not StepState.CANCELLED else None
