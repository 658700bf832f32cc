"""What people write in a list of industries: what of it is known, what is new, and how it could go on."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Sequence
from typing import TYPE_CHECKING

from bot.domain.errors import Unknown, cleaned, require_text
from bot.domain.groups import folded
from bot.domain.industries.everyday import everyday, hints
from bot.domain.industries.likeness import Doubt, resembling, understood
from bot.domain.industries.values import (
    CHOSEN,
    DIVISIONS,
    KEYS,
    LONGEST_NAME,
    MOST_ADDED,
    MOST_INDUSTRIES,
    MOST_SUGGESTIONS,
    Industry,
    TooManyAdded,
    TooManyIndustries,
    Vocabulary,
    own_id,
)

if TYPE_CHECKING:
    from bot.domain.uow import UnitOfWork


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
        elif chosen := re.fullmatch(CHOSEN, part):
            industry = await by_key(uow, chosen[1])
        else:
            industry = understood(part, vocabulary) or Industry("", require_text("industry", part, LONGEST_NAME))
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


async def doubt(
    uow: UnitOfWork, industries: Iterable[Industry], vocabulary: Vocabulary, member_id: int, settled: Collection[str]
) -> Doubt | None:
    """The first new one that may mean another, but for the names `settled`: their author wants them as they are.

    What this person alone has added is none that they may mean: they are just writing it anew.
    """
    new = [industry.name for industry in industries if not industry.key and industry.name not in settled]
    own = await uow.industries.in_use(besides=member_id) if new else []
    doubts = (Doubt(name, resembling(name, own, vocabulary)) for name in new)
    return next((each for each in doubts if each.candidates), None)


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
    exact = any(key in names for names in terms.values()) or understood(typed, vocabulary) is not None
    ranks: dict[Industry, int] = {}
    for industry, names in terms.items():
        fits = [_fit(name, key) for name in (*names, *everyday().get(industry.key, ()), *hints().get(industry.key, ()))]
        if any(fits):
            ranks[industry] = min(filter(None, fits))
    found = sorted(ranks, key=lambda industry: ranks[industry])
    new = cleaned(typed)
    if not key or exact or len(new) > LONGEST_NAME or re.fullmatch(CHOSEN, new):
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
