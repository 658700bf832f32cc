"""What people delete by hand in Discord is noticed at once, and not only when somebody changes it again."""

from __future__ import annotations

from collections.abc import Collection
from typing import TYPE_CHECKING

from bot.domain.mirrors import MirrorState
from bot.domain.private_threads import KIND as PRIVATE_THREAD

if TYPE_CHECKING:
    from bot.domain.uow import Units


class DeletionService:
    """Has the mirrors looked at that may be gone. What follows (made again once, then asked) is theirs to know."""

    def __init__(self, units: Units) -> None:
        self._units = units

    async def deleted(self, guild_id: int, discord_ids: Collection[int]) -> int:
        """These messages, threads, channels or events are gone; returns of how many objects the bot had made in them.

        Most deletions are none of ours, so it looks before it opens a unit of work.
        """
        async with self._units.reading(guild_id) as uow:
            if not await uow.mirrors.standing(discord_ids):
                return 0
        async with self._units(guild_id) as uow:
            found = await uow.mirrors.standing(discord_ids)
            for mirror in found:
                if mirror.kind == PRIVATE_THREAD:
                    # An empty one would only puzzle its reader: the next message that needs one makes it.
                    await uow.mirrors.store(mirror, state=MirrorState.GONE, remote_id=0, shown=mirror.wanted)
                else:
                    await uow.mirrors.hasten(mirror.kind, mirror.subject_id)
        return len(found)
