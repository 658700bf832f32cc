"""How a message is divided into a question and its details."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from bot.domain.errors import cleaned
from bot.domain.questions.converting import as_question
from bot.domain.questions.values import LONGEST_QUESTION


def test_a_short_message_is_the_question():
    assert as_question(" 魚の値段は？ ") == ("魚の値段は？", "")


def test_a_long_one_is_divided_after_the_last_sentence_that_fits():
    text = "Fish is dear. Who sets the price? " + "x" * 400
    assert as_question(text) == ("Fish is dear. Who sets the price?", "x" * 400)
    assert as_question("3.5 is " + "word " * 100)[0].endswith("word")
    assert as_question("朝" * 301) == ("朝" * 300, "朝")


@given(st.text(max_size=900) | st.text("ab 。？.\n", max_size=900))
def test_nothing_is_lost_and_the_question_always_fits(text: str):
    question, details = as_question(text)
    assert len(question) <= LONGEST_QUESTION
    whole = "".join(cleaned(text).split())
    assert "".join((question + details).split()) == whole
    assert bool(question) == bool(cleaned(text))
