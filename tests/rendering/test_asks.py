"""What is said when nobody is asked any more: true of whoever was asked before, and of what can still be done."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from msgspec.structs import replace

from bot.domain.questions.asks import Begun
from bot.domain.questions.telling import StuckTold
from bot.domain.questions.values import Asking, Question, QuestionState, QuestionView
from bot.i18n import words
from bot.rendering.questions.asks import begun, stuck, unheard

NOW = datetime(2026, 1, 5, tzinfo=UTC)
VIEW = QuestionView(Question(1, 7, False, "Who sets the price?", "", "", "", 1, QuestionState.OPEN, "", NOW, NOW), None)
EN = words("en")


def told(why: str, people: int) -> StuckTold:
    return StuckTold(VIEW, why, people, 2, 7, False)  # pyright: ignore[reportArgumentType]


@pytest.mark.parametrize(
    ("why", "people", "expected"),
    [
        ("nobody", 0, "I found nobody to ask"),
        ("nobody", 2, "I have nobody left to ask"),
        ("rounds", 6, "I ask nobody else unless somebody wishes it"),
    ],
)
def test_those_who_look_after_questions_read_why_nobody_is_asked_any_more(why: str, people: int, expected: str):
    assert expected in unheard(told(why, people), EN).text


def test_who_asked_is_sent_to_the_button_only_where_it_leads_to_somebody():
    assert "have me ask further people" in stuck(told("rounds", 6), EN).text
    nobody = stuck(told("nobody", 2), EN).text
    assert "have me ask further people" not in nobody
    assert "know of nobody else" in nobody
    # Who found nobody at all is not told that there is nobody else.
    assert "nobody else" not in stuck(told("nobody", 0), EN).text


def test_a_topic_is_advised_only_to_who_gave_none_and_after_asks_nobody_else_is_spoken_of():
    def said(view: QuestionView) -> str:
        return "\n".join(begun(Begun(0), view, EN)[0])

    assert "With a topic" in said(VIEW)
    assert "With a topic" not in said(replace(VIEW, question=replace(VIEW.question, topic="fish")))
    again = said(replace(VIEW, asked=Asking(people=3)))
    assert "nobody else here" in again
    assert "With a topic" not in again
