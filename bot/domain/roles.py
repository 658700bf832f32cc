"""The role that members take and leave by a button: the one thing about a person that the bot changes in Discord."""

from __future__ import annotations

from typing import Literal, Protocol

from bot.domain.errors import StudyError

RoleProblem = Literal["gone", "grants_more", "no_pings", "permission", "order"]
"""What keeps a role from serving: it was deleted, it gives more than pings, the bot can't ping it, the bot lacks the
permission to give roles, or its own role stands below this one."""

TO_GIVE_ROLES = "manage_roles"
"""The permission that giving a role takes. Nothing else needs it, so the invitation does not ask for it."""


class RoleNotGiven(StudyError):
    """Discord does not let us give or take this role."""

    role_id: int


class Roles(Protocol):
    """Gives and takes roles, at once and without a row: a press is the wish itself."""

    async def change(self, guild_id: int, member_id: int, role_id: int, *, give: bool, reason: str) -> None:
        """Give a member the role, or take it; `reason` stands in the server's own audit log.

        Raises:
            RoleNotGiven: Discord does not let us.
        """
        ...
