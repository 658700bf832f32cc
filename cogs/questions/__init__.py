"""/ask and /question: questions to people of other industries.

`commands` holds the commands, `buttons` their buttons, `forms` the forms; `answers` is what is done with answers.
"""

from cogs.questions import answers, buttons, forms
from cogs.questions.answers import Answers
from cogs.questions.commands import Questions

__all__ = ["FORMS", "ITEMS", "Answers", "Questions"]

ITEMS = (*buttons.ITEMS, *answers.ITEMS)
FORMS = (*forms.FORMS, *answers.FORMS)
"""Their forms."""
