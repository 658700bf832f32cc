"""An industry that is new to the list and may be one that is there already: whoever typed it is asked which is meant.

Their other industries wait with the question; what else they changed is saved meanwhile.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import TYPE_CHECKING

import msgspec
from msgspec import Struct

from bot.domain.errors import Unknown
from bot.domain.industries import Doubt, Industry, value_of

if TYPE_CHECKING:
    from bot.domain.actors import Actor
    from bot.domain.sessions import Draft
    from bot.domain.uow import UnitOfWork


class WhichIndustry(Struct, frozen=True):
    """What somebody is asked who typed a name that may mean one of the `candidates`, best first.

    Choosing needs only `draft_id` and the place of a candidate, from 1; 0 is the name as it was typed.
    """

    draft_id: int
    typed: str
    candidates: tuple[Industry, ...]


class _Waiting(Struct, frozen=True):
    """The draft: the industries as they were `written`, which of them is in doubt, and which are `settled` as new."""

    written: list[str]
    typed: str
    candidates: list[Industry]
    settled: list[str]


async def ask(
    uow: UnitOfWork, actor: Actor, industries: Sequence[Industry], doubt: Doubt, settled: Collection[str]
) -> WhichIndustry:
    """Keep what was typed, and ask what is meant by the name in doubt."""
    written = [value_of(industry) for industry in industries]
    waiting = _Waiting(written, doubt.typed, list(doubt.candidates), sorted(settled))
    draft = await uow.sessions.drafts.add(actor.member_id, "industry", msgspec.to_builtins(waiting))
    return WhichIndustry(draft.id, doubt.typed, doubt.candidates)


def answered(draft: Draft, place: int) -> tuple[list[str], list[str]]:
    """The industries as they are meant now, and those of them that are settled as new.

    Raises:
        Unknown: nothing stood in this place.
    """
    waiting = msgspec.convert(draft.data, _Waiting)
    if place == 0:
        return waiting.written, [*waiting.settled, waiting.typed]
    if place > len(waiting.candidates):
        raise Unknown("draft", str(draft.id))
    meant = value_of(waiting.candidates[place - 1])
    return [meant if each == waiting.typed else each for each in waiting.written], waiting.settled
