"""/session: schedule, change, look, and say whether one comes; the buttons under announcements do the last."""

from cogs.sessions.buttons import ITEMS
from cogs.sessions.commands import Sessions
from cogs.sessions.forms import FORMS

__all__ = ["FORMS", "ITEMS", "Sessions"]
