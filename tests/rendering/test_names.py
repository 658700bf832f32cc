from __future__ import annotations

import pytest

from bot.i18n import PSEUDO, words
from bot.rendering.names import address, some_of, some_people

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


def test_people_who_are_left_out_of_a_list_are_counted_as_people_are():
    names = ["山田", "田中", "鈴木", "佐藤"]
    assert some_people(names, 2, words("ja")) == "山田、田中、ほか2人"
    assert some_of(names, 2, words("ja")) == "山田、田中、ほか2件"
    assert some_people(names, 3, words("en")) == "山田, 田中, 鈴木 and 1 other"
    assert some_people(names, 4, words("ja")) == "山田、田中、鈴木、佐藤"
