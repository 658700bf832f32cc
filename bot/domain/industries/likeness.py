"""Whether a name that is new to a list means an industry that is there already, or may mean one.

Without this a community's list fills with 介護, "care" and "nursing care" beside 「介護・福祉・保育」, and each of them
counts as another industry. What is clear is understood; where it is not, whoever typed it is asked.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from difflib import get_close_matches
from functools import cache

from msgspec import Struct

from bot.domain.choices import has_word
from bot.domain.groups import sounded
from bot.domain.industries.everyday import everyday, hints
from bot.domain.industries.values import Industry, Vocabulary

MOST_CANDIDATES = 3
"""So many industries somebody is asked about."""

_DIVIDES = r"[\s・/&,\-]+|(?<=[a-z0-9])(?=[^\x00-\x7f])|(?<=[^\x00-\x7f])(?=[a-z0-9])"
_IDLE = (
    *("業", "業界", "産業", "系", "関係", "関連", "会社", "企業", "仕事", "の仕事"),
    *("industry", "sector", "business", "company"),
)
"""What people say of any industry behind its name; 不動産業 ends in two of them, and each is tried."""
_SHORTEST = 2
"""Characters of a word that counts as a part of another name: 店 and 国 stand in too many."""
_LONG_ENOUGH, _CLOSE = 5, 0.8
"""What a slip of the keyboard is: of five letters, fewer of which are soon another word, all but one are the same."""


class Doubt(Struct, frozen=True):
    """The name `typed` is new, and may mean one of the `candidates`, best first."""

    typed: str
    candidates: tuple[Industry, ...]


def understood(typed: str, vocabulary: Vocabulary) -> Industry | None:
    """The bundled industry that a name means beyond doubt; None: none, or one of several."""
    known = {compared(name): (key,) for name, key in vocabulary.names.items()}
    for word in _ways(typed):
        meant = known.get(word) or _meanings().get(word, ())
        if len(meant) == 1:
            return Industry(meant[0])
    return None


def resembling(typed: str, own: Iterable[Industry], vocabulary: Vocabulary) -> tuple[Industry, ...]:
    """The industries that a new name may mean, best first; `own` are those that the community has added."""
    names = [(compared(name), Industry(key)) for name, key in vocabulary.names.items()]
    names += [(compared(industry.name), industry) for industry in own]
    words = [(word, Industry(key)) for word, keys in _meanings().items() for key in keys]
    words += [(compared(word), Industry(key)) for key, some in hints().items() for word in some]
    ranks: dict[Industry, tuple[int, int]] = {}
    for wanted in _ways(typed):
        terms = [term for term, _industry in (*names, *words)] if len(wanted) >= _LONG_ENOUGH else []
        slips = get_close_matches(wanted, terms, MOST_CANDIDATES, _CLOSE)
        for term, industry in names:
            if _has(term, wanted):
                _keep(ranks, industry, (1, 0))
        for term, industry in (*names, *words):
            if rank := _rank(wanted, term, slips):
                _keep(ranks, industry, rank)
    return tuple(sorted(ranks, key=lambda industry: ranks[industry])[:MOST_CANDIDATES])


def _keep(ranks: dict[Industry, tuple[int, int]], industry: Industry, rank: tuple[int, int]) -> None:
    """The best rank that an industry has had so far."""
    ranks[industry] = min(rank, ranks.get(industry, rank))


def _rank(wanted: str, term: str, slips: Sequence[str]) -> tuple[int, int] | None:
    """How near what is wanted comes to a name or a word; the lowest is best, None: they have nothing in common.

    What is said last counts most: 医療保険 is a 保険, and "car insurance" an insurance.
    """
    if wanted == term:
        return 1, 0
    if _has(wanted, term):
        return 2, -wanted.rindex(term) - len(term)
    return (3, slips.index(term)) if term in slips else None


def compared(name: str) -> str:
    """What is compared of a name here: neither width and case matter, nor the kind of kana, nor marks between words."""
    return re.sub(_DIVIDES, " ", sounded(name)).strip()


def _ways(typed: str) -> list[str]:
    """The name as it is compared, and without what people say behind the name of any industry."""
    whole = compared(typed)
    stems = (whole.removesuffix(ending).rstrip() for ending in _IDLE)
    return list(filter(None, dict.fromkeys((whole, *stems))))


def _has(text: str, part: str) -> bool:
    return len(part) >= _SHORTEST and has_word(text, part)


@cache
def _meanings() -> Mapping[str, tuple[str, ...]]:
    """The keys of the industries that an everyday word stands for, by the word as it is compared."""
    found: dict[str, tuple[str, ...]] = {}
    for key, words in everyday().items():
        for word in dict.fromkeys(map(compared, words)):
            found[word] = (*found.get(word, ()), key)
    return found
