"""Which questions ask the same: by their telling words, tried on what people of two languages ask."""

from __future__ import annotations

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.likeness import ALIKE, RAREST, as_worded, asked_in, likeness, rarest, telling, telling_words
from bot.domain.search import Document, Piece, terms
from tests.domain.questions.realistic import ANSWERED, PARAPHRASED, UNRELATED

KNOWN = {name: Document(n, (Piece("question", n, text),)) for n, (name, text) in enumerate(ANSWERED.items(), 1)}
COUNTED = Counter(term for each in KNOWN.values() for term in terms(each))
FEW = 2
"""So many of the unrelated may be taken for something they share two words with."""


def alike(text: str) -> list[str]:
    """The names of the answered questions that are shown to whoever asks this, the most alike first."""
    words = telling_words(text)
    found = {name: likeness(words, COUNTED, asked_in(each)) for name, each in KNOWN.items()}
    return sorted((name for name in found if found[name] >= ALIKE), key=lambda name: -found[name])


def test_who_asks_in_other_words_what_was_answered_is_shown_that_first():
    missed = [text for text, name in PARAPHRASED if alike(text)[:1] != [name]]
    assert missed == []


def test_who_asks_something_else_is_shown_nothing():
    shown = {text: found for text in UNRELATED if (found := alike(text))}
    assert len(shown) <= FEW, shown


def test_answered_questions_are_not_taken_for_one_another():
    others = {
        name: found for name, text in ANSWERED.items() if (found := [each for each in alike(text) if each != name])
    }
    assert others == {}


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("これはどういうことなのでしょうか。教えてください", []),
        ("How do you do? What is it?", []),
        ("お茶と魚は、ｺｰﾙﾄﾞﾁｪｰﾝで運ぶ？", ["茶", "魚", "こーるどちぇーん"]),
        ("Banks and BANK’S atms", ["banks", "bank's", "atms"]),
        ("決める、見る、聞いた", []),
        ("費用と理由", []),
    ],
)
def test_only_the_words_of_a_trade_tell_what_a_question_is_about(text: str, words: list[str]):
    assert telling_words(text) == words


def test_rare_words_weigh_more_and_the_same_text_is_wholly_alike():
    words, counted = ["金融", "物流"], {"金融": 3, "物流": 5000}
    assert likeness(words, counted, {"金融", "物流", "茶"}) == pytest.approx(1)
    assert likeness(["金融", "物流", "統計"], counted, {"物流", "統計"}) < likeness(
        ["金融", "物流", "統計"], counted, {"金融", "統計"}
    )


def test_one_word_in_common_is_too_little_unless_it_is_all_and_a_long_one():
    assert likeness(["金融", "物流"], {}, {"金融"}) == 0
    assert likeness(["農家"], {}, {"農家"}) == 0
    assert likeness(["いんぼいす"], {}, set(telling("インボイス制度とは"))) == pytest.approx(1)
    assert likeness([], {}, {"茶"}) == 0


@pytest.mark.parametrize(
    ("text", "same"),
    [
        ("鮮魚の値段は誰が決めますか？", True),
        ("鮮魚の値段は誰が決めるのですか\n鮮魚", True),
        ("野菜の値段は誰が決めますか？", False),
        ("鮮魚はどこで買えばよいですか", False),
        ("誰が決めますか？", False),
    ],
)
def test_one_short_word_is_enough_in_a_question_that_is_worded_the_same(text: str, same: bool):
    asked = Document(1, (Piece("question", 1, "鮮魚の値段は誰が決めますか？"), Piece("answer", 1, "野菜も市場です")))
    words = telling_words(text)
    assert likeness(words, {}, asked_in(asked)) == 0
    assert (as_worded(text, words, asked) >= ALIKE) is same


def test_what_is_answered_does_not_count_as_asked():
    asked = Document(1, (Piece("question", 1, "金融とは"), Piece("topic", 1, "銀行"), Piece("answer", 1, "物流です")))
    assert {"金融", "銀行"} <= asked_in(asked)
    assert "物流" not in asked_in(asked)


def test_the_rarest_terms_are_those_of_the_fewest_documents_that_have_any():
    numbers = {f"{n:02}": n for n in range(20)}
    assert rarest(numbers) == [f"{n:02}" for n in range(1, RAREST + 1)]


@given(st.text(max_size=60))
def test_every_telling_word_is_in_the_index_of_its_own_text(text: str):
    indexed = set(terms(Document(1, (Piece("question", 1, text),))))
    assert set(telling(text)) <= indexed
    words = telling_words(text)
    assert likeness(words, {}, indexed) in (0, pytest.approx(1))
