"""/ask and /question: questions to people of other industries.

`commands` holds the commands, `buttons` their buttons, `forms` the forms; `activity` hears what is written,
`finding` turns the pages of what was looked for.
"""

from cogs.questions import buttons, finding
from cogs.questions.activity import QuestionActivity, is_persons
from cogs.questions.commands import Questions
from cogs.questions.finding import Finding
from cogs.questions.forms import FORMS
from cogs.questions.refreshing import Refreshing

__all__ = ["FORMS", "ITEMS", "Finding", "QuestionActivity", "Questions", "Refreshing", "is_persons"]

ITEMS = buttons.ITEMS + finding.ITEMS
