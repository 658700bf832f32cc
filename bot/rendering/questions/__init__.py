"""Questions to people of other industries in words.

`asking` is how one is asked, `forum` what everybody reads of it, `replies` what one reader is shown; `errors` says what
did not work.
"""

from bot.rendering.questions.asking import ask_button, ask_form, asked, refused, small_circle
from bot.rendering.questions.errors import ERRORS
from bot.rendering.questions.finding import alike, dropped, found
from bot.rendering.questions.forum import post, remark, tags
from bot.rendering.questions.replies import card, closed, label, listed, own, refreshed, reopened, replied, reply_form
from bot.rendering.questions.words import (
    ANY,
    ASK,
    CHANGE,
    CONFIRM,
    DRAFT,
    DROP,
    FEATURE,
    FORM,
    FOUND_PAGES,
    NAMED,
    OWN_PAGES,
    PAGES,
    REOPEN,
    REPLY,
    REPLY_FORM,
    REWORD,
    SEEN,
    SHOW,
    SOLVE,
)

__all__ = [
    "ANY",
    "ASK",
    "CHANGE",
    "CONFIRM",
    "DRAFT",
    "DROP",
    "ERRORS",
    "FEATURE",
    "FORM",
    "FOUND_PAGES",
    "NAMED",
    "OWN_PAGES",
    "PAGES",
    "REOPEN",
    "REPLY",
    "REPLY_FORM",
    "REWORD",
    "SEEN",
    "SHOW",
    "SOLVE",
    "alike",
    "ask_button",
    "ask_form",
    "asked",
    "card",
    "closed",
    "dropped",
    "found",
    "label",
    "listed",
    "own",
    "post",
    "refreshed",
    "refused",
    "remark",
    "reopened",
    "replied",
    "reply_form",
    "small_circle",
    "tags",
]
