"""Finding what was learnt: what is looked for in texts, which of them are alike, and what is shown of them.

Japanese has no blanks between words, so of each run of it the pairs of neighbouring characters are looked up, and
single characters for words like 茶; of what is written with blanks, whole words, without the plural of English ones.
Width, case and the kind of kana never matter. What was looked up is read again in the texts, so that nothing is found
in which the pairs of 金融機関 only stand apart.

Texts belong to a question, and a question is found if all that was typed stands somewhere in its texts.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from heapq import nsmallest
from itertools import pairwise
from typing import Literal, NamedTuple, Protocol, get_args

from msgspec import Struct
from msgspec.structs import replace

from bot.domain.groups import sounded

PieceKind = Literal["question", "topic", "details", "answer", "thanked", "remark"]
KINDS: tuple[PieceKind, ...] = get_args(PieceKind)
"""What a text of a question may be, in the order of what its words weigh."""

MOST_RANKED = 200
"""So many of the newest that match are ranked."""

_FIRST_UNSPACED = "\u2e80"
"""The scripts of East Asia begin here."""
_RUN = re.compile(rf"(?:(?![{_FIRST_UNSPACED}-\U0010ffff])[^\W_])+|(?:(?=[{_FIRST_UNSPACED}-\U0010ffff])[^\W_])+")
_REST = re.compile(r"[A-Za-z0-9]*")
_CLUSTER = re.compile(r".[\u0300-\u036f\u3099\u309a\uff9e\uff9f]*", re.DOTALL)
"""A character with the marks that folding joins to it."""
_LABEL = "¶"
_END = "\0"
"""Between texts that are folded together; nothing folds to it."""
_AROUND = 30
"""Characters before what was found; behind it there are twice as many."""


class Piece(Struct, frozen=True):
    """A text of a question; `source_id` is the row that it comes from, within its kind."""

    kind: PieceKind
    source_id: int
    text: str


class Document(Struct, frozen=True):
    """All that can be found of a question; `labels` are what a search can be limited to, such as an industry's key."""

    question_id: int
    pieces: tuple[Piece, ...] = ()
    labels: tuple[str, ...] = ()

    def having(self, piece: Piece) -> Document:
        """The document with this text, which takes the place of an older one from the same source."""
        others = self.without(piece.kind, piece.source_id).pieces
        return replace(self, pieces=(*others, piece))

    def without(self, kind: PieceKind, source_id: int) -> Document:
        """The document without the text of this source."""
        kept = [each for each in self.pieces if (each.kind, each.source_id) != (kind, source_id)]
        return replace(self, pieces=tuple(kept))


class Excerpt(Struct, frozen=True):
    """A part of a text around the `match` found in it ("": nothing stands out), with "…" where it is cut."""

    before: str
    match: str
    after: str


class Found(Struct, frozen=True):
    """A question in which all stands that was looked for, and the text of it that tells most of that."""

    question_id: int
    piece: Piece
    excerpt: Excerpt


class Alike(Struct, frozen=True):
    """A question that is like a text: `likeness` says how much, from `bot.domain.likeness.ALIKE` to 1."""

    question_id: int
    likeness: float


class SearchRepository(Protocol):
    """What can be found in one community."""

    async def get(self, question_id: int) -> Document | None:
        """What can be found of this question."""
        ...

    async def put(self, document: Document) -> None:
        """From now on this can be found of the question, and nothing else."""
        ...

    async def remove(self, question_id: int) -> None:
        """Nothing of this question can be found any more."""
        ...

    async def find(
        self, typed: str, labels: Sequence[str] = (), limit: int = 20, *, any_of: Sequence[str] | None = None
    ) -> list[Found]:
        """The best of the newest questions in which all stands that was typed, and that have all these labels.

        Without anything to look for, the newest. With `any_of` they also have one of those labels, which keeps what
        somebody can't see out of what is ranked; it is for the caller to check it again.
        """
        ...

    async def alike(
        self,
        text: str,
        labels: Sequence[str] = (),
        limit: int = 5,
        *,
        any_of: Sequence[str] | None = None,
        besides: int = 0,
    ) -> list[Alike]:
        """The questions with these labels that are like a text, the most alike first; `besides`: not this one."""
        ...

    async def labelled(self, begin: str) -> list[str]:
        """The labels that begin so and that some question has, folded, without their beginning."""
        ...

    async def lacking(self, after: int, limit: int) -> list[int]:
        """The ids above `after` of posted questions of which nothing can be found, in order."""
        ...

    async def left_over(self, limit: int) -> list[int]:
        """The ids of what can be found though there is no such question, or it is not posted."""
        ...


