from __future__ import annotations

import pytest
from msgspec.structs import replace

from bot.domain.industries import LONGEST_NAME, Industry
from bot.domain.question_box import LONGEST_QUESTION, MOST_QUESTIONS, FullBox, Handed, OwnQuestions, Question
from bot.domain.question_box import ReadQuestion as Read
from bot.domain.question_box.values import bundles
from bot.i18n import PSEUDO, escaped, words
from bot.rendering import question_box as rendering
from tests.rendering.longest import HIGHEST_ID, LOCALES, STARTS, a_group, a_session, check_limits

LONG = "勉" * LONGEST_QUESTION
INDUSTRY = Industry("own-1", "業" * LONGEST_NAME)


def questions(number: int, text: str = LONG) -> list[Question]:
    return [Question(10**18 - n, 1, HIGHEST_ID, text, n % 2 == 0, STARTS) for n in range(1, number + 1)]


@pytest.mark.parametrize("locale", LOCALES)
@pytest.mark.parametrize("more", [False, True])
def test_a_full_message_holds_all_its_questions_however_long(locale: str, more: bool):
    (some, *_) = bundles(questions(20))
    read = tuple(Read(f"{n}{LONG}"[:LONGEST_QUESTION], HIGHEST_ID, INDUSTRY) for n in range(len(some)))
    content = rendering.handed(Handed(a_session(), a_group(), read, more, HIGHEST_ID), words(locale))
    check_limits(content)
    assert len(some) > 1
    for question in read:
        assert question.text in content.text


@pytest.mark.parametrize("locale", LOCALES)
def test_own_questions_fit_with_their_buttons(locale: str):
    mine = tuple(questions(MOST_QUESTIONS))
    for read in (frozenset[int](), frozenset({mine[0].id}), frozenset(each.id for each in mine)):
        for some in (mine, mine[:1], ()):
            value = OwnQuestions(a_session(), some, read, STARTS)
            for shown in (value, replace(value, asked=True), replace(value, withdrawn=True)):
                content = rendering.own_questions(shown, words(locale))
                assert 0 < len(content.text) <= 2000
                assert all(question.text in content.text for question in some)
                labels = [button.label for row in content.rows for button in row]
                assert len(labels) == len([q for q in some if q.id not in read]) + (len(some) < MOST_QUESTIONS)
                assert all(len(button.custom_id) <= 70 for row in content.rows for button in row)


def test_an_anonymous_question_names_nobody_and_breaks_no_line():
    text = "一行目\n\n> 二行目"
    content = rendering.full_box(FullBox(a_session(), (Read(text), Read("名前あり", 5))), words("en"))
    assert "- Anonymous\n> 一行目 > 二行目\n- <@5>\n> 名前あり" in content.text


@pytest.mark.parametrize("number", [0, 1, 300])
def test_a_box_of_any_size_can_be_shown(number: int):
    content = rendering.full_box(FullBox(a_session(), (Read(LONG, HIGHEST_ID, INDUSTRY),) * number), words("ja"))
    assert 0 < len(content.text) <= 2000


def test_nothing_of_a_box_escapes_translation():
    w, names = words(PSEUDO), ("茶",)
    value = OwnQuestions(a_session(theme="茶"), tuple(questions(3, "茶")), frozenset(), STARTS)
    texts = [rendering.own_questions(replace(value, questions=some), w).text for some in (value.questions, ())]
    texts += [rendering.full_box(FullBox(a_session(theme="茶"), (Read("茶"),) * n), w).text for n in (0, 1, 2)]
    texts += [
        rendering.handed(Handed(a_session(theme="茶"), a_group(name="茶"), (Read("茶"),), more), w).text
        for more in (False, True)
    ]
    assert [escaped(text, names) for text in texts] == [[]] * len(texts)


def test_of_a_closed_box_no_time_is_told_and_no_more_questions_are_invited():
    content = rendering.own_questions(OwnQuestions(a_session(), tuple(questions(1)), frozenset(), None), words("en"))
    assert "The lecturer gets it" not in content.text
    assert [button.label for row in content.rows for button in row] == ["Take back 1"]
