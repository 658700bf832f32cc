"""What may be asked of a session: lengths, numbers and times. Pure and synchronous."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from msgspec.structs import replace

from bot.domain.calendar import moved_along
from bot.domain.errors import InvalidText, StudyError, check_number, cleaned, require_text
from bot.domain.sessions.values import NewSession, Session, SessionChange, SessionState

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

LONGEST_THEME = 100
LONGEST_VENUE = 100
LONGEST_DESCRIPTION = 1000
LONGEST_LINK = 500
LONGEST_REASON = 300
MOST_PLACES = 1000
SHORTEST_DURATION, LONGEST_DURATION = 5, 2880
"""Minutes."""
YEARS_AHEAD = 3
FARTHEST = timedelta(days=YEARS_AHEAD * 366)
"""How far ahead a session may lie: Discord takes no event over five years ahead, and a slip of the year is likelier."""


class StartsInPast(StudyError):
    """The start, `starts_at`, has passed."""

    starts_at: datetime


class SessionTooFar(StudyError):
    """The start, `starts_at`, lies more than `years` ahead."""

    starts_at: datetime
    years: int


class DeadlineNotPossible(StudyError):
    """The deadline has passed, or lies after the start at `starts_at`."""

    deadline: datetime
    starts_at: datetime


class LinkNotUnderstood(StudyError):
    """The link is no http or https address."""

    text: str


class SessionNotOpen(StudyError):
    """The session was cancelled or is over (`state`), so that nothing about it can change."""

    session: Session
    state: SessionState


class NothingToChange(StudyError):
    """What was given is how it is already."""


def optional_text(field: str, text: str, limit: int) -> str:
    """The text, cleaned; "" if there is none.

    Raises:
        InvalidText: it is longer than `limit` characters.
    """
    clean = cleaned(text)
    if len(clean) > limit:
        raise InvalidText(field, len(clean), limit)
    return clean


def check_link(text: str) -> str:
    """An http or https address, or "".

    Raises:
        InvalidText: it is too long.
        LinkNotUnderstood: it is something else.
    """
    link = optional_text("link", text, LONGEST_LINK)
    if not link:
        return ""
    try:
        parts = urlsplit(link)
    except ValueError as error:
        raise LinkNotUnderstood(link[:100]) from error
    # Blanks and brackets would end the link early where it is shown.
    if parts.scheme not in ("http", "https") or not parts.hostname or any(c.isspace() or c in "<>" for c in link):
        raise LinkNotUnderstood(link[:100])
    return link


def check_start(starts_at: datetime, now: datetime) -> datetime:
    """The start of a session that is ahead.

    Raises:
        StartsInPast, SessionTooFar: it is not.
    """
    if starts_at <= now:
        raise StartsInPast(starts_at)
    if starts_at - now > FARTHEST:
        raise SessionTooFar(starts_at, YEARS_AHEAD)
    return starts_at


def check_deadline(deadline: datetime | None, starts_at: datetime, now: datetime) -> datetime | None:
    """The deadline for answers, between now and the start.

    Raises:
        DeadlineNotPossible: it is not.
    """
    if deadline is not None and not now < deadline <= starts_at:
        raise DeadlineNotPossible(deadline, starts_at)
    return deadline


def check_duration(minutes: int) -> int:
    """The duration in minutes.

    Raises:
        InvalidNumber: it is less than 5 minutes or more than two days.
    """
    check_number("duration", minutes, SHORTEST_DURATION, LONGEST_DURATION)
    return minutes


def checked(new: NewSession, now: datetime) -> NewSession:
    """What was asked for, tidied.

    Raises:
        InvalidText, InvalidNumber, LinkNotUnderstood, StartsInPast, SessionTooFar, DeadlineNotPossible: it is against
            the limits.
    """
    starts_at = check_start(new.starts_at, now)
    return NewSession(
        group_id=new.group_id,
        theme=require_text("theme", new.theme, LONGEST_THEME),
        starts_at=starts_at,
        kind=new.kind,
        duration=check_duration(new.duration),
        venue=optional_text("venue", new.venue, LONGEST_VENUE),
        link=check_link(new.link),
        capacity=check_number("capacity", new.capacity, 1, MOST_PLACES),
        deadline=check_deadline(new.deadline, starts_at, now),
        description=optional_text("description", new.description, LONGEST_DESCRIPTION),
        host_id=new.host_id,
        topic_id=new.topic_id,
    )


def tidied(change: SessionChange) -> SessionChange:
    """The change with its texts cleaned, fit to be kept.

    Raises:
        InvalidText: the reason is too long.
    """
    texts = {name: getattr(change, name) for name in ("theme", "venue", "link", "description")}
    return replace(
        change,
        **{name: cleaned(text) for name, text in texts.items() if text is not None},
        reason=optional_text("reason", change.reason, LONGEST_REASON),
    )


def open_session(session: Session, now: datetime) -> Session:
    """The session, if people may still answer and change it.

    Raises:
        SessionNotOpen: it was cancelled or is over.
    """
    if session.state is not SessionState.SCHEDULED:
        raise SessionNotOpen(session, session.state)
    if session.ends_at <= now:
        raise SessionNotOpen(session, SessionState.ENDED)
    return session


def deadline_along(
    deadline: datetime, old_start: datetime, new_start: datetime, now: datetime, zone: ZoneInfo
) -> datetime | None:
    """The deadline of a session that moves: it moves along on the clock in `zone`, but no further than to the start.

    None: it would have passed already, and is dropped, so that people can answer.
    """
    moved = min(moved_along(deadline, old_start, new_start, zone), new_start)
    return moved if moved > now else None


def _deadline_moved(session: Session, new_start: datetime, now: datetime, zone: ZoneInfo) -> dict[str, object]:
    """The deadline with a new start, and whole if it is cut, so that a move back restores it."""
    whole = session.deadline_uncut or session.deadline
    if whole is None:
        return {}
    moved = moved_along(whole, session.starts_at, new_start, zone)
    deadline = deadline_along(whole, session.starts_at, new_start, now, zone)
    return {"deadline": deadline, "deadline_uncut": moved if moved > new_start else None}


def changed_values(session: Session, change: SessionChange, now: datetime, zone: ZoneInfo) -> dict[str, object]:
    """The fields that a change sets to something new; empty if there are none.

    A deadline moves along with its session, on the community's clock in `zone`.

    Raises:
        As `checked`.
    """
    values: dict[str, object] = {}
    if change.theme is not None:
        values["theme"] = require_text("theme", change.theme, LONGEST_THEME)
    if change.venue is not None:
        values["venue"] = optional_text("venue", change.venue, LONGEST_VENUE)
    if change.link is not None:
        values["link"] = check_link(change.link)
    if change.description is not None:
        values["description"] = optional_text("description", change.description, LONGEST_DESCRIPTION)
    if change.duration is not None:
        values["duration"] = check_duration(change.duration)
    if change.capacity is not None:
        values["capacity"] = check_number("capacity", change.capacity, 0, MOST_PLACES) or None
    starts_at = session.starts_at
    if change.starts_at is not None and change.starts_at != session.starts_at:
        values["starts_at"] = starts_at = check_start(change.starts_at, now)
    if change.no_deadline:
        values |= {"deadline": None, "deadline_uncut": None}
    elif change.deadline is not None:
        values |= {"deadline": check_deadline(change.deadline, starts_at, now), "deadline_uncut": None}
    elif starts_at != session.starts_at:
        values |= _deadline_moved(session, starts_at, now, zone)
    changed = {name: value for name, value in values.items() if getattr(session, name) != value}
    # Where the deadline was meant to be is seen by nobody; alone it is no change.
    return changed if changed.keys() != {"deadline_uncut"} else {}
