"""/mod: what moderators do.

`commands` holds the commands and the buttons about people, `questions` what is done about questions.
"""

from cogs.moderation import commands, questions
from cogs.moderation.commands import Moderation
from cogs.moderation.questions import ModeratedQuestions

__all__ = ["ITEMS", "ModeratedQuestions", "Moderation"]

ITEMS = (*commands.ITEMS, *questions.ITEMS)
