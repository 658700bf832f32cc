"""The reminder that all get stands back for a time that is nearer to it than half an hour.

Somebody's own times come before the group's, and those before the community's evening and dawn. What people chose is
always told; it is the usual reminder that would ring for the same thing a second time, and leaves them out. It does so
only if the other one surely comes: its step is still planned, or it was told to them just now or waits to go out.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Literal

from msgspec import Struct

from bot.domain.calendar import local_day
from bot.domain.own_reminders.planning import OWN, key_of
from bot.domain.own_reminders.values import OwnReminders, lead
from bot.domain.posts import Post, PostState, may_be_read, unsent
from bot.domain.steps import StepState
from bot.domain.zones import zone_of

if TYPE_CHECKING:
    from bot.domain.groups import StudyGroup
    from bot.domain.sessions import Session
    from bot.domain.uow import UnitOfWork

_BEFORE = {"evening": ("before",), "dawn": ("before", "evening")}
"""The kinds of posts that may have told of a session before each usual reminder."""
NEAR = timedelta(minutes=30)
"""Two reminders of one session closer than this are one too many; those exactly so far apart are both told."""


def is_near(one: datetime, other: datetime) -> bool:
    """Whether these two would ring for the same thing."""
    return abs(one - other) < NEAR


def are_near(minutes: int, others: int) -> bool:
    """As `is_near`, of two lengths of time before a session."""
    return timedelta(minutes=abs(minutes - others)) < NEAR


def stands_back(usual: datetime, times: Iterable[datetime]) -> bool:
    """Whether the usual reminder, due then, leaves out somebody who is told at these times as well."""
    return any(is_near(usual, each) for each in times)


def times_of(own: OwnReminders | None, group: StudyGroup) -> tuple[int, ...]:
    """Minutes before a session at which this person is told beside evening and dawn: their own, else the group's."""
    return group.reminders if own is None or own.before is None else own.before


def gives_up(session: Session, usual: datetime, before: Iterable[int], after: Iterable[int], now: datetime) -> bool:
    """Whether the usual reminder, due then, stood back for a time that has not come and is taken back.

    `before` and `after` are minutes before the session: what holds until now, and from now on.
    """
    old, new = (
        [at for minutes in times if (at := session.starts_at - timedelta(minutes=minutes)) > now]
        for times in (before, after)
    )
    return usual <= now and stands_back(usual, old) and not stands_back(usual, new)


class Nearby(Struct, frozen=True):
    """What else is told of a session near the time at which a usual reminder goes out.

    `ahead` are the leads (minutes before the start) that will be told, `told` the people who were told just now.
    `usual` is the lead of the usual reminder: on that very minute it says what the group's own would, which stands back
    (see `OwnReminderService.due`), so only somebody's own time stands in for it.
    """

    usual: int
    ahead: frozenset[int] = frozenset()
    told: frozenset[int] = frozenset()

    def stands_in(self, member_id: int, own: OwnReminders | None, group: StudyGroup) -> bool:
        """Whether this person of the group need not hear the usual reminder."""
        times = set(times_of(own, group))
        if own is None or own.before is None:
            times.discard(self.usual)
        return member_id in self.told or not self.ahead.isdisjoint(times)


async def nearby(
    uow: UnitOfWork,
    moment: Literal["evening", "dawn"],
    session: Session,
    group: StudyGroup,
    chosen: Mapping[int, OwnReminders],
    due_at: datetime,
    now: datetime,
) -> Nearby:
    """What is told near the usual reminder of this moment, which is due at `due_at` and goes out then or, late, now."""
    at, usual = max(due_at, now), lead(due_at, session.starts_at)
    leads = {minutes for own in chosen.values() for minutes in own.before or ()}.union(group.reminders)
    near = {m for m in leads if session.starts_at - timedelta(minutes=m) < at + NEAR}
    ahead = {minutes for minutes in near if await _is_ahead(uow, session, minutes)}
    # Also what was told at a time that nobody has any more.
    posts = [post for kind in _BEFORE[moment] for post in await uow.posts.of_subject(kind, session.id)]
    heard = [post for post in posts if post.revision == session.revision and _heard(post, at)]
    told = frozenset(member_id for post in heard for member_id in post.data["mentions"])
    return Nearby(usual, frozenset(ahead), told)


async def named_people(uow: UnitOfWork, session: Session, now: datetime) -> bool:
    """Whether the morning post that stands for the session's dawn mentions people one by one.

    Nobody stands back for another time where it pings a role; and held back, it reminds nobody.
    """
    day = local_day(session.starts_at, zone_of((await uow.communities.get()).time_zone))
    posts = await uow.posts.of_subject("morning", day.toordinal())
    written = [post for post in posts if session.id in post.data["sessions"]]
    held = await uow.holds.find("morning", now) is not None
    told = [post for post in written if may_be_read(post) or not held]
    return bool(told) and not any(post.data["role"] for post in written)


async def _is_ahead(uow: UnitOfWork, session: Session, minutes: int) -> bool:
    step = await uow.steps.find(OWN, session.id, key_of(session.revision, minutes))
    return step is not None and step.state is StepState.PLANNED


def _heard(post: Post, at: datetime) -> bool:
    """Whether its readers hear of it near `at`; a doubt is none: better reminded twice than never."""
    if post.sent_at is not None:
        return at - post.sent_at < NEAR
    # What waits too long, as after an outage, goes out no more.
    return post.state is PostState.SENDING or (unsent(post) and not post.cancel_wanted and post.expires_at > at)
