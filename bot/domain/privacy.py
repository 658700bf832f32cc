"""What everybody decides for themselves: whether others see what they are known for, and later, whom they know."""

from __future__ import annotations

from collections.abc import Collection
from typing import TYPE_CHECKING, Protocol

from msgspec import Struct
from msgspec.structs import asdict

if TYPE_CHECKING:
    from bot.domain.actors import Actor
    from bot.domain.uow import Units


class Privacy(Struct, frozen=True):
    """One person's choices.

    `known_for`: others see what they were thanked for. `network`: they are in pictures of who met whom.
    """

    known_for: bool = True
    network: bool = False


class PrivacyRepository(Protocol):
    """The choices of the people of one community."""

    async def get(self, member_id: int) -> Privacy:
        """This person's, the usual ones if they have made none."""
        ...

    async def put(self, member_id: int, privacy: Privacy) -> None:
        """Write or replace them."""
        ...

    async def hide_known_for(self, member_ids: Collection[int] | None = None) -> set[int]:
        """Who of these people (None: of all) does not want others to see what they are known for."""
        ...


class PrivacyChange(Struct, frozen=True):
    """What somebody changes; None stays as it is."""

    known_for: bool | None = None
    network: bool | None = None


class PrivacyService:
    """Keeps everybody's own choices."""

    def __init__(self, units: Units) -> None:
        self._units = units

    async def choose(self, guild_id: int, actor: Actor, change: PrivacyChange) -> Privacy:
        """Change what is given; returns what holds now."""
        async with self._units(guild_id) as uow:
            before = await uow.privacy.get(actor.member_id)
            known_for = before.known_for if change.known_for is None else change.known_for
            after = Privacy(known_for, before.network if change.network is None else change.network)
            if after != before:
                await uow.privacy.put(actor.member_id, after)
                await uow.record(
                    "member.privacy", actor.member_id, f"community:{guild_id}", asdict(before), asdict(after)
                )
            return after

    async def show(self, guild_id: int, actor: Actor) -> Privacy:
        """What holds now."""
        async with self._units.reading(guild_id) as uow:
            return await uow.privacy.get(actor.member_id)
