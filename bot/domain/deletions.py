"""What people delete by hand in Discord is noticed at once, and not only when somebody changes it again."""

from __future__ import annotations

from collections.abc import Collection
from typing import TYPE_CHECKING

from bot.domain.mirrors import MirrorState
from bot.domain.private_threads import KIND as PRIVATE_THREAD

if TYPE_CHECKING:
    from bot.domain.posts import Post
    from bot.domain.uow import UnitOfWork, Units


class DeletionService:
    """Has the mirrors looked at that may be gone. What follows (made again once, then asked) is theirs to know.

    A post never comes back by itself: somebody may have wanted it gone. Of the kinds in `remembered` it is written down
    that the message is gone, since their authors are told of it and may want it again.
    """

    def __init__(self, units: Units, remembered: Collection[str] = ()) -> None:
        self._units = units
        self._remembered = remembered

    async def deleted(self, guild_id: int, discord_ids: Collection[int]) -> int:
        """These messages, threads, channels or events are gone; returns of how many objects the bot had made in them.

        Most deletions are none of ours, so it looks before it opens a unit of work.
        """
        async with self._units.reading(guild_id) as uow:
            if not await uow.mirrors.standing(discord_ids) and not await self._posts(uow, discord_ids):
                return 0
        async with self._units(guild_id) as uow:
            found = await uow.mirrors.standing(discord_ids)
            for mirror in found:
                if mirror.kind == PRIVATE_THREAD:
                    # An empty one would only puzzle its reader: the next message that needs one makes it.
                    await uow.mirrors.store(mirror, state=MirrorState.GONE, remote_id=0, shown=mirror.wanted)
                else:
                    await uow.mirrors.hasten(mirror.kind, mirror.subject_id)
            lost = await self._posts(uow, discord_ids)
            for post in lost:
                await uow.posts.lose(post)
        return len(found) + len(lost)

    async def _posts(self, uow: UnitOfWork, discord_ids: Collection[int]) -> list[Post]:
        return await uow.posts.standing(self._remembered, discord_ids)
