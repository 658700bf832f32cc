"""A group's rotation as one reader sees it, and why somebody was chosen.

Until somebody confirms, they are named only to themselves and to organizers. Refusals, absences and the names of those
on the roster are for organizers; when and why somebody is away, for nobody but them.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from contextlib import suppress
from datetime import datetime
from typing import TYPE_CHECKING

from msgspec import Struct
from msgspec.structs import replace

from bot.domain.errors import StudyError, Unknown
from bot.domain.groups import find_group
from bot.domain.industries import Industry, by_key
from bot.domain.rotation.planning import plan
from bot.domain.rotation.reading import Rotation, rotation_of
from bot.domain.rotation.telling import Spread, Why, explain, spread
from bot.domain.rotation.values import REFUSED, Away, Plan, Slot, TurnState
from bot.domain.sessions import visible_session

if TYPE_CHECKING:
    from bot.clock import Clock
    from bot.domain.actors import Actor
    from bot.domain.groups import StudyGroup
    from bot.domain.rotation.guests import Guest
    from bot.domain.sessions import Session
    from bot.domain.uow import UnitOfWork, Units

PAGE = 6
"""Dates on one screen: so many fit, however long their themes are."""
_ALL = 5000
_AGREED = frozenset({TurnState.CONFIRMED, TurnState.GIVEN})


class NoRotation(StudyError):
    """Nobody takes part in the rotation of `group`, so nobody is chosen there."""

    group: str


class NotALecture(StudyError):
    """The session called `theme` is of a kind for which nobody is chosen."""

    theme: str


class ShownTurn(Struct, frozen=True):
    """A turn that the reader may know of. `member_id` 0: a guest. A planned one is asked at `asked_at`."""

    member_id: int
    state: TurnState
    asked_at: datetime


class ShownDate(Struct, frozen=True):
    """A lecture to come: the `turns` that the reader may know of, and how many places are being `arranged`.

    `refused` are those who declined it or were silent, for organizers only; `guest` is who has the turn of member 0.
    """

    session: Session
    turns: tuple[ShownTurn, ...]
    arranged: int
    refused: tuple[int, ...] = ()
    guest: Guest | None = None

    def of(self, member_id: int) -> ShownTurn | None:
        """This person's turn at it."""
        return next((turn for turn in self.turns if turn.member_id == member_id), None)


class RotationView(Struct, frozen=True):
    """One screen of a group's rotation, for `reader_id`; `page` counts from 0, `pages` is at least 1.

    `people` take part; `dates` are those on the screen, `next` is the reader's own next turn. `industries` has those
    that the `spread` names, by key. `roster`, and who of it is `away` now or later, are for organizers only.
    """

    reader_id: int
    group: StudyGroup
    organizes: bool
    takes_part: bool
    people: int
    dates: tuple[ShownDate, ...]
    page: int
    pages: int
    next: tuple[Session, ShownTurn] | None = None
    spread: Spread | None = None
    industries: Mapping[str, Industry] = {}
    roster: tuple[int, ...] = ()
    away: Mapping[int, tuple[Away, ...]] = {}


class WhyView(Struct, frozen=True):
    """Why those who lecture at a session were chosen, as far as the reader may know.

    Of others it is known who they are, but not why: `by_hand` are people whom people have chosen, `forgotten` those of
    whom it is not kept any more; 0 stands for a guest. `arranged` places have nobody whom the reader may know of.
    """

    session: Session
    whys: tuple[Why, ...]
    by_hand: tuple[int, ...]
    forgotten: tuple[int, ...]
    arranged: int


