"""/ask and /question: questions to people of other industries.

`commands` holds the commands, `buttons` their buttons, `forms` the forms; `activity` hears what is written, and
`care` what people answer who are asked about a question; `converting` makes messages questions.
"""

from cogs.questions import buttons, care, converting, forms
from cogs.questions.activity import QuestionActivity, is_persons
from cogs.questions.care import QuestionCare
from cogs.questions.commands import Questions
from cogs.questions.converting import Converting

__all__ = ["FORMS", "ITEMS", "Converting", "QuestionActivity", "QuestionCare", "Questions", "is_persons"]

ITEMS = (*buttons.ITEMS, *care.ITEMS, *converting.ITEMS)
FORMS = (*forms.FORMS, *converting.FORMS)
"""Their forms."""
