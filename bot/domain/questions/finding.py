"""Finding what was asked and answered: by words, or because somebody is about to ask it again.

Only what the actor can see is looked through: the forums that they see are a part of the search, and what it has found
is checked once more against the rows. What stood in a forum that was deleted has its words still, but nobody can say
any more who saw it there: it is found by who asked it and by who looks after questions, as everywhere else.

What somebody looks for is theirs alone; so that its pages can be turned, it is kept for a day like a form.
"""

from __future__ import annotations

from hashlib import blake2s
from typing import TYPE_CHECKING

import msgspec
from msgspec import Struct

from bot.domain import industries
from bot.domain.errors import InvalidText, StudyError, Unknown, cleaned
from bot.domain.forms import Filled
from bot.domain.industries import Industry
from bot.domain.likeness import telling_words
from bot.domain.questions.indexing import FOUND, in_channel, in_industry, in_state, on_topic
from bot.domain.questions.reading import looks_after, post_of, seen
from bot.domain.questions.values import Question, QuestionState, QuestionView
from bot.domain.search import MOST_RANKED, Excerpt, Found, Looked, Piece, PieceKind, runs

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from bot.domain.actors import Actor
    from bot.domain.industries import Vocabulary
    from bot.domain.questions.answers import Answer
    from bot.domain.questions.reading import Looking
    from bot.domain.questions.thanked import ThankedMessage
    from bot.domain.uow import UnitOfWork, Units

LONGEST_WORDS = 200
"""Characters of what is looked for."""
PAGE = 5
"""Questions on one screen of what was found: so many of the longest fit."""
MOST_ALIKE = 3
"""Answered questions that are shown before a new one is posted."""
KEPT_AS = "bk:search:"
"""What the names begin with under which searches are kept among the forms; no form has such a name."""


class Search(Struct, frozen=True):
    """What somebody looks for: `industry` is a key; "" and False narrow nothing."""

    words: str = ""
    industry: str = ""
    topic: str = ""
    only_open: bool = False


class Hit(Struct, frozen=True):
    """A question that was found, and the text of it in which it was: the excerpt is from a text of this `kind`.

    `answer` is its accepted answer: the one that was found, else the first (None: there is none). `thanked` is
    the message that was found for which somebody was thanked. `gone`: the forum in which it stood was deleted, with all
    messages, so no link leads there.
    """

    view: QuestionView
    kind: PieceKind
    excerpt: Excerpt
    answer: Answer | None = None
    gone: bool = False
    thanked: ThankedMessage | None = None


class FoundPage(Struct, frozen=True):
    """One screen of what was found; `page` counts from 0, `total` are all that were found.

    `closest`: in none stands all that was looked for, and these come closest. `kept_id` is what the pages are turned
    with (0: there is but one). `industry` is the one that it was narrowed to.
    """

    search: Search
    hits: tuple[Hit, ...]
    total: int
    page: int
    pages: int
    industry: Industry | None = None
    closest: bool = False
    kept_id: int = 0


class AlikeFound(Struct, frozen=True):
    """Answered questions that ask the same as one that is kept as a draft until its author has looked at them.

    `people`: it is anonymous, and only so many may have asked it (0: there is nothing to warn of); with `file` a file
    comes with it that may tell who they are.
    """

    draft_id: int
    hits: tuple[Hit, ...]
    people: int = 0
    file: bool = False


class NothingToLookFor(StudyError):
    """What was typed has neither a letter nor a digit in it."""

    text: str


class NoSuchIndustry(StudyError):
    """No industry is called `name`; these may be meant."""

    name: str
    nearest: tuple[Industry, ...]


