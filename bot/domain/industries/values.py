"""What an industry is: one of a bundled list of twenty, or one that the people of a community have added to it.

The bundled ones follow the divisions of Japan's standard industrial classification (日本標準産業分類), taken together
or apart where people do so when they say what they work in. Their keys never change; their names stand in
`bot/rendering/industries.py` and come here as a `Vocabulary`. What somebody types that is none of them becomes a row of
the community; two spellings of one name are one (see `folded`).
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Protocol

from msgspec import Struct

from bot.domain.errors import StudyError, cleaned

DIVISIONS: Mapping[str, str] = {
    "agriculture": "AB",
    "construction": "D",
    "manufacturing": "E",
    "energy": "CF",
    "information": "G",
    "logistics": "H",
    "wholesale": "I",
    "retail": "I",
    "finance": "J",
    "real_estate": "K",
    "professional": "L",
    "research": "L",
    "hospitality": "M",
    "leisure": "N",
    "education": "O",
    "medical": "P",
    "welfare": "P",
    "associations": "QR",
    "services": "R",
    "public": "S",
}
"""The key of each bundled industry and the divisions it stands for (revision of 2023); T is what is in none of them."""

KEYS = tuple(DIVISIONS)
LONGEST_NAME = 40
"""Characters of an industry that somebody adds."""
LONGEST_SHORT = 20
"""Characters of a short form: as much as a tag of a forum may have."""
MOST_INDUSTRIES = 5
"""So many industries a person has at once."""
MOST_ADDED = 10
"""So many industries one person adds to a community's list."""
MOST_SUGGESTIONS = 25
"""Discord shows no more, neither below a box nor in a list."""

_OWN = r"own-([1-9][0-9]{0,17})"
CHOSEN = r"#([a-z_]{1,20}|own-[0-9]{1,18})"
"""What an entry of a list sends for an industry that there is."""
COMMA = r"[,、，､\n]"
"""What divides the items of a list that somebody types."""


class Industry(Struct, frozen=True):
    """An industry: its `key` is one of `KEYS`, or "own-12" for one that was added in a community.

    `name` is set for the latter only. An empty `key` stands for a name that would be added.
    """

    key: str
    name: str = ""


class Vocabulary(Struct, frozen=True):
    """What the bundled industries are called: `names` are folded names in all languages with the key of each."""

    names: Mapping[str, str]


class IndustryRepository(Protocol):
    """The industries that the people of one community have added."""

    async def get(self, key: str) -> Industry | None:
        """The one with this key."""
        ...

    async def named(self, names: Sequence[str]) -> dict[str, Industry]:
        """Those with one of these folded names, by it."""
        ...

    async def in_use(self, *, besides: int = 0) -> list[Industry]:
        """Those that somebody has now, in order of creation; `besides`: somebody else than this person."""
        ...

    async def added_by(self, member_id: int) -> int:
        """How many this person has added."""
        ...

    async def add(self, name: str, member_id: int) -> Industry:
        """Write a new one."""
        ...


class TooManyIndustries(StudyError):
    """More industries than one person can have."""

    number: int
    limit: int


class TooManyAdded(StudyError):
    """This person has added as many industries to the list as anybody may; `name` would be one more."""

    name: str
    limit: int


def own_key(industry_id: int) -> str:
    """The key of an industry that was added."""
    return f"own-{industry_id}"


def own_id(key: str) -> int:
    """The row's id behind such a key; 0 for any other key."""
    found = re.fullmatch(_OWN, key)
    return int(found[1]) if found else 0


def value_of(industry: Industry) -> str:
    """What an entry of a list sends for an industry: "#finance", "#own-12", or the name that is to be added."""
    return f"#{industry.key}" if industry.key else industry.name


def parts(text: str) -> list[str]:
    """What stands between the commas, cleaned; no industry has one in its name."""
    return [part for part in map(cleaned, re.split(COMMA, text)) if part]
