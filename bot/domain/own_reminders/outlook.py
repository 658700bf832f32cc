"""What one person will be told of a session, and when, as things are now: what `/me reminders` shows of their next one.

It follows the rules by which the reminders are written when they fall due: whose times count (`nearness.times_of`), and
which usual reminder stands back for them (`nearness.stands_back`).
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from msgspec import Struct

from bot.domain.groups import visible_groups
from bot.domain.own_reminders.nearness import is_near, stands_back, times_of
from bot.domain.own_reminders.planning import is_planned
from bot.domain.own_reminders.telling import reachable
from bot.domain.own_reminders.values import OwnReminders, own_evening
from bot.domain.usual_times import MORNING, dawn_of, evening_at, own_dawn_of

if TYPE_CHECKING:
    from bot.domain.actors import Actor
    from bot.domain.groups import StudyGroup
    from bot.domain.members import Member
    from bot.domain.sessions import Session
    from bot.domain.uow import UnitOfWork

_MOST = 200
"""So many coming sessions are looked through for the next of one's own."""


class Outlook(Struct, frozen=True):
    """The next session to which somebody comes, and the instants at which they are told of it, in order."""

    session: Session
    times: tuple[datetime, ...]


async def outlook(uow: UnitOfWork, actor: Actor, own: OwnReminders, member: Member, now: datetime) -> Outlook | None:
    """What this person will be told of the next session that they come to; None: they come to none."""
    groups = await visible_groups(uow, actor)
    ahead = [
        session
        for session in await uow.sessions.upcoming(now, limit=_MOST)
        if session.group_id in groups and session.starts_at > now
    ]
    answers = await uow.rsvps.of_member(actor.member_id, [session.id for session in ahead])
    for session in ahead:
        if session.id in answers and answers[session.id].coming:
            times = await _told_at(uow, own, member, session, groups[session.group_id])
            return Outlook(session, tuple(sorted({at for at in times if at > now})))
    return None


async def _told_at(
    uow: UnitOfWork, own: OwnReminders, member: Member, session: Session, group: StudyGroup
) -> list[datetime]:
    """When this person is told of this session, whether that has passed or not; at its start nobody is mentioned."""
    community, dawn = await uow.communities.get(), await dawn_of(uow, session)
    alone, together = (reachable(own.way(alone=alone), member) for alone in (True, False))
    times = [
        session.starts_at - timedelta(minutes=minutes)
        for minutes in times_of(own, group)
        if (together if own.before is None else alone) and await is_planned(uow, session, minutes)
    ]
    mine = own_evening(own, session.starts_at, ZoneInfo(community.time_zone))
    if mine is not None and alone and mine < dawn:
        times.append(mine)
    if not together:
        return times
    found = [] if stands_back(dawn, times) or await _paused(uow, own, session, dawn) else [dawn]
    if not own.evening_off and own.evening is None:
        usual = evening_at(session, group, community)
        if usual is not None and usual < dawn and not is_near(usual, dawn) and not stands_back(usual, times):
            found.append(usual)
    return [*times, *found]


async def _paused(uow: UnitOfWork, own: OwnReminders, session: Session, dawn: datetime) -> bool:
    """Whether the morning post stands for the dawn and is paused over it; it is told alone to who chose a way."""
    if own.way(alone=False) != "channel" or await own_dawn_of(uow, session) is not None:
        return False
    return await uow.holds.find(MORNING, dawn) is not None
