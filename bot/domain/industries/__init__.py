"""Industries: a bundled list of twenty, and what the people of a community have added to it.

`values` says what there is, `everyday` what people call it, `likeness` when something new may be something old, and
`reading` reads what they type.
"""

from bot.domain.industries.likeness import MOST_CANDIDATES, Doubt, resembling, understood
from bot.domain.industries.reading import added, by_key, doubt, fitting, offered, read
from bot.domain.industries.values import (
    COMMA,
    DIVISIONS,
    KEYS,
    LONGEST_NAME,
    LONGEST_SHORT,
    MOST_ADDED,
    MOST_INDUSTRIES,
    MOST_SUGGESTIONS,
    Industry,
    IndustryRepository,
    TooManyAdded,
    TooManyIndustries,
    Vocabulary,
    own_id,
    own_key,
    parts,
    value_of,
)

__all__ = [
    "COMMA",
    "DIVISIONS",
    "KEYS",
    "LONGEST_NAME",
    "LONGEST_SHORT",
    "MOST_ADDED",
    "MOST_CANDIDATES",
    "MOST_INDUSTRIES",
    "MOST_SUGGESTIONS",
    "Doubt",
    "Industry",
    "IndustryRepository",
    "TooManyAdded",
    "TooManyIndustries",
    "Vocabulary",
    "added",
    "by_key",
    "doubt",
    "fitting",
    "offered",
    "own_id",
    "own_key",
    "parts",
    "read",
    "resembling",
    "understood",
    "value_of",
]