class FindingService:
    """Finds questions. `vocabulary` gives what the industries are called, in all languages."""

    def __init__(self, units: Units, vocabulary: Looking[Vocabulary]) -> None:
        self._units = units
        self._vocabulary = vocabulary

    async def search(self, guild_id: int, actor: Actor, wanted: Search) -> FoundPage:
        """The first screen; `wanted.industry` is as it was typed, or an entry of a list.

        Raises:
            NothingToLookFor: the words or the topic are only signs.
            NoSuchIndustry: there is none that is called so.
            InvalidText: there are too many words.
        """
        words, topic = cleaned(wanted.words), cleaned(wanted.topic)
        for field, text in (("words", words), ("topic", topic)):
            if len(text) > LONGEST_WORDS:
                raise InvalidText(field, len(text), LONGEST_WORDS)
            if text and not runs(text):
                raise NothingToLookFor(text)
        async with self._units.reading(guild_id) as uow:
            industry = await self._industry(uow, wanted.industry)
            search = Search(words, "" if industry is None else industry.key, topic, wanted.only_open)
            found = await _found(uow, actor, search, 0)
        if found.pages == 1:
            return found
        async with self._units(guild_id) as uow:
            kept = await uow.forms.keep(actor.member_id, _name(search), Filled(_as_written(search), {}))
        return msgspec.structs.replace(found, kept_id=kept.id)

    async def page(self, guild_id: int, actor: Actor, kept_id: int, page: int) -> FoundPage:
        """A further screen of what the actor has looked for within a day; it is looked for anew.

        Raises:
            Unknown: it is another's, or was forgotten.
        """
        async with self._units.reading(guild_id) as uow:
            kept = await uow.forms.find(kept_id)
            if kept is None or kept.member_id != actor.member_id or not kept.custom_id.startswith(KEPT_AS):
                raise Unknown("draft", str(kept_id))
            text = kept.data.box
            search = Search(text("words"), text("industry"), text("topic"), bool(text("open")))
            found = await _found(uow, actor, search, page)
        return msgspec.structs.replace(found, kept_id=kept_id)

    async def suggest_topics(self, guild_id: int, actor: Actor, typed: str) -> list[str]:
        """The topics of questions that the actor can see in which stands what was typed so far, the newest first."""
        async with self._units.reading(guild_id) as uow:
            labels = on_topic(typed)
            found = await uow.search.find("", labels, MOST_RANKED, any_of=await channels_of(uow, actor))
            rows = await uow.questions.some([each.question_id for each in found])
        newest = (rows[each.question_id].topic for each in found if each.question_id in rows)
        topics = {" ".join(runs(topic)): topic for topic in newest if topic}
        return list(topics.values())[:25]

    async def _industry(self, uow: UnitOfWork, text: str) -> Industry | None:
        typed = cleaned(text)[:100]
        if not typed:
            return None
        try:
            (found,) = await industries.read(uow, [typed], self._vocabulary())
        except (InvalidText, Unknown):
            raise NoSuchIndustry(typed, ()) from None
        if not found.key:
            own = await uow.industries.in_use(besides=0)
            raise NoSuchIndustry(typed, industries.resembling(typed, own, self._vocabulary()))
        return found


async def alike(uow: UnitOfWork, actor: Actor, question: Question, besides: Collection[int] = ()) -> tuple[Hit, ...]:
    """Answered questions that the actor can see and that ask the same, the most alike first."""
    text = f"{question.text}\n{question.topic}"
    labels, channels = [in_state(QuestionState.SOLVED)], await channels_of(uow, actor)
    found = await uow.search.alike(text, labels, MOST_ALIKE + len(besides), any_of=channels, besides=question.id)
    wanted = [each.question_id for each in found if each.question_id not in besides]
    return (await _hits(uow, actor, await _as_asked(uow, wanted), [QuestionState.SOLVED]))[:MOST_ALIKE]


async def answered_threads(uow: UnitOfWork, text: str, channel_id: int) -> tuple[int, ...]:
    """The threads of answered questions of this forum that ask the same as a text, the most alike first."""
    found = await uow.search.alike(text, [in_state(QuestionState.SOLVED)], MOST_ALIKE, any_of=[in_channel(channel_id)])
    rows = await uow.questions.some([each.question_id for each in found])
    there = [each.question_id for each in found if each.question_id in rows]
    solved = [number for number in there if rows[number].state is QuestionState.SOLVED]
    threads = [await post_of(uow, number) for number in solved]
    return tuple(thread for thread in threads if thread)


async def channels_of(uow: UnitOfWork, actor: Actor) -> list[str]:
    """The labels of the forums whose questions exist for the actor, whoever asked them."""
    channels = await _channels(uow)
    gone = [each for each in channels if actor.gone(each)]
    tended = gone if gone and await looks_after(uow, actor) else []
    return [in_channel(each) for each in channels if actor.sees(each) or each in tended]


async def _channels(uow: UnitOfWork) -> list[int]:
    """The forums with questions that can be found; the questions themselves would all have to be read for this."""
    return [int(each) for each in await uow.search.labelled(in_channel(0)[:-1])]


