"""/ask and /question: questions to people of other industries.

`commands` holds the commands, `buttons` their buttons, `forms` the forms; `asks` is for those who are asked privately,
`answers` what is done with answers, `activity` hears what is written, and `care` what people answer who are asked about
a question later.
"""

from cogs.questions import answers, asks, buttons, care, forms
from cogs.questions.activity import QuestionActivity, is_persons
from cogs.questions.answers import Answers
from cogs.questions.asks import Asks
from cogs.questions.care import QuestionCare
from cogs.questions.commands import Questions

__all__ = ["FORMS", "ITEMS", "Answers", "Asks", "QuestionActivity", "QuestionCare", "Questions", "is_persons"]

ITEMS = (*buttons.ITEMS, *answers.ITEMS, *care.ITEMS, *asks.ITEMS)
"""The buttons of questions: below their posts, their cards and lists, below what is not posted yet, and below asks."""
FORMS = (*forms.FORMS, *answers.FORMS, *asks.FORMS)
"""Their forms."""
