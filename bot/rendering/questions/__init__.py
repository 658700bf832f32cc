"""Questions to people of other industries in words.

`asking` is how one is asked, `forum` what everybody reads of it, `replies` what one reader is shown; `errors` says what
did not work.
"""

from bot.rendering.questions.asking import ask_button, ask_form, asked, refused, small_circle
from bot.rendering.questions.errors import ERRORS as _ERRORS
from bot.rendering.questions.forum import post, remark, tags
from bot.rendering.questions.moderating import ERRORS as _MODERATING
from bot.rendering.questions.moderating import logged, told
from bot.rendering.questions.replies import card, closed, label, listed, own, reopened, replied, reply_form
from bot.rendering.questions.words import (
    ANY,
    ASK,
    DRAFT,
    FEATURE,
    FORM,
    NAMED,
    OWN_PAGES,
    PAGES,
    REOPEN,
    REPLY,
    REPLY_FORM,
    SHOW,
    SOLVE,
)

ERRORS = {**_ERRORS, **_MODERATING}

__all__ = [
    "ANY",
    "ASK",
    "DRAFT",
    "ERRORS",
    "FEATURE",
    "FORM",
    "NAMED",
    "OWN_PAGES",
    "PAGES",
    "REOPEN",
    "REPLY",
    "REPLY_FORM",
    "SHOW",
    "SOLVE",
    "ask_button",
    "ask_form",
    "asked",
    "card",
    "closed",
    "label",
    "listed",
    "logged",
    "own",
    "post",
    "refused",
    "remark",
    "reopened",
    "replied",
    "reply_form",
    "small_circle",
    "tags",
    "told",
]