async def _own_lost(uow: UnitOfWork, actor: Actor, words: str, labels: Sequence[str]) -> list[Found]:
    """What the actor has asked in forums that were deleted, if others' questions there exist for them no more."""
    gone = [in_channel(each) for each in await _channels(uow) if actor.gone(each)]
    if not gone or await looks_after(uow, actor):
        return []
    found = await uow.search.find(words, labels, MOST_RANKED, any_of=gone)
    rows = await uow.questions.some([each.question_id for each in found])
    mine = {number for number, row in rows.items() if row.asker_id == actor.member_id}
    return [each for each in found if each.question_id in mine]


async def _found(uow: UnitOfWork, actor: Actor, search: Search, page: int) -> FoundPage:
    channels = await channels_of(uow, actor)
    labels = on_topic(search.topic)
    if search.industry:
        labels.append(in_industry(search.industry))
    if search.only_open:
        labels.append(in_state(QuestionState.OPEN))
    found = await uow.search.find(search.words, labels, MOST_RANKED, any_of=channels)
    found += await _own_lost(uow, actor, search.words, labels)
    closest = not found and bool(search.words)
    if closest:
        near = await uow.search.alike(search.words, labels, PAGE, any_of=channels)
        found = await _as_asked(uow, [each.question_id for each in near], " ".join(telling_words(search.words)))
    pages = max(1, -(-len(found) // PAGE))
    page = min(page, pages - 1)
    hits = await _hits(uow, actor, found[page * PAGE : (page + 1) * PAGE])
    industry = await industries.by_key(uow, search.industry) if search.industry else None
    return FoundPage(search, hits, len(found) if hits else 0, page, pages, industry, closest and bool(hits))


async def _as_asked(uow: UnitOfWork, question_ids: Sequence[int], words: str = "") -> list[Found]:
    """These questions, each with the part of its text in which the first of the words stands, else with the start."""
    looked, rows = Looked.of(words), await uow.questions.some(question_ids)
    pieces = [Piece("question", number, rows[number].text) for number in question_ids if number in rows]
    return [Found(piece.source_id, piece, looked.excerpt(piece.text)) for piece in pieces]


async def _hits(
    uow: UnitOfWork, actor: Actor, found: Sequence[Found], states: Collection[QuestionState] = FOUND
) -> tuple[Hit, ...]:
    """What was found as it is shown, without what the rows say the actor can't see after all."""
    rows = await uow.questions.some([each.question_id for each in found])
    gone = {number for number, row in rows.items() if actor.gone(row.channel_id)}
    tended = bool(gone) and await looks_after(uow, actor)

    def exists(row: Question) -> bool:
        lost = row.id in gone and (tended or row.asker_id == actor.member_id)
        return row.state in states and (lost or actor.sees(row.channel_id))

    there = [each for each in found if (row := rows.get(each.question_id)) and exists(row)]
    views = await seen(uow, [rows[each.question_id] for each in there])
    answers, thanked = await uow.answers.of_questions(rows), await uow.thanked.of_questions(list(rows))
    hits: list[Hit] = []
    for each, view in zip(there, views, strict=True):
        accepted = answers.get(each.question_id, [])
        those = [answer for answer in accepted if each.piece.kind == "answer" and answer.id == each.piece.source_id]
        # A question of which nothing stands out is shown as a whole.
        whole = each.piece.kind == "question" and not each.excerpt.match
        excerpt = Excerpt("", "", view.question.text) if whole else each.excerpt
        answer, kind = next(iter((*those, *accepted)), None), each.piece.kind
        said = thanked.get(each.question_id, []) if kind == "thanked" else []
        message = next((one for one in said if one.id == each.piece.source_id), None)
        hits.append(Hit(view, kind, excerpt, answer, each.question_id in gone, message))
    return tuple(hits)


def _as_written(search: Search) -> dict[str, str]:
    """A search as it is kept."""
    only_open = "open" if search.only_open else ""
    return {"words": search.words, "industry": search.industry, "topic": search.topic, "open": only_open}


def _name(search: Search) -> str:
    """The name under which a search is kept: a person's further ones have other names, and keep their own pages."""
    return KEPT_AS + blake2s(msgspec.json.encode(search), digest_size=8).hexdigest()
