"""Who belongs to which study group: joining, leaving, and what follows.

Belonging to a group is a person's own press. It changes nothing about who may answer or come; it says whose answers are
awaited, and who is asked about the group's affairs.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Awaitable, Callable, Iterable, Sequence
from typing import TYPE_CHECKING, Protocol

from msgspec import Struct
from msgspec.structs import replace

from bot.domain.errors import StudyError
from bot.domain.groups import find_group, visible_groups
from bot.domain.rotation.roster import Participation, participation
from bot.domain.rsvps import Answer, Rsvp
from bot.domain.sessions import Session, SessionView, hosted, view

if TYPE_CHECKING:
    from bot.clock import Clock
    from bot.domain.actors import Actor
    from bot.domain.groups import StudyGroup
    from bot.domain.members import MemberLeft
    from bot.domain.rsvps import RsvpService
    from bot.domain.uow import UnitOfWork, Units

_ALL = 5000


class MembershipRepository(Protocol):
    """Who belongs to which group of one community."""

    async def of_member(self, member_id: int) -> frozenset[int]:
        """The ids of this person's groups."""
        ...

    async def of_group(self, group_id: int) -> frozenset[int]:
        """The ids of its members."""
        ...

    async def sizes(self) -> Counter[int]:
        """How many members each group has, by its id."""
        ...

    async def join(self, group_id: int, member_id: int) -> None:
        """From now on this person belongs to the group; they must not belong to it yet."""
        ...

    async def leave(self, group_id: int, member_id: int) -> bool:
        """From now on this person does not belong to the group; False if they did not."""
        ...


class NotAMember(StudyError):
    """Who wants to leave the group does not belong to it."""

    group: str


class GroupCard(Struct, frozen=True):
    """A group as one person sees it: how many belong to it, whether they do, and its next session to come.

    `rotation` is set where one group alone is looked at.
    """

    group: StudyGroup
    members: int
    mine: bool
    next: Session | None = None
    rotation: Participation | None = None


class Joined(Struct, frozen=True):
    """Somebody belongs to the group; `new` if only from now on. `next` is its next session, as that person sees it.

    `rotation` is the group's rotation, as far as it concerns them.
    """

    group: StudyGroup
    new: bool
    next: SessionView | None
    answer: Rsvp | None
    rotation: Participation


class Left(Struct, frozen=True):
    """Somebody has left the group; they still said that they (may) come to so many of its sessions, and host some."""

    group: StudyGroup
    answers: int
    hosts: tuple[Session, ...] = ()


MembershipHook = Callable[["UnitOfWork", "StudyGroup", int], Awaitable[None]]
"""A feature's part when somebody (their id) joins a group, or leaves it but not the server, in the same transaction."""


def unanswered(members: Iterable[int], rsvps: Sequence[Rsvp]) -> int:
    """How many of a group's members have not said anything of a session; guests of the group don't count."""
    return len(frozenset(members) - {rsvp.member_id for rsvp in rsvps})


