"""/ask and /question: questions to people of other industries.

`commands` holds the commands, `buttons` their buttons, `forms` the forms; `activity` hears what is written, and
`care` what people answer who are asked about a question.
"""

from cogs.questions import buttons, care
from cogs.questions.activity import QuestionActivity, is_persons
from cogs.questions.care import QuestionCare
from cogs.questions.commands import Questions
from cogs.questions.forms import FORMS

__all__ = ["FORMS", "ITEMS", "QuestionActivity", "QuestionCare", "Questions", "is_persons"]

ITEMS = (*buttons.ITEMS, *care.ITEMS)
