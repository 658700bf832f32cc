"""Who is acting, as far as the rules need to know."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from msgspec import Struct

from bot.domain.errors import NotAllowed

if TYPE_CHECKING:
    from bot.domain.groups import StudyGroup


def _nothing(channel_id: int) -> bool:
    return False


def _everywhere(channel_id: int) -> bool:
    return True


def _everybody(member_id: int, channel_id: int) -> bool:
    return True


class Actor(Struct, frozen=True):
    """A member at the moment of one act.

    `moderator` is Manage Server or the community's moderator role, as Discord says now; `sees(channel_id)` answers
    whether this member can see a channel: a group whose channel they can't see does not exist for them.
    `gone(channel_id)` answers whether a channel was deleted, `writes(channel_id)` whether they may write in its
    threads, `others_see(member_id, channel_id)` whether somebody else can see it, as far as is known without asking
    Discord.
    """

    member_id: int
    moderator: bool = False
    sees: Callable[[int], bool] = _nothing
    gone: Callable[[int], bool] = _nothing
    writes: Callable[[int], bool] = _everywhere
    others_see: Callable[[int, int], bool] = _everybody

    def require_moderator(self) -> None:
        """Raise NotAllowed unless this is a moderator."""
        if not self.moderator:
            raise NotAllowed(("moderator",))

    def organizes(self, group: StudyGroup) -> bool:
        """Whether this member may do to the group's sessions what a moderator may."""
        return self.moderator or self.member_id in group.organizers

    def require_organizer(self, group: StudyGroup) -> None:
        """Raise NotAllowed unless this is an organizer of the group or a moderator."""
        if not self.organizes(group):
            raise NotAllowed(("organizer", "moderator"))
