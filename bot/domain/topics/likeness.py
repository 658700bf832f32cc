"""Which themes may be the same, however their letters are written."""

from __future__ import annotations

import re
from collections.abc import Sequence
from difflib import SequenceMatcher
from typing import TypeVar

from bot.domain.groups import sounded

MOST_ALIKE = 3
"""So many themes somebody is asked about."""
_SHORTEST = 3
"""Characters of a title that count as a part of another: 「茶」 stands in too many."""
_LONG_ENOUGH, _CLOSE = 5, 0.8
"""Of five letters, fewer of which are soon another word, four of five are the same, in the same order."""
T = TypeVar("T")


def compared(title: str) -> str:
    """What is compared of a title: letters and digits, whatever their width, case and kind of kana."""
    plain = sounded(title)
    return re.sub(r"[\W_]+", "", plain) or plain


def nearness(one: str, other: str) -> float:
    """How near two titles are: 1 for the same, 0 for two that have nothing to do with each other."""
    first, second = sorted((compared(one), compared(other)), key=len)
    if first == second:
        return 1
    if len(first) >= _SHORTEST and first in second:
        return 0.9
    if len(first) < _LONG_ENOUGH:
        return 0
    match = SequenceMatcher(None, first, second, autojunk=False)
    # What can't be close enough is not looked at letter by letter.
    if match.real_quick_ratio() < _CLOSE or match.quick_ratio() < _CLOSE:
        return 0
    found = match.ratio()
    return min(found, 0.89) if found >= _CLOSE else 0


def alike(title: str, others: Sequence[tuple[str, T]]) -> list[T]:
    """Those of the others whose titles may mean the same, the nearest first, at most three."""
    ranked = [(nearness(title, other), thing) for other, thing in others]
    near = sorted((each for each in ranked if each[0]), key=lambda each: -each[0])
    return [thing for _near, thing in near[:MOST_ALIKE]]
