"""The pinned message by which newcomers begin, in the channel where sessions are announced.

It is a mirror: one for each channel it ever stood in, of which only the one in the present channel is to be there.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from bot.domain.communities import Community
    from bot.domain.mirrors import Mirror
    from bot.domain.uow import UnitOfWork

START_HERE = "start_here"
"""The mirror's kind; its subject is the channel's id."""


class StartHereService:
    """Keeps the message where the community's announcements are. It has no state but the settings."""

    async def on_settings_changed(self, uow: UnitOfWork, before: Community, after: Community) -> None:
        """Once the setup is done the message appears; it moves with the channel and speaks the community's language.

        Where questions can be asked, it offers that.
        """
        if not after.is_set_up:
            return
        channel_id = after.announcements_channel
        appears = not before.is_set_up or before.announcements_channel != channel_id
        if appears and before.announcements_channel != channel_id:
            await uow.mirrors.refresh(START_HERE, before.announcements_channel)
        if appears and channel_id:
            await uow.mirrors.want(START_HERE, channel_id, parent_id=channel_id)
        elif (before.language, bool(before.questions_channel)) != (after.language, bool(after.questions_channel)):
            await uow.mirrors.refresh(START_HERE, channel_id)

    async def describe(self, uow: UnitOfWork, mirror: Mirror) -> Community | None:
        """Whose message it is; None in a channel that is no longer the one for announcements."""
        community = await uow.communities.get()
        return community if community.announcements_channel == mirror.subject_id else None
