"""What a lecturer says of their lecture, as others read it."""

from __future__ import annotations

import pytest

from bot.i18n import words
from bot.rendering.requests import filled_in

JA = (
    "どんな仕事か：魚の卸\nどこで収益が生まれるか：\nよくある誤解：\n早起きだけではない\n\nみなさんに聞いてみたいこと："
)


@pytest.mark.parametrize(
    ("locale", "written", "left"),
    [
        ("ja", JA, "どんな仕事か：魚の卸\nよくある誤解：\n早起きだけではない"),
        ("en", "What we do:\n\nHow money is earned with it: ", ""),
        ("en", "What we do: fish\n\nHow it gets there", "What we do: fish\n\nHow it gets there"),
    ],
)
def test_parts_of_the_template_without_an_answer_are_left_out(locale: str, written: str, left: str):
    assert filled_in(written, words(locale)) == left
