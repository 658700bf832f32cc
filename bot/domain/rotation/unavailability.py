"""When people can't lecture: each says it of themselves, and why is read by nobody else.

The organizers of a group see that somebody is away, as they have to plan with it; the audit knows no more.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from msgspec import Struct
from msgspec.structs import replace

from bot.domain.errors import StudyError, Unknown
from bot.domain.groups import find_group
from bot.domain.rotation.storage import Unavailability
from bot.domain.sessions import LONGEST_REASON, optional_text

if TYPE_CHECKING:
    from bot.clock import Clock
    from bot.domain.actors import Actor
    from bot.domain.rotation.values import Away
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


class Noted(Struct, frozen=True):
    """Somebody can't lecture in this window; `new` if that was not known.

    At these `sessions` in it they are asked to lecture or have confirmed; that is not changed by it.
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
        now, until = self._clock.now(), until or OPEN_END
        reason = optional_text("reason", reason, LONGEST_REASON)
        if until <= max(since, now):
            raise NoTimeAway(since, until)
        async with self._units(guild_id) as uow:
            known = await _ahead(uow, actor.member_id, now)
            same = next((each for each in known if (each.since, each.until) == (since, until)), None)
            if same is None and len(known) >= MOST_UNAVAILABLE:
                raise TooManyAbsences(MOST_UNAVAILABLE)
            window = replace(same or Unavailability(0, actor.member_id, since, until), reason=reason)
            if window != same:
                window = await uow.rotation.put_unavailable(window)
            if same is None:
                subject = f"unavailability:{window.id}"
                await uow.record("unavailability.add", actor.member_id, subject, after=_as_plain(window))
            return Noted(window, same is None, await _lectures_in(uow, window, now))

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
                    return window
        raise Unknown("button", str(unavailability_id))

    async def list(self, guild_id: int, actor: Actor) -> list[Unavailability]:
        """The actor's own windows that are not over, by their beginning."""
        async with self._units.reading(guild_id) as uow:
            return await _ahead(uow, actor.member_id, self._clock.now())

    async def away(self, guild_id: int, actor: Actor, name_or_id: str | int | None) -> dict[int, tuple[Away, ...]]:
        """Who on a group's roster is away now or later, and when, but not why; by member, each by its beginning.

        Raises:
            Unknown, GroupNeeded: see `find_group`.
            NotAllowed: the actor does not organize the group.
        """
        async with self._units.reading(guild_id) as uow:
            group, now = await find_group(uow, actor, name_or_id), self._clock.now()
            actor.require_organizer(group)
            members = (await uow.rotation.roster(group.id)).members
        ahead = {member.id: tuple(each for each in member.away if each.until > now) for member in members}
        return {member_id: windows for member_id, windows in ahead.items() if windows}


async def _ahead(uow: UnitOfWork, member_id: int, now: datetime) -> list[Unavailability]:
    return [window for window in await uow.rotation.unavailable(member_id) if window.until > now]


async def _lectures_in(uow: UnitOfWork, window: Unavailability, now: datetime) -> tuple[Session, ...]:
    """Where this person is to lecture although they can't."""
    turns = await uow.rotation.open_turns(window.member_id)
    sessions = [await uow.sessions.get(turn.slot_id) for turn in turns]
    within = [each for each in sessions if each.starts_at > now and window.since <= each.starts_at < window.until]
    return tuple(sorted(within, key=lambda session: (session.starts_at, session.id)))


def _as_plain(window: Unavailability) -> dict[str, str]:
    """What the audit may know of it: not the reason."""
    return {"since": window.since.isoformat(), "until": window.until.isoformat()}
