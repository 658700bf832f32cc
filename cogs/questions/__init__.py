"""/ask and /question: questions to people of other industries.

`commands` holds the commands, `buttons` their buttons, `forms` the forms; `answers` is what is done with answers, and
`activity` hears what is written.
"""

from cogs.questions import answers, buttons, forms
from cogs.questions.activity import QuestionActivity, is_persons
from cogs.questions.answers import Answers
from cogs.questions.commands import Questions

__all__ = ["FORMS", "ITEMS", "Answers", "QuestionActivity", "Questions", "is_persons"]

ITEMS = (*buttons.ITEMS, *answers.ITEMS)
"""The buttons of questions: below their posts, their cards and lists, and below what is not posted yet."""
FORMS = (*forms.FORMS, *answers.FORMS)
"""Their forms."""
