"""/ask and /question: questions to people of other industries.

`commands` holds the commands, `buttons` their buttons, `forms` the forms.
"""

from cogs.questions import buttons
from cogs.questions.commands import Questions
from cogs.questions.forms import FORMS

__all__ = ["FORMS", "ITEMS", "Questions"]

ITEMS = buttons.ITEMS
