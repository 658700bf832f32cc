"""How a group wants its rotation: what its organizers set, each value within its bounds."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from msgspec import Struct
from msgspec.structs import asdict, replace

from bot.domain.communities import differences
from bot.domain.errors import check_number
from bot.domain.groups import find_group
from bot.domain.rotation.acts import show_places
from bot.domain.rotation.running import look_soon
from bot.domain.rotation.undoing import Undoable, may_undo
from bot.domain.rotation.values import Priority, RotationSettings

if TYPE_CHECKING:
    from bot.clock import Clock
    from bot.domain.actors import Actor
    from bot.domain.groups import StudyGroup
    from bot.domain.uow import Units

BOUNDS: Mapping[str, tuple[int, int]] = {
    "per_session": (1, 5),
    "ask_days_before": (3, 90),
    "answer_within_days": (1, 14),
    "grace_days": (0, 180),
}
"""The least and the most of each number. Two days before a date its open places are offered to all."""


class RotationChange(Struct, frozen=True):
    """What an organizer sets; None leaves it as it is. See `RotationSettings`."""

    priority: Priority | None = None
    per_session: int | None = None
    ask_days_before: int | None = None
    answer_within_days: int | None = None
    grace_days: int | None = None


class RotationChanged(Struct, frozen=True):
    """A group's rotation as it was set and as it is; `people` is how many take part.

    `undo_id` is the draft with which it can be taken back for a day (0: nothing has changed).
    """

    group: StudyGroup
    before: RotationSettings
    after: RotationSettings
    people: int
    undo_id: int = 0


class RotationSettingsService:
    """Lets organizers set their group's rotation."""

    def __init__(self, units: Units, clock: Clock) -> None:
        self._units = units
        self._clock = clock

    async def change(
        self, guild_id: int, actor: Actor, name_or_id: str | int | None, change: RotationChange
    ) -> RotationChanged:
        """Set what is given. Who is asked or has confirmed stays; whoever is planned is planned anew.

        Raises:
            Unknown, GroupNeeded: see `find_group`.
            NotAllowed: the actor does not organize the group.
            InvalidNumber: a number is out of its bounds.
        """
        given = {name: value for name, value in asdict(change).items() if value is not None}
        async with self._units(guild_id) as uow:
            group = await find_group(uow, actor, name_or_id, whole=bool(given))
            actor.require_organizer(group)
            for name, bounds in BOUNDS.items():
                check_number(name, given.get(name), *bounds)
            roster = await uow.rotation.roster(group.id)
            after, undo_id = replace(roster, settings=replace(roster.settings, **given)), 0
            if after != roster:
                await uow.rotation.save(group.id, roster, after)
                old, new = differences(roster.settings, after.settings)
                await uow.record("rotation.settings", actor.member_id, f"group:{group.id}", old, new)
                if "per_session" in new:
                    await show_places(uow, group.id, self._clock.now())
                await look_soon(uow, group.id, self._clock.now())
                undoable = Undoable("settings", settings=(roster.settings, after.settings))
                undo_id = await may_undo(uow, actor, group.id, undoable)
            return RotationChanged(group, roster.settings, after.settings, len(roster.members), undo_id)