class MembershipService:
    """Lets people join and leave groups. `on_joined` and `on_left` are other features' parts in that, in order."""

    def __init__(
        self,
        units: Units,
        clock: Clock,
        rsvps: RsvpService,
        *,
        on_joined: Sequence[MembershipHook] = (),
        on_left: Sequence[MembershipHook] = (),
    ) -> None:
        self._units = units
        self._clock = clock
        self._rsvps = rsvps
        self._on_joined = tuple(on_joined)
        self._on_left = tuple(on_left)

    async def cards(self, guild_id: int, actor: Actor) -> list[GroupCard]:
        """The groups that exist for this member, in order of creation."""
        async with self._units.reading(guild_id) as uow:
            groups = await visible_groups(uow, actor)
            return await self._cards(uow, actor, groups.values())

    async def card(self, guild_id: int, actor: Actor, name_or_id: str | int | None) -> GroupCard:
        """One group.

        Raises:
            Unknown, GroupNeeded: see `find_group`.
        """
        async with self._units.reading(guild_id) as uow:
            group = await find_group(uow, actor, name_or_id)
            (card,) = await self._cards(uow, actor, [group])
            return replace(card, rotation=await participation(uow, actor, group))

    async def join(self, guild_id: int, actor: Actor, name_or_id: str | int | None) -> Joined:
        """The actor belongs to the group from now on, if they did not yet.

        Raises:
            Unknown, GroupNeeded: see `find_group`.
        """
        async with self._units(guild_id) as uow:
            group = await find_group(uow, actor, name_or_id)
            new = group.id not in await uow.memberships.of_member(actor.member_id)
            if new:
                await uow.memberships.join(group.id, actor.member_id)
                await uow.record("group.join", actor.member_id, f"group:{group.id}", after={"member": actor.member_id})
                for hook in self._on_joined:
                    await hook(uow, group, actor.member_id)
            upcoming = await self._next(uow, group)
            shown = None if upcoming is None else await view(uow, upcoming.id)
            answer = None if shown is None else shown.of(actor.member_id)
            return Joined(group, new, shown, answer, await participation(uow, actor, group))

    async def leave(self, guild_id: int, actor: Actor, name_or_id: str | int | None) -> Left:
        """The actor no longer belongs to the group. What they answered for its sessions stands.

        Raises:
            Unknown, GroupNeeded: see `find_group`.
            NotAMember: they did not belong to it.
        """
        async with self._units(guild_id) as uow:
            group = await find_group(uow, actor, name_or_id, whole=True)
            if not await uow.memberships.leave(group.id, actor.member_id):
                raise NotAMember(group.name)
            await uow.record("group.leave", actor.member_id, f"group:{group.id}", before={"member": actor.member_id})
            for hook in self._on_left:
                await hook(uow, group, actor.member_id)
            hosts = [s for s in await hosted(uow, actor, self._clock.now()) if s.group_id == group.id]
            return Left(group, len(await self._answered(uow, group, actor.member_id)), tuple(hosts))

    async def withdraw(self, guild_id: int, actor: Actor, group_id: int) -> Left:
        """The actor comes to none of the group's sessions that are still ahead; `answers` is how many that were.

        Raises:
            Unknown: the group does not exist for them.
        """
        async with self._units(guild_id) as uow:
            group = await find_group(uow, actor, group_id)
            answered = await self._answered(uow, group, actor.member_id)
            for session_id in answered:
                await self._rsvps.take(uow, actor, session_id, Answer.NOT_GOING)
            return Left(group, len(answered))

    async def on_member_left(self, uow: UnitOfWork, event: MemberLeft) -> None:
        """Whoever has left the server belongs to none of its groups any more, also should they return."""
        for group_id in sorted(await uow.memberships.of_member(event.member_id)):
            await uow.memberships.leave(group_id, event.member_id)
            await uow.record("group.leave", None, f"group:{group_id}", before={"member": event.member_id})

    async def _cards(self, uow: UnitOfWork, actor: Actor, groups: Iterable[StudyGroup]) -> list[GroupCard]:
        sizes = await uow.memberships.sizes()
        mine = await uow.memberships.of_member(actor.member_id)
        ahead: dict[int, Session] = {}
        now = self._clock.now()
        for session in await uow.sessions.upcoming(now, limit=_ALL):
            if session.starts_at > now:
                ahead.setdefault(session.group_id, session)
        return [GroupCard(group, sizes[group.id], group.id in mine, ahead.get(group.id)) for group in groups]

    async def _next(self, uow: UnitOfWork, group: StudyGroup) -> Session | None:
        now = self._clock.now()
        ahead = await uow.sessions.upcoming(now, group_id=group.id, limit=20)
        return next((session for session in ahead if session.starts_at > now), None)

    async def _answered(self, uow: UnitOfWork, group: StudyGroup, member_id: int) -> list[int]:
        """The group's sessions ahead that this person said they (may) come to, by id."""
        now = self._clock.now()
        ahead = await uow.sessions.upcoming(now, group_id=group.id, limit=_ALL)
        ids = [session.id for session in ahead if session.starts_at > now]
        answers = await uow.rsvps.of_member(member_id, ids)
        return [each for each in ids if each in answers and answers[each].answer is not Answer.NOT_GOING]
