"""Who takes part in a group's rotation: joining, leaving and coming back, each by a person's own press."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct

from bot.domain.errors import StudyError
from bot.domain.groups import find_group
from bot.domain.members import note_use
from bot.domain.restrictions import require_free
from bot.domain.rotation.acts import release_turns, show_places, take_off, turns_ahead, where_they_stand
from bot.domain.rotation.changing import come_back, join
from bot.domain.rotation.running import look_soon
from bot.domain.sessions import own_draft

if TYPE_CHECKING:
    from collections.abc import Collection

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


class LeavePreview(Struct, frozen=True):
    """What somebody is shown before they leave the roster and give back their turns at these `sessions`.

    Confirming it needs only `draft_id`. `again`: since they were shown it before, there are more of them.
    """

    draft_id: int
    group: StudyGroup
    sessions: tuple[Session, ...]
    again: bool = False


class Participation(Struct, frozen=True):
    """So many `people` take part in a group's rotation (0: it has none), and whether the reader is one of them.

    `organizes`: the reader looks after the group, and so after its rotation.
    """

    people: int
    mine: bool
    organizes: bool


async def participation(uow: UnitOfWork, actor: Actor, group: StudyGroup) -> Participation:
    """The group's rotation in short, for the actor."""
    members = (await uow.rotation.rosters()).get(group.id, frozenset())
    return Participation(len(members), actor.member_id in members, actor.organizes(group))


class RosterService:
    """Lets people join and leave rotations."""

    def __init__(self, units: Units, clock: Clock) -> None:
        self._units = units
        self._clock = clock

    async def join(self, guild_id: int, actor: Actor, name_or_id: str | int | None) -> OnRoster:
        """The actor takes part in the group's rotation from now on, if they did not yet.

        Raises:
            Unknown, GroupNeeded: see `find_group`.
            Restricted: a moderator keeps them from it.
        """
        async with self._units(guild_id) as uow:
            group = await find_group(uow, actor, name_or_id)
            before, member_id = await uow.rotation.roster(group.id), actor.member_id
            # They are asked by direct message, which only those get who use the bot.
            await note_use(uow, member_id, self._clock.now())
            for member in before.members:
                if member.id == member_id:
                    return OnRoster(group, member, new=False)
            now = self._clock.now()
            await require_free(uow, member_id, "rotation", now, now, member_id)
            rows = await uow.rotation.former(group.id, [member_id])
            after = come_back(before, rows[0]) if rows else join(before, member_id, self._clock.now())
            await uow.rotation.save(group.id, before, after)
            await uow.record("rotation.join", member_id, f"group:{group.id}", after=where_they_stand(after.members[-1]))
            if not before.members:
                await show_places(uow, group.id, self._clock.now())
            await look_soon(uow, group.id, self._clock.now())
            return OnRoster(group, await _on_it(uow, group.id, member_id), new=True, back=bool(rows))

    async def leave(self, guild_id: int, actor: Actor, name_or_id: str | int | None) -> OffRoster | LeavePreview:
        """The actor takes part no more; if turns of theirs would be given back by it, they are shown that first.

        Raises:
            Unknown, GroupNeeded: see `find_group`.
            NotOnRoster: they do not take part.
        """
        async with self._units(guild_id) as uow:
            return await self._leave(uow, actor, await find_group(uow, actor, name_or_id, whole=True))

    async def confirm(self, guild_id: int, actor: Actor, draft_id: int) -> OffRoster | LeavePreview:
        """Leave as it was shown, or show it again if there are more turns by now. The second of two presses finds the
        draft used.

        Raises:
            Unknown: it was used already, has gone, or is another's.
            NotOnRoster: they do not take part any more.
        """
        async with self._units(guild_id) as uow:
            draft = await own_draft(uow, actor, draft_id, "unroster")
            await uow.sessions.drafts.remove(draft.id)
            return await self._leave(uow, actor, await uow.groups.get(draft.subject_id), draft.data["sessions"])

    async def keep(self, guild_id: int, actor: Actor, draft_id: int) -> StudyGroup:
        """The actor goes on taking part; the draft is gone.

        Raises:
            Unknown: it was used already, has gone, or is another's.
        """
        async with self._units(guild_id) as uow:
            draft = await own_draft(uow, actor, draft_id, "unroster")
            await uow.sessions.drafts.remove(draft.id)
            return await uow.groups.get(draft.subject_id)

    async def _leave(
        self, uow: UnitOfWork, actor: Actor, group: StudyGroup, shown: Collection[int] | None = None
    ) -> OffRoster | LeavePreview:
        """Leave, if the actor was `shown` all sessions at which they have a turn (None: nothing yet). The row stays."""
        member_id, now = actor.member_id, self._clock.now()
        if group.id not in await uow.rotation.groups_of(member_id):
            raise NotOnRoster(group.name)
        mine = [session for _turn, session in await turns_ahead(uow, member_id, now, group_id=group.id)]
        if any(session.id not in (shown or ()) for session in mine):
            data = {"sessions": [session.id for session in mine]}
            draft = await uow.sessions.drafts.add(member_id, "unroster", data, group.id)
            return LeavePreview(draft.id, group, tuple(mine), again=shown is not None)
        await take_off(uow, group.id, member_id, member_id, now)
        freed = await release_turns(uow, member_id, member_id, now, group_id=group.id)
        await look_soon(uow, group.id, now)
        return OffRoster(group, tuple(freed))


async def _on_it(uow: UnitOfWork, group_id: int, member_id: int) -> Member:
    """The member as they are on the roster now, with their industry and absences."""
    return next(member for member in (await uow.rotation.roster(group_id)).members if member.id == member_id)
