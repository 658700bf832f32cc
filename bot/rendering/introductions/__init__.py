"""Introductions in words.

`asking` is how one is proposed, asked and answered, `meeting` what those read who meet, `own` what everybody sees of
their own; `errors` says what did not work.
"""

from bot.rendering.introductions.asking import answered, asked, meet_button, meet_form, proposed, withdrawn
from bot.rendering.introductions.errors import ERRORS
from bot.rendering.introductions.meeting import agreed, asked_met, openers, said, thread
from bot.rendering.introductions.own import mine
from bot.rendering.introductions.words import FEATURE, FORM, LIST, MEET, MET, NO, NOT_YET, WITHDRAW, YES, list_button

__all__ = [
    "ERRORS",
    "FEATURE",
    "FORM",
    "LIST",
    "MEET",
    "MET",
    "NO",
    "NOT_YET",
    "WITHDRAW",
    "YES",
    "agreed",
    "answered",
    "asked",
    "asked_met",
    "list_button",
    "meet_button",
    "meet_form",
    "mine",
    "openers",
    "proposed",
    "said",
    "thread",
    "withdrawn",
]
