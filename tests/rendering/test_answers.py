"""Answers on top of a question: Discord's limits hold whatever people write, and nothing that was added is cut."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from bot.domain.industries import LONGEST_NAME, Industry
from bot.domain.questions.answers import (
    LONGEST_ADDITION,
    LONGEST_ANSWER,
    MOST_ADDITIONS,
    MOST_ANSWERS,
    Addition,
    Answer,
)
from bot.domain.questions.values import (
    LONGEST_DETAILS,
    LONGEST_QUESTION,
    LONGEST_REASON,
    LONGEST_TOPIC,
    AnswerView,
    Question,
    QuestionState,
    QuestionView,
)
from bot.i18n import PSEUDO, words
from bot.rendering.questions.answers import answer_field
from bot.rendering.questions.forum import embed

NOW, MOST = datetime(2026, 1, 5, tzinfo=UTC), 2**63 - 1
TRADE = Industry("own-1", "業" * LONGEST_NAME)


def answer(said: str, added: int) -> AnswerView:
    some = tuple(Addition(n, 1, MOST, False, "h" * LONGEST_ADDITION, NOW) for n in range(added))
    return AnswerView(Answer(1, 1, MOST, MOST, MOST, False, said, MOST, NOW), MOST, TRADE, some)


@pytest.mark.parametrize("language", ["en", "ja", PSEUDO])
@pytest.mark.parametrize("said", ["勉" * LONGEST_ANSWER, "*_~`" * (LONGEST_ANSWER // 4), ""])
def test_the_most_that_people_can_write_fits_and_what_was_added_is_whole(language: str, said: str):
    w = words(language)
    question = Question(
        1, MOST, False, "q" * LONGEST_QUESTION, "d" * LONGEST_DETAILS, TRADE.key, "t" * LONGEST_TOPIC, 1,
        QuestionState.SOLVED, "r" * LONGEST_REASON, NOW, NOW,
    )  # fmt: skip
    given = tuple(answer(said, MOST_ADDITIONS) for _n in range(MOST_ANSWERS))
    view = QuestionView(question, TRADE, TRADE, 1, answers=given)
    made = embed(view, w)
    assert len(made) <= 6000
    for field in made.fields:
        assert field.value is not None
        assert len(field.value) <= 1024
    assert str(made.fields[0].value).count("h" * LONGEST_ADDITION) == MOST_ADDITIONS


def test_what_an_answer_says_can_neither_be_formatted_nor_lead_elsewhere():
    text = answer_field(answer("**loud** [here](https://example.org)\n# big", 0), words("en"), MOST)
    assert "**loud**" not in text
    assert "\\[here]" in text
    assert len(text.splitlines()) == 2
