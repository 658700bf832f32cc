"""Sessions in words: what stands in channels (`public`), what people are answered (`replies`) and asked (`asking`).

`changing` says what an edit, a move and a cancellation come to, `memory` what stays of one; `errors` says what did not
work.
"""

from bot.rendering.sessions.asking import WHICH_GROUP, WHICH_MOVE, WHICH_NEW, which_group, which_time
from bot.rendering.sessions.changing import CANCEL, cancel_preview, cancelled, edited, kept
from bot.rendering.sessions.errors import ERRORS
from bot.rendering.sessions.public import (
    ANSWERS,
    CARDS,
    KINDS,
    announcement,
    answer_buttons,
    event,
    moved_away,
    promotion,
    thread_name,
)
from bot.rendering.sessions.replies import (
    MOVE,
    MOVE_FORM,
    NEW,
    NEW_FORM,
    answered,
    card,
    label,
    listed,
    move_form,
    names,
    new_form,
    next_session,
    preview,
    scheduled,
    shown,
)

__all__ = [
    "ANSWERS",
    "CANCEL",
    "CARDS",
    "ERRORS",
    "KINDS",
    "MOVE",
    "MOVE_FORM",
    "NEW",
    "NEW_FORM",
    "WHICH_GROUP",
    "WHICH_MOVE",
    "WHICH_NEW",
    "announcement",
    "answer_buttons",
    "answered",
    "cancel_preview",
    "cancelled",
    "card",
    "edited",
    "event",
    "kept",
    "label",
    "listed",
    "move_form",
    "moved_away",
    "names",
    "new_form",
    "next_session",
    "preview",
    "promotion",
    "scheduled",
    "shown",
    "thread_name",
    "which_group",
    "which_time",
]
