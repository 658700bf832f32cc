"""Quiet hours: when a community (or, for direct messages, a member) is left in peace."""

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from msgspec import Struct

from bot.domain.calendar.instants import local_day, require_aware, to_instant

AHEAD_OF_START = timedelta(minutes=15)
"""A message that waits for the end of the quiet hours has to arrive at least this long before the session."""
AHEAD_OF_QUIET = timedelta(minutes=10)
"""What can't wait goes out this long before the quiet hours begin."""

_ONE_DAY = timedelta(days=1)


class QuietHours(Struct, frozen=True):
    """From `begin` (included) to the next `end` (excluded), on the wall clock of the zone asked about."""

    begin: time
    end: time

    def contains(self, instant: datetime, zone: ZoneInfo) -> bool:
        """Say whether the instant lies inside them."""
        return self.stretch(instant, zone) is not None

    def stretch(self, instant: datetime, zone: ZoneInfo) -> tuple[datetime, datetime] | None:
        """Return the begin and end (UTC) of the night that the instant lies in, None outside of them.

        Begin and end are each the first such time on the clock, so that a night is one stretch even when
        clocks are set back inside it or at its end.
        """
        moment = require_aware(instant)
        today = local_day(moment, zone)
        for day in (today - _ONE_DAY, today):
            end_day = day if self.begin < self.end else day + _ONE_DAY
            begin = to_instant(datetime.combine(day, self.begin), zone)
            end = to_instant(datetime.combine(end_day, self.end), zone)
            if begin <= moment < end:
                return begin, end
        return None


class Held(Struct, frozen=True):
    """When a message really goes out (UTC), and whether it must not make a sound."""

    at: datetime
    silent: bool = False


def hold(
    due: datetime,
    quiet: QuietHours | None,
    zone: ZoneInfo,
    starts_at: datetime | None,
    now: datetime,
    expires_at: datetime | None = None,
) -> Held:
    """Return when a message that falls due at `due` may go out.

    Inside the quiet hours it moves to their end if that is at least 15 minutes before the session starts (or
    there is no session) and the message has not expired by then, else to 10 minutes before they begin if that is
    still ahead of `now`; what can do neither goes out when due, silently.

    Raises:
        ValueError: one of the instants is naive.
    """
    due = require_aware(due)
    night = quiet.stretch(due, zone) if quiet is not None else None
    if night is None:
        return Held(due)
    begin, end = night
    in_time = starts_at is None or end + AHEAD_OF_START <= require_aware(starts_at)
    if in_time and (expires_at is None or end < require_aware(expires_at)):
        return Held(end)
    if begin - AHEAD_OF_QUIET > require_aware(now):
        return Held(begin - AHEAD_OF_QUIET)
    return Held(due, silent=True)
