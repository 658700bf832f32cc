from __future__ import annotations

from collections.abc import AsyncGenerator
from pathlib import Path

import pytest

from bot.domain.errors import InvalidText, Unknown
from bot.domain.groups import folded
from bot.domain.industries import (
    DIVISIONS,
    KEYS,
    LONGEST_NAME,
    LONGEST_SHORT,
    MOST_ADDED,
    MOST_INDUSTRIES,
    MOST_SUGGESTIONS,
    Industry,
    TooManyAdded,
    TooManyIndustries,
    added,
    fitting,
    offered,
    parts,
    read,
)
from bot.domain.industries.everyday import EVERYDAY
from bot.i18n import words
from bot.rendering import industries as rendering
from bot.rendering.industries import vocabulary
from data.database import Database
from tests.data.rows import GUILD, MovingClock, tables_at

TEA = Industry("own-1", "茶道具店")
WORDS = vocabulary()


@pytest.fixture
async def database(tmp_path: Path) -> AsyncGenerator[Database]:
    async with tables_at(f"sqlite:///{tmp_path / 'bot.db'}", MovingClock()) as opened:
        yield opened


def keys(found: list[Industry]) -> list[str]:
    return [industry.key for industry in found]


# The bundled list


def test_every_division_of_the_classification_is_covered_once_or_told_apart():
    # T is what can't be classified: that is what people add.
    assert set("".join(DIVISIONS.values())) == set("ABCDEFGHIJKLMNOPQRS")
    assert len(KEYS) == 20
    assert set(rendering.NAMES) == set(KEYS) == set(EVERYDAY)


def test_no_two_industries_share_a_name_in_either_language():
    assert len({*WORDS.names}) == len(WORDS.names)
    for key, (full, short) in rendering.NAMES.items():
        for w in (words("en"), words("ja")):
            assert WORDS.names[folded(w(full))] == key, "two industries have this name"
            assert WORDS.names[folded(w(short))] == key
            assert len(w(short)) <= LONGEST_SHORT
            assert len(w(full)) <= LONGEST_NAME
            assert parts(w(full)) == [w(full)], "a comma would divide it"
            assert any("ぁ" <= letter <= "鿿" for letter in words("ja")(full))


def test_what_somebody_has_fits_into_a_list_beside_all_bundled_ones():
    mine = tuple(Industry(f"own-{n}", f"Mine {n}") for n in range(1, MOST_INDUSTRIES + 1))
    others = [Industry(f"own-{n}", f"Other {n}") for n in range(6, 40)]
    shown = offered(mine, [*mine, *others])
    assert shown[:MOST_INDUSTRIES] == mine
    assert set(map(Industry, KEYS)) <= set(shown)
    assert len(shown) == MOST_SUGGESTIONS == len(set(shown))
    assert offered((), others)[-1] == others[4]
    assert offered((Industry("finance"),), [])[:2] == (Industry("finance"), Industry("agriculture"))


# What is typed


@pytest.mark.parametrize(
    ("text", "items"),
    [
        ("Finance, 物流", ["Finance", "物流"]),
        ("金融、物流，小売\n教育", ["金融", "物流", "小売", "教育"]),
        (" , 、", []),
        ("One thing", ["One thing"]),
        ("T\x00ea", ["Tea"]),
    ],
)
def test_a_list_is_divided_by_the_commas_of_both_languages(text: str, items: list[str]):
    assert parts(text) == items


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Finance", ["finance"]),
        ("ＦＩＮＡＮＣＥ", ["finance"]),
        ("金融・保険", ["finance"]),
        ("finance and  INSURANCE", ["finance"]),
        ("#finance", ["finance"]),
        ("物流、金融、Logistics", ["logistics", "finance"]),
    ],
)
async def test_a_bundled_industry_is_known_by_its_names_in_any_spelling(
    database: Database, text: str, expected: list[str]
):
    async with database.reading(GUILD) as uow:
        assert keys(list(await read(uow, parts(text), WORDS))) == expected


