"""When people can't lecture: each says it of themselves, and why is read by nobody else.

The organizers of a group see that somebody is away, as they have to plan with it; the audit knows no more. What has
two readings is asked about before anything is written.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Literal

from msgspec import Struct
from msgspec.structs import replace

from bot.domain.errors import StudyError, Unknown
from bot.domain.phrases import Fork, kept, resumed, taking
from bot.domain.rotation.acts import change_turn, turns_ahead
from bot.domain.rotation.running import look_soon
from bot.domain.rotation.saying import withdraw
from bot.domain.rotation.storage import Unavailability
from bot.domain.rotation.values import TurnState
from bot.domain.sessions import LONGEST_REASON, optional_text, own_draft

if TYPE_CHECKING:
    from bot.clock import Clock
    from bot.domain.actors import Actor
    from bot.domain.sessions import Session
    from bot.domain.uow import UnitOfWork, Units

OPEN_END = datetime.max.replace(tzinfo=UTC)
"""The end of what has none."""
MOST_UNAVAILABLE = 20
"""So many windows that are not over may one person have."""


class NoTimeAway(StudyError):
    """The window from `since` to `until` is over already, or ends before it begins."""

    since: datetime
    until: datetime


class TooManyAbsences(StudyError):
    """This person has as many windows as anybody may."""

    limit: int


class Absence(Struct, frozen=True):
    """When and why somebody says that they can't lecture; `until` None: until they say otherwise."""

    since: datetime
    until: datetime | None = None
    reason: str = ""


class WhichEdge(Struct, frozen=True):
    """What somebody is asked before it is written: the `text` of `field` has two `readings` (UTC), the earlier first.

    Choosing needs only `draft_id` and the place of a reading. `time_zone` is the community's.
    """

    draft_id: int
    field: Literal["since", "until"]
    text: str
    readings: tuple[datetime, ...]
    time_zone: str


class Noted(Struct, frozen=True):
    """Somebody can't lecture in this window; `new` if that was not known.

    At these `sessions` in it they were asked to lecture or had confirmed: somebody else is asked there now.
    """

    window: Unavailability
    new: bool
    sessions: tuple[Session, ...] = ()


class UnavailabilityService:
    """Lets people say when they can't lecture."""

    def __init__(self, units: Units, clock: Clock) -> None:
        self._units = units
        self._clock = clock

    async def add(
        self, guild_id: int, actor: Actor, since: datetime, until: datetime | None = None, reason: str = ""
    ) -> Noted:
        """The actor can't lecture from `since` on and before `until` (None: until they say otherwise).

        Of two presses at once one writes it.

        Raises:
            InvalidText: the reason is too long.
            NoTimeAway, TooManyAbsences.
        """
        async with self._units(guild_id) as uow:
            return await _note(uow, actor.member_id, _checked(Absence(since, until, reason)), self._clock.now())

    async def propose(self, guild_id: int, actor: Actor, new: Absence, forks: Sequence[Fork]) -> Noted | WhichEdge:
        """As `add`, of what has two readings: its author is asked which is meant, unless only one is possible.

        Raises:
            As `add`.
        """
        async with self._units(guild_id) as uow:
            return await self._go_on(uow, actor, _checked(new), forks)

    async def choose(self, guild_id: int, actor: Actor, draft_id: int, place: int) -> Noted | WhichEdge:
        """Go on with the reading that was chosen (0 the first, 1 the second).

        Raises:
            Unknown: the question was answered, has gone, or was another's. Else as `propose`.
        """
        async with self._units(guild_id) as uow:
            draft = await own_draft(uow, actor, draft_id, "ask-away")
            await uow.sessions.drafts.remove(draft.id)
            return await self._go_on(uow, actor, *resumed(draft.data, Absence, place))

    async def _go_on(self, uow: UnitOfWork, actor: Actor, new: Absence, forks: Sequence[Fork]) -> Noted | WhichEdge:
        now = self._clock.now()
        new, forks = _sensible(new, forks, now)
        if not forks:
            return await _note(uow, actor.member_id, new, now)
        draft = await uow.sessions.drafts.add(actor.member_id, "ask-away", kept(new, forks))
        fork, field = forks[0], "since" if forks[0].field == "since" else "until"
        said = [getattr(taking(new, fork, place), field) for place in range(len(fork.readings))]
        time_zone = (await uow.communities.get()).time_zone
        return WhichEdge(draft.id, field, fork.text, tuple(said), time_zone)

    async def remove(self, guild_id: int, actor: Actor, unavailability_id: int) -> Unavailability:
        """The actor can lecture in that window again.

        Raises:
            Unknown: it has gone already, or is another's.
        """
        async with self._units(guild_id) as uow:
            for window in await uow.rotation.unavailable(actor.member_id):
                if window.id == unavailability_id:
                    await uow.rotation.remove_unavailable(actor.member_id, window.id)
                    subject = f"unavailability:{window.id}"
                    await uow.record("unavailability.remove", actor.member_id, subject, before=_as_plain(window))
                    await _look(uow, actor.member_id, self._clock.now())
                    return window
        raise Unknown("button", str(unavailability_id))

    async def list(self, guild_id: int, actor: Actor) -> list[Unavailability]:
        """The actor's own windows that are not over, by their beginning."""
        async with self._units.reading(guild_id) as uow:
            return await _ahead(uow, actor.member_id, self._clock.now())


