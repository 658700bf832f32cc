"""What is looked for in texts, what is like another, and what is shown of it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.groups import sounded
from bot.domain.search import (
    Document,
    Excerpt,
    Found,
    Looked,
    Piece,
    label_term,
    needed,
    runs,
    terms,
)

LETTERS = "金融機関茶株ーのカﾞｶがABab1 、・sé"


def best(typed: str, documents: list[Document], limit: int = 9) -> list[Found]:
    looked = Looked.of(typed)
    return looked.show(looked.rank(documents), limit)


def excerpt(text: str, typed: str) -> Excerpt:
    return Looked.of(typed).excerpt(text)


def document(number: int, *texts: str) -> Document:
    """A question with details, as many as texts are given."""
    kinds = ("question", "details", "answer", "remark")
    return Document(number, tuple(Piece(kind, 0, text) for kind, text in zip(kinds, texts, strict=False)))


def test_japanese_is_divided_into_pairs_and_characters_and_the_rest_into_words():
    assert runs("ＡＩで 金融機関、Banks!") == ["ai", "で", "金融機関", "bank"]
    assert needed("金融機関") == ["金融", "融機", "機関"]
    assert needed("茶") == ["茶"]
    assert needed("bank") == ["bank"]
    assert terms(document(1, "茶と金融", "AI")) == ["ai", "と", "と金", "茶", "茶と", "融", "金", "金融"]


@pytest.mark.parametrize(
    "pair", [("ﾌﾞﾘｯｼﾞ", "ぶりっじ"), ("ＴＥＡ", "tea"), ("Banks", "bank"), ("㌔", "キロ"), ("STRASSE", "straße")]
)
def test_what_sounds_alike_is_one(pair: tuple[str, str]):
    assert runs(pair[0]) == runs(pair[1])


def test_a_label_is_no_term_that_anybody_can_type():
    assert terms(Document(1, (), ("own-12", "食品"))) == ["¶own·12", "¶食品"]
    assert runs(label_term("own-12")) == ["own", "12"]


@given(st.text(LETTERS, max_size=12), st.text(LETTERS, min_size=1, max_size=4))
def test_whatever_stands_in_a_text_is_looked_up_under_its_terms(text: str, typed: str):
    found = set(terms(document(1, text)))
    for run in runs(typed):
        if run[0] >= "\u2e80":
            inside = run in sounded(text)
            assert not inside or found.issuperset(needed(run))
            assert inside or len(run) > 2 or not found.issuperset(needed(run))
        else:
            assert (run in found) == (run in runs(text))


@given(st.text(LETTERS, max_size=80), st.text(LETTERS, min_size=1, max_size=4))
def test_an_excerpt_is_a_part_of_the_text_with_what_was_found(text: str, typed: str):
    plain, shown = " ".join(text.split()), excerpt(text, typed)
    whole = shown.before + shown.match + shown.after
    assert whole.strip("…") in plain
    assert len(whole) < 100
    if shown.match:
        assert any(run in sounded(shown.match) for run in runs(typed))


def test_an_excerpt_shows_what_was_found_as_it_was_written_and_what_stands_around_it():
    text = "あ" * 40 + "ｺｰﾙﾄﾞﾁｪｰﾝ" + "い" * 80
    assert excerpt(text, "コールドチェーン") == Excerpt("…" + "あ" * 30, "ｺｰﾙﾄﾞﾁｪｰﾝ", "い" * 60 + "…")
    assert excerpt("We like\n\nBanks.", "banks") == Excerpt("We like ", "Banks", ".")
    assert excerpt("Nothing of it", "茶") == Excerpt("", "", "Nothing of it")
    assert excerpt("urbane bane", "bane").before == "urbane "
    # What is compared may be longer than what was written.
    assert excerpt("ß", "ß") == Excerpt("", "ß", "")
    assert excerpt("Die Straße frei", "STRASSE") == Excerpt("Die ", "Straße", " frei")
    assert excerpt("㈱", "株") == Excerpt("", "㈱", "")


def test_all_that_was_typed_has_to_stand_somewhere_and_pairs_alone_are_not_enough():
    apart = document(1, "金融と融機、機関")
    both = document(2, "金融機関とは", "いつからありますか")
    assert [each.question_id for each in best("金融機関", [apart, both])] == [2]
    assert [each.question_id for each in best("金融 ありますか", [apart, both])] == [2]
    assert best("金融", [Document(3)]) == []


def test_what_stands_in_the_question_counts_more_than_in_an_answer_and_then_the_newest():
    asked, answered = [document(n, "金融とは") for n in (1, 2)], document(3, "とは", "", "金融です")
    found = best("金融", [*asked, answered])
    assert [each.question_id for each in found] == [2, 1, 3]
    assert found[2].piece.text == "金融です"
    assert [each.question_id for each in best("金融", [*asked, answered], 1)] == [2]


def test_the_text_that_is_shown_has_the_most_of_what_was_typed():
    (found,) = best("金融 物流", [document(1, "金融とは", "物流と金融です", "物流")])
    assert (found.piece.kind, found.excerpt.match) == ("details", "金融")


def test_a_text_takes_the_place_of_an_older_one_from_its_source():
    one, other = Piece("answer", 1, "茶"), Piece("answer", 2, "株")
    both = Document(1, (Piece("question", 1, "?"),)).having(one).having(other)
    changed = both.having(Piece("answer", 1, "緑茶"))
    assert [each.text for each in changed.pieces] == ["?", "株", "緑茶"]
    assert changed.without("answer", 1).without("answer", 2).pieces == both.pieces[:1]
