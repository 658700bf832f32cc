"""What finding costs among 100,000 questions, and whether everything is found that a full scan finds.

    python -m tests.bench.search                      100,000 questions on SQLite
    python -m tests.bench.search --questions 2000     fewer

The questions are made of words of which some are a thousand times as frequent as others; each has a text, details and
an answer, a third of them in English. The floors are measured in the same run, by the same connection: a full scan of
the texts with LIKE, and MATCH alone, without reading what was found or putting it in order.
"""

from __future__ import annotations

import argparse
import asyncio
import gc
import statistics
import tempfile
from collections import Counter
from collections.abc import Awaitable, Callable, Iterator, Sequence
from itertools import pairwise
from pathlib import Path
from random import Random
from time import perf_counter, process_time

import msgspec
from sqlalchemy import Text, cast, insert, select

from bot.clock import SystemClock
from bot.domain.actors import Actor
from bot.domain.groups import sounded
from bot.domain.questions.finding import channels_of
from bot.domain.questions.indexing import in_channel, in_industry, in_state
from bot.domain.questions.values import QuestionState
from bot.domain.search import MOST_RANKED, Document, Piece, needed, runs, terms
from data.database import Database
from data.schema import metadata
from data.search import optimize, search_documents, search_terms
from tests.bench.tables import percentile, table, verdict

MOST = 0.050
"""Seconds of the processor that a search, or a look for similar questions, may take at the 99th percentile."""
GUILD, LIMIT = 7, 20
INDUSTRIES, CHANNELS = 20, 4
STATES = (QuestionState.OPEN, QuestionState.SOLVED, QuestionState.CLOSED)
READER = Actor(1, sees=lambda channel_id: channel_id != CHANNELS)
"""Who looks: what they can't see is left out in the index, and checked again."""
KANJI = "金融機関物流統計食品農業電力水道茶株漁港鉄鋼紙薬医療介護保険税法省庁町村市民教育研究開発設計施工販売仕入在庫"
KANA = "の は を に と で が から まで とは について ですか ます どうして チェーン"
ENGLISH = "the of a how do you bank chain cold store price tax law food rice port ship train truck tea"

Ask = Callable[[str], Awaitable[Sequence[int]]]


class Writer:
    """Writes texts in which words are as uneven as in a language: the n-th is chosen 1/n as often as the first."""

    def __init__(self, seed: int) -> None:
        self._random = random = Random(seed)
        self.words = ["".join(random.sample(KANJI, 2)) for _ in range(1500)]
        self._frequent = [1 / n for n in range(1, len(self.words) + 1)]
        self._english = [*ENGLISH.split(), *("".join(random.sample("abcdefghijklmnoprstuvwy", 6)) for _ in range(1000))]
        self._kana = KANA.split()
        self._seldom = [1 / n for n in range(1, len(self._english) + 1)]

    def text(self, length: int, *, english: bool) -> str:
        """A text of so many words."""
        if english:
            return " ".join(self._random.choices(self._english, self._seldom, k=length))
        words = self._random.choices(self.words, self._frequent, k=length)
        return "".join(word + self._random.choice(self._kana) for word in words)

    def documents(self, number: int) -> Iterator[Document]:
        """So many questions."""
        for n in range(1, number + 1):
            texts = (self.text(length, english=n % 3 == 0) for length in (8, 15, 25))
            kinds = ("question", "details", "answer")
            pieces = tuple(Piece(kind, 0, text) for kind, text in zip(kinds, texts, strict=True))
            # Of four forums, somebody sees three.
            labels = (f"industry:own-{n % INDUSTRIES}", in_state(STATES[n % 3]), in_channel(n % CHANNELS + 1))
            yield Document(n, pieces, labels)


async def seed(database: Database, documents: Sequence[Document]) -> None:
    """Write what `SqlSearch.put` would, many rows at once."""
    async with database.connections.writing() as connection:
        await connection.run_sync(metadata.create_all)
    async with database(GUILD):
        pass
    counted: Counter[str] = Counter()
    for begin in range(0, len(documents), 5000):
        rows = list[dict[str, object]]()
        for document in documents[begin : begin + 5000]:
            has = terms(document)
            counted.update(has)
            pieces = msgspec.to_builtins(document.pieces)
            own = {"guild_id": GUILD, "question_id": document.question_id, "terms": " ".join((f"§{GUILD}", *has))}
            rows.append({**own, "pieces": pieces, "labels": document.labels})
        async with database.connections.writing() as connection:
            await connection.execute(insert(search_documents), rows)
    numbers = [{"guild_id": GUILD, "term": term, "documents": n} for term, n in counted.items()]
    async with database.connections.writing() as connection:
        await connection.execute(insert(search_terms), numbers)


