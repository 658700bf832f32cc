"""/ask and /question: questions to people of other industries.

`commands` holds the commands, `buttons` their buttons, `forms` the forms; `answers` is what is done with answers,
`activity` hears what is written, and `care` what people answer who are asked about a question.
"""

from cogs.questions import answers, buttons, care, forms
from cogs.questions.activity import QuestionActivity, is_persons
from cogs.questions.answers import Answers
from cogs.questions.care import QuestionCare
from cogs.questions.commands import Questions

__all__ = ["FORMS", "ITEMS", "Answers", "QuestionActivity", "QuestionCare", "Questions", "is_persons"]

ITEMS = (*buttons.ITEMS, *answers.ITEMS, *care.ITEMS)
"""The buttons of questions: below their posts, their cards and lists, and below what is not posted yet."""
FORMS = (*forms.FORMS, *answers.FORMS)
"""Their forms."""
