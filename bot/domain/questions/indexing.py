"""What can be found of a question: the index follows the rows, whoever has changed them.

Whatever writes a question, a remark, an answer, a thanked message or the state of a question calls `indexed` in the
same transaction. Drafts and what was taken out of sight are in the index never. By what somebody may see and by what
they choose, a search is limited with labels, so that the newest that count are the newest that they can find.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from bot.domain.questions.values import QuestionState
from bot.domain.search import Document, Piece, needed, runs

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from bot.clock import Clock
    from bot.domain.questions.answers import Addition, Answer
    from bot.domain.questions.thanked import ThankedMessage
    from bot.domain.questions.values import Question, Remark
    from bot.domain.uow import UnitOfWork, Units

FOUND = (QuestionState.OPEN, QuestionState.SOLVED, QuestionState.CLOSED)
"""The states in which a question can be found."""
_AT_ONCE = 50
"""Questions looked at in one transaction, so that nobody waits for them."""
_LATELY = timedelta(days=2)
"""Questions in which something has happened since then are looked at every night."""
_MOST_LATELY = 5000


def in_industry(key: str) -> str:
    """The label of the questions put to an industry."""
    return f"industry:{key}"


def in_state(state: QuestionState) -> str:
    """The label of the questions in a state."""
    return f"state:{state.value}"


def in_channel(channel_id: int) -> str:
    """The label of the questions in a forum, by which those are left out that somebody can't see."""
    return f"channel:{channel_id}"


def on_topic(typed: str) -> list[str]:
    """The labels that a question has in whose topic all stands that was typed, in any order and spelling."""
    return [f"topic:{term}" for run in runs(typed) for term in needed(run)]


def labels_of(question: Question) -> tuple[str, ...]:
    """All by which a search for this question can be limited."""
    labels = [in_state(question.state), in_channel(question.channel_id)]
    if question.industry:
        labels.append(in_industry(question.industry))
    topic = runs(question.topic)
    # A single character of a stretch of Japanese is a word as well.
    single = (f"topic:{term}" for run in topic if needed(run) != [run] for term in run)
    return tuple(dict.fromkeys((*labels, *on_topic(question.topic), *single)))


def document(
    question: Question,
    remarks: Sequence[Remark] = (),
    answers: Sequence[Answer] = (),
    additions: Mapping[int, Sequence[Addition]] | None = None,
    thanked: Sequence[ThankedMessage] = (),
) -> Document:
    """All that can be found of a question: no text says who wrote it. `additions` are each answer's, by its id."""
    pieces = [Piece("question", question.id, question.text)]
    if question.topic:
        pieces.append(Piece("topic", question.id, question.topic))
    if question.details:
        pieces.append(Piece("details", question.id, question.details))
    for answer in answers:
        # Corrections and sources are found in the answer, and lead to it.
        added = (each.text for each in (additions or {}).get(answer.id, ()))
        if text := "\n".join(filter(None, (answer.text, *added))):
            pieces.append(Piece("answer", answer.id, text))
    accepted = {answer.message_id for answer in answers}
    pieces += [Piece("thanked", each.id, each.text) for each in thanked if each.message_id not in accepted]
    pieces += [Piece("remark", remark.id, remark.text) for remark in remarks]
    return Document(question.id, tuple(pieces), labels_of(question))


async def indexed(uow: UnitOfWork, question: Question) -> None:
    """Let be found of the question what its rows hold now; what is to be found already is not written again."""
    if question.state not in FOUND:
        await uow.search.remove(question.id)
        return
    now = await _document(uow, question)
    if await uow.search.get(question.id) != now:
        await uow.search.put(now)


async def _document(uow: UnitOfWork, question: Question) -> Document:
    answers = (await uow.answers.of_questions([question.id])).get(question.id, [])
    additions = await uow.answers.additions([answer.id for answer in answers])
    thanked = (await uow.thanked.of_questions([question.id])).get(question.id, [])
    return document(question, await uow.questions.remarks(question.id), answers, additions, thanked)


class IndexingService:
    """Brings the index in line with questions that no change has led to: those from before there was one."""

    def __init__(self, units: Units, clock: Clock) -> None:
        self._units = units
        self._clock = clock

    async def catch_up(self, guild_id: int) -> None:
        """Add what is lacking, look again at what has changed lately, and take out what is left over; idempotent."""
        after = 0
        while found := await self._lacking(guild_id, after):
            await self._index(guild_id, found)
            after = found[-1]
        async with self._units.reading(guild_id) as uow:
            changed = await uow.questions.active(self._clock.now() - _LATELY, _MOST_LATELY)
            outdated = [each.id for each in changed if await _is_outdated(uow, each)]
            left = await uow.search.left_over(_MOST_LATELY)
        ids = [*outdated, *left]
        for begin in range(0, len(ids), _AT_ONCE):
            await self._index(guild_id, ids[begin : begin + _AT_ONCE])

    async def _lacking(self, guild_id: int, after: int) -> list[int]:
        async with self._units.reading(guild_id) as uow:
            return await uow.search.lacking(after, _AT_ONCE)

    async def _index(self, guild_id: int, question_ids: Sequence[int]) -> None:
        async with self._units(guild_id) as uow:
            for question_id in question_ids:
                question = await uow.questions.find(question_id)
                if question is None:
                    await uow.search.remove(question_id)
                else:
                    await indexed(uow, question)


async def _is_outdated(uow: UnitOfWork, question: Question) -> bool:
    wanted = await _document(uow, question) if question.state in FOUND else None
    return await uow.search.get(question.id) != wanted
