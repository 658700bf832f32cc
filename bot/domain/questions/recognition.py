"""What somebody is known for: what others thanked them for, and how many of their answers were accepted.

Nothing counts that they say of themselves, and nobody is compared with anybody. Others see it unless they don't want
that; of questions that a reader can't see they learn nothing by it.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from msgspec import Struct

from bot.domain.questions.gratitude import KnownFor

if TYPE_CHECKING:
    from bot.domain.actors import Actor
    from bot.domain.uow import UnitOfWork, Units


PublicPlaces = Callable[[int, int], bool]
"""Whether everybody on a server sees a channel of it, by their ids; of what is not known, they don't."""


def all_public(guild_id: int, channel_id: int) -> bool:
    """Where nobody says which channels are hidden, none is."""
    return True


class Recognition(Struct, frozen=True):
    """What somebody is known for, that of most people first, and for how many accepted answers.

    `hidden`: they don't want others to see it, so only they read this.
    """

    known_for: tuple[KnownFor, ...] = ()
    answers: int = 0
    hidden: bool = False

    @property
    def tells_nothing(self) -> bool:
        """Whether there is nothing to read."""
        return not self.known_for and not self.answers


class RecognitionService:
    """Tells what people are known for."""

    def __init__(self, units: Units) -> None:
        self._units = units

    async def show(self, guild_id: int, actor: Actor, member_id: int) -> Recognition:
        """What the actor may read of somebody, or of themselves."""
        async with self._units.reading(guild_id) as uow:
            hidden = not (await uow.privacy.get(member_id)).known_for
            if hidden and member_id != actor.member_id:
                return Recognition()
            return await _read(uow, member_id, await seen_channels(uow, actor), hidden)


async def seen_channels(uow: UnitOfWork, actor: Actor) -> list[int]:
    """The forums of which the actor may read something."""
    return [channel_id for channel_id in await uow.questions.channels() if actor.sees(channel_id)]


async def introduced_with(uow: UnitOfWork, member_id: int, is_public: PublicPlaces) -> Recognition:
    """What stands in somebody's introduction, which everybody reads: what is known from the forum of today.

    Nothing, if that is hidden from some.
    """
    channel_id = (await uow.communities.get()).questions_channel
    if not (await uow.privacy.get(member_id)).known_for or not is_public(uow.guild_id, channel_id):
        return Recognition()
    return await _read(uow, member_id, [channel_id])


async def _read(uow: UnitOfWork, member_id: int, channels: list[int], hidden: bool = False) -> Recognition:
    known_for = (await uow.gratitude.thanked([member_id], channels)).get(member_id, [])
    return Recognition(tuple(known_for), await uow.answers.number_of(member_id, channels), hidden)