def _checked(new: Absence) -> Absence:
    return replace(new, reason=optional_text("reason", new.reason, LONGEST_REASON))


def _sensible(new: Absence, forks: Sequence[Fork], now: datetime) -> tuple[Absence, tuple[Fork, ...]]:
    """Settle an end of which not both readings come after the beginning, once that is known."""
    if any(fork.field == "since" for fork in forks):
        return new, tuple(forks)
    left: list[Fork] = []
    for fork in forks:
        readings = [taking(new, fork, place) for place in range(len(fork.readings))]
        fitting = [each for each in readings if each.until is None or each.until > max(each.since, now)]
        if len(fitting) > 1:
            left.append(fork)
        else:
            # Of two that don't fit, the last says why not.
            new = (fitting or readings)[-1]
    return new, tuple(left)


async def _note(uow: UnitOfWork, member_id: int, new: Absence, now: datetime) -> Noted:
    """Write the window, or the reason of one that is known."""
    since, until = new.since, new.until or OPEN_END
    if until <= max(since, now):
        raise NoTimeAway(since, until)
    known = await _ahead(uow, member_id, now)
    same = next((each for each in known if (each.since, each.until) == (since, until)), None)
    if same is None and len(known) >= MOST_UNAVAILABLE:
        raise TooManyAbsences(MOST_UNAVAILABLE)
    window = replace(same or Unavailability(0, member_id, since, until), reason=new.reason)
    if window != same:
        window = await uow.rotation.put_unavailable(window)
    if same is None:
        await uow.record("unavailability.add", member_id, f"unavailability:{window.id}", after=_as_plain(window))
    given_back = await _give_back(uow, window, now)
    await _look(uow, member_id, now)
    return Noted(window, same is None, given_back)


async def _ahead(uow: UnitOfWork, member_id: int, now: datetime) -> list[Unavailability]:
    return [window for window in await uow.rotation.unavailable(member_id) if window.until > now]


async def _give_back(uow: UnitOfWork, window: Unavailability, now: datetime) -> tuple[Session, ...]:
    """Where this person was to lecture although they can't, they are not any more."""
    given_back: list[Session] = []
    for turn, session in await turns_ahead(uow, window.member_id, now):
        if window.since <= session.starts_at < window.until:
            await change_turn(uow, turn, TurnState.DECLINED, window.member_id, now)
            await withdraw(uow, turn, "unavailable")
            await uow.mirrors.refresh("announcement", session.id)
            await look_soon(uow, session.group_id, now)
            given_back.append(session)
    return tuple(given_back)


async def _look(uow: UnitOfWork, member_id: int, now: datetime) -> None:
    """Who is next may be another one now, wherever this person takes part."""
    for group_id in await uow.rotation.groups_of(member_id):
        await look_soon(uow, group_id, now)


def _as_plain(window: Unavailability) -> dict[str, str]:
    """What the audit may know of it: not the reason."""
    return {"since": window.since.isoformat(), "until": window.until.isoformat()}
