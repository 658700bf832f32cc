"""Standing series in words: what people are answered (`replies`), and what they are shown before anybody is told.

That is a change in `editing`, a date that is skipped in `skipping`, and an end in `ending`.
"""

from bot.rendering.series.editing import (
    EDIT,
    EDIT_FORM,
    SCOPES,
    edit_form,
    edit_preview,
    edited_rule,
    edited_series,
    raw_rule,
    rule_times,
)
from bot.rendering.series.ending import END, end_preview, ended, kept
from bot.rendering.series.replies import (
    NEW,
    NEW_FORM,
    WHICH_EDIT,
    WHICH_NEW,
    WHICH_SKIP,
    created,
    draft_rule,
    in_words,
    listed,
    new_form,
    offers,
    preview,
    shown,
    which_rule,
)
from bot.rendering.series.skipping import SKIP, date_kept, skip_preview, skipped

__all__ = [
    "EDIT",
    "EDIT_FORM",
    "END",
    "NEW",
    "NEW_FORM",
    "SCOPES",
    "SKIP",
    "WHICH_EDIT",
    "WHICH_NEW",
    "WHICH_SKIP",
    "created",
    "date_kept",
    "draft_rule",
    "edit_form",
    "edit_preview",
    "edited_rule",
    "edited_series",
    "end_preview",
    "ended",
    "in_words",
    "kept",
    "listed",
    "new_form",
    "offers",
    "preview",
    "raw_rule",
    "rule_times",
    "shown",
    "skip_preview",
    "skipped",
    "which_rule",
]