def ways(database: Database) -> dict[str, Ask]:
    """Each way to find something, by its name."""

    async def newest(typed: str) -> Sequence[int]:
        async with database.reading(GUILD) as uow:
            some = await channels_of(uow, READER)
            return [each.question_id for each in await uow.search.find(typed, limit=LIMIT, any_of=some)]

    async def labelled(typed: str) -> Sequence[int]:
        async with database.reading(GUILD) as uow:
            some = await channels_of(uow, READER)
            labels = [in_industry("own-7")]
            return [each.question_id for each in await uow.search.find(typed, labels, LIMIT, any_of=some)]

    async def alike(text: str) -> Sequence[int]:
        async with database.reading(GUILD) as uow:
            some, answered = await channels_of(uow, READER), [in_state(QuestionState.SOLVED)]
            return [each.question_id for each in await uow.search.alike(text, answered, any_of=some)]

    async def scan(typed: str) -> Sequence[int]:
        of = search_documents.c
        async with database.connections.reading() as connection:
            found = select(of.question_id).where(cast(of.pieces, Text).like(f"%{typed}%"))
            return list((await connection.execute(found.order_by(of.question_id.desc()).limit(LIMIT))).scalars())

    async def match(typed: str) -> Sequence[int]:
        async with database.reading(GUILD) as uow:
            wanted = [term for run in runs(typed) for term in needed(run)]
            return list((await uow.search._tx.execute(uow.search._having(wanted).limit(LIMIT))).scalars())

    return {
        "floor: a full scan": scan,
        "floor: MATCH alone": match,
        "newest 20": newest,
        "newest 20 of an industry": labelled,
        "similar questions": alike,
    }


async def measure(ask: Ask, texts: Sequence[str]) -> list[tuple[float, float]]:
    """Seconds for each: what passed, and what the processor spent in all threads."""
    taken: list[tuple[float, float]] = []
    for text in texts:
        began, spent = perf_counter(), process_time()
        await ask(text)
        taken.append((perf_counter() - began, process_time() - spent))
    return taken


async def recall(database: Database, documents: Sequence[Document], pairs: Sequence[str]) -> tuple[int, int]:
    """How many of the newest questions with two characters in them are found, and how many a full scan finds."""
    folded = [sounded("\n".join(piece.text for piece in document.pieces)) for document in documents]
    hits = scanned = 0
    for pair in pairs:
        fit = [document.question_id for document, text in zip(documents, folded, strict=True) if pair in text]
        async with database.reading(GUILD) as uow:
            found = {each.question_id for each in await uow.search.find(pair, limit=MOST_RANKED)}
        assert found <= set(fit), pair
        scanned += len(fit[-MOST_RANKED:])
        hits += len(found & set(fit[-MOST_RANKED:]))
    return hits, scanned


async def _anew(database: Database) -> Sequence[int]:
    await optimize(database.connections)
    return []


async def run(folder: Path, number: int, rounds: int) -> str:
    """Seed, ask, and tell."""
    database = Database(f"sqlite:///{folder / 'bench.db'}", SystemClock())
    writer = Writer(1)
    documents = list(writer.documents(number))
    try:
        await seed(database, documents)
        gc.collect()
        gc.freeze()
        pairs = [*writer.words[:20], *writer.words[100:1500:70], "とは", "すか", "茶の", "鑫鑫"]
        both = [first + second for first, second in pairwise(pairs)]
        typed = [*pairs, *both, "茶", "は", "bank", "the", "金融機関", "cold chain", f"{pairs[0]} {pairs[1]}"]
        told = [writer.text(8, english=n % 3 == 0) for n in range(len(typed))]
        lines: list[list[str]] = []
        checks: list[list[str]] = []
        for name, ask in ways(database).items():
            texts = told if name == "similar questions" else typed
            few = name == "floor: a full scan"
            taken = [each for _ in range(1 if few else rounds) for each in await measure(ask, texts)]
            passed, spent = zip(*taken, strict=True)
            slow = percentile(spent, 0.99)
            numbers = (statistics.median(passed), percentile(passed, 0.99), statistics.median(spent), slow)
            lines.append([name, str(len(taken)), *(f"{each * 1e3:,.2f} ms" for each in numbers)])
            if not name.startswith("floor"):
                limit = f"{name}: at most {MOST * 1e3:.0f} ms of the processor at p99"
                checks.append([limit, f"{slow * 1e3:.2f} ms", verdict(slow <= MOST)])
        hits, scanned = await recall(database, documents, pairs)
        checks.append(["two characters: all of a full scan's", f"{hits:,} of {scanned:,}", verdict(hits == scanned)])
        ((passed, spent),) = await measure(lambda _text: _anew(database), [""])
        numbers = (passed, passed, spent, spent)
        lines.append(["writing the index anew", "1", *(f"{each * 1e3:,.0f} ms" for each in numbers)])
    finally:
        await database.close()
    columns = ("", "asked", "median", "p99", "processor: median", "p99")
    shown = table(f"Finding among {number:,} questions", columns, lines)
    return f"{shown}\n\n{table('Targets', ('', 'measured', 'holds'), checks)}"


def main(arguments: Sequence[str] | None = None) -> None:
    """The command line."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.search", description=__doc__)
    parser.add_argument("--questions", type=int, default=100_000)
    parser.add_argument("--rounds", type=int, default=10)
    known = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory(prefix="benkyokai-bench-") as folder:
        print(asyncio.run(run(Path(folder), known.questions, known.rounds)))


if __name__ == "__main__":
    main()
