"""Industries: a bundled list of twenty, and what the people of a community have added to it.

The bundled ones follow the divisions of Japan's standard industrial classification (日本標準産業分類), taken together
or apart where people do so when they say what they work in. Their keys never change; their names stand in
`bot/rendering/industries.py` and come here as a `Vocabulary`. What somebody types that is none of them becomes a row of
the community; two spellings of one name are one (see `folded`).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Protocol

from msgspec import Struct

from bot.domain.errors import StudyError, Unknown, cleaned, require_text
from bot.domain.groups import folded

if TYPE_CHECKING:
    from bot.domain.uow import UnitOfWork

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
_CHOSEN = r"#([a-z_]{1,20}|own-[0-9]{1,18})"
COMMA = r"[,、，､\n]"
"""What divides the items of a list that somebody types."""


class Industry(Struct, frozen=True):
    """An industry: its `key` is one of `KEYS`, or "own-12" for one that was added in a community.

    `name` is set for the latter only. An empty `key` stands for a name that would be added.
    """

    key: str
    name: str = ""


class Vocabulary(Struct, frozen=True):
    """What the bundled industries are called: `names` are folded names in all languages with the key of each.

    `hints` are other folded words that people look for them by.
    """

    names: Mapping[str, str]
    hints: Mapping[str, Sequence[str]]


class IndustryRepository(Protocol):
    """The industries that the people of one community have added."""

    async def get(self, key: str) -> Industry | None:
        """The one with this key."""
        ...

    async def named(self, names: Sequence[str]) -> dict[str, Industry]:
        """Those with one of these folded names, by it."""
        ...

    async def in_use(self) -> list[Industry]:
        """Those that somebody has now, in order of creation."""
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


async def read(uow: UnitOfWork, written: Sequence[str], vocabulary: Vocabulary) -> tuple[Industry, ...]:
    """The industries that somebody has written, in their order and each once; what is none of them has no key yet.

    Raises:
        Unknown: an entry of a list stands for nothing in this community.
        InvalidText: a new name is too long.
        TooManyIndustries: there are too many.
    """
    if len(written) > MOST_SUGGESTIONS:
        raise TooManyIndustries(len(written), MOST_INDUSTRIES)
    own = await uow.industries.named([folded(part) for part in written])
    found: dict[str, Industry] = {}
    for part in written:
        name = folded(part)
        if name in vocabulary.names:
            industry = Industry(vocabulary.names[name])
        elif name in own:
            industry = own[name]
        elif chosen := re.fullmatch(_CHOSEN, part):
            industry = await by_key(uow, chosen[1])
        else:
            industry = Industry("", require_text("industry", part, LONGEST_NAME))
        found.setdefault(industry.key or name, industry)
    if len(found) > MOST_INDUSTRIES:
        raise TooManyIndustries(len(found), MOST_INDUSTRIES)
    return tuple(found.values())


async def by_key(uow: UnitOfWork, key: str) -> Industry:
    """The industry with this key.

    Raises:
        Unknown: the community has none.
    """
    industry = Industry(key) if key in DIVISIONS else await uow.industries.get(key)
    if industry is None:
        raise Unknown("industry", key)
    return industry


async def added(uow: UnitOfWork, industries: Iterable[Industry], member_id: int) -> tuple[Industry, ...]:
    """The same with those written that are new; an audit row says who added each.

    Raises:
        TooManyAdded: this person has added enough.
    """
    result: list[Industry] = []
    for industry in industries:
        if not industry.key:
            if await uow.industries.added_by(member_id) >= MOST_ADDED:
                raise TooManyAdded(industry.name, MOST_ADDED)
            industry = await uow.industries.add(industry.name, member_id)
            await uow.record(
                "industry.add", member_id, f"industry:{own_id(industry.key)}", after={"name": industry.name}
            )
        result.append(industry)
    return tuple(result)


def fitting(typed: str, own: Iterable[Industry], vocabulary: Vocabulary) -> list[Industry]:
    """The industries that fit what was typed so far, best first; an entry to add it closes the list if it is none.

    A name that begins with it comes before one of whose words does, then before one that merely contains it; ties go to
    the bundled ones, in their order.
    """
    key = folded(typed)
    terms: dict[Industry, list[str]] = {Industry(each): [] for each in KEYS}
    for name, each in vocabulary.names.items():
        terms[Industry(each)].append(name)
    terms |= {industry: [folded(industry.name)] for industry in own}
    exact = any(key in names for names in terms.values())
    ranks: dict[Industry, int] = {}
    for industry, names in terms.items():
        fits = [_fit(name, key) for name in (*names, *vocabulary.hints.get(industry.key, ()))]
        if any(fits):
            ranks[industry] = min(filter(None, fits))
    found = sorted(ranks, key=lambda industry: ranks[industry])
    new = cleaned(typed)
    if not key or exact or len(new) > LONGEST_NAME or re.fullmatch(_CHOSEN, new):
        return found[:MOST_SUGGESTIONS]
    return [*found[: MOST_SUGGESTIONS - 1], Industry("", new)]


def _fit(name: str, typed: str) -> int:
    """How well a name fits what was typed: 1 best, 0 not at all."""
    at = name.find(typed)
    if at < 0:
        return 0
    if name == typed:
        return 1
    return 2 if at == 0 else 3 if f" {typed}" in name else 4


def offered(mine: Sequence[Industry], own: Iterable[Industry]) -> tuple[Industry, ...]:
    """What a list of at most 25 entries offers somebody: all that they have, the bundled ones, then others'."""
    bundled = [Industry(key) for key in KEYS if Industry(key) not in mine]
    others = [industry for industry in own if industry not in mine]
    return (*mine, *bundled, *others)[:MOST_SUGGESTIONS]
