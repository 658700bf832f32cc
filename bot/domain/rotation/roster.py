"""Who takes part in a group's rotation: joining, leaving and coming back, each by a person's own press."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct

from bot.domain.errors import StudyError
from bot.domain.groups import find_group
from bot.domain.rotation.acts import release_turns, take_off, where_they_stand
from bot.domain.rotation.changing import come_back, join

if TYPE_CHECKING:
    from bot.clock import Clock
    from bot.domain.actors import Actor
    from bot.domain.groups import StudyGroup
    from bot.domain.rotation.values import Member
    from bot.domain.sessions import Session
    from bot.domain.uow import UnitOfWork, Units


class NotOnRoster(StudyError):
    """Who wants to leave the rotation of `group` does not take part in it."""

    group: str


class OnRoster(Struct, frozen=True):
    """Somebody is on the roster; `new` if only from now on, `back` if they had been before."""

    group: StudyGroup
    member: Member
    new: bool
    back: bool = False


class OffRoster(Struct, frozen=True):
    """Somebody has left the roster; they were asked for these sessions or had confirmed, and are to lecture no more."""

    group: StudyGroup
    sessions: tuple[Session, ...]


class RosterService:
    """Lets people join and leave rotations."""

    def __init__(self, units: Units, clock: Clock) -> None:
        self._units = units
        self._clock = clock

    async def join(self, guild_id: int, actor: Actor, name_or_id: str | int | None) -> OnRoster:
        """The actor takes part in the group's rotation from now on, if they did not yet.

        Raises:
            Unknown, GroupNeeded: see `find_group`.
        """
        async with self._units(guild_id) as uow:
            group = await find_group(uow, actor, name_or_id)
            before, member_id = await uow.rotation.roster(group.id), actor.member_id
            for member in before.members:
                if member.id == member_id:
                    return OnRoster(group, member, new=False)
            rows = await uow.rotation.former(group.id, [member_id])
            after = come_back(before, rows[0]) if rows else join(before, member_id, self._clock.now())
            await uow.rotation.save(group.id, before, after)
            await uow.record("rotation.join", member_id, f"group:{group.id}", after=where_they_stand(after.members[-1]))
            return OnRoster(group, await _on_it(uow, group.id, member_id), new=True, back=bool(rows))

    async def leave(self, guild_id: int, actor: Actor, name_or_id: str | int | None) -> OffRoster:
        """The actor takes part no more, and their turns that have not begun are given back. Their row is kept.

        Raises:
            Unknown, GroupNeeded: see `find_group`.
            NotOnRoster: they did not take part.
        """
        async with self._units(guild_id) as uow:
            group, member_id = await find_group(uow, actor, name_or_id), actor.member_id
            if not await take_off(uow, group.id, member_id, member_id):
                raise NotOnRoster(group.name)
            freed = await release_turns(uow, member_id, member_id, self._clock.now(), group_id=group.id)
            return OffRoster(group, tuple(freed))


async def _on_it(uow: UnitOfWork, group_id: int, member_id: int) -> Member:
    """The member as they are on the roster now, with their industry and absences."""
    return next(member for member in (await uow.rotation.roster(group_id)).members if member.id == member_id)
