"""What all texts about questions share: the parts of their buttons' ids, and words."""

from __future__ import annotations

from collections.abc import Mapping

from bot.domain.questions.values import QuestionState
from bot.i18n import _, locale_str

FEATURE, DRAFT, PAGES, OWN_PAGES, FOUND_PAGES = "question", "newquestion", "questions", "myquestions", "found"
ASK, FORM, REPLY_FORM = "ask", "newquestionform", "replyform"
SOLVE, REOPEN, REPLY, SHOW = "solve", "reopen", "reply", "show"
"""What the buttons of a question do."""
CARE, POST = "care", "post"
"""The feature of the buttons under what somebody is told of the life of a question, in a direct message too; and the
one that gives it a thread again."""
CONFIRM, BARE, CHANGE, REWORD, DROP = "confirm", "bare", "change", "reword", "drop"
"""What is done with a question that is not posted yet; to reword it is to change it after what it is like was shown.

"bare" posts it without its file.
"""
SEEN = "seen"
"""Behind the draft in the id of a form: its author has seen what is like it."""
NAMED, ANONYMOUS = "named", "anonymous"
"""What can be chosen in the form."""
ANY = "any"
"""In the place of an industry's key: all of them."""
SHORT = 120
"""Characters of a question in a list or a sentence."""
STATES: Mapping[QuestionState, locale_str] = {
    QuestionState.DRAFT: _("not posted yet"),
    QuestionState.OPEN: _("open"),
    QuestionState.SOLVED: _("solved"),
    QuestionState.CLOSED: _("closed without an answer"),
    QuestionState.HIDDEN: _("hidden by moderators"),
}
REPLY_ANONYMOUSLY = _("Reply anonymously")
