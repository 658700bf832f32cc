"""The steps of own reminders: one for each session and distinct lead."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from bot.domain.own_reminders.values import OwnReminders, leads
from bot.domain.steps import StepState

if TYPE_CHECKING:
    from bot.domain.sessions import Session
    from bot.domain.uow import UnitOfWork

OWN = "own"
"""The step at which somebody is told of a session at a time of their own."""
_WIDTH = 2**15
"""More than the longest lead has minutes; so a session's time may be changed 65,000 times."""


def key_of(revision: int, minutes: int) -> int:
    """The revision of the step for this lead: that of the session and the lead in one number."""
    return revision * _WIDTH + minutes


def read_key(key: int) -> tuple[int, int]:
    """The session's revision and the lead in minutes that a step stands for."""
    return divmod(key, _WIDTH)


async def plan(uow: UnitOfWork, session: Session, now: datetime, owners: Iterable[OwnReminders] | None = None) -> None:
    """Plan what is ahead of these people's times (None: everybody's, and the group's); idempotent.

    Nothing is ever unplanned for a change of preferences: a step that nobody wants any more tells nobody.
    """
    zone = ZoneInfo((await uow.communities.get()).time_zone)
    if owners is None:
        shared = (await uow.groups.get(session.group_id)).reminders
        wanted = leads(session, await uow.own_reminders.times(), zone).union(shared)
    else:
        wanted = leads(session, owners, zone)
    for minutes in sorted(wanted):
        due_at = session.starts_at - timedelta(minutes=minutes)
        if due_at > now:
            await uow.steps.plan(OWN, session.id, due_at, revision=key_of(session.revision, minutes))


async def is_planned(uow: UnitOfWork, session: Session, minutes: int) -> bool:
    """Whether people are told alone at this lead, or have been."""
    step = await uow.steps.find(OWN, session.id, key_of(session.revision, minutes))
    return step is not None and step.state in (StepState.PLANNED, StepState.DONE)