def runs(text: str) -> list[str]:
    """What a text consists of as it is compared: words, and stretches of Japanese."""
    return [singular(run) for run in _RUN.findall(sounded(text))]


def needed(run: str) -> list[str]:
    """The terms that stand wherever the run does."""
    return [a + b for a, b in pairwise(run)] if _is_unspaced(run) and len(run) > 1 else [run]


def terms(document: Document) -> list[str]:
    """All terms under which a document is found, in order."""
    found = {label_term(label) for label in document.labels}
    for piece in document.pieces:
        for run in runs(piece.text):
            found.update(needed(run))
            if _is_unspaced(run):
                found.update(run)
    return sorted(found)


def label_term(label: str) -> str:
    """The term for a label: nobody can type it."""
    return _LABEL + re.sub(r"[\W_]", "·", sounded(label))


class Looked(Struct):
    """What was typed, and where it stands: the words and stretches of it, each with the pattern that finds it."""

    patterns: dict[str, re.Pattern[str]]

    @classmethod
    def of(cls, typed: str) -> Looked:
        """What somebody typed."""
        return cls({run: _pattern(run) for run in runs(typed)})

    def rank(self, documents: Iterable[Document]) -> list[Ranked]:
        """The documents in which all of it stands: each run counts by the weightiest text in which it does."""
        return [found for document in documents if (found := self._standing(document))]

    def _standing(self, document: Document) -> Ranked | None:
        pieces = sorted(document.pieces, key=lambda each: KINDS.index(each.kind))
        folded = sounded(_END.join(piece.text for piece in pieces)).split(_END)
        where = [[n for n, text in enumerate(folded) if run.search(text)] for run in self.patterns.values()]
        if not pieces or not all(where):
            return None
        score = sum(len(KINDS) - KINDS.index(pieces[places[0]].kind) for places in where)
        shown = max(range(len(pieces)), key=lambda n: (sum(n in places for places in where), -n))
        return Ranked(-score, -document.question_id, pieces[shown])

    def show(self, ranked: Iterable[Ranked], limit: int) -> list[Found]:
        """The best of them: in the question itself, then newest. The text that is shown has the most of the runs."""
        first = nsmallest(limit, ranked, key=lambda each: each[:2])
        return [Found(-each.newest_first, each.piece, self.excerpt(each.piece.text)) for each in first]

    def excerpt(self, text: str) -> Excerpt:
        """A part of the text around the first of the runs that stands in it, else its beginning."""
        plain = " ".join(text.split())
        places = (_place_of(plain, run, pattern) for run, pattern in self.patterns.items())
        begin, end = next(filter(None, places), (0, 0))
        # Of a word with blanks around it, all: what was typed may lack its ending.
        rest = _REST.match(plain, end) if end and plain[end - 1].isascii() else None
        end = rest.end() if rest else end
        first, last = max(begin - _AROUND, 0), end + 2 * _AROUND
        before = "…" * (first > 0) + plain[first:begin]
        return Excerpt(before, plain[begin:end], plain[end:last] + "…" * (last < len(plain)))


class Ranked(NamedTuple):
    """A question in which all stands that was looked for: the least is the best."""

    unlike: int
    newest_first: int
    piece: Piece


def _pattern(run: str) -> re.Pattern[str]:
    """Where a run stands in a text, folded; a word of ASCII only where a word begins."""
    return re.compile(("(?<![a-z0-9])" if run.isascii() else "") + re.escape(run))


def _place_of(text: str, run: str, pattern: re.Pattern[str]) -> tuple[int, int] | None:
    """From where to where a run stands in a text as it was written."""
    found = pattern.search(sounded(text))
    part = text[found.start() : found.end()] if found else ""
    if found and found.end() <= len(text) and part == part.strip() and sounded(part) == run:
        return found.span()
    # Folding has changed how long it is.
    clusters = list(_clusters(text))
    places = [(begin, end) for begin, end, folded in clusters for _ in folded]
    found = pattern.search("".join(folded for _begin, _end, folded in clusters))
    return (places[found.start()][0], places[found.end() - 1][1]) if found else None


def _clusters(text: str) -> Iterator[tuple[int, int, str]]:
    for found in _CLUSTER.finditer(text):
        yield found.start(), found.end(), _folded_cluster(found[0])


@lru_cache(maxsize=20_000)
def _folded_cluster(cluster: str) -> str:
    return sounded(cluster) or " "


def singular(word: str) -> str:
    """A word, folded, without the s of an English plural."""
    return word[:-1] if len(word) > 3 and word.isascii() and word.endswith("s") and not word.endswith("ss") else word


def _is_unspaced(run: str) -> bool:
    return run[0] >= _FIRST_UNSPACED
