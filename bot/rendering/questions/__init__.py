"""Questions to people of other industries in words.

`asking` is how one is asked, `forum` what everybody reads of it, `replies` what one reader is shown, `answers` what is
said of answers and thanks, `idle` what they are asked about it later; `errors` says what did not work.
"""

from bot.rendering.questions.answers import (
    ACCEPT_ANSWER,
    ADD,
    ADD_FORM,
    SAY_THANKS,
    THANK,
    THANK_FORM,
    UNACCEPT,
    UNADD,
    UNTHANK,
    accepted,
    add_form,
    added,
    removed,
    thank_form,
    thanked,
    unaccepted,
    unthanked,
)
from bot.rendering.questions.answers import told as told_thanks
from bot.rendering.questions.asking import ask_button, ask_form, asked, refused, small_circle
from bot.rendering.questions.errors import ERRORS as _ERRORS
from bot.rendering.questions.forum import post, remark, tags
from bot.rendering.questions.idle import CARE, CLOSE, KEEP, LEAVE, POST, care, kept_open, left_closed, posted_again
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
    "ACCEPT_ANSWER",
    "ADD",
    "ADD_FORM",
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
    "SAY_THANKS",
    "SHOW",
    "SOLVE",
    "THANK",
    "THANK_FORM",
    "UNACCEPT",
    "UNADD",
    "UNTHANK",
    "accepted",
    "add_form",
    "added",
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
    "logged",
    "own",
    "post",
    "posted_again",
    "refused",
    "remark",
    "removed",
    "reopened",
    "replied",
    "reply_form",
    "small_circle",
    "tags",
    "thank_form",
    "thanked",
    "told",
    "told_thanks",
    "unaccepted",
    "unthanked",
]
