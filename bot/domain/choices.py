"""What people choose from a list, and what they type instead.

Behind an entry of a list stands an id, told apart from what they type.

A series may be called "12", which is another one's id; whoever chose that other one from the list must get it.
"""

from __future__ import annotations

import re

_CHOSEN = r"#([0-9]{1,18})"


def choice_of(thing_id: int) -> str:
    """What the entry sends: "#12"."""
    return f"#{thing_id}"


def chosen_id(text: str) -> int | None:
    """The id that an entry has sent; None for what somebody typed."""
    found = re.fullmatch(_CHOSEN, text)
    return int(found[1]) if found else None


def has_word(text: str, word: str) -> bool:
    """Whether a word stands in a text, both folded; where blanks divide the words, only a whole one does."""
    return f" {word} " in f" {text} " if word.isascii() else word in text