class RotationViewService:
    """What people ask about rotations."""

    def __init__(self, units: Units, clock: Clock) -> None:
        self._units = units
        self._clock = clock

    async def show(
        self, guild_id: int, actor: Actor, name_or_id: str | int | None = None, page: int = 0
    ) -> RotationView:
        """The rotation of one group; a page that is gone shows the last.

        Raises:
            Unknown, GroupNeeded: see `find_group`.
        """
        now = self._clock.now()
        async with self._units.reading(guild_id) as uow:
            group = await find_group(uow, actor, name_or_id)
            rotation = await rotation_of(uow, group.id)
            roster, organizes = rotation.roster, actor.organizes(group)
            people = tuple(member.id for member in roster.members)
            even = spread(roster, await uow.rotation.covered(group.id)) if people else None
            dates = await _dates(uow, actor, group, rotation, now)
            own = ((date.session, turn) for date in dates if (turn := date.of(actor.member_id)))
            pages = max(1, -(-len(dates) // PAGE))
            page = min(max(page, 0), pages - 1)
            on_screen = [await _with_guest(uow, date) for date in dates[page * PAGE :][:PAGE]]
            return RotationView(
                reader_id=actor.member_id,
                group=group,
                organizes=organizes,
                takes_part=actor.member_id in people,
                people=len(people),
                dates=tuple(on_screen),
                page=page,
                pages=pages,
                next=next(own, None),
                spread=even,
                industries=await _industries(uow, even),
                roster=people if organizes else (),
                away=_away(rotation, now) if organizes else {},
            )

    async def why(self, guild_id: int, actor: Actor, session_id: int) -> WhyView:
        """Why those who lecture at a session were chosen.

        Raises:
            Unknown: it does not exist for this person.
            NotALecture, NoRotation.
        """
        async with self._units.reading(guild_id) as uow:
            session, group = await visible_session(uow, actor, session_id)
            if session.kind != "lecture":
                raise NotALecture(session.theme)
            rotation = await rotation_of(uow, group.id)
            turns = (await uow.rotation.turns([session.id])).get(session.id, ())
            if not rotation.roster.members and not turns:
                raise NoRotation(group.name)
            whys: list[Why] = []
            by_hand: list[int] = []
            forgotten: list[int] = []
            standing = [turn for turn in turns if turn.is_standing]
            for turn in standing:
                if not _may_know(actor, group, turn.member_id, turn.state):
                    continue
                if (kept := await uow.rotation.why(turn.id)) is not None:
                    whys.append(kept)
                else:
                    (by_hand if turn.by_hand or not turn.member_id else forgotten).append(turn.member_id)
            planned = explain(rotation.roster, rotation.slots, self._clock.now(), session.id)
            whys += [each for each in planned if _may_know(actor, group, each.member_id, TurnState.PLANNED)]
            places = next((slot.places for slot in rotation.slots if slot.id == session.id), len(standing))
            arranged = max(places, len(standing)) - len(whys) - len(by_hand) - len(forgotten)
            return WhyView(session, tuple(whys), tuple(by_hand), tuple(forgotten), arranged)


def _may_know(actor: Actor, group: StudyGroup, member_id: int, state: TurnState) -> bool:
    """Whether the actor may know that it is this person."""
    return state in _AGREED or member_id == actor.member_id or actor.organizes(group)


async def _dates(
    uow: UnitOfWork, actor: Actor, group: StudyGroup, rotation: Rotation, now: datetime
) -> list[ShownDate]:
    """The lectures that have not begun, by start."""
    if not rotation.roster.members:
        return []
    planned = plan(rotation.roster, rotation.slots, now)
    sessions = {each.id: each for each in await uow.sessions.upcoming(now, group_id=group.id, limit=_ALL)}
    ahead = [slot for slot in rotation.slots if slot.id in sessions and slot.starts_at > now]
    return [_date(sessions[slot.id], actor, group, slot, planned) for slot in ahead]


def _date(session: Session, actor: Actor, group: StudyGroup, slot: Slot, planned: Plan) -> ShownDate:
    turns = [ShownTurn(turn.member_id, turn.state, turn.asked_at) for turn in slot.standing]
    agreed = sum(turn.state in _AGREED for turn in turns)
    turns += [
        ShownTurn(turn.member_id, TurnState.PLANNED, turn.asked_at) for turn in planned.turns if turn.slot_id == slot.id
    ]
    refused = {turn.member_id: None for turn in slot.turns if turn.state in REFUSED}
    return ShownDate(
        session,
        tuple(turn for turn in turns if _may_know(actor, group, turn.member_id, turn.state)),
        max(slot.places - agreed, 0),
        tuple(refused) if actor.organizes(group) else (),
    )


async def _with_guest(uow: UnitOfWork, date: ShownDate) -> ShownDate:
    """The date with the guest who lectures there, if one does."""
    return date if date.of(0) is None else replace(date, guest=await uow.guests.of(date.session.id))


def _away(rotation: Rotation, now: datetime) -> dict[int, tuple[Away, ...]]:
    ahead = {member.id: tuple(each for each in member.away if each.until > now) for member in rotation.roster.members}
    return {member_id: windows for member_id, windows in ahead.items() if windows}


async def _industries(uow: UnitOfWork, even: Spread | None) -> dict[str, Industry]:
    """What there is to be known of each of them; one that has gone is left out."""
    keys: Iterable[str] = () if even is None else (*even.covered, *even.waiting, *even.missing)
    found: dict[str, Industry] = {}
    for key in keys:
        with suppress(Unknown):
            found[key] = await by_key(uow, key)
    return found
