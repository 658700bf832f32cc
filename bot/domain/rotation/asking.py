"""When somebody is asked, by when they answer, and what happens if nobody takes a turn. Days are 24 hours here."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from bot.domain.rotation.values import REFUSED, RotationSettings, Slot, Turn, TurnState

DAY = timedelta(days=1)
PUNCTUAL = timedelta(hours=1)
"""An ask that is no later than this after its time is in time."""
SHORTEST_ANSWER = timedelta(hours=6)
OFFER_BEFORE = timedelta(hours=48)
TELL_BEFORE = timedelta(hours=72)
DISCUSS_BEFORE = timedelta(hours=24)
SETTLED_BEFORE = timedelta(hours=1)
MOST_REFUSALS = 3
"""At so many refusals or silences for one date, the organizers are told."""


def answer_by(asked_at: datetime, starts_at: datetime, settings: RotationSettings) -> datetime:
    """By when somebody who is asked now has to answer: within a third of what is left, at least six hours."""
    usual = min(timedelta(days=settings.answer_within_days), (starts_at - asked_at) / 3)
    return min(asked_at + max(usual, SHORTEST_ANSWER), starts_at)


def nudge_at(asked_at: datetime, due: datetime) -> datetime:
    """When somebody is reminded that an answer is awaited: half-way."""
    return asked_at + (due - asked_at) / 2


def usual_ask(slot: Slot, settings: RotationSettings) -> datetime:
    """A date's own time: when its lecturers are asked if it has been known for long enough."""
    return slot.starts_at - timedelta(days=settings.ask_days_before)


def latest_ask(slot: Slot, settings: RotationSettings) -> datetime:
    """The last moment that leaves whoever is asked the usual time to answer before the open offer."""
    return offer_at(slot) - timedelta(days=settings.answer_within_days)


class Pace:
    """When each open place of the dates to come is asked for; the dates are to be gone through in time order.

    Each date is asked for at its own time, `ask_days_before`, whatever stands at later ones; who takes the place of
    somebody who declined, at once. Only dates whose own time has passed already, those of a new series, wait for each
    other: one turn a day, but none waits beyond its latest ask. A date whose own time comes meanwhile waits for those
    before it, so that the nearest is always asked for first. From the open offer on nobody is asked alone.
    """

    def __init__(self, slots: Iterable[Slot], settings: RotationSettings, now: datetime) -> None:
        self._settings = settings
        self._now = now
        late = (at for slot in slots if slot.turns for at in _first_asks(slot) if self._is_late(slot, at))
        self._last = max(late, default=None)

    def when(self, slot: Slot, place: int) -> datetime | None:
        """When somebody is asked for this place, not before now; None: it is offered to all who can."""
        if offer_at(slot) <= self._now:
            return None
        at = max(usual_ask(slot, self._settings), self._now)
        if self._last is None or _was_tried(slot, place) or not self._is_late(slot, max(self._last, self._now)):
            return at
        return max(at, min(self._last + DAY, latest_ask(slot, self._settings)))

    def ask(self, slot: Slot, place: int, at: datetime) -> None:
        """Somebody will be asked then; a place for which nobody can be found makes no other one wait."""
        if self._is_late(slot, at) and not _was_tried(slot, place):
            self._last = at

    def _is_late(self, slot: Slot, at: datetime) -> bool:
        return at > usual_ask(slot, self._settings) + PUNCTUAL


def _was_tried(slot: Slot, place: int) -> bool:
    return any(turn.place == place and turn.was_asked for turn in slot.turns)


def _first_asks(slot: Slot) -> Iterable[datetime]:
    """When the rule asked somebody for the first time, for each place of the date."""
    first: dict[int, Turn] = {}
    for turn in sorted([turn for turn in slot.turns if turn.was_asked], key=lambda turn: turn.asked_at):
        first.setdefault(turn.place, turn)
    return [turn.asked_at for turn in first.values() if not turn.by_hand]


def offer_at(slot: Slot) -> datetime:
    """From when on an open place of a date is offered to all who can: the first press takes it."""
    return slot.starts_at - OFFER_BEFORE


def reopened_at(slot: Slot) -> datetime | None:
    """When a date that had all its lecturers, be they only asked, last lost one; None: it never did."""

    def filled(at: datetime) -> int:
        return sum(turn.asked_at <= at and (turn.closed_at is None or turn.closed_at >= at) for turn in slot.turns)

    lost = [turn.closed_at for turn in slot.turns if turn.closed_at is not None]
    return max((at for at in lost if filled(at) >= slot.places), default=None)


def tell_at(slot: Slot) -> datetime | None:
    """When the organizers are told that a date is in trouble: at its third refusal or three days before.

    None: everybody who is to lecture has confirmed.
    """
    confirmed = sum(turn.state in (TurnState.CONFIRMED, TurnState.GIVEN) for turn in slot.turns)
    if confirmed >= slot.places:
        return None
    refusals = sorted(turn.closed_at for turn in slot.turns if turn.state in REFUSED and turn.closed_at)
    return min([slot.starts_at - TELL_BEFORE, *refusals[MOST_REFUSALS - 1 :]])


def discuss_at(slot: Slot) -> datetime | None:
    """When a date becomes an open discussion: a day before, unless somebody lectures or still has time to answer.

    A place that comes open only then, since the date is new or its lecturer has just dropped out, is offered for as
    long as anybody has to answer, but not into the last hour: those who come should know what awaits them.
    """
    if slot.standing:
        return None
    usual = slot.starts_at - DISCUSS_BEFORE
    opened = max([slot.known_at or usual, *(turn.closed_at for turn in slot.turns if turn.closed_at)])
    return usual if opened <= usual else max(usual, min(opened + SHORTEST_ANSWER, slot.starts_at - SETTLED_BEFORE))
