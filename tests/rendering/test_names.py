from __future__ import annotations

import pytest

from bot.i18n import PSEUDO, words
from bot.rendering.names import address

TITLED = [
    "山田先生",
    "山田様",
    "山田さん",
    "やまださま",
    "やまだせんせい",
    "山田さん🌸",
    "山田先生(東京)",
    "山田様 【製造】",
    "ゆきさん♪",
]
PLAIN = {
    "山田": "山田さん",
    "Alice": "Aliceさん",
    "様子": "様子さん",
    "さんま": "さんまさん",
    "先生の弟子": "先生の弟子さん",
    "山田(東京)": "山田(東京)さん",
    " ゆき ": "ゆきさん",
    "さん太郎": "さん太郎さん",
}


@pytest.mark.parametrize("name", TITLED)
def test_who_is_addressed_already_gets_no_second_title(name: str):
    assert address(name, words("ja")) == name


@pytest.mark.parametrize(("name", "addressed"), PLAIN.items())
def test_everybody_else_is_addressed_with_san_in_japanese(name: str, addressed: str):
    assert address(name, words("ja")) == addressed


@pytest.mark.parametrize("name", [*TITLED, *PLAIN])
def test_other_languages_take_the_name_as_it_is(name: str):
    assert address(name, words("en")) == address(name, words(PSEUDO)) == name.strip()
