"""/ask and /question: questions to people of other industries.

`commands` holds the commands, `buttons` their buttons, `forms` the forms; `activity` hears what is written.
"""

from cogs.questions import buttons
from cogs.questions.activity import QuestionActivity, is_persons
from cogs.questions.commands import Questions
from cogs.questions.forms import FORMS

__all__ = ["FORMS", "ITEMS", "QuestionActivity", "Questions", "is_persons"]

ITEMS = buttons.ITEMS
