"""The clock of somebody who is asked: it runs four hours while they may be disturbed, and two days at the most.

It begins when the ask is delivered, stands still in the person's quiet hours and outside the hours in which they may be
asked (where neither are known, in the night), and measures time that passes, not what clocks show: where they are set
forward in a night, nobody loses an hour.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from msgspec import Struct

from bot.domain.calendar import QuietHours, local_day, require_aware, to_instant
from bot.domain.profiles.hours import AskHours

RUNS = timedelta(hours=4)
"""So much waking time somebody has for an answer before the next ones are asked."""
AT_MOST = timedelta(hours=48)
"""No ask is open for longer, whether the person was awake or not."""

NIGHT = QuietHours(time(22), time(7))
"""By their own clock, so long nobody is asked who has set no hours, where there are no quiet hours either."""

_ONE_DAY = timedelta(days=1)

Stretch = tuple[datetime, datetime]
"""From an instant (UTC) to a later one."""


class WakingHours(Struct, frozen=True):
    """When somebody may be disturbed, by the clocks of their zone; None: there is no such limit."""

    asked: AskHours | None = None
    quiet: QuietHours | None = None

    @property
    def unlimited(self) -> bool:
        """Whether they may be disturbed at any time."""
        return self.asked is None and self.quiet is None


def waking_hours(asked: AskHours | None, quiet: QuietHours | None) -> WakingHours:
    """When somebody may be disturbed who has said this, in a community with these quiet hours.

    Most have said nothing, and most communities have none. A question of the evening would wake them at two, and both
    its rounds would be over before anybody is up.
    """
    return WakingHours(asked, NIGHT if asked is None and quiet is None else quiet)


def ask_ends(delivered_at: datetime, hours: WakingHours, zone: ZoneInfo) -> datetime:
    """When an ask that was delivered then is over, in UTC.

    Raises:
        ValueError: the instant is naive.
    """
    begin, left = require_aware(delivered_at), RUNS
    for since, until in waking(begin, begin + AT_MOST, hours, zone):
        if until - since >= left:
            return since + left
        left -= until - since
    return begin + AT_MOST


def wakes_at(instant: datetime, hours: WakingHours, zone: ZoneInfo) -> datetime | None:
    """The first moment from the instant on at which they may be disturbed; None: there is none within 48 hours."""
    begin = require_aware(instant)
    return next((since for since, _until in waking(begin, begin + AT_MOST, hours, zone)), None)


def waking(begin: datetime, end: datetime, hours: WakingHours, zone: ZoneInfo) -> Iterator[Stretch]:
    """The stretches between two instants in which somebody may be disturbed, in order."""
    nights = list(_nights(begin, end, hours.quiet, zone)) if hours.quiet else []
    for since, until in _open(begin, end, hours.asked, zone) if hours.asked else [(begin, end)]:
        for night_begins, night_ends in nights:
            if since < min(night_begins, until):
                yield since, min(night_begins, until)
            since = max(since, night_ends)
        if since < until:
            yield since, until


def _open(begin: datetime, end: datetime, asked: AskHours, zone: ZoneInfo) -> Iterator[Stretch]:
    """The hours of each day in which they may be asked; what follows at once is another stretch."""
    for day, since, until in _daily(begin, end, asked.begin, asked.end, zone):
        if day in asked.days:
            yield since, until


def _nights(begin: datetime, end: datetime, quiet: QuietHours, zone: ZoneInfo) -> Iterator[Stretch]:
    for _day, since, until in _daily(begin, end, quiet.begin, quiet.end, zone):
        yield since, until


def _daily(
    begin: datetime, end: datetime, first: time, last: time, zone: ZoneInfo
) -> Iterator[tuple[int, datetime, datetime]]:
    """What of each day's span lies between two instants, and the weekday on which it begins.

    A span that ends no later than it begins goes into the next day. Both are the first such time on the clock.
    """
    day = local_day(begin, zone) - _ONE_DAY
    while day <= local_day(end, zone):
        last_day = day if first < last else day + _ONE_DAY
        since = max(to_instant(datetime.combine(day, first), zone), begin)
        until = min(to_instant(datetime.combine(last_day, last), zone), end)
        if since < until:
            yield day.weekday(), since, until
        day += _ONE_DAY
