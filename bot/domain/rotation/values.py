"""What a rotation is made of: who takes part, the dates to be filled, and the turns taken at them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum
from typing import Literal

from msgspec import Struct
from msgspec.structs import replace

Priority = Literal["fairness", "diversity"]


class RotationSettings(Struct, frozen=True):
    """How a group wants its rotation.

    `spread` is D of the rule: with diversity first, loads may drift apart by so many turns so that another industry
    has its say. The periods are in days; `ask_days_before` is at least 3, since two days before a date its open places
    are offered to all.
    """

    priority: Priority = "diversity"
    per_session: int = 1
    ask_days_before: int = 21
    answer_within_days: int = 4
    grace_days: int = 14
    spread: int = 3


class Away(Struct, frozen=True):
    """From `since` on and before `until`, somebody can't lecture."""

    since: datetime
    until: datetime


class Member(Struct, frozen=True):
    """Somebody on the roster. `industry` is the first one of their profile, "" if there is none.

    `load` is the number of turns they count as having taken: not the lectures given, since who joins later begins with
    the load of the others. With `owes` they have missed turns while the others went on, and owe one, however many
    they missed; then their load is B. `last_turn` is when they lectured last, `given` how often. `restricted_until` is
    the end of a restriction by the moderators, `datetime.max` (UTC) if it has none.
    """

    id: int
    joined: datetime
    industry: str = ""
    load: int = 0
    owes: bool = False
    last_turn: datetime | None = None
    given: int = 0
    away: tuple[Away, ...] = ()
    restricted_until: datetime | None = None

    def is_available(self, at: datetime) -> bool:
        """Whether they are neither away nor restricted then."""
        # In full, since a year's plan asks it of everybody for every date.
        if self.restricted_until is not None and at < self.restricted_until:
            return False
        return not [each for each in self.away if each.since <= at < each.until]

    def is_away(self, at: datetime) -> bool:
        """Whether they have said that they can't lecture then."""
        return any(each.since <= at < each.until for each in self.away)

    def is_restricted(self, at: datetime) -> bool:
        """Whether moderators keep them from lecturing then."""
        return self.restricted_until is not None and at < self.restricted_until


class TurnState(StrEnum):
    """planned -> asked -> confirmed -> given; asked or confirmed -> declined, lapsed, swapped, released, withdrawn.

    A planned turn is a computed value; rows begin when somebody is asked. `lapsed` is silence until the answer was due,
    `released` taken from somebody who has left, or by an organizer, `withdrawn` undone as if it had never been. So is a
    no, or a silence, once the session has another date.
    """

    PLANNED = "planned"
    ASKED = "asked"
    CONFIRMED = "confirmed"
    GIVEN = "given"
    DECLINED = "declined"
    LAPSED = "lapsed"
    SWAPPED = "swapped"
    RELEASED = "released"
    WITHDRAWN = "withdrawn"


OPEN = frozenset({TurnState.ASKED, TurnState.CONFIRMED})
REFUSED = frozenset({TurnState.DECLINED, TurnState.LAPSED})
FALLEN = REFUSED | {TurnState.SWAPPED, TurnState.RELEASED, TurnState.WITHDRAWN}
NEXT: Mapping[TurnState, frozenset[TurnState]] = {
    TurnState.PLANNED: frozenset({TurnState.ASKED}),
    TurnState.ASKED: FALLEN | {TurnState.CONFIRMED},
    TurnState.CONFIRMED: FALLEN | {TurnState.GIVEN},
    **dict.fromkeys(REFUSED, frozenset({TurnState.WITHDRAWN})),
}
"""What a turn may become; from the other states it becomes nothing else."""


class Turn(Struct, frozen=True):
    """One person's turn at one of the places (0, 1, ...) of a date.

    A guest has `member_id` 0 and the `industry` of their affiliation, "" if it names none. A member's industry is that
    of their profile, and is kept here once they have lectured. `by_hand`: somebody has chosen the person, not the rule;
    `asked_by` is the organizer who did (0: none).
    `closed_at` is when it fell. `answer_due` is by when they are to answer (None: no answer is awaited), `id` its row's
    (0: it has none yet). `theme` and `outline` are what they will lecture about, `reading` a link or a text for the
    others to read ahead, "" as long as they have not said; only they themselves ever read the `reason` for which they
    declined.
    """

    slot_id: int
    place: int
    member_id: int
    state: TurnState
    asked_at: datetime
    closed_at: datetime | None = None
    industry: str = ""
    by_hand: bool = False
    answer_due: datetime | None = None
    id: int = 0
    theme: str = ""
    outline: str = ""
    reason: str = ""
    asked_by: int = 0
    reading: str = ""

    @property
    def is_standing(self) -> bool:
        """Whether it fills its place."""
        return self.state not in FALLEN

    @property
    def was_asked(self) -> bool:
        """Whether the turn ever was somebody's: not so if they were taken off a date before they were asked."""
        taken_off = self.state in (TurnState.RELEASED, TurnState.WITHDRAWN)
        return not (taken_off and self.closed_at == self.asked_at)

    def become(self, state: TurnState, at: datetime) -> Turn:
        """The turn in its next state, reached at this instant.

        Raises:
            ValueError: it can't become that; whoever calls has to know.
        """
        if state not in NEXT.get(self.state, ()):
            raise ValueError(f"a turn that is {self.state} can't become {state}")
        return replace(self, state=state, closed_at=at if state in FALLEN else self.closed_at)


class Slot(Struct, frozen=True):
    """A date that the rotation fills: a session to come, `places` lecturers, and all turns there ever were at it.

    `known_at` is when it was planned (None: long ago).
    """

    id: int
    starts_at: datetime
    places: int = 1
    turns: tuple[Turn, ...] = ()
    known_at: datetime | None = None

    @property
    def standing(self) -> tuple[Turn, ...]:
        """The turns that fill a place."""
        return tuple([turn for turn in self.turns if turn.is_standing])

    @property
    def open_places(self) -> list[int]:
        """The places without a turn, in order; none once there are as many turns as places, whichever they fill."""
        filled = {turn.place for turn in self.turns if turn.is_standing}
        return [place for place in range(self.places) if place not in filled][: max(self.places - len(filled), 0)]

    @property
    def not_again(self) -> frozenset[int]:
        """Those who are not asked for this date again: they declined, were silent, or were taken off it.

        Who has swapped or is covered may be asked, should the other one decline, and misses no turn by it.
        """
        return frozenset([t.member_id for t in self.turns if t.state in REFUSED or t.state is TurnState.RELEASED])


class Roster(Struct, frozen=True):
    """A group's rotation as it stands: who takes part, and what the turns given so far have come to.

    `base` is B of the rule: nobody's load is below it. `previous` are the industries of the last lecture.
    """

    members: tuple[Member, ...] = ()
    base: int = 0
    previous: frozenset[str] = frozenset()
    settings: RotationSettings = RotationSettings()


class Planned(Struct, frozen=True):
    """Whom the rule has chosen for a place, if nothing changes. `asked_at` is when they will be asked."""

    slot_id: int
    place: int
    member_id: int
    asked_at: datetime


class Plan(Struct, frozen=True):
    """The planned turns in time order, and the places (slot id, place) that nobody can take as things are."""

    turns: tuple[Planned, ...]
    unfilled: tuple[tuple[int, int], ...]
