"""/ask and /question: questions to people of other industries.

`commands` holds the commands, `buttons` their buttons, `forms` the forms; `asks` is for those who are asked privately,
`answers` what is done with answers, `activity` hears what is written, `care` is what people answer who are asked about
a question later, and `converting` makes messages questions. `finding` turns the pages of what was looked for, and
`refreshing` follows answers that are edited.
"""

from cogs.questions import answers, asks, buttons, care, converting, finding, forms
from cogs.questions.activity import QuestionActivity, is_persons
from cogs.questions.answers import Answers
from cogs.questions.asks import Asks
from cogs.questions.care import QuestionCare
from cogs.questions.commands import Questions
from cogs.questions.converting import Converting
from cogs.questions.finding import Finding
from cogs.questions.refreshing import Refreshing

__all__ = [
    "FORMS",
    "ITEMS",
    "Answers",
    "Asks",
    "Converting",
    "Finding",
    "QuestionActivity",
    "QuestionCare",
    "Questions",
    "Refreshing",
    "is_persons",
]

ITEMS = (*buttons.ITEMS, *answers.ITEMS, *care.ITEMS, *asks.ITEMS, *converting.ITEMS, *finding.ITEMS)
"""The buttons of questions: below their posts, their cards and lists, below what is not posted yet, and below asks."""
FORMS = (*forms.FORMS, *answers.FORMS, *asks.FORMS, *converting.FORMS)
"""Their forms."""
