"""/topic: themes before they have a date. They are proposed, voted for, and the winner is planned with one press."""

from cogs.topics.buttons import ITEMS
from cogs.topics.commands import Topics
from cogs.topics.forms import FORMS

__all__ = ["FORMS", "ITEMS", "Topics"]
