"""Who is asked next, found among the rows: as the rule says of everybody, but of most people nothing is read.

What people are known by is compared with the question, each text once. Only who is known by one that fits is read, and
as many others as it takes to see that there are enough people.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from msgspec import Struct
from msgspec.structs import replace

from bot.domain.questions.asks import Ask, AskState
from bot.domain.questions.routing import (
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

_ENOUGH = 48
"""So many others are read first: of these most often eight may be asked."""


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
    asker = await uow.knowing.people(now, [question.asker_id])
    missed = frozenset(ask.member_id for ask in asks if ask.state is AskState.SKIPPED and ask.delivered_at is None)
    return Wanted(
        question.asker_id,
        (question.topic,) if question.topic else (question.text, question.details),
        question.industry,
        asker[0].industries if asker else (),
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
    knowing = await uow.knowing.known_by(texts, wanted.industry)
    people = {one.id: one for one in await uow.knowing.people(now, knowing)} if knowing else {}
    found = next_round(wanted, people.values(), now)
    if isinstance(found, NoMore):
        return Choice(found, False, people)
    # The fewer may be asked of those who know, the more has to be read of the others.
    few = are_few(wanted, people.values(), now)
    others: list[Candidate] = []
    if few:
        some = await uow.knowing.some(_ENOUGH, people.keys())
        others = await uow.knowing.people(now, some) if some else []
        few = are_few(wanted, (*people.values(), *others), now)
        if few and len(some) == _ENOUGH:
            others = [one for one in await uow.knowing.people(now) if one.id not in people]
            few = are_few(wanted, (*people.values(), *others), now)
        if not few:
            found = next_round(wanted, (*people.values(), *others), now)
    return Choice(found, few, people)


def first_of(choice: Choice) -> Chosen | None:
    """The first who would be asked."""
    return choice.found.people[0] if isinstance(choice.found, Round) else None
