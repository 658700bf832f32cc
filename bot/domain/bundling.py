"""What several people do within a short time is told together."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

QUARTER = timedelta(minutes=15)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def quarter_end(instant: datetime) -> datetime:
    """The end of the quarter of an hour in which the instant lies; later than it."""
    return instant + QUARTER - (instant - _EPOCH) % QUARTER
