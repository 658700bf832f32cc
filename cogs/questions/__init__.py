"""/ask and /question: questions to people of other industries.

`commands` holds the commands, `buttons` their buttons, `forms` the forms; `asks` is for those who are asked privately,
`activity` hears what is written, and `care` what people answer who are asked about a question later.
"""

from cogs.questions import asks, buttons, care, forms
from cogs.questions.activity import QuestionActivity, is_persons
from cogs.questions.asks import Asks
from cogs.questions.care import QuestionCare
from cogs.questions.commands import Questions

__all__ = ["FORMS", "ITEMS", "Asks", "QuestionActivity", "QuestionCare", "Questions", "is_persons"]

FORMS = (*forms.FORMS, *asks.FORMS)
ITEMS = (*buttons.ITEMS, *care.ITEMS, *asks.ITEMS)
"""The buttons of questions: below their posts, their cards and lists, below what is not posted yet, and below asks."""
