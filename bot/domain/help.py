"""What somebody can do now: who they are here, what exists for them, and what is next."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from msgspec import Struct

from bot.domain.groups import visible_groups
from bot.domain.rotation.acts import turns_ahead
from bot.domain.rotation.values import TurnState
from bot.domain.sessions import Session, SessionView, view

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from bot.clock import Clock
    from bot.domain.actors import Actor
    from bot.domain.communities import Community
    from bot.domain.groups import StudyGroup
    from bot.domain.uow import UnitOfWork, Units

Role = Literal["newcomer", "member", "organizer", "moderator"]
"""Who asks: somebody who belongs to no group and has said nothing of themselves yet, or one of the others."""
_ALL = 5000


class Rotations(Struct, frozen=True):
    """The rotations that concern somebody, by their groups' names.

    They take part in `mine` and could in `to_join`: in their own groups, or in any while they belong to none.
    `to_begin` are those of the groups they organize where nobody takes part yet. `next` is the next lecture for which
    they are asked or have confirmed (`confirmed`).
    """

    mine: tuple[str, ...] = ()
    to_join: tuple[str, ...] = ()
    to_begin: tuple[str, ...] = ()
    next: Session | None = None
    confirmed: bool = False


class HelpView(Struct, frozen=True):
    """Where somebody stands.

    `next` is the next session of their own groups, or of any that exists for them if theirs have none; `organizes` are
    the names of the groups they look after, `mine` of those they belong to, `others` how many more they can see;
    `has_morning` says whether a channel was chosen for the morning post.
    """

    community: Community
    role: Role
    introduced: bool
    mine: tuple[str, ...]
    organizes: tuple[str, ...]
    others: int
    has_morning: bool
    next: SessionView | None
    rotations: Rotations


class HelpService:
    """Answers "what can I do?"."""

    def __init__(self, units: Units, clock: Clock) -> None:
        self._units = units
        self._clock = clock

    async def show(self, guild_id: int, actor: Actor) -> HelpView:
        """Where this member stands; also before the setup is done."""
        async with self._units.reading(guild_id) as uow:
            groups = await visible_groups(uow, actor)
            own = await uow.memberships.of_member(actor.member_id)
            introduced = await uow.profiles.find(actor.member_id) is not None
            organizes = [group.name for group in groups.values() if actor.member_id in group.organizers]
            mine = [group.name for key, group in groups.items() if key in own]
            session = await self._next(uow, groups, own)
            return HelpView(
                community=await uow.communities.get(),
                role=_role(actor, organizes, bool(mine) or introduced),
                introduced=introduced,
                mine=tuple(mine),
                organizes=tuple(organizes),
                others=len(groups) - len(mine),
                has_morning=bool((await uow.morning.get()).channel_id),
                next=None if session is None else await view(uow, session.id),
                rotations=await self._rotations(uow, actor, groups, own),
            )

    async def _rotations(
        self, uow: UnitOfWork, actor: Actor, groups: Mapping[int, StudyGroup], own: Collection[int]
    ) -> Rotations:
        rosters, me = await uow.rotation.rosters(), actor.member_id
        near = [group for key, group in groups.items() if key in own] or list(groups.values())
        ahead = await turns_ahead(uow, me, self._clock.now()) if any(me in each for each in rosters.values()) else []
        turn, session = next(((turn, each) for turn, each in ahead if each.group_id in groups), (None, None))
        return Rotations(
            mine=tuple(group.name for key, group in groups.items() if me in rosters.get(key, ())),
            to_join=tuple(group.name for group in near if group.id in rosters and me not in rosters[group.id]),
            to_begin=tuple(
                group.name for key, group in groups.items() if me in group.organizers and key not in rosters
            ),
            next=session,
            confirmed=turn is not None and turn.state is TurnState.CONFIRMED,
        )

    async def _next(self, uow: UnitOfWork, groups: Mapping[int, StudyGroup], own: Collection[int]) -> Session | None:
        now = self._clock.now()
        ahead = [s for s in await uow.sessions.upcoming(now, limit=_ALL) if s.starts_at > now and s.group_id in groups]
        return next((s for s in ahead if s.group_id in own), next(iter(ahead), None))


def _role(actor: Actor, organizes: Collection[str], known: bool) -> Role:
    if actor.moderator:
        return "moderator"
    if organizes:
        return "organizer"
    return "member" if known else "newcomer"
