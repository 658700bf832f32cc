"""Between wall clocks and instants."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo


def require_aware(instant: datetime) -> datetime:
    """Return the instant in UTC.

    Raises:
        ValueError: it has no zone and so is no instant.
    """
    if instant.utcoffset() is None:
        raise ValueError(f"a naive datetime is not an instant: {instant!r}")
    return instant.astimezone(UTC)


def to_instant(local: datetime, zone: ZoneInfo) -> datetime:
    """Return the UTC instant at which clocks in `zone` show the naive time `local`.

    Where clocks show it twice, the first time is meant. Where they skip it, it moves later by what they skip
    (an hour, nearly everywhere).

    Raises:
        ValueError: `local` already has a zone.
    """
    if local.tzinfo is not None:
        raise ValueError(f"a wall-clock time carries no zone: {local!r}")
    # fold=0 reads a repeated time with the offset before the change, hence the first of the two; a skipped
    # time is read with that offset too, and so comes out later by the size of the gap (PEP 495).
    return local.replace(tzinfo=zone, fold=0).astimezone(UTC)


def to_local(instant: datetime, zone: ZoneInfo) -> datetime:
    """Return what clocks in `zone` show at the instant, as an aware datetime.

    Raises:
        ValueError: the instant is naive.
    """
    return require_aware(instant).astimezone(zone)


def local_day(instant: datetime, zone: ZoneInfo) -> date:
    """Return the calendar day in `zone` at the instant (which must be aware)."""
    return to_local(instant, zone).date()


def day_bounds(day: date, zone: ZoneInfo) -> tuple[datetime, datetime]:
    """Return the instants (UTC) at which the day and the next one begin in `zone`, mostly 24 hours apart.

    Where clocks skip midnight, the day begins with the first time they show; a day that a zone skipped
    altogether is empty.
    """
    return (
        to_instant(datetime.combine(day, time()), zone),
        to_instant(datetime.combine(day + timedelta(days=1), time()), zone),
    )


def moved_along(deadline: datetime, old_start: datetime, new_start: datetime, zone: ZoneInfo) -> datetime:
    """Where a deadline goes when its session moves: as many days, at the same time by the clocks in `zone`.

    A deadline at the start stays at the start; any other may come to lie after the new one.
    """
    if deadline == old_start:
        return new_start
    days = local_day(new_start, zone) - local_day(old_start, zone)
    # One that stays on its day is left alone: read anew, the second of two times that clocks show would be the first.
    return to_instant(to_local(deadline, zone).replace(tzinfo=None) + days, zone) if days else deadline
