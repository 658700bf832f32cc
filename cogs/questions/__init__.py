"""/ask and /question: questions to people of other industries.

`commands` holds the commands, `buttons` their buttons, `forms` the forms; `activity` hears what is written, and
`care` what people answer who are asked about a question. `finding` turns the pages of what was looked for, and
`refreshing` follows answers that are edited.
"""

from cogs.questions import buttons, care, finding
from cogs.questions.activity import QuestionActivity, is_persons
from cogs.questions.care import QuestionCare
from cogs.questions.commands import Questions
from cogs.questions.finding import Finding
from cogs.questions.forms import FORMS
from cogs.questions.refreshing import Refreshing

__all__ = ["FORMS", "ITEMS", "Finding", "QuestionActivity", "QuestionCare", "Questions", "Refreshing", "is_persons"]

ITEMS = (*buttons.ITEMS, *care.ITEMS, *finding.ITEMS)
"""The buttons of questions: below their posts, their cards and lists, and below what is not posted yet."""
