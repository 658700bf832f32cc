"""Questions to people of other industries in words.

`asking` is how one is asked, `forum` what everybody reads of it, `replies` what one reader is shown, `idle` what they
are asked about it later; `errors` says what did not work.
"""

from bot.rendering.questions.asking import ask_button, ask_form, asked, refused, small_circle
from bot.rendering.questions.errors import ERRORS
from bot.rendering.questions.forum import post, remark, tags
from bot.rendering.questions.idle import CARE, CLOSE, KEEP, LEAVE, POST, care, kept_open, left_closed, posted_again
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

__all__ = [
    "ANY",
    "ASK",
    "CARE",
    "CLOSE",
    "DRAFT",
    "ERRORS",
    "FEATURE",
    "FORM",
    "KEEP",
    "LEAVE",
    "NAMED",
    "OWN_PAGES",
    "PAGES",
    "POST",
    "REOPEN",
    "REPLY",
    "REPLY_FORM",
    "SHOW",
    "SOLVE",
    "ask_button",
    "ask_form",
    "asked",
    "card",
    "care",
    "closed",
    "kept_open",
    "label",
    "left_closed",
    "listed",
    "own",
    "post",
    "posted_again",
    "refused",
    "remark",
    "reopened",
    "replied",
    "reply_form",
    "small_circle",
    "tags",
]
