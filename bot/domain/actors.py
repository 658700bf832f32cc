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


class Actor(Struct, frozen=True):
    """A member at the moment of one act.

    `moderator` is Manage Server or the community's moderator role, as Discord says now; `sees(channel_id)` answers
    whether this member can see a channel: a group whose channel they can't see does not exist for them.
    `gone(channel_id)` answers whether a channel was deleted.
    """

    member_id: int
    moderator: bool = False
    sees: Callable[[int], bool] = _nothing
    gone: Callable[[int], bool] = _nothing

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
