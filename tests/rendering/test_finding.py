"""What was found, in words: it fits into a message whatever people wrote, and nothing of that is read as a mark."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.industries import Industry
from bot.domain.questions.answers import Answer
from bot.domain.questions.finding import PAGE, AlikeFound, FoundPage, Hit, Search
from bot.domain.questions.values import Question, QuestionState, QuestionView
from bot.domain.search import KINDS, Excerpt, Looked
from bot.i18n import words
from bot.rendering.questions import finding as rendering

AT = datetime(2026, 7, 14, 22, tzinfo=UTC)
BIG = 10**18
"""As long as an id of Discord's."""


def hit(kind: str, text: str, excerpt: Excerpt) -> Hit:
    question = Question(1, 1, False, text[:300], text, "", text[:60], 50, QuestionState.CLOSED, "", AT, AT)
    answer = Answer(1, 1, BIG, BIG, BIG, False, text, 1, AT)
    return Hit(QuestionView(question, Industry("own-1", "勉" * 60), None, BIG), kind, excerpt, answer)  # pyright: ignore[reportArgumentType]


@given(st.text(min_size=1, max_size=400), st.text(max_size=200), st.sampled_from(KINDS), st.booleans())
def test_a_screen_fits_into_an_embed_whatever_was_written_and_looked_for(text: str, typed: str, kind: str, cut: bool):
    excerpts = [Looked.of(typed).excerpt(text), Excerpt(text[:31], typed, text[-61:])]
    for w in (words("en"), words("ja")):
        search = Search(typed, "own-1", typed, only_open=True)
        found = tuple(hit(kind, text, excerpts[cut]) for _ in range(PAGE))
        page = FoundPage(search, found, 200, 3, 40, Industry("own-1", "勉" * 60), True, 10**17)
        embed = rendering.found(page, BIG, w).embed
        assert embed is not None
        assert len(embed.description or "") <= 4096
        shown = rendering.alike(AlikeFound(10**17, found[:3], 9), BIG, w)
        assert len(shown.text) <= 2000
        assert shown.embed is not None


@pytest.mark.parametrize("marks", ["*" * 400, "_[(" * 130, "<@1>" * 100])
def test_the_longest_of_marks_fit(marks: str):
    found = tuple(hit("details", marks, Excerpt(marks[:30], marks[:200], marks[:60])) for _ in range(PAGE))
    embed = rendering.found(FoundPage(Search(marks[:200]), found, 5, 0, 1), BIG, words("en")).embed
    assert embed is not None
    assert len(embed.description or "") <= 4096


@pytest.mark.parametrize(
    ("excerpt", "shown"),
    [
        (Excerpt("魚の", "値段", "は*誰*が"), "魚の**値段**は\\*誰\\*が"),
        (Excerpt("the ", "cold", " chain [x](y)"), "the **cold** chain \\[x\\]\\(y\\)"),
        (Excerpt("", "", "# <@12> `x`"), "\\# \\<\\@12\\> \\`x\\`"),
        (Excerpt("", "**", "||"), "**\\*\\***\\|\\|"),
    ],
)
def test_only_the_match_is_bold(excerpt: Excerpt, shown: str):
    assert rendering.bold(excerpt) == shown
