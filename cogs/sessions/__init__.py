"""/session: schedule, change, look, and say whether one comes; the buttons under announcements do the last."""

from cogs.sessions.buttons import ITEMS
from cogs.sessions.commands import FORMS, Sessions

__all__ = ["FORMS", "ITEMS", "Sessions"]
