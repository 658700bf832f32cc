"""Who is asked next, found among the rows: as the rule says of everybody, but of most people nothing is read.

What people are known by is compared with the question, each text once. Of those who are known by one that fits as many
are read as it takes to find some who may be asked, in the order of the rule; and as many others as it takes to see that
there are enough people.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from msgspec import Struct
from msgspec.structs import replace

from bot.domain.questions.asks import Ask, AskState
from bot.domain.questions.routing import (
    AT_ONCE,
    ROUNDS,
    About,
    Candidate,
    Chosen,
    NoMore,
    Round,
    Wanted,
    are_few,
    may_be_asked,
    next_round,
)

if TYPE_CHECKING:
    from bot.domain.questions.values import Question
    from bot.domain.uow import UnitOfWork

_ENOUGH = 24
"""So many are read first: of these most often eight may be asked."""
_MORE = 8
"""If they may not, so many times as many are read next."""


class Choice(Struct, frozen=True):
    """Who is asked next; with `few` one at a time. `people` are those of whom anything was read, by id."""

    found: Round | NoMore
    few: bool
    people: dict[int, Candidate]


async def choose(uow: UnitOfWork, question: Question, asks: Sequence[Ask], rounds: int, now: datetime) -> Choice:
    """Who is asked after these asks and so many rounds: by the topic, or where that leads to nobody, by all its words.

    Nobody is known by the words of a whole text who is known by its topic.
    """
    wanted = await wanted_of(uow, question, asks, rounds, now)
    choice = await _choose(uow, wanted, now)
    if question.topic and rounds < ROUNDS and isinstance(choice.found, NoMore):
        return await _choose(uow, replace(wanted, words=(question.text, question.details)), now)
    return choice


async def wanted_of(uow: UnitOfWork, question: Question, asks: Sequence[Ask], rounds: int, now: datetime) -> Wanted:
    """What the question looks for after these asks."""
    missed = frozenset(ask.member_id for ask in asks if ask.state is AskState.SKIPPED and ask.delivered_at is None)
    return Wanted(
        question.asker_id,
        (question.topic,) if question.topic else (question.text, question.details),
        question.industry,
        await uow.knowing.industries_of(question.asker_id),
        frozenset(ask.member_id for ask in asks) - missed,
        rounds,
        missed,
    )


async def may_ask(uow: UnitOfWork, wanted: Wanted, member_id: int, now: datetime) -> Candidate | None:
    """Somebody whom another has named, if they may be asked."""
    people = await uow.knowing.people(now, [member_id])
    return people[0] if people and may_be_asked(people[0], wanted, now) else None


async def _choose(uow: UnitOfWork, wanted: Wanted, now: datetime) -> Choice:
    if wanted.rounds >= ROUNDS:
        return Choice(NoMore("rounds"), False, {})
    about = About(wanted.words)
    texts = [text for text in await uow.knowing.texts() if about[text]]
    people: dict[int, Candidate] = {}
    few, number, read = True, _ENOUGH, 0
    while texts or wanted.industry:
        some = await uow.knowing.first(texts, wanted.industry, wanted.asker_industries, number, read)
        people |= {one.id: one for one in await uow.knowing.people(now, some)}
        able = sum(may_be_asked(one, wanted, now) for one in people.values())
        few = are_few(wanted, people.values(), now)
        # Whoever was read comes first in order, so the first of them are the first of all.
        if len(some) < number or (able >= AT_ONCE and not few):
            break
        number, read = number * _MORE, read + len(some)
    found = next_round(wanted, people.values(), now)
    if isinstance(found, NoMore):
        return Choice(found, False, people)
    # The fewer may be asked of those who know, the more has to be read of the others.
    others: list[Candidate] = []
    number = _ENOUGH
    while few:
        some = await uow.knowing.some(number, {*people, *(one.id for one in others)})
        if not some:
            break
        others += await uow.knowing.people(now, some)
        few = are_few(wanted, (*people.values(), *others), now)
        number *= _MORE
    if not few:
        found = next_round(wanted, (*people.values(), *others), now)
    return Choice(found, few, people)


def first_of(choice: Choice) -> Chosen | None:
    """The first who would be asked."""
    return choice.found.people[0] if isinstance(choice.found, Round) else None