async def test_what_is_none_of_them_is_added_once_however_it_is_spelled(database: Database):
    async with database(GUILD) as uow:
        (tea,) = await added(uow, await read(uow, ["Tea Ceremony"], WORDS), 7)
        assert (tea.key, tea.name) == ("own-1", "Tea Ceremony")
    async with database(GUILD) as uow:
        for spelling in ("ＴＥＡ　ceremony", "tea ceremony", "#own-1"):
            assert await added(uow, await read(uow, [spelling], WORDS), 8) == (tea,)
        assert await uow.industries.added_by(8) == 0
    async with database.reading(GUILD + 1) as uow:
        assert await read(uow, ["tea ceremony"], WORDS) == (Industry("", "tea ceremony"),), "it is another community's"
        with pytest.raises(Unknown):
            await read(uow, ["#own-1"], WORDS)


@pytest.mark.parametrize("text", ["#own-1", "#own-0", "#own-999999999999999999", "#nothing"])
async def test_an_entry_of_no_list_is_refused(database: Database, text: str):
    async with database.reading(GUILD) as uow:
        with pytest.raises(Unknown):
            await read(uow, [text], WORDS)


async def test_too_long_a_name_and_too_many_are_refused(database: Database):
    async with database.reading(GUILD) as uow:
        with pytest.raises(InvalidText):
            await read(uow, ["x" * (LONGEST_NAME + 1)], WORDS)
        with pytest.raises(TooManyIndustries) as refused:
            await read(uow, [f"#{key}" for key in KEYS[:6]], WORDS)
        assert (refused.value.number, refused.value.limit) == (6, 5)
        assert len(await read(uow, ["Finance"] * 20, WORDS)) == 1, "one thing said often is one"
        with pytest.raises(TooManyIndustries):
            await read(uow, ["x"] * 26, WORDS)


async def test_nobody_floods_the_list(database: Database):
    async with database(GUILD) as uow:
        for number in range(MOST_ADDED):
            await added(uow, [Industry("", f"New {number}")], 7)
    async with database(GUILD) as uow:
        with pytest.raises(TooManyAdded):
            await added(uow, [Industry("", "One more")], 7)
        assert len(await added(uow, [Industry("", "From somebody else")], 8)) == 1


# Suggestions


@pytest.mark.parametrize(
    ("typed", "first"),
    [("fin", "finance"), ("金", "finance"), ("銀行", "finance"), ("IT", "information"), ("メーカー", "manufacturing"),
     ("restaurant", "hospitality"), ("お店", "retail"), ("看護", "medical"),
     ("LOG", "logistics"), ("市役所", "public")],
)  # fmt: skip
def test_an_industry_is_found_by_what_people_call_it(typed: str, first: str):
    assert keys(fitting(typed, [], WORDS))[0] == first


def test_nothing_typed_shows_all_bundled_ones_in_their_order_then_the_communitys():
    assert keys(fitting("", [TEA], WORDS)) == [*KEYS, "own-1"]


def test_what_is_none_of_them_is_offered_to_be_added_last():
    assert fitting("茶道", [TEA], WORDS) == [TEA, Industry("", "茶道")]
    assert fitting(" Zoo ", [], WORDS) == [Industry("", "Zoo")]
    assert keys(fitting("bank", [], WORDS)) == ["finance"], "a clear word for one of them is no name of another"
    food = fitting("food", [], WORDS)
    assert (len(food), food[-1].name) == (6, "food"), "one that stands for several may be meant as its own"


@pytest.mark.parametrize("typed", ["Finance", "金融", "茶道具店", "x" * 41, "#finance"])
def test_what_there_is_already_or_can_be_none_is_not_offered_to_be_added(typed: str):
    assert all(industry.key for industry in fitting(typed, [TEA], WORDS))


def test_there_are_never_more_suggestions_than_discord_shows():
    own = [Industry(f"own-{n}", f"Anything {n}") for n in range(100)]
    found = fitting("an", own, WORDS)
    assert len(found) == MOST_SUGGESTIONS
    assert found[-1] == Industry("", "an")
