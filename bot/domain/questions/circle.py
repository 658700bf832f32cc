"""Who may write where questions stand, and of how many people an anonymous question may be."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING

from bot.domain.errors import StudyError
from bot.domain.questions.values import SMALL_CIRCLE

if TYPE_CHECKING:
    from bot.clock import Clock
    from bot.domain.actors import Actor
    from bot.domain.uow import UnitOfWork


class MayNotWrite(StudyError):
    """The actor may not write in this channel's threads, so the bot does not write there for them either."""

    channel_id: int


class TagNeeded(StudyError):
    """A post in this forum must have a tag, but it has none, and the bot may not make any."""

    channel_id: int


def require_writing(actor: Actor, channel_id: int) -> None:
    """Raise MayNotWrite if the channel's permissions keep the actor from writing in its threads."""
    if not actor.writes(channel_id):
        raise MayNotWrite(channel_id)


async def circle(uow: UnitOfWork, actor: Actor, channel_id: int, clock: Clock) -> int:
    """How many people may have asked a question that stands there, the actor among them; counted up to SMALL_CIRCLE.

    They use the bot here, see the channel as far as is known, and are not kept from asking.
    """
    kept = {each.member_id for each in await uow.restrictions.all(clock.now()) if each.part == "asking"}
    known = (each for each in await uow.questions.possible_askers() if each not in kept and each != actor.member_id)
    return 1 + len(list(islice((each for each in known if actor.others_see(each, channel_id)), SMALL_CIRCLE - 1)))
