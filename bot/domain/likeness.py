"""What a question is about: its telling words, by which another one that asks the same is known.

What makes a text look like any other is left out: of English the words that join others, of Japanese what is written in
hiragana (particles, endings, turns of phrase), the single characters that verbs begin with, and nouns that could stand
in any question. What is left are the trades' own words.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Mapping, Sequence
from itertools import pairwise
from math import log2

from bot.domain.groups import sounded
from bot.domain.search import Document, PieceKind, needed, runs, terms

ALIKE = 0.4
"""So much of a question, by weight, stands in one that is alike; see `likeness`.

Tried on 72 answered questions in both languages, 62 new ones that ask the same in other words, and 48 that don't
(`tests/domain/questions/realistic.py`): anything from 0.2 to 0.55 finds all of the 62, and 2 of the 48.
"""
_SHORTEST = 2
"""So many letters a word of an alphabet has at the least."""
RAREST = 8
"""So many of the rarest terms of a text decide what is compared with it."""
_FEWEST_WORDS = 2
"""So many words two questions share at least, unless one consists of a single long one."""
_LONG = 3
"""So many characters a word has at the least that is enough by itself, such as インボイス: 農家 is not."""
SAME = 0.6
"""So many of their pairs of neighbouring characters two questions have in common that ask the same in the same words.

It is for those with one short word of a trade: of 「鮮魚の値段は誰が決めますか」 that is only 鮮魚.
"""
_UNKNOWN = 0.25
"""As much as a term tells that fourteen documents have."""
_LONE_NOUN = r"(?=[のをがはにとでもやへ、。？！?!,.\s]|から|まで|って|$)"
"""Behind a single character that is a noun; behind others stand the endings of a verb."""
_WORD = re.compile(
    # All that is written with blanks, as in the index.
    r"(?P<latin>(?![\u2e80-\U0010ffff])[^\W_](?:(?![\u2e80-\U0010ffff])[^\W_]|['’])*)"
    r"|(?P<katakana>[ァ-ヺー]{2,})"
    r"|(?P<kanji>[\u3400-\u9fff\uf900-\ufaff々]{2,})"
    r"|(?P<lone>[\u3400-\u9fff\uf900-\ufaff]" + _LONE_NOUN + ")"
    r"|(?P<other>[\uac00-\ud7a3]{2,})"
)
_OF_THE_QUESTION: tuple[PieceKind, ...] = ("question", "topic", "details")
"""What is compared: in a long answer any word may stand."""
_ENGLISH = """
a about actually after again all almost also always am an and another any anybody anyone anything are as ask at away
back be because been before being best better between both but by can can't cannot come could day days decide do
does doesn't doing don't done down each else end ever every everybody everything far few find first for from get
gets give go goes going good got had happen happens has have having he help her here him his how i i'm if in into is
isn't it it's its job just know last learn less let like long look lot made make makes many may me mean means might
more most much must my need never new no nobody not now of often old on one only or other our out over own part
people person possible really same say see set she should so some somebody someone something still such take takes
than that that's the their them then there these they thing things think this those time to too typical under until
up us use used usual usually very want was way we well were what what's when where which while who whole whom whose
why will with without won't work would year years you your
"""
"""What joins the words of any text."""
_JAPANESE = """
何 誰 人 方 物 事 時 私 前 後 中 今 他 一 年 月 日 回 本 所 間 上 下 者 為 際 点 形 次 毎 各 皆 様 話 気 目
手 名 数 大 小 多 少 質問 仕事 理由 場合 方法 本当 実際 普通 自分 自体 意味 違 違い 関係 影響 必要 可能 一番
最初 最後 最近 現在 今後 全部 全体 一般 程度 以上 以下 以外 何人 何回 何年 何月 何日 何割 何時 何個 何故 何処
何歳 何円 一日 一年 一か月 一人 二人 時間 時期 期間 費用 料金 値段 価格 会社 企業 業界 業者 お金 皆様 皆さん
大体 大変 大丈夫 大切 平気 教示 解説 説明 詳細 内容 種類 基準 制度 情報 問題 対応 状況
"""
"""Words that could stand in anybody's question about anything; a price or a cost is of something."""
_COMMON = frozenset((_ENGLISH + _JAPANESE).split())


def telling_words(text: str) -> list[str]:
    """The words of a text that say what it is about, folded, each once."""
    plain = unicodedata.normalize("NFKC", text)
    found: dict[str, None] = {}
    for match in _WORD.finditer(plain):
        word = match[0]
        if match["latin"]:
            word = word.lower().replace("’", "'")
            if len(word) < _SHORTEST:
                continue
        if word not in _COMMON:
            found[sounded(word)] = None
    return list(found)


def terms_of(word: str) -> list[str]:
    """The terms under which the index knows a telling word."""
    return [term for run in runs(word) for term in needed(run)]


def telling(text: str) -> list[str]:
    """The terms of a text by which others like it are found, each once."""
    return list(dict.fromkeys(term for word in telling_words(text) for term in terms_of(word)))


def asked_in(document: Document) -> set[str]:
    """The terms of what was asked, without those of answers."""
    pieces = tuple(piece for piece in document.pieces if piece.kind in _OF_THE_QUESTION)
    return set(terms(Document(document.question_id, pieces)))


def rarest(documents: Mapping[str, int]) -> list[str]:
    """The terms that the fewest documents have, of those that some have."""
    known = [term for term, number in documents.items() if number]
    return sorted(known, key=lambda term: (documents[term], term))[:RAREST]


def weight(documents: int) -> float:
    """What a term tells that so many documents have; one that none has is as often a turn of phrase as a rare word."""
    return 1 / log2(2 + documents) if documents else _UNKNOWN


def likeness(words: Sequence[str], documents: Mapping[str, int], has: Collection[str]) -> float:
    """How much of a question's telling words something has, by weight; 0 if it shares too few of them.

    `documents` are the numbers of documents with each of their terms, `has` the terms of what is compared.
    """
    whole = common = 0.0
    shared = 0
    for word in words:
        of_word = terms_of(word)
        there = [term for term in of_word if term in has]
        whole += sum(weight(documents.get(term, 0)) for term in of_word)
        common += sum(weight(documents.get(term, 0)) for term in there)
        # Of 定期変更 it is enough that 定期 stands there.
        shared += 3 * len(there) >= len(of_word)
    if shared < _FEWEST_WORDS and not (shared == len(words) == 1 and len(words[0]) >= _LONG):
        return 0.0
    return common / whole


def as_worded(text: str, words: Sequence[str], document: Document) -> float:
    """How much of its wording a question shares with one in which all its telling words stand; 0 if that is too little.

    `text` begins with a line that is the question; what it is about may follow.
    """
    if not words or not {term for word in words for term in terms_of(word)} <= asked_in(document):
        return 0.0
    mine = _pairs(text.partition("\n")[0])
    return max(
        (_shared(mine, _pairs(piece.text)) for piece in document.pieces if piece.kind == "question"), default=0.0
    )


def _pairs(text: str) -> set[str]:
    """The pairs of neighbouring letters and digits of a text, whatever stands between them."""
    return {a + b for a, b in pairwise("".join(runs(text)))}


def _shared(some: Collection[str], others: Collection[str]) -> float:
    if not some or not others:
        return 0.0
    shared = 2 * len(set(some) & set(others)) / (len(some) + len(others))
    return shared if shared >= SAME else 0.0
