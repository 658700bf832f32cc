"""/ask and /question: questions to people of other industries.

`commands` holds the commands, `buttons` their buttons, `forms` the forms; `activity` hears what is written.
"""

from cogs.questions import asks, buttons
from cogs.questions.activity import QuestionActivity, is_persons
from cogs.questions.asks import Asks
from cogs.questions.commands import Questions
from cogs.questions.forms import FORMS as QUESTION_FORMS

__all__ = ["FORMS", "ITEMS", "Asks", "QuestionActivity", "Questions", "is_persons"]

ITEMS = (*buttons.ITEMS, *asks.ITEMS)
FORMS = (*QUESTION_FORMS, *asks.FORMS)
"""The forms of questions and asks."""
