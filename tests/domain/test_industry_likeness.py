"""When a name that somebody types is an industry that there is, and when they are asked."""

from __future__ import annotations

import pytest

from bot.domain.industries import MOST_CANDIDATES, Industry, resembling, understood
from bot.domain.industries.everyday import EVERYDAY, HINTS
from bot.domain.industries.likeness import compared
from bot.i18n import words
from bot.rendering.industries import NAMES, vocabulary

TEA = Industry("own-1", "茶道具店")
GREEN_TEA = Industry("own-2", "Green Tea")
WORDS = vocabulary()


def asked(typed: str, *own: Industry) -> list[str]:
    """The keys of what somebody who types this is asked about."""
    assert understood(typed, WORDS) is None
    return [industry.key for industry in resembling(typed, own, WORDS)]


@pytest.mark.parametrize(
    ("typed", "key"),
    [
        ("銀行", "finance"), ("保険", "finance"), ("証券会社", "finance"), ("banking", "finance"),
        ("介護", "welfare"), ("カイゴ", "welfare"), ("保育士", "welfare"), ("social worker", "welfare"),
        ("塾", "education"), ("教師", "education"), ("大工", "construction"), ("建築業", "construction"),
        ("飲食店", "hospitality"), ("カフェ", "hospitality"), ("めーかー", "manufacturing"), ("IT", "information"),
        ("ＩＴ企業", "information"), ("it industry", "information"), ("Bank", "finance"), ("法律関係", "professional"),
        ("介護 福祉 保育", "welfare"), ("市役所", "public"), ("e commerce", "retail"), ("看護師", "medical"),
        ("SE", "information"), ("ＳＥ", "information"), ("システムエンジニア", "information"),
        ("SEの仕事", "information"), ("medical", "medical"), ("政府", "public"), ("Human resources", "services"),
    ],
)  # fmt: skip
def test_a_clear_everyday_word_is_understood(typed: str, key: str):
    assert understood(typed, WORDS) == Industry(key)


@pytest.mark.parametrize(
    ("typed", "keys"),
    [
        ("care", ["medical", "welfare"]),
        ("車", ["manufacturing", "retail"]),
        ("サービス", ["research", "leisure", "services"]),
        ("訪問介護", ["welfare"]),
        ("先生", ["education", "medical", "professional"]),
        ("せんせい", ["education", "medical", "professional"]),
        ("国", ["public"]),
        ("国の仕事", ["public"]),
        ("IT consulting", ["professional", "information"]),
        ("自動車保険", ["finance", "manufacturing"]),
        ("finanse", ["finance"]),
        ("Manufaturing", ["manufacturing"]),
        ("コンサルテイング", ["professional"]),
    ],
)
def test_what_may_mean_one_that_there_is_is_asked_for_best_first(typed: str, keys: list[str]):
    assert asked(typed) == keys


@pytest.mark.parametrize("typed", ["Zoo", "動物園", "通訳", "Tea trade", "茶道具店", "音楽", "Circus", "x", "店舗"])
def test_what_resembles_none_is_not_asked_for(typed: str):
    assert asked(typed) == []


def test_what_the_community_has_added_counts_too():
    assert asked("茶道具", TEA) == ["own-1"]
    assert asked("Gren Tea", TEA, GREEN_TEA) == ["own-2"]
    assert asked("tea", TEA, GREEN_TEA) == ["own-2"], "a whole word of its name"
    assert asked("te", GREEN_TEA) == [], "a piece of one says nothing"
    assert asked("チャドウグテン", Industry("own-3", "ちゃどうぐてん")) == ["own-3"]


def test_nobody_is_asked_about_more_than_three():
    own = [Industry(f"own-{n}", f"Tea {n}") for n in range(1, 9)]
    assert asked("tea", *own) == [f"own-{n}" for n in range(1, MOST_CANDIDATES + 1)]


def test_every_name_is_understood_as_its_own_industry():
    for key, texts in NAMES.items():
        for text in texts:
            for w in (words("en"), words("ja")):
                assert understood(compared(w(text)), WORDS) == Industry(key)


def test_every_short_name_is_understood_with_an_ending_that_any_industry_has():
    for key, (_name, short) in NAMES.items():
        for ending in ("業", "業界", "関係", "の仕事"):
            typed = words("ja")(short) + ending
            assert understood(typed, WORDS) == Industry(key), typed


def test_a_word_is_written_once_for_an_industry_and_stands_at_no_more_than_can_be_asked_about():
    for key, text in EVERYDAY.items():
        found = text.split(", ")
        assert len(found) == len(set(found)), key
    assert not {word for text in HINTS.values() for word in text.split(", ")} & set(
        ", ".join(EVERYDAY.values()).split(", ")
    )
    everything = [word for text in EVERYDAY.values() for word in text.split(", ")]
    often = {word for word in everything if everything.count(word) > 1}
    assert {"food", "エンジニア"} <= often
    for word in often:
        assert len(resembling(word, [], WORDS)) == min(everything.count(word), MOST_CANDIDATES), word
