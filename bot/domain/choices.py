"""What people choose from a list, and what they type instead.

Behind an entry of a list stands an id, told apart from what they type.

A series may be called "12", which is another one's id; whoever chose that other one from the list must get it.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from typing import Literal, TypeVar

from bot.domain.errors import StudyError

MOST_LISTED = 5
"""So many of the things that fit what somebody typed are named to them."""
_CHOSEN = r"#([0-9]{1,18})"
_TOO_LITTLE = r"\s*[!-~]?\s*|[0-9\s]*"
"""What is looked for in no name: a single letter, and numbers, which are ids."""
Named = Literal["group", "series", "session", "topic", "spinoff"]
T = TypeVar("T")


class SeveralFit(StudyError):
    """What somebody typed, `name`, is a part of several names; `fitting` are the first ones, and there are `more`."""

    thing: Named
    name: str
    fitting: tuple[str, ...]
    more: int


class OnlyPartFits(StudyError):
    """What somebody typed, `name`, is only a part of what is `called` so; nothing is done on a guess."""

    thing: Named
    name: str
    called: str


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


def has_part(name: str, part: str) -> bool:
    """Whether a part of a name stands in it, both folded; letters and digits of ASCII only where a word begins."""
    begins = "(?<![a-z0-9])" if re.match("[a-z0-9]", part) else ""
    return part in name and re.search(begins + re.escape(part), name) is not None


def only_fitting(thing: Named, typed: str, fitting: Sequence[tuple[str, T]], *, whole: bool = False) -> T | None:
    """The only thing in whose name stands what somebody typed, of those that exist for them; None: there is none.

    Each of the `fitting` comes with what it is called. `whole`: what is found would be acted on unseen, for which
    a part of its name is not enough.

    Raises:
        SeveralFit: there are several.
        OnlyPartFits: there is one, and `whole`.
    """
    if re.fullmatch(_TOO_LITTLE, unicodedata.normalize("NFKC", typed)) or not fitting:
        return None
    if len(fitting) > 1:
        names = tuple(called for called, _thing in fitting[:MOST_LISTED])
        raise SeveralFit(thing, typed, names, len(fitting) - len(names))
    called, found = fitting[0]
    if whole:
        raise OnlyPartFits(thing, typed, called)
    return found
